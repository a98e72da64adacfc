"""Recording: the event and its entry in the transaction of what they record, so neither is without the other."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, text

from troth.ledger.chain import FORGOTTEN, KIND, Checkpoint, Entry, Event, commitment, head, origin
from troth.store import Session, Straight
from troth.store import tables as t
from troth.store.columns import canonical, read_moment, written_moment
from troth.store.numbers import reserve

_HEAD = Straight(select(t.ledger.c.head, t.ledger.c.at).where(t.ledger.c.seq == bindparam("last")))
_ENTRIES = select(
    *t.ledger.c["seq", "at", "kind", "commitment", "previous", "head"],
    *t.ledger_events.c["payload", "person"],
    t.ledger_events.c.salt.is_(None).label("forgotten"),
)
_INSERT_ENTRY = Straight(
    text(
        "insert into ledger (company, seq, at, kind, commitment, previous, head) "
        "values (:of_company, :seq, :at, :kind, :commitment, :previous, :head)"
    )
)
_INSERT_EVENT = Straight(
    text(
        "insert into ledger_events (company, seq, at, kind, salt, payload, person) "
        "values (:of_company, :seq, :at, :kind, :salt, :payload, :person)"
    )
)
SALT_BYTES = 16


class LedgerBrokenError(Exception):
    """The ledger cannot be continued: its last entry is gone."""


def record(
    session: Session, kind: str, payload: Any, *, at: datetime, person: int | None = None
) -> Entry:
    """Write one event and its entry. `payload` may name people by number, and holds no personal value."""
    return record_all(session, [Event(kind, payload, person)], at=at)[0]


def record_all(session: Session, events: Sequence[Event], *, at: datetime) -> list[Entry]:
    """Write several events at once, in their order: one look at the end of the chain, two inserts.

    An entry's moment is never before that of the entry it follows: of two writers whose clocks differ
    a little, the later writer takes the later moment. A moment long past belongs into the payload.
    """
    if not events:
        return []
    session.require_writing()
    payloads = [_payload(event) for event in events]  # what is wrong with one fails before any
    moment = written_moment(at)
    first = reserve(session.connection, session.company, "ledger", len(events), column="seq")
    previous, last = _end(session, first)
    moment = max(moment, last)  # as text: it sorts as the moments do
    said = list(zip(events, payloads, strict=True))
    rows = list(_chained(said, first, previous, moment))
    session.put_straight(_INSERT_ENTRY, rows)
    session.put_straight(_INSERT_EVENT, rows)
    return [
        _entry(row, read_moment(moment), event) for row, event in zip(rows, events, strict=True)
    ]


def _payload(event: Event) -> str:
    if not KIND.fullmatch(event.kind):
        raise ValueError(f"`{event.kind}` is no kind of entry; use lower case words and hyphens")
    return canonical(event.payload)


def _end(session: Session, first: int) -> tuple[str, str]:
    """The head and moment that entry `first` follows."""
    if first == 1:
        return origin(session.company), ""
    found = session.fetch(_HEAD, last=first - 1)
    if not found:
        raise LedgerBrokenError(
            f"the ledger of {session.company} lacks entry {first - 1}, so nothing can be recorded; "
            "verify it and restore it from a backup"
        )
    ((previous, at),) = found
    return previous, at


def _chained(
    said: Iterable[tuple[Event, str]], first: int, previous: str, at: str
) -> Iterator[dict[str, Any]]:
    """Each event with its entry, as they are stored, the entry following the one before it."""
    for seq, (event, payload) in enumerate(said, start=first):
        salt = secrets.token_hex(SALT_BYTES)
        committed = commitment(salt, payload, event.person)
        following = head(previous, seq, at, event.kind, committed)
        yield {
            "seq": seq,
            "at": at,
            "kind": event.kind,
            "commitment": committed,
            "previous": previous,
            "head": following,
            "salt": salt,
            "payload": payload,
            "person": event.person,
        }
        previous = following


def _entry(row: dict[str, Any], moment: datetime, event: Event) -> Entry:
    chain = (row["commitment"], row["previous"], row["head"])
    return Entry(row["seq"], moment, event.kind, *chain, event.payload, event.person)


def forget(session: Session, person: int, *, at: datetime) -> Entry | None:
    """Destroy what the events of a person say. Their entries stay and stay valid; one more names them.

    Without salt and payload a commitment says nothing. None where there was nothing to forget.
    """
    session.require_writing()
    hers = session.rows(t.ledger_events, person=person, order=[t.ledger_events.c.seq])
    if not hers:
        return None
    session.change(t.ledger_events, {"person": person}, salt=None, payload=None, person=None)
    return record(session, FORGOTTEN, {"entries": [row.seq for row in hers]}, at=at)


def checkpoint(session: Session) -> Checkpoint:
    """How far the ledger has come. Print it, mail it, let a customer keep it."""
    newest = entries(session, limit=1, newest_first=True)
    return (
        Checkpoint(newest[0].seq, newest[0].head)
        if newest
        else Checkpoint(0, origin(session.company))
    )


def entries(
    session: Session,
    *,
    kind: str | None = None,
    person: int | None = None,
    since: datetime | None = None,
    before: datetime | None = None,
    after_seq: int = 0,
    limit: int = 100,
    newest_first: bool = False,
) -> list[Entry]:
    """Entries with their events, in order; `after_seq` continues a listing."""
    joined = _ENTRIES.join_from(t.ledger, t.ledger_events, t.ledger.c.seq == t.ledger_events.c.seq)
    wanted = joined.where(t.ledger.c.seq > after_seq).limit(limit)
    if kind is not None:
        wanted = wanted.where(t.ledger_events.c.kind == kind)
    if person is not None:
        wanted = wanted.where(t.ledger_events.c.person == person)
    if since is not None:
        wanted = wanted.where(t.ledger.c.at >= since)
    if before is not None:
        wanted = wanted.where(t.ledger.c.at < before)
    order = t.ledger.c.seq.desc() if newest_first else t.ledger.c.seq
    return [Entry(**row._mapping) for row in session.execute(wanted.order_by(order))]
