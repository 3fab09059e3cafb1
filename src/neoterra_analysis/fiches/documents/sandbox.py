"""Read a file from outside in a process of its own, with little memory and time: what goes wrong there stays there.

What a command does with it afterwards is held to a limit too, in the command's own process: `bounded`.
"""

import contextlib
import ctypes
import json
import os
import signal
import subprocess
import sys
import threading
import time
from importlib import import_module
from pathlib import Path

from ...words import labels
from .blocks import Aside, Document, Paragraph, Place, Table, Text
from .limits import MEGABYTE, DocumentError, check_blocks, decode, refusal

READERS = {"text": "plain", "html": "web", "docx": "word", "odt": "odt", "pdf": "pdf"}
MEMORY = 512 * MEGABYTE
SECONDS = 10  # of computing
PATIENCE = 60  # seconds on the clock: a busy machine computes slowly
# Of a whole command: five times what the data of 2,000 laureates take.
MOST_SECONDS, MOST_MEMORY = 60, 1536 * MEGABYTE
LOOKS = 0.1  # seconds of computing between two looks at them
TOO_LONG = 124  # the status of a process that ends itself
NO_MEMORY = 2  # libxml2's number of an error that lxml takes for one of syntax
PACKAGES = Path(__file__).resolve().parents[3]


class Unbounded(BaseException):
    """More time or memory than a command may take; no handler of errors on its way holds it up."""


@contextlib.contextmanager
def bounded(lang=None):
    """Hold all that is done inside to so much computing and memory.

    Memory is what has come into use inside, not what is reserved: numerical libraries reserve much for each core. A
    timer of the system looks in the midst of one long step of a library too; where there is none, a thread looks
    between such steps only.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    until, before = time.process_time() + MOST_SECONDS, _memory()

    def excess():
        if time.process_time() > until:
            return labels.t("cli.too_long", lang, seconds=MOST_SECONDS)
        return _memory() - before > MOST_MEMORY and labels.t("cli.too_much", lang, most=MOST_MEMORY // MEGABYTE)

    if told := excess():
        raise Unbounded(told)
    with (_timer if hasattr(signal, "setitimer") else _watcher)(excess):
        yield


@contextlib.contextmanager
def _timer(excess):
    """Look again and again, by a signal."""

    def look(*_):
        if told := excess():
            raise Unbounded(told)

    handler = signal.signal(signal.SIGPROF, look)
    signal.setitimer(signal.ITIMER_PROF, LOOKS, LOOKS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, handler)


@contextlib.contextmanager
def _watcher(excess):
    """Look again and again, from a thread."""
    end, here, over = ctypes.pythonapi.PyThreadState_SetAsyncExc, threading.get_ident(), threading.Event()

    def watch():
        while not over.wait(LOOKS):
            if told := excess():
                why = type("Told", (Unbounded,), {"__str__": lambda _: told})  # a class is all that can be thrown
                end(ctypes.c_ulong(here), ctypes.py_object(why))
                return

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        end(ctypes.c_ulong(here), None)  # what came too late


def _memory():
    """Return how much memory this process uses, 0 where neither its system nor psutil (with ipykernel) tells."""
    try:
        return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        with contextlib.suppress(ImportError):
            import psutil

            return psutil.Process().memory_info().rss
    return 0


def call(function, raw, *words, lang=None, times=1):
    """Call a function of the package, ``function(raw, *words, lang)``, in another process; its answer fits in JSON.

    It may take so many ``times`` the time and memory of a document.
    """
    start = f"from {__package__}.sandbox import answer; answer()"
    command = [sys.executable, "-P", "-W", "ignore", "-c", start, str(times), function.__module__, function.__name__]
    paths = os.pathsep.join(filter(None, (str(PACKAGES), os.environ.get("PYTHONPATH"))))
    environment = os.environ | {"PYTHONPATH": paths, "PYTHONIOENCODING": "utf-8"}
    try:
        done = subprocess.run(
            [*command, *words, lang or ""],
            input=raw,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=PATIENCE * times,
            env=environment,
        )
    except subprocess.TimeoutExpired:
        raise refusal("too_long", lang, seconds=PATIENCE * times) from None
    except OSError:
        raise refusal("unreadable", lang) from None
    # A process that used up its time or crashed says nothing.
    if done.returncode in (TOO_LONG, -getattr(signal, "SIGXCPU", -TOO_LONG)):
        raise refusal("too_long", lang, seconds=SECONDS * times)
    if done.returncode or not done.stdout:
        raise refusal("too_much", lang, most=MEMORY * times // MEGABYTE)
    found = json.loads(done.stdout)
    if "refused" in found:
        raise DocumentError(*found["refused"])
    return found["answer"]


def answer():
    """Answer, in this process, a `call` with its bytes on standard input."""
    out, sys.stdout = sys.stdout, sys.stderr  # so that no library can speak in the answer
    sys.modules["numpy"] = None  # openpyxl would take it up, at half of the time and memory, for nothing read here
    times, module, name, *words, lang = sys.argv[1:]
    most = MEMORY * int(times) // MEGABYTE
    _limit(int(times))
    try:
        found = {"answer": getattr(import_module(module), name)(sys.stdin.buffer.read(), *words, lang or None)}
    except Exception as error:  # whatever a parser stumbles over, the reader is told one line
        if not isinstance(error, DocumentError):
            error = refusal("too_much" if _is_memory(error) else "unreadable", lang or None, most=most)
        found = {"refused": [str(error), error.code]}
    out.write(json.dumps(found))
    out.flush()


def _limit(times):
    """Take memory and time away from this process, as far as its system knows how."""
    memory, seconds = MEMORY * times, SECONDS * times
    try:
        import resource
    except ImportError:
        threading.Thread(target=_watch, args=(memory, seconds), daemon=True).start()
        return
    budget = {
        resource.RLIMIT_AS: (memory, memory),
        resource.RLIMIT_CPU: (seconds, seconds + 1),
        resource.RLIMIT_CORE: (0, 0),
    }
    for limit, most in budget.items():
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(limit, most)


def _watch(memory, seconds):
    """End this process when it takes too much, where its system has no limits; the patience of `call` holds anyway."""
    while _memory() < memory:
        if time.process_time() > seconds:
            os._exit(TOO_LONG)
        time.sleep(LOOKS)
    os._exit(1)


def _is_memory(error):
    """Tell whether an error comes of too little memory, also where a library has wrapped it."""
    causes = (error.__cause__, error.__context__, *error.args)
    inner = (cause for cause in causes if isinstance(cause, BaseException) and cause is not error)
    return isinstance(error, MemoryError) or getattr(error, "code", None) == NO_MEMORY or any(map(_is_memory, inner))


def read(form, raw, digest, lang=None):
    """Read a document in another process."""
    found = call(blocks_of, raw, form, lang=lang)
    blocks, asides = tuple(map(_block, found["blocks"])), tuple(map(_aside, found["asides"]))
    return Document(form, digest, blocks, tuple(found["pictures"]), asides, found["raw"])


def blocks_of(raw, form, lang):
    """Read a document in this process, for `read` alone."""
    reader = import_module(f".{READERS[form]}", __package__)
    document = reader.read(decode(raw, lang), "") if form == "text" else reader.read(raw, "", lang)
    blocks, pictures = check_blocks(document, lang).blocks, document.pictures
    return {"blocks": blocks, "pictures": pictures, "asides": document.asides, "raw": document.raw}


def _block(stored):
    if len(stored) == 3:
        return Paragraph(_text(stored[0]), stored[1], stored[2])
    return Table(tuple(tuple(_text(cell) for cell in row) for row in stored[0]))


def _aside(stored):
    kind, words, place = stored
    return Aside(kind, words, Place(*place))


def _text(stored):
    text, bold, place = stored
    return Text(text, tuple((start, end) for start, end in bold), Place(*place))
