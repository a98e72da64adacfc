"""The gate: `collect` and `ask`, the one "may we?"; and `observe`, which refuses nothing and marks what would be."""

from __future__ import annotations

from troth.gate.asking import Asking
from troth.gate.gate import OBSERVED, Gate, datum_of
from troth.gate.observe import Taken, observe
from troth.gate.question import Given, Question
from troth.gate.report import Counts, Report, report

__all__ = [
    "OBSERVED",
    "Asking",
    "Counts",
    "Gate",
    "Given",
    "Question",
    "Report",
    "Taken",
    "datum_of",
    "observe",
    "report",
]
