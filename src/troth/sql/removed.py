"""What enforcing would take out of a database: cells and rows counted, by purpose, data word and clause.

Nothing is refused and nobody is named. The clauses are those that a single answer would cite; the people of one
stamp of whom the same is true are decided on together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

import numpy as np

from troth.estate import Database, Map, Table
from troth.language.formula import Atom
from troth.language.model import Ask, Decision, Stamp
from troth.sql.permits import Basis, Reckoning
from troth.sql.reckon import Reckoner
from troth.sql.rows import Rows, Truths, row_id
from troth.sql.standing import personal

NOBODY = "nobody can be asked whose it is"
NO_CLAUSE = "no clause permits it"
Counts = tuple[tuple[str, int], ...]  # the most first


@dataclass(frozen=True, slots=True)
class Removed:
    """What one table would lose for one purpose. `cells` counts by data word the rows whose cells of that
    word would be empty or gone; `clauses` the cells by each clause that refuses them."""

    purpose: str
    table: str
    rows: int
    rows_gone: int
    cells: Counts
    clauses: Counts


class Residual(Protocol):
    """A policy reduced to one leaf: which atoms still matter, and the decision for those that hold."""

    numbered: dict[Atom, int]

    def __call__(self, bits: int) -> Decision: ...


Residuals = Callable[[Ask, Stamp, date], Residual]


def removed(
    database: Database, found: Map, basis: Basis, purposes: Iterable[str], residuals: Residuals
) -> Iterator[Removed]:
    """For each purpose and table what would not be there. The database is read as it stands."""
    live = database.tables()
    with basis.store.reading(basis.meaning.policy.name) as session:
        reckoned = Reckoning(basis, session, basis.asked.at)
        of = {}
        for table in personal(found):
            row = row_id(table, database.dialect, live[table.name])
            of[table.name] = reckoned.rows(database, found, table, row)
        for purpose in purposes:
            ask = replace(basis.asked.ask, purpose=purpose)
            for table in personal(found):
                asked = replace(reckoned.asked, ask=ask, source=table.given.source or None)
                reckoner = Reckoner(basis.meaning, asked, reckoned.persons)
                yield _of_table(table, of[table.name], reckoner, residuals)


def _of_table(table: Table, rows: Rows, reckoner: Reckoner, residuals: Residuals) -> Removed:
    cells: Counter[str] = Counter()
    clauses: Counter[str] = Counter()
    allowed: dict[str, Truths] = {}
    for word in table.words:
        allowed[word] = reckoner.allowed(word, rows)
        gone = ~allowed[word]
        if not gone.any():
            continue
        cells[word] += int(gone.sum())
        clauses[NOBODY] += int((gone & rows.closed).sum())
        for clause, refused in _refusing(word, rows, reckoner, residuals).items():
            clauses[clause] += int((refused & gone & ~rows.closed).sum())
    there = allowed[table.row] if table.row else np.logical_or.reduce(list(allowed.values()))
    purpose = reckoner.asked.ask.purpose or ""
    lost = int((~there).sum())
    return Removed(purpose, table.name, len(rows.keys), lost, _ordered(cells), _ordered(clauses))


def _refusing(word: str, rows: Rows, reckoner: Reckoner, residuals: Residuals) -> dict[str, Truths]:
    """For each clause the rows that it refuses."""
    found: dict[str, Truths] = {}
    ask = replace(reckoner.asked.ask, data=word)
    of_pair = rows.stamp[rows.pair_row]
    for number, stamp in enumerate(rows.stamps):
        mine = np.flatnonzero(of_pair == number)
        for leaf in reckoner.meaning.points(ask) if len(mine) else ():
            residual = residuals(leaf, stamp, reckoner.day)
            for places, decision in _decided(residual, stamp, mine, rows, reckoner):
                if decision.allowed:
                    continue
                for clause in decision.clauses or (NO_CLAUSE,):
                    refused = found.setdefault(clause, np.zeros(len(rows.keys), dtype=np.bool_))
                    refused[rows.pair_row[places]] = True
    return found


def _decided(
    residual: Residual, stamp: Stamp, mine: np.ndarray, rows: Rows, reckoner: Reckoner
) -> Iterator[tuple[np.ndarray, Decision]]:
    """The pairs of rows and people, those together of whom the same is true."""
    numbered = list(residual.numbered.items())
    if not numbered:
        yield mine, residual(0)
        return
    given = rows.given[rows.pair_row[mine]]
    truths = [reckoner.truth(atom, stamp, rows.pair_place[mine], given) for atom, _ in numbered]
    packed = np.packbits(np.stack(truths), axis=0)
    kinds, which = np.unique(packed, axis=1, return_inverse=True)
    first = np.unique(which.ravel(), return_index=True)[1]
    for kind in range(kinds.shape[1]):
        bits = sum(
            bit for (_, bit), truth in zip(numbered, truths, strict=True) if truth[first[kind]]
        )
        yield mine[which.ravel() == kind], residual(bits)


def _ordered(counter: Counter[str]) -> Counts:
    return tuple(
        sorted(((k, n) for k, n in counter.items() if n), key=lambda one: (-one[1], one[0]))
    )
