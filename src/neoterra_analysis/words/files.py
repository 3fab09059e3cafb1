"""Files and folders are written aside and only then put in place: a killed run or a full disk harms nothing."""

import ctypes
import errno
import os
import shutil
from contextlib import contextmanager, suppress
from pathlib import Path

from . import labels


def replace(path, content):
    """Put new content in place of a file in one step."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        with aside.open("wb") as file:
            file.write(content.encode("utf-8") if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(aside, path)
    finally:
        aside.unlink(missing_ok=True)
    return path


UNABLE = {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EPERM}


class Busy(RuntimeError):
    """Another run holds the folder."""


def beside(folder, kind):
    """Return the name of a temporary folder beside another; hidden, and ``.new`` is what git is told to ignore.

    >>> beside("project/data", "new").name == f".data.{os.getpid()}.new"
    True
    """
    folder = Path(folder)
    return folder.with_name(f".{folder.name}.{os.getpid()}.{kind}")


@contextmanager
def alone(folder, lang=None):
    """Hold the lock of a folder, which ends with the process however it ends; clear what a killed run left."""
    folder = Path(folder)
    with _lock(folder.parent, lang) as held:
        yield _clear(folder, held)


@contextmanager
def _lock(folder, lang):
    """Lock a folder where the system can; tell whether it could."""
    try:
        import fcntl

        handle = os.open(folder, os.O_RDONLY)
    except (ImportError, OSError):  # Windows: two runs at once are left to the reader's care
        yield False
        return
    try:
        held = True
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy(labels.t("merging.busy", lang)) from None
        except OSError:  # some network disks lock no folder
            held = False
        yield held
    finally:
        os.close(handle)


def _clear(folder, held):
    """Put the old folder back where only it is left, and remove what is left of runs that are over."""
    left = sorted(folder.parent.glob(f".{folder.name}.[0-9]*.old"))
    undone = bool(left) and not folder.exists()
    if undone:
        os.rename(left.pop(), folder)
    if held:  # without the lock, it could be the folder of a run that goes on
        for old in [*left, *folder.parent.glob(f".{folder.name}.[0-9]*.new")]:
            shutil.rmtree(old, ignore_errors=True)
    return undone


def signature(folder):
    """Tell the files of a folder apart from any later state of them."""
    found = []
    for file in sorted(Path(folder).rglob("*")):
        if not file.is_dir() or file.is_symlink():
            told = file.lstat()
            found.append((str(file), told.st_size, told.st_mtime_ns, told.st_ino))
    return found


def sync(folder):
    """Bring all files and folders under a folder down to the disk."""
    for root, _, files in os.walk(folder):
        for name in [*files, ""]:
            path = os.path.join(root, name)
            if not os.path.islink(path):
                sync_one(path)


def sync_one(path):
    """Bring one file or folder down to the disk."""
    if os.name == "nt" or not (os.path.isdir(path) or os.path.isfile(path)):  # Windows opens no folder
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def exchange(one, two):
    """Exchange two folders in one step, where the system can."""
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError, TypeError):
        return False
    here = -100  # AT_FDCWD
    rename.argtypes = [ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint]
    if rename(here, os.fsencode(one), here, os.fsencode(two), 2) == 0:
        return True
    code = ctypes.get_errno()
    if code in UNABLE:
        return False
    raise OSError(code, os.strerror(code), str(two))


def put(new, folder):
    """Put a complete folder in place of another."""
    old = new
    if not exchange(new, folder):
        old = beside(folder, "old")
        try:
            os.rename(folder, old)
            os.rename(new, folder)
        except BaseException:
            if not folder.exists() and old.exists():
                os.rename(old, folder)
            raise
    with suppress(OSError):  # the exchange is done; only its time on the disk is at stake
        sync_one(folder.parent)
    return old
