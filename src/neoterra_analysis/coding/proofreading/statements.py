"""What the prose of a draft says, held to its rows: numbers, titles, roles, places, kinds of carriers, who is named."""

import re
from collections import defaultdict

from rapidfuzz import fuzz

from ...fiches import contribution_cell, french
from ...fiches.contribution_cell import code
from ...fiches.french import COUNT, ROLE, counted
from ...words.folding import bare_words, straight, unaccented
from .galley import finding, named, sentences, whole
from .whereabouts import department_in, departments

NOUNS = r"(?:(?:projets?|exemples?|initiatives?|structures?|porteurs?)(?: de projets?)?(?: lauréate?s?)?|lauréate?s?)"
OF = r"\s+(?:d'|de |des )?(?:ces |autres |grande?s? |nouve\w+ |principa\w+ ){0,2}"
TOTAL = re.compile(rf"{COUNT}{OF}(?P<noun>{NOUNS})\b", re.IGNORECASE)
ENJEUX = re.compile(rf"{COUNT}{OF}(?:\w+ )?enjeux\b", re.IGNORECASE)
PLACES = re.compile(rf"{COUNT}{OF}départements\b(?! (?:voisin|limitrophe|qui|dont|où))", re.IGNORECASE)
BY_ROLE = re.compile(
    rf"{COUNT}(?!\s+(?:types?|rôles?|fonctions?|figures?)\b)(?P<between>[^.;:()\n]{{0,90}}?)(?<!\w)(?P<role>{ROLE})\b",
    re.IGNORECASE,
)
FOR_ROLE = re.compile(
    rf"(?<!\w)(?P<role>{ROLE})\b(?P<between>[^.;()\n]{{0,50}}?[ :(]\s*)"
    rf"(?P<count>{COUNT.replace('?P<', '?P<x')})\s+{NOUNS}\b",
    re.IGNORECASE,
)
IN_ENJEU = re.compile(
    rf"{COUNT}(?=\s+(?:pour|sous|dans|à|au titre de|en)\s+(?:le |l')?(?:\w+ )?enjeu\b)", re.IGNORECASE
)
GATHERED = re.compile(
    rf"{COUNT}{OF}(?:\w+ )?(?P<noun>acteurs|partenaires|structures|organisations|organismes|membres)\b", re.IGNORECASE
)
OF_ENJEU = re.compile(r"\benjeu\s+(?:n\s?[°ºo]\s*)?(?:\d\.)?(?P<number>\d{1,2})\b", re.IGNORECASE)
THIS_ENJEU = re.compile(r"\b(?:cet|ce premier|ce dernier) enjeu\b", re.IGNORECASE)
# A number of these is not of the rows.
ELSEWHERE = re.compile(
    r"\bambitions\b|\bfinanc|\bsoutenus?\b|\bbénéfici|\bplus de \d|\bsur trois\b|\bautres?\b|\béditions?\b",
    re.IGNORECASE,
)
SHOWN = re.compile(
    r"\bprésent|\billustr|\bidentifi|\bretenu|\bretien|\brassembl|\bréuni|\bfiche\b|\bci-dessous|\brépond|\banalys|\bcompte",
    re.IGNORECASE,
)
ALL = re.compile(
    r"\b(?P<all>(?:presque )?(?:tous|toutes) les|chacun des|chaque|l'ensemble des)\b"
    r"|\b(?P<most>la plupart des|la majorité des|plus de la moitié des)\b"
    r"|\b(?P<none>aucun|aucune|nul)\b"
    r"|\b(?P<many>plusieurs|de nombreux|de nombreuses|beaucoup de|bon nombre de|nombre de|bien des)\b"
    r"|\b(?P<part>la moitié|le tiers|un tiers|deux tiers|un quart|(?:les )?trois quarts) des\b",
    re.IGNORECASE,
)
PARTS = {"moitié": 1 / 2, "tiers": 1 / 3, "deux tiers": 2 / 3, "quart": 1 / 4, "quarts": 3 / 4}
ORDINALS = "premi deuxi troisi quatri cinqui sixi septi hui".split()
ORDINAL = re.compile(rf"\b(?P<stem>{'|'.join(ORDINALS)}|second)\w{{0,4}} enjeu\b", re.IGNORECASE)
# “les neuf lauréats” are all of them, “les neuf lauréats qui …” some.
THE = re.compile(r"\b(?:les|nos|au total,?|au nombre de|soit)\s+$", re.IGNORECASE)
SOME = re.compile(
    r"\s+(?:qui|dont|du|des|en|dans|d'|de (?!la fiche|cette|l'ambition|ce)"
    r"|(?!présent|reten|étud|analys|sélect|rencontr|interrog|décri|sont|ont|lauréat|illust)\w+[sx]\b)",
    re.IGNORECASE,
)
CUT = re.compile(r";|,?\s(?:tandis que|alors que|mais|quand|en revanche)\s|\n")
WITH = re.compile(
    r"\b(?:travaill|collabor|coopèr|s'associ|s'alli)\w+ (?:principalement |surtout |aussi )?avec\b(?P<rest>[^.;:\n]*)",
    re.IGNORECASE,
)
SMALL = frozenset(
    "dans pour avec leur leurs dont cette ces entre plus autres organisations structures acteurs territoire".split()
)
KINDS = {
    "association": "association", "entreprise": "company", "société": "company", "pme": "company", "sarl": "company",
    "sas": "company", "start-up": "company", "startup": "company", "scic": "cooperative", "scop": "cooperative",
    "coopérative": "cooperative", "fondation": "foundation",
}  # fmt: skip
KIND = rf"(?P<kind>{'|'.join(map(re.escape, KINDS))})"
NEVER = (
    {"association", "company"},
    {"association", "cooperative"},
    {"association", "foundation"},
    {"company", "foundation"},
)
BROAD = frozenset(
    "les des aux une partenaires reseaux reseau collectivites professionnels membres tous certains ensemble diverses"
    " divers locaux locales publics publiques acteur projets projet laureats laureat personnes elles eux".split()
)
OFTEN = re.compile(r"\b(?:souvent|fréquemment|régulièrement|très|largement)\b")
MOBILISE = r"(?:mobilis|sollicit|associ|impliqu|cit|accompagn|souten)"
# “Plusieurs projets s'appuient sur des hôpitaux”; “les hôpitaux sont souvent mobilisés”.
MOBILISING = re.compile(
    rf"(?i:\b(?:plusieurs|de nombreux|de nombreuses|bon nombre de|beaucoup de|la plupart des) {NOUNS}) "
    rf"(?:{MOBILISE}\w*|s'appuient sur|travaillent avec|collaborent avec|coopèrent avec) "
    r"(?:(?:les|des|de|un|une|la|le|leurs?) |l')?(?P<who>[\w'-]+(?: (?:de |d'|du |des )?\w+)?)"
)
MOBILISED = re.compile(
    rf"\b(?:[Ll]es|[Dd]es) (?P<who>\w[\w' -]{{3,50}}?) (?:sont|restent|apparaissent)"
    rf" (?:(?:souvent|très|fréquemment|largement|bien) (?:{MOBILISE}\w+|présente?s?)"
    rf"|{MOBILISE}\w+ par (?:plusieurs|de nombreu)|des partenaires (?:fréquents|réguliers|habituels))"
)
AMBITION = re.compile(
    r"\b(?:cette |la )?(?:(?P<stem>premi|deuxi|troisi|quatri|cinqui|sixi)(?:ère|ème)|(?P<rank>[1-6])(?:e|re|ère|ème))"
    r" ambition\b"
    r"|\bambition (?:n\s?[°ºo]\s*)?(?P<number>[1-9])\b",
    re.IGNORECASE,
)
CAPITAL = r"[A-ZÀ-Ý][\w'-]+"
PROPER = rf"(?:L[ea]s? |L')?{CAPITAL}(?: (?:(?:de |du |des |la |et |en |d')*{CAPITAL}))+"
LAUREATE = re.compile(rf"\blauréate?s? (?:comme )?(?:« ?)?(?P<name>{PROPER}|{CAPITAL})")
PLAYS = re.compile(
    rf"(?:^|, |^[Ll]'association |^[Ll]e projet |^[Ll]'entreprise )(?P<name>{PROPER})"
    rf" (?:(?:joue|tient|remplit|endosse|assume)[^.;,]{{0,25}} (?:rôle|fonction)|agit en"
    rf"|(?:est|se fait|devient)(?: \w+)?) (?:d'|de |un |une |l')*{ROLE}\b"
)
# Names that stand in one list with a laureate's at the head of a sentence.
LISTED = re.compile(rf"(?:Comme |Chez |Pour )?{PROPER}(?:, {PROPER})* (?:et|ou) {PROPER}(?=[ ,])")
MOST_ROWS = 3  # times: a number beyond so many rows is of something else
ALIKE = 82


def find(one):
    """Yield all that the prose says otherwise than the rows."""
    if one.rows:
        yield from _numbers(one)
        yield from _roles(one)
        yield from _unheard(one)
        yield from _once_named(one)
        yield from _belonging(one)
        yield from _kinds(one)
        yield from _gathered(one)
        yield from _titles(one)
    yield from _lists(one)


def is_far(number, about, found):
    """Tell whether a number announced is another than the one found; about fifteen is thirteen to seventeen."""
    return abs(number - found) > (max(1, round(0.15 * number)) if about else 0)


def _names(rows):
    return [row.name for row in rows]


def _numbers(one):
    """Yield numbers of laureates, of enjeux, of roles and of départements that are not those of the rows."""
    enjeux = {enjeu.number for enjeu in one.outline.enjeux}
    for unit in one.of():
        for start, end in sentences(unit.flat):
            said, taken = unit.flat[start:end], set()
            for match, role in _of_roles(said):
                number, about = counted(match)
                those = [row for row in one.rows if role in {stated.role for stated in row.roles}]
                of = _enjeu_of(one, unit, said, match)
                those = [row for row in those if not of or row.enjeu == of]
                taken.add(match.start())
                if is_far(number, about, len(those)):
                    span = start + match.start(), start + match.end()
                    told = {"number": number, "found": len(those), "role": role}
                    yield finding("count_role", not about, unit, span, (), _names(those), **told)
            for match in [*TOTAL.finditer(said), *IN_ENJEU.finditer(said)]:
                if match.start() not in taken:
                    taken.add(match.start())
                    yield from _total(one, unit, said, start, match)
            for match in ENJEUX.finditer(said):
                number, about = counted(match)
                if enjeux and not re.search(r"\bautres\b", match.group()) and is_far(number, about, len(enjeux)):
                    span = start + match.start(), start + match.end()
                    heads = [_title_unit(one, enjeu) for enjeu in one.outline.enjeux]
                    yield finding(
                        "count_enjeux", True, unit, span, filter(None, heads), (), number=number, found=len(enjeux)
                    )
            for match in PLACES.finditer(said):
                number, about = counted(match)
                have = {row.laureate.department_stated for row in one.rows} - {""}
                if have and number != 12 and is_far(number, about, len(have)):
                    span = start + match.start(), start + match.end()
                    those = [row for row in one.rows if row.laureate.department_stated]
                    yield finding(
                        "count_departments", False, unit, span, (), _names(those), number=number, found=len(have)
                    )


def _of_roles(said):
    """Yield the numbers of a sentence that are those of a role: “six lauréats sont connecteurs”, “connecteur : six”."""
    seen = set()
    for match in BY_ROLE.finditer(said):
        if (
            said[: match.start()].endswith("sur ")
            or said.startswith(" sur ", match.end())
            or match["figures"]
            and re.search(r"\benjeu $|\w [A-ZÀ-Ý][\w'-]* $", said[: match.start()])
        ):
            continue  # of an enjeu, or of a name
        between = f" {match['between'].strip()} ".lower()
        is_plain = re.fullmatch(
            rf" (?:{NOUNS} |d'entre (?:eux|elles) |sur \S+ |des \S+ |structures |autres )*(?:y |se )?"
            r"(?:(?:est|joue|agit|tient|a|remplit|sont|jouent|agissent|tiennent|ont|remplissent|assument|exercent|relèvent|endossent|occupent|apparaissent|"
            r"se|interviennent|font|fonctionnent|posent)\b[^,]{0,60}|(?:un|le) rôle d[e'] ?|une fonction d[e'] ?)?",
            between.rstrip() + " ",
        )
        if (
            not re.search(COUNT, re.sub(r"\bsur \S+", "", between))
            and not re.search(r"\bsans\b|\bn'|\bne\b", between)
            and (is_plain or not between.strip())
        ):
            seen.add(match.start())
            yield match, code(match["role"])
    for match in FOR_ROLE.finditer(said):
        if (
            match.start("count") in seen
            or re.search(ROLE, match["between"])
            or re.search(r"\bn'|\bne\b|\bsans\b", match["between"])
        ):
            continue
        yield re.compile(COUNT, re.IGNORECASE).match(said, match.start("count")), code(match["role"])


def _enjeu_of(one, unit, said, match):
    """Return the number of the enjeu that a number in a sentence is about, or 0."""
    spots = [
        (abs(m.start() - match.end()) if m.start() > match.start() else match.start() - m.end() + 5, int(m["number"]))
        for m in OF_ENJEU.finditer(said)
    ]
    for m in ORDINAL.finditer(said):
        stem = m["stem"].casefold()
        spots.append((abs(m.start() - match.end()), 2 if stem == "second" else ORDINALS.index(stem) + 1))
    for enjeu in one.outline.enjeux:
        at = said.find(enjeu.title) if len(enjeu.title) > 9 else -1
        spots += [(abs(at - match.end()), enjeu.number)] if at >= 0 else []
    return min(spots)[1] if spots else 0


def _total(one, unit, said, start, match):
    number, about = counted(match)
    rest, rows = said[match.end() :], one.rows
    of, place = _enjeu_of(one, unit, said, match), department_in(rest[:60])
    kind, those = "count_rows", rows
    if re.search(r"\b(?:des|parmi (?:c|l)es|sur les)\s+$", said[: match.start()], re.IGNORECASE):
        of = 0  # “trois des sept lauréats”: all of them
    if said[: match.start()].count("«") > said[: match.start()].count("»"):
        return  # words of another text
    here = unit.zone == "enjeu" and unit.enjeu and (THIS_ENJEU.search(said) or SHOWN.search(said))
    if not of and here and not re.match(r"\s+sur\b", rest):  # “7 lauréats sur 11”: a part of all of them
        of = unit.enjeu
    if of:
        kind, those = "count_enjeu", [row for row in rows if row.enjeu == of]
    elif re.match(r"\s+sur\b", rest) or re.search(r"\b(?:dont|parmi)\s+$", said[: match.start()]):
        return  # a part of them
    elif place:
        kind, those = "count_department", [row for row in rows if row.laureate.department_stated == place]
        if any(not row.laureate.department_stated for row in rows) and number > len(those):
            return  # a row that names no département may be there
    elif ELSEWHERE.search(said) or number > max(MOST_ROWS * len(rows), 20):
        return
    elif not (THE.search(said[: match.start()]) and not SOME.match(rest)):
        is_shown, are_laureates = unit.zone == "before" and SHOWN.search(said), "laur" in match.group().casefold()
        if not are_laureates and not (is_shown and 2 * number > len(rows)) or number < len(rows) and not is_shown:
            return  # some of them
    if of and number < len(those) and re.search(r"\b(?:qui|dont)\b|^ (?:de|du) ", rest[:40]):
        if not THE.search(said[: match.start()]):
            return
    if is_far(number, about, len(those)):
        told = {"number": number, "found": len(those), "enjeu": of, "place": place}
        yield finding(kind, True, unit, (start + match.start(), start + match.end()), (), _names(those), **told)


def _gathered(one):
    """Yield numbers of actors that a row says and does not name."""
    for number, row in enumerate(one.rows):
        actors = one.cell(number, "actors")
        for column in ("project", "contribution"):
            unit = one.cell(number, column)
            for match in GATHERED.finditer(unit.flat) if unit and actors else ():
                said, about = counted(match)
                found = sum(mention.parent is None for mention in row.mentions)
                if (
                    is_far(said, about, found)
                    and is_far(said, about, len(row.mentions))
                    and not any(doubt.kind == "open_list" for doubt in row.doubts)
                ):
                    other = [(actors.at, *whole(actors))]
                    yield finding(
                        "count_actors", False, unit, match.span(), other, (row.name,), number=said, found=found
                    )


def _lists(one):
    """Yield numbers that announce a list of another length."""
    for unit, below in zip(one.units, one.units[1:], strict=False):
        if unit.row >= 0 or not unit.flat.rstrip().endswith(":") or not below.item or below.row >= 0:
            continue
        said = list(re.finditer(rf"{COUNT}\s+(?:\w+ )?(?P<noun>\w{{4,}}s|enjeux)\b", unit.flat, re.IGNORECASE))
        size = 0
        for item in one.units[unit.at + 1 :]:
            if not item.item:
                break
            size += 1
        if said and not ENJEUX.search(said[-1].group()) and not TOTAL.match(said[-1].group()):
            number, about = counted(said[-1])
            if number < 20 and is_far(number, about, size):
                other = [(one.units[unit.at + at].at, *whole(one.units[unit.at + at])) for at in (1, size)]
                yield finding("count_list", True, unit, said[-1].span(), other[:1], (), number=number, found=size)
        listed = ENJEUX.search(unit.flat)
        if listed:
            number, about = counted(listed)
            if is_far(number, about, size) and not (one.rows and is_far(number, about, len(one.outline.enjeux))):
                other = [(below.at, *whole(below))]
                yield finding("count_list", True, unit, listed.span(), other, (), number=number, found=size)


def _title_unit(one, enjeu):
    """Return where the title of an enjeu stands in its heading."""
    for unit in one.units:
        if unit.text.place >= enjeu.place and unit.row < 0:
            at = unit.text.text.find(enjeu.title)
            if at >= 0:
                return unit.at, at, at + len(enjeu.title)
    return None


def _says_enjeu(one, place):
    """Return the heading at a place, if it says that it is of an enjeu, on its line or the one above."""
    unit = next((unit for unit in one.units if unit.text.place == place and unit.row < 0), None)
    above = unit and unit.at and one.units[unit.at - 1]
    is_of = unit and (
        re.search(r"\benjeu\b", unit.flat, re.IGNORECASE) or above and OF_ENJEU.fullmatch(above.flat.strip())
    )
    return unit if is_of else None


def _titles(one):
    """Yield titles of enjeux and of the ambition that are told in two ways."""
    told = {enjeu.number: enjeu for enjeu in one.outline.enjeux}
    for enjeu in told.values():
        heading = _title_unit(one, enjeu)
        if not enjeu.listed or bare_words(enjeu.listed) == bare_words(enjeu.title) or not heading:
            continue
        listed = next((unit for unit in one.of("before") if enjeu.listed in unit.text.text), None)
        if listed:
            at = listed.text.text.find(enjeu.listed)
            span = at, at + len(enjeu.listed)
            yield finding(
                "title", True, listed, span, [heading], (), number=enjeu.number, one=enjeu.listed, two=enjeu.title
            )
        else:
            unit = one.units[heading[0]]
            yield finding(
                "title", True, unit, heading[1:], (), (), number=enjeu.number, one=enjeu.title, two=enjeu.listed
            )
    have = {row.enjeu for row in one.rows}
    for doubt in one.outline.doubts:
        if doubt.kind == "no_heading" and one.rows:
            unit = next((unit for unit in one.units if unit.row < 0 and doubt.passage in unit.flat), None)
        elif doubt.kind == "enjeu_twice" and _says_enjeu(one, told[int(doubt.key)].place):
            unit = _says_enjeu(one, doubt.place)
        else:
            continue
        if unit:
            yield finding(f"enjeu_{doubt.kind.removeprefix('enjeu_')}", True, unit, whole(unit), number=doubt.key)
    for enjeu in told.values():
        heading = _title_unit(one, enjeu)
        if one.rows and enjeu.number not in have and heading:
            unit = one.units[heading[0]]
            below = next((u for u in one.units[unit.at + 1 :] if u.text.text), None)
            if not below or not re.search(r"\baucun\b", below.flat, re.IGNORECASE):
                yield finding("enjeu_empty", True, unit, heading[1:], number=enjeu.number)
    yield from _ambition(one)
    titles = {f"{enjeu.number}": enjeu.title for enjeu in told.values()} | {"": one.outline.ambition[1]}
    forms = {bare_words(form) for enjeu in told.values() for form in (enjeu.title, enjeu.listed)}
    for unit in one.of():
        for quote in french.QUOTED.finditer(unit.flat):
            words = bare_words(quote[1] or quote[2])
            near = {key: fuzz.ratio(words, bare_words(title)) for key, title in titles.items() if title}
            best = max(near, key=near.get, default=None)
            if best is not None and ALIKE <= near[best] < 100 and words not in forms and len(words) > 12:
                span = quote.span(1) if quote[1] else quote.span(2)
                yield finding(
                    "title", True, unit, span, (), (), number=best or "0", one=quote[1] or quote[2], two=titles[best]
                )


def _ambition(one):
    """Yield where a sentence names the ambition in nearly the words of its title."""
    title = [word for word in bare_words(one.outline.ambition[1]).split() if len(word) > 3 and word not in SMALL]
    title = [word for word in title[1:] if word not in ("pour",)]
    if len(title) < 3:
        return
    for unit in one.of():
        for start, end in sentences(unit.flat):
            said = unit.flat[start:end]
            if "ambition" not in said or all(word in bare_words(said).split() for word in title):
                continue
            words = list(re.finditer(r"[^\W\d_]+", said))
            keys = [unaccented(word.group()) for word in words]
            for at in (at for at, key in enumerate(keys) if key == title[0]):
                near = keys[at : at + len(title) + 2]
                if len(set(title) & set(near)) == len(title) - 1 and near[-1] not in SMALL:
                    last = max(at + i for i, key in enumerate(near) if len(key) > 3)
                    span = start + words[at].start(), start + words[last].end()
                    yield finding(
                        "ambition",
                        False,
                        unit,
                        span,
                        (),
                        (),
                        one=said[words[at].start() : words[last].end()],
                        two=one.outline.ambition[1],
                    )


def _roles(one):
    """Yield roles that the prose gives a laureate otherwise than its row, and roles without a row, or with one."""
    have = defaultdict(list)
    for row in one.rows:
        for stated in row.roles:
            have[stated.role].append(row.name)
    for unit in one.of():
        for start, end in sentences(unit.flat):
            at = start
            for stop in [*CUT.finditer(unit.flat, start, end), None]:
                until = stop.start() if stop else end
                yield from _clause(one, unit, at, until, have)
                at = stop.end() if stop else end
    seen = set()
    for unit in one.of():
        is_of_rows = bool(named(one, unit.flat))
        for match in re.finditer(rf"(?<!\w){ROLE}\b", unit.flat, re.IGNORECASE) if not is_of_rows else ():
            role = code(match.group())
            if role not in seen and len(have[role]) < 2:
                seen.add(role)
                if not have[role] or len(one.rows) > 3:
                    kind = "role_one_row" if have[role] else "role_no_row"
                    yield finding(kind, not have[role], unit, match.span(), _cells(one, role), have[role], role=role)


def _cells(one, role):
    """Return where the rows state a role."""
    for number, row in enumerate(one.rows):
        unit = one.cell(number, "contribution")
        for stated in row.roles:
            if stated.role == role and unit:
                at = max(unit.flat.find(straight(stated.anchor)), 0)
                yield unit.at, at, at + len(stated.anchor)


def _clause(one, unit, start, end, have):
    """Hold one clause to the rows: the roles that it gives to those whom it names, to all, to most, to nobody."""
    said = unit.flat[start:end]
    words = list(re.finditer(rf"(?<!\w){ROLE}\b", said, re.IGNORECASE))
    if not words:
        return
    numbers = named(one, said)
    span = start + words[0].start(), start + words[0].end()
    if not numbers:
        quantity = ALL.search(said[: words[0].start()])
        about = quantity and re.search(NOUNS, said[quantity.end() : words[0].start()], re.IGNORECASE)
        role = code(words[0].group())
        those, of = len(have[role]), len(one.rows)
        is_wrong = (
            quantity
            and about
            and (
                quantity["part"]
                and abs(_part(quantity["part"]) * of - those) > 0.6
                or quantity["all"]
                and those < of - bool(quantity["all"].startswith("presque"))
                or quantity["most"]
                and 2 * those <= of
                or quantity["none"]
                and those
                or quantity["many"]
                and those < 2
            )
        )
        if is_wrong and len(words) == 1:
            span = start + quantity.start(), start + words[0].end()
            yield finding("role_quantity", True, unit, span, (), have[role], role=role, found=those, of=of)
        return
    stated, doubts = contribution_cell.roles(said, (), one.rows[numbers[0]].name)
    gone = {doubt.key for doubt in doubts if doubt.kind in ("negated_role", "hypothetical_role")}
    denied = {doubt.key for doubt in doubts if doubt.kind == "negated_role"}
    denied = set() if re.search(r"\bpas (?:seulement|qu|uniquement|tant)|\bnon seulement\b", said) else denied
    given = {code(word.group()): word for word in words if code(word.group()) not in gone}
    near = {
        role for role, word in given.items() if any(_is_beside(said, one.rows[n].laureate.name, word) for n in numbers)
    }
    formal = {role for role, word in given.items() if role in {s.role for s in stated} or _heads(said, word)}
    given = {role: word for role, word in given.items() if role in formal | near}
    for number in numbers if len(given) < 2 or len(numbers) == 1 else ():
        row = one.rows[number]
        roles = {stated.role: stated for stated in row.roles}
        cell = one.cell(number, "contribution")
        other = [(cell.at, *whole(cell))] if cell else []
        for role, word in given.items():
            span = start + word.start(), start + word.end()
            if role not in roles and roles:
                told = {"name": row.name, "role": role, "roles": tuple(roles)}
                yield finding("role_other", role in formal, unit, span, other, (row.name,), **told)
            main = next((r for r, s in roles.items() if s.salience == "principal"), role)
            strong = contribution_cell.MAIN.search(said) or contribution_cell.STRONG.search(said)
            if role in roles and main != role and strong:
                told = {"name": row.name, "role": role, "roles": (main,)}
                yield finding("role_main", False, unit, span, other, (row.name,), **told)
        for role in denied & set(roles):
            yield finding("role_denied", True, unit, (span), other, (row.name,), name=row.name, role=role)


def _part(words):
    """Return the fraction that words say."""
    words = words.casefold()
    return PARTS["deux tiers"] if words == "deux tiers" else PARTS[words.split()[-1]]


def _is_beside(said, name, word):
    """Tell whether a name and a role word stand so near that one says the other: “comme aiguillon, X”."""
    at = said.casefold().find(re.sub(r"^Association ", "", name).casefold())
    first, last = sorted([(at, at + len(name)), word.span()])
    between = said[first[1] : last[0]]
    return (
        at >= 0
        and len(between) < 40
        and not re.search(r"\b(?:ont|a|avec|grâce|pour|contre|auprès|par|sans|chez)\b", between)
    )


def _heads(said, word):
    """Tell whether a role word stands before those who have it: “connecteurs (A, B)”, “Connecteur : A”."""
    return bool(re.match(r"s?\s*[(:]|\s+comme\b", said[word.end() :]))


def _kinds(one):
    """Yield laureates that are an association here and a company there."""
    for number, row in enumerate(one.rows):
        name = re.sub(r"^Association ", "", row.laureate.name)
        label = rf"(?i:{re.escape(name[:1])}){re.escape(name[1:])}"
        own = re.compile(
            rf"\b(?:l'|la |une |cette |le )?{KIND}\s+(?:«\s*)?{label}(?!\w)"
            rf"|{label}(?:,[^,.;]{{0,80}},)? est (?:une|un)(?: [\w-]+)? {KIND.replace('kind', 'kind2')}\b"
            rf"|{label}(?:, | \(|, cette |, ce )(?:une |un |petite )?{KIND.replace('kind', 'kind3')}\b",
            re.IGNORECASE,
        )
        subject = re.compile(
            rf"(?:^|[.;,:]\s)(?:[\w ]{{0,20}}, )?(?:l'|la |cette |le ){KIND}\s+(?!de |des |d'|qui )\w", re.IGNORECASE
        )
        told = []
        for unit in one.units:
            if unit.row not in (-1, number) or unit.zone == "table" and unit.row < 0:
                continue
            found = list(own.finditer(unit.flat)) if len(name) > 2 else []
            if unit.row == number and unit.column in ("contribution", "project"):
                found += list(subject.finditer(unit.flat))
            for match in found:
                group = next(key for key in ("kind", "kind2", "kind3") if match.groupdict().get(key))
                told.append((KINDS[match[group].casefold()], match[group].casefold(), unit, match.span(group)))
        told.sort(key=lambda each: (each[2].row < 0, each[2].column != "project", each[2].at))
        for kind, word, unit, span in told[1:]:
            first = told[0]
            if {kind, first[0]} in NEVER and (unit.at != first[2].at or span != first[3]):
                other = [(first[2].at, *first[3])]
                yield finding("kind", True, unit, span, other, (row.name,), name=row.name, one=word, two=first[1])


def _unheard(one):
    """Yield whom the prose names and no row: actors worked with, acronyms, départements."""
    printed = " ".join(unit.flat for unit in one.units if unit.row >= 0)
    keys = set(bare_words(printed).split())
    stems = {key[:6] for key in keys}
    for unit in one.of():
        for match in WITH.finditer(unit.flat):
            at = match.start("rest")
            if not re.search(r",|\bet (?:les|des|de l|du|le|la) ", match["rest"]):
                continue
            for part in re.finditer(
                r"[^,]+", re.sub(r"\bet (?=(?:les |des |de l'|de la |du |le |la |l'))", ",  ", match["rest"])
            ):
                words = [unaccented(word) for word in re.findall(r"[^\W\d_]{4,}", part.group())]
                words = [word for word in words if word not in SMALL] or words
                core = [
                    word for word in words if word not in ("economie", "region", "locaux", "locales", "publics")
                ] or words
                is_actor = re.match(
                    r"\s*(?:(?:[ld]es|l[ea]|un|une|du|leurs?|de la) |(?:de )?l'|[A-ZÀ-Ý])", part.group()
                )
                if core and is_actor and not any(word[:6] in stems for word in core):
                    text = part.group()
                    start = at + part.start() + len(text) - len(text.lstrip())
                    yield finding(
                        "actors_no_row", False, unit, (start, at + part.start() + len(text.rstrip())), of=len(one.rows)
                    )
    stated = {key for unit in one.units if unit.row >= 0 for *_, key in departments(unit.flat)}
    stated |= {row.laureate.department_stated for row in one.rows}
    for unit in one.of("before", "enjeu", "last"):
        for start, end, key in departments(unit.flat):
            who = re.search(
                r"(?:\ben|\bdans l[ae]s?|,|\bet)\s+(?:dans l[ae]s? |en )?$",
                unit.flat[max(0, start - 20) : start],
                re.IGNORECASE,
            )
            if stated - {""} and key not in stated and who and not named(one, unit.flat):
                yield finding("place_no_row", False, unit, (start, end), right=key, of=len(one.rows))
    for unit in one.of("last"):
        is_title = unit.flat.isupper() or _is_title(unit)
        for match in re.finditer(r"(?<![\w-])[A-Z][A-Z&]{2,}(?![\w-])", unit.flat):
            word = match.group()
            known = word in french.COMMON_ACRONYMS or unaccented(word) in keys
            denied = re.search(r"\b[Aa]ucun\w*\b[^.]*$", unit.flat[max(0, match.start() - 90) : match.start()])
            if not known and not denied and not is_title:
                yield finding("name_no_row", False, unit, match.span(), name=word, of=len(one.rows))


def _once_named(one):
    """Yield bodies, actors and départements that the prose says of several, and one row names, or none."""
    names = {straight(mention.text) for row in one.rows for mention in row.mentions if len(mention.text) > 2}
    names -= {row.laureate.name for row in one.rows}
    stems = [_stems(" ".join(unit.flat for at in row.cells.values() for unit in _of(one, at))) for row in one.rows]
    for unit in one.of():
        for start, end in sentences(unit.flat):
            said = unit.flat[start:end]
            many, taken = ALL.search(said), []
            many = many if many and many["many"] else None
            for name in (name for name in names if name[0].isupper()) if many or OFTEN.search(said) else ():
                match = re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", said)
                those = [row.name for row in one.rows if name in {straight(mention.text) for mention in row.mentions}]
                if match:
                    taken.append(match.span())
                if match and len(those) == 1 and len(one.rows) > 1:
                    span = start + match.start(), start + match.end()
                    yield finding("actor_one_row", False, unit, span, (), those, name=name)
            for match in [*MOBILISED.finditer(said), *MOBILISING.finditer(said)]:
                a, b = match.span("who")
                keys = _stems(match["who"])
                those = [row.name for row, own in zip(one.rows, stems, strict=True) if keys <= own]
                if not keys or len(those) > 1 or any(a < y and x < b for x, y in taken):
                    continue
                told = {"name": match["who"], "of": len(one.rows)} | ({} if those else {"words": match["who"]})
                kind = "actor_one_row" if those else "actors_no_row"
                yield finding(kind, False, unit, (start + a, start + b), (), those, **told)
            for at, stop, key in departments(said) if many else ():
                those = [row.name for row in one.rows if row.laureate.department_stated == key]
                if len(those) == 1 and re.search(NOUNS, said[many.end() : at], re.IGNORECASE):
                    yield finding("place_one_row", False, unit, (start + at, start + stop), (), those, right=key)


def _of(one, places):
    return [one.units[at] for at in places]


def _stems(text):
    """Return the beginnings of the words that say which actors: no article, no “acteurs”, no acronym's case."""
    words = (unaccented(word) for word in re.findall(r"[^\W\d_]{3,}", text))
    return {word[:6].rstrip("sx") for word in words if word not in SMALL | BROAD and len(word) > 2}


def _belonging(one):
    """Yield another ambition's number, laureates whom no row has, and laureates told under another enjeu."""
    number, names = one.outline.ambition[0], [row.laureate.name for row in one.rows if row.laureate.name]
    printed = bare_words(" ".join(unit.flat for unit in one.units if unit.row >= 0 and unit.column != "contribution"))

    def is_known(words):
        near = any(fuzz.ratio(words, bare_words(name)) > 78 for name in names)
        return near or words in printed or " et " in words and all(map(is_known, words.split(" et ")))

    for unit in one.of():
        for match in AMBITION.finditer(unit.flat):
            stem = match["stem"]
            said = ORDINALS.index(stem.casefold()) + 1 if stem else int(match["number"] or match["rank"])
            if number and said != number and unit.text.place != one.outline.ambition[2]:
                sure = bool(re.match("cette ", match.group(), re.IGNORECASE))
                yield finding("ambition_number", sure, unit, match.span(), number=said, found=number)
    for unit in [
        *one.of("enjeu", "last"),
        *(one.units[at] for row in one.rows for at in row.cells.get("contribution", ())),
    ]:
        for start, end in sentences(unit.flat):
            said = unit.flat[start:end]
            listed = LISTED.match(said)
            spans = [match.span("name") for match in [*LAUREATE.finditer(said), *PLAYS.finditer(said)]]
            if listed and sum(name in listed.group() for name in names) >= 1:
                spans += [match.span() for match in re.finditer(PROPER.replace("|et ", ""), listed.group())]
            for a, b in dict.fromkeys(spans):
                if not is_known(bare_words(said[a:b])):
                    yield finding("laureate_no_row", False, unit, (start + a, start + b), one=said[a:b])
            enjeux = {int(match["number"]) for match in OF_ENJEU.finditer(said)}
            enjeux |= {ORDINALS.index(match["stem"].casefold()) + 1 for match in ORDINAL.finditer(said)
                       if match["stem"].casefold() in ORDINALS}  # fmt: skip
            if len(enjeux) == 1 and not re.search(r"\b(?:avec|comme|contrairement|aux?|ceux)\b", said, re.IGNORECASE):
                for row in (one.rows[at] for at in named(one, said)):
                    at = said.find(row.laureate.name)
                    if row.enjeu not in enjeux and row.enjeu and at >= 0:
                        span = start + at, start + at + len(row.laureate.name)
                        told = {"name": row.name, "number": min(enjeux), "found": row.enjeu}
                        yield finding("name_enjeu", False, unit, span, (), (row.name,), **told)


def _is_title(unit):
    return bool(unit.level) or len(unit.flat) < 60 and unit.flat.upper() == unit.flat
