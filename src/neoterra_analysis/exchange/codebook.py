"""The codebook, for people (Markdown, Word) and for tools that know SKOS: each code, defined in two languages."""

import re
from typing import NamedTuple
from urllib.parse import quote

from ..dataset import rules
from ..dataset.loading import part
from ..words import labels
from . import provenance
from .tables import lost

PREFIXES = {
    "code": "urn:neoterra:codebook:",  # who has an address of their own puts it there, in one line of the file
    "dct": "http://purl.org/dc/terms/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
HELD = "theme_id ambition_id source_id number kind label_fr label_en definition_fr definition_en anchor".split()
HEADS = ("code", "fr", "definition_fr", "en", "definition_en")


class Code(NamedTuple):
    """A code: its labels and definitions, the code of another scheme that it is one of, and what else is known."""

    code: str
    fr: str
    definition_fr: str
    en: str
    definition_en: str
    broader: str = ""
    about: tuple = ()


class Scheme(NamedTuple):
    """The codes of a column, or the themes."""

    key: str
    fr: str
    en: str
    codes: list


def schemes(dataset):
    """List the coded columns of the contract and the themes, each with its codes.

    >>> from neoterra_analysis import load
    >>> next(scheme for scheme in schemes(load()) if scheme.key == "roles.role").codes[0].code
    'aiguillon'
    """
    found = []
    for table, resource in rules.tables(dataset.path).items():
        for field in resource["schema"]["fields"]:
            if coded := field.get("categories"):
                told = {"fr": "title", "en": "title_en"}
                title = [
                    labels.t("exchange.codebook.scheme", lang, table=resource[entry], column=field[entry])
                    for lang, entry in told.items()
                ]
                names = ("value", "label", "description", "label_en", "description_en")
                rows = [Code(*(one.get(name, "") for name in names)) for one in coded]
                found.append(Scheme(f"{table}.{field['name']}", *title, rows))
    rows = [
        Code(
            *(row[name] for name in ("theme_id", "label_fr", "definition_fr", "label_en", "definition_en")),
            f"themes.kind.{row['kind']}",
            tuple(str(row[name]) for name in ("ambition_id", "source_id", "number", "anchor")),
        )
        for row in dataset.themes.sort_values(["ambition_id", "number", "theme_id"]).to_dict("records")
    ]
    titles = (labels.t("exchange.codebook.themes", lang) for lang in ("fr", "en"))
    return [*found, Scheme("themes", *titles, rows)] if rows else found


def codebook(dataset, options):
    """Make the codebook in its three forms."""
    lang, found = labels.language(options.get("lang")), schemes(dataset)
    files = {".md": markdown(dataset, found, lang).encode(), ".docx": word(dataset, found, lang)}
    files[".ttl"] = turtle(dataset, found, lang).encode()
    losses = lost(dataset, [f"themes.{name}" for name in HELD], "no_definition")
    return files, losses


def _head(dataset, lang):
    """Return the title of the codebook and what it says of itself."""
    about = provenance(dataset, lang)
    title = f"{labels.t('exchange.codebook.title', lang)} ({part(dataset)})"
    return title, f"sha256 {about['sha256']}. {about['source']}. {about['licence']}. {about['creator']}."


def _rows(scheme, lang):
    """Return the heads and the rows of the table of a scheme."""
    heads = [labels.t(f"exchange.codebook.{name}", lang) for name in HEADS]
    if scheme.key != "themes":
        return heads, [list(code[:5]) for code in scheme.codes]
    rows = [[*code[:5], "; ".join((code.broader.rpartition(".")[2], *code.about))] for code in scheme.codes]
    return [*heads, labels.t("exchange.codebook.about", lang)], rows


def markdown(dataset, found, lang):
    """Write the codebook as Markdown."""
    title, about = _head(dataset, lang)
    lines = [f"# {_escaped(title)}", "", _escaped(about)]
    for scheme in found:
        heads, rows = _rows(scheme, lang)
        name = labels.t("exchange.codebook.codes", lang, title=getattr(scheme, lang), column=scheme.key)
        lines += ["", f"## {_escaped(name)}", ""]
        lines += [f"| {' | '.join(map(_escaped, row))} |" for row in (heads, ["---"] * len(heads), *rows)]
    return "\n".join(lines) + "\n"


def _escaped(text):
    """Write a text so that Markdown shows it as it is, within a line that begins otherwise."""
    return re.sub(r"([\\`*_{}\[\]<>&#|~])", r"\\\1", text).replace("\n", "<br>")


def word(dataset, found, lang):
    """Write the codebook as a Word document."""
    from ..pages import as_word, model

    sections = []
    for scheme in found:
        heads, rows = _rows(scheme, lang)
        name = labels.t("exchange.codebook.codes", lang, title=getattr(scheme, lang), column=scheme.key)
        cells = tuple(tuple((model.Run(_printable(text)),) for text in row) for row in rows)
        table = model.Table(f"codes-{scheme.key}", name, tuple(heads), cells)
        sections.append(model.Section(f"scheme-{scheme.key}", getattr(scheme, lang), (table,)))
    title, about = _head(dataset, lang)
    return as_word.write(model.Report(lang, title, "", _printable(about), dataset.digest, tuple(sections)))


def _printable(text):
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "\N{REPLACEMENT CHARACTER}", text)


def turtle(dataset, found, lang):
    """Write the codebook as SKOS: a concept scheme for each coded column, a concept for each code."""
    about = provenance(dataset, lang)
    lines = [f"@prefix {name}: <{address}> ." for name, address in PREFIXES.items()]
    sources = ", ".join(_literal(text) for text in (about["source"], f"sha256:{about['sha256']}"))
    for scheme in found:
        own = _iri(scheme.key)
        titles = ", ".join(_literal(getattr(scheme, one), one) for one in ("fr", "en") if getattr(scheme, one))
        # A theme stands under its kind, which is a code of another scheme and is at the top of this one too.
        above = list(dict.fromkeys(code.broader or f"{scheme.key}.{code.code}" for code in scheme.codes))
        tops = ", ".join(map(_iri, above))
        said = [f"dct:title {titles}"] if titles else []
        said += [f"dct:source {sources}", f"dct:license <{LICENCE}>", f"dct:creator {_literal(about['creator'])}"]
        lines += ["", _said(own, "skos:ConceptScheme", [*said, *([f"skos:hasTopConcept {tops}"] if tops else [])])]
        for code in dict.fromkeys(code.broader for code in scheme.codes if code.broader):
            lines.append(f"{_iri(code)} skos:inScheme {own} ; skos:topConceptOf {own} .")
        for code in scheme.codes:
            said = [f"skos:inScheme {own}", f"skos:notation {_literal(code.code)}"]
            said.append(f"skos:broader {_iri(code.broader)}" if code.broader else f"skos:topConceptOf {own}")
            texts = {"prefLabel": (code.fr, code.en), "definition": (code.definition_fr, code.definition_en)}
            for name, both in texts.items():
                said += [f"skos:{name} {_literal(x, one)}" for x, one in zip(both, ("fr", "en"), strict=True) if x]
            if code.about:
                ambition, source, number, anchor = code.about
                said += [f"dct:isPartOf {_literal(ambition)}", f"dct:source {_literal(source)}"]
                said += [f'dct:identifier "{number}"^^xsd:integer'] if number.isdecimal() else []
                said += [f"skos:example {_literal(anchor, 'fr')}"] if anchor else []
            lines += ["", _said(_iri(f"{scheme.key}.{code.code}"), "skos:Concept", said)]
    return "\n".join(lines) + "\n"


def _said(subject, kind, said):
    return f"{subject} a {kind} ;\n  " + " ;\n  ".join(said) + " ."


def _iri(key):
    return "code:" + re.sub(r"\.$", "%2E", quote(key, safe="").replace("~", "%7E"))


def _literal(text, lang=""):
    r"""Write a text as Turtle does.

    >>> print(_literal('a "b"\n', "fr"))
    "a \"b\"\n"@fr
    """
    marks = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    safe = "".join(marks.get(one) or (f"\\u{ord(one):04X}" if ord(one) < 32 else one) for one in text)
    return f'"{safe}"' + (f"@{lang}" if lang else "")
