"""Policies, histories, rows and queries made by chance: three databases show exactly the cells that decide allows."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st

from tests import postgres
from tests.readings.company import ZONE
from tests.readings.test_agree import stored
from tests.sql.chance import DDL, KEY, Cells, Oracle, Told, identified, told
from tests.sql.opened import open_companies
from tests.sql.shop import plainly
from troth.gate import Gate
from troth.sql.connect import connect
from troth.sql.connection import Connection
from troth.sql.permits import Basis
from troth.sql.reckon import Asked
from troth.store import Session, Store

EXAMPLES = int(os.environ.get("TROTH_EXAMPLES", "4"))  # a long run: TROTH_EXAMPLES=2000
RUN = settings(
    max_examples=EXAMPLES,
    deadline=None,
    # to make the smallest example of a failure takes minutes: a seeded run can be had again
    phases=(Phase.explicit, Phase.generate),
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@RUN
@given(st.one_of(told(), open_companies()))
def test_three_databases_show_what_decide_allows(places: dict[str, str], told: Told) -> None:
    gate = Gate(told.policy)
    with stored(told.policy, told.history) as session, ExitStack() as open_:
        identified(session)
        store = _StoreOf(session)
        seen = Oracle(told, gate, session).copy()
        fill(f"sqlite:///{places['copy']}", seen)
        copy = open_.enter_context(closing(sqlite3.connect(places["copy"])))
        wanted = {query: plainly(copy.execute(query).fetchall()) for query in told.queries}
        for kind in ("sqlite", "duckdb", "postgres"):
            fill(places[kind], told.rows)
            with connected(told, gate, store, places[kind]) as connection:
                found = {q: plainly(connection.execute(q).fetchall()) for q in told.queries}
            wrong = [q for q in told.queries if found[q] != wanted[q]]
            note(f"{kind}: {told.rows} as {seen}")
            assert not wrong, [(kind, q, found[q], wanted[q]) for q in wrong]


# -- three databases -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Where an example finds its databases, and where the copy of the oracle is."""
    folder = tmp_path_factory.mktemp("chance")
    with postgres.database(None) as url:
        yield {
            "sqlite": f"sqlite:///{folder / 'a.db'}",
            "duckdb": f"duckdb:///{folder / 'a.duckdb'}",
            "postgres": url,
            "copy": str(folder / "copy.db"),
        }


def fill(url: str, rows: Cells) -> None:
    """The tables with these rows, in place of what was there."""
    statements = [f"drop table if exists {name}" for name in rows] + DDL.split(";")
    kind, _, path = url.partition(":///")
    if kind in ("sqlite", "duckdb"):
        Path(path).unlink(missing_ok=True)
    opened: Any = (
        sqlite3.connect(path)
        if kind == "sqlite"
        else duckdb.connect(path)
        if kind == "duckdb"
        else psycopg.connect(url)
    )
    mark = "%s" if url.startswith("postgres") else "?"
    with closing(opened):
        cursor = opened.cursor()
        for statement in statements:
            cursor.execute(statement)
        for name, listed in rows.items():
            for row in listed:
                cursor.execute(f"insert into {name} values ({', '.join([mark] * len(row))})", row)
        opened.commit()


@contextmanager
def connected(told: Told, gate: Gate, store: Store, url: str) -> Iterator[Connection]:
    asked = told.question
    basis = Basis(
        store, gate.decider.meaning, KEY, ZONE,
        Asked(asked.ask, asked.at, ZONE, asked.party), asked.matter,
    )  # fmt: skip
    with connect(url, told.map, basis, lambda: asked.at) as connection:
        yield connection


class _StoreOf(Store):
    """The store whose transaction the history is in: what is asked of it is a part of that."""

    def __init__(self, session: Session) -> None:
        super().__init__("sqlite://", session.connection.engine)
        self._session = session

    @contextmanager
    def reading(self, company: str) -> Iterator[Session]:  # noqa: ARG002
        yield self._session

    @contextmanager
    def writing(self, company: str, piped: bool = False) -> Iterator[Session]:  # noqa: ARG002
        yield self._session
