"""A PostgreSQL database, its public schema; what is asked of it runs in one unchanging view at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from psycopg import Error, connect

from troth.estate.database import Dialect, LiveColumn, LiveTable, Unusable

AT_ONCE = 10_000  # rows
COLUMNS = """
    select c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
      case when c.relkind = 'v' then pg_get_viewdef(c.oid) else '' end
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where n.nspname = 'public' and c.relkind in ('v', 'r', 'p', 'f')
    order by c.relname, a.attnum
"""
# what holds the rows of a table in parts, and what is not read for what reason
PARTS = """
    select c.relname, l.relname, ln.nspname, l.relkind = 'f'
    from pg_class c join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
    cross join lateral pg_partition_tree(c.oid) p
    join pg_class l on l.oid = p.relid join pg_namespace ln on ln.oid = l.relnamespace
    where c.relkind = 'p' and p.isleaf order by 1, 2
"""
UNREAD = """
    select c.relname, case
      when c.relispartition then 'it is a part of ' || (
        select p.relname from pg_class p where p.oid = pg_partition_root(c.oid)) || '; map that'
      when c.relkind = 'f' then 'its rows stand in another database; connect to that'
      when exists (select 1 from pg_inherits i where i.inhrelid = c.oid)
        then 'it inherits from another table, whose queries find its rows too'
      else 'other tables inherit from it, and its queries find their rows too' end
    from pg_class c join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
    where c.relkind in ('r', 'p', 'f') and (c.relispartition or c.relkind = 'f'
      or exists (select 1 from pg_inherits i
        where i.inhrelid = c.oid or (i.inhparent = c.oid and c.relkind = 'r')))
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

    @classmethod
    def over(cls, connection: Any) -> Postgres:
        """One whose connection is open and in a transaction already, which is not ours to end."""
        made = cls.__new__(cls)
        made.connection = connection
        return made

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
        parts, unread = self._parts()
        return {
            name: LiveTable(
                name,
                tuple(found),
                keys.get(name, ()),
                references.get(name, ()),
                views[name],
                parts.get(name, ()),
                unread.get(name, ""),
            )
            for name, found in columns.items()
        }

    def _parts(self) -> tuple[dict[str, tuple[str, ...]], dict[str, str]]:
        """The parts of each table that has some, and why others are not read."""
        unread: dict[str, str] = dict(self.rows(UNREAD))
        parts: dict[str, tuple[str, ...]] = {}
        for name, part, schema, foreign in self.rows(PARTS):
            parts[name] = (*parts.get(name, ()), part)
            if foreign or schema != self.schema:
                unread[name] = f"its part {part} stands in another database or schema"
        return parts, unread

    def close(self) -> None:
        self.connection.close()
