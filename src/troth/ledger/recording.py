"""Recording: the event and its entry in the transaction of what they record, so neither is without the other."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from troth.ledger.entry import (
    FORGOTTEN,
    KIND,
    SILENT,
    Entry,
    Event,
    LedgerBrokenError,
    commitment,
    leaf,
)
from troth.ledger.tree import KEPT, Edge, Node, grown
from troth.store import Session, Straight
from troth.store import tables as t
from troth.store.columns import canonical, read_moment, written_moment

if TYPE_CHECKING:
    from sqlalchemy import Select

_TREE = Straight(  # one writer at a time grows it
    "select size, at, edge, said, "
    "(select seq from ledger where company = :of_company and seq = ledger_trees.size) "
    "from ledger_trees where company = :of_company",
    locks=True,
)
_SAID = Straight("select said from ledger_trees where company = :of_company")
_PLANT = Straight(
    "insert into ledger_trees (company, size, at, edge, said) values (:of_company, 0, '', '', 0) "
    "on conflict (company) do nothing"
)
_GROW = Straight(
    "update ledger_trees set size = :size, at = :at, edge = :edge, said = :said "
    "where company = :of_company"
)
_ANY = Straight("select seq from ledger where company = :of_company limit 1")
_INSERT_ENTRY = Straight(
    "insert into ledger (company, seq, at, kind, commitment, leaf) "
    "values (:of_company, :seq, :at, :kind, :commitment, :leaf)"
)
_INSERT_EVENT = Straight(
    "insert into ledger_events (company, seq, salt, payload, person) "
    "values (:of_company, :seq, :salt, :payload, :person)"
)
_INSERT_NODE = Straight(
    "insert into ledger_nodes (company, level, number, hash) "
    "values (:of_company, :level, :number, :hash)"
)
SALT_BYTES = 16


@dataclass(frozen=True, slots=True)
class Tree:
    """A company's tree as it stands: how many leaves, the moment of the last, the edge, and the last entry
    that may have changed what may be done."""

    size: int = 0
    at: str = ""
    edge: Edge = ()
    said: int = 0


@dataclass(frozen=True, slots=True)
class Noted:
    """What a transaction recorded that may change what may be done: for who follows it, in the same one.
    `before` and `said` are the last such entry before and after."""

    before: int
    said: int
    events: tuple[Event, ...]


def record(
    session: Session, kind: str, payload: Any, *, at: datetime, person: int | None = None
) -> Entry:
    """Write one event and its entry. `payload` may name people by number, and holds no personal value."""
    (row,) = _record(session, [Event(kind, payload, person)], at)
    bound = row["commitment"], row["leaf"]
    return Entry(row["seq"], read_moment(row["at"]), kind, *bound, payload, person)


def record_all(session: Session, events: Sequence[Event], *, at: datetime) -> range:
    """Write several events at once, in their order: the tree is read once and grows once. Their numbers.

    An entry's moment is never before that of the entry it follows, nor before a checkpoint signed
    meanwhile: of two writers whose clocks differ a little, the later writer takes the later moment. A
    moment long past belongs into the payload.
    """
    if not events:
        return range(0)
    rows = _record(session, events, at)
    return range(rows[0]["seq"], rows[-1]["seq"] + 1)


def _record(session: Session, events: Sequence[Event], at: datetime) -> list[dict[str, Any]]:
    """The entries with their events, as they were stored."""
    session.require_writing()
    payloads = _payloads(events)  # what is wrong with one fails before any
    written = written_moment(at)
    tree = grow_from(session)
    moment = max(written, tree.at)  # as text: it sorts as the moments do
    rows = list(_rows(session.company, events, payloads, tree.size + 1, moment))
    edge, nodes = grown(tree.edge, tree.size, [row.pop("hash") for row in rows])
    session.put_straight(_INSERT_ENTRY, rows)
    session.put_straight(_INSERT_EVENT, rows)
    said = max((row["seq"] for row in rows if row["kind"] not in SILENT), default=tree.said)
    if said != tree.said:
        session.noted.append(Noted(tree.said, said, tuple(events)))
    keep(session, Tree(tree.size + len(rows), moment, edge, said), nodes)
    return rows


def grow_from(session: Session) -> Tree:
    """The tree as it stands, held until the transaction ends."""
    found = session.fetch(_TREE)
    if not found:
        if session.fetch(_ANY):
            raise _broken(session, "has entries and no tree")
        session.put_straight(_PLANT, [{}])
        found = session.fetch(_TREE)
    ((size, at, edge, said, last),) = found
    if size and last is None:
        raise _broken(session, f"lacks entry {size}")
    return Tree(size, at, read_edge(edge), said)


def keep(session: Session, tree: Tree, nodes: Sequence[Node] = ()) -> None:
    """Store the tree as it stands now, with the nodes it completed."""
    written = " ".join(part.hex() for part in tree.edge)
    grown_to = {"size": tree.size, "at": tree.at, "edge": written, "said": tree.said}
    session.put_straight(_GROW, [grown_to])
    if nodes:
        stored = [
            {"level": level // KEPT, "number": number, "hash": node.hex()}
            for level, number, node in nodes
        ]
        session.put_straight(_INSERT_NODE, stored)


def read_edge(written: str) -> Edge:
    """The edge as it is stored."""
    return tuple(bytes.fromhex(part) for part in written.split())


def _broken(session: Session, how: str) -> LedgerBrokenError:
    return LedgerBrokenError(
        f"the ledger of {session.company} {how}, so nothing can be recorded; "
        "verify it and restore it from a backup"
    )


def _payloads(events: Sequence[Event]) -> list[str]:
    """Each payload as text; one that several events share is written once."""
    texts: dict[int, str] = {}
    for event in events:
        if not KIND.fullmatch(event.kind):
            raise ValueError(
                f"`{event.kind}` is no kind of entry; use lower case words and hyphens"
            )
        if id(event.payload) not in texts:
            texts[id(event.payload)] = canonical(event.payload)
    return [texts[id(event.payload)] for event in events]


def _rows(
    company: str, events: Sequence[Event], payloads: Sequence[str], first: int, at: str
) -> Iterator[dict[str, Any]]:
    """Each event with its entry as they are stored, and the hash of the leaf beside them."""
    salts = os.urandom(SALT_BYTES * len(events)).hex()
    width = 2 * SALT_BYTES
    for place, (event, payload) in enumerate(zip(events, payloads, strict=True)):
        seq, salt = first + place, salts[place * width : (place + 1) * width]
        committed = commitment(salt, payload, event.person)
        hashed = leaf(company, seq, at, event.kind, committed)
        yield {
            "seq": seq,
            "at": at,
            "kind": event.kind,
            "commitment": committed,
            "leaf": hashed.hex(),
            "hash": hashed,
            "salt": salt,
            "payload": payload,
            "person": event.person,
        }


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


@cache
def _entries() -> Select[Any]:
    from sqlalchemy import select

    return select(
        *t.ledger.c["seq", "at", "kind", "commitment", "leaf"],
        *t.ledger_events.c["payload", "person"],
        t.ledger_events.c.salt.is_(None).label("forgotten"),
    ).join_from(t.ledger, t.ledger_events, t.ledger.c.seq == t.ledger_events.c.seq)


def last_said(session: Session) -> int:
    """The last entry that may have changed what may be done; 0 where there is none."""
    return max((said for (said,) in session.fetch(_SAID)), default=0)


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
    wanted = _entries().where(t.ledger.c.seq > after_seq).limit(limit)
    if kind is not None:
        wanted = wanted.where(t.ledger.c.kind == kind)
    if person is not None:
        wanted = wanted.where(t.ledger_events.c.person == person)
    if since is not None:
        wanted = wanted.where(t.ledger.c.at >= since)
    if before is not None:
        wanted = wanted.where(t.ledger.c.at < before)
    order = t.ledger.c.seq.desc() if newest_first else t.ledger.c.seq
    found = session.execute(wanted.order_by(order))
    return [Entry(**row._mapping) for row in found]


def size(session: Session) -> int:
    """How many entries there are."""
    return sum(row.size for row in session.rows(t.ledger_trees))


def count(
    session: Session, kind: str, since: datetime | None = None, before: datetime | None = None
) -> int:
    """How many entries of a kind there are."""
    c = t.ledger.c
    wanted = [c.at >= since] if since is not None else []
    wanted += [c.at < before] if before is not None else []
    return session.count(t.ledger, *wanted, kind=kind)


_NEXT_KIND = Straight("select min(kind) from ledger where company = :of_company and kind > :kind")


def kinds(session: Session) -> Iterator[str]:
    """The kinds of entries there are, each found by one look into the index, however many entries it has."""
    kind = ""
    while kind := session.fetch(_NEXT_KIND, kind=kind)[0][0] or "":
        yield kind
