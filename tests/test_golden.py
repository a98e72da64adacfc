"""What the public reads, kept beside each version: a change of a sentence shows in the change of a file."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from troth.change import compare, summary
from troth.corpus import Corpus, load
from troth.page import markdown
from troth.page.sentences import Sentences
from troth.prove import Prover

POLICIES = Path(__file__).parents[1] / "policies"


@cache
def corpus() -> Corpus:
    return load(POLICIES, stories=False)


VERSIONS = [version.id for policy in corpus().policies.values() for version in policy.versions]


@pytest.mark.parametrize("name", VERSIONS)
def test_a_page_is_the_one_that_was_looked_at(name: str) -> None:
    """After a wanted change: `make golden`, and read the difference."""
    company, day = name.split("/")
    policy = corpus().policies[company]
    kept = POLICIES / company / "pages" / f"{day}.md"
    assert kept.is_file(), f"{kept.name} is not there yet; run make golden"
    page = markdown(policy.version(day), policy.words, policy.versions)
    assert page.rstrip() == kept.read_text("utf-8").rstrip()


CHANGES = [
    (old.id, new.id)
    for policy in corpus().policies.values()
    for old, new in pairwise(policy.versions)
]


@pytest.mark.parametrize(("old", "new"), CHANGES)
def test_a_change_is_the_one_that_was_looked_at(old: str, new: str) -> None:
    company, day = old.split("/")
    policy = corpus().policies[company]
    kept = POLICIES / company / "changes" / f"{day}..{new.split('/')[1]}.txt"
    assert kept.is_file(), f"{kept.name} is not there yet; run make golden"
    found = compare(Prover(policy), policy.version(day), policy.version(new.split("/")[1]))
    text = summary(found, Sentences(policy.versions, policy.words))
    assert text == kept.read_text("utf-8")
