"""What is wrong with a query, as a problem that points at its words."""

from __future__ import annotations

from sqlglot import exp

from troth.language.model import Span
from troth.language.problem import Problem, printed

TITLES = {
    "Q601": "query that cannot be read",
    "Q602": "more than one statement",
    "Q603": "statement that is no query",
    "Q604": "form that is not understood",
    "Q605": "function that is not on the list",
    "Q606": "table that the map does not have",
    "Q607": "column that the map does not have",
    "Q608": "name that is already taken",
    "Q609": "query that is too long",
    "Q610": "parameters that do not fit",
    "Q611": "query that reads what it does not name",
    "Q612": "query that the database could not run",
    "Q613": "statement that writes otherwise than it may",
    "Q614": "table that is not written to",
    "Q615": "rows whose people cannot be followed",
    "Q616": "column that holds something else",
    "Q617": "rows that could not be written",
    "Q618": "copy of the store that is too far behind",
}
FILE = "query"


class QueryRefused(Exception):
    """A query that is not run. It says nothing of what is held."""

    def __init__(self, problem: Problem, query: str) -> None:
        self.problem = problem
        self.code = problem.code
        self.query = query
        super().__init__(printed((problem,), {FILE: query}))


def refused(
    code: str,
    message: str,
    query: str,
    part: exp.Expr | None = None,
    remedy: str = "",
    place: tuple[int, int] | None = None,
) -> QueryRefused:
    """A refusal that points at a part of the query, or at a place of it (first and last character)."""
    found = place or (_place(part) if part is not None else None)
    return QueryRefused(Problem(code, message, _span(query, found), (), remedy), query)


def _place(part: exp.Expr) -> tuple[int, int] | None:
    """The first and last character of a part: its own, else of the first thing inside that has some."""
    places = [
        (node.meta["start"], node.meta["end"]) for node in part.walk() if "start" in node.meta
    ]
    own = part.meta
    if "start" in own:
        return own["start"], own["end"]
    return (min(p[0] for p in places), max(p[1] for p in places)) if places else None


def _span(query: str, place: tuple[int, int] | None) -> Span:
    start, end = place or (0, max(len(query.split("\n", maxsplit=1)[0]) - 1, 0))
    before = query[:start]
    line, column = before.count("\n") + 1, start - (before.rfind("\n") + 1) + 1
    rest = query[start : end + 1].split("\n", maxsplit=1)[0]
    return Span(FILE, line, column, max(1, len(rest)))
