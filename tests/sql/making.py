"""Statements made by chance that write a table, each with what it must write and what each cell of that was made of.

What is made of what is worked out here a second time, row by row in Python over the cells that one ask may see, in
other words than the product's: a row says whose it is by the rows it was made of, and each value by the words of those.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from tests.sql.chance import COLUMNS, Cells
from tests.sql.questions import INTS, TEXTS
from troth.estate import Map

Need = tuple[str, int, tuple[str, ...]]  # of a row of a table one of the words must be allowed
Needs = frozenset[Need]
NONE: Needs = frozenset()


@dataclass(frozen=True)
class Value:
    value: Any
    needs: Needs = NONE


@dataclass(frozen=True)
class Row:
    values: dict[str, Value]
    needs: Needs

    def of(self, name: str) -> Value:
        return self.values[name.replace('"', "")]


Rows = list[Row]
Found = Callable[["Seen"], Rows]


@dataclass(frozen=True)
class Seen:
    """The tables as one ask may see them."""

    map: Map
    cells: Cells

    def table(self, name: str, alias: str) -> Rows:
        table = self.map.tables[name]
        words = {column.name: column.word for column in table.columns if column.personal}
        there = (table.row,) if table.row else table.words
        return [
            Row(
                {
                    f"{alias}.{column}": Value(
                        cell,
                        frozenset([(name, row[0], (words[column],))] if column in words else []),
                    )
                    for column, cell in zip(COLUMNS[name], row, strict=True)
                },
                frozenset([(name, row[0], there)]),
            )
            for row in self.cells[name]
        ]


@dataclass(frozen=True)
class Making:
    """A query, the names of its columns, and the rows it must find."""

    query: str
    found: Found


@dataclass(frozen=True)
class Source:
    text: str
    ints: tuple[str, ...]
    texts: tuple[str, ...]
    found: Found


@st.composite
def makings(draw: st.DrawFn) -> Making:
    kinds = (_plain, _plain, _grouped, _distinct, _windowed, _counted, _united)
    return draw(draw(st.sampled_from(kinds))())


# -- what is read from -----------------------------------------------------------------------------


@st.composite
def _sources(draw: st.DrawFn) -> Source:
    """A table, one cut by a condition in a query of its own, or two of them joined."""
    one = draw(_tables("a"))
    if not draw(st.booleans()):
        return one
    two = draw(_tables("b"))
    outer = draw(st.booleans())
    kind = draw(st.sampled_from(("ints", "ints", "texts")))
    mine, hers = (
        draw(st.sampled_from(getattr(one, kind))),
        draw(st.sampled_from(getattr(two, kind))),
    )
    text = f"{one.text} {'left ' * outer}join {two.text} on {mine} = {hers}"

    def found(seen: Seen) -> Rows:
        left, right = one.found(seen), two.found(seen)
        none = {name.replace('"', ""): Value(None) for name in (*two.ints, *two.texts)}
        joined: Rows = []
        for row in left:
            own = row.of(mine)
            alike = [r for r in right if own.value is not None and r.of(hers).value == own.value]
            for other in alike:
                needs = row.needs | other.needs | own.needs | other.of(hers).needs
                joined.append(Row(row.values | other.values, needs))
            if outer and not alike:
                joined.append(Row(row.values | none, row.needs | own.needs))
        return joined

    return Source(text, one.ints + two.ints, one.texts + two.texts, found)


@st.composite
def _tables(draw: st.DrawFn, alias: str) -> Source:
    name = draw(st.sampled_from(tuple(INTS)))
    ints = tuple(f"{alias}.{column}" for column in INTS[name])
    texts = tuple(f"{alias}.{column}" for column in TEXTS[name])
    if not draw(st.booleans()):
        return Source(f"{name} {alias}", ints, texts, lambda seen: seen.table(name, alias))
    column, value = draw(st.sampled_from(TEXTS[name])), draw(st.sampled_from(("a", "b", "c")))
    text = f"(select * from {name} where {column} <> '{value}') {alias}"

    def found(seen: Seen) -> Rows:
        return _where(
            seen.table(name, alias), f"{alias}.{column}", lambda v: v not in (None, value)
        )

    return Source(text, ints, texts, found)


def _where(rows: Rows, column: str, holds: Callable[[Any], bool]) -> Rows:
    return [
        Row(row.values, row.needs | row.of(column).needs)
        for row in rows
        if holds(row.of(column).value)
    ]


# -- what is made of it ------------------------------------------------------------------------------


@st.composite
def _plain(draw: st.DrawFn) -> Making:
    """Columns as they are and put together, with a condition perhaps."""
    source = draw(_sources())
    one, two, number = _columns(draw, source)
    cut = draw(st.booleans())
    made = f"coalesce({one}, 'none') || '-' || coalesce({two}, '')"
    where = f" where {two} is not null" * cut
    text = f"select {number} as n, {one} as t, {made} as m from {source.text}{where}"

    def found(seen: Seen) -> Rows:
        rows = source.found(seen)
        rows = _where(rows, two, lambda value: value is not None) if cut else rows
        return [_row(row.needs, n=row.of(number), t=row.of(one), m=put(row)) for row in rows]

    def put(row: Row) -> Value:
        a, b = row.of(one), row.of(two)
        value = f"{'none' if a.value is None else a.value}-{b.value or ''}"
        return Value(value, a.needs | b.needs)

    return Making(text, found)


@st.composite
def _grouped(draw: st.DrawFn) -> Making:
    source = draw(_sources())
    key, text, number = _columns(draw, source)
    having = draw(st.booleans())
    asked = (
        f"select {key} as k, count(*) as c, min({text}) as t, sum({number}) as n from {source.text} "
        f"group by {key}{' having count(*) > 1' * having}"
    )

    def found(seen: Seen) -> Rows:
        return [
            _row(
                _all(row.needs | row.of(key).needs for row in rows),
                k=Value(value, _all(row.of(key).needs for row in rows)),
                c=Value(len(rows)),
                t=_of(rows, text, min),
                n=_of(rows, number, sum),
            )
            for value, rows in _by(source.found(seen), key)
            if len(rows) > 1 or not having
        ]

    return Making(asked, found)


@st.composite
def _counted(draw: st.DrawFn) -> Making:
    """All of it in one row."""
    source = draw(_sources())
    text, _, number = _columns(draw, source)
    asked = f"select count(*) as c, max({text}) as t, count({number}) as n from {source.text}"

    def found(seen: Seen) -> Rows:
        rows = source.found(seen)
        needs = _all(row.of(number).needs for row in rows)
        known = sum(row.of(number).value is not None for row in rows)
        every = _all(row.needs for row in rows)
        return [_row(every, c=Value(len(rows)), t=_of(rows, text, max), n=Value(known, needs))]

    return Making(asked, found)


@st.composite
def _distinct(draw: st.DrawFn) -> Making:
    source = draw(_sources())
    one, two, _ = _columns(draw, source)

    def found(seen: Seen) -> Rows:
        return _once([_row(r.needs, t=r.of(one), u=r.of(two)) for r in source.found(seen)])

    return Making(f"select distinct {one} as t, {two} as u from {source.text}", found)


@st.composite
def _windowed(draw: st.DrawFn) -> Making:
    """A window says something of its whole partition."""
    source = draw(_sources())
    key, text, number = _columns(draw, source)
    within = f"over (partition by {key})"
    asked = f"select {number} as n, {text} as t, count(*) {within} as c, max({text}) {within} as m from {source.text}"

    def found(seen: Seen) -> Rows:
        return [
            _row(
                row.needs,
                n=row.of(number),
                t=row.of(text),
                c=Value(len(rows), _all(r.needs | r.of(key).needs for r in rows)),
                m=Value(
                    _of(rows, text, max).value,
                    _all(r.needs | r.of(key).needs | r.of(text).needs for r in rows),
                ),
            )
            for _, rows in _by(source.found(seen), key)
            for row in rows
        ]

    return Making(asked, found)


@st.composite
def _united(draw: st.DrawFn) -> Making:
    one, two = draw(_sources()), draw(_sources())
    mine, hers = draw(st.sampled_from(one.texts)), draw(st.sampled_from(two.texts))
    once = draw(st.booleans())
    asked = f"select {mine} as t from {one.text} union {'all ' * (not once)}select {hers} from {two.text}"

    def found(seen: Seen) -> Rows:
        rows = [_row(row.needs, t=row.of(mine)) for row in one.found(seen)]
        rows += [_row(row.needs, t=row.of(hers)) for row in two.found(seen)]
        return _once(rows) if once else rows

    return Making(asked, found)


def _columns(draw: st.DrawFn, source: Source) -> tuple[str, str, str]:
    texts = st.sampled_from(source.texts)
    return draw(texts), draw(texts), draw(st.sampled_from(source.ints))


def _row(needs: Needs, **values: Value) -> Row:
    return Row(values, needs)


def _all(each: Iterable[Needs]) -> Needs:
    return NONE.union(*each)


def _of(rows: Rows, column: str, put: Callable[[list[Any]], Any]) -> Value:
    known = [row.of(column).value for row in rows if row.of(column).value is not None]
    return Value(put(known) if known else None, _all(row.of(column).needs for row in rows))


def _by(rows: Rows, column: str) -> Iterator[tuple[Any, Rows]]:
    groups: dict[Any, Rows] = {}
    for row in rows:
        groups.setdefault(row.of(column).value, []).append(row)
    yield from groups.items()


def _once(rows: Rows) -> Rows:
    """Each row once; what it is told apart by, it needs."""
    groups: dict[tuple[Any, ...], Rows] = {}
    for row in rows:
        groups.setdefault(tuple(value.value for value in row.values.values()), []).append(row)
    return [
        Row(
            {
                name: Value(value.value, _all(row.values[name].needs for row in alike))
                for name, value in alike[0].values.items()
            },
            _all(r.needs | _all(v.needs for v in r.values.values()) for r in alike),
        )
        for alike in groups.values()
    ]
