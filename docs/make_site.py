"""The documentation's site: `make_site.py [--out site] [--force]`.

Sources are gathered in a folder aside: the pages of `docs/`, the notebooks with their stored outputs, what the package,
the data and the figures say of themselves. Sphinx makes pages of them, and when all are made they take the place of
those before, in `site/docs/`; `site/index.html` leads there. Nothing is fetched, executed or dated.
"""

import argparse
import ast
import hashlib
import html
import importlib
import inspect
import json
import os
import re
import shutil
import sys
import time
from importlib import metadata
from pathlib import Path

import neoterra_analysis
from neoterra_analysis import findings, fragility, fragility_words, load, loaded, prose, roles
from neoterra_analysis.dataset import loading
from neoterra_analysis.words import files, labels
from neoterra_analysis.words.codes import PROGRAMME

ROOT = Path(__file__).resolve().parents[1]
w = labels.Words("fr")
# Where texts of the project stand in the site.
PAGES = {
    "README.md": "en/readme",
    "CONTRIBUTING.md": "en/contributing",
    "CHANGELOG.md": "en/changelog",
    "benchmarks/README.md": "en/benchmarks",
    "data/README.md": "donnees",
}
LINK = re.compile(r"(?P<image>!?)\[(?P<text>(?:[^\[\]]|\[[^\]]*\])*)\]\((?P<target>[^)\s]+)\)")
SECTION = re.compile(r"^(Parameters|Returns|Attributes|Examples)\n-+$", re.MULTILINE)
STAMP, BEFORE = ".made", ".docs.before"


def main(arguments=None):
    """Make the site, unless nothing that it is made of has changed; return 0, or 1 with the reason on the screen."""
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("--out", type=Path, default=ROOT / "site")
    asked.add_argument("--force", action="store_true")
    asked = asked.parse_args(arguments)
    started, out = time.monotonic(), asked.out.absolute()
    try:
        importlib.import_module("myst_nb")
    except ImportError:
        return _refused(labels.t("site.no_sphinx"))
    if not list(ROOT.glob("figures/fr/*/*.svg")):
        return _refused(labels.t("site.no_figures", place=ROOT / "figures" / "fr"))
    with files.locked(out, patience=600):
        place = out / "docs"
        _mend(place)
        made_of = digest(out)
        stamp = place / STAMP
        if not asked.force and stamp.is_file() and stamp.read_text(encoding="utf-8") == made_of:
            print(labels.t("site.unchanged", place=place))
            return 0
        new = files.aside(place)
        try:
            with files.scratch() as folder:
                gather(folder / "source", out)
                if _sphinx(folder, folder / "made" / "docs"):  # myst-nb writes beside it too
                    return _refused(labels.t("site.failed", place=place))
                shutil.copytree(folder / "made" / "docs", new)
            _extra(new)
            (new / ".buildinfo").unlink()
            (new / STAMP).write_text(made_of, encoding="utf-8")
            _put(new, place)
        finally:
            shutil.rmtree(new, ignore_errors=True)
        files.replace(out / "index.html", _leading())
        pages = len(list(place.rglob("*.html")))
    seconds = labels.number(time.monotonic() - started, digits=1)
    print(labels.t("site.made", place=place, pages=pages, seconds=seconds))
    return 0


def _refused(why):
    print(why, file=sys.stderr)
    return 1


def digest(out):
    """Return the digest of all that the site is made of."""
    read = [ROOT / name for name in (*PAGES, ".ci/browser")]
    for folder in ("docs", "data", "notebooks", "figures/fr", "src"):
        read += [file for file in (ROOT / folder).rglob("*") if file.is_file() and "__pycache__" not in file.parts]
    read += [file for one in documents(out) for file in one["files"]]
    told = [sys.version.split()[0], *(f"{name} {metadata.version(name)}" for name in ("sphinx", "myst-nb", "docutils"))]
    told += [f"{os.path.relpath(file, ROOT)} {hashlib.sha256(file.read_bytes()).hexdigest()}" for file in sorted(read)]
    return hashlib.sha256("\n".join(told).encode()).hexdigest() + "\n"


def _sphinx(folder, new):
    """Let Sphinx make the pages; every warning is an error."""
    from sphinx.cmd.build import build_main

    places = ["-c", ROOT / "docs", "-d", folder / "read", folder / "source", new]
    return build_main(["-b", "html", "-W", "--keep-going", "-q", "-E", *map(str, places)])


def _put(new, place):
    """Put a folder in the place of another one; what is cut between the two steps is put back by the next run."""
    before = place.with_name(BEFORE)
    if place.exists():
        os.replace(place, before)
    try:
        os.replace(new, place)
    except BaseException:
        _mend(place)
        raise
    shutil.rmtree(before, ignore_errors=True)


def _mend(place):
    """Put back the site that a run which was cut had moved aside."""
    before = place.with_name(BEFORE)
    if before.exists() and not place.exists():
        os.replace(before, place)
    shutil.rmtree(before, ignore_errors=True)


def _leading():
    """Return the page that leads to the site."""
    there = "docs/index.html"
    return (
        f'<!DOCTYPE html>\n<html lang="fr">\n<meta charset="utf-8">\n<title>neoterra_analysis</title>\n'
        f'<meta http-equiv="refresh" content="0; url={there}">\n'
        f'<p><a href="{there}">{w("site.moved")}</a></p>\n</html>\n'
    )


# --- what the pages are made of


def gather(source, out):
    """Write all sources of the site into a folder."""
    import jinja2

    fill = jinja2.Environment(undefined=jinja2.StrictUndefined, trim_blocks=True, keep_trailing_newline=True)
    dataset = load(ROOT / "data")
    notebooks = [_notebook(file, source) for file in sorted(ROOT.glob("notebooks/*.ipynb"))]
    galleries = [_gallery(folder, dataset, source) for folder in sorted(ROOT.glob("figures/fr/*/"))]
    modules = _api(source)
    for name, page in PAGES.items():
        text = linked((ROOT / name).read_text(encoding="utf-8"), Path(name).parent, page)
        # In the dictionary, each table leads to its file.
        text = re.sub(
            r"^(### (\S+\.csv))$", rf'\1\n\n{w("site.file")} <a href="data/\2">\2</a>', text, flags=re.MULTILINE
        )
        _write(source / f"{page}.md", text)
    values = {
        "notebooks": notebooks,
        "galleries": galleries,
        "modules": modules,
        "documents": documents(out),
        "axe": re.search(r"^AXE=(\S+)", (ROOT / ".ci/browser").read_text(encoding="utf-8"), re.MULTILINE)[1],
        "wheel": f"neoterra_analysis-{neoterra_analysis.__version__}-py3-none-any.whl",
        "parts": parts(dataset),
        "dataset": dataset,
        **one_number(dataset),
    }
    for page in sorted(ROOT.glob("docs/*.md")):
        _write(source / page.name, fill.from_string(page.read_text(encoding="utf-8")).render(values))


def _write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _extra(folder):
    """Copy the files that pages lead to: figures in every form that there is, tables, the contract."""
    shutil.copytree(ROOT / "figures" / "fr", folder / "figures")
    for kinds in ("data/*.csv", "data/*.json", "notebooks/*.ipynb"):
        for file in ROOT.glob(kinds):
            (folder / file.parent.name).mkdir(exist_ok=True)
            shutil.copy(file, folder / file.parent.name)


def linked(text, folder, page):
    """Let the links of a text of the project lead to pages and files of the site; of what is not there, only words."""
    up = "../" * page.count("/")

    def one(found):
        target, _, anchor = found["target"].partition("#")
        if "://" in target or not target:
            return found[0]
        place = os.path.normpath(folder / target)
        if place in PAGES:
            return f"[{found['text']}](/{PAGES[place]}.md{anchor and '#' + anchor})"
        if place.endswith(".ipynb"):
            return f"[{found['text']}](/carnets/{Path(place).name})"
        if place.startswith("figures/fr/") and found["image"]:
            file = up + place.replace("figures/fr/", "figures/", 1)
            return f'<img src="{file}" alt="{html.escape(found["text"])}">'
        if place.startswith("figures/fr/"):
            part, name = Path(place).parts[-2:]
            return f"[{found['text']}](/galerie/{part}.md#{_anchor(Path(name).stem)})"
        if place == "figures/fr":
            return f"[{found['text']}](/galerie.md)"
        if place.startswith("data/") and (ROOT / place).is_file():
            return f'<a href="{up}{place}">{_inline(found["text"])}</a>'
        return found["text"]

    # A listing is left as it is.
    parts = re.split(r"(^```.*?^```$)", text, flags=re.MULTILINE | re.DOTALL)
    return "".join(part if i % 2 else LINK.sub(one, part) for i, part in enumerate(parts))


def _inline(text):
    return re.sub(r"`([^`]*)`", r"<code>\1</code>", text)


def _anchor(key):
    return f"figure-{key}"


def _notebook(file, source):
    """Write a notebook with its code folded away and the words of its pictures; return its name and title."""
    notebook = json.loads(file.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code":
            continue
        cell["metadata"].setdefault("tags", []).append("hide-input")
        for output in cell["outputs"]:
            alt = output.get("metadata", {}).get("image/png", {}).get("alt")
            if alt:
                cell["metadata"]["mystnb"] = {"image": {"alt": alt}}
    _write(source / "carnets" / file.name, json.dumps(notebook, ensure_ascii=False))
    return {"name": file.stem, "title": _title(file.stem)}


# --- figures


def _gallery(folder, dataset, source):
    """Write the page of the figures of a part; return its name, title and number of figures."""
    title = w("site.gallery_of", part=parts(dataset).get(folder.name, folder.name))
    text, before = [f"# {title}\n"], ""
    pictures = sorted(folder.glob("*.svg"))
    for picture in pictures:
        made_by = next(
            file.stem for file in sorted(ROOT.glob("notebooks/*.ipynb")) if file.name[:2] == picture.name[:2]
        )
        if made_by != before:
            text.append(f"## {made_by[:2]}. [{{doc}}](/carnets/{made_by}.ipynb)\n".replace("{doc}", _title(made_by)))
            before = made_by
        text.append(_figure(picture, made_by))
    _write(source / "galerie" / f"{folder.name}.md", "\n".join(text))
    return {"name": folder.name, "title": title, "figures": len(pictures)}


def parts(dataset):
    """Name the ambitions, loaded or not, and the programme: ``{folder: name}``."""
    known = zip(dataset.ambitions["ambition_id"], dataset.ambitions["number"], strict=True)
    return {ambition: w("ambitions.name", number=number) for ambition, number in known} | {
        PROGRAMME: w("site.programme")
    }


def _title(notebook):
    cells = json.loads((ROOT / "notebooks" / f"{notebook}.ipynb").read_text(encoding="utf-8"))["cells"]
    return re.search(r"^# (.+)$", "".join(cells[0]["source"]), re.MULTILINE)[1]


def _figure(picture, made_by, up="../"):
    """Return a figure as Markdown: title, picture with its alternative text, scope and source, files, notebook."""
    drawn = picture.read_text(encoding="utf-8")
    title = html.unescape(re.search(r"<title[^>]*>(.*?)</title>", drawn, re.DOTALL)[1])
    width, height = (round(float(size)) for size in re.search(r'viewBox="0 0 (\S+) (\S+)"', drawn).groups())
    alt = picture.with_suffix(".txt").read_text(encoding="utf-8").strip()
    place = f"{up}figures/{picture.parent.name}/{picture.stem}"
    links = []
    for ending in ("svg", "png", "pdf", "csv"):
        file = picture.with_suffix(f".{ending}")
        if file.is_file():
            words = "site.data" if ending == "csv" else "site.image"
            links.append(f'<a href="{place}.{ending}">{w(words, kind=ending.upper(), size=size(file))}</a>')
    said = "\n".join(f"**{w(f'frame.{head}')}** {_markdown(words)}<br>" for head, words in footer(drawn).items())
    return f"""({_anchor(picture.stem)})=
### {_markdown(title)}

<img src="{place}.svg" alt="{html.escape(alt)}" width="{width}" height="{height}" loading="lazy">

{said}
**{w("site.files")}** {", ".join(links)}<br>
**{w("site.made_by")}** [{made_by}](/carnets/{made_by}.ipynb)

<details><summary>{w("site.alt")}</summary>

{_markdown(alt)}

</details>
"""


def _markdown(text):
    """Return words that Markdown shows as they are."""
    return re.sub(r"([\\`*_\[\]<>&#|{}$])", r"\\\1", text)


def size(file):
    """Write the size of a file."""
    thousands = max(1, round(file.stat().st_size / 1000))
    return w("site.size", size=thousands) if thousands < 1000 else w("site.large", size=w.number(thousands / 1000, 1))


def footer(drawn):
    """Return the scope and the source that a figure bears, as matplotlib notes them beside their letters."""
    said = [html.unescape(text) for text in re.findall(r"<!-- (.*?) -->", drawn)]
    heads = {w(f"frame.{name}"): name for name in ("scope", "reading", "source", "note")}
    found = {}
    for i, text in enumerate(said):
        if heads.get(text) in ("scope", "source"):
            lines = said[i + 1 : i + 2]
            while not lines[-1].endswith(".") and said[i + 1 + len(lines)] not in heads:
                lines.append(said[i + 1 + len(lines)])
            found[heads[text]] = " ".join(lines)
    return found


# --- reports, functions, a number


def documents(out):
    """List the documents beside the site, whatever they are called: part, title, files, these with kind and size."""
    kinds, found = {".html": w("site.page"), ".pdf": "PDF", ".docx": "Word"}, []
    for page in sorted(
        out.glob("*/*-fr.html"), key=lambda page: (page.parent.name, page.stem == "annex-fr", page.name)
    ):
        if page.parent.name != "docs":
            title = re.search(r"<title[^>]*>(.*?)</title>", page.read_text(encoding="utf-8"), re.DOTALL)[1]
            every = [file for lang in labels.LANGUAGES for file in _editions(page, lang) if file.suffix in kinds]
            named = [(file, kinds[file.suffix], file.stem[-2:], size(file)) for file in every]
            found.append({"part": page.parent.name, "title": " ".join(title.split()), "files": every, "named": named})
    return found


def _editions(page, lang):
    stem = page.stem.removesuffix("fr") + lang
    return sorted(page.parent.glob(f"{stem}.*"), key=lambda file: (file.suffix != ".html", file.suffix))


def public():
    """List the package's public functions, ``{module: [name]}``: those with a full docstring, or that a text calls."""
    homes = {n: h for n, h in neoterra_analysis._HOME.items() if n not in neoterra_analysis.__all__}
    found, called = {"": sorted(neoterra_analysis.__all__)}, _called()
    for module in ("figures", *homes):
        here = getattr(neoterra_analysis, module)
        own = {
            name: thing
            for name, thing in vars(here).items()
            if not name.startswith("_")
            and (inspect.isfunction(thing) or inspect.isclass(thing))
            and (thing.__module__ + ".").startswith(here.__name__ + ".")
        }
        told = [name for name, thing in own.items() if SECTION.search(inspect.getdoc(thing) or "")]
        found[module] = sorted({*told, *(name for name in own if (module, name) in called)})
    return found


def _called():
    """Return each ``(module, name)`` that notebooks, or the listings of README, write as ``module.name``."""
    sources = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    for file in ROOT.glob("notebooks/*.ipynb"):
        cells = json.loads(file.read_text(encoding="utf-8"))["cells"]
        sources += ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    nodes = [node for source in sources for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Attribute)]
    return {(node.value.id, node.attr) for node in nodes if isinstance(node.value, ast.Name)}


def _api(source):
    """Write a page for each module with public functions, from their docstrings; return the names of the pages."""
    pages = []
    for module, names in public().items():
        place = getattr(neoterra_analysis, module) if module else neoterra_analysis
        home = "neoterra_analysis" + (f".{module}" if module else "")
        lines = [f"# {module or ', '.join(names)}", "", "```{eval-rst}", inspect.getdoc(place), ""]
        for name in names:
            kind = "class" if inspect.isclass(getattr(place, name)) else "function"
            lines += [f".. auto{kind}:: {home}.{name}", ""]
        pages.append(module or "neoterra_analysis")
        _write(source / "api" / f"{pages[-1]}.md", "\n".join([*lines, "```", ""]))
    return pages


def one_number(dataset):
    """Return all that the page on how a number is made tells: of the commonest role of the first ambition."""
    ambition = loaded(dataset)["number"].iloc[0]
    dataset = dataset.only(int(ambition))
    counts = roles.counts(dataset)
    chosen = counts.loc[counts["count"].idxmax()]
    role, statistic = chosen["role"], f"share_{chosen['role']}"
    names = loading.names(dataset, "laureates", "fr")
    rows = roles.where(dataset)
    rows = rows[rows["role"] == role].assign(name=lambda table: table["laureate_id"].map(names))
    tried = fragility.leave_one_out(dataset, findings.role_patterns)
    tried = tried[tried["statistic"] == statistic].assign(name=lambda table: table["laureate_id"].map(names))
    table = findings.fragility(dataset, "02", progress=False)
    told = table[table["statistic"] == statistic].iloc[0]
    shown = fragility_words.show(table[table["statistic"] == statistic], dataset, "role_counts", "fr").frame.iloc[0]
    picture = ROOT / "figures" / "fr" / loading.part(dataset) / "02-role-counts.svg"
    return {
        "ambition": ambition,
        "role": w(f"role.{role}"),
        "role_code": role,
        "rows": rows.to_dict("records"),
        "count": int(chosen["count"]),
        "of": int(chosen["of"]),
        "share": w.share(chosen["count"], chosen["of"]),
        "tried": tried.to_dict("records"),
        "told": told,
        "shown": shown.to_dict(),
        "shares": lambda value: w.share(*value),
        "sentence": labels.typography(prose.role_counts(dataset, "fr")),
        "figure": _figure(picture, "02-role-patterns", up="").partition("\n\n")[2],
        "salience": {code: w(f"salience.{code}") for code in rows["salience"].unique()},
        "department": labels.department,
    }


if __name__ == "__main__":
    sys.exit(main())
