"""The written record: a ledger as lines of JSON, for whoever verifies it without us.

The first line says whose it is, how many entries follow, and whether their events do. Then each entry as it is stored, in order, with its event while that is
remembered (`salt`, `payload`: its text byte for byte, `person`); then each checkpoint that was signed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from sqlalchemy import String, bindparam, select, type_coerce

from troth.ledger.note import origin
from troth.ledger.proving import checkpoints
from troth.ledger.recording import size
from troth.ledger.verifying import PAGE
from troth.store import Session
from troth.store import tables as t

FORMAT = "troth-ledger/1"
_LINES = (
    select(
        *t.ledger.c["seq", "kind", "commitment", "leaf"],
        type_coerce(t.ledger.c.at, String).label("at"),
        *t.ledger_events.c["salt", "person"],
        type_coerce(t.ledger_events.c.payload, String).label("payload"),
    )
    .join_from(t.ledger, t.ledger_events, t.ledger.c.seq == t.ledger_events.c.seq)
    .where(t.ledger.c.seq > bindparam("last"))
    .order_by(t.ledger.c.seq)
    .limit(PAGE)
)


def export(session: Session, events: bool = True) -> Iterator[str]:
    """The lines, one after the other. Without `events` only what each entry commits to, for outsiders."""
    yield _line(
        {
            "ledger": session.company,
            "origin": origin(session.company),
            "format": FORMAT,
            "entries": size(session),
            "events": events,
        }
    )
    last = 0
    while found := session.execute(_LINES, {"last": last}).all():
        for row in found:
            entry = {name: getattr(row, name) for name in ("seq", "at", "kind")}
            entry |= {"commitment": row.commitment, "leaf": row.leaf}
            if events and row.salt is not None:
                entry |= {"salt": row.salt, "payload": row.payload, "person": row.person}
            yield _line(entry)
        last = found[-1].seq
    for signed in checkpoints(session):
        yield _line({"checkpoint": signed.note})


def _line(said: dict[str, object]) -> str:
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))
