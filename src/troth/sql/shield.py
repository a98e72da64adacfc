"""What is read instead of a table with personal data: rows out that may not be used, every cell masked.

The row's permit is one number with a bit for each data word of the table. A database may try
the condition of who asks on rows that are left out, and an error would tell what stands there; so in DuckDB and
SQLite the plain columns are masked as well, and inside the mask there is nothing to tell. In PostgreSQL the view
is a barrier: there plain columns stay as they are, and keep their index; in DuckDB they do for a query in which
nothing can fail (`bare`).
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp, parse_one

from troth.estate import Column, Table
from troth.query import folded

GUARDED = ("sqlite", "postgres")  # where no condition of who asks comes near a hidden row


def bit_of(table: Table, word: str) -> int:
    """The bit of a data word in the permits of the table."""
    return 1 << table.words.index(word)


def shielded(
    table: Table,
    row: str,
    permits: exp.Table,
    schema: str,
    dialect: str,
    marks: Sequence[exp.Expr] = (),
    bare: bool = False,
) -> exp.Select:
    """The query that stands for the table. `permits` has the columns `k`, the number of a row as the
    database counts them, and `w`, its permit; `row` is how the database tells a row; `marks` are columns that
    no query can name."""
    word = exp.column("w", "p", quoted=True)
    shown: exp.Expr = tested(word, bit_of(table, table.row)) if table.row else word.neq(0)
    columns = []
    for column in table.columns:
        own = tested(word, bit_of(table, column.word)) if column.personal else None
        columns.append(
            cell(column, own, shown, bool(table.row), dialect, dialect == "sqlite", bare)
        )
    number = parse_one(row.format(t="t"), dialect=dialect)
    return (
        exp.select(*columns, *marks)
        .from_(named(exp.table_(table.name, db=schema, quoted=True), "t"))
        .join(
            named(permits.copy(), "p"), on=exp.column("k", "p", quoted=True).eq(exp.paren(number))
        )
        .where(shown)
    )


def cell(
    column: Column,
    own: exp.Expr | None,
    shown: exp.Expr,
    row_too: bool,
    dialect: str,
    plain_too: bool = False,
    bare: bool = False,
) -> exp.Expr:
    """A column as it may be seen. `own` is what its data word needs, `shown` what the row needs; with
    `plain_too`, and in DuckDB unless `bare`, the row is needed for what is plain as well."""
    value = exp.column(column.name, "t", quoted=True)
    name = folded(column.name, dialect)
    if own is None and not plain_too and (bare or dialect in GUARDED):
        return exp.alias_(value, name, quoted=True)
    needed = shown.copy() if own is None else exp.and_(shown, own) if row_too else own
    return exp.alias_(exp.Case(ifs=[exp.If(this=needed, true=value)]), name, quoted=True)


def plain(table: Table, columns: tuple[str, ...], schema: str, dialect: str) -> exp.Select:
    """The query that stands for a table without personal data: its columns as they are."""
    shown = [
        exp.alias_(exp.column(c, "t", quoted=True), folded(c, dialect), quoted=True)
        for c in columns
    ]
    return exp.select(*shown).from_(named(exp.table_(table.name, db=schema, quoted=True), "t"))


def tested(word: exp.Expr, bit: int) -> exp.Expr:
    """Whether a permit has the bit; an empty one has none."""
    return exp.paren(exp.BitwiseAnd(this=word.copy(), expression=exp.Literal.number(bit))).neq(0)


def named(table: exp.Table, name: str) -> exp.Table:
    """The table under another name."""
    table.set("alias", exp.TableAlias(this=exp.to_identifier(name, quoted=True)))
    return table
