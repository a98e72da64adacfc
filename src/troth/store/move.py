"""Moving a store: every row of every table, as it is stored, from one database into another that is empty."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, String, Table, func, select, text, type_coerce
from sqlalchemy.types import TypeDecorator

from troth.store.many import Into, copy_stored
from troth.store.migrations import NEWEST, must_be_free, schema_version, upgrade
from troth.store.open import Store
from troth.store.problems import StoreProblem
from troth.store.schema import companies, metadata
from troth.store.session import Session
from troth.store.transaction import Over

_PAGE = 2_000


@contextmanager
def moving(source: Store, target: Store) -> Iterator[tuple[list[Session], dict[str, int]]]:
    """A session of each company in the new store with everything in it, and how many rows each table has. It
    is committed when the block ends and taken back when it raises; until then nobody writes to the old one."""
    _must_fit(source, target)
    upgrade(target)
    with source.transaction(writes=True) as old, target.transaction(writes=True) as new:
        if source.kind == "postgresql":  # every row names its company, so all writers wait
            old.execute(text(f"lock table {companies.name} in exclusive mode"))
        if target.kind == "sqlite":
            new.execute(text("pragma defer_foreign_keys = on"))
        counts = {table.name: _move(old, new, table) for table in metadata.sorted_tables}
        names = sorted(new.execute(select(companies.c.company)).scalars())
        yield [Session(company, Over(new)) for company in names], counts


def _must_fit(source: Store, target: Store) -> None:
    found = schema_version(source)
    if found is None:
        raise StoreProblem(f"there is no store in {source.name}")
    if found != NEWEST:
        raise StoreProblem(
            f"the tables of {source.name} are of version {found}, not {NEWEST}; "
            "open it once with this version of troth, which brings them up to date"
        )
    must_be_free(target)
    if schema_version(target) is not None and target.companies():
        raise StoreProblem(f"{target.name} holds companies already; name an empty store")


def _move(old: Connection, new: Connection, table: Table) -> int:
    """All rows of a table, counted at both ends."""
    names = tuple(column.name for column in table.columns)
    rows = _rows(old, table)
    if new.dialect.name == "postgresql":
        copy_stored(new, Into(table.name, names, names), rows)
    else:
        listed = ", ".join(f'"{name}"' for name in names)
        places = ", ".join("?" for _ in names)
        insert = f'insert into "{table.name}" ({listed}) values ({places})'
        page: list[Sequence[Any]] = []
        for row in rows:
            page.append(row)
            if len(page) == _PAGE:
                new.exec_driver_sql(insert, page)
                page = []
        if page:
            new.exec_driver_sql(insert, page)
    counted = [
        end.execute(select(func.count()).select_from(table)).scalar_one() for end in (old, new)
    ]
    if counted[0] != counted[1]:
        raise StoreProblem(f"of {counted[0]} rows of {table.name} {counted[1]} arrived")
    return int(counted[1])


def _rows(connection: Connection, table: Table) -> Iterator[Sequence[Any]]:
    """The rows as they are stored: moments, days and JSON as the text they are, byte for byte."""
    stored = [
        type_coerce(column, String).label(column.name)
        if isinstance(column.type, TypeDecorator)
        else column
        for column in table.columns
    ]
    reading = connection.execution_options(stream_results=True, yield_per=_PAGE)
    for row in reading.execute(select(*stored).order_by(*table.primary_key.columns)):
        yield tuple(row)
