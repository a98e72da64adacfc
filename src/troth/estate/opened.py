"""Opening a database by its address: `sqlite:///PATH`, `duckdb:///PATH`, `postgresql://…`, `spark:///FOLDER`."""

from __future__ import annotations

from pathlib import Path

from troth.estate.database import Database, Unusable

ADDRESSES = "write sqlite:///PATH, duckdb:///PATH, postgresql://USER@HOST/NAME or spark:///FOLDER"


def open_database(url: str, writes: bool = False) -> Database:
    """The database, for reading; with `writes` to install in it what the company asked for.
    `Unusable` where there is none, told without its password."""
    kind, _, rest = url.partition("://")
    match kind.partition("+")[0]:
        case "sqlite":
            from troth.estate.sqlite import Sqlite

            return Sqlite(_file(rest), writes)
        case "duckdb":
            from troth.estate.duckdb import Duck

            return Duck(_file(rest), writes)
        case "postgresql" | "postgres":
            from troth.estate.postgres import Postgres

            return Postgres(f"postgresql://{rest}")
        case "spark":
            from troth.estate.spark import Spark

            if writes:
                raise Unusable(
                    "nothing is put into a warehouse; `troth views --compile` prints its views"
                )
            return Spark(rest)
    raise Unusable(f"`{kind[:20]}` is no kind of database that is understood; {ADDRESSES}")


def called(url: str) -> str:
    """The name of a database: that of its file, or what the server calls it."""
    return Path(url.partition("?")[0].partition("#")[0]).stem


def _file(rest: str) -> Path:
    path = Path(rest.removeprefix("/") if rest.startswith("/") else rest)
    if not path.is_file():
        raise Unusable(f"there is no database at {path}; {ADDRESSES}")
    return path
