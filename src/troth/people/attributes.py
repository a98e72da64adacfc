"""The dated register: what is known of a person, party, matter or record, and from when until when.

Several values of one name may hold at once (services, territories). A value holds from `since` on and
before `until`; nothing known at a moment is an unknown, not a no.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal, get_args

from troth import ledger
from troth.people.problems import Conflict, Unknown, must_know, must_know_people
from troth.store import Session
from troth.store import tables as t

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Row

Of = Literal["person", "party", "matter", "record"]
Key = int | str


def must_exist(session: Session, of: Of, key: Key) -> str:
    """The key as the register writes it, of a thing that is there."""
    if of not in get_args(Of):
        raise Unknown(f"`{of}` has no attributes; give one of {', '.join(get_args(Of))}")
    if of == "person":
        must_know_people(session, (int(key),))
    elif of == "record":
        must_know(session, t.records, "record", int(key))
    else:
        must_know(session, t.parties if of == "party" else t.matters, of, key)
    return str(key)


def add_value(
    session: Session,
    of: Of,
    key: Key,
    name: str,
    value: str,
    at: datetime,
    until: datetime | None = None,
) -> None:
    """One more value beside those that hold: a service begun, a territory given (and before `until`)."""
    _write(session, of, key, name, (value,), at, until)
    _record(session, "attribute.added", of, key, name, at)


def set_value(
    session: Session, of: Of, key: Key, name: str, value: str | Iterable[str], at: datetime
) -> None:
    """From now on this value (or these) and no other: a person moves, a birth becomes known.

    Said late, it holds until the next value that is known already.
    """
    _end(session, of, key, name, at)
    after = t.attributes.c.since > at
    later = session.rows(
        t.attributes, after, of=of, key=str(key), name=name, order=_order()[:1], limit=1
    )
    until = later[0].since if later else None
    _write(session, of, key, name, (value,) if isinstance(value, str) else value, at, until)
    _record(session, "attribute.set", of, key, name, at)


def set_values(
    session: Session, of: Of, key: Key, values: Mapping[str, str | Iterable[str]], at: datetime
) -> None:
    """Several attributes at once."""
    for name, value in values.items():
        set_value(session, of, key, name, value, at)


def end_value(
    session: Session, of: Of, key: Key, name: str, at: datetime, value: str | None = None
) -> None:
    """From now on this value, or every value of the name, holds no more. None held: Unknown."""
    if not _end(session, of, key, name, at, value):
        wanted = name if value is None else f"{name} {value}"
        raise Unknown(f"{of} {key} has no {wanted} to end; look at what holds then")
    _record(session, "attribute.ended", of, key, name, at)


def values(session: Session, of: Of, key: Key, name: str, at: datetime) -> tuple[str, ...]:
    """What held at the moment, in order of being said; empty: nothing known."""
    rows = session.rows(t.attributes, *_holding(at), of=of, key=str(key), name=name, order=_order())
    return tuple(dict.fromkeys(row.value for row in rows))


def all_values(session: Session, of: Of, key: Key, at: datetime) -> dict[str, tuple[str, ...]]:
    """Every attribute that held at the moment, by name."""
    found: dict[str, dict[str, None]] = {}
    rows = session.rows(t.attributes, *_holding(at), of=of, key=str(key), order=_order())
    for row in rows:
        found.setdefault(row.name, {})[row.value] = None
    return {name: tuple(held) for name, held in found.items()}


def _holding(at: datetime) -> tuple[ColumnElement[bool], ...]:
    c = t.attributes.c
    return (c.since <= at, c.until.is_(None) | (c.until > at))


def _order() -> tuple[ColumnElement[Any], ...]:
    return t.attributes.c.since, t.attributes.c.id


def _write(
    session: Session,
    of: Of,
    key: Key,
    name: str,
    new: Iterable[str],
    at: datetime,
    until: datetime | None,
) -> None:
    same = {"of": of, "key": must_exist(session, of, key), "name": name}
    listed = [_checked(of, name, value) for value in new]
    rows = [{**same, "value": value, "since": at, "until": until} for value in listed]
    session.add_all(t.attributes, rows)


def _end(
    session: Session, of: Of, key: Key, name: str, at: datetime, value: str | None = None
) -> int:
    """End what holds at the moment; a value said at this very moment never held and is removed."""
    where = [*_holding(at), *([] if value is None else [t.attributes.c.value == value])]
    rows: list[Row[Any]] = session.rows(t.attributes, *where, of=of, key=str(key), name=name)
    for row in rows:
        if row.since == at:
            session.remove(t.attributes, id=row.id)
        else:
            session.change(t.attributes, {"id": row.id}, until=at)
    return len(rows)


def _record(session: Session, kind: str, of: Of, key: Key, name: str, at: datetime) -> None:
    person = int(key) if of == "person" else None
    payload = {"of": of, "key": key, "name": name}
    ledger.record(session, kind, payload, at=at, person=person)


# What a formula compares as a number, a day or a code must be written as one.
_FORMS = {
    ("person", "birth"): (re.compile(r"\d{4}-\d\d-\d\d"), "a day, YYYY-MM-DD"),
    ("person", "country"): (re.compile(r"[A-Z]{2}"), "a country of two capital letters"),
    ("party", "territory"): (re.compile(r"[A-Z]{2}"), "a country of two capital letters"),
}


def _checked(of: Of, name: str, value: str) -> str:
    if (of, name) == ("person", "age"):
        raise Conflict("a person's age grows by itself; set her `birth`")
    form, wanted = _FORMS.get((of, name), (None, ""))
    if not value:
        raise Conflict(f"{of} {name} is empty; leave it out, or end it")
    if form is not None and not form.fullmatch(value):
        raise Conflict(f"{of} {name} is not {wanted}; write it so")
    if name == "birth":
        try:
            date.fromisoformat(value)
        except ValueError:
            raise Conflict(f"{of} {name} is no day of the calendar; write YYYY-MM-DD") from None
    return value
