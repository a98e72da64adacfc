"""Every story of the corpus under every reading; what a question cites is among what decides, and decides alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from troth.corpus import StoryFile, load
from troth.gate import Gate
from troth.language.model import Policy
from troth.language.story_model import Story
from troth.story import READINGS, play

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
    outcomes = play(story, GATES[name], told.fixtures, tuple(READINGS))
    assert outcomes
    assert not [str(outcome) for outcome in outcomes if not outcome]
    asked = [o for o in outcomes if o.step.kind == "asked"]
    assert {o.reading for o in asked} <= READINGS.keys()
    for verdicts in _by_step(asked).values():
        assert verdicts.keys() == READINGS.keys()
        assert len(set(verdicts.values())) == 1


def _by_step(outcomes: list) -> dict[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = {}
    for outcome in outcomes:
        found.setdefault(id(outcome.step), {})[outcome.reading] = outcome.got
    return found
