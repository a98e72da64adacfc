"""What outlives forgetting: the standing refusals, beside the keyed hash of an address and nothing else.

Without them a forgotten person who comes back, by a bought list or a friend's referral, would be
written to again (point 8: her refusals survive as a keyed hash and reattach).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from troth import ledger
from troth.people.identifiers import ADDRESSES, Kind, rows_of
from troth.people.same import same, through
from troth.store import Session
from troth.store import tables as t

if TYPE_CHECKING:
    from sqlalchemy import Row, Table

_KEYS = {"choices": ("choice", "cell", "at"), "adoptions": ("clause", "digest", "at")}
_MARKED = {"choices": "carried_from", "adoptions": "way"}


def keep_refusals(session: Session, person: int, at: datetime) -> int:
    """Reduce a person to their refusals; how many there are. Without any, no hash is kept either."""
    addresses = t.identifiers.c.kind.in_(ADDRESSES)
    session.remove(t.identifiers, ~addresses, person=person)
    refusals = _refusals(session, person) if session.count(t.identifiers, person=person) else {}
    for table in (t.choices, t.adoptions):
        kept = [row.id for row in refusals.get(table, ())]
        session.remove(table, table.c.id.not_in(kept), person=person)
    count = sum(len(rows) for rows in refusals.values())
    if not count:
        session.remove(t.identifiers, person=person)
        return 0
    session.change(t.identifiers, {"person": person}, value="", until=at)
    session.change(t.choices, {"person": person}, text_shown="", by="", carried_from=None)
    session.change(t.adoptions, {"person": person}, text_shown="")
    return count


def reattach(session: Session, person: int, kind: Kind, digest: str, at: datetime) -> int:
    """Move what was kept under this hash to the person who has the address now; how many refusals.

    They keep their moments, so that whatever the person said later stands.
    """
    moved = 0
    for identifier in rows_of(session, kind, digest):
        if identifier.erased_at is None:
            continue
        former = identifier.person
        for each in same(session, person):
            mark = None if each == person else through(person)
            moved += _copy(session, t.choices, former, each, mark)
            moved += _copy(session, t.adoptions, former, each, mark)
        session.remove(t.identifiers, id=identifier.id)
        if not session.count(t.identifiers, person=former):  # no other address leads to them
            session.remove(t.choices, person=former)
            session.remove(t.adoptions, person=former)
    if moved:
        payload = {"person": person, "refusals": moved}
        ledger.record(session, "refusals.reattached", payload, at=at, person=person)
    return moved


def _refusals(session: Session, person: int) -> dict[Table, list[Row[Any]]]:
    """The rows that stand as a no: opt-outs, and answers to a clause."""
    choices = _latest(session, t.choices, person, ("choice", "cell"))
    answers = _latest(session, t.adoptions, person, ("clause", "digest"))
    return {
        t.choices: [r for r in choices if r.kind == "choice" and r.standing],
        t.adoptions: [r for r in answers if r.answer == "no"],
    }


def _latest(
    session: Session, table: Table, person: int, key: tuple[str, ...]
) -> Iterable[Row[Any]]:
    rows = session.rows(table, person=person, order=(table.c.at, table.c.id))
    return {tuple(getattr(row, name) for name in key): row for row in rows}.values()


def _copy(session: Session, table: Table, former: int, person: int, mark: str | None) -> int:
    """Add the rows of `former` to `person`, except what came by another address already. `mark`: whose
    they are, where the person is joined with who came back."""
    key, marked = _KEYS[table.name], _MARKED[table.name]
    has = {tuple(getattr(row, name) for name in key) for row in session.rows(table, person=person)}
    wanted = [c.name for c in table.c if c.name not in ("company", "id", "person")]
    rows = [
        {name: getattr(row, name) for name in wanted}
        | {"person": person}
        | ({} if mark is None else {marked: mark})
        for row in session.rows(table, person=former)
        if tuple(getattr(row, name) for name in key) not in has
    ]
    return len(session.add_all(table, rows))
