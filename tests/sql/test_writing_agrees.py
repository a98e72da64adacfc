"""Tables written by chance: later, and for another purpose, three databases show of them what decide allows of every
row and cell they were made of."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psycopg
from hypothesis import given, note, settings
from hypothesis import strategies as st

from tests.readings.asks import questions
from tests.readings.company import ZONE
from tests.readings.test_agree import stored
from tests.sql.chance import KEY, Oracle, Told, identified, told
from tests.sql.making import Making, Needs, Rows, Seen, makings
from tests.sql.shop import plainly
from tests.sql.test_agree import EXAMPLES, RUN, _StoreOf, fill, places
from troth.estate.write import written
from troth.gate import Gate, Question
from troth.sql.connect import connect
from troth.sql.connection import Connection
from troth.sql.permits import Basis
from troth.sql.reckon import Asked
from troth.store import Store

__all__ = ["places"]


@dataclass(frozen=True)
class Case:
    told: Told
    makings: tuple[Making, ...]
    later: tuple[Question, ...]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    one = draw(told())
    asked = questions(one.policy).filter(lambda q: q.ask.action not in ("collect", "require"))
    later = (replace(q, at=max(q.at, one.question.at)) for q in draw(st.tuples(asked, asked)))
    return Case(one, draw(st.tuples(*[makings()] * 2)), tuple(later))


@settings(RUN, max_examples=-(-EXAMPLES // 2))
@given(cases())
def test_a_written_table_shows_what_decide_allows_later(places: dict[str, str], case: Case) -> None:
    gate = Gate(case.told.policy)
    with stored(case.told.policy, case.told.history) as session:
        identified(session)
        store = _StoreOf(session)
        seen = Seen(case.told.map, Oracle(case.told, gate, session).copy())
        oracles = [Oracle(replace(case.told, question=q), gate, session) for q in case.later]
        wanted = [
            [plainly(shown(making.found(seen), oracle)) for making in case.makings]
            for oracle in oracles
        ]
        for kind in ("sqlite", "duckdb", "postgres"):
            found = list(through(case, gate, store, places, kind))
            note(f"{kind}: {[making.query for making in case.makings]} over {seen.cells}")
            assert found == wanted, kind


def shown(rows: Rows, oracle: Oracle) -> Iterator[tuple[Any, ...]]:
    """What of rows may be seen for another ask."""
    for row in rows:
        if met(row.needs, oracle):
            yield tuple(v.value if met(v.needs, oracle) else None for v in row.values.values())


def met(needs: Needs, oracle: Oracle) -> bool:
    for name, number, words in needs:
        table = oracle.told.map.tables[name]
        origin = getattr(oracle, f"of_{name}")(table, oracle.told.rows[name][number])
        if not any(oracle.allowed(word, origin) for word in words):
            return False
    return True


def through(
    case: Case, gate: Gate, store: Store, places: dict[str, str], kind: str
) -> Iterator[list[list[tuple[str, ...]]]]:
    """For each later ask, what each table shows."""
    fill(places[kind], case.told.rows)
    if kind == "postgres":
        with psycopg.connect(places[kind], autocommit=True) as made:
            made.execute("drop table if exists made0, made1")
    file = Path(places["copy"]).with_name("chance.yaml")
    file.write_text(written(case.told.map))
    file.with_name("chance.written.yaml").unlink(missing_ok=True)
    with connected(case.told.question, gate, store, places[kind], file) as connection:
        for number, making in enumerate(case.makings):
            connection.execute(f"create table made{number} as {making.query}")
    for question in case.later:
        with connected(question, gate, store, places[kind], file) as connection:
            asked = (f"select * from made{number}" for number, _ in enumerate(case.makings))
            yield [plainly(connection.execute(query).fetchall()) for query in asked]


@contextmanager
def connected(
    asked: Question, gate: Gate, store: Store, url: str, file: Path
) -> Iterator[Connection]:
    basis = Basis(
        store, gate.decider.meaning, KEY, ZONE,
        Asked(asked.ask, asked.at, ZONE, asked.party), asked.matter,
    )  # fmt: skip
    with connect(url, file, basis, lambda: asked.at) as connection:
        yield connection
