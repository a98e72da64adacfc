"""A query rewritten so that it reads only what may be read: what stands for each table is put in its place.

The text of who asks is never run. Everything is generated from the tree, with every column bound to its
table, every name quoted, and every table of the company replaced; then the tree is looked at once more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.normalize_identifiers import normalize_identifiers
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import traverse_scope
from sqlglot.schema import MappingSchema

from troth.query.carry import Carrier, Flow
from troth.query.grammar import QUERIES
from troth.query.reading import Parameters, must_be_understood, read
from troth.query.refused import QueryRefused, refused
from troth.query.tables import Tables
from troth.query.total import cannot_fail

DEEPEST = 10  # views in views


@dataclass(frozen=True)
class Rewritten:
    """What is run in place of a query. `tables` and `columns` are what it reads, `names` what its columns
    are called, `template` the query with every value left out."""

    tree: exp.Query
    dialect: str
    tables: tuple[str, ...]
    columns: tuple[tuple[str, str], ...]
    names: tuple[str, ...]
    template: str

    def sql(self) -> str:
        """What is run."""
        return self._written

    @cached_property
    def _written(self) -> str:
        return self.tree.sql(dialect=self.dialect, identify=True, comments=False)

    def explained(self, tables: Tables) -> str:
        """The same for people to read: where a view of ours is read, the query that it stands for."""
        shown = {
            place.name: one.shown
            for one in tables.tables.values()
            if one.shown and isinstance(place := one.place(), exp.Table)
        }
        tree = self.tree.copy()
        for table in list(tree.find_all(exp.Table)):
            inner = shown.get(table.name)
            if inner is not None:
                table.replace(exp.Subquery(this=inner.copy(), alias=table.args["alias"].copy()))
        return tree.sql(dialect=self.dialect, identify=True, comments=False, pretty=True)


def rewrite(text: str, tables: Tables, parameters: Parameters = None) -> Rewritten:
    """The query that is run instead. `QueryRefused` points at the words that are not understood."""
    return _rewritten(text, tables, parameters)[0]


def rewrite_carrying(
    text: str, tables: Tables, flows: Mapping[str, Flow], parameters: Parameters = None
) -> tuple[Rewritten, Flow]:
    """The same with a column more for each origin of its rows, and what flows into its columns; `flows` has what
    flows into those of each table, whose place has the columns of its origins too."""
    instead, flow = _rewritten(text, tables, parameters, flows)
    assert flow is not None
    return instead, flow


def _rewritten(
    text: str, tables: Tables, parameters: Parameters, flows: Mapping[str, Flow] | None = None
) -> tuple[Rewritten, Flow | None]:
    tree = read(text, tables.dialect, parameters)
    template = _template(tree, tables.dialect)
    written = _names(tree)
    tree = _with_views(normalize_identifiers(tree, dialect=tables.dialect), text, tables)
    _must_be_free(tree, text, tables)
    columns = _schema(tables)
    bound = _qualified(tree, text, tables, columns)
    must_be_understood(bound, text, tables.dialect)
    read_columns = tuple(_columns(bound, text))
    names = written or tuple(bound.named_selects)
    flow = None
    if flows is not None:
        bound, flow = Carrier(flows, text, tables.dialect).carry(bound, {})
    some = any(table.bare for table in tables.tables.values())
    bare = some and flow is None and cannot_fail(bound, columns, tables.dialect)
    used = tuple(_replace(bound, text, tables, bare))
    _must_read_back(bound, text, tables)
    return Rewritten(bound, tables.dialect, used, read_columns, names, template), flow


def _template(tree: exp.Query, dialect: str) -> str:
    copy = tree.copy()
    for literal in list(copy.find_all(exp.Literal)):
        literal.replace(exp.Placeholder())
    return copy.sql(dialect=dialect, identify=True, comments=False)


def _names(tree: exp.Query) -> tuple[str, ...]:
    """What the columns of the answer are called, as written; nothing where a star stands among them."""
    if any(part.is_star for part in tree.selects):
        return ()
    names = tuple(part.output_name for part in tree.selects)
    return names if all(names) else ()


# -- the company's own views -----------------------------------------------------------------------


def _with_views(tree: exp.Query, text: str, tables: Tables, depth: int = 0) -> exp.Query:
    """Each view of the company is read as the query that it stands for."""
    for table in list(tree.find_all(exp.Table)):
        name = tables.folded(table.name)
        if name not in tables.views or name in _withs(tree, tables):
            continue
        if depth >= DEEPEST:
            raise refused("Q604", f"the views of `{table.name}` go too deep", text, table)
        inner = _with_views(_view(tables.views[name], table, text, tables), text, tables, depth + 1)
        alias = table.alias or table.name
        table.replace(exp.Subquery(this=inner, alias=exp.TableAlias(this=exp.to_identifier(alias))))
    return tree


def _view(query: str, table: exp.Table, text: str, tables: Tables) -> exp.Query:
    try:
        return normalize_identifiers(read(query, tables.dialect), dialect=tables.dialect)
    except QueryRefused as wrong:
        raise refused(
            wrong.code,
            f"the view `{table.name}` is not understood: {wrong.problem.message}",
            text,
            table,
            "let the query read its tables",
        ) from None


def _withs(tree: exp.Expr, tables: Tables) -> set[str]:
    return {tables.folded(cte.alias) for cte in tree.find_all(exp.CTE)}


# -- names -----------------------------------------------------------------------------------------


def _must_be_free(tree: exp.Query, text: str, tables: Tables) -> None:
    """A `with` may not call anything as a table is called, so that no name can be read in two ways."""
    taken = {name.lower() for name in (*tables.taken, *tables.tables, *tables.views)}
    seen: set[str] = set()
    for cte in tree.find_all(exp.CTE):
        name = cte.alias.lower()
        if name in taken or name in seen or name.startswith(("troth", "sqlite_", "pg_", "duckdb_")):
            raise refused(
                "Q608", f"`{cte.alias}` is already taken", text, cte.args["alias"], "choose another"
            )
        seen.add(name)
    for table in tree.find_all(exp.Table):
        if not table.db:
            continue
        if table.db.lower() not in tables.schemas:
            raise refused(
                "Q606", f"nothing is read from `{table.db}.{table.name}`", text, table.args["db"]
            )
        if table.name.lower() in seen:
            raise refused("Q608", f"`{table.name}` is already taken", text, table)
        table.set("db", None)


def _schema(tables: Tables) -> MappingSchema:
    columns: dict[str, object] = {
        name: {tables.folded(column): kind for column, kind in table.columns.items()}
        for name, table in tables.tables.items()
    }
    return MappingSchema(columns, dialect=tables.dialect, normalize=False)


def _qualified(tree: exp.Query, text: str, tables: Tables, schema: MappingSchema) -> exp.Query:
    """Every star spelled out and every column bound to its table."""
    _must_be_known(tree, text, tables)
    try:
        bound = qualify(tree, schema=schema, dialect=tables.dialect, quote_identifiers=True)
    except SqlglotError as error:
        raise _unbound(text, str(error)) from None
    except RecursionError:
        raise refused("Q609", "the query is nested too deeply", text) from None
    assert isinstance(bound, QUERIES)
    return bound


def _must_be_known(tree: exp.Query, text: str, tables: Tables) -> None:
    named = _withs(tree, tables)
    for table in tree.find_all(exp.Table):
        name = tables.folded(table.name)
        if name not in tables.tables and name not in named:
            raise _unknown(table, text)


def _unknown(table: exp.Table, text: str) -> QueryRefused:
    remedy = "map it, or say `plain` of it, and it can be read"
    return refused("Q606", f"the map has no table `{table.name}`", text, table, remedy)


def _unbound(text: str, told: str) -> QueryRefused:
    """The reader's own words name a column and its place, and nothing else."""
    name = told.split("'")[1] if told.count("'") >= 2 else ""
    message = f"`{name}` is no column that the map has" if name else "a name cannot be resolved"
    at = text.lower().rfind(name.lower()) if name else -1
    place = (at, at + len(name) - 1) if at >= 0 else None
    return refused("Q607", message, text, place=place)


def _columns(bound: exp.Query, text: str) -> Iterator[tuple[str, str]]:
    """The columns of the company's tables that are read; a column of no table is refused."""
    for node in bound.find_all(exp.Column):
        in_order = node.find_ancestor(exp.Order, exp.Group, exp.Having, exp.Qualify, exp.Distinct)
        if not node.table and in_order is None:
            raise refused("Q607", f"`{node.name}` is no column that the map has", text, node)
    found: dict[tuple[str, str], None] = {}
    for scope in traverse_scope(bound):
        for alias, source in scope.sources.items():
            if isinstance(source, exp.Table):
                name = source.name
                mine = (c.name for c in scope.columns if c.table == alias)
                found |= dict.fromkeys((name, column) for column in mine)
    yield from found


# -- what is read instead --------------------------------------------------------------------------


def _replace(bound: exp.Query, text: str, tables: Tables, bare: bool) -> Iterator[str]:
    """Put what may be read in the place of every table, in every scope; nothing is left over. `bare`: as it
    stands where nothing can fail."""
    used: dict[str, None] = {}
    done: set[int] = set()
    for scope in traverse_scope(bound):
        for source in scope.sources.values():
            if isinstance(source, exp.Table) and id(source) not in done:
                done.add(id(source))
                if source.name not in tables.tables:  # a `with` of another place
                    raise _unknown(source, text)
                used[source.name] = None
                _put(source, tables, bare)
    named = {cte.alias for cte in bound.find_all(exp.CTE)}
    for table in bound.find_all(exp.Table):
        if not table.meta.get("put") and (table.name not in named or table.db):
            raise refused("Q611", f"`{table.name}` could not be resolved", text, table)
    return iter(used)


def _put(table: exp.Table, tables: Tables, bare: bool) -> None:
    alias, readable = table.alias or table.name, tables.tables[table.name]
    place = readable.bare() if bare and readable.bare else readable.place()
    for inner in place.find_all(exp.Table):
        inner.meta["put"] = True
    named = exp.TableAlias(this=exp.to_identifier(alias, quoted=True))
    if isinstance(place, exp.Table):
        place.set("alias", named)
        table.replace(place)
    else:
        assert isinstance(place, QUERIES)
        table.replace(exp.Subquery(this=place, alias=named))


def _must_read_back(bound: exp.Query, text: str, tables: Tables) -> None:
    """What is written is read once more, and must be one query of the same tables and columns: no word of
    the query may have become more than a word."""
    bound = _readable_again(bound)
    written = bound.sql(dialect=tables.dialect, identify=True, comments=False)
    try:
        again = sqlglot.parse(written, dialect=tables.dialect)
    except (SqlglotError, RecursionError):
        again = []
    if len(again) != 1 or not isinstance(again[0], QUERIES) or _parts(again[0]) != _parts(bound):
        raise refused("Q611", "the query is not read back as it was meant", text)


def _readable_again(bound: exp.Query) -> exp.Query:
    """A copy in which what the reader writes and cannot read itself stands in other words."""
    copy = bound.copy()
    for node in list(copy.find_all(exp.WithinGroup)):
        inside = [*node.this.iter_expressions(), *(one.this for one in node.expression.expressions)]
        node.replace(exp.Tuple(expressions=inside))
    return copy


def _parts(tree: exp.Expr) -> tuple[Counter[tuple[str, ...]], int]:
    """The names of all tables and columns, and how many queries there are."""
    named = Counter(
        tuple(part.name for part in node.parts)
        for node in tree.walk()
        if isinstance(node, (exp.Table, exp.Column))
    )
    return named, sum(1 for _ in tree.find_all(exp.Select))


def view_query(definition: str, dialect: str) -> str | None:
    """The query of a `create view`, or none where it renames its columns or is not understood."""
    try:
        made = sqlglot.parse_one(definition, dialect=dialect)
    except SqlglotError:
        return None
    if isinstance(made, exp.Create):
        if not isinstance(made.this, exp.Table):
            return None
        made = made.expression
    return made.sql(dialect=dialect, comments=False) if isinstance(made, QUERIES) else None
