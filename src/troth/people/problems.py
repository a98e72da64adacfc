"""What cannot be done because the store does not know a thing, or knows one that stands against it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from troth.store import Session
from troth.store import tables as t

if TYPE_CHECKING:
    from sqlalchemy import Table


class Unknown(ValueError):
    """Something was named that the company's store does not hold."""


class Conflict(ValueError):
    """What was asked cannot stand beside what the store already holds."""


def must_know_people(session: Session, people: Iterable[int]) -> None:
    """Everyone named is known and was not forgotten."""
    for person in sorted(set(people)):
        row = session.one(t.people, id=person)
        if row is None:
            raise Unknown(f"person {person} is not known; add the person first")
        if row.erased_at is not None:
            raise Unknown(f"person {person} was forgotten; add them anew when they come back")


def must_know(session: Session, table: Table, what: str, key: Any) -> Any:
    """The row of a thing by its id. `what` is its word in the message: `party`, `matter`."""
    row = session.one(table, id=key)
    if row is None:
        raise Unknown(f"{what} `{key}` is not known; {_FIRST[what]}")
    return row


_FIRST = {
    "party": "register it first",
    "matter": "open it first",
    "agreement": "sign it first",
    "record": "keep it first",
    "field": "keep it in a record first",
    "stamp": "make it with stamp_id first",
}
