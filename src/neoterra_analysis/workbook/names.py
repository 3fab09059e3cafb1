"""Ids shown by name, ``Name [id]``, and read back: what a cell holds is always exactly one id, whatever the name."""

from typing import NamedTuple

from ..contract import fold

# Columns of a table that name its rows; ``aliases`` holds several.
NAMES = {
    "sources": ("title",),
    "ambitions": ("title_fr", "title_en"),
    "enjeux": ("short_fr", "short_en", "title_fr", "title_en"),
    "laureates": ("name",),
    "actors": ("name", "short_fr", "short_en", "aliases"),
    "themes": ("label_fr", "label_en"),
}
SHOWN = {
    "sources": ("title", "title"),
    "ambitions": ("title_fr", "title_en"),
    "enjeux": ("short_fr", "short_en"),
    "laureates": ("name", "name"),
    "actors": ("name", "name"),
    "themes": ("label_fr", "label_en"),
}
LONGEST = 80


class Known(NamedTuple):
    """Ids that a column may hold: the name that each is shown by, and the ids that each folded name stands for."""

    shown: dict
    forms: dict


def shown_column(table, lang):
    """Return the column that shows the rows of a table by name, or ``""``.

    Examples
    --------
    >>> shown_column("themes", "en"), shown_column("relations", "en")
    ('label_en', '')
    """
    return SHOWN.get(table, ("", ""))[lang == "en"]


def short(name):
    """Return a name on one line, short enough for a cell that also holds an id.

    Examples
    --------
    >>> short("Le  Fieu (ville)"), len(short("x" * 99))
    ('Le Fieu (ville)', 80)
    """
    return " ".join(name.split())[:LONGEST].strip()


def known(tables, keys, content, lang):
    """Return the ids of one or more tables, with their names.

    Parameters
    ----------
    tables : tuple of str
        Where the ids stand; of an id that stands in two, the first table shows its name.
    keys : dict of str to str
        The id column of each table.
    content : dict of str to list of dict
        Rows of each table, ``{column: text}``.
    lang : {"fr", "en"}
        Language of the names shown.

    Returns
    -------
    Known

    Examples
    --------
    >>> rows = {"laureates": [{"laureate_id": "ba", "name": "Bois d'Argent"}]}
    >>> known(("laureates",), {"laureates": "laureate_id"}, rows, "fr")
    Known(shown={'ba': "Bois d'Argent"}, forms={"bois d'argent": {'ba'}})
    """
    shown, forms = {}, {}
    for table in tables:
        for row in content.get(table, []):
            one = row.get(keys[table], "")
            if not one:
                continue
            name = short(row.get(shown_column(table, lang), ""))
            shown.setdefault(one, name)
            printed = [row.get(column, "") for column in NAMES.get(table, ()) if column != "aliases"]
            for form in (name, *printed, *row.get("aliases", "").split("|")):
                if form.strip():
                    forms.setdefault(fold(" ".join(form.split())), set()).add(one)
    return Known(shown, forms)


def coded(field):
    """Return the codes of a column, with their labels in both languages.

    Examples
    --------
    >>> coded({"constraints": {"enum": ["a"]}, "categories": [{"value": "a", "label": "Un", "label_en": "One"}]})
    Known(shown={'a': ''}, forms={'un': {'a'}, 'one': {'a'}})
    """
    forms = {}
    for category in field.get("categories", []):
        for label in (category["label"], category["label_en"]):
            forms.setdefault(fold(label), set()).add(category["value"])
    return Known(dict.fromkeys(field.get("constraints", {}).get("enum", []), ""), forms)


def bracketed(text):
    """Return what stands in the last pair of brackets of a text that ends with it, else None.

    Examples
    --------
    >>> bracketed("Label [sic] [label-a]"), bracketed("x [a [b]]"), bracketed("a]"), bracketed("[a] b")
    ('label-a', 'a [b]', None, None)
    """
    depth = 0
    for at in range(len(text) - 1, -1, -1):
        depth += {"]": 1, "[": -1}.get(text[at], 0)
        if not depth:
            return text[at + 1 : -1] if at < len(text) - 1 else None
    return None


def decode(text, ids):
    """Read the id that a cell holds.

    Parameters
    ----------
    text : str
        The cell: an id, ``Name [id]``, or a name.
    ids : Known
        What the column may hold; other ids are read too, and left to the check.

    Returns
    -------
    value : str
        The id.
    finding : tuple or None
        Code of the rule, and the ids that it is about.

    Examples
    --------
    >>> ids = Known({"ba": "Bois", "bb": "Bois", "c": "Cap"}, {"bois": {"ba", "bb"}, "cap": {"c"}})
    >>> decode("Bois [bb]", ids), decode("bb", ids), decode("Cap", ids)
    (('bb', None), ('bb', None), ('c', ('read_by_name', ['c'])))
    >>> decode("Bois", ids), decode("Cap [ba]", ids)
    (('Bois', ('ambiguous_name', ['ba', 'bb'])), ('ba', ('name_of_another', ['c'])))
    """
    bare = text.strip()
    if not bare or text in ids.shown or bare in ids.shown:
        return text, None
    inner = bracketed(bare)
    if inner is not None:
        head = fold(" ".join(bare[: -len(inner) - 2].split()))
        others = ids.forms.get(head, set())
        if inner in ids.shown and others and inner not in others:
            return inner, ("name_of_another", sorted(others))
        return inner, None
    named = sorted(ids.forms.get(fold(" ".join(bare.split())), ()))
    if len(named) == 1:
        return named[0], ("read_by_name", named)
    return text, ("ambiguous_name", named) if named else None


def encode(value, ids, by_name=True):
    """Write an id as a cell that `decode` reads back as the very same text, or None if there is no such cell.

    Examples
    --------
    >>> ids = Known({"c": "Cap"}, {"cap": {"c"}})
    >>> encode("c", ids), encode("c", ids, by_name=False), encode("Cap", ids), encode("a [b]", ids)
    ('Cap [c]', 'c', '[Cap]', '[a [b]]')
    >>> encode("x]y[c]", ids) is None
    True
    """
    name = ids.shown.get(value, "") if by_name else ""
    for text in (f"{name} [{value}]" if name else value, f"[{value}]"):
        if decode(text, ids) == (value, None):
            return text
    return None
