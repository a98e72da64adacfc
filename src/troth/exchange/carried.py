"""What a format carries and what it cannot: a clause goes whole or not at all, and what stays behind is named.

A `may` without its condition would promise less than the policy does, so no clause travels without one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from troth.language.model import (
    ANYTHING,
    Choice,
    Clause,
    Document,
    Duty,
    Kind,
    Saying,
    Span,
    Statement,
    Word,
)
from troth.language.write_statements import rows_of

Words = Mapping[tuple[Kind, str], Word]


@dataclass(frozen=True, slots=True)
class Lost:
    """Something that is not carried: its full id, and what of it."""

    id: str
    what: str


def plain(clause: Clause) -> Clause:
    """A clause as any format may carry it: without its own wording, its comments and its place."""
    return replace(clause, say="", comments=(), span=Span())


def sorted_out(
    document: Document, hinders: Callable[[Clause], str]
) -> tuple[tuple[Clause, ...], tuple[Lost, ...]]:
    """The clauses that are carried, and everything that is not. `hinders` says why a clause is not."""
    carried, lost = [], []
    for statement in document.statements:
        name = f"{document.id}#{_name(statement)}"
        if not isinstance(statement, Clause):
            lost.append(Lost(name, _kind(statement)))
        elif why := hinders(statement):
            lost.append(Lost(name, why))
        else:
            carried.append(plain(statement))
            if statement.say:
                lost.append(Lost(name, "its own wording"))
    return tuple(carried), tuple(lost)


def conditions(clause: Clause) -> list[str]:
    """The conditions and exceptions of a clause, each as its line in the policy."""
    bare = replace(plain(clause), excepts=clause.excepts)
    return [" ".join(row) for row in rows_of(bare, "")[1:]]


def without_conditions(clause: Clause) -> str:
    """What hinders a format that knows no conditions."""
    return "; ".join(conditions(clause))


def slots(clause: Clause) -> Iterator[tuple[Kind, str]]:
    """Every word a clause names in its slots."""
    named: tuple[tuple[Kind, tuple[str, ...]], ...] = (
        ("data", clause.data),
        ("party", clause.parties),
        ("purpose", clause.purposes),
        ("place", clause.places),
    )
    for kind, names in named:
        yield from ((kind, name) for name in names if name != ANYTHING)


def _name(statement: Statement) -> str:
    if isinstance(statement, Choice):
        return f"{statement.section}.{statement.name}"
    return statement.name


def _kind(statement: Statement) -> str:
    if isinstance(statement, Duty):
        return f"the duty {statement.form}"
    if isinstance(statement, Saying):
        return "a statement"
    assert isinstance(statement, Choice)
    return f"the {statement.kind} {statement.name}"
