"""Policies, histories, rows and queries made by chance: Spark shows exactly the cells that decide allows."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlglot import exp

from tests.spark.cases import Case, cases
from tests.spark.light import start
from tests.sql.chance import Cells
from tests.sql.shop import plainly
from tests.sql.test_agree import fill
from troth.query import QueryRefused, predicate
from troth.sql import judged, warehouse
from troth.sql.connection import Connection
from troth.sql.judged import compiled

CASES = int(os.environ.get("TROTH_CASES", "200"))
SEED = int(os.environ.get("TROTH_SEED", "20161101"))
UNRUN = 0.2  # at most of the queries by chance Spark cannot run
SEEN = 0.6  # at least of the cases show some row
PATIENCE = 600.0  # seconds
QUERIES = 4  # of each case: its three tables, and one by chance


@pytest.fixture(scope="module", autouse=True)
def spark() -> Iterator[Any]:
    running = start()
    yield running
    running.stop()


def wanted(case: Case, copy: Path) -> dict[str, list[tuple[str, ...]]]:
    """What the queries give on the copy that decide made."""
    fill(f"sqlite:///{copy}", case.seen)
    with closing(sqlite3.connect(copy)) as masked:
        return {
            query: plainly(masked.execute(query.replace("`", '"')).fetchall())
            for query in case.told.queries[:QUERIES]
        }


def test_spark_shows_what_decide_allows(tmp_path: Path) -> None:
    shown = some = count = unrun = 0
    for number, case in enumerate(cases(CASES, SEED, tmp_path)):
        right = wanted(case, tmp_path / "copy.db")
        *_, written = right
        with case.connection() as connection:
            found = {query: answer(connection, query) for query in right}
        wrong = [
            q for q in right if found[q] != right[q] and not (found[q] is None and q == written)
        ]
        assert not wrong, [
            (number, q, found[q], right[q], case.told.rows, case.seen) for q in wrong
        ]
        shown += any(case.seen.values())
        some += sum(1 for query in right if right[query] and found[query])
        count += len(right)
        unrun += found[written] is None  # Spark cannot join every query within a query to rows
        print(f"case {number}: {_rows(case.seen)} of {_rows(case.told.rows)} rows", flush=True)
    print(
        f"{CASES} cases, {shown} show rows; {count} queries, {some} of them with an answer, {unrun} not run"
    )
    assert shown >= SEEN * CASES and unrun <= UNRUN * CASES


def answer(connection: Connection, query: str) -> list[tuple[str, ...]] | None:
    """The rows; none where Spark could not run it."""
    connection.seconds = PATIENCE
    try:
        return plainly(connection.execute(query).fetchall())
    except QueryRefused as refused:
        assert refused.code == "Q612", refused
        return None


def _rows(cells: Cells) -> int:
    return sum(map(len, cells.values()))


# -- seeded bugs -------------------------------------------------------------------------------------


def _without_coalesce(*given: Any) -> exp.Select:
    query = compiled(*given)
    for node in list(query.find_all(exp.Coalesce)):
        node.replace(node.this)
    return query


def _or_for_and(*given: Any) -> exp.Expr:
    whole: exp.Expr = predicate(*given)
    return whole.transform(lambda node: exp.Or(**node.args) if isinstance(node, exp.And) else node)


def _unmasked(column: Any, *_: Any) -> exp.Expr:
    return exp.alias_(exp.column(column.name, "t", quoted=True), column.name.lower(), quoted=True)


def _first_for_last(*given: Any) -> exp.Select:
    query = compiled(*given)
    for node in list(query.find_all(exp.GT)):
        if node.this.sql() in ('"n"."at"', "n.at", 'n."at"'):
            node.replace(exp.LT(**node.args))
    return query


BUGS: dict[str, tuple[Any, str, Callable[..., Any]]] = {
    "COALESCE dropped": (warehouse, "compiled", _without_coalesce),
    "OR for AND": (judged, "predicate", _or_for_and),
    "the mask dropped": (judged, "cell", _unmasked),
    "the first choice for the last": (warehouse, "compiled", _first_for_last),
}


def test_seeded_bugs_are_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alive = dict(BUGS)
    for number, case in enumerate(cases(60, SEED + 1, tmp_path)):
        right = {
            q: r
            for q, r in wanted(case, tmp_path / "copy.db").items()
            if q.startswith("select * from")
        }
        for name, (where, what, bug) in list(alive.items()):
            with monkeypatch.context() as patch, case.connection() as connection:
                patch.setattr(where, what, bug)
                if any(
                    plainly(connection.execute(q).fetchall()) != rows for q, rows in right.items()
                ):
                    print(f"{name}: noticed by case {number}", flush=True)
                    del alive[name]
        if not alive:
            break
    assert not alive, f"not noticed: {', '.join(alive)}"
