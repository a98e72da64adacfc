"""From the lines of a box to raw statements: what begins at the margin, what continues it, what only comments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from troth.language.model import Comment, Span
from troth.language.problem import Findings, Problem
from troth.language.read_tokens import LONGEST_LINE, Cursor, Token, tokens_of

Where = Literal["above", "beside", "below"]
Order = tuple[int, int]  # (class, sequence): the place of an element in the formatted statement
HEAD: Order = (0, 0)
MOST_ROWS = 2_000  # written lines of one statement; what is longer was not written by a person


@dataclass
class RawStatement:
    """A statement as lines of tokens. A line that ends in a comma goes on in the next one."""

    line: int
    lines: list[list[Token]] = field(default_factory=list)
    rows: int = 0  # written lines so far, comments not counted
    notes: list[tuple[Where, int, str]] = field(default_factory=list)  # comments: where, row, text
    broken: bool = False
    cut: set[int] = field(default_factory=set)  # lines with signs that could not be read
    full: bool = False
    headless: bool = (
        False  # its first line could not be read at all: what continues it says nothing
    )

    def cursors(self, file: str) -> Iterator[Cursor]:
        return (Cursor(tokens, file) for tokens in self.lines)

    def tell(self, problem: Problem, line: int, findings: Findings) -> None:
        """Note what is wrong with a line, unless it follows from signs that were told of already."""
        self.broken = True
        if line not in self.cut:
            findings.put(problem)

    def comments(self, marks: Iterable[tuple[int, Order]] = ()) -> tuple[Comment, ...]:
        """The comments beside the lines the formatter will print.

        `marks` says for each element in which written row it began, and its order when printed.
        """
        if not self.notes:
            return ()
        return tuple(_placed(self.notes, _printed_rows(self.rows, list(marks))))


def _printed_rows(rows: int, marks: list[tuple[int, Order]]) -> list[int]:
    """For each written row the printed row that its first element will have."""
    orders = sorted({HEAD, *(order for _, order in marks)})
    rank = {order: at for at, order in enumerate(orders)}
    first: dict[int, int] = {0: 0}
    for row, order in marks:
        if row:
            first.setdefault(row, rank[order])
    printed, last = [], 0
    for row in range(max(rows, 1)):
        last = first.get(row, last)
        printed.append(last)
    return printed


def _placed(notes: list[tuple[Where, int, str]], printed: list[int]) -> list[Comment]:
    """One comment at most stands beside a printed row; what is more goes below it."""
    taken: set[int] = set()
    found: list[tuple[int, int, int, Comment]] = []
    for at, (where, row, text) in enumerate(notes):
        to = printed[min(row, len(printed) - 1)]
        place: Where = "below" if where == "beside" and to in taken else where
        if place == "beside":
            taken.add(to)
        found.append((to, ("above", "beside", "below").index(place), at, Comment(text, place, to)))
    return [entry[3] for entry in sorted(found, key=lambda entry: entry[:3])]


def statements_of(
    lines: Sequence[str], first: int, findings: Findings
) -> Iterator[RawStatement | tuple[Comment, ...]]:
    """The raw statements of a box that begins at line `first`; at the end its closing comments."""
    current: RawStatement | None = None
    pending: list[str] = []  # comments at the margin: of the next statement, or of the box
    for line, text in enumerate(lines, first):
        written = text.lstrip(" \t")
        if not written:
            continue
        indent = len(text) - len(written)
        if current and indent and current.rows + len(current.notes) >= MOST_ROWS:
            _too_long(current, line, findings)
            continue
        if indent == 1 or "\t" in text[:indent]:
            _check_indent(text[:indent], line, findings)
        if written.startswith("--"):
            _comment(current if indent else None, written[2:].strip(), pending)
            continue
        if not indent:
            if current and current.lines:
                yield current
            current = RawStatement(line)
            current.notes = [("above", 0, note) for note in pending]
            pending = []
        if current is None:
            span = Span(findings.file, line, indent + 1, min(len(written), LONGEST_LINE))
            remedy = "begin the statement at the margin"
            findings.add("P122", "an indented line, and no statement to continue", span, remedy)
        else:
            _put(current, text, line, pending, findings)
    if current and current.lines:
        yield current
    yield tuple(Comment(text, "below") for text in pending)


def _check_indent(blanks: str, line: int, findings: Findings) -> None:
    how = "with a tab" if "\t" in blanks else "by one blank"
    span = Span(findings.file, line, 1, len(blanks))
    findings.add("P123", f"the line is indented {how}", span, "indent with four blanks")


def _too_long(raw: RawStatement, line: int, findings: Findings) -> None:
    """Tell of it once; the lines beyond are not looked at."""
    if not raw.full:
        message = f"a statement of more than {MOST_ROWS} lines"
        span = Span(findings.file, line, 1, 1)
        findings.add("P103", message, span, "break it into several statements")
    raw.full = raw.broken = True


def _comment(raw: RawStatement | None, text: str, pending: list[str]) -> None:
    """A comment on a line of its own: indented it belongs to the statement above, else it waits."""
    pending.append(text)
    if raw:
        _settle(raw, pending)


def _settle(raw: RawStatement, pending: list[str]) -> None:
    """The statement goes on, so the comments that waited are its own."""
    last = max(raw.rows - 1, 0)
    raw.notes += [("below", last, text) for text in pending]
    pending.clear()


def _put(raw: RawStatement, text: str, line: int, pending: list[str], findings: Findings) -> None:
    """One more written line of a statement."""
    if raw.headless:
        return
    count = len(findings)
    if len(text) > LONGEST_LINE:
        span = Span(findings.file, line, 1, LONGEST_LINE)
        remedy = "break it into several statements"
        findings.add("P103", f"a line of {len(text)} characters", span, remedy)
        raw.broken = True
        raw.headless = not raw.lines
        return
    tokens, comment = tokens_of(text, line, raw.rows, findings)
    raw.broken = raw.broken or len(findings) > count
    raw.headless = not raw.lines and not tokens
    if pending:
        _settle(raw, pending)
    if tokens:
        last = raw.lines[-1][-1] if raw.lines else None
        if last and last.text == "," and last.kind == "mark":
            raw.lines[-1] += tokens
        else:
            raw.lines.append(tokens)
        if len(findings) > count:
            raw.cut.add(len(raw.lines) - 1)
        if comment is not None:
            raw.notes.append(("beside", raw.rows, comment))
        raw.rows += 1


def span_of(text: str, statement: Span, word: str, after: str = "") -> Span:
    """Where a word stands inside a statement, for underlining it; the statement's own span where nowhere.

    `after` is a keyword (`at`, `with`, `for`) or mark behind which to look, where a word may stand twice.
    """
    seen = not after
    for token in _tokens_from(text, statement):
        if seen and token.text in (word, f"#{word}"):
            return Span(statement.file, token.line, token.column, token.length)
        seen = seen or token.text == after
    return statement


def _tokens_from(text: str, statement: Span) -> Iterator[Token]:
    """The tokens of a statement from its name on."""
    lines = text.replace("\r\n", "\n").split("\n")[statement.line - 1 :]
    ignored = Findings(statement.file, limit=10**9)
    for at, row in enumerate(lines):
        if at and row[:1] not in (" ", "\t", "") and not row.startswith("--"):
            return
        if len(row) <= LONGEST_LINE:
            for token in tokens_of(row, statement.line + at, at, ignored)[0]:
                if at or token.column > statement.column:
                    yield token
