"""A document written out again: one clause a line, its conditions below it, comments where they were."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from troth.language.model import Box, Comment, Document, Heading, Part, Statement, Word
from troth.language.write_statements import form_rows, rows_of, word_rows

COMMENT_COLUMN = 64  # comments beside a line stand in one column where the line is short enough
INDENT = "    "


def format_document(document: Document) -> str:
    """The text of a document. Read back it is the same document, places apart; written again the same text."""
    blocks = [_front(document)] if document.front else []
    blocks += [_part(part) for part in document.parts]
    return "\n\n".join(blocks) + "\n"


def format_words(words: Sequence[Word]) -> str:
    """The lines of a ```` ```words ```` box, without its fences."""
    return "\n".join(_box_lines((word.comments, word_rows(word)) for word in words))


def format_statement(statement: Statement, section: str = "") -> str:
    """One statement with its comments, as it stands in a box of the section."""
    return "\n".join(_statement_lines(statement.comments, rows_of(statement, section)))


def _front(document: Document) -> str:
    lines = ["---"]
    for row, (key, value) in enumerate(document.front):
        notes = [note for note in document.front_comments if note.row == row]
        lines += [f"-- {note.text}".rstrip() for note in notes if note.where == "above"]
        beside = [note for note in notes if note.where == "beside"]
        lines.append(_beside(f"{key}: {value}", beside))
        lines += [f"-- {note.text}".rstrip() for note in notes if note.where == "below"]
    return "\n".join([*lines, "---"])


def _part(part: Part) -> str:
    if isinstance(part, Heading):
        plain = part.level == 1 and not part.section
        return f"{'#' * part.level} {part.text}" + ("" if plain else f" {{#{part.section}}}")
    if isinstance(part, Box):
        return _box(part)
    return part.text


def _box(box: Box) -> str:
    entries = [(s.comments, rows_of(s, box.section)) for s in box.statements]
    entries += [(w.comments, word_rows(w)) for w in box.words]
    entries += [(f.comments, form_rows(f)) for f in box.forms]
    lines = [*_box_lines(entries), *(f"-- {note.text}".rstrip() for note in box.closing)]
    kind = "words" if box.words else "form" if box.forms else "policy"
    return "\n".join([f"```{kind}", *lines, "```"])


def _box_lines(entries: Iterable[tuple[tuple[Comment, ...], list[list[str]]]]) -> list[str]:
    """The lines of all entries; a comment above one is set off from what stands before it."""
    lines: list[str] = []
    for comments, rows in entries:
        if lines and any(note.where == "above" and note.row == 0 for note in comments):
            lines.append("")
        lines += _statement_lines(comments, rows)
    return lines


def _statement_lines(comments: tuple[Comment, ...], rows: list[list[str]]) -> list[str]:
    """A statement's rows with their comments. A row is one line, or several where it is long."""
    lines: list[str] = []
    for at, row in enumerate(rows):
        notes = [note for note in comments if note.row == at]
        margin = "" if at == 0 else INDENT
        lines += [f"{margin}-- {note.text}".rstrip() for note in notes if note.where == "above"]
        beside = [note for note in notes if note.where == "beside"]
        lines.append(_beside(margin + row[0], beside))
        lines += [INDENT + more for more in row[1:]]
        lines += [f"{INDENT}-- {note.text}".rstrip() for note in notes if note.where == "below"]
    return lines


def _beside(line: str, notes: list[Comment]) -> str:
    if not notes:
        return line
    gap = " " * max(2, COMMENT_COLUMN - len(line))
    return f"{line}{gap}-- {' -- '.join(note.text for note in notes)}".rstrip()
