"""Whom the values of a company's database mean in the store: many at once, each person with a place.

Place 0 is everybody the store knows nothing of: she said nothing and was told nothing. Who was forgotten
is not nobody: what is still held of her anywhere may not be used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple, cast

from sqlalchemy import select

from troth.facts import Rows
from troth.facts.load import load_people
from troth.language.model import Stamp
from troth.people.holdings import Held, held_of
from troth.people.identifiers import Kind, find_each, hashed
from troth.people.problems import Unknown
from troth.people.stamps import load_stamps
from troth.sql.whose import Members, of_address
from troth.store import Session
from troth.store import tables as t

UNKNOWN = 0
FEW = 500  # people whom one statement names
LEFT_OUT = None  # a value that finds nobody and may not be taken for nobody
Places = tuple[int, ...] | None


class Kept(NamedTuple):
    """A field that the store keeps. `origins`: each word it is made of, under its stamp."""

    held: Held
    origins: tuple[tuple[str, Stamp], ...]


class Persons:
    """The people of one connection, each once, with what is known of her."""

    def __init__(self, session: Session, key: bytes) -> None:
        self.session = session
        self.key = key
        self.numbers: list[int | None] = [None]
        self.rows: list[Rows] = [Rows()]
        self._place: dict[int, int] = {}
        self._found: dict[tuple[str, object], Places] = {}
        self._kept: dict[tuple[int, frozenset[str]], list[Kept]] = {}
        self._stamps: dict[int, Stamp] | None = None
        self._members: dict[tuple[str, object], Members] = {}
        self._forgotten = self._all_forgotten()

    def kept(self, place: int, words: Iterable[str]) -> list[Kept]:
        """What the store keeps of these words of a person, with the stamps that each is under."""
        number, asked = self.numbers[place], frozenset(words)
        if number is None:
            return []
        if self._stamps is None:
            self._stamps = load_stamps(self.session)
        if (place, asked) not in self._kept:
            held = held_of(self.session, [number], asked)[number]
            self._kept[place, asked] = [
                Kept(one, tuple((word, self._stamps[stamp]) for word, stamp in one.origins))
                for one in held
            ]
        return self._kept[place, asked]

    def members(self, kind: str, value: object) -> Members:
        """By which numbers what is said later finds a row that has this value; asked after `places`."""
        return self._members[kind, value]

    def places(self, kind: str, values: Iterable[object]) -> Callable[[object], Places]:
        """For each value the places of the people it means, or none where it may mean no one."""
        fresh = {value for value in values if (kind, value) not in self._found}
        if kind == "number":
            self._numbered(fresh)
        elif fresh:
            self._looked_up(cast(Kind, kind), fresh)
        found = self._found
        return lambda value: found[kind, value]

    def _numbered(self, values: Iterable[object]) -> None:
        numbers = {v: int(v) for v in values if isinstance(v, int) or str(v).isdecimal()}  # type: ignore[call-overload]
        known = self._alive(set(numbers.values()))
        self._learn(sorted(known))
        for value in values:
            number = numbers.get(value)
            self._members["number", value] = (number,) if number is not None else ()
            self._found["number", value] = (self._place[number],) if number in known else LEFT_OUT

    def _alive(self, numbers: set[int]) -> set[int]:
        statement = select(t.people.c.id).where(t.people.c.erased_at.is_(None))
        if len(numbers) <= FEW:
            statement = statement.where(t.people.c.id.in_(sorted(numbers)))
        return {row.id for row in self.session.execute(statement)} & numbers

    def _looked_up(self, kind: Kind, values: Iterable[object]) -> None:
        written: dict[str, list[object]] = {}
        digests: dict[str, str] = {}
        for value in values:
            self._found[kind, value], self._members[kind, value] = LEFT_OUT, ()
            text = str(value)
            try:
                digest = hashed(self.session, self.key, kind, text)
            except Unknown:  # an empty address is nobody's
                continue
            written.setdefault(text, []).append(value)
            digests[text] = digest
        found = find_each(self.session, self.key, kind, written)
        self._learn(sorted({person for people in found.values() for person in people}))
        for text, people in found.items():
            members = tuple(people) or (of_address(digests[text]),)
            self._members |= {(kind, value): members for value in written[text]}
            if not people and digests[text] in self._forgotten:
                continue
            places = tuple(self._place[person] for person in people) or (UNKNOWN,)
            for value in written[text]:
                self._found[kind, value] = places

    def _learn(self, people: list[int]) -> None:
        fresh = [person for person in people if person not in self._place]
        known = load_people(self.session, fresh)
        for person in fresh:
            self._place[person] = len(self.numbers)
            self.numbers.append(person)
            self.rows.append(known[person])

    def _all_forgotten(self) -> frozenset[str]:
        """The hashes of the addresses that forgotten people had."""
        statement = select(t.identifiers.c.hash, t.people.c.erased_at).join(
            t.people, t.people.c.id == t.identifiers.c.person
        )
        gone = set(
            self.session.execute(statement.where(t.people.c.erased_at.is_not(None))).scalars()
        )
        return frozenset(gone)
