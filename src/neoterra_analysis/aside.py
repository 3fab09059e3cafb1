"""Files are written aside, down to the disk, and only then put in place: a killed run or a full disk harms nothing."""

import os
from pathlib import Path


def replace(path, content):
    """Put new content in place of a file in one step.

    Parameters
    ----------
    path : path-like
        The file; its folder is made if needed.
    content : str or bytes
        The whole content; text is written as UTF-8, its line ends as they are.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    OSError
        If it cannot be written; what was there is then as it was.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "new" / "note.txt"
    >>> replace(file, "bonjour").read_text()
    'bonjour'
    """
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
