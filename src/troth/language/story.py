"""Read stories.md: boxes of fixtures and stories to frozen steps, and all that cannot be read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import time

from .model import Span
from .problem import Enough, Findings, Problem
from .read_tokens import LONGEST_LINE, Unread
from .story_details import Fields, agreement, entry, span_of_days
from .story_line import Cursor, Token, tokens, without_comment
from .story_model import NOON, Agreement, Entry, Fixture, Step, Story, Subject
from .story_step import step_fields

__all__ = ["Agreement", "Entry", "Fixture", "Step", "Story", "Subject", "read_stories"]

FENCE = re.compile(r"(`{3,}|~{3,})\s*(\S*)")
HEADING = re.compile(r"#{1,6}\s+(.*?)(?:\s*\{#[\w.-]+\})?\s*#*$")
RESULT = re.compile(r"(?:(?<=\?)\s+|(?<!\s)\s{2,})(yes|no|in part|refused)(?![\w-])(.*)$")
CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)$")


@dataclass
class _Box:
    """A fenced box with its lines: (line number, text)."""

    kind: str
    heading: str
    span: Span
    lines: list[tuple[int, str]] = field(default_factory=list)


def read_stories(
    text: str, path: str
) -> tuple[tuple[Story, ...], tuple[Fixture, ...], tuple[Problem, ...]]:
    """The stories and fixtures of a file, and its problems. What cannot be read is left out."""
    findings = Findings(path)
    stories: list[Story] = []
    fixtures: list[Fixture] = []
    try:
        for box in _boxes(text, path, findings):
            if box.kind == "story":
                stories.append(_story(box, stories, findings))
            elif box.kind == "fixtures":
                fixtures += _fixtures(box, findings)
    except Enough:
        pass
    return tuple(stories), tuple(fixtures), findings.all()


def _boxes(text: str, path: str, findings: Findings) -> Iterator[_Box]:
    heading, mark, box = "", "", None
    for number, line in enumerate(text.splitlines(), 1):
        fence = FENCE.match(line)
        if box is not None and fence and fence[1].startswith(mark) and not fence[2]:
            yield box
            box = None
        elif box is not None:
            box.lines.append((number, line))
        elif fence:
            mark = fence[1]
            box = _Box(fence[2], heading, Span(path, number, 1, len(line.rstrip())))
        elif title := HEADING.match(line):
            heading = title[1].strip()
    if box is not None:
        findings.add("P120", "the box is not closed", box.span, f"end it with `{mark}`")
        yield box


# -- lines ---------------------------------------------------------------------------------------


@dataclass
class _Line:
    """One line of a box and the indented ones that continue it, as tokens; its result set aside."""

    span: Span
    tokens: list[Token]
    text: str
    result: tuple[str, str, Span] | None = None


def _lines(box: _Box, findings: Findings, comments: list[str]) -> list[_Line]:
    found: list[_Line] = []
    for number, raw in box.lines:
        text, comment = without_comment(raw[:LONGEST_LINE])
        if comment:
            comments.append(comment)
        stripped = text.strip()
        if not stripped:
            continue
        span = Span(box.span.file, number, len(text) - len(text.lstrip()) + 1, len(stripped))
        if text[0] not in " \t":
            found.append(_Line(span, [], ""))
        elif not found:
            findings.add("P122", "an indented line and no step that it could continue", span)
            continue
        _extend(found[-1], text, number)
    return found


def _extend(line: _Line, text: str, number: int) -> None:
    result = RESULT.search(text)
    if result:
        start = result.start(1)
        span = Span(line.span.file, number, start + 1, len(text) - start)
        line.result = (result[1], result[2], span)
        text = text[: result.start()]
    indent = len(text) - len(text.lstrip())
    line.tokens += tokens(text[indent:].rstrip(), line.span.file, number, indent + 1)
    line.text = f"{line.text} {text.strip()}".strip()


# -- fixtures ------------------------------------------------------------------------------------


def _fixtures(box: _Box, findings: Findings) -> list[Fixture]:
    found: list[Fixture] = []
    for line in _lines(box, findings, []):
        cursor = Cursor(line.tokens, line.span)
        try:
            found.append(_fixture(cursor, line.span))
        except Unread as error:
            findings.put(error.problem)
    return found


def _fixture(line: Cursor, span: Span) -> Fixture:
    """`party reseller FR "Vega": territory FR; signs confidence for fields name; from 2003-01-01`."""
    line.need("party")
    kind, name = line.word("a party"), line.word("a name for it")
    token = line.peek()
    display = line.word("a name") if token is not None and token.kind == "string" else ""
    entries: list[Entry] = []
    signed: list[Agreement] = []
    days = span_of_days(line)
    if line.take(":"):
        while True:
            if line.take("signs"):
                signed.append(agreement(line))
            elif line.follows("from") or line.follows("until"):
                days |= span_of_days(line)
            else:
                entries.append(entry(line))
            if not line.take(";"):
                break
    line.done()
    return Fixture(kind, name, display, tuple(entries), tuple(signed), span=span, **days)


# -- stories -------------------------------------------------------------------------------------


def _story(box: _Box, before: list[Story], findings: Findings) -> Story:
    comments: list[str] = []
    steps: list[Step] = []
    for line in _lines(box, findings, comments):
        try:
            steps.append(_step(line))
        except Unread as error:
            findings.put(error.problem)
    return Story(_named(box, before), tuple(steps), tuple(comments), box.span)


def _named(box: _Box, before: list[Story]) -> str:
    """The heading above, numbered where several boxes stand under one."""
    name = box.heading or "story"
    same = sum(s.name == name or s.name.startswith(f"{name} (") for s in before)
    return f"{name} ({same + 1})" if same else name


def _step(line: _Line) -> Step:
    cursor = Cursor(line.tokens, line.span)
    day = cursor.day()
    at = _clock(cursor)
    fields = step_fields(cursor)
    fields |= _result(line, fields["kind"], cursor.spans)
    return Step(day=day, at=at, text=line.text, span=line.span, spans=tuple(cursor.spans), **fields)


def _clock(line: Cursor) -> time:
    """A time of day is three tokens: `14`, `:`, `30`."""
    parts = [line.peek(i) for i in range(3)]
    text = "".join(p.text for p in parts if p is not None)
    found = CLOCK.match(text)
    if found is None:
        return NOON
    line.at += 3
    return time(int(found[1]), int(found[2]))


def _result(line: _Line, kind: str, spans: list[tuple[str, Span]]) -> Fields:
    """The expected answer of a question, or that what was tried is refused."""
    if line.result is None:
        if kind == "asked":
            _refuse(line.span, "the question has no answer", "end it `?  yes` or `?  no`")
        return {}
    verdict, cited, span = line.result
    if (kind == "asked") == (verdict == "refused"):
        remedy = "a question is answered yes, no or in part; what is tried may be refused"
        _refuse(span, f"`{verdict}` cannot be the result of this step", remedy)
    found = list(re.finditer(r"[^,]*[^,\s]", cited))
    names = tuple(match[0].strip() for match in found)
    for match, name in zip(found, names, strict=True):
        column = span.column + len(verdict) + match.end() - len(name)
        where = Span(span.file, span.line, column, len(name))
        if " " in name:
            _refuse(where, "clauses are not separated", "write a comma between two clauses")
        spans.append((name, where))
    return {"expected": verdict, "cited": names}


def _refuse(span: Span, text: str, remedy: str) -> None:
    raise Unread(Problem("P190", text, span, (), remedy))
