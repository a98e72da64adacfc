"""Queries made by chance that mean the same in SQLite, DuckDB and PostgreSQL, over the tables of a company made by chance.

What the standard leaves open is not asked: rows are ordered by what has no NULL, texts by bytes that all three order alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hypothesis import strategies as st

Kind = Literal["int", "text"]
INTS = {
    "items": ("id", "person", "other"),
    "parts": ("id", "item", "helper"),
    "letters": ("id", "item"),
}
TEXTS = {
    "items": ("one", "two", "three", "place", "version", "given_at"),
    "parts": ("what",),
    "letters": ("body", "sender", "recipient", '"When"'),
}
TABLES = tuple(INTS)


@dataclass(frozen=True)
class Source:
    """A `from`: its text, the columns it has, and those that together tell its rows apart."""

    text: str
    ints: tuple[str, ...]
    texts: tuple[str, ...]
    keys: tuple[str, ...]
    withs: tuple[str, ...] = ()

    def column(self, kind: Kind) -> st.SearchStrategy[str]:
        return st.sampled_from(self.ints if kind == "int" else self.texts)

    @property
    def order(self) -> str:
        return ", ".join(f"coalesce({key}, -1)" for key in self.keys)


@st.composite
def written(draw: st.DrawFn) -> str:
    """A whole query."""
    source = draw(sources())
    select = draw(st.sampled_from((_plain, _plain, _grouped, _windowed, _ordered, _joined_sets)))
    text = draw(select(source))
    return f"with {', '.join(source.withs)} {text}" if source.withs else text


# -- what is read from -----------------------------------------------------------------------------


@st.composite
def sources(draw: st.DrawFn) -> Source:
    """A table, two of them joined, or three; some in a query of their own or a `with`."""
    found = draw(_single("a"))
    for name in ("b", "c")[: draw(st.sampled_from((0, 0, 1, 1, 2)))]:
        other = draw(_single(name))
        join = draw(st.sampled_from(("join", "left join", "cross join")))
        on = ""
        if join != "cross join":
            kind: Kind = draw(st.sampled_from(("int", "int", "text")))
            on = f" on {draw(found.column(kind))} = {draw(other.column(kind))}"
            if draw(st.sampled_from((False, False, True))):
                on += f" and {draw(conditions(other))}"
        found = Source(
            f"{found.text} {join} {other.text}{on}",
            found.ints + other.ints,
            found.texts + other.texts,
            found.keys + other.keys,
            found.withs + other.withs,
        )
    return found


@st.composite
def _single(draw: st.DrawFn, name: str) -> Source:
    table = draw(st.sampled_from(TABLES))
    ints = tuple(f"{name}.{column}" for column in INTS[table])
    texts = tuple(f"{name}.{column}" for column in TEXTS[table])
    form = draw(st.sampled_from(("table", "table", "query", "with")))
    inner = f"select * from {table}"
    if form != "table" and draw(st.booleans()):
        inner += f" where {draw(conditions(_bare(table)))}"
    match form:
        case "query":
            return Source(f"({inner}) {name}", ints, texts, (f"{name}.id",))
        case "with":
            made = (f"w{name} as ({inner})",)
            return Source(f"w{name} {name}", ints, texts, (f"{name}.id",), made)
    return Source(f"{table} {name}", ints, texts, (f"{name}.id",))


def _bare(table: str) -> Source:
    return Source(table, INTS[table], TEXTS[table], ("id",))


# -- conditions ------------------------------------------------------------------------------------


@st.composite
def conditions(draw: st.DrawFn, source: Source, deep: bool = True) -> str:
    number, text = draw(source.column("int")), draw(source.column("text"))
    kinds = (
        "null",
        "equal",
        "number",
        "in",
        "case",
        "like",
        *(("exists", "among", "not", "both") * deep),
    )
    match draw(st.sampled_from(kinds)):
        case "null":
            return f"{text} is {draw(st.sampled_from(('', 'not ')))}null"
        case "equal":
            return f"{text} = {draw(source.column('text'))}"
        case "number":
            return f"{number} {draw(st.sampled_from(('<', '>=', '<>')))} {draw(st.integers(0, 4))}"
        case "in":
            return f"{text} in ('a', 'c', 'form')"
        case "like":
            return f"coalesce({text}, 'z') like 'a%'"
        case "case":
            return f"case when {text} = 'a' then 1 when {text} is null then 2 else 3 end > 1"
        case "not":
            return f"not ({draw(conditions(source, False))})"
        case "both":
            word = draw(st.sampled_from(("and", "or")))
            return f"({draw(conditions(source, False))} {word} {draw(conditions(source, False))})"
    inner = draw(_single_table("z"))
    where = draw(conditions(inner, False))
    if draw(st.booleans()):
        return f"exists (select 1 from {inner.text} where {draw(inner.column('int'))} = {number} and {where})"
    return (
        f"{number} {draw(st.sampled_from(('in', 'in', 'not in')))} "
        f"(select {draw(inner.column('int'))} from {inner.text} where {where})"
    )


@st.composite
def _single_table(draw: st.DrawFn, name: str) -> Source:
    table = draw(st.sampled_from(TABLES))
    return Source(
        f"{table} {name}",
        tuple(f"{name}.{column}" for column in INTS[table]),
        tuple(f"{name}.{column}" for column in TEXTS[table]),
        (f"{name}.id",),
    )


@st.composite
def _where(draw: st.DrawFn, source: Source) -> str:
    return f" where {draw(conditions(source))}" if draw(st.booleans()) else ""


# -- what is asked of it -----------------------------------------------------------------------------


@st.composite
def _value(draw: st.DrawFn, source: Source) -> str:
    """A column, or something made of some."""
    number, text = draw(source.column("int")), draw(source.column("text"))
    inner = draw(_single_table("y"))
    chosen = draw(st.sampled_from(("text", "text", "int", "made", "case", "count", "least")))
    match chosen:
        case "text":
            return text
        case "int":
            return number
        case "made":
            return f"coalesce({text}, 'none') || '-' || coalesce({draw(source.column('text'))}, '')"
        case "case":
            return f"case when {draw(conditions(source, False))} then {text} end"
        case "count":
            column = draw(inner.column("text"))
            return f"(select count({column}) from {inner.text} where {draw(inner.column('int'))} = {number})"
    return f"(select min({draw(inner.column('int'))}) from {inner.text} where {draw(conditions(inner, False))})"


@st.composite
def _plain(draw: st.DrawFn, source: Source) -> str:
    values = draw(st.lists(_value(source), min_size=1, max_size=4))
    star = (
        "*, " if "join" not in source.text and draw(st.sampled_from((False, False, True))) else ""
    )
    distinct = draw(st.sampled_from(("", "", "distinct ")))
    listed = ", ".join(f"{value} as c{n}" for n, value in enumerate(values))
    return f"select {distinct}{star}{listed} from {source.text}{draw(_where(source))}"


@st.composite
def _grouped(draw: st.DrawFn, source: Source) -> str:
    text, number = draw(source.column("text")), draw(source.column("int"))
    counts = (
        f"count({draw(source.column('text'))}), count(distinct {draw(source.column('text'))})"
        f", sum({number}), min({number}), max(coalesce({draw(source.column('text'))}, 'a'))"
    )
    if draw(st.booleans()):
        return f"select count(*), {counts} from {source.text}{draw(_where(source))}"
    having = draw(st.sampled_from(("", f" having count({text}) > 0", " having count(*) > 1")))
    return f"select {text}, count(*), {counts} from {source.text}{draw(_where(source))} group by {text}{having}"


@st.composite
def _windowed(draw: st.DrawFn, source: Source) -> str:
    text, number = draw(source.column("text")), draw(source.column("int"))
    within = f"partition by {text} " * draw(st.booleans())
    over = f"over ({within}order by {source.order})"
    frame = f"over ({within}order by {source.order} rows between 1 preceding and current row)"
    made = draw(
        st.sampled_from((
            f"row_number() {over}",
            f"count({text}) {frame}",
            f"lag({text}) {over}",
            f"sum({number}) {frame}",
            f"first_value({text}) {over}",
            f"count(*) over (partition by {text})",
        ))
    )  # fmt: skip
    inner = f"select {text} as t, {made} as made from {source.text}{draw(_where(source))}"
    if draw(st.booleans()):
        return inner
    return f"select q.t, count(q.made) from ({inner}) q where q.made is not null group by q.t"


@st.composite
def _ordered(draw: st.DrawFn, source: Source) -> str:
    values = ", ".join(
        f"{value} as c{n}"
        for n, value in enumerate(draw(st.lists(_value(source), min_size=1, max_size=2)))
    )
    first = f"case when {draw(conditions(source, False))} then 0 else 1 end, "
    chosen = first * draw(st.booleans())
    limit = f"limit {draw(st.integers(1, 4))}{draw(st.sampled_from(('', ' offset 1')))}"
    return f"select {values} from {source.text}{draw(_where(source))} order by {chosen}{source.order} {limit}"


@st.composite
def _joined_sets(draw: st.DrawFn, source: Source) -> str:
    kind: Kind = draw(st.sampled_from(("int", "text")))
    other = draw(_single_table("s"))
    word = draw(st.sampled_from(("union", "union all", "except", "intersect")))
    return (
        f"select {draw(source.column(kind))} as c from {source.text}{draw(_where(source))} {word} "
        f"select {draw(other.column(kind))} from {other.text}{draw(_where(other))}"
    )
