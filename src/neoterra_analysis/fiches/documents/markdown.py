"""Markdown as tools write it: marks inside a text by markdown-it, and what it does not know, pandoc's tables and notes.

Of Markdown's blocks, `plain` reads what a plain text may have too; here is what only a Markdown file has.
"""

import html
import re
import unicodedata
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from .blocks import UNSEEN, Aside, Place, text

LINE_END = re.compile(r"\r\n|[\r\n\f\u2028\u2029]")
# The content of a picture, on one line or wrapped.
DATA = re.compile(
    r"data:[\w/+.-]*[;,][\w+/=%;,.-]{40,}(?:\n[\w+/=]{60,})*(?:(?<=[\w+/=]{60})\n[\w+/=]+(?=[)>\"' ]))?", re.I
)
COMMENT = re.compile(r"<!--(.*?)-->", re.DOTALL)
ATTRIBUTES = re.compile(r"\{[^{}\n]*[.#=][^{}\n]*\}")
SPAN = re.compile(rf"(?P<note>\^)?\[(?P<words>(?:[^\[\]]|\[[^\[\]]*\])*)\](?(note)|(?P<said>{ATTRIBUTES.pattern}))")
FENCE = re.compile(r"\s{0,3}(?:`{3,}[^`]*|~{3,}[^~]*|:{3,}\s*(?:\{.*\}|[\w-]*)\s*:*)\s*")
QUOTE = re.compile(r"\s{0,3}(?:>\s?)+")
NOTE = re.compile(r"\s{0,3}\[\^([^\]\s]+)\]:\s*(.*)")
CALL = re.compile(r"\[\^[^\[\]\s]{1,99}\]")
REFERENCE = re.compile(
    r"[ ]{0,3}\[(?!\^)(?P<label>[^\[\]]+)\]:\s*(?:<[^<>]*>|[^\s<>]*[/#.:][^\s<>]*)"
    r"""\s*(?:"[^"]*"|'[^']*'|\([^()]*\))?\s*"""
)
KEY = re.compile(r"(?P<key>[\w-]+)\s*:\s*(?P<value>.*)")
TAG = re.compile(r"<(?P<end>/?)(?P<name>[A-Za-z][\w:-]*)[^<>]*>")
# Other words between angle brackets are the writer's own.
NAMES = set(
    "a abbr address article aside b bdi bdo big blockquote body br button caption center cite code col colgroup dd del"
    " details dfn div dl dt em figcaption figure font footer form h1 h2 h3 h4 h5 h6 head header hr html i img input ins"
    " kbd label li link main mark meta nav ol p picture pre q rp rt ruby s samp script section small source span strike"
    " strong style sub summary sup svg table tbody td template tfoot th thead time title tr tt u ul var wbr".split()
)
APART = set("p div li ul ol tr td th h1 h2 h3 h4 h5 h6 section article blockquote table dt dd caption".split())
BOLD, STRUCK = ("b", "strong"), ("del", "s", "strike")
SPECIAL = re.compile(r"[\\*_~`\[\]<>&!^]")
RAISED = re.compile(r"\^([^\s^]{1,12})\^|(?<!~)~([^\s~]{1,12})~(?!~)|</?\w+:\w+[^<>]*>")


class Notes(NamedTuple):
    """What a file says about its texts: where its links lead, its asides so far, the pictures that were told."""

    references: dict
    asides: list
    pictures: set


def prepare(content):
    """Return the lines of a file, None for one that is no line of the text, and its notes."""
    notes = Notes({}, [], set())
    content = DATA.sub(lambda found: "data:" + "\x02" * found[0].count("\n"), LINE_END.sub("\n", content))

    def hide(match):
        words = match[1].strip()
        if re.search(r"\w", words) and words != "end list":  # with which pandoc ends a list
            notes.asides.append(Aside("comment", words, Place(0, content.count("\n", 0, match.start()) + 1)))
        return "\x01" + "\n\x01" * match[1].count("\n")

    end = content.rfind("-->")  # so that comments without an end are not looked for again and again
    lines = (COMMENT.sub(hide, content[: end + 3]) + content[end + 3 :] if end > 0 else content).split("\n")
    lines = [one for line in lines for one in (line.replace("\x02", ""), *[None] * line.count("\x02"))]
    for at, line in enumerate(lines):
        if line is None:
            continue
        if "\x01" in line:
            lines[at] = line.replace("\x01", "")
            lines[at] = lines[at] if lines[at].strip() else None
        elif FENCE.fullmatch(line):
            lines[at] = ""
        elif QUOTE.match(line):
            lines[at] = QUOTE.sub("", line, count=1)
        elif (found := REFERENCE.fullmatch(line)) is not None:
            notes.references[" ".join(found["label"].split()).casefold().upper()] = {"href": "", "title": ""}
            lines[at] = ""
    _front(lines, notes)
    _footnotes(lines, notes)
    return lines, notes


def _front(lines, notes):
    """Take the front matter away; its title is a heading."""
    if not lines or (lines[0] or "").strip() != "---":
        return
    end = next((at for at, line in enumerate(lines[1:60], 1) if line and line.strip() in ("---", "...")), 0)
    inside = [line or "" for line in lines[1:end]]
    if not inside or not all(re.match(r"\s*$|[\w-]+\s*:|\s+\S|-\s|#", line) for line in inside):
        return
    rest = []
    for at, line in enumerate(inside, 1):
        key = KEY.match(line)
        value = key["value"].strip(" \"'") if key else ""
        is_title = value and key["key"].lower() in ("title", "subtitle", "titre")
        rest += [] if is_title or not line.strip() else [line.strip()]
        lines[at] = f"# {value}" if is_title else ""
    lines[0] = lines[end] = ""
    if rest:
        notes.asides.append(Aside("other", "\n".join(rest), Place(0, 1)))


def _footnotes(lines, notes):
    """Take the footnotes away, each with the lines that go on."""
    at = 0
    while at < len(lines):
        found, start = NOTE.match(lines[at] or ""), at
        at += 1
        if not found:
            continue
        words = [found[2]]
        while at < len(lines) and (
            re.match(r"\s{2,}\S", lines[at] or "")
            or ((lines[at] or "").strip() and lines[at - 1].strip() and not NOTE.match(lines[at]))
            or (not (lines[at] or "").strip() and at + 1 < len(lines) and re.match(r"\s{4}\s*\S", lines[at + 1] or ""))
        ):
            words.append((lines[at] or "").strip())
            at += 1
        lines[start:at] = [""] * (at - start)
        runs = inline("\n".join(words).strip(), start + 1, notes)
        notes.asides.append(Aside("footnote", text(runs, Place(0, 0)).text, Place(0, start + 1)))


@cache
def _parser():
    # Imported late: whoever reads no Markdown does not wait for it.
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark").enable("strikethrough").disable("text_join")
    parser.validateLink = lambda link: True  # nothing is opened
    parser.inline.ruler.before("link", "call", _call)
    parser.inline.ruler.before("link", "span", _span)
    return parser


def _call(state, silent):
    """Pass over the call of a footnote."""
    found = CALL.match(state.src, state.pos, state.posMax)
    if found:
        state.pos = found.end()
    return bool(found)


def _span(state, silent):
    """Read words in brackets with attributes, and pandoc's notes inside the text."""
    found = SPAN.match(state.src, state.pos, state.posMax)
    if found and not silent:
        kinds = {"^": "footnote", ".deletion": "deleted", ".comment-start": "comment"}
        said = found["note"] or found["said"]
        kind = next((kind for word, kind in kinds.items() if word in said), "")
        state.push("aside_open", "", 1).info = kind
        most, (state.pos, state.posMax) = state.posMax, found.span("words")
        state.md.inline.tokenize(state)
        state.posMax = most
        state.push("aside_close", "", -1).info = kind
    if found:
        state.pos = found.end()
    return bool(found)


def inline(source, number, notes, cell=False):
    """Take the marks out of a piece of text that stands on a line of this number: its runs.

    Of the line ends in a cell, those that only wrap become spaces.
    """
    if not SPECIAL.search(source) and "  \n" not in source:
        return [(source.replace("\n", " ") if cell else source, False)]
    tokens = _parser().parseInline(source.strip(), {"references": notes.references})[0].children
    # Marks that are no emphasis by the rules, as in **d'**aiguillon, are what their writer took for it.
    left = sum(token.content.count("**") for token in tokens if token.type == "text") // 2 * 2
    runs, strong, tagged, paired, aside, before = [], 0, False, False, [], None

    def say(words):
        (aside[-1][1] if aside else runs).append((words, strong > 0 or tagged or paired))

    def leave(kind):
        if aside and aside[-1][0] == kind:
            kind, inside = aside.pop()
            words = text(inside, Place(0, 0)).text
            if kind and words:
                notes.asides.append(Aside(kind, words, Place(0, number)))
            elif not kind:
                (aside[-1][1] if aside else runs).extend(inside)

    for token in tokens:
        kind = token.type
        if kind == "text":
            words = token.content
            if before in ("image", "link_close", "code_inline"):
                words = ATTRIBUTES.sub("", words, count=1) if ATTRIBUTES.match(words) else words
            for i, piece in enumerate(words.split("**")):
                if i and left:
                    left, paired = left - 1, not paired
                elif i:
                    piece = "**" + piece
                say(RAISED.sub(lambda found: found[1] or found[2] or "", piece))
        elif kind in ("text_special", "code_inline"):
            say(" " if token.content == "\\ " else token.content)
        elif kind in ("strong_open", "strong_close"):
            strong += token.nesting
        elif kind in ("softbreak", "hardbreak"):
            say(" " if cell and kind == "softbreak" else "\n")
        elif kind in ("s_open", "aside_open"):
            aside.append((token.info or ("struck" if kind == "s_open" else ""), []))
        elif kind in ("s_close", "aside_close"):
            leave(token.info or ("struck" if kind == "s_close" else ""))
        elif kind == "image":
            _picture(token.content, token.attrGet("src") or "", number, notes)
        elif kind == "html_inline":
            found = TAG.fullmatch(token.content)
            name = found["name"].lower() if found else ""
            if not found or not _is_known(name):
                say(token.content)
            elif name in BOLD:
                tagged = not found["end"]
            elif name in STRUCK and not found["end"]:
                aside.append(("struck", []))
            elif name in STRUCK:
                leave("struck")
            elif name == "img":
                said = dict(re.findall(r"""\b(alt|src)\s*=\s*["']([^"']*)""", token.content))
                _picture(html.unescape(said.get("alt", "")), said.get("src", ""), number, notes)
            elif name == "br" or name in APART:
                say("\n")
        before = kind
    while aside:  # a tag that is not closed takes nothing away
        aside[-1] = ("", aside[-1][1])
        leave("")
    return runs


def _is_known(name):
    """Tell whether a name is one of HTML's, or made up for a tag."""
    return name in NAMES or bool(re.search(r"[:-]\w", name))


def _picture(words, source, number, notes):
    """Note a picture, each once: a table may stand there."""
    if source not in notes.pictures:
        notes.pictures.add(source)
        notes.asides.append(Aside("picture_table", words, Place(0, number)))


# Tables drawn with lines: each returns the line after it and its rows, lists of (lines of a cell, number of its line).

GRID = re.compile(r"\s*\+(?:[-=:]{2,}\+)+\s*")
FULL = re.compile(r"\s*-{5,}\s*")
COLUMNS = re.compile(r" *-{2,}(?: +-{2,})+ *")
HEADING = re.compile(r"\s{0,3}#{1,6}\s")
MOST_HEAD = 30


def table_at(lines, at):
    """Read the grid, multiline or simple table that begins at a line; None where there is none."""
    line, below = lines[at], lines[at + 1] if at + 1 < len(lines) else None
    if GRID.fullmatch(line):
        return _grid(lines, at)
    if FULL.fullmatch(line):
        head = at + 1
        while head < min(len(lines), at + MOST_HEAD) and lines[head] and not COLUMNS.fullmatch(lines[head]):
            head += 1
        if head > at + 1 and head < len(lines) and COLUMNS.fullmatch(lines[head] or ""):
            end = _closing(lines, head, FULL)
            return end and _columns(lines, at + 1, head, end, True)
    elif COLUMNS.fullmatch(line):
        end = _closing(lines, at, COLUMNS)
        several = end and any(not (row or "").strip() for row in lines[at + 1 : end])
        return end and _columns(lines, at + 1, at, end, several)
    elif below and COLUMNS.fullmatch(below) and line.strip() and "|" not in line and "\t" not in line:
        end = at + 2
        while end < len(lines) and (lines[end] or "").strip() and not COLUMNS.fullmatch(lines[end]):
            end += 1
        return _columns(lines, at, at + 1, end, False)
    return None


def _closing(lines, at, pattern):
    """Return where the line that closes a table stands, 0 where a heading or the end comes first."""
    for end in range(at + 1, len(lines)):
        if pattern.fullmatch(lines[end] or ""):
            return end if end > at + 1 else 0
        if HEADING.match(lines[end] or ""):
            return 0
    return 0


def _flat(line):
    """Return a line with one letter for each column that it takes on a screen."""
    shown = UNSEEN.sub("", unicodedata.normalize("NFC", line or "").rstrip())
    return "".join(one + "\x01" if unicodedata.east_asian_width(one) in "WF" else one for one in shown)


def _columns(lines, start, rule, end, several):
    """Read a table whose columns are marked by dashes; rows of several lines are divided by blank ones."""
    edges = [run.start() for run in re.finditer("-+", lines[rule])]
    spans = list(zip([0, *edges[1:]], [*edges[1:], None], strict=True))
    rows, fresh = [], True
    for at in range(start, end):
        if at == rule or lines[at] is None:
            fresh = fresh or at == rule
            continue
        line = _flat(lines[at])
        if not line.strip():
            fresh = True
            continue
        if fresh or (not several and at > rule):
            rows.append([([], at + 1) for _ in spans])
        fresh = False
        for (cell, _), (left, right) in zip(rows[-1], spans, strict=True):
            cell.append(line[left:right].replace("\x01", "").strip())
    closed = end < len(lines) and (FULL.fullmatch(lines[end] or "") or COLUMNS.fullmatch(lines[end] or ""))
    return end + bool(closed), rows


def _grid(lines, at):
    """Read a grid table; a cell over several rows stands in each, one over several columns in the first."""
    end = at
    while end < len(lines) and (lines[end] or "").lstrip()[:1] in ("+", "|"):
        end += 1
    shift = len(lines[at]) - len(lines[at].lstrip())
    drawn = [_flat(line)[shift:] for line in lines[at:end]]
    edges = sorted({i for line in drawn if GRID.fullmatch(line) for i, one in enumerate(line) if one == "+"})
    columns = list(pairwise(edges))
    rank, cells, done = 0, {}, []  # cells by column: first row, number of the line, lines
    for number, line in enumerate(drawn, at + 1):
        line = line.ljust(edges[-1] + 1)
        ruled = [bool(re.fullmatch("[-=:]+", line[a + 1 : b])) and line[a] in "+|" for a, b in columns]
        for column, is_rule in enumerate(ruled):
            if is_rule and column in cells:
                done.append((*cells.pop(column), column, rank))
        rank += any(ruled) and number > at + 1
        begins = [column for column, (a, _) in enumerate(columns) if line[a] in "|+"]
        for column, after in zip(begins, [*begins[1:], len(columns)], strict=False):
            if not ruled[column]:
                words = line[edges[column] + 1 : edges[after]].replace("\x01", "").strip()
                cells.setdefault(column, (rank, number, []))[2].append(words)
    done += [(*cell, column, rank) for column, cell in cells.items()]
    rows = [[([], at + 1) for _ in columns] for _ in range(max((last for *_, last in done), default=-1) + 1)]
    for first, number, words, column, last in done:
        for row in range(first, last + 1):
            rows[row][column] = (words, number)
    return end, rows


MARK = re.compile(r"(?:[-*+•▪◦‣➤►–]|\d{1,2}[.)])\s+(?=\S)")


def cell_runs(lines, number, notes):
    """Return the runs of a cell of several lines: paragraphs and items, marks kept, on lines of their own, no wraps."""
    pieces, fresh = [], True
    for line in lines:
        mark = MARK.match(line)
        if not line:
            fresh = True
        elif fresh or mark:
            pieces.append(line)
            fresh = False
        else:
            pieces[-1] += "\n" + line
    runs = []
    for piece in pieces:
        # A break before an item, or at the end of a paragraph, is none.
        runs += [*inline(re.sub(r"(?<!\\)\\$", "", piece), number, notes, cell=True), ("\n", False)]
    return runs


LINK = re.compile(r"""\]\((?:[^()\s]|\([^()\s]*\))*(?:\s+(?:"[^"]*"|'[^']*'))?\)""")
DRAWN = " \t|+:=*_~-"  # what lines are drawn with
MARKS = re.compile(r"\\([!-/:-@\[-`{-~])|\*+|`+|~+|\^|\\|(?<!\w)_+|_+(?!\w)")


def raw_text(content, references=()):
    r"""Return the text of a file with only the marks taken out, whatever the blocks are.

    >>> raw_text("## L\\'art **d'ici** {#un}\n\n| [CAF](https://exemple.invalid) | ~~Bel~~ |")
    "L'art d'ici \n\n  CAF   Bel  "
    """
    content = DATA.sub("data:", LINE_END.sub("\n", content))
    lines = ("" if FENCE.fullmatch(one) or REFERENCE.fullmatch(one) else one for one in content.split("\n"))
    content = "\n".join("" if len(one) > 1 and not one.strip(DRAWN) else one for one in lines)
    content = ATTRIBUTES.sub("", re.sub("<!--|-->", " ", content))
    content = CALL.sub("", LINK.sub("]", content)).replace("^[", " ")
    content = re.sub(r"\]\[[^\[\]]*\]", "]", content) if references else content.replace("][", " ")
    content = re.sub(r"^[ \t>]*(?:#{1,6}[ \t]+|>)", "", content, flags=re.MULTILINE)

    def tag(found):
        name = found["name"].lower()
        if not _is_known(name):
            return found[0]
        if name == "img":
            return " ".join(re.findall(r"""\balt\s*=\s*["']([^"']*)""", found[0]))
        return " " if name in APART or name == "br" else ""

    content = TAG.sub(tag, content)
    content = re.sub(r"(?<!\\)[|\[\]]", lambda found: " " if found[0] == "|" else "", content)
    return html.unescape(MARKS.sub(lambda found: found[1] or "", content))
