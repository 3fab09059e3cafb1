"""The command ``neoterra report``: every edition of the report, all of them written or none."""

import os
import tempfile
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from .. import aside, changes, contract, labels
from ..dataset import load

# The editions: module of this package, ending of the file.
EDITIONS = (("html", "html"), ("word", "docx"), ("pdf", "pdf"))


def run(data=None, out=None, lang=None, ambition=None, figures=None):
    """Write the report of a data folder.

    Parameters
    ----------
    data : path-like, optional
        Data folder; see `contract.find`.
    out : path-like, optional
        Folder of the editions; without it, ``site/`` beside the data folder.
    lang : {"fr", "en", "all"}, optional
        Language; see `labels.language`.
    ambition : int, str or iterable of these, optional
        See `ambitions.select`. The built figures show all that is loaded: a report of fewer ambitions has none.
    figures : path-like, optional
        Folder that holds ``fr/`` and ``en/``, trusted to be made from these data; without it, ``figures/`` beside the
        data folder, which must be what the last build wrote for the data as they are now.

    Returns
    -------
    int
        Exit status, 0.

    Raises
    ------
    DataError
        If the data break the contract.
    FileNotFoundError
        If there is no data folder, or a figure is missing.
    ValueError
        If the figures are not those of the data, or the language or the ambition is unknown.
    OSError
        If a file cannot be written; the editions that were there are then as they were.
    """
    folder = contract.find(data).absolute()
    langs = labels.LANGUAGES if lang == "all" else (labels.language(lang),)
    dataset = load(folder)
    chosen = load(folder, ambition=ambition)
    drawn = chosen.digest == dataset.digest
    if not drawn:
        print(labels.t("report.without_figures"))
    content = {}
    for one in langs:
        pictures = _figures(folder, one, figures) if drawn else None
        content |= editions(chosen, one, pictures)
    for path in put(content, Path(out) if out else folder.parent / "site"):
        print(labels.t("report.wrote", file=path))
    return 0


def editions(dataset, lang=None, figures_folder=None):
    """Make every edition of the report that the package can write.

    Parameters
    ----------
    dataset : Dataset
        The loaded records.
    lang : {"fr", "en"}, optional
        See `labels.language`.
    figures_folder : path-like, optional
        See `content.make`.

    Returns
    -------
    dict of str to bytes
        Content by file name.
    """
    from . import content

    lang = labels.language(lang)
    report = content.make(dataset, lang, figures_folder=figures_folder)
    made = {}
    for module, ending in EDITIONS:
        if find_spec(f"{__package__}.{module}"):
            written = import_module(f"{__package__}.{module}").write(report)
            made[f"report-{lang}.{ending}"] = written.encode("utf-8") if isinstance(written, str) else written
    return made


def put(content, folder):
    """Put files in place together: none of them before all are down on the disk.

    Parameters
    ----------
    content : dict of str to bytes
        Content by file name.
    folder : pathlib.Path
        Where they go; made if needed.

    Returns
    -------
    list of pathlib.Path

    Raises
    ------
    OSError
        If a file cannot be written.

    Examples
    --------
    >>> folder = Path(tempfile.mkdtemp())
    >>> [path.name for path in put({"a": b"1"}, folder)], [path.name for path in folder.iterdir()]
    (['a'], ['a'])
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".") as staging:
        staged = [aside.replace(Path(staging) / name, bytes_of) for name, bytes_of in content.items()]
        return [Path(os.replace(file, folder / file.name) or folder / file.name) for file in staged]


def _figures(data, lang, figures):
    """Return the folder of a language's figures, which must be those of the data."""
    if figures is not None:
        return Path(figures) / lang
    root = data.parent
    if not changes.is_current(root, lang, changes.inputs(root, data, lang)):
        raise ValueError(labels.t("report.not_current", folder=f"figures/{lang}"))
    return root / "figures" / lang
