"""What a build follows from and what the last one wrote: so `neoterra build` knows that nothing changed."""

import hashlib
import json
import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from . import aside

PACKAGE = Path(__file__).parent
# Their releases can change a figure's bytes.
DRAWN_WITH = ("matplotlib", "networkx", "numpy", "pandas", "pillow", "scipy")


def inputs(root, data, lang):
    """Return the digest of all that the built files follow from.

    The tables, the ambitions that are asked for, the package's source, the cells of the notebooks (not their outputs),
    the lock, and the versions of Python and of what draws.

    Parameters
    ----------
    root, data : pathlib.Path
        The project and the folder of its tables.
    lang : {"fr", "en"}
        The language of the figures.

    Returns
    -------
    str
        SHA-256, 64 hexadecimal digits.

    Raises
    ------
    ValueError
        If a notebook is not readable; the message names it.
    """
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
    """Return the SHA-256 of a file, 64 hexadecimal digits.

    Parameters
    ----------
    path : pathlib.Path
        A file.

    Returns
    -------
    str
    """
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def last(target, lang):
    """Return what the last complete build of a language noted, or an empty dict.

    Parameters
    ----------
    target : pathlib.Path
        The folder that was written to.
    lang : {"fr", "en"}
        The language of the figures.

    Returns
    -------
    dict
        ``inputs`` (digest), ``outputs`` (digest of each file written), ``seconds`` (of each notebook).
    """
    try:
        return json.loads(_file(target, lang).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def note(target, lang, digest, outputs, seconds):
    """Note what a complete build followed from and wrote, for `is_current`.

    Parameters
    ----------
    target : pathlib.Path
        The folder that was written to.
    lang : {"fr", "en"}
        The language of the figures.
    digest : str
        What `inputs` returned before the build.
    outputs : dict of str to str
        Digest of each file written, by its path under `target`.
    seconds : dict of str to float
        Time that each notebook took.
    """
    state = {"inputs": digest, "outputs": outputs, "seconds": seconds}
    aside.replace(_file(target, lang), json.dumps(state, indent=1, sort_keys=True) + "\n")


def is_current(target, lang, digest):
    """Return whether the last build had the same inputs and all that it wrote is still there, untouched.

    Parameters
    ----------
    target : pathlib.Path
        The folder that was written to.
    lang : {"fr", "en"}
        The language of the figures.
    digest : str
        What `inputs` returns now.

    Returns
    -------
    bool
    """
    state = last(target, lang)
    return state.get("inputs") == digest and all(
        (target / name).is_file() and sha(target / name) == noted for name, noted in state["outputs"].items()
    )


def _file(target, lang):
    return target / "build" / f"state-{lang}.json"
