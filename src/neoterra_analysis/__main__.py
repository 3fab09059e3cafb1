"""``python -m neoterra_analysis`` is the command ``neoterra``."""

import sys

from .cli import main

if __name__ == "__main__":
    sys.exit(main())
