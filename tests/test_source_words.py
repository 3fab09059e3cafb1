"""The project holds facts and short anchors of the fiche, never ten of its words in a row."""

import os
import re
import subprocess
import unicodedata
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parents[1]
FICHE = Path(os.environ.get("NEOTERRA_FICHE") or REPO.parent / "shared" / "source" / "fiche-ambition-4.txt")
TEXTS = set(".py .md .csv .json .toml .yml .yaml .ipynb .txt .svg .html .cff .cfg .lock".split())


def words(text):
    """Return the words of a text, without case, tags, punctuation and kinds of apostrophe."""
    text = unicodedata.normalize("NFC", text).replace("’", "'")
    return re.findall(r"[^\W_]+", re.sub(r"<[^>]+>", " ", text).lower())


def runs(text):
    """Return every ten words in a row of a text."""
    found = words(text)
    return {tuple(found[i : i + 10]) for i in range(len(found) - 9)}


def readings(text):
    """Return a file as it is, and as its strings read: JSON escapes and line ends would hide words."""
    escaped = re.sub(r"\\u([0-9a-fA-F]{4})", lambda code: chr(int(code[1], 16)), text)
    return [text, re.sub(r"\\[nt]", " ", escaped)]


def shared(text, fiche):
    """Return one run of ten words that a text has in common with the runs of a fiche, or None."""
    common = set().union(*(runs(reading) for reading in readings(text))) & fiche
    return " ".join(min(common)) if common else None


def files():
    """Return the text files of the project that are, or could be, committed."""
    listing = ["git", "-C", str(REPO), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        names = subprocess.run(listing, capture_output=True, check=True).stdout.decode().split("\0")
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout: the files of the project cannot be told from others")
    found = [REPO / name for name in sorted(set(names)) if name]
    return [file for file in found if file.is_file() and (file.suffix.lower() in TEXTS or not file.suffix)]


def test_no_ten_words_of_the_fiche():
    if not FICHE.is_file():
        message = "no copy of the fiche here: set NEOTERRA_FICHE to yours"
        pytest.fail(message) if os.environ.get("CI") == "true" else pytest.skip(message)
    fiche = runs(FICHE.read_text(encoding="utf-8"))
    texts = files()
    assert Path(__file__) in texts
    hits = {file.relative_to(REPO): shared(file.read_text(encoding="utf-8", errors="replace"), fiche) for file in texts}
    assert {str(file): hit for file, hit in hits.items() if hit} == {}


SENTENCE = "Un ruisseau d'été traverse le vieux pré, puis la <b>grange</b> ouverte aux voisins."


@pytest.mark.parametrize(
    "text",
    [
        SENTENCE,
        SENTENCE.upper().replace("'", "’"),
        unicodedata.normalize("NFD", SENTENCE.replace("<b>", "").replace("</b>", "")),
        '["Un ruisseau d\'\\u00e9t\\u00e9 traverse\\n", "le vieux pré, puis\\n", "la grange ouverte"]',
        "<text>Un ruisseau d'été traverse</text><text>le vieux pré, puis la grange ouverte</text>",
        "a;b;Un;ruisseau;d;été;traverse;le;vieux;pré;puis;la;c",
    ],
)
def test_ten_words_are_seen(text):
    assert shared(text, runs(SENTENCE))


def test_nine_words_are_not():
    assert shared("Un ruisseau d'été traverse le vieux pré, puis deux ponts", runs(SENTENCE)) is None
    assert shared("rien", runs(SENTENCE)) is None
