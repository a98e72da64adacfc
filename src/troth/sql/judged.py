"""The query of a table with the predicate itself in it: what single asks fold, said over the tables of the store.

For a warehouse, where no permits stand in the rows. Rows keep the store's number of their person. The store's
tables, copied as they are, stand in a schema of their own, and are best kept partitioned by person.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlglot import exp, parse_one

from troth.estate import Map, Table
from troth.estate.model import STORE as STORE_SAYS
from troth.facts import Frame, Scene, frame_binding
from troth.facts import Rows as Known
from troth.facts.calendar import written
from troth.language.formula import TRUE, Atom, Formula, all_of, atoms
from troth.language.meaning import Meaning
from troth.language.model import Ask, Stamp
from troth.query import predicate
from troth.sql.copied import COPIED, NOTE, STORE
from troth.sql.origin import NOW, Origin, moment
from troth.sql.paths import Path, paths, stamped
from troth.sql.shield import cell


class NotCompiled(ValueError):
    """What cannot be filtered where the store is only a copy; the words say what to change."""


@dataclass(frozen=True)
class Aimed:
    """What is compiled: an ask without its data, and what is known of the party and the matter it names.

    With `until` it is a view, which shows nothing from then on; what is said counts as soon as it is copied.
    Without, it is a query of the moment `at`, and what was said until then counts. `hidden` are people of whom
    something was said that is not in the copy.
    """

    company: str
    ask: Ask
    at: datetime
    zone: str
    party: str | None = None
    others: Known = Known()
    until: datetime | None = None
    hidden: frozenset[int] = frozenset()

    @property
    def heard(self) -> datetime:
        """What is said or given by then counts."""
        return self.until or self.at


def compiled(meaning: Meaning, found: Map, table: Table, aimed: Aimed, dialect: str) -> exp.Select:
    """The query of a table: its rows and cells that the policy allows. `NotCompiled` says what is missing."""
    must_have_numbers(found, table)
    query = _Judged(meaning, found, table, aimed, dialect).tree()
    return _unsubstituted(query) if dialect == "spark" else query


def must_have_numbers(found: Map, table: Table) -> None:
    """A table finds its people in the copy, and its rows can be told apart. `NotCompiled`."""
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
    if found.zone != "UTC":
        raise NotCompiled(
            f"moments of a warehouse are in UTC, and the map says `zone: {found.zone}`"
        )
    if not table.key:
        raise NotCompiled(
            f"the map does not say by what the rows of `{table.name}` are told; say `key: COLUMN`"
        )


def _unsubstituted(query: exp.Select) -> exp.Select:
    """No text has `${` in it: a Spark that reads the view later may put a variable there."""
    for text in list(query.find_all(exp.Literal)):
        if text.is_string and "${" in text.this:
            parts = text.this.split("${")
            first, *rest = (exp.Literal.string(part) for part in parts)
            joined = [first, *(x for one in rest for x in (_DOLLAR.copy(), _BRACE.copy(), one))]
            text.replace(exp.Concat(expressions=joined, safe=False, coalesce=False))
    return query


_DOLLAR, _BRACE = exp.Literal.string("$"), exp.Literal.string("{")


class _Judged:
    def __init__(
        self, meaning: Meaning, found: Map, table: Table, aimed: Aimed, dialect: str
    ) -> None:
        self.meaning, self.found, self.table = meaning, found, table
        self.aimed, self.dialect = aimed, dialect
        self.origin = Origin(meaning.policy, found, table, aimed.zone, dialect)
        scene = Scene(meaning.words, aimed.zone, aimed.at, party=aimed.party, rows=aimed.others)
        source = f"'{self.origin.given.source}'" if self.origin.given.source else "null"
        named = {"person": "x.person", "place": "x.place", "given_at": "x.given_at"}
        self.frame = Frame(scene, aimed.company, source=source, **named)
        self.scene = scene

    def tree(self) -> exp.Select:
        """Pairs of row and person, judged; then what everybody of a row allows; then the cells."""
        table, dialect = self.table, self.dialect
        formulas = {word: dict(self._formulas(word)) for word in table.words}
        columns = self._columns(f for cases in formulas.values() for f in cases)
        allowed = exp.select("k").from_(self._pairs(columns).subquery("y")).group_by("k")
        for number, cases in enumerate(formulas.values()):
            one = _one_if(exp.and_("y.shut = 0", self._ruled(cases, columns)))
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
        query = (
            exp.select(*cells)
            .from_(exp.alias_(exp.table_(table.name, quoted=True), "t", table=True))
            .join(
                allowed.subquery("p"),
                on=exp.column("k", "p").eq(exp.column(table.key, "t", quoted=True)),
            )
            .where(exp.paren(shown))
        )
        return query.where(*self._holding())

    def _holding(self) -> Iterator[exp.Expr]:
        """What must be so for a view to show anything: its time is not over, nor that of the copy."""
        if self.aimed.until is None:
            return
        now = moment(NOW[self.dialect], self.dialect)
        yield exp.LT(this=now, expression=exp.Literal.string(written(self.aimed.until)))
        if (
            self.dialect == "spark"
        ):  # in a session of another zone days and moments would be read otherwise
            yield parse_one("current_timezone() in ('UTC', 'Etc/UTC')", dialect="spark")
        copied = exp.alias_(exp.table_(NOTE, db=STORE), "o", table=True)
        fresh = exp.GT(this=exp.column("until", "o", quoted=True), expression=now.copy())
        mine = exp.column("company", "o").eq(exp.Literal.string(self.aimed.company))
        yield exp.Exists(this=exp.select("1").from_(copied).where(mine, fresh))

    # -- whose a row is, and what is so of the two ----------------------------------------------

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
        own, last = self.origin.joined(path.steps, "j")
        stamps, where = self.origin.joined(self.origin.steps, "s")
        value = exp.column(path.column, last, quoted=True)
        given_at, version, place = self.origin.said(where)
        known = exp.column("id", "q")
        heard = exp.Literal.string(written(self.aimed.heard))
        shut = exp.or_(known.is_(exp.null()), exp.GT(this=given_at.copy(), expression=heard))
        if self.aimed.hidden:
            shut = exp.or_(shut, known.isin(*sorted(self.aimed.hidden)))
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
            exp.alias_(_one_if(shut), "shut"),
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

    # -- what the policy says of each ----------------------------------------------------------

    def _formulas(self, word: str) -> Iterator[tuple[Formula, list[tuple[str, str]]]]:
        """The formula of each version and place a row may be under."""
        found: dict[Formula, list[tuple[str, str]]] = {}
        given = self.origin.given
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

    def _columns(self, formulas: Iterable[Formula]) -> dict[Atom, str]:
        named: dict[Atom, str] = {}
        for formula in formulas:
            for atom in atoms(formula):
                named.setdefault(atom, f"a{len(named)}")
                if self.aimed.until and atom.kind == "said" and "hours" in atom.args[2:]:
                    raise NotCompiled(
                        f"`{atom.args[0]}` lasts hours, and a view is made for a day; connect instead"
                    )
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
        """The tables of the store are read where they were copied to. In a view, what comes into them later that
        day counts as soon as it is there, and what ends on that day ends at its moment."""
        now = exp.Literal.string(written(self.aimed.at))
        if self.aimed.until is not None:
            for known in list(expression.find_all(exp.LTE, exp.GT)):
                if known.expression == now:
                    heard = exp.Literal.string(written(self.aimed.heard))
                    ended = moment(NOW[self.dialect], self.dialect)
                    known.set("expression", heard if isinstance(known, exp.LTE) else ended)
        for one in list(expression.find_all(exp.Table)):
            if one.name in COPIED and not one.db:
                one.set("db", exp.to_identifier(STORE))
        return expression


def _one_if(condition: exp.Expr) -> exp.Expr:
    one = exp.If(this=condition, true=exp.Literal.number(1))
    return exp.Case(ifs=[one], default=exp.Literal.number(0))
