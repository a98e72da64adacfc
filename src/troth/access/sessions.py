"""Sessions: a random token for whoever signed in; the store keeps its hash, until it expires or is ended."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import select

from troth.access.caller import Visitor
from troth.ledger import record
from troth.store import Session
from troth.store import tables as t

OPERATOR_LASTS = timedelta(hours=8)
PERSON_LASTS = timedelta(hours=1)
_TOKEN_BYTES = 32
_VISITOR = select(
    t.sessions.c.until,
    t.sessions.c.operator,
    t.sessions.c.person,
    t.operators.c.name,
    t.operators.c.roles,
    t.operators.c.ended_at,
    t.people.c.erased_at,
).select_from(
    t.sessions.outerjoin(t.operators, t.operators.c.id == t.sessions.c.operator).outerjoin(
        t.people, t.people.c.id == t.sessions.c.person
    )
)


def start_for_operator(
    session: Session, operator: int, *, at: datetime, lasts: timedelta = OPERATOR_LASTS
) -> str:
    """Start an operator's session; the token, shown this once. `sign_in` is the way to it."""
    token = _start(session, at, lasts, operator=operator)
    record(session, "signed-in", {"operator": operator}, at=at)
    return token


def start_for_person(
    session: Session, person: int, *, at: datetime, lasts: timedelta = PERSON_LASTS
) -> str:
    """Start the session of a person whose identity was verified; the token, shown this once."""
    token = _start(session, at, lasts, person=person)
    record(session, "signed-in", {"person": person}, at=at, person=person)
    return token


def who(session: Session, token: str, *, at: datetime) -> Visitor | None:
    """Who is signed in with this token, or None: unknown, expired, ended, left or erased."""
    wanted = _VISITOR.where(t.sessions.c.hash == _hash(token), t.sessions.c.until > at)
    row = session.execute(wanted).one_or_none()
    if row is None or row.ended_at is not None or row.erased_at is not None:
        return None
    roles = tuple(row.roles or ())
    return Visitor(session.company, row.until, row.operator, row.person, row.name or "", roles)


def sign_out(session: Session, token: str, *, at: datetime) -> bool:
    """End this session; False where it had ended."""
    row = session.one(t.sessions, hash=_hash(token))
    if row is None:
        return False
    session.remove(t.sessions, hash=row.hash)
    whose = {"operator": row.operator} if row.person is None else {"person": row.person}
    record(session, "signed-out", whose, at=at, person=row.person)
    return True


def sweep(session: Session, *, at: datetime) -> int:
    """Remove the sessions that have expired; how many. They count for nothing before that too."""
    return session.remove(t.sessions, t.sessions.c.until <= at)


def _start(session: Session, at: datetime, lasts: timedelta, **whose: int) -> str:
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    owner = {"operator": None, "person": None, **whose}
    session.put(t.sessions, hash=_hash(token), created_at=at, until=at + lasts, **owner)
    return token


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
