"""What takes long is made once for the same records and the same code: in a process, and in a folder of a build.

Six notebooks in two languages ask for the same fragility at once. ``NEOTERRA_MEMORY`` names a folder that they share;
what stands there is taken only for the same records, package and libraries, and as it was written. It is JSON of a few
known forms: whoever can write into the folder can make a result wrong, but no code of theirs is run.
"""

import base64
import hashlib
import json
import os
import time
from contextlib import ExitStack, contextmanager, suppress
from functools import cache, wraps
from importlib.metadata import version
from pathlib import Path

from ..words import files

MOST = 1000  # files that are kept in the folder, of a few kilobytes each, and a few hundred for a figure
DTYPES = ("object", "str", "int64", "float64", "bool")  # of the columns that are read back
COMPUTED_WITH = ("numpy", "pandas", "scipy", "networkx", "igraph")


def remembered(sound):
    """Compute a function of a dataset once for the same records; variants, which no file holds, are not kept.

    ``sound`` tells whether what a file holds is such a result.
    """

    def named(function):
        name = f"{function.__module__}.{function.__qualname__}"
        found = {}

        @wraps(function)
        def caller(dataset, *what, progress=None):
            if not dataset.digest:
                return function(dataset, *what, progress=progress)
            key = (name, dataset.digest, *what)
            if key not in found:
                found[key] = kept(lambda: function(dataset, *what, progress=progress), sound, _code(), *key)
            return found[key]

        return caller

    return named


def kept(make, sound, *key):
    """Return what the folder holds under a key, else make it and keep it; of several that ask at once, one makes it."""
    if not os.environ.get("NEOTERRA_MEMORY"):
        return make()
    file = Path(os.environ["NEOTERRA_MEMORY"]) / f"{hashlib.sha256(json.dumps(key).encode()).hexdigest()}.json"
    with locked(file.with_suffix(".lock")):
        found = _read(file, sound)
        if found is None:
            found = [make()]
            _write(file, found[0])
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


class Held(Exception):
    """Another process holds the lock."""


@cache
def _code():
    own = Path(__file__).parents[1]
    return sources(sorted([*own.rglob("*.py"), *own.rglob("*.toml")]), COMPUTED_WITH)


@contextmanager
def locked(lock, wait=True):
    """Hold a lock file, which ends with the process however it ends, where the disk locks files."""
    with ExitStack() as held:
        with suppress(OSError):
            lock.parent.mkdir(parents=True, exist_ok=True)
            file = held.enter_context(lock.open("ab"))
            while not files.take(file):
                if not wait:
                    raise Held
                time.sleep(0.02)
        yield


def _read(file, sound):
    """Return what a file holds, in a list, or None unless it is whole, as it was written, and of the right shape."""
    try:
        digest, text = file.read_bytes().split(b"\n", 1)
        found = value_of(json.loads(text)) if digest == hashlib.sha256(text).hexdigest().encode() else None
        return [found] if sound(found) else None
    except Exception:  # whatever is wrong with it, it can be made again
        return None


def _write(file, found):
    """Keep a result, and the newest ones only; where the folder cannot be written, nothing is kept."""
    text = json.dumps(as_json(found)).encode()
    with suppress(OSError):
        files.replace(file, hashlib.sha256(text).hexdigest().encode() + b"\n" + text)
        others = sorted(file.parent.glob("*.json"), key=lambda one: one.stat().st_mtime)
        for one in others[:-MOST]:
            one.unlink(missing_ok=True)


def as_json(value):
    """Return a value as JSON holds it: text, numbers, truth and None as they are, the rest as ``[kind, content]``.

    >>> as_json(("a", [1]))
    ['tuple', ['a', ['list', [1]]]]
    """
    kind = type(value).__name__
    if kind == "DataFrame":
        columns = [[name, str(value[name].dtype), as_json(value[name].tolist())] for name in value.columns]
        return [kind, [columns, len(value)]]
    if kind == "dict":
        return [kind, [[as_json(key), as_json(one)] for key, one in value.items()]]
    if kind == "bytes":
        return [kind, base64.b64encode(value).decode()]
    if hasattr(value, "dtype") and hasattr(value, "item"):  # a number of numpy
        return value.item()
    if kind in ("tuple", "list", "Share"):
        return [kind, [as_json(one) for one in value]]
    if value is None or kind in ("str", "int", "float", "bool"):
        return value
    raise TypeError(kind)


def value_of(written):
    """Return the value that `as_json` wrote.

    >>> value_of(["tuple", ["a", ["list", [1]]]])
    ('a', [1])
    """
    if not isinstance(written, list):
        return written
    kind, content = written
    if kind == "DataFrame":
        import pandas as pd

        columns, length = content
        made = {name: pd.Series(value_of(values), dtype=dtype) for name, dtype, values in columns if dtype in DTYPES}
        return pd.DataFrame(made, index=range(length), columns=[name for name, *_ in columns])
    if kind == "dict":
        return {value_of(key): value_of(one) for key, one in content}
    if kind == "bytes":
        return base64.b64decode(content, validate=True)
    if kind == "Share":
        from .fragility import Share

        return Share(*map(value_of, content))
    return {"tuple": tuple, "list": list}[kind](map(value_of, content))
