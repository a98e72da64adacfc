"""Permits that stand in the company's own rows: a number for each data word of a table, a bit for each aim.

A query then tests a bit of the row it reads, whatever the policy and however many versions it has. They say
under which policy, up to which entry of the ledger and until when they hold; past that they are not used.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlglot import exp

from troth.estate import Database, Map, Table
from troth.estate.database import LiveTable, quoted
from troth.estate.write import written
from troth.language.model import Policy
from troth.sql.aims import Aim, read_aim
from troth.sql.shield import cell, named, tested
from troth.store.columns import read_moment, written_moment

META = "troth_permits"
FRESH = "troth_fresh"  # people of whom something was said that their rows do not say yet: not shown
CIRCLES = "troth_circles"
WHOSE = "troth_whose"  # the column by which a row's people find it
MOST_AIMS = 62
_COLUMNS = {
    "map": "text",
    "company": "text",
    "mapped": "text",  # the map itself
    "policy": "text",
    "head": "bigint",
    "valid_until": "text",
    "worked_until": "text",
    "closed": "bigint",
    "shared": "bigint",
    "aims": "text",
}


@dataclass(frozen=True)
class Standing:
    """What is said of the permits that stand in a database."""

    map: str
    company: str
    mapped: str
    policy: str  # its digest
    head: int  # the last entry of the ledger they know of
    valid_until: datetime  # for views, which cannot look at the ledger of another database
    worked_until: datetime  # when all of them are to be worked out anew
    closed: int  # aims of which nothing is shown until then, bit by bit
    shared: bool  # the store is in the same database, and views look at its ledger
    aims: tuple[Aim, ...]  # bit by bit

    def holds(self, policy: str, head: int, now: datetime) -> bool:
        """Whether they are those of this policy and this state of the ledger still."""
        return self.policy == policy and self.head == head and now < self.worked_until

    def bit(self, aim: Aim | None) -> int:
        """The bit of an aim; 0 where it has none."""
        return 1 << self.aims.index(aim) if aim in self.aims else 0


def digest_of(policy: Policy, found: Map) -> str:
    """Of everything that is said: another text or another map, another digest."""
    words = sorted(policy.words.items())
    texts = (policy.versions, policy.house, policy.laws, policy.notices, policy.contracts)
    return hashlib.sha256(repr((texts, words, written(found))).encode()).hexdigest()


def column_of(word: str) -> str:
    """The column in which the permits of a data word stand."""
    return f"troth_{word.replace('-', '_')}"


def read_standing(database: Database) -> Standing | None:
    """What is said of them, or none where there are none; asked of a database that has the table."""
    return look(database)[0]


def look(database: Database) -> tuple[Standing | None, bool]:
    """What is said of them, and whether something was said that the rows do not say yet, in one look."""
    schema = quoted(database.schema)
    fresh = f"(select count(*) from (select 1 from {schema}.{FRESH} limit 1) as f)"
    rows = list(database.rows(f"select {', '.join(_COLUMNS)}, {fresh} from {schema}.{META}"))
    if len(rows) != 1:
        return None, True
    name, company, mapped, policy, head, valid, worked, closed, shared, aims, heard = rows[0]
    standing = Standing(
        name,
        company,
        mapped,
        policy,
        int(head),
        read_moment(valid),
        read_moment(worked),
        int(closed),
        bool(shared),
        tuple(read_aim(aim) for aim in json.loads(aims)),
    )
    return standing, bool(heard)


def any_fresh(database: Database) -> bool:
    """Whether something was said that the rows do not say yet."""
    return bool(list(database.rows(f"select 1 from {quoted(database.schema)}.{FRESH} limit 1")))


def has_standing(live: Mapping[str, LiveTable]) -> bool:
    """Whether there may be permits in the rows, as this release writes them."""
    if META not in live or FRESH not in live:
        return False
    return {column.name for column in live[META].columns} == set(_COLUMNS)


def made(dialect: str, live: Mapping[str, LiveTable]) -> Iterator[str]:
    """The statements that make the tables of our own which are not there, or not as they are made now."""
    cascade = " cascade" if dialect == "postgres" else ""
    if META in live and not has_standing(live):
        yield f"drop table {META}{cascade}"
    columns = ", ".join(f"{name} {kind}" for name, kind in _COLUMNS.items())
    key = "integer" if dialect == "sqlite" else "bigint"
    yield f"create table if not exists {META} ({columns})"
    yield f"create table if not exists {FRESH} (whose {key} primary key)"
    if dialect != "duckdb":
        yield (
            f"create table if not exists {CIRCLES} "
            "(whose bigint, circle bigint, primary key (whose, circle))"
        )


def said(standing: Standing) -> Iterator[str]:
    """The statements that write it down."""
    values = (
        _text(standing.map),
        _text(standing.company),
        _text(standing.mapped),
        _text(standing.policy),
        str(standing.head),
        _text(written_moment(standing.valid_until)),
        _text(written_moment(standing.worked_until)),
        str(standing.closed),
        str(int(standing.shared)),
        _text(json.dumps([str(aim) for aim in standing.aims])),
    )
    yield f"delete from {META}"
    yield f"insert into {META} values ({', '.join(values)})"


def _text(value: str) -> str:
    return exp.Literal.string(value).sql(dialect="postgres")


def shielded_in_row(
    table: Table, bit: int, schema: str, dialect: str, bare: bool = False
) -> exp.Select:
    """The query that stands for a table whose rows have their permits; `bare` as for `shielded`."""
    if table.row:
        shown = tested(exp.column(column_of(table.row), "t", quoted=True), bit)
    else:
        words = [exp.column(column_of(word), "t", quoted=True) for word in table.words]
        every: exp.Expr = words[0]
        for word in words[1:]:
            every = exp.BitwiseOr(this=every, expression=word)
        shown = tested(exp.paren(every) if len(words) > 1 else every, bit)
    columns = []
    for column in table.columns:
        own = None
        if column.personal:
            own = tested(exp.column(column_of(column.word), "t", quoted=True), bit)
        columns.append(cell(column, own, shown, bool(table.row), dialect, bare=bare))
    return (
        exp.select(*columns)
        .from_(named(exp.table_(table.name, db=schema, quoted=True), "t"))
        .where(shown)
    )


def standing_in(table: Table, live: LiveTable) -> bool:
    """Whether the table has a column for each of its words."""
    names = {column.name for column in live.columns}
    return all(column_of(word) in names for word in table.words)


def personal(found: Map) -> Sequence[Table]:
    return [table for table in found.tables.values() if table.personal]
