"""A folder of Parquet read by Spark: each table a folder, beside them the copy of the store.

The session is one of our own in a Spark that runs already, or in one that is started here. What its names mean is
known to it alone, nothing outside the folder is read by name, and what it runs leaves no line in its log.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import Timer
from typing import Any

from troth.estate.database import Dialect, LiveColumn, LiveTable, Unusable

STORE = "troth"  # the folder of the copy
# as every query of ours is meant, whatever the Spark it runs in thinks of it
SETTINGS = {
    "spark.sql.variable.substitute": "false",  # it would read ${…} inside a text
    "spark.sql.ansi.enabled": "true",
    "spark.sql.ansi.doubleQuotedIdentifiers": "false",
    "spark.sql.parser.escapedStringLiterals": "false",
    "spark.sql.caseSensitive": "false",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.runSQLOnFiles": "false",  # parquet.`path`
}
OWN = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.catalogImplementation": "in-memory",
}
INSIDE = {
    "OneRowRelation",
    "CTERelationRef",
}  # `select 1`, and a `with` whose query is looked at itself
TRAP = "${spark.app.name}"
MISSING = "Spark is not installed: `pip install troth[spark]`, and a Java of at least 17"


class NotRun(Exception):
    """What Spark could not run, or not in time. What it said of it is not kept."""


class Spark:
    dialect: Dialect = "spark"
    schema = ""

    def __init__(self, address: str) -> None:
        """`/FOLDER` for a Spark of this machine, `HOST:PORT/FOLDER` for the master of a cluster."""
        master, _, path = address.partition("/")
        self.folder = Path(path)
        if not self.folder.is_dir():
            raise Unusable(f"there is no folder {self.folder}; write spark:///FOLDER")
        self.session = _session(f"spark://{master}" if master else "local[*]")
        self._group = f"troth-{secrets.token_hex(8)}"
        self.places: dict[str, str] = {}  # by its path in the folder, what a table is called here
        self._tables = {
            each.name: LiveTable(each.name, self.view(each.name))
            for each in sorted(self.folder.iterdir())
            if each.is_dir() and each.name[0] not in "._" and each.name != STORE
        }

    def view(self, path: str, schema: str = "") -> tuple[LiveColumn, ...]:
        """A folder of files under a name that nobody can know. `schema` spares Spark to look for it."""
        place = self.folder / path
        reader = self.session.read.option("basePath", str(place))
        try:
            frame = (reader.schema(schema) if schema else reader).parquet(str(place))
        except _wrong():
            raise Unusable(f"{place} holds no Parquet that can be read") from None
        self.places[path] = f"troth_{secrets.token_hex(8)}"
        frame.createOrReplaceTempView(self.places[path])
        return tuple(LiveColumn(name, kind) for name, kind in frame.dtypes)

    def tables(self) -> Mapping[str, LiveTable]:
        return self._tables

    def rows(self, statement: str, parameters: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
        assert not parameters, "Spark is given no values apart from the statement"
        yield from self.ask(statement)[1]

    def run(self, statement: str) -> None:
        self.ask(statement)

    def fill(self, name: str, columns: Sequence[Sequence[Any]]) -> None:  # noqa: ARG002
        raise Unusable("nothing is written through Spark")

    def ask(
        self, statement: str, seconds: float = 0, reach: frozenset[str] | None = None
    ) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
        """The types of the columns and the rows of a query; 0 seconds is as long as it takes. `reach` are the
        folders of files it may read, in Spark's own opinion. `NotRun` where it cannot be, or reads another."""
        context = self.session.sparkContext
        halt = Timer(seconds, context.cancelJobGroup, (self._group,))
        context.setJobGroup(self._group, "troth", interruptOnCancel=True)
        if seconds:
            halt.start()
        try:
            frame = self.session.sql(statement)
            if reach is not None and not _reached(frame) <= reach:
                raise NotRun
            kinds = tuple(kind for _, kind in frame.dtypes)
            return kinds, [_plain(row) for row in frame.collect()]
        except _wrong():
            raise NotRun from None
        finally:
            halt.cancel()

    def close(self) -> None:
        """The names are gone; the Spark itself runs until the program ends."""
        for view in self.places.values():
            with suppress(*_wrong()):
                self.session.catalog.dropTempView(view)


def _session(master: str) -> Any:
    """A session of our own, set as we mean it. `Unusable` where one setting would not be taken."""
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise Unusable(MISSING) from None
    wrong: tuple[type[BaseException], ...] = (
        RuntimeError,
        *_wrong(),
    )  # the first where there is no Java
    try:
        running = SparkSession.getActiveSession()
        if running is None:
            made = SparkSession.builder.master(master).appName("troth")
            for name, value in (OWN | SETTINGS).items():
                made = made.config(name, value)
            running = made.getOrCreate()
        running.sparkContext.setLogLevel("OFF")
        logging.getLogger("SQLQueryContextLogger").disabled = True  # it tells values of what failed
        session = running.newSession()
        for name, value in SETTINGS.items():
            session.conf.set(name, value)
        told = session.sql(f"select '{TRAP}'").collect()[0][0]
    except wrong:
        raise Unusable("Spark could not be started, or refused its settings") from None
    if told != TRAP:
        raise Unusable(
            "this Spark puts variables into texts; spark.sql.variable.substitute stays on"
        )
    return session


def _wrong() -> tuple[type[BaseException], ...]:
    """Whatever Spark may raise."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    return PySparkException, Py4JError


def _reached(frame: Any) -> set[str]:
    """Spark's own opinion of what a query reads: the folder of each table, anything else by its kind."""
    planned = frame._jdf.queryExecution().analyzed()
    inner = planned.subqueriesAll()
    plans = [planned, *(inner.apply(number) for number in range(inner.size()))]
    return {place for plan in plans for place in _leaves(plan)}


def _leaves(plan: Any) -> Iterator[str]:
    leaves = plan.collectLeaves()
    for number in range(leaves.size()):
        leaf = leaves.apply(number)
        kind = leaf.getClass().getSimpleName()
        if kind in INSIDE:
            continue
        if kind != "LogicalRelation":
            yield kind
            continue
        roots = leaf.relation().location().rootPaths()
        yield from (roots.apply(each).toUri().getPath() for each in range(roots.size()))


def _plain(row: Any) -> tuple[Any, ...]:
    return tuple(_in_utc(value) if isinstance(value, datetime) else value for value in row)


def _in_utc(value: datetime) -> datetime:
    """A moment comes in the time of this machine and without saying so."""
    return value.astimezone(UTC)
