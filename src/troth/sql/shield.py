"""What is read instead of a table with personal data: rows out that may not be used, every cell masked.

The row's permit is one number with a bit for each data word of the table. Not only personal columns are
masked: a database may try the condition of who asks on rows that are left out, and an error would tell
what stands there; inside the mask there is nothing to tell.
"""

from __future__ import annotations

from sqlglot import exp

from troth.estate import Table
from troth.query import folded

MOST_WORDS = 62  # bits of a number that every database keeps


def bit_of(table: Table, word: str) -> int:
    """The bit of a data word in the permits of the table."""
    return 1 << table.words.index(word)


def shielded(table: Table, row: str, permits: exp.Table, schema: str, dialect: str) -> exp.Select:
    """The query that stands for the table. `permits` has the columns `k`, the number of a row as the
    database counts them, and `w`, its permit; `row` is what the database calls that number."""
    word = exp.column("w", "p", quoted=True)
    shown: exp.Expr = tested(word, bit_of(table, table.row)) if table.row else word.neq(0)
    columns = []
    for column in table.columns:
        value = exp.column(column.name, "t", quoted=True)
        condition = tested(word, bit_of(table, column.word)) if column.personal else shown.copy()
        if table.row and column.personal:
            condition = exp.and_(shown, condition)
        mask = exp.Case(ifs=[exp.If(this=condition, true=value)])
        columns.append(exp.alias_(mask, folded(column.name, dialect), quoted=True))
    number = exp.column(row, "t")
    return (
        exp.select(*columns)
        .from_(named(exp.table_(table.name, db=schema, quoted=True), "t"))
        .join(named(permits.copy(), "p"), on=exp.column("k", "p", quoted=True).eq(number))
        .where(shown)
    )


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
