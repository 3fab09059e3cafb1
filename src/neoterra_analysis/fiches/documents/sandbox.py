"""Read a document in a process of its own, with little memory and time: what goes wrong there stays there."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from importlib import import_module
from pathlib import Path

from .blocks import Document, Paragraph, Place, Table, Text
from .limits import MEGABYTE, DocumentError, check_blocks, decode, refusal

READERS = {"text": "plain", "html": "web", "docx": "word", "pdf": "pdf"}
MEMORY = 512 * MEGABYTE
SECONDS = 10  # of computing
PATIENCE = 20  # seconds on the clock: a busy machine computes slowly
PACKAGES = Path(__file__).resolve().parents[3]


def read(form, raw, digest, lang=None):
    """Read a document in another process."""
    call = f"from {__package__}.sandbox import answer; answer()"
    command = [sys.executable, "-P", "-W", "ignore", "-c", call, form, lang or ""]
    paths = os.pathsep.join(filter(None, (str(PACKAGES), os.environ.get("PYTHONPATH"))))
    environment = os.environ | {"PYTHONPATH": paths, "PYTHONIOENCODING": "utf-8"}
    try:
        done = subprocess.run(
            command, input=raw, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=PATIENCE, env=environment
        )
    except subprocess.TimeoutExpired:
        raise refusal("too_long", lang, seconds=PATIENCE) from None
    except OSError:
        raise refusal("unreadable", lang) from None
    # A process that used up its time or crashed says nothing.
    if done.returncode == -getattr(signal, "SIGXCPU", 0) != 0:
        raise refusal("too_long", lang, seconds=SECONDS)
    if done.returncode or not done.stdout:
        raise refusal("too_much", lang, most=MEMORY // MEGABYTE)
    found = json.loads(done.stdout)
    if "refused" in found:
        raise DocumentError(found["refused"])
    return Document(form, digest, tuple(map(_block, found["blocks"])), tuple(found["pictures"]))


def _block(stored):
    if len(stored) == 3:
        return Paragraph(_text(stored[0]), stored[1], stored[2])
    return Table(tuple(tuple(_text(cell) for cell in row) for row in stored[0]))


def _text(stored):
    text, bold, place = stored
    return Text(text, tuple((start, end) for start, end in bold), Place(*place))


def _limit():
    """Take memory and time away from this process, as far as its system knows how."""
    with contextlib.suppress(ImportError):
        import resource

        budget = {
            resource.RLIMIT_AS: (MEMORY, MEMORY),
            resource.RLIMIT_CPU: (SECONDS, SECONDS + 1),
            resource.RLIMIT_CORE: (0, 0),
        }
        for limit, most in budget.items():
            with contextlib.suppress(OSError, ValueError):
                resource.setrlimit(limit, most)


def _answer(form, lang):
    try:
        raw = sys.stdin.buffer.read()
        reader = import_module(f".{READERS[form]}", __package__)
        document = reader.read(decode(raw, lang), "") if form == "text" else reader.read(raw, "", lang)
        return {"blocks": check_blocks(document, lang).blocks, "pictures": document.pictures}
    except DocumentError as error:
        return {"refused": str(error)}
    except Exception as error:  # whatever a parser stumbles over, the reader is told one line
        if _is_memory(error):
            return {"refused": str(refusal("too_much", lang, most=MEMORY // MEGABYTE))}
        return {"refused": str(refusal("unreadable", lang))}


def _is_memory(error):
    """Tell whether an error comes of too little memory, also where a library has wrapped it."""
    causes = (error.__cause__, error.__context__, *error.args)
    inner = (cause for cause in causes if isinstance(cause, BaseException) and cause is not error)
    return isinstance(error, MemoryError) or any(map(_is_memory, inner))


def answer():
    """Read, in this process, the document on standard input, and answer `read` in JSON; for `read` alone.

    >>> answer.__module__
    'neoterra_analysis.fiches.documents.sandbox'
    """
    out, sys.stdout = sys.stdout, sys.stderr  # so that no library can speak in the answer
    _limit()
    found = json.dumps(_answer(sys.argv[1], sys.argv[2] or None))
    out.write(found)
    out.flush()
