"""The store's tables as a warehouse reads them: Parquet in parts by person, put in place as a whole.

What single asks are decided from is copied as it stands, in one view of the store: who there is, what each said and
was told, what is known of her. No address and no value that a person gave is among it.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
from duckdb import Error, connect
from sqlalchemy import Boolean, Select, String, Table, select, type_coerce

from troth.estate import Unusable
from troth.facts.calendar import written
from troth.sql.permits import head_of
from troth.store import Session
from troth.store import tables as t

COPIED: dict[str, Table] = {
    table.name: table
    for table in (
        *(t.people, t.choices, t.told, t.adoptions, t.events, t.attributes, t.assertions),
        t.matter_people,
    )
}
STORE = "troth"  # the schema, or the folder, in which they stand
NOTE = "copied"  # a table of one row: of which company, up to which entry of the ledger, until when it holds
PART = "part"  # the column by which each table is cut
PARTS = 16
LASTS = timedelta(hours=1)
AT_ONCE = 50_000  # rows
# of which person a row is; rows of nobody are in part 0
WHOSE = {
    "people": "id",
    "attributes": """case when "of" = 'person' then try_cast("key" as bigint) end""",
    "assertions": """case when "of" = 'person' then try_cast("key" as bigint) end""",
}


@dataclass(frozen=True)
class Copied:
    """What was copied. `head` is the last entry of the ledger that is in it."""

    rows: dict[str, int]
    head: int
    until: datetime


def schemas() -> dict[str, str]:
    """What each of them holds, as Spark writes it."""
    found = {
        name: ", ".join(f"`{c.name}` {_kind(c.type).replace('varchar', 'string')}" for c in table.c)
        for name, table in COPIED.items()
    }
    return found | {NOTE: "company string, head bigint, parts bigint, at string, until string"}


def copy_store(
    session: Session,
    folder: Path,
    now: datetime,
    parts: int = PARTS,
    lasts: timedelta = LASTS,
) -> Copied:
    """Write a company's tables to FOLDER/troth, a folder each, in place of those there were. `Unusable` where the
    folder cannot be written; what stood there stays then. Views over it show nothing after `lasts`."""
    fresh, place = folder / f".{STORE}-{uuid4().hex}", folder / STORE
    try:
        fresh.mkdir(parents=True)
        try:
            made = Copied(*_written(session, fresh, parts), now + lasts)
            _note(session.company, fresh, made, now, parts)
            (fresh / "rows.duckdb").unlink()
            _put(fresh, place)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    except (OSError, Error) as wrong:
        raise Unusable(f"nothing can be copied to {folder}: {type(wrong).__name__}") from None
    return made


def _put(fresh: Path, place: Path) -> None:
    """The new copy stands where the old one did; whoever reads the old one then gets an error, and no mixture."""
    old = place.with_name(f"{fresh.name}-old")
    if place.exists():
        place.rename(old)
    fresh.rename(place)
    shutil.rmtree(old, ignore_errors=True)


def _written(session: Session, folder: Path, parts: int) -> tuple[dict[str, int], int]:
    counted = {}
    with connect(str(folder / "rows.duckdb")) as open_:
        for name, table in COPIED.items():
            columns = ", ".join(f'"{c.name}" {_kind(c.type)}' for c in table.columns)
            open_.execute(f"create table {name} ({columns})")
            counted[name] = 0
            for rows in _rows(session, table):
                open_.register("troth_rows", _arrays(table, rows))
                open_.execute(f"insert into {name} select * from troth_rows")
                open_.unregister("troth_rows")
                counted[name] += len(rows)
            part = f"coalesce(({WHOSE.get(name, 'person')}) % {int(parts)}, 0)"
            open_.execute(
                f"copy (select *, {part} as {PART} from {name} order by {PART}) "
                f"to '{_quoted(folder / name)}' (format parquet, partition_by ({PART}))"
            )
            if not counted[name]:  # so that its columns are known
                _one_file(open_, folder / name, f"select *, {part} as {PART} from {name}")
            open_.execute(f"drop table {name}")
    return counted, head_of(session)


def _note(company: str, folder: Path, made: Copied, now: datetime, parts: int) -> None:
    with connect(":memory:") as open_:
        row = f"'{company}' as company, {made.head}::bigint as head, {int(parts)}::bigint as parts"
        moments = f"'{written(now)}' as at, '{written(made.until)}' as until"
        _one_file(open_, folder / NOTE, f"select {row}, {moments}")


def _one_file(open_: Any, folder: Path, query: str) -> None:
    folder.mkdir(exist_ok=True)
    open_.execute(f"copy ({query}) to '{_quoted(folder / 'all.parquet')}' (format parquet)")


def _rows(session: Session, table: Table) -> Iterator[Sequence[Any]]:
    """A table's rows as they are stored, so many at a time."""
    texts = (
        c if isinstance(c.type, Boolean) or _kind(c.type) != "varchar" else type_coerce(c, String)
        for c in table.columns
    )
    asked: Select[Any] = select(*texts).execution_options(yield_per=AT_ONCE)
    yield from session.execute(asked).partitions()


def _arrays(table: Table, rows: Sequence[Any]) -> dict[str, Any]:
    columns = zip(*rows, strict=True)
    kinds = [_kind(c.type) for c in table.columns]
    numbered = enumerate(zip(columns, kinds, strict=True))
    return {f"c{n}": np.array(column, dtype=_DTYPE[kind]) for n, (column, kind) in numbered}


_DTYPE: dict[str, Any] = {"varchar": object, "bigint": np.int64, "boolean": np.bool_}


def _kind(kind: Any) -> str:
    if isinstance(kind, Boolean):
        return "boolean"
    return "bigint" if kind.python_type is int else "varchar"


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
