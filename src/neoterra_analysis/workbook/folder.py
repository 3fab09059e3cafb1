"""The tables of an import take the place of a folder's in one step, or not at all, even when a run is killed."""

import os
import shutil
from contextlib import contextmanager
from pathlib import Path

from .. import aside
from ..drafts import swap
from .sheets import refusal


def check(out, lang=None):
    """Refuse a folder that tables should not be written into.

    Parameters
    ----------
    out : path-like
        A folder that is not there yet, is empty, or is a data folder.
    lang : {"fr", "en"}, optional
        See `labels.language`.

    Raises
    ------
    WorkbookError
        If it is something else, or the folder that the command runs in, which cannot be exchanged under it.

    Examples
    --------
    >>> check("no-such-folder")
    """
    out = Path(out)
    if out.exists() and not out.is_dir():
        raise refusal("out_is_file", lang, out=out)
    if out.is_dir() and any(out.iterdir()) and not (out / "datapackage.json").is_file():
        raise refusal("out_is_other", lang, out=out)
    if Path(os.path.realpath(out)) in (Path.cwd(), *Path.cwd().parents):
        raise refusal("out_is_here", lang, out=out)


@contextmanager
def held(out, lang=None):
    """Hold a folder against other runs, and put right what a killed one left.

    Parameters
    ----------
    out : path-like
        The folder; the one above is made if needed.
    lang : {"fr", "en"}, optional
        See `labels.language`.

    Yields
    ------
    pathlib.Path
        The folder itself, even if `out` is a link to it.

    Raises
    ------
    WorkbookError
        If another run holds it, or it is not one to write into.

    Examples
    --------
    >>> import tempfile
    >>> with held(Path(tempfile.mkdtemp(), "draft")) as out:
    ...     out.name
    'draft'
    """
    out = Path(os.path.realpath(out))
    out.parent.mkdir(parents=True, exist_ok=True)
    try:
        with swap.alone(out, lang):
            check(out, lang)
            yield out
    except swap.Busy:
        raise refusal("busy", lang, out=out) from None


def put(out, files, lang=None):
    """Put files into a folder, all or none; other files there are kept.

    Parameters
    ----------
    out : pathlib.Path
        A folder that is `held`.
    files : dict of str to bytes
        Content by name.
    lang : {"fr", "en"}, optional
        See `labels.language`.

    Raises
    ------
    WorkbookError
        If the folder changes meanwhile; it is left alone.
    OSError
        If they cannot be written; the folder is then as it was.

    Examples
    --------
    >>> import tempfile
    >>> out = Path(tempfile.mkdtemp(), "draft")
    >>> put(out, {"a.csv": b"a"})
    >>> [file.name for file in out.iterdir()]
    ['a.csv']
    """
    there = out.exists()
    before = swap.signature(out) if there else None
    new = swap.beside(out, "new")
    try:
        if there:
            shutil.copytree(out, new, symlinks=True)
        for name in sorted(files):
            aside.replace(new / name, files[name])
            if (out / name).is_file():
                shutil.copymode(out / name, new / name)
        swap.sync(new)
        if not there:
            os.rename(new, out)
            swap.sync_one(out.parent)
            return
        if swap.signature(out) != before:
            raise refusal("out_changed", lang, out=out)
        shutil.rmtree(swap.put(new, out), ignore_errors=True)
    finally:
        shutil.rmtree(new, ignore_errors=True)
