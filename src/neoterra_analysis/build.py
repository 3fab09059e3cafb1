"""Execute the notebooks side by side; write them and their figures only when all of them succeeded.

Everything is made in ``build/staging`` and moved into place, one file at a time, at the very end: a notebook
that fails, or a build that is killed, leaves what was there. A build whose inputs did not change since the
last one ends at once; for that path nothing slow is imported here.
"""

import asyncio
import os
import shutil
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from . import aside, changes, kernels
from .labels import count, number, t
from .progress import Progress

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
    """Execute the notebooks of a project; write them and their figures.

    Parameters
    ----------
    root : pathlib.Path
        The project: it holds ``notebooks/`` and, unless `data` is given, ``data/``.
    langs : sequence of {"fr", "en"}
        Languages to build. In French the executed notebooks replace those in ``notebooks/``; in English they
        go to ``build/en/``. Figures go to ``figures/fr/`` and ``figures/en/``.
    data : pathlib.Path, optional
        The folder of the tables.
    out : pathlib.Path, optional
        Write under this folder, laid out as the project is, instead of in the project.
    force : bool
        Execute even if nothing changed.
    jobs : int, optional
        How many notebooks are executed at a time; the number of cores if not given.
    progress : Progress, optional
        Where to tell what happens.

    Raises
    ------
    BuildError
        If a notebook fails, two notebooks make the same figure, an input changed meanwhile, or another build
        is running. Of each language either everything was written or nothing.
    """
    started = time.monotonic()
    root = Path(root).absolute()
    data = Path(data).absolute() if data else root / "data"
    target = Path(out).absolute() if out else root
    progress = progress or Progress()
    if not any((root / "notebooks").glob("*.ipynb")):
        raise BuildError(t("build.no_notebooks", folder=root / "notebooks"))
    with _alone(target / "build"):
        digests = {lang: _inputs(root, data, lang) for lang in langs}
        stale = {
            lang: digest for lang, digest in digests.items() if force or not changes.is_current(target, lang, digest)
        }
        for lang in langs:
            if lang not in stale:
                progress.line(t("build.unchanged", figures=f"figures/{lang}"))
        if stale:
            todo = count(len(stale) * len(list((root / "notebooks").glob("*.ipynb"))), "notebook")
            progress.line(t("build.start", notebooks=todo, jobs=jobs or _cores()))
            kernels.warm_up()
            asyncio.run(_languages(root, data, target, stale, jobs or _cores(), progress))
            progress.line(t("build.total", seconds=number(time.monotonic() - started, digits=1)))


def _cores():
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


def _inputs(root, data, lang):
    try:
        return changes.inputs(root, data, lang)
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
    before = changes.last(target, lang).get("seconds", {})
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
            notebook = kernels.read(run.source)
            await kernels.execute(
                notebook, run.source.parent, run.scratch, env, lambda *cells: progress.step(name, *cells)
            )
            aside.replace(run.executed, kernels.text(notebook))
        except kernels.NotebookError as error:
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
        digest_of = outputs[place.relative_to(target).as_posix()] = changes.sha(staged)
        if not (place.is_file() and changes.sha(place) == digest_of):
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
    changes.note(target, lang, digest, outputs, {run.source.stem: round(run.seconds, 2) for run in runs})
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
    from . import explorer
    from .dataset import load
    from .report import command

    os.environ.setdefault("NEOTERRA_MEMORY", str(target / "build" / "memory"))
    dataset = load(data)
    try:
        content = command.editions(dataset, lang, target / "figures" / lang)
    except FileNotFoundError as error:  # a project of other notebooks has no such report
        progress.line(t("build.no_report", why=error))
        return {}
    content[f"explorer-{lang}.html"] = explorer.make(dataset, lang).encode("utf-8")
    places = command.put(content, target / "site")
    progress.line(t("build.pages", folder="site", files=", ".join(sorted(content))))
    return {place.relative_to(target).as_posix(): changes.sha(place) for place in places}
