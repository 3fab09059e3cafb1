"""What ``neoterra agreement`` writes of two codings: measures, disagreements, and what so few units can carry."""

import json
import sys

import pandas as pd

from . import labels
from .agreement import ENOUGH, measures
from .codings import COLUMNS, differing, from_sheet, pairs, unshared
from .dataset import DataError, load
from .problems import visible


def run(paths, columns=None, unit=None, anchors=None, code=None, encoding=None, lang=None, form="text", out=None):
    """Compare two codings and write what was found, for ``neoterra agreement``.

    Parameters
    ----------
    paths : list of path-like
        Two data folders; or one sheet, with ``columns``.
    columns, unit, anchors, code
        As for `codings.from_sheet`.
    encoding : str, optional
        Announced encoding of what is not UTF-8.
    lang : {"fr", "en"}, optional
        See `labels.language`.
    form : {"text", "json", "csv"}
        How to write the result; the last two hold ids and codes.
    out : file, optional
        Where to write; standard output if not given.

    Returns
    -------
    int
        0 when the codings were compared, whatever they agree on.

    Raises
    ------
    ValueError
        If the data or the sheet are refused, or nothing is common to both.
    FileNotFoundError
        If there is no data folder.
    """
    lang = labels.language(lang)
    if columns:
        table, names, noun = from_sheet(paths[0], columns, unit, anchors, code, encoding, lang), {}, "coded_unit"
        apart = pd.DataFrame(columns=["what", "id", "coder"], dtype="str")
        said = dict(zip("ab", columns, strict=True))
    else:
        a, b = (_loaded(path, encoding, lang) for path in paths)
        table, names, noun, apart = pairs(a, b), {**_names(b, lang), **_names(a, lang)}, "laureate", unshared(a, b)
        said = dict(zip("ab", map(str, paths), strict=True))
    if table.empty:
        raise ValueError(labels.t("agreement.nothing", lang))
    found = {"table": table, "measures": measures(table), "differing": differing(table), "apart": apart}
    found |= {"units": int(table["unit"].nunique()), "said": said, "noun": noun, "names": names}
    warning = _warning(found, lang)
    text = {"json": _as_json, "csv": _as_csv, "text": _as_text}[form](found, warning, lang)
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


def _item(what, item, names, lang):
    """Name what is coded."""
    if what == "role":
        return labels.t(f"role.{item}", lang)
    if what in ("theme", "code"):
        return visible(names.get((what, item), item))
    return labels.t(f"agreement.what.{what}", lang)


def _unit(row, names, lang):
    return visible(names.get(("laureate", row["unit"]), row["unit"]))


def _value(what, value, lang):
    """Word a value that a coder gave."""
    if what == "role":
        return labels.t(f"word.{value}", lang)
    if what == "main_role":
        return labels.t("agreement.no_main" if value == "none" else f"role.{value}", lang)
    return labels.t(f"strength.{value}", lang) if what == "theme" else visible(value)


def _warning(found, lang):
    """Say how little the number of units carries, with the widest range of alpha when one unit is left out."""
    units, table = found["units"], found["measures"]
    few = "few" if units < ENOUGH else "many"
    parts = [labels.t(f"agreement.{few}", lang, units=labels.count(units, found["noun"], lang), enough=ENOUGH)]
    ranged = table[table["alpha_low"].notna()]
    if ranged.empty:
        return " ".join([*parts, labels.t("agreement.no_range", lang)])
    top = ranged.loc[(ranged["alpha_high"] - ranged["alpha_low"]).idxmax()]
    if top["alpha_high"] == top["alpha_low"]:
        return " ".join([*parts, labels.t("agreement.no_width", lang)])
    numbers = {name: _number(top[f"alpha_{name}"], lang) for name in ("low", "high")}
    width = _number(top["alpha_high"] - top["alpha_low"], lang)
    row = _item(top["what"], top["item"], found["names"], lang)
    return " ".join([*parts, labels.t("agreement.range", lang, row=row, width=width, **numbers)])


def _number(value, lang):
    return labels.number(round(value, 2) + 0.0, lang, 2)  # no minus sign before a zero


def _as_text(found, warning, lang):
    def t(key, **values):
        return labels.t(f"agreement.{key}", lang, **values)

    names, said = found["names"], {coder: visible(text) for coder, text in found["said"].items()}
    lines = [t("head", units=labels.count(found["units"], found["noun"], lang), **said), ""]
    cells = [["", *(t(f"column.{name}") for name in ("units", "agreed", "alpha", "without", "kappa", "note"))]]
    for row in found["measures"].to_dict("records"):
        cells.append(_cells(row, names, lang))
    widths = [max(len(row[i]) for row in cells) for i in range(len(cells[0]))]
    lines += ["  ".join(map(str.ljust, row, widths)).rstrip() for row in cells]
    lines += ["", t("list" if len(found["differing"]) else "list.none", count=len(found["differing"]))]
    for row in found["differing"].to_dict("records"):
        place = {"item": _item(row["what"], row["item"], names, lang), "unit": _unit(row, names, lang)}
        sides = []
        for coder in "ab":
            value, anchor = _value(row["what"], row[f"value_{coder}"], lang), visible(row[f"anchor_{coder}"])
            sides.append(t("side.anchor" if anchor else "side", coder=coder.upper(), value=value, anchor=anchor))
        lines.append(t("disagreement", sides=t("comma").join(sides), **place))
    for row in found["apart"].to_dict("records"):
        name = visible(names[row["what"], row["id"]])
        lines.append(t(f"apart.{row['what']}", name=name, coder=row["coder"].upper()))
    missing = found["table"][(found["table"]["value_a"] == "") | (found["table"]["value_b"] == "")]
    for row in missing.to_dict("records"):
        unit, item = _unit(row, names, lang), _item(row["what"], row["item"], names, lang)
        coders = labels.join([coder.upper() for coder in "ab" if not row[f"value_{coder}"]], lang)
        lines.append(t("missing", unit=unit, item=item, coders=coders))
    return "\n".join([*lines, "", warning, ""])


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
    name = _item(row["what"], row["item"], names, lang)
    told = labels.t("agreement.agreed", lang, **agreed)
    return [name, str(row["units"]), told, number("alpha"), ranged, number("kappa"), "; ".join(notes)]


def _records(frame):
    """Return the rows of a table as plain values, None where there is none."""
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return [{name: value.item() if hasattr(value, "item") else value for name, value in row.items()} for row in rows]


def _as_json(found, warning, lang):
    told = {"coders": found["said"], "units": found["units"], "enough": ENOUGH}
    told |= {"measures": _records(found["measures"]), "disagreements": _records(found["differing"])}
    told |= {"left_out": _records(found["apart"]), "warning": warning}
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def _as_csv(found, warning, lang):
    """Write all that was found as one table; ``record`` says what a row is."""
    from .figures.publish import csv_bytes

    parts = {
        "measure": found["measures"],
        "disagreement": found["differing"],
        "left_out": found["apart"].rename(columns={"id": "item", "coder": "note"}),
        "warning": pd.DataFrame({"note": [warning]}),
    }
    columns = list(dict.fromkeys(["record", *COLUMNS[:2], *found["measures"].columns, *COLUMNS[2:]]))
    rows = [{"record": record, **row} for record, part in parts.items() for row in _records(part)]
    blank = [[row.get(name) if row.get(name) is not None else "" for name in columns] for row in rows]
    return csv_bytes(pd.DataFrame(blank, columns=columns, dtype=object)).decode()
