"""The records as an RO-Crate, to be deposited: tables, contract, codebook, licences, and where each file comes from."""

import hashlib
import json
import zipfile
from datetime import date
from io import BytesIO

from .. import __version__
from ..dataset import rules
from ..dataset.loading import part
from ..fiches.draft import as_csv
from ..words import labels
from . import Loss, codebook, provenance, tables

CONTEXT = ["https://w3id.org/ro/crate/1.1/context", {"sha256": "https://schema.org/sha256"}]
SPECIFICATION = "https://w3id.org/ro/crate/1.1"
DATA_LICENCE, CODE_LICENCE = codebook.LICENCE, "https://spdx.org/licenses/MIT"
METADATA = "ro-crate-metadata.json"
TYPES = {
    "csv": "text/csv",
    "json": "application/json",
    "md": "text/markdown",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "ttl": "text/turtle",
    "cff": "application/yaml",
    "txt": "text/plain",
}


def folder(dataset, options):
    """Make the files of the deposit."""
    lang = labels.language(options.get("lang"))
    day = _day(dataset, options.get("published"), lang)
    contract = rules.tables(dataset.path)
    data = {resource["path"]: _table(dataset, name, resource) for name, resource in contract.items()}
    made, losses = {}, []
    for name, function in (("matrix", tables.matrix), ("quotes", tables.quotes), ("codebook", codebook.codebook)):
        found, _ = function(dataset, {"lang": lang})
        made |= {f"{name}{ending}": content for ending, content in found.items() if ending != ".xlsx"}
    about = {
        "datapackage.json": (dataset.path / "datapackage.json").read_bytes(),
        "DICTIONARY.md": f"{rules.dictionary(dataset.path)}\n".encode(),
        "CITATION.cff": _citation(dataset, day, lang).encode(),
        "LICENSE.txt": labels.t("exchange.deposit.licence", lang).encode(),
    }
    files = {**data, **about, **made}
    files[METADATA] = _metadata(dataset, files, [*data], [*made], day, lang).encode()
    losses = [Loss("fiche", len(dataset.sources), "rights")]
    losses += [Loss("other_ambitions", len(dataset.left_out), "selected")] if dataset.left_out else []
    kept = tables.guarded(*(getattr(dataset, name) for name in contract))
    return files, [*losses, *(loss._replace(why="formula_kept") for loss in kept)]


def zipped(dataset, options):
    """Make the deposit as one archive, the same bytes each time."""
    files, losses = folder(dataset, options)
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 3
            entry.external_attr = 0o644 << 16
            made.writestr(entry, files[name])
    return {".zip": file.getvalue()}, losses


def _day(dataset, published, lang):
    """Return the day of the deposit: the one given, or the last one that the data name."""
    try:
        known = not published or date.fromisoformat(published).isoformat() == published
    except ValueError:
        known = False
    if not known:
        raise ValueError(labels.t("exchange.deposit.not_a_day", lang, value=published))
    day = published or max([*dataset.sources["retrieved"], *dataset.decisions["date"]], default="")
    if not day:
        raise ValueError(labels.t("exchange.deposit.no_day", lang))
    return day


def _table(dataset, name, resource):
    """Write a table as the data folder holds it: the deposit is a data folder too."""
    frame = getattr(dataset, name)
    rows = frame.astype("str").replace("<NA>", "").fillna("") if len(frame) else frame
    return as_csv([field["name"] for field in resource["schema"]["fields"]], rows.to_dict("records")).encode()


def _citation(dataset, day, lang):
    """Write CITATION.cff; a JSON text is a YAML text too."""
    about = provenance(dataset, lang)

    def line(name, text, indent=""):
        return f"{indent}{name}: {json.dumps(text, ensure_ascii=False)}"

    lines = [line("cff-version", "1.2.0"), line("message", labels.t("exchange.deposit.cite", lang))]
    lines += [line("title", about["title"]), line("type", "dataset"), line("version", dataset.digest[:12])]
    lines += [line("date-released", day), line("license", "CC-BY-4.0"), "authors:"]
    lines += [line("- name", labels.t("exchange.deposit.authors", lang), "  ")]
    lines += [line("abstract", labels.t("exchange.deposit.description", lang))]
    lines += ["references:"] if len(dataset.sources) else []
    for source in dataset.sources.to_dict("records"):
        lines += [line("- type", "report", "  "), line("title", source["title"], "    "), "    authors:"]
        lines += [line("- name", source["publisher"], "      ")]
        lines += [
            line("notes", f"sha256 {source['sha256']}", "    "),
            line("date-accessed", source["retrieved"], "    "),
        ]
    return "\n".join(lines) + "\n"


def _metadata(dataset, files, data, made, day, lang):
    """Describe the files: what each is, its digest, its licence, and what it was made from, by what."""
    about, contract = provenance(dataset, lang), rules.tables(dataset.path)
    named = {resource["path"]: resource for resource in contract.values()}
    sources = [{"@id": f"#source-{one}"} for one in dataset.sources["source_id"]]
    software, authors = {"@id": "#neoterra_analysis"}, {"@id": "#authors"}

    def t(key):
        return labels.t(f"exchange.deposit.{key}", lang)

    def ids(names):
        return [{"@id": name} for name in names]

    root = {
        "@id": "./",
        "@type": "Dataset",
        "name": about["title"],
        "description": t("description"),
        "datePublished": day,
        "license": {"@id": DATA_LICENCE},
        "version": dataset.digest[:12],
        "identifier": {"@id": "#digest"},
        "inLanguage": ["fr", "en"],
        "keywords": part(dataset),
        "author": authors,
        "publisher": authors,
        "isBasedOn": sources,
        "hasPart": ids(files),
        "mentions": ids(["#coding", "#export"]),
    }
    graph = []
    for name, content in files.items():
        ending = name.rpartition(".")[2]
        one = {"@id": name, "@type": "File", "encodingFormat": TYPES.get(ending, "application/octet-stream")}
        if name in named:
            entry = "_en" if lang == "en" else ""
            one |= {"name": named[name].get(f"title{entry}", name)}
            one["description"] = named[name].get(f"description{entry}") or one["name"]
            one |= {"isBasedOn": sources, "conformsTo": {"@id": "datapackage.json"}}
        else:
            one["name"] = t(f"file.{name.partition('.')[0]}")
        if name in made:
            one["isBasedOn"] = ids(["datapackage.json"] if name.startswith("codebook") else data)
        one |= {"contentSize": str(len(content)), "sha256": hashlib.sha256(content).hexdigest()}
        graph.append(one | {"license": {"@id": DATA_LICENCE}})
    for source in dataset.sources.to_dict("records"):
        publisher = f"#publisher-{hashlib.sha256(source['publisher'].encode()).hexdigest()[:12]}"
        graph.append(
            {
                "@id": f"#source-{source['source_id']}",
                "@type": "CreativeWork",
                "name": source["title"],
                "publisher": {"@id": publisher},
                "sha256": source["sha256"],
                "identifier": f"sha256:{source['sha256']}",
                "sdDatePublished": source["retrieved"],
            }
        )
        graph.append({"@id": publisher, "@type": "Organization", "name": source["publisher"]})
    graph += [
        {"@id": "#authors", "@type": "Organization", "name": t("authors")},
        {"@id": "#digest", "@type": "PropertyValue", "propertyID": "sha256", "value": dataset.digest},
        {
            "@id": DATA_LICENCE,
            "@type": "CreativeWork",
            "name": "Creative Commons Attribution 4.0",
            "identifier": DATA_LICENCE,
        },
        {"@id": CODE_LICENCE, "@type": "CreativeWork", "name": "MIT License", "identifier": CODE_LICENCE},
        software
        | {
            "@type": "SoftwareApplication",
            "name": "neoterra_analysis",
            "softwareVersion": __version__,
            "version": __version__,
            "license": {"@id": CODE_LICENCE},
        },
        {
            "@id": "#coding",
            "@type": "CreateAction",
            "name": t("coding"),
            "agent": authors,
            "instrument": software,
            "object": sources,
            "result": ids(data),
        },
        {
            "@id": "#export",
            "@type": "CreateAction",
            "name": t("export"),
            "agent": authors,
            "instrument": software,
            "object": ids([*data, "datapackage.json"]),
            "result": ids(made),
        },
    ]
    head = {"@id": METADATA, "@type": "CreativeWork", "about": {"@id": "./"}, "conformsTo": {"@id": SPECIFICATION}}
    unique = {one["@id"]: one for one in [head, root, *graph]}  # a publisher of several documents stands once
    return json.dumps({"@context": CONTEXT, "@graph": [*unique.values()]}, ensure_ascii=False, indent=1) + "\n"
