"""The content of the report on the whole programme: fiches side by side, in aggregated forms only."""

from pathlib import Path

import pandas as pd

from ..analysis import comparison, findings
from ..dataset import invented_example, loading
from ..sentences import programme, prose, tables
from ..words import labels
from .linked import Given, bullets, paragraph, picture, printed, resolved, shown
from .model import Paragraph, Report, Run, Section

ACTORS = 20  # of more shared actors, the most shared stand in the table and the others are counted


def _part(given, name, *blocks, sections=()):
    return Section(name, given.t(f"report.part.{name}"), blocks, tuple(sections))


def _pictured(given, key):
    """Return the pictures of a finding, unless they are of the invented records that stand in for a comparison."""
    if key != "coverage_by_ambition" and comparison.subject(given.dataset) is not given.dataset:
        return ()
    return [block for name in findings.of_key(key).figures for block in picture(given, name)]


def _finding(given, key, text, *frames):
    """Make the section of a finding: its sentence, whose numbers lead to its first table, its figures, its tables."""
    name = key.replace("_", "-")
    made = [shown(given, f"{name}-{at}" if at > 1 else name, frame) for at, frame in enumerate(frames, 1) if len(frame)]
    target = made[0].id if made else ""
    return Section(
        name, given.t(f"report.part.{name}"), (paragraph(given, text, target), *_pictured(given, key), *made)
    )


def _crossed(given, key, table, more=(), **how):
    """Make the section of a finding whose table is one of counts by ambition."""
    frame = programme.crossed(table, given.dataset, given.lang, **how).frame if len(table) else pd.DataFrame()
    return _finding(given, key, getattr(programme, key)(given.dataset, given.lang), frame, *more)


def _shown(given, table):
    return tables.show(table, given.dataset, given.lang).frame


def covered_section(given):
    """Write which ambitions there are, what their records hold, and of how many funded projects."""
    dataset = given.dataset
    several = len(loading.loaded(dataset)) != 1 or dataset.left_out
    status = programme.ambitions_status(dataset, given.lang) if several else given.t("report.programme.alone")
    having = loading.loaded(dataset).drop(columns=["laureates", "title_fr" if given.lang == "en" else "title_en"])
    section = _crossed(
        given, "coverage_by_ambition", comparison.coverage_by_ambition(dataset), more=[_shown(given, having)]
    )
    stated = dataset.sources.reindex(columns=["title", "funded", "funded_anchor"]).to_dict("records")
    items = [
        (Run(f"{given.said(row['title'])} "), Run(given.number(row["funded"]), strong=True))
        + ((Run(" "), printed(row["funded_anchor"], given.lang)) if row["funded_anchor"] else ())
        for row in stated
        if not pd.isna(row["funded"])
    ]
    told = [Paragraph((Run(given.t("report.programme.funded") + " "), *item)) for item in items]
    return section._replace(blocks=(paragraph(given, status, "table-coverage-by-ambition"), *section.blocks, *told))


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


def make(dataset, lang=None, figures_folder=None, progress=None):
    """Make the report on the whole programme, from the records of one fiche or of several."""
    lang = labels.language(lang)
    fragility = comparison.fragility_by_ambition(dataset, progress=bool(progress))
    folder = None if figures_folder is None else Path(figures_folder)
    given = Given(dataset, lang, fragility, pd.DataFrame(), folder)
    sections = resolved(tuple(part(given) for part in PARTS))
    total = labels.count(len(dataset.laureates), "laureate", lang)
    subtitle = labels.t("report.programme.subtitle", lang, total=total)
    if invented_example.within(dataset):
        subtitle = f"{labels.t('frame.invented', lang)}. {subtitle}"
    title, source = labels.t("report.programme.title", lang), prose.source_line(dataset, lang)
    return Report(lang, title, subtitle, source, dataset.digest, sections)
