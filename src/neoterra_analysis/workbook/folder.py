"""The tables of an import are put in their folder all together, or not at all."""

import os
import shutil
from pathlib import Path

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
        If it is something else.

    Examples
    --------
    >>> check("no-such-folder")
    """
    out = Path(out)
    if out.exists() and not out.is_dir():
        raise refusal("out_is_file", lang, out=out)
    if out.is_dir() and any(out.iterdir()) and not (out / "datapackage.json").is_file():
        raise refusal("out_is_other", lang, out=out)


def put(out, files):
    """Write files into a folder, all or none; other files there are left alone.

    Parameters
    ----------
    out : path-like
        The folder, made if needed.
    files : dict of str to bytes
        Content by name.

    Raises
    ------
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
    out = Path(out)
    if not out.exists():
        out.parent.mkdir(parents=True, exist_ok=True)
        aside = out.with_name(f".{out.name}.{os.getpid()}.new")
        try:
            aside.mkdir()
            for name, content in files.items():
                _write(aside / name, content)
            os.rename(aside, out)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
        return
    changed = {name: raw for name, raw in files.items() if not _same(out / name, raw)}
    fresh = {name: out / f".{name}.{os.getpid()}.new" for name in changed}
    old = {name: out / f".{name}.{os.getpid()}.old" for name in changed if (out / name).exists()}
    placed = []
    try:
        for name, content in changed.items():
            _write(fresh[name], content)
        for name in old:
            shutil.copy2(out / name, old[name])
        for name in changed:
            os.replace(fresh[name], out / name)
            placed.append(name)
    except BaseException:
        # Ctrl-C too must not leave tables of two states.
        for name in placed:
            if name in old:
                os.replace(old[name], out / name)
            else:
                (out / name).unlink()
        raise
    finally:
        for path in [*fresh.values(), *old.values()]:
            path.unlink(missing_ok=True)


def _same(path, raw):
    return path.is_file() and path.read_bytes() == raw


def _write(path, content):
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
