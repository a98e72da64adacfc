"""The exhaustive table: a formula over all cases of its axes at once, as arrays of truth values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from math import prod

import numpy as np
from numpy.typing import NDArray

from troth.language.formula import All, Any_, Atom, Formula, Not

from .axes import Axis

MOST_POINTS = 1 << 16  # of one table; a formula with more is put to the solver
Truths = NDArray[np.bool_]


def points(found: Sequence[Axis]) -> int:
    """How many cases of all axes together there are."""
    return prod(len(axis.cases) for axis in found)


def table(formula: Formula, found: Sequence[Axis]) -> Truths:
    """Whether the formula holds, for every case of every axis: one dimension an axis."""
    shape = tuple(len(axis.cases) for axis in found)
    return np.broadcast_to(_over(formula, _columns(found)), shape)


def witness(formula: Formula, found: Sequence[Axis]) -> tuple[int, ...] | None:
    """The first point of the table, a case of each axis, at which the formula holds."""
    if not points(found):
        return None
    truths = table(formula, found)
    place = np.unravel_index(int(truths.argmax()), truths.shape)
    return tuple(map(int, place)) if truths[place] else None


def _columns(found: Sequence[Axis]) -> Mapping[Atom, Truths]:
    """Each atom along its own axis."""
    columns: dict[Atom, Truths] = {}
    for number, axis in enumerate(found):
        shape = [1] * len(found)
        shape[number] = len(axis.cases)
        for atom, column in zip(axis.atoms, axis.columns, strict=True):
            columns[atom] = np.array(column, dtype=np.bool_).reshape(shape)
    return columns


def _over(formula: Formula, columns: Mapping[Atom, Truths]) -> Truths:
    match formula:
        case Atom():
            return columns[formula]
        case Not(part):
            return ~_over(part, columns)
        case All(parts):
            yes: Truths = np.True_  # type: ignore[assignment]  # of no dimension
            return reduce(np.logical_and, (_over(p, columns) for p in parts), yes)
        case Any_(parts):
            no: Truths = np.False_  # type: ignore[assignment]
            return reduce(np.logical_or, (_over(p, columns) for p in parts), no)
