"""What the notebooks use, imported once: loaded by the process from which the kernels are forked.

Nothing else should import this module: it is slow, and changes the environment.
"""

import builtins
import contextlib
import importlib
import io
import os
import signal
from pathlib import Path
from types import SimpleNamespace

NAMES = (
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "pandas",
    "scipy.sparse",
    "networkx",
    "matplotlib.font_manager",
    "matplotlib.pyplot",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "matplotlib.backends.backend_pdf",
)
# What only the build itself uses.
NOT_IN_NOTEBOOKS = {"build", "changes", "cli", "kernels", "progress", "warm", "__init__", "__main__"}


def warm():
    """Import all that can be imported; what fails is left to the notebook that needs it, which will tell."""
    here = Path(__file__).parent
    own = sorted(here.rglob("*.py"), key=str)
    names = [".".join((__package__, *file.relative_to(here).with_suffix("").parts)) for file in own]
    for name in (*NAMES, *(n for n in names if n.rpartition(".")[2] not in NOT_IN_NOTEBOOKS)):
        try:
            importlib.import_module(name)
        except Exception:  # any fault of a module belongs to the notebook that imports it
            continue


@contextlib.contextmanager
def as_in_a_kernel():
    """Let what asks, when it is imported, believe that it is in a kernel already."""
    # matplotlib: the backend that a kernel would choose.
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    # Only a process with one thread is safe to fork, and the arithmetic libraries start theirs when imported.
    os.environ |= dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    # pandas: whether it writes for a notebook or a terminal, and in which encoding.
    builtins.get_ipython = lambda: SimpleNamespace(kernel=None)
    with contextlib.redirect_stdout(io.TextIOWrapper(io.BytesIO(), encoding="UTF-8")):
        yield
    del builtins.get_ipython


signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the build, which ends this process too
with as_in_a_kernel():
    warm()
