"""Connecting: the map is read and held to the policy and the database, and only then is anything asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from troth.estate import Database, Map, read_map
from troth.estate.lint import mapped_wrong
from troth.estate.opened import called, open_database
from troth.language.meaning import Meaning
from troth.language.model import Ask, Policy, Span
from troth.language.problem import Problem, printed
from troth.sql.connection import Clock, Connection
from troth.sql.permits import Basis
from troth.sql.reckon import Asked
from troth.sql.wall import Wall
from troth.store import Store


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
    return found, sources


def connect(
    url: str,
    found: Map,
    meaning: Meaning,
    store: Store,
    key: bytes,
    ask: Ask,
    clock: Clock,
    *,
    zone: str,
    party: str | None = None,
    matter: str | None = None,
    who: str = "",
    sources: dict[str, str] | None = None,
) -> Connection:
    """A connection that answers for one ask. `Unusable`: no such database; `MapWrong`: the map does not fit."""
    database = open_database(url)
    try:
        problems = tuple(mapped_wrong(found, meaning.policy, database.tables(), database.dialect))
        if problems:
            raise MapWrong(problems, sources or {})
        basis = Basis(store, meaning, key, zone, Asked(ask, clock(), zone, party), matter)
        return Connection(walled(database), found, basis, clock, who)
    except BaseException:
        database.close()
        raise


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
