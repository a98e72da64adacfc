"""The outlook of one person: what may be done with all that is held about her, and which clauses wait for her word."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain, product

from troth.decide import verdict
from troth.facts import Scene, getter, load_rows
from troth.gate import Gate, Question, datum_of
from troth.language.formula import holds
from troth.language.model import Answer, Ask, Clause, Stamp
from troth.language.ruling import Grant, Ruling
from troth.people import holdings
from troth.people.holdings import Held
from troth.people.reading import Reading
from troth.store.session import Session

_NOTHING = Ask("use", "")


def look(
    gate: Gate,
    session: Session,
    person: int,
    at: datetime,
    asked: Callable[[Held], Iterable[Question]],
) -> list[tuple[Held, list[Answer]]]:
    """Every field held about a person, with the answers to what is asked of each; rows are read once.

    It leaves no entry: whoever shows it records that it was shown.
    """
    read = Reading(session)
    known = [held for held in holdings.held(session, person) if held.given_at <= at]
    return [(held, [_answer(gate, read, held, one) for one in asked(held)]) for held in known]


def _answer(gate: Gate, read: Reading, held: Held, question: Question) -> Answer:
    """All the people a field is about must allow what is asked of it."""
    leaves = tuple(
        leaf
        for person in held.people
        for rows in [read.rows(person, question.party, question.matter)]
        for leaf in gate.about(read, replace(question, person=person), held, rows)
    )
    return Answer(verdict(leaves), leaves)


@dataclass(frozen=True, slots=True)
class Kept:
    """A clause of the version in force that an older version keeps from one field: until so many days after
    its person was told, if she does not refuse, or, with None, until she agrees.

    `wanting`, of what would open it at her word: `told` where the older version promised to tell her first,
    by one of `ways` where it named some, and `agreed`.
    """

    clause: str
    older: str
    days: int | None
    wanting: frozenset[str] = frozenset()
    ways: tuple[str, ...] = ()


def waiting(gate: Gate, session: Session, person: int, at: datetime) -> dict[str, tuple[Kept, ...]]:
    """The clauses of the version in force that an older promise keeps from what is held about her:
    by name, each with what keeps it. What lacks a case or a choice does not wait."""
    found: dict[str, dict[Kept, None]] = {}
    for kept in chain.from_iterable(kept_back(gate, session, person, at).values()):
        found.setdefault(kept.clause, {})[kept] = None
    return {clause: tuple(kept) for clause, kept in found.items()}


def kept_back(
    gate: Gate, session: Session, person: int, at: datetime
) -> dict[int, tuple[Kept, ...]]:
    """The same by field: what waits of each, and for what."""
    read, rows = Reading(session), load_rows(session, person)
    found: dict[int, dict[Kept, None]] = {}
    for held in holdings.held(session, person):
        for word, number in held.origins:
            stamp = read.stamp(number)
            scene = gate.scene(Question(_NOTHING, person, at), datum_of(held, stamp), rows)
            for kept in _kept_back(gate, word, stamp, scene):
                found.setdefault(held.field, {})[kept] = None
    return {field: tuple(kept) for field, kept in found.items()}


def _kept_back(gate: Gate, word: str, stamp: Stamp, scene: Scene) -> Iterator[Kept]:
    """The clauses of the version in force, each with an older version that still closes it."""
    versions = gate.decider.meaning.versions(stamp, scene.day)
    for clause in versions[-1].clauses if len(versions) > 1 else ():
        for ask in _points(gate, clause, word):
            ruling = gate.decider.residual(ask, stamp, scene.day).ruling
            for grant in ruling.current.grants if ruling.current else ():
                if grant.clause is clause:
                    yield from _closing(ruling, grant, scene)


def _closing(ruling: Ruling, grant: Grant, scene: Scene) -> Iterator[Kept]:
    """The older versions that keep a grant closed: by a `never`, or by having said nothing of the kind."""
    truth = getter(scene)
    for layer in ruling.older:
        barred = any(not bar.exceptions and not holds(bar.passed, truth) for bar in layer.bars)
        if (barred or not layer.grants) and not holds(ruling.kept(layer, grant), truth):
            silence = layer.silence
            days = None if barred and not silence.nevers_too else silence.wait_days
            wanting = ruling.wanting(layer, grant, truth)
            yield Kept(grant.clause.name, layer.id, days, wanting, silence.ways)


def _points(gate: Gate, clause: Clause, word: str) -> Iterator[Ask]:
    """The asks about one word that a clause speaks of."""
    if clause.modal != "may" or clause.action not in ("use", "share", "sell"):
        return
    if word in gate.words.leaves("data", clause.data):
        for purpose, party in product(clause.purposes or (None,), clause.parties or (None,)):
            yield from gate.decider.meaning.points(Ask(clause.action, word, purpose, party))
