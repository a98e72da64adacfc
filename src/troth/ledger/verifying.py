"""Verifying: every entry and event is read as stored and held against the chain; the first fault is named.

Found from inside: anything changed, removed, reordered, backdated or destroyed without its record. Who
can rewrite the whole database can rewrite the whole chain: against that, keep checkpoints elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, String, Table, bindparam, select, type_coerce
from sqlalchemy.exc import DBAPIError

from troth.ledger.chain import FORGOTTEN, Checkpoint, commitment, head, origin
from troth.store import Session
from troth.store import tables as t

_PAGE = 2_000
_ENTRY = select(
    *t.ledger.c["seq", "kind", "commitment", "previous", "head"],
    type_coerce(t.ledger.c.at, String).label("at"),
).order_by(t.ledger.c.seq)
_EVENT = select(
    *t.ledger_events.c["seq", "kind", "salt", "person"],
    type_coerce(t.ledger_events.c.at, String).label("at"),
    type_coerce(t.ledger_events.c.payload, String).label("payload"),
).order_by(t.ledger_events.c.seq)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a ledger is whole. If not: the number of the first faulty entry, and what is wrong."""

    sound: bool
    entries: int  # how many were found whole before the fault
    head: str
    seq: int | None = None
    problem: str = ""

    def __bool__(self) -> bool:
        return self.sound


class _FaultError(Exception):
    def __init__(self, seq: int, problem: str) -> None:
        self.seq, self.problem = seq, problem


@dataclass(slots=True)
class _Reading:
    """How far the verification has come."""

    head: str
    seq: int = 0
    at: str = ""
    destroyed: set[int] = field(default_factory=set)  # events gone, no record of it read so far


def verify(session: Session, known: Checkpoint | None = None) -> Verdict:
    """Read the whole ledger of the session's company. `known` is a checkpoint of an earlier day."""
    reading = _Reading(origin(session.company))
    try:
        _read(session, reading, known)
    except _FaultError as fault:
        return Verdict(False, reading.seq, reading.head, fault.seq, fault.problem)
    return Verdict(True, reading.seq, reading.head)


def _read(session: Session, reading: _Reading, known: Checkpoint | None) -> None:
    events = _rows(session, _EVENT, t.ledger_events)
    for entry in _rows(session, _ENTRY, t.ledger):
        _check_entry(reading, entry)
        _check_event(reading, entry, next(events, None))
        if known is not None and entry.seq == known.seq and entry.head != known.head:
            raise _FaultError(entry.seq, f"entry {entry.seq} is not the one of the checkpoint")
        reading.seq, reading.at, reading.head = entry.seq, entry.at, entry.head
    left = next(events, None)
    if left is not None:
        raise _FaultError(left.seq, f"event {left.seq} has no entry")
    _check_end(session, reading, known)
    if reading.destroyed:
        seq = min(reading.destroyed)
        raise _FaultError(seq, f"the event of entry {seq} was destroyed without a record of it")


def _check_entry(reading: _Reading, entry: Any) -> None:
    seq = reading.seq + 1
    if entry.seq != seq:
        raise _FaultError(seq, f"entry {seq} is missing")
    if entry.previous != reading.head:
        raise _FaultError(seq, f"entry {seq} does not follow the entry before it")
    if entry.head != head(entry.previous, seq, entry.at, entry.kind, entry.commitment):
        raise _FaultError(seq, f"entry {seq} was changed")
    if entry.at < reading.at:
        raise _FaultError(seq, f"entry {seq} is backdated: it is of {entry.at}, after {reading.at}")


def _check_event(reading: _Reading, entry: Any, event: Any) -> None:
    seq = entry.seq
    if event is None or event.seq != seq:
        raise _FaultError(seq, f"the event of entry {seq} is missing")
    if (event.kind, event.at) != (entry.kind, entry.at):
        raise _FaultError(seq, f"the event of entry {seq} was changed: not its kind and moment")
    if (event.salt, event.payload, event.person) == (None, None, None):
        reading.destroyed.add(seq)
    elif entry.commitment != commitment(event.salt, event.payload, event.person):
        raise _FaultError(seq, f"the event of entry {seq} was changed")
    elif event.kind == FORGOTTEN:
        _account(reading, json.loads(event.payload)["entries"])


def _account(reading: _Reading, forgotten: list[int]) -> None:
    for seq in forgotten:
        if seq not in reading.destroyed:
            raise _FaultError(seq, f"the event of entry {seq} was forgotten and is there again")
        reading.destroyed.remove(seq)


def _check_end(session: Session, reading: _Reading, known: Checkpoint | None) -> None:
    """What was cut off at the end leaves a whole chain; the count of entries and a checkpoint show it."""
    counted = session.one(t.numbers, name="ledger")
    last = 0 if counted is None else counted.last
    if last != reading.seq:
        raise _FaultError(
            reading.seq + 1, f"the ledger ends at {reading.seq} and had come to {last}"
        )
    if known is not None and known.seq > reading.seq:
        raise _FaultError(
            reading.seq + 1, f"entries up to {known.seq} of the checkpoint are missing"
        )


def _rows(session: Session, statement: Select[Any], table: Table) -> Iterator[Any]:
    """All rows in order, a page at a time; a page that cannot be read is read row by row."""
    after = statement.where(table.c.seq > bindparam("last")).limit(bindparam("page"))
    last, page = 0, _PAGE
    while True:
        try:
            found = session.execute(after, {"last": last, "page": page}).all()
        except DBAPIError as error:
            if page == 1:
                raise _FaultError(last + 1, f"entry {last + 1} cannot be read") from error
            page = 1
            continue
        yield from found
        if not found:
            return
        last = found[-1].seq
