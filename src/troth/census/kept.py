"""The census in the store: each part as of an entry of the ledger, and who was entered since.

A part holds what the ledger told up to its entry. Whoever is named by a later entry is asked singly, so nothing
said since is missed; a part in which many are is taken anew. An entry that does not tell whom it is about
leaves no part standing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import bindparam, func, select

from troth import ledger
from troth.census.columns import Section, write
from troth.census.taking import take
from troth.store import Session, Store, Straight
from troth.store import tables as t
from troth.store.tables import PART

FEW = PART // 512  # people of a part that are asked singly; where there are more it is taken anew
MOST = 100_000  # entries that are looked through; where there are more everything is taken anew
OF_OTHERS = ("agreement.", "party.", "matter.", "checkpoint", "ledger.")  # whom no entry need name

_PARTS = Straight(select(t.census.c.part, t.census.c.head).where(t.census.c.section == ""))
_BODY = Straight(
    select(t.census.c.body).where(
        t.census.c.part == bindparam("part"), t.census.c.section == bindparam("section")
    )
)
_LAST = Straight(select(func.max(t.people.c.id)))
_SINCE = Straight(
    select(t.ledger.c.seq, t.ledger_events.c.person, t.ledger_events.c.payload)
    .join_from(t.ledger, t.ledger_events, t.ledger_events.c.seq == t.ledger.c.seq)
    .where(t.ledger.c.kind == bindparam("kind"), t.ledger.c.seq > bindparam("head"))
    .limit(MOST)
)
_OF_RECORD = Straight(
    select(t.record_people.c.person).where(
        t.record_people.c.record == bindparam("record", type_=t.NUMBER)
    )
)


@dataclass(frozen=True)
class Counted:
    """The parts there are, by number, with the entry each knows of; and whom later entries name."""

    heads: dict[int, int]
    since: frozenset[int]
    last: int  # the highest number of a person

    def wanting(self) -> list[int]:
        """The parts that are not there, or in which many were named since."""
        named: dict[int, int] = {}
        for person in self.since:
            named[person // PART] = named.get(person // PART, 0) + 1
        parts = range(self.last // PART + 1) if self.last else range(0)
        return [p for p in parts if p not in self.heads or named.get(p, 0) > FEW]


def counted(session: Session, heads: dict[int, int] | None = None) -> Counted:
    """What there is of the census, in the transaction of the session; `heads` are those of parts that were
    read before, and who was named since is then told from them."""
    if heads is None:
        heads = {int(part): int(head) for part, head in session.fetch(_PARTS)}
    ((last,),) = session.fetch(_LAST)
    named = _named(session, min(heads.values())) if heads else []
    if named is None:
        return Counted({}, frozenset(), last or 0)
    since = {person for seq, person in named if seq > heads.get(person // PART, seq)}
    return Counted(heads, frozenset(since), last or 0)


def renew(store: Store, company: str, parts: Iterable[int] | None = None) -> int:
    """Take anew what is wanting of the census, each part in a transaction of its own; how many there were."""
    if parts is None:
        with store.reading(company) as session:
            parts = counted(session).wanting()
    done = 0
    for part in parts:
        with store.reading(company) as session:
            head, sections = ledger.size(session), take(session, part)
        rows = [
            {"part": part, "section": name, "head": head, "body": body}
            for section in {"": Section({}), **sections}.items()
            for name, body in write(*section)
        ]
        with store.writing(company) as session:
            there = session.one(t.census, part=part, section="")
            if there is None or there.head <= head:
                session.remove(t.census, part=part)
                session.put_all(t.census, rows)
        done += 1
    return done


def body(session: Session, part: int, name: str) -> bytes | None:
    """What is kept of a part under a name, or none where nothing of the kind is known of anybody."""
    found = session.fetch(_BODY, part=part, section=name)
    return bytes(found[0][0]) if found else None


def _named(session: Session, head: int) -> list[tuple[int, int]] | None:
    """Everybody whom an entry after one names, with that entry; None where it cannot be told."""
    found: list[tuple[int, int]] = []
    for kind in ledger.kinds(session):
        if kind in ledger.SILENT or kind.startswith(OF_OTHERS):
            continue
        rows = session.fetch(_SINCE, kind=kind, head=head)
        if len(rows) >= MOST:
            return None
        for seq, person, payload in rows:
            people = [person] if person is not None else _told(session, payload)
            if people is None:
                return None
            found += [(seq, each) for each in people]
    return found


def _told(session: Session, payload: str | None) -> list[int] | None:
    """Whom an entry that is of no one person is about; None: it does not say."""
    if payload is None:  # forgotten: that she is has an entry of its own
        return []
    said = json.loads(payload)
    if isinstance(said.get("person"), int):
        return [said["person"]]
    if said.get("of") == "record":
        return [person for (person,) in session.fetch(_OF_RECORD, record=int(said["key"]))]
    return [] if said.get("of") in ("party", "matter") or "entries" in said else None
