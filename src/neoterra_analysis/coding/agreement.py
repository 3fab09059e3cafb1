"""Codings of the same units as one table: how often they agree, beyond chance; ``neoterra agreement``."""

import json
import re
import sys
from collections import Counter
from io import BytesIO
from pathlib import Path

import pandas as pd

from ..dataset.cells import clean, stands_for_empty
from ..dataset.csvfile import read
from ..dataset.loading import DataError, load, of_laureates
from ..dataset.problems import Problem, as_text, visible
from ..words import files, labels
from ..words.codes import NONE, ROLES, STRENGTHS, THEME_KINDS
from ..words.folding import fold, one_line
from . import coefficients
from .coefficients import ENOUGH, cohen_kappa, krippendorff_alpha, left_out, light_kappa
from .sheets import letters

MOST = 50  # lines of a refusal, columns of a sheet, that are told: more would help nobody
POOLED = {"role": "roles", "theme": "themes", "code": "codes"}
# How many values a coder could choose from, where the contract says so; elsewhere, those that are met.
SCALES = {"role": 2, "main_role": len(ROLES) + 1, "theme": len(STRENGTHS) + 1}
# The value of a unit that a coder did not touch.
UNTOUCHED = {"role": "no"}
# Coefficients that are told a second time, without the units that nobody touched.
AGAIN = ("units", "agreed", "of", "raw", "alpha", "kappa", "ac1", "bp")


def coders(table):
    """Return the letters of the coders of a table of units.

    >>> coders(pd.DataFrame(columns=["unit", "value_a", "anchor_a", "value_b", "anchor_b"]))
    ['a', 'b']
    """
    return [name.removeprefix("value_") for name in table.columns if name.startswith("value_")]


def measures(table):
    """Measure the agreement in each item of a table of units, and over all items of a kind."""
    rows = []
    for what, family in table.groupby("what", sort=False):
        rows += [_measured(what, item, part) for item, part in family.groupby("item", sort=False)]
        if what in POOLED:
            rows.append(_measured(POOLED[what], "", family, SCALES.get(what), UNTOUCHED.get(what, NONE)))
    found = pd.DataFrame(rows)
    texts = ("what", "item", "alpha_lost", "most_used", "note")
    numbers = [name for name in found if found[name].dtype == object and name not in texts]
    return found.astype(dict.fromkeys(numbers, "Float64") | dict.fromkeys(texts, "str"))


def _measured(what, item, part, scale=None, untouched=None):
    scale, untouched = scale or SCALES.get(what), untouched or UNTOUCHED.get(what, NONE)
    values = part[[f"value_{coder}" for coder in coders(part)]]
    whole, touched = (values != "").sum(axis=1) > 1, ((values != "") & (values != untouched)).any(axis=1)
    found = _coefficients(part, values, whole, scale)
    alpha, units = found["alpha"], _units(values[whole])
    without = left_out(units, part.loc[whole, "unit"])
    defined = [value for value in without.values() if value is not None]
    lost = [] if alpha is None else [unit for unit, value in without.items() if value is None]
    note = "no_unit" if not units else "no_variation" if alpha is None else ""
    if not note and values.shape[1] == 2 and 1 in (len({*column} - {None}) for column in zip(*units, strict=True)):
        note = "one_value"
    used, share = coefficients.most_used(units)
    again = _coefficients(part, values, whole & touched, found["categories"])
    return {
        "what": what,
        "item": item,
        "units": found["units"],
        "missing": int((~whole).sum()),
        "agreed": found["agreed"],
        "of": found["of"],
        "alpha": alpha,
        "alpha_low": min(defined, default=None),
        "alpha_high": max(defined, default=None),
        "alpha_lost": "; ".join(lost),
        "kappa": found["kappa"],
        **{name: found[name] for name in ("raw", "fleiss", "ac1", "bp", "categories")},
        "most_used": used,
        "prevalence": share,
        "paradox": coefficients.paradoxical(found["raw"], found["kappa"], alpha),
        **{f"{name}_touched": again[name] for name in AGAIN},
        "note": note,
    }


def _units(values):
    return [tuple(value or None for value in row) for row in values.itertuples(index=False, name=None)]


def _coefficients(part, values, kept, scale):
    """Compute the coefficients over some units; what a single coder gave counts for the shares of values alone."""
    units, given = _units(values[kept]), _units(values[kept | ((values != "").sum(axis=1) == 1)])
    categories = scale or len({value for unit in given for value in unit} - {None})
    pair = values.shape[1] == 2
    return {
        "units": part.loc[kept, "unit"].nunique(),
        "agreed": sum(len({*unit} - {None}) == 1 for unit in units),
        "of": len(units),
        "raw": coefficients.raw_agreement(units),
        "alpha": krippendorff_alpha(units),
        "kappa": (cohen_kappa(*zip(*units, strict=True)) if pair else light_kappa(units)) if units else None,
        "fleiss": coefficients.fleiss_kappa(given),
        "ac1": coefficients.gwet_ac1(given, categories),
        "bp": coefficients.brennan_prediger(given, categories),
        "categories": categories,
    }


UNIT = ("what", "item", "unit")


def _columns(number):
    """Return the columns of a table of units for so many coders (a, b, c)."""
    sides = [letters(i + 1).lower() for i in range(number)]
    return [*UNIT, *(f"{name}_{side}" for side in sides for name in ("value", "anchor"))]


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


def pairs(*datasets):
    """Put codings of the same laureates side by side: what at least two of them know."""
    coded = [_coded(dataset) for dataset in datasets]
    laureates = _shared([dataset.laureates["laureate_id"] for dataset in datasets])
    themes = _shared([_ordered_themes(dataset)["theme_id"] for dataset in datasets])
    items = [*(("role", role) for role in ROLES), ("main_role", ""), *(("theme", theme) for theme in themes)]
    keys = [(*item, laureate) for item in items for laureate in laureates]
    known = [key for key in keys if any(key in cells for cells in coded)]
    rows = [[*key, *(text for cells in coded for text in cells.get(key, ("", "")))] for key in known]
    return pd.DataFrame(rows, columns=_columns(len(datasets)), dtype="str")


def _shared(columns):
    """Return the ids that stand in at least two of some columns, in the order in which they are first met."""
    times = Counter(one for column in columns for one in column)
    return [one for one, number in times.items() if number > 1]


def unshared(*datasets):
    """List the laureates and themes that stand in only one of several codings."""
    rows = []
    for what, table in (("laureate", "laureates"), ("theme", "themes")):
        ids = [set(getattr(dataset, table)[f"{what}_id"]) for dataset in datasets]
        for i, own in enumerate(ids):
            others = set().union(*ids[:i], *ids[i + 1 :])
            rows += [(what, one, letters(i + 1).lower()) for one in sorted(own - others)]
    return pd.DataFrame(rows, columns=ALONE, dtype="str")


def differing(table):
    """Keep the rows of a table of units on which coders disagree; a missing value is no disagreement."""
    values = table[[f"value_{coder}" for coder in coders(table)]]
    return table[values.where(values != "").nunique(axis=1) > 1].reset_index(drop=True)


def from_sheet(path, columns, unit=None, anchors=None, code=None, encoding=None, lang=None):
    """Read columns of one coding sheet, one a coder, as codings."""
    path, anchors = Path(path), anchors or [""] * len(columns)
    twins = [name for name, times in Counter(columns).items() if times > 1]
    if twins:
        raise ValueError(labels.t("agreement.sheet.same", lang, column=visible(twins[0])))
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
        values = [cells.get(name, "") for pair in zip(columns, anchors, strict=True) for name in pair]
        found.append((key[0], key[1] if unit else "", line, ("code" if code else "sheet", *key, *values)))
    if blank or twice:
        raise ValueError(_some(blank + twice, lang))
    return pd.DataFrame([row for *_, row in sorted(found)], columns=_columns(len(columns)), dtype="str")


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
        there = [visible(name) for name in [*(w for w in wanted if w not in missing), *others]]
        there = ", ".join([*there[:MOST], *["…"] * (len(there) > MOST)])
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
        raise ValueError(_some(lines, lang) or sheet_word("empty", sheet=path.name))
    return rows


def _some(lines, lang):
    """Join the first lines of a refusal, and say how many more there are."""
    more = [labels.t("agreement.sheet.more", lang, count=labels.number(len(lines) - MOST, lang))] * (len(lines) > MOST)
    return "\n".join([*lines[:MOST], *more])


SIGNS = ("-", ".", "?", "")  # folded: a cell that holds nothing else says nothing


def as_one(table, announced=()):
    """Take words for an empty cell as a missing value, and labels that read the same as one, unless announced.

    Returns the table, how often each such word stands, and the labels that were joined, the one taken first.
    """
    announced, missing, printed = set(announced), Counter(), {}
    names = [f"value_{side}" for side in coders(table)]
    values = [value for name in names for value in table[name] if value]
    for value, times in Counter(values).most_common():  # the commonest label is taken
        if value not in announced and (stands_for_empty(value) or fold(value) in SIGNS):
            missing[value] = times
        else:
            label = re.sub(r"(?<=\d)[.,]0+$", "", one_line(fold(value)))
            printed.setdefault(value if value in announced else label, []).append(value)
    for label, forms in printed.items():  # of 1 and 1.0, the one without decimals
        forms.sort(key=lambda form: label.isdigit() and form != label)
    taken = {form: forms[0] for forms in printed.values() for form in forms}
    cells = {name: table[name].map(lambda value: taken.get(value, "")) for name in names}
    return table.assign(**cells), dict(missing), [forms for forms in printed.values() if len(forms) > 1]


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
    uncoded=False,
    file=None,
):
    """Compare codings and write what was found, for ``neoterra agreement``."""
    lang, names, noun, notices = labels.language(lang), {}, "coded_unit", []
    if columns:
        table = from_sheet(paths[0], columns, unit, anchors, code, encoding, lang)
        table, missing, joined = as_one(table, codes or ())
        if uncoded:  # an empty cell says that nothing was coded, which is a value
            cells = [f"value_{coder}" for coder in coders(table)]
            table, missing = table.assign(**{name: table[name].replace("", NONE) for name in cells}), {}
        notices = _notices(missing, joined, lang)
        alone = pd.DataFrame(columns=ALONE, dtype="str")
    else:
        folders = [_loaded(path, encoding, lang) for path in paths]
        table, noun, alone = pairs(*folders), "laureate", unshared(*folders)
        for folder in reversed(folders):
            names |= _names(folder, lang)
    if table.empty:
        raise ValueError(labels.t("agreement.nothing", lang))
    found = {"table": table, "measures": measures(table), "differing": differing(table), "alone": alone}
    found |= {"units": int(table["unit"].nunique()), "noun": noun, "names": names, "notices": notices}
    found["coders"] = dict(zip(coders(table), map(str, columns or paths), strict=True))
    paradoxes = found["measures"][found["measures"]["paradox"]].to_dict("records")
    found["paradoxes"] = [_paradox(row, names, lang) for row in paradoxes]
    made = {"json": _as_json, "csv": _as_csv, "text": _as_text, "xlsx": _as_xlsx}[form](
        found, _warning(found, lang), lang
    )
    if file:
        files.replace(file, made)
    elif isinstance(made, bytes):
        (out or sys.stdout).buffer.write(made)
    else:
        (out or sys.stdout).write(made)
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


def _paradox(row, names, lang):
    """Say in words why kappa and alpha are low where nearly all values agree."""
    numbers = {name: _told(row[name], lang) for name in ("kappa", "alpha", "ac1", "bp")}
    shares = {name: labels.t("agreement.percent", lang, n=round(100 * row[name])) for name in ("raw", "prevalence")}
    told = {"row": _item(row, names, lang), "value": _value(row["what"].removesuffix("s"), row["most_used"], lang)}
    return labels.t("agreement.paradox", lang, **numbers, **shares, **told)


def _told(value, lang):
    return labels.t("agreement.undefined", lang) if pd.isna(value) else _number(value, lang)


def _as_text(found, warning, lang):
    def t(key, **values):
        return labels.t(f"agreement.{key}", lang, **values)

    def place(row):
        unit = names.get(("laureate", row["unit"]), row["unit"])
        return {"item": _item(row, names, lang), "unit": visible(unit)}

    names, many = found["names"], len(found["coders"]) > 2
    sides = {coder: visible(text) for coder, text in found["coders"].items()}
    told = {"coders": ", ".join(f"{coder.upper()} = {text}" for coder, text in sides.items())}
    units = labels.count(found["units"], found["noun"], lang)
    lines = [t("head.many", number=len(sides), units=units, **told) if many else t("head", units=units, **sides), ""]
    rows = found["measures"].to_dict("records")
    kappas = ("light", "fleiss") if many else ("kappa",)
    heads = ["units", "agreed", "alpha", "without", *kappas, "ac1", "bp", "most_used", "note"]
    lines += _aligned(
        [["", *(t(f"column.{name}") for name in heads)], *(_cells(row, names, many, lang) for row in rows)]
    )
    fewer = [row for row in rows if row["of_touched"] < row["of"]]
    if fewer:
        lines += ["", t("touched")]
        heads = ["units", "agreed", "alpha", "light" if many else "kappa", "ac1", "bp"]
        cells = [[_item(row, names, lang), *_again(row, lang)] for row in fewer]
        lines += _aligned([["", *(t(f"column.{name}") for name in heads)], *cells])
    lines += ["", *(t("notice", text=text) for text in found["paradoxes"])] if found["paradoxes"] else []
    lines += ["", t("list" if len(found["differing"]) else "list.none", count=len(found["differing"]))]
    for row in found["differing"].to_dict("records"):
        said = []
        for coder in (one for one in sides if row[f"value_{one}"]):
            value, anchor = _value(row["what"], row[f"value_{coder}"], lang), visible(row[f"anchor_{coder}"])
            said.append(t("side.anchor" if anchor else "side", coder=coder.upper(), value=value, anchor=anchor))
        lines.append(t("disagreement", sides=t("comma").join(said), **place(row)))
    for row in found["alone"].to_dict("records"):
        lines.append(t(f"apart.{row['what']}", name=visible(names[row["what"], row["id"]]), coder=row["coder"].upper()))
    for row in found["table"].to_dict("records"):
        missing = [coder.upper() for coder in sides if not row[f"value_{coder}"]]
        key = "missing" if len(sides) - len(missing) < 2 else "missing.some"
        lines += [t(key, coders=labels.join(missing, lang), **place(row))] if missing else []
    notices = [t("notice", text=notice) for notice in found["notices"]]
    return "\n".join([*lines, "", *notices, warning, ""])


def _aligned(cells):
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in cells]


def _raw(row, lang, suffix=""):
    agreed, of = row[f"agreed{suffix}"], row[f"of{suffix}"]
    return labels.t("agreement.agreed", lang, agreed=agreed, of=of, share=labels.share(agreed, of, lang))


def _again(row, lang):
    """Write the measures of a row without the units that nobody touched."""
    numbers = [_told(row[f"{name}_touched"], lang) for name in ("alpha", "kappa", "ac1", "bp")]
    return [str(row["units_touched"]), _raw(row, lang, "_touched"), *numbers]


def _cells(row, names, many, lang):
    """Write the cells of one row of measures."""
    notes = [labels.t(f"agreement.note.{row['note']}", lang)] if row["note"] else []
    notes += [labels.t("agreement.note.paradox", lang)] if row["paradox"] else []
    if row["alpha_lost"]:
        lost = [visible(names.get(("laureate", unit), unit)) for unit in row["alpha_lost"].split("; ")]
        notes.append(labels.t("agreement.note.lost", lang, units=", ".join(lost)))
    ends = {end: _told(row[f"alpha_{end}"], lang) for end in ("low", "high")}
    ranged = "–" if pd.isna(row["alpha_low"]) else labels.t("agreement.from_to", lang, **ends)
    used = "–"
    if row["most_used"]:
        share = labels.t("agreement.percent", lang, n=round(100 * row["prevalence"]))
        used = f"{_value(row['what'].removesuffix('s'), row['most_used'], lang)} ({share})"
    numbers = [_told(row[name], lang) for name in (("kappa", "fleiss") if many else ("kappa",))]
    name, more = _item(row, names, lang), [_told(row[one], lang) for one in ("ac1", "bp")]
    told = [name, str(row["units"]), _raw(row, lang), _told(row["alpha"], lang), ranged]
    return [*told, *numbers, *more, used, "; ".join(notes)]


def _records(frame):
    """Return the rows of a table as plain values, None where there is none."""
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return [{name: value.item() if hasattr(value, "item") else value for name, value in row.items()} for row in rows]


def _as_json(found, warning, lang):
    told = {"coders": found["coders"], "units": found["units"], "enough": ENOUGH}
    told |= {"measures": _records(found["measures"]), "disagreements": _records(found["differing"])}
    told |= {"left_out": _records(found["alone"]), "paradoxes": found["paradoxes"], "notices": found["notices"]}
    return json.dumps(told | {"warning": warning}, ensure_ascii=False, indent=1) + "\n"


def _parts(found, warning):
    """Return all that was found as tables, by what a row of each is."""
    return {
        "measure": found["measures"],
        "disagreement": found["differing"],
        "left_out": found["alone"].rename(columns={"id": "item", "coder": "note"}),
        "paradox": pd.DataFrame({"note": found["paradoxes"]}),
        "notice": pd.DataFrame({"note": found["notices"]}),
        "warning": pd.DataFrame({"note": [warning]}),
    }


def _as_csv(found, warning, lang):
    """Write all that was found as one table; ``record`` says what a row is."""
    from ..figures.publish import csv_bytes

    columns = list(dict.fromkeys(["record", *UNIT[:2], *found["measures"].columns, *found["differing"].columns[2:]]))
    rows = [{"record": kind, **row} for kind, part in _parts(found, warning).items() for row in _records(part)]
    blank = [[row.get(name) if row.get(name) is not None else "" for name in columns] for row in rows]
    return csv_bytes(pd.DataFrame(blank, columns=columns, dtype=object)).decode()


def _as_xlsx(found, warning, lang):
    """Write all that was found as a workbook: the measures, the disagreements, what else is to be said."""
    import xlsxwriter

    parts = {kind: _records(part) for kind, part in _parts(found, warning).items()}
    said = [{"record": kind, **row} for kind in ("left_out", "paradox", "notice", "warning") for row in parts[kind]]
    sheets, file = {"measures": parts["measure"], "disagreements": parts["disagreement"], "notes": said}, BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        book.set_properties({"created": pd.Timestamp(2000, 1, 1)})  # the same bytes each time
        bold, wrap = book.add_format({"bold": True, "bottom": 1}), book.add_format({"text_wrap": True, "valign": "top"})
        for name, rows in sheets.items():
            made = book.add_worksheet(labels.t(f"agreement.sheet_of.{name}", lang))
            named = [{"name": _item(row, found["names"], lang), **row} if name != "notes" else row for row in rows]
            heads = list(dict.fromkeys(head for row in named for head in row))
            for column, head in enumerate(heads):
                made.write_string(0, column, head, bold)
                texts = [str(row.get(head) or "") for row in named]
                made.set_column(column, column, min(max(map(len, [head, *texts])) + 2, 60), wrap)
                for line, row in enumerate(named, 1):
                    value = row.get(head)
                    if isinstance(value, str):  # a text, whatever it looks like
                        made.write_string(line, column, visible(value) if name != "notes" else value)
                    elif value is not None:
                        made.write(line, column, value)
            made.freeze_panes(1, 1)
    return file.getvalue()
