"""Axes of the table: circumstances that hang together, with every case of them that differs in some atom."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import prod
from typing import Any

from troth.language.formula import Atom

from .circumstances import Circumstances
from .holding import holds
from .setting import Case, Circumstance, Setting

MOST_CASES = (
    200_000  # of circumstances that hang together, before those are left out that differ in nothing
)
Allowed = Callable[[Circumstance, Any], bool]


class TooManyError(Exception):
    """Circumstances that hang together have more cases than can be gone through."""


@dataclass(frozen=True)
class Axis:
    """Atoms that depend on one another: `columns` has for each the cases in which it holds."""

    atoms: tuple[Atom, ...]
    cases: tuple[Case, ...]
    columns: tuple[tuple[bool, ...], ...]  # one for each atom, one entry for each case

    def find(self, truth: Callable[[Atom], bool]) -> int | None:
        """The case in which exactly these atoms hold."""
        return self._numbers.get(tuple(map(truth, self.atoms)))

    @cached_property
    def _numbers(self) -> dict[tuple[bool, ...], int]:
        return {row: number for number, row in enumerate(zip(*self.columns, strict=True))}


def axes(atoms: Iterable[Atom], setting: Setting, allowed: Allowed | None = None) -> list[Axis]:
    """The axes of some atoms. `allowed` may leave out values. An axis without cases: nothing can be so."""
    listed = tuple(dict.fromkeys(atoms))
    found = Circumstances(listed, setting)
    return [_axis(found, some, allowed) for some in _apart(found, listed)]


def _apart(found: Circumstances, listed: tuple[Atom, ...]) -> Iterator[tuple[Atom, ...]]:
    """The atoms in groups that share no circumstance."""
    groups: list[tuple[set[Circumstance], list[Atom]]] = []
    for atom in listed:
        mine, atoms = set(found.of(atom)), [atom]
        for group in [g for g in groups if not g[0].isdisjoint(mine)]:
            groups.remove(group)
            mine |= group[0]
            atoms = group[1] + atoms
        groups.append((mine, atoms))
    order = {atom: number for number, atom in enumerate(listed)}
    for _, atoms in groups:
        yield tuple(sorted(atoms, key=order.__getitem__))


def _axis(found: Circumstances, atoms: tuple[Atom, ...], allowed: Allowed | None) -> Axis:
    of = tuple(dict.fromkeys(c for atom in atoms for c in found.of(atom)))
    values = [tuple(v for v in found.values(c) if allowed is None or allowed(c, v)) for c in of]
    if prod(map(len, values)) > MOST_CASES:
        raise TooManyError
    differing: dict[tuple[bool, ...], Case] = {}
    for combination in product(*values):
        case = dict(zip(of, combination, strict=True))
        if found.possible(case):
            row = tuple(holds(atom, case, found.setting) for atom in atoms)
            if row not in differing or _simpler(case, differing[row]):
                differing[row] = case
    columns = zip(*differing, strict=True) if differing else ((),) * len(atoms)
    return Axis(atoms, tuple(differing.values()), tuple(columns))


def _simpler(case: Case, other: Case) -> bool:
    return _weight(case) < _weight(other)


def _weight(case: Case) -> int:
    """How much a story of the case has to tell."""
    return sum(
        len(value) if isinstance(value, frozenset) else value is not None and value is not False
        for value in case.values()
    )
