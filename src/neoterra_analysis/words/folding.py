"""Text folded for comparison: which differences do not count where, and how words are found in another copy.

=================  ==========================================================  =====================================
folding            what it ignores                                             who uses it
=================  ==========================================================  =====================================
`fold`             case, kinds of apostrophe, dash, quotation mark and space,  the contract: names, forms, mentions;
                   composed letters                                            codes of an agreement
`unaccented`       the same, accents, spaces, dashes and underscores           slips of the pen; a draft's actors
`bare_words`       the same and all punctuation                                titles, actors, départements of a fiche
`slug`             all but ASCII letters and digits                            ids
`sort_key`         case and accents                                            lists in alphabetical order
`straight`         kinds of apostrophe, dash in a word and space, line ends;   patterns that read a fiche's French
                   of the same length
`unnumbered`       as `fold`, which number                                     running lines, page numbers
`one_line`         how long spaces are, and line ends                          what was wrapped
`plain`            what a terminal cannot show                                 the command line
`normalise`        as `fold` but for case; tags, breaks                        tracing anchors in a copy of a fiche
=================  ==========================================================  =====================================
"""

import difflib
import re
import unicodedata
from bisect import bisect

from rapidfuzz import fuzz, process

# What Unicode has more than one of; every comparison takes them from here.
APOSTROPHES = "\u2018\u2019\u201a\u201b\u02b9\u02bb\u02bc\u02bd\u02c8\u2032\u2035\ua78c\uff07`\u00b4"
HYPHENS = "\u2010\u2011\u2043\ufe63\uff0d"
DASHES = "\u2012\u2013\u2014\u2015\u2212\u02d7\ufe58\u2e3a\u2e3b\u058a\u1806\u301c\u3030"
QUOTES = "«»‹›\u201c\u201d\u201e\u201f\u2033\u2036\u301d\u301e\u301f\uff02"
SPACES = (
    "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f\x85\u00a0\u1680\u2000\u2001"
    "\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)
UNSEEN = "\u00ad\u200b\u200c\u200d\u2060\ufeff"  # soft hyphens, zero-width characters and byte-order marks
MARKS = "\u0300-\u036f"
LETTER = r"[^\W\d_]"
STRAIGHT = str.maketrans(
    {**dict.fromkeys(APOSTROPHES, "'"), **dict.fromkeys(HYPHENS, "-"), **dict.fromkeys(SPACES, " ")}
)
FOLDED = STRAIGHT | str.maketrans({**dict.fromkeys(DASHES, "-"), **dict.fromkeys(QUOTES, '"'), **dict.fromkeys(UNSEEN)})
DRAWN = str.maketrans({"→": "->", "←": "<-", "◇": "<>", "•": "*", "≥": ">=", "≤": "<=", "œ": "oe", "Œ": "OE"})
ODD = re.compile("[^ -_a-~À-ÖØ-öø-ÿŒœ]")  # what may need folding: a quick look for the many names without
WITHIN = re.compile(f"(?<={LETTER})[{DASHES}](?={LETTER})")


def fold(text):
    """Fold case, and what Unicode has more than one of, away.

    >>> fold("L’Arban\u00a0du Haut\u2011Pays") == fold("l'arban  du haut–pays")
    True
    """
    if ODD.search(text) or "  " in text:
        text = re.sub("  +", " ", unicodedata.normalize("NFC", text).translate(FOLDED))
    return text.casefold()


def plain(error):
    r"""Stand in for what a terminal cannot show (an error handler of `codecs`): letters without accents, plain marks.

    >>> import codecs
    >>> codecs.register_error("plain", plain)
    >>> "« é\u202f: → ◇ Ω »".encode("ascii", "plain"), "é\u202f→".encode("cp1252", "plain")
    (b'" e : -> <> ? "', b'\xe9 ->')
    """
    shown = error.object[error.start : error.end].translate(FOLDED).translate(DRAWN)
    letters = (unicodedata.normalize("NFKD", one).encode("ascii", "ignore").decode() or "?" for one in shown)
    return "".join(letters), error.end


def sort_key(text):
    """Fold case and accents away, to sort by."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))


def unaccented(text):
    """Fold case, accents and what joins words away too, so that near values meet.

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
    """Return a text of the same length with straight apostrophes, hyphens and spaces, without line ends, for patterns.

    >>> straight("l’art en Haute\u2011Vienne – et en Lot–et–Garonne")
    "l'art en Haute-Vienne – et en Lot-et-Garonne"
    """
    return WITHIN.sub("-", text.translate(STRAIGHT))


def one_line(text):
    """Return a text with single spaces for all runs of spaces and line ends."""
    return " ".join(text.split())


def unnumbered(line):
    """Return a line folded, whatever its numbers.

    >>> unnumbered("  Page 12  / 30 ")
    'page # / #'
    """
    return re.sub(r"\d+", "#", one_line(fold(line)))


def printed_forms(actor):
    """Return the name of an actor, then its aliases: what it may be printed as.

    >>> printed_forms({"name": "Ville", "aliases": "La Ville|mairie"})
    ['Ville', 'La Ville', 'mairie']
    """
    return [actor["name"], *filter(None, actor["aliases"].split("|"))]


SOFT = "\u00ad"
CLOSE = 0.7  # of difflib: what an anchor that stands nowhere may look like
TIGHT = set(".,;:!?()[]/'\"")
ALIKE = FOLDED | str.maketrans({"\u2026": "...", "\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl"})
ALIKE |= str.maketrans({"\ufb03": "ffi", "\ufb04": "ffl"})
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
    end = len(text) if end is None else end
    if SOFT not in text:  # most anchors of other fiches stand nowhere, which need not be looked for letter by letter
        there = text.find(wanted[1:], start, end)
        if there < 0:
            return []
        start = max(start, there - 1)
    letters = [re.escape(letter) for letter in wanted]
    if name:
        letters[0] = f"(?i:{letters[0]})"
    if SOFT in text:
        letters = [f"[-{SOFT}]" if letter == r"\-" else letter for letter in letters]
    pattern = (f"{SOFT}?" if SOFT in text else "").join(letters)
    before = rf"(?<![\w{SOFT}])" if re.match(r"\w", wanted) else ""
    after = rf"(?![\w{SOFT}])" if re.search(r"\w$", wanted) else ""
    found = re.compile(before + pattern + after).finditer(text, start, end)
    return [match.span() for match in found]


def in_order(candidates):
    """Choose one place for each item so that as many as possible follow each other without overlap.

    >>> in_order([[(0, 2), (9, 11)], [(20, 22)], [(4, 6)], [(7, 8)]])
    [(0, 2), None, (4, 6), (7, 8)]
    """
    chains = []  # (items so far, minus the gaps between them, item, place, chain before)
    ends, best = [], []  # ends of chains, and ``(items, end less gaps)`` and the chain: the later the end, the better
    for item, places in enumerate(candidates):
        known = len(chains)
        for place in places:
            at = bisect(ends, place[0])
            (size, reach), back = best[at - 1] if at else ((0, place[0]), None)
            chains.append((size + 1, reach - place[0], item, place, back))
        for back, (size, gaps, _, (_, end), _) in enumerate(chains[known:], known):
            at, worth = bisect(ends, end), (size, gaps + end)
            if at and best[at - 1][0] >= worth:
                continue
            worse = at
            while worse < len(ends) and best[worse][0] < worth:
                worse += 1
            ends[at:worse], best[at:worse] = [end], [(worth, back)]
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
    wanted, best = normalise(anchor)[0], (CLOSE, "")
    matcher = difflib.SequenceMatcher(b=wanted)
    # The likeness of rapidfuzz is never below that of difflib, which takes its time.
    for likely, most, _ in process.extract(
        wanted, list(places), scorer=fuzz.ratio, score_cutoff=99.9 * CLOSE, limit=None
    ):
        if most < 99.9 * best[0]:  # a little less: both are rounded
            break
        matcher.set_seq1(likely)
        best = max(best, (matcher.ratio(), likely))
    return places.get(best[1])
