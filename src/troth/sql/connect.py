"""Connecting: the map is read and held to the policy and the database, and only then is anything asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from troth.estate import Database, Map, Unusable, read_map
from troth.estate.lint import mapped_wrong
from troth.estate.opened import called, open_database
from troth.language.model import Policy, Span
from troth.language.problem import Problem, printed
from troth.sql.aims import Aim
from troth.sql.connection import Clock, Connection
from troth.sql.permits import Basis
from troth.sql.wall import Wall

if TYPE_CHECKING:
    from troth.sql.follow import Follower
    from troth.sql.install import Installed
    from troth.sql.removed import Removed, Residuals


class MapWrong(Exception):
    """A map that is missing, or does not fit its policy or its database; nothing is read through it."""

    def __init__(self, problems: tuple[Problem, ...], sources: dict[str, str]) -> None:
        self.problems = problems
        super().__init__(printed(problems, sources))


def map_file(policy: Policy, url: str) -> Path:
    """Where the map of a database stands: `maps/NAME.yaml` beside the policy, called as the database is."""
    name = called(url)
    folder = Path(policy.versions[-1].path).parent if policy.versions else Path()
    return folder / "maps" / f"{name}.yaml"


def written_file(file: Path) -> Path:
    """Where the tables stand that queries have written: beside the map, `NAME.written.yaml`."""
    return file.with_name(f"{file.stem}.written.yaml")


def open_map(file: Path, policy: Policy) -> tuple[Map, dict[str, str]]:
    """The map of a file with its text. `MapWrong` where there is none, or it is another company's."""
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        remedy = f"draft one with `troth map URL`, and keep it as {file}"
        problem = Problem("M701", f"there is no map at {file}", Span(), (), remedy)
        raise MapWrong((problem,), {}) from None
    found, problems = read_map(text, file.as_posix(), policy)
    sources = {file.as_posix(): text}
    if found is None:
        raise MapWrong(problems, sources)
    if found.company != policy.name:
        message = f"the map is of `{found.company}`, not of {policy.name}"
        raise MapWrong((Problem("M706", message, Span(found.file, 1)),), sources)
    return _with_written(found, file, policy, sources), sources


def _with_written(found: Map, file: Path, policy: Policy, sources: dict[str, str]) -> Map:
    """The map with the tables that queries have written, which stand in a file of their own beside it."""
    beside = written_file(file)
    if not beside.is_file():
        return found
    try:
        sources[beside.as_posix()] = text = beside.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        problem = Problem("M701", f"{beside} cannot be read", Span(beside.as_posix(), 1))
        raise MapWrong((problem,), sources) from None
    more, problems = read_map(text, beside.as_posix(), policy)
    if more is None:
        raise MapWrong(problems, sources)
    for name, table in more.tables.items():
        if name in found.tables:
            message = f"`{name}` stands in {file.name} too"
            raise MapWrong((Problem("M701", message, table.span),), sources)
    return replace(found, tables={**found.tables, **more.tables})


def mapped(policy: Policy, url: str, map: Map | str | Path | None) -> tuple[Map, dict[str, str]]:
    """The map that is meant: itself, that of a file, or that which stands beside the policy."""
    if isinstance(map, Map):
        return map, {}
    return open_map(map_file(policy, url) if map is None else Path(map), policy)


def connect(
    url: str, map: Map | str | Path | None, basis: Basis, clock: Clock, who: str = ""
) -> Connection:
    """A connection that answers for one ask. `Unusable`: no such database; `MapWrong`: the map does not fit."""
    found, sources = mapped(basis.meaning.policy, url, map)
    database = open_database(url)
    try:
        _must_fit(found, sources, basis, database)
        if database.dialect == "spark":
            from troth.sql.warehouse import Warehouse

            return Warehouse(cast(Any, database), found.kept, basis, clock, who)
        return Connection(walled(database), found, basis, clock, who, url=url)
    except BaseException:
        database.close()
        raise


def removed_at(
    url: str,
    map: Map | str | Path | None,
    basis: Basis,
    purposes: Sequence[str],
    residuals: Residuals,
) -> list[Removed]:
    """What enforcing would take out of a database, counted; it is only read."""
    from troth.sql.removed import removed

    found, sources = mapped(basis.meaning.policy, url, map)
    found = found.kept
    database = open_database(url)
    try:
        if database.dialect == "spark":
            raise Unusable("a warehouse is not counted; ask for single purposes with `troth sql`")
        _must_fit(found, sources, basis, database)
        return list(removed(database, found, basis, purposes, residuals))
    finally:
        database.close()


def install_at(
    url: str,
    map: Map | str | Path | None,
    basis: Basis,
    aims: Sequence[Aim],
    now: datetime,
    only_look: bool = False,
    lasts: timedelta | None = None,
) -> tuple[Installed, list[str]]:
    """Permits and views put into a database, or only looked at; and the ways around them."""
    from troth.sql.install import LASTS, install
    from troth.sql.views import around

    found, sources = mapped(basis.meaning.policy, url, map)
    found = found.kept
    database = open_database(url, writes=True)
    try:
        _must_fit(found, sources, basis, database)
        _must_be_told_apart(aims)
        installed = install(database, found, basis, aims, now, only_look, lasts or LASTS)
        if only_look:
            return installed, list(around(database, found, database.tables(), aims))
        return installed, []
    finally:
        database.close()


@contextmanager
def following(
    url: str,
    map: Map | str | Path | None,
    basis: Basis,
    aims: Sequence[Aim],
    clock: Clock,
    lease: timedelta | None = None,
) -> Iterator[Follower]:
    """Whoever keeps the permits of a database to what is said, as long as the block lasts."""
    from troth.sql.follow import LEASE, Follower

    found, sources = mapped(basis.meaning.policy, url, map)
    found = found.kept
    database = open_database(url, writes=True)
    try:
        if database.dialect == "duckdb":
            raise Unusable(
                "a DuckDB file has one process at a time; put permits in after each load"
            )
        _must_fit(found, sources, basis, database)
        _must_be_told_apart(aims)
        yield Follower(database, found, basis, tuple(aims), clock, lease or LEASE)
    finally:
        database.close()


def _must_be_told_apart(aims: Sequence[Aim]) -> None:
    if len({aim.called for aim in aims}) < len(aims):
        raise ValueError("two of these purposes are one; say each once")


def _must_fit(found: Map, sources: dict[str, str], basis: Basis, database: Database) -> None:
    policy, live = basis.meaning.policy, database.tables()
    there = {n: table for n, table in found.tables.items() if not table.origins or n in live}
    problems = tuple(
        mapped_wrong(replace(found, tables=there), policy, live, database.dialect)
    )  # a written table that was dropped is missed by nobody
    if problems:
        raise MapWrong(problems, sources)


def walled(database: Database) -> Wall:
    """The wall of the kind of database; the others' libraries are not loaded."""
    match database.dialect:
        case "sqlite":
            from troth.sql.sqlite import SqliteWall

            return SqliteWall(cast(Any, database))
        case "duckdb":
            from troth.sql.duckdb import DuckWall

            return DuckWall(cast(Any, database))
        case "postgres":
            from troth.sql.postgres import PostgresWall

            return PostgresWall(cast(Any, database))
    raise Unusable("a warehouse has no permits in its rows")
