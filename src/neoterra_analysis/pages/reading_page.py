"""The HTML of the reading page: every character of a copy once, cut at every code, with notes in the margins."""

import re
from bisect import bisect_left, bisect_right
from importlib import resources
from typing import NamedTuple

from ..fiches.documents.plain import ITEM, PIPE, TITLE, UNDER
from ..fiches.draft import SENTENCE
from ..words import labels, palette
from .as_html import escaped

RULE = re.compile(r"[\s+|:=-]+")  # with two dashes: under the head of a table, between its rows, or across the page
TAGS = "a|b|big|br|caption|col|colgroup|div|em|h[1-6]|i|li|mark|ol|p|small|span|strong|sub|sup"
TAGS += "|table|tbody|td|tfoot|th|thead|tr|u|ul"
SIGN = re.compile(rf"\*\*|<(?P<end>/?)(?P<tag>{TAGS})\b[^<>]*>|\\(?=[^\w\s])", re.IGNORECASE)
ROW = re.compile(r"<tr\b.*?(?:</tr\s*>|\Z)", re.IGNORECASE | re.DOTALL)
CELL = re.compile(r"<t[dh]\b[^<>]*>(.*?)(?=</t[dh]\s*>|<t[dhr]\b|\Z)", re.IGNORECASE | re.DOTALL)
POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; "
POLICY += "base-uri 'none'; form-action 'none'"
SECOND, SAME = "′", "="  # after the number of a code of the second coding; of one that the first has too, its number


class Block(NamedTuple):
    """A heading (its level), a paragraph, a list or a table; ``rows`` of cells, each where it starts and ends."""

    kind: str
    level: int
    rows: list


def blocks(text, levels=None):
    """Cut a text into its blocks, by the signs of its lines or by what its document says of each."""
    found, until, gap = [], 0, True
    ends = r"[^\r\n]*(?:\r\n|\r|\n)?" if levels is None else r"[^\n]*\n?"

    def add(kind, cells, level=0):
        if gap or found[-1].kind != kind or kind == "h":
            found.append(Block(kind, level, []))
        found[-1].rows.append(cells)

    for number, line in enumerate(re.compile(ends).finditer(text)):
        at, words = line.start(), line.group()
        start, end = _trimmed(text, *line.span())
        last = found[-1] if found and not gap else Block("", 0, [])
        if at < until or start == end:
            gap = gap or at >= until and not (levels and last.kind == "li")
            continue
        if levels is not None:
            told = levels.get(number, 0)
            kind = {"row": "table", "li": "li", 0: "p"}.get(told, "h")
            cells = _cells(text, at, line.end(), True) if told == "row" else [(start, end)]
            add(kind, cells, told if kind == "h" else 0)
        elif "<table" in words.lower() and (closed := re.compile(r"(?i)</table\s*>").search(text, at)):
            until, gap = re.compile(ends).match(text, closed.end()).end(), True
            rows = [CELL.finditer(text, *row.span()) for row in ROW.finditer(text, at, closed.end())]
            rows = [[_trimmed(text, *cell.span(1)) for cell in row] for row in rows]
            found += [Block("table", 0, [row for row in rows if row])] if any(rows) else []
            rest = _trimmed(text, closed.end(), until)
            found += [Block("p", 0, [[rest]])] if rest[0] < rest[1] else []
            continue
        elif RULE.fullmatch(words) and ("--" in words or "==" in words):
            if UNDER.fullmatch(words) and last.kind == "p":
                found[-1] = last._replace(kind="h", level=1 if "=" in words else 2)
            elif last.kind == "table" and len(last.rows) == 1:
                found[-1] = last._replace(level=1)  # its first row is its head
            continue
        elif "\t" in text[start:end] or text[start] == "|" or words.count(" | ") > 1:
            add("table", _cells(text, at, line.end()))
        elif item := ITEM.match(words):
            add("li", [(start if text[start].isdigit() else at + item.end(), end)])
        elif title := TITLE.match(words):
            add("h", [(at + title.end(), end)], len(title[1]))
        elif last.kind in ("p", "li"):
            last.rows[-1][0] = (last.rows[-1][0][0], end)
        else:
            add("p", [(start, end)])
        gap = False
    return found


def _cells(text, start, end, tabs=False):
    """Return where the cells of a line stand."""
    line = text[start:end].rstrip("\r\n")
    tabs = tabs or "\t" in line
    marks = [mark.span() for mark in (re.finditer("\t", line) if tabs else PIPE.finditer(line))]
    before = [] if not tabs and line.lstrip().startswith("|") else [(0, 0)]
    after = [] if not tabs and line.rstrip().endswith("|") and marks[1:] else [(len(line), len(line))]
    edges = [*before, *marks, *after]
    return [_trimmed(text, start + a, start + b) for (_, a), (b, _) in zip(edges, edges[1:], strict=False)]


def _trimmed(text, start, end, more=0):
    """Return where a cell's words begin and end; an empty cell is where its end is."""
    words = text[start:end]
    if not words.strip():
        return end + more, end + more
    return start + more + len(words) - len(words.lstrip()), start + more + len(words.rstrip())


def signs(text, start, end, at=None):
    """Return what stands in a cell without being read: tags, stars, backslashes, each with what is bold after it."""
    bold, found = False, {}
    for sign in SIGN.finditer(text, start if at is None else at, end):
        tag = (sign["tag"] or "").lower()
        bold = not bold if sign.group() == "**" else not sign["end"] if tag in ("b", "strong") else bold
        breaks = tag in ("br", "caption") or sign["end"] and tag in ("p", "li", "div") and start <= sign.start()
        found[sign.start()] = sign.end(), bold, breaks and sign.end() < end
    return found


def headed(found, plan, offsets):
    """Return the blocks with the rows of each table's head: to what fiches print over it, or one over a rule."""
    starts, made = [offsets[a] for a, _ in plan.rows.values()], []
    for one in found:
        level = one.level
        if one.kind == "table":
            ends = [(row[0][0], row[-1][1]) for row in one.rows[:3]]
            inside = [plan.text[bisect_left(offsets, start) : bisect_left(offsets, end)] for start, end in ends]
            level *= not any(ends[0][0] <= at < ends[0][1] for at in starts)
            level = max([level, *(i for i, words in enumerate(inside, 1) if "\0" in words)])
        made.append(one._replace(level=level))
    return made


def bare_sentences(copy, found, plan, offsets, codes):
    """Return the sentences of laureates' rows that no code touches; of the actors, `trace` tells what is not coded."""
    raw, touched, sentences = [*offsets, len(copy.text)], [(one.start, one.end) for one in codes], []
    rows = [(one.kind, cells) for one in found if one.kind != "h" for cells in one.rows[one.level :]]
    for row, (a, b) in plan.rows.items():
        actors = [raw[at] for at in plan.cells.get(row, (b, b))]
        # The row may begin within its first cell, after a tag.
        mine = [one for one in rows if raw[a] < max(one[1][-1][1], one[1][0][0] + 1) and one[1][0][0] < raw[b]]
        tables = [one for one in mine if one[0] == "table"]  # other lines are what a page carries between the rows
        going = {}  # the sentence of each column, which may go on in a row that a page cuts off
        for _, cells in tables or mine:
            for column, (start, end) in enumerate(cells):
                if not actors[0] <= end - 1 < actors[1] and raw[a] < end and start < raw[b]:
                    for one in _sentences(copy, start, end):
                        if column in going and copy.text[going[column][-1][1] - 1] not in ".!?…":
                            going[column].append(one)
                        else:
                            going[column] = [one]
                            sentences.append(going[column])
    bare = [one for one in sentences if not any(start < b and a < end for a, b in one for start, end in touched)]
    return sorted({place for one in bare for place in one})


def _sentences(copy, start, end):
    """Yield where the sentences of a cell stand; what is not read separates nothing."""
    plain, cut = list(copy.text[start:end]), 0
    for a, (b, *_) in signs(copy.text, start, end).items() if copy.levels is None else ():
        plain[a - start : b - start] = " " * (b - a)
    plain = "".join(plain)
    for after, begin in [*(gap.span() for gap in SENTENCE.finditer(plain)), (len(plain), len(plain))]:
        if re.search(r"\w", plain[cut:after]):
            yield _trimmed(plain, cut, after, start)
        cut = begin


def cell(copy, at, place, codes, cuts, sentences, lang):
    """Write a cell, and before it, unseen, what stands since ``at``; tell the codes that begin."""
    start, end = place
    found = signs(copy.text, start, end, at) if copy.levels is None else {}
    edges = {at, start, end, *cuts[bisect_right(cuts, at) : bisect_left(cuts, end)]}
    edges = sorted(edges.union(found, (sign[0] for sign in found.values())))
    near = [one for one in codes if one.start < end and at < one.end]
    begun, parts, bold = [one for one in near if at <= one.start], [], False
    for a, b in zip(edges, edges[1:], strict=False):
        parts += [_call(one, lang) for one in begun if a <= one.start < b and one.number[-1] != SAME]
        words = escaped(copy.text[a:b]).replace("\r", "&#13;")
        unseen = a in found or (a < start and not re.search(r"\w", copy.text[a:b]))
        over = [one for one in near if one.start <= a and b <= one.end]
        for look, second in (("u", False), ("o", True)):
            for kind in dict.fromkeys(one.kind for one in over if is_second(one) is second):
                mine = _numbers(one for one in over if one.kind == kind and is_second(one) is second)
                words = f'<span class="{look} {kind}" data-c="{mine}">{words}</span>'
        bare = [i for i, (first, last) in enumerate(sentences, 1) if first <= a and b <= last]
        if bare and a == sentences[bare[0] - 1][0]:
            told = escaped(labels.t("read.bare.one", lang, number=bare[0]))
            parts.append(f'<a class="n" id="b{bare[0]}" href="#bare" aria-label="{told}">∅{bare[0]}</a>')
        looks = f"{'f' if unseen else 's strong' if bold else 's'}{' bare' if bare else ''}"
        named = f' data-c="{_numbers(over)}"' if over else ""
        parts.append(f'<span class="{looks}" data-at="{a}"{named}>{words}</span>')
        if a in found:
            _, bold, breaks = found[a]
            parts.append("<br>" if breaks else "")
    return "".join(parts), begun


def _numbers(codes):
    return " ".join(dict.fromkeys(one.number.strip(SAME) for one in codes))


def _call(one, lang):
    """Write the number of a code, which leads to its note."""
    number, told = name(one, lang), escaped(labels.t("read.see", lang, number=name(one, lang), note=one.note))
    own = f'data-n="{one.number}" data-k="{escaped(filter_of(one))}"'
    return (
        f'<wbr><a class="n {one.kind}" id="c{one.number}" href="#m{one.number}" {own} aria-label="{told}">{number}</a>'
    )


def name(one, lang):
    """Return the number of a code with the letter of its kind."""
    return f"{labels.t(f'read.letter.{one.kind}', lang)}{one.number}"


def filter_of(one):
    """Return what a code is chosen by in the list of codes."""
    return f"{one.kind}:{one.code}"


def is_second(one):
    """Tell whether a code is of the second coding."""
    return one.number[-1] in (SECOND, SAME)


def notes(begun, lang, second, only):
    """Write the notes of the codes that begin in a block; ``only`` are those that the other coding does not have."""
    items = []
    for one in begun:
        if is_second(one) is not second:
            continue
        number, own = one.number.strip(SAME), f'data-k="{escaped(filter_of(one))}"'
        if number != one.number:
            items.append(f'<li class="same" {own}>= <a href="#c{number}">{name(one, lang).strip(SAME)}</a></li>')
            continue
        signs_of = [] if one.here else [f"⚠ {labels.t('read.astray', lang)}"]
        signs_of += [labels.t("read.only", lang)] if one.number in only else []
        extra = "".join(f" <em>{escaped(sign)}</em>" for sign in signs_of)
        own += f' class="{one.kind}" id="m{number}" tabindex="-1"'
        items.append(f'<li {own}><a href="#c{number}">{name(one, lang)}</a> <bdi>{escaped(one.note)}</bdi>{extra}</li>')
    return f'<ul class="notes" lang="{lang}">{" ".join(items)}</ul>' if items else ""


def body(copy, given, lang):
    """Write the text of a copy with its codes and their notes, each character once."""
    two, second = given["second"] is not None, given["second"] or []
    codes = sorted([*given["placed"], *second], key=lambda one: (one.start, is_second(one)))
    cuts = sorted({at for place in given["bare"] for at in place}.union(*((one.start, one.end) for one in codes)))
    held = {one.number.strip(SAME) for one in second if one.number[-1] == SAME}
    only = {one.number for one in codes if two and one.number not in held}
    at, parts = 0, []

    def written(row, tag, last=""):
        nonlocal at
        made, begun = [], []
        for i, place in enumerate(row, 1):
            words, new = cell(copy, at, place, codes, cuts, given["bare"], lang)
            made.append(f"<{tag}{last if i == len(row) else ''}>{words}</{tag.partition(' ')[0]}>")
            at, begun = max(at, place[1]), begun + new
        return "".join(made), begun

    def margins(made, begun, tag):
        left = f'<{tag} class="m m2">{notes(begun, lang, True, only)}</{tag}>' if two else ""
        return f'{left}{made}<{tag} class="m">{notes(begun, lang, False, only)}</{tag}>'

    for block in given["blocks"]:
        if block.kind == "table":
            width, rows = max(map(len, block.rows)), []
            for i, row in enumerate(block.rows):
                last = f' colspan="{width - len(row) + 1}"' if len(row) < width else ""
                made = written(row, 'th scope="col"' if i < block.level else "td", last)
                rows.append(f"<tr>{margins(*made, 'td')}</tr>")
            cols = '<col class="cm2">' * two + "<col>" * width + '<col class="cm">'
            parts.append(f"<table><colgroup>{cols}</colgroup><tbody>{''.join(rows)}</tbody></table>")
            continue
        tag = {"li": "li", "p": "p"}.get(block.kind, f"h{min(block.level + 2, 6)}")
        made, begun = written([place for row in block.rows for place in row], tag)
        made = f"<ul>{made}</ul>" if tag == "li" else made
        parts.append(f'<div class="b">{margins(made, begun, "div")}</div>')
    tail, _ = cell(copy, at, (len(copy.text),) * 2, codes, cuts, given["bare"], lang)
    return "\n".join([*parts, f"<div>{tail}</div>"])


def _trail(key, words, rest, lang, more=""):
    """Write what leads to its passages, one after the other."""
    numbers, words = _numbers(rest), f"<bdi>{escaped(words)}</bdi>"
    count = escaped(labels.t("read.passages", lang, count=len(numbers.split())))
    if rest:
        words = f'<a id="{escaped(key)}" href="#c{rest[0].number}" data-to="{numbers}">{words}</a>'
    return f"<li>{words} <small>{more}{count}</small></li>"


def _filters(codes, kinds, lang):
    """Write the list of codes: a box for each kind and each code, and what leads to a code's passages."""
    parts = []
    for kind in kinds:
        mine = {}
        for one in codes:
            if one.kind == kind:
                mine.setdefault(one.code, []).append(one)
        if not mine:
            continue
        letter, head = labels.t(f"read.letter.{kind}", lang), labels.t(f"read.kind.{kind}", lang)
        boxes = []
        for code, ones in sorted(mine.items(), key=lambda item: item[1][0].label):
            key, numbers = escaped(f"{kind}:{code}"), " ".join(one.number for one in ones)
            told = escaped(f"{len(ones)} › {labels.t('read.next_of', lang, code=ones[0].label)}")
            go = f'<a href="#c{ones[0].number}" id="k-{key}" data-to="{numbers}" aria-label="{told}">{len(ones)} ›</a>'
            box = f'<label><input type="checkbox" checked data-k="{key}"> <bdi>{escaped(ones[0].label)}</bdi></label>'
            boxes.append(f"<li>{box} {go}</li>")
        whole = f'<label><input type="checkbox" checked data-kind="{kind}"> '
        whole += f'<b class="u {kind}">{escaped(letter)}</b> {escaped(head)}</label>'
        opens = escaped(labels.t("read.codes", lang, count=len(mine)))
        parts.append(f"<div>{whole}<details><summary>{opens}</summary><ul>{''.join(boxes)}</ul></details></div>")
    return "".join(parts)


def write(copy, given, lang):
    """Write the page; ``given`` is what `reading` found out about the copy."""

    def t(key, **values):
        return escaped(labels.t(f"read.{key}", lang, **values))

    two, codes, numbers = given["second"] is not None, list(given["placed"]), []
    codes += [one for one in given["second"] or () if one.number[-1] != SAME]
    for key, rows in given["findings"].items():
        items = [_trail(f"f-{statistic}", words, rest, lang) for statistic, words, rest in rows]
        numbers.append(f"<h4>{escaped(labels.t(f'report.part.{key}', lang))}</h4><ul>{''.join(items)}</ul>")
    held = [
        _trail(f"e-{claim}", words, rest, lang, f"{escaped(told)} · ") for claim, words, told, rest in given["claims"]
    ]
    lost = "".join(f'<li>{escaped(one.label)} – <q lang="fr">{escaped(one.anchor)}</q></li>' for one in given["lost"])
    bare = " ".join(f'<a href="#b{i}">∅{i}</a>' for i, _ in enumerate(given["bare"], 1))
    colors = "".join(f"--{one}:{getattr(palette, one.upper())};" for one in ("ink", "soft", "rule"))
    parts = {
        "lang": lang,
        "policy": escaped(POLICY),
        "style": f":root{{{colors}}}\n{_read('reading.css')}",
        "script": _read("reading.js"),
        "titled": t("title", fiche=given["about"]["title"]),
        "about": t("copy", digest=copy.digest, **given["about"]),
        "converted": t("converted") if copy.levels is not None else "",
        "counted": t("counts", **given["counts"]),
        "compared": t("second", **given["compared"]) if two else "",
        "bare_sentences": f"{t('bare', count=len(given['bare']))} {bare}",
        "filters": _filters(codes, given["kinds"], lang),
        "numbers": "".join(numbers),
        "held": f"<ul>{''.join(held)}</ul>",
        "unplaced": f"<h3>{t('lost')} ({len(given['lost'])})</h3><ul>{lost}</ul>" if lost else "",
        "body": body(copy, given, lang),
        "wide": " two" if two else "",
    }
    # One pass: what is put in is never looked at again, whatever it holds.
    return re.sub(
        r"\[\[([a-z_]+)\]\]", lambda place: parts[place[1]] if place[1] in parts else t(place[1]), _read("reading.html")
    )


def _read(file):
    return (resources.files(__package__) / "static" / file).read_text(encoding="utf-8")
