"""What the style sheets of an HTML page say of weight, display, strikes and height: no more than a fiche needs."""

import re

NAMED = re.compile(r"(?:font|font-weight|font-family|display|visibility|text-decoration(?:-line)?|vertical-align)$")
SIMPLE = re.compile(r"([a-z][\w-]*|\*)?((?:[.#][\w-]+)*)", re.IGNORECASE)
MOST_RULES, MOST_STEPS = 2_000, 8


def rules(sheets):
    """Return the rules of style sheets by what the element itself must have: ``{key: [(rank, chain, declared)]}``.

    >>> list(rules(["@media print {.c5 {display:none}} .c5, p b {font-weight:700} .c1 {color:red}"]))
    [('.', 'c5'), ('', 'b')]
    """
    found, number = {}, 0
    for selectors, body in (rule for sheet in sheets for rule in _rules(sheet)):
        declared = declarations(body)
        for selector in selectors.split(",") if declared else ():
            number += 1
            chain = [_compound(part) for part in selector.replace(">", " ").split()]
            if not 0 < len(chain) <= MOST_STEPS or None in chain or number > MOST_RULES:
                continue
            tag, names = chain[-1]
            marks = [name[0] for _, names in chain for name in names]
            rank = (marks.count("#"), marks.count("."), sum(bool(tag) for tag, _ in chain), number)
            key = (names[0][0], names[0][1:]) if names else ("", tag)
            found.setdefault(key, []).append((rank, chain, declared))
    return found


def _rules(sheet):
    """Yield the selectors and the body of each rule, but for those in groups: for print, for small screens."""
    first, *rest = sheet.replace("<!--", " ").replace("-->", " ").split("/*")
    above, words = [], ""
    for part in re.split("([{}])", first + " ".join(piece.partition("*/")[2] for piece in rest)):
        if part == "{":
            above.append(words.rpartition(";")[2].strip())
        elif part == "}":
            if above and not any(one.startswith("@") for one in above):
                yield above[-1], words
            del above[-1:]
        words = "" if part in ("{", "}") else part


def declarations(body):
    """Return what a style says of the properties that count.

    >>> declarations("color: red; FONT-WEIGHT: Bold !important")
    {'font-weight': 'bold'}
    """
    found = {}
    for part in body.split(";"):
        name, _, value = part.partition(":")
        name = name.strip().lower()
        if value and NAMED.match(name):
            found[name] = value.lower().replace("!important", "").strip()
    return found


def of(node, sheet):
    """Return what style sheets and its own style say of an element."""
    found = {}
    if sheet:
        known, names = sheet.setdefault(None, {}), node.get("class")
        if (node.tag, node.get("id"), names) not in known:
            known[node.tag, node.get("id"), names] = _that_may_apply(node, sheet)
        for chain, declared in known[node.tag, node.get("id"), names]:
            if len(chain) == 1 or _matches(node, chain):
                found |= declared
    own = node.get("style")
    return found | declarations(own) if own else found


def _that_may_apply(node, sheet):
    """Return the rules whose last part is of an element like this one, those that ask for no more put together."""
    keys = [("", node.tag), ("", "*"), ("#", node.get("id"))]
    keys += [(".", name) for name in (node.get("class") or "").split()]
    told = sorted((rule for key in keys for rule in sheet.get(key, ())), key=lambda rule: rule[0])
    found = []
    for _, chain, declared in told:
        if _is(node, chain[-1]):
            if len(chain) == 1 and found and len(found[-1][0]) == 1:
                declared = found.pop()[1] | declared
            found.append((chain, declared))
    return found


def _compound(selector):
    """Return the tag and the names that a simple selector asks for, or None for one that is not read."""
    match = SIMPLE.fullmatch(selector)
    if not match:
        return None
    tag = (match[1] or "").lower()
    return ("" if tag == "*" and match[2] else tag), re.findall(r"[.#][\w-]+", match[2])


def _matches(node, chain):
    """Tell whether the elements around one are those that a chain of selectors asks for."""
    above = node.getparent()
    for compound in reversed(chain[:-1]):
        while above is not None and not _is(above, compound):
            above = above.getparent()
        if above is None:
            return False
        above = above.getparent()
    return True


def _is(node, compound):
    tag, names = compound
    classes = (node.get("class") or "").split()
    told = all(name[1:] == node.get("id") if name[0] == "#" else name[1:] in classes for name in names)
    return told and tag in ("", "*", node.tag)
