"""What a query finds, written into a table that keeps of each row what it was made of: so that it is decided again
whenever it is read, for whatever purpose, by everybody it is about and under the promises it was given under.

The query is run behind the wall, and reads as any other does. What it found is then put into the table by statements
of ours, in a transaction of its own: no word of who asks stands in one of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from troth.estate import Database, Map, Table, Unusable
from troth.estate.opened import open_database
from troth.language.origins import origin_column
from troth.query import (
    Flow,
    Parameters,
    QueryRefused,
    Readable,
    Rewritten,
    Statement,
    Tables,
    rewrite_carrying,
)
from troth.query.refused import refused
from troth.sql.entry import MapEntry
from troth.sql.into import create, drop, insert, not_bare, types
from troth.sql.origins import Made, entries
from troth.sql.target import found_table, made_table, must_be_free, named, of_table

if TYPE_CHECKING:
    from troth.sql.connection import Connection

MOST = 100_000_000  # characters that say of what the rows of one statement were made
Row = tuple[Any, ...]


@dataclass(frozen=True)
class Plan:
    """What a statement comes to: the query that finds the rows, and which columns of which table they fill."""

    instead: Rewritten
    flow: Flow
    table: Table
    columns: tuple[str, ...]


class Writing:
    """Writes for one connection."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._of: Tables | None = None
        self._read: dict[str, Readable] = {}
        self._flows: dict[str, Flow] = {}

    def plan(self, text: str, statement: Statement, parameters: Parameters = None) -> Plan:
        """What would be done. Nothing is read or written; `QueryRefused` says why it cannot be."""
        connection, tables = self.connection, self._tables()
        must_be_free(connection.map, connection.live(), statement, text)
        try:
            read = rewrite_carrying(statement.query, tables, self._flows, parameters)
            instead, flow = read
            names = named(instead, flow, statement)
            if statement.kind == "create":
                table = made_table(statement.table, names, flow, statement)
            else:
                table, names = found_table(connection.map, names, flow, statement)
        except (
            QueryRefused
        ) as wrong:  # it points at words of the query, which stand where they stood
            raise QueryRefused(wrong.problem, text) from None
        columns = (*names, *map(origin_column, table.origins))
        into = f"{statement.kind} {statement.table} {list(statement.columns)}"
        carried = (*names, *map(origin_column, flow.origins))
        instead = replace(instead, names=carried, template=f"{into}: {instead.template}")
        return Plan(instead, flow, table, columns)

    def write(self, text: str, statement: Statement, parameters: Parameters = None) -> int:
        """Run the query and write what it finds; how many rows."""
        connection, now = self.connection, self.connection.clock()
        if not connection.url:
            raise refused("Q614", "nothing is written through this connection", text)
        plan = self.plan(text, statement, parameters)
        result, made = connection.carried(plan.instead, text, now)
        rows = list(_rows(result.rows, plan, made, text))
        entry = MapEntry(connection.map, plan.table) if statement.kind == "create" else None
        connection.close()  # a DuckDB file has one writer, and nobody else then
        noted = False
        try:
            with self._begun(text) as database:
                if entry is not None:
                    create(database, plan.table, types(database, result.kinds, plan.flow))
                elif why := not_bare(database, plan.table.name):
                    raise refused("Q614", why, text, place=statement.place)
                insert(database, plan.table.name, plan.columns, rows)
                if entry is not None:
                    entry.stage()
                connection.note("written", plan.instead, len(rows), now, into=plan.table.name)
                noted = True
        except BaseException:
            if noted:
                self._undone(plan)
            if entry is not None:
                entry.leave()
            self._again(connection.map, text)
            raise
        if entry is not None:
            self._keep(entry, plan, text)
        self._again(entry.map if entry is not None else connection.map, text)
        return len(rows)

    @contextmanager
    def _begun(self, text: str) -> Iterator[Database]:
        """A transaction that is committed at the end; what goes wrong in it is told without what was written."""
        try:
            database = open_database(self.connection.url, writes=True)
        except Unusable:
            raise self._failed(text) from None
        try:
            database.run("begin immediate" if database.dialect == "sqlite" else "begin")
            yield database
            database.run("commit")
        except QueryRefused:
            raise
        except Exception:
            raise self._failed(text) from None
        finally:
            database.close()  # and takes back what is not committed

    def _failed(self, text: str) -> QueryRefused:
        message = "the database could not write the rows; nothing was written"
        remedy = "what it said is not shown; it may lack the right to create, or somebody else be writing"
        return refused("Q617", message, text, remedy=remedy)

    def _keep(self, entry: MapEntry, plan: Plan, text: str) -> None:
        """A table that cannot be mapped would be nobody's: it is taken out again."""
        try:
            entry.keep()
        except OSError:
            entry.leave()
            with self._begun(text) as database:
                drop(database, plan.table.name)
            self._undone(plan)
            self._again(self.connection.map, text)
            message = f"{entry.file.name} could not be written; the table was taken out again"
            raise refused("Q617", message, text) from None

    def _undone(self, plan: Plan) -> None:
        """What stands in the ledger as written was not, after all: that is said in an entry of its own."""
        now, name = self.connection.clock(), plan.table.name
        self.connection.note("written", plan.instead, 0, now, into=name, undone=True)

    def _again(self, found: Map, text: str) -> None:
        from troth.sql.connect import walled

        try:
            self.connection.see(walled(open_database(self.connection.url)), found)
        except Unusable:
            message = "the database cannot be opened again after the rows were written"
            raise refused("Q617", message, text, remedy="connect anew") from None

    # -- what is read --------------------------------------------------------------------------

    @property
    def read(self) -> Tables:
        """What stands for the tables that were read so far."""
        return replace(self.connection.tables, tables=self._read)

    def _tables(self) -> Tables:
        """What stands for each table where the rows of a query are to be written; made when it is first read."""
        connection = self.connection
        if self._of is not connection.tables:
            self._of, self._read, self._flows = connection.tables, {}, {}
            for key, one in connection.tables.tables.items():
                table = connection.map.tables[one.name]
                self._flows[key] = of_table(key, table, one, connection.tables.dialect)
        shown = {key: self._carrying(key, one) for key, one in connection.tables.tables.items()}
        return replace(connection.tables, tables=shown)

    def _carrying(self, key: str, one: Readable) -> Readable:
        table = self.connection.map.tables[one.name]

        def place() -> exp.Expr:
            if key not in self._read:
                live = self.connection.live()[one.name]
                self._read[key] = self.connection.carrying(table, live) if table.personal else one
            return self._read[key].place()

        return Readable(one.name, one.columns, place)


def _rows(found: Any, plan: Plan, made: Mapping[str, Made], text: str) -> Iterator[Row]:
    """The rows as they are kept: each mark turned into what it stands for."""
    width = len(plan.flow.columns)
    place = {origin: width + at for at, origin in enumerate(plan.flow.origins)}
    of = plan.flow.origins
    size = 0
    for row in found:
        kept = [
            entries(row[place[one]], made.get(of[one])) if one in place else ""
            for one in plan.table.origins
        ]
        size += sum(map(len, kept))
        if size > MOST:
            message = "there would be too much to keep of whom these rows are about"
            raise refused("Q615", message, text, remedy="write fewer rows, or groups of fewer")
        yield (*row[:width], *kept)
