"""What is given and said through the gate, as arrivals that are taken in together with whatever else waits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime

from troth.gate.gate import Gate
from troth.gate.question import Given
from troth.language.model import Choice
from troth.people import choices
from troth.people.choices import Scope
from troth.people.identifiers import Kind
from troth.people.intake import Arrival, Collected, Person, Spoken, take_all
from troth.store import Session, Together

Writing = Callable[[], AbstractContextManager[Session]]


def queue(writing: Writing, key: bytes, learn: Callable[[], None]) -> Together[Arrival]:
    """The queue before one company's writer; addresses are hashed under the key. `learn` as of `Together`."""
    return Together(writing, lambda session, arrivals: take_all(session, key, arrivals), learn)


def collected(
    gate: Gate,
    given: Given,
    person: Person | None,
    addresses: Mapping[Kind, str],
    at: datetime,
    alone: Callable[[Session], int],
) -> Collected:
    """Something given, which the gate judges by what is known of whoever gives it."""
    return Collected(
        alone=alone,
        at=at,
        person=person,
        allowed=lambda rows: gate.stamped(given, at, lambda _: rows),
        addresses=addresses,
        values=given.values,
        place=given.place,
        source=given.source,
        host=given.host,
        matter=given.matter,
    )


def spoken(
    find: Callable[[Session, Person], int | None],
    person: Person,
    choice: Choice,
    items: Iterable[str],
    standing: bool,
    at: datetime,
    way: str,
    by: str,
    text_shown: str,
    complete: bool,
    scope: Scope,
) -> Spoken:
    """Something said of a choice, by whomever `find` finds under the person's address."""
    named = tuple(items)
    said = (standing, at, way, by, text_shown, complete, scope)

    def alone(session: Session) -> tuple[int, ...]:
        who = find(session, person)
        assert who is not None
        return choices.say(session, who, choice, named, *said)

    row = choices.said_row(choice, *said)
    return Spoken(alone=alone, at=at, person=person, choice=choice, items=named, row=row)
