"""What a person takes: bytes of each table of a store, and of the copy that a warehouse has of it.

The people are those of `bulk`: each gave one address at a form, of two in three the country is known, some said
something. Whatever is for nobody alone (the tables' own pages) is counted as theirs.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

from sqlalchemy import text

from benchmarks.bulk import filled
from troth import census
from troth.company import Company
from troth.sql.copied import COPIED, STORE

RUNS = True
MADE = 5_000
TIMES = 100  # as many are in the store that is copied
Tell = Callable[[str], None]
# tables and their indexes by what they hold
GROUPS = {
    "who there is, her addresses": ("people", "identifiers"),
    "what she gave, and its stamps": ("records", "record_people", "fields", "field_origins", "stamps"),
    "what she said": ("choices", "adoptions"),
    "what she was told": ("told",),
    "what is known of her": ("attributes", "assertions", "events", "matter_people"),
    "the ledger": ("ledger",),
    "the census": ("census",),
}  # fmt: skip


def run(small: bool = False, tell: Tell = print, people: int = 0) -> bool:
    """Count the bytes; False where the copy has not the rows of the store."""
    made = 300 if small else people or MADE
    with filled(1, made) as company:
        census.renew(company.store, company.name)
        sizes, rows = _stored(company)
        tell(f"{made:,} people in a SQLite file")
        for name, tables in GROUPS.items():
            mine = {t: size for t, size in sizes.items() if any(_of(t, one) for one in tables)}
            told = ", ".join(f"{t} {rows[t] / made:.1f}" for t in mine if rows[t])
            tell(f"{name:<34} {sum(mine.values()) / made:>8.0f} bytes a person   rows: {told}")
        tell(f"{'all':<34} {sum(sizes.values()) / made:>8.0f}")
    return _copied(50 if small else 500, 1 if small else TIMES, tell)


def _copied(made: int, times: int, tell: Tell) -> bool:
    """The copy of so many more, so that what each file takes by itself does not count."""
    with filled(times, made) as company, TemporaryDirectory() as folder:
        used = process_time()
        copied = company.copy_store(folder)
        spent = (process_time() - used) / made / times
        files = [f for f in (Path(folder) / STORE).rglob("*") if f.is_file()]
        size = sum(file.stat().st_size for file in files) / made / times
        rows = sum(copied.rows.values()) / made / times
        tell(
            f"the copy of {made * times:,}, Parquet: {size:.0f} bytes a person, {rows:.1f} rows, "
            f"{spent * 1e6:.0f} µs of CPU"
        )
        return copied.rows == _rows(company)


def _rows(company: Company) -> dict[str, int]:
    with company.reading() as session:
        return {name: session.count(table) for name, table in COPIED.items()}


def _of(table: str, group: str) -> bool:
    return table == group or table.startswith(f"{group}_")


def _stored(company: Company) -> tuple[dict[str, int], dict[str, int]]:
    """Bytes by table, its indexes with it; and its rows."""
    with company.store.transaction(writes=False) as connection:
        owners = connection.execute(text("select name, tbl_name from sqlite_master"))
        owner: dict[str, str] = {row.name: row.tbl_name for row in owners}
        sizes: dict[str, int] = {}
        for name, size in connection.execute(
            text("select name, sum(pgsize) from dbstat group by name")
        ):
            table = owner.get(name, name)
            sizes[table] = sizes.get(table, 0) + size
        counted = {
            table: int(connection.execute(text(f'select count(*) from "{table}"')).scalar_one())
            for table in sizes
        }
    return sizes, counted
