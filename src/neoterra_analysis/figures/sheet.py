"""The sheet that every figure is drawn on; with `ink` and `publish`, all that a figure function needs.

A sheet is 16 cm wide. The title (what the figure finds), the subtitle (what is counted) and the footer lines
(scope, reading, source, note) are wrapped by measured width; the height follows from them and from the height
asked for the plot, so that nothing can overlap. Plot axes are in centimetres, with y growing downwards.
"""

from dataclasses import dataclass, field

from ..dataset import invented_example
from ..dataset.loading import by_id
from ..sentences import fragility_words
from ..words import labels, palette
from .marks import (
    BODY,
    CM,
    FOOT,
    MARGIN,
    PLOT,
    SUBTITLE,
    TITLE,
    WIDTH,
    balanced,
    block,
    box,
    line_height,
    measure,
    put,
    rule,
    typeset,
    wrap,
)

MARK = "◇"  # beside what one changed code would change


@dataclass(frozen=True)
class Context:
    """What every figure needs besides its table: language, denominator, source line, names by code."""

    lang: str
    n: int
    source: str
    names: dict
    actors: dict
    actor_types: dict
    enjeux: dict
    themes: dict
    kinds: dict
    ambitions: dict = field(default_factory=dict)
    fragile: dict = field(default_factory=dict)
    sheets: int = 1
    invented: bool = False

    def hangs(self, *statistics):
        """Return an example of one changed code that would change one of these findings, or ``""``."""
        return next((self.fragile[name] for name in statistics if name in self.fragile), "")


@dataclass(frozen=True, eq=False)
class Figure:
    """A drawn figure: its key (file name), words, data (the CSV), counted marks and matplotlib canvas."""

    key: str
    lang: str
    title: str
    alt: str
    data: object
    marks: dict
    canvas: object


def context(ds, lang=None, fragility=None):
    """Gather what all figures share.

    Parameters
    ----------
    ds : Dataset
        The loaded data.
    lang : {"fr", "en"}, optional
        Language of the figures; see `labels.language`.
    fragility : DataFrame, optional
        `headlines.fragility`: figures then carry a mark where one changed code would change what they find.

    Returns
    -------
    Context

    Raises
    ------
    ValueError
        If the language is unknown.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> context(load(), lang="en").lang
    'en'
    """
    lang = labels.language(lang)
    pairs = {
        "names": (ds.laureates, "laureate_id", "name"),
        "actors": (ds.actors, "actor_id", f"short_{lang}"),
        "actor_types": (ds.actors, "actor_id", "actor_type"),
        "enjeux": (ds.enjeux, "enjeu_id", f"short_{lang}"),
        "themes": (ds.themes, "theme_id", f"label_{lang}"),
        "kinds": (ds.themes, "theme_id", "kind"),
    }
    invented = invented_example.sources(ds)
    number = by_id(ds, "ambitions", "number")
    found = {}
    if fragility is not None:
        moved = fragility[fragility["verdict"].str.split("; ").map(lambda codes: "code" in codes)]
        found = {row["statistic"]: fragility_words.flip(row["flip"], ds, lang) for row in moved.to_dict("records")}
    return Context(
        ambitions={ambition: labels.t("ambitions.name", lang, number=n) for ambition, n in number.items()},
        fragile=found,
        sheets=len(invented),
        invented=any(invented.values()),
        lang=lang,
        n=len(ds.laureates),
        source=_source(ds, invented, number, lang),
        **{name: _words(*columns, lang) for name, columns in pairs.items()},
    )


def _source(ds, invented, number, lang):
    """Write where the records come from; what is invented has no publisher to name."""
    sources = ds.sources[ds.sources["source_id"].isin(list(invented))]
    numbers = sorted({number[a] for a in sources["ambition_id"]})
    plain = "one" if len(numbers) == 1 else "many"
    return labels.t(
        f"frame.source_invented.{plain}" if invented and all(invented.values()) else f"frame.source_text.{plain}",
        lang,
        publisher=labels.join(sorted(set(sources["publisher"])), lang),
        numbers=labels.join([str(n) for n in numbers], lang),
    )


def plural(key, number, lang, **values):
    """Return the words ``KEY.one`` or ``KEY.many``; French takes the singular for 0 and 1, English for 1.

    >>> plural("frame.of", 1, "fr", of=11), plural("frame.of", 8, "en", of=11)
    ('1 lauréat sur 11', '8 of 11 laureates')
    """
    single = number < 2 if lang == "fr" else number == 1
    return labels.t(f"{key}.{'one' if single else 'many'}", lang, count=number, **values)


def _words(table, key, value, lang):
    set_as = labels.typography if lang == "fr" else str
    return {code: set_as(words) for code, words in zip(table[key], table[value], strict=True)}


def role_name(role, ctx, low=True):
    """Return the name of a role, as in the middle of a sentence unless ``low`` is false."""
    name = labels.t(f"role.{role}", ctx.lang)
    return name.lower() if low else name


def capital(text):
    """Return a text with its first letter in upper case.

    >>> capital("role of ESS")
    'Role of ESS'
    """
    return text[:1].upper() + text[1:]


def ids(cell):
    """Return the ids of a cell that joins them by ``"; "``.

    >>> ids("adam; pivoine"), ids("")
    (['adam', 'pivoine'], [])
    """
    return cell.split("; ") if cell else []


def people(cell, ctx):
    """Return the names of the laureates in a cell of ids joined by ``"; "``."""
    return [ctx.names[i] for i in ids(cell)]


def listed(parts, lang):
    """Return the items of an alt text, separated by semicolons as the language wants them."""
    return {"fr": " ; ", "en": "; "}[lang].join(parts)


def quoted(words, lang):
    """Return a sentence's list of quoted labels.

    >>> quoted(["A", "B"], "en")
    '“A” and “B”'
    """
    return labels.join([labels.t("frame.quoted", lang, words=w) for w in words], lang)


def canvas(ctx, height, title, subtitle="", reading="", note="", scope="", hangs=(), marked=""):
    """Prepare a sheet: title, subtitle and footer written, an empty plot area of the height asked for."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure as Sheet

    how = ctx.hangs(*hangs)
    fragile = [labels.t("fragile.title", ctx.lang, how=how)] if how else []
    fragile = " ".join([*fragile, *([marked] if marked else [])])
    title_rows = balanced(f"{title} {MARK}" if how else title, PLOT, TITLE, "bold")
    subtitle_rows = balanced(subtitle, PLOT, SUBTITLE) if subtitle else []
    scope = scope or labels.t(f"frame.scope_all.{'one' if ctx.sheets == 1 else 'many'}", ctx.lang, n=ctx.n)
    foot = []
    for name, text in (
        ("scope", scope),
        ("reading", reading),
        ("source", ctx.source),
        ("note", note),
        ("fragile", fragile),
    ):
        if text:
            head = labels.t(f"frame.{name}", ctx.lang)
            indent = measure(head, FOOT, "bold") + measure(" x", FOOT) - measure("x", FOOT)
            foot.append((head, indent, wrap(text, PLOT, FOOT, first=indent)))
    stamp = 0.55 if ctx.invented else 0.0
    top = MARGIN + stamp + line_height(TITLE) * len(title_rows) + line_height(SUBTITLE) * len(subtitle_rows) + 0.25
    bottom = 0.32 + line_height(FOOT) * sum(len(rows) for _, _, rows in foot) + 0.2
    whole = top + height + bottom

    figure = Sheet(figsize=(WIDTH / CM, whole / CM))
    figure.set_label(fragile)  # `finish` says it in the alt text too
    FigureCanvasAgg(figure)
    page = _axes(figure, (0, 0, 1, 1), WIDTH, whole)
    if stamp:
        _stamp(page, ctx)
    y = block(page, MARGIN, MARGIN + stamp, title_rows, size=TITLE, va="top", weight="bold")
    block(page, MARGIN, y + 0.04, subtitle_rows, size=SUBTITLE, va="top", color=palette.SOFT)
    rule(page, MARGIN, WIDTH - MARGIN, top + height + 0.2)
    y = top + height + 0.32
    for head, indent, rows in foot:
        put(page, MARGIN, y + line_height(FOOT) / 2, head, size=FOOT, color=palette.SOFT, weight="bold")
        put(page, MARGIN + indent, y + line_height(FOOT) / 2, rows[0], size=FOOT, color=palette.SOFT)
        y = block(page, MARGIN, y + line_height(FOOT), rows[1:], size=FOOT, va="top", color=palette.SOFT)
    ax = _axes(figure, (MARGIN / WIDTH, bottom / whole, PLOT / WIDTH, height / whole), PLOT, height)
    return figure, ax


def _stamp(page, ctx):
    """Say at the very top of the sheet that the data are invented."""
    words = labels.t("frame.invented", ctx.lang)
    wide = measure(words, BODY, "bold") + 0.3
    box(page, MARGIN, MARGIN, wide, 0.42, facecolor=palette.WHITE, edgecolor=palette.INK, linewidth=0.8)
    put(page, MARGIN + 0.15, MARGIN + 0.21, words, weight="bold")


def _axes(figure, place, width, height):
    ax = figure.add_axes(place)
    ax.set_xlim(0, width)
    ax.set_ylim(height, 0)
    ax.set_axis_off()
    return ax


def finish(figure, key, ctx, title, alt, data):
    """Close a drawing: count its marks by name and give their ids the figure's prefix."""
    marks = {}
    for artist in figure.findobj(lambda a: "--" in (a.get_gid() or "")):
        name = artist.get_gid().split("--")[0]
        marks[name] = marks.get(name, 0) + 1
        artist.set_gid(f"fig-{key}--{artist.get_gid()}")
    said = f"{alt} {figure.get_label()}" if figure.get_label() else alt
    if ctx.invented:
        said, data = f"{said} {labels.t('frame.invented', ctx.lang)}.", data.assign(invented=True)
    return Figure(key, ctx.lang, typeset(title), typeset(said), data, marks, figure)
