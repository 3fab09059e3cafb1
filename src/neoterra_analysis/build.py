"""Execute the notebooks and write what follows from them, fiche by fiche: figures, report, explorer; all or nothing."""

import asyncio
import atexit
import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from .analysis import memory
from .dataset import rules
from .words import files, labels
from .words.codes import ALL, OVERVIEW, PROGRAMME
from .words.labels import count, number, t

PACKAGE = Path(__file__).parent
# Their releases can change a figure's bytes.
DRAWN_WITH = ("matplotlib", "networkx", "numpy", "pandas", "pillow", "scipy")
KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
CELL_SECONDS = 600
LONGEST_SOCKET = 95  # bytes of the name; systems take 104 with what is added
SUMS = "SHA256SUMS"  # the digests of a part's figures, as `sha256sum --check` reads them
SUFFIXES = (".csv", ".pdf", ".png", ".svg", ".txt")
# The line of a notebook's parameters cell that names its fiche.
PARAMETER = re.compile(r"^(AMBITION *= *)([^#\s]+)", re.MULTILINE)
# The editions of each document: module of `pages`, ending of the file.
EDITIONS = (("as_html", "html"), ("as_word", "docx"), ("as_pdf", "pdf"))
DOCUMENTS = ("fiche", "overview", "annex")  # what files of a part are called: what people read, and its annex


class BuildError(ValueError):
    """Why nothing was written, in the reader's words."""


class Inputs(NamedTuple):
    """What the built files of a language follow from, but for the records."""

    read: str  # the digest of every file that is read
    common: str  # that of what all parts follow from
    work: dict  # what people wrote in the notebooks, by file


class Part(NamedTuple):
    """What is built together, or not at all: a fiche, or the overview of all, in a language."""

    lang: str
    name: str
    dataset: object

    @property
    def folder(self):
        """Return where its figures stand, and the notebooks that are not the project's own."""
        return f"{self.lang}/{self.name}"


def files_of(root, data, lang):
    """Read what the built files of a language follow from."""
    tables = {data / resource["path"] for resource in rules.tables(data).values()}
    found = {}
    for folder in (data, PACKAGE):
        every = [f for f in sorted(folder.rglob("*")) if not f.name.startswith(".") and "__pycache__" not in f.parts]
        found[folder] = [file for file in every if file.is_file()]
    lock = [root / "requirements.lock"] if (root / "requirements.lock").is_file() else []
    shared = [*lock, *found[PACKAGE], *(file for file in found[data] if file not in tables)]
    common = [platform.python_version(), lang, memory.sources(shared, DRAWN_WITH)]
    work = {}
    for path in sorted((root / "notebooks").glob("*.ipynb")):
        with _told(path):  # outputs, and what JupyterLab notes about the kernel, are not a person's work
            cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
            work[path.name] = [[cell["cell_type"], "".join(cell["source"]), _tags(cell)] for cell in cells]
    read = _sha(common, work, memory.sources(sorted(tables & set(found[data])), ()))
    return Inputs(read, _sha(common), work)


def inputs(found, part):
    """Return the digest of all that the files of a part follow from: not the records of other fiches."""
    work = {name: cells for name, cells in found.work.items() if _is_of(name, part)}
    return _sha(found.common, work, part.name, part.dataset.digest)


def parts(dataset, lang, ambition=None):
    """Return the parts of a programme, or those of some ambitions: each fiche, then the overview of all.

    >>> from neoterra_analysis import load
    >>> [part.name for part in parts(load(), "fr")], [part.name for part in parts(load(), "fr", 4)]
    (['ambition-4', 'programme'], ['ambition-4'])
    """
    from .dataset import loading

    fiches = loading.split(dataset if ambition is None else dataset.only(ambition))
    whole = [Part(lang, PROGRAMME, dataset)] if ambition is None else []
    return [*(Part(lang, name, one) for name, one in fiches.items()), *whole]


def _selected(ambition):
    """Return the ambitions that are asked for, on the command line or by the environment; None for all."""
    asked = ambition or os.environ.get("NEOTERRA_AMBITION")
    return None if asked in (None, "", ALL) else asked


def _is_of(notebook, part):
    return notebook.startswith(OVERVIEW) == (part.name == PROGRAMME)


def _tags(cell):
    return cell["metadata"].get("tags") or []


def _sha(*parts):
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


@contextmanager
def _told(path):
    """Say which notebook cannot be read, whatever is wrong with it."""
    try:
        yield
    except Exception as error:
        why = f"{path.name}: {str(error).partition(chr(10))[0]}"
        raise BuildError(t("build.unreadable", error=why)) from error


def last(target, lang, name):
    """Return what the last complete build of a part noted, or of a language (no name); or an empty dict."""
    try:
        return json.loads(_state(target, lang, name).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def _state(target, lang, name):
    return target / "build" / f"state-{lang}{name and '-'}{name}.json"


def is_current(target, part, digest, below=""):
    """Return whether the last build had the same inputs, and what it wrote (below a folder) is there, untouched."""
    state = last(target, part.lang, part.name)
    mine = {name: sha for name, sha in state.get("outputs", {}).items() if name.startswith(below)}
    return state.get("inputs") == digest and not _others(target, mine)


def as_it_was(target, lang, read):
    """Return whether nothing that a language's files follow from changed since all its parts were built."""
    state = last(target, lang, "")
    found = [Part(lang, name, None) for name in state.get("parts", {})]
    return state.get("read") == read and all(is_current(target, part, state["parts"][part.name]) for part in found)


def _others(target, digests):
    """Return the names of the files that are not there, or are others."""
    return [
        name for name, digest in digests.items() if not (target / name).is_file() or memory.sha(target / name) != digest
    ]


class Progress:
    """Where a build tells what it does."""

    def __init__(self, stream=None):
        self.stream = stream or sys.stdout
        self.clear = "\r\x1b[2K" if self.stream.isatty() else ""
        self.steps = {}

    def step(self, name, done, total):
        """Show how many cells of a notebook are done."""
        self.steps[name] = f"{name} {done}/{total}"
        if self.clear:
            shown = "   ".join(self.steps.values())[: shutil.get_terminal_size().columns - 1]
            print(self.clear + shown, end="", file=self.stream, flush=True)

    def end(self, name):
        """Take a notebook off the moving line."""
        self.steps.pop(name, None)

    def line(self, text):
        """Write one line that stays."""
        print(self.clear + text, file=self.stream, flush=True)


@dataclass
class Run:
    """One notebook of one part: where it is executed, and what that gave."""

    source: Path
    part: Part
    scratch: Path
    notebook: dict
    target: str  # where the executed notebook stands
    seconds: float = 0.0
    figures: list[Path] = field(default_factory=list)
    failure: str = ""


def _read(path):
    """Read a notebook, without outputs, every cell with an id of its own."""
    import nbformat

    with _told(path):
        raw = json.loads(path.read_text(encoding="utf-8"))
        used = {cell.get("id") for cell in raw["cells"]}
        seen = {None, ""}
        for place, cell in enumerate(raw["cells"], 1):
            if cell.get("id") in seen:  # an id drawn at random would change the file at each build
                cell["id"] = f"cell-{place}"
                while cell["id"] in used:
                    cell["id"] += "-bis"
            seen.add(cell["id"])
            cell["metadata"].pop("execution", None)
            if cell["cell_type"] == "code":
                cell.update(outputs=[], execution_count=None)
        raw.update(nbformat=4, nbformat_minor=5)
        raw["metadata"].pop("widgets", None)
        raw["metadata"]["kernelspec"] = KERNELSPEC
        notebook = nbformat.reads(json.dumps(raw), as_version=4)
        nbformat.validate(notebook)
    return notebook


def _prepare(source, part, known, scratch):
    """Read a notebook for a part; the project's own file is that of the fiche that its parameters cell names."""
    notebook, home = _read(source), next(iter(known.values()), "")
    for cell in notebook.cells if part.name != PROGRAMME else ():
        if named := "parameters" in _tags(cell) and PARAMETER.search(cell.source):
            home = known.get(named[2].strip("\"'"))
            if home != part.name:
                number = next(key for key, name in known.items() if name == part.name)
                value = number if number.isdigit() else repr(number)
                cell.source = PARAMETER.sub(rf"\g<1>{value}", cell.source, count=1)
    own = part.lang == "fr" and part.name in (home, PROGRAMME)
    target = f"notebooks/{source.name}" if own else f"notebooks/{part.folder}/{source.name}"
    return Run(source, part, scratch / part.folder / source.stem, notebook, target)


def _execute(run, data, sockets, clients, progress):
    """Execute one notebook in its staging folder; note its figures, or why it failed."""
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError
    from traitlets.config import Config

    name = f"{run.source.stem} ({run.part.folder})"
    total = sum(cell.cell_type == "code" and bool(cell.source.strip()) for cell in run.notebook.cells)
    figures = run.scratch / "figures"
    figures.mkdir(parents=True)
    # Two kernels may pick the same free port: sockets, where there can be, which have short names.
    kernels = {"connection_file": f"{sockets}/{id(run):x}.json"}
    local = os.name != "nt" and len(os.fsencode(kernels["connection_file"])) < LONGEST_SOCKET
    kernels["transport"] = "ipc" if local else "tcp"
    client = NotebookClient(
        run.notebook,
        config=Config(KernelManager=kernels),
        kernel_name="python3",
        timeout=CELL_SECONDS,
        record_timing=False,
        coalesce_streams=True,
        shutdown_kernel="immediate",
        on_cell_execute=lambda **_: progress.step(name, client.code_cells_executed, total),
        extra_arguments=["--HistoryManager.enabled=False"],
    )
    clients.append(client)
    env = {"NEOTERRA_LANG": run.part.lang, "NEOTERRA_DATA": str(data), "NEOTERRA_FIGURES": str(figures)}
    env["NEOTERRA_AMBITION"] = run.part.name if run.part.name != PROGRAMME else ""
    # The reader's own IPython start-up files must not change the build.
    kernel = {"cwd": str(run.source.parent), "env": {**os.environ, **env, "IPYTHONDIR": str(run.scratch)}}
    kernel |= dict.fromkeys(("stdout", "stderr"), subprocess.DEVNULL)
    started = time.monotonic()
    why = line = ""
    try:
        try:
            _wait_for(client.async_execute(**kernel))
        except RuntimeError:  # the kernel died, maybe because its port was taken
            if client.code_cells_executed:
                raise
            _wait_for(client.async_execute(**kernel))
    except CellExecutionError as error:
        why = f"{error.ename}: {error.evalue}"
        # IPython's coloured traceback points at the cell's own line.
        found = re.search(r"^-+> *\d+ +(\S.*)$", re.sub(r"\x1b\[[0-9;]*m", "", error.traceback), re.M)
        line = f"\n    {found[1]}" if found else ""
    except CellTimeoutError:
        why = t("build.too_long", seconds=CELL_SECONDS)
    except RuntimeError:
        why = t("build.died")
    atexit.unregister(client._cleanup_kernel)  # registered for good where a kernel never answered
    run.seconds = time.monotonic() - started
    progress.end(name)
    if why:
        where = t("build.cell", cell=client.code_cells_executed) if client.code_cells_executed else ""
        run.failure = t("build.failed", notebook=run.source.name, where=where, error=why) + line
        return
    run.notebook.metadata.language_info.pop("version")  # it would differ from one machine to the next
    files.replace(run.scratch / run.source.name, nbformat.writes(run.notebook).rstrip("\n") + "\n")
    run.figures = sorted(f for f in figures.rglob("*") if f.is_file())
    keys = sorted({figure.stem for figure in run.figures})
    made = f"{count(len(keys), 'figure')} {', '.join(keys)}"
    progress.line(t("build.notebook", notebook=name, seconds=number(run.seconds, digits=1), made=made))


def _wait_for(work):
    """Do work that waits for kernels, whose sockets Windows' usual loop does not know."""
    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        return runner.run(work)


def build(root, langs=("fr",), data=None, out=None, force=False, jobs=None, ambition=None, progress=None):
    """Execute the notebooks of a project for each fiche; write them and their figures, the reports, the explorers."""
    started = time.monotonic()
    root = Path(root).absolute()
    data = Path(data).absolute() if data else root / "data"
    target = rules.mine(Path(out).absolute() if out else root)
    jobs = jobs or (len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count())
    progress = progress or Progress()
    ambition = _selected(ambition)
    if not list((root / "notebooks").glob("*.ipynb")):
        raise BuildError(t("build.no_notebooks", folder=root / "notebooks"))
    with _alone(target / "build"):
        found = {lang: files_of(root, data, lang) for lang in langs}
        if not force and not ambition and all(as_it_was(target, lang, found[lang].read) for lang in langs):
            for lang in langs:
                progress.line(t("build.unchanged", figures=f"figures/{lang}"))
            return
        dataset = _load(data, ALL)
        asked = [part for lang in langs for part in parts(dataset, lang, ambition)]
        wanted = {part: inputs(found[part.lang], part) for part in asked if _sources(root, part)}
        stale = {part: digest for part, digest in wanted.items() if force or not is_current(target, part, digest)}
        for part in wanted:
            if part not in stale:
                progress.line(t("build.unchanged", figures=f"figures/{part.folder}"))
        problems = _stale(root, data, target, stale, dataset, jobs, progress) if stale else []
        for lang in langs if not ambition and not problems else ():
            _departed(target, lang, dataset, progress)
            done = {part.name: digest for part, digest in wanted.items() if part.lang == lang}
            _note(_state(target, lang, ""), {"read": found[lang].read, "parts": done})
        if problems:
            raise BuildError("\n".join(problems))
        if stale:
            progress.line(t("build.total", seconds=number(time.monotonic() - started, digits=1)))


def _load(data, ambition):
    from .dataset.loading import load  # pandas is slow to import, and not needed where nothing changed

    return load(data, ambition=ambition)


def _sources(root, part):
    """Return the notebooks of a part."""
    return [path for path in sorted((root / "notebooks").glob("*.ipynb")) if _is_of(path.name, part)]


def _note(file, state):
    files.replace(file, json.dumps(state, indent=1, sort_keys=True) + "\n")


@contextmanager
def _alone(folder):
    """Hold the folder's lock, or refuse; clear the staging folder, which a build that was killed leaves."""
    with ExitStack() as stack:
        try:
            stack.enter_context(memory.locked(folder / "lock", wait=False))
        except memory.Held:
            raise BuildError(t("build.busy")) from None
        shutil.rmtree(folder / "staging", ignore_errors=True)
        stack.callback(shutil.rmtree, folder / "staging", ignore_errors=True)
        yield


def _stale(root, data, target, digests, dataset, jobs, progress):
    """Execute the notebooks of some parts, a few at a time; write each part, or return what prevented it."""
    from .dataset import loading

    table = loading.loaded(dataset)
    numbers = dict(zip(map(str, table["number"]), table["ambition_id"], strict=True))
    known = numbers | {name: name for name in table["ambition_id"]}
    scratch = target / "build" / "staging"
    os.environ["NEOTERRA_MEMORY"] = os.environ.get("NEOTERRA_MEMORY") or str(target / "build" / "memory")
    # Without this grammar of international addresses, which no notebook needs, nbformat loads much faster.
    sys.modules.setdefault("rfc3987_syntax", None)
    runs, tasks, clients, problems = {}, {}, [], []
    for part in digests:
        before = last(target, part.lang, part.name).get("seconds", {})
        runs[part] = [_prepare(source, part, known, scratch) for source in _sources(root, part)]
        # The longest first, so that no kernel is left alone with it at the end; of new ones, the largest file.
        runs[part].sort(key=lambda run: -before.get(run.source.stem, run.source.stat().st_size))
    progress.line(t("build.start", notebooks=count(sum(map(len, runs.values())), "notebook"), jobs=jobs))
    with files.scratch() as sockets, ThreadPoolExecutor(jobs) as pool:
        try:
            for part, mine in runs.items():
                tasks[part] = [pool.submit(_execute, run, data, sockets, clients, progress) for run in mine]
            for part, digest in digests.items():
                for task in tasks[part]:
                    task.result()
                mine = sorted(runs[part], key=lambda run: run.source)
                why = [run.failure for run in mine if run.failure] or _clashes(mine)
                if not why and not _same(root, data, part, digest):
                    why = [t("build.changed_meanwhile")]
                if why:
                    problems += [*why, t("build.nothing_written", part=part.folder)]
                else:
                    _publish(mine, part, target, digest, progress)
        except BaseException:  # Ctrl-C, a full disk: no kernel is left behind
            pool.shutdown(wait=False, cancel_futures=True)
            while not all(task.done() for task in sum(tasks.values(), [])):
                for client in clients:
                    with suppress(AttributeError):  # its kernel is not there yet, or no more
                        client.km.provisioner.process.kill()
                time.sleep(0.1)
            raise
    return problems


def _same(root, data, part, digest):
    """Return whether a part still follows from what it was made of."""
    try:
        again = _load(data, ALL if part.name == PROGRAMME else part.name)
        return inputs(files_of(root, data, part.lang), part._replace(dataset=again)) == digest
    except (OSError, ValueError):  # it is being changed right now
        return False


def _clashes(runs):
    """Return a message for each figure that two notebooks make, or that is not where it belongs."""
    problems, makers = [], {}
    for run in runs:
        for figure in run.figures:
            folder = run.part.folder
            if figure.parent != run.scratch / "figures" / folder:
                problems.append(t("build.elsewhere", notebook=run.source.name, file=figure.name, folder=folder))
            makers.setdefault(figure.stem, set()).add(run.source.name)
    for key, names in makers.items():
        if len(names) > 1:
            problems.append(t("build.clash", figure=key, notebooks=", ".join(sorted(names))))
    return problems


def _publish(runs, part, target, digest, progress):
    """Move a part's figures and notebooks into place, remove figures that none makes any more, write the pages."""
    folder = f"figures/{part.folder}"
    staged = {f"{folder}/{figure.name}": figure for run in runs for figure in run.figures}
    staged |= {run.target: run.scratch / run.source.name for run in runs}
    outputs = {name: memory.sha(file) for name, file in staged.items()}
    changed = _others(target, outputs)
    _put(target, {name: staged[name] for name in changed}, runs[0].scratch)
    sums = "".join(f"{sha}  {Path(name).name}\n" for name, sha in sorted(outputs.items()) if _noted(name, folder))
    noted = files.replace(target / folder / SUMS, sums)
    outputs[f"{folder}/{SUMS}"] = memory.sha(noted)
    _remove(target, [name for name in _built(target, part) if name not in staged], "build.removed", progress)
    for page in _pages(part, target, progress):
        outputs[page.relative_to(target).as_posix()] = memory.sha(page)
    noted = [name for name in last(target, part.lang, part.name).get("outputs", {}) if name.startswith("site/")]
    gone = [name for name in noted if name not in outputs and (target / name).is_file()]
    _remove(target, gone, "build.page_gone", progress)
    seconds = {run.source.stem: round(run.seconds, 2) for run in runs}
    _note(
        _state(target, part.lang, part.name),
        {"inputs": digest, "outputs": outputs, "seconds": seconds},
    )
    same = number(len(staged) - len(changed))
    places = sorted({run.target.rpartition("/")[0] for run in runs})
    progress.line(
        t("build.written", figures=folder, notebooks=places[0], written=count(len(changed), "written"), same=same)
    )


def _put(target, staged, scratch):
    """Move files into place; where one cannot be replaced, those that were moved before it are put back."""
    moved = []
    try:
        for name, file in staged.items():
            place, old = target / name, scratch / "old" / str(len(moved))
            place.parent.mkdir(parents=True, exist_ok=True)
            old.parent.mkdir(exist_ok=True)
            if place.is_file():
                shutil.copy2(place, old)
            files.swap(file, place)
            moved.append((place, old))
    except BaseException:
        for place, old in reversed(moved):
            files.swap(old, place) if old.exists() else place.unlink()
        raise


def _noted(name, folder):
    """Tell whether a file is one whose bytes are the same everywhere; those of a PDF are not compared."""
    return name.startswith(f"{folder}/") and not name.endswith(".pdf")


def _built(target, part):
    """List the figures and notebooks that a build made for a part, but for the project's own notebooks."""
    found = [f for f in (target / "figures" / part.folder).glob("[0-9][0-9]-*") if f.suffix in SUFFIXES]
    found += (target / "notebooks" / part.folder).glob("*.ipynb")
    return sorted(file.relative_to(target).as_posix() for file in found)


def _remove(target, names, why, progress):
    for name in names:
        (target / name).unlink()
        progress.line(t(why, file=name))
        with suppress(OSError):  # what others put there stays
            (target / name).parent.rmdir()


def _departed(target, lang, dataset, progress):
    """Remove what was built for ambitions that have no laureates any more."""
    from .dataset import loading

    here = {*loading.loaded(dataset)["ambition_id"], PROGRAMME, ""}
    noted = {file.stem.removeprefix(f"state-{lang}").removeprefix("-") for file in target.glob(f"build/state-{lang}*")}
    for name in sorted((noted | set(dataset.ambitions["ambition_id"])) - here):
        pages = [place(name, f"{stem}-{lang}.{ending}") for stem in DOCUMENTS for _, ending in EDITIONS]
        pages.append(place(name, f"explorer-{lang}.html"))
        gone = [*_built(target, Part(lang, name, None)), *(page for page in pages if (target / page).is_file())]
        sums = f"figures/{lang}/{name}/{SUMS}"
        _remove(target, [*gone, *([sums] if (target / sums).is_file() else [])], "build.departed", progress)
        _state(target, lang, name).unlink(missing_ok=True)


def place(part, page):
    """Return where a page of a part stands in a project."""
    return f"site/{part}/{page}"


def _pages(part, target, progress):
    """Write the documents and the explorer of a part, and return their places."""
    from .pages import explorer

    try:
        contents = editions(part, target / "figures" / part.folder)
    except FileNotFoundError as error:  # a project of other notebooks has no such report
        progress.line(t("build.no_report", why=error))
        return []
    contents[f"explorer-{part.lang}.html"] = explorer.make(part.dataset, part.lang)
    places = files.put_all(target / place(part.name, ""), contents)
    progress.line(t("build.pages", folder=f"site/{part.name}", files=", ".join(sorted(contents))))
    return places


def editions(part, figures_folder):
    """Make every edition of what people read of a part and of its annex, ``{name: content}``."""
    from .pages import fiche, programme

    content = programme if part.name == PROGRAMME else fiche
    pair = content.pair(part.dataset, part.lang, figures_folder=figures_folder)
    modules = {ending: import_module(f"{__package__}.pages.{module}") for module, ending in EDITIONS}
    return {f"{stem}.{ending}": module.write(one) for stem, one in pair.items() for ending, module in modules.items()}


def project():
    """Return the nearest folder upwards that holds a project, else the one that comes with the package."""
    homes = [folder for folder in (Path.cwd(), *Path.cwd().parents) if (folder / "data/datapackage.json").is_file()]
    return homes[0] if homes else rules.shipped()


def report(data=None, out=None, lang=None, ambition=None, figures=None):
    """Write the documents of a data folder, each with the figures of the last build, wherever that wrote them."""
    folder = rules.find(data).absolute()
    langs = labels.LANGUAGES if lang == "all" else (labels.language(lang),)
    dataset = _load(folder, ALL)
    ambition = _selected(ambition)
    near = [Path(out).absolute(), *Path(out).absolute().parents[:1]] if out else []
    roots = list(dict.fromkeys([*near, rules.beside(folder), Path.cwd(), project()]))
    written = {}
    for one in langs:
        found = None if figures else files_of(project(), folder, one)
        for part in parts(dataset, one, ambition):
            if figures:
                pictures = Path(figures) / part.folder
            else:
                digest = inputs(found, part)
                drawn = [root for root in roots if is_current(root, part, digest, "figures/")]
                if not drawn:
                    raise ValueError(t("report.not_current", folder=f"figures/{part.folder}"))
                pictures = drawn[0] / "figures" / part.folder
            target = Path(out or rules.beside(folder) / "site") / part.name
            written.setdefault(target, {}).update(editions(part, pictures))
    for target, contents in written.items():
        for path in files.put_all(target, contents):
            print(t("report.wrote", file=path))
    return 0
