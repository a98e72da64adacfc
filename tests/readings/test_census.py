"""Asked of everybody through the census, each person gets the answer that she gets asked singly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, note

from tests.readings.history import PEOPLE
from tests.readings.pointed import POINTS
from tests.readings.test_agree import ALLOWED, RUN, Told, stored, told
from troth.census.asked import Asked
from troth.census.columns import Section, read, write
from troth.census.taking import take
from troth.facts import Scene
from troth.facts.load import load_others
from troth.gate import Gate, Question
from troth.people.stamps import load_stamps
from troth.store import Session

HELD = ("use", "share", "sell", "keep")


def sections(session: Session) -> Callable[[str], Section | None]:
    """The census of the first people, as it comes back from the store."""
    kept = dict(part for section in take(session, 0).items() for part in write(*section))
    return lambda name: read(kept.get, name)


def asked(gate: Gate, session: Session, question: Question) -> tuple[dict[int, bool], set[int]]:
    """What the census says of each person it says something of, and whom it leaves to be asked singly."""
    others = load_others(session, question.party, question.matter)
    scene = Scene(
        gate.words,
        gate.zone,
        question.at,
        None,
        question.party,
        notice_shown=question.notice_shown,
        rows=others,
    )
    one = Asked(gate.decider.meaning, question.ask, scene, load_stamps(session))
    yes, aside = one.of(sections(session), 0)
    plain = {person: bool(yes[person]) for person in PEOPLE if not aside[person]}
    return plain, set(PEOPLE) - plain.keys()


@RUN
@given(company=told(asks=12))
def test_the_census_says_what_decide_says_of_each_person(company: Told) -> None:
    policy, history, asks = company
    gate = Gate(policy)
    with stored(policy, history) as session:
        for question in asks:
            if question.ask.action not in HELD:
                continue
            found, _ = asked(gate, session, question)
            note(f"{question}: {found}")
            singly = [replace(question, person=person) for person in found]
            assert list(found.values()) == gate.allowed_all(session, singly)


@pytest.mark.parametrize("point", POINTS)
def test_the_census_gets_the_point(point: str) -> None:
    policy, history, (question,) = POINTS[point]
    if question.ask.action not in HELD:
        return
    gate = Gate(policy)
    with stored(policy, history) as session:
        found, aside = asked(gate, session, question)
        if question.person not in aside:
            assert question.person is not None
            assert found[question.person] == (point in ALLOWED)


def test_most_points_are_settled_by_the_census_itself() -> None:
    settled = 0
    for policy, history, (question,) in POINTS.values():
        if question.ask.action in HELD:
            with stored(policy, history) as session:
                settled += question.person in asked(Gate(policy), session, question)[0]
    assert settled >= 50
