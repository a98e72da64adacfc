"""A map held to its policy and to the database as it stands: what is wrong, and what nobody has mapped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from troth.estate.database import LiveTable
from troth.estate.guess import guess
from troth.estate.model import PLAIN, STORE, Map, Table
from troth.language.model import Kind, Policy, Span
from troth.language.origins import origin_column, read_needs
from troth.language.problem import Problem, did_you_mean
from troth.language.vocabulary import Vocabulary

CASELESS = ("sqlite", "duckdb", "spark")
SURE = 0.8  # of a name alone
MOST_WORDS = 62  # of a table: bits of a number that every database keeps


def mapped_wrong(
    found: Map, policy: Policy, live: Mapping[str, LiveTable], dialect: str
) -> Iterator[Problem]:
    """What keeps a map from being used: words the policy lacks, tables and columns the database lacks."""
    for table in found.tables.values():
        yield from _words(table, policy)
        there = live.get(table.name)
        if there is None:
            remedy = did_you_mean(table.name, live)
            message = f"the database has no table `{table.name}`"
            yield Problem("M705", message, table.span, (), remedy)
        elif there.unread:
            yield Problem("M705", f"`{table.name}` is not read: {there.unread}", table.span)
        elif there.is_view and table.personal:
            message = f"`{table.name}` is a view; map the tables it reads"
            yield Problem("M705", message, table.span)
        else:
            yield from _columns(table, there, dialect)


def looks_personal(column: str, type: str = "") -> bool:
    """The name of a column that is personal in whatever table it stands."""
    found = guess(column, type)
    return found is not None and found.always and found.confidence >= SURE


def withheld(table: Table, live: LiveTable) -> frozenset[str]:
    """Columns of a table said to be plain that look personal: nobody said so of them, so they are not shown."""
    if not table.plain:
        return frozenset()
    return frozenset(c.name for c in live.columns if looks_personal(c.name, c.type))


def not_mapped(found: Map, live: Mapping[str, LiveTable]) -> Iterator[Problem]:
    """What stands in the database and not in the map, and what the map calls plain though it looks personal."""
    for name, table in live.items():
        mine = found.tables.get(name)
        if mine is None:
            if not table.is_view and not table.unread:
                remedy = f"say its columns, or `{name}: plain`; until then it cannot be read"
                message = f"the table `{name}` is not mapped"
                yield Problem("M710", message, Span(found.file, 1), (), remedy)
            continue
        known = {column.name: column for column in mine.columns}
        ours = {origin_column(origin) for origin in mine.origins}
        for column in table.columns:
            if column.name in ours:
                continue
            one = known.get(column.name)
            suspect = looks_personal(column.name, column.type)
            if one is None and not mine.plain:
                message = f"`{name}.{column.name}` is not mapped"
                yield Problem("M709", message, mine.span, (), "until then it cannot be read")
            elif one is None and suspect:
                message = f"`{name}.{column.name}` looks personal in a table that is plain"
                remedy = "list the columns of the table; until then this one cannot be read"
                yield Problem("M709", message, mine.span, (), remedy)
            elif one is not None and suspect and not one.personal:
                message = f"`{name}.{column.name}` looks personal and is mapped as plain"
                yield Problem("M709", message, one.span, (), "say its data word")


def _words(table: Table, policy: Policy) -> Iterator[Problem]:
    if len(table.words) > MOST_WORDS:
        message = f"`{table.name}` has more than {MOST_WORDS} data words"
        yield Problem("M706", message, table.span, (), "say wider words")
    known = [name for kind, name in policy.words if kind == "data"]
    said = [(column.word, column.span) for column in table.columns if column.word != PLAIN]
    said += [(table.row, table.span)] if table.row else []
    for named, span in said:
        for word in _each(table, named):
            if ("data", word) not in policy.words:
                yield _unknown("data", word, known, span)
    places = [name for kind, name in policy.words if kind == "place"]
    given = table.given
    leaves = Vocabulary(policy.words)
    for place in (*((given.place,) if given.place else ()), *(p for _, p in given.places)):
        if ("place", place) not in policy.words:
            yield _unknown("place", place, places, given.span)
        elif leaves.leaves("place", (place,), True) != {place}:
            message = f"`{place}` holds several places; say the one where it was given"
            yield Problem("M706", message, given.span)
    if given.version == STORE and (given.at or given.day or given.place or given.place_column):
        message = "what the store keeps says when and where it was given as well"
        yield Problem("M706", message, given.span, (), "say `version: store` alone")
    if given.version not in ("by date", "none", STORE) and not given.version.startswith("column "):
        ids = {version.id.partition("/")[2] for version in policy.versions}
        if given.version.rpartition("/")[2] not in ids:
            message = f"the policy has no version `{given.version}`"
            remedy = (
                f"say `by date`, `none`, `store`, `column NAME` or one of {', '.join(sorted(ids))}"
            )
            yield Problem("M706", message, given.span, (), remedy)


def _each(table: Table, word: str) -> list[str]:
    """The data words that a word of the map stands for: several in a table that a query has written."""
    if not table.origins:
        return [word]
    return [one for need in read_needs(word) or () for one in need.words]


def _unknown(kind: Kind, name: str, known: list[str], span: Span) -> Problem:
    message = f"the policy has no {kind} word `{name}`"
    return Problem("M706", message, span, (), did_you_mean(name, known))


def _columns(table: Table, live: LiveTable, dialect: str) -> Iterator[Problem]:
    """Every column the map names is there, called as it is called there."""
    names = {column.name for column in live.columns}
    given = table.given
    wanted = [(column.name, column.span) for column in table.columns]
    wanted += [(link.column, link.span) for link in table.people]
    wanted += [(table.key, table.span)] if table.key else []
    wanted += [(origin_column(origin), table.span) for origin in table.origins]
    wanted += [(c, given.span) for c in (given.at, given.place_column, given.like) if c]
    if given.version.startswith("column "):
        wanted.append((given.version.removeprefix("column "), given.span))
    for name, span in wanted:
        if name not in names:
            message = f"`{table.name}` has no column `{name}`"
            yield Problem("M705", message, span, (), did_you_mean(name, names))
    if dialect in CASELESS and len({name.lower() for name in names}) < len(names):
        message = f"two columns of `{table.name}` differ by case alone"
        yield Problem("M705", message, table.span)
