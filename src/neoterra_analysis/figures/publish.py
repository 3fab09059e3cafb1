"""The only place that writes images: each figure as SVG, PNG, PDF, with its data and its alt text."""

import hashlib
import io
import os
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from ..words import files as aside
from ..words import labels, palette


@dataclass(frozen=True, repr=False)
class Published:
    """A figure that was saved; in a notebook it shows its picture, its alt text and its digests."""

    text: str
    alt: str
    data_digest: str
    drawing_digest: str
    png: bytes
    files: tuple

    def __repr__(self):
        """Return the same text as a notebook's ``text/plain``, which is compared from one run to the next."""
        return self.text

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"image/png": self.png, "text/plain": self.text}, {"image/png": {"alt": self.alt}}


def default_folder():
    """Return where figures are written: ``NEOTERRA_FIGURES``, else ``figures/`` beside the data folder."""
    if os.environ.get("NEOTERRA_FIGURES"):
        return Path(os.environ["NEOTERRA_FIGURES"])
    from ..dataset import rules

    return rules.find().parent / "figures"


def save(figure, folder=None):
    """Write a figure as SVG, PNG (300 dpi) and PDF, with its data as CSV and its alt text.

    The same data give the same bytes. Each file is written aside and then renamed, so that a full disk or a
    crash leaves the previous file whole.

    Parameters
    ----------
    figure : Figure
        What a figure function returned.
    folder : path, optional
        Files go to ``folder/LANG/KEY.*``; default: see `default_folder`.

    Returns
    -------
    Published
        Shows the picture in a notebook; its text holds the alt text, the digests and the counts of marks.

    Raises
    ------
    OSError
        If a file cannot be written.
    """
    folder = Path(folder) if folder else default_folder()
    files = {
        "svg": svg_bytes(figure),
        "png": png_bytes(figure, palette.PRINT_DPI),
        "pdf": pdf_bytes(figure),
        "csv": csv_bytes(figure.data),
        "txt": (figure.alt + "\n").encode(),
    }
    written = []
    for ending, content in files.items():
        path = folder / figure.lang / f"{figure.key}.{ending}"
        path.parent.mkdir(parents=True, exist_ok=True)
        aside.replace(path, content)
        written.append(path)
    digests = {
        name: hashlib.sha256(files[ending]).hexdigest()[:12] for name, ending in (("data", "csv"), ("svg", "svg"))
    }
    marks = ", ".join(labels.count(number, name, figure.lang) for name, number in figure.marks.items())
    text = labels.t("frame.printed", figure.lang, alt=figure.alt, data=digests["data"], svg=digests["svg"], marks=marks)
    preview = png_bytes(figure, palette.PREVIEW_DPI)
    return Published(text, figure.alt, digests["data"], digests["svg"], preview, tuple(written))


def _bytes(figure, kind, metadata, **more):
    target = io.BytesIO()
    with palette.drawing():
        figure.canvas.savefig(target, format=kind, metadata=metadata, **more)
    return target.getvalue()


def png_bytes(figure, dpi):
    """Return a figure as PNG with its title and alt text, in the 256 colours that it uses most."""
    import numpy as np
    from PIL import Image, PngImagePlugin

    size = [int(inches * dpi) for inches in figure.canvas.get_size_inches()]
    drawn = np.frombuffer(_bytes(figure, "rgba", None, dpi=dpi), dtype="<u4").reshape(size[1], size[0])
    codes = drawn & 0xFFFFFF  # red in the lowest byte, then green, then blue
    colors, counts = np.unique(codes, return_counts=True)
    parts = np.stack([colors & 255, colors >> 8 & 255, colors >> 16], axis=-1).astype(int)
    rank = parts @ [1 << 16, 1 << 8, 1]
    most = np.lexsort((rank, -counts))[:256]
    kept = parts[most[np.argsort(rank[most])]]
    table = np.zeros(1 << 24, dtype=np.uint8)
    table[colors] = ((parts[:, None] - kept[None]) ** 2).sum(axis=-1).argmin(axis=1)
    image = Image.fromarray(table[codes])
    image.putpalette(kept.ravel().tolist())
    said = PngImagePlugin.PngInfo()
    said.add_itxt("Title", figure.title)
    said.add_itxt("Description", figure.alt)
    target = io.BytesIO()
    image.save(target, "PNG", dpi=(dpi, dpi), pnginfo=said)
    return target.getvalue()


def pdf_bytes(figure):
    """Return a figure as PDF, whose text can be searched; its date, which changes, is left out."""
    metadata = {"Title": figure.title, "Creator": None, "Producer": None, "CreationDate": None}
    with _without_layout_tables():
        return _bytes(figure, "pdf", metadata)


@contextmanager
def _without_layout_tables():
    """Embed fonts without the tables that place letters: these are in place already, and reading them takes long."""
    from fontTools import subset

    before = subset.Options._drop_tables_default
    subset.Options._drop_tables_default = [*before, "GDEF", "GPOS", "GSUB", "kern"]
    try:
        yield
    finally:
        subset.Options._drop_tables_default = before


def svg_bytes(figure):
    """Return a figure as SVG, with its title and description; the drawing digest is that of these bytes."""
    return describe(_bytes(figure, "svg", {"Date": None, "Creator": None}), figure)


def describe(svg, figure):
    """Give an SVG its title and description, for screen readers."""
    name = f"fig-{figure.key}"
    title, alt = escape(figure.title), escape(figure.alt)
    head, tail = svg.decode().split("<svg ", 1)
    attributes, body = tail.split(">", 1)
    said = (
        f'<svg {attributes} role="img" lang="{figure.lang}" aria-labelledby="{name}-title {name}-desc">\n'
        f' <title id="{name}-title">{title}</title>\n <desc id="{name}-desc">{alt}</desc>'
    )
    return (head + said + body).encode()


def csv_bytes(data):
    r"""Write a table as CSV: UTF-8, LF, comma, decimal point, no cell that a spreadsheet runs as a formula."""
    safe = data.map(_cell).rename(columns=_cell)
    return safe.to_csv(index=False, lineterminator="\n").encode()


def _cell(value):
    if not isinstance(value, str):
        return value
    guard = "'" if value.startswith(("=", "+", "-", "@", "\t", "\r")) else ""
    return guard + value.replace("\r\n", "\n").replace("\r", "\n")
