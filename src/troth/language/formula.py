"""Formulas over atoms: the one form every clause is brought to, and every reading folds.

A formula is a key again and again, and may be deep: each keeps its hash.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

T = TypeVar("T")
_hash_of: Any = field(init=False, repr=False, compare=False)


def _keep_hash(formula: Formula, *parts: object) -> None:
    object.__setattr__(formula, "_hash", hash((type(formula).__name__, *parts)))


@dataclass(frozen=True, slots=True)
class Atom:
    """One thing that is so or not for a person, a record, a party, a matter at a moment.

    `surely` tells how an unknown counts: True, it must be known to hold (a `may`);
    False, it holds unless known not to (a `never`). Atoms that are always known ignore it.
    """

    kind: str
    args: tuple[Any, ...] = ()
    surely: bool = True
    _hash: int = _hash_of

    def __post_init__(self) -> None:
        _keep_hash(self, self.kind, self.args, self.surely)

    def __hash__(self) -> int:
        return self._hash


@dataclass(frozen=True, slots=True)
class Not:
    part: Formula
    _hash: int = _hash_of

    def __post_init__(self) -> None:
        _keep_hash(self, self.part)

    def __hash__(self) -> int:
        return self._hash


@dataclass(frozen=True, slots=True)
class All:
    parts: tuple[Formula, ...] = ()
    _hash: int = _hash_of

    def __post_init__(self) -> None:
        _keep_hash(self, self.parts)

    def __hash__(self) -> int:
        return self._hash


@dataclass(frozen=True, slots=True)
class Any_:  # noqa: N801  (Any is taken by typing)
    parts: tuple[Formula, ...] = ()
    _hash: int = _hash_of

    def __post_init__(self) -> None:
        _keep_hash(self, self.parts)

    def __hash__(self) -> int:
        return self._hash


Formula = Atom | Not | All | Any_
TRUE = All()
FALSE = Any_()


def is_true(formula: Formula) -> bool:
    return type(formula) is All and not formula.parts


def is_false(formula: Formula) -> bool:
    return type(formula) is Any_ and not formula.parts


def all_of(*parts: Formula) -> Formula:
    """Conjunction, simplified: TRUE vanishes, FALSE wins, nested ones are flattened."""
    flat: dict[Formula, None] = {}
    for part in parts:
        if is_false(part):
            return FALSE
        for inner in part.parts if type(part) is All else (part,):
            flat[inner] = None
    return next(iter(flat)) if len(flat) == 1 else All(tuple(flat))


def any_of(*parts: Formula) -> Formula:
    """Disjunction, simplified: FALSE vanishes, TRUE wins, nested ones are flattened."""
    flat: dict[Formula, None] = {}
    for part in parts:
        if is_true(part):
            return TRUE
        for inner in part.parts if type(part) is Any_ else (part,):
            flat[inner] = None
    return next(iter(flat)) if len(flat) == 1 else Any_(tuple(flat))


def no(part: Formula) -> Formula:
    """Negation, simplified."""
    if isinstance(part, Not):
        return part.part
    if is_true(part):
        return FALSE
    return TRUE if is_false(part) else Not(part)


def fold(
    formula: Formula,
    atom: Callable[[Atom], T],
    not_: Callable[[T], T],
    all_: Callable[[list[T]], T],
    any_: Callable[[list[T]], T],
) -> T:
    """One value out of a formula, from the atoms up. Each reading is one such fold."""
    match formula:
        case Atom():
            return atom(formula)
        case Not(part):
            return not_(fold(part, atom, not_, all_, any_))
        case All(parts):
            return all_([fold(p, atom, not_, all_, any_) for p in parts])
        case Any_(parts):
            return any_([fold(p, atom, not_, all_, any_) for p in parts])


def known(formula: Formula, surely: bool = True) -> Formula:
    """The same where every unknown counts against it: what is so of what is known, and not only possible."""
    match formula:
        case Atom(kind, args):
            return Atom(kind, args, surely)
        case Not(part):
            return no(known(part, not surely))
        case All(parts):
            return all_of(*(known(part, surely) for part in parts))
        case Any_(parts):
            return any_of(*(known(part, surely) for part in parts))


def holds(formula: Formula, truth: Callable[[Atom], bool]) -> bool:
    """Whether the formula holds where `truth` tells each atom; stops as soon as it is settled."""
    match formula:
        case Atom():
            return truth(formula)
        case Not(part):
            return not holds(part, truth)
        case All(parts):
            return all(holds(p, truth) for p in parts)
        case Any_(parts):
            return any(holds(p, truth) for p in parts)


def atoms(formula: Formula) -> Iterator[Atom]:
    """Every atom of a formula, in order, with repeats."""
    match formula:
        case Atom():
            yield formula
        case Not(part):
            yield from atoms(part)
        case All(parts) | Any_(parts):
            for part in parts:
                yield from atoms(part)
