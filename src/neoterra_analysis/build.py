"""What a build follows from and what the last one wrote: so `neoterra build` knows that nothing changed."""

import asyncio
import hashlib
import json
import os
import platform
import re
import shutil
import signal
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from .words import files, labels
from .words.labels import count, number, t

PACKAGE = Path(__file__).parent
# Their releases can change a figure's bytes.
DRAWN_WITH = ("matplotlib", "networkx", "numpy", "pandas", "pillow", "scipy")


def inputs(root, data, lang):
    """Return the digest of all that the built files follow from."""
    parts = [("python", platform.python_version()), ("lang", lang)]
    parts.append(("ambition", os.environ.get("NEOTERRA_AMBITION", "")))
    parts += [(name, _version(name)) for name in DRAWN_WITH]
    for folder in (data, PACKAGE):
        names = sorted(f.relative_to(folder).as_posix() for f in folder.rglob("*") if _counts(f))
        parts += [(f"{folder.name}/{name}", sha(folder / name)) for name in names]
    lock = root / "requirements.lock"
    if lock.exists():
        parts.append(("lock", sha(lock)))
    for path in sorted((root / "notebooks").glob("*.ipynb")):
        parts.append((path.name, hashlib.sha256(_source(path).encode()).hexdigest()))
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _counts(file):
    return file.is_file() and "__pycache__" not in file.parts and not file.name.startswith(".")


def _source(path):
    # Outputs, and what JupyterLab notes about the kernel, are not a person's work.
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        return json.dumps([[c["cell_type"], "".join(c["source"]), c["metadata"].get("tags")] for c in cells])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{path.name}: {error}") from error


def _version(name):
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def sha(path):
    """Return the SHA-256 of a file, 64 hexadecimal digits."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def last(target, lang):
    """Return what the last complete build of a language noted, or an empty dict."""
    try:
        return json.loads(_file(target, lang).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def note(target, lang, digest, outputs, seconds):
    """Note what a complete build followed from and wrote, for `is_current`."""
    state = {"inputs": digest, "outputs": outputs, "seconds": seconds}
    files.replace(_file(target, lang), json.dumps(state, indent=1, sort_keys=True) + "\n")


def is_current(target, lang, digest):
    """Return whether the last build had the same inputs and all that it wrote is still there, untouched."""
    state = last(target, lang)
    return state.get("inputs") == digest and all(
        (target / name).is_file() and sha(target / name) == noted for name, noted in state["outputs"].items()
    )


def _file(target, lang):
    return target / "build" / f"state-{lang}.json"


class Progress:
    """Where a build tells what it does."""

    def __init__(self, stream=None):
        self.stream = stream or sys.stdout
        self.live = self.stream.isatty()
        self.steps = {}

    def step(self, name, done, total):
        """Show how many cells of a notebook are done."""
        self.steps[name] = f"{name} {done}/{total}"
        if self.live:
            width = shutil.get_terminal_size().columns - 1
            self._put("\r\x1b[2K" + "   ".join(self.steps.values())[:width])

    def end(self, name):
        """Take a notebook off the moving line."""
        self.steps.pop(name, None)

    def line(self, text):
        """Write one line that stays."""
        self._put(("\r\x1b[2K" if self.live else "") + text + "\n")

    def _put(self, text):
        self.stream.write(text)
        self.stream.flush()


KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
LANGUAGE_INFO = {
    "codemirror_mode": {"name": "ipython", "version": 3},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
}
CELL_SECONDS = 600


class NotebookError(Exception):
    """A notebook that could not be read or executed."""

    def __init__(self, error, cell=None, line=None):
        super().__init__(error)
        self.error, self.cell, self.line = error, cell, line


def read(path):
    """Read a notebook, without outputs, every cell with an id of its own."""
    import nbformat

    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        used = {cell.get("id") for cell in raw["cells"]}
        seen = {None, ""}
        for number, cell in enumerate(raw["cells"], 1):
            if cell.get("id") in seen:  # an id drawn at random would change the file at each build
                name = f"cell-{number}"
                while name in used:
                    name += "-bis"
                cell["id"] = name
                used.add(name)
            seen.add(cell["id"])
            cell["metadata"].pop("execution", None)
            if cell["cell_type"] == "code":
                cell.update(outputs=[], execution_count=None)
        raw.update(nbformat=4, nbformat_minor=5)
        raw["metadata"].pop("widgets", None)
        raw["metadata"].update(kernelspec=KERNELSPEC, language_info=LANGUAGE_INFO)
        notebook = nbformat.reads(json.dumps(raw), as_version=4)
        nbformat.validate(notebook)
    except (ValueError, KeyError, TypeError, AttributeError, nbformat.ValidationError) as error:
        raise NotebookError(str(error).splitlines()[0]) from error
    return notebook


def text(notebook):
    """Return a notebook as the text of its file, the same for the same cells and outputs."""
    import nbformat

    return nbformat.writes(notebook).rstrip("\n") + "\n"


async def execute(notebook, folder, scratch, env, on_cell=lambda done, total: None):
    """Execute a notebook's cells, in order, in a fresh kernel."""
    from jupyter_client import AsyncKernelManager
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    # Sockets in a folder of their own, where there can be: two builds at once may pick the same free port. The folder
    # is a temporary one because the path of a socket must be short.
    sockets = tempfile.TemporaryDirectory(prefix="neoterra-", ignore_cleanup_errors=True)
    manager = AsyncKernelManager(
        kernel_name="python3",
        transport="tcp" if sys.platform == "win32" else "ipc",
        connection_file=os.path.join(sockets.name, "kernel.json"),
    )
    if can_fork():
        manager.provisioner = forked_provisioner(manager)
    client = NotebookClient(
        notebook, km=manager, timeout=CELL_SECONDS, record_timing=False, coalesce_streams=True, log=_silent()
    )
    # The reader's own IPython start-up files must not change the build, nor the build enter their history.
    env = {**env, "IPYTHONDIR": str(scratch)}
    client.extra_arguments = ["--HistoryManager.enabled=False"]
    total = sum(cell.cell_type == "code" and bool(cell.source.strip()) for cell in notebook.cells)
    done = 0
    try:
        with open(os.devnull, "w") as nowhere:
            await client.async_start_new_kernel(cwd=str(folder), env=env, stdout=nowhere, stderr=nowhere)
        await client.async_start_new_kernel_client()
        for index, cell in enumerate(notebook.cells):
            on_cell(done, total)
            await client.async_execute_cell(cell, index, execution_count=done + 1)
            done = client.code_cells_executed
        on_cell(done, total)
    except CellExecutionError as error:
        raise NotebookError(f"{error.ename}: {error.evalue}", done + 1, _failing_line(error.traceback)) from error
    except CellTimeoutError as error:
        raise NotebookError(t("build.too_long", seconds=CELL_SECONDS), done + 1) from error
    except (DeadKernelError, RuntimeError) as error:
        raise NotebookError(t("build.died"), done + 1 if client.kc else None) from error
    finally:
        if client.kc:
            client.kc.stop_channels()
        if manager.has_kernel:
            await manager.shutdown_kernel(now=True)
        sockets.cleanup()


def _silent():
    import logging

    log = logging.getLogger(__name__)
    log.addHandler(logging.NullHandler())
    log.propagate = False
    return log


def _failing_line(traceback):
    """Return the cell's own line that IPython's coloured traceback points at, or None."""
    plain = re.sub(r"\x1b\[[0-9;]*m", "", traceback)
    found = re.search(r"^-+> *\d+ +(\S.*)$", plain, re.M)
    return found[1] if found else None


def can_fork():
    """Return whether kernels are forked here: on Linux, unless ``NEOTERRA_FORK=0``."""
    return sys.platform == "linux" and os.environ.get("NEOTERRA_FORK") != "0"


def warm_up():
    """Start the process from which the kernels will be forked, and import what this one needs meanwhile."""
    import multiprocessing
    from multiprocessing import forkserver

    if can_fork():
        forkserver.set_forkserver_preload([f"{__package__}.warm"])
        forkserver.ensure_running()
    import nbclient  # noqa: F401

    if can_fork():
        first = multiprocessing.get_context("forkserver").Process(target=int)
        first.start()  # returns when the process has warmed up
        first.join()


def forked_provisioner(manager):
    """Return what starts and watches a kernel for a manager, by a fork instead of a new interpreter."""
    import multiprocessing

    from jupyter_client.provisioning import LocalProvisioner

    class Process:
        """A forked process that answers to the names of subprocess.Popen that a provisioner uses."""

        stdin = stdout = stderr = None

        def __init__(self, *args):
            context = multiprocessing.get_context("forkserver")
            self.process = context.Process(target=_kernel, args=args, daemon=True)
            self.process.start()
            self.pid = self.process.pid

        def poll(self):
            return self.process.exitcode

        def wait(self):
            self.process.join()
            return self.process.exitcode

        def send_signal(self, number):
            if self.poll() is None:
                os.kill(self.pid, number)

        def kill(self):
            self.send_signal(signal.SIGKILL)

        def terminate(self):
            self.send_signal(signal.SIGTERM)

    class ForkedProvisioner(LocalProvisioner):
        async def launch_kernel(self, cmd, **kwargs):
            arguments = cmd[cmd.index("-f") :]
            self.process = Process(arguments, str(kwargs["cwd"]), dict(kwargs["env"]))
            self.pid, self.cwd = self.process.pid, kwargs["cwd"]
            return self.connection_info

    return ForkedProvisioner(kernel_id="forked", kernel_spec=manager.kernel_spec, parent=manager)


def _kernel(arguments, folder, env):
    """Be a Jupyter kernel, in the forked process, until killed."""
    import multiprocessing
    import threading
    import time

    from ipykernel.kernelapp import IPKernelApp

    def end_with_the_build():
        multiprocessing.parent_process().join()
        os._exit(1)

    os.setsid()  # Ctrl-C is for the build, which ends its kernels itself
    threading.Thread(target=end_with_the_build, daemon=True).start()
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    os.environ.clear()
    os.environ.update(env)
    time.tzset()
    os.chdir(folder)
    sys.argv = ["ipykernel_launcher", *arguments]
    IPKernelApp.launch_instance(arguments)


# The editions: module of this package, ending of the file.
EDITIONS = (("as_html", "html"), ("as_word", "docx"), ("as_pdf", "pdf"))


def report(data=None, out=None, lang=None, ambition=None, figures=None):
    """Write the report of a data folder."""
    from .dataset import rules
    from .dataset.loading import load

    folder = rules.find(data).absolute()
    langs = labels.LANGUAGES if lang == "all" else (labels.language(lang),)
    dataset = load(folder)
    chosen = load(folder, ambition=ambition)
    drawn = chosen.digest == dataset.digest
    if not drawn:
        print(labels.t("report.without_figures"))
    content = {}
    for one in langs:
        pictures = _figures(folder, one, figures) if drawn else None
        content |= editions(chosen, one, pictures)
    for path in put(content, Path(out) if out else folder.parent / "site"):
        print(labels.t("report.wrote", file=path))
    return 0


def editions(dataset, lang=None, figures_folder=None):
    """Make every edition of the report that the package can write."""
    from .pages import report as content

    lang = labels.language(lang)
    report = content.make(dataset, lang, figures_folder=figures_folder)
    made = {}
    for module, ending in EDITIONS:
        if find_spec(f"{__package__}.pages.{module}"):
            written = import_module(f"{__package__}.pages.{module}").write(report)
            made[f"report-{lang}.{ending}"] = written.encode("utf-8") if isinstance(written, str) else written
    return made


def put(content, folder):
    """Put files in place together: none of them before all are down on the disk."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".") as staging:
        staged = [files.replace(Path(staging) / name, bytes_of) for name, bytes_of in content.items()]
        return [Path(os.replace(file, folder / file.name) or folder / file.name) for file in staged]


def _figures(data, lang, figures):
    """Return the folder of a language's figures, which must be those of the data."""
    if figures is not None:
        return Path(figures) / lang
    root = data.parent
    if not is_current(root, lang, inputs(root, data, lang)):
        raise ValueError(labels.t("report.not_current", folder=f"figures/{lang}"))
    return root / "figures" / lang


FIGURE = "[0-9][0-9]-*"
SUFFIXES = (".csv", ".pdf", ".png", ".svg", ".txt")


class BuildError(Exception):
    """Why nothing was written, in the reader's words."""


@dataclass
class Run:
    """One notebook of one build: where it is executed, and what that gave."""

    source: Path
    lang: str
    scratch: Path
    seconds: float = 0.0
    figures: list[Path] = field(default_factory=list)
    failure: str = ""

    @property
    def executed(self):
        """The executed copy, until it is moved into place."""
        return self.scratch / self.source.name


def build(root, langs=("fr",), data=None, out=None, force=False, jobs=None, progress=None):
    """Execute the notebooks of a project; write them and their figures."""
    started = time.monotonic()
    root = Path(root).absolute()
    data = Path(data).absolute() if data else root / "data"
    target = Path(out).absolute() if out else root
    progress = progress or Progress()
    if not any((root / "notebooks").glob("*.ipynb")):
        raise BuildError(t("build.no_notebooks", folder=root / "notebooks"))
    with _alone(target / "build"):
        digests = {lang: _inputs(root, data, lang) for lang in langs}
        stale = {lang: digest for lang, digest in digests.items() if force or not is_current(target, lang, digest)}
        for lang in langs:
            if lang not in stale:
                progress.line(t("build.unchanged", figures=f"figures/{lang}"))
        if stale:
            todo = count(len(stale) * len(list((root / "notebooks").glob("*.ipynb"))), "notebook")
            progress.line(t("build.start", notebooks=todo, jobs=jobs or _cores()))
            warm_up()
            asyncio.run(_languages(root, data, target, stale, jobs or _cores(), progress))
            progress.line(t("build.total", seconds=number(time.monotonic() - started, digits=1)))


def _cores():
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


def _inputs(root, data, lang):
    try:
        return inputs(root, data, lang)
    except ValueError as error:
        raise BuildError(t("build.unreadable", error=error)) from error


@contextmanager
def _alone(folder):
    """Hold the folder's lock, which ends with the process however it ends, and clear the staging folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "lock", "w") as file:
        try:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except ImportError:  # Windows: two builds at once are left to the reader's care
            pass
        except BlockingIOError:
            raise BuildError(t("build.busy")) from None
        shutil.rmtree(folder / "staging", ignore_errors=True)  # left by a build that was killed
        try:
            yield
        finally:
            shutil.rmtree(folder / "staging", ignore_errors=True)


async def _languages(root, data, target, digests, jobs, progress):
    """Build the languages, their notebooks sharing the same few kernels."""
    room = asyncio.Semaphore(jobs)
    problems = await asyncio.gather(
        *(_language(root, data, target, lang, digest, room, progress) for lang, digest in digests.items())
    )
    if any(problems):
        raise BuildError("\n".join([*filter(None, problems), t("build.nothing_written")]))


async def _language(root, data, target, lang, digest, room, progress):
    """Build one language, and return what prevented it, or an empty text."""
    before = last(target, lang).get("seconds", {})
    runs = [
        Run(source, lang, target / "build" / "staging" / lang / source.stem)
        for source in sorted((root / "notebooks").glob("*.ipynb"))
    ]
    # The longest first, so that no kernel is left alone with it at the end; of new ones, the largest file.
    first = sorted(runs, key=lambda run: -before.get(run.source.stem, run.source.stat().st_size))
    await asyncio.gather(*(_execute(run, root, data, room, progress) for run in first))
    problems = [run.failure for run in runs if run.failure]
    if not problems:
        problems = _clashes(runs)
    if not problems and _inputs(root, data, lang) != digest:
        problems = [t("build.changed_meanwhile")]
    if not problems:
        await asyncio.to_thread(_publish, runs, data, target, lang, digest, progress)
    return "\n".join(problems)


async def _execute(run, root, data, room, progress):
    """Execute one notebook in its staging folder; note its figures, or why it failed."""
    name = f"{run.source.stem} ({run.lang})"
    async with room:
        started = time.monotonic()
        figures = run.scratch / "figures"
        figures.mkdir(parents=True)
        env = os.environ | {
            "NEOTERRA_LANG": run.lang,
            "NEOTERRA_DATA": str(data),
            "NEOTERRA_FIGURES": str(figures),
            "NEOTERRA_MEMORY": os.environ.get("NEOTERRA_MEMORY") or str(run.scratch.parents[2] / "memory"),
        }
        try:
            notebook = read(run.source)
            await execute(notebook, run.source.parent, run.scratch, env, lambda *cells: progress.step(name, *cells))
            files.replace(run.executed, text(notebook))
        except NotebookError as error:
            where = t("build.cell", cell=error.cell) if error.cell else ""
            line = f"\n    {error.line}" if error.line else ""
            run.failure = t("build.failed", notebook=run.source.name, where=where, error=error.error) + line
        finally:
            progress.end(name)
        run.seconds = time.monotonic() - started
    if not run.failure:
        run.figures = sorted(f for f in figures.rglob("*") if f.is_file())
        keys = sorted({figure.stem for figure in run.figures})
        made = f"{count(len(keys), 'figure')} {', '.join(keys)}"
        progress.line(t("build.notebook", notebook=name, seconds=number(run.seconds, digits=1), made=made))


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


def _publish(runs, data, target, lang, digest, progress):
    """Move a language's figures and notebooks into place, remove figures that none makes any more, write the pages."""
    notebooks = target / ("notebooks" if lang == "fr" else f"build/{lang}")
    figures = target / "figures" / lang
    moves = [(figure, figures / figure.name) for run in runs for figure in run.figures]
    moves += [(run.executed, notebooks / run.source.name) for run in runs]
    outputs, written = {}, 0
    for staged, place in moves:
        digest_of = outputs[place.relative_to(target).as_posix()] = sha(staged)
        if not (place.is_file() and sha(place) == digest_of):
            place.parent.mkdir(parents=True, exist_ok=True)
            os.replace(staged, place)
            written += 1
    places = {place for _, place in moves}
    old = [f for f in figures.glob(FIGURE) if f.suffix in SUFFIXES]
    old += list(notebooks.glob("*.ipynb")) if lang != "fr" else []
    for file in sorted(set(old) - places):
        file.unlink()
        progress.line(t("build.removed", file=file.relative_to(target).as_posix()))
    outputs |= _pages(data, target, lang, progress)
    note(target, lang, digest, outputs, {run.source.stem: round(run.seconds, 2) for run in runs})
    progress.line(
        t(
            "build.written",
            figures=figures.relative_to(target).as_posix(),
            notebooks=notebooks.relative_to(target).as_posix(),
            written=count(written, "written"),
            same=number(len(moves) - written),
        )
    )


def _pages(data, target, lang, progress):
    """Write the report and the explorer of a language into ``site/``; return the digest of each file."""
    from .dataset.loading import load
    from .pages import explorer

    os.environ.setdefault("NEOTERRA_MEMORY", str(target / "build" / "memory"))
    dataset = load(data)
    try:
        content = editions(dataset, lang, target / "figures" / lang)
    except FileNotFoundError as error:  # a project of other notebooks has no such report
        progress.line(t("build.no_report", why=error))
        return {}
    content[f"explorer-{lang}.html"] = explorer.make(dataset, lang).encode("utf-8")
    places = put(content, target / "site")
    progress.line(t("build.pages", folder="site", files=", ".join(sorted(content))))
    return {place.relative_to(target).as_posix(): sha(place) for place in places}
