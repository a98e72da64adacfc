"""One line of a story as tokens with their places, and a cursor that takes them one by one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from .model import Span
from .problem import Problem
from .read_tokens import Unread

TOKEN = re.compile(
    r'(?P<string>"(?:\\.|[^"\\])*")|(?P<open>".*)|\((?P<group>[^()]*)\)|(?P<mark>[,;:?])'
    r'|(?P<word>[^\s,;:?()"]+)|(?P<odd>\S)'
)
COMMENT = re.compile(r'^((?:"(?:\\.|[^"\\])*"|[^"])*?)(?:^|(?<=\s))--(?:\s+(.*))?$')
DAY = re.compile(r"\d{4}-\d\d-\d\d$")
PERSON = re.compile(r"[A-Z][\w'’-]*$")
NAME = re.compile(r"[a-z0-9][\w./#-]*$")


class Token(NamedTuple):
    kind: str  # string, group, mark or word; open: a string that is not closed; odd: what is none of these
    text: str
    file: str
    line: int
    column: int
    length: int

    @property
    def span(self) -> Span:
        """Where it stands; made when it is asked for, for most tokens never."""
        return Span(self.file, self.line, self.column, self.length)


def without_comment(line: str) -> tuple[str, str]:
    """The line and its `--` comment, which does not begin inside a string."""
    found = COMMENT.match(line) if "--" in line else None
    return (found[1].rstrip(), (found[2] or "").strip()) if found else (line.rstrip(), "")


def tokens(text: str, path: str, line: int, column: int) -> list[Token]:
    """The tokens of one line of text that begins at a place of the file."""
    found = []
    for match in TOKEN.finditer(text):
        kind = match.lastgroup or "odd"
        inner = match[kind]
        if kind == "string":
            inner = re.sub(r"\\(.)", r"\1", inner[1:-1])
        elif kind == "group":
            inner = inner.strip()
        start, end = match.span()
        found.append(Token(kind, inner, path, line, column + start, end - start))
    return found


def a_date(text: str) -> date | None:
    """A day as it is written in stories, or none."""
    try:
        return date.fromisoformat(text) if DAY.match(text) else None
    except ValueError:
        return None


class Cursor:
    """Takes the tokens of one step from left to right and remembers where each name stood."""

    def __init__(self, found: Sequence[Token], whole: Span) -> None:
        self.tokens = found
        self.texts = tuple(token.text for token in found)
        self.at = 0
        self.whole = whole
        self.spans: list[tuple[str, Span]] = []

    def peek(self, ahead: int = 0) -> Token | None:
        place = self.at + ahead
        return self.tokens[place] if place < len(self.tokens) else None

    def follows(self, *words: str) -> bool:
        """Whether the next tokens are these words."""
        return self.texts[self.at : self.at + len(words)] == words

    def take(self, *words: str) -> bool:
        """Step over these words if they are next."""
        end = self.at + len(words)
        if self.texts[self.at : end] != words:
            return False
        self.at = end
        return True

    def need(self, *words: str) -> None:
        if not self.take(*words):
            raise self.unread(f"expected `{' '.join(words)}`")

    def word(self, what: str) -> str:
        """The next word, which names `what`."""
        token = self.peek()
        if token is None or token.kind not in ("word", "string"):
            raise self.unread(f"expected {what}")
        self.at += 1
        self.spans.append((token.text, token.span))
        return token.text

    def words(self, what: str) -> tuple[str, ...]:
        """Words with commas between them."""
        found = [self.word(what)]
        while self.take(","):
            found.append(self.word(what))
        return tuple(found)

    def group(self) -> str:
        """What stands in brackets next, or nothing."""
        token = self.peek()
        if token is None or token.kind != "group":
            return ""
        self.at += 1
        self.spans.append((token.text, token.span))
        return token.text

    def day(self) -> date:
        token = self.peek()
        day = a_date(token.text) if token is not None else None
        if day is None:
            raise self.unread("expected a date such as `2014-11-21`")
        self.at += 1
        return day

    def done(self) -> None:
        """All was read; anything left over is a problem."""
        token = self.peek()
        if token is not None:
            raise self.unread(f"did not expect `{token.text}`")

    def at_person(self, ahead: int = 0) -> bool:
        """Whether a capitalised word comes next."""
        token = self.peek(ahead)
        return token is not None and token.kind == "word" and bool(PERSON.match(token.text))

    def unread(self, text: str, remedy: str = "") -> Unread:
        """Why the line is given up, pointing at the next token or at its end; to be raised."""
        token = self.peek()
        if token is not None:
            return Unread(Problem("P190", text, token.span, (), remedy))
        last = self.tokens[-1].span if self.tokens else self.whole
        end = Span(last.file, last.line, last.column + last.length, 1)
        return Unread(Problem("P190", f"{text} at the end of the line", end, (), remedy))
