"""What is kept, as a run found it: for each promise the test through a real door that fails without its clause, or without the door's check.

The run (`make kept`) really takes the clause or the check away, and writes what it saw into `kept.lock`
beside the promises. An entry counts while the clause, and the story it was shown by, read as they did then.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from troth.corpus import Corpus
from troth.language.model import Statement
from troth.language.story_model import Story
from troth.language.write import format_statement
from troth.mutate import texts

LOCK = "kept.lock"
STORY = "story "


@dataclass(frozen=True, slots=True)
class Kept:
    """One promise. `shown_by` is a test, or `story COMPANY: TITLE` through the running service; `without` the
    full id of what was taken out of the policy, or the check of a door: `troth.mail.passing:may_send`."""

    shown_by: str
    without: str
    test: str  # digest of the story or the test
    statement: str = ""  # digest of the statement that was taken out


def read_kept(folder: Path) -> dict[str, Kept]:
    """The lock of a folder of promises; nothing where there is none."""
    path = folder / LOCK
    rows = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    return {promise: Kept(**row) for promise, row in rows.items()}


def write_kept(folder: Path, kept: Mapping[str, Kept]) -> None:
    """Write the lock, a promise each."""
    rows = {promise: asdict(kept[promise]) for promise in sorted(kept)}
    text = json.dumps(rows, indent=1, ensure_ascii=False) + "\n"
    (folder / LOCK).write_text(text, "utf-8")


def still_true(found: Corpus, kept: Mapping[str, Kept]) -> dict[str, Kept]:
    """The entries whose clause and story read as they did when they were seen to be kept."""
    clauses, stories = statements(found), told(found)
    return {
        promise: one
        for promise, one in kept.items()
        if (":" in one.without or clauses.get(one.without) == one.statement)
        and (not one.shown_by.startswith(STORY) or stories.get(one.shown_by) == one.test)
    }


def statements(found: Corpus) -> dict[str, str]:
    """The digest of every statement, by its full id."""
    return {
        f"{text.id}#{statement.name}": digest(statement)
        for policy in found.policies.values()
        for text in texts(policy)
        for statement in text.statements
    }


def told(found: Corpus) -> dict[str, str]:
    """The digest of every story, by how an entry names it."""
    return {
        f"{STORY}{company}: {story.name}": digest_of(step.text for step in story.steps)
        for company, one in found.stories.items()
        for story in one.stories
    }


def called(company: str, story: Story) -> str:
    """How an entry names a story."""
    return f"{STORY}{company}: {story.name}"


def digest(statement: Statement) -> str:
    """A statement without its comments: which promise it binds is noted beside it, and no part of it."""
    return digest_of([format_statement(replace(statement, comments=()))])


def digest_of(parts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
