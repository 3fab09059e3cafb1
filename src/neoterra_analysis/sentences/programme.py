"""Sentences on the whole programme, and tables of ambitions side by side: built from the data, as those of `prose`.

Each function takes the dataset first and the language last (``"fr"``, ``"en"``; see `labels.language`), between them
the table that takes long to compute, and returns one paragraph.
"""

import pandas as pd

from ..analysis import comparison, records
from ..dataset import invented_example, loading
from ..dataset.loading import loaded
from ..words.codes import DIMENSIONS, ROLES
from ..words.labels import Words
from .tables import Shown

MOST = 3  # pairs of ambitions: of more, the closest and the farthest are told
# Columns that say how much there is, beside those that say of what.
COUNTED = ("ambition_id", "count", "of", "share", "low", "high", "total", "whole", "laureates")
ABOUT = ("kind", "actor_type", "ambitions")  # of an actor: they do not tell it from another


def crossed(table, dataset, lang=None, most=None):
    """Show a table of `comparison` with one row for what is counted and one column for each ambition.

    Parameters
    ----------
    table : DataFrame
        As made by one of the functions ``…_by_ambition`` of `comparison`, or by `comparison.shared_actors`.
    dataset : Dataset
        The records that it was made from.
    lang : {"fr", "en"}, optional
        See `labels.language`.
    most : int, optional
        Show only so many rows, the first ones.

    Returns
    -------
    tables.Shown
        In each cell the count and its denominator, ``8/11``, and in brackets the share that it becomes with one
        laureate left out, where the table has it; with several ambitions, the last column is of all.

    Examples
    --------
    >>> invented = invented_example.load()
    >>> shown = crossed(comparison.roles_by_ambition(invented), invented, "en").frame
    >>> shown.iloc[0].tolist()
    ['Spur', '2/6 (20–40%)', '2/7 (17–33%)', '4/13']
    """
    w = Words(lang)
    keys = [name for name in table.columns if name not in (*COUNTED, *(ABOUT if "actor_id" in table else ()))]
    names, rows = _names(dataset, w), {}
    for row in table.to_dict("records"):
        cells = rows.setdefault(tuple(row[key] for key in keys), {})
        cells[row["ambition_id"]] = row
    ambitions = list(dict.fromkeys(table["ambition_id"]))
    known = loading.names(dataset, "actors", w.lang) if "actor_id" in keys else {}
    shown = []
    for key, cells in list(rows.items())[:most]:
        words = [_word(column, code, known, w) for column, code in zip(keys, key, strict=True)]
        line = [*words, *(_cell(cells[ambition], w) for ambition in ambitions)]
        first = cells[ambitions[0]]
        if len(ambitions) > 1 and "total" in first:
            line.append(f"{first['total']}/{first.get('whole', len(dataset.laureates))}")
        shown.append(line)
    total = [w("programme.total")] if len(ambitions) > 1 and "total" in table else []
    heads = [*(w(f"column.{key}") for key in keys), *(_capital(names[a]) for a in ambitions), *total]
    return Shown(pd.DataFrame(shown, columns=heads, dtype=object))


def _word(column, code, known, w):
    """Write what a row counts."""
    if column == "combination":
        return _roles(code, w)
    families = {"actor_type": "type", "code": "mode", "field": "coverage_by_ambition.field"}
    families |= {"notebook": "programme.notebook", "section": "report.part"}
    return known[code] if column == "actor_id" else w(f"{families.get(column, column)}.{code}")


def _cell(row, w):
    text = f"{row['count']}/{row['of']}"
    if row.get("low", None) is None or row["low"] != row["low"]:
        return text
    low, high = (w.number(100 * row[end]) for end in ("low", "high"))
    return f"{text} ({low}–{w.share(row['high'], 1)})" if low != high else f"{text} ({w.share(row['high'], 1)})"


def ambitions_status(dataset, lang=None):
    """Say which ambitions are loaded, with how many laureates, and whether there is something to compare.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> ambitions_status(load(), "en").split(",")[0]
    'Only one ambition is loaded: ambition 4'
    """
    w = Words(lang)
    parts = []
    for row in loaded(dataset).to_dict("records"):
        name, title = _name(row["number"], w), row[f"title_{w.lang}"]
        name = w("comparison.titled", ambition=name, title=title) if title else name
        parts.append((name, w.count(row["count"], "laureate")))
    said = w.join([w("comparison.part", ambition=name, laureates=number) for name, number in parts])
    if dataset.left_out and parts:
        form = "one" if len(parts) == 1 else "many"
        text = w(f"comparison.selected.{form}", count=len(parts), of=len(parts) + len(dataset.left_out), parts=said)
    elif len(parts) == 1:
        return w("comparison.one", ambition=parts[0][0], laureates=parts[0][1])
    elif not parts:
        return w("comparison.zero")
    else:
        text = w("comparison.several", count=len(parts), parts=said)
    return _marked(text, dataset, w)


def coverage_by_ambition(dataset, lang=None):
    """Say how many laureates of which ambitions are analysed, and of how many funded projects.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> "11 of 440 funded projects" in coverage_by_ambition(load(), "en")
    True
    """
    w = Words(lang)
    table, names, parts = comparison.coverage_by_ambition(dataset), _names(dataset, w), []
    for ambition in dict.fromkeys(table["ambition_id"]):
        mine = table[table["ambition_id"] == ambition].set_index("field")
        count, of = mine["count"], mine["of"]
        values = {"enjeux": count["enjeux"], "listed": of["enjeux"]}
        values |= {"departments": count["departments"], "region": of["departments"]}
        laureates = w.count(count["laureates"], "laureate")
        parts.append(w("overview.coverage.part", ambition=names[ambition], laureates=laureates, **values))
    number, told = len(dataset.laureates), funded(dataset, w.lang)
    if not parts:
        return w("overview.coverage.none", funded=told)
    of = w("programme.of.one") if len(parts) == 1 else w("programme.of.many", count=len(parts))
    values = {"laureates": w.count(number, "laureate"), "ambitions": of, "parts": w.join(parts), "funded": told}
    text = w("overview.coverage", **values)
    return _marked(text, dataset, w)


def funded(dataset, lang=None):
    """Say which number of funded projects the documents state, all of them where they differ, or that none does."""
    w = Words(lang)
    names = _names(dataset, w)
    rows, count = comparison.funded(dataset).to_dict("records"), len(dataset.laureates)
    said = [(w.number(r["funded"]), [names[a] for a in r["ambitions"].split("; ")]) for r in rows]
    if len(rows) == 1:
        form = "one" if len(said[0][1]) == 1 else "many"
        source = w(f"overview.funded.source.{form}", ambitions=w.join(said[0][1]))
        share = w.share(count, rows[0]["funded"], 1)
        return w("overview.funded.one", count=w.number(count), funded=said[0][0], share=share, source=source)
    parts = [w("overview.funded.part", funded=number, ambitions=w.join(of)) for number, of in said]
    return w("overview.funded.many", parts=w.join(parts)) if parts else w("overview.funded.none")


def roles_by_ambition(dataset, lang=None):
    """Say how many laureates of each ambition have each role.

    Examples
    --------
    >>> roles_by_ambition(invented_example.load(), "en").split(";")[1]
    ' Inspirer, ambition 8: 2/6, ambition 9: 5/7'
    """
    w = Words(lang)
    table = comparison.roles_by_ambition(dataset).to_dict("records")
    if not any(row["count"] for row in table):
        return _marked(w("overview.no_roles"), dataset, w)
    names, parts = _names(dataset, w), []
    for role in ROLES:
        cells = [(names[r["ambition_id"]], f"{r['count']}/{r['of']}") for r in table if r["role"] == role]
        said = [w("comparison.cell", ambition=name, words=share) for name, share in cells]
        parts.append(w("comparison.role", role=w(f"role.{role}"), parts=", ".join(said)))
    return _marked(w("comparison.roles", parts=w.listed(parts)), dataset, w)


def combinations_by_ambition(dataset, lang=None):
    """Say how many combinations of roles occur, and the most frequent one of each ambition.

    Examples
    --------
    >>> combinations_by_ambition(invented_example.load(), "en").split(",")[0]
    'On invented records: 6 combinations of roles of 7 occur'
    """
    w = Words(lang)
    table = comparison.combinations_by_ambition(dataset)
    table = table[table["combination"] != "none"]
    least = table.groupby("combination")["count"].min()
    found = table[table["total"] > 0]["combination"].nunique()
    if not found:
        return _marked(w("overview.no_roles"), dataset, w)
    parts = _tops(table, dataset, lambda row: _roles(row["combination"], w), w)
    values = {"found": found, "possible": len(least), "everywhere": int((least > 0).sum())}
    key = "overview.combinations" if len(parts) > 1 else "overview.combinations.single"
    return _marked(w(key, parts=w.listed(parts), **values), dataset, w)


def _tops(table, dataset, words, w):
    """Say which row has the greatest count in each ambition."""
    names, parts = _names(dataset, w), []
    for ambition in dict.fromkeys(table["ambition_id"]):
        mine = table[table["ambition_id"] == ambition]
        best = mine[mine["count"] == mine["count"].max()].to_dict("records")
        count = best[0]["count"]
        said = w.join(map(words, best)) if len(best) <= 2 else w("overview.tied", count=len(best))
        key = "overview.top" if count else "overview.no_top"
        parts.append(w(key, ambition=names[ambition], names=said, count=count, of=best[0]["of"]))
    return parts


def means_by_ambition(dataset, lang=None):
    """Say how many laureates of each ambition change sectors and territories, and the means most used for either.

    Examples
    --------
    >>> "ambition 8: 3/6" in means_by_ambition(invented_example.load(), "en")
    True
    """
    w = Words(lang)
    table, names, values = comparison.means_by_ambition(dataset), _names(dataset, w), {}
    if table.empty:
        return _marked(w("report.no_contributions"), dataset, w)
    cases = {ambition: records.dimensions(part) for ambition, part in loading.split(dataset).items()}
    for dimension, one, all_ in zip(DIMENSIONS, ("sector", "territory"), ("sectors", "territories"), strict=True):
        said = []
        for ambition, counts in cases.items():
            some = counts[counts["case"].isin([f"{dimension}_only", "both"])]["count"].sum()
            share = f"{some}/{counts['of'].iloc[0]}"
            said.append(w("comparison.cell", ambition=names[ambition], words=share))
        mine = table[table["dimension"] == dimension]
        best = mine[mine["total"] == mine["total"].max()].drop_duplicates("code").to_dict("records")
        top = w.join(w.quoted(w(f"mode.{row['code']}")) for row in best)
        numbers = {"count": best[0]["total"] if best else 0, "of": len(dataset.laureates)}
        form = "none" if not best else "top" if len(best) == 1 else "tied"
        values[one] = w(f"overview.means.{form}", names=top, **numbers)
        values[all_] = ", ".join(said)
    return _marked(w("overview.means", **values), dataset, w)


def actor_types_by_ambition(dataset, lang=None):
    """Say which type of actor most laureates of each ambition mobilise.

    Examples
    --------
    >>> "types of 12 are mobilised in all ambitions" in actor_types_by_ambition(invented_example.load(), "en")
    True
    """
    w = Words(lang)
    table = comparison.actor_types_by_ambition(dataset)
    if table.empty:
        return _marked(w("report.no_actors"), dataset, w)
    least = table.groupby("actor_type")["count"].min()
    parts = _tops(table, dataset, lambda row: w.quoted(w(f"type.{row['actor_type']}")), w)
    key = "overview.types" if len(parts) > 1 else "overview.types.single"
    text = w(key, parts=w.listed(parts), everywhere=int((least > 0).sum()), of=len(least))
    return _marked(text, dataset, w)


def shared_actors(dataset, lang=None):
    """Say how many actors several ambitions mobilise, and the most shared one.

    Examples
    --------
    >>> "Residents, by 6 laureates of 2 ambitions" in shared_actors(invented_example.load(), "en")
    True
    """
    w = Words(lang)
    shared = comparison.shared_actors(dataset).drop_duplicates("actor_id")
    single = "" if len(loaded(dataset)) > 1 else ".single"
    if shared.empty:
        none = "comparison.actors.single_none" if single else "comparison.actors.none"
        return _marked(w(none), dataset, w)
    first, known = shared.iloc[0], loading.names(dataset, "actors", w.lang)
    values = {"shared": len(shared), "named": int((shared["kind"] != "generic").sum()), "top": known[first["actor_id"]]}
    values |= {"laureates": w.count(first["total"], "laureate")}
    values |= {"number": w.count(len(first["ambitions"].split("; ")), "ambition")}
    return _marked(w(f"comparison.actors{single}", **values), dataset, w)


def actors_overlap(dataset, lang=None):
    """Say how many actors two ambitions have in common, counts beside the index; of many pairs, the ends.

    Examples
    --------
    >>> "7 in common of 17" in actors_overlap(invented_example.load(), "en")
    True
    """
    w = Words(lang)
    rows = comparison.actors_overlap(dataset).to_dict("records")
    pairs = list(zip(rows[::2], rows[1::2], strict=True))
    names = _names(dataset, w)
    if not pairs:
        return _marked(w("comparison.overlap.none"), dataset, w)
    if not any(row["either"] for row in rows):
        return _marked(w("report.no_actors"), dataset, w)
    if len(pairs) <= MOST:
        parts = w.listed([_capital(_pair(*pair, names, w)) for pair in pairs])
        return _marked(w("comparison.overlap.few", parts=parts), dataset, w)
    order = sorted(pairs, key=lambda pair: -pair[0]["jaccard"] if pair[0]["either"] else 0)
    values = {"closest": _pair(*order[0], names, w), "farthest": _pair(*order[-1], names, w)}
    return _marked(w("comparison.overlap.many", pairs=len(pairs), **values), dataset, w)


def _pair(whole, bodies, names, w):
    return w(
        "comparison.pair",
        a=names[whole["ambition_a"]],
        b=names[whole["ambition_b"]],
        shared=whole["shared"],
        either=whole["either"],
        jaccard=_index(whole["jaccard"], w),
        named=bodies["shared"],
        bodies=bodies["either"],
        other=_index(bodies["jaccard"], w),
    )


def levers_by_ambition(dataset, lang=None):
    """Say how the ambitions compare on levers, and which themes have the same name in several.

    Examples
    --------
    >>> "Mutual help" in levers_by_ambition(invented_example.load(), "en")
    True
    """
    w = Words(lang)
    names, parts = _names(dataset, w), []
    if dataset.themes.empty:
        return _marked(w("report.no_themes"), dataset, w)
    for row in comparison.levers_by_ambition(dataset).to_dict("records"):
        if row["kind"] == "lever":
            values = {name: row[name] for name in ("direct", "of", "supported", "themes")}
            parts.append(w("comparison.lever", ambition=names[row["ambition_id"]], **values))
    label = loading.names(dataset, "themes", w.lang)
    found = list(dict.fromkeys(label[theme] for theme in comparison.same_themes(dataset)["theme_id"]))
    said = w.join([w("frame.quoted", words=name) for name in found])
    same = w("comparison.same", names=said) if found else w("comparison.none_same")
    return _marked(w("comparison.levers", parts=w.join(parts), same=same), dataset, w)


def fragility_by_ambition(dataset, table, lang=None):
    """Say how many findings of each ambition's sheet are robust, and which subject one laureate moves most.

    Parameters
    ----------
    table : DataFrame
        As made by `comparison.fragility_by_ambition`.

    Examples
    --------
    >>> invented = invented_example.load()
    >>> table = comparison.fragility_by_ambition(invented, progress=False)
    >>> fragility_by_ambition(invented, table, "en").split(",")[0]
    'On invented records: Robust findings'
    """
    w = Words(lang)
    if table.empty:
        return _marked(w("overview.no_fragility"), dataset, w)
    names, parts = _names(dataset, w), []
    for ambition in dict.fromkeys(table["ambition_id"]):
        mine = table[(table["ambition_id"] == ambition) & (table["fragility"] == "robust")]
        share = w("programme.cell", count=mine["count"].sum(), of=mine["of"].sum())
        parts.append(w("comparison.cell", ambition=names[ambition], words=share))
    moved = table[table["fragility"] == "laureate"].drop_duplicates("notebook").to_dict("records")
    most = max(moved, key=lambda row: row["total"] / row["whole"])
    fragile = w.quoted(w(f"programme.notebook.{most['notebook']}"))
    values = {"fragile": fragile, "count": most["total"], "of": most["whole"]}
    return _marked(w("overview.fragility", parts=", ".join(parts), **values), dataset, w)


def _roles(combination, w):
    return " + ".join(w(f"role.{role}") for role in combination.split("+"))


def _names(dataset, w):
    numbers = zip(dataset.ambitions["ambition_id"], dataset.ambitions["number"], strict=True)
    return {ambition: _name(number, w) for ambition, number in numbers}


def _name(number, w):
    name = w("ambitions.name", number=number)
    return name[:1].lower() + name[1:]


def _capital(text):
    return text[:1].upper() + text[1:]


def _index(value, w):
    return "–" if value != value else w.number(value, 2)


def _marked(text, dataset, w):
    return w("comparison.invented", text=text) if invented_example.within(dataset) else text
