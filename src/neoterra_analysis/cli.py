"""What the command line understands, and what its help says."""

import argparse
import codecs
import os
import sys
from contextlib import nullcontext
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path

from . import __version__, exchange
from .fiches.documents import sandbox
from .words import files, folding, opened
from .words.labels import LANGUAGES, language, t

# Of each command: its name and summary; what it does; after a blank line, examples.
HELP = """# neoterra: the whole
Coded records of the Néo Terra fiches: check them, trace them to the published text, and make the
notebooks and figures that follow from them.

Files are looked for in the project: the nearest folder, from the current one upwards, that holds
data/datapackage.json (the installed project if there is none).

examples:
  neoterra                                 where am I, and what next?
  neoterra init project                    a folder with the records and notebooks, to work in
  neoterra check                           does the data folder keep its contract?
  neoterra build                           execute the notebooks, write the French figures
  neoterra build --lang en                 the English figures, in figures/en/
  neoterra report                          fiche and annex as pages, Word documents and PDFs
  neoterra trace --fiche my-copy.txt       find every anchor and mention in your copy of the fiche
  neoterra ingest fiche.pdf --out draft    a published fiche made into draft records
  neoterra verify quotes.csv --fiche my-copy.txt
                                           quotes of anyone, held to the rows of your copy of the fiche
  neoterra proofread fiche.docx            a draft fiche with Word comments, before it is published
  neoterra diff draft                      what a draft has more, less or otherwise than the data
  neoterra add draft                       the draft's records added to the data
  neoterra workbook export coding.xlsx     the tables as an Excel workbook, and back: import
  neoterra agreement data/ second/         where does a second coding of the same laureates differ?
  neoterra settle data/ second/            which findings survive it, and what to settle first
  neoterra export gexf network.gexf        the records in the format of another tool, here Gephi

environment variables:
  NEOTERRA_LANG   fr (default) or en: language of figures and messages
  NEOTERRA_DATA   data folder to use instead of the project's
  NEOTERRA_AMBITION  4, or 2,4, or all (default): ambitions that the notebooks look at
  NEOTERRA_PROGRESS  1: show progress bars in notebooks too
  NEOTERRA_MEMORY folder where what takes long is kept for the same records and code (builds: build/memory)

A command other than build and report ends with one line, and writes nothing, when it takes more than 60 s of
computing or 1536 MB of memory (2,000 laureates take a fifth).

exit status: 0 all is well, 1 a problem was found and told, 2 the command was not understood.
# init: make a project folder
Make a folder with the records and the notebooks that come with the package, in which all commands work. It is
written whole, or not at all; a folder that holds something is refused.

example:
  neoterra init project
# lab: open the notebooks in JupyterLab
Open JupyterLab on the project, in French. Ctrl-C ends it.

example:
  neoterra lab
# build: execute the notebooks, write the figures
For each ambition that has laureates, and for the programme, execute the notebooks side by side and write their
figures (SVG, PNG, PDF, the data as CSV, an alt text) to figures/fr/ambition-4/, fiche, annex and explorer to
site/ambition-4/. Executed notebooks go to notebooks/fr/ambition-4/; in French, those of the fiche that their
parameters cell names replace those in notebooks/. A fiche's files are replaced only when all its notebooks
succeeded. What did not change since the last build is left as it is: a changed record makes its fiche and the
programme again. Figures that no notebook makes any more, and those of ambitions that left the data, are removed.

examples:
  neoterra build                           French, what changed only
  neoterra build --lang all                French and English
  neoterra build --ambition 2,4            two fiches only
  neoterra build --force --jobs 1          everything again, one notebook at a time
  neoterra build --data trial/ --out trial-figures/
                                           figures from other data, leaving the project as it is
# check: check the data folder
Hold the tables to data/datapackage.json and to the rules between tables, in one pass. Each problem is told with its
file, line and column, the value, the rule, what is allowed and what to do; exit status 1 if there is one. What is
harmless is put right when the data load, and told as a notice. So is what changed since the data were accepted (rows
gone, rows new, other cells). Nothing is written but, with --accept, accepted.json: what changed is meant.

examples:
  neoterra check                           the project's data
  neoterra check --accept                  what is told as changed is meant
  neoterra check trial/ --lang en          another folder, in English
  neoterra check --encoding cp1252         tables saved by Excel as CSV, in the encoding of Windows
  neoterra check --format github           annotations for a pull request (gitlab: a report of code quality)
# dictionary: write the data dictionary
Write the data dictionary in data/README.md again from data/datapackage.json, between its two marks.

example:
  neoterra dictionary
# identifiers: columns for SIREN, RNA, Wikidata and INSEE codes
Add the empty columns siren, rna, wikidata and insee to the actors of a data folder, and to its contract, in one step.
Nothing is looked up. From then on, neoterra check refuses one that is not well formed, a SIREN without its key, and
one that two actors have. The digest of the data does not change before one is filled in.

example:
  neoterra identifiers --data trial
# trace: find every anchor and mention in a copy of the fiche
Find every anchor and every mention of the data in your own copy of the fiche (a text file; the fiche is not
part of the project). Each has its line and character offset. One that is not found, or is found in another
laureate's row, is an error: exit status 1.

examples:
  neoterra trace --fiche fiche-ambition-4.txt          counts and problems
  neoterra trace --fiche fiche-ambition-4.txt --list   every anchor and mention, with its place
# read: your copy of the fiche as a page, with its codes
Make one page of your own copy of the fiche (text, Markdown, HTML, Word, ODT, PDF): its text, every code where
neoterra trace finds it, with a note in the margin, a second coding's in the other margin; the sentences of laureates'
rows that no code touches; from each headline number and each claim to its passages and back. The page asks the network
for nothing; it holds the text of your copy, which is not part of the project.

examples:
  neoterra read --fiche fiche-ambition-4.txt --out fiche-ambition-4.html
  neoterra read --fiche fiche-ambition-4.pdf --second second/ --out both.html
# agreement: compare codings of the same units
Compare two codings of the same units, or more. For each role, the main role and each theme: raw agreement,
Krippendorff's alpha (with its range when one unit is left out), Cohen's kappa (of more coders, Light's and Fleiss'),
Gwet's AC1 and Brennan-Prediger, how prevalent the most used value is, all again without the units that nobody coded;
then every disagreement, with all anchors; then what so many units can carry. PATH is data folders, or one coding
sheet (CSV) with a column for each coder. Exit status 0 when they were compared, whatever they agree on.

examples:
  neoterra agreement data/ second/         two data folders
  neoterra agreement data/ second/ third/  three
  neoterra agreement sheet.csv --columns anna bert --unit row
                                           two columns of one sheet; an empty cell (NA, -) is no value
  neoterra agreement sheet.csv --columns anna bert --unit row --code role --anchors anna_words bert_words
                                           several codes a unit, with what each coder rests on
  neoterra agreement sheet.csv --columns anna bert carl --uncoded
                                           three coders; an empty cell says that nothing was coded, which counts
  neoterra agreement data/ second/ --format xlsx --out agreement.xlsx
# settle: settle two codings, and tell which findings survive
Tell of each headline statistic and claim whether it survives a second coder, under every way of settling the
disagreements (all of them up to 4,096, else a sample, and said so), what moves it, and what to settle first. --out
FILE.csv writes the disagreements with both anchors, to be decided by a named person, on a date, with a reason; with
--decided FILE.csv, --out DIR becomes a third data folder: the first coding with what was decided, and an open reading
(readings.csv) for each disagreement that was left open or is not decided yet. Notes are no disagreement.

examples:
  neoterra settle data/ second/                           what hangs on the disagreements
  neoterra settle data/ second/ --out settlement.csv      the disagreements, to be decided
  neoterra settle data/ second/ --decided settlement.csv --out settled/
                                                          the data folder that follows
# ingest: make a draft of a published fiche
Read a published fiche (text, Markdown, HTML, Word, ODT, PDF; in French) into a draft: the tables of the contract, with
what is certain filled in; review.csv, every doubt with its place, proposals and confidence; passages.csv, the passages
of the last section, to be coded. Nothing is left out without a line in review.csv. A file that is not such a fiche, or
is not safe to open, is refused in one line.

examples:
  neoterra ingest fiche-ambition-2.pdf --out draft
  neoterra ingest page.html --out draft --ambition 3 --retrieved 2026-11-23
# verify: hold a sheet of quotes to the fiche
Quotes with laureate and code, from a person, a program or a language model (CSV, xlsx), are looked for in your copy of
the fiche. Each is found in its laureate's row, once and as printed, or refused with the reason: altered (word by word),
of another row, in several places, put together, outside the rows, nowhere; exit status 1 if one is. Spaces, line ends,
kinds of apostrophe, quotation mark and dash, a first capital and a final stop do not count. The code is a role, a
theme, a contribution (filiere/companies/agency, or columns dimension and target) or an actor; a column table settles
which. With --out, what was found becomes a draft, which stands for all that the tables coded say of these laureates;
its review.csv lists what was refused. Of a longer quote the anchor is the first eight words, if its row has them once.

examples:
  neoterra verify quotes.csv --fiche fiche-ambition-4.txt
  neoterra verify answers.xlsx --fiche fiche.pdf --columns project label evidence --out draft
# proofread: a draft fiche with comments, before it is published
Give back the same Word document with comments where its statements and its rows disagree or rest on one row: numbers,
titles of enjeux, roles, places, kinds of bodies, names and acronyms in two spellings, cells cut off, rows twice, signs.
Each comment says what, where else, which rows, what to do, and whether it is certain or to be looked at; nothing else
of the document changes. With --data, the claims and discrepancies of the data speak too, at their anchors. Done again,
what is said already is not said twice. Exit status 1 if something certain was found, 0 otherwise.

examples:
  neoterra proofread fiche.docx            writes fiche-relu.docx beside it
  neoterra proofread fiche-ambition-4.docx --data data --out fiche-4-relu.docx
# diff: compare a draft with the data
What a draft has more, less or otherwise than the data, cell by cell. Only what the draft is about is compared: its
ambition, its laureates and the actors that they mention. Exit status 0 when they were compared, whatever differs.

examples:
  neoterra diff draft                      against the project's data
  neoterra diff draft data/ --format csv > differences.csv
# add: add a draft to the data
Hold a draft to every rule of neoterra check and to its review list, merge it with the data (an actor known already
stands once), check the whole, and write all tables in one step, or none. A line of review.csv is settled when its
column decision is filled in (ok).

examples:
  neoterra add draft                       to the project's data
  neoterra add draft --update              replace laureates that are there already
# report: write what is handed over
Write each fiche of a few pages and its annex (HTML, Word, PDF), and the overview of the programme with its own, into
site/ambition-4/ and the like, from the figures of the last build. neoterra build does so too, and adds the explorer.
All editions are written, or none.

examples:
  neoterra report                          in French
  neoterra report --lang all --out pages   both languages, another folder
  neoterra report --ambition 4             one ambition of several
  neoterra report --data trial/ --figures trial-figures/figures
# export: the records in the format of another tool
Write the records for Gephi, Kumu and others (FORMAT is one of those below), with what the format cannot hold told in
OUT.FORMAT.losses.txt and on the screen. All files are written, or none; the same records give the same bytes.
A network is of laureates and actors (two-mode), of actors that share laureates, or of laureates that share actors.

examples:
  neoterra export gexf network.gexf                            laureates and actors, for Gephi
  neoterra export gexf network.gexf --network actors --named-only
                                                               actors that share laureates, without categories
  neoterra export refi-qda codes.qdc                           the codebook, for QualCoder, NVivo, MAXQDA, ATLAS.ti
  neoterra export refi-qda coded.qdpx --fiche my-copy.txt      the codings too, at their passages
# import: what others have, as a draft
Take what stands in other tools and files as a draft, with a line of review.csv for whatever a person is to settle.
# import actors: a list of actors from elsewhere
Hold a list (CSV: a column of names, and type, kind, scale, aliases, siren, rna, wikidata, insee where there are) to
the actors of the data: known by a form exactly, known but for article or accents, like others, or new. Each row is a
line of review.csv as it is printed, with what it proposes; none is merged silently. All is written, or nothing.

examples:
  neoterra import actors partners.csv --out draft          a draft, to be reviewed, then neoterra add draft
  neoterra import actors partners.csv --out review.csv     the review list alone
# import refi-qda: a second coding from another tool
Hold each coding of a REFI-QDA project (QualCoder, NVivo, MAXQDA, ATLAS.ti) to your copy of the fiche and write a
draft of those found there, as neoterra verify does; every other coding, and each memo without a column, is a line
of its review.csv.
A draft has one coder. Codes are known by the identifiers of neoterra export refi-qda, or by their names.

examples:
  neoterra import refi-qda second.qdpx --fiche my-copy.txt --out second
  neoterra import refi-qda both.qdpx --fiche my-copy.txt --out second --coder "Camille Martin"
# workbook: the tables as an Excel workbook, and back
The tables as an Excel workbook, for people who code there: dropdowns, column help, locked keys, the codebook. Import
holds it to the same rules as neoterra check, with sheet and cell (rôles!C7), and gives back the same tables.
# workbook export: write the workbook
Write the tables of a data folder, or of a draft, as one Excel workbook.

examples:
  neoterra workbook export coding.xlsx
  neoterra workbook export draft.xlsx --data draft
  neoterra workbook export --blind second.xlsx    for a second coder: units and codebook only
# workbook import: read it back
Write the tables of a workbook into a folder: all of them, or none when a rule is broken. With --draft, cells that are
still to be filled in are told and the tables written all the same; a workbook that is not sound is refused anyway.

examples:
  neoterra workbook import coding.xlsx --out data             back into the project's data
  neoterra workbook import draft.xlsx --out draft --draft     back into a draft
  neoterra workbook import second.xlsx --out second           a second coding, as a data folder of its own"""
FOR_PROGRAMS = ("csv", "json", "github", "gitlab")  # forms that are the same bytes on every system
HERE = "(default: NEOTERRA_DATA, else data/)"
DIR = {"type": Path, "metavar": "DIR"}
FILE = {"type": Path, "metavar": "FILE"}


def parser():
    """Return the command-line parser; what is parsed are the named arguments of the function that runs a command."""
    top = argparse.ArgumentParser("neoterra", **_words("neoterra"))
    top.add_argument("--version", action="version", version=f"neoterra {__version__}")
    top.set_defaults(run="project.where", lang=None)
    commands = top.add_subparsers(metavar="command")
    top.names = commands.choices
    init = _command(commands, "init", "project.init")
    _add(init, "folder", "the project folder, new or empty", **DIR)
    _command(commands, "lab", "project.lab")

    build = _command(commands, "build", _build, (*LANGUAGES, "all"))
    _add(build, "--data", f"data folder {HERE}", **DIR)
    _add(build, "--out", "write notebooks/, figures/ and build/ under DIR, not in the project", **DIR)
    _add(build, "--ambition", "4, or 2,4, or all (default: NEOTERRA_AMBITION, else all)", metavar="N")
    _add(build, "--force", "execute even if nothing changed", action="store_true")
    _add(build, "--jobs", "notebooks executed at a time (default: the number of cores)", type=_positive, metavar="N")
    check = _command(commands, "check", "dataset.check.run")
    _add(check, "path", f"data folder {HERE}", nargs="?", type=Path, metavar="PATH")
    _add(check, "--encoding", "encoding of the tables that are not UTF-8, e.g. cp1252", metavar="NAME")
    _add(check, "--accept", "accept the data as they stand, if there is no problem", action="store_true")
    _add(check, "--format", "default: text", choices=("text", "json", "github", "gitlab"), dest="form", default="text")
    _command(commands, "dictionary", _dictionary)
    numbers = _command(commands, "identifiers", "dataset.identifiers.run")
    _add(numbers, "--data", f"data folder {HERE}", **DIR)
    trace = _command(commands, "trace", _trace)
    _add(trace, "--fiche", "your copy of the fiche, as text", required=True, **FILE)
    _add(trace, "--data", f"data folder {HERE}", **DIR)
    _add(trace, "--list", "report every place, not the problems only", dest="listing", action="store_true")
    read = _command(commands, "read", "pages.reading.run")
    _add(read, "--fiche", "your copy of the fiche", required=True, type=Path, metavar="FILE")
    _add(read, "--second", "data folder of a second coding of the same fiche", **DIR)
    _add(read, "--data", f"data folder {HERE}", **DIR)
    _add(read, "--out", "the page", required=True, type=Path, metavar="PAGE.html")
    agreement = _command(commands, "agreement", _agreement)
    agreement.set_defaults(refuse=agreement.error)
    _add(agreement, "paths", "data folders, two or more, or one sheet (CSV)", nargs="+", type=Path, metavar="PATH")
    _add(agreement, "--columns", "columns of the coders in a sheet, two or more", nargs="+", metavar="CODER")
    _add(agreement, "--unit", "column that names the unit (default: its line)", metavar="COLUMN")
    _add(agreement, "--anchors", "columns of what each coder rests on", nargs="+", metavar="COLUMN")
    _add(agreement, "--code", "column of what is coded, if several things a unit", metavar="COLUMN")
    _add(
        agreement,
        "--codes",
        "words of a sheet that are codes, though they look like an empty cell",
        nargs="+",
        metavar="WORD",
    )
    _add(agreement, "--uncoded", "an empty cell of a sheet says: nothing coded here", action="store_true")
    _add(agreement, "--encoding", "encoding of what is not UTF-8, e.g. cp1252", metavar="NAME")
    forms = ("text", "json", "csv", "xlsx")
    _add(agreement, "--format", "default: text", choices=forms, dest="form", default="text")
    _add(agreement, "--out", "write to a file", type=Path, dest="file", metavar="FILE")
    settle = _command(commands, "settle", _settle)
    settle.set_defaults(refuse=settle.error)
    _add(settle, "first", "data folder of the first coding", type=Path, metavar="A")
    _add(settle, "second", "data folder of the second coding", type=Path, metavar="B")
    _add(settle, "--out", "where to write the settlement (FILE.csv), or with --decided the data folder", type=Path)
    _add(settle, "--decided", "the settlement, filled in", type=Path, metavar="FILE.csv")
    _add(settle, "--encoding", "encoding of what is not UTF-8, e.g. cp1252", metavar="NAME")
    _add(settle, "--format", "default: text", choices=("text", "json", "csv"), dest="form", default="text")
    ingest = _command(commands, "ingest", "fiches.draft.run")
    _add(ingest, "file", "the fiche: .txt, .md, .html, .docx, .odt or .pdf", **FILE)
    _add(ingest, "--out", "folder of the draft, new or empty", required=True, **DIR)
    _add(ingest, "--data", f"data folder whose actors are known {HERE}", **DIR)
    _add(ingest, "--ambition", "its number, if not printed", type=int, choices=range(1, 7), metavar="N")
    _add(ingest, "--retrieved", "day on which the copy was read (default: today)", metavar="DAY")
    verify = _command(commands, "verify", "coding.verify.run")
    _add(verify, "sheet_file", "sheet of quotes (CSV, xlsx)", type=Path, metavar="SHEET")
    _add(verify, "--fiche", "your copy of the fiche: .txt, .md, .html, .docx, .odt or .pdf", required=True, **FILE)
    _add(verify, "--data", f"data folder {HERE}", **DIR)
    heads = ("LAUREATE", "CODE", "QUOTE")
    _add(verify, "--columns", "heads of the three columns (default: laureate, code, quote)", nargs=3, metavar=heads)
    _add(verify, "--encoding", "encoding of a CSV that is not UTF-8, e.g. cp1252", metavar="NAME")
    _add(verify, "--out", "folder of the draft, new or empty", dest="out_folder", **DIR)
    _add(verify, "--format", "default: text", choices=("text", "json", "csv"), dest="form", default="text")
    proof = _command(commands, "proofread", "coding.proofreading.proofread.run")
    _add(proof, "file", "the draft, a Word document", type=Path, metavar="DRAFT.docx")
    _add(proof, "--data", "data folder that speaks too (default: the draft alone)", **DIR)
    _add(proof, "--out", "the document with comments (default: DRAFT-relu.docx)", dest="target", **FILE)
    diff = _command(commands, "diff", "coding.diff.run")
    _add(diff, "draft", "folder of the draft", type=Path, metavar="DRAFT")
    _add(diff, "data", "default: NEOTERRA_DATA, else data/", nargs="?", type=Path, metavar="DATA")
    _add(diff, "--format", "default: text", choices=("text", "json", "csv"), dest="form", default="text")
    add = _command(commands, "add", "coding.add.run")
    _add(add, "draft", "folder of the draft", type=Path, metavar="DRAFT")
    _add(add, "--data", f"data folder to add to {HERE}", **DIR)
    _add(add, "--update", "replace laureates and facts that are there already", action="store_true")
    report = _command(commands, "report", "build.report", (*LANGUAGES, "all"))
    _add(report, "--data", f"data folder {HERE}", **DIR)
    _add(report, "--out", "folder of the editions (default: site/)", **DIR)
    _add(report, "--figures", "figures of a build elsewhere (default: those of the last build of the data)", **DIR)
    _add(report, "--ambition", "4, or 2,4, or all (default: NEOTERRA_AMBITION, else all)", metavar="N")
    export = _command(commands, "export", "exchange.run")
    _add(export, "format", ", ".join(exchange.FORMATS), choices=exchange.FORMATS, metavar="FORMAT")
    _add(export, "out", "the file, or what the names of several begin with", type=Path, metavar="OUT")
    _add(export, "--network", "default: two-mode", choices=("two-mode", "actors", "laureates"))
    _add(export, "--named-only", "without categories such as “residents”", action="store_true")
    _add(export, "--fiche", "your copy of the fiche: where codings and quotes stand (refi-qda, quotes)", **FILE)
    _add(export, "--coder", "whose codings they are (refi-qda; default: the published ones)", metavar="NAME")
    _add(export, "--published", "of a deposit: its day (default: the last day that the data name)", metavar="DAY")
    _add(export, "--data", f"data folder {HERE}", **DIR)
    _add(export, "--ambition", "4, or 2,4, or all (default: NEOTERRA_AMBITION, else all)", metavar="N")
    imports = commands.add_parser("import", **_words("import"))
    kinds = imports.add_subparsers(metavar="actors|refi-qda", required=True)
    into = _command(kinds, "actors", "coding.actors_in.run", of="import ")
    _add(into, "file", "the list", type=Path, metavar="FILE.csv")
    _add(
        into, "--out", "folder of the draft, new or empty; or FILE.csv: the review list alone", required=True, type=Path
    )
    _add(into, "--data", f"data folder whose actors are known {HERE}", **DIR)
    _add(into, "--encoding", "encoding of a list that is not UTF-8, e.g. cp1252", metavar="NAME")
    into = _command(kinds, "refi-qda", "exchange.refi_in.run", of="import ")
    into.set_defaults(form="refi-qda")
    _add(into, "file", "the project", type=Path, metavar="FILE.qdpx")
    _add(into, "--fiche", "your copy of the fiche", required=True, **FILE)
    _add(into, "--out", "folder of the draft, new or empty", required=True, dest="out_folder", **DIR)
    _add(into, "--coder", "whose codings, if there are several coders", metavar="NAME")
    _add(into, "--data", f"data folder {HERE}", **DIR)
    workbook = commands.add_parser("workbook", **_words("workbook"))
    ways = workbook.add_subparsers(metavar="export|import", required=True)
    export = _command(ways, "export", "coding.workbook.run_export", of="workbook ")
    _add(export, "file", "the workbook", type=Path, metavar="FILE.xlsx")
    _add(export, "--data", f"folder of the tables {HERE}", **DIR)
    _add(export, "--blind", "for a second coder: the units, nothing of the first coding", action="store_true")
    back = _command(ways, "import", "coding.workbook.run_import", of="workbook ")
    _add(back, "file", "the workbook", type=Path, metavar="FILE.xlsx")
    _add(back, "--data", f"data folder whose contract the workbook follows {HERE}", **DIR)
    _add(back, "--out", "folder of the tables (default: named after the workbook)", dest="out_folder", **DIR)
    _add(back, "--draft", "write tables that are not finished yet", action="store_true")
    return top


def _command(among, name, run, languages=LANGUAGES, of=""):
    """Add a command, and what runs it: a function, or the place of one in the package, imported only then."""
    one = among.add_parser(name, **_words(of + name))
    one.set_defaults(run=run)
    _add(one, "--lang", "language of figures and messages (default: NEOTERRA_LANG, else fr)", choices=languages)
    return one


def _add(command, name, told, **options):
    command.add_argument(name, help=told, **options)


def _words(name):
    summary, _, text = HELP.partition(f"# {name}: ")[2].partition("\n# ")[0].partition("\n")
    description, examples, rest = text.partition("\n\nexample")
    words = {"help": summary} if name != "neoterra" else {}
    raw = argparse.RawDescriptionHelpFormatter
    return words | {"description": description, "epilog": examples.strip() + rest, "formatter_class": raw}


def _positive(text):
    if int(text) < 1:
        raise ValueError
    return int(text)


_positive.__name__ = "whole number from 1"  # argparse puts it in its message


def main(argv=None):
    """Run the command line."""
    codecs.register_error("plain", folding.plain)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="plain")  # a terminal without U+202F must not stop a build
    top = parser()
    given = vars(top.parse_args(_known(top, sys.argv[1:] if argv is None else argv)))
    if given["lang"] in LANGUAGES:
        os.environ["NEOTERRA_LANG"] = given["lang"]
    elif os.environ.get("NEOTERRA_LANG", "") not in ("", *LANGUAGES):
        top.error(f"NEOTERRA_LANG is {os.environ['NEOTERRA_LANG']!r}: choose one of {', '.join(LANGUAGES)}")
    if given.get("form") in FOR_PROGRAMS and hasattr(sys.stdout, "reconfigure") and not sys.stdout.isatty():
        sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    run = given.pop("run")
    try:
        if isinstance(run, str):
            module, _, name = run.rpartition(".")
            run = getattr(import_module(f".{module}", __package__), name)
        files.tidy(_folders(given))
        # Builds take their time; their notebooks have a limit of their own.
        with (
            nullcontext()
            if run is _build or run.__module__.endswith((".build", ".project"))
            else sandbox.bounded(given["lang"])
        ):
            status = run(**given)
        sys.stdout.flush()
        return status
    except BrokenPipeError:  # who reads has read enough; nothing more is written, at the end neither
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print(t("build.interrupted"), file=sys.stderr)
        return 130
    except (OSError, ValueError, sandbox.Unbounded) as error:
        print(opened.why(error), file=sys.stderr)
        return 1
    except MemoryError:
        print(t("cli.too_much", most=sandbox.MOST_MEMORY // sandbox.MEGABYTE), file=sys.stderr)
        return 1


def _known(top, words):
    """Return what was typed; a command that there is not ends with the one that was meant."""
    if words and not words[0].startswith("-") and words[0] not in top.names:
        near = get_close_matches(words[0], top.names, 1, 0.5)
        lang = next((one for one in words if one in LANGUAGES), os.environ.get("NEOTERRA_LANG"))
        lang = lang if lang in LANGUAGES else None
        meant = t("cli.meant", lang, name=near[0]) if near else ""
        top.error(t("cli.unknown", lang, name=words[0], meant=meant, names=", ".join(top.names)))
    return words


def _folders(given):
    """List the folders that a command is about: the working folder, and those of the files that it is given."""
    several = (value if isinstance(value, list) else [value] for value in given.values())
    paths = [Path.cwd(), *(path for some in several for path in some if isinstance(path, Path))]
    return [folder for path in paths for folder in (path, path.absolute().parent) if folder.is_dir()]


def _build(lang, data, **options):
    from . import build
    from .dataset import check

    langs = LANGUAGES if lang == "all" else (language(lang),)
    data = data or os.environ.get("NEOTERRA_DATA")
    try:
        if check.stops(data):
            return 1
        build.build(build.project(), langs, data, **options)
    except build.BuildError as error:
        raise ValueError(error) from error
    except OSError as error:
        if error.errno is None:  # in our own words already
            raise
        raise OSError(t("build.not_written", error=error)) from error
    return 0


def _dictionary(lang):
    from .dataset import rules

    print(rules.write_dictionary(rules.mine()))
    return 0


def _trace(fiche, **options):
    if not fiche.is_file():
        raise FileNotFoundError(t("cli.no_file", path=fiche))
    from .fiches import trace

    return trace.run(fiche, **options)


def _agreement(refuse, paths, columns, unit, anchors, code, **options):
    if columns and len(paths) != 1:
        refuse("--columns are those of one sheet")
    if columns and len(columns) < 2:
        refuse("--columns: give those of two coders or more")
    if anchors and len(anchors) != len(columns or ()):
        refuse("--anchors: give one for each of --columns")
    if not columns and (unit or anchors or code or options["codes"] or options["uncoded"]):
        refuse("--unit, --anchors, --code, --codes and --uncoded are of a sheet: give --columns too")
    if not columns and len(paths) < 2:
        refuse("give two data folders or more, or one sheet with --columns")
    if options["form"] == "xlsx" and not options["file"] and sys.stdout.isatty():
        refuse("--format xlsx: give --out FILE.xlsx")
    from .coding import agreement

    return agreement.run(paths, columns, unit, anchors, code, **options)


def _settle(refuse, **options):
    if options["decided"] and not options["out"]:
        refuse("--decided: give the new data folder too, --out DIR")
    from .coding import settle

    return settle.run(**options)
