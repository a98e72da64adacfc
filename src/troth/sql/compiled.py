"""The same filters as SQL for a warehouse that Troth does not run in: each view with the predicate itself in it.

What single asks fold, these queries say over the tables of the store, copied as they are into a schema of the
warehouse. Rows keep the store's number of their person, and are best kept partitioned by it. A query is made for
a day: what the calendar decides stands in it as a literal, and past that day it shows nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path as FilePath
from typing import Any

from sqlglot import exp, parse_one

from troth.estate import Map, Table
from troth.estate.model import STORE as STORE_SAYS
from troth.facts import Frame, Scene, frame_binding
from troth.facts import Rows as Known
from troth.facts.calendar import day_of, start_of, written
from troth.language.formula import TRUE, Atom, Formula, all_of, atoms
from troth.language.meaning import Meaning
from troth.language.model import Ask, Stamp
from troth.query import predicate
from troth.sql.aims import Aim
from troth.sql.paths import Path, paths, stamped
from troth.sql.permits import Basis, Reckoning
from troth.sql.shield import cell
from troth.store import Session

DIALECTS = ("spark", "snowflake", "bigquery", "trino")
STORE = "troth"  # the schema in which the store's tables are copied
COPIED = (
    *("people", "choices", "told", "adoptions", "events", "attributes", "assertions"),
    "matter_people",
)
# a moment as the store writes it, in UTC
MOMENT = {
    "spark": "date_format(cast({0} as timestamp), 'yyyy-MM-dd\\'T\\'HH:mm:ss.SSSSSS\\'Z\\'')",
    "snowflake": "to_char(convert_timezone('UTC', {0}::timestamp_tz), 'YYYY-MM-DD\"T\"HH24:MI:SS.FF6\"Z\"')",
    "bigquery": "format_timestamp('%Y-%m-%dT%H:%M:%E6SZ', timestamp({0}), 'UTC')",
    "trino": "date_format(cast({0} as timestamp(6)), '%Y-%m-%dT%H:%i:%s.%fZ')",
}
NOW = {
    "spark": "current_timestamp()",
    "snowflake": "current_timestamp()",
    "bigquery": "current_timestamp()",
    "trino": "current_timestamp at time zone 'UTC'",
}


class NotCompiled(ValueError):
    """A table that cannot be filtered where the store is only a copy; the words say what to map."""


@dataclass(frozen=True)
class Aimed:
    """What is compiled: an ask without its data, and what is known of the party and the matter it names."""

    company: str
    ask: Ask
    at: datetime
    zone: str
    party: str | None = None
    others: Known = Known()
    until: datetime | None = None  # the end of the day, if nothing is said
    heard: datetime | None = None  # what is said by then counts; until the end, if nothing is said

    @property
    def ends(self) -> datetime:
        day = day_of(self.at, self.zone) + timedelta(days=1)
        return self.until or start_of(day, self.zone)


def compiled(meaning: Meaning, found: Map, table: Table, aimed: Aimed, dialect: str) -> str:
    """The query of a table: its rows and cells that the policy allows. `NotCompiled` says what is missing."""
    _must_have_numbers(found, table)
    query = _Query(meaning, found, table, aimed, dialect)
    return query.tree().sql(dialect=dialect, identify=True, pretty=True)


def compile_all(
    session: Session,
    basis: Basis,
    map: Map | str | FilePath,
    aims: Sequence[Aim],
    now: datetime,
    dialect: str,
) -> Iterator[str]:
    """The statements for these aims. ValueError for another dialect, `MapWrong` for a map that does not fit."""
    from troth.sql.connect import mapped

    if dialect not in DIALECTS:
        raise ValueError(f"`{dialect}` is not compiled for; there are {', '.join(DIALECTS)}")
    found = mapped(basis.meaning.policy, "", map)[0].kept
    reckoning = Reckoning(basis, session, now)
    asked = {aim.called: reckoning.asked_for(aim) for aim in aims}
    aimed = {
        called: Aimed(session.company, one.ask, now, basis.zone, one.party, one.others)
        for called, one in asked.items()
    }
    yield from script(basis.meaning, found, aimed, dialect)


def script(meaning: Meaning, found: Map, aims: Mapping[str, Aimed], dialect: str) -> Iterator[str]:
    """A view of each table for each aim, named after both."""
    yield f"-- {dialect}: compiled, not run"
    yield f"-- the store's tables {', '.join(COPIED)} are copied into the schema {STORE} as they are"
    for called, aimed in aims.items():
        yield f"-- {aimed.ask.purpose}: holds until {written(aimed.ends)}"
        for table in found.tables.values():
            name = exp.to_identifier(f"troth_{called}_{table.name}", quoted=True).sql(
                dialect=dialect
            )
            if table.personal:
                body = compiled(meaning, found, table, aimed, dialect)
                yield f"create or replace view {name} as\n{body};"


def _must_have_numbers(found: Map, table: Table) -> None:
    for path in paths(found, table):
        if path.kind != "number":
            raise NotCompiled(
                f"`{table.name}` finds its people by {path.kind}: the copy of a store knows nobody by that; keep "
                f"the store's number of the person in a column, and say `COLUMN is number`"
            )
    if stamped(found, table)[0].version == STORE_SAYS:
        raise NotCompiled(
            f"`{table.name}` is under what the store keeps; keep the day it was given, or the version"
        )
    if not table.key:
        raise NotCompiled(
            f"the map does not say by what the rows of `{table.name}` are told; say `key: COLUMN`"
        )


class _Query:
    def __init__(
        self, meaning: Meaning, found: Map, table: Table, aimed: Aimed, dialect: str
    ) -> None:
        self.meaning, self.found, self.table = meaning, found, table
        self.aimed, self.dialect = aimed, dialect
        self.given, self.steps = stamped(found, table)
        scene = Scene(meaning.words, aimed.zone, aimed.at, party=aimed.party, rows=aimed.others)
        source = f"'{self.given.source}'" if self.given.source else "null"
        named = {"person": "x.person", "place": "x.place", "given_at": "x.given_at"}
        self.frame = Frame(scene, aimed.company, source=source, **named)
        self.scene = scene

    def tree(self) -> exp.Select:
        """Pairs of row and person, judged; then what everybody of a row allows; then the cells."""
        table, dialect = self.table, self.dialect
        formulas = {word: dict(self._formulas(word)) for word in table.words}
        columns = self._columns(f for cases in formulas.values() for f in cases)
        judged = self._pairs(columns)
        allowed = exp.select("k").from_(judged.subquery("y")).group_by("k")
        for number, cases in enumerate(formulas.values()):
            one = self._one_if(exp.and_("y.shut = 0", self._ruled(cases, columns)))
            allowed = allowed.select(exp.alias_(exp.Min(this=one), f"w{number}"))
        allowed = allowed.having("max(y.owned) = 1 and min(y.under) = max(y.under)")
        bits = {
            word: exp.column(f"w{n}", "p", quoted=True).eq(1) for n, word in enumerate(table.words)
        }
        shown = bits[table.row] if table.row else exp.or_(*bits.values())
        cells = [
            cell(c, bits[c.word] if c.personal else None, shown, bool(table.row), dialect)
            for c in table.columns
        ]
        ends = exp.Literal.string(written(self.aimed.ends))
        return (
            exp.select(*cells)
            .from_(exp.alias_(exp.table_(table.name, quoted=True), "t", table=True))
            .join(
                allowed.subquery("p"),
                on=exp.column("k", "p").eq(exp.column(table.key, "t", quoted=True)),
            )
            .where(exp.paren(shown), exp.LT(this=self._moment(NOW[dialect]), expression=ends))
        )

    # -- whose a row is, and under which promise -----------------------------------------------

    def _pairs(self, columns: Mapping[Atom, str]) -> exp.Query:
        """A row for each row of the table and each person it is about, with what is so of the two. Each way to
        people is judged by itself: Spark moves no such condition through a union."""
        parts: list[exp.Query] = []
        for path in paths(self.found, self.table):
            judged = exp.select("x.*").from_(self._path(path).subquery("x"))
            for atom, name in columns.items():
                bound = self._of_store(frame_binding(self.frame)(atom))
                judged = judged.select(exp.alias_(exp.paren(bound), name))
            parts.append(judged)
        whole = parts[0]
        for part in parts[1:]:
            whole = exp.union(whole, part, distinct=False)
        return whole

    def _path(self, path: Path) -> exp.Select:
        own, last = self._joined(path.steps, "j")
        stamps, where = self._joined(self.steps, "s")
        value = exp.column(path.column, last, quoted=True)
        given_at, version, place = self._given(where)
        known = exp.column("id", "q")
        heard = exp.Literal.string(written(self.aimed.heard or self.aimed.ends))
        shut = exp.or_(known.is_(exp.null()), exp.GT(this=given_at.copy(), expression=heard))
        under = exp.func(
            "concat",
            *(
                exp.func("coalesce", part.copy(), exp.Literal.string("-"))
                for part in (given_at, version, place)
            ),
        )
        query = exp.select(
            exp.alias_(exp.column(self.table.key, "t", quoted=True), "k"),
            exp.alias_(known, "person"),
            exp.alias_(given_at, "given_at"),
            exp.alias_(version, "version"),
            exp.alias_(place, "place"),
            exp.alias_(under, "under"),
            exp.alias_(exp.Literal.number(int(path.link.role == "owned")), "owned"),
            exp.alias_(self._one_if(shut), "shut"),
        ).from_(exp.alias_(exp.table_(self.table.name, quoted=True), "t", table=True))
        for joined, on in (*own, *stamps):
            query = query.join(joined, on=on, join_type="left")
        person = exp.and_(
            exp.column("company", "q").eq(exp.Literal.string(self.aimed.company)),
            known.eq(value),
            exp.column("erased_at", "q").is_(exp.null()),
        )
        people = exp.alias_(exp.table_("people", db=STORE), "q", table=True)
        first = exp.column(path.link.column, "t", quoted=True)
        return query.join(people, on=person, join_type="left").where(
            exp.not_(first.is_(exp.null()))
        )

    def _joined(
        self, steps: Sequence[Any], prefix: str
    ) -> tuple[list[tuple[exp.Expr, exp.Expr]], str]:
        found: list[tuple[exp.Expr, exp.Expr]] = []
        last = "t"
        for number, step in enumerate(steps):
            following = f"{prefix}{number}"
            on = exp.column(step.column, last, quoted=True).eq(
                exp.column(step.to_column, following, quoted=True)
            )
            named = exp.alias_(exp.table_(step.to, quoted=True), following, table=True)
            found.append((named, on))
            last = following
        return found, last

    def _given(self, where: str) -> tuple[exp.Expr, exp.Expr, exp.Expr]:
        """When it was given, as the store writes moments; the version; the place."""
        given = self.given
        at: exp.Expr = exp.null()
        if given.day is not None:
            at = exp.Literal.string(written(start_of(given.day, self.aimed.zone)))
        elif given.at:
            column = exp.column(given.at, where, quoted=True).sql(dialect=self.dialect)
            at = self._moment(column)
        place: exp.Expr = exp.cast(exp.null(), "text")
        if given.place:
            place = exp.Literal.string(given.place)
        elif given.place_column:
            place = exp.Case(
                this=exp.column(given.place_column, where, quoted=True),
                ifs=[
                    exp.If(this=exp.Literal.string(said), true=exp.Literal.string(word))
                    for said, word in given.places
                ],
            )
        return (
            exp.cast(at, "text") if isinstance(at, exp.Null) else at,
            self._version(at, where),
            place,
        )

    def _version(self, at: exp.Expr, where: str) -> exp.Expr:
        given, policy, zone = self.given, self.meaning.policy, self.aimed.zone
        if given.version == "none":
            return exp.Literal.string("")
        if given.version == "by date":
            began = [(v.id, v.in_force) for v in policy.versions if v.in_force]
            ifs = [
                exp.If(
                    this=exp.GTE(
                        this=at.copy(), expression=exp.Literal.string(written(start_of(day, zone)))
                    ),
                    true=exp.Literal.string(id),
                )
                for id, day in sorted(began, key=lambda one: one[1], reverse=True)
            ]
            return exp.Case(ifs=ifs, default=exp.Literal.string(""))
        if not given.version.startswith("column "):
            id = given.version
            return exp.Literal.string(id if "/" in id else f"{policy.name}/{id}")
        column = exp.column(given.version.removeprefix("column "), where, quoted=True)
        cases = {name: v.id for v in policy.versions for name in (v.id, v.id.partition("/")[2])}
        ifs = [
            exp.If(this=exp.Literal.string(name), true=exp.Literal.string(id))
            for name, id in cases.items()
        ]
        unknown = exp.Literal.string("?")  # a version nobody knows: nothing is allowed under it
        said = exp.Case(this=column.copy(), ifs=ifs, default=unknown)
        nothing = exp.or_(column.is_(exp.null()), column.eq(exp.Literal.string("")))
        return exp.Case(ifs=[exp.If(this=nothing, true=exp.Literal.string(""))], default=said)

    # -- what the policy says of each ----------------------------------------------------------

    def _formulas(self, word: str) -> Iterator[tuple[Formula, list[tuple[str, str]]]]:
        """The formula of each version and place a row may be under."""
        found: dict[Formula, list[tuple[str, str]]] = {}
        given = self.given
        places = {given.place} if given.place else {"", *(place for _, place in given.places)}
        ids = ["", *(v.id for v in self.meaning.policy.versions)]
        ask = replace(self.aimed.ask, data=word)
        for id in ids:
            for place in sorted(places):
                stamp = Stamp((id,) if id else (), place or None)
                points = self.meaning.points(ask)
                day = self.scene.day
                wholes = (self.meaning.ruling(leaf, stamp, day).whole for leaf in points)
                found.setdefault(all_of(TRUE, *wholes), []).append((id, place))
        yield from found.items()

    @staticmethod
    def _columns(formulas: Iterable[Formula]) -> dict[Atom, str]:
        named: dict[Atom, str] = {}
        for formula in formulas:
            for atom in atoms(formula):
                named.setdefault(atom, f"a{len(named)}")
        return named

    def _ruled(
        self, cases: Mapping[Formula, list[tuple[str, str]]], columns: Mapping[Atom, str]
    ) -> exp.Expr:
        ruled: list[exp.Expr] = []
        under = exp.func(
            "concat",
            exp.column("version", "y"),
            exp.Literal.string("@"),
            exp.func("coalesce", exp.column("place", "y"), exp.Literal.string("")),
        )
        for formula, mine in cases.items():
            whose = under.copy().isin(*(f"{id}@{place}" for id, place in mine))
            whole = predicate(formula, lambda atom: exp.column(columns[atom], "y"))
            ruled.append(exp.paren(exp.and_(whose, exp.paren(whole))))
        return exp.paren(exp.or_(*ruled))

    def _of_store(self, expression: exp.Expr) -> exp.Expr:
        """The tables of the store are read where they were copied to, and what comes into them later that day
        counts as soon as it is there."""
        heard = written(self.aimed.heard or self.aimed.ends)
        for known in list(expression.find_all(exp.LTE)):
            if known.expression == self._now():
                known.set("expression", exp.Literal.string(heard))
        for one in list(expression.find_all(exp.Table)):
            if one.name in COPIED and not one.db:
                one.set("db", exp.to_identifier(STORE))
        return expression

    def _moment(self, said: str) -> exp.Expr:
        return parse_one(MOMENT[self.dialect].format(said), dialect=self.dialect)

    def _now(self) -> exp.Expr:
        return exp.Literal.string(written(self.aimed.at))

    @staticmethod
    def _one_if(condition: exp.Expr) -> exp.Expr:
        one = exp.If(this=condition, true=exp.Literal.number(1))
        return exp.Case(ifs=[one], default=exp.Literal.number(0))
