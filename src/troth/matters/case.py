"""One matter from its opening to the event that ends it, and the people, fields and period it covers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, bindparam, select

from troth import ledger
from troth.language.model import Word
from troth.ledger import Event
from troth.people import attributes
from troth.people.problems import Conflict, Unknown, must_know, must_know_people
from troth.store import Session
from troth.store import tables as t

_NAMING = (
    select(t.matters)
    .join_from(t.matter_people, t.matters, t.matters.c.id == t.matter_people.c.matter)
    .where(t.matter_people.c.person == bindparam("person"))
    .order_by(t.matters.c.opened_at, t.matters.c.id)
)


@dataclass(frozen=True, slots=True)
class Matter:
    """A case, order, demand. No `fields`: every field. The period is of when data was given, both days
    included; an open end is no bound."""

    id: str
    kind: str
    opened_at: datetime
    ended_at: datetime | None
    ended_by: str | None
    fields: tuple[str, ...]
    period_from: date | None
    period_until: date | None


def open_matter(
    session: Session,
    id: str,
    word: Word,
    at: datetime,
    by: str,
    *,
    people: Iterable[int] = (),
    fields: Iterable[str] = (),
    period: tuple[date | None, date | None] = (None, None),
    attributes_: Mapping[str, str | Iterable[str]] | None = None,
) -> Matter:
    """Open a matter of the word's kind: `support-case:17`. `by` is `person`, or the role that opens it."""
    if word.kind != "matter":
        raise Unknown(f"`{word.name}` is a {word.kind}, no matter; give a word of kind matter")
    if word.opened_by and by not in word.opened_by:
        allowed = " or ".join(word.opened_by)
        raise Conflict(f"a {word.name} is opened by {allowed}, not by `{by}`; let them open it")
    if session.one(t.matters, id=id) is not None:
        raise Conflict(f"matter `{id}` was opened already; cover more with it, or give a new id")
    _must_be_in_order(id, period)
    named = list(fields)
    days = {"period_from": period[0], "period_until": period[1]}
    session.put(
        t.matters,
        id=id,
        kind=word.name,
        opened_at=at,
        ended_at=None,
        ended_by=None,
        fields=named,
        **days,
    )
    payload = {"matter": id, "kind": word.name, "by": by, "fields": named}
    ledger.record(session, "matter.opened", payload | _written(period), at=at)
    _name(session, id, people, at)
    attributes.set_values(session, "matter", id, attributes_ or {}, at)
    return matter(session, id)


def cover(
    session: Session,
    id: str,
    at: datetime,
    *,
    people: Iterable[int] = (),
    fields: Iterable[str] | None = None,
    period: tuple[date | None, date | None] | None = None,
) -> Matter:
    """Name more people; set the fields, or the period, anew where they are given."""
    _must_be_open(session, id)
    _name(session, id, people, at)
    if fields is not None:
        named = list(fields)
        session.change(t.matters, {"id": id}, fields=named)
        ledger.record(session, "matter.covers", {"matter": id, "fields": named}, at=at)
    if period is not None:
        _must_be_in_order(id, period)
        session.change(t.matters, {"id": id}, period_from=period[0], period_until=period[1])
        ledger.record(session, "matter.covers", {"matter": id} | _written(period), at=at)
    return matter(session, id)


def close(session: Session, id: str, at: datetime, event: str = "closed") -> Matter:
    """End a matter by its event: `closed`, `settled`, `filled`."""
    opened = _must_be_open(session, id)
    if at < opened.opened_at:
        raise Conflict(f"matter `{id}` cannot end before it was opened, {opened.opened_at}")
    session.change(t.matters, {"id": id}, ended_at=at, ended_by=event)
    ledger.record(session, "matter.ended", {"matter": id, "event": event}, at=at)
    return matter(session, id)


def matter(session: Session, id: str) -> Matter:
    """The matter of this id."""
    return _read(must_know(session, t.matters, "matter", id))


def naming(session: Session, person: int) -> list[Matter]:
    """Every matter that names the person, ended ones too, in order of opening."""
    return [_read(row) for row in session.execute(_NAMING, {"person": person})]


def _name(session: Session, id: str, people: Iterable[int], at: datetime) -> None:
    wanted = list(dict.fromkeys(people))
    must_know_people(session, wanted)
    had = {row.person for row in session.rows(t.matter_people, matter=id)}
    new = [person for person in wanted if person not in had]
    session.put_all(t.matter_people, [{"matter": id, "person": person} for person in new])
    events = [Event("matter.names", {"matter": id, "person": p}, p) for p in new]
    ledger.record_all(session, events, at=at)


def _must_be_open(session: Session, id: str) -> Matter:
    found = matter(session, id)
    if found.ended_at is not None:
        raise Conflict(f"matter `{id}` ended ({found.ended_by}, {found.ended_at}); open a new one")
    return found


def _must_be_in_order(id: str, period: tuple[date | None, date | None]) -> None:
    first, last = period
    if first is not None and last is not None and last < first:
        raise Conflict(f"the period of `{id}` ends {last}, before {first}; swap the days")


def _written(period: tuple[date | None, date | None]) -> dict[str, str | None]:
    first, last = period
    return {
        "from": None if first is None else first.isoformat(),
        "until": None if last is None else last.isoformat(),
    }


def _read(row: Row[Any]) -> Matter:
    return Matter(
        id=row.id,
        kind=row.kind,
        opened_at=row.opened_at,
        ended_at=row.ended_at,
        ended_by=row.ended_by,
        fields=tuple(row.fields),
        period_from=row.period_from,
        period_until=row.period_until,
    )
