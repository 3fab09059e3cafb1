"""The command ``neoterra``: one function for each word of the command line, which imports what it needs."""

import os
import sys
from pathlib import Path

from .labels import LANGUAGES, t
from .usage import parser


def main(argv=None):
    """Run the command line.

    Parameters
    ----------
    argv : list of str, optional
        Arguments; those of the process if not given.

    Returns
    -------
    int
        Exit status.
    """
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
    from . import build, checking
    from .labels import language

    langs = LANGUAGES if args.lang == "all" else (language(args.lang),)
    data = args.data or os.environ.get("NEOTERRA_DATA")
    try:
        if checking.stops(data):
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
    from . import checking

    try:
        return checking.run(args.path, args.encoding, args.lang, args.format)
    except (OSError, ValueError) as error:
        return _fail(str(error))


def _dictionary(args):
    from . import dictionary
    from .contract import find

    try:
        print(dictionary.write(find()))
    except (OSError, ValueError) as error:
        return _fail(str(error))
    return 0


def _trace(args):
    if not args.fiche.is_file():
        return _fail(t("cli.no_file", path=args.fiche))
    from . import trace
    from .dataset import DataError

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
    from . import concordance

    sheet = (args.columns, args.unit, args.anchors, args.code)
    try:
        return concordance.run(args.paths, *sheet, args.encoding, args.lang, args.format)
    except (OSError, ValueError) as error:
        return _fail(str(error))


def _ingest(args):
    from . import ingest

    try:
        return ingest.run(args.file, args.out, args.data, args.retrieved, args.ambition, args.lang)
    except (OSError, ValueError) as error:
        return _fail(str(error))


def _diff(args):
    from .drafts import differences

    try:
        return differences.run(args.draft, args.data, args.lang, args.format)
    except (OSError, ValueError) as error:
        return _fail(str(error))


def _add(args):
    from .drafts import merging

    try:
        return merging.run(args.draft, args.data, args.update, args.lang)
    except (OSError, ValueError) as error:
        return _fail(str(error))


def _report(args):
    from .report import command

    try:
        return command.run(args.data, args.out, args.lang, args.ambition)
    except (OSError, ValueError) as error:
        return _fail(str(error))


def _workbook(args):
    from . import workbook

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
