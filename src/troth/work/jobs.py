"""The table of jobs: put in with what asks for them, taken on a lease, settled with what they did.

A job is a row and no running thing: a restart, a kill and a new release find it as it was. Whoever takes
one has a lease; when that is over somebody else may take it. So a job may be begun twice, and what it does
is settled once: `done`, `later` and `hold` fail for whoever has lost the lease, and the transaction with them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import and_, or_, select, update

from troth.store import Session
from troth.store import tables as t

J = t.jobs.c
NEVER = datetime(9999, 1, 1, tzinfo=UTC)  # a job that waits until it is woken


class Lost(Exception):
    """The lease is over and the job is somebody else's now; nothing of this transaction may stand."""


@dataclass(frozen=True, slots=True)
class Job:
    """A job as it was taken. `payload` holds numbers, hashes and words, nothing personal."""

    id: int
    kind: str
    key: str
    payload: Any
    due_at: datetime
    tries: int  # how often it failed so far
    lease: str


def put(session: Session, kind: str, key: str, payload: Any, due: datetime, at: datetime) -> bool:
    """Ask for one job; False where there is one of this kind and key already, done or not."""
    return put_all(session, kind, {key: payload}, due, at) == 1


def put_all(
    session: Session, kind: str, payloads: Mapping[str, Any], due: datetime, at: datetime
) -> int:
    """Ask for one job for each key that has none yet; how many were new."""
    keys = list(payloads)
    known: set[str] = set()
    for first in range(0, len(keys), 500):
        some = J.key.in_(keys[first : first + 500])
        known |= set(session.execute(select(J.key).where(J.kind == kind, some)).scalars())
    rows = [
        _new(kind, key, payload, due, at) for key, payload in payloads.items() if key not in known
    ]
    session.add_all(t.jobs, rows)
    return len(rows)


def wake(session: Session, kind: str, key: str, due: datetime, at: datetime) -> None:
    """Have a job that never ends looked at by then at the latest; it is put in where there is none.

    Of one that is being worked on the moment changes too: so its worker sees that it was woken.
    """
    changes = or_(J.due_at > due, J.lease.is_not(None), J.state != "waiting")
    woken = update(t.jobs).where(J.kind == kind, J.key == key, changes)
    if session.execute(woken.values(due_at=due, state="waiting")).rowcount == 0:
        put(session, kind, key, {}, due, at)


def take(
    session: Session, kinds: Collection[str], at: datetime, who: str, lasts: timedelta
) -> Job | None:
    """Take the job that has been due longest, if nobody else works on it. `who` is new for each taking."""
    free = and_(J.state == "waiting", or_(J.lease_until.is_(None), J.lease_until <= at))
    due = select(J.id).where(free, J.due_at <= at, J.kind.in_(kinds))
    first = due.order_by(J.due_at, J.id).limit(1).scalar_subquery()
    # the lease is asked again of the row itself: another writer may have taken it meanwhile
    taking = update(t.jobs).where(J.id == first, free)
    if session.execute(taking.values(lease=who, lease_until=at + lasts)).rowcount == 0:
        return None
    row = session.one(t.jobs, lease=who)
    assert row is not None
    return Job(row.id, row.kind, row.key, row.payload, row.due_at, row.tries, who)


def hold(session: Session, job: Job, at: datetime, lasts: timedelta) -> None:
    """Work on: the lease lasts from now. Raises `Lost` where somebody else has the job."""
    _settle(session, job, lease_until=at + lasts)


def done(session: Session, job: Job, at: datetime) -> None:
    """It is done, together with what this transaction writes."""
    _settle(session, job, state="done", ended_at=at, lease=None, lease_until=None, problem=None)


def later(session: Session, job: Job, due: datetime, problem: str | None = None) -> None:
    """Again at that moment, or sooner where it was woken while it was worked on."""
    _settle(session, job, lease=None, lease_until=None, problem=problem, tries=_tries(job, problem))
    # a wake that came meanwhile made it due at another moment than the one it was taken at
    unmoved = update(t.jobs).where(J.id == job.id, J.due_at == job.due_at)
    session.execute(unmoved.values(due_at=due))


def abandon(session: Session, job: Job, at: datetime, problem: str) -> None:
    """It cannot be done. It stays in the table, for an operator to see."""
    _settle(
        session, job, state="failed", ended_at=at, lease=None, lease_until=None, problem=problem
    )


def waiting(session: Session, kinds: Iterable[str] | None = None) -> int:
    """How many are not settled yet."""
    named = [] if kinds is None else [J.kind.in_(list(kinds))]
    return session.count(t.jobs, J.due_at < NEVER, *named, state="waiting")


def _tries(job: Job, problem: str | None) -> int:
    return job.tries + 1 if problem else 0


def _settle(session: Session, job: Job, **values: Any) -> None:
    if not session.change(t.jobs, {"id": job.id, "lease": job.lease}, **values):
        raise Lost(f"job {job.id} ({job.kind}) was taken by another worker; leave it to that one")


def _new(kind: str, key: str, payload: Any, due: datetime, at: datetime) -> dict[str, Any]:
    return {
        "kind": kind,
        "key": key,
        "payload": payload,
        "state": "waiting",
        "due_at": due,
        "tries": 0,
        "lease": None,
        "lease_until": None,
        "created_at": at,
        "ended_at": None,
        "problem": None,
    }
