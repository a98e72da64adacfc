"""The outbox: a row for each mail, written in the transaction of what it announces; no address, no text."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from troth import work
from troth.store import Session, Straight
from troth.store import tables as t
from troth.store.columns import written_moment
from troth.store.numbers import reserve

POST = "post"  # the job that delivers, one of each company
O = t.outbox.c  # noqa: E741
_WAITING = Straight(  # to hundreds of thousands at once
    "insert into outbox (company, id, kind, person, identifier, about, state, created_at, due_at, "
    "tries) values (:of_company, :id, :kind, :person, :identifier, :about, 'waiting', :at, :at, 0)"
)


def write(
    session: Session,
    kind: str,
    person: int,
    identifier: int,
    at: datetime,
    *,
    about: str = "",
    link: int | None = None,
    until: datetime | None = None,
) -> int:
    """Put a mail to one address of a person into the outbox; its number. After `until` it is not sent."""
    row = _row(kind, person, identifier, at, about, link, until)
    number = session.add(t.outbox, **row)
    work.wake(session, POST, "", at, at)
    return number


def write_all(
    session: Session, kind: str, to: Iterable[tuple[int, int]], at: datetime, about: str
) -> int:
    """The same mail to many: each a person and the number of an address of theirs."""
    each = list(to)
    if not each:
        return 0
    first = reserve(session.transaction, session.company, "outbox", len(each))
    same = {"kind": kind, "about": about, "at": written_moment(at)}
    numbered = enumerate(each, start=first)
    rows = [{**same, "id": n, "person": who, "identifier": where} for n, (who, where) in numbered]
    session.put_straight(_WAITING, rows)
    work.wake(session, POST, "", at, at)
    return len(rows)


def email_of(session: Session, person: int) -> int | None:
    """The address a person is written to: the first e-mail address they gave that still holds."""
    found = session.rows(t.identifiers, person=person, kind="email", until=None)
    return min((int(row.id) for row in found), default=None)


def next_due(session: Session, kinds: Iterable[str]) -> datetime:
    """When there is something of these kinds to send."""
    mine = (O.state == "waiting", O.kind.in_(list(kinds)))
    found = session.execute(select(func.min(O.due_at)).where(*mine)).scalar_one()
    return found if found is not None else work.NEVER


def counted(session: Session) -> dict[str, int]:
    """How many mails there are in each state."""
    found = session.execute(select(O.state, func.count().label("mails")).group_by(O.state))
    return {row.state: int(row.mails) for row in found}


def undelivered(session: Session, limit: int = 100) -> list[Any]:
    """The mails that could not be delivered, and those that wait for another try; newest first."""
    wrong = O.state.in_(("bounced", "failed", "refused")) | ((O.state == "waiting") & (O.tries > 0))
    return session.rows(t.outbox, wrong, order=[O.id.desc()], limit=limit)


def try_again(session: Session, number: int, at: datetime) -> bool:
    """Have a mail tried anew that waits or was given up. False where there is no such mail."""
    may = O.state.in_(("waiting", "failed"))
    if session.one(t.outbox, may, id=number) is None:
        return False
    session.change(t.outbox, {"id": number}, state="waiting", due_at=at, created_at=at, tries=0)
    work.wake(session, POST, "", at, at)
    return True


def _row(
    kind: str,
    person: int,
    identifier: int,
    at: datetime,
    about: str,
    link: int | None,
    until: datetime | None,
) -> dict[str, Any]:
    return {
        "kind": kind,
        "person": person,
        "identifier": identifier,
        "about": about,
        "link": link,
        "state": "waiting",
        "created_at": at,
        "due_at": at,
        "until": until,
        "tries": 0,
        "sent_at": None,
        "problem": None,
    }
