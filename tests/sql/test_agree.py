"""Policies, histories and rows made by chance: three databases show exactly the cells that decide allows."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import duckdb
import psycopg
import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from tests import postgres
from tests.readings.asks import questions
from tests.readings.calendar import histories
from tests.readings.company import LEAVES, NAME, PLACES, ZONE, policies
from tests.readings.history import History, moments
from tests.readings.test_agree import stored
from tests.sql.shop import plainly
from troth.estate import Column, Given, Link, Map, Table
from troth.facts import Datum, Scene, getter, load_rows
from troth.gate import Gate, Question
from troth.language.model import Policy, Stamp
from troth.sql.connect import connect
from troth.sql.connection import Connection
from troth.sql.permits import Basis
from troth.sql.reckon import Asked
from troth.store import Session, Store

EXAMPLES = int(os.environ.get("TROTH_EXAMPLES", "4"))  # a long run: TROTH_EXAMPLES=10000
RUN = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
DDL = """
create table items (id integer primary key, person integer, other integer, given_at varchar(40),
    version varchar(40), place varchar(10), one varchar(10), two varchar(10), three varchar(10));
create table parts (id integer primary key, item integer, helper integer, what varchar(10))
"""
QUERIES = (
    "select * from items",
    "select * from parts",
    "select i.one, p.what from items i left join parts p on p.item = i.id",
    "select one, count(*), count(two) from items group by one",
    "select id from items i where exists (select 1 from parts p where p.item = i.id and p.what is not null)",
    "with x as (select id, three from items) select count(three), max(id) from x",
    "select id, row_number() over (order by one, id) from items union select id, 0 from parts",
)
Row = tuple[Any, ...]


class Told(NamedTuple):
    """A company, what happened in it, its database with the words of its columns, and one question."""

    policy: Policy
    history: History
    words: tuple[str, ...]
    items: list[Row]
    parts: list[Row]
    question: Question
    by_date: bool


@st.composite
def told(draw: st.DrawFn) -> Told:
    policy = draw(policies())
    asked = questions(policy).filter(lambda q: q.ask.action not in ("collect", "require"))
    question = draw(asked)
    asked_for = "profile" if question.ask.data == "anything" else question.ask.data
    aimed = st.sampled_from((asked_for, *LEAVES, "contact"))
    words = tuple(draw(st.lists(aimed, min_size=4, max_size=4)))
    someone = st.sampled_from((1, 1, 2, 3, 77, None))
    versions = (*(v.id for v in policy.versions), None, "acme/1999-01-01")
    when = st.one_of(st.none(), moments().map(lambda at: at.isoformat()))
    item = st.tuples(someone, st.sampled_from((None, None, 1, 2)), when, st.sampled_from(versions))
    place = st.sampled_from((*PLACES[1:], None))
    items = [
        (number, *each, where, "a", "b", "c")
        for number, (each, where) in enumerate(draw(st.lists(st.tuples(item, place), max_size=8)))
    ]
    part = st.tuples(st.integers(0, 8), st.sampled_from((None, None, 1, 3)))
    parts = [(n, *each, "d") for n, each in enumerate(draw(st.lists(part, max_size=5)))]
    return Told(policy, draw(histories(policy)), words, items, parts, question, draw(st.booleans()))


def mapped(told: Told) -> Map:
    one, two, three, what = told.words
    version = "by date" if told.by_date else "column version"
    places = tuple((name, name) for name in PLACES[1:])
    plain = ("id", "person", "other", "given_at", "version", "place")
    named = zip(("one", "two", "three"), (one, two, three), strict=True)
    items = Table(
        "items",
        (*(Column(n, "plain") for n in plain), *(Column(n, word) for n, word in named)),
        (Link("person", "number"), Link("other", "number", role="mentioned")),
        Given("given_at", None, version, "", "place", places),
    )
    parts = Table(
        "parts",
        (*(Column(n, "plain") for n in ("id", "item", "helper")), Column("what", what)),
        (
            Link("item", "", "items", "id"),
            Link("helper", "number", role="mentioned"),
        ),
        Given(like="item"),
    )
    return Map("chance", NAME, {"items": items, "parts": parts})


# -- the oracle ------------------------------------------------------------------------------------


class Oracle:
    """Each cell as decide says of it by itself."""

    def __init__(self, told: Told, gate: Gate, session: Session) -> None:
        self.told = told
        self.gate = gate
        self.session = session
        self.items = {row[0]: row for row in told.items}

    def copy(self) -> dict[str, list[Row]]:
        *words, what = self.told.words
        items = [self.masked(row, 6, words, self.whose(row), row) for row in self.told.items]
        parts = []
        for row in self.told.parts:
            item = self.items.get(row[1])
            whose = None
            if item is not None and item[1] is not None:  # those of the item, and who helped
                whose = self.whose((*item[:2], row[2]))
            parts.append(self.masked(row, 3, [what], whose, item))
        return {"items": [i for i in items if i], "parts": [p for p in parts if p]}

    def whose(self, row: Row) -> list[int] | None:
        """Who must allow; none where nobody is known whose it is."""
        people = [one for one in (row[1], row[2]) if one is not None]
        return people if row[1] is not None and 77 not in people else None

    def masked(
        self, row: Row, first: int, words: list[str], whose: list[int] | None, item: Row | None
    ) -> Row | None:
        if whose is None or item is None:
            return None
        seen = [self.allowed(word, whose, item) for word in words]
        if not any(seen):
            return None
        cells = zip(row[first:], seen, strict=True)
        return (*row[:first], *(value if can else None for value, can in cells))

    def allowed(self, word: str, whose: list[int], item: Row) -> bool:
        asked = self.told.question
        _, _, _, written, version, place, *_ = item
        moment = datetime.fromisoformat(written) if written else None
        if moment is not None and moment > asked.at:
            return False
        if self.told.by_date:
            day = moment.astimezone(ZoneInfo(ZONE)).date() if moment else date.min
            out = [v.id for v in self.told.policy.versions if v.in_force and v.in_force <= day]
            stamp = Stamp(tuple(out[-1:]), place)
        else:
            stamp = Stamp((version,) if version else (), place)
        datum = Datum(place=place, given_at=moment.astimezone(UTC) if moment else None)
        return all(self.decided(word, person, stamp, datum) for person in whose)

    def decided(self, word: str, person: int, stamp: Stamp, datum: Datum) -> bool:
        asked, gate = self.told.question, self.gate
        rows = load_rows(self.session, person, asked.party, asked.matter)
        scene = Scene(gate.words, ZONE, asked.at, person, asked.party, datum, False, rows)
        for leaf in gate.decider.meaning.points(replace(asked.ask, data=word)):
            residual = gate.decider.residual(leaf, stamp, scene.day)
            if not residual(residual.bits(getter(scene))).allowed:
                return False
        return True


# -- three databases -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Where an example finds its databases, and where the copies of the oracle are."""
    folder = tmp_path_factory.mktemp("chance")
    with postgres.database(None) as one, postgres.database(None) as other:
        yield {
            "sqlite": f"sqlite:///{folder / 'a.db'}",
            "duckdb": f"duckdb:///{folder / 'a.duckdb'}",
            "postgres": one,
            "copy": str(folder / "copy.db"),
            "postgres copy": other,
        }


def fill(url: str, rows: dict[str, list[Row]]) -> None:
    """The tables with these rows, in place of what was there."""
    statements = [f"drop table if exists {name}" for name in rows] + DDL.split(";")
    kind, _, path = url.partition(":///")
    if kind in ("sqlite", "duckdb"):
        Path(path).unlink(missing_ok=True)
    opened: Any = (
        sqlite3.connect(path)
        if kind == "sqlite"
        else duckdb.connect(path)
        if kind == "duckdb"
        else psycopg.connect(url)
    )
    mark = "%s" if url.startswith("postgres") else "?"
    with closing(opened):
        cursor = opened.cursor()
        for statement in statements:
            cursor.execute(statement)
        for name, listed in rows.items():
            for row in listed:
                cursor.execute(f"insert into {name} values ({', '.join([mark] * len(row))})", row)
        opened.commit()


@contextmanager
def connected(told: Told, gate: Gate, store: Store, url: str) -> Iterator[Connection]:
    asked = told.question
    basis = Basis(
        store, gate.decider.meaning, b"k" * 32, ZONE,
        Asked(asked.ask, asked.at, ZONE, asked.party), asked.matter,
    )  # fmt: skip
    connection = connect(url, mapped(told), basis, lambda: asked.at)
    with connection:
        yield connection


@RUN
@given(told())
def test_three_databases_show_what_decide_allows(places: dict[str, str], told: Told) -> None:
    gate = Gate(told.policy)
    with stored(told.policy, told.history) as session, ExitStack() as open_:
        store = _StoreOf(session)
        seen = Oracle(told, gate, session).copy()
        fill(f"sqlite:///{places['copy']}", seen)
        copy = open_.enter_context(closing(sqlite3.connect(places["copy"])))
        wanted = {query: plainly(copy.execute(query).fetchall()) for query in QUERIES}
        for kind in ("sqlite", "duckdb", "postgres"):
            fill(places[kind], {"items": told.items, "parts": told.parts})
            with connected(told, gate, store, places[kind]) as connection:
                found = {q: plainly(connection.execute(q).fetchall()) for q in QUERIES}
            note(f"{kind}: {seen}")
            assert found == wanted, kind


class _StoreOf(Store):
    """The store whose transaction the history is in: what is asked of it is a part of that."""

    def __init__(self, session: Session) -> None:
        super().__init__("sqlite://", session.connection.engine)
        self._session = session

    @contextmanager
    def reading(self, company: str) -> Iterator[Session]:  # noqa: ARG002
        yield self._session

    writing = reading
