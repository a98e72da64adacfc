"""Axes of the table: circumstances that hang together, with every case of them that differs in some atom."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import prod
from operator import getitem, itemgetter
from typing import Any

from troth.language.formula import Atom, Formula, atoms

from .circumstances import Circumstances
from .holding import holds
from .setting import PLACE, Case, Circumstance, Setting

MOST_CASES = (
    200_000  # of circumstances that hang together, before those are left out that differ in nothing
)


class TooManyError(Exception):
    """Circumstances that hang together have more cases than can be gone through."""


@dataclass(frozen=True, eq=False)
class Axis:
    """Atoms that depend on one another: `columns` has for each the cases in which it holds. The same only as itself."""

    atoms: tuple[Atom, ...]
    cases: tuple[Case, ...]
    columns: tuple[tuple[bool, ...], ...]  # one for each atom, one entry for each case

    def find(self, truth: Callable[[Atom], bool]) -> int | None:
        """The case in which exactly these atoms hold."""
        return self._numbers.get(tuple(map(truth, self.atoms)))

    @cached_property
    def _numbers(self) -> dict[tuple[bool, ...], int]:
        return {row: number for number, row in enumerate(zip(*self.columns, strict=True))}


@dataclass(frozen=True)
class _Group:
    """Atoms that hang together, and all circumstances any of them looks at."""

    atoms: tuple[Atom, ...]
    of: tuple[Circumstance, ...]
    dated: bool


class Axes:
    """The axes of formulas about one policy. Formulas share most of theirs: each is worked out once."""

    def __init__(self) -> None:
        self._groups: dict[Formula, tuple[_Group, ...]] = {}
        self._found: dict[Any, Axis] = {}

    def of(
        self, formula: Formula, setting: Setting, before: Case | None = None
    ) -> tuple[Axis, ...]:
        """The axes of a formula's atoms. `before`: what was so when the datum was given; only what can be
        after it. An axis without cases: nothing can be so."""
        groups = self._groups.get(formula)
        if groups is None:
            groups = self._groups[formula] = tuple(_apart(formula, setting))
        return tuple(self._axis(group, setting, before or {}) for group in groups)

    def _axis(self, group: _Group, setting: Setting, before: Case) -> Axis:
        known = tuple((c, before[c]) for c in group.of if c in before) if before else ()
        key = (group.atoms, _differing(group, setting), known)
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = _axis(group, setting, before)
        return found


def _apart(formula: Formula, setting: Setting) -> Iterator[_Group]:
    """The atoms in groups that share no circumstance."""
    listed = tuple(dict.fromkeys(atoms(formula)))
    found = Circumstances(listed, setting)
    groups: list[tuple[set[Circumstance], list[Atom]]] = []
    for atom in listed:
        mine, own = set(found.of(atom)), [atom]
        for group in [g for g in groups if not g[0].isdisjoint(mine)]:
            groups.remove(group)
            mine |= group[0]
            own = group[1] + own
        groups.append((mine, own))
    order = {atom: number for number, atom in enumerate(listed)}
    for _, own in groups:
        ordered = tuple(sorted(own, key=order.__getitem__))
        of = tuple(dict.fromkeys(c for atom in ordered for c in found.of(atom)))
        yield _Group(ordered, of, any(_dated(atom, setting) for atom in ordered))


def _differing(group: _Group, setting: Setting) -> tuple[Any, ...]:
    """What of a setting makes a difference to the cases of a group."""
    ask = setting.ask
    placed = PLACE in group.of
    return (
        (setting.day, setting.given_from, setting.given_until) if group.dated else (),
        setting.telling,
        setting.giving,
        setting.to_come,
        setting.places if placed else (),
        ask.place if placed and setting.to_come else "",
        ask.party is None,
        setting.stamp.customer,
        setting.stamp.notice,
    )


def _dated(atom: Atom, setting: Setting) -> bool:
    """Whether the day counts for an atom."""
    if atom.kind in ("after", "kept", "told", "agreed", "refused"):
        return True
    if atom.kind == "fact":
        word = setting.words.get("fact", atom.args[0])
        return word is not None and word.formula is not None
    return atom.kind == "said" and len(atom.args) > 2


def _axis(group: _Group, setting: Setting, before: Case) -> Axis:
    found = Circumstances(group.atoms, setting)
    values = [tuple(v for v in found.values(c) if _since(before, c, v)) for c in group.of]
    if prod(map(len, values)) > MOST_CASES:
        raise TooManyError
    truths = [_Truth(atom, found.of(atom), group.of, setting) for atom in group.atoms]
    weights = [{value: _weight(value) for value in each} for each in values]
    differing: dict[tuple[bool, ...], tuple[int, Case]] = {}
    for combination in product(*values):
        case = dict(zip(group.of, combination, strict=True))
        if found.possible(case):
            row = tuple([truth(combination, case) for truth in truths])
            weight = sum(map(getitem, weights, combination))
            if row not in differing or weight < differing[row][0]:
                differing[row] = weight, case
    columns = zip(*differing, strict=True) if differing else ((),) * len(group.atoms)
    return Axis(group.atoms, tuple(case for _, case in differing.values()), tuple(columns))


class _Truth:
    """Whether an atom holds in each case: worked out once for all that are alike in what it looks at."""

    def __init__(
        self,
        atom: Atom,
        looked_at: Sequence[Circumstance],
        of: Sequence[Circumstance],
        setting: Setting,
    ) -> None:
        self.atom, self.setting = atom, setting
        places = [of.index(circumstance) for circumstance in dict.fromkeys(looked_at)]
        self.own = itemgetter(*places) if places else lambda _: None
        self.known: dict[Any, bool] = {}

    def __call__(self, combination: tuple[Any, ...], case: Case) -> bool:
        own = self.own(combination)
        found = self.known.get(own)
        if found is None:
            found = self.known[own] = bool(holds(self.atom, case, self.setting))
        return found


def _since(before: Case, circumstance: Circumstance, value: Any) -> bool:
    """Whether a value can be, given what had to be so when the datum was given."""
    if circumstance == PLACE or circumstance not in before:
        return True
    was = before[circumstance]
    match circumstance[0]:
        case "said":
            return was is not None or value in (None, 0)
        case "event":
            return bool(value is None) if was is None else False
        case "found":
            return was is None or value is not None
        case "person" | "consented":
            return not was or bool(value)
    return True


def _weight(value: Any) -> int:
    """How much a story has to tell of a circumstance that has this value."""
    return len(value) if isinstance(value, frozenset) else value is not None and value is not False
