"""A connection to a warehouse: the predicate is in the query, over a copy of the store, and what the copy has not
heard yet counts all the same.

Whoever something was said of since the copy was taken is left out until it is taken anew; so a refusal counts with
the next query, however old the copy is.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial

from sqlglot import exp

from troth import ledger
from troth.estate import Map, Table, Unusable
from troth.estate.spark import NotRun, Spark
from troth.query import Parameters, Readable, Rewritten, Statement, Tables, folded, rewrite
from troth.query.refused import refused
from troth.sql.connection import Clock, Connection
from troth.sql.copied import COPIED, NOTE, STORE, schemas
from troth.sql.follow import since
from troth.sql.judged import Aimed, NotCompiled, compiled, must_have_numbers
from troth.sql.paths import paths, stamped
from troth.sql.permits import Basis, Reckoning
from troth.sql.spark import SparkWall, placed
from troth.sql.wall import columns_of
from troth.sql.whose import Heard, numbers
from troth.store import Session

MOST_HIDDEN = 10_000  # people whom one query leaves out


class Warehouse(Connection):
    """Reads a folder of a company's tables through Spark for one purpose."""

    def __init__(self, database: Spark, found: Map, basis: Basis, clock: Clock, who: str) -> None:
        self.database = database
        self.head = self._copied(basis.meaning.policy.name)
        wall = SparkWall(database)
        super().__init__(wall, found, basis, clock, who)
        wall.reached = {folded(t.name, "spark"): self._reached(t) for t in found.tables.values()}

    def _copied(self, company: str) -> int:
        """The last entry of the ledger that the copy has. `Unusable` where there is no copy of this company."""
        missing = Unusable(
            f"{self.database.folder} has no copy of the store of {company}; take one with `troth copy`"
        )
        if not (self.database.folder / STORE / NOTE).is_dir():
            raise missing
        for name, schema in schemas().items():
            self.database.view(f"{STORE}/{name}", schema)
        note = self.database.places[f"{STORE}/{NOTE}"]
        try:
            rows = self.database.rows(f"select company, head from {note}")
            return int(next(head for name, head in rows if name == company))
        except (NotRun, StopIteration):
            raise missing from None

    def _readable(self) -> tuple[Tables, Tables | None]:
        live, tables = self.database.tables(), {}
        self.standing = None
        for name, table in self._map.tables.items():
            if table.personal:
                try:
                    must_have_numbers(self._map, table)
                except NotCompiled as wrong:
                    raise Unusable(str(wrong)) from None
                columns = columns_of(table, live[name])
                tables[folded(name, "spark")] = Readable(name, columns, partial(self._place, table))
            else:
                tables[folded(name, "spark")] = self._wall.readable(table, live[name], "")
        return Tables("spark", tables, {}, (), frozenset((*live, *COPIED, NOTE, STORE))), None

    def _reached(self, table: Table) -> frozenset[str]:
        """The folders that reading a table touches: its own, those on the way to its people, the store's."""
        folder = self.database.folder.resolve()
        on_the_way = {step.to for path in paths(self._map, table) for step in path.steps}
        if table.personal:
            on_the_way |= {step.to for step in stamped(self._map, table)[1]}
            on_the_way |= {f"{STORE}/{name}" for name in COPIED}
        return frozenset(str(folder / name) for name in (table.name, *on_the_way))

    def in_rows(self, now: datetime) -> bool:  # noqa: ARG002
        """No permits stand in the rows."""
        return False

    def write(self, text: str, statement: Statement, parameters: Parameters = None) -> int:  # noqa: ARG002
        raise refused("Q614", "nothing is written to a warehouse", text)

    def rewritten(self, query: str, parameters: Parameters = None) -> Rewritten:
        self._renew(query)
        return rewrite(query, self.tables, parameters)

    def _instead(self, query: str, tables: Tables, parameters: Parameters) -> Rewritten:
        """Made anew each time: the moment is in it, and who is left out."""
        self._renew(query)
        return rewrite(query, tables, parameters)

    def _renew(self, query: str) -> None:
        now = self.clock()
        with self.basis.store.reading(self.basis.meaning.policy.name) as session:
            asked = Reckoning(self.basis, session, now).asked
            hidden = self._hidden(session, query)
        self._aimed = Aimed(
            self.basis.meaning.policy.name, asked.ask, now, self.basis.zone,
            asked.party, asked.others, hidden=hidden,
        )  # fmt: skip

    def _hidden(self, session: Session, query: str) -> frozenset[int]:
        """Of whom something was said that the copy has not. `QueryRefused` where that is too much to leave out."""
        if ledger.last_said(session) == self.head:
            return frozenset()
        heard = since(session, self.head)
        hidden = {number for number in numbers(session, heard.people) if number > 0}
        if self._bears(heard) or len(hidden) > MOST_HIDDEN:
            raise refused(
                "Q618",
                "more was said since the store was copied than can be left out of an answer",
                query,
                remedy="take the copy anew with `troth copy`",
            )
        return frozenset(hidden)

    def _bears(self, heard: Heard) -> bool:
        """Whether something was said that is about no single person and may change the answer."""
        asked = self.basis.asked
        named = asked.party or asked.ask.party
        matters = heard.matters and (self.basis.matter or named)
        return bool(heard.all or matters or (heard.parties and named))

    def _permit(self, query: Rewritten, now: datetime) -> None:
        """The predicate is in the query."""

    def _place(self, table: Table) -> exp.Select:
        query = compiled(self.basis.meaning, self._map, table, self._aimed, "spark")
        return placed(query, self.database)
