"""A PostgreSQL database, its public schema; what is asked of it runs in one unchanging view at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from psycopg import Error, connect

from troth.estate.database import Dialect, LiveColumn, LiveTable, Unusable

AT_ONCE = 10_000  # rows
# tables in parts are left out: the number of a row is not its own there
COLUMNS = """
    select c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
      case when c.relkind = 'v' then pg_get_viewdef(c.oid) else '' end
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where n.nspname = 'public' and (c.relkind = 'v' or (c.relkind = 'r' and not c.relhassubclass))
    order by c.relname, a.attnum
"""
CONSTRAINTS = """
    select c.relname, o.contype, a.attname, coalesce(f.relname, ''), coalesce(b.attname, '')
    from pg_constraint o join pg_class c on c.oid = o.conrelid
    join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
    cross join lateral unnest(o.conkey, o.confkey) with ordinality as k(own, other, place)
    join pg_attribute a on a.attrelid = c.oid and a.attnum = k.own
    left join pg_class f on f.oid = o.confrelid
    left join pg_attribute b on b.attrelid = f.oid and b.attnum = k.other
    where o.contype in ('p', 'f') order by c.relname, o.conname, k.place
"""


class Postgres:
    dialect: Dialect = "postgres"
    schema = "public"

    def __init__(self, url: str) -> None:
        try:
            self.connection = connect(url, autocommit=True, client_encoding="utf8")
        except Error:
            raise Unusable("the PostgreSQL database cannot be reached with this address") from None

    def rows(self, statement: str, parameters: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
        with self.connection.cursor() as cursor:
            cursor.execute(statement.encode(), parameters or None)
            while found := cursor.fetchmany(AT_ONCE):
                yield from found

    def run(self, statement: str) -> None:
        self.connection.execute(statement.encode())

    def fill(self, name: str, columns: Sequence[Sequence[Any]]) -> None:
        with (
            self.connection.cursor() as cursor,
            cursor.copy(f"copy {name} from stdin".encode()) as copy,
        ):
            for row in zip(*columns, strict=True):
                copy.write_row(row)

    def tables(self) -> Mapping[str, LiveTable]:
        columns: dict[str, list[LiveColumn]] = {}
        views: dict[str, str] = {}
        for table, name, kind, definition in self.rows(COLUMNS):
            columns.setdefault(table, []).append(LiveColumn(name, kind))
            views[table] = definition
        keys: dict[str, tuple[str, ...]] = {}
        references: dict[str, tuple[tuple[str, str, str], ...]] = {}
        for table, kind, own, to, other in self.rows(CONSTRAINTS):
            if kind in ("p", b"p"):
                keys[table] = (*keys.get(table, ()), own)
            else:
                references[table] = (*references.get(table, ()), (own, to, other))
        return {
            name: LiveTable(
                name, tuple(found), keys.get(name, ()), references.get(name, ()), views[name]
            )
            for name, found in columns.items()
        }

    def close(self) -> None:
        self.connection.close()
