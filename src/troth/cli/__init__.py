"""The same doors for a terminal: `troth …`. Exits 0 yes, 1 no, 2 wrong usage, 3 failed."""

from __future__ import annotations

from .main import main

__all__ = ["main"]
