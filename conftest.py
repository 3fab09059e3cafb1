"""What nbval compares of a notebook, however it is started."""

from pathlib import Path


def pytest_configure(config):
    """Leave the bytes of pictures out; without nbval there is no such option."""
    if hasattr(config.option, "nbval_sanitize_with") and not config.option.nbval_sanitize_with:
        config.option.nbval_sanitize_with = str(Path(__file__).parent / "tests" / "nbval.cfg")
