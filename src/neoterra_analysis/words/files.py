"""Files are written aside and only then put in place: a killed run or a full disk harms nothing.

One file is replaced in one step. Several files of a folder are replaced one after the other, once a journal in the
folder says which, and the files from before are kept beside it: as long as the journal is there, the next command
puts them back. It lies in the folder itself, on the same disk, and stays with it when the folder is moved or copied.
"""

import errno
import hashlib
import json
import os
import re
import shutil
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path

from . import labels

# In the folder; ``.*.new`` is what git is told to ignore.
STAGED, LOCK = ".neoterra.new", ".neoterra.lock.new"
JOURNAL = "journal.json"
GRACE = 2.0  # seconds that a file may be held by another program
PATIENCE = 30.0  # seconds that a reader waits for files that are being put in place
WINDOWS = os.name == "nt"
# What is written aside is named after the process that writes it, and locked by it where the disk locks files.
ASIDE = re.compile(r"\..+\.(?P<process>\d+)\.new|neoterra-(?P<scratch>\d+)-.+")
OWN = ("data", "site", "figures", "notebooks", "build")  # folders of a project that commands write into
OLD = 3600  # seconds after which what lies aside is nobody's, where a process cannot be asked for


class Busy(OSError):
    """Another run holds the folder."""


class Cut(OSError):
    """What a run that was cut began to put into a folder could not be undone."""


def replace(path, content):
    """Put new content in place of a file in one step."""
    path = _meant(Path(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    new = aside(path)
    try:
        with new.open("wb") as file:
            take(file)
            file.write(content.encode("utf-8") if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
        swap(new, path)
    finally:
        new.unlink(missing_ok=True)
    return path


def swap(source, target):
    """Put a file or a folder in the place of another one, in one step; say so where another program holds that one.

    Windows lets nobody replace what Excel has open; what looks for viruses lets it go after a moment.
    """
    until = time.monotonic() + (GRACE if WINDOWS else 0)
    while True:
        try:
            return os.replace(source, target)
        except PermissionError as error:
            if not WINDOWS:
                raise
            if time.monotonic() > until:
                raise PermissionError(labels.t("files.held", file=target)) from error
            time.sleep(0.05)


def inert(cell):
    """Return the cell of a CSV so that no spreadsheet runs it as a formula, with line feeds as the ends of its lines.

    >>> inert("=cmd"), inert("a = b"), inert(-1)
    ("'=cmd", 'a = b', -1)
    """
    if not isinstance(cell, str):
        return cell
    formula = cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    return ("'" if formula else "") + cell.replace("\r\n", "\n").replace("\r", "\n")


def aside(path):
    """Return the name under which something is written before it is put in place, in the same folder."""
    return path.with_name(f".{path.name}.{os.getpid()}.new")


def _meant(path):
    """Return the file that a symbolic link leads to, which is what is written, or the path itself."""
    return Path(os.path.realpath(path)) if path.is_symlink() else path


@contextmanager
def scratch():
    """Make a folder among the temporary ones, and remove it; what killed runs left there goes too."""
    sweep(tempfile.gettempdir())
    with tempfile.TemporaryDirectory(prefix=f"neoterra-{os.getpid()}-") as folder:
        yield Path(folder)


def tidy(folders):
    """Remove what killed runs left aside in some folders, and in what a project has below them."""
    for folder in {Path(one).absolute() for one in folders}:
        below = [one for name in OWN for one in (folder / name, *(folder / name).glob("**/")) if one.is_dir()]
        for one in {folder, *below}:
            sweep(one)


def sweep(folder):
    """Remove what runs that are over left aside in a folder."""
    with suppress(OSError):
        for path in Path(folder).iterdir():
            found = ASIDE.fullmatch(path.name)
            if found and _is_over(int(found["process"] or found["scratch"]), path):
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink(missing_ok=True)


def _is_over(process, path):
    """Tell whether a process is there no more, neither on this machine nor on another one that shares the disk."""
    if process == os.getpid():
        return False
    if WINDOWS:  # asking for a process would end it there
        return time.time() - path.stat().st_mtime > OLD
    with suppress(PermissionError, ProcessLookupError, OverflowError):
        os.kill(process, 0)
        return False
    if path.is_dir():
        return True
    with path.open("rb") as file:
        return take(file)


def put_all(folder, contents, lang=None):
    """Put files into a folder, ``{name: content}``: all, or none; return their paths."""
    with locked(folder, lang, PATIENCE):
        return put_locked(folder, contents)


def put_locked(folder, contents, unchanged=None):
    """Put files into a folder that is locked; ``unchanged`` may still stop it when all is down on the disk."""
    folder = Path(folder)
    staged = folder / STAGED
    try:
        staged.mkdir()
        states = {name: _stage(folder, _plain(name), content) for name, content in contents.items()}
        for root, _, _ in os.walk(staged):
            _sync(root)
        if unchanged:
            unchanged()
        replace(staged / JOURNAL, json.dumps(states, indent=1))
        _sync(staged)
        for name in states:
            _move(staged / "new" / name, _meant(folder / name))
        _sync(folder)
        _forget(staged)
    finally:
        _settle(folder)
    return [folder / name for name in contents]


def _plain(name):
    """Refuse a name that leads out of the folder."""
    if name in ("", "..") or Path(name).name != name:
        raise ValueError(f"{name!r}: not the name of a file")
    return name


def _stage(folder, name, content):
    """Write a new file aside, with a copy of the old one; return what tells them apart from other content."""
    old, new = (folder / part / name for part in (f"{STAGED}/old", f"{STAGED}/new"))
    place = _meant(folder / name)
    replace(new, content)
    if os.path.lexists(place):
        old.parent.mkdir(exist_ok=True)
        shutil.copy2(place, old, follow_symlinks=False)
        _sync(old)
    if place.is_file():
        shutil.copymode(place, new)
    return _state(old), _state(new)


def _move(source, target):
    """Put a file in the place of another one, on another disk too."""
    try:
        swap(source, target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        replace(target, source.read_bytes())
        source.unlink()


def _state(path):
    """Tell the content of a file apart from any other; None if there is no file."""
    if path.is_symlink():
        return f"-> {os.readlink(path)}"
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else None


def _sync(path):
    """Bring one file, or the names in one folder, down to the disk."""
    if WINDOWS or os.path.islink(path):  # Windows opens no folder
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _forget(staged):
    """Remove the journal: what is in place stays."""
    (staged / JOURNAL).unlink()
    with suppress(OSError):  # it is done; only its time on the disk is at stake
        _sync(staged)


def _settle(folder, lang=None):
    """Undo what was cut, if a journal says so, and remove what lies aside; tell whether it was undone."""
    staged = folder / STAGED
    cut = (staged / JOURNAL).exists()
    if cut:
        told = {"folder": folder, "old": staged / "old", "staged": staged}
        try:
            edited = _undo(folder, staged)
        except OSError as error:
            raise Cut(labels.t("merging.cut", lang, error=error, **told)) from error
        if edited:
            raise Cut(labels.t("merging.edited", lang, names=", ".join(edited), **told))
    shutil.rmtree(staged, ignore_errors=True)
    return cut


def _undo(folder, staged):
    """Put the old files back where they were replaced; return those that changed since, if any: all stays then."""
    states = json.loads((staged / JOURNAL).read_text(encoding="utf-8"))
    replaced = [name for name in states if not os.path.lexists(staged / "new" / _plain(name))]
    found = {name: _state(_meant(folder / name)) for name in replaced}
    edited = [name for name in replaced if found[name] not in (None, *states[name])]
    if edited:
        return edited
    for name in replaced:
        old, _ = states[name]
        if found[name] == old:  # put back before the undoing was cut too
            continue
        if old is None:
            _meant(folder / name).unlink()
        else:
            _move(staged / "old" / name, _meant(folder / name))
    _sync(folder)
    _forget(staged)
    return []


def mend(folder, lang=None):
    """Undo what a run that was cut began to put into a folder, before its files are read; tell so."""
    staged = Path(folder) / STAGED
    if not staged.is_dir():
        return False
    try:
        with locked(folder, lang, PATIENCE if (staged / JOURNAL).exists() else 0) as undone:
            pass
    except Busy:
        if (staged / JOURNAL).exists():
            raise
        return False  # another run has not begun to put its files in place, or has done so
    if undone:
        print(labels.t("merging.undone", lang, folder=folder), file=sys.stderr)
    return undone


@contextmanager
def locked(folder, lang=None, patience=0.0):
    """Hold a folder, made if it is not there, against other runs; yield whether what a cut one began was undone."""
    folder = Path(folder)
    made = [one for one in (folder, *folder.parents) if not one.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with _lock(folder / LOCK, lang, patience):
            yield _settle(folder, lang)
    finally:
        for one in made:
            with suppress(OSError):  # it is not empty
                one.rmdir()


@contextmanager
def _lock(path, lang, patience):
    """Hold a lock file, which is free again when the process ends, however it ends."""
    until = time.monotonic() + patience
    while True:
        try:
            file = path.open("ab")
        except OSError:  # where no file can be made, none can be put in place
            yield
            return
        taken = take(file)
        if taken and _is(file, path):
            break
        file.close()
        if not taken and time.monotonic() >= until:
            raise Busy(labels.t("merging.busy", lang))
        time.sleep(0.01)
    with file:
        try:
            yield
        finally:
            if WINDOWS:  # where nobody removes an open file; elsewhere, a free lock may be another run's already
                file.close()
            with suppress(OSError):
                path.unlink()


def take(file):
    """Lock an open file, if no other run has; where the disk locks no file, two runs at once are the reader's care."""
    try:
        if WINDOWS:
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except (ImportError, OSError):
        pass
    return True


def _is(file, path):
    """Return whether an open file is still there: the run before may have removed it before it was locked here."""
    try:
        return WINDOWS or os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False


def signature(folder):
    """Tell the files of a folder apart from any later state of them."""
    found = []
    for file in sorted(Path(folder).rglob("*")):
        own = file.relative_to(folder).parts[0] in (STAGED, LOCK)
        if not own and (not file.is_dir() or file.is_symlink()):
            told = file.lstat()
            found.append((str(file), told.st_size, told.st_mtime_ns, told.st_ino))
    return found
