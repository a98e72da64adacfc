"""The written policies as pages: each statement has its anchor, each link leads somewhere, nothing is left open."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import troth
from troth.language.model import Document, Kind, Word
from troth.language.read import read, read_words
from troth.page import page, sentences
from troth.page.voice import name_of

POLICIES = Path(troth.__file__).parents[2] / "policies"
VERSIONS = sorted(POLICIES.glob("*/[0-9]*-[0-9]*-[0-9]*.md"))
LAWS = sorted((POLICIES / "law").glob("*.md"))


def vocabulary() -> dict[tuple[Kind, str], Word]:
    """The words all policies share."""
    words, _ = read_words((POLICIES / "words.md").read_text(), "policies/words.md")
    return {(word.kind, word.name): word for word in words}


def document(path: Path) -> Document:
    """One file of the corpus."""
    return read(path.read_text(), str(path.relative_to(POLICIES.parent)))[0]


@pytest.mark.parametrize(
    "path", [*VERSIONS, *LAWS], ids=lambda path: f"{path.parent.name}/{path.stem}"
)
def test_a_written_policy_is_a_whole_page(path: Path) -> None:
    words = vocabulary()
    one = document(path)
    editions = [document(other) for other in VERSIONS if other.parent == path.parent]
    shown = page(one, words, editions, editions[-1] if editions else None)
    ids = re.findall(r'\sid="([^"]*)"', shown)
    assert len(ids) == len(set(ids))
    assert {name_of(statement) for statement in one.statements} <= set(ids)
    assert set(re.findall(r'href="#([^"]*)"', shown)) <= set(ids)
    assert "<!--" not in shown


@pytest.mark.parametrize("path", VERSIONS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_sentence_of_a_written_policy_is_whole(path: Path) -> None:
    editions = [document(other) for other in VERSIONS if other.parent == path.parent]
    for name, said in sentences(document(path), vocabulary(), editions).items():
        assert said[0].isupper() or said[0] in "“0123456789", (name, said)
        assert said.rstrip("”)")[-1] in ".!?…", (name, said)
        assert not re.search(r"  | ,|,,|\.\.|[{}]", said), (name, said)


def test_there_are_policies_to_show() -> None:
    assert VERSIONS and LAWS
