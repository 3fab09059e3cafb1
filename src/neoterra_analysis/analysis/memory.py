"""What takes long is made once for the same records and the same code: in a process, and in a folder of a build.

Six notebooks in two languages ask for the same fragility at once. ``NEOTERRA_MEMORY`` names a folder that they share;
what stands there is taken only for the same records, package and libraries, and as it was written.
"""

import hashlib
import json
import os
import pickle
from contextlib import ExitStack, contextmanager, suppress
from functools import cache, wraps
from importlib.metadata import version
from pathlib import Path

from ..words import files

MOST = 1000  # files that are kept in the folder, of a few kilobytes each, and a few hundred for a figure
COMPUTED_WITH = ("numpy", "pandas", "scipy", "networkx", "igraph")


def remembered(function):
    """Compute a function of a dataset once for the same records; variants, which no file holds, are not kept."""
    name = f"{function.__module__}.{function.__qualname__}"
    found = {}

    @wraps(function)
    def caller(dataset, *what, progress=None):
        if not dataset.digest:
            return function(dataset, *what, progress=progress)
        key = (name, dataset.digest, *what)
        if key not in found:
            found[key] = kept(lambda: function(dataset, *what, progress=progress), _code(), *key)
        return found[key]

    return caller


def kept(make, *key):
    """Return what the folder holds under a key, else make it and keep it; of several that ask at once, one makes it."""
    if not os.environ.get("NEOTERRA_MEMORY"):
        return make()
    file = Path(os.environ["NEOTERRA_MEMORY"]) / f"{hashlib.sha256(json.dumps(key).encode()).hexdigest()}.pickle"
    with locked(file.with_suffix(".lock")):
        found = _read(file)
        if found is None:
            found = [make()]
            _write(file, found)
    with suppress(OSError):
        file.with_suffix(".lock").unlink()
        os.utime(file)  # what is used is kept longest
    return found[0]


def sha(file):
    """Return the SHA-256 of a file, 64 hexadecimal digits."""
    with open(file, "rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def sources(files, packages):
    """Return the digest of some files, and of the versions of the packages, that a result follows from."""
    parts = [[Path(file).name, sha(file)] for file in files] + [version(name) for name in packages]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


@cache
def _code():
    return sources(sorted(Path(__file__).parents[1].rglob("*.py")), COMPUTED_WITH)


@contextmanager
def locked(lock, wait=True):
    """Hold a lock file, which ends with the process however it ends, where the system can lock."""
    with ExitStack() as held:
        try:
            import fcntl

            lock.parent.mkdir(parents=True, exist_ok=True)
            fcntl.flock(held.enter_context(lock.open("w")), fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (ImportError, OSError) as error:
            if isinstance(error, BlockingIOError):
                raise
        yield


def _read(file):
    """Return what a file holds, in a list, or None unless it is whole and as it was written."""
    try:
        digest, pickled = file.read_bytes().split(b"\n", 1)
        return pickle.loads(pickled) if digest == hashlib.sha256(pickled).hexdigest().encode() else None
    except Exception:  # whatever is wrong with it, it can be made again
        return None


def _write(file, found):
    """Keep a result, and the newest ones only; where the folder cannot be written, nothing is kept."""
    pickled = pickle.dumps(found)
    with suppress(OSError):
        files.replace(file, hashlib.sha256(pickled).hexdigest().encode() + b"\n" + pickled)
        others = sorted(file.parent.glob("*.pickle"), key=lambda one: one.stat().st_mtime)
        for one in others[:-MOST]:
            one.unlink(missing_ok=True)
