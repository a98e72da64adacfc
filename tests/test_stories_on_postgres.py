"""Every story of the corpus once more, its rows and its questions on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests import postgres
from troth.corpus import StoryFile, load
from troth.gate import Gate
from troth.language.story_model import Story
from troth.store import Store
from troth.story import play, theatre

CORPUS = load(Path(__file__).parents[1] / "policies")
GATES = {name: Gate(policy) for name, policy in CORPUS.policies.items()}
# what the table of proofs must find in the rows of this server as well; the others are proved in memory
PROVED = ("signals", "agrees", "not reached")
STORIES = [
    pytest.param(name, told, story, id=f"{name}: {story.name}")
    for name, told in CORPUS.stories.items()
    for story in told.stories
]


@pytest.fixture(scope="module")
def on_postgres() -> Iterator[Store]:
    with theatre(postgres.shared().url("postgres")) as store:
        yield store


@pytest.mark.parametrize(("name", "told", "story"), STORIES)
def test_a_story_holds_in_the_query_and_in_prove_on_postgres(
    name: str, told: StoryFile, story: Story, on_postgres: Store
) -> None:
    proved = any(step.contract or step.kind in PROVED for step in story.steps)
    readings = ("postgres", "prove") if proved else ("postgres",)
    outcomes = play(story, GATES[name], told.fixtures, readings, on_postgres)
    assert outcomes
    assert not [str(outcome) for outcome in outcomes if not outcome]


def test_stories_leave_nothing_in_the_database() -> None:
    name, told = next(iter(CORPUS.stories.items()))
    with postgres.database(None) as url:
        with theatre(url) as store:
            assert play(told.stories[0], GATES[name], told.fixtures, (), store)
        with psycopg.connect(url) as connection:
            left = connection.execute("select nspname from pg_namespace where nspname ~ 'stories'")
            assert left.fetchall() == []
