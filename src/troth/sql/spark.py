"""Spark's wall: its names are known to this session alone, and what it would read must be what we meant."""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp

from troth.estate import LiveTable, Table
from troth.estate.spark import NotRun, Spark
from troth.query import Readable, Rewritten
from troth.sql.copied import STORE
from troth.sql.permits import Permits
from troth.sql.shield import plain
from troth.sql.wall import Halted, Result, columns_of


class SparkWall:
    """No permits stand in its rows: the predicate itself is in what is read. `reached` is by table, as it is
    named in a query, which folders of files reading it touches."""

    def __init__(self, database: Spark) -> None:
        self.database = database
        self.reached: Mapping[str, frozenset[str]] = {}

    def readable(self, table: Table, live: LiveTable, row: str) -> Readable:  # noqa: ARG002
        columns = columns_of(table, live)
        query = plain(table, tuple(columns), "", "spark")
        return Readable(table.name, columns, lambda: placed(query.copy(), self.database))

    def standing(self, table: Table, live: LiveTable, bit: int) -> Readable:  # noqa: ARG002
        raise Halted

    def carrying(self, *_: object) -> Readable:
        raise Halted

    def begin(self) -> None:
        """Files are put in place as a whole; one that is gone is an error, and nothing is shown."""

    def end(self) -> None:
        """Nothing was begun."""

    def state(self) -> object:
        return None

    def written(self) -> object:
        return None

    def put(self, table: Table, permits: Permits) -> None:  # noqa: ARG002
        raise Halted

    def run(self, query: Rewritten, seconds: float) -> Result:
        reach = frozenset[str]().union(*(self.reached[table] for table in query.tables))
        try:
            return Result(*self.database.ask(query.sql(), seconds, reach))
        except NotRun:
            raise Halted from None

    def close(self) -> None:
        self.database.close()


def placed(query: exp.Select, database: Spark) -> exp.Select:
    """The query with what each table is called in this session."""
    for table in list(query.find_all(exp.Table)):
        path = f"{STORE}/{table.name}" if table.db == STORE else table.name
        table.set("this", exp.to_identifier(database.places[path], quoted=True))
        table.set("db", None)
    return query
