"""Change: two versions held against each other; what widened, narrowed, was reworded, and what waits for whom."""

from .compare import Change, Comparison, compare, witness
from .fate import Fate, Fates
from .readers import Consequence, consequences
from .telling import as_dict, key, summary

__all__ = [
    "Change",
    "Comparison",
    "Consequence",
    "Fate",
    "Fates",
    "as_dict",
    "compare",
    "consequences",
    "key",
    "summary",
    "witness",
]
