"""Under which promise a row of a warehouse was given, as expressions over the row and those it leads to."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp, parse_one

from troth.estate import Link, Map, Table
from troth.facts.calendar import start_of, written
from troth.language.model import Policy
from troth.sql.paths import stamped

# a moment as the store writes it, in UTC; what is none is NULL where the warehouse can say so
MOMENT = {
    "spark": "date_format(try_cast({0} as timestamp), 'yyyy-MM-dd\\'T\\'HH:mm:ss.SSSSSS\\'Z\\'')",
    "snowflake": "to_char(convert_timezone('UTC', {0}::timestamp_tz), 'YYYY-MM-DD\"T\"HH24:MI:SS.FF6\"Z\"')",
    "bigquery": "format_timestamp('%Y-%m-%dT%H:%M:%E6SZ', safe_cast({0} as timestamp), 'UTC')",
    "trino": "date_format(try_cast({0} as timestamp(6)), '%Y-%m-%dT%H:%i:%s.%fZ')",
}
# a column that is a day, or a text that is one, is the beginning of that day in the policy's zone
DAY = {
    "spark": "case when typeof({0}) = 'date' or (typeof({0}) = 'string' and length({0}) = 10) "
    "then to_utc_timestamp(try_cast({0} as timestamp), '{1}') else try_cast({0} as timestamp) end"
}
NOW = {
    "spark": "current_timestamp()",
    "snowflake": "current_timestamp()",
    "bigquery": "current_timestamp()",
    "trino": "current_timestamp at time zone 'UTC'",
}


def moment(said: str, dialect: str) -> exp.Expr:
    """The text of a moment, from an expression of the dialect."""
    return parse_one(MOMENT[dialect].format(said), dialect=dialect)


class Origin:
    """The stamp of the rows of one table: `given` says where it stands, `steps` how to come there."""

    def __init__(self, policy: Policy, found: Map, table: Table, zone: str, dialect: str) -> None:
        self.policy, self.zone, self.dialect = policy, zone, dialect
        self.given, self.steps = stamped(found, table)

    def joined(
        self, steps: Sequence[Link], prefix: str
    ) -> tuple[list[tuple[exp.Expr, exp.Expr]], str]:
        """The tables on the way, each with its condition, and the name of the last."""
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

    def said(self, where: str) -> tuple[exp.Expr, exp.Expr, exp.Expr]:
        """When it was given, as the store writes moments; the version; the place."""
        given = self.given
        at: exp.Expr = exp.cast(exp.null(), "text")
        if given.day is not None:
            at = exp.Literal.string(written(start_of(given.day, self.zone)))
        elif given.at:
            column = exp.column(given.at, where, quoted=True).sql(dialect=self.dialect)
            day = DAY.get(self.dialect, "{0}").format(column, self.zone)
            at = moment(day, self.dialect)
        return at, self._version(at, where), self._place(where)

    def _place(self, where: str) -> exp.Expr:
        given = self.given
        if given.place:
            return exp.Literal.string(given.place)
        if not given.place_column:
            return exp.cast(exp.null(), "text")
        named = [
            exp.If(this=exp.Literal.string(said), true=exp.Literal.string(word))
            for said, word in given.places
        ]
        return exp.Case(this=exp.column(given.place_column, where, quoted=True), ifs=named)

    def _version(self, at: exp.Expr, where: str) -> exp.Expr:
        said = self.given.version
        if said == "none":
            return exp.Literal.string("")
        if said == "by date":
            return self._by_date(at)
        if said.startswith("column "):
            return self._named(exp.column(said.removeprefix("column "), where, quoted=True))
        return exp.Literal.string(said if "/" in said else f"{self.policy.name}/{said}")

    def _by_date(self, at: exp.Expr) -> exp.Expr:
        """The last version in force by then; unstamped before the first, and where no moment is known."""
        began = [(v.id, v.in_force) for v in self.policy.versions if v.in_force]
        ifs = []
        for id, day in sorted(began, key=lambda one: one[1], reverse=True):
            start = exp.Literal.string(written(start_of(day, self.zone)))
            since = exp.GTE(this=at.copy(), expression=start)
            ifs.append(exp.If(this=since, true=exp.Literal.string(id)))
        return exp.Case(ifs=ifs, default=exp.Literal.string(""))

    def _named(self, column: exp.Expr) -> exp.Expr:
        """The version of a column; under one that nobody knows nothing is allowed."""
        versions = self.policy.versions
        cases = {name: v.id for v in versions for name in (v.id, v.id.partition("/")[2])}
        ifs = [
            exp.If(this=exp.Literal.string(name), true=exp.Literal.string(id))
            for name, id in cases.items()
        ]
        said = exp.Case(this=column.copy(), ifs=ifs, default=exp.Literal.string("?"))
        nothing = exp.or_(column.is_(exp.null()), column.eq(exp.Literal.string("")))
        return exp.Case(ifs=[exp.If(this=nothing, true=exp.Literal.string(""))], default=said)
