"""The main findings of all fiches together, each with its fragility: where they agree and where they differ."""

from ..analysis import comparison, records, roles, themes
from ..dataset import loading
from ..words.codes import NONE, VERDICTS
from ..words.labels import Words
from . import programme, synthesis
from .synthesis import TIED, Told, counted, together

# The findings of a fiche whose fragility stands under a finding of the overview.
UNDER = {
    "coverage": ("coverage", "stated"),
    "roles": ("role_counts",),
    "combinations": ("combinations",),
    "means": ("contributions",),
    "actors": ("two_mode",),
    "themes": ("verdicts", "themes"),
}


def points(dataset, fragility, lang=None):
    """Tell the main findings on several fiches.

    Parameters
    ----------
    fragility : DataFrame
        As made by `comparison.fragility_by_ambition` by ``"section"``.

    Returns
    -------
    list of tuple
        For each finding its sentence and what is said of its fragility, both lists of `synthesis.Told`.

    Examples
    --------
    >>> from neoterra_analysis.dataset import invented_example
    >>> invented = invented_example.load()
    >>> found = points(invented, comparison.fragility_by_ambition(invented, "section", progress=False), "en")
    >>> found[0][0][0].text
    '13 laureates are presented by the fiches of 2 ambitions, from 6 (ambition 8) to 7 (ambition 9).'
    """
    w = Words(lang)
    made = {name: globals()[f"_{name}"](dataset, w) for name in UNDER}
    told = [(sentence, _note(dataset, fragility, UNDER[name], w)) for name, sentence in made.items()]
    return [*told, (_fragility(dataset, fragility, w), [])]


def _which(dataset, ambitions, w):
    """Name some ambitions by their numbers, the least first."""
    number = loading.by_id(dataset, "ambitions", "number")
    numbers = w.join([w.number(one) for one in sorted(number[ambition] for ambition in ambitions)])
    return w("overview.which", count=len(ambitions), numbers=numbers)


def _ends(dataset, counts, w):
    """Say between which counts the ambitions stand, and which ones have these: ``{ambition: (count, of)}``."""
    order = sorted(counts, key=lambda one: counts[one][0] / max(counts[one][1], 1))
    ends = {}
    for name, ambition in (("low", order[0]), ("high", order[-1])):
        same = [one for one in counts if counts[one] == counts[ambition]]
        ends |= {name: counts[ambition][0], f"{name}_of": counts[ambition][1], f"{name}_in": _which(dataset, same, w)}
    return ends, len({count / max(of, 1) for count, of in counts.values()}) == 1


def _coverage(dataset, w):
    table, target = loading.loaded(dataset), "table-coverage-by-ambition"
    if len(table) == 1:
        text = w("overview.point.coverage.one", laureates=len(dataset.laureates))
    else:
        counts = {row["ambition_id"]: (row["count"], 1) for row in table.to_dict("records")}
        ends, even = _ends(dataset, counts, w)
        key = "overview.point.coverage.even" if even else "overview.point.coverage"
        text = w(key, laureates=len(dataset.laureates), ambitions=len(table), **ends)
    return [Told(text, target), Told(f" {programme.funded(dataset, w.lang)}", target)]


def _leading(dataset, kind, tops, words, target, w):
    """Say what comes first in how many ambitions, and in which: ``{ambition: codes that tie}``."""
    groups = {}
    for ambition, codes in tops.items():
        groups.setdefault(tuple(codes), []).append(ambition)
    order = sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))
    if len(order) > TIED and len(order[0][1]) == 1:
        return Told(w(f"overview.point.{kind}.never", of=len(tops)), target)
    named = order if len(order) <= TIED else [group for group in order if len(group[1]) > 1]
    parts, others = [], [ambition for group in order if group not in named for ambition in group[1]]
    for codes, ambitions in named:
        key = "none" if not codes else "one" if len(codes) == 1 else "tied" if len(codes) <= TIED else "many"
        said = w(f"overview.lead.{kind}.{key}", names=w.join(words(code) for code in codes[:TIED]), ways=len(codes))
        parts.append(w("overview.in", what=said, count=len(ambitions), which=_which(dataset, ambitions, w)))
    if others:
        parts.append(w("overview.elsewhere", count=len(others), which=_which(dataset, others, w)))
    return Told(w(f"overview.point.{kind}", parts=w.listed(parts), of=len(tops)), target)


def _first(counts):
    """Return the codes with the greatest count, none where that is 0: ``{code: count}``."""
    most = max(counts.values(), default=0)
    return [code for code, count in counts.items() if count == most > 0]


def _roles(dataset, w):
    tops = {}
    for ambition, part in loading.split(dataset).items():
        table = roles.counts(part)
        tops[ambition] = _first(dict(zip(table["role"], table["count"], strict=True)))
    if not any(tops.values()):
        return [Told(w("overview.no_roles"))]
    return [_leading(dataset, "roles", tops, lambda role: w(f"role.{role}").lower(), "table-roles-by-ambition", w)]


def _combinations(dataset, w):
    tops, everywhere = {}, None
    for ambition, part in loading.split(dataset).items():
        table = roles.combinations(part).query("combination != @NONE", local_dict={"NONE": NONE})
        counts = dict(zip(table["combination"], table["count"], strict=True))
        tops[ambition] = _first(counts)
        met = {name for name, count in counts.items() if count}
        everywhere = met if everywhere is None else everywhere & met
    if not any(tops.values()):
        return [Told(w("finding.no_combination"))]
    target = "table-combinations-by-ambition"
    text = w("overview.point.everywhere", count=len(everywhere), possible=len(table))
    return [Told(text, target), _leading(dataset, "combinations", tops, lambda n: w.quoted(together(n, w)), target, w)]


def _means(dataset, w):
    tops = {}
    for ambition, part in loading.split(dataset).items():
        table = records.means(part)
        tops[ambition] = _first(dict(zip(table["code"], table["count"], strict=True)))
    if not any(tops.values()):
        return [Told(w("report.no_contributions"))]
    return [_leading(dataset, "means", tops, lambda one: w.quoted(w(f"mode.{one}")), "table-means-by-ambition", w)]


def _actors(dataset, w):
    shared = comparison.shared_actors(dataset).drop_duplicates("actor_id")
    if shared.empty:
        return [Told(w("overview.point.actors.none"))]
    first, called = shared.iloc[0], loading.names(dataset, "actors", w.lang)
    values = {"shared": len(shared), "named": int((shared["kind"] != "generic").sum())}
    values["others"] = len(shared) - values["named"]
    values |= {"top": w.quoted(called[first["actor_id"]]), "laureates": int(first["total"])}
    text = w("overview.point.actors", ambitions=len(first["ambitions"].split("; ")), **values)
    return [Told(text, "table-shared-actors")]


def _themes(dataset, w):
    if dataset.themes.empty:
        return [Told(w("prose.no_theme"))]
    counts = dict(zip(*(themes.verdicts(dataset)[name] for name in ("verdict", "count")), strict=True))
    told = [Told(w("overview.point.themes", of=len(dataset.themes)), "table-levers-by-ambition")]
    told += [one._replace(target="table-levers-by-ambition") for one in counted(counts, VERDICTS, "", w)]
    return [*told, Told(".")]


def _robust(fragility, sections=None):
    """Count the robust statistics of some findings, and all, by ambition."""
    mine = fragility[fragility["fragility"] == "robust"]
    mine = mine if sections is None else mine[mine["section"].isin(sections)]
    return {a: (int(t["count"].sum()), int(t["of"].sum())) for a, t in mine.groupby("ambition_id", sort=False)}


def _note(dataset, fragility, sections, w):
    counts = _robust(fragility, sections)
    if not sum(of for _, of in counts.values()):
        return []
    return [Told(_told(dataset, counts, "overview.note", w), "table-fragility-by-ambition-2")]


def _told(dataset, counts, key, w):
    ends, even = _ends(dataset, counts, w)
    robust, of = (sum(pair[at] for pair in counts.values()) for at in (0, 1))
    return w(f"{key}.even" if even else key, robust=robust, of=of, **ends)


def _fragility(dataset, fragility, w):
    counts = _robust(fragility)
    if not sum(of for _, of in counts.values()):
        return [Told(w("overview.no_fragility"))]
    return [Told(_told(dataset, counts, "overview.point.fragility", w), "table-fragility-by-ambition")]


def read(dataset, part, fragility, lang=None):
    """Tell what the overview says in words beside the figure of a part, all ambitions together."""
    w = Words(lang)
    if part == "fiches":
        return _coverage(dataset, w)
    if part == "fragility":
        moved = fragility[fragility["fragility"] == "laureate"].drop_duplicates("notebook").to_dict("records")
        if not moved:
            return [Told(w("overview.no_fragility"))]
        most = max(moved, key=lambda row: row["total"] / row["whole"])
        name = w.quoted(w(f"programme.notebook.{most['notebook']}"))
        text = w("overview.moved", notebook=name, count=most["total"], of=most["whole"])
        return [Told(text, "table-fragility-by-ambition")]
    if part == "levers" and (dataset.themes.empty or not comparison.possible(dataset)):
        return _themes(dataset, w)
    if part == "levers":
        label = loading.names(dataset, "themes", w.lang)
        found = list(dict.fromkeys(label[theme] for theme in comparison.same_themes(dataset)["theme_id"]))
        same = w(f"overview.themes.{'same' if found else 'none'}", names=w.join(map(w.quoted, found)))
        return [Told(w("overview.themes", same=same), "table-levers-by-ambition")]
    sentence, target = {
        "roles": (synthesis.roles_told, "table-roles-by-ambition"),
        "means": (synthesis.contributions_told, "table-means-by-ambition"),
        "actors": (synthesis.actors_told, "table-shared-actors"),
    }[part]
    return [one._replace(target=target, rows={}) for one in sentence(dataset, w)[0]]
