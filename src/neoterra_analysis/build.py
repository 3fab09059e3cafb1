"""Execute the notebooks and write what follows from them: figures, report, explorer; all of a language or nothing."""

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
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path

from .analysis import memory
from .words import files, labels
from .words.labels import count, number, t

PACKAGE = Path(__file__).parent
# Their releases can change a figure's bytes.
DRAWN_WITH = ("matplotlib", "networkx", "numpy", "pandas", "pillow", "scipy")
KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
CELL_SECONDS = 600
SUFFIXES = (".csv", ".pdf", ".png", ".svg", ".txt")
# The editions of the report: module of `pages`, ending of the file.
EDITIONS = (("as_html", "html"), ("as_word", "docx"), ("as_pdf", "pdf"))


class BuildError(ValueError):
    """Why nothing was written, in the reader's words."""


def inputs(root, data, lang):
    """Return the digest of all that the built files follow from."""
    own = [root / "requirements.lock"]
    for folder in (data, PACKAGE):
        own += [f for f in sorted(folder.rglob("*")) if not f.name.startswith(".") and "__pycache__" not in f.parts]
    made_of = memory.sources(filter(Path.is_file, own), DRAWN_WITH)
    parts = [platform.python_version(), lang, os.environ.get("NEOTERRA_AMBITION", ""), made_of]
    for path in sorted((root / "notebooks").glob("*.ipynb")):
        with _told(path):  # outputs, and what JupyterLab notes about the kernel, are not a person's work
            cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
            work = [[cell["cell_type"], "".join(cell["source"]), cell["metadata"].get("tags")] for cell in cells]
        parts.append((path.name, work))
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


@contextmanager
def _told(path):
    """Say which notebook cannot be read, whatever is wrong with it."""
    try:
        yield
    except Exception as error:
        why = f"{path.name}: {str(error).partition(chr(10))[0]}"
        raise BuildError(t("build.unreadable", error=why)) from error


def last(target, lang):
    """Return what the last complete build of a language noted, or an empty dict."""
    try:
        return json.loads((target / "build" / f"state-{lang}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def is_current(target, lang, digest):
    """Return whether the last build had the same inputs and all that it wrote is still there, untouched."""
    state = last(target, lang)
    return state.get("inputs") == digest and not _others(target, state["outputs"])


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
    """One notebook of one build: where it is executed, and what that gave."""

    source: Path
    lang: str
    scratch: Path
    notebook: dict
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


def _execute(run, data, sockets, clients, progress):
    """Execute one notebook in its staging folder; note its figures, or why it failed."""
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError
    from traitlets.config import Config

    name = f"{run.source.stem} ({run.lang})"
    total = sum(cell.cell_type == "code" and bool(cell.source.strip()) for cell in run.notebook.cells)
    figures = run.scratch / "figures"
    figures.mkdir(parents=True)
    # Two kernels may pick the same free port: sockets, where there can be.
    kernels = {"transport": "tcp" if os.name == "nt" else "ipc", "connection_file": f"{sockets}/{id(run):x}.json"}
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
    env = {"NEOTERRA_LANG": run.lang, "NEOTERRA_DATA": str(data), "NEOTERRA_FIGURES": str(figures)}
    # The reader's own IPython start-up files must not change the build.
    kernel = {"cwd": str(run.source.parent), "env": {**os.environ, **env, "IPYTHONDIR": str(run.scratch)}}
    kernel |= dict.fromkeys(("stdout", "stderr"), subprocess.DEVNULL)
    started = time.monotonic()
    why = line = ""
    try:
        try:
            asyncio.run(client.async_execute(**kernel))
        except RuntimeError:  # the kernel died, maybe because its port was taken
            if client.code_cells_executed:
                raise
            asyncio.run(client.async_execute(**kernel))
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


def build(root, langs=("fr",), data=None, out=None, force=False, jobs=None, progress=None):
    """Execute the notebooks of a project; write them and their figures, the report and the explorer."""
    started = time.monotonic()
    root = Path(root).absolute()
    data = Path(data).absolute() if data else root / "data"
    target = Path(out).absolute() if out else root
    jobs = jobs or (len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count())
    progress = progress or Progress()
    sources = sorted((root / "notebooks").glob("*.ipynb"))
    if not sources:
        raise BuildError(t("build.no_notebooks", folder=root / "notebooks"))
    with _alone(target / "build"):
        digests = {lang: inputs(root, data, lang) for lang in langs}
        stale = {lang: digest for lang, digest in digests.items() if force or not is_current(target, lang, digest)}
        for lang in langs:
            if lang not in stale:
                progress.line(t("build.unchanged", figures=f"figures/{lang}"))
        if stale:
            progress.line(t("build.start", notebooks=count(len(stale) * len(sources), "notebook"), jobs=jobs))
            os.environ["NEOTERRA_MEMORY"] = os.environ.get("NEOTERRA_MEMORY") or str(target / "build" / "memory")
            # Without this grammar of international addresses, which no notebook needs, nbformat loads much faster.
            sys.modules.setdefault("rfc3987_syntax", None)
            problems = _languages(sources, data, target, stale, jobs, progress)
            if problems:
                raise BuildError("\n".join([*problems, t("build.nothing_written")]))
            progress.line(t("build.total", seconds=number(time.monotonic() - started, digits=1)))


@contextmanager
def _alone(folder):
    """Hold the folder's lock, or refuse; clear the staging folder, which a build that was killed leaves."""
    with ExitStack() as stack:
        try:
            stack.enter_context(memory.locked(folder / "lock", wait=False))
        except BlockingIOError:
            raise BuildError(t("build.busy")) from None
        shutil.rmtree(folder / "staging", ignore_errors=True)
        stack.callback(shutil.rmtree, folder / "staging", ignore_errors=True)
        yield


def _languages(sources, data, target, digests, jobs, progress):
    """Execute the notebooks in all languages, a few at a time; write each language, or return what prevented it."""
    runs, tasks, clients, problems = {}, [], [], []
    with tempfile.TemporaryDirectory(prefix="neoterra-") as sockets, ThreadPoolExecutor(jobs) as pool:
        try:
            for lang in digests:
                staging, before = target / "build" / "staging" / lang, last(target, lang).get("seconds", {})
                runs[lang] = [Run(source, lang, staging / source.stem, _read(source)) for source in sources]
                # The longest first, so that no kernel is left alone with it at the end; of new ones, the largest file.
                runs[lang].sort(key=lambda run: -before.get(run.source.stem, run.source.stat().st_size))
            for run in sum(runs.values(), []):
                tasks.append(pool.submit(_execute, run, data, sockets, clients, progress))
            for place, (lang, digest) in enumerate(digests.items(), 1):
                for task in tasks[: place * len(sources)]:
                    task.result()
                mine = sorted(runs[lang], key=lambda run: run.source)
                why = [run.failure for run in mine if run.failure] or _clashes(mine)
                if not why and inputs(sources[0].parents[1], data, lang) != digest:
                    why = [t("build.changed_meanwhile")]
                if not why:
                    _publish(mine, data, target, digest, progress)
                problems += why
        except BaseException:  # Ctrl-C, a full disk: no kernel is left behind
            pool.shutdown(wait=False, cancel_futures=True)
            while not all(task.done() for task in tasks):
                for client in clients:
                    with suppress(AttributeError):  # its kernel is not there yet, or no more
                        client.km.provisioner.process.kill()
                time.sleep(0.1)
            raise
    return problems


def _clashes(runs):
    """Return a message for each figure that two notebooks make, or that is not where it belongs."""
    problems, makers = [], {}
    for run in runs:
        for figure in run.figures:
            if figure.parent != run.scratch / "figures" / run.lang:
                problems.append(t("build.elsewhere", notebook=run.source.name, file=figure.name, folder=run.lang))
            makers.setdefault(figure.stem, set()).add(run.source.name)
    for key, names in makers.items():
        if len(names) > 1:
            problems.append(t("build.clash", figure=key, notebooks=", ".join(sorted(names))))
    return problems


def _publish(runs, data, target, digest, progress):
    """Move a language's figures and notebooks into place, remove figures that none makes any more, write the pages."""
    lang = runs[0].lang
    folders = {"figures": f"figures/{lang}", "notebooks": "notebooks" if lang == "fr" else f"build/{lang}"}
    staged = {f"{folders['figures']}/{figure.name}": figure for run in runs for figure in run.figures}
    staged |= {f"{folders['notebooks']}/{run.source.name}": run.scratch / run.source.name for run in runs}
    outputs = {name: memory.sha(file) for name, file in staged.items()}
    changed = _others(target, outputs)
    for name in changed:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        os.replace(staged[name], target / name)
    old = [f for f in (target / folders["figures"]).glob("[0-9][0-9]-*") if f.suffix in SUFFIXES]
    old += (target / folders["notebooks"]).glob("*.ipynb") if lang != "fr" else []
    for name in sorted({file.relative_to(target).as_posix() for file in old} - set(staged)):
        (target / name).unlink()
        progress.line(t("build.removed", file=name))
    for page in _pages(data, target, lang, progress):
        outputs[page.relative_to(target).as_posix()] = memory.sha(page)
    seconds = {run.source.stem: round(run.seconds, 2) for run in runs}
    state = json.dumps({"inputs": digest, "outputs": outputs, "seconds": seconds}, indent=1, sort_keys=True)
    files.replace(target / "build" / f"state-{lang}.json", state + "\n")
    same = number(len(staged) - len(changed))
    progress.line(t("build.written", **folders, written=count(len(changed), "written"), same=same))


def _pages(data, target, lang, progress):
    """Write the report and the explorer of a language into ``site/``, and return their places."""
    from .dataset.loading import load
    from .pages import explorer

    dataset = load(data)
    try:
        contents = editions(dataset, lang, target / "figures" / lang)
    except FileNotFoundError as error:  # a project of other notebooks has no such report
        progress.line(t("build.no_report", why=error))
        return []
    contents[f"explorer-{lang}.html"] = explorer.make(dataset, lang)
    places = put_all(target / "site", contents)
    progress.line(t("build.pages", folder="site", files=", ".join(sorted(contents))))
    return places


def editions(dataset, lang, figures_folder):
    """Make every edition of the report, ``{name: content}``."""
    from .pages import report as content

    made = content.make(dataset, lang, figures_folder=figures_folder)
    modules = {ending: import_module(f"{__package__}.pages.{module}") for module, ending in EDITIONS}
    return {f"report-{lang}.{ending}": module.write(made) for ending, module in modules.items()}


def put_all(folder, contents):
    """Put files in place together, ``{name: content}``: none of them before all are down on the disk."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".") as staging:
        staged = [files.replace(Path(staging) / name, content) for name, content in contents.items()]
        return [Path(os.replace(file, folder / file.name) or folder / file.name) for file in staged]


def report(data=None, out=None, lang=None, ambition=None, figures=None):
    """Write the report of a data folder."""
    from .dataset import rules
    from .dataset.loading import load

    folder = rules.find(data).absolute()
    root = folder.parent
    langs = labels.LANGUAGES if lang == "all" else (labels.language(lang),)
    dataset = load(folder)
    chosen = load(folder, ambition=ambition)
    drawn = chosen.digest == dataset.digest
    if not drawn:
        print(t("report.without_figures"))
    contents = {}
    for one in langs:
        pictures = Path(figures or root / "figures") / one
        if drawn and not figures and not is_current(root, one, inputs(root, folder, one)):
            raise ValueError(t("report.not_current", folder=f"figures/{one}"))
        contents |= editions(chosen, one, pictures if drawn else None)
    for path in put_all(Path(out or root / "site"), contents):
        print(t("report.wrote", file=path))
    return 0
