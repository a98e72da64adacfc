"""Permits that follow: whatever is said, views show at once, or after a look, what is worked out anew."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests import postgres
from tests.sql.shop import ROWS, fill_postgres, fill_sqlite, plainly, the_map
from troth.company import Company, open_house
from troth.matters import case
from troth.parties import agreements, recipients
from troth.people import choices, join, notices, people
from troth.people.forget import forget
from troth.people.identifiers import Identifiers
from troth.sql.aims import read_aim
from troth.sql.follow import Follower
from troth.sql.install import Installed
from troth.sql.standing import read_standing
from troth.store import Session

PURPOSES = ("support", "news", "support with acme", "support within ticket:1")
TABLES = ("contacts", "orders", "messages", "notes")
FOLLOWED = Path(__file__).parent / "followed"
KINDS = ("sqlite beside", "postgres beside", "sqlite apart", "postgres apart")


@dataclass
class Moment:
    now: datetime

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Place:
    kind: str
    url: str
    shop: Company
    moment: Moment
    follower: Follower | None = None

    @property
    def now(self) -> datetime:
        return self.moment.now

    @property
    def beside(self) -> bool:
        return self.kind.endswith("beside")

    def install(self, only_look: bool = False) -> tuple[Installed, list[str]]:
        return self.shop.install(self.url, PURPOSES, map=the_map(), only_look=only_look)

    def look(self) -> None:
        """What whoever follows does twice a second; beside the store nobody need."""
        if self.follower is not None:
            self.follower.look()

    def views(self, purpose: str) -> dict[str, list[tuple[str, ...]]]:
        """What a client that knows no Troth reads."""
        called = read_aim(purpose).called
        dot = "." if self.kind.startswith("postgres") else "_"
        called = f"troth_{read_aim(purpose).called}{dot}"
        with opened(self.url) as one:
            return {
                table: plainly(one.execute(f"select * from {called}{table}").fetchall())
                for table in TABLES
            }

    def write(self, statement: str) -> None:
        with opened(self.url) as one:
            one.execute(statement)

    def who(self, session: Session, name: str) -> int:
        found = self.shop.person(session, f"{name}@example.com")
        assert found is not None
        return found

    def fill(self) -> None:
        early, words = datetime(2011, 1, 1, tzinfo=UTC), self.shop.policy.words
        with self.shop.writing() as session:
            for name in ("anna", "ben", "cara", "dora", "fay"):
                mail: Identifiers = {"email": f"{name}@example.com"}
                people.add_person(session, self.shop.key, early, mail)
            recipients.register(session, "acme", words["party", "partner"], "Acme", early)
            agreements.sign(session, "acme", ["our-terms"], early.date(), early)
            everybody = [self.who(session, name) for name in ("anna", "ben", "cara", "dora", "fay")]
            ticket = words["matter", "ticket"]
            case.open_matter(session, "ticket:1", ticket, early, "person", people=everybody)

    def must_agree(self, when: str = "") -> None:
        """Every permit is what is worked out anew, and the views show something still."""
        told, _ = self.install(only_look=True)
        assert not any(told.changed.values()) and not told.stale, (when, told)
        assert self.views("support")["contacts"], when

    def must_show(self, when: str) -> None:
        """Every view shows what a connection finds that works permits out itself."""
        self.must_agree(when)
        for purpose in PURPOSES:
            shown = self.views(purpose)
            word = purpose.partition(" ")[0]
            with self.shop.connect(
                self.url, purpose=word, map=the_map(), **further(purpose)
            ) as connection:
                assert connection.in_rows(self.now), when
                connection._in_rows = None  # so that it works them out itself
                for table, rows in shown.items():
                    found = connection.execute(f"select * from {table}").fetchall()
                    assert rows == plainly(found), (when, purpose, table)


def further(purpose: str) -> dict[str, str]:
    """The further arguments of a connection, as the purpose is written."""
    how, _, what = purpose.partition(" ")[2].partition(" ")
    return {"with": {"party": what}, "within": {"within": what}}.get(how, {})


@contextmanager
def opened(url: str) -> Iterator[Any]:
    made: Any = (
        psycopg.connect(url, autocommit=True)
        if url.startswith("postgres")
        else sqlite3.connect(url.split("///")[1], isolation_level=None)
    )
    with closing(made):
        yield made


@pytest.fixture(params=KINDS)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    kind: str = request.param
    with ExitStack() as held:
        if kind.startswith("postgres"):
            url = held.enter_context(postgres.database(None))
            fill_postgres(url, ROWS)
        else:
            url = f"sqlite:///{tmp_path / 'shop.db'}"
            fill_sqlite(tmp_path / "shop.db", ROWS)
        store = url if kind.endswith("beside") else f"sqlite:///{tmp_path / 'store.db'}"
        moment = Moment(datetime.now(UTC))
        house = open_house(FOLLOWED, store, moment, b"k" * 32)
        place = Place(kind, url, house.company("shop"), moment)
        place.fill()
        if not place.beside:
            place.follower = held.enter_context(place.shop.following(url, PURPOSES, map=the_map()))
            place.follower.begin()
        else:
            place.install()
        yield place
        house.store.close()


Change = Callable[[Place, Session], None]


def say(place: Place, session: Session, name: str, choice: str, standing: bool = True) -> None:
    named = {c.name: c for v in place.shop.policy.versions for c in v.choices}
    who = place.who(session, name)
    choices.say(session, who, named[choice], (), standing, place.now, "email", "person")


def joined(place: Place, session: Session, name: str) -> None:
    join.join(session, place.who(session, "fay"), place.who(session, name), place.now)


def told(place: Place, session: Session) -> None:
    since = place.now - timedelta(days=40)
    notices.tell(session, place.who(session, "ben"), "shop/2015-01-01", "email", "delivered", since)


def named(place: Place, session: Session) -> None:
    """An address that the shop had and nobody was known by; she refuses with her first word."""
    key = place.shop.key
    new = people.add_person(session, key, place.now, {"email": "jon@example.com"})
    assert new
    say(place, session, "jon", "no-news")


def another_address(place: Place, session: Session) -> None:
    who = place.who(session, "jon")
    people.identify(session, place.shop.key, who, "email", "hal@example.com", place.now)


def address_ended(place: Place, session: Session) -> None:
    who = place.who(session, "jon")
    people.end_identifier(session, place.shop.key, who, "email", "hal@example.com", place.now)


def forgotten(place: Place, session: Session) -> None:
    forget(session, place.who(session, "anna"), place.now)


def forgotten_without_a_trace(place: Place, session: Session) -> None:
    forget(session, place.who(session, "dora"), place.now)


def comes_back(place: Place, session: Session) -> None:
    people.add_person(session, place.shop.key, place.now, {"email": "anna@example.com"})


CHANGES: tuple[tuple[str, Change], ...] = (
    ("a refusal", lambda p, s: say(p, s, "cara", "no-news")),
    ("it is taken back", lambda p, s: say(p, s, "cara", "no-news", False)),
    ("a refusal of sharing", lambda p, s: say(p, s, "fay", "no-share")),
    ("two records are one person", lambda p, s: joined(p, s, "cara")),
    ("what one says counts for both", lambda p, s: say(p, s, "cara", "no-news")),
    ("a notice was delivered", told),
    ("somebody new refuses", named),
    ("a further address", another_address),
    ("it is given up", address_ended),
    ("she refuses, and is forgotten", lambda p, s: say(p, s, "anna", "no-news")),
    ("forgotten", forgotten),
    ("forgotten without a trace", forgotten_without_a_trace),
    ("she comes back", comes_back),
)


def test_what_is_said_is_shown_at_once(place: Place) -> None:
    place.must_show("in the beginning")
    assert "Cara@Example.com" in str(place.views("news"))
    for what, change in CHANGES:
        with place.shop.writing() as session:
            change(place, session)
        place.look()
        shown = place.views("news")
        if place.kind in ("sqlite apart", "postgres beside"):
            place.must_agree(what)
        if what == "a refusal":
            assert "Cara@Example.com" not in str(shown) and "fay@example.com" in str(shown)
        if what == "somebody new refuses":
            assert "jon@example.com" not in str(shown)
    place.must_show("in the end")


def test_a_matter_that_closes_and_an_agreement_that_ends(place: Place) -> None:
    within, shared = "support within ticket:1", "support with acme"
    assert place.views(within)["messages"] and place.views(shared)["contacts"]
    with place.shop.writing() as session:
        case.close(session, "ticket:1", place.now)
    place.look()
    assert not place.views(within)["messages"]
    assert place.views("support")["contacts"]  # what names neither goes on
    place.install()
    place.must_agree("closed")
    with place.shop.writing() as session:
        agreements.end(session, 1, place.now.date() - timedelta(days=1), place.now)
    place.look()
    assert not place.views(shared)["contacts"]
    place.install()
    place.must_agree("ended")


def test_a_row_that_comes_or_changes_is_taken_in(place: Place) -> None:
    place.write("update contacts set email = 'fay@example.com' where id = 1")
    place.write("insert into contacts (id, email, at) values (30, 'x@example.com', '2015-02-02')")
    shown = {row[0] for row in place.views("support")["contacts"]}
    assert not shown & {"1", "30"}
    if place.follower is None:
        place.install()
    place.look()
    assert {"1", "30"} <= {row[0] for row in place.views("support")["contacts"]}
    place.must_agree("changed")


def test_nothing_is_shown_past_its_time_or_by_another_policy(place: Place) -> None:
    assert place.views("support")["contacts"]
    place.write("update troth_permits set policy = 'another'")
    assert not place.views("support")["contacts"]
    place.write("update troth_permits set policy = '', valid_until = '2000-01-01T00:00:00.000000Z'")
    assert not place.views("support")["contacts"]
    installed, _ = place.install(only_look=True)
    assert "they were put in under another policy or map" in installed.stale
    place.install()
    place.must_agree("put in anew")


def test_who_was_not_heard_is_not_shown(place: Place) -> None:
    """Something said past the house, as by a release that knew no permits: nothing is shown until it is heard."""
    place.shop.store.watchers.clear()
    with place.shop.writing() as session:
        say(place, session, "cara", "no-news")
    if place.beside:
        assert not place.views("news")["contacts"]
        with place.shop.following(place.url, PURPOSES, map=the_map()) as follower:
            assert follower.look().people == 1
    place.look()
    shown = str(place.views("news"))
    assert "Cara@Example.com" not in shown and "fay@example.com" in shown
    place.must_agree("heard")


def test_nobody_is_kept_from_choosing_by_whoever_holds_the_rows(place: Place) -> None:
    if place.kind != "postgres beside":
        return
    with psycopg.connect(place.url) as other:
        other.execute("update contacts set name = 'held' where id = 3")
        with place.shop.writing() as session:
            say(place, session, "cara", "no-news")
        other.rollback()
    assert not place.views("news")["contacts"]  # it was said, and is not in the rows
    with place.shop.following(place.url, PURPOSES, map=the_map()) as follower:
        follower.look()
    place.must_agree("caught up")
    assert "Cara@Example.com" not in str(place.views("news"))


def test_whoever_is_fresh_is_not_shown_before_it_is_worked_out(place: Place) -> None:
    """The first half of a look alone: as if whoever follows had died before the second."""
    with place.shop.following(place.url, PURPOSES, map=the_map()) as follower:
        place.shop.store.watchers.clear()
        with place.shop.writing() as session:
            say(place, session, "cara", "no-news")
        standing = read_standing(follower.database)
        assert standing is not None
        follower._hide(standing)
        assert "Cara@Example.com" not in str(place.views("support"))
        with place.shop.connect(place.url, purpose="news", map=the_map()) as connection:
            assert not connection.in_rows(place.now)
        follower.look()
        assert "Cara@Example.com" in str(place.views("support"))
        place.must_agree("worked out")


def test_views_hold_for_the_lease_alone(place: Place) -> None:
    if place.follower is None:
        return
    place.moment.now -= timedelta(minutes=2)
    place.follower.begin()
    assert not place.views("support")["contacts"]
    place.moment.now += timedelta(minutes=2)
    assert place.follower.look().rows == 0  # only the lease was renewed
    assert place.views("support")["contacts"]


def test_many_at_once_are_hidden_and_then_worked_out(place: Place, monkeypatch: Any) -> None:
    monkeypatch.setattr("troth.sql.beside.MOST", 0)
    with place.shop.writing() as session:
        say(place, session, "cara", "no-news")
    if place.beside:
        assert "Cara@Example.com" not in str(place.views("support"))
        assert place.views("support")["contacts"]
    with place.shop.following(place.url, PURPOSES, map=the_map()) as follower:
        follower.look()
    place.must_agree("worked out")
