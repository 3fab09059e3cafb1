"""What takes long is computed once for the same records and the same code: in a process, and in a folder of a build.

Six notebooks in two languages ask for the same fragility. ``NEOTERRA_MEMORY`` names a folder that they share; what
stands there is taken only for the same records, package and libraries, so that it is never older than they are.
"""

import hashlib
import json
import os
import pickle
from functools import cache, wraps
from importlib.metadata import version
from pathlib import Path

from ..words import files

MOST = 200  # files that are kept in the folder, of a few kilobytes each
COMPUTED_WITH = ("numpy", "pandas", "scipy", "networkx", "igraph")


def remembered(function):
    """Compute a function of a dataset once for the same records; variants, which no file holds, are not kept."""
    kept = {}

    @wraps(function)
    def caller(dataset, *what, progress=None):
        if not dataset.digest:
            return function(dataset, *what, progress=progress)
        key = (dataset.digest, *what)
        if key not in kept:
            file = _file(function, key)
            found = _read(file)
            if found is None:
                found = [function(dataset, *what, progress=progress)]
                _write(file, found)
            kept[key] = found[0]
        return kept[key]

    return caller


def _file(function, key):
    """Return the file that would hold a result, or None without a folder."""
    folder = os.environ.get("NEOTERRA_MEMORY")
    if not folder:
        return None
    name = f"{function.__module__}.{function.__qualname__}"
    digest = hashlib.sha256(json.dumps([_code(), name, key]).encode()).hexdigest()
    return Path(folder) / f"{digest}.pickle"


@cache
def _code():
    """Return the digest of all that a result follows from besides the records: the package and the libraries."""
    digest = hashlib.sha256()
    for file in sorted(Path(__file__).parents[1].rglob("*.py")):
        digest.update(file.read_bytes())
    digest.update(json.dumps([version(name) for name in COMPUTED_WITH]).encode())
    return digest.hexdigest()


def _read(file):
    """Return what a file holds, in a list, or None if it holds nothing whole."""
    try:
        return pickle.loads(file.read_bytes()) if file else None
    except Exception:  # whatever is wrong with it, it can be computed again
        return None


def _write(file, found):
    """Keep a result, and the newest ones only; where the folder cannot be written, nothing is kept."""
    if not file:
        return
    try:
        files.replace(file, pickle.dumps(found))
        others = sorted(file.parent.glob("*.pickle"), key=lambda one: one.stat().st_mtime)
        for one in others[:-MOST]:
            one.unlink(missing_ok=True)
    except OSError:
        return
