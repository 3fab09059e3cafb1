"""The fiche: what people read of an ambition in a few pages, each number and name leading to the annex beside it."""

from ..analysis import records, roles
from ..analysis.fragility import TOLERANCE
from ..dataset import loading
from ..sentences import prose, synthesis
from ..words import labels
from ..words.codes import NOT_AN_ACTOR, PRINCIPAL, ROLES
from . import annex
from .linked import (
    bullets,
    document,
    french,
    gathered,
    listed,
    paragraph,
    people,
    picture,
    place,
    plain,
    sources,
    titled,
    told,
    who,
)
from .model import Bullets, KeyPoints, Paragraph, Run, Section, Table, places

LEADING = 3  # means of an enjeu that its row names
BREAK = Run("\n")


def points_section(given):
    """Write the main findings, each with its fragility in words."""
    how = given.t(
        "fiche.points.how",
        points=given.number(100 * TOLERANCE),
        percent=labels.share(TOLERANCE, 1, given.lang),
    )
    found = synthesis.points(given.dataset, given.fragility, given.claims, given.lang)
    items = tuple((told(given, sentence), told(given, note)) for sentence, note in found)
    return _part(given, "points", Paragraph((Run(how),)), KeyPoints(items))


def _part(given, name, *blocks, sections=(), fresh=False):
    return Section(f"fiche-{name}", given.t(f"fiche.part.{name}"), blocks, tuple(sections), fresh)


def _paragraphs(given, paragraphs):
    return [Paragraph(told(given, sentences)) for sentences in paragraphs if sentences]


def enjeux_section(given):
    """Write the laureates of each enjeu, with what they mobilise and contribute, and where they are."""
    dataset = given.dataset
    where = _paragraphs(given, [synthesis.places(dataset, given.lang), synthesis.blanks(dataset, given.lang)])
    covered = paragraph(given, prose.coverage(dataset, given.lang), "table-enjeux")
    many = len(dataset.laureates) > synthesis.LARGE
    blocks = _aggregated(given) if many else ()
    sections = () if many else [_enjeu(given, enjeu) for enjeu in dataset.enjeux.to_dict("records")]
    known = dataset.laureates[["department_stated", "department_inferred"]].ne("").any(axis=None)
    drawn = picture(given, "places") if known else ()
    return _part(given, "enjeux", covered, *where, *drawn, *blocks, sections=sections, fresh=True)


def _enjeu(given, enjeu):
    mine = [row for row in given.dataset.laureates.to_dict("records") if row["enjeu_id"] == enjeu["enjeu_id"]]
    number = given.said(str(enjeu["number"]))
    title = given.said(enjeu[f"title_{given.lang}"] or enjeu["title_fr"] or enjeu[f"short_{given.lang}"])
    name = place("fiche-enjeu", enjeu["enjeu_id"])
    rows = tuple((_project(given, row), _actors(given, row), _contribution(given, row)) for row in mine)
    head = tuple(given.t(f"fiche.head.{one}") for one in ("project", "actors", "contribution"))
    caption = given.t("fiche.table.enjeu", number=number)
    ids = tuple(place("fiche-laureate", row["laureate_id"]) for row in mine)
    table = Table(f"table-{name}", caption, head, rows, (), ids, (32, 28, 40))
    empty = Paragraph((Run(given.t("fiche.enjeu.empty")),))
    return Section(name, given.t("fiche.part.enjeu", number=number, title=title), (table if mine else empty,))


def _lines(*lines):
    """Put each line, a tuple of runs, under the other."""
    made = ()
    for line in lines:
        made += (BREAK, *line) if made else tuple(line)
    return made


def _project(given, row):
    """Write the name of a laureate, its project, our summary, its status and its place; `blanks` tells what is not."""
    project, status = row["project_name"], row["carrier_status"]
    carrier = given.t("fiche.carrier", status=given.t(f"status.{status}")) if status else ""
    lines = (
        Run(given.said(row["name"]), place("laureate", row["laureate_id"]), strong=True),
        Run(given.t("fiche.project", name=project) if project else ""),
        Run(given.said(row[f"summary_{given.lang}"])),
        Run(" ".join(one for one in (carrier, _place(given, row)) if one)),
    )
    return _lines(*((run,) for run in lines if run.text))


def _place(given, row):
    code = row["department_stated"] or row["department_inferred"]
    department = f"{labels.department(code, given.lang)} ({code})" if code else ""
    if code and not row["department_stated"]:
        department = given.t("fiche.place.inferred", place=department)
    words = ", ".join(given.said(one) for one in (row["place"], department) if one)
    return given.t("fiche.place", place=words) if words else ""


def _actors(given, row):
    """Write the actors as they are mentioned, those that illustrate another one in its brackets."""
    mentions = loading.rows_of(given.dataset, "mentions").get(row["laureate_id"], [])
    kinds, inside = given.names("actors", "kind"), {}
    for mention in mentions:
        parent = mention["parent_position"]
        inside.setdefault(None if parent is None or parent != parent else int(parent), []).append(mention)
    # Where a mention holds a comma, another sign must tell one mention from the next.
    stop = Run((" ; " if given.lang == "fr" else "; ") if any("," in one["mention"] for one in mentions) else ", ")
    stop = stop._replace(text=given.said(stop.text))

    def written(held):
        runs = []
        for mention in held:
            runs += [stop] if runs else []
            run = french(mention["mention"], given.lang)._replace(
                target=place("actor", mention["actor_id"]), printed=True
            )
            if kinds[mention["actor_id"]] == NOT_AN_ACTOR:
                before, after = given.t("fiche.actors.not", mention="\x00").split("\x00")
                runs += [Run(before), run, Run(after)]
            else:
                runs.append(run)
            if nested := inside.get(int(mention["position"])):
                runs += [Run(" ("), *written(nested), Run(")")]
        return runs

    runs = written(inside.get(None, []))
    return tuple(run for run in runs if run.text) or (Run(given.t("fiche.actors.none")),)


def _contribution(given, row):
    """Write the roles of a laureate, the main one told, then what it contributes to each sector and territory."""
    key = row["laureate_id"]
    mine = loading.rows_of(given.dataset, "roles").get(key, [])
    words = []
    for role in sorted(mine, key=lambda role: (role["salience"] != PRINCIPAL, ROLES.index(role["role"]))):
        name = given.t(f"role.{role['role']}")
        name = given.t("fiche.role.principal", role=name) if role["salience"] == PRINCIPAL else name
        words.append(Run(name.lower() if words else name, place("row-roles", role["role"]), strong=True))
    line = []
    for run in words:
        line += [Run(", "), run] if line else [run]
    lines = [line or [Run(given.t("fiche.roles.none"))]]
    targets = {}
    for one in loading.rows_of(given.dataset, "contributions").get(key, []):
        targets.setdefault((one["dimension"], one["target"]), []).append(given.said(one[f"label_{given.lang}"]))
    for (dimension, target), made in targets.items():
        lines.append([Run(given.t("fiche.contributions.of", target=_target(given, dimension, target)))])
        lines += [[Run(f"–\u00a0{text}")] for text in made]
    return _lines(*lines, *([] if targets else [[Run(given.t("fiche.contributions.none"))]]))


def _target(given, dimension, target):
    """Name a sector or a territory; its dimension is not said twice."""
    names = {"dimension": given.t(f"dimension.{dimension}"), "target": given.t(f"target.{target}")}
    said_so = names["target"].startswith(names["dimension"])
    return names["target"] if said_so else given.t("fiche.target.whole", **names)


def _aggregated(given):
    """Write a row for each enjeu, with its laureates, their roles and the means that most of them use."""
    dataset, names, rows, ids = given.dataset, given.names("enjeux", f"short_{given.lang}"), [], []
    by_role, home = roles.by_enjeu(dataset), loading.by_id(dataset, "laureates", "enjeu_id")
    for row in records.coverage(dataset).to_dict("records"):
        enjeu = row["enjeu_id"]
        mine = by_role[by_role["enjeu_id"] == enjeu]
        held = [_lines([Run(f"{given.t(f'role.{r}')} {n}")]) for r, n in zip(mine["role"], mine["count"], strict=True)]
        used = {}
        for one in dataset.contributions.to_dict("records"):
            if home[one["laureate_id"]] == enjeu:
                used.setdefault(one["code"], set()).add(one["laureate_id"])
        leading = sorted(used, key=lambda code: (-len(used[code]), code))[:LEADING]
        means = [[Run(f"{given.t(f'mode.{code}')} {len(used[code])}")] for code in leading]
        count = labels.count(row["count"], "laureate", given.lang)
        laureates = _lines([Run(count, place("enjeu", enjeu), strong=True)], who(given, row["laureates"]))
        rows.append(((Run(names[enjeu]),), laureates, _lines(*held), _lines(*means)))
        ids.append(place("fiche-enjeu", enjeu))
    head = tuple(given.t(f"fiche.head.{one}") for one in ("enjeu", "laureates", "roles", "means"))
    told_so = Paragraph((Run(given.t("fiche.aggregated", most=synthesis.LARGE)),))
    caption = given.t("fiche.table.aggregated")
    return told_so, Table("table-fiche-enjeux", caption, head, tuple(rows), (), tuple(ids), (17, 42, 17, 24))


def capacity_section(given):
    """Write who changes sectors and territories, by which means, and which these are."""
    dataset, lines = given.dataset, {}
    for row in records.contributions(dataset).to_dict("records"):
        held, used = lines.setdefault((row["dimension"], row["target"]), ({}, []))
        held.update(dict.fromkeys(row["laureates"].split("; ")))
        used.append((-row["count"], row["code"]))
    order, rows, many = list(people(given)), [], len(dataset.laureates) > synthesis.LARGE
    for (dimension, target), (held, used) in lines.items():
        laureates = who(given, "; ".join(sorted(held, key=order.index)))
        if many:
            laureates = (Run(labels.count(len(held), "laureate", given.lang), "table-contributions"),)
        codes = [code for _, code in sorted(used)]
        named = codes[:LEADING] if many else codes
        means = listed((given.t(f"mode.{code}"), place("row-means", code)) for code in named)
        if len(codes) > len(named):
            means += (Run(given.t("fiche.other_means", count=len(codes) - len(named))),)
        rows.append((_target(given, dimension, target), laureates, means))
    head = ("fiche.head.target", "fiche.head.laureates", "fiche.head.means")
    made = plain(given, "fiche.targets", head, rows, table_id="table-fiche-targets")._replace(widths=(28, 36, 36))
    return _part(
        given, "capacity", *_paragraphs(given, synthesis.capacity(dataset, given.lang)), *([made] if rows else [])
    )


def roles_section(given):
    """Write what the roles are, who combines several and which is the main one; the figure shows the rest."""
    dataset = given.dataset
    meant = [
        (
            Run(given.t("fiche.definition", role=given.t(f"role.{role}")), place("row-roles", role), True),
            Run(f" {text[:1].lower()}{text[1:]}"),
        )
        for role, text in (synthesis.definitions(dataset, given.lang) if len(dataset.roles) else ())
    ]
    said = [Paragraph((Run(given.t("fiche.definitions.how")),)), Bullets(tuple(meant))] if meant else []
    played = _paragraphs(given, synthesis.played(dataset, given.lang))
    return _part(given, "roles", *said, *played, *(picture(given, "role_combinations") if len(dataset.roles) else ()))


def levers_section(given):
    """Write the synthesis of conditions, challenges and levers as it is printed, and the framework matrix."""
    dataset = given.dataset
    paragraphs = synthesis.levers(dataset, given.lang)
    carriers = synthesis.carriers(dataset, given.lang)
    how = [Paragraph((Run(given.t("fiche.levers.how")),))] if len(dataset.themes) else []
    matrix = picture(given, "framework_matrix") if len(dataset.themes) else ()
    said = _paragraphs(given, [*paragraphs, carriers])
    # Amid the text: what follows the matrix fills the page that it does not fit on.
    return _part(given, "levers", *how, *said[:1], *matrix, *said[1:])


def methods_section(given):
    """Write what the fiche rests on, what is open, and what must not be read into it."""
    dataset, count = given.dataset, len(given.dataset.laureates)
    items = [told(given, sentences) for sentences in synthesis.rest(dataset, given.lang)]
    limits = [given.t(f"report.limit.{name}", count=count) for name in ("small", "coder")]
    items += bullets(given, [(text, "table-enjeux") for text in limits]).items
    items += sources(given)
    return _part(given, "methods", Bullets(tuple(items)))


PARTS = (points_section, enjeux_section, capacity_section, roles_section, levers_section, methods_section)


def of(given, held, beside):
    """Make the fiche that leads to an annex, whose file stem is ``beside``."""
    title, others = titled("fiche", given.dataset, given.lang), frozenset(places(held.sections))
    return document(given, "fiche", title, "fiche.subtitle", (part(given) for part in PARTS), beside, others)


def pair(dataset, lang=None, ambition=None, figures_folder=None, fragility=None, claims=None):
    """Make a fiche and its annex, ``{file stem: document}``."""
    given = gathered(dataset, lang, ambition, figures_folder, fragility, claims)
    stem, beside = (f"{kind}-{given.lang}" for kind in ("fiche", "annex"))
    held = annex.of(given, stem)
    return {stem: of(given, held, beside), beside: held}
