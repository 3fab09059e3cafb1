"""Invented drafts of fiches that agree with themselves, and errors of each kind planted into them, one at a time."""

import random
import re
import tempfile
from copy import deepcopy
from pathlib import Path

import fiche_formats
from fiche_formats import plain, runs
from neoterra_analysis.coding.proofreading import proofread
from neoterra_analysis.coding.proofreading.galley import galley
from neoterra_analysis.fiches.documents import blocks, word

COLUMNS = ("Projet", "Acteurs mobilisés", "Contribution à la transition")
TITLES = (
    "Cultiver des sols vivants et nourriciers",
    "Habiter des bourgs sobres et accueillants",
    "Transmettre les gestes du bois et de la pierre",
    "Partager les outils entre voisins",
    "Soigner les rivières avec leurs riverains",
    "Former la jeunesse aux métiers rares",
)
AMBITIONS = ("Vivre dans un pays sobre, solidaire et fertile", "Bâtir une région économe, robuste et hospitalière")
NAMES = (
    "Les Semeurs du Bief", "Tilleul Commun", "La Forge Lente", "Radio Bocage", "L'Établi Partagé", "Haute Lisière",
    "Colibrune", "Atelier Sauvagine", "Le Grand Pressoir", "Vent d'Estey", "Marelle et Compagnie", "Ferme des Lucioles",
    "Pierrelune", "Les Passeurs de Brande", "Ondine Verte", "La Halle aux Possibles", "Chantebois", "Rivage Neuf",
)  # fmt: skip
PROJECTS = ("Pain de famille", "Cent haies", "La route du lait", "Bois debout", "Veillées d'hiver", "Eau claire")
GENERIC = (
    "Habitants",
    "agriculteurs",
    "collectivités",
    "écoles",
    "artisans",
    "associations locales",
    "bailleurs sociaux",
)
BODIES = (
    "ADEME", "CRESS", "INRAE", "CIVAM", "Chambre d'agriculture", "Mission locale", "France Travail", "DREETS", "CUMA",
    "Fondation Alba Terra", "Lycée agricole de Montbrune", "Communauté de communes du Val d'Ourle",
    "Réseau Graines Libres", "Coopérative Laine Claire", "UNAT", "URSSAF", "Office de tourisme de Castelrive",
)  # fmt: skip
TOWNS = {
    "Montbrune": "33",
    "Castelrive": "47",
    "Ourlenac": "24",
    "Bellefond-le-Haut": "87",
    "Saint-Alvin": "16",
    "Rivecombe": "40",
}
ROLES = {"aiguillon": "d'aiguillon", "inspirateur": "d'inspirateur", "connecteur": "de connecteur"}
IN = {
    "16": "en Charente", "17": "en Charente-Maritime", "19": "en Corrèze", "23": "en Creuse", "24": "en Dordogne",
    "33": "en Gironde", "40": "dans les Landes", "47": "dans le Lot-et-Garonne", "79": "dans les Deux-Sèvres",
    "86": "dans la Vienne", "87": "en Haute-Vienne",
}  # fmt: skip
WORDS = "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize".split()
DOES = (
    "replante des haies avec les écoles du canton", "répare des outils prêtés de ferme en ferme",
    "tient un café où l'on apprend à lire les cartes", "sèche du bois de bord de route pour les foyers modestes",
    "cuisine les surplus des maraîchers voisins", "loge des apprentis dans des maisons vides",
    "mesure l'eau des puits avec les habitants", "file la laine que personne n'achetait plus",
)  # fmt: skip
HOW = (
    "en montrant que la chose est possible à peu de frais", "par les liens noués entre des mondes qui s'ignoraient",
    "en nommant un besoin que chacun taisait", "grâce à des gestes simples que d'autres communes reprennent",
    "parce que les élus et les fermiers y décident ensemble",
)  # fmt: skip


def said(number, rng=None):
    """Write a number in words, or in figures."""
    return WORDS[number] if rng is None or rng.random() < 0.7 else str(number)


class Draft:
    """An invented fiche: what its rows hold, and its blocks."""

    def __init__(self, seed):
        rng = self.rng = random.Random(f"draft {seed}")
        self.title, self.number = rng.choice(AMBITIONS), rng.randint(1, 6)
        titles = rng.sample(TITLES, rng.randint(2, 4))
        names = rng.sample(NAMES, rng.randint(max(6, len(titles) * 2), 12))
        self.rows = []
        for rank, name in enumerate(names):
            enjeu = rank % len(titles) + 1 if rank < 2 * len(titles) else rng.randint(1, len(titles))
            roles = rng.sample(sorted(ROLES), rng.choice((1, 1, 2)))
            if rank < 6:
                roles = list(dict.fromkeys([sorted(ROLES)[rank % 3], *roles]))[:2]
            kind = rng.choice(("association", "entreprise", ""))
            town, home = rng.choice([*TOWNS.items(), ("", rng.choice(sorted(IN)))])
            actors = [*rng.sample(GENERIC, 2), *rng.sample(BODIES, rng.randint(2, 4))]
            project = PROJECTS[rank] if rank < len(PROJECTS) and rng.random() < 0.6 else ""
            self.rows.append(
                {"name": name, "enjeu": enjeu, "roles": roles, "kind": kind, "town": town, "home": home}
                | {"actors": actors, "project": project, "does": rng.choice(DOES), "how": rng.sample(HOW, 2)}
            )
        self.titles = titles
        self.rows.sort(key=lambda row: row["enjeu"])
        self.blocks = list(self._blocks())

    def of(self, role):
        """Return the names of those who have a role."""
        return [row["name"] for row in self.rows if role in row["roles"]]

    def _project(self, row):
        kind = {"association": "l'association ", "entreprise": "l'entreprise ", "": ""}[row["kind"]]
        place = f"À {row['town']}, {IN[row['home']]}, " if row["town"] else f"{IN[row['home']].capitalize()}, "
        place = place[0].upper() + place[1:]
        for key in IN.values():
            place = re.sub(rf"(?i)^{re.escape(key)}", key[0].upper() + key[1:], place)
        more = (
            f" Son projet « {row['project']} » réunit trois fermes."
            if row["project"]
            else " Le lieu ouvre trois jours par semaine."
        )
        return runs(f"{place}{kind}**{row['name']}** {row['does']}.{more}")

    def _contribution(self, row):
        first, *others = row["roles"]
        subject = {"association": "L'association", "entreprise": "L'entreprise", "": row["name"]}[row["kind"]]
        text = f"{subject} joue un rôle **{ROLES[first]}**, {row['how'][0]}."
        for role in others:
            again = re.sub(r"^L(?=es? |a |')", "l", row["name"])
            text += f" Par ailleurs, {again} a une fonction **{ROLES[role]}**, {row['how'][1]}."
        return runs(text)

    def _blocks(self):
        n, rng = len(self.rows), self.rng
        yield "paragraph", runs("Exemple inventé : aucune de ces organisations n'existe.")
        yield "paragraph", runs(f"Fiche Ambition n°{self.number}")
        yield "heading", 1, runs(self.title)
        yield (
            "paragraph",
            runs(
                "Depuis plus de 10 ans, 440 projets ont été soutenus ; 100 exemples illustrent les 6 ambitions de "
                "la feuille de route Néo Terra."
            ),
        )
        yield (
            "paragraph",
            runs(f"La fiche présente {said(n)} projets lauréats, au regard de {len(self.titles)} enjeux :"),
        )
        for rank, title in enumerate(self.titles, 1):
            yield "item", runs(f"{rank}. {title}")
        yield "paragraph", runs("Trois rôles sont distingués :")
        for role, words in zip(ROLES, ("dire ce qui manque", "montrer la voie", "relier des mondes"), strict=True):
            yield "item", runs(f"**{role.capitalize()}** : {words}")
        for rank, title in enumerate(self.titles, 1):
            yield "heading", 2, runs(f"Enjeu {rank} : {title}")
            own = [row for row in self.rows if row["enjeu"] == rank]
            yield (
                "table",
                [
                    [runs(c) for c in COLUMNS],
                    *([self._project(r), runs(", ".join(r["actors"]) + "."), self._contribution(r)] for r in own),
                ],
            )
        yield "heading", 1, runs("Les leviers et les défis")
        one = rng.choice(self.rows)
        counts = {role: len(self.of(role)) for role in ROLES}
        yield (
            "paragraph",
            runs(
                f"Parmi les lauréats, {said(counts['connecteur'])} sont connecteurs et "
                f"{said(counts['aiguillon'])} jouent un rôle d'aiguillon. "
                f"{one['name']}, par exemple, agit en {one['roles'][0]} {IN[one['home']]}."
            ),
        )
        of = rng.randint(1, len(self.titles))
        yield (
            "paragraph",
            runs(
                f"L'enjeu {of} compte {said(sum(r['enjeu'] == of for r in self.rows))} projets. "
                "Les petites équipes (souvent bénévoles) manquent de temps ; deux projets sur trois le disent."
            ),
        )
        yield "paragraph", runs("Deux leviers sont cités :")
        yield "item", runs("un agenda partagé entre les équipes")
        yield "item", runs("le prêt d'un lieu par la commune")


def blocks_of(document):
    """Return a document that was read as the blocks that `fiche_formats` writes, without the rules under its heads."""

    def cell(text):
        found, at = [], 0
        for start, end in text.bold:
            found += [(text.text[at:start], False), (text.text[start:end], True)]
            at = end
        return tuple((words, bold) for words, bold in [*found, (text.text[at:], False)] if words)

    for block in document.blocks:
        if isinstance(block, blocks.Paragraph):
            kind = ("heading", block.level) if block.level else ("item",) if block.item else ("paragraph",)
            yield *kind, cell(block.text)
        else:
            rows = [row for row in block.rows if re.search(r"\w", "".join(one.text for one in row))]
            width = max(map(len, rows))
            yield "table", [[cell(one) for one in row] + [()] * (width - len(row)) for row in rows]


def as_docx(made):
    """Write blocks as a Word document, and return its bytes."""
    with tempfile.TemporaryDirectory() as folder:
        fiche_formats.docx(made, Path(folder) / "made.docx")
        return (Path(folder) / "made.docx").read_bytes()


def found(made):
    """Proof-read blocks in this process: the findings and the draft as it is read."""
    raw = as_docx(made)
    return proofread.findings(word.read(raw, ""))


# Errors: each changes the blocks in place, and returns the kinds by which it may be told, or None where it has no place


def cells(made):
    """Yield the cells of the rows of projects: the row, its number in its table, and the column."""
    for block in made:
        if block[0] == "table":
            for row in block[1]:
                if plain(row[0]) != COLUMNS[0] and len(row) == 3 and not plain(row[0]).startswith("Projet"):
                    yield row


def swap(text, old, new, count=1):
    """Replace words in runs, the last time that they stand there if ``count`` is -1."""
    pieces, left = [], count
    for words, bold in text:
        if left and old in words:
            words, left = words.replace(old, new, 1), left - 1
        pieces.append((words, bold))
    return tuple(pieces)


def misspell(word, rng):
    """Put one error into a word: two letters exchanged, one left out, doubled, or another."""
    inner = [at for at in range(1, len(word) - 1) if word[at].isalpha() and word[at + 1].isalpha()]
    at = rng.choice(inner)
    ways = [
        word[:at] + word[at + 1 :],
        word[:at] + word[at] + word[at:],
        word[:at] + rng.choice("bdfgmnprtv") + word[at + 1 :],
    ]
    if word[at] != word[at + 1]:
        ways.append(word[:at] + word[at + 1] + word[at] + word[at + 2 :])
    made = rng.choice(ways)
    made = made.upper() if word.isupper() else made
    return made if made != word else misspell(word, rng)


def other_number(number, rng, most=16):
    return rng.choice([n for n in range(max(2, number - 3), min(most, number + 4)) if abs(n - number) > 0])


def in_last(made, text):
    """Add a paragraph to the last section."""
    at = max(at for at, block in enumerate(made) if block[0] == "heading")
    made.insert(at + 1, ("paragraph", runs(text)))


def facts(made):
    """Return the rows of a fiche as they are read."""
    return galley(word.read(as_docx(made), ""))


def total(made, one, rng):
    n = other_number(len(one.rows), rng)
    said_ = said(n, rng)
    text = rng.choice(
        (
            f"{said_.capitalize()} projets lauréats sont présentés ici.",
            f"La démarche a permis d'identifier {said_} exemples de projets lauréats.",
            f"Cette fiche rassemble {said_} initiatives.",
            f"Les {said_} lauréats de la fiche partagent un même souci du territoire.",
        )
    )
    at = next(
        at
        for at, block in enumerate(made)
        if block[0] == "heading" or block[0] != "table" and plain(block[-1]).startswith("Fiche Ambition")
    )
    made.insert(at + 1, ("paragraph", runs(text)))
    return {"count_rows"}


def about(made, one, rng):
    word_ = rng.choice(
        [
            w
            for w, n in (("dizaine", 10), ("douzaine", 12), ("quinzaine", 15), ("vingtaine", 20))
            if abs(n - len(one.rows)) > 3
        ]
    )
    at = next(
        at for at, block in enumerate(made) if block[0] != "table" and plain(block[-1]).startswith("Fiche Ambition")
    )
    made.insert(at + 1, ("paragraph", runs(f"La fiche présente une {word_} d'exemples.")))
    return {"count_rows"}


def enjeu(made, one, rng):
    number = rng.choice(sorted({row.enjeu for row in one.rows}))
    n = said(other_number(sum(row.enjeu == number for row in one.rows), rng), rng)
    in_last(
        made,
        rng.choice(
            (
                f"L'enjeu {number} réunit {n} lauréats.",
                f"{n.capitalize()} projets répondent à l'enjeu {number}.",
                f"Sous l'enjeu n°{number}, {n} initiatives sont décrites.",
            )
        ),
    )
    return {"count_enjeu"}


def role_count(made, one, rng):
    role = rng.choice(sorted(ROLES))
    n = said(other_number(sum(role in {r.role for r in row.roles} for row in one.rows), rng), rng)
    in_last(
        made,
        rng.choice(
            (
                f"{n.capitalize()} lauréats sont {role}s.",
                f"On compte {n} {role}s parmi eux.",
                f"{n.capitalize()} projets jouent un rôle {ROLES[role]}.",
                f"{n.capitalize()} d'entre eux agissent en {role}.",
            )
        ),
    )
    return {"count_role"}


def enjeux_count(made, one, rng):
    n = said(other_number(len(one.outline.enjeux), rng, 9), rng)
    at = next(
        at for at, block in enumerate(made) if block[0] != "table" and plain(block[-1]).startswith("Fiche Ambition")
    )
    made.insert(at + 1, ("paragraph", runs(f"L'ambition se décline en {n} enjeux.")))
    return {"count_enjeux", "count_list"}


def list_count(made, one, rng):
    at = next(
        (
            at
            for at, block in enumerate(made)
            if block[0] != "table" and plain(block[-1]) == "Deux leviers sont cités :"
        ),
        None,
    )
    if at is None:
        n = rng.choice((3, 4))
        made += [
            ("paragraph", runs(f"{said(n).capitalize()} conditions sont réunies :")),
            ("item", runs("du temps")),
            ("item", runs("de l'argent")),
        ]
    else:
        made[at] = (
            "paragraph",
            runs(rng.choice(("Trois leviers sont cités :", "Les projets s'appuient sur 4 leviers :"))),
        )
    return {"count_list"}


def title(made, one, rng):
    at = rng.choice(
        [
            at
            for at, b in enumerate(made)
            if b[0] == "heading" and re.match(r"Enjeu \d", plain(b[-1])) and " " in plain(b[-1])[10:]
        ]
        or [None]
    )
    if at is None or not any(e.listed for e in one.outline.enjeux):
        return None
    words = plain(made[at][-1]).split()
    place = rng.randrange(len(words) - 2, len(words))
    way = rng.choice(("drop", "other", "more"))
    words = (
        words[:place]
        + ([] if way == "drop" else ["durables"] if way == "other" else [words[place], "ensemble"])
        + words[place + 1 :]
    )
    made[at] = (*made[at][:2], runs(" ".join(words)))
    return {"title"}


def other_role(made, one, rng):
    rows = [row for row in one.rows if row.laureate.name and 0 < len(row.roles) < 3]
    row = rng.choice(rows)
    role = rng.choice(sorted(set(ROLES) - {r.role for r in row.roles}))
    name = row.laureate.name
    in_last(
        made,
        rng.choice(
            (
                f"{name} joue un rôle {ROLES[role]}.",
                f"Ainsi, {name} est avant tout {role}.",
                f"{name} agit en {role} auprès des communes.",
                f"Le rôle {ROLES[role]} est celui que joue {name}.",
            )
        ),
    )
    return {"role_other"}


def denied(made, one, rng):
    row = rng.choice([row for row in one.rows if row.laureate.name and row.roles])
    role = rng.choice(row.roles).role
    in_last(
        made,
        rng.choice(
            (f"{row.laureate.name} n'est pas {role}.", f"{row.laureate.name} ne joue pas un rôle {ROLES[role]}.")
        ),
    )
    return {"role_denied"}


def quantity(made, one, rng):
    have = {role: sum(role in {r.role for r in row.roles} for row in one.rows) for role in ROLES}
    role, count = rng.choice(sorted(have.items()))
    ways = [f"Tous les lauréats sont {role}s."] * (count < len(one.rows)) + [f"Aucun projet n'est {role}."] * (
        count > 0
    )
    ways += [f"La plupart des lauréats sont {role}s."] * (2 * count <= len(one.rows))
    in_last(made, rng.choice(ways))
    return {"role_quantity"}


def acronym(made, one, rng):
    rows = [row for row in cells(made) if re.search(r"\b[A-Z]{4,}\b", plain(row[1]))]
    if not rows:
        return None
    row = rng.choice(rows)
    known = [w for w in re.findall(r"\b[A-Z]{4,}\b", plain(row[1])) if w in BODIES or plain_count(made, w) > 1]
    if not known:
        return None
    old = rng.choice(known)
    new = misspell(old, rng)
    if len(old) < 5 and len(new) == len(old) and sorted(new) != sorted(old) or new[0] != old[0]:
        new = old[0] + old[2] + old[1] + old[3:]
    if new == old:
        return None
    row[1] = swap(row[1], old, new)
    return {"acronym"}


def plain_count(made, word_):
    return sum(len(re.findall(rf"\b{word_}\b", plain(c))) for row in cells(made) for c in row)


def expansion(made, one, rng):
    long, short = rng.choice(
        (
            ("Comité régional des lieux partagés", "CRLP"),
            ("Union des fermes du bocage vert", "UFBV"),
            ("Agence locale de la transition rurale", "ALTR"),
        )
    )
    at = rng.randrange(len(short) - 1)
    wrong = short[:at] + short[at + 1] + short[at] + short[at + 2 :]
    row = rng.choice(list(cells(made)))
    row[1] = (*row[1], (f", {long} ({wrong})", False))
    return {"acronym"}


def name(made, one, rng):
    rows = [
        (row, cell)
        for row in one.rows
        for cell in cells(made)
        if len(row.laureate.name) > 7 and row.laureate.name in plain(cell[0])
    ]
    if not rows:
        return None
    row, cell = rng.choice(rows)
    word_ = max(row.laureate.name.split(), key=len)
    wrong = row.laureate.name.replace(word_, misspell(word_, rng))
    if rng.random() < 0.5 and any(row.laureate.name in w for w, _ in cell[2]):
        cell[2] = swap(cell[2], row.laureate.name, wrong)
    else:
        in_last(
            made,
            rng.choice(
                (
                    f"Avec {wrong}, la commune a changé de regard.",
                    f"{wrong} en témoigne.",
                    f"Les débuts de {wrong} le montrent bien.",
                )
            ),
        )
    return {"name"}


def project_name(made, one, rng):
    rows = [row for row in one.rows if len(row.laureate.project_name) > 8]
    if not rows:
        return None
    row = rng.choice(rows)
    word_ = max(row.laureate.project_name.split(), key=len)
    in_last(made, f"Le projet « {row.laureate.project_name.replace(word_, misspell(word_, rng))} » en est un exemple.")
    return {"name"}


def actor(made, one, rng):
    rows = list(cells(made))
    there = [
        m.text
        for row in one.rows
        for m in row.mentions
        if len(m.text) > 9 and "(" not in m.text and any(len(w) > 6 for w in m.text.split())
    ]
    old = rng.choice(there)
    word_ = max(old.split(), key=len)
    if not word_.isalpha():
        return None
    target = rng.choice([row for row in rows if old not in plain(row[1])] or [None])
    if target is None:
        return None
    inside = word_[:-2]
    target[1] = ((f"{old.replace(word_, misspell(inside, rng) + word_[-2:])}, ", False), *target[1])
    return {"actor_spelt", "word", "name", "acronym"}


def parenthesis(made, one, rng):
    row = rng.choice(list(cells(made)))
    column = rng.choice((0, 1, 2))
    words, bold = row[column][-1]
    if len(words) < 15:
        return None
    at = rng.choice([m.start() for m in re.finditer(r"(?<=\w) (?=\w)", words)] or [0])
    if not at:
        return None
    sign = rng.choice((" (", ") ", " « ", " » "))
    row[column] = (*row[column][:-1], (words[:at] + (sign if sign[0] == " " else sign) + words[at + 1 :], bold))
    return {"parenthesis"}


def separator(made, one, rng):
    row = rng.choice(list(cells(made)))
    words, bold = row[1][-1]
    if "," not in words:
        return None
    ways = (
        words.replace(", ", ", , ", 1),
        words.replace(", ", ",, ", 1),
        words.rstrip(".") + ",",
        words.replace(", ", " ; ; ", 1),
        words.replace(", ", " ,", 1),
    )
    row[1] = (*row[1][:-1], (rng.choice(ways), bold))
    return {"separator"}


def cut(made, one, rng):
    row = rng.choice(list(cells(made)))
    column = rng.choice((0, 2, 2))
    text = plain(row[column])
    places = [
        m.start() for m in re.finditer(r"(?<= le| la| de| un| et| en| au| du) ", text) if m.start() > 0.4 * len(text)
    ]
    if rng.random() < 0.4:
        places = [m.start() + 3 for m in re.finditer(r" \w{6,}", text) if m.start() > 0.4 * len(text)]
    if not places:
        return None
    at, kept, left = rng.choice(places), [], 0
    for words, bold in row[column]:
        if left < at:
            kept.append((words[: at - left], bold))
        left += len(words)
    row[column] = tuple(kept)
    return {"cell_cut", "cell_end", "parenthesis"}


def empty(made, one, rng):
    row = rng.choice(list(cells(made)))
    row[rng.choice((1, 2))] = ()
    return {"cell_empty"}


def row_twice(made, one, rng):
    tables = [
        block
        for block in made
        if block[0] == "table" and len(block[1]) > 1 and plain(block[1][0][0]).startswith("Projet")
    ]
    table = rng.choice(tables)
    row = deepcopy(rng.choice(table[1][1:]))
    rng.choice(tables)[1].append(row)
    return {"row_twice", "text_twice"}


def text_twice(made, one, rng):
    rows = list(cells(made))
    first, second = rng.sample(rows, 2)
    second[2] = first[2]
    return {"text_twice"}


def number_of_department(made, one, rng):
    rows = [
        row
        for row in cells(made)
        if any(f" {n}" in f" {plain(row[0])}" for n in IN.values()) or re.match(r"(?:En|Dans) ", plain(row[0]))
    ]
    for row in rng.sample(rows, len(rows)):
        for code, words in IN.items():
            label = words.split(" ", 1)[1].removeprefix("le ").removeprefix("la ").removeprefix("les ")
            if re.search(rf"{label}(?![\w-])", plain(row[0])) and code not in ("86", "16"):
                wrong = rng.choice([c for c in IN if c != code])
                row[0] = swap(
                    row[0],
                    label,
                    rng.choice((f"{label} ({wrong})", f"{label} – {wrong}") if False else (f"{label} ({wrong})",)),
                )
                return {"place_number"}
    return None


def town(made, one, rng):
    where, wrong = rng.choice(
        (
            ("Limoges", "33"),
            ("Guéret", "24"),
            ("Bordeaux", "16"),
            ("Périgueux", "87"),
            ("Poitiers", "40"),
            ("Tulle", "47"),
            ("Niort", "19"),
            ("Agen", "23"),
            ("Dax", "24"),
            ("La Rochelle", "79"),
        )
    )
    if rng.random() < 0.5:
        in_last(made, f"À {where}, {IN[wrong]}, une réunion a eu lieu.")
    else:
        row = rng.choice(list(cells(made)))
        row[0] = ((f"Basée à {where} {IN[wrong]}, ", False), *row[0])
    return {"place_town", "place_row"}


def prose_department(made, one, rng):
    rows = [row for row in one.rows if row.laureate.department_stated in IN and row.laureate.name]
    if not rows:
        return None
    row = rng.choice(rows)
    wrong = rng.choice([c for c in IN if c != row.laureate.department_stated])
    in_last(
        made,
        rng.choice(
            (
                f"{row.laureate.name}, {IN[wrong]}, en est un exemple.",
                f"Ainsi, {IN[wrong]}, {row.laureate.name} travaille avec les élus.",
            )
        ),
    )
    return {"place_row"}


def no_department(made, one, rng):
    have = {row.laureate.department_stated for row in one.rows}
    wrong = rng.choice([c for c in IN if c not in have])
    in_last(
        made, rng.choice((f"Des projets sont nés {IN[wrong]}.", f"C'est le cas {IN[wrong]}, où les élus s'engagent."))
    )
    return {"place_no_row"}


def spelt_department(made, one, rng):
    label = rng.choice(("Gironde", "Corrèze", "Charente-Maritime", "Haute-Vienne", "Lot-et-Garonne", "Dordogne"))
    wrong = misspell(label.split("-")[0], rng) + label[len(label.split("-")[0]) :]
    prep = "dans le" if label.startswith("Lot") else "en"
    if rng.random() < 0.5:
        in_last(made, f"Une équipe s'est installée {prep} {wrong} cette année.")
    else:
        row = rng.choice(list(cells(made)))
        row[2] = (*row[2], (f" Une antenne ouvre {prep} {wrong}.", False))
    return {"place_spelt"}


def kind(made, one, rng):
    rows = [(row, re.search(r"l'(association|entreprise) $", row[0][0][0])) for row in cells(made)]
    rows = [(row, match[1]) for row, match in rows if match]
    if not rows:
        return None
    row, was = rng.choice(rows)
    other = "entreprise" if was == "association" else "association"
    name_ = next(w for w, bold in row[0] if bold)
    if rng.random() < 0.6 and f"L'{was}" in plain(row[2]):
        row[2] = swap(row[2], f"L'{was}", f"L'{other}")
    else:
        in_last(
            made,
            rng.choice(
                (
                    f"L'{other} {name_} le montre.",
                    f"{name_}, une {other} du bourg, le montre.",
                    f"{name_} est une {other} de dix personnes.",
                )
            ),
        )
    return {"kind"}


def doubled(made, one, rng):
    row = rng.choice(list(cells(made)))
    column = rng.choice((0, 2))
    match = rng.choice(list(re.finditer(r" (de|des|la|le|les|et|en|un|une|que) ", plain(row[column]))) or [None])
    if match is None:
        return None
    before = plain(row[column])
    row[column] = swap(row[column], match.group(), f" {match[1]} {match[1]} ")
    return {"doubled"} if plain(row[column]) != before else None


def department_count(made, one, rng):
    have = {row.laureate.department_stated for row in one.rows} - {""}
    if len(have) < 2:
        return None
    n = other_number(len(have), rng, 11)
    in_last(made, f"Les lauréats viennent de {said(n, rng)} départements.")
    return {"count_departments"}


def members(made, one, rng):
    at = rng.randrange(len(one.rows))
    row, mine = one.rows[at], [cell for cell in cells(made)]
    cell = next((c for c in mine if row.laureate.name and row.laureate.name in plain(c[0])), None)
    if not cell or any(d.kind == "open_list" for d in row.doubts):
        return None
    n = rng.choice(
        [
            k
            for k in range(2, 16)
            if abs(k - len(row.mentions)) > 1 and abs(k - sum(m.parent is None for m in row.mentions)) > 1
        ]
    )
    cell[0] = (*cell[0], (f" Le projet réunit {said(n)} partenaires.", False))
    return {"count_actors"}


def long_form(made, one, rng):
    rows = list(cells(made))
    first, second = rng.sample(rows, 2)
    long, short = rng.choice(
        (
            ("Maison des Services Ruraux", "MSR"),
            ("Conseil de Développement du Val", "CDV"),
            ("Atelier Régional du Paysage", "ARP"),
        )
    )
    first[1] = ((f"{long}, ", False), *first[1])
    second[1] = ((f"{short}, ", False), *second[1])
    return {"actor_acronym"}


def one_or_two(made, one, rng):
    row = rng.choice(list(cells(made)))
    row[1] = (
        (
            rng.choice(
                ("Fondation Alba et Cercle Mirande, ", "Atelier Ronce et Maison Bru, ", "CAF et Ville de Nay, ")
            ),
            False,
        ),
        *row[1],
    )
    return {"one_or_two"}


def unheard(made, one, rng):
    in_last(
        made,
        rng.choice(
            (
                "Le soutien de la DRAAF a été décisif.",
                "Les équipes ont été suivies par l'ANCT.",
                "La MSA et les élus ont suivi les débuts.",
            )
        ),
    )
    return {"name_no_row"}


KINDS = (
    total, about, enjeu, role_count, enjeux_count, list_count, title, other_role, denied, quantity, acronym,
    expansion, name, project_name, actor, parenthesis, separator, cut, empty, row_twice, text_twice,
    number_of_department, town, prose_department, no_department, spelt_department, kind, doubled, department_count,
    members, long_form, one_or_two, unheard,
)  # fmt: skip
PLANTS = {one.__name__: one for one in KINDS}


def told(clean, made):
    """Return the kinds of what is found in a draft and was not in the clean one."""
    before = {(each.kind, one.units[each.at].flat, each.start) for each, one in ((e, clean[1]) for e in clean[0])}
    after, one = found(made)
    return {each.kind for each in after if (each.kind, one.units[each.at].flat, each.start) not in before}
