"""The contribution cell: which roles it states, which it denies or only hopes for, and which is the main one."""

import re
from typing import NamedTuple

from rapidfuzz import fuzz

from ..dataset.cells import ANCHOR_WORDS, count_words
from ..words.codes import ROLES
from ..words.folding import straight, unaccented
from .doubts import HIGH, LOW, MEDIUM, Doubt, first_words
from .french import ROLE

# The words before a role word that make it a statement of the role.
NOUN = r"(?:rôle|fonction|logique|posture|mission|position|place|figure)s?"
OF = r"(?:de |d'|comme |en tant que |en tant qu')?(?:l'|un |une )?[«“]?\s*"
BY_NOUN = (
    rf"(?P<noun>(?:un |une |le |la |son |sa |ce |cette |leur |leurs |des |ses )?{NOUN}(?: [\w'’-]+){{0,3}}? ?"
    rf"(?:\s?:\s?|[«“]\s*|{OF}))(?P<a>{ROLE})\b"
)
VERB = (
    r"(?:agit|agissent|agir|intervient|opère|œuvre|se positionne|se pose|apparaît|s'affirme|fonctionne|considéré"
    r"|reconnu|vu|est|sont|être|se veut|reste|devient|devenu|joue|fait office)"
)
BY_VERB = (
    rf"(?P<verb>\b{VERB}(?: [\w'’-]+){{0,4}}? ?(?:en |comme |d'|de |des |un |une |l'|tant qu'|qu')*)(?P<b>{ROLE})\b"
)
STATED = re.compile(f"{BY_NOUN}|{BY_VERB}", re.IGNORECASE)
ALSO = re.compile(
    r"\s*(?:,|et|ou|ainsi que|puis|comme)\s+(?:aussi |également |surtout )?(?:celui |celle )?(?:de |d'|en |un |une )?"
    rf"(?P<c>{ROLE})\b",
    re.IGNORECASE,
)
LISTED = re.compile(rf"(?:^|[.;•\n]\s*)(?P<d>{ROLE})\s*[:–-]", re.IGNORECASE)
ANY = re.compile(rf"\b{ROLE}\b", re.IGNORECASE)
OTHER = re.compile(
    r"\b(?:rôle|fonction)s? (?:[\w-]+ ){0,2}?(?:de |d')"
    r"(?!la |l'|les |un |une |leur|son |sa |ses |ce)(?P<word>[a-zà-ÿœ-]+)",
    re.IGNORECASE,
)
# “davantage A que B”, “pas tant A que B”: of two roles, one is stated and the other is not.
NEXT = rf"\b[^.;]{{0,12}}?\bqu(?:e |')(?P<%s>[^.;]{{0,30}}?\b{ROLE})\b"
COMPARED = re.compile(
    rf"(?:\bpas tant|\bmoins)\b(?P<first>[^.;]{{0,40}}?\b{ROLE}){NEXT % 'second'}"
    rf"|(?:\bdavantage|\bplutôt|\bplus)\b(?P<third>[^.;]{{0,40}}?\b{ROLE}){NEXT % 'fourth'}",
    re.IGNORECASE,
)
NO_LONGER = re.compile(
    r"\b(?:longtemps|autrefois|naguère|jadis|a joué|ont joué|était|étaient|pein\w+|tent\w+ de|essa\w+ de|faute de)\b",
    re.IGNORECASE,
)
OWN = (
    r"il|elle|ils|elles|on|cela|ce|c'|projets?|initiatives?|dispositif|démarche|programme|structure|association|entreprise"
    r"|société|collectif|coopérative|réseau|équipes?|lieu|tiers|atelier|salle|fonction|rôles?|son|sa|ses|leur|leurs"
)
SUBORDINATE = re.compile(r"^\s*(?:si|plus|au-delà|grâce|comme|quand|lorsqu|avec)\b|\bqui\s*$", re.IGNORECASE)
GIVEN_AWAY = re.compile(r"\s*(?:revient|appartient|est (?:joué|tenu|assuré)e? par)\b", re.IGNORECASE)
DENIED = re.compile(
    r"\b(?:ne|n')\s?.*?\b(?:pas|plus|jamais|guère|aucun|aucune|nullement|ni)\b|\bsans\b|\bni\b|\bnon\b|\bplutôt que?\b"
    r"|\bau lieu d|\baucune?\b|\brefuse|\bmoins .*? que\b",
    re.IGNORECASE,
)
WOULD = r"\b(?!portrait|retrait|attrait|extrait|trait)\w+(?:rait|raient)\b"
HOPED = re.compile(
    WOULD + r"|\b(?:pourra|deviendra|jouera|sera)(?:nt)?\b"
    r"|\b(?:à terme|potentiel\w*|éventuel\w*|peut-être|demain|à l'avenir|ambition\w*|aspir\w+|espèr\w+|envisag\w+)\b"
    r"|\b(?:souhait\w+|voudr\w+|(?<!se )veut|veulent|vise\w*|cherche\w*|entend|vocation|appel[ée]+e?s?|projette)\b",
    re.IGNORECASE,
)
CONDITIONAL = re.compile(WOULD + r"|\bpeut-être\b|\bà terme\b", re.IGNORECASE)
MAIN = re.compile(r"\b(?:principalement|principale?|à titre principal)\b", re.IGNORECASE)
STRONG = re.compile(
    r"\b(?:avant tout|essentiellement|majoritairement|surtout|d'abord|au premier chef|pleinement|résolument|clairement"
    r"|premier)\b",
    re.IGNORECASE,
)
PLAYS = r"\b(?:joue|jouent|jouer|tient|remplit|assume|exerce|occupe|s'inscri\w+)\b"


SPELT = ("aiguillon", "inspirateur", "inspiratrice", "connecteur", "connectrice")
INFLECTED = re.compile(r"(?:er|ez|ent|ant|[ée]e?s?)$", re.IGNORECASE)  # of verbs: inspirer, connecte
LONGEST_CLAUSE = 1000  # letters before a role word in which it may be denied
ALIKE = 83  # of 100: a misspelt word and the right one


class StatedRole(NamedTuple):
    """A role that the cell states: its code, salience, and the words that state it."""

    role: str
    salience: str
    anchor: str


def roles(cell, bold=(), name=""):
    """Return the roles that a contribution cell states, and the doubts about them, keyed by the role concerned."""
    flat, found, doubts, seen = straight(cell), [], [], set()
    chosen, refused = _compared(flat)
    # Role words in bold, or compared, count each by itself.
    bold_words = [word for start, end in bold for word in ANY.finditer(flat, start, end)]
    words = [*bold_words, *(ANY.match(flat, at) for at in sorted(chosen | refused))]
    single = [(*word.span(), word.start()) for word in words]

    def ask(kind, passage, role, proposals, sure=LOW):
        doubts.append(Doubt(kind, passage, "", proposals, sure, key=role))

    for start, end, word_at in [*_statements(flat), *single]:
        if word_at in seen:
            continue
        seen.add(word_at)
        clause, sentence = _before(flat, word_at)
        around, begun = flat[clause:word_at], flat[sentence:word_at]
        passage, role = _anchor(cell, flat, start, end), code(flat[word_at:end])
        if word_at in refused or (DENIED.search(around) and word_at not in chosen):
            ask("negated_role", passage, role, (role,))
            continue
        if HOPED.search(around):
            ask("hypothetical_role", passage, role, (role,))
            continue
        if GIVEN_AWAY.match(flat, end):
            ask("bare_role", passage, role, (role, ""))
            continue
        if start == word_at or word_at in chosen:
            ask("salience" if word_at in chosen else "bare_role", passage, role, (role, ""), MEDIUM)
        elif DENIED.search(re.split(r"\b(?:mais|en revanche)\b", begun)[-1]):
            ask("negated_role", passage, role, (role, ""), MEDIUM)
        elif CONDITIONAL.search(begun) or NO_LONGER.search(begun):
            ask("hypothetical_role", passage, role, (role, ""), MEDIUM)
        elif _of_another(flat[sentence:start], name):
            ask("role_subject", passage, role, (role, ""), MEDIUM)
        after = re.match(r"[^.;,]*", flat[end : end + 40]).group()
        salience = "principal" if MAIN.search(around) else "stated"
        if salience == "stated" and (STRONG.search(around) or MAIN.search(after) or STRONG.search(after)):
            ask("salience", passage, role, ("stated", "principal"), MEDIUM)
        if re.search(r"rices?$", flat[word_at:end], re.IGNORECASE):
            ask("role_word", passage, role, (role,), HIGH)
        found.append(StatedRole(role, salience, passage))
    taken = {one.role for one in found}
    for word in ANY.finditer(flat):
        role = code(word.group())
        if word.start() not in seen and role not in taken:
            around = flat[_before(flat, word.start())[0] : word.start()]
            kind = "hypothetical_role" if HOPED.search(around) else "bare_role"
            kind = "negated_role" if DENIED.search(around) else kind
            ask(kind, _anchor(cell, flat, *word.span()), role, (role, ""))
    for other in OTHER.finditer(flat):
        if not ANY.fullmatch(other["word"]):
            ask("role_word", first_words(cell[other.start() : other.end()]), "", tuple(sorted(ROLES)))
    for word in re.finditer(r"[^\W\d_]{7,}", flat):
        if not ANY.fullmatch(word.group()) and not INFLECTED.search(word.group()) and is_like_a_role(word.group()):
            ask("role_word", word.group(), "", tuple(sorted(ROLES)))
    if not found:
        ask("no_role", first_words(cell), "", (), HIGH if not doubts else LOW)
    stated = {}
    for one in found:
        if one.role not in stated or (one.salience == "principal" and stated[one.role].salience == "stated"):
            stated[one.role] = one
    # A role that is taken elsewhere in the cell is not one that was not taken.
    taken = [d._replace(kind="bare_role_taken") if d.kind == "bare_role" and d.key in stated else d for d in doubts]
    return list(stated.values()), taken


def is_like_a_role(word):
    """Tell a misspelt word of a role."""
    return any(fuzz.ratio(unaccented(word), role) >= ALIKE for role in SPELT)


def code(word):
    """Return the code of a role word, whatever its gender and number.

    >>> code("Connectrices")
    'connecteur'
    """
    return next(role for role in ROLES if word.casefold().startswith(role[:7]))


def _statements(flat):
    """Yield where roles are stated: start of the statement, end, and start of the role word."""
    for match in STATED.finditer(flat):
        start, end = match.span()
        # Words between the verb and the role word may belong to something else.
        if match["b"] and re.search(r"\b(?:que|qui|pour|par|avec|dans)\b", match["verb"], re.IGNORECASE):
            continue
        yield start, end, match.start("b" if match["b"] else "a")
        while more := ALSO.match(flat, end):
            end = more.end()
            yield start, end, more.start("c")
    for match in LISTED.finditer(flat):
        yield match.start("d"), match.end("d"), match.start("d")


def _of_another(before, name):
    """Tell whether the subject of a statement may be another than the laureate."""
    clause = re.split(r"[;:]\s|\b(?:mais|tandis que|alors que)\b", before)[-1]
    subject = re.split(r",\s", clause)[-1]
    if SUBORDINATE.search(subject):
        return True
    words = re.findall(r"[^\W\d_]{2,}", subject)
    own = [word for word in words if len(word) > 3 or word[:1].isupper()]
    if name and any(unaccented(word) in unaccented(name) for word in own):
        return False
    if re.search(rf"\b(?:{OWN})\b", subject, re.IGNORECASE):
        return False
    return bool(re.search(r"\b(?:le|la|les|l'|un|une|des)\b", f"{subject} ", re.IGNORECASE)) and bool(words)


def _compared(flat):
    """Return where the role words stand that a comparison chooses, and those that it sets aside."""
    chosen, refused = set(), set()
    for match in COMPARED.finditer(flat):
        for group, side in (("first", refused), ("second", chosen), ("third", chosen), ("fourth", refused)):
            if match[group]:
                side.add(max(word.start() for word in ANY.finditer(flat, *match.span(group))))
    return chosen, refused


def _before(flat, at):
    """Return where the clause and the sentence of a position start."""
    marks = r"[.;!?•]\s", r"[,:()]\s?|\b(?:mais|en revanche|toutefois|cependant|pourtant)\b"
    far = max(0, at - LONGEST_CLAUSE)
    sentence, clause = (max((far + m.end() for m in re.finditer(mark, flat[far:at])), default=far) for mark in marks)
    return max(sentence, clause), sentence


def _anchor(cell, flat, start, end):
    """Return the words of a statement as printed, from its verb where that fits in an anchor."""
    near = max(0, start - 80)
    verb = re.search(PLAYS + r"[^.;,:]{0,40}$", flat[near:start], re.IGNORECASE)
    if verb and count_words(flat[near + verb.start() : end]) <= ANCHOR_WORDS:
        start = near + verb.start()
    words = [m.start() for m in re.finditer(r"[^\W_]+", flat[start:end])]
    if len(words) > ANCHOR_WORDS:
        start += words[-ANCHOR_WORDS]
    return " ".join(cell[start:end].replace("\n", " ").split())
