"""The project cell: the laureate's name, project, legal status, place and département."""

import re
from typing import NamedTuple

from rapidfuzz import fuzz

from ..dataset.cells import ANCHOR_WORDS, count_words
from ..words.folding import DASHES, bare_words, straight, unaccented
from .doubts import HIGH, LOW, MEDIUM, Doubt, first_words
from .french import DEPARTMENTS, QUOTED, STATUS, is_name

KIND = r"(?:association|entreprise|société|coopérative|scic|scop|structure|collectif|fondation|pme|start-?up)"
WITH_ARTICLE = re.compile(rf"(?:l'|la |le |une |un )(?P<kind>{KIND})\s+(?P<name>\S.*)", re.IGNORECASE)
STATUSES = "|".join(map(re.escape, STATUS))
VERB = (
    r"(?:est|sont|souhaite|propose|porte|portent|développe|vise|accompagne|travaille|joue|réunit|rassemble|crée|met|"
    r"anime|organise|gère|forme|innove|offre|ouvre|accueille|transforme|fabrique|cultive|relie|expérimente|mène|a|"
    r"regroupe|collecte|répare|invente|construit|installe|invite|soutient|fait|veut|entend|s'attache|s'appuie)"
)
CAPITAL = r"[A-ZÀ-ÝŒ0-9](?:[\w'&-]|\.(?=\w))*"
NAME = rf"(?:l'|La |Le |Les |L')?{CAPITAL}(?:\s+(?:(?:de|du|des|la|le|les|en|et|&|à|au|aux|d'|l')\s*)*{CAPITAL})*"
THING = r"(?:projet|programme|démarche|dispositif|opération|initiative)s?"
PROJECT = re.compile(rf"\b{THING}\b[^«“\".;]{{0,30}}$", re.IGNORECASE)
PROJECT_AFTER = re.compile(rf",? (?:est )?(?:son|leur|le|un) {THING}\b", re.IGNORECASE)
# Atomic: a hyphen may belong to either part, which would be tried in all ways; and no town has more words.
TOWN = rf"(?>{CAPITAL}(?:[ -](?:(?:de|du|des|la|le|les|en|sur|sous|et|lès|d'|l')[ -]){{0,9}}{CAPITAL}){{0,9}})"
LANDS = (
    r"(?:[Pp]lateau|[Vv]all[ée]e|[Pp]ays|[Mm]arais|[Bb]assin|[Cc]ausse|[Pp]resqu'[îi]le|[ÎîIi]le|[Aa]rrondissement|"
    r"[Pp][ée]rigord)"
)
LAND = rf"(?:{LANDS}(?: (?:de la|de l'|des|du|de|d'))? ?{TOWN}|{LANDS} (?!d[eu]|la)\w+)"
LOCATED = r"(?i:bas[ée]e?s?|install[ée]e?s?|implant[ée]e?s?|situ[ée]e?s?)"
# The first that names a town or a land tells the place; ``of`` is what its name may lose by being put so.
PLACES = (
    (rf"\bcommune (?P<of>de |d'|du |des )(?P<name>{TOWN})", HIGH),
    (
        rf"\b(?:{LOCATED}|née?s?)"
        rf" (?P<of>(?:[àa]|au|aux|sur|dans|au cœur)(?: le| la| les| l'| du| de la| de l')? ?)(?P<name>{LAND}|{TOWN})",
        HIGH,
    ),
    (rf"\b(?P<of>(?:[Dd]ans|[Ss]ur|[Aa]u cœur|[Aa]u bord) (?:le |la |l'|du |de la |de l'))(?P<name>{LAND})", HIGH),
    (rf"^(?P<of>A |À |Au |Aux )(?P<name>{TOWN}),", HIGH),
    (rf"\b(?P<of>(?:ville|village|bourg) (?:de |d'|du |des ))(?P<name>{TOWN})", HIGH),
    (rf"(?:^|, )(?P<of>[àa] )(?P<name>{TOWN}) \(", HIGH),
    (rf"(?<!\w)(?P<of>de |d'|du |des )(?P<name>{TOWN}), (?:en|dans (?:le|la|les)) (?=[A-ZÀ-Ý])", HIGH),
    (rf"\b(?P<of>à |au |aux )(?P<name>{TOWN})", MEDIUM),
)
NEARBY = re.compile(rf"\b(?:à|de|du|d'|au|aux|depuis|près de|autour de) ?(?P<name>{TOWN})")
WITHIN = re.compile(
    rf"\b(?:en|dans le|dans la|dans les) (?P<name>(?:Nord|Sud|Est|Ouest|Haute?|Moyenne?|Centre)[ -]{CAPITAL})"
)
PREPOSITION = re.compile(
    r"(?:\ben|\bdans (?:le|la|les|l')|\bdépartement (?:de la|du|des|de l'|de)|\()\s*$", re.IGNORECASE
)
NEAR_DEPARTMENT = re.compile(rf"\b(?:[Ee]n|[Dd]ans l(?:a|e|es)|du|de la|des) (?P<name>{TOWN})|\((?P<given>{TOWN})\)")
READ = 2000  # letters in which a name is looked for
FIRST = 400  # letters in which two names are
ALONE = 60  # letters at most of a name in bold that is all of its cell
ALIKE = 80  # of 100: a misspelt département and the right one
# What may stand before a place and still belong to its anchor.
LEADS = (rf"\b(?:{LOCATED}) $", r"\b(?:[Dd]ans )?la commune $")
TURNED = {"du ": "Le ", "des ": "Les ", "au ": "Le ", "aux ": "Les "}


class Laureate(NamedTuple):
    """What a project cell states, by the columns of ``laureates.csv``; empty where it states nothing."""

    name: str
    project_name: str
    carrier_status: str
    carrier_anchor: str
    place: str
    department_stated: str
    place_anchor: str
    row_anchor: str


def read(project, contribution, where=None):
    """Return the laureate of a row, and the doubts about it."""
    doubts = []
    whole = project.text.replace("\n", " ")
    name, printed = _name(project, straight(contribution.text), doubts)
    status, status_anchor = _status(whole, contribution.text, printed, doubts)
    department, place, anchor = _where(whole, printed, doubts)
    if where and where.text and not department:
        department, near, _ = _where("en " + where.text.replace("\n", " "), "", doubts)
        place, anchor = place or near, anchor or first_words(where.text)
    title = _project(whole, doubts)
    return Laureate(name, title, status, status_anchor, place, department, anchor, first_words(whole, 6)), doubts


def _name(project, contribution, doubts):
    """Return the name as recorded and as printed."""
    flat = straight(project.text)
    bold = [(_trimmed(project.text[a:b].replace("\n", " ")), a) for a, b in _whole(project)]
    bold = [(words, at) for words, at in bold if 1 < len(words) <= 90]
    unquoted = QUOTED.sub(lambda quote: quote.group()[0] + "\0" * (len(quote.group()) - 1), flat)
    bold = [(words, at) for words, at in bold if unquoted[at] != "\0"] or bold
    is_alone = len(flat) <= ALONE and is_name(flat) and not re.search(r"[.!?;,]", flat)
    if bold and (len(bold[0][0]) < 0.8 * len(flat) or is_alone):
        printed = bold[0][0]
        name = _recorded(printed)
        others = dict.fromkeys(_recorded(words) for words, _ in bold[1:] if is_name(words))
        others = [other for other in others if unaccented(other) != unaccented(name)]
        # One name in bold that the contribution does not say, while it says the one that acts, may be a partner's.
        acting = candidates(flat, contribution)[:1]
        if acting and not others and not any(map(_says, (contribution, name, acting[0]), (name, acting[0], name))):
            if _says(contribution, acting[0]):
                others, bold = [_recorded(acting[0])], [*bold, (acting[0], 0)]
            elif flat.find(acting[0]) < bold[0][1]:
                both = name, _recorded(acting[0])
                doubts.append(Doubt("name_in_doubt", first_words(flat), name, both, column="name"))
        if others:
            return _one_of([name, *others], [printed, *(words for words, _ in bold[1:])], flat, contribution, doubts)
        return name, printed
    found = candidates(flat, contribution)
    if not found:
        doubts.append(Doubt("no_name", first_words(flat) or first_words(contribution), column="name"))
        return "", ""
    printed = found[0]
    sure = MEDIUM if re.search(rf"\b{re.escape(printed)}\b", contribution) else LOW
    name = _recorded(printed)
    proposals = tuple(dict.fromkeys(map(_recorded, found[:3])))
    doubts.append(Doubt("name_unmarked", first_words(flat), name, proposals, sure, column="name"))
    both = re.match(rf".{{0,60}}?({NAME}) et ({NAME}),? [a-zà-ÿ]+ent\b", flat[:FIRST])
    if both:
        doubts.append(Doubt("two_laureates", first_words(flat), name, both.groups(), column="name"))
    return name, printed


def _one_of(names, printed, flat, contribution, doubts):
    """Choose among several names in bold the only one that the contribution says; else they are two laureates."""
    words = unaccented(contribution)
    said = [name for name in names if unaccented(name) in words]
    first, second = (re.escape(straight(words)) for words in printed[:2])
    both = re.search(rf"{first}\s*(?:,|et|&)\s*(?:\S{{1,40}} )?{second}", flat)
    is_one = len(said) == 1 and not both
    name = said[0] if is_one else names[0]
    kind = "name_in_doubt" if is_one else "two_laureates"
    doubts.append(Doubt(kind, first_words(flat), name, (name, *(n for n in names if n != name)), column="name"))
    return name, next((words for words in printed if _recorded(words) == name), printed[0])


def _says(words, name):
    return unaccented(name) in unaccented(words)


def _whole(project):
    """Return the bold stretches of a cell, those of one name joined over a space, a hyphen or an apostrophe."""
    found = []
    for start, end in project.bold:
        if found and re.fullmatch(r"[^\S\n]*|[-'\u2019]", project.text[found[-1][1] : start]):
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def _trimmed(words):
    """Take away what surrounds a name, and quotation marks that enclose it whole or only on one side."""
    bare = words.strip(" .,;:*")
    marks = re.findall('[«»“”"]', bare)
    enclosed = bare[:1] in '«“"' and bare[-1:] in '»”"' and len(marks) == 2
    return bare.strip(' «»“”"') if enclosed or len(marks) == 1 else bare


def candidates(flat, contribution):
    """Return what may be the name in a cell without bold, the most likely first."""
    flat = flat[:READ]
    found = [m.group(1) for m in re.finditer(rf"\b(?:{KIND}) ({NAME})", flat) if m.start() < 160]
    found += [m.group(1) for m in re.finditer(rf"(?:^|[,.;] )({NAME})(?:, [^,.;]{{3,120}},)? {VERB}\b", flat)]
    found += [m.group(1) for m in re.finditer(rf"\b({NAME}) {VERB}\b", flat)]
    first = re.match(rf"(?:(?:En|Dans|À|A) [^,.]*, )?(?:l'|la |le )?(?:{KIND} )?({NAME})\b", flat)
    if first and re.search(rf"\b{re.escape(first[1])}\b", contribution):
        found.append(first[1])
    found = dict.fromkeys(re.sub(r"^(?:En|Dans|A|À|Au|Sur)\s.*", "", one).strip(" ,.") for one in found)
    pronoun = re.compile(r"(?:Il|Elle|Le|La|Les|L'|Ce|Son|Cette)\b.{0,8}|L'[a-zà-ÿ-]+")
    article = re.compile(r"(?:Le|La|Les|L') ?[A-ZÀ-Ý].+")
    found = [one for one in found if len(one) > 1 and (not pronoun.fullmatch(one) or article.fullmatch(one))]
    return sorted(found, key=lambda one: one not in contribution) if contribution else found


def _recorded(printed):
    """Return a printed name as it is recorded: “l'association X” is Association X, “l'Escale” is L'Escale."""
    flat = straight(printed)
    with_article = WITH_ARTICLE.fullmatch(flat)
    if with_article:
        flat = f"{with_article['kind']} {with_article['name']}"
    elif not re.match(r"(?:l'|le |la |les )", flat):
        return flat
    return flat[:1].upper() + flat[1:]


def _status(whole, contribution, name, doubts):
    """Return the legal status that the row states of its laureate, and the words that state it."""
    flat = straight(whole)
    label = re.escape(straight(name)) if name else r"\0"
    own = [
        rf"(?:\bl'|\bla |\bune )?(?P<kind>{STATUSES})\s+(?:«\s*)?{label}",
        rf"{label}(?:,[^,.]*,)? est (?:une|un)(?: \w+)? (?P<kind>{STATUSES})\b",
        rf"{label}, (?:une |un |petite )?(?P<kind>{STATUSES})\b",
    ]
    if re.match(rf"(?:l'|la )?(?:{STATUSES})\b", straight(name), re.IGNORECASE):
        own.append(rf"(?:\bl'|\bla |\bune )?\b(?P<kind>{STATUSES})\b.*")
    for pattern in own:
        match = re.search(pattern, flat, re.IGNORECASE)
        if match:
            return STATUS[match["kind"].casefold()], first_words(whole[match.start() : match.end()])
    acts = r"(?:\w+ )?(?:joue|agit|est|porte|tient|remplit|montre)\b[^.;,]{0,20}"
    match = re.search(rf"(?:l'|la )(?P<kind>{STATUSES}) {acts}", straight(contribution), re.IGNORECASE)
    if match:
        return STATUS[match["kind"].casefold()], first_words(contribution[match.start() : match.end()], 5)
    # A word such as “leur association” may state it: that is asked.
    own = re.search(rf"\b(?:leur|cette|son|notre) (?P<kind>{STATUSES})\b", flat, re.IGNORECASE)
    match = own or re.search(rf"\b(?P<kind>{STATUSES})\b", flat, re.IGNORECASE)
    if not match:
        return "", ""
    status, words = STATUS[match["kind"].casefold()], first_words(whole[match.start() : match.end() + 30], 5)
    value, sure = (status, MEDIUM) if own else ("", LOW)
    doubts.append(Doubt("status", words, value, (status, ""), sure, column="carrier_status"))
    return (status, words) if own else ("", "")


def _is_town(name):
    """Tell whether a word may be a place: not the first word of an institution."""
    return unaccented(name.split()[0]) not in {"mairie", "region", "universite", "chambre", "departement"}


def _is_department(name):
    return bare_words(name) in DEPARTMENTS


def _where(whole, name, doubts):
    """Return the département, the place and the words that state them."""
    flat = straight(whole)
    mask = flat.replace(straight(name), "\0" * len(name)) if name else flat
    department, named = _department(mask, whole, doubts)
    town, span = _town(mask, whole, doubts)
    inside = WITHIN.search(mask)
    inside = None if inside and _is_department(inside["name"]) else inside
    place = ", ".join(part for part in (town, inside["name"] if inside else "") if part)
    spans = [found for found in (span, inside and inside.span()) if found]
    if department:
        start = max((m.start() for m in re.finditer(r"\b(?:en|dans|au|aux) ", mask[: named[0]], re.I)), default=-1)
        spans.append((start if start >= 0 and named[0] - start < 25 else named[0], named[1]))
    if not spans:
        return department, place, ""
    start, end = min(a for a, _ in spans), max(b for _, b in spans)
    if count_words(whole[start:end]) > ANCHOR_WORDS:
        start, end = spans[0]
    for lead in LEADS:
        before = re.search(lead, whole[:start])
        if before and count_words(whole[before.start() : end]) <= ANCHOR_WORDS:
            start = before.start()
    return department, place, whole[start:end].strip(" ,.;")


def _department(mask, whole, doubts):
    """Return the code of the only département that is named, and where it stands."""
    folded = "".join(unaccented(c) if c.isalpha() and len(unaccented(c)) == 1 else c for c in mask)
    folded = re.sub(f"[-{DASHES}]", " ", folded.lower())
    found, taken = [], bytearray(len(folded))
    for label in sorted(DEPARTMENTS, key=len, reverse=True):
        for match in re.finditer(rf"\b{label.replace(' ', ' +')}\b", folded):
            if not taken[match.start()] and mask[match.start()].isupper():
                found.append((*match.span(), DEPARTMENTS[label]))
                taken[match.start() : match.end()] = b"\1" * len(match.group())
    found += [
        (*m.span("code"), m["code"]) for m in re.finditer(rf"\((?P<code>{'|'.join(DEPARTMENTS.values())})\)", mask)
    ]
    if not found:
        for match in NEAR_DEPARTMENT.finditer(mask):
            said = match["name"] or match["given"]
            like = {name: fuzz.ratio(unaccented(said).replace("-", " "), name) for name in DEPARTMENTS}
            best = max(like, key=like.get)
            if like[best] >= ALIKE:
                offered = first_words(said), "", (DEPARTMENTS[best], "")
                doubts.append(Doubt("department", *offered, column="department_stated"))
        return "", None
    start, end, code = min(found)
    codes = tuple(dict.fromkeys(one for *_, one in sorted(found)))
    if len(codes) > 1:
        doubts.append(Doubt("several_departments", first_words(whole[start:]), "", codes, column="department_stated"))
        return "", None
    before = re.sub(r"(?:Nord|Sud|Est|Ouest|Haute|Basse|Moyenne|Centre)[ -]$", "", mask[:start])
    if not PREPOSITION.search(before):
        passage = first_words(whole[max(0, start - 20) : end])
        doubts.append(Doubt("department", passage, code, (code, ""), MEDIUM, column="department_stated"))
    return code, (start, end)


def _town(mask, whole, doubts):
    """Return the town or land that is named, and where it stands; one that is only near is asked about."""
    for pattern, sure in PLACES:
        match = next((m for m in re.finditer(pattern, mask) if _is_town(m["name"])), None)
        if match and not _is_department(match["name"]):
            town = (
                match["name"]
                if re.match(LANDS, match["name"])
                else TURNED.get(match["of"].casefold(), "") + match["name"]
            )
            if sure != HIGH or match["of"].strip().casefold() in ("au", "aux"):
                passage = first_words(whole[match.start() : match.end()])
                doubts.append(Doubt("place", passage, town, (town, ""), MEDIUM, column="place"))
            return town, match.span()
    unquoted = QUOTED.sub(lambda quote: "\0" * len(quote.group()), mask)
    near = next((m for m in NEARBY.finditer(unquoted) if _is_town(m["name"])), None)
    if near and not _is_department(near["name"]) and not re.match(r"[\dA-Z]{2}", near["name"]):
        passage = first_words(whole[near.start() : near.end()])
        doubts.append(Doubt("place", passage, "", (near["name"], ""), column="place"))
    return "", None


def _project(whole, doubts):
    """Return the project's name: what stands in quotation marks after “projet”, “programme” and the like."""
    named, quotes = [], []
    for match in QUOTED.finditer(whole):
        words = (match.group(1) or match.group(2)).strip()
        quotes.append(words)
        start, end = match.span()
        if PROJECT.search(straight(whole[max(0, start - 60) : start])) or PROJECT_AFTER.match(
            straight(whole[end : end + 60])
        ):
            named.append(words)
    if len(named) == 1:
        return straight(named[0])
    if quotes:
        proposals = tuple(dict.fromkeys(map(straight, quotes)))
        doubts.append(Doubt("project_name", first_words(quotes[0]), "", proposals, column="project_name"))
    return ""
