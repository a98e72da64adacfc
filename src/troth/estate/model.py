"""The map of a database: tables, their columns by data word, how a row reaches its people, and its stamp."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Literal

from troth.language.model import Span

STORE = "store"  # where the version of a row may stand
PLAIN = "plain"  # a column that holds nothing personal
KINDS = ("email", "phone", "account", "name", "number")  # by what the store finds a person
Role = Literal["owned", "mentioned", "anonymous"]
ROLES: tuple[Role, ...] = ("owned", "mentioned", "anonymous")


@dataclass(frozen=True, slots=True)
class Link:
    """How a row reaches a person. `kind`: the column itself finds her in the store; otherwise it is the
    `to_column` of a row of the table `to`, whose people they are.

    Who is `owned` or `mentioned` must allow what is done with the row; what is owned goes with her when
    she is deleted, a mention is emptied; an `anonymous` reference says nothing of anybody.
    """

    column: str
    kind: str = ""
    to: str = ""
    to_column: str = ""
    role: Role = "owned"
    span: Span = field(default=Span(), compare=False)


@dataclass(frozen=True, slots=True)
class Given:
    """Under which promise a row was given. Nothing known: unstamped, good for basic purposes alone.

    `at` is a column or a day; `version` is `by date`, `none`, the day of a version, `column NAME`, or `store`:
    each cell is under what the store keeps of that data word of its person;
    `place` a place word, or a column whose values `places` turns into place words; `like` the column of
    a link: the row's stamp is that of the row it refers to.
    """

    at: str = ""
    day: date | None = None
    version: str = "by date"
    place: str = ""
    place_column: str = ""
    places: tuple[tuple[str, str], ...] = ()
    source: str = ""
    like: str = ""
    span: Span = field(default=Span(), compare=False)


@dataclass(frozen=True, slots=True)
class Column:
    """A column and its data word; `plain` for one that holds nothing personal."""

    name: str
    word: str
    span: Span = field(default=Span(), compare=False)

    @property
    def personal(self) -> bool:
        return self.word != PLAIN


@dataclass(frozen=True)
class Table:
    """A table that is mapped. `row` is the data word of what it says that there is a row at all.

    One that a query has written has `origins`, a column of each; its words are what cells and rows need.
    """

    name: str
    columns: tuple[Column, ...] = ()
    people: tuple[Link, ...] = ()
    given: Given = Given()
    row: str = ""
    plain: bool = False  # the whole table holds nothing personal
    key: str = ""  # the column that tells its rows apart, for a warehouse that does not say
    span: Span = field(default=Span(), compare=False)
    origins: tuple[str, ...] = ()  # of a written table, of what its rows were made

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The data words of the table, in order of name."""
        found = {column.word for column in self.columns if column.personal}
        return tuple(sorted(found | ({self.row} if self.row else set())))

    @property
    def personal(self) -> bool:
        return bool(self.words)

    def column(self, name: str) -> Column | None:
        return next((one for one in self.columns if one.name == name), None)


@dataclass(frozen=True)
class Map:
    """The map of one database of one company. `zone` is that of moments written without one."""

    name: str
    company: str
    tables: Mapping[str, Table]
    zone: str = "UTC"
    file: str = ""

    @property
    def kept(self) -> Map:
        """The map without the tables that queries have written."""
        mine = {name: table for name, table in self.tables.items() if not table.origins}
        return replace(self, tables=mine)
