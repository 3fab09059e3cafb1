"""Execute one notebook in a fresh kernel; what is written depends on its cells and its data only.

On Linux the kernels are forked from one process that has already imported what the notebooks use (`warm`)
and start in a fraction of the time of a new interpreter. Elsewhere, or with ``NEOTERRA_FORK=0``, a plain
kernel is started.
"""

import json
import os
import re
import signal
import sys
import tempfile

from .labels import t

KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
LANGUAGE_INFO = {
    "codemirror_mode": {"name": "ipython", "version": 3},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
}
CELL_SECONDS = 600


class NotebookError(Exception):
    """A notebook that could not be read or executed.

    Parameters
    ----------
    error : str
        What went wrong, in one line or a few, without a traceback.
    cell : int, optional
        The number in brackets beside the cell (its execution count).
    line : str, optional
        The line of the cell that failed.
    """

    def __init__(self, error, cell=None, line=None):
        super().__init__(error)
        self.error, self.cell, self.line = error, cell, line


def read(path):
    """Read a notebook, without outputs, every cell with an id of its own.

    Parameters
    ----------
    path : pathlib.Path
        The ``.ipynb`` file, of format 4.

    Returns
    -------
    nbformat.NotebookNode

    Raises
    ------
    NotebookError
        If it is not a readable notebook.
    """
    import nbformat

    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        used = {cell.get("id") for cell in raw["cells"]}
        seen = {None, ""}
        for number, cell in enumerate(raw["cells"], 1):
            if cell.get("id") in seen:  # an id drawn at random would change the file at each build
                name = f"cell-{number}"
                while name in used:
                    name += "-bis"
                cell["id"] = name
                used.add(name)
            seen.add(cell["id"])
            cell["metadata"].pop("execution", None)
            if cell["cell_type"] == "code":
                cell.update(outputs=[], execution_count=None)
        raw.update(nbformat=4, nbformat_minor=5)
        raw["metadata"].pop("widgets", None)
        raw["metadata"].update(kernelspec=KERNELSPEC, language_info=LANGUAGE_INFO)
        notebook = nbformat.reads(json.dumps(raw), as_version=4)
        nbformat.validate(notebook)
    except (ValueError, KeyError, TypeError, AttributeError, nbformat.ValidationError) as error:
        raise NotebookError(str(error).splitlines()[0]) from error
    return notebook


def text(notebook):
    """Return a notebook as the text of its file, the same for the same cells and outputs.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        What `execute` filled in.

    Returns
    -------
    str
    """
    import nbformat

    return nbformat.writes(notebook).rstrip("\n") + "\n"


async def execute(notebook, folder, scratch, env, on_cell=lambda done, total: None):
    """Execute a notebook's cells, in order, in a fresh kernel.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        What `read` returned; its outputs are filled in.
    folder : pathlib.Path
        The kernel's working folder.
    scratch : pathlib.Path
        An existing folder for the kernel's own files, which may be deleted afterwards.
    env : dict of str to str
        The kernel's whole environment.
    on_cell : callable
        Called with the number of code cells done and their total.

    Raises
    ------
    NotebookError
        If a cell fails, takes longer than ten minutes, or ends its kernel.
    """
    from jupyter_client import AsyncKernelManager
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    # Sockets in a folder of their own, where there can be: two builds at once may pick the same free port. The folder
    # is a temporary one because the path of a socket must be short.
    sockets = tempfile.TemporaryDirectory(prefix="neoterra-", ignore_cleanup_errors=True)
    manager = AsyncKernelManager(
        kernel_name="python3",
        transport="tcp" if sys.platform == "win32" else "ipc",
        connection_file=os.path.join(sockets.name, "kernel.json"),
    )
    if can_fork():
        manager.provisioner = forked_provisioner(manager)
    client = NotebookClient(
        notebook, km=manager, timeout=CELL_SECONDS, record_timing=False, coalesce_streams=True, log=_silent()
    )
    # The reader's own IPython start-up files must not change the build, nor the build enter their history.
    env = {**env, "IPYTHONDIR": str(scratch)}
    client.extra_arguments = ["--HistoryManager.enabled=False"]
    total = sum(cell.cell_type == "code" and bool(cell.source.strip()) for cell in notebook.cells)
    done = 0
    try:
        with open(os.devnull, "w") as nowhere:
            await client.async_start_new_kernel(cwd=str(folder), env=env, stdout=nowhere, stderr=nowhere)
        await client.async_start_new_kernel_client()
        for index, cell in enumerate(notebook.cells):
            on_cell(done, total)
            await client.async_execute_cell(cell, index, execution_count=done + 1)
            done = client.code_cells_executed
        on_cell(done, total)
    except CellExecutionError as error:
        raise NotebookError(f"{error.ename}: {error.evalue}", done + 1, _failing_line(error.traceback)) from error
    except CellTimeoutError as error:
        raise NotebookError(t("build.too_long", seconds=CELL_SECONDS), done + 1) from error
    except (DeadKernelError, RuntimeError) as error:
        raise NotebookError(t("build.died"), done + 1 if client.kc else None) from error
    finally:
        if client.kc:
            client.kc.stop_channels()
        if manager.has_kernel:
            await manager.shutdown_kernel(now=True)
        sockets.cleanup()


def _silent():
    import logging

    log = logging.getLogger(__name__)
    log.addHandler(logging.NullHandler())
    log.propagate = False
    return log


def _failing_line(traceback):
    """Return the cell's own line that IPython's coloured traceback points at, or None."""
    plain = re.sub(r"\x1b\[[0-9;]*m", "", traceback)
    found = re.search(r"^-+> *\d+ +(\S.*)$", plain, re.M)
    return found[1] if found else None


def can_fork():
    """Return whether kernels are forked here: on Linux, unless ``NEOTERRA_FORK=0``.

    macOS can fork too, but its system libraries may crash a process that was forked after they were loaded.
    """
    return sys.platform == "linux" and os.environ.get("NEOTERRA_FORK") != "0"


def warm_up():
    """Start the process from which the kernels will be forked, and import what this one needs meanwhile."""
    import multiprocessing
    from multiprocessing import forkserver

    if can_fork():
        forkserver.set_forkserver_preload([f"{__package__}.warm"])
        forkserver.ensure_running()
    import nbclient  # noqa: F401

    if can_fork():
        first = multiprocessing.get_context("forkserver").Process(target=int)
        first.start()  # returns when the process has warmed up
        first.join()


def forked_provisioner(manager):
    """Return what starts and watches a kernel for a manager, by a fork instead of a new interpreter."""
    import multiprocessing

    from jupyter_client.provisioning import LocalProvisioner

    class Process:
        """A forked process that answers to the names of subprocess.Popen that a provisioner uses."""

        stdin = stdout = stderr = None

        def __init__(self, *args):
            context = multiprocessing.get_context("forkserver")
            self.process = context.Process(target=_kernel, args=args, daemon=True)
            self.process.start()
            self.pid = self.process.pid

        def poll(self):
            return self.process.exitcode

        def wait(self):
            self.process.join()
            return self.process.exitcode

        def send_signal(self, number):
            if self.poll() is None:
                os.kill(self.pid, number)

        def kill(self):
            self.send_signal(signal.SIGKILL)

        def terminate(self):
            self.send_signal(signal.SIGTERM)

    class ForkedProvisioner(LocalProvisioner):
        async def launch_kernel(self, cmd, **kwargs):
            arguments = cmd[cmd.index("-f") :]
            self.process = Process(arguments, str(kwargs["cwd"]), dict(kwargs["env"]))
            self.pid, self.cwd = self.process.pid, kwargs["cwd"]
            return self.connection_info

    return ForkedProvisioner(kernel_id="forked", kernel_spec=manager.kernel_spec, parent=manager)


def _kernel(arguments, folder, env):
    """Be a Jupyter kernel, in the forked process, until killed."""
    import multiprocessing
    import threading
    import time

    from ipykernel.kernelapp import IPKernelApp

    def end_with_the_build():
        multiprocessing.parent_process().join()
        os._exit(1)

    os.setsid()  # Ctrl-C is for the build, which ends its kernels itself
    threading.Thread(target=end_with_the_build, daemon=True).start()
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    os.environ.clear()
    os.environ.update(env)
    time.tzset()
    os.chdir(folder)
    sys.argv = ["ipykernel_launcher", *arguments]
    IPKernelApp.launch_instance(arguments)
