"""What one transaction has read of people for its asks, each thing once."""

from __future__ import annotations

from collections.abc import Iterable

from troth.facts import Rows
from troth.facts.load import NOTHING, load_others, load_people, together
from troth.language.model import Stamp
from troth.people import holdings, stamps
from troth.people.holdings import Held
from troth.store import Session


class Reading:
    """Good for one transaction, as long as it writes nothing of what it reads: answers do not."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._stamps: dict[int, Stamp] = {}
        self._others: dict[tuple[str | None, str | None], Rows] = {}
        self._people: dict[int, Rows] = {}
        self._held: dict[tuple[int, frozenset[str]], list[Held]] = {}

    def rows(self, person: int | None, party: str | None, matter: str | None) -> Rows:
        """What is known of the person, the party and the matter."""
        if person is not None and person not in self._people:
            self._people |= load_people(self.session, [person])
        hers = NOTHING if person is None else self._people[person]
        if (party, matter) not in self._others:
            self._others[party, matter] = load_others(self.session, party, matter)
        return together(hers, self._others[party, matter])

    def stamp(self, number: int) -> Stamp:
        if number not in self._stamps:
            self._stamps[number] = stamps.stamp(self.session, number)
        return self._stamps[number]

    def held(self, person: int, data: frozenset[str]) -> list[Held]:
        """What is held about the person under any of the data words."""
        if (person, data) not in self._held:
            self.ahead([(person, data)])
        return self._held[person, data]

    def ahead(self, asked: Iterable[tuple[int, frozenset[str]]]) -> None:
        """Read what is held about many, and all that is known of whomever it is about."""
        by_data: dict[frozenset[str], list[int]] = {}
        for person, data in dict.fromkeys(asked):
            by_data.setdefault(data, []).append(person)
        about: dict[int, None] = {}
        for data, people in by_data.items():
            for person, held in holdings.held_of(self.session, people, data).items():
                self._held[person, data] = held
                about |= dict.fromkeys(who for one in held for who in one.people)
        new = [person for person in about if person not in self._people]
        self._people |= load_people(self.session, new)
