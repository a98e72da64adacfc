"""A query made to say of each of its rows which rows of the company's tables it was made of.

Every query in it gets a column more for each origin, in which the marks of those rows go along: through joins and
queries in queries as they are; where rows are put together, by a group, `distinct` or `union`, all of theirs;
with a window those of its whole partition. And of every column it is known which data words flow into it, and
from which origin. Where rows cannot be followed so, the query is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlglot import exp

from troth.language.origins import Need, origin_column, origin_name
from troth.query.grammar import AGGREGATES, QUERIES
from troth.query.refused import QueryRefused, refused

Needs = frozenset[Need]
NONE: Needs = frozenset()
WRAPPED = (exp.Filter, exp.IgnoreNulls, exp.RespectNulls, exp.WithinGroup)
OWN_AGGREGATES = ("total", "fsum")  # for which the reader has no class
JOIN_IT = "join it, or write its rows into a table of their own first"


@dataclass(frozen=True)
class Flow:
    """What is known of the rows of a table or a query. `row`: what a row needs to be there at all; `columns`
    what each column needs beside it; `origins` of which table each of them is; `types` the types of columns that
    are a table's own, where known."""

    columns: Mapping[str, Needs]
    origins: Mapping[str, str] = field(default_factory=dict)
    row: Needs = NONE
    types: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Source:
    """One table or query a `select` reads: what its origins are called from here on."""

    flow: Flow
    called: Mapping[str, str]

    def needs(self, column: str) -> Needs:
        return _renamed(self.flow.columns.get(column, NONE), self.called)


def _renamed(needs: Iterable[Need], called: Mapping[str, str]) -> Needs:
    return frozenset(Need(called[need.of], need.words) for need in needs)


class Carrier:
    """Carries the origins of the rows of each table, as `flows` has them by the name of the table."""

    def __init__(self, flows: Mapping[str, Flow], text: str, dialect: str) -> None:
        self.flows = flows
        self.text = text
        self.dialect = dialect

    def carry(self, query: exp.Query, withs: Mapping[str, Flow]) -> tuple[exp.Query, Flow]:
        """The query with a column for each origin after its own, and what flows into it."""
        inner = dict(withs)
        for cte in query.ctes:
            made, flow = self.carry(cte.this, inner)
            cte.set("this", made)
            inner[cte.alias] = flow
        match query:
            case exp.Select():
                return _Selecting(self, query, inner).carried()
            case exp.Subquery():
                made, flow = self.carry(query.this, inner)
                query.set("this", made)
                return query, flow
            case exp.Union():
                return self._united(query, inner)
            case exp.SetOperation():
                for side in (query.this, query.expression):
                    if self.carry(side, inner)[1].origins:
                        word = query.key
                        message = f"whose a row is cannot be followed through `{word}`"
                        raise self.wrong(message, side, "ask with `exists`, or a join")
                return query, Flow(dict.fromkeys(query.named_selects, NONE))
        raise self.wrong("whose the rows are cannot be followed", query)

    def wrong(self, message: str, part: exp.Expr, remedy: str = JOIN_IT) -> QueryRefused:
        return refused("Q615", message, self.text, part, remedy)

    # -- union -------------------------------------------------------------------------------

    def _united(self, union: exp.Union, withs: Mapping[str, Flow]) -> tuple[exp.Query, Flow]:
        one, left = self.carry(union.this, withs)
        two, right = self.carry(union.expression, withs)
        union.set("this", one)
        union.set("expression", two)
        names = union.named_selects[: len(left.columns)]
        called = _called(right.origins, left.origins)
        if not left.origins and not right.origins:
            return union, Flow(dict.fromkeys(names, NONE))
        _insert(one, len(names) + len(left.origins), [_nothing(o) for o in called.values()])
        _insert(two, len(names), [_nothing(origin) for origin in left.origins])
        sides = zip(left.columns.values(), right.columns.values(), strict=True)
        columns = [mine | _renamed(other, called) for mine, other in sides]
        row = left.row | _renamed(right.row, called)
        origins = {**left.origins, **{called[one]: table for one, table in right.origins.items()}}
        flow = Flow(dict(zip(names, columns, strict=True)), origins, row)
        self._must_not_be_cut(union)
        if not union.args.get("distinct"):
            return union, flow
        union.set("distinct", False)
        return self.grouped(union, flow, names)

    def _must_not_be_cut(self, union: exp.Union) -> None:
        if union.args.get("limit") or union.args.get("offset"):
            message = "whose rows are left over is not followed here"
            raise self.wrong(message, union.args.get("limit") or union, "cut it off inside")
        union.set("order", None)

    def grouped(self, query: exp.Query, flow: Flow, names: list[str]) -> tuple[exp.Query, Flow]:
        """Each row once, with the origins of all that were alike. What it is told apart by it needs."""
        if len(set(names)) < len(names):
            message, remedy = "two columns are called the same", "give each its own name"
            raise refused("Q613", message, self.text, query, remedy)
        own = [exp.column(name, "troth_q", quoted=True) for name in names]
        marks = []
        for origin in map(origin_column, flow.origins):
            mark = self.gathered(exp.column(origin, "troth_q", quoted=True))
            marks.append(exp.alias_(mark, origin, quoted=True))
        made = (
            exp.select(*(exp.alias_(one.copy(), one.name, quoted=True) for one in own), *marks)
            .from_(exp.Subquery(this=query, alias=_alias("troth_q")))
            .group_by(*own)
        )
        row = flow.row.union(*flow.columns.values())
        return made, Flow(flow.columns, flow.origins, row, flow.types)

    def gathered(self, mark: exp.Expr, once: bool = True) -> exp.Expr:
        """The marks of several rows with a comma between them, `once` each; windows cannot leave any out."""
        if once:
            mark = exp.Distinct(expressions=[mark])
        if self.dialect == "sqlite":  # takes no other sign between them, where each is put once
            return exp.Anonymous(this="group_concat", expressions=[mark])
        return exp.Anonymous(this="string_agg", expressions=[mark, exp.Literal.string(",")])


class _Selecting:
    """One `select`."""

    def __init__(self, carrier: Carrier, select: exp.Select, withs: Mapping[str, Flow]) -> None:
        self.carrier = carrier
        self.select = select
        self.withs = withs
        self.sources: dict[str, _Source] = {}
        self.marks: dict[str, exp.Expr] = {}
        self.origins: dict[str, str] = {}
        self.named: dict[str, exp.Expr] = {part.alias: part for part in select.expressions}
        self.own: dict[str, exp.Expr] | None = (
            None  # the marks of its own rows, once they are settled
        )
        self.row: Needs = NONE
        self._windows: dict[int, Needs] = {}

    def carried(self) -> tuple[exp.Query, Flow]:
        select = self.select
        for part in (select.args.get("from_"), *(select.args.get("joins") or [])):
            if part is not None:
                self._read(part.this)
        self._must_be_followed()
        if self._grouped():
            self.marks = {name: self.carrier.gathered(m) for name, m in self.marks.items()}
        self.row = NONE.union(
            *(_renamed(source.flow.row, source.called) for source in self.sources.values()),
            *map(self._needs, self._choosing()),
        )
        self.own = dict(self.marks)
        columns = {part.alias: self._needs(part) for part in select.expressions}
        row = self.row.union(*map(self._needs, self._cutting()))
        flow = Flow(columns, self.origins, row, self._types())
        names = [part.alias for part in select.expressions]
        for origin, mark in self.marks.items():
            select.append("expressions", exp.alias_(mark, origin_column(origin), quoted=True))
        if not select.args.get("distinct") or not flow.origins:
            return select, flow
        if select.args["distinct"].args.get("on") or select.args.get("limit"):
            message = "whose rows are left over is not followed here"
            raise self.carrier.wrong(message, select.args["distinct"], "write `distinct` alone")
        select.set("distinct", None)
        select.set("order", None)
        return self.carrier.grouped(select, flow, names)

    # -- what is read ------------------------------------------------------------------------

    def _read(self, source: exp.Expr) -> None:
        flow = self._flow(source)
        called = _called(flow.origins, self.marks)
        alias = source.alias or source.name
        self.sources[alias] = _Source(flow, called)
        for origin, name in called.items():
            self.origins[name] = flow.origins[origin]
            self.marks[name] = exp.column(origin_column(origin), alias, quoted=True)

    def _flow(self, source: exp.Expr) -> Flow:
        if isinstance(source, exp.Subquery):
            made, flow = self.carrier.carry(source.this, self.withs)
            source.set("this", made)
            return flow
        if source.name in self.withs:
            return self.withs[source.name]
        if source.name not in self.carrier.flows:
            raise self.carrier.wrong("whose the rows are cannot be followed", source)
        return self.carrier.flows[source.name]

    def _must_be_followed(self) -> None:
        """A query inside an expression may read only what is nobody's."""
        names = [part.alias for part in self.select.expressions]
        if self.marks and len(set(names)) < len(names):
            message, remedy = "two columns are called the same", "give each its own name"
            raise refused("Q613", message, self.carrier.text, self.select, remedy)
        for part in (*self.select.expressions, *self._choosing(), *self._cutting()):
            for inner in part.find_all(*QUERIES):
                if self.carrier.carry(inner.copy(), self.withs)[1].origins:
                    message = "whose rows a query inside an expression finds cannot be followed"
                    raise self.carrier.wrong(message, inner)
        if self.marks and self.select.args.get("windows"):
            message = "a window that has a name is not followed"
            raise self.carrier.wrong(message, self.select.args["windows"][0], "write it out")

    def _choosing(self) -> list[exp.Expr]:
        """What decides which rows are put together: conditions and groups."""
        args = self.select.args
        found = [args[name] for name in ("where", "group", "having") if args.get(name)]
        return found + [join.args["on"] for join in args.get("joins") or [] if join.args.get("on")]

    def _cutting(self) -> list[exp.Expr]:
        """What decides which of them are left over."""
        args = self.select.args
        found = [args["qualify"]] if args.get("qualify") else []
        if args.get("order") and (args.get("limit") or args.get("offset")):
            found.append(args["order"])
        return found

    # -- what is needed ------------------------------------------------------------------------

    def _needs(self, part: exp.Expr) -> Needs:
        """The words of every column in an expression; in a window, of all rows of its partition."""
        found: set[Need] = set()
        for column in part.find_all(exp.Column):
            if self.own is None or column.find_ancestor(exp.Window) is None:
                found |= self._of_column(column, part)
        if self.own:
            for window in part.find_all(exp.Window):
                if id(window) not in self._windows:
                    self._windows[id(window)] = self._of_window(window, self.own)
                found |= self._windows[id(window)]
        return frozenset(found)

    def _of_column(self, column: exp.Column, part: exp.Expr) -> Needs:
        if column.table in self.sources:
            return self.sources[column.table].needs(column.name)
        named = self.named.get(column.name)
        if not column.table and named is not None and named is not part:
            return self._needs(named)
        if not column.table and self.marks:
            message = f"it is not known what flows into `{column.name}`"
            raise self.carrier.wrong(message, column, "write what it stands for")
        return NONE

    def _of_window(self, window: exp.Window, own: Mapping[str, exp.Expr]) -> Needs:
        """Which rows there are flows into it too. The marks of the partition stand in columns of their own."""
        called = _called(own, self.marks)
        for origin, name in called.items():
            within = [part.copy() for part in window.args.get("partition_by") or []]
            mark = self.carrier.gathered(own[origin].copy(), once=False)
            self.origins[name] = self.origins[origin]
            self.marks[name] = exp.Window(this=mark, partition_by=within)
        inside = set(self.row)
        for column in window.find_all(exp.Column):
            inside |= self._of_column(column, window)
        return _renamed(inside, called)

    def _grouped(self) -> bool:
        """Whether its rows are put together."""
        args = self.select.args
        parts = [*self.select.expressions, *(args[n] for n in ("having", "order") if args.get(n))]
        return bool(args.get("group")) or any(
            _aggregates(node) for part in parts for node in part.walk() if not _within(node, part)
        )

    def _types(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for name, part in self.named.items():
            inner = part.this if isinstance(part, exp.Alias) else part
            if isinstance(inner, exp.Column) and inner.table in self.sources:
                kind = self.sources[inner.table].flow.types.get(inner.name)
                found |= {name: kind} if kind else {}
        return found


def _within(node: exp.Expr, part: exp.Expr) -> bool:
    """Whether a node stands in a query of its own inside the part."""
    inner = node.find_ancestor(*QUERIES)
    outer = part.find_ancestor(*QUERIES)
    return inner is not outer


def _aggregates(node: exp.Expr) -> bool:
    """Whether a function puts rows together, other than in a window."""
    own = isinstance(node, exp.Anonymous) and node.name.lower() in OWN_AGGREGATES
    if not own and not isinstance(node, (exp.AggFunc, *AGGREGATES)):
        return False
    at: exp.Expr = node
    while isinstance(at.parent, WRAPPED):
        at = at.parent
    return not (isinstance(at.parent, exp.Window) and at.parent.this is at)


# -- marks -----------------------------------------------------------------------------------------


def _called(origins: Iterable[str], taken: Iterable[str]) -> dict[str, str]:
    """What each origin is called where others have names already."""
    used = set(taken)
    found: dict[str, str] = {}
    for origin in origins:
        found[origin] = origin_name(origin, used)
        used.add(found[origin])
    return found


def _alias(name: str) -> exp.TableAlias:
    return exp.TableAlias(this=exp.to_identifier(name, quoted=True))


def _nothing(origin: str) -> exp.Expr:
    return exp.alias_(exp.cast(exp.null(), "text"), origin_column(origin), quoted=True)


def _insert(query: exp.Query, at: int, parts: list[exp.Expr]) -> None:
    """Columns more in every `select` that makes the rows of a query, at a place."""
    match query:
        case exp.Select():
            listed = query.expressions
            new = [part.copy() for part in parts]
            query.set("expressions", [*listed[:at], *new, *listed[at:]])
        case exp.Subquery():
            _insert(query.this, at, parts)
        case exp.SetOperation():
            _insert(query.this, at, parts)
            _insert(query.expression, at, parts)
