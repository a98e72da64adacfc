"""The table a statement writes: whether it may be written, what of it the map says, and whether rows fit into it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from troth.estate import PLAIN, Column, LiveTable, Map, Table
from troth.estate.lint import MOST_WORDS
from troth.language.origins import Need, origin_name, read_needs, written_needs
from troth.query import Flow, QueryRefused, Readable, Rewritten, Statement, folded
from troth.query.refused import refused
from troth.query.statement import NAME, OURS

NOT_OURS = "only what a query of Troth has written is added to: `create table NAME as select …`"


def of_table(key: str, table: Table, readable: Readable, dialect: str) -> Flow:
    """What flows into the columns of a table of the map; `key` is what queries call it."""
    types = {folded(name, dialect): kind for name, kind in readable.columns.items()}
    words = {folded(c.name, dialect): c.word for c in table.columns if c.personal}
    if table.origins:
        needs = {name: frozenset(read_needs(word) or ()) for name, word in words.items()}
        row = frozenset(read_needs(table.row) or ())
        origins = dict.fromkeys(table.origins, key)
    elif table.personal:
        name = origin_name(table.name)
        needs = {column: frozenset([Need(name, (word,))]) for column, word in words.items()}
        row = frozenset([Need(name, (table.row,) if table.row else table.words)])
        origins = {name: key}
    else:
        return Flow(dict.fromkeys(types, frozenset()), types=types)
    return Flow({name: needs.get(name, frozenset()) for name in types}, origins, row, types)


def must_be_free(
    found: Map, live: Mapping[str, LiveTable], statement: Statement, text: str
) -> None:
    """A new table has a name nobody has, and a map to stand in; one that is added to is one of ours."""
    name = statement.table.lower()
    known = {each.lower() for each, table in found.tables.items() if not table.origins}
    there = {each.lower() for each in live}
    if statement.kind == "create":
        if name in known | there:
            message, remedy = f"there is a `{statement.table}` already", "choose another name"
            raise refused("Q614", message, text, remedy=remedy, place=statement.place)
        if not found.file or not Path(found.file).is_file():
            message, remedy = "the map is no file, in which the table could stand", "map it in one"
            raise refused("Q614", message, text, remedy=remedy, place=statement.place)
        return
    table = _of(found, statement.table)
    if table is None or not table.origins or name not in there:
        message = f"`{statement.table}` is no table that a query has written"
        raise refused("Q614", message, text, remedy=NOT_OURS, place=statement.place)


def _of(found: Map, name: str) -> Table | None:
    return next((t for each, t in found.tables.items() if each.lower() == name.lower()), None)


def named(instead: Rewritten, flow: Flow, statement: Statement) -> tuple[str, ...]:
    """What the columns of the query are called; in PostgreSQL as it folds them."""
    names = tuple(flow.columns) if instead.dialect == "postgres" else instead.names
    if len(names) != len(flow.columns) or len({name.lower() for name in names}) < len(names):
        raise _wrong(statement, "Q613", "two columns are called the same", "give each its own name")
    for name in names if statement.kind == "create" else ():
        if name.startswith("_col_"):
            message, remedy = "a column has no name", "say `… as NAME`"
            raise _wrong(statement, "Q613", message, remedy)
        if NAME.fullmatch(name) is None or name.lower().startswith(OURS):
            message = f"`{name[:40]}` is no name that a column may have"
            raise _wrong(statement, "Q613", message, "say `… as NAME`")
    return names


def made_table(name: str, names: tuple[str, ...], flow: Flow, statement: Statement) -> Table:
    """The map's entry for a new table."""
    needs = [written_needs(each) for each in flow.columns.values()]
    columns = tuple(Column(n, need or PLAIN) for n, need in zip(names, needs, strict=True))
    table = Table(name, columns, row=written_needs(flow.row), origins=tuple(flow.origins))
    if len(table.words) > MOST_WORDS:
        message = f"more than {MOST_WORDS} kinds of data flow into its columns"
        raise _wrong(statement, "Q615", message, "write fewer columns into one table")
    return table


def found_table(
    found: Map, names: tuple[str, ...], flow: Flow, statement: Statement
) -> tuple[Table, tuple[str, ...]]:
    """The map's entry of a table that is added to, and which of its columns are filled. What flows into each must
    be what it is said to hold: its cells are decided by that."""
    table = _of(found, statement.table)
    assert table is not None
    into = _columns(table, names, statement)
    for origin in flow.origins:
        if origin not in table.origins:
            message = f"the rows of `{table.name}` are made of {', '.join(table.origins)}; here `{origin}` comes in"
            raise _wrong(statement, "Q616", message, "create a table of its own for them")
    for column, needs in zip(into, flow.columns.values(), strict=True):
        _must_hold(f"{table.name}.{column.name}", column.word, needs, statement)
    _must_hold(f"a row of {table.name}", table.row, flow.row, statement)
    return table, tuple(column.name for column in into)


def _columns(table: Table, names: tuple[str, ...], statement: Statement) -> list[Column]:
    wanted = statement.columns or tuple(column.name for column in table.columns)
    if len(wanted) != len(names):
        message = f"{len(wanted)} columns are filled, and the query has {len(names)}"
        raise _wrong(statement, "Q616", message, "name the columns that are filled")
    known = {column.name.lower(): column for column in table.columns}
    for name in wanted:
        if name.lower() not in known:
            raise _wrong(statement, "Q607", f"`{table.name}` has no column `{name}`")
    if len({name.lower() for name in wanted}) < len(wanted):
        raise _wrong(statement, "Q616", "a column is filled twice")
    return [known[name.lower()] for name in wanted]


def _must_hold(what: str, word: str, needs: frozenset[Need], statement: Statement) -> None:
    said = read_needs(word) or ()
    for need in needs:
        if not any(one.meets(need) for one in said):
            message = f"`{what}` is said to hold {word or PLAIN}; here `{need}` flows into it"
            raise _wrong(statement, "Q616", message, "create a table of its own for it")


def _wrong(statement: Statement, code: str, message: str, remedy: str = "") -> QueryRefused:
    return refused(code, message, statement.query, remedy=remedy, place=statement.place)
