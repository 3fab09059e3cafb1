#!/usr/bin/env python3
# -*- coding: utf-8 -*-
"""All that is typed here, on Windows, macOS and Linux: `py start.py build`, `python3 start.py build`, `make build`.

Nothing but Python 3.11 or later is needed. This file parses on any older one too, to say which to take instead.
"""

from __future__ import print_function

import ast
import errno
import glob
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

LEAST = (3, 11)
HERE = os.path.dirname(os.path.realpath(__file__))
WINDOWS = os.name == "nt"
VENV = os.path.join(HERE, ".venv")
BIN = os.path.join(".venv", "Scripts" if WINDOWS else "bin")
EXE = ".exe" if WINDOWS else ""
PYTHON = os.path.join(HERE, BIN, "python" + EXE)
CODE = ["src", "tests", "benchmarks", "notebooks", "examples", "docs", "start.py", "conftest.py"]
CODE = [name for name in CODE if os.path.exists(os.path.join(HERE, name))]
# One for each core: with one more, two cores took half as long again.
WORKERS = min(os.cpu_count() or 1, 4) if sys.version_info >= LEAST else 1
DEEPEST = 170  # characters of the longest path in .venv
MAX_PATH = 259  # of Windows, unless its long paths are switched on
MADE = ["build", "site", ".pytest_cache", ".ruff_cache"]
PRODUCED = ["figures/*/*/*.pdf", "figures/*/*/*.png", "notebooks/*/"]


def refuse(arguments):
    """Let the environment's own Python do it where an old one was called, or say which command to type."""
    if call([PYTHON, "-c", "import sys; sys.exit(sys.version_info < %r)" % (LEAST,)]) == 0:
        return subprocess.call([PYTHON, os.path.join(HERE, "start.py")] + arguments)
    command = newer()
    typing = " ".join([command, "start.py"] + (arguments or ["build"]))
    fix = ("tapez : " + typing, "type: " + typing)
    if not command:
        fix = ("installez-le pour vous seul depuis www.python.org", "install it for yourself from www.python.org")
    told = "Il faut Python 3.11 au moins (ici %d.%d) ; %s / Python 3.11 or later is needed; %s"
    print(told % (sys.version_info[0], sys.version_info[1], fix[0], fix[1]), file=sys.stderr)
    return 1


def newer():
    """Return what calls a Python of this machine that is recent enough, or an empty text."""
    for minor in range(16, LEAST[1] - 1, -1):
        command = ["py", "-3.%d" % minor] if WINDOWS else ["python3.%d" % minor]
        if call(command + ["-c", ""]) == 0:
            return " ".join(command)
    return ""


def call(command):
    """Run a command that says nothing; return its status, None where there is no such program."""
    with open(os.devnull, "w") as nowhere:
        try:
            return subprocess.call(command, stdout=nowhere, stderr=nowhere, cwd=HERE)
        except OSError:
            return None


class Stop(Exception):
    """Why it ends here: one line for the reader, and the status."""


def say(key, **values):
    """Return words in the reader's language."""
    import tomllib

    with open(os.path.join(HERE, "src", "neoterra_analysis", "words", "start.toml"), "rb") as file:
        entry = tomllib.load(file)["start." + key]
    text = entry["en" if os.environ.get("NEOTERRA_LANG") == "en" else "fr"].strip()
    if text.startswith(entry["fr"].strip()):  # every console has this space, the narrow one few have
        text = re.sub("(?<=«) | (?=[;:!?»])", "\u00a0", text)
    return text.format(again=again(), **values)


def stop(key, **values):
    """End with one line."""
    raise Stop(say(key, **values), 1)


def typed():
    """Return what a reader types before the name of a target."""
    return "make" if "MAKELEVEL" in os.environ else "py start.py" if WINDOWS else "python3 start.py"


def again():
    """Return the command that was typed, to be typed again."""
    return " ".join([typed()] + sys.argv[1:])


def read(*path):
    """Return the content of a file, nothing if there is none."""
    try:
        with open(os.path.join(HERE, *path), "rb") as file:
            return file.read()
    except OSError:
        return b""


def write(content, *path):
    """Write a file aside, and put it in place."""
    file = os.path.join(HERE, *path)
    with open(file + ".new", "wb") as opened:
        opened.write(content)
    os.replace(file + ".new", file)


def remove(path):
    """Remove a file, a link or a folder, if it is there."""
    if os.path.islink(path) or os.path.isfile(path):
        os.unlink(path)
    elif os.path.isdir(path):
        try:
            shutil.rmtree(path)
        except OSError as error:
            stop("held", file=path, error=error.strerror)


def tool(name):
    """Return the place of a program of the environment, as a command names it."""
    return os.path.join(BIN, name + EXE)


def run(command, **settings):
    """Run a command in the project, its output where this one's is; end with its status if it failed."""
    print(" ".join(command), flush=True)
    finish(begin(command, **settings), command)


def begin(command, told=None, cwd=HERE, **settings):
    """Begin a command, by default in the project; what it tells may go to a file, which `finish` shows."""
    env = dict(os.environ, PYTHONDONTWRITEBYTECODE="", **settings)
    first = [os.path.join(HERE, command[0])]
    return subprocess.Popen(first + command[1:], cwd=cwd, env=env, stdout=told, stderr=told and subprocess.STDOUT)


def finish(child, command, told=None):
    """Wait for a command; end with its status if it failed."""
    status = wait(child)
    if told is not None:
        show(command, told)
    if status:
        raise Stop(say("failed", command=" ".join(command), status=status), status if status > 0 else 128 - status)


def wait(child):
    """Wait for a command and return its status; Ctrl-C reaches it too, and it ends in its own way."""
    cut = False
    try:
        while True:
            try:
                status = child.wait()
                break
            except KeyboardInterrupt:
                cut = True
    finally:
        if child.poll() is None:
            child.terminate()
            child.wait()
    if cut and status:
        raise KeyboardInterrupt
    return status


def show(command, told):
    """Print a command and what it told into a file."""
    print(" ".join(command), flush=True)
    with told:
        told.seek(0)
        out = getattr(sys.stdout, "buffer", sys.stdout)
        out.write(told.read())
        out.flush()


def together(commands, **settings):
    """Run commands at once; print what each told, one after the other, and end if one failed."""
    files = [tempfile.TemporaryFile() for _ in commands]
    begun = [begin(command, file, **settings) for command, file in zip(commands, files)]
    failed = []
    for child, command, file in zip(begun, commands, files):
        try:
            finish(child, command, file)
        except Stop as one:
            failed.append(one)
    if failed:
        raise failed[0]


def environment():
    """Make the environment from the lock, and install the project in it, where that is not done.

    Its stamps are copies of what it was made from, written last: it is made again when these differ, or after an
    interruption. The first one holds the folder too, because an environment cannot be moved.
    """
    folder = (HERE + "\n").encode("utf-8", "surrogateescape")
    lock, stamp = read("requirements.lock"), read(".venv", "locked")
    whole = stamp == folder + lock and call([PYTHON, "-c", "import neoterra_analysis"]) == 0
    if not whole and (stamp != folder + lock or call([PYTHON, "-c", ""]) != 0):
        if stamp.endswith(lock) and stamp != lock:
            print(say("moved"), flush=True)
        install(lock)
        write(folder + lock, ".venv", "locked")
        whole = False
    if not whole or read(".venv", "project") != read("pyproject.toml"):
        pip(["install", "--no-deps", "--no-build-isolation", "-e", "."])
        link()
        pip(["check"])
        write(read("pyproject.toml"), ".venv", "project")


def install(lock):
    """Make .venv anew with the packages of the lock, by as many pips as there are cores.

    The lock names every package with its hashes, so that no pip has to look for what another one installs.
    """
    if WINDOWS and len(HERE) + DEEPEST > MAX_PATH and not long_paths():
        stop("too_long", folder=HERE, length=len(HERE), most=MAX_PATH - DEEPEST)
    if sys.maxsize < 2**32:
        stop("no_32_bits")
    version = "%d.%d" % sys.version_info[:2]
    # An environment's own Python goes with it: the one that it was made from makes the next.
    base = getattr(sys, "_base_executable", None) or sys.executable
    if call([base, "-c", "import ensurepip, venv"]) != 0:
        stop("no_venv", version=version)
    print(say("installing"), flush=True)
    remove(VENV)
    os.mkdir(VENV)
    made = subprocess.run([base, "-m", "venv", VENV], capture_output=True)
    if made.returncode:
        tell(made.stdout + made.stderr)
        stop("no_venv", version=version)
    packages = lock.decode("utf-8").replace("\n    ", "\t").splitlines()
    parts = [packages[i::WORKERS] for i in range(WORKERS)]
    for i, part in enumerate(parts):
        write("\n".join(part).replace("\t", "\n    ").encode("utf-8"), ".venv", "part-%d.txt" % i)
    words = ["install", "--no-compile", "--no-deps", "--require-hashes", "-r"]
    pip(*[words + [os.path.join(VENV, "part-%d.txt" % i)] for i in range(WORKERS)])
    for i in range(WORKERS):
        remove(os.path.join(VENV, "part-%d.txt" % i))


def pip(*jobs):
    """Run pip in the environment, once for each list of words, all at once; end when one fails."""
    first = [PYTHON, "-m", "pip", "-qq", "--disable-pip-version-check"]
    env = dict(os.environ, PIP_USER="0", PYTHONIOENCODING="utf-8")
    files = [tempfile.TemporaryFile() for _ in jobs]
    running = []
    try:
        for words, file in zip(jobs, files):
            running.append(subprocess.Popen(first + words, cwd=HERE, env=env, stdout=file, stderr=file))
        while any(child.poll() is None for child in running) and not any(child.poll() for child in running):
            time.sleep(0.05)
        for child, file in zip(running, files):
            if child.poll():
                file.seek(0)
                tell(file.read())
                stop("no_pip")
    finally:
        for child in running:
            if child.poll() is None:
                child.terminate()
            child.wait()
        for file in files:
            file.close()


def tell(output):
    """Show what went wrong elsewhere: the lines that say so, else the last ones."""
    lines = [line for line in output.decode("utf-8", "replace").splitlines() if line.strip()]
    errors = [line for line in lines if "ERROR" in line]
    print("\n".join(errors[:3] or lines[-3:]), file=sys.stderr)


def long_paths():
    """Tell whether this Windows takes paths of any length."""
    try:
        import winreg

        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, r"SYSTEM\CurrentControlSet\Control\FileSystem") as key:
            return winreg.QueryValueEx(key, "LongPathsEnabled")[0] == 1
    except (ImportError, OSError):
        return False


def link():
    """Name the sources by a path that has no accent, whatever the folder is called: Windows reads it in its own way."""
    place = [PYTHON, "-c", "import sysconfig; print(ascii(sysconfig.get_path('purelib')))"]
    packages = ast.literal_eval(subprocess.check_output(place).decode("ascii"))
    relative = os.path.relpath(os.path.join(HERE, "src"), os.path.realpath(packages))
    write(relative.encode("utf-8") + b"\n", packages, "_neoterra_analysis.pth")


def build():
    """Execute the notebooks, write the figures and pages of both languages."""
    environment()
    run([tool("neoterra"), "build", "--lang", "all"])


def checked():
    """Return the settings of checks: the project's own data, in French, whatever the reader's settings are."""
    ours = {"NEOTERRA_LANG": "fr", "NEOTERRA_DATA": "", "NEOTERRA_AMBITION": "", "PYTHONUTF8": "1"}
    return dict(ours, NEOTERRA_MEMORY=os.path.join(HERE, "build", "memory"))


def test(**more):
    """Check code, notebooks, figures, package and anchors.

    The notebooks come first, because the other tests find again what they computed; they write their figures aside.
    What they import is compiled before several of them do it at once, and the font cache made: matplotlib would tell
    about it in an output.
    """
    environment()
    settings, spread = dict(checked(), **more), ["-n", str(WORKERS)]
    python = tool("python")
    together(
        [
            [tool("ruff"), "check"] + CODE,
            [tool("ruff"), "format", "--check"] + CODE,
            [python, "-m", "compileall", "-q", "src"],
            [python, "-c", "import matplotlib.font_manager"],
        ]
    )
    remove(os.path.join(HERE, "build", "checked"))
    notebooks = sorted(glob.glob(os.path.join(HERE, "notebooks", "*.ipynb")))
    words = ["--dist", "loadscope", "--nbval", "--nbval-cell-timeout", "120"]
    words += ["notebooks/" + os.path.basename(file) for file in notebooks]
    aside = dict(settings, NEOTERRA_FIGURES=os.path.join(HERE, "build", "checked"))
    told = trace(settings)
    try:
        run([tool("pytest")] + spread + words, **aside)
        run([python, "tests/figures_as_built.py", "build/checked/fr", "figures/fr"], **settings)
        words = ["--dist", "worksteal", "--ignore", "tests/browser"]
        run([tool("pytest"), "-p", "no:nbval"] + spread + words, **settings)
    finally:
        told()


def trace(settings):
    """Begin to find the anchors in the reader's copy of the fiche; return what ends it and tells."""
    fiche = os.environ.get("FICHE") or os.path.join(os.path.dirname(HERE), "shared/source/fiche-ambition-4.txt")
    if not os.path.isfile(fiche):
        if os.environ.get("CI") == "true":
            stop("no_fiche", file=fiche)
        return lambda: print(say("fiche_skipped", file=fiche), flush=True)
    command, told = [tool("neoterra"), "trace", "--fiche", os.path.abspath(fiche)], tempfile.TemporaryFile()
    child = begin(command, told, **settings)
    return lambda: finish(child, command, told)


def thorough():
    """Check with every mutant."""
    test(NEOTERRA_THOROUGH="1")


def browser():
    """Run the tests that need a browser. Without Chromium and axe-core they are skipped, and say so."""
    environment()
    if WINDOWS:
        print(say("no_browser"), flush=True)
    else:
        run([os.path.join(".ci", "browser")])
    # More than there are cores: a browser's tests wait more than they compute.
    words = ["-p", "no:nbval", "-n", str(WORKERS + 1), "--dist", "loadfile", "tests/browser"]
    run([tool("pytest")] + words, **checked())


def lab():
    """Open JupyterLab on the notebooks."""
    environment()
    paths = [os.path.join(HERE, ".jupyter"), os.environ.get("JUPYTER_CONFIG_PATH", "")]
    words = ["lab", "--ServerApp.root_dir=" + HERE, "--LabApp.default_url=/lab/tree/notebooks"]
    settings = {"NEOTERRA_PROGRESS": "1", "JUPYTER_CONFIG_PATH": os.pathsep.join(filter(None, paths))}
    run([tool("jupyter")] + words, **settings)


def site():
    """Make the documentation."""
    if not os.path.isfile(os.path.join(HERE, "docs", "make_site.py")):
        stop("no_site")
    environment()
    run([tool("python"), "docs/make_site.py"])


def clean():
    """Remove what the others made and git does not track."""
    for pattern in MADE + PRODUCED:
        for path in glob.glob(os.path.join(HERE, pattern)):
            remove(path)
    for folder in ("src", "tests", "benchmarks"):
        for path in glob.glob(os.path.join(HERE, folder, "**", "__pycache__"), recursive=True):
            remove(path)
    remove(VENV)


TARGETS = [build, test, browser, thorough, lab, site, environment, clean]


def main(arguments):
    """Do what is asked, one target after the other; return the status."""
    if sys.version_info < LEAST:
        return refuse(arguments)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    known = dict((one.__name__, one) for one in TARGETS)
    try:
        if not arguments or arguments[0] in ("help", "-h", "--help"):
            print(say("help", command=typed()))
            return 0
        if arguments[0] == "neoterra":
            environment()
            return wait(begin([tool("neoterra")] + arguments[1:], cwd=os.getcwd()))
        names = [name for name in arguments if not name.startswith("FICHE=")]
        for name in names:
            if name not in known:
                raise Stop(say("unknown", name=name, names=", ".join(known)), 2)
        os.environ.update(name.split("=", 1) for name in arguments if name not in names)
        for name in names:
            known[name]()
    except Stop as end:
        print(end.args[0], file=sys.stderr)
        return end.args[1]
    except OSError as error:
        key = "no_file" if error.errno == errno.ENOENT else "no_writing"
        print(say(key, folder=HERE, error=error, clean=typed() + " clean"), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(say("interrupted"), file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
