"""Verifying: every entry and event is read as stored and held against the tree; the first fault is named.

Found from inside: anything changed, removed, reordered, backdated or destroyed without its record. Who
can rewrite the whole database can rewrite the whole tree: against that stand the signed checkpoints, those
stored beside it and, if the key was taken too, the one that somebody else has kept.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, String, Table, bindparam, select, type_coerce
from sqlalchemy.exc import DBAPIError

from troth.ledger.entry import FORGOTTEN, commitment, leaf
from troth.ledger.note import Checkpoint, NoteError, VerifierKey, origin, read_checkpoint, written
from troth.ledger.recording import read_edge
from troth.ledger.tree import KEPT, Edge, grown, parts, root
from troth.store import Session
from troth.store import tables as t

PAGE = 2_000
_ENTRY = select(
    *t.ledger.c["seq", "kind", "commitment", "leaf"],
    type_coerce(t.ledger.c.at, String).label("at"),
).order_by(t.ledger.c.seq)
_EVENT = select(
    *t.ledger_events.c["seq", "salt", "person"],
    type_coerce(t.ledger_events.c.payload, String).label("payload"),
).order_by(t.ledger_events.c.seq)
_CHECKPOINT = select(
    *t.checkpoints.c["size", "note"], type_coerce(t.checkpoints.c.at, String).label("at")
).order_by(t.checkpoints.c.size)
_TREE = select(
    *t.ledger_trees.c["size", "edge"], type_coerce(t.ledger_trees.c.at, String).label("at")
)
_NODE = select(*t.ledger_nodes.c["level", "number", "hash"])


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a ledger is whole. If not: the number of the first faulty entry, and what is wrong."""

    sound: bool
    entries: int  # how many were found whole before the fault
    root: str  # of the tree of these, in base 64
    seq: int | None = None
    problem: str = ""
    checkpoints: int = 0  # how many were held against them

    def __bool__(self) -> bool:
        return self.sound


class _FaultError(Exception):
    def __init__(self, seq: int, problem: str) -> None:
        self.seq, self.problem = seq, problem


@dataclass(slots=True)
class _Reading:
    """How far the verification has come."""

    company: str
    signed: list[Checkpoint]  # still to be met, the next one last
    nodes: dict[tuple[int, int], str]  # stored and not yet met
    seq: int = 0
    at: str = ""  # nothing later may be before it
    edge: Edge = ()
    met: int = 0  # how many checkpoints
    whole: int = 0  # up to this entry they are those that were signed
    destroyed: set[int] = field(default_factory=set)  # events gone, no record of it read so far


def verify(
    session: Session,
    key: VerifierKey | None = None,
    known: Checkpoint | None = None,
    seen: Callable[[int], object] | None = None,
) -> Verdict:
    """Read the whole ledger of the session's company.

    With `key` the stored checkpoints must be signed with it. `known` is a checkpoint that was kept
    elsewhere; whoever kept it has asked the key. `seen` is told after some entries how many they were.
    """
    reading = _Reading(session.company, [], {})
    try:
        reading.signed = _checkpoints(session, key, known)
        reading.nodes = {(n.level * KEPT, n.number): n.hash for n in session.execute(_NODE)}
        _read(session, reading, seen)
    except _FaultError as fault:
        return _verdict(reading, False, fault.seq, fault.problem)
    return _verdict(reading, True, None, "")


def _verdict(reading: _Reading, sound: bool, seq: int | None, problem: str) -> Verdict:
    return Verdict(sound, reading.seq, written(root(reading.edge)), seq, problem, reading.met)


def _read(session: Session, reading: _Reading, seen: Callable[[int], object] | None) -> None:
    events = _rows(session, _EVENT, t.ledger_events)
    _meet(reading)
    for entry in _rows(session, _ENTRY, t.ledger):
        hashed = _check_entry(session, reading, entry)
        _check_event(reading, entry, next(events, None))
        _grow(reading, hashed)
        reading.seq, reading.at = entry.seq, entry.at
        _meet(reading)
        if seen is not None and reading.seq % PAGE == 0:
            seen(PAGE)
    left = next(events, None)
    if left is not None:
        raise _FaultError(left.seq, f"event {left.seq} has no entry")
    _check_end(session, reading)
    if reading.destroyed:
        seq = min(reading.destroyed)
        raise _FaultError(seq, f"the event of entry {seq} was destroyed without a record of it")


# -- entries and events ----------------------------------------------------------------------------


def _check_entry(session: Session, reading: _Reading, entry: Any) -> bytes:
    """The leaf of the entry, if it is the next one and says what was recorded."""
    seq = reading.seq + 1
    if entry.seq != seq:
        raise _FaultError(seq, f"entry {seq} is missing")
    if entry.at < reading.at:
        raise _FaultError(seq, f"entry {seq} is backdated: it is of {entry.at}, after {reading.at}")
    hashed = leaf(reading.company, seq, entry.at, entry.kind, entry.commitment)
    if hashed.hex() != entry.leaf:
        raise _FaultError(seq, _changed(session, entry))
    return hashed


def _changed(session: Session, entry: Any) -> str:
    """What became of an entry that does not fit its leaf: changed where it stands, or moved there."""
    said = entry.at, entry.kind, entry.commitment
    for seq in range(1, session.count(t.ledger) + 1):
        if leaf(session.company, seq, *said).hex() == entry.leaf:
            return f"entry {seq} stands in the place of entry {entry.seq}"
    return f"entry {entry.seq} was changed"


def _check_event(reading: _Reading, entry: Any, event: Any) -> None:
    seq = entry.seq
    if event is None or event.seq != seq:
        raise _FaultError(seq, f"the event of entry {seq} is missing")
    if (event.salt, event.payload, event.person) == (None, None, None):
        reading.destroyed.add(seq)
    elif entry.commitment != commitment(event.salt, event.payload, event.person):
        raise _FaultError(seq, f"the event of entry {seq} was changed")
    elif entry.kind == FORGOTTEN:
        _account(reading, json.loads(event.payload)["entries"])


def _account(reading: _Reading, forgotten: list[int]) -> None:
    for seq in forgotten:
        if seq not in reading.destroyed:
            raise _FaultError(seq, f"the event of entry {seq} was forgotten and is there again")
        reading.destroyed.remove(seq)


# -- the tree --------------------------------------------------------------------------------------


def _grow(reading: _Reading, hashed: bytes) -> None:
    reading.edge, nodes = grown(reading.edge, reading.seq, [hashed])
    for level, number, node in nodes:
        if reading.nodes.pop((level, number), None) != node.hex():
            _rewritten(number << level, 1 << level)


def _rewritten(first: int, count: int, by: str = "recorded") -> None:
    """Each of these entries fits its leaf, and together they are not what once stood there."""
    where = f"entries {first + 1} to {first + count} are" if count > 1 else f"entry {first + 1} is"
    raise _FaultError(first + 1, f"{where} not what was {by}: rewritten, with hashes made anew")


def _check_end(session: Session, reading: _Reading) -> None:
    """What was cut off at the end leaves a whole tree; its stored size and the checkpoints show it."""
    end = reading.seq + 1
    tree = session.execute(_TREE).one_or_none()
    size = 0 if tree is None else tree.size
    if size != reading.seq:
        raise _FaultError(end, f"the ledger ends at {reading.seq} and had come to {size}")
    if reading.signed:
        to = reading.signed[-1].size
        raise _FaultError(end, f"the ledger ends at {reading.seq} and was signed up to {to}")
    if tree is not None:
        _check_edge(reading, tree.edge)
        if tree.at < reading.at:
            raise _FaultError(reading.seq, f"the ledger's moment {tree.at} was set back")
    if reading.nodes:
        level, number = min(reading.nodes)
        raise _FaultError((number << level) + 1, "a stored node of the tree is of no entries")


def _check_edge(reading: _Reading, stored: str) -> None:
    try:
        edge = read_edge(stored)
    except ValueError:
        edge = ()
    if edge == reading.edge:
        return
    for place, (first, count) in enumerate(parts(reading.seq)):
        if edge[place : place + 1] != reading.edge[place : place + 1]:
            _rewritten(first, count)
    raise _FaultError(reading.seq, "the stored edge of the tree was changed")


# -- checkpoints -----------------------------------------------------------------------------------


def _checkpoints(
    session: Session, key: VerifierKey | None, known: Checkpoint | None
) -> list[Checkpoint]:
    """All that were signed, the first one last."""
    found = [_checkpoint(session.company, row, key) for row in session.execute(_CHECKPOINT)]
    beside = [] if known is None else [known]
    return sorted(found + beside, key=lambda one: (one.size, one.at), reverse=True)


def _checkpoint(company: str, row: Any, key: VerifierKey | None) -> Checkpoint:
    named = f"the stored checkpoint of {row.size} entries"
    try:
        found = read_checkpoint(row.note)
        if (found.origin, found.size, found.at) != (origin(company), row.size, row.at):
            raise NoteError("was changed")
        if key is not None and key.signed(row.note) != found.text:
            raise NoteError("was changed")
    except NoteError as error:
        raise _FaultError(max(row.size, 1), f"{named} cannot be trusted: {error}") from None
    return found


def _meet(reading: _Reading) -> None:
    """Hold the checkpoints of this size against the tree as it was read."""
    while reading.signed and reading.signed[-1].size == reading.seq:
        met = reading.signed.pop()
        if met.root != root(reading.edge):
            _rewritten(reading.whole, reading.seq - reading.whole, f"signed at {met.at}")
        if met.at < reading.at:
            raise _FaultError(
                reading.seq, f"entry {reading.seq} is of {reading.at}, and was signed at {met.at}"
            )
        reading.at, reading.whole, reading.met = met.at, reading.seq, reading.met + 1


def _rows(session: Session, statement: Select[Any], table: Table) -> Iterator[Any]:
    """All rows in order, a page at a time; a page that cannot be read is read row by row."""
    after = statement.where(table.c.seq > bindparam("last")).limit(bindparam("page"))
    last, page = 0, PAGE
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
