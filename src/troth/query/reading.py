"""A query as it was written, read into a tree of forms that are understood; anything else is refused."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from math import isfinite
from typing import Any

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import ParseError, SqlglotError, TokenError
from sqlglot.tokens import Token, TokenType  # type: ignore[attr-defined]

from troth.query.grammar import (
    BARE,
    FORMS,
    FUNCTIONS,
    JOINS,
    NAMED,
    OTHERWISE,
    QUERIES,
    SQLITE_TYPES,
    TYPES,
)
from troth.query.refused import QueryRefused, refused

# the reader would write what it cannot read, values and all, into a log
logging.getLogger("sqlglot").setLevel(logging.CRITICAL)

LONGEST = 100_000  # characters
MOST = 20_000  # nodes
MARK = "\0troth"
NUMBER = re.compile(r"[0-9]*\.?[0-9]*(?:[eE][+-]?[0-9]+)?")
WORDS = re.compile(r"\w*(?: \w+)*")
Parameters = tuple[Any, ...] | list[Any] | Mapping[str, Any] | None


def read(text: str, dialect: str, parameters: Parameters = None) -> exp.Query:
    """The one query of a text, its parameters filled in as literals. `QueryRefused` where it is none."""
    if len(text) > LONGEST:
        raise refused("Q609", f"the query has more than {LONGEST} characters", text[:80])
    tree, names = _parsed(text, dialect)
    _count(tree, text)
    _without_brackets(tree)
    must_be_understood(tree, text, dialect)
    return _without_failing(_filled(tree, text, names, parameters), dialect)


def _parsed(text: str, dialect: str) -> tuple[exp.Query, list[str | int]]:
    if "\0" in text:
        raise refused("Q601", "the query holds a character that no query may hold", text)
    try:
        tokens, names = _marked(text, dialect)
        read = Dialect.get_or_raise(dialect).parser().parse(tokens, text)
        statements = [one for one in read if one is not None]
    except (ParseError, TokenError) as error:
        raise _unreadable(text, error) from None
    except RecursionError:
        raise refused("Q609", "the query is nested too deeply", text) from None
    except (SqlglotError, ValueError, TypeError, AttributeError, KeyError, IndexError):
        raise refused("Q601", "the query cannot be read", text) from None
    if not statements:
        raise refused("Q601", "there is no query", text)
    if len(statements) > 1:
        raise refused("Q602", "more than one statement was given", text, remedy="send them singly")
    (found,) = statements
    if isinstance(found, exp.Subquery) and found.alias == "":
        found = found.unnest()
    if not isinstance(found, QUERIES):
        raise refused(
            "Q603",
            f"`{text.split(maxsplit=1)[0].upper()[:20]}` is no query: only `select` and `with … select` are run",
            text,
            place=(0, len(text.split(maxsplit=1)[0]) - 1),
        )
    return found, names


def _unreadable(text: str, error: SqlglotError) -> QueryRefused:
    told = getattr(error, "errors", None) or [{}]
    line, column = told[0].get("line"), told[0].get("col")
    if line is None or column is None:
        return refused("Q601", "the query cannot be read", text)
    rows = text.split("\n")
    end = sum(len(row) + 1 for row in rows[: line - 1]) + max(column - 1, 0)
    word = str(told[0].get("highlight") or " ")
    return refused(
        "Q601", "the query cannot be read here", text, place=(max(0, end - len(word) + 1), end)
    )


def _count(tree: exp.Expr, text: str) -> None:
    for number, _ in enumerate(tree.walk()):
        if number > MOST:
            raise refused("Q609", f"the query has more than {MOST} parts", text)


def _without_failing(tree: exp.Query, dialect: str) -> exp.Query:
    """In SQLite one function of the list fails, for one number; an error may tell of a row that is hidden."""
    if dialect == "sqlite":
        for node in list(tree.find_all(exp.Abs)):
            least = exp.Neg(this=exp.Literal.number(2**63 - 1))
            node.set("this", exp.Greatest(this=node.this.copy(), expressions=[least]))
    return tree


def _without_brackets(tree: exp.Expr) -> None:
    """`from ((a join b) join c)` means what it means without brackets, and a view is often kept so."""
    for source in list(tree.find_all(exp.From)):
        select = source.parent
        if isinstance(select, exp.Select) and isinstance(source.this, exp.Subquery):
            first, joins = _flat(source.this)
            source.set("this", first)
            select.set("joins", joins + (select.args.get("joins") or []))


def _flat(part: exp.Expr) -> tuple[exp.Expr, list[exp.Expr]]:
    if isinstance(part, exp.Subquery) and not part.alias and not isinstance(part.this, QUERIES):
        first, joins = _flat(part.this)
        return first, joins + (part.args.get("joins") or [])
    joins = part.args.get("joins") or []
    part.set("joins", None)
    return part, joins


# -- what is understood ----------------------------------------------------------------------------


def must_be_understood(tree: exp.Expr, text: str, dialect: str) -> None:
    """Every node is a form that is known, with no part but those it may have; every function is listed."""
    for node in tree.walk():
        for complaint in _bare(node):
            raise refused("Q604", complaint, text, node)
        parts = FORMS.get(type(node))
        if parts is not None:
            for name, value in node.args.items():
                if name not in parts and value not in (None, False, [], ""):
                    raise _not_understood(text, node, name)
        elif not _listed(node, dialect):
            raise _unknown(text, node)
        for complaint in _particular(node, dialect):
            raise refused("Q604", complaint, text, node)


def _listed(node: exp.Expr, dialect: str) -> bool:
    if type(node) in FUNCTIONS:
        return type(node) not in OTHERWISE or dialect in OTHERWISE[type(node)]
    return isinstance(node, exp.Anonymous) and node.name.lower() in NAMED.get(dialect, ())


def _bare(node: exp.Expr) -> Iterator[str]:
    """What would be written as it stands, without quotes: it could be more of a query than it looks."""
    match node:
        case exp.Identifier():
            return
        case exp.Literal(this=str(number)):
            if not node.is_string and NUMBER.fullmatch(number) is None:
                yield "a number must be written in digits"
        case exp.Var(this=name):
            if not isinstance(name, str) or name.upper() not in BARE:
                yield "here a unit of time must stand"
        case exp.DataTypeParam(this=size):
            if not isinstance(size, exp.Literal) or size.is_string:
                yield "the size of a type must be a number"
        case _:
            for part in node.args.values():
                if isinstance(part, str) and WORDS.fullmatch(part) is None:
                    yield "only plain words may stand here"


def _particular(node: exp.Expr, dialect: str) -> Iterator[str]:
    """What no list of parts can say."""
    match node:
        case exp.Identifier(this=name) if "\0" in name:
            yield "no value can be given here"
        case exp.Escape(expression=by) if not isinstance(by, exp.Literal):
            yield "what escapes must be written out"
        case exp.Select() if not node.expressions:
            yield "nothing is selected"
        case exp.IgnoreNulls() | exp.RespectNulls() if dialect not in OTHERWISE[exp.IgnoreNulls]:
            yield "here no rows are passed over"
        case exp.With() if node.args.get("recursive"):
            yield "a query that names itself is not run"
        case exp.Join() if node.kind.upper() not in JOINS:
            yield f"a join of the kind {node.kind.lower()} is not run"
        case exp.Join(this=this) | exp.From(this=this):
            if not isinstance(this, (exp.Table, exp.Subquery)):
                yield "only tables and queries in brackets are read from"
        case exp.Table(this=this) if not isinstance(this, exp.Identifier):
            yield "a function cannot be read from"
        case exp.Subquery(this=this) if not isinstance(this, QUERIES):
            yield "only a query may stand in these brackets"
        case exp.TableAlias() if node.columns and not isinstance(
            node.parent, (exp.CTE, exp.Subquery)
        ):
            yield "the columns of a table keep their names"
        case exp.DataType(this=kind) if kind not in (
            SQLITE_TYPES if dialect == "sqlite" else TYPES
        ):
            yield f"values are not cast to {str(getattr(kind, 'value', kind)).lower()}"
        case exp.Exists(this=this) | exp.Any(this=this) | exp.All(this=this):
            if not isinstance(this, (*QUERIES, exp.Subquery)):
                yield "here a query must stand"


def _not_understood(text: str, node: exp.Expr, part: str) -> QueryRefused:
    if part == "recursive":
        return refused("Q604", "a query that names itself is not run", text, node)
    inner = node.args[part]
    inner = inner[0] if isinstance(inner, list) else inner
    pointed = inner if isinstance(inner, exp.Expr) else node
    called = part.strip("_").replace("_", " ")
    return refused("Q604", f"`{called}` of a {node.key} is not understood", text, pointed)


def _unknown(text: str, node: exp.Expr) -> QueryRefused:
    if isinstance(node, exp.Func):
        name = node.name if isinstance(node, exp.Anonymous) else node.sql_name()
        return refused(
            "Q605",
            f"the function `{name.lower()[:40]}` is not on the list of those that are run",
            text,
            node,
            "docs/sql.md lists them",
        )
    return refused("Q604", f"`{node.key}` is not understood", text, node)


# -- parameters ------------------------------------------------------------------------------------


def _marked(text: str, dialect: str) -> tuple[list[Token], list[str | int]]:
    """The words of a text, each `?` and `:name` as a text that no query can hold, and which they are:
    the tree keeps neither their order nor their places."""
    tokens = Dialect.get_or_raise(dialect).tokenize(text)
    marked: list[Token] = []
    names: list[str | int] = []
    number = 0
    for token in tokens:
        last = marked[-1] if marked else None
        name: str | int
        if token.token_type == TokenType.PLACEHOLDER and token.text == "?":
            name, number, start = number, number + 1, token.start
        elif (
            last is not None
            and last.token_type == TokenType.COLON
            and last.end + 1 == token.start
            and token.text.isidentifier()
        ):
            marked.pop()
            name, start = token.text, last.start
        else:
            marked.append(token)
            continue
        mark = f"{MARK}{len(names)}"
        marked.append(Token(TokenType.STRING, mark, token.line, token.col, start, token.end))
        names.append(name)
    return marked, names


def _filled(
    tree: exp.Query, text: str, names: list[str | int], parameters: Parameters
) -> exp.Query:
    """Each `?` and `:name` becomes the literal of its value: what is run is made from the tree alone."""
    given: dict[str | int, Any] = {}
    if isinstance(parameters, Mapping):
        given.update(parameters)
    else:
        given.update(enumerate(parameters or ()))
    if set(given) - set(names):
        message = f"the query asks for {len(set(names))} values, {len(given)} were given"
        raise refused("Q610", message, text)
    for node in list(tree.find_all(exp.Literal)):
        if node.this.startswith(MARK):
            name = names[int(node.this[len(MARK) :])]
            if name not in given:
                raise refused("Q610", f"no value was given for `{_called(name)}`", text, node)
            node.replace(_literal(given[name], text, node))
    return tree


def _called(name: str | int) -> str:
    return f":{name}" if isinstance(name, str) else f"? number {name + 1}"


def _literal(value: Any, text: str, mark: exp.Expr) -> exp.Expr:
    if isinstance(value, str) and "\0" in value:
        raise refused("Q610", "a text with a zero character cannot be given", text, mark)
    if isinstance(value, float) and not isfinite(value):
        raise refused("Q610", "only finite numbers can be given", text, mark)
    if isinstance(value, datetime):
        return exp.Literal.string(value.isoformat(" "))
    if isinstance(value, date):
        return exp.Literal.string(value.isoformat())
    if value is None or isinstance(value, (bool, int, float, str, Decimal)):
        return exp.convert(value)
    message = f"a {type(value).__name__} cannot be given; give text, a number or a day"
    raise refused("Q610", message, text, mark)
