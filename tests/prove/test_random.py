"""On policies made by chance: table and solver agree, what decide allows is never proved impossible, witnesses replay."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from hypothesis import given, note
from hypothesis import strategies as st

from tests.readings.company import CHOICES, DATA, PARTIES, PURPOSES, ZONE, policies
from tests.readings.test_agree import RUN, Told, stored, told
from troth.gate import Gate
from troth.language.model import ACTIONS, Ask, Policy
from troth.language.story import read_stories
from troth.prove import Prover, Question
from troth.story import play

CONSENTS = tuple(choice.name for choice in CHOICES if choice.kind == "consent")
REFUSALS = tuple(choice.name for choice in CHOICES if choice.kind == "choice")


@st.composite
def asked_of(draw: st.DrawFn, policy: Policy) -> Question:
    """Any question, most with few slots left open."""
    days = [version.id.rpartition("/")[2] for version in policy.versions]
    number = draw(st.integers(0, len(days) - 1))
    action = draw(st.sampled_from(ACTIONS))
    shares, aimed = action in ("share", "sell"), action in ("use", "share", "sell")
    return Question(
        days[number],
        action,
        draw(st.sampled_from(DATA)),
        draw(st.sampled_from((None, *PARTIES[1:4]))) if shares else None,
        draw(st.sampled_from((None, *PURPOSES[:5]))) if aimed else None,
        given=draw(st.sampled_from((None, *days[: number + 1]))),
        without=draw(st.sampled_from(((), ("research-yes",), CONSENTS))),
        after=draw(st.sampled_from(((), ("no-share",), REFUSALS))),
        facts=draw(st.sampled_from(((), ("minor",), ("adult",)))),
    )


@st.composite
def asked(draw: st.DrawFn) -> tuple[Policy, list[Question]]:
    policy = draw(policies())
    return policy, draw(st.lists(asked_of(policy), min_size=4, max_size=4))


@RUN
@given(asked())
def test_the_table_and_the_solver_give_one_answer(found: tuple[Policy, list[Question]]) -> None:
    policy, listed = found
    by_table, by_solver = Prover(policy, by="table"), Prover(policy, by="z3")
    for question in listed:
        note(str(question))
        assert by_table.ask(question).verdict == by_solver.ask(question).verdict


@RUN
@given(asked())
def test_every_witness_is_a_person_whom_decide_allows(
    found: tuple[Policy, list[Question]],
) -> None:
    policy, listed = found
    prover = Prover(policy)
    for question in listed:
        witness = prover.ask(question).witness
        if witness is not None and witness.complete:
            story = prover.story(witness)
            note(f"{question}\n{story}")
            told, fixtures, problems = read_stories(story, "witness.md")
            assert not problems
            outcomes = play(told[0], Gate(policy), fixtures)
            assert outcomes
            assert not [str(outcome) for outcome in outcomes if not outcome]


@RUN
@given(told(asks=8))
def test_what_decide_allows_is_never_proved_impossible(company: Told) -> None:
    policy, history, asks = company
    gate, prover = Gate(policy), Prover(policy)
    with stored(policy, history) as session:
        for question in asks:
            answer = gate.ask(session, question, entry=False)
            current = policy.at(question.at.astimezone(ZoneInfo(ZONE)).date())
            for leaf in answer.leaves:
                if leaf.decision.allowed:
                    assert current is not None
                    note(f"{question}: {leaf}")
                    assert _asked(prover, current.id, leaf.ask)


def _asked(prover: Prover, version: str, ask: Ask) -> bool:
    slots = (ask.action, ask.data, ask.party, ask.purpose, ask.place, ask.by)
    return prover.ask(Question(version.rpartition("/")[2], *slots)).possible
