"""The records in the formats of other tools: which there are, what each cannot hold, and how their files are put."""

from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from .. import __version__
from ..words import files, labels

NETWORK = ("network", "named_only")  # options of what is a network


class Format(NamedTuple):
    """A format: the function that makes its files, ``module.function`` here; how their names end; its options.

    The function takes a dataset and the options, with ``lang`` among them, and returns ``{ending: bytes}`` and a list
    of `Loss`. A format without endings is a folder of several files, ``{name: bytes}``.
    """

    makes: str
    endings: tuple[str, ...]
    options: tuple[str, ...] = ()


class Loss(NamedTuple):
    """What a format cannot hold, how often it is there, and why: ``exchange.what.WHAT`` and ``exchange.why.WHY``.

    What is a column of a table (``roles.anchor``) is told as the contract calls it.
    """

    what: str
    count: int
    why: str


FORMATS = {
    "gexf": Format("graphs.gexf", (".gexf",), NETWORK),
    "refi-qda": Format("refi.export", (".qdpx", ".qdc"), ("fiche", "coder")),
    "graphml": Format("graphs.graphml", (".graphml",), NETWORK),
    "gephi-csv": Format("graphs.gephi_csv", (".nodes.csv", ".edges.csv"), NETWORK),
    "pajek": Format("graphs.pajek", (".net", ".clu"), NETWORK),
    "ucinet-dl": Format("graphs.ucinet", (".dl",), NETWORK),
    "vosviewer": Format("online.vosviewer", (".json",), NETWORK),
    "kumu": Format("online.kumu", (".json", ".xlsx"), NETWORK),
    "hif": Format("online.hif", (".json",), NETWORK[1:]),
    "matrix": Format("tables.matrix", (".csv", ".columns.csv", ".xlsx")),
    "quotes": Format("tables.quotes", (".csv", ".xlsx"), ("fiche",)),
    "codebook": Format("codebook.codebook", (".md", ".docx", ".ttl")),
    "ro-crate": Format("deposit.folder", (), ("published",)),
    "ro-crate-zip": Format("deposit.zipped", (".zip",), ("published",)),
}


def write(dataset, format, path, lang=None, **options):
    """Write the records in the format of another tool, with a report of what that format cannot hold.

    All files are put in place, or none. The same records give the same bytes.

    Parameters
    ----------
    dataset : Dataset
        All records, or those of some ambitions.
    format : str
        One of ``FORMATS``.
    path : path-like
        The file, or its name without the format's ending; for a format of several files what their names begin with,
        for one without an ending a folder.
    lang : {"fr", "en"}, optional
        Language of labels and of the report of losses.
    **options
        Those of the format: ``network`` ("two-mode", "actors" or "laureates") and ``named_only`` (no categories);
        ``fiche`` (a copy of the fiche, for what tells places) and ``coder`` (whose codings they are); ``published``,
        the day of a deposit.

    Returns
    -------
    list of Path
        The files; the last one is the report of losses, ``NAME.FORMAT.losses.txt``.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from neoterra_analysis import load
    >>> with TemporaryDirectory() as folder:
    ...     [file.name for file in write(load(), "gexf", f"{folder}/actors", network="actors")]
    ['actors.gexf', 'actors.gexf.losses.txt']
    """
    made, losses = make(dataset, format, lang, **options)
    folder, stem = _place(Path(path), format, FORMATS[format].endings, lang)
    contents = {f"{stem if FORMATS[format].endings else ''}{ending}": content for ending, content in made.items()}
    contents[f"{stem}.{format}.losses.txt"] = _report(dataset, format, losses, lang).encode()
    return files.put_all(folder, contents, lang)


def make(dataset, format, lang=None, **options):
    """Make the files of a format, ``{ending: bytes}``, and list what is lost, if anything."""
    if format not in FORMATS:
        raise ValueError(labels.t("exchange.unknown_format", lang, value=format, allowed=", ".join(FORMATS)))
    about = FORMATS[format]
    options = {name: value for name, value in options.items() if value not in (None, False)}
    if unknown := sorted(set(options) - set(about.options)):
        told = {"option": unknown[0], "allowed": ", ".join(about.options) or "–"}
        raise ValueError(labels.t("exchange.unknown_option", lang, format=format, **told))
    module, _, name = about.makes.partition(".")
    made, losses = getattr(import_module(f".{module}", __name__), name)(dataset, {**options, "lang": lang})
    return made, [loss for loss in losses if loss.count]


def _place(path, format, endings, lang):
    """Return the folder of an export and what its files' names begin with; a name that ends otherwise is refused."""
    if not endings:
        return path, path.absolute().name
    kinds = dict.fromkeys("." + ending.rpartition(".")[2] for ending in endings)
    for ending in (*endings, *kinds):
        if path.name.endswith(ending) and path.name != ending:
            return path.parent, path.name.removesuffix(ending)
    if path.suffix or not path.name:
        told = {"value": path, "endings": ", ".join(endings)}
        raise ValueError(labels.t("exchange.other_ending", lang, format=format, **told))
    return path.parent, path.name


def provenance(dataset, lang=None):
    """Return what an export says of itself, in the reader's words: title, source, sha256 of the data, licence, maker.

    >>> from neoterra_analysis import load
    >>> list(provenance(load()))
    ['title', 'source', 'sha256', 'licence', 'creator']
    """
    from ..dataset.loading import part

    sources = zip(*(dataset.sources[name] for name in ("title", "publisher", "source_id")), strict=True)
    return {
        "title": labels.t("exchange.title", lang, part=part(dataset)),
        "source": "; ".join(f"{title}, {publisher} ({source})" for title, publisher, source in sources),
        "sha256": dataset.digest,
        "licence": "CC BY 4.0",
        "creator": f"neoterra_analysis {__version__}",
    }


def _report(dataset, format, losses, lang):
    """Tell what is lost, in the reader's language: a line for each loss, with its count and why."""
    about = provenance(dataset, lang)
    lines = [labels.t("exchange.report.head", lang, format=format, **about), ""]
    for loss in losses:
        what, why = _what(dataset, loss.what, lang), labels.t(f"exchange.why.{loss.why}", lang)
        lines.append(labels.t("exchange.report.loss", lang, what=what, code=loss.what, count=loss.count, why=why))
    return "\n".join([*lines, *([] if losses else [labels.t("exchange.report.nothing", lang)])]) + "\n"


def _what(dataset, what, lang):
    """Name what is lost: in words of its own, or a column as the contract does."""
    if f"exchange.what.{what}" in labels.words():
        return labels.t(f"exchange.what.{what}", lang)
    from ..dataset import rules

    (table, column), entry = what.split("."), "title_en" if labels.language(lang) == "en" else "title"
    resource = rules.tables(dataset.path).get(table, {"schema": {"fields": []}})  # an older contract has fewer
    titles = {field["name"]: field.get(entry, column) for field in resource["schema"]["fields"]}
    return f"{titles.get(column, column)} ({resource.get(entry, table)})"


def run(format, out, data, ambition, lang, **options):
    """Run the command: write the export, and tell its files and what it does not hold."""
    from ..dataset.loading import load

    *made, report = write(load(data, ambition=ambition), format, out, lang, **options)
    print("\n".join(map(str, made)))
    print(f"\n{report}\n{report.read_text(encoding='utf-8')}", end="")
    return 0
