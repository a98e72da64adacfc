"""The shop in three databases, as it is and as the oracle says it may be seen, made once for all tests."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest

from tests import postgres
from tests.sql.masked import Oracle
from tests.sql.shop import (
    ROWS,
    Rows,
    company,
    fill_duckdb,
    fill_postgres,
    fill_sqlite,
    the_map,
)
from troth.company import Company
from troth.language.model import Ask
from troth.sql.connection import Connection

DATABASES = ("sqlite", "duckdb", "postgres")
ASKS = {
    "news": ("news", None),
    "support": ("support", None),
    "counting": ("counting", None),
    "share": ("support", "partner"),
}


@dataclass
class Shop:
    """The shop in one kind of database. `plain(query, name)` runs it on the copy that an ask may see."""

    kind: str
    url: str
    company: Company
    folder: Path
    server: Any = None
    _open: dict[str, Any] = field(default_factory=dict)
    _connections: dict[str, Connection] = field(default_factory=dict)

    def connection(self, name: str) -> Connection:
        if name not in self._connections:
            purpose, party = ASKS[name]
            self._connections[name] = self.company.connect(
                self.url, purpose=purpose, party=party, map=the_map()
            )
        return self._connections[name]

    def seen(self, name: str) -> Rows:
        purpose, party = ASKS[name]
        with self.company.reading() as session:
            ask = Ask("share" if party else "use", "", purpose, party)
            return Oracle(self.company, session, ask).copy()

    def plain(self, query: str, name: str) -> list[tuple[Any, ...]]:
        """What the query as written gives on the copy; an error of the database is raised."""
        if name not in self._open:
            self._open[name] = self._filled(self.seen(name), name)
        found: list[tuple[Any, ...]] = self._open[name].execute(query).fetchall()
        return found

    def _filled(self, rows: Rows, name: str) -> Any:
        path = self.folder / f"{self.kind}-{name}"
        match self.kind:
            case "sqlite":
                fill_sqlite(path, rows)
                return sqlite3.connect(path)
            case "duckdb":
                fill_duckdb(path, rows)
                return duckdb.connect(str(path), read_only=True)
        url = self.server.database()
        fill_postgres(url, rows)
        return psycopg.connect(url, autocommit=True)

    def close(self) -> None:
        for each in (*self._connections.values(), *self._open.values()):
            each.close()


@pytest.fixture(scope="session")
def shops(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Shop]]:
    """The shop in a kind of database, made when first asked for."""
    folder = tmp_path_factory.mktemp("shop")
    kept = company()
    made: list[Shop] = []

    @cache
    def shop(kind: str) -> Shop:
        server = postgres.shared() if kind == "postgres" else None
        if server is not None:
            url = server.database()
            fill_postgres(url, ROWS)
            server.run("create role troth_reader nologin")
        else:
            path = folder / f"shop.{kind}"
            (fill_sqlite if kind == "sqlite" else fill_duckdb)(path, ROWS)
            url = f"{kind}:///{path}"
        made.append(Shop(kind, url, kept, folder, server))
        return made[-1]

    yield shop
    for each in made:
        each.close()


@pytest.fixture(params=DATABASES)
def shop(request: pytest.FixtureRequest, shops: Callable[[str], Shop]) -> Shop:
    return shops(request.param)
