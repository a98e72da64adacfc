"""Who is told, read for all people at once: what each gave, and by which ways each can be reached."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from typing import Any

from sqlalchemy import Select, and_, bindparam, case, func, or_, select

from troth.campaigns.waits import Pair
from troth.people.people import everybody_with
from troth.store import Session, Straight
from troth.store import tables as t

ADDRESS = "postal-address"
BITS = 60  # pairs that one number tells apart


def people_of(session: Session, pairs: Iterable[Pair]) -> dict[int, frozenset[Pair]]:
    """Everybody about whom something of these words and stamps is held, each with those that are hers."""
    wanted = sorted(set(pairs))
    found: dict[int, frozenset[Pair]] = {}
    for first in range(0, len(wanted), BITS):
        some = wanted[first : first + BITS]
        named = cache(partial(_named, some))  # a few sets, shared by many people
        for statement in _statements(some):
            for person, bits in map(tuple, session.execute(statement)):
                hers, known = named(int(bits)), found.get(person)
                found[person] = hers if known is None else known | hers
    return found


def _named(pairs: Sequence[Pair], bits: int) -> frozenset[Pair]:
    return frozenset(pair for place, pair in enumerate(pairs) if bits >> place & 1)


def pairs_of(session: Session, person: int) -> set[Pair]:
    """Every word and stamp held about one person."""
    return {
        (str(word), int(stamp))
        for statement in (_FIELDS_OF, _ORIGINS_OF)
        for word, stamp in session.fetch(statement, person=person)
    }


def _statements(pairs: Sequence[Pair]) -> Iterator[Select[Any]]:
    """One for fields as they were given, one for what was derived from others: of each person a number
    with a bit for each of the pairs that is hers, so that few rows come back."""
    about = t.record_people.c.record == t.fields.c.record
    for table in (t.fields, t.field_origins):
        bit = case(*((_is(table, pair), 1 << place) for place, pair in enumerate(pairs)), else_=0)
        one = select(t.record_people.c.person, bit.label("bit")).distinct()
        joined = one.select_from(t.record_people).join(t.fields, about)
        if table is t.field_origins:
            joined = joined.join(t.field_origins, t.field_origins.c.field == t.fields.c.id)
        each = joined.where(*_current(), _among(table, pairs)).subquery()
        yield select(each.c.person, func.sum(each.c.bit)).group_by(each.c.person)


def _is(table: Any, pair: Pair) -> Any:
    return and_(table.c.data == pair[0], table.c.stamp == pair[1])


def _among(table: Any, pairs: Iterable[Pair]) -> Any:
    words: dict[str, list[int]] = {}
    for word, stamp in pairs:
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
