"""Periods: what is past the time its policy lets it be kept is found, and erased with the clause on record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from troth import work
from troth.decide import Truth
from troth.facts import getter
from troth.gate import Gate, Question, datum_of
from troth.language.formula import Atom, holds
from troth.language.meaning import section_of
from troth.language.model import Ask, Clause, Period
from troth.language.ruling import Need, Ruling
from troth.people import records
from troth.people.holdings import Held
from troth.people.reading import Reading
from troth.store import tables as t
from troth.store.session import Session

if TYPE_CHECKING:
    from troth.company import Company, House
    from troth.work import Doer, Job

SWEEP = "sweep"  # the job that a worker does each night
PEOPLE_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Due:
    """A field that is kept past its time, and the clauses that no longer let it be kept."""

    field: int
    data: str
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Timed:
    """What ends by itself: the data words, and by full id the clauses and duties that end their keeping."""

    words: frozenset[str]
    clauses: frozenset[str]


def _timed(gate: Gate) -> _Timed:
    """Periods, the `never`s that they alone are excepted from, and the duties to erase."""
    policy, words, ids = gate.policy, list[str](), set[str]()
    house = (policy.house,) if policy.house else ()
    for text in (*policy.versions, *policy.laws, *policy.contracts, *house):
        periods = {c.name for c in text.clauses if any(isinstance(x, Period) for x in c.conditions)}
        kept = periods | {section_of(c) for c in text.clauses if c.name in periods}
        ended = [c for c in text.clauses if c.name in periods or kept & _excepted(c)]
        erased = [d for d in text.duties if d.form == "erase" and not d.effort]
        words += (w for c in ended for w in c.data)
        words += (w for d in erased for w in d.slot("data"))
        ids |= {f"{text.id}#{one.name}" for one in (*ended, *erased)}
    return _Timed(gate.words.leaves("data", tuple(words), True), frozenset(ids))


def _excepted(never: Clause) -> set[str]:
    """The clauses, or the sections of them, that a `never` to keep names as exceptions."""
    return set(never.excepts) if (never.modal, never.action) == ("never", "keep") else set()


def due(gate: Gate, session: Session, at: datetime) -> Iterator[Due]:
    """Every field of the company that is past its time at the moment, person by person."""
    timed, seen = _timed(gate), set[int]()
    for some in _some_at_a_time(_people(session) if timed.words else []):
        yield from _due(gate, session, timed, some, at, seen)


def _people(session: Session) -> list[int]:
    return [row.id for row in session.rows(t.people, erased_at=None)]


def _some_at_a_time(people: Sequence[int]) -> Iterator[Sequence[int]]:
    for first in range(0, len(people), PEOPLE_AT_ONCE):
        yield people[first : first + PEOPLE_AT_ONCE]


def _due(
    gate: Gate,
    session: Session,
    timed: _Timed,
    people: Sequence[int],
    at: datetime,
    seen: set[int],
) -> Iterator[Due]:
    """What is past its time of some people; a field of several of them once."""
    read = Reading(session)
    read.ahead((person, timed.words) for person in people)
    for person in people:
        for held in read.held(person, timed.words):
            if held.field not in seen and held.given_at <= at:
                seen.add(held.field)
                refusing = dict.fromkeys(_refusing(gate, timed, read, held, at))
                clauses = tuple(clause for clause in refusing if clause in timed.clauses)
                if clauses:
                    yield Due(held.field, held.data, clauses)


def _refusing(gate: Gate, timed: _Timed, read: Reading, held: Held, at: datetime) -> Iterator[str]:
    """The clauses that refuse to keep a field, where a period is over or a duty to erase has begun."""
    for word, number in held.origins:
        stamp = replace(read.stamp(number), against=False)  # its time runs as that of anything else
        for person in held.people:
            question = Question(Ask("keep", word), person, at)
            rows = read.rows(person, None, None)
            scene = gate.scene(question, datum_of(held, stamp), rows)
            truth = getter(scene)
            begun = list(_begun(gate, word, scene.day, truth))
            for leaf in gate.decider.meaning.points(question.ask, word):
                residual = gate.decider.residual(leaf, stamp, scene.day)
                ended = [need for need in _needs(residual.ruling) if need.id in timed.clauses]
                over = (
                    begun
                    or any(a.kind == "kept" and not truth(a) for a in residual.atoms)
                    or not all(holds(need.holds, truth) for need in ended)
                )
                decision = residual(residual.bits(truth)) if over else None
                if decision is not None and not decision.allowed:
                    yield from (*decision.clauses, *begun)


def _needs(ruling: Ruling) -> Iterator[Need]:
    layers = (ruling.current, *ruling.older, *ruling.over)
    return (need for layer in layers if layer is not None for need in layer.needs)


def _begun(gate: Gate, word: str, day: date, truth: Truth) -> Iterator[str]:
    """The duties to erase the word whose days count from a fact that holds: an account known to be unused."""
    current, house = gate.policy.at(day), gate.policy.house
    over = (*gate.policy.laws, *((house,) if house else ()))
    texts = (*((current,) if current else ()), *(text for text in over if text.holds_on(day)))
    for text in texts:
        for duty in text.duties:
            if duty.form == "erase" and not duty.effort:
                facts = [f for f in duty.slot("starts") if gate.words.get("fact", f) is not None]
                known = any(truth(Atom("fact", (fact,), True)) for fact in facts)
                if known and word in gate.words.leaves("data", duty.slot("data"), True):
                    yield f"{text.id}#{duty.name}"


def sweep(company: Company, at: datetime) -> Counter[str]:
    """Erase what is past its time; how many fields by the clause that ended them.

    Some people at a time, each in a transaction of its own: others write meanwhile, and whatever ends it
    half-way leaves the rest to the next run. A field counts once, for the first clause that ends it.
    """
    timed, seen, erased = _timed(company.gate), set[int](), Counter[str]()
    with company.reading() as session:
        people = _people(session) if timed.words else []
    for some in _some_at_a_time(people):
        with company.writing() as session:
            for one in list(_due(company.gate, session, timed, some, at, seen)):
                records.erase(session, (one.field,), at, one.clauses[0])
                erased[one.clauses[0]] += 1
    company.store.scrub()  # also what a run that was killed had left beside the tables
    return erased


# -- each night ------------------------------------------------------------------------------------


def begin(house: House) -> None:
    """Have every company swept from now on, a little after each of its midnights."""
    for company in house.companies():
        with company.writing() as session:
            at = company.clock()
            work.wake(session, SWEEP, "", next_night(company, at), at)  # also one given up


def doers(house: House) -> dict[str, Doer]:
    """The job of this room, for a worker."""

    def swept(name: str, job: Job) -> None:
        company = house.company(name)
        sweep(company, company.clock())
        with company.writing() as session:
            work.later(session, job, next_night(company, company.clock()))

    return {SWEEP: swept}


def next_night(company: Company, at: datetime) -> datetime:
    """The first minute of the company's next day: periods end with a day."""
    zone = ZoneInfo(company.zone)
    tomorrow = at.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(0, 1), zone).astimezone(UTC)
