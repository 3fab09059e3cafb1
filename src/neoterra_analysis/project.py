"""A project folder: made from what comes with the package, where one stands in it, and what to do next."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from . import __version__, build
from .dataset import rules
from .words import files, labels
from .words.labels import t

# What a project is made of, in the package or the checkout.
PARTS = ("data/*", "notebooks/*.ipynb", ".jupyter/labconfig/*", ".gitattributes", ".gitignore", "requirements.lock")
NAMED = 4  # names of what stands in a folder already that are told


def init(folder, lang=None):
    """Make a project folder, whole or not at all, and tell what comes next."""
    folder, home = Path(folder), rules.shipped()
    if folder.exists() and not folder.is_dir():
        raise NotADirectoryError(t("project.a_file", lang, folder=folder))
    there = sorted(one.name for one in folder.iterdir()) if folder.exists() else []
    if there:
        names = ", ".join(there[:NAMED]) + ("…" if there[NAMED:] else "")
        raise FileExistsError(t("project.not_empty", lang, folder=folder, count=len(there), names=names))
    inside = folder.exists()
    new = files.aside(folder.absolute() / "data" if inside else folder.absolute())
    moved = []
    try:
        for source in [path for part in PARTS for path in home.glob(part) if path.is_file()]:
            target = new / source.relative_to(home)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)  # what is read-only in the package is the reader's own here
        files.replace(new / "README.md", t("project.readme", lang))
        for part in sorted(new.iterdir()) if inside else ():
            os.rename(part, folder / part.name)
            moved.append(folder / part.name)
        moved = [] if not inside and os.rename(new, folder) is None else moved
    except BaseException:
        for path in moved:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        raise
    finally:
        shutil.rmtree(new, ignore_errors=True)
    print(t("project.made", lang, folder=folder))
    return 0


def lab(lang=None):
    """Open JupyterLab on the project, with its settings."""
    root = rules.mine(build.project())
    paths = [str(root / ".jupyter"), *filter(None, [os.environ.get("JUPYTER_CONFIG_PATH")])]
    env = os.environ | {"JUPYTER_CONFIG_PATH": os.pathsep.join(paths), "NEOTERRA_PROGRESS": "1"}
    options = [f"--ServerApp.root_dir={root}", "--LabApp.default_url=/lab/tree/notebooks"]
    return subprocess.call([sys.executable, "-m", "jupyterlab", *options], env=env, cwd=root)


def where(lang=None):
    """Tell where one is: project, data, whether the figures follow from them; and the next commands."""
    from .dataset.check import check
    from .dataset.loading import digest_of

    lang = labels.language(lang)
    data, root = rules.find(), build.project()
    apart = rules.beside(data) != data.parent
    report = check(data)
    laureates = len(report.content.get("laureates", ()))
    fiches = len({row.get("ambition_id") for row in _having(report.content)})
    print(t("project.version", lang, version=__version__))
    print(t("project.none" if apart else "project.here", lang, folder=root, working=Path.cwd()))
    about = {"data": data, "digest": digest_of(report.content)[:12], "notices": len(report.notices)}
    print(t("project.data", lang, fiches=fiches, laureates=laureates, **about))
    state = "broken" if report.problems else "none" if apart else _state(root, data, lang)
    if not apart:
        print(t(f"project.figures.{state}", lang, count=len(report.problems)))
    print(t("project.next", lang))
    print(t(f"project.next.{state}", lang), end="")
    return 0


def _having(content):
    """Return the enjeux that have laureates."""
    homes = {row.get("enjeu_id") for row in content.get("laureates", ())}
    return [row for row in content.get("enjeux", ()) if row.get("enjeu_id") in homes]


def _state(root, data, lang):
    """Tell whether the figures of a language are as the last build wrote them, and follow from what is here."""
    if not build.last(root, lang, ""):
        return "unbuilt"
    return "current" if build.as_it_was(root, lang, build.files_of(root, data, lang).read) else "stale"
