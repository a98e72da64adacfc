"""The same question put to z3, where a table would be too large: each axis a number, each atom a set of its cases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from troth.language.formula import Atom, Formula, fold

from .axes import Axis


class NoSolverError(Exception):
    """z3 is not installed, and the table would be too large."""

    def __init__(self, points: int) -> None:
        super().__init__(
            f"this question has {points:,} cases, too many for a table; "
            "install the solver with: pip install 'troth[prove]'"
        )


def solve(formula: Formula, found: Sequence[Axis], points: int = 0) -> tuple[int, ...] | None:
    """A case of each axis at which the formula holds, or none where there is none."""
    try:
        import z3  # type: ignore[import-untyped]
    except ImportError:
        raise NoSolverError(points) from None
    if not all(axis.cases for axis in found):
        return None
    numbers = [z3.Int(f"axis{number}") for number in range(len(found))]
    solver: Any = z3.Solver()
    known: dict[Atom, Any] = {}
    for number, axis in zip(numbers, found, strict=True):
        solver.add(number >= 0, number < len(axis.cases))
        for atom, column in zip(axis.atoms, axis.columns, strict=True):
            known[atom] = z3.Or([number == case for case, so in enumerate(column) if so])
    solver.add(fold(formula, known.__getitem__, z3.Not, z3.And, z3.Or))
    if solver.check() != z3.sat:
        return None
    model = solver.model()
    return tuple(model.eval(number, model_completion=True).as_long() for number in numbers)
