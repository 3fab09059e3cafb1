"""The project cell: the laureate's name, project, legal status, place and département."""

import re
from typing import NamedTuple

from ..dataset.cells import ANCHOR_WORDS, count_words
from ..dataset.csvfile import plain
from .doubts import HIGH, LOW, MEDIUM, first_words
from .french import DEPARTMENTS, QUOTED, STATUS, level

KIND = r"(?:association|entreprise|société|coopérative|scic|scop|structure|collectif|fondation|pme|start-?up)"
CARRIER = re.compile(rf"(?P<article>l'|la |le |une |un )?(?P<kind>{KIND})\s+(?P<name>\S.*)", re.IGNORECASE)
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
TOWN = rf"{CAPITAL}(?:[ -](?:(?:de|du|des|la|le|les|en|sur|sous|et|lès|d'|l')[ -])*{CAPITAL})*"
LANDS = (
    r"(?:[Pp]lateau|[Vv]allée|[Pp]ays|[Mm]arais|[Bb]assin|[Cc]ausse|[Pp]resqu'île|[Îî]le|[Aa]rrondissement|[Pp]érigord)"
)
LAND = rf"(?:{LANDS}(?: (?:de la|de l'|des|du|de|d'))? ?{TOWN}|{LANDS} (?!d[eu]|la)\w+)"
PLACES = (
    (re.compile(rf"\bcommune (?P<of>de |d'|du |des )(?P<name>{TOWN})"), HIGH),
    (
        re.compile(
            r"\b(?:basée?s?|installée?s?|implantée?s?|située?s?|née?s?)"
            rf" (?P<of>(?:à|au|aux|sur|dans|au cœur)(?: le| la| les| l'| du| de la| de l')? ?)(?P<name>{LAND}|{TOWN})"
        ),
        HIGH,
    ),
    (
        re.compile(
            rf"\b(?P<of>(?:[Dd]ans|[Ss]ur|[Aa]u cœur|[Aa]u bord) (?:le |la |l'|du |de la |de l'))(?P<name>{LAND})"
        ),
        HIGH,
    ),
    (re.compile(rf"^(?P<of>A |À |Au |Aux )(?P<name>{TOWN}),"), HIGH),
    (re.compile(rf"\b(?P<of>(?:ville|village|bourg) (?:de |d'|du |des ))(?P<name>{TOWN})"), HIGH),
    (re.compile(rf"(?:^|, )(?P<of>à )(?P<name>{TOWN}) \("), HIGH),
    (re.compile(rf"(?<!\w)(?P<of>de |d'|du |des )(?P<name>{TOWN}), (?:en|dans (?:le|la|les)) (?=[A-ZÀ-Ý])"), HIGH),
    (re.compile(rf"\b(?P<of>à |au |aux )(?P<name>{TOWN})"), MEDIUM),
)
NEARBY = re.compile(rf"\b(?:à|de|du|d'|au|aux|depuis|près de|autour de) ?(?P<name>{TOWN})")
WITHIN = re.compile(
    rf"\b(?:en|dans le|dans la|dans les) (?P<name>(?:Nord|Sud|Est|Ouest|Haute?|Moyenne?|Centre)[ -]{CAPITAL})"
)
PREPOSITION = re.compile(
    r"(?:\ben|\bdans (?:le|la|les|l')|\bdépartement (?:de la|du|des|de l'|de)|\()\s*$", re.IGNORECASE
)
TURNED = {"du ": "Le ", "des ": "Les ", "au ": "Le ", "aux ": "Les "}


class Carrier(NamedTuple):
    """What a project cell states, each with the words it rests on; empty where it states nothing."""

    name: str
    project: str
    status: str
    status_anchor: str
    place: str
    department: str
    place_anchor: str
    row_anchor: str


class Unclear(NamedTuple):
    """A doubt about a cell: its kind, the column, the passage, the draft's value, what it could be, how sure it is."""

    kind: str
    column: str
    passage: str
    value: str = ""
    proposals: tuple = ()
    confidence: str = LOW


def read(project, contribution, where=None):
    """Read the laureate of a row."""
    unclear = []
    whole = project.text.replace("\n", " ")
    flat = level(whole)
    name, printed = _name(project, flat, contribution, unclear)
    status, status_anchor = _status(flat, whole, level(contribution.text), contribution.text, printed)
    if not status:
        status, status_anchor = _status_near(flat, whole, unclear)
    department, place, anchor = _where(flat, whole, printed, unclear)
    if where and where.text and not department:
        said = "en " + where.text.replace("\n", " ")
        department, near, _ = _where(level(said), said, "", unclear)
        place, anchor = place or near, anchor or first_words(where.text)
    title = _project(whole, unclear)
    row_anchor = first_words(whole, 6)
    return Carrier(name, title, status, status_anchor, place, department, anchor, row_anchor), unclear


def _name(project, flat, contribution, unclear):
    """Return the name as recorded and as printed."""
    bold = [(project.text[a:b].replace("\n", " "), a) for a, b in project.bold]
    bold = [(_trimmed(words), at) for words, at in bold]
    bold = [(words, at) for words, at in bold if len(words) > 1 and len(words) <= 90]
    quoted = [(m.start(), m.end()) for m in QUOTED.finditer(flat)]
    bold = [(words, at) for words, at in bold if not any(x < at < y for x, y in quoted)] or bold
    if bold and len(bold[0][0]) < 0.8 * len(flat):
        printed = bold[0][0]
        name = _recorded(printed)
        others = tuple(
            _recorded(words) for words, _ in bold[1:] if re.match(r"(?:l'|la |le |les )?[A-ZÀ-Ý]", level(words))
        )
        others = tuple(other for other in dict.fromkeys(others) if plain(other) != plain(name))
        if others:
            unclear.append(Unclear("two_laureates", "name", first_words(flat), name, (name, *others)))
        return name, printed
    found = _candidates(flat, level(contribution.text))
    if not found:
        unclear.append(Unclear("name_unmarked", "name", first_words(flat)))
        return "", ""
    printed = found[0]
    sure = MEDIUM if re.search(rf"\b{re.escape(printed)}\b", level(contribution.text)) else LOW
    name = _recorded(printed)
    proposals = tuple(dict.fromkeys(map(_recorded, found[:3])))
    unclear.append(Unclear("name_unmarked", "name", first_words(flat), name, proposals, sure))
    both = re.match(rf".{{0,60}}?({NAME}) et ({NAME}),? [a-zà-ÿ]+ent\b", flat)
    if both:
        unclear.append(Unclear("two_laureates", "name", first_words(flat), name, (both.group(1), both.group(2))))
    return name, printed


def _trimmed(words):
    """Take away what surrounds a name, and quotation marks that enclose it whole or only on one side."""
    bare = words.strip(" .,;:*")
    marks = re.findall('[«»“”"]', bare)
    enclosed = bare[:1] in '«“"' and bare[-1:] in '»”"' and len(marks) == 2
    return bare.strip(' «»“”"') if enclosed or len(marks) == 1 else bare


def _candidates(flat, contribution):
    """Return what may be the name in a cell without bold, the most likely first."""
    found = [m.group(1) for m in re.finditer(rf"\b(?:{KIND}) ({NAME})", flat) if m.start() < 160]
    found += [m.group(1) for m in re.finditer(rf"(?:^|[,.;] )({NAME})(?:, [^,.;]{{3,120}},)? {VERB}\b", flat)]
    found += [m.group(1) for m in re.finditer(rf"\b({NAME}) {VERB}\b", flat)]
    found = [re.sub(r"^(?:En|Dans|A|À|Au|Sur)\s.*", "", one).strip(" ,.") for one in found]
    found = [
        one
        for one in dict.fromkeys(found)
        if len(one) > 1 and not re.fullmatch(r"(?:Il|Elle|Le|La|Les|L'|Ce|Son|Cette)\b.{0,8}", one)
    ]
    return sorted(found, key=lambda one: one not in contribution) if contribution else found


def _recorded(printed):
    """Return a printed name as it is recorded: “l'association X” is Association X, “l'Escale” is L'Escale."""
    flat = level(printed)
    carrier = CARRIER.fullmatch(flat)
    if carrier and carrier["article"]:
        kind = carrier["kind"]
        return f"{kind[:1].upper()}{kind[1:]} {carrier['name']}"
    return flat[:1].upper() + flat[1:] if re.match(r"(?:l'|le |la |les )", flat) else flat


def _status(flat, whole, said, printed_said, name):
    """Return the legal status that the row states of its carrier, and the words that state it."""
    label = re.escape(level(name)) if name else r"\0"
    kinds = "|".join(map(re.escape, STATUS))
    own = [
        rf"(?:\bl'|\bla |\bune )?(?P<kind>{kinds})\s+(?:«\s*)?{label}",
        rf"{label}(?:,[^,.]*,)? est (?:une|un)(?: \w+)? (?P<kind>{kinds})\b",
        rf"{label}, (?:une |un |petite )?(?P<kind>{kinds})\b",
    ]
    if re.match(rf"(?:l'|la )?(?:{kinds})\b", level(name), re.IGNORECASE):
        own.append(rf"(?P<all>(?:\bl'|\bla |\bune )?\b(?P<kind>{kinds})\b.*)")
    for pattern in own:
        match = re.search(pattern, flat, re.IGNORECASE)
        if match:
            return STATUS[match["kind"].casefold()], first_words(whole[match.start() : match.end()])
    acts = r"(?:\w+ )?(?:joue|agit|est|porte|tient|remplit|montre)\b[^.;,]{0,20}"
    match = re.search(rf"(?:l'|la )(?P<kind>{kinds}) {acts}", said, re.IGNORECASE)
    if match:
        return STATUS[match["kind"].casefold()], first_words(printed_said[match.start() : match.end()], 5)
    return "", ""


def _status_near(flat, whole, unclear):
    """Return the status that a word such as “leur association” may state, and ask."""
    kinds = "|".join(map(re.escape, STATUS))
    own = re.search(rf"\b(?:leur|cette|son|notre) (?P<kind>{kinds})\b", flat, re.IGNORECASE)
    any_ = own or re.search(rf"\b(?P<kind>{kinds})\b", flat, re.IGNORECASE)
    if not any_:
        return "", ""
    meant = STATUS[any_["kind"].casefold()]
    words = first_words(whole[any_.start() : any_.end() + 30], 5)
    unclear.append(
        Unclear("status", "carrier_status", words, meant if own else "", (meant, ""), MEDIUM if own else LOW)
    )
    return (meant, words) if own else ("", "")


def _is_town(name):
    """Tell whether a word may be a place: not the first word of an institution."""
    return plain(name.split()[0]) not in {"mairie", "region", "universite", "chambre", "departement"}


def _where(flat, whole, name, unclear):
    """Return the département, the place and the words that state them."""
    mask = flat.replace(level(name), "\0" * len(name)) if name else flat
    folded = "".join(plain(letter) if letter.isalpha() and len(plain(letter)) == 1 else letter for letter in mask)
    folded = folded.lower().replace("-", " ")
    found = []
    for label in sorted(DEPARTMENTS, key=len, reverse=True):
        for match in re.finditer(rf"\b{label}\b", folded):
            if not any(a <= match.start() < b for a, b, *_ in found) and mask[match.start()].isupper():
                found.append((match.start(), match.end(), DEPARTMENTS[label]))
    for match in re.finditer(r"\((?P<code>16|17|19|23|24|33|40|47|64|79|86|87)\)", mask):
        found.append((match.start("code"), match.end("code"), match["code"]))
    found.sort()
    codes = list(dict.fromkeys(one for *_, one in found))
    department = codes[0] if len(codes) == 1 else ""
    if len(codes) > 1:
        passage = first_words(whole[found[0][0] :])
        unclear.append(Unclear("several_departments", "department_stated", passage, "", tuple(codes)))
    elif found:
        before = mask[: found[0][0]]
        direction = re.search(r"(?:Nord|Sud|Est|Ouest|Haute|Basse|Moyenne|Centre)[ -]$", before)
        before = before[: direction.start()] if direction else before
        if not PREPOSITION.search(before):
            passage = first_words(whole[max(0, found[0][0] - 20) : found[0][1]])
            unclear.append(Unclear("department", "department_stated", passage, department, (department, ""), MEDIUM))
    town, span = "", None
    for pattern, sure in PLACES:
        match = next((m for m in pattern.finditer(mask) if _is_town(m["name"])), None)
        if match and plain(match["name"]).replace("-", " ") not in DEPARTMENTS:
            land = re.match(LANDS, match["name"])
            town = ("" if land else TURNED.get(match["of"].casefold(), "")) + match["name"]
            if match["of"].strip().casefold() in ("au", "aux"):
                sure = MEDIUM
            span = [match.start(), match.end()]
            if sure != HIGH:
                unclear.append(Unclear("place", "place", first_words(whole[span[0] : span[1]]), town, (town, ""), sure))
            break
    if not town:
        other = next(
            (m for m in NEARBY.finditer(QUOTED.sub(lambda q: "\0" * len(q.group()), mask)) if _is_town(m["name"])), None
        )
        if (
            other
            and plain(other["name"]).replace("-", " ") not in DEPARTMENTS
            and not re.match(r"[\dA-Z]{2}", other["name"])
        ):
            passage = first_words(whole[other.start() : other.end()])
            unclear.append(Unclear("place", "place", passage, "", (other["name"], "")))
    inside = WITHIN.search(mask)
    inside = None if inside and plain(inside["name"]).replace("-", " ") in DEPARTMENTS else inside
    parts = [part for part in (town, inside["name"] if inside else "") if part]
    spans = [span] if span else []
    spans += [list(inside.span())] if inside else []
    if found and department:
        start = max((m.start() for m in re.finditer(r"\b(?:en|dans|au|aux) ", mask[: found[0][0]], re.I)), default=-1)
        start = start if start >= 0 and found[0][0] - start < 25 else found[0][0]
        spans.append([start, found[0][1]])
    if not spans:
        return department, " ".join(parts), ""
    start, end = min(a for a, _ in spans), max(b for _, b in spans)
    if count_words(whole[start:end]) > ANCHOR_WORDS:
        start, end = spans[0]
    based = re.search(r"\b(?:basée?s?|installée?s?|implantée?s?|située?s?) $", whole[:start])
    if based and count_words(whole[based.start() : end]) <= ANCHOR_WORDS:
        start = based.start()
    commune = re.search(r"\b(?:[Dd]ans )?la commune $", whole[:start])
    if commune and count_words(whole[commune.start() : end]) <= ANCHOR_WORDS:
        start = commune.start()
    return department, ", ".join(parts), whole[start:end].strip(" ,.;")


def _project(whole, unclear):
    """Return the project's name: what stands in quotation marks after “projet”, “programme” and the like."""
    found = list(QUOTED.finditer(whole))
    quotes = [(m.start(), (m.group(1) or m.group(2)).strip()) for m in found]
    said = [PROJECT.search(level(whole[: m.start()])) or PROJECT_AFTER.match(level(whole[m.end() :])) for m in found]
    named = [words for (_, words), own in zip(quotes, said, strict=True) if own]
    if len(named) == 1:
        return level(named[0])
    if quotes:
        proposals = tuple(dict.fromkeys(level(words) for _, words in quotes))
        unclear.append(Unclear("project_name", "project_name", first_words(quotes[0][1]), "", proposals))
    return ""
