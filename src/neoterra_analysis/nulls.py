"""What the margins alone would give: null models for the network and the roles, the groups, and their words."""

from .communities import communities
from .null_tests import distributions, null_models, tests
from .null_words import communities_reading, reading, sentences, shown

__all__ = [
    "communities",
    "communities_reading",
    "distributions",
    "null_models",
    "reading",
    "sentences",
    "shown",
    "tests",
]
