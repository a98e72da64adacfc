"""The same ask through each reading: decide, the query in SQLite, DuckDB and PostgreSQL over the stored rows, and prove."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from typing import Any

import duckdb
from sqlalchemy import Boolean, Table, bindparam, select

from troth.decide import Decider
from troth.facts import Scene, load_rows
from troth.gate import Gate, Question
from troth.gather import Fetch, Origin, verdict
from troth.people.stamps import load_stamps
from troth.prove import OutsideError
from troth.store import Session
from troth.store import tables as t

from .proving import ProvingDecider

Reading = Callable[[Gate, Session, Question], str]
# what the predicates and the rows they filter stand in
READ = (
    t.fields,
    t.field_origins,
    t.records,
    t.record_people,
    t.stamps,
    t.choices,
    t.told,
    t.adoptions,
    t.events,
    t.attributes,
    t.assertions,
    t.matter_people,
)
_MINE = select(t.record_people.c.record).where(t.record_people.c.person == bindparam("person"))
_HERS = select(t.fields.c.id).where(t.fields.c.record.in_(_MINE))
# all she has, asked about or not: what is to be asked about, the predicate says
_OCCUR = (
    select(t.fields.c.data, t.fields.c.stamp).where(t.fields.c.record.in_(_MINE)).distinct(),
    select(t.field_origins.c.data, t.field_origins.c.stamp)
    .where(t.field_origins.c.field.in_(_HERS))
    .distinct(),
)


def by_decide(gate: Gate, session: Session, question: Question) -> str:
    """The verdict of the gate itself."""
    return gate.ask(session, question, entry=False).verdict


def by_query(gate: Gate, session: Session, question: Question) -> str:
    """The verdict of the predicate, in the store where the rows lie."""
    connection = session.connection.execution_options(no_parameters=True)  # a `%` is a `%`

    def fetch(statement: str) -> tuple[int, int]:
        row = connection.exec_driver_sql(statement).one()
        return int(row[0]), int(row[1])

    return _verdict(gate, session, question, DIALECTS[connection.dialect.name], fetch)


def by_duckdb(gate: Gate, session: Session, question: Question) -> str:
    """The verdict of the predicate in DuckDB, over a copy of the rows."""
    copy = _copy()
    copy.follow(session)
    return _verdict(gate, session, question, "duckdb", copy.fetch)


def by_prove(gate: Gate, session: Session, question: Question) -> str:
    """The verdict of the exhaustive table, at the point where the rows put this person."""
    try:
        return _proving(gate).ask(session, question, entry=False).verdict
    except OutsideError as outside:
        return f"not in the table: {outside}"


DIALECTS = {"sqlite": "sqlite", "postgresql": "postgres"}
# by where the rows lie
READINGS: dict[str, dict[str, Reading]] = {
    "sqlite": {"decide": by_decide, "sqlite": by_query, "duckdb": by_duckdb, "prove": by_prove},
    "postgresql": {"decide": by_decide, "postgres": by_query, "prove": by_prove},
}


@lru_cache(maxsize=4)
def _proving(gate: Gate) -> Gate:
    return Gate(gate.policy, _table(gate.decider))


@lru_cache(maxsize=8)
def _table(decider: Decider) -> ProvingDecider:
    """The table of a policy, kept from story to story: it knows texts, and no rows."""
    return ProvingDecider(decider.meaning.policy)


def _verdict(gate: Gate, session: Session, question: Question, dialect: str, fetch: Fetch) -> str:
    scene = Scene(
        gate.words,
        gate.zone,
        question.at,
        question.person,
        question.party,
        notice_shown=question.notice_shown,
        rows=load_rows(session, None, question.party, question.matter),
    )
    meaning, origins = gate.decider.meaning, _origins(gate, session, question)
    return verdict(meaning, question.ask, scene, session.company, origins, dialect, fetch)


def _origins(gate: Gate, session: Session, question: Question) -> list[Origin]:
    """The words and stamps of what is asked about, and of what that was derived from."""
    if question.person is None:
        return []
    asked = gate.words.leaves("data", (question.ask.data,), True)
    stamps, hers = load_stamps(session), {"person": question.person}
    own, further = (set(map(tuple, session.execute(each, hers))) for each in _OCCUR)
    occurring = {(data, stamp) for data, stamp in own if data in asked} | further
    return [(data, stamp, stamps[stamp]) for data, stamp in sorted(occurring)]


# -- DuckDB's copy -----------------------------------------------------------------------------------


class _Copy:
    """One DuckDB in memory, whose tables follow those of the session last asked in."""

    def __init__(self) -> None:
        self._database = duckdb.connect(":memory:", config={"threads": 1})
        self._database.execute("set enable_progress_bar = false")
        self._rows: dict[str, list[tuple[Any, ...]]] = {}
        self._seen: tuple[int, int] = (0, 0)
        for table in READ:
            columns = ", ".join(f'"{c.name}" {_type(c)}' for c in table.columns)
            self._database.execute(f'create table "{table.name}" ({columns})')

    def fetch(self, statement: str) -> tuple[int, int]:
        row = self._database.execute(statement).fetchone()
        assert row is not None
        return int(row[0]), int(row[1])

    def follow(self, session: Session) -> None:
        """Copy the tables whose rows are others than those copied last; none where nothing was written."""
        driver: Any = session.connection.connection.driver_connection
        seen = (id(driver), driver.total_changes)
        if seen == self._seen:
            return
        for table in READ:
            self._follow(session, table)
        self._seen = seen

    def _follow(self, session: Session, table: Table) -> None:
        listed = ", ".join(f'"{c.name}"' for c in table.columns)
        asked = session.connection.exec_driver_sql(f'select {listed} from "{table.name}"')
        rows = [tuple(row) for row in asked]
        if rows == self._rows.get(table.name, []):
            return
        self._database.execute(f'delete from "{table.name}"')
        self._insert(table, rows)
        self._rows[table.name] = rows

    def _insert(self, table: Table, rows: Iterable[tuple[Any, ...]]) -> None:
        """Row by row in one statement: a statement each would take a hundred times as long."""
        truths = [isinstance(c.type, Boolean) for c in table.columns]
        flat = [_value(v, truth) for row in rows for v, truth in zip(row, truths, strict=True)]
        if flat:
            one = f"({', '.join('?' for _ in truths)})"
            places = ", ".join([one] * (len(flat) // len(truths)))
            self._database.execute(f'insert into "{table.name}" values {places}', flat)


@cache
def _copy() -> _Copy:
    return _Copy()


def _type(column: Any) -> str:
    if isinstance(column.type, Boolean):
        return "boolean"
    return "bigint" if column.type.python_type is int else "varchar"


def _value(value: Any, truth: bool) -> Any:
    return bool(value) if truth and value is not None else value
