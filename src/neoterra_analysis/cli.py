"""What the command line understands, and what its help says."""

import argparse
import os
import sys
from pathlib import Path

from . import __version__
from .words.labels import LANGUAGES, t

ABOUT = """\
Coded records of the Néo Terra fiches: check them, trace them to the published text, and make the
notebooks and figures that follow from them.

Files are looked for in the project: the nearest folder, from the current one upwards, that holds
data/datapackage.json (the installed project if there is none)."""

EXAMPLES = """\
examples:
  neoterra check                           does the data folder keep its contract?
  neoterra build                           execute the notebooks, write the French figures
  neoterra build --lang en                 the English figures, in figures/en/
  neoterra report                          the report of the data as a page, Word document and PDF
  neoterra trace --fiche my-copy.txt       find every anchor and mention in your copy of the fiche
  neoterra ingest fiche.pdf --out draft    a published fiche made into draft records
  neoterra diff draft                      what a draft has more, less or otherwise than the data
  neoterra add draft                       the draft's records added to the data
  neoterra workbook export coding.xlsx     the tables as an Excel workbook, and back: import
  neoterra agreement data/ second/         where does a second coding of the same laureates differ?

environment variables:
  NEOTERRA_LANG   fr (default) or en: language of figures and messages
  NEOTERRA_DATA   data folder to use instead of the project's
  NEOTERRA_AMBITION  4, or 2,4, or all (default): ambitions that the notebooks look at
  NEOTERRA_PROGRESS  1: show progress bars in notebooks too
  NEOTERRA_MEMORY folder where what takes long is kept for the same records and code (builds: build/memory)

exit status: 0 all is well, 1 a problem was found and told, 2 the command was not understood."""

BUILD = """\
Execute all notebooks side by side and write their figures (SVG, PNG, PDF, the data as CSV, an alt text) to
figures/fr/ or figures/en/. In French, the executed notebooks replace those in notebooks/; in English, they go
to build/en/. Files are replaced only when every notebook of the language succeeded. Figures that no notebook
makes any more are removed. When nothing changed since the last build, it ends at once."""

BUILD_EXAMPLES = """\
examples:
  neoterra build                           French, what changed only
  neoterra build --lang all                French and English
  neoterra build --force --jobs 1          everything again, one notebook at a time
  neoterra build --data trial/ --out trial-figures/
                                           figures from other data, leaving the project as it is"""

CHECK = """\
Hold the tables to data/datapackage.json and to the rules between tables, in one pass. Each problem is told with its
file, line and column, the value, the rule, what is allowed and what to do; exit status 1 if there is one. What is
harmless is put right when the data load, and told as a notice. Nothing is written."""

CHECK_EXAMPLES = """\
examples:
  neoterra check                           the project's data
  neoterra check trial/ --lang en          another folder, in English
  neoterra check --encoding cp1252         tables saved by Excel as CSV, in the encoding of Windows
  neoterra check --format github           annotations for a pull request"""

DICTIONARY = """\
Write the data dictionary in data/README.md again from data/datapackage.json, between its two marks."""

TRACE = """\
Find every anchor and every mention of the data in your own copy of the fiche (a text file; the fiche is not
part of the project). Each has its line and character offset. One that is not found, or is found in another
laureate's row, is an error: exit status 1."""

AGREEMENT = """\
Compare two codings of the same units. For each role, the main role and each theme: raw agreement, Krippendorff's
alpha (with its range when one unit is left out) and Cohen's kappa; then every disagreement, with both anchors; then
what so many units can carry. PATH is two data folders, or one coding sheet (CSV) with a column for each coder.
Exit status 0 when they were compared, whatever they agree on."""

AGREEMENT_EXAMPLES = """\
examples:
  neoterra agreement data/ second/         two data folders
  neoterra agreement sheet.csv --columns anna bert --unit row
                                           two columns of one sheet; an empty cell is a value not given
  neoterra agreement sheet.csv --columns anna bert --unit row --code role --anchors anna_words bert_words
                                           several codes a unit, with what each coder rests on
  neoterra agreement data/ second/ --format csv > agreement.csv"""

INGEST = """\
Read a published fiche (text, Markdown, HTML, Word or PDF, in French) into a draft: the tables of the contract, with
what is certain filled in; review.csv, every doubt with its place, proposals and confidence; passages.csv, the passages
of the last section, to be coded. Nothing is left out without a line in review.csv. A file that is not such a fiche, or
is not safe to open, is refused in one line."""

INGEST_EXAMPLES = """\
examples:
  neoterra ingest fiche-ambition-2.pdf --out draft
  neoterra ingest page.html --out draft --ambition 3 --retrieved 2026-11-23"""

DIFF = """\
What a draft has more, less or otherwise than the data, cell by cell. Only what the draft is about is compared: its
ambition, its laureates and the actors that they mention. Exit status 0 when they were compared, whatever differs."""

DIFF_EXAMPLES = """\
examples:
  neoterra diff draft                      against the project's data
  neoterra diff draft data/ --format csv > differences.csv"""

ADD = """\
Hold a draft to every rule of neoterra check and to its review list, merge it with the data (an actor known already
stands once), check the whole, and write all tables in one step, or none. A line of review.csv is settled when its
column decision is filled in (ok)."""

ADD_EXAMPLES = """\
examples:
  neoterra add draft                       to the project's data
  neoterra add draft --update              replace laureates that are there already"""

REPORT = """\
Write the report of the data (HTML, Word, PDF) into site/, from the figures of the last build. neoterra build does so
too, and adds the explorer. All editions are written, or none."""

REPORT_EXAMPLES = """\
examples:
  neoterra report                          in French
  neoterra report --lang all --out pages   both languages, another folder
  neoterra report --ambition 4             one ambition of several"""

WORKBOOK = """\
The tables as an Excel workbook, for people who code there: dropdowns, column help, locked keys, the codebook. Import
holds it to the same rules as neoterra check, with sheet and cell (rôles!C7), and gives back the same tables."""

EXPORT = "Write the tables of a data folder, or of a draft, as one Excel workbook."

EXPORT_EXAMPLES = """\
examples:
  neoterra workbook export coding.xlsx
  neoterra workbook export draft.xlsx --data draft"""

IMPORT = """\
Write the tables of a workbook into a folder: all of them, or none when a rule is broken. With --draft, cells that are
still to be filled in are told and the tables written all the same; a workbook that is not sound is refused anyway."""

IMPORT_EXAMPLES = """\
examples:
  neoterra workbook import coding.xlsx                        back into the project's data
  neoterra workbook import draft.xlsx --out draft --draft     back into a draft"""


def parser():
    """Return the command-line parser."""
    raw = argparse.RawDescriptionHelpFormatter
    top = argparse.ArgumentParser("neoterra", description=ABOUT, epilog=EXAMPLES, formatter_class=raw)
    top.add_argument("--version", action="version", version=f"neoterra {__version__}")
    commands = top.add_subparsers(dest="command", metavar="command", required=True)

    def command(name, summary, text, examples, languages=LANGUAGES, among=commands):
        one = among.add_parser(name, help=summary, description=text, epilog=examples, formatter_class=raw)
        one.add_argument(
            "--lang",
            choices=languages,
            help="language of figures and messages (default: NEOTERRA_LANG, else fr)",
        )
        return one

    build = command("build", "execute the notebooks, write the figures", BUILD, BUILD_EXAMPLES, (*LANGUAGES, "all"))
    build.add_argument("--data", type=Path, metavar="DIR", help="data folder (default: NEOTERRA_DATA, else data/)")
    build.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="write notebooks/, figures/ and build/ under DIR, not in the project",
    )
    build.add_argument("--force", action="store_true", help="execute even if nothing changed")
    build.add_argument(
        "--jobs",
        type=_positive,
        metavar="N",
        help="notebooks executed at a time (default: the number of cores)",
    )

    check = command("check", "check the data folder", CHECK, CHECK_EXAMPLES)
    check.add_argument(
        "path", nargs="?", type=Path, metavar="PATH", help="data folder (default: NEOTERRA_DATA, else data/)"
    )
    check.add_argument("--encoding", metavar="NAME", help="encoding of the tables that are not UTF-8, e.g. cp1252")
    check.add_argument("--format", choices=("text", "json", "github"), default="text", help="default: text")

    command("dictionary", "write the data dictionary", DICTIONARY, "example:\n  neoterra dictionary")

    trace = command(
        "trace",
        "find every anchor and mention in a copy of the fiche",
        TRACE,
        "examples:\n"
        "  neoterra trace --fiche fiche-ambition-4.txt          counts and problems\n"
        "  neoterra trace --fiche fiche-ambition-4.txt --list   every anchor and mention, with its place",
    )
    trace.add_argument("--fiche", type=Path, metavar="FILE", required=True, help="your copy of the fiche, as text")
    trace.add_argument("--data", type=Path, metavar="DIR", help="data folder (default: NEOTERRA_DATA, else data/)")
    trace.add_argument("--list", action="store_true", help="report every place, not the problems only")

    agreement = command("agreement", "compare two codings of the same units", AGREEMENT, AGREEMENT_EXAMPLES)
    agreement.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="two data folders, or one sheet (CSV)")
    agreement.add_argument("--columns", nargs=2, metavar=("A", "B"), help="columns of the two coders in a sheet")
    agreement.add_argument("--unit", metavar="COLUMN", help="column that names the unit (default: its line)")
    agreement.add_argument("--anchors", nargs=2, metavar=("A", "B"), help="columns of what each coder rests on")
    agreement.add_argument("--code", metavar="COLUMN", help="column of what is coded, if several things a unit")
    agreement.add_argument("--encoding", metavar="NAME", help="encoding of what is not UTF-8, e.g. cp1252")
    agreement.add_argument("--format", choices=("text", "json", "csv"), default="text", help="default: text")
    agreement.set_defaults(refuse=agreement.error)

    ingest = command("ingest", "make a draft of a published fiche", INGEST, INGEST_EXAMPLES)
    ingest.add_argument("file", type=Path, metavar="FILE", help="the fiche: .txt, .md, .html, .docx or .pdf")
    ingest.add_argument("--out", type=Path, metavar="DIR", required=True, help="folder of the draft, new or empty")
    _data(ingest, "data folder whose actors are known")
    ingest.add_argument("--ambition", type=int, choices=range(1, 7), metavar="N", help="its number, if not printed")
    ingest.add_argument("--retrieved", metavar="DAY", help="day on which the copy was read (default: today)")

    diff = command("diff", "compare a draft with the data", DIFF, DIFF_EXAMPLES)
    diff.add_argument("draft", type=Path, metavar="DRAFT", help="folder of the draft")
    diff.add_argument("data", nargs="?", type=Path, metavar="DATA", help="default: NEOTERRA_DATA, else data/")
    diff.add_argument("--format", choices=("text", "json", "csv"), default="text", help="default: text")

    add = command("add", "add a draft to the data", ADD, ADD_EXAMPLES)
    add.add_argument("draft", type=Path, metavar="DRAFT", help="folder of the draft")
    _data(add, "data folder to add to")
    add.add_argument("--update", action="store_true", help="replace laureates and facts that are there already")

    report = command("report", "write the report", REPORT, REPORT_EXAMPLES, (*LANGUAGES, "all"))
    _data(report, "data folder")
    report.add_argument("--out", type=Path, metavar="DIR", help="folder of the editions (default: site/)")
    report.add_argument("--ambition", metavar="N", help="4, or 2,4, or all (default: NEOTERRA_AMBITION, else all)")

    workbook = commands.add_parser(
        "workbook", help="the tables as an Excel workbook, and back", description=WORKBOOK, formatter_class=raw
    )
    ways = workbook.add_subparsers(dest="way", metavar="export|import", required=True)
    export = command("export", "write the workbook", EXPORT, EXPORT_EXAMPLES, among=ways)
    back = command("import", "read it back", IMPORT, IMPORT_EXAMPLES, among=ways)
    for one in (export, back):
        one.add_argument("file", type=Path, metavar="FILE.xlsx", help="the workbook")
    _data(export, "folder of the tables")
    _data(back, "data folder whose contract the workbook follows")
    back.add_argument("--out", type=Path, metavar="DIR", help="folder of the tables (default: the data folder)")
    back.add_argument("--draft", action="store_true", help="write tables that are not finished yet")
    return top


def _data(command, what):
    command.add_argument("--data", type=Path, metavar="DIR", help=f"{what} (default: NEOTERRA_DATA, else data/)")


def _positive(text):
    value = int(text)
    if value < 1:
        raise ValueError
    return value


_positive.__name__ = "whole number from 1"  # argparse puts it in its message


def main(argv=None):
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal without U+202F must not stop a build
    top = parser()
    args = top.parse_args(argv)
    if args.lang in LANGUAGES:
        os.environ["NEOTERRA_LANG"] = args.lang
    elif os.environ.get("NEOTERRA_LANG", "") not in ("", *LANGUAGES):
        top.error(f"NEOTERRA_LANG is {os.environ['NEOTERRA_LANG']!r}: choose one of {', '.join(LANGUAGES)}")
    return COMMANDS[args.command](args)


def _fail(text):
    print(text, file=sys.stderr)
    return 1


def _root():
    """Return the project: the nearest folder upwards that holds one, else the package's own."""
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "data" / "datapackage.json").is_file():
            return folder
    return Path(__file__).resolve().parents[2]


def _build(args):
    from . import build
    from .dataset import check
    from .words.labels import language

    langs = LANGUAGES if args.lang == "all" else (language(args.lang),)
    data = args.data or os.environ.get("NEOTERRA_DATA")
    try:
        if check.stops(data):
            return 1
        build.build(_root(), langs, data, args.out, args.force, args.jobs)
    except (build.BuildError, ValueError) as error:
        return _fail(str(error))
    except OSError as error:
        return _fail(t("build.not_written", error=error))
    except KeyboardInterrupt:
        print(t("build.interrupted"), file=sys.stderr)
        return 130
    return 0


def _check(args):
    from .dataset import check

    try:
        return check.run(args.path, args.encoding, args.lang, args.format)
    except (OSError, ValueError) as error:
        return _fail(str(error))


def _dictionary(args):
    from .dataset import dictionary
    from .dataset.rules import find

    try:
        print(dictionary.write(find()))
    except (OSError, ValueError) as error:
        return _fail(str(error))
    return 0


def _trace(args):
    if not args.fiche.is_file():
        return _fail(t("cli.no_file", path=args.fiche))
    from .dataset.loading import DataError
    from .fiches import trace

    try:
        return trace.run(args.fiche, args.data, args.lang, args.list)
    except (DataError, OSError) as error:
        return _fail(str(error))


def _agreement(args):
    if args.columns and len(args.paths) != 1:
        args.refuse("--columns are those of one sheet")
    if not args.columns and (args.unit or args.anchors or args.code):
        args.refuse("--unit, --anchors and --code are columns of a sheet: give --columns too")
    if not args.columns and len(args.paths) != 2:
        args.refuse("give two data folders, or one sheet with --columns")
    from .coding import agreement

    sheet = (args.columns, args.unit, args.anchors, args.code)
    try:
        return agreement.run(args.paths, *sheet, args.encoding, args.lang, args.format)
    except (OSError, ValueError) as error:
        return _fail(str(error))


def _ingest(args):
    from .fiches import draft

    try:
        return draft.run(args.file, args.out, args.data, args.retrieved, args.ambition, args.lang)
    except (OSError, ValueError) as error:
        return _fail(str(error))


def _diff(args):
    from .coding import diff

    try:
        return diff.run(args.draft, args.data, args.lang, args.format)
    except (OSError, ValueError) as error:
        return _fail(str(error))


def _add(args):
    from .coding import add

    try:
        return add.run(args.draft, args.data, args.update, args.lang)
    except (OSError, ValueError) as error:
        return _fail(str(error))


def _report(args):
    from . import build

    try:
        return build.report(args.data, args.out, args.lang, args.ambition)
    except (OSError, ValueError) as error:
        return _fail(str(error))


def _workbook(args):
    from .coding import workbook

    try:
        if args.way == "export":
            return workbook.run_export(args.file, args.data, args.lang)
        return workbook.run_import(args.file, args.out, args.data, args.draft, args.lang)
    except (OSError, ValueError) as error:
        return _fail(str(error))


COMMANDS = {
    "build": _build,
    "check": _check,
    "dictionary": _dictionary,
    "trace": _trace,
    "agreement": _agreement,
    "ingest": _ingest,
    "diff": _diff,
    "add": _add,
    "report": _report,
    "workbook": _workbook,
}
