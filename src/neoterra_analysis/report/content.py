"""The content of the report: everything that it says, made from the records, whatever it is written as."""

from pathlib import Path

from .. import ambitions, headlines, labels, made_up
from ..figures import frame
from ..ledger import ledger as judged
from . import (
    content_actors,
    content_claims,
    content_contributions,
    content_enjeux,
    content_laureates,
    content_levers,
    content_methods,
    content_roles,
)
from .content_runs import Given, said
from .model import Bullets, Paragraph, Picture, Report, Table

PARTS = (
    content_enjeux,
    content_contributions,
    content_roles,
    content_levers,
    content_actors,
    content_claims,
    content_laureates,
    content_methods,
)


def make(dataset, lang=None, ambition=None, figures_folder=None, fragility=None, claims=None):
    """Make the report of some records.

    Parameters
    ----------
    dataset : Dataset
        The loaded records.
    lang : {"fr", "en"}, optional
        See `labels.language`.
    ambition : int, str or iterable of these, optional
        See `ambitions.select`.
    figures_folder : path-like, optional
        Folder of the built figures of this language, made from the same records (``figures/fr``). Without it, the
        report has no figures.
    fragility, claims : DataFrame, optional
        `headlines.fragility` and `ledger.ledger` of the selected records, where they are already at hand: both take
        long.

    Returns
    -------
    model.Report

    Raises
    ------
    FileNotFoundError
        If a figure is missing.
    ValueError
        If the language or the ambition is unknown.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> dataset = load()
    >>> table = headlines.fragility(dataset, "01")
    >>> report = make(dataset, "en", fragility=table, claims=dataset.claims.head(0))
    >>> [section.id for section in report.sections][:3]
    ['enjeux', 'contributions', 'roles']
    """
    lang = labels.language(lang)
    dataset = ambitions.select(dataset, ambition)
    given = Given(
        dataset,
        lang,
        headlines.fragility(dataset, progress=False) if fragility is None else fragility,
        judged(dataset, progress=False) if claims is None else claims,
        None if figures_folder is None else Path(figures_folder),
    )
    sections = resolved(tuple(part.make(given) for part in PARTS))
    source = frame.context(dataset, lang).source
    return Report(lang, _title(dataset, lang), _subtitle(dataset, lang), source, dataset.digest, sections)


def targets(sections):
    """List every id of some sections, in reading order.

    Parameters
    ----------
    sections : tuple of model.Section
        Sections with all that stands under them.

    Returns
    -------
    list of str

    Examples
    --------
    >>> from neoterra_analysis.report.model import Section
    >>> targets((Section("a", "A", (Paragraph((), "p"),), (Section("b", "B", ()),)),))
    ['a', 'p', 'b']
    """
    found = []
    for section in sections:
        found.append(section.id)
        for block in section.blocks:
            if isinstance(block, Picture):
                found.append(f"figure-{block.key}")
            elif isinstance(block, Table):
                found += [block.id, *block.ids]
            elif isinstance(block, Paragraph):
                found.append(block.id)
        found += targets(section.sections)
    return [one for one in found if one]


def resolved(sections):
    """Let no run lead to what the report does not hold, as where data have no actor or no contribution.

    Parameters
    ----------
    sections : tuple of model.Section
        All sections of a report.

    Returns
    -------
    tuple of model.Section

    Examples
    --------
    >>> from neoterra_analysis.report.model import Run, Section
    >>> section = Section("a", "A", (Paragraph((Run("1", "a"), Run("2", "b"))),))
    >>> [run.target for run in resolved((section,))[0].blocks[0].runs]
    ['a', '']
    """
    known = set(targets(sections))

    def runs(these):
        return tuple(run if run.target in known else run._replace(target="") for run in these)

    def block(one):
        if isinstance(one, Paragraph):
            return one._replace(runs=runs(one.runs))
        if isinstance(one, Bullets):
            return one._replace(items=tuple(runs(item) for item in one.items))
        if isinstance(one, Table):
            return one._replace(rows=tuple(tuple(runs(cell) for cell in row) for row in one.rows))
        return one

    def section(one):
        return one._replace(blocks=tuple(map(block, one.blocks)), sections=tuple(map(section, one.sections)))

    return tuple(section(one) for one in sections)


def _title(dataset, lang):
    """Name the ambitions; one alone with its title, where that is known."""
    table = ambitions.loaded(dataset)
    numbers = [labels.number(number, lang) for number in table["number"]]
    if len(table) != 1:
        return labels.t("report.title.many", lang, numbers=labels.join(numbers, lang))
    title = said(table[f"title_{lang}"].iloc[0] or table["title_fr"].iloc[0], lang)
    return labels.t("report.title.titled" if title else "report.title.one", lang, number=numbers[0], title=title)


def _subtitle(dataset, lang):
    total = labels.count(len(dataset.laureates), "laureate", lang)
    text = labels.t("report.subtitle", lang, total=total)
    if made_up.within(dataset):
        text = f"{labels.t('frame.invented', lang)}. {text}"
    return text
