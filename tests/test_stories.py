"""Every story of the corpus under every reading; what a question cites is among what decides."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from troth.corpus import StoryFile, load
from troth.decide import explain
from troth.gate import Gate
from troth.language.formula import atoms, holds
from troth.language.story_model import Story
from troth.mutate.recorded import Heard, record
from troth.story import READINGS, Outcome, play

CORPUS = load(Path(__file__).parents[1] / "policies")
GATES = {name: Gate(policy) for name, policy in CORPUS.policies.items()}
STORIES = [
    pytest.param(name, told, story, id=f"{name}: {story.name}")
    for name, told in CORPUS.stories.items()
    for story in told.stories
]


def test_the_corpus_has_no_problems_and_every_company_its_stories() -> None:
    assert not CORPUS.problems
    assert CORPUS.stories.keys() == CORPUS.policies.keys()
    assert all(told.stories for told in CORPUS.stories.values())


@pytest.mark.parametrize(("name", "told", "story"), STORIES)
def test_a_story_holds_in_every_reading(name: str, told: StoryFile, story: Story) -> None:
    outcomes = play(story, GATES[name], told.fixtures)
    assert outcomes
    assert not [str(outcome) for outcome in outcomes if not outcome]
    asked = [o for o in outcomes if o.step.kind == "asked"]
    for verdicts in _by_step(asked).values():
        assert verdicts.keys() == READINGS["sqlite"].keys()
        assert len(set(verdicts.values())) == 1


def _by_step(outcomes: list[Outcome]) -> dict[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = {}
    for outcome in outcomes:
        found.setdefault(id(outcome.step), {})[outcome.reading] = outcome.got
    return found


@pytest.mark.parametrize("name", sorted(CORPUS.stories))
def test_what_decide_cites_is_exactly_what_decides(name: str) -> None:
    """Of a yes: each cited clause permits by itself, no other does. Of a no: each cited `never` or duty
    refuses by itself, no other does; a cited `may` covers the ask and does not hold."""
    policy, told = CORPUS.policies[name], CORPUS.stories[name]
    decided = {
        (id(heard.ruling), bits(heard)): heard
        for asked in record(told, policy, told.stories)
        for heard in asked.heard
    }
    assert len(decided) > 100
    for heard in decided.values():
        decision = explain(heard.ruling, heard.truth)
        wanted = _permitting(heard) if decision.allowed else _refusing(heard)
        assert set(decision.clauses) == wanted, (heard.ask, heard.stamp, heard.day)


def bits(heard: Heard) -> tuple[bool, ...]:
    """The truth of all that the ruling speaks about."""
    return tuple(heard.truth(atom) for formula in heard.ruling.formulas for atom in atoms(formula))


def _permitting(heard: Heard) -> set[str]:
    """The clauses of the version in force of which any one alone makes it a yes; else what a law compels."""
    ruling, current = heard.ruling, heard.ruling.current
    alone: set[str] = set()
    for grant in current.grants if current else ():
        only = replace(ruling, current=replace(current, grants=(grant,)), compelled=())  # type: ignore[type-var]
        alone |= {grant.id} if holds(only.whole, heard.truth) else set()
    return alone or {g.id for g in ruling.compelled if holds(g.holds, heard.truth)}


def _refusing(heard: Heard) -> set[str]:
    """In each text that refuses: what bars, else the `may`s that cover and fail; and duties not met."""
    ruling, truth = heard.ruling, heard.truth
    grants = ruling.current.grants if ruling.current else ()
    standing = [
        layer
        for layer in ruling.older
        if not any(holds(ruling.kept(layer, grant), truth) for grant in grants)
    ]
    found: set[str] = set()
    for layer in (*((ruling.current,) if ruling.current else ()), *standing, *ruling.over):
        barring = {bar.id for bar in layer.bars if not holds(bar.passed, truth)}
        silent = layer not in ruling.over and not any(holds(g.holds, truth) for g in layer.grants)
        found |= barring or ({g.id for g in layer.grants} if silent else set())
    for layer in (*((ruling.current,) if ruling.current else ()), *ruling.older, *ruling.over):
        found |= {need.id for need in layer.needs if not holds(need.holds, truth)}
    return found
