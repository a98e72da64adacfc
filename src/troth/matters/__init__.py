"""What a use is for in the single case: cases, orders, demands, whom and what they name, when they end."""

from __future__ import annotations

from troth.matters.case import (
    Matter,
    close,
    cover,
    matter,
    naming,
    open_matter,
)
from troth.matters.counting import counts, lacks, last_day

__all__ = [
    "Matter",
    "close",
    "counts",
    "cover",
    "lacks",
    "last_day",
    "matter",
    "naming",
    "open_matter",
]
