"""What people were told of a new version, and how they answered its clauses, one by one."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, get_args

from troth import ledger
from troth.people.problems import Unknown, must_know_people
from troth.people.same import same, through
from troth.store import Session
from troth.store import tables as t
from troth.store.columns import written_moment

if TYPE_CHECKING:
    from sqlalchemy import Row

Outcome = Literal["delivered", "bounced", "unreachable", "queued"]


@dataclass(frozen=True, slots=True)
class Told:
    """One attempt to tell a person of a version, and what became of it."""

    id: int
    person: int
    version: str
    way: str
    outcome: Outcome
    at: datetime


def tell(
    session: Session, person: int, version: str, way: str, outcome: Outcome, at: datetime
) -> int:
    """Note an attempt to tell a person of a version (its document id), or what became of an earlier one."""
    if outcome not in get_args(Outcome):
        listed = ", ".join(get_args(Outcome))
        raise Unknown(f"`{outcome}` is no outcome of a notice; give one of {listed}")
    must_know_people(session, (person,))
    number = session.add(t.told, person=person, version=version, way=way, outcome=outcome, at=at)
    payload = {"version": version, "way": way, "outcome": outcome, "at": written_moment(at)}
    ledger.record(session, "person.told", payload, at=at, person=person)
    return number


def tellings(session: Session, person: int, version: str | None = None) -> list[Told]:
    """Every attempt, in order; of one version where it is named."""
    named: dict[str, Any] = {} if version is None else {"version": version}
    order = (t.told.c.at, t.told.c.id)
    rows = session.rows(t.told, person=person, order=order, **named)
    return [Told(**{name: getattr(row, name) for name in Told.__slots__}) for row in rows]


def delivered_at(session: Session, person: int, version: str, at: datetime) -> datetime | None:
    """Since when, seen at the moment, the person counts as told. A mail that came back did not tell:
    a bounce undoes what was taken for delivered by that way."""
    reached: dict[str, datetime] = {}
    for told in tellings(session, person, version):
        if told.at > at:
            break
        if told.outcome == "delivered":
            reached.setdefault(told.way, told.at)
        elif told.outcome == "bounced":
            reached.pop(told.way, None)
    return min(reached.values(), default=None)


# -- answers ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Answer:
    """A person's yes or no to one clause as a version words it. `digest` is what the clause says."""

    id: int
    person: int
    clause: str
    version: str
    digest: str
    answer: Literal["yes", "no"]
    at: datetime
    way: str
    text_shown: str


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers of a person that stood at a moment: of each clause and wording the latest."""

    by_wording: Mapping[tuple[str, str], Answer]
    by_clause: Mapping[str, Answer]

    def agreed(self, clause: str, digest: str) -> bool:
        """She agreed to this wording, by name; an agreement to another wording is none to this."""
        answer = self.by_wording.get((clause, digest))
        return answer is not None and answer.answer == "yes"

    def refused(self, clause: str) -> bool:
        """Her last answer to the clause, in whatever wording, was no."""
        answer = self.by_clause.get(clause)
        return answer is not None and answer.answer == "no"


def agree(
    session: Session,
    person: int,
    clause: str,
    version: str,
    digest: str,
    at: datetime,
    way: str,
    text_shown: str = "",
) -> int:
    """She agrees to one clause (`section.name`) of a version, as worded there."""
    return _answer(session, person, clause, version, digest, "yes", at, way, text_shown)


def refuse(
    session: Session,
    person: int,
    clause: str,
    version: str,
    digest: str,
    at: datetime,
    way: str,
    text_shown: str = "",
) -> int:
    """She refuses one clause of a version, or takes back that she agreed."""
    return _answer(session, person, clause, version, digest, "no", at, way, text_shown)


def _answer(
    session: Session,
    person: int,
    clause: str,
    version: str,
    digest: str,
    answer: str,
    at: datetime,
    way: str,
    text_shown: str,
) -> int:
    must_know_people(session, (person,))
    wording = {"clause": clause, "version": version, "digest": digest, "answer": answer}
    number = 0
    for each in same(session, person):
        by = way if each == person else through(person)
        row = {**wording, "at": at, "way": by, "text_shown": text_shown}
        added = session.add(t.adoptions, person=each, **row)
        number = added if each == person else number
        shown = hashlib.sha256(text_shown.encode()).hexdigest()
        payload = {**wording, "way": by, "at": written_moment(at), "text": shown}
        kind = "clause.agreed" if answer == "yes" else "clause.refused"
        ledger.record(session, kind, payload, at=at, person=each)
    return number


def answers(session: Session, person: int, at: datetime) -> Answers:
    """What she had answered at the moment."""
    listed = [a for a in answers_given(session, person) if a.at <= at]
    return Answers({(a.clause, a.digest): a for a in listed}, {a.clause: a for a in listed})


def answers_given(session: Session, person: int, clause: str | None = None) -> list[Answer]:
    """Every answer, in order; to one clause where it is named."""
    named: dict[str, Any] = {} if clause is None else {"clause": clause}
    order = (t.adoptions.c.at, t.adoptions.c.id)
    return [_read(row) for row in session.rows(t.adoptions, person=person, order=order, **named)]


def _read(row: Row[Any]) -> Answer:
    return Answer(**{name: getattr(row, name) for name in Answer.__slots__})
