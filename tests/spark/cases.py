"""Companies made by chance as a warehouse has them: the store's number of the person stands in every row.

They are the strategies of tests/sql. Most asks about companies made by chance are a no for every row; so several are
drawn for each, and what decide says of each cell is asked before Spark has seen anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.readings.asks import questions
from tests.readings.company import ZONE, policies
from tests.readings.history import moments
from tests.readings.test_agree import stored
from tests.spark.light import write
from tests.sql.chance import ALONE, DDL, HOUSEHOLD, KEY, Cells, Oracle, Origin, Row, Told, told
from tests.sql.opened import about, opened, opening
from tests.sql.test_agree import _StoreOf
from troth.estate import Link, Map, Table
from troth.gate import Gate, Question
from troth.language.model import Ask
from troth.sql.connect import connect
from troth.sql.connection import Connection
from troth.sql.copied import copy_store
from troth.sql.permits import Basis
from troth.sql.reckon import Asked
from troth.store import Session

UNKNOWN = "77"
EMPTY = 5
AT_ONCE = 20  # companies that are drawn before the first is tried
QUESTIONS = 3  # beside those of the clause that is in every company


@dataclass
class Case:
    """One company with its folder of Parquet, its copy of the store, and what decide says of every cell."""

    told: Told
    seen: Cells
    session: Session
    gate: Gate
    folder: Path

    def connection(self) -> Connection:
        asked = self.told.question
        basis = Basis(
            _StoreOf(self.session), self.gate.decider.meaning, KEY, ZONE,
            Asked(asked.ask, asked.at, ZONE, asked.party), asked.matter,
        )  # fmt: skip
        return connect(f"spark:///{self.folder}", self.told.map, basis, lambda: asked.at)


def cases(count: int, begin: int, folder: Path) -> Iterator[Case]:
    """So many cases, each with its store open while it is used. Of the questions drawn for a company that is taken
    which shows most; in one case of EMPTY nothing may be seen."""
    found = empty = 0
    for number, drawn in enumerate(_one_after_the_other(3 * count + 20, begin)):
        gate = Gate(drawn[0].policy)
        with stored(drawn[0].policy, drawn[0].history) as session:
            tried = [(told, Numbered(told, gate, session).copy()) for told in drawn]
            case, seen = max(tried, key=lambda one: sum(map(len, one[1].values())))
            if not any(seen.values()):
                if (empty + 1) * EMPTY > found + EMPTY:
                    continue
                empty += 1
            place = folder / str(number)
            write(place, DDL, case.rows)
            copy_store(session, place, case.question.at, parts=4)
            yield Case(case, seen, session, gate, place)
        found += 1
        if found == count:
            return
    raise AssertionError(f"only {found} of {count} cases were found")


@st.composite
def _asked(draw: st.DrawFn) -> list[Told]:
    """A company, with several questions and what the map says for each."""
    open_ = draw(opening())
    case = _numbered(draw(told(policies().map(lambda policy: opened(policy, open_)))))
    wanted = questions(case.policy).filter(lambda q: q.ask.action in ("use", "share"))
    others = draw(st.lists(wanted, min_size=QUESTIONS, max_size=QUESTIONS))
    aimed = Question(Ask("use", open_.data[0], open_.purposes[0]), 1, draw(moments()))
    late = replace(aimed, at=max(aimed.at, case.question.at))
    return [case, *(about(case, question) for question in (*others, aimed, late))]


def _one_after_the_other(most: int, begin: int) -> Iterator[list[Told]]:
    for number in range(0, most, AT_ONCE):
        yield from _drawn(AT_ONCE, begin + number)


def _drawn(count: int, begin: int) -> list[list[Told]]:
    listed: list[list[Told]] = []

    @seed(begin)
    @settings(
        max_examples=count,
        deadline=None,
        phases=(Phase.generate,),
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(_asked())
    def draw(case: list[Told]) -> None:
        listed.append(case)

    draw()
    return listed


def _numbered(case: Told) -> Told:
    """The same company with the number of a person where a telephone stood."""
    rows = {**case.rows, "letters": [_letter(row) for row in case.rows["letters"]]}
    queries = tuple(query.replace('"When"', "`When`") for query in case.queries)
    return replace(case, map=_keyed(case.map), rows=rows, queries=queries)


def _letter(row: Row) -> Row:
    number, sender, recipient, *rest = row
    known = {HOUSEHOLD: str(1 + number % 2), ALONE: "3", None: None}
    return (number, known.get(sender, UNKNOWN), known.get(recipient, UNKNOWN), *rest)


def _keyed(found: Map) -> Map:
    def link(one: Link) -> Link:
        return replace(one, kind="number") if one.kind == "phone" else one

    def keyed(table: Table) -> Table:
        return replace(table, key="id", people=tuple(link(one) for one in table.people))

    tables = {name: keyed(table) for name, table in found.tables.items()}
    return replace(found, tables=tables, zone="UTC")


class Numbered(Oracle):
    """Decide cell by cell, where letters have the numbers of their people."""

    def of_letters(self, table: Table, row: Row) -> Origin | None:
        number, sender, recipient, *rest = row
        if UNKNOWN in (sender, recipient):
            return None
        phones = (ALONE if who is not None else None for who in (sender, recipient))
        found = super().of_letters(table, (number, *phones, *rest))
        people = tuple(int(who) for who in (sender, recipient) if who is not None)
        return replace(found, people=people) if found else None
