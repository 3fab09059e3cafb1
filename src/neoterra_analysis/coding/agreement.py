"""Two codings as one table of units: how often they agree, beyond chance; ``neoterra agreement``."""

import json
import math
import re
import sys
from collections import Counter
from fractions import Fraction
from pathlib import Path
from statistics import NormalDist

import pandas as pd

from ..dataset.cells import clean, stands_for_empty
from ..dataset.csvfile import read
from ..dataset.loading import DataError, load, of_laureates
from ..dataset.problems import Problem, as_text, visible
from ..words import labels
from ..words.codes import ROLES, THEME_KINDS
from ..words.folding import fold, one_line

POOLED = {"role": "roles", "theme": "themes", "code": "codes"}


def units_needed(least=2 / 3, share=1 / 2, level=0.05):
    """Return how many units two coders must share before an alpha can be told from one that is too low.

    >>> units_needed(0.667, 1 / 4), units_needed(0.8, 1 / 4), units_needed()
    (81, 139, 60)
    """
    z = NormalDist().inv_cdf(1 - level)
    return math.ceil(2 * z * z * ((1 + least) * (3 - least) / (4 * share * (1 - share) * (1 - least)) - least))


# Below this, no reliability can be claimed even in the most favourable case.
ENOUGH = units_needed()


def krippendorff_alpha(units):
    """Compute Krippendorff's alpha for nominal values, any number of coders and missing values.

    >>> krippendorff_alpha([["a", "a"], ["b", "b"], ["a", "b"], ["b", None]])
    0.4444444444444444
    >>> krippendorff_alpha([["a", "a"], ["a", "a"]]) is None
    True
    """
    totals, differing = Counter(), Fraction(0)
    for values, times in Counter(map(tuple, units)).items():
        counts = Counter(value for value in values if value is not None)
        size = counts.total()
        if size < 2:
            continue
        differing += times * Fraction(size * size - sum(n * n for n in counts.values()), size - 1)
        for value, n in counts.items():
            totals[value] += times * n
    n = totals.total()
    expected = n * n - sum(count * count for count in totals.values())
    return float(1 - (n - 1) * differing / expected) if expected else None


def cohen_kappa(a, b):
    """Compute Cohen's kappa for two coders.

    >>> cohen_kappa(["a", "a", "b", "b"], ["a", "a", "b", "a"]), cohen_kappa(["a"], ["a"])
    (0.5, None)
    """
    both = [pair for pair in zip(a, b, strict=True) if None not in pair]
    n, agreed = len(both), sum(x == y for x, y in both)
    first, second = Counter(x for x, _ in both), Counter(y for _, y in both)
    chance = sum(count * second[value] for value, count in first.items())
    return float(Fraction(n * agreed - chance, n * n - chance)) if n * n != chance else None


def left_out(units, measure, groups=None):
    """Compute a measure again without each unit in turn.

    >>> left_out([["a", "a"], ["b", "b"], ["a", "b"]], krippendorff_alpha)
    {0: 0.0, 1: 0.0, 2: 1.0}
    """
    units = list(map(tuple, units))
    members = {}
    for unit, group in zip(units, range(len(units)) if groups is None else groups, strict=True):
        members.setdefault(group, []).append(unit)
    everything, known, values = Counter(units), {}, {}
    for group, inside in members.items():
        less = Counter(inside)
        key = frozenset(less.items())  # groups of the same content give the same value
        if key not in known:
            known[key] = measure(list((everything - less).elements()))
        values[group] = known[key]
    return values


def measures(table):
    """Measure the agreement in each item of a table of pairs, and over all items of a kind."""
    rows = []
    for what, family in table.groupby("what", sort=False):
        rows += [_measured(what, item, part) for item, part in family.groupby("item", sort=False)]
        if what in POOLED:
            rows.append(_measured(POOLED[what], "", family))
    kinds = dict.fromkeys(("alpha", "alpha_low", "alpha_high", "kappa"), "Float64")
    return pd.DataFrame(rows).astype(kinds | dict.fromkeys(("what", "item", "alpha_lost", "note"), "str"))


def _measured(what, item, part):
    both = part[(part["value_a"] != "") & (part["value_b"] != "")]
    a, b = list(both["value_a"]), list(both["value_b"])
    units = list(zip(a, b, strict=True))
    alpha = krippendorff_alpha(units)
    without = left_out(units, krippendorff_alpha, both["unit"])
    defined = [value for value in without.values() if value is not None]
    lost = [] if alpha is None else [unit for unit, value in without.items() if value is None]
    note = "no_unit" if not units else "no_variation" if alpha is None else ""
    if not note and 1 in (len(set(a)), len(set(b))):
        note = "one_value"
    return {
        "what": what,
        "item": item,
        "units": both["unit"].nunique(),
        "missing": len(part) - len(both),
        "agreed": sum(x == y for x, y in units),
        "of": len(units),
        "alpha": alpha,
        "alpha_low": min(defined, default=None),
        "alpha_high": max(defined, default=None),
        "alpha_lost": "; ".join(lost),
        "kappa": cohen_kappa(a, b),
        "note": note,
    }


COLUMNS = ("what", "item", "unit", "value_a", "anchor_a", "value_b", "anchor_b")
ALONE = ["what", "id", "coder"]  # columns of what stands in one coding only


def _ordered_themes(dataset):
    rank = {kind: i for i, kind in enumerate(THEME_KINDS)}
    key = ["ambition_id", "kind", "number", "theme_id"]
    return dataset.themes.sort_values(key, key=lambda s: s.map(rank) if s.name == "kind" else s)


def _coded(dataset):
    """Return value and anchor of each laureate for each role, the main role and each theme of its ambition."""
    roles = {(r["laureate_id"], r["role"]): r for r in dataset.roles.to_dict("records")}
    passages = {(r["laureate_id"], r["theme_id"]): r for r in dataset.evidence.to_dict("records")}
    themes = _ordered_themes(dataset)
    cells = {}
    for laureate, ambition in of_laureates(dataset).items():
        cells["main_role", "", laureate] = ("none", "")
        for role in ROLES:
            found = roles.get((laureate, role))
            cells["role", role, laureate] = ("yes", found["anchor"]) if found else ("no", "")
            if found and found["salience"] == "principal":
                cells["main_role", "", laureate] = (role, found["anchor"])
        for theme in themes.loc[themes["ambition_id"] == ambition, "theme_id"]:
            found = passages.get((laureate, theme))
            cells["theme", theme, laureate] = (found["strength"], found["anchor"]) if found else ("none", "")
    return cells


def pairs(a, b):
    """Put two codings of the same laureates side by side."""
    first, second = _coded(a), _coded(b)
    laureates = a.laureates["laureate_id"][a.laureates["laureate_id"].isin(b.laureates["laureate_id"])]
    themes = _ordered_themes(a)["theme_id"]
    themes = themes[themes.isin(b.themes["theme_id"])]
    items = [*(("role", role) for role in ROLES), ("main_role", ""), *(("theme", theme) for theme in themes)]
    keys = [(*item, laureate) for item in items for laureate in laureates]
    rows = [(*k, *first.get(k, ("", "")), *second.get(k, ("", ""))) for k in keys if k in first or k in second]
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype="str")


def unshared(a, b):
    """List the laureates and themes that stand in only one of two codings."""
    rows = []
    for what, table in (("laureate", "laureates"), ("theme", "themes")):
        first, second = (set(getattr(dataset, table)[f"{what}_id"]) for dataset in (a, b))
        rows += [(what, one, "a") for one in sorted(first - second)]
        rows += [(what, one, "b") for one in sorted(second - first)]
    return pd.DataFrame(rows, columns=ALONE, dtype="str")


def differing(table):
    """Keep the rows of a table of pairs on which the two coders disagree; a missing value is no disagreement."""
    told = (table["value_a"] != "") & (table["value_b"] != "")
    return table[told & (table["value_a"] != table["value_b"])].reset_index(drop=True)


def from_sheet(path, columns, unit=None, anchors=None, code=None, encoding=None, lang=None):
    """Read two columns of one coding sheet as two codings."""
    path, anchors = Path(path), anchors or ("", "")
    if columns[0] == columns[1]:
        raise ValueError(labels.t("agreement.sheet.same", lang, column=visible(columns[0])))
    wanted = list(dict.fromkeys(name for name in (*columns, unit, *anchors, code) if name))
    blank, twice, seen, found, told = [], [], {}, [], {"sheet": path.name}
    for line, cells in _sheet(path, wanted, encoding, lang):
        for name in (name for name in (unit, code) if name and not cells[name]):
            blank.append(labels.t("agreement.sheet.blank", lang, line=line, column=name, **told))
        key = (cells[code] if code else "", cells[unit] if unit else str(line))
        if unit and key in seen:
            values = {"line": line, "unit": visible(key[1]), "other": seen[key]}
            twice.append(labels.t("agreement.sheet.twice", lang, **values, **told))
        seen.setdefault(key, line)
        values = [cells.get(name, "") for name in (columns[0], anchors[0], columns[1], anchors[1])]
        found.append((key[0], key[1] if unit else "", line, ("code" if code else "sheet", *key, *values)))
    if blank or twice:
        raise ValueError("\n".join(blank + twice))
    return pd.DataFrame([row for *_, row in sorted(found)], columns=list(COLUMNS), dtype="str")


def _sheet(path, wanted, encoding, lang):
    """Read a sheet, whatever other columns it has: line and cleaned cells of each row."""

    def sheet_word(key, **values):
        return labels.t(f"agreement.sheet.{key}", lang, **values)

    if not path.is_file():
        raise ValueError(labels.t("cli.no_file", lang, path=path))
    resource = {"path": path.name, "schema": {"fields": [{"name": name} for name in wanted]}}
    table = read(path.parent, resource, encoding)
    others = [problem.value for problem in table.problems if problem.code == "unknown_column"]
    if others:
        resource["schema"]["fields"] += [{"name": name} for name in others]
        table = read(path.parent, resource, encoding)
    problems = [problem for problem in table.problems if not problem.notice]
    missing = [problem.column for problem in problems if problem.code == "missing_column"]
    if missing:
        there = ", ".join(visible(name) for name in [*(w for w in wanted if w not in missing), *others])
        raise ValueError("\n".join(sheet_word("column", column=m, sheet=path.name, columns=there) for m in missing))
    rows = []
    for row in table.rows:
        cells = {}
        for name in wanted:
            cells[name], _, fault = clean(row.cells[name], {"name": name, "type": "string"}, table.semicolon)
            if fault:
                place = (path.name, row.lines[name], name)
                problems.append(Problem(*place, fault[0], row.cells[name], nearest=fault[1]))
        rows.append((row.line, cells))
    lines = []
    for problem in problems:
        words, place = problem.words(lang), as_text(problem, lang).split("\n")[0]
        fix = sheet_word("encoding", name=problem.nearest or "cp1252") if problem.code == "not_utf8" else words["fix"]
        lines.append(sheet_word("problem", place=place, rule=words["rule"], fix=fix))
    if lines or not rows:
        raise ValueError("\n".join(lines) or sheet_word("empty", sheet=path.name))
    return rows


SIGNS = ("-", ".", "?", "")  # folded: a cell that holds nothing else says nothing


def as_one(table, announced=()):
    """Take words for an empty cell as a missing value, and labels that read the same as one, unless announced.

    Returns the table, how often each such word stands, and the labels that were joined, the one taken first.
    """
    announced, missing, printed = set(announced), Counter(), {}
    values = [value for side in "ab" for value in table[f"value_{side}"] if value]
    for value, times in Counter(values).most_common():  # the commonest label is taken
        if value not in announced and (stands_for_empty(value) or fold(value) in SIGNS):
            missing[value] = times
        else:
            label = re.sub(r"(?<=\d)[.,]0+$", "", one_line(fold(value)))
            printed.setdefault(value if value in announced else label, []).append(value)
    for label, forms in printed.items():  # of 1 and 1.0, the one without decimals
        forms.sort(key=lambda form: label.isdigit() and form != label)
    taken = {form: forms[0] for forms in printed.values() for form in forms}
    values = {name: table[name].map(lambda value: taken.get(value, "")) for name in ("value_a", "value_b")}
    return table.assign(**values), dict(missing), [forms for forms in printed.values() if len(forms) > 1]


def _notices(missing, joined, lang):
    """Say which words were taken for a missing value, and which labels for one."""
    words = [f"{visible(word)} ({times})" for word, times in missing.items()]
    told = (
        [labels.t("agreement.notice.missing", lang, words=", ".join(words), first=visible(next(iter(missing))))]
        if words
        else []
    )
    forms = [" = ".join(map(visible, group)) for group in joined]
    return told + ([labels.t("agreement.notice.joined", lang, labels="; ".join(forms))] if forms else [])


def run(
    paths,
    columns=None,
    unit=None,
    anchors=None,
    code=None,
    encoding=None,
    lang=None,
    form="text",
    out=None,
    codes=(),
):
    """Compare two codings and write what was found, for ``neoterra agreement``."""
    lang, names, noun, notices = labels.language(lang), {}, "coded_unit", []
    if columns:
        table = from_sheet(paths[0], columns, unit, anchors, code, encoding, lang)
        table, missing, joined = as_one(table, codes or ())
        notices = _notices(missing, joined, lang)
        alone = pd.DataFrame(columns=ALONE, dtype="str")
    else:
        a, b = (_loaded(path, encoding, lang) for path in paths)
        table, names, noun, alone = pairs(a, b), _names(b, lang) | _names(a, lang), "laureate", unshared(a, b)
    if table.empty:
        raise ValueError(labels.t("agreement.nothing", lang))
    found = {"table": table, "measures": measures(table), "differing": differing(table), "alone": alone}
    found |= {"units": int(table["unit"].nunique()), "noun": noun, "names": names, "notices": notices}
    found["coders"] = dict(zip("ab", map(str, columns or paths), strict=True))
    text = {"json": _as_json, "csv": _as_csv, "text": _as_text}[form](found, _warning(found, lang), lang)
    (out or sys.stdout).write(text)
    return 0


def _loaded(path, encoding, lang):
    try:
        return load(path, encoding)
    except DataError as error:
        raise ValueError(labels.t("agreement.refused", lang, path=path, error=error)) from None


def _names(dataset, lang):
    """Gather the names of laureates and themes, by kind and id."""
    names = {("laureate", r["laureate_id"]): r["name"] for r in dataset.laureates.to_dict("records")}
    return names | {("theme", r["theme_id"]): r[f"label_{lang}"] for r in dataset.themes.to_dict("records")}


def _item(row, names, lang):
    """Name what is coded."""
    what, item = row["what"], row["item"]
    if what in ("theme", "code"):
        return visible(names.get((what, item), item))
    return labels.t(f"role.{item}" if what == "role" else f"agreement.what.{what}", lang)


def _value(what, value, lang):
    """Word a value that a coder gave."""
    if what == "main_role":
        return labels.t("agreement.no_main" if value == "none" else f"role.{value}", lang)
    kind = {"role": "word", "theme": "strength"}.get(what)
    return labels.t(f"{kind}.{value}", lang) if kind else visible(value)


def _warning(found, lang):
    """Say how little the number of units carries, with the widest range of alpha when one unit is left out."""
    units, table = found["units"], found["measures"]
    few = "few" if units < ENOUGH else "many"
    first = labels.t(f"agreement.{few}", lang, units=labels.count(units, found["noun"], lang), enough=ENOUGH)
    ranged = table[table["alpha_low"].notna()]
    if ranged.empty:
        return f"{first} {labels.t('agreement.no_range', lang)}"
    top = ranged.loc[(ranged["alpha_high"] - ranged["alpha_low"]).idxmax()]
    if top["alpha_high"] == top["alpha_low"]:
        return f"{first} {labels.t('agreement.no_width', lang)}"
    numbers = {name: _number(top[f"alpha_{name}"], lang) for name in ("low", "high")}
    numbers["width"] = _number(top["alpha_high"] - top["alpha_low"], lang)
    return f"{first} {labels.t('agreement.range', lang, row=_item(top, found['names'], lang), **numbers)}"


def _number(value, lang):
    return labels.number(round(value, 2) + 0.0, lang, 2)  # no minus sign before a zero


def _as_text(found, warning, lang):
    def t(key, **values):
        return labels.t(f"agreement.{key}", lang, **values)

    def place(row):
        unit = names.get(("laureate", row["unit"]), row["unit"])
        return {"item": _item(row, names, lang), "unit": visible(unit)}

    names, coders = found["names"], {coder: visible(text) for coder, text in found["coders"].items()}
    lines = [t("head", units=labels.count(found["units"], found["noun"], lang), **coders), ""]
    cells = [["", *(t(f"column.{name}") for name in ("units", "agreed", "alpha", "without", "kappa", "note"))]]
    cells += [_cells(row, names, lang) for row in found["measures"].to_dict("records")]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines += ["  ".join(map(str.ljust, row, widths)).rstrip() for row in cells]
    lines += ["", t("list" if len(found["differing"]) else "list.none", count=len(found["differing"]))]
    for row in found["differing"].to_dict("records"):
        sides = []
        for coder in "ab":
            value, anchor = _value(row["what"], row[f"value_{coder}"], lang), visible(row[f"anchor_{coder}"])
            sides.append(t("side.anchor" if anchor else "side", coder=coder.upper(), value=value, anchor=anchor))
        lines.append(t("disagreement", sides=t("comma").join(sides), **place(row)))
    for row in found["alone"].to_dict("records"):
        lines.append(t(f"apart.{row['what']}", name=visible(names[row["what"], row["id"]]), coder=row["coder"].upper()))
    for row in found["table"].to_dict("records"):
        missing = [coder.upper() for coder in "ab" if not row[f"value_{coder}"]]
        lines += [t("missing", coders=labels.join(missing, lang), **place(row))] if missing else []
    told = [t("notice", text=notice) for notice in found["notices"]]
    return "\n".join([*lines, "", *told, warning, ""])


def _cells(row, names, lang):
    """Write the cells of one row of measures."""
    agreed = {"agreed": row["agreed"], "of": row["of"], "share": labels.share(row["agreed"], row["of"], lang)}
    notes = [labels.t(f"agreement.note.{row['note']}", lang)] if row["note"] else []
    if row["alpha_lost"]:
        lost = [visible(names.get(("laureate", unit), unit)) for unit in row["alpha_lost"].split("; ")]
        notes.append(labels.t("agreement.note.lost", lang, units=", ".join(lost)))
    undefined = labels.t("agreement.undefined", lang)

    def number(name):
        return undefined if pd.isna(row[name]) else _number(row[name], lang)

    ranged = "–"
    if not pd.isna(row["alpha_low"]):
        ranged = labels.t("agreement.from_to", lang, low=number("alpha_low"), high=number("alpha_high"))
    name = _item(row, names, lang)
    told = labels.t("agreement.agreed", lang, **agreed)
    return [name, str(row["units"]), told, number("alpha"), ranged, number("kappa"), "; ".join(notes)]


def _records(frame):
    """Return the rows of a table as plain values, None where there is none."""
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return [{name: value.item() if hasattr(value, "item") else value for name, value in row.items()} for row in rows]


def _as_json(found, warning, lang):
    told = {"coders": found["coders"], "units": found["units"], "enough": ENOUGH}
    told |= {"measures": _records(found["measures"]), "disagreements": _records(found["differing"])}
    told |= {"left_out": _records(found["alone"]), "notices": found["notices"], "warning": warning}
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def _as_csv(found, warning, lang):
    """Write all that was found as one table; ``record`` says what a row is."""
    from ..figures.publish import csv_bytes

    parts = {
        "measure": found["measures"],
        "disagreement": found["differing"],
        "left_out": found["alone"].rename(columns={"id": "item", "coder": "note"}),
        "notice": pd.DataFrame({"note": found["notices"]}),
        "warning": pd.DataFrame({"note": [warning]}),
    }
    columns = list(dict.fromkeys(["record", *COLUMNS[:2], *found["measures"].columns, *COLUMNS[2:]]))
    rows = [{"record": record, **row} for record, part in parts.items() for row in _records(part)]
    blank = [[row.get(name) if row.get(name) is not None else "" for name in columns] for row in rows]
    return csv_bytes(pd.DataFrame(blank, columns=columns, dtype=object)).decode()
