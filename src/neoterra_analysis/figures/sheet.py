"""The sheet that every figure is drawn on, and what a figure says: its own words, in its language.

A sheet is 16 cm wide. The title (what the figure finds), the subtitle (what is counted) and the footer lines
(scope, reading, source, note) are wrapped by measured width; the height follows from them and from the height
asked for the plot, so that nothing can overlap. Plot axes are in centimetres, with y growing downwards.
"""

from collections import Counter
from dataclasses import dataclass, field, replace
from functools import wraps

from ..analysis import findings
from ..dataset import invented_example, loading
from ..sentences import fragility_words, prose
from ..words import labels, palette
from ..words.codes import ALL, OVERVIEW, PROGRAMME
from .marks import box, rule, sign, symbol
from .text import BODY, CM, FOOT, PLOT, balanced, block, line_height, measure, put, typeset, wrap

WIDTH, MARGIN, PAGE = 16.0, 0.35, 24.0  # cm; a figure that would be higher than a page takes an aggregated form
TITLE, SUBTITLE = 10.5, 7.6  # pt
ALT = 1500  # characters of an alt text; beyond, the largest parts are told and the others counted
NAMED = 15  # laureates that a sentence names; beyond, the first ones are named and the others counted
LARGE = 20  # laureates of a group from which its numbers are no longer called small
TWO_LINES = range(10, 14)  # laureates of a fiche of a usual size: what is read out of it may take two lines, else one
LISTED = 4  # labels that a title lists; more are counted
BLANK = "blank"  # label of axes with nothing drawn, which the alt text then says
MARK = "◇"  # beside what one changed code would change
FIGURES = {}  # the functions that draw, by name


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
    ambitions: dict = field(default_factory=dict)
    fragile: dict = field(default_factory=dict)
    sheets: int = 1
    invented: bool = False
    part: str = ALL


@dataclass(frozen=True, eq=False)
class Figure:
    """A drawn figure: its key (file name), words, data (the CSV), counted marks and matplotlib canvas."""

    part: str  # the ambition, or ambitions, that it shows: its folder
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
        `findings.fragility`: figures then carry a mark where one changed code would change what they find.

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
    ambitions = {
        ambition: labels.t("ambitions.name", lang, number=number)
        for ambition, number in zip(ds.ambitions["ambition_id"], ds.ambitions["number"], strict=True)
    }
    invented = invented_example.sources(ds)
    return Context(
        lang=lang,
        n=len(ds.laureates),
        source=prose.source_line(ds, lang),
        names=_words(ds.laureates, "laureate_id", "name", lang),
        actors=_words(ds.actors, "actor_id", f"short_{lang}", lang),
        actor_types=_words(ds.actors, "actor_id", "actor_type", lang),
        enjeux=_told_apart(_words(ds.enjeux, "enjeu_id", f"short_{lang}", lang), ds.enjeux, ambitions),
        themes=_told_apart(_words(ds.themes, "theme_id", f"label_{lang}", lang), ds.themes, ambitions),
        ambitions=ambitions,
        fragile={} if fragility is None else fragility_words.one_code(fragility, ds, lang),
        sheets=len(invented),
        invented=any(invented.values()),
        part=loading.part(ds),
    )


def _words(table, key, value, lang):
    set_as = labels.typography if lang == "fr" else str
    return {code: set_as(words) for code, words in zip(table[key], table[value], strict=True)}


def _told_apart(words, table, ambitions):
    """Add the ambition to those words that several ambitions use for codes of their own."""
    times = Counter(words.values())
    home = dict(zip(words, table["ambition_id"], strict=True))
    return {
        code: f"{text} ({ambitions[home[code]].lower()})" if times[text] > 1 else text for code, text in words.items()
    }


def figure(words=None):
    """Give a function, by its name, a figure's words, key and drawing settings, and list it in `FIGURES`.

    In place of the `Context` that a notebook passes, the function gets the figure's `Drawing`. Its words begin with
    its name, or with ``words``.
    """

    def named(function):
        name = function.__name__
        tells = findings.of_figure(name).figures[name]
        own = {"key": findings.figure_key(name), "tells": tells, "words": words or name}

        def bound(one):
            return Drawing(**vars(one), **own) if isinstance(one, Context) else one

        @wraps(function)
        def drawn(*given, **more):
            with palette.drawing():
                return function(*map(bound, given), **{key: bound(one) for key, one in more.items()})

        FIGURES[name] = drawn
        return drawn

    return named


@dataclass(frozen=True, kw_only=True)
class Drawing(Context):
    """A figure while it is drawn: what it says, its sheet, and its end."""

    key: str  # name of its files
    tells: tuple  # the statistics that its title tells
    words: str  # what the keys of its words begin with

    def say(self, name, /, **values):
        """Return words of the figure."""
        return labels.t(f"{self.words}.{name}", self.lang, **values)

    def noted(self, more):
        """Return the figure's note, and one more sentence unless it is empty."""
        return f"{self.say('note')} {capital(more)}".rstrip()

    def plural(self, name, number, /, **values):
        """Return words of the figure in the right number."""
        return plural(f"{self.words}.{name}", number, self.lang, **values)

    def word(self, key, /, **values):
        """Return words that figures share."""
        return labels.t(key, self.lang, **values)

    def count(self, number, noun):
        """Write "8 lauréats"."""
        return labels.count(number, noun, self.lang)

    def number(self, value, digits=0):
        """Write a number."""
        return labels.number(value, self.lang, digits)

    def decimal(self, value):
        """Write a number, with a decimal unless it is whole."""
        return self.number(value, 0 if float(value).is_integer() else 1)

    def percent(self, part, whole):
        """Write "73 %"."""
        return labels.share(part, whole, self.lang)

    def share(self, count, of):
        """Write "8 sur 11"."""
        return self.word("frame.share", count=count, of=of)

    def laureates(self, count, of):
        """Write "8 lauréats sur 11"."""
        return plural("frame.of", count, self.lang, of=of)

    def role(self, role, low=True):
        """Return the name of a role, as in the middle of a sentence unless ``low`` is false."""
        name = self.word(f"role.{role}")
        return name.lower() if low else name

    def join(self, items):
        """Write a list as a sentence does."""
        return labels.join(items, self.lang)

    def quoted(self, items):
        """Write a list of quoted labels as a sentence does."""
        return self.join([self.word("frame.quoted", words=item) for item in items])

    def some(self, items, most):
        """Write a list of at most so many items as a sentence does; the others are counted: "A, B et 5 autres"."""
        others = len(items) - most
        return self.join([*items[:most], *([plural("frame.others", others, self.lang)] if others > 0 else [])])

    def listed(self, parts):
        """Return the items of an alt text, separated by semicolons as the language wants them; a dash for none."""
        return {"fr": " ; ", "en": "; "}[self.lang].join(parts) or "–"

    def people(self, cell):
        """Return the names of the laureates in a cell of ids."""
        return [self.names[i] for i in ids(cell)]

    def named(self, cell):
        """Write the names of the laureates in a cell of ids, as a sentence does; of many, the first three."""
        people = self.people(cell)
        return self.some(people, NAMED if len(people) <= NAMED else 3)

    def read(self, name, cell="", /, **values):
        """Return a reading with the names of the laureates in a cell: of all if they are few, else as a line holds.

        A line that does not hold one name has the words ``NAME_brief``, then ``NAME_briefest``, if there are such.
        """
        people = self.people(cell)
        tries = [{"names": self.some(people, most)} for most in range(min(len(people), NAMED), 0, -1)] or [{}]
        forms = [(name, names) for names in tries] + [(f"{name}_{brief}", {}) for brief in ("brief", "briefest")]
        for form, names in forms:
            if f"{self.words}.{form}" in labels.words():
                words = self.say(form, **values | names)
                if len(self._hung("reading", words)[2]) <= (2 if self.n in TWO_LINES else 1):
                    break
        return words

    def _hung(self, name, text):
        """Cut a line of the footer: its head, how far the text is behind it, the lines."""
        head = self.word(f"frame.{name}")
        indent = measure(head, FOOT, "bold") + measure(" x", FOOT) - measure("x", FOOT)
        return head, indent, wrap(text, PLOT, FOOT, first=indent)

    def facts(self, row, count="count", names="laureates"):
        """Return what a sentence says of a row of a table: its codes in words, how many laureates, and which."""
        return {
            "role": self.role(row["role"]) if "role" in row else "",
            "type": self.word(f"type.{row['actor_type']}") if "actor_type" in row else "",
            "enjeu": self.enjeux.get(row.get("enjeu_id")),
            "theme": self.themes.get(row.get("theme_id")),
            "actor": self.actors.get(row.get("actor_id")),
            "share": self.laureates(row[count], row.get("of", self.n)),
            "names": self.named(row[names]) or "–",
        }

    def families(self, types):
        """Return the legend entries of the families that some actor types belong to."""
        present = {palette.FAMILY[t] for t in types}
        return [(sign(look), self.word(f"family.{f}")) for f, look in palette.FAMILY_LOOK.items() if f in present]

    def kinds(self, present):
        """Return the legend entries of the kinds of actors: what is a category, and what is not."""
        entries = [(sign(), self.word("network.named"))] if set(present) - {"generic"} else []
        return [*entries, (sign(fill="hollow"), self.word("network.generic"))] if "generic" in present else entries

    def role_head(self, ax, x, y, role, gap=0.27, sizes=(6, 8)):
        """Write the name of a role, in its colour, after its symbol."""
        look = palette.ROLE[role]
        symbol(ax, x, y, look, size=sizes[0])
        put(ax, x + gap, y, self.role(role, low=False), size=sizes[1], weight="bold", color=look.text)

    def kind_head(self, ax, y, height, kind):
        """Write the name of a kind of themes, in its colour, after its symbol and below a line."""
        look = palette.KIND[kind]
        rule(ax, 0, PLOT, y, color=palette.FAINT)
        symbol(ax, 0.12, y + height / 2, look, size=5)
        put(ax, 0.35, y + height / 2, self.word(f"kinds.{kind}"), weight="bold", color=look.text)

    def one_line(self, name, names, /, **values):
        """Return a reading that one line of the footer holds: of its names, those that do not fit are counted."""
        for most in range(len(names), -1, -1):
            reading = self.say(name, names=self.some(names, most), **values)
            if len(self._hung("reading", reading)[2]) == 1:
                break
        return reading

    def blank(self, title, subtitle=None):
        """Write the sheet of a figure that has nothing to draw, and return its axes."""
        ax = self.sheet(0.6, title, note="", subtitle=subtitle)
        ax.set_label(BLANK)
        put(ax, 0, 0.3, self.word("network.blank"), color=palette.SOFT)
        return ax

    def sheet(self, height, title, reading="", note=None, *, subtitle=None, scope=None, marked=""):
        """Write title, subtitle and footer, and return the axes of an empty plot area of the height asked for.

        Subtitle and note are those of the figure's words, unless others are given.
        """
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure as Sheet

        subtitle = self.say("subtitle") if subtitle is None else subtitle
        moved = next((self.fragile[name] for name in self.tells if name in self.fragile), "")
        fragile = " ".join(words for words in (moved, marked) if words)
        title_rows = balanced(f"{title} {MARK}" if moved else title, PLOT, TITLE, "bold")
        subtitle_rows = balanced(subtitle, PLOT, SUBTITLE) if subtitle else []
        footer = {
            "scope": scope or self.word(f"frame.scope_all.{'one' if self.sheets == 1 else 'many'}", n=self.n),
            "reading": reading,
            "source": self.source,
            "note": self.say("note") if note is None else note,
            "fragile": fragile,
        }
        foot = [self._hung(name, text) for name, text in footer.items() if text]
        stamp = 0.55 if self.invented else 0.0
        top = MARGIN + stamp + line_height(TITLE) * len(title_rows) + line_height(SUBTITLE) * len(subtitle_rows) + 0.25
        bottom = 0.32 + line_height(FOOT) * sum(len(rows) for _, _, rows in foot) + 0.2
        whole = top + height + bottom

        sheet = Sheet(figsize=(WIDTH / CM, whole / CM))
        sheet.set_label(fragile)  # `finish` says it in the alt text too
        FigureCanvasAgg(sheet)
        page = _axes(sheet, (0, 0, 1, 1), WIDTH, whole)
        if stamp:
            words = self.word("frame.invented")
            wide = measure(words, BODY, "bold") + 0.3
            box(page, MARGIN, MARGIN, wide, 0.42, facecolor=palette.WHITE, edgecolor=palette.INK, linewidth=0.8)
            put(page, MARGIN + 0.15, MARGIN + 0.21, words, weight="bold")
        y = block(page, MARGIN, MARGIN + stamp, title_rows, size=TITLE, va="top", weight="bold")
        block(page, MARGIN, y + 0.04, subtitle_rows, size=SUBTITLE, va="top", color=palette.SOFT)
        rule(page, MARGIN, WIDTH - MARGIN, top + height + 0.2)
        y = top + height + 0.32
        for head, indent, rows in foot:
            put(page, MARGIN, y + line_height(FOOT) / 2, head, size=FOOT, color=palette.SOFT, weight="bold")
            put(page, MARGIN + indent, y + line_height(FOOT) / 2, rows[0], size=FOOT, color=palette.SOFT)
            y = block(page, MARGIN, y + line_height(FOOT), rows[1:], size=FOOT, va="top", color=palette.SOFT)
        return _axes(sheet, (MARGIN / WIDTH, bottom / whole, PLOT / WIDTH, height / whole), PLOT, height)

    def room(self, *given, **more):
        """Return how high a plot finds room on a page, in cm, with the words that `sheet` is given."""
        return PAGE + 1 - self.sheet(1, *given, **more).get_figure().get_figheight() * CM

    def missing(self, table, what, title=None):
        """Return the sheet of a figure that cannot be drawn for want of the rows of a table."""
        ctx = replace(self, words="missing")
        title, words = ctx.say(f"title.{title or what}"), ctx.say("what", file=f"{what}.csv")
        ax = self.sheet(0.5, title, note="")
        put(ax, 0, 0.25, words, color=palette.SOFT)
        return ctx.finish(ax, title, table, [words.rstrip(".")])

    def finish(self, ax, title, data, parts, alt="alt", sizes=None, brief=None, **values):
        """Close a drawing: write its alt text, count its marks by name and give their ids the figure's prefix.

        Where the alt text would be too long, it has the ``brief`` parts, then those of the largest ``sizes`` only.
        """
        sheet, marks = ax.get_figure(), {}
        for artist in filter(lambda artist: "--" in (artist.get_gid() or ""), _drawn(sheet)):
            name = artist.get_gid().split("--")[0]
            marks[name] = marks.get(name, 0) + 1
            artist.set_gid(f"fig-{self.key}--{artist.get_gid()}")
        invented = f"{self.word('frame.invented')}." if self.invented else ""
        if invented:
            data = data.assign(invented=True)

        def told(parts):
            text = self.say(alt, title=title, parts=self.listed(parts), **values)
            if ax.get_label() == BLANK:
                text = self.word("network.alt_blank", title=title)
            return " ".join(words for words in (text, sheet.get_label(), invented) if words)

        text, number = told(parts), len(parts)
        if brief and len(text) > ALT:
            parts, text = brief, told(brief)
        while sizes and len(text) > ALT and number > 1:
            number -= 1
            kept = largest(sizes, [1] * len(parts), number)
            others = plural("frame.untold", len(parts) - number, self.lang)
            text = told([*(parts[i] for i in kept), others])
        part = PROGRAMME if self.key.startswith(OVERVIEW) else self.part
        return Figure(part, self.key, self.lang, typeset(title), typeset(text), data, marks, sheet)


def _drawn(artist):
    """Go over all that is drawn, but for the axes' scales, which are off: to ask for their ticks makes these."""
    from matplotlib.axis import Axis

    yield artist
    for child in artist.get_children():
        if not isinstance(child, Axis):
            yield from _drawn(child)


def _axes(sheet, place, width, height):
    ax = sheet.add_axes(place)
    ax.set_xlim(0, width)
    ax.set_ylim(height, 0)
    ax.set_axis_off()
    return ax


def largest(sizes, heights, room):
    """Return the places, in their order, of the largest rows that find room under one another.

    >>> largest([1, 3, 2], [1, 1, 1], 2)
    [1, 2]
    """
    kept = []
    for i in sorted(range(len(sizes)), key=lambda i: sizes[i], reverse=True):
        room -= heights[i]
        if room < 0:
            break
        kept.append(i)
    return sorted(kept)


def fits(ax):
    """Tell whether a sheet is no higher than a page."""
    return ax.get_figure().get_figheight() * CM <= PAGE


def plural(key, number, lang, **values):
    """Return the words ``KEY.one`` or ``KEY.many``, or ``KEY.zero`` where there are such.

    French takes the singular for 0 and 1, English for 1.

    >>> plural("frame.of", 1, "fr", of=11), plural("frame.of", 8, "en", of=11)
    ('1 lauréat sur 11', '8 of 11 laureates')
    """
    single = number < 2 if lang == "fr" else number == 1
    form = "zero" if not number and f"{key}.zero" in labels.words() else "one" if single else "many"
    return labels.t(f"{key}.{form}", lang, count=number, **values)


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
