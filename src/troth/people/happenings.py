"""What was found and what happened: facts a role asserted, and events in a person's time with the company."""

from __future__ import annotations

from datetime import datetime

from troth import ledger
from troth.language.model import Word
from troth.people.attributes import Key, Of, must_exist
from troth.people.problems import Conflict, must_know_people
from troth.store import Session
from troth.store import tables as t

BROWSER = "browser"  # who asserts what a browser says by itself


def assert_fact(
    session: Session, fact: Word, of: Of, key: Key, at: datetime, by: str, value: bool = True
) -> None:
    """A role finds that the fact holds of the thing, or that it does not. The latest finding stands.

    Conflict where the fact has a formula, is of something else, or may not be asserted by this role:
    a caller's claim is not a fact.
    """
    if fact.formula is not None:
        raise Conflict(f"`{fact.name}` follows from a formula; set the attributes it compares")
    if fact.of and of not in fact.of:
        raise Conflict(f"`{fact.name}` is of {' and '.join(fact.of)}, not of a {of}; name that")
    if by not in fact.asserted_by:
        roles = ", ".join(fact.asserted_by) or "nobody"
        raise Conflict(f"`{fact.name}` is asserted by {roles}, not by `{by}`; ask them to find it")
    written = must_exist(session, of, key)
    session.add(t.assertions, fact=fact.name, of=of, key=written, value=value, at=at, by=by)
    payload = {"fact": fact.name, "of": of, "key": key, "by": by}
    person = int(key) if of == "person" else None
    ledger.record(session, "fact.asserted", payload, at=at, person=person)


def signalled(session: Session, person: int, signal: Word, at: datetime, on: bool = True) -> None:
    """Her browser says the signal, or no longer says it. What it says last stands."""
    must_know_people(session, (person,))
    said = {"fact": signal.name, "of": "person", "key": str(person), "by": BROWSER}
    session.add(t.assertions, **said, value=on, at=at)
    payload = {"signal": signal.name, "on": on}
    ledger.record(session, "signal.said", payload, at=at, person=person)


def asserted(session: Session, fact: str, of: Of, key: Key, at: datetime) -> bool | None:
    """The finding that stood at the moment; None: nobody found either."""
    earlier = t.assertions.c.at <= at
    row = session.latest(t.assertions, earlier, fact=fact, of=of, key=str(key))
    return None if row is None else bool(row.value)


def happened(session: Session, person: int, event: str, at: datetime) -> None:
    """An event in a person's time with the company: `service-start`, `account-closed`."""
    must_know_people(session, (person,))
    session.add(t.events, person=person, event=event, at=at)
    payload = {"person": person, "event": event}
    ledger.record(session, "event.happened", payload, at=at, person=person)


def moments(session: Session, person: int, event: str, at: datetime) -> tuple[datetime, ...]:
    """When the event happened to the person, up to the moment, in order."""
    earlier = t.events.c.at <= at
    rows = session.rows(t.events, earlier, person=person, event=event, order=[t.events.c.at])
    return tuple(row.at for row in rows)
