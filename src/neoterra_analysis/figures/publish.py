"""The only place that writes images: each figure as SVG, PNG, PDF, with its data and its alt text."""

import base64
import hashlib
import io
import os
import string
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import cache
from html import escape as attribute
from pathlib import Path
from xml.sax.saxutils import escape

from ..analysis import memory
from ..words import files, labels, palette

LOOKS = (
    palette.ROLE,
    palette.KIND,
    palette.FAMILY_LOOK,
    palette.STATE,
    palette.DIMENSION,
    palette.VERDICT,
    palette.MOVED,
)
# What figures are written with; others are embedded where they are used.
LETTERS = f"{string.printable[:95]}\u00a0\u202fàâäçéèêëîïôöùûüÿœæÀÂÇÉÈÊÎÔŒ«»’“”–—…·×≥≤→°◇"
CODED = {look.color for looks in LOOKS for look in looks.values()}  # a preview keeps them, however few their pixels


@dataclass(frozen=True, repr=False)
class Published:
    """A figure that was saved; in a notebook it shows its picture, its alt text and its digests."""

    text: str
    alt: str
    png: bytes
    files: tuple
    lang: str

    def __repr__(self):
        """Return the same text as a notebook's ``text/plain``, which is compared from one run to the next."""
        return self.text

    def _repr_html_(self):
        # JupyterLab shows an image/png without any alternative text, and keeps that of an element of HTML.
        picture = base64.b64encode(self.png).decode()
        return f'<img lang="{self.lang}" alt="{attribute(self.alt)}" src="data:image/png;base64,{picture}">'


def default_folder():
    """Return where figures are written: ``NEOTERRA_FIGURES``, else ``figures/`` beside the data, or where one works."""
    if os.environ.get("NEOTERRA_FIGURES"):
        return Path(os.environ["NEOTERRA_FIGURES"])
    from ..dataset import rules

    return rules.beside(rules.find()) / "figures"


def save(figure, folder=None):
    """Write a figure as SVG, PNG (300 dpi) and PDF, with its data as CSV and its alt text; same data, same bytes.

    Parameters
    ----------
    figure : Figure
        What a figure function returned.
    folder : path, optional
        Files go to ``folder/LANG/AMBITION/KEY.*``, each in one step; default: see `default_folder`.

    Returns
    -------
    Published
        Shows the picture in a notebook; its text holds the alt text, the digests and the counts of marks.
    """
    folder = (Path(folder) if folder else default_folder()) / figure.lang / figure.part
    svg, csv = svg_bytes(figure), csv_bytes(figure.data)
    preview, png, pdf = memory.kept(lambda: _made_from(figure), _are_pictures, _writer(), _sha(svg))
    contents = {"svg": svg, "png": png, "pdf": pdf, "csv": csv, "txt": figure.alt + "\n"}
    places = [files.replace(folder / f"{figure.key}.{ending}", content) for ending, content in contents.items()]
    data, drawing = (_sha(content)[:12] for content in (csv, svg))
    marks = ", ".join(labels.count(number, name, figure.lang) for name, number in figure.marks.items())
    text = labels.t("frame.printed", figure.lang, alt=figure.alt, data=data, svg=drawing, marks=marks)
    return Published(text, figure.alt, preview, tuple(places), figure.lang)


def _are_pictures(found):
    return [one[:4] for one in found] == [b"\x89PNG", b"\x89PNG", b"%PDF"]


def _sha(content):
    return hashlib.sha256(content).hexdigest()


def _made_from(figure):
    return png_bytes(figure, palette.PREVIEW_DPI), png_bytes(figure, palette.PRINT_DPI), pdf_bytes(figure)


@cache
def _writer():
    """Return the digest of all that PNG and PDF follow from besides the drawing, which the SVG tells."""
    return memory.sources((__file__, palette.__file__), ("matplotlib", "numpy", "pillow", "fonttools"))


def _bytes(figure, kind, metadata, **more):
    target = io.BytesIO()
    with palette.drawing():
        figure.canvas.savefig(target, format=kind, metadata=metadata, **more)
    return target.getvalue()


def png_bytes(figure, dpi):
    """Return a figure as PNG with its title and alt text, in 256 colours: those of codes, then the most used."""
    import numpy as np
    from PIL import Image, PngImagePlugin

    size = [int(inches * dpi) for inches in figure.canvas.get_size_inches()]
    drawn = np.frombuffer(_bytes(figure, "rgba", None, dpi=dpi), dtype="<u4").reshape(size[1], size[0])
    codes = drawn & 0xFFFFFF  # red in the lowest byte, then green, then blue
    colors, counts = np.unique(codes, return_counts=True)
    parts = np.stack([colors & 255, colors >> 8 & 255, colors >> 16], axis=-1).astype(int)
    rank = parts @ [1 << 16, 1 << 8, 1]
    coded = np.isin(rank, [int(color[1:], 16) for color in CODED])
    most = np.lexsort((rank, -counts, ~coded))[:256]
    kept = parts[most[np.argsort(rank[most])]]
    table = np.zeros(1 << 24, dtype=np.uint8)
    for at in range(0, len(parts), 4096):  # some at a time: a figure of many tints has a hundred thousand colours
        table[colors[at : at + 4096]] = ((parts[at : at + 4096, None] - kept[None]) ** 2).sum(axis=-1).argmin(axis=1)
    image = Image.fromarray(table[codes])
    image.putpalette(kept.ravel().tolist())
    texts = PngImagePlugin.PngInfo()
    texts.add_itxt("Title", figure.title)
    texts.add_itxt("Description", figure.alt)
    target = io.BytesIO()
    image.save(target, "PNG", dpi=(dpi, dpi), pnginfo=texts)
    return target.getvalue()


def pdf_bytes(figure):
    """Return a figure as PDF, whose text can be searched; its date, which changes, is left out."""
    with _fonts_cut_once():
        metadata = {"Title": figure.title, "Creator": None, "Producer": None, "CreationDate": None}
        return _bytes(figure, "pdf", metadata)


@contextmanager
def _fonts_cut_once():
    """Embed in all PDF files of a process the same part of a font, where it holds their letters: to cut it takes long.

    It comes without the tables that place letters: these are in place, and reading the tables takes long too.
    """
    from fontTools.subset import Options
    from matplotlib.backends import _backend_pdf_ps as backend

    real, dropped = backend.get_glyphs_subset, Options._drop_tables_default
    Options._drop_tables_default = [*dropped, "GDEF", "GPOS", "GSUB", "kern"]
    backend.get_glyphs_subset = lambda font, glyphs: nullcontext(_cut(real, font, _usual(font) | frozenset(glyphs)))
    try:
        yield
    finally:
        backend.get_glyphs_subset, Options._drop_tables_default = real, dropped


@cache
def _usual(font):
    from matplotlib.ft2font import FT2Font

    known = FT2Font(str(font)).get_charmap()
    return frozenset(known[ord(letter)] for letter in LETTERS if ord(letter) in known)


@cache
def _cut(real, font, glyphs):
    return real(font, glyphs).__enter__()


def svg_bytes(figure):
    """Return a figure as SVG, with its title and description, for screen readers."""
    head, tail = _bytes(figure, "svg", {"Date": None, "Creator": None}).decode().split("<svg ", 1)
    attributes, body = tail.split(">", 1)
    name = f"fig-{figure.key}"
    described = (
        f'<svg {attributes} role="img" lang="{figure.lang}" aria-labelledby="{name}-title {name}-desc">\n'
        f' <title id="{name}-title">{escape(figure.title)}</title>\n <desc id="{name}-desc">{escape(figure.alt)}</desc>'
    )
    return (head + described + body).encode()


def csv_bytes(data):
    r"""Write a table as CSV: UTF-8, LF, comma, decimal point, no cell that a spreadsheet runs as a formula."""
    safe = data.map(files.inert).rename(columns=files.inert)
    return safe.to_csv(index=False, lineterminator="\n").encode()
