"""The exhaustive table: a formula over all cases of its axes at once, as the bits of one number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod

from troth.language.formula import All, Any_, Atom, Formula, Not

from .axes import Axis

MOST_POINTS = 1 << 16  # of one table; a formula with more is put to the solver


def points(found: Sequence[Axis]) -> int:
    """How many cases of all axes together there are."""
    return prod(len(axis.cases) for axis in found)


def table(formula: Formula, found: Sequence[Axis]) -> int:
    """Whether the formula holds, for every case of every axis: bit `point(...)` is the truth there."""
    every = (1 << points(found)) - 1
    return _over(formula, _columns(found), every)


def point(found: Sequence[Axis], cases: Sequence[int]) -> int:
    """The number of the point with this case of each axis; the last axis runs first."""
    number = 0
    for axis, case in zip(found, cases, strict=True):
        number = number * len(axis.cases) + case
    return number


def witness(formula: Formula, found: Sequence[Axis]) -> tuple[int, ...] | None:
    """The first point of the table, a case of each axis, at which the formula holds."""
    truths = table(formula, found)
    if not truths:
        return None
    number = (truths & -truths).bit_length() - 1
    cases: list[int] = []
    for axis in reversed(found):
        number, case = divmod(number, len(axis.cases))
        cases.append(case)
    return tuple(reversed(cases))


def _columns(found: Sequence[Axis]) -> Mapping[Atom, int]:
    """Each atom over all points: its column, each case as long as the axes after it, again and again."""
    columns: dict[Atom, int] = {}
    width, before = 1, points(found)
    for axis in reversed(found):
        cases = len(axis.cases)
        before //= cases or 1
        run = (1 << width) - 1
        for atom, column in zip(axis.atoms, axis.columns, strict=True):
            once = sum(run << (case * width) for case, so in enumerate(column) if so)
            columns[atom] = _repeated(once, cases * width, before)
        width *= cases
    return columns


def _repeated(bits: int, width: int, times: int) -> int:
    """Bits of a width, one after the other, by doubling."""
    found = placed = 0
    while times:
        if times & 1:
            found |= bits << placed
            placed += width
        bits |= bits << width
        width *= 2
        times >>= 1
    return found


def _over(formula: Formula, columns: Mapping[Atom, int], every: int) -> int:
    match formula:
        case Atom():
            return columns[formula]
        case Not(part):
            return every ^ _over(part, columns, every)
        case All(parts):
            found = every
            for part in parts:
                found &= _over(part, columns, every)
                if not found:
                    break
            return found
        case Any_(parts):
            found = 0
            for part in parts:
                found |= _over(part, columns, every)
                if found == every:
                    break
            return found
