"""Permits that stand in the rows: they give what permits worked out at once give, and hold no longer than they say."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest

from tests import postgres
from tests.sql.conftest import DATABASES
from tests.sql.shop import (
    NOW,
    ROWS,
    company,
    fill_duckdb,
    fill_postgres,
    fill_sqlite,
    plainly,
    the_map,
)
from troth.company import Company
from troth.people import choices
from troth.sql import alike
from troth.sql.connection import Connection
from troth.sql.install import Installed

PURPOSES = ("support", "news", "counting")
QUERIES = (
    "select * from contacts",
    "select * from orders",
    "select * from messages",
    "select * from notes",
    "select c.email, o.total from contacts c left join orders o on o.contact_id = c.id",
    "select count(*) from contacts where email is not null",
)


@dataclass
class Place:
    kind: str
    url: str
    shop: Company
    told: tuple[str, ...] | list[str] = ()

    def install(self, only_look: bool = False) -> Installed:
        installed, self.told = self.shop.install(
            self.url, PURPOSES, map=the_map(), only_look=only_look
        )
        return installed

    def connect(self, purpose: str) -> Connection:
        return self.shop.connect(self.url, purpose=purpose, map=the_map())

    def write(self, statement: str) -> None:
        path = self.url.split("///")[1] if self.kind == "sqlite" else ""
        opened: Any = sqlite3.connect(path) if path else psycopg.connect(self.url)
        with closing(opened):
            opened.execute(statement)
            opened.commit()


@pytest.fixture(params=DATABASES)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    kind = request.param
    if kind == "postgres":
        with postgres.database(None) as url:
            fill_postgres(url, ROWS)
            yield Place(kind, url, company())
        return
    path = tmp_path / f"shop.{kind}"
    (fill_sqlite if kind == "sqlite" else fill_duckdb)(path, ROWS)
    yield Place(kind, f"{kind}:///{path}", company())


def test_they_give_what_is_worked_out_at_once(place: Place) -> None:
    wanted: dict[tuple[str, str], Any] = {}
    for purpose in PURPOSES:
        with place.connect(purpose) as connection:
            assert not connection.in_rows(NOW)
            for query in QUERIES:
                wanted[purpose, query] = plainly(connection.execute(query).fetchall())
    installed = place.install()
    assert installed.rows["contacts"] == 12 and installed.changed["contacts"] == 12
    for purpose in PURPOSES:
        with place.connect(purpose) as connection:
            assert connection.in_rows(NOW)
            for query in QUERIES:
                found = plainly(connection.execute(query).fetchall())
                assert found == wanted[purpose, query], (purpose, query)
    assert not any(place.install().changed.values())  # only what differs is written


def test_they_hold_no_longer_than_they_say(place: Place) -> None:
    place.install()
    with place.connect("news") as connection:
        assert connection.in_rows(NOW) and not connection.in_rows(NOW + timedelta(days=1))
        named = {c.name: c for v in place.shop.policy.versions for c in v.choices}
        count = "select count(*) from contacts where phone is not null"
        before = connection.execute(count).fetchone()
        with place.shop.writing() as session:
            who = place.shop.person(session, "cara@example.com")
            assert who is not None and before is not None
            choices.say(session, who, named["no-news"], (), True, NOW, "email", "person")
        assert not connection.in_rows(NOW)  # somebody said something since
        assert connection.execute(count).fetchone() == (before[0] - 1,)
    told = place.install(only_look=True)
    assert told.changed["contacts"] == 1
    assert place.install(only_look=True).changed == told.changed  # it was only looked at
    place.install()
    with place.connect("news") as connection:
        assert connection.in_rows(NOW)
        assert connection.execute(count).fetchone() == (before[0] - 1,)


def test_a_row_that_changes_loses_its_permit(place: Place) -> None:
    if place.kind == "duckdb":  # it has no triggers: permits are installed after a load
        return
    place.install()
    place.write("update contacts set email = 'eli@example.com' where id = 6")
    place.write(
        "insert into contacts values (30, 'x@example.com', 'X', '1', '2015-02-02', null, null, null, null)"
    )
    place.write("update contacts set phone = '2' where id = 3")
    with place.connect("support") as connection:
        assert connection.in_rows(NOW)
        seen = {row[0] for row in connection.execute("select id from contacts").fetchall()}
        assert 3 in seen and not seen & {6, 30}
        orders = {row[0] for row in connection.execute("select id from orders").fetchall()}
        assert orders == {3, 4}  # those that refer to the changed row are gone with it
    place.install()
    with place.connect("support") as connection:
        seen = {row[0] for row in connection.execute("select id from contacts").fetchall()}
        assert 30 in seen and 6 not in seen


# -- views -------------------------------------------------------------------------------------------


def views(place: Place, purpose: str) -> dict[str, Any]:
    """What a client that knows no Troth reads from the views of a purpose."""
    tables = ("contacts", "orders", "messages", "notes", "products")
    if place.kind == "postgres":
        with psycopg.connect(place.url, autocommit=True) as opened:
            opened.execute(f"set role troth_shop_{purpose}".encode())
            query = "select * from troth_{}.{}"
            return {
                t: plainly(opened.execute(query.format(purpose, t).encode()).fetchall())
                for t in tables
            }
    path = place.url.split("///")[1]
    other: Any = sqlite3.connect(path) if place.kind == "sqlite" else duckdb.connect(path)
    with closing(other):
        return {
            t: plainly(other.execute(f"select * from troth_{purpose}_{t}").fetchall())
            for t in tables
        }


def test_views_show_what_a_connection_shows_until_their_time_is_over(place: Place) -> None:
    """The shop's clock is long past for the database; so it is set to now."""
    moment = datetime.now(UTC)
    place.shop.clock = lambda: moment
    place.install()
    for purpose in PURPOSES:
        shown = views(place, purpose)
        with place.connect(purpose) as connection:
            for table, rows in shown.items():
                query = f"select * from {table}"
                assert rows == plainly(connection.execute(query).fetchall()), (purpose, table)
    assert any(views(place, "support")["contacts"])
    moment -= timedelta(days=2)
    place.install()
    late = views(place, "support")
    assert [table for table, rows in late.items() if rows] == ["products"]


def test_ways_around_are_told(place: Place) -> None:
    place.install(only_look=True)
    missing = [line for line in place.told if line.startswith("there is no view")]
    assert len(missing) == 15
    place.install()
    if place.kind != "postgres":
        place.install(only_look=True)
        assert [line for line in place.told if "no rights inside" in line] == place.told
        return
    place.install(only_look=True)
    assert not place.told
    place.write("grant select on contacts to public")
    place.install(only_look=True)
    assert place.told == ["PUBLIC may read the table contacts itself"]
    with psycopg.connect(place.url, autocommit=True) as opened:
        opened.execute(b"set role troth_shop_news")
        for query in (
            "select * from orders",
            "select * from troth_permits",
            "select * from troth_support.contacts",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                opened.execute(query.encode())


def test_rows_that_are_alike_get_the_same_permits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Worked out for one of them they are what they are worked out one by one; who is missing is nobody."""
    path = tmp_path / "shop.duckdb"
    fill_duckdb(path, ROWS)
    with duckdb.connect(str(path)) as own:
        for table in ("contacts", "orders", "messages", "notes"):
            again = f"select id + 1000 * k, * exclude (id, k) from {table}, range(1, 6) n(k)"
            own.execute(f"insert into {table} {again}")
    shop, url = company(), f"duckdb:///{path}"

    def permits() -> list[Any]:
        shop.install(url, PURPOSES, map=the_map())
        with duckdb.connect(str(path)) as own:
            found = [
                own.execute(f"select columns('(^id$|^troth_)') from {table} order by id").fetchall()
                for table in ("contacts", "orders", "messages", "notes")
            ]
            own.execute("update contacts set troth_email = null")
            return found

    single = permits()
    folded: list[str] = []
    ending = alike.Alike.close

    def close(one: alike.Alike) -> None:
        folded.append(one.only)
        ending(one)

    monkeypatch.setattr(alike, "ENOUGH", 1)
    monkeypatch.setattr(alike.Alike, "close", close)
    assert permits() == single
    assert len(folded) == 4
