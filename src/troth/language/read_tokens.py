"""One line of a box as tokens, and a cursor that takes from them what a form asks for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from troth.language.model import Span
from troth.language.problem import Findings, Problem, did_you_mean

NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
LONGEST_LINE = 5_000  # characters; what is longer was not written by a person
LARGEST_NUMBER = 1_000_000
_TOKEN = re.compile(
    r"""[ \t]*+(?:
      ((?:[^\s,:;"-]++|-(?!-))++)   # 1 word
    | ([,:])                       # 2 mark
    | ("(?:[^"\\]++|\\.)*+")       # 3 string
    | (--.*)                       # 4 comment
    | (".*)                        # 5 string that does not end
    | ([^ \t])                     # 6 anything else
    )""",
    re.VERBOSE | re.DOTALL,
)
_KINDS = ("", "word", "mark", "string", "comment", "open", "odd")


class Token(NamedTuple):
    """A word, string or mark, and where it stands. `row` counts the written lines of its statement."""

    kind: str
    text: str
    line: int
    column: int
    length: int
    row: int = 0


class Unread(Exception):
    """A line that cannot be read on from here."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def tokens_of(text: str, line: int, row: int, findings: Findings) -> tuple[list[Token], str | None]:
    """The tokens of one written line, and the text of its comment where it has one."""
    tokens: list[Token] = []
    for match in _TOKEN.finditer(text):
        group = match.lastindex or 0
        start, end = match.span(group)
        written = match[group]
        if group < 3:
            tokens.append(Token(_KINDS[group], written, line, start + 1, end - start, row))
        elif group == 3:
            plain = _unescaped(written, line, start + 1, findings)
            tokens.append(Token("string", plain, line, start + 1, end - start, row))
        elif group == 4:
            return tokens, written[2:].strip()
        else:
            span = Span(findings.file, line, start + 1, end - start)
            _refuse(_KINDS[group], written, span, findings)
    return tokens, None


def _refuse(kind: str, written: str, span: Span, findings: Findings) -> None:
    if kind == "open":
        findings.add("P124", "the string is not closed", span, 'end it with `"` on the same line')
    elif written == ";":
        findings.add("P125", "`;` cannot stand here", span, "write one statement a line")
    else:
        name = f"the character U+{ord(written):04X}"
        findings.add("P125", f"{name} cannot stand here", span, "use plain blanks between words")


def _unescaped(written: str, line: int, column: int, findings: Findings) -> str:
    body = written[1:-1]
    if "\\" not in body:
        return body
    out: list[str] = []
    at = 0
    while at < len(body):
        if body[at] == "\\":
            at += 1
            if body[at] not in '"\\':
                span = Span(findings.file, line, column + at, 2)
                findings.add(
                    "P126", f"unknown escape `\\{body[at]}`", span, 'write `\\"` or `\\\\`'
                )
        out.append(body[at])
        at += 1
    return "".join(out)


class Cursor:
    """Takes tokens from the front of a line; what does not fit is raised as Unread with its place."""

    def __init__(self, tokens: Sequence[Token], file: str) -> None:
        self.tokens = tokens
        self.file = file
        self.at_token = 0

    @property
    def done(self) -> bool:
        return self.at_token >= len(self.tokens)

    def peek(self, ahead: int = 0) -> Token | None:
        """The next token, or the one `ahead` further."""
        at = self.at_token + ahead
        return self.tokens[at] if at < len(self.tokens) else None

    def take(self, what: str) -> Token:
        """The next token, whatever it is. `what` says in an error what was expected."""
        token = self.peek()
        if token is None:
            raise self.unread("P133", f"{what} is missing here")
        self.at_token += 1
        return token

    def at(self, *words: str) -> bool:
        """Whether the next tokens are these words or marks, and no strings."""
        at = self.at_token
        for word in words:
            if at >= len(self.tokens):
                return False
            token = self.tokens[at]
            if token.text != word or token.kind == "string":
                return False
            at += 1
        return True

    def accept(self, *words: str) -> bool:
        """Take these words where they come next."""
        if not self.at(*words):
            return False
        self.at_token += len(words)
        return True

    def expect(self, *words: str) -> None:
        """Take these words, or give the line up."""
        for word in words:
            if not self.accept(word):
                raise self.unread("P133", f"expected `{word}`{self.found()}")

    def found(self) -> str:
        token = self.peek()
        return f", found `{token.text[:40]}`" if token else " before the end of the line"

    def span(self, token: Token | None = None) -> Span:
        """Where a token stands; without one the next, or the place after the last."""
        token = token or self.peek()
        if token is not None:
            return Span(self.file, token.line, token.column, token.length)
        if not self.tokens:
            return Span(self.file)
        last = self.tokens[-1]
        return Span(self.file, last.line, last.column + last.length, 1)

    def unread(
        self, code: str, message: str, remedy: str = "", token: Token | None = None
    ) -> Unread:
        """An error at a token (the next one by default), to be raised."""
        return Unread(Problem(code, message, self.span(token), (), remedy))

    def name(self, what: str, stops: Iterable[str] = ()) -> str:
        """One name. A word of `stops` is the next part of the form, so the name is missing."""
        token = self.peek()
        if token is None or token.kind != "word" or token.text in stops:
            raise self.unread("P133", f"expected {what}{self.found()}")
        if not NAME.fullmatch(token.text):
            raise self.unread("P131", f"`{token.text[:60]}` is not a name", _as_name(token.text))
        self.at_token += 1
        return token.text

    def names(self, what: str, stops: Iterable[str] = ()) -> tuple[str, ...]:
        """`NAME, NAME`."""
        found = [self.name(what, stops)]
        while self.accept(","):
            found.append(self.name(what))
        return tuple(found)

    def alternatives(self, what: str, stops: Iterable[str] = ()) -> tuple[str, ...]:
        """`NAME or NAME`."""
        found = [self.name(what, stops)]
        while self.accept("or"):
            found.append(self.name(what))
        if self.at(","):
            raise self.unread("P134", "a comma cannot stand here", "write `or`, or a line for each")
        return tuple(found)

    def number(self) -> int:
        """A whole number from 1."""
        token = self.take("a number")
        if not (token.text.isascii() and token.text.isdigit() and 0 < len(token.text) < 8):
            raise self.unread(
                "P135", f"`{token.text[:40]}` is not a number", "write it in digits", token
            )
        if not 0 < int(token.text) <= LARGEST_NUMBER:
            message = f"`{token.text}` is out of range"
            raise self.unread("P135", message, f"write 1 to {LARGEST_NUMBER}", token)
        return int(token.text)

    def string(self, what: str) -> str:
        """A text in double quotes."""
        token = self.peek()
        if token is None or token.kind != "string":
            raise self.unread("P133", f'expected {what} in "double quotes"{self.found()}')
        self.at_token += 1
        return token.text

    def one_of(self, code: str, what: str, known: Sequence[str]) -> str:
        """One of a closed list of words."""
        token = self.take(what)
        if token.text not in known or token.kind != "word":
            remedy = did_you_mean(token.text, known) or "write one of " + ", ".join(known)
            raise self.unread(code, f"`{token.text[:40]}` is not {what}", remedy, token)
        return token.text

    def finish(self) -> None:
        """Nothing may be left."""
        if not self.done:
            raise self.unread("P134", f"`{self.tokens[self.at_token].text[:40]}` cannot stand here")


def _as_name(text: str) -> str:
    """How a name might have been meant."""
    plain = re.sub(r"[^a-z0-9]+", "-", text[:60].lower()).strip("-")
    rule = "names are lower case letters and digits, joined by `-`, a letter first"
    return f"did you mean `{plain}`?" if NAME.fullmatch(plain) else rule
