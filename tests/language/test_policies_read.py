"""Every file of the corpus is read without a problem, and nothing of it is lost by writing it again."""

from __future__ import annotations

from pathlib import Path

import pytest

from troth.language.model import Box, Document
from troth.language.problem import printed
from troth.language.read import read_bytes
from troth.language.write import format_document
from troth.language.write_json import from_json, to_json, without_places

POLICIES = Path(__file__).parents[2] / "policies"
OTHERS = ("stories.md", "survivors.md", "README.md")  # these have readers of their own
FILES = sorted(
    path for path in POLICIES.rglob("*.md") if path.name not in OTHERS and "pages" not in path.parts
)


def read_file(path: Path) -> Document:
    data = path.read_bytes()
    document, problems = read_bytes(data, str(path))
    assert not problems, printed(problems, {str(path): data.decode()})
    return document


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(POLICIES)))
def test_a_policy_is_read_and_written_without_loss(path: Path) -> None:
    document = read_file(path)
    text = format_document(document)
    again, problems = read_bytes(text.encode(), str(path))
    assert not problems, printed(problems, {str(path): text})
    assert without_places(again) == without_places(document)
    assert format_document(again) == text
    assert from_json(to_json(document)) == without_places(document)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(POLICIES)))
def test_no_comment_of_a_box_is_lost(path: Path) -> None:
    """Promise ids stand in comments; each written comment is in the document once."""
    text = path.read_text("utf-8")
    boxes = [part for part in read_file(path).parts if isinstance(part, Box)]
    kept = [
        note.text
        for box in boxes
        for notes in (*(s.comments for s in (*box.statements, *box.words)), box.closing)
        for note in notes
    ]
    inside = False
    written: list[str] = []
    for line in text.splitlines():
        if line.startswith("```"):
            inside = line[3:].strip() in ("policy", "words")
        elif inside and '"' not in line.partition("--")[2] and "--" in line:
            written.append(line.partition("--")[2].strip())
    assert [note for note in written if note not in kept] == []
