"""A statement that writes, as far as it is understood: `create table NAME as QUERY` and `insert into NAME [(…)] QUERY`.

Its head is read word by word, and nothing else may stand there; the query in it goes the way of every query.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import SqlglotError
from sqlglot.tokens import Token, TokenType  # type: ignore[attr-defined]

from troth.query.refused import refused

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")
OURS = ("troth", "sqlite_", "pg_", "duckdb_")
FORM = "write `create table NAME as select …` or `insert into NAME (COLUMN, …) select …`"
BEGINS = ("select", "with", "(")


@dataclass(frozen=True)
class Statement:
    """What is to be written. `query` is the text of its query alone, at the place it has in the whole."""

    kind: Literal["create", "insert"]
    table: str
    columns: tuple[str, ...]
    query: str
    place: tuple[int, int]  # of the table's name


def read_statement(text: str, dialect: str) -> Statement | None:
    """The statement, or none where the text does not begin as one. `QueryRefused` where it says more."""
    try:
        tokens = Dialect.get_or_raise(dialect).tokenize(text)
    except (SqlglotError, RecursionError):
        return None
    first = tokens[0].text.lower() if tokens else ""
    return _Head(text, tokens, dialect).statement() if first in ("create", "insert") else None


class _Head:
    def __init__(self, text: str, tokens: list[Token], dialect: str) -> None:
        self.text = text
        self.tokens = tokens
        self.dialect = dialect
        self.at = 1
        self._must_end_with_its_query()

    def statement(self) -> Statement:
        if self.tokens[0].text.lower() == "create":
            self.word("table")
            name, place = self.name("the table")
            self.word("as")
            return Statement("create", name, (), self.rest(), place)
        self.word("into")
        name, place = self.name("the table")
        columns = tuple(self.listed())
        return Statement("insert", name, columns, self.rest(), place)

    def _must_end_with_its_query(self) -> None:
        """What may follow the query of an `insert` answers or decides something that is not read through it."""
        depth = 0
        for one, two in zip(self.tokens, [*self.tokens[1:], None], strict=True):
            depth += {"(": 1, ")": -1}.get(one.text, 0)
            word = one.text.lower()
            following = two.text.lower() if two is not None else ""
            conflict = word == "on" and following in ("conflict", "duplicate")
            if depth == 0 and not _quoted(one) and (word == "returning" or conflict):
                raise self.wrong(one, f"`{word}` has no place after a query that is written")

    def listed(self) -> list[str]:
        """The columns that are filled, where they are named."""
        if self.peek() != "(" or self.peek(1) in BEGINS:
            return []
        self.at += 1
        names = [self.name("a column")[0]]
        while self.peek() == ",":
            self.at += 1
            names.append(self.name("a column")[0])
        self.word(")")
        return names

    def rest(self) -> str:
        """The text of the query, with blanks for what stands before it."""
        if self.peek() not in BEGINS:
            raise self.wrong(self.token(), "only what a query finds is written")
        start = self.tokens[self.at].start
        return re.sub(r"[^\n]", " ", self.text[:start]) + self.text[start:]

    def name(self, what: str) -> tuple[str, tuple[int, int]]:
        token = self.token()
        if token is None or token.token_type not in (TokenType.VAR, TokenType.IDENTIFIER):
            raise self.wrong(token, f"here the name of {what} must stand")
        name = token.text if _quoted(token) or self.dialect != "postgres" else token.text.lower()
        if NAME.fullmatch(name) is None or name.lower().startswith(OURS):
            raise self.wrong(token, f"`{name[:40]}` is no name that {what} may have")
        self.at += 1
        if self.peek() == ".":
            raise self.wrong(token, "a table is written to without naming its schema")
        return name, (token.start, token.end)

    def word(self, wanted: str) -> None:
        token = self.token()
        if token is None or _quoted(token) or token.text.lower() != wanted:
            raise self.wrong(token, f"here `{wanted}` must stand")
        self.at += 1

    def token(self) -> Token | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def peek(self, further: int = 0) -> str:
        at = self.at + further
        return self.tokens[at].text.lower() if at < len(self.tokens) else ""

    def wrong(self, token: Token | None, message: str) -> Exception:
        place = (token.start, token.end) if token is not None else None
        return refused("Q613", message, self.text, remedy=FORM, place=place)


def _quoted(token: Token) -> bool:
    return token.token_type in (TokenType.IDENTIFIER, TokenType.STRING)
