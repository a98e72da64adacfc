"""Histories: dated steps of every sort, in order of time, and how they are stored through the rooms."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime

from hypothesis import strategies as st

from tests.readings.company import CHOICES, ROLES
from tests.readings.history import (
    KEY,
    KNOWN,
    OPEN,
    PEOPLE,
    Company,
    History,
    Step,
    answers,
    derives,
    found,
    gives,
    handles,
    happens,
    known,
    moments,
    says,
    signs,
    told,
)
from troth import matters, parties
from troth.language.meaning import Meaning
from troth.language.model import After, Condition, If, OnlyWith, Period, Policy, Unless, Within
from troth.people import attributes, choices, happenings, people
from troth.people.problems import Conflict, Unknown
from troth.store import Session

FULFILS: dict[str, tuple[tuple[attributes.Of, str, str, str], ...]] = {
    "adult": (("person", "1", "birth", "1980-05-01"),),
    "minor": (("person", "1", "birth", "2005-01-01"),),
    "near": (("person", "1", "country", "US"), ("party", "reseller-a", "territory", "US")),
    "neighbour": (("person", "1", "country", "US"), ("party", "partner-a", "home", "FR")),
    "listed": (("party", "partner-a", "listing", "yes"),),
}


@st.composite
def fulfils(draw: st.DrawFn, policy: Policy) -> Step:
    """All that person 1 and those around her need for one clause to hold."""
    every = [c for version in policy.versions for c in version.clauses if c.conditions]
    clause = draw(st.sampled_from(every)) if every else None
    value = draw(st.sampled_from((True, True, False)))

    def step(company: Company, at: datetime) -> None:
        for condition in clause.conditions if clause else ():
            with suppress(Conflict, Unknown):
                _fulfil(company, at, condition, value)

    return step


def _fulfil(company: Company, at: datetime, condition: Condition, value: bool) -> None:
    session, words = company.session, company.policy.words
    match condition:
        case If(names) | Unless(names) | OnlyWith(names):
            for name in names:
                _make_so(company, at, name, value)
        case Within(kinds):
            for kind in kinds:
                id = next(id for id in OPEN if id.startswith(kind))
                needs, word = {"approver": "Eve"}, words["matter", kind]
                matters.open_matter(session, id, word, at, "person", people=(1,), attributes_=needs)
        case After(event=event) | Period(event=event):
            happenings.happened(session, 1, event, at)


def _make_so(company: Company, at: datetime, name: str, value: bool) -> None:
    """A fact, or a choice, by its name."""
    session = company.session
    choice = next((c for c in CHOICES if c.name == name), None)
    if choice is not None:
        choices.say(session, 1, choice, (), value, at, "site", "person")
        return
    for of, key, attribute, known_as in FULFILS.get(name, ()):
        attributes.set_value(session, of, key, attribute, known_as, at)
    fact = company.policy.words["fact", name]
    keys: dict[str, list[str | int]] = {
        "person": [1],
        "matter": [*OPEN],
        "record": [*company.records],
    }
    for found_of in keys.get(fact.of[0], []) if fact.formula is None else ():
        with suppress(Conflict, Unknown):
            happenings.assert_fact(session, fact, fact.of[0], found_of, at, ROLES[0], value)  # type: ignore[arg-type]


def steps(policy: Policy) -> st.SearchStrategy[Step]:
    return st.one_of(
        fulfils(policy),
        fulfils(policy),
        gives(policy),
        derives(),
        says(),
        answers(policy),
        told(policy),
        known(),
        found(policy),
        signs(),
        handles(policy),
        happens(),
    )


def histories(policy: Policy, most: int = 25) -> st.SearchStrategy[History]:
    """Dated steps in order of time, something given first."""
    dated = st.lists(st.tuples(moments(), steps(policy)), min_size=8, max_size=most)
    first = st.lists(st.tuples(moments(), gives(policy)), min_size=3, max_size=5)
    both = st.tuples(first, dated).map(lambda pair: pair[0] + pair[1])
    return both.map(lambda listed: sorted(listed, key=lambda step: step[0]))


def settle(policy: Policy, session: Session, history: History, begun: bool = False) -> Company:
    """Store a history through the rooms; what they refuse was not done. `begun`: the people are there."""
    company = Company(policy, session, Meaning(policy))
    if not begun:
        _begin(policy, session)
    for at, step in history:
        with suppress(Conflict, Unknown):
            step(company, at)
    return company


def _begin(policy: Policy, session: Session) -> None:
    start = datetime(1990, 1, 1, tzinfo=UTC)
    for _ in PEOPLE:
        people.add_person(session, KEY, start)
    for party in KNOWN:
        word = policy.words["party", party.split("-")[0]]
        parties.register(session, party, word, party, start)
