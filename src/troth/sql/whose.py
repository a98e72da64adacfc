"""By which number a row finds its people again: so that what one of them says changes her rows, and no others.

The number of a person the store knows is hers there; of an address nobody is known by, it is made from its keyed
hash and below 0. A row of several people has the number of their circle, and each of them is noted with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from sqlalchemy import select

from troth.ledger import Event
from troth.people.identifiers import owners
from troth.people.same import same
from troth.store import Session
from troth.store import tables as t

NOBODY = 0  # a row in which nobody is named whom anything said later could mean
_CIRCLE = 1 << 62  # above every number of a person
Members = tuple[int, ...]


def of_address(digest: str) -> int:
    """The number of an address by its keyed hash."""
    return -int(digest[:15], 16) - 1


def circle(members: Iterable[int]) -> int:
    """The number of several people."""
    listed = ",".join(map(str, sorted(set(members))))
    return _CIRCLE | int(sha256(listed.encode()).hexdigest()[:15], 16)


def numbers(session: Session, people: Iterable[int]) -> set[int]:
    """Every number by which rows of these people, of all joined with them, and of whoever has an address of
    theirs, may be found."""
    circle = {each for person in set(people) for each in same(session, person)}
    listed = sorted(circle)
    rows = [
        row
        for first in range(0, len(listed), 500)
        for row in session.rows(
            t.identifiers, t.identifiers.c.person.in_(listed[first : first + 500])
        )
    ]
    having = owners(session, [(row.kind, row.hash) for row in rows])
    circle |= {owner.person for each in having.values() for owner in each}
    return circle | {of_address(row.hash) for row in rows}


# -- whom an entry of the ledger is about ----------------------------------------------------------


class Heard:
    """What was said since: of whom, and what of it is about no person."""

    def __init__(self) -> None:
        self.people: set[int] = set()
        self.parties = False  # something about a party or an agreement
        self.matters = False
        self.all = False  # something of which it is not known whom it touches

    def hear(self, session: Session, event: Event) -> None:
        """Take in one event that may have changed what may be done."""
        payload: Mapping[str, Any] = event.payload if isinstance(event.payload, dict) else {}
        room = event.kind.partition(".")[0]
        if event.person is not None:
            self.people.add(event.person)
        if isinstance(payload.get("person"), int):
            self.people.add(payload["person"])
        if isinstance(payload.get("with"), int):
            self.people.add(payload["with"])
        if room == "matter" or payload.get("of") == "matter":
            self.matters = True
        elif room in ("party", "agreement") or payload.get("of") == "party":
            self.parties = True
        elif payload.get("of") == "record":
            self._of_record(session, payload)
        elif event.person is None and not isinstance(payload.get("person"), int):
            self.all = True

    def _of_record(self, session: Session, payload: Mapping[str, Any]) -> None:
        about = select(t.record_people.c.person).where(
            t.record_people.c.record == int(payload["key"])
        )
        self.people |= set(session.execute(about).scalars())
