"""Who is told, read for all people at once: what each gave, and by which ways each can be reached."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Select, and_, bindparam, or_, select

from troth.campaigns.waits import Pair
from troth.people.people import everybody_with
from troth.store import Session, Straight
from troth.store import tables as t

ADDRESS = "postal-address"


def people_of(session: Session, pairs: Iterable[Pair]) -> dict[int, frozenset[Pair]]:
    """Everybody about whom something of these words and stamps is held, each with those that are hers."""
    wanted = set(pairs)
    found: dict[int, set[Pair]] = {}
    for statement in _statements(wanted):
        for person, word, stamp in map(tuple, session.execute(statement)):
            hers = found.get(person)
            if hers is None:
                hers = found[person] = set()
            hers.add((word, stamp))
    sets: dict[frozenset[Pair], frozenset[Pair]] = {}  # a few, shared by many people
    return {person: sets.setdefault(f := frozenset(hers), f) for person, hers in found.items()}


def pairs_of(session: Session, person: int) -> set[Pair]:
    """Every word and stamp held about one person."""
    return {
        (str(word), int(stamp))
        for statement in (_FIELDS_OF, _ORIGINS_OF)
        for word, stamp in session.fetch(statement, person=person)
    }


def _statements(pairs: set[Pair]) -> Iterator[Select[Any]]:
    """One for fields as they were given, one for what was derived from others."""
    if not pairs:
        return
    about = t.record_people.c.record == t.fields.c.record
    for table in (t.fields, t.field_origins):
        chosen = select(t.record_people.c.person, table.c.data, table.c.stamp).distinct()
        joined = chosen.select_from(t.record_people).join(t.fields, about)
        if table is t.field_origins:
            joined = joined.join(t.field_origins, t.field_origins.c.field == t.fields.c.id)
        yield joined.where(*_current(), _among(table, pairs))


def _among(table: Any, pairs: set[Pair]) -> Any:
    words: dict[str, list[int]] = {}
    for word, stamp in sorted(pairs):
        words.setdefault(word, []).append(stamp)
    return or_(
        *(and_(table.c.data == word, table.c.stamp.in_(stamps)) for word, stamps in words.items())
    )


def _current() -> tuple[Any, ...]:
    return t.fields.c.replaced_by.is_(None), t.fields.c.value.is_not(None)


# -- by which way each can be reached --------------------------------------------------------------


class Reach:
    """Who can be reached by which way: everybody, or one person alone."""

    def __init__(self, session: Session, person: int | None = None) -> None:
        self.email = self._first(session, "email", person)
        phones = self._first(session, "phone", person)
        self._by: Mapping[str, Mapping[int, int]] = {
            "email": self.email,
            "phone": phones or {},
            "letter": self._addresses(session, person),
        }

    def first(self, person: int, ways: Iterable[str]) -> str | None:
        """The first of the ways that leads to the person."""
        return next((way for way in ways if person in self._by.get(way, {})), None)

    def _first(self, session: Session, kind: Any, person: int | None) -> dict[int, int]:
        if person is None:
            return dict(everybody_with(session, kind))
        rows = session.rows(t.identifiers, person=person, kind=kind, until=None)
        return {person: min(int(row.id) for row in rows)} if rows else {}

    def _addresses(self, session: Session, person: int | None) -> dict[int, int]:
        about = t.record_people.c.record == t.fields.c.record
        chosen = select(t.record_people.c.person, t.fields.c.id).join(t.fields, about)
        chosen = chosen.where(t.fields.c.data == ADDRESS, *_current())
        if person is not None:
            chosen = chosen.where(t.record_people.c.person == person)
        return {int(row.person): int(row.id) for row in session.execute(chosen)}


# -- kept for what is asked of each person ---------------------------------------------------------

_MINE = select(t.record_people.c.record).where(t.record_people.c.person == bindparam("person"))
_HERS = (t.fields.c.record.in_(_MINE), *_current())
_FIELDS_OF = Straight(select(t.fields.c.data, t.fields.c.stamp).where(*_HERS))
_ORIGINS_OF = Straight(
    select(t.field_origins.c.data, t.field_origins.c.stamp)
    .join(t.fields, t.fields.c.id == t.field_origins.c.field)
    .where(*_HERS)
)
