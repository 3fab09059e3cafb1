"""Text folded for comparison: which differences do not count where, and how words are found in another copy.

=================  ==========================================================  =====================================
folding            what it ignores                                             who uses it
=================  ==========================================================  =====================================
`fold`             case, ’ for '                                               the contract: names, forms, mentions
`unaccented`       case, accents, ’ for ', spaces, hyphens and underscores     slips of the pen; a draft's actors
`bare_words`       the same, every apostrophe and all punctuation              titles and actors of a fiche
`slug`             all but ASCII letters and digits                            ids
`sort_key`         case and accents                                            lists in alphabetical order
`straight`         the kind of apostrophe, line ends; of the same length       patterns that read a fiche's French
`unnumbered`       case, spaces, which number                                  running lines, page numbers
`one_line`         how long spaces are, and line ends                          what was wrapped
`normalise`        apostrophes, quotation marks, dashes, spaces, tags, breaks  tracing anchors in a copy of a fiche
=================  ==========================================================  =====================================
"""

import difflib
import re
import unicodedata

APOSTROPHES = "\u2018\u2019\u201b\u02bc\u2032`\u00b4"


def fold(text):
    """Fold case and the usual kind of apostrophe away.

    >>> fold("L’Arban") == fold("l'arban")
    True
    """
    return text.replace("’", "'").casefold()


def sort_key(text):
    """Fold case and accents away, to sort by."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))


def unaccented(text):
    """Fold case, accents, the kind of apostrophe and what joins words away, so that near values meet.

    >>> unaccented(" L’Échelle_bleue") == unaccented("l'echelle bleue")
    True
    """
    return sort_key(fold(text.strip())).replace(" ", "-").replace("_", "-")


def bare_words(text):
    """Return the words of a text alone, without case, accents and punctuation.

    >>> bare_words("1. L’École d’Art !")
    '1 l ecole d art'
    """
    return re.sub(r"\W+", " ", unaccented(straight(text))).strip()


def slug(text):
    """Return the id of a name: ASCII letters and digits, joined by hyphens.

    >>> slug("L'École d’Art & Cœur")
    'l-ecole-d-art-coeur'
    """
    return re.sub("[^a-z0-9]+", "-", sort_key(text.casefold().replace("œ", "oe"))).strip("-")


def straight(text):
    """Return a text of the same length with straight apostrophes and without line ends, for patterns.

    >>> straight("l’art")
    "l'art"
    """
    return re.sub(f"[{APOSTROPHES}]", "'", text).replace("\n", " ")


def one_line(text):
    """Return a text with single spaces for all runs of spaces and line ends."""
    return " ".join(text.split())


def unnumbered(line):
    """Return a line with case, spaces and its numbers folded away.

    >>> unnumbered("  Page 12  / 30 ")
    'page # / #'
    """
    return re.sub(r"\d+", "#", one_line(line.casefold()))


def printed_forms(actor):
    """Return the name of an actor, then its aliases: what it may be printed as.

    >>> printed_forms({"name": "Ville", "aliases": "La Ville|mairie"})
    ['Ville', 'La Ville', 'mairie']
    """
    return [actor["name"], *filter(None, actor["aliases"].split("|"))]


MARKS = "\u0300-\u036f"
SOFT = "\u00ad"
TIGHT = set(".,;:!?()[]/'\"")
ALIKE = str.maketrans(
    {
        **dict.fromkeys(APOSTROPHES, "'"),
        **dict.fromkeys("«»‹›\u201c\u201d\u201e\u201f\u2033", '"'),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"),
        **{"\u2026": "...", "\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl"},
    }
)
TOKEN = re.compile(
    rf"(?P<hyphen>(?<=[\w{MARKS}])[-\u2010\u00ad][^\S\t]*[\r\n][^\S\t]*(?=\w))"
    r"|(?P<cell>\t|\||</t[dh]\s*>)"
    r"|(?P<drop></?(?:a|b|em|i|mark|small|span|strong|sub|sup|u)\b[^<>]*>|\*\*"
    r"|[\u00ad\u200b-\u200d\u2060\ufeff])"
    r"|(?P<space>[^\S\t]+|</?[A-Za-z][^<>]*>)"
    rf"|(?P<character>.[{MARKS}]*)",
    re.DOTALL,
)


def normalise(text):
    """Make a text comparable with another copy of it.

    >>> normalise("l\u2019<b>art</b> .")
    ("l'art.", [0, 1, 5, 6, 7, 13])
    """
    characters, offsets = [], []
    for match in TOKEN.finditer(text):
        kind = match.lastgroup
        if kind == "drop":
            continue
        if kind == "character":
            piece = unicodedata.normalize("NFC", match.group()).translate(ALIKE)
        else:
            piece = {"hyphen": SOFT, "cell": "\t", "space": " "}[kind]
        last = characters[-1] if characters else " "
        if piece == " " and (last in " \t" or last in TIGHT):
            continue
        if characters and last == " " and (piece == "\t" or piece[0] in TIGHT):
            del characters[-1], offsets[-1]
        characters.extend(piece)
        offsets.extend([match.start()] * len(piece))
    if characters and characters[-1] == " ":
        del characters[-1], offsets[-1]
    return "".join(characters), offsets


def find(anchor, text, start=0, end=None, name=False):
    """Find an anchor, as whole words, in a normalised text.

    >>> find("ADI", "ADIEU, ADI et ATIS")
    [(7, 10)]
    >>> find("L'Atelier", "chez l'Atelier", name=True)
    [(5, 14)]
    """
    wanted, _ = normalise(anchor)
    if "\t" in wanted or not re.search(r"\w", wanted):
        return []
    letters = [re.escape(letter) for letter in wanted]
    if name:
        letters[0] = f"(?i:{letters[0]})"
    if SOFT in text:
        letters = [f"[-{SOFT}]" if letter == r"\-" else letter for letter in letters]
    pattern = (f"{SOFT}?" if SOFT in text else "").join(letters)
    before = rf"(?<![\w{SOFT}])" if re.match(r"\w", wanted) else ""
    after = rf"(?![\w{SOFT}])" if re.search(r"\w$", wanted) else ""
    found = re.compile(before + pattern + after).finditer(text, start, len(text) if end is None else end)
    return [match.span() for match in found]


def in_order(candidates):
    """Choose one place for each item so that as many as possible follow each other without overlap.

    >>> in_order([[(0, 2), (9, 11)], [(20, 22)], [(4, 6)], [(7, 8)]])
    [(0, 2), None, (4, 6), (7, 8)]
    """
    chains = []  # (items so far, minus the gaps between them, item, place, chain before)
    for item, places in enumerate(candidates):
        for place in places:
            longer = [
                (size + 1, gaps - (place[0] - end), back)
                for back, (size, gaps, before, (_, end), _) in enumerate(chains)
                if before < item and end <= place[0]
            ]
            size, gaps, back = max(longer, key=lambda chain: chain[:2], default=(1, 0, None))
            chains.append((size, gaps, item, place, back))
    chosen = [None] * len(candidates)
    back = max(range(len(chains)), key=lambda chain: chains[chain][:2], default=None)
    while back is not None:
        _, _, item, place, back = chains[back]
        chosen[item] = place
    return chosen


def nearest_place(anchor, text, start=0, end=None):
    """Return the place in a normalised text that looks most like an anchor found nowhere.

    >>> nearest_place("Fondation Tilleul", "Ville, Fondation Tilleuil")
    (7, 25)
    """
    size = len(re.findall(r"\w+", anchor))
    words = [word.span() for word in re.compile(r"\w+").finditer(text, start, len(text) if end is None else end)]
    runs = list(zip(words, words[max(size, 1) - 1 :], strict=False))
    places = {text[a:b]: (a, b) for (a, _), (_, b) in reversed(runs)}
    close = difflib.get_close_matches(normalise(anchor)[0], places, n=1, cutoff=0.7)
    return places[close[0]] if close else None
