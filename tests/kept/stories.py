"""Promises kept by an answer: their clause is taken out, and a story through the running service fails at a question."""

from __future__ import annotations

import tempfile
import traceback
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.kept.answered import ANSWERED
from tests.service import test_stories_served as served
from troth.corpus import Corpus
from troth.decide import Decider
from troth.language.model import Policy
from troth.language.story_model import Story
from troth.mutate import noticed_by
from troth.promises.bound import Binding
from troth.promises.kept import Kept, called, statements, told

ENOUGH = 3  # stories tried for one clause


def kept_by_answers(found: Corpus, bound: Iterable[Binding]) -> Iterator[tuple[str, Kept]]:
    """Each promise of the list with the story and the clause that showed it kept."""
    wanted: dict[str, list[str]] = defaultdict(list)
    for binding in bound:
        if binding.promise in ANSWERED and binding.form in ("clause", "duty"):
            wanted[binding.id].append(binding.promise)
    digests, stories, done = statements(found), told(found), set[str]()
    holds: dict[str, bool | None] = {}
    for company, one in found.stories.items():
        noticed = noticed_by(found.policies[company], one, wanted.keys())
        for target, (weakened, differing) in noticed.items():
            promises = [promise for promise in wanted[target] if promise not in done]
            if not promises:
                continue
            story = _shown(found, weakened, differing, holds)
            if story is not None:
                name = called(company, story)
                done.update(promises)
                for promise in promises:
                    yield promise, Kept(name, target, stories[name], digests[target])


def _shown(
    found: Corpus,
    weakened: Policy,
    differing: tuple[Story, ...],
    holds: dict[str, bool | None],
) -> Story | None:
    """The first story that holds in the service (`holds` are those played already), and fails at a question
    of it without the statement."""
    for story in differing[:ENOUGH]:
        name = called(weakened.name, story)
        if name not in holds:
            holds[name] = _holds(found, found.policies[weakened.name], story)
        if holds[name] and _holds(found, weakened, story) is False:
            return story
    return None


def _holds(found: Corpus, policy: Policy, story: Story) -> bool | None:
    """Play a story through the running service: whether every question is answered as it expects. None where
    it failed elsewhere, such as at a step that names what was taken out: that shows nothing.

    Forms are left out: they are held to the whole version, and no question is asked at them.
    """
    bare = replace(policy, forms=())
    texts = replace(found, policies={**found.policies, policy.name: bare})
    decider = Decider(bare)
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
        patch.setattr(served, "corpus", lambda: texts)
        patch.setattr(served, "decider", lambda _: decider)
        try:
            served.test_a_story_holds_in_the_running_service(
                "sqlite", policy.name, story, Path(folder)
            )
        except AssertionError as failed:
            frames = traceback.extract_tb(failed.__traceback__)
            return False if any(frame.name == "_ask" for frame in frames) else None
        except LookupError:
            return None
    return True
