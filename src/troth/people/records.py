"""What people gave: records about one person or several, and their fields, each with its stamp."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from troth import ledger
from troth.ledger import Event
from troth.people.problems import Conflict, Unknown, must_know, must_know_people
from troth.store import Session
from troth.store import tables as t
from troth.store.columns import written_moment

if TYPE_CHECKING:
    from sqlalchemy import Row

Source = Literal["supplied", "tracked", "import"]


@dataclass(frozen=True, slots=True)
class Given:
    """One field as it is given: a data word, its value (any JSON but null), and the stamp's number."""

    data: str
    value: Any
    stamp: int
    label: str | None = None  # what the form called it


@dataclass(frozen=True, slots=True)
class Kept:
    """Where something was kept: the record, and its fields in the order given."""

    record: int
    fields: tuple[int, ...]


def keep(
    session: Session,
    people: Sequence[int],
    fields: Sequence[Given],
    at: datetime,
    *,
    source: Source = "supplied",
    place: str | None = None,
    host: str | None = None,
    matter: str | None = None,
) -> Kept:
    """Keep a record about these people, given at this moment."""
    if not people:
        raise Unknown("a record is about somebody; name at least one person")
    must_know_people(session, people)
    if matter is not None:
        must_know(session, t.matters, "matter", matter)
    digests = _check(session, fields)
    record = session.add(t.records, **record_row(at, source, place, host, matter))
    about = sorted(set(people))
    session.put_all(t.record_people, [{"record": record, "person": person} for person in about])
    added = session.add_all(t.fields, [field_row(record, given) for given in fields])
    told = [[n, g.data, digests[g.stamp]] for n, g in zip(added, fields, strict=True)]
    events = [kept_event(record, told, p, at, source, place, matter) for p in about]
    ledger.record_all(session, events, at=at)
    return Kept(record, tuple(added))


def record_row(
    at: datetime, source: str, place: str | None, host: str | None, matter: str | None
) -> dict[str, Any]:
    """The row of a record."""
    return {"given_at": at, "place": place, "host": host, "source": source, "matter": matter}


def field_row(record: int, given: Given, derived_from: Sequence[int] = ()) -> dict[str, Any]:
    """The row of a field of a record."""
    return {
        "record": record,
        "stamp": given.stamp,
        "data": given.data,
        "value": given.value,
        "label": given.label,
        "replaced_by": None,
        "derived_from": list(derived_from),
    }


def kept_event(
    record: int,
    fields: Sequence[list[Any]],
    person: int,
    at: datetime,
    source: str,
    place: str | None,
    matter: str | None,
) -> Event:
    """What the ledger says of a record: the number, word and stamp's digest of each field, no value."""
    payload = {
        "record": record,
        "fields": list(fields),
        "place": place,
        "source": source,
        "matter": matter,
        "given": written_moment(at),
    }
    return Event("record.kept", payload, person)


def correct(
    session: Session, field: int, value: Any, at: datetime, stamp: int | None = None
) -> int:
    """Put a right value in place of a wrong one, which is erased; the new field's number.

    The stamp stays, unless one is given: the notice in force was shown or read out, and accepted.
    """
    old = must_know(session, t.fields, "field", field)
    if old.replaced_by is not None or old.value is None:
        raise Conflict(f"field {field} was replaced or erased; correct the one that holds")
    given = Given(old.data, value, old.stamp if stamp is None else stamp, old.label)
    _check(session, (given,))
    new = session.add(t.fields, **field_row(old.record, given, old.derived_from))
    origins = session.rows(t.field_origins, field=field)
    session.put_all(
        t.field_origins, [{"field": new, "data": o.data, "stamp": o.stamp} for o in origins]
    )
    session.change(t.fields, {"id": field}, value=None, replaced_by=new)
    payload = {"field": field, "by": new, "data": given.data, "stamp": given.stamp}
    _tell_each(session, "record.corrected", payload, people_of(session, old.record), at)
    return new


def derive(
    session: Session,
    sources: Sequence[int],
    data: str,
    value: Any,
    at: datetime,
    *,
    place: str | None = None,
    matter: str | None = None,
) -> Kept:
    """Keep a value made from others. It is about everyone they are about, under all their stamps."""
    if not sources:
        raise Unknown("a derived value has sources; name the fields it was made from")
    rows = [must_know(session, t.fields, "field", source) for source in dict.fromkeys(sources)]
    about = {person for row in rows for person in people_of(session, row.record)}
    given = Given(data, value, rows[0].stamp)
    kept = keep(session, sorted(about), (given,), at, source="tracked", place=place, matter=matter)
    origins = [row.id for row in rows]
    session.change(t.fields, {"id": kept.fields[0]}, derived_from=origins)
    _inherit(session, kept.fields[0], rows)
    payload = {"field": kept.fields[0], "from": origins}
    _tell_each(session, "record.derived", payload, sorted(about), at)
    return kept


def _inherit(session: Session, field: int, sources: Sequence[Row[Any]]) -> None:
    """Every word and stamp of the sources, and of theirs, beside the field: what a query joins."""
    numbers = [source.id for source in sources]
    further = session.rows(t.field_origins, t.field_origins.c.field.in_(numbers))
    origins = dict.fromkeys((row.data, row.stamp) for row in (*sources, *further))
    rows = [{"field": field, "data": data, "stamp": stamp} for data, stamp in origins]
    session.put_all(t.field_origins, rows)


def erase(session: Session, fields: Iterable[int], at: datetime, clause: str | None = None) -> None:
    """Erase values; word and stamp stay, for what was derived from them is still under them. `clause` is
    the one that ended their time."""
    for field in fields:
        row = must_know(session, t.fields, "field", field)
        session.change(t.fields, {"id": field}, value=None, label=None)
        payload = {"field": field, "data": row.data, "stamp": row.stamp}
        payload |= {} if clause is None else {"clause": clause}
        _tell_each(session, "record.erased", payload, people_of(session, row.record), at)


def people_of(session: Session, record: int) -> tuple[int, ...]:
    """Whom a record is about."""
    return tuple(sorted(row.person for row in session.rows(t.record_people, record=record)))


def _check(session: Session, fields: Sequence[Given]) -> dict[int, str]:
    """The digest of each stamp the fields have."""
    for given in fields:
        if given.value is None:
            raise Conflict(f"the value of {given.data} is null; leave the field out")
    stamps = {given.stamp for given in fields}
    digests = {row.id: row.digest for row in session.rows(t.stamps, t.stamps.c.id.in_(stamps))}
    for stamp in sorted(stamps - digests.keys()):
        raise Unknown(f"stamp {stamp} is not known; make it with stamp_id first")
    return digests


def _tell_each(
    session: Session, kind: str, payload: dict[str, Any], people: Sequence[int], at: datetime
) -> None:
    """One entry for each person, so that forgetting one destroys no other's."""
    ledger.record_all(session, [Event(kind, payload, person) for person in people], at=at)
