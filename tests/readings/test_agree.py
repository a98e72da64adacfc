"""Decide, the query in SQLite, DuckDB and PostgreSQL, and a naive reader of the policy give one answer, from stored rows."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from tests import postgres
from tests.readings.asks import questions
from tests.readings.calendar import histories, settle
from tests.readings.company import NAME, ZONE, policies
from tests.readings.history import History
from tests.readings.naive import Naive
from tests.readings.pointed import POINTS
from troth.gate import Gate, Question
from troth.language.model import Policy
from troth.store import Session, Store, make_tables, open_store, upgrade
from troth.story import READINGS

EXAMPLES = int(os.environ.get("TROTH_EXAMPLES", "15"))  # a long run: TROTH_EXAMPLES=5000
RUN = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
Told = tuple[Policy, History, list[Question]]


@st.composite
def told(draw: st.DrawFn, asks: int = 6) -> Told:
    """A company, what happened in it, and some questions."""
    policy = draw(policies())
    listed = draw(st.lists(questions(policy), min_size=asks, max_size=asks))
    return policy, draw(histories(policy)), listed


class _OverError(Exception):
    """The history is over: what it stored is taken back."""


@cache
def shared(kind: str = "sqlite") -> Store:
    """One store for all examples: making its tables takes longer than an example."""
    if kind == "postgresql":
        return open_store(postgres.shared().database(postgres.template(upgrade)), alone=True)
    store = open_store("sqlite://")
    with store.transaction(writes=True) as connection:
        make_tables(connection)
    return store


@contextmanager
def stored(policy: Policy, history: History, store: Store | None = None) -> Iterator[Session]:
    """The rows of a history, gone when the block ends."""
    store = store or shared()
    with suppress(_OverError), store.transaction(writes=True):
        store.add_company(NAME, NAME, ZONE)
        with store.writing(NAME) as session:
            settle(policy, session, history)
            yield session
        raise _OverError


@pytest.mark.parametrize("kind", READINGS)
@RUN
@given(company=told())
def test_every_reading_gives_the_same_answer_as_decide(kind: str, company: Told) -> None:
    policy, history, asks = company
    gate = Gate(policy)
    with stored(policy, history, shared(kind)) as session:
        for question in asks:
            said = {name: read(gate, session, question) for name, read in READINGS[kind].items()}
            note(f"{question}: {said}")
            assert len(set(said.values())) == 1, said


@RUN
@given(told(asks=12))
def test_decide_says_what_a_naive_reader_of_the_policy_says(company: Told) -> None:
    policy, history, asks = company
    gate = Gate(policy)
    with stored(policy, history) as session:
        reader = Naive(policy, session, ZONE)
        for question in asks:
            decided = gate.ask(session, question, entry=False)
            note(f"{question}: {decided}")
            assert decided.verdict == reader.verdict(question)


ALLOWED = {
    "a choice by another channel",
    "a consent",
    "a consent that names it",
    "a consent that names no party",
    "a consent of this morning",
    "a form's notice",
    "a law of elsewhere",
    "agreed, and told afterwards",
    "agreed, and told as promised",
    "agreed, and told of a later version that says it",
    "agreed, and told where silence is yes",
    "an agreement",
    "an effort to tell, and agreed",
    "an exception that holds",
    "an order",
    "an unknown that starts no",
    "kept while used",
    "known to be grown up",
    "silence after a notice",
    "the tail of a case",
}


@pytest.mark.parametrize("kind", READINGS)
@pytest.mark.parametrize("point", POINTS)
def test_every_reading_and_the_naive_reader_get_the_point(point: str, kind: str) -> None:
    policy, history, (question,) = POINTS[point]
    gate = Gate(policy)
    with stored(policy, history, shared(kind)) as session:
        said = {name: read(gate, session, question) for name, read in READINGS[kind].items()}
        said["naive"] = Naive(policy, session, ZONE).verdict(question)
    assert set(said.values()) == {"yes" if point in ALLOWED else "no"}, said
