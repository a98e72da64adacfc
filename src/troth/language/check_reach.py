"""What each clause of a text covers, by leaves, so that clauses can be held against one another."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from .check_scope import Scope
from .model import ANYTHING, Clause, Document, Kind

# Clauses are held against one another this often at most in one text, so that no file takes long to check.
COMPARISONS = 400_000


@dataclass(frozen=True)
class Reach:
    """What a clause covers, by leaves. A slot of None covers all, said or not."""

    clause: Clause
    data: frozenset[str]
    slots: tuple[frozenset[str] | None, ...]  # parties, purposes, places
    entrusted: bool

    @property
    def name(self) -> str:
        return self.clause.name

    @property
    def section(self) -> str:
        return self.clause.name.partition(".")[0]

    @cached_property
    def excepts(self) -> tuple[str, ...]:
        """Its exceptions, each once."""
        return tuple(dict.fromkeys(self.clause.excepts))

    @cached_property
    def conditions(self) -> frozenset[object]:
        return frozenset(self.clause.conditions)

    def covers(self, other: Reach, data: Collection[str]) -> bool:
        """Whether every ask about these leaves that `other` covers is covered here."""
        if not self.data.issuperset(data):
            return False
        return all(
            mine is None or (theirs is not None and theirs <= mine)
            for mine, theirs in zip(self.slots, other.slots, strict=True)
        )

    def meets(self, other: Reach) -> bool:
        """Whether some ask is covered by both."""
        if self.data.isdisjoint(other.data):
            return False
        return all(
            mine is None or theirs is None or not mine.isdisjoint(theirs)
            for mine, theirs in zip(self.slots, other.slots, strict=True)
        )


@dataclass
class Clauses:
    """The clauses of one text, found by name and section, and how often two may still be compared."""

    mays: list[Reach]
    nevers: list[Reach]
    left: int = COMPARISONS

    @classmethod
    def of(cls, scope: Scope, document: Document) -> Clauses:
        """The clauses of a document; a law's `compels` stands apart."""
        entrusted = set(document.listed("entrusted"))
        found = [
            reach_of(scope, c, c.name.partition(".")[0] in entrusted) for c in document.clauses
        ]
        mays = [r for r in found if r.clause.modal == "may"]
        return cls(mays, [r for r in found if r.clause.modal == "never"])

    @cached_property
    def by_name(self) -> dict[str, Reach]:
        return {m.clause.name: m for m in self.mays}

    @cached_property
    def by_section(self) -> dict[str, list[Reach]]:
        found: dict[str, list[Reach]] = {}
        for may in self.mays:
            found.setdefault(may.section, []).append(may)
        return found

    def named(self, name: str) -> list[Reach]:
        """The `may`s that an `except` points at."""
        return [self.by_name[name]] if name in self.by_name else self.by_section.get(name, [])

    @cached_property
    def excepting(self) -> dict[str, set[str]]:
        """For each `may` the `never`s that except it."""
        found: dict[str, set[str]] = {}
        for never in self.nevers:
            for may in self.excepted(never):
                found.setdefault(may.name, set()).add(never.name)
        return found

    @cached_property
    def half_read(self) -> frozenset[str]:
        """The `never`s with an exception that is not found: it may be what was meant."""
        return frozenset(n.name for n in self.nevers if not all(self.named(e) for e in n.excepts))

    def excepted(self, never: Reach) -> Iterator[Reach]:
        """The `may`s a `never` excepts."""
        for name in never.excepts:
            yield from self.compared(self.named(name))

    def compared(self, others: Iterable[Reach]) -> Iterator[Reach]:
        """The others, as long as comparing is not too much work."""
        for other in others:
            self.left -= 1
            if self.left < 0:
                return
            yield other


def reach_of(scope: Scope, clause: Clause, entrusted: bool = False) -> Reach:
    """The leaves a clause covers. A `never` reaches words `only by name`, a `may` does not."""
    reaching = clause.modal == "never"
    slots: tuple[tuple[Kind, tuple[str, ...]], ...] = (
        ("party", clause.parties),
        ("purpose", clause.purposes),
        ("place", clause.places),
    )
    return Reach(
        clause,
        scope.words.leaves("data", clause.data, reaching),
        tuple(
            scope.words.leaves(kind, names, True) if names and ANYTHING not in names else None
            for kind, names in slots
        ),
        entrusted,
    )
