"""The records as tables for R, Excel and fsQCA: cases by codes, and every quote with its code and its place."""

import re
from io import BytesIO
from itertools import chain

import pandas as pd
import xlsxwriter

from ..analysis import records
from ..dataset import rules
from ..dataset.loading import TABLES, by_id, names, of_laureates
from ..fiches import trace
from ..words import files, labels
from ..words.codes import DIMENSIONS, NOT_AN_ACTOR, PRINCIPAL, ROLES, STRENGTHS
from ..words.folding import unaccented
from . import Loss

DICTIONARY = "column kind code label_fr label_en meaning_fr meaning_en ones of empty".split()
# What the cases hold of the tables; an id that a row is known by is there with what it points at.
IN_MATRIX = """laureates.laureate_id laureates.enjeu_id laureates.carrier_status laureates.department_stated
laureates.department_inferred roles.laureate_id roles.role roles.salience contributions.laureate_id
contributions.dimension contributions.target contributions.code evidence.theme_id evidence.laureate_id evidence.strength
actors.actor_type themes.theme_id themes.label_fr themes.label_en enjeux.enjeu_id enjeux.short_fr
enjeux.short_en""".split()
PLACE = ["status", "line", "line_column", "offset"]
# Of each table with quotes: the column that is one, its code and value, its words; ``{}`` are columns of the row.
QUOTES = {
    ("roles", "anchor"): ("{role}", "{salience}", "", ""),
    ("contributions", "anchor"): ("{dimension}/{target}/{code}", "", "{label_fr}", "{label_en}"),
    ("evidence", "anchor"): ("{theme_id}", "{strength}", "", ""),
    ("mentions", "mention"): ("{actor_id}", "{parent_position}", "", ""),
    ("relations", "anchor"): ("{kind}", "{from_id} > {to_id}", "", ""),
    ("laureates", "row_anchor"): ("", "", "{summary_fr}", "{summary_en}"),
    ("laureates", "carrier_anchor"): ("{carrier_status}", "", "", ""),
    ("laureates", "place_anchor"): ("{department_stated}", "{place}", "", ""),
    ("themes", "anchor"): ("{theme_id}", "{kind}", "{label_fr}", "{label_en}"),
    ("claims", "anchor"): ("{rule}", "{subject} = {expected}", "{statement_fr}", "{statement_en}"),
    ("discrepancies", "anchor"): ("{kind}", "{locator}", "{what_fr}", "{what_en}"),
    ("sources", "funded_anchor"): ("funded", "{funded}", "", ""),
}
# What a quote says beside its code, whatever its code is.
BESIDE = {"laureates": ("name", "source_id", "source_row"), "evidence": ("note",), "relations": ("laureate_id",)}
BESIDE |= {"themes": ("source_id",), "claims": ("source_id",), "discrepancies": ("source_id",)}


def cells(dataset):
    """Count the cells of each column that say something, ``{table.column: count}``."""
    frames = {name: getattr(dataset, name) for name in TABLES}
    filled = ((f"{name}.{column}", frame[column]) for name, frame in frames.items() for column in frame)
    return {name: int((values.notna() & (values.astype("str") != "")).sum()) for name, values in filled}


def lost(dataset, held, why):
    """Return a loss for each column that a format does not hold and that says something."""
    return [Loss(name, count, why) for name, count in cells(dataset).items() if count and name not in held]


def variable(kind, code):
    """Name a column for R and fsQCA: a letter, then letters and digits.

    >>> variable("Role", "aiguillon"), variable("Enjeu", "4.1"), variable("Direct", "common-ground")
    ('RoleAiguillon', 'Enjeu4x1', 'DirectCommonGround')
    """
    parts = re.findall("[A-Za-z0-9]+", re.sub(r"(?<=\d)\W(?=\d)", "x", unaccented(code)))
    return kind + "".join(part[:1].upper() + part[1:] for part in parts)


def columns(dataset):
    """List the columns of the matrix: kind, code, French and English label, members, and who is asked (None: all)."""
    contract, home = rules.tables(dataset.path), of_laureates(dataset)

    def members(table, *where):
        rows = getattr(dataset, table)
        for column, value in where:
            rows = rows[rows[column] == value]
        return set(rows["laureate_id"])

    def coded(kind, table, column, values=None):
        field = next(one for one in contract[table]["schema"]["fields"] if one["name"] == column)
        told = {one["value"]: (one["label"], one["label_en"]) for one in field.get("categories", [])}
        known = values or rules.codes(contract[table], column)
        for code in dict.fromkeys([*known, *sorted(set(getattr(dataset, table)[column]) - {""})]):
            yield kind, code, *told.get(code, (code, code)), members(table, (column, code)), None

    yield from coded("Role", "roles", "role", ROLES)
    for _, role, *told, _, _ in coded("Main", "roles", "role", ROLES):
        yield "Main", role, *told, members("roles", ("role", role), ("salience", PRINCIPAL)), None
    yield from coded("Dimension", "contributions", "dimension", DIMENSIONS)
    yield from coded("Target", "contributions", "target")
    yield from coded("Means", "contributions", "code")
    themes = dataset.themes.sort_values(["ambition_id", "number", "theme_id"]).to_dict("records")
    for strength in STRENGTHS:
        for theme in themes:
            asked = {laureate for laureate, at in home.items() if at == theme["ambition_id"]}
            inside = members("evidence", ("theme_id", theme["theme_id"]), ("strength", strength))
            yield strength.capitalize(), theme["theme_id"], theme["label_fr"], theme["label_en"], inside, asked
    type_of = by_id(dataset, "actors", "actor_type")
    real = {one for one, kind in by_id(dataset, "actors", "kind").items() if kind != NOT_AN_ACTOR}
    mobilised = {}
    for laureate, actor in zip(dataset.mentions["laureate_id"], dataset.mentions["actor_id"], strict=True):
        if actor in real:
            mobilised.setdefault(type_of[actor], set()).add(laureate)
    for _, code, *told in _types(contract, dataset):
        yield "Type", code, *told, mobilised.get(code, set()), None
    for enjeu in dataset.enjeux.to_dict("records"):
        key = enjeu["enjeu_id"]
        yield "Enjeu", key, enjeu["short_fr"], enjeu["short_en"], members("laureates", ("enjeu_id", key)), None
    for row in records.places(dataset).to_dict("records"):
        if code := row["department"]:
            told = (labels.department(code, lang) for lang in ("fr", "en"))
            yield "Dep", code, *told, set(row["laureates"].split("; ")) - {""}, None
    inferred = set(dataset.laureates.loc[dataset.laureates["department_inferred"] != "", "laureate_id"])
    yield "DepInferred", "", "", "", inferred, None
    yield from coded("Status", "laureates", "carrier_status")


def _types(contract, dataset):
    field = next(one for one in contract["actors"]["schema"]["fields"] if one["name"] == "actor_type")
    told = {one["value"]: (one["label"], one["label_en"]) for one in field.get("categories", [])}
    for code in dict.fromkeys([*told, *sorted(set(dataset.actors["actor_type"]) - {""})]):
        yield "Type", code, *told.get(code, (code, code))


def cases(dataset):
    """Return the matrix of cases and codes, 1 or 0, and the dictionary of its columns.

    A theme is asked of the laureates of its ambition only: the cells of others are empty.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> matrix, dictionary = cases(load())
    >>> list(matrix.columns[:3]), len(matrix)
    (['Case', 'RoleAiguillon', 'RoleInspirateur'], 11)
    """
    ids = dataset.laureates["laureate_id"].tolist()
    made, told, taken = {"Case": pd.array(ids, dtype="str")}, [], {"case"}
    for kind, code, label_fr, label_en, inside, asked in columns(dataset):
        name = variable(kind, code)
        while name.lower() in taken:  # R tells case apart, fsQCA does not
            name += "b"
        taken.add(name.lower())
        values = [None if asked is not None and one not in asked else int(one in inside) for one in ids]
        made[name] = pd.array(values, dtype="Int64")
        meaning = (labels.t(f"exchange.column.{kind}", lang) for lang in ("fr", "en"))
        empty = values.count(None)
        told.append(
            (name, kind, code, label_fr, label_en, *meaning, sum(filter(None, values)), len(ids) - empty, empty)
        )
    return pd.DataFrame(made), pd.DataFrame(told, columns=DICTIONARY)


def matrix(dataset, options):
    """Make the matrix, its dictionary, and both as a workbook."""
    made, dictionary = cases(dataset)
    found = {".csv": _csv(made), ".columns.csv": _csv(dictionary)}
    found[".xlsx"] = book({"cases": made, "columns": dictionary})
    losses = lost(dataset, IN_MATRIX, "not_a_code")
    mentioned = set(dataset.mentions["actor_id"])
    unseen = ~dataset.actors["actor_id"].isin(mentioned) | (dataset.actors["kind"] == NOT_AN_ACTOR)
    unseen &= dataset.actors["actor_type"] != ""
    several = dataset.contributions["laureate_id"].duplicated(keep=False)
    special = [
        Loss("types_unmentioned", int(unseen.sum()), "no_case"),
        Loss("contributions_apart", int(several.sum()), "flat"),
    ]
    return found, [*losses, *(loss for loss in special if loss.count), *guarded(made, dictionary)]


def listed(dataset, fiche=None, lang=None):
    """List every quote with its code, laureate and source; of a copy of a fiche, also where it stands there.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> quotes = listed(load())
    >>> int((quotes["table"] == "roles").sum()) == len(load().roles)
    True
    """
    who, from_row = dataset.laureates.set_index("laureate_id"), ("source_id", "source_row")
    titles = {lang: _titles(dataset, lang) for lang in ("fr", "en")}
    found = []
    for (table, column), forms in QUOTES.items():
        for row in getattr(dataset, table).astype("str").fillna("").to_dict("records"):
            if not (quote := row.get(column)) or quote == "<NA>":
                continue
            row = {name: "" if cell == "<NA>" else cell for name, cell in row.items()}
            laureate = row.get("laureate_id", "")
            place = [str(who.at[laureate, name]) if laureate else row.get(name, "") for name in from_row]
            code, value, *told = (form.format(**row) for form in forms)
            told = [text or titles[lang].get((table, code), "") for text, lang in zip(told, ("fr", "en"), strict=True)]
            key = "/".join(row[name] for name in trace.TABLES[table])
            name = who.at[laureate, "name"] if laureate else ""
            found.append((table, key, column, code, value, *told, laureate, name, quote, row.get("note", ""), *place))
    heads = "table key column code value label_fr label_en laureate_id laureate quote note source_id source_row".split()
    frame = pd.DataFrame(found, columns=heads)
    frame.insert(len(heads) - 1, "source", frame["source_id"].map(names(dataset, "sources")))
    order = {name: rank for rank, (name, _) in enumerate(QUOTES)}
    frame["source_row"] = pd.to_numeric(frame["source_row"].replace("", None)).astype("Int64")
    frame = frame.sort_values(
        ["source_id", "source_row", "table"], key=lambda s: s.map(order) if s.name == "table" else s, kind="stable"
    )
    return frame.reset_index(drop=True) if fiche is None else _placed(dataset, frame, fiche, lang)


def _titles(dataset, lang):
    """Return the label of each code by table."""
    contract, entry = rules.tables(dataset.path), "label" if lang == "fr" else "label_en"
    coded = (("roles", "role"), ("relations", "kind"), ("laureates", "carrier_status"), ("discrepancies", "kind"))
    found = {}
    for table, column in coded:
        field = next(one for one in contract[table]["schema"]["fields"] if one["name"] == column)
        found |= {(table, one["value"]): one[entry] for one in field.get("categories", [])}
    found |= {("mentions", one): name for one, name in names(dataset, "actors", lang).items()}
    return found | {("evidence", one): name for one, name in names(dataset, "themes", lang).items()}


def _placed(dataset, frame, fiche, lang):
    """Add to each quote what `trace` finds of it in a copy of a fiche."""
    text, _ = trace.read(fiche, lang)
    if (source := trace.recognise(dataset, text)) is None:
        raise ValueError(labels.t("trace.other_text", lang, fiche=fiche))
    places = trace.trace(dataset, text, source)
    places = places[places["key"].isin(frame["key"])].drop_duplicates(["table", "key", "column"])
    return frame.merge(places[["table", "key", "column", *PLACE]], on=["table", "key", "column"], how="left").fillna(
        {"status": ""}
    )


def quotes(dataset, options):
    """Make the list of quotes, and the same as a workbook."""
    made = listed(dataset, options.get("fiche"), options.get("lang"))
    found = {".csv": _csv(made), ".xlsx": book({"quotes": made})}
    return found, [*_unquoted(dataset), *guarded(made)]


def _unquoted(dataset):
    """Return the loss of each column that no quote says, and of the cells of rows that have no words."""
    seen, found = _said(dataset), []
    for name, count in cells(dataset).items():
        table, column = name.split(".")
        if count and (table, column) not in seen:
            found.append(Loss(name, count, "no_quote"))
        elif count:
            values = getattr(dataset, table)[column].astype("str").fillna("")
            missed = int((~values.isin(["", "<NA>"]) & ~seen[table, column]).sum())
            found += [Loss(name, missed, "no_words")] if missed else []
    return found


def _said(dataset):
    """Tell of which rows quotes say a column, ``{(table, column): rows}``."""
    found = {}
    for (table, quote), forms in QUOTES.items():
        frame = getattr(dataset, table)
        if quote not in frame:  # a contract that is older
            continue
        rows = frame[quote] != ""
        columns = [quote, *re.findall(r"{(\w+)}", "".join(forms)), *trace.TABLES[table], *BESIDE.get(table, ())]
        for column in columns:
            found[table, column] = found.get((table, column), False) | rows
    mentioned = dataset.actors["actor_id"].isin(dataset.mentions["actor_id"])
    quoted = dataset.sources["source_id"].isin(dataset.laureates["source_id"])
    found |= {("actors", column): mentioned for column in ("actor_id", "short_fr", "short_en")}
    return found | {("sources", column): quoted for column in ("source_id", "title")}


def guarded(*frames):
    """Return the loss of cells that a spreadsheet would run as a formula: an apostrophe stands before them."""
    texts = chain.from_iterable(frame[column] for frame in frames for column in frame if frame[column].dtype == "str")
    count = sum(files.inert(text) != text for text in texts if isinstance(text, str))
    return [Loss("formula_cells", count, "guarded")] if count else []


def _csv(frame):
    return frame.map(files.inert).to_csv(index=False, lineterminator="\n").encode()


def book(sheets):
    """Write tables as a workbook in which every text is a text, the same bytes each time."""
    file = BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as made:
        made.set_properties({"created": pd.Timestamp(2000, 1, 1).to_pydatetime(), "author": "neoterra_analysis"})
        head = made.add_format({"bold": True, "bottom": 1, "bg_color": "#DCE6EE"})
        for title, frame in sheets.items():
            sheet = made.add_worksheet(title)
            sheet.freeze_panes(1, 1)
            for at, column in enumerate(frame):
                sheet.write_string(0, at, column, head)
                for row, value in enumerate(frame[column].tolist(), 1):
                    if isinstance(value, str):
                        sheet.write_string(row, at, value)
                    elif not pd.isna(value):
                        sheet.write_number(row, at, value)
    return file.getvalue()
