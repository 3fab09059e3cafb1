"""Every word that a reader sees, in French and in English, keyed by code.

The words live in ``words/*.toml``: one entry per key, with ``fr`` and ``en``. French is the default language; the
argument ``lang`` or the environment variable ``NEOTERRA_LANG`` switches to English.
"""

import os
import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib import resources
from numbers import Real

LANGUAGES = ("fr", "en")
NARROW = "\u202f"


def language(lang=None):
    """Return the language to write in.

    >>> language("en")
    'en'
    """
    chosen = lang or os.environ.get("NEOTERRA_LANG") or "fr"
    if chosen not in LANGUAGES:
        raise ValueError(f"language {chosen!r}: choose one of {', '.join(LANGUAGES)} (argument lang or NEOTERRA_LANG)")
    return chosen


@cache
def words():
    """Return all entries, ``{key: {"fr": text, "en": text}}``, read once.

    >>> sorted(words()["role.aiguillon"])
    ['en', 'fr']
    """
    entries = {}
    folder = resources.files("neoterra_analysis") / "words"
    for file in sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name):
        for key, entry in tomllib.loads(file.read_text(encoding="utf-8")).items():
            if key in entries or set(entry) != set(LANGUAGES):
                raise ValueError(f"{file.name}: {key!r} must stand once, with exactly fr and en")
            entries[key] = entry
    return entries


def t(key, lang=None, **values):
    """Return the words for a key, with its named values filled in.

    >>> t("role.aiguillon", "fr")
    'Aiguillon'
    """
    lang = language(lang)
    text = words()[key][lang].format(**{name: _agreeing(value, lang) for name, value in values.items()})
    return typography(text) if lang == "fr" else text


def _agreeing(value, lang):
    return Agreeing(value, lang) if isinstance(value, Real) else value


class Agreeing:
    """A number that chooses the words that agree with it: ``{n:singular|plural}`` or ``{n:none|singular|plural}``.

    >>> "{n} {n:lauréat est|lauréats sont}".format(n=Agreeing(0, "fr")), f"{Agreeing(0, 'en'):nobody|one|some}"
    ('0 lauréat est', 'nobody')
    """

    def __init__(self, value, lang):
        self.value, self.single = value, value < 2 if lang == "fr" else value == 1

    def __format__(self, wanted):
        """Return the number as Python writes it, or the words that agree with it."""
        forms = wanted.split("|")
        if len(forms) == 1:
            return format(self.value, wanted)
        return forms[0] if len(forms) == 3 and not self.value else forms[-2 if self.single else -1]


def department(code, lang=None):
    """Return the name of a département, or its code in words where it is of another region; ``""``: not stated.

    >>> department("33"), department("75", "en"), department("", "en")
    ('Gironde', 'département 75', 'not stated')
    """
    key = f"department.{code or 'none'}"
    return t(key, lang) if key in words() else t("department.other", lang, code=code)


def typography(text):
    r"""Put the narrow no-break spaces that French wants around ``; : ! ? %`` and inside guillemets.

    >>> typography("Lecture : 3 %") == "Lecture\u202f: 3\u202f%"
    True
    """
    text = re.sub(r"[ \u00a0](?=[;:!?%»])", NARROW, text)
    return re.sub(r"(?<=«)[ \u00a0]", NARROW, text)


def number(value, lang=None, digits=0):
    """Write a number for a reader: decimal comma and narrow spaces in French.

    >>> number(0.728, "fr", 2), number(0.728, "en", 2)
    ('0,73', '0.73')
    """
    text = f"{value:,.{digits}f}"
    if language(lang) == "fr":
        text = text.replace(",", NARROW).replace(".", ",")
    return text


def share(part, whole, lang=None, digits=0):
    """Write a part of a whole in per cent, or a dash when the whole is 0.

    >>> share(8, 11, "en")
    '73%'
    """
    if not whole:
        return "–"
    text = number(100 * part / whole, lang, digits)
    return f"{text}{NARROW}%" if language(lang) == "fr" else f"{text}%"


def date(iso, lang=None):
    """Write a date for a reader; what is no date stays as it is.

    >>> date("2026-11-01"), date("2026-11-23", "en"), date("")
    ('1er novembre 2026', '23 November 2026', '')
    """
    found = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])-(\d\d)", iso)
    if not found:
        return iso
    year, month, day = map(int, found.groups())
    first = "er" if day == 1 and language(lang) == "fr" else ""
    return f"{day}{first} {t('date.months', lang).split()[month - 1]} {year}"


def join(items: Iterable[str], lang=None):
    """Write a list as a sentence does: ``a, b et c``.

    >>> join(["a", "b", "c"], "fr"), join(["a"], "en")
    ('a, b et c', 'a')
    """
    word = {"fr": "et", "en": "and"}[language(lang)]
    *first, last = list(items) or [""]
    return f"{', '.join(first)} {word} {last}" if first else last


def count(number_of, noun, lang=None):
    """Write a count with its noun in the right number, from the entries ``noun.NAME.one`` and ``noun.NAME.many``.

    >>> count(0, "laureate", "fr"), count(0, "laureate", "en")
    ('0 lauréat', '0 laureates')
    """
    form = "one" if number_of == 1 or (number_of < 2 and language(lang) == "fr") else "many"
    return f"{number(number_of, lang)} {t(f'noun.{noun}.{form}', lang)}"


class Words:
    """The words in one language: ``Words("fr")("role.aiguillon")``, and what is said with them.

    >>> w = Words("en")
    >>> w("role.aiguillon"), w.share(8, 11), w.join(["a", "b"]), w.quoted("a"), w.listed(["a", "b"])
    ('Spur', '73%', 'a and b', '“a”', 'a; b')
    """

    def __init__(self, lang=None):
        self.lang = language(lang)

    def __call__(self, key, **values):
        """Return the words for a key; see `t`."""
        return t(key, self.lang, **values)

    def number(self, value, digits=0):
        """Write a number; see `number`."""
        return number(value, self.lang, digits)

    def share(self, part, whole, digits=0):
        """Write a part of a whole in per cent; see `share`."""
        return share(part, whole, self.lang, digits)

    def count(self, number_of, noun):
        """Write a count with its noun; see `count`."""
        return count(number_of, noun, self.lang)

    def join(self, items):
        """Write a list as a sentence does; see `join`."""
        return join(items, self.lang)

    def quoted(self, text):
        """Write words between the quotation marks of the language."""
        return f"« {text} »" if self.lang == "fr" else f"“{text}”"

    def listed(self, parts):
        """Write a list whose parts have commas of their own."""
        return (" ; " if self.lang == "fr" else "; ").join(parts)
