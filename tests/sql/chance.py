"""A company made by chance with a database, its map, and what decide says of each of its cells.

Three tables: things by the number of their person, parts that reach people through them, and letters found by
telephone, which a household shares. Whose a row is and under which promise it was given is worked out here once
more, in other words than the product's.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from tests.readings.asks import questions
from tests.readings.calendar import histories
from tests.readings.company import DAYS, LEAVES, NAME, PLACES, ZONE, policies
from tests.readings.history import PEOPLE, History, moments
from tests.sql.questions import written
from troth.estate import Column, Given, Link, Map, Table
from troth.facts import Datum, Scene, getter, load_rows
from troth.gate import Gate, Question
from troth.language.model import Policy, Stamp
from troth.people.people import identify
from troth.store import Session

KEY = b"k" * 32
QUERIES = 5  # of each company
HOUSEHOLD, ALONE, STRANGER = "+1 555 0101", "+1 555 0103", "+1 555 0199"
OF_PHONE: dict[str, tuple[int | None, ...]] = {HOUSEHOLD: (1, 2), ALONE: (3,), STRANGER: (None,)}
DDL = """
create table items (id integer primary key, person integer, other integer, given_at varchar(40),
    version varchar(40), place varchar(10), one varchar(10), two varchar(10), three varchar(10));
create table parts (id integer primary key, item integer, helper integer, what varchar(10));
create table letters (id integer primary key, sender varchar(20), recipient varchar(20), item integer,
    body varchar(10), "When" varchar(40))
"""
COLUMNS = {
    "items": ("id", "person", "other", "given_at", "version", "place", "one", "two", "three"),
    "parts": ("id", "item", "helper", "what"),
    "letters": ("id", "sender", "recipient", "item", "body", "When"),
}
Row = tuple[Any, ...]
Cells = dict[str, list[Row]]


@dataclass(frozen=True)
class Told:
    """A company, what happened in it, its map and its rows, one ask and the queries made for it."""

    policy: Policy
    history: History
    map: Map
    rows: Cells
    question: Question
    queries: tuple[str, ...]


@st.composite
def told(draw: st.DrawFn, made: st.SearchStrategy[Policy] | None = None) -> Told:
    policy = draw(policies() if made is None else made)
    asked = questions(policy).filter(lambda q: q.ask.action not in ("collect", "require"))
    question = draw(asked)
    asked_for = "profile" if question.ask.data == "anything" else question.ask.data
    aimed = st.sampled_from((asked_for, asked_for, *LEAVES, "contact"))
    words = tuple(draw(st.lists(aimed, min_size=5, max_size=5)))
    queries = tuple(draw(st.lists(written(), min_size=QUERIES, max_size=QUERIES)))
    return Told(
        policy,
        draw(histories(policy)),
        draw(_maps(policy, words)),
        draw(_rows(policy)),
        question,
        ("select * from items", "select * from parts", "select * from letters", *queries),
    )


@st.composite
def _maps(draw: st.DrawFn, policy: Policy, words: tuple[str, ...]) -> Map:
    one, two, three, what, body = words
    fixed = st.sampled_from([version.id.partition("/")[2] for version in policy.versions])
    sources = st.sampled_from(("", "", "supplied", "tracked"))
    gate = st.sampled_from(("", "", *words))
    items = Table(
        "items",
        _columns(
            {"one": one, "two": two, "three": three}, "id person other given_at version place"
        ),
        (Link("person", "number"), Link("other", "number", role="mentioned")),
        Given(
            "given_at",
            None,
            draw(st.sampled_from(("by date", "column version"))),
            place_column="place",
            places=tuple((name, name) for name in PLACES[1:]),
            source=draw(sources),
        ),
        draw(gate),
    )
    parts = Table(
        "parts",
        _columns({"what": what}, "id item helper"),
        (Link("item", "", "items", "id"), Link("helper", "number", role="mentioned")),
        Given(like="item"),
        draw(gate),
    )
    day = draw(st.sampled_from((None, *DAYS)))
    letters = Table(
        "letters",
        _columns({"body": body}, "id sender recipient item When"),
        (
            Link("sender", "phone"),
            Link("recipient", "phone", role=draw(st.sampled_from(("owned", "mentioned")))),
            Link("item", "", "items", "id", "anonymous"),
        ),
        Given(
            "" if day else "When",
            day,
            draw(st.one_of(st.sampled_from(("by date", "none")), fixed)),
            draw(st.sampled_from(("", *PLACES[1:]))),
            source=draw(sources),
        ),
        draw(gate),
    )
    tables = {table.name: table for table in (items, parts, letters)}
    return Map("chance", NAME, tables, draw(st.sampled_from(("UTC", ZONE))))


def _columns(personal: dict[str, str], plain: str) -> tuple[Column, ...]:
    columns = [Column(name, "plain") for name in plain.split()]
    return (*columns, *(Column(name, word) for name, word in personal.items()))


@st.composite
def _rows(draw: st.DrawFn, policy: Policy) -> Cells:
    someone = st.sampled_from((*PEOPLE, 1, 1, 77, None))
    versions = st.sampled_from((*(v.id for v in policy.versions), None, "acme/1999-01-01"))
    cell = st.sampled_from(("a", "b", "c", None))
    item = st.tuples(
        someone,
        st.sampled_from((None, None, 1, 2)),
        _moments(),
        versions,
        st.sampled_from((*PLACES[1:], "elsewhere", None)),
        *(cell, cell, cell),
    )
    part = st.tuples(st.integers(0, 8), st.sampled_from((None, None, 1, 3)), cell)
    phone = st.sampled_from((HOUSEHOLD, ALONE, ALONE, STRANGER, "", None))
    letter = st.tuples(phone, phone, st.integers(0, 8), cell, _moments())
    drawn = {"items": (item, 8), "parts": (part, 5), "letters": (letter, 5)}
    return {
        name: [(number, *row) for number, row in enumerate(draw(st.lists(rows, max_size=most)))]
        for name, (rows, most) in drawn.items()
    }


def _moments() -> st.SearchStrategy[str | None]:
    """As a database may have them: with the zone, without one, the day alone, nothing, or no moment."""
    naive = moments().map(lambda at: at.replace(tzinfo=None).isoformat(" "))
    day = moments().map(lambda at: at.date().isoformat())
    aware = moments().map(lambda at: at.isoformat())
    return st.one_of(aware, aware, naive, day, st.sampled_from((None, "soon")))


def identified(session: Session) -> None:
    """The people of the history get the telephones that the letters have."""
    at = datetime(1990, 1, 2, tzinfo=UTC)
    for phone, people in OF_PHONE.items():
        for person in people:
            if person is not None:
                identify(session, KEY, person, "phone", phone, at)


# -- the oracle ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Origin:
    """Whom a row is about, and what decides under which promise it was given."""

    people: tuple[int | None, ...]
    stamp: Stamp
    moment: datetime | None
    source: str | None


class Oracle:
    """The cells of every table as decide says of each by itself, for one ask."""

    def __init__(self, told: Told, gate: Gate, session: Session) -> None:
        self.told = told
        self.gate = gate
        self.session = session
        self.items = {row[0]: row for row in told.rows["items"]}
        self.known: dict[tuple[str, Origin], bool] = {}

    def copy(self) -> Cells:
        """What may be seen."""
        found: Cells = {}
        for name, rows in self.told.rows.items():
            masked = (self.masked(self.told.map.tables[name], row) for row in rows)
            found[name] = [row for row in masked if row is not None]
        return found

    def masked(self, table: Table, row: Row) -> Row | None:
        origin = getattr(self, f"of_{table.name}")(table, row)
        if origin is None or (origin.moment is not None and origin.moment > self.told.question.at):
            return None
        words = {column.word for column in table.columns if column.personal} | {table.row} - {""}
        seen = {word for word in words if self.allowed(word, origin)}
        if table.row not in seen if table.row else not seen:
            return None
        word_of = {column.name: column.word for column in table.columns}
        cells = zip((word_of[name] for name in COLUMNS[table.name]), row, strict=True)
        return tuple(value if word in (*seen, "plain") else None for word, value in cells)

    def of_items(self, table: Table, row: Row) -> Origin | None:
        _, person, other, written, version, place, *_ = row
        if person is None or 77 in (person, other):
            return None
        whom = (person,) if other is None else (person, other)
        moment, day = self.moment(written)
        where = place if place in PLACES[1:] else None
        ids = (version,) if version else ()
        by_date = table.given.version == "by date"
        stamp = Stamp(self.in_force(day) if by_date else ids, where)
        return Origin(whom, stamp, moment, table.given.source or None)

    def of_parts(self, _: Table, row: Row) -> Origin | None:
        _, number, helper, _ = row
        item = self.items.get(number)
        if item is None:
            return None
        found = self.of_items(self.told.map.tables["items"], (*item[:2], None, *item[3:]))
        if found is None or helper is None:
            return found
        return replace(found, people=(*found.people, helper))

    def of_letters(self, table: Table, row: Row) -> Origin | None:
        _, sender, recipient, _, _, written = row
        given = table.given
        if "" in (sender, recipient):
            return None
        owner = sender or (recipient if table.people[1].role == "owned" else None)
        if owner is None:
            return None
        whom = tuple(one for phone in (sender, recipient) if phone for one in OF_PHONE[phone])
        moment, day = self.moment(given.day.isoformat() if given.day else written)
        match given.version:
            case "by date":
                versions = self.in_force(day)
            case "none":
                versions = ()
            case fixed:
                versions = (f"{NAME}/{fixed}",)
        return Origin(whom, Stamp(versions, given.place or None), moment, given.source or None)

    def moment(self, written: str | None) -> tuple[datetime | None, date | None]:
        """The moment, and the day it was in the policy's zone."""
        here = ZoneInfo(ZONE)
        if written is None or written == "soon":
            return None, None
        if len(written) == 10:
            day = date.fromisoformat(written)
            return datetime.combine(day, time(), here).astimezone(UTC), day
        found = datetime.fromisoformat(written)
        if found.tzinfo is None:
            found = found.replace(tzinfo=ZoneInfo(self.told.map.zone))
        return found.astimezone(UTC), found.astimezone(here).date()

    def in_force(self, day: date | None) -> tuple[str, ...]:
        under = [
            v.id for v in self.told.policy.versions if day and v.in_force and v.in_force <= day
        ]
        return tuple(under[-1:])

    def allowed(self, word: str, origin: Origin) -> bool:
        key = word, origin
        if key not in self.known:
            self.known[key] = all(self.decided(word, one, origin) for one in origin.people)
        return self.known[key]

    def decided(self, word: str, person: int | None, origin: Origin) -> bool:
        asked, gate = self.told.question, self.gate
        rows = load_rows(self.session, person, asked.party, asked.matter)
        datum = Datum(place=origin.stamp.place, given_at=origin.moment, source=origin.source)
        scene = Scene(gate.words, ZONE, asked.at, person, asked.party, datum, False, rows)
        for leaf in gate.decider.meaning.points(replace(asked.ask, data=word)):
            residual = gate.decider.residual(leaf, origin.stamp, scene.day)
            if not residual(residual.bits(getter(scene))).allowed:
                return False
        return True
