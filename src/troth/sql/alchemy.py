"""A connection with a purpose as a SQLAlchemy engine: statements are written in its words, and go the one way."""

from __future__ import annotations

import types
from typing import Any

from sqlalchemy import Engine, create_engine, pool
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.dialects.sqlite.base import SQLiteDialect

from troth.query import QueryRefused
from troth.sql.connection import Connection

PREFIX = "troth"


class _Refused(Exception):
    """What SQLAlchemy takes for the errors of a driver; a refused query is none, and passes as it is."""


# what SQLAlchemy asks of a driver's module (PEP 249)
_DRIVER: Any = types.SimpleNamespace(
    paramstyle="named",
    apilevel="2.0",
    threadsafety=1,
    sqlite_version_info=(3, 40, 0),
    Error=_Refused,
    DatabaseError=_Refused,
    OperationalError=_Refused,
    Binary=bytes,
)


class _Asked:
    """What both dialects leave out: they ask a database for its version and settings when they meet it."""

    driver = PREFIX
    default_paramstyle = "named"

    @classmethod
    def import_dbapi(cls) -> Any:
        return _DRIVER

    def initialize(self, connection: Any) -> None:
        """Nothing is asked: this connection answers for one purpose and knows no settings."""

    def on_connect(self) -> None:
        return None

    def is_disconnect(self, e: object, connection: object, cursor: object) -> bool:  # noqa: ARG002
        return False


class SqliteAsked(_Asked, SQLiteDialect):
    name = "sqlite"
    supports_statement_cache = True


class PostgresAsked(_Asked, PGDialect):
    name = "postgresql"
    supports_statement_cache = True


# DuckDB's SQL is PostgreSQL's where SQLAlchemy writes any
_DIALECTS = {"sqlite": SqliteAsked, "duckdb": PostgresAsked, "postgres": PostgresAsked}
for _class in (SqliteAsked, PostgresAsked):
    registry.register(f"{_class.name}.{PREFIX}", __name__, _class.__name__)


def through(connection: Connection) -> Engine:
    """An engine over one connection. It reads; a statement that is refused raises `QueryRefused`."""
    name = _DIALECTS[connection.tables.dialect].name
    return create_engine(
        f"{name}+{PREFIX}://", creator=lambda: connection, poolclass=pool.StaticPool
    )


__all__ = ["QueryRefused", "through"]
