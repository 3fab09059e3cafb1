"""The programme in two documents, in aggregated forms only: the overview that people read, and its annex."""

from pathlib import Path

import pandas as pd

from ..analysis import comparison, findings, themes
from ..analysis import roles as patterns
from ..dataset import invented_example, loading
from ..sentences import overview, programme, tables
from ..words import labels
from ..words.codes import ROLES
from .linked import Given, bullets, document, paragraph, picture, plain, printed, shown, sources, told
from .model import Bullets, KeyPoints, Paragraph, Run, Section, places

ACTORS = 20  # of more shared actors, the most shared stand in the table and the others are counted


def _part(given, name, *blocks, sections=()):
    return Section(name, given.t(f"report.part.{name}"), blocks, tuple(sections))


# What the overview tells of findings, and draws, part by part; the annex draws the others.
READ = {
    "roles": "roles_by_ambition",
    "means": "means_by_ambition",
    "actors": "shared_actors",
    "levers": "levers_by_ambition",
    "fragility": "fragility_by_ambition",
}


def _pictured(given, key, stays=False):
    """Return the pictures of a finding, unless they are of the invented records that stand in for a comparison."""
    if key != "coverage_by_ambition" and comparison.subject(given.dataset) is not given.dataset:
        return ()
    return [block._replace(stays=stays) for name in findings.of_key(key).figures for block in picture(given, name)]


def _finding(given, key, text, *frames):
    """Make the section of a finding: its sentence, whose numbers lead to its first table, its figures, its tables."""
    name = key.replace("_", "-")
    made = [shown(given, f"{name}-{at}" if at > 1 else name, frame) for at, frame in enumerate(frames, 1) if len(frame)]
    target = made[0].id if made else ""
    pictures = () if key in ("coverage_by_ambition", *READ.values()) else _pictured(given, key)
    return Section(name, given.t(f"report.part.{name}"), (paragraph(given, text, target), *pictures, *made))


def _crossed(given, key, table, more=(), **how):
    """Make the section of a finding whose table is one of counts by ambition."""
    frame = programme.crossed(table, given.dataset, given.lang, **how).frame if len(table) else pd.DataFrame()
    return _finding(given, key, getattr(programme, key)(given.dataset, given.lang), frame, *more)


def _shown(given, table):
    return tables.show(table, given.dataset, given.lang).frame


def covered_section(given):
    """Write which ambitions there are, what their records hold, and of how many funded projects."""
    dataset = given.dataset
    having = loading.loaded(dataset).drop(columns=["laureates", "title_fr" if given.lang == "en" else "title_en"])
    section = _crossed(
        given, "coverage_by_ambition", comparison.coverage_by_ambition(dataset), more=[_shown(given, having)]
    )
    funded = dataset.sources.reindex(columns=["title", "funded", "funded_anchor"]).to_dict("records")
    items = [
        (Run(f"{given.said(row['title'])} "), Run(given.number(row["funded"]), strong=True))
        + ((Run(" "), printed(row["funded_anchor"], given.lang)) if row["funded_anchor"] else ())
        for row in funded
        if not pd.isna(row["funded"])
    ]
    stated = [Paragraph((Run(given.t("report.programme.funded") + " "), *item)) for item in items]
    return section._replace(blocks=(_status(given), *section.blocks, *stated))


def roles_section(given):
    """Write the roles, alone and together."""
    dataset = given.dataset
    counts, together = comparison.roles_by_ambition(dataset), comparison.combinations_by_ambition(dataset)
    sections = _crossed(given, "roles_by_ambition", counts), _crossed(given, "combinations_by_ambition", together)
    return _part(given, "programme-roles", sections=sections)


def means_section(given):
    """Write the means by which laureates change sectors and territories."""
    return _crossed(given, "means_by_ambition", comparison.means_by_ambition(given.dataset))


def actors_section(given):
    """Write the types of actors, the actors that several ambitions mobilise, and how many any two have in common."""
    dataset = given.dataset
    shared, overlap = comparison.shared_actors(dataset), comparison.actors_overlap(dataset)
    pairs = _shown(given, overlap.drop(columns="actors")) if len(overlap) else pd.DataFrame()
    sections = (
        _crossed(given, "actor_types_by_ambition", comparison.actor_types_by_ambition(dataset)),
        _crossed(given, "shared_actors", shared, most=ACTORS),
        _finding(given, "actors_overlap", programme.actors_overlap(dataset, given.lang), pairs),
    )
    return _part(given, "programme-actors", sections=sections)


def levers_section(given):
    """Write the levers, the challenges and the conditions by kind, and the themes of one name."""
    dataset, text = given.dataset, programme.levers_by_ambition(given.dataset, given.lang)
    if dataset.themes.empty:
        return _finding(given, "levers_by_ambition", text)
    table = comparison.levers_by_ambition(dataset).drop(columns=["laureates_direct", "laureates_indirect"])
    same = _shown(given, comparison.same_themes(dataset))
    return _finding(given, "levers_by_ambition", text, _shown(given, table), same)


def fragility_section(given):
    """Write how many findings of each fiche are robust, or moved by what."""
    dataset, table = given.dataset, given.fragility
    text = programme.fragility_by_ambition(dataset, table, given.lang)
    if table.empty:
        return _finding(given, "fragility_by_ambition", text)
    level = comparison.fragility_by_ambition(dataset, "section", progress=False)
    frames = [
        programme.crossed(one, dataset, given.lang).frame for one in (table, level[level["fragility"] == "robust"])
    ]
    return _finding(given, "fragility_by_ambition", text, *frames)


def methods_section(given):
    """Write what the report rests on, and what must not be read into it."""
    dataset, count = given.dataset, len(given.dataset.laureates)
    limits = ["chosen", "small", "absent", "sources", "coder"]
    if invented_example.within(dataset):
        limits.insert(0, "invented")
    said = [given.t(f"report.programme.method.{name}") for name in ("aggregated", "shares", "themes", "fragility")]
    said += [given.t(f"report.limit.{name}", count=count) for name in limits]
    digest = Paragraph((Run(given.said(given.t("report.digest", digest=dataset.digest))),))
    list_ = bullets(given, [(text, "table-coverage-by-ambition") for text in said])
    return _part(given, "programme-methods", list_, digest)


PARTS = (
    covered_section,
    roles_section,
    means_section,
    actors_section,
    levers_section,
    fragility_section,
    methods_section,
)


def _points(given, level):
    if not comparison.possible(given.dataset):
        return Section("overview-points", given.t("overview.part.points"), (_status(given),))
    how = Paragraph((Run(given.t("overview.how")),))
    found = overview.points(given.dataset, level, given.lang)
    points = KeyPoints(tuple((told(given, sentence), told(given, note)) for sentence, note in found))
    return Section("overview-points", given.t("overview.part.points"), (how, points))


def _status(given):
    several = len(loading.loaded(given.dataset)) != 1 or given.dataset.left_out
    status = programme.ambitions_status(given.dataset, given.lang) if several else given.t("report.programme.alone")
    return paragraph(given, status, "table-coverage-by-ambition")


def _fiches(given):
    """Write a row for each fiche: how many laureates, which roles, what is supported and what is robust."""
    dataset, rows, table = given.dataset, [], given.fragility
    for row in loading.loaded(dataset).to_dict("records"):
        part = dataset.only(row["ambition_id"])
        number = given.number(row["number"])
        title = row[f"title_{given.lang}"] or row["title_fr"]
        name = given.t("overview.ambition", number=number, title=given.said(title)) if title else number
        counts = dict(zip(*(patterns.counts(part)[column] for column in ("role", "count")), strict=True))
        verdicts = themes.verdicts(part).set_index("verdict")["count"]
        mine = table[(table["ambition_id"] == row["ambition_id"]) & (table["fragility"] == "robust")]
        ends = ((verdicts["supported"], verdicts.sum()), (mine["count"].sum(), mine["of"].sum()))
        said = [given.t("overview.share", count=int(count), of=int(of)) for count, of in ends]
        cells = [row["count"], len(part.enjeux), *(counts[role] for role in ROLES)]
        targets = ["coverage"] * 2 + ["roles"] * len(ROLES) + ["levers", "fragility"]
        runs = zip([*map(given.number, cells), *said], targets, strict=True)
        rows.append((name, *(Run(text, f"table-{target}-by-ambition") for text, target in runs)))
    heads = [f"overview.head.{name}" for name in ("ambition", "laureates", "enjeux")]
    heads += [*(f"role.{role}" for role in ROLES), "overview.head.supported", "overview.head.robust"]
    numeric = tuple(range(1, len(heads)))
    made = plain(given, "overview.fiches", heads, rows, numeric, table_id="table-overview-fiches")
    alone = () if comparison.possible(dataset) else overview.read(dataset, "fiches", given.fragility, given.lang)
    said = (Paragraph(told(given, alone)),) if alone else ()  # of several, the main findings say so
    blocks = (*said, made, *_pictured(given, "coverage_by_ambition", stays=True))
    fresh = comparison.possible(dataset)  # the main findings have a page of their own
    return Section("overview-fiches", given.t("overview.part.fiches"), blocks, fresh=fresh)


def _read(given, part, key):
    """Write a part of the overview: what is said of all ambitions together, and the figure of each of them."""
    if part == "actors" and comparison.subject(given.dataset) is not given.dataset:
        return None  # there is no other ambition
    said = Paragraph(told(given, overview.read(given.dataset, part, given.fragility, given.lang)))
    return Section(f"overview-{part}", given.t(f"overview.part.{part}"), (said, *_pictured(given, key, stays=True)))


def _methods(given):
    dataset, count = given.dataset, len(given.dataset.laureates)
    said = [given.t(f"report.programme.method.{name}") for name in ("aggregated", "fragility")]
    limits = ["invented"] if invented_example.within(dataset) else []
    said += [given.t(f"report.limit.{name}", count=count) for name in (*limits, "chosen", "absent", "coder")]
    items = bullets(given, [(text, "table-coverage-by-ambition") for text in said]).items
    made = Bullets((*items, *sources(given)))
    return Section("overview-methods", given.t("overview.part.methods"), (made,))


def pair(dataset, lang=None, figures_folder=None):
    """Make the overview of the programme and its annex, ``{file stem: document}``."""
    lang = labels.language(lang)
    table, level = (comparison.fragility_by_ambition(dataset, of, progress=False) for of in ("notebook", "section"))
    folder = None if figures_folder is None else Path(figures_folder)
    given = Given(dataset, lang, table, pd.DataFrame(), folder)
    stem, beside = (f"{kind}-{lang}" for kind in ("overview", "annex"))
    title = labels.t("overview.title.annex", lang)
    annex = document(given, "annex", title, "report.programme.subtitle", (part(given) for part in PARTS), stem)
    parts = [_points(given, level), _fiches(given), *(_read(given, *one) for one in READ.items()), _methods(given)]
    title, others = labels.t("overview.title", lang), frozenset(places(annex.sections))
    return {stem: document(given, "fiche", title, "overview.subtitle", parts, beside, others), beside: annex}
