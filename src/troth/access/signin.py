"""Signing in: a name and a password for a session, a few tries a minute a name.

A try is counted before the password is looked at, and a name nobody has is treated like one somebody
has: tries side by side win nothing, and neither time nor answer tells which names exist.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Row

from troth.access.passwords import fits
from troth.access.sessions import start_for_operator
from troth.ledger import record
from troth.store import Session, Store
from troth.store import tables as t

TRIES = 5
WINDOW = timedelta(minutes=1)
KEPT = timedelta(hours=1)  # other doors count over longer


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The token of the session, to be kept in the browser's cookie."""

    token: str
    operator: int


@dataclass(frozen=True, slots=True)
class Refused:
    """`wrong`: name or password, not said which. `throttled`: too many tries; the next is at `again_at`."""

    reason: Literal["wrong", "throttled"]
    again_at: datetime | None = None


def sign_in(
    store: Store, company: str, name: str, password: str, *, at: datetime
) -> SignedIn | Refused:
    """Try one name and password. The slow hash is made between two transactions, so nobody waits for it."""
    tried = _tried(company, name)
    with store.writing(company) as session:
        throttled = _count_try(session, tried, at)
        row = session.one(t.operators, name=name, ended_at=None)
    if throttled:
        return throttled
    right = fits(password, row.password if row else None)
    with store.writing(company) as session:
        if row is None or not right or not _as_before(session, row):
            record(session, "sign-in-refused", {"operator": row.id if row else None}, at=at)
            return Refused("wrong")
        session.remove(t.attempts, name=tried)
        return SignedIn(start_for_operator(session, row.id, at=at), row.id)


def _count_try(session: Session, tried: str, at: datetime) -> Refused | None:
    session.remove(t.attempts, t.attempts.c.at <= at - KEPT)
    lately = t.attempts.c.at > at - WINDOW
    before = session.rows(t.attempts, lately, name=tried, order=[t.attempts.c.at])
    if len(before) < TRIES:
        session.add(t.attempts, name=tried, at=at)
        return None
    noted = (
        f"{tried} throttled"  # on record once a window: a flood of tries must not flood the ledger
    )
    if not session.count(t.attempts, lately, name=noted):
        session.add(t.attempts, name=noted, at=at)
        record(session, "sign-in-throttled", {"tries": TRIES}, at=at)
    return Refused("throttled", before[-TRIES].at + WINDOW)


def _as_before(session: Session, row: Row[Any]) -> bool:
    """Whether the operator has neither left nor a new password since the try began."""
    now = session.one(t.operators, id=row.id, ended_at=None)
    return now is not None and now.password == row.password


def _tried(company: str, name: str) -> str:
    # what was typed may be a password or an address by mistake: only its hash is kept, for a minute
    return hashlib.sha256(f"{company}\n{name}".encode("utf-8", "surrogatepass")).hexdigest()
