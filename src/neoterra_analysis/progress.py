"""Tell what a build does: one moving line in a terminal, plain lines elsewhere."""

import shutil
import sys


class Progress:
    """Where a build tells what it does.

    Parameters
    ----------
    stream : file, optional
        Where to write; standard output if not given.

    Examples
    --------
    >>> progress = Progress()
    >>> progress.step("01-records", 3, 12)  # shown in a terminal only
    >>> progress.line("done")
    done
    """

    def __init__(self, stream=None):
        self.stream = stream or sys.stdout
        self.live = self.stream.isatty()
        self.steps = {}

    def step(self, name, done, total):
        """Show how many cells of a notebook are done.

        Parameters
        ----------
        name : str
            The notebook.
        done, total : int
            Code cells executed, and in all.
        """
        self.steps[name] = f"{name} {done}/{total}"
        if self.live:
            width = shutil.get_terminal_size().columns - 1
            self._put("\r\x1b[2K" + "   ".join(self.steps.values())[:width])

    def end(self, name):
        """Take a notebook off the moving line."""
        self.steps.pop(name, None)

    def line(self, text):
        """Write one line that stays."""
        self._put(("\r\x1b[2K" if self.live else "") + text + "\n")

    def _put(self, text):
        self.stream.write(text)
        self.stream.flush()
