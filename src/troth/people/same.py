"""Records found to be of one person: who is the same as whom, and what was taken over from another record.

Kept in the dated register as `same-as`, on both, so that it can be undone and its time be asked.
"""

from __future__ import annotations

from troth.store import Session
from troth.store import tables as t

SAME_AS = "same-as"
_THROUGH = "person:"


def same(session: Session, person: int) -> tuple[int, ...]:
    """Everyone now joined with the person, at any remove, and the person, by number."""
    found, waiting = {person}, [person]
    while waiting:
        key = str(waiting.pop())
        rows = session.rows(t.attributes, of="person", key=key, name=SAME_AS, until=None)
        new = {int(row.value) for row in rows} - found
        found |= new
        waiting += new
    return tuple(sorted(found))


def through(person: int) -> str:
    """The mark of a row that came over from another record of the same person."""
    return f"{_THROUGH}{person}"


def came_through(mark: str | None) -> int | None:
    """Whose record a row came over from; None: it is the record's own."""
    if mark is None or not mark.startswith(_THROUGH):
        return None
    return int(mark.removeprefix(_THROUGH))
