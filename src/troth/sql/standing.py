"""Permits that stand in the company's own rows: a number for each data word of a table, a bit for each purpose.

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
from troth.language.model import Policy
from troth.sql.shield import cell, named, tested
from troth.store.columns import read_moment, written_moment

META = "troth_permits"
MOST_PURPOSES = 62


@dataclass(frozen=True)
class Standing:
    """What is said of the permits that stand in a database."""

    map: str
    policy: str  # its digest
    head: int  # the last entry of the ledger they know of
    until: datetime
    purposes: tuple[str, ...]  # bit by bit

    def holds(self, policy: str, head: int, now: datetime) -> bool:
        """Whether they may be used still."""
        return self.policy == policy and self.head == head and now < self.until

    def bit(self, purpose: str | None) -> int:
        """The bit of a purpose; 0 where it has none."""
        return 1 << self.purposes.index(purpose) if purpose in self.purposes else 0


def digest_of(policy: Policy, found: Map) -> str:
    """Of everything that is said: another text or another map, another digest."""
    words = sorted(policy.words.items())
    texts = (policy.versions, policy.house, policy.laws, policy.notices, policy.contracts)
    return hashlib.sha256(repr((texts, words, found)).encode()).hexdigest()


def column_of(word: str) -> str:
    """The column in which the permits of a data word stand."""
    return f"troth_{word.replace('-', '_')}"


def read_standing(database: Database, live: Mapping[str, LiveTable]) -> Standing | None:
    """What is said of them, or none where there are none."""
    if META not in live:
        return None
    schema = quoted(database.schema)
    columns = "map, policy, head, valid_until, purposes"
    rows = list(database.rows(f"select {columns} from {schema}.{META}"))
    if len(rows) != 1:
        return None
    name, policy, head, until, purposes = rows[0]
    return Standing(name, policy, int(head), read_moment(until), tuple(json.loads(purposes)))


def said(standing: Standing) -> Iterator[str]:
    """The statements that write it down."""
    columns = "map text, policy text, head bigint, valid_until text, purposes text"
    yield f"create table if not exists {META} ({columns})"
    yield f"delete from {META}"
    values = (
        _text(standing.map),
        _text(standing.policy),
        str(standing.head),
        _text(written_moment(standing.until)),
        _text(json.dumps(standing.purposes)),
    )
    yield f"insert into {META} values ({', '.join(values)})"


def _text(value: str) -> str:
    return exp.Literal.string(value).sql(dialect="postgres")


def shielded_in_row(table: Table, bit: int, schema: str, dialect: str) -> exp.Select:
    """The query that stands for a table whose rows have their permits."""
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
        columns.append(cell(column, own, shown, bool(table.row), dialect))
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
