"""Forgetting a person: nothing of what they gave stays, only their refusals beside a keyed hash."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, select, update

from troth import ledger
from troth.people.problems import must_know_people
from troth.people.refusals import keep_refusals
from troth.people.same import SAME_AS, same
from troth.store import Session
from troth.store import tables as t
from troth.store.tables import PART

_THEIR_RECORDS = select(t.record_people.c.record).where(
    t.record_people.c.person == bindparam("person")
)
_LET_GO = (
    update(t.fields).where(t.fields.c.record.in_(_THEIR_RECORDS)).values(replaced_by=None)
)  # fields refer to one another
_ERASE_FIELDS = delete(t.fields).where(t.fields.c.record.in_(_THEIR_RECORDS))
_THEIR_FIELDS = select(t.fields.c.id).where(t.fields.c.record.in_(_THEIR_RECORDS))
_ERASE_ORIGINS = delete(t.field_origins).where(t.field_origins.c.field.in_(_THEIR_FIELDS))
_THEIR_LINKS = select(t.links.c.id).where(
    (t.links.c.person == bindparam("who")) | (t.links.c.joins == bindparam("who"))
)
_LINKLESS = update(t.outbox).where(t.outbox.c.link.in_(_THEIR_LINKS)).values(link=None)
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What forgetting did: who (joined records are one person), how much, what others had a part in."""

    people: tuple[int, ...]
    fields: int
    records: int
    shared: tuple[int, ...]  # records about others too: emptied, and still theirs
    refusals: int  # how many stay, beside a keyed hash


def forget(session: Session, person: int, at: datetime) -> Forgotten:
    """Erase a person and everyone joined with them. In SQLite, `store.scrub()` then empties its log.

    A record about several people is emptied: whoever is forgotten could no longer allow its use.
    """
    must_know_people(session, (person,))
    people = same(session, person)
    fields = records = refusals = 0
    shared: set[int] = set()
    for each in people:
        erased, removed, left = _forget_records(session, each)
        fields, records, shared = fields + erased, records + removed, shared | left
        _forget_known(session, each)
        refusals += keep_refusals(session, each, at)
        session.remove(t.census, part=each // PART)  # it knew what she said; it is taken anew
        session.change(t.people, {"id": each}, erased_at=at)
        ledger.forget(session, each, at=at)
        payload = {"person": each, "fields": erased, "records": removed}
        ledger.record(session, "person.forgotten", payload, at=at)
    still_there = session.rows(t.records, t.records.c.id.in_(shared), order=[t.records.c.id])
    others = tuple(row.id for row in still_there)
    return Forgotten(people, fields, records, others, refusals)


def _forget_records(session: Session, person: int) -> tuple[int, int, set[int]]:
    """How many fields were erased, how many records removed, and the records others had a part in."""
    mine = {row.record for row in session.rows(t.record_people, person=person)}
    session.execute(_LET_GO, {"person": person})
    session.execute(_ERASE_ORIGINS, {"person": person})
    fields = session.execute(_ERASE_FIELDS, {"person": person}).rowcount
    session.remove(t.record_people, person=person)
    listed = sorted(mine)
    shared: set[int] = set()
    for start in range(0, len(listed), _CHUNK):
        chunk = listed[start : start + _CHUNK]
        left = session.rows(t.record_people, t.record_people.c.record.in_(chunk))
        shared |= {row.record for row in left}
        keys = [str(record) for record in chunk]
        for table in (t.attributes, t.assertions):
            session.remove(table, table.c.key.in_(keys), of="record")
        session.remove(t.records, t.records.c.id.in_([r for r in chunk if r not in shared]))
    return fields, len(mine) - len(shared), shared


def _forget_known(session: Session, person: int) -> None:
    """What was known, found, told and opened about them, and the doors they had open."""
    for table in (t.attributes, t.assertions):
        session.remove(table, of="person", key=str(person))
    session.remove(t.attributes, of="person", name=SAME_AS, value=str(person))
    session.remove(t.outbox, person=person)
    session.execute(_LINKLESS, {"who": person})
    session.remove(t.links, t.links.c.joins == person)
    told = (t.events, t.told, t.campaign_people, t.matter_people, t.sessions, t.links)
    for table in told:
        session.remove(table, person=person)
