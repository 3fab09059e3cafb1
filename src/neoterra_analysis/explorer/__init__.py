"""The explorer: one self-contained page in which the records are filtered, looked up and copied.

`page.make` writes the page; `counts` tells what it must count for any filters, from the package's own functions.
"""

from .counting import counts
from .page import make

__all__ = ["counts", "make"]
