"""A small shop: its policy, its map, what its people said, and its database in SQLite, DuckDB and PostgreSQL."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import psycopg

from troth.company import Company, open_house
from troth.estate import Map, read_map
from troth.people import choices, notices
from troth.people.forget import forget
from troth.people.people import add_person

NOW = datetime(2016, 6, 1, 12, tzinfo=UTC)
POLICIES = Path(__file__).parent / "policies"

DDL = """
create table contacts (
    id integer primary key, email varchar(80), name varchar(80), phone varchar(40), "at" varchar(30));
create table orders (
    id integer primary key, contact_id integer, gift_for integer, item varchar(40),
    total double precision, "Day" varchar(30));
create table messages (id integer primary key, sender integer, recipient integer, body varchar(80));
create table notes (id integer primary key, order_id integer, note varchar(80), form varchar(10));
create table products (id integer primary key, title varchar(40), price double precision);
create table "Secret Pins" (id integer primary key, contact_id integer, pin varchar(10));
create view mails as select email, name from contacts where email is not null;
create view big_orders as
    select o.id, c.email, o.total from orders o join contacts c on c.id = o.contact_id
    where o.total > 10
"""
MAP = """
map: shop
company: shop
tables:
  contacts:
    people: email is email
    given: {at: at, place: web-form}
    columns: {id: plain, email: email, name: name, phone: phone, at: plain}
  orders:
    people:
      - contact_id to contacts.id
      - gift_for to contacts.id, mentioned
    given: {at: Day, place: web-form}
    row: purchase
    columns: {id: plain, contact_id: plain, gift_for: plain, item: purchase, total: purchase, Day: plain}
  messages:
    people: [sender to contacts.id, recipient to contacts.id]
    given: 2012-05-01
    columns: {id: plain, sender: plain, recipient: plain, body: message}
  notes:
    people: order_id to orders.id
    given: {like: order_id, place: {column: form, web: web-form, paper: paper-form}}
    columns: {note: message, form: plain, id: plain, order_id: plain}
  products: plain
"""
Rows = dict[str, list[tuple[Any, ...]]]
ROWS: Rows = {
    "contacts": [
        (1, "anna@example.com", "Anna", "+1 555 0101", "2011-03-01"),
        (2, "ben@example.com", "Ben", None, "2011-04-01T10:00:00"),
        (3, "Cara@Example.com", "Cara", "+1 555 0103", "2015-02-01"),
        (4, "dora@example.com", "Dora", "+1 555 0104", "2012-01-01"),
        (5, "eli@example.com", "Eli", "+1 555 0105", "2011-01-01"),
        (6, "fay@example.com", "Fay", "+1 555 0106", "2015-08-01"),
        (7, None, "Nobody", "+1 555 0107", "2012-01-01"),
        (8, "gus@example.com", "Gus", "+1 555 0108", "2009-12-31"),
        (9, "hal@example.com", "Hal", "+1 555 0109", None),
        (10, "ida@example.com", "Ida", "+1 555 0110", "2017-01-01"),
        (11, "jon@example.com", "O'Neil; --", "+1 555 0111", "2015-01-01"),
        (12, "anna@example.com", "Anna B.", "+1 555 0112", "2016-01-01"),
    ],
    "orders": [
        (1, 1, None, "pen", 9.5, "2011-08-01"),
        (2, 2, None, "ink", 19.5, "2011-09-01"),
        (3, 3, None, "pen", 29.5, "2015-03-01"),
        (4, 3, 1, "book", 39.5, "2015-04-01"),
        (5, 4, 6, "book", 4.5, "2013-04-01"),
        (6, 5, None, "pen", 7.5, "2013-05-01"),
        (7, 6, 5, "ink", 17.5, "2015-09-01"),
        (8, 7, None, "ink", 27.5, "2015-09-02"),
        (9, None, 1, "pen", 1.5, "2015-09-03"),
        (10, 99, None, "pen", 2.5, "2015-09-04"),
        (11, 6, 99, "pen", 3.5, "2015-09-05"),
        (12, 11, 6, "map", 45.5, "2015-09-06"),
        (13, 6, None, "map", 0.0, "2016-05-31T23:59:00-05:00"),
    ],
    "messages": [
        (1, 1, 3, "hello Cara"),
        (2, 3, 6, "hello Fay"),
        (3, 5, 3, "hello from Eli"),
        (4, 6, None, "to nobody"),
        (5, 4, 11, "hello Jon"),
    ],
    "notes": [
        (1, 1, "ring twice", "web"),
        (2, 3, "leave at door", "web"),
        (3, 4, "wrap it", "paper"),
        (4, 7, "fragile", "paper"),
        (5, 12, "call first", None),
        (6, 13, "as before", "web"),
    ],
    "products": [(1, "pen", 1.5), (2, "ink", 4.0), (3, "book", 12.0), (4, "map", None)],
    "Secret Pins": [(1, 1, "1234"), (2, 3, "9876")],
}


def the_map() -> Map:
    found, problems = read_map(MAP, "shop.yaml")
    assert found is not None, problems
    return found


# -- what its people said --------------------------------------------------------------------------


def company() -> Company:
    """The shop with a store in memory, its people and what they said."""
    house = open_house(POLICIES, "sqlite://", lambda: NOW, b"k" * 32)
    shop = house.company("shop")
    early = datetime(2011, 1, 1, tzinfo=UTC)
    with shop.writing() as session:
        who = {
            name: add_person(session, shop.key, early, {"email": f"{name}@example.com"})
            for name in ("anna", "ben", "cara", "dora", "eli", "gus")
        }
        named = {c.name: c for v in reversed(shop.policy.versions) for c in v.choices}

        def say(
            name: str, choice: str, *items: str, days: int = 400, standing: bool = True
        ) -> None:
            at = early + timedelta(days=days)
            choices.say(session, who[name], named[choice], items, standing, at, "email", "person")

        say("anna", "no-news", "email")
        say("ben", "no-news")
        say("cara", "yes-news", days=1600)
        say("eli", "no-share")  # without a refusal nothing of her would be left to know her by
        say("gus", "no-news")
        say("gus", "no-news", standing=False, days=500)
        told = datetime(2015, 1, 5, tzinfo=UTC)
        notices.tell(session, who["dora"], "shop/2015-01-01", "email", "delivered", told)
        forget(session, who["eli"], NOW - timedelta(days=30))
    return shop


# -- its database ----------------------------------------------------------------------------------


def fill_sqlite(path: Path, rows: Rows) -> None:
    with closing(sqlite3.connect(path)) as made:
        made.executescript(DDL)
        for table, listed in rows.items():
            if listed:
                made.executemany(_insert(table, listed, "?"), listed)
        made.commit()


def fill_duckdb(path: Path, rows: Rows) -> None:
    with duckdb.connect(str(path)) as made:
        for statement in DDL.split(";"):
            made.execute(statement)
        for table, listed in rows.items():
            if listed:
                made.executemany(_insert(table, listed, "?"), listed)


def fill_postgres(url: str, rows: Rows) -> None:
    with psycopg.connect(url) as made, made.cursor() as cursor:
        for statement in DDL.split(";"):
            cursor.execute(statement.encode())
        for table, listed in rows.items():
            if listed:
                cursor.executemany(_insert(table, listed, "%s").encode(), listed)


def _insert(table: str, rows: list[tuple[Any, ...]], mark: str) -> str:
    return f'insert into "{table}" values ({", ".join([mark] * len(rows[0]))})'


Query = Callable[[str], list[tuple[Any, ...]]]


def plainly(rows: Iterable[tuple[Any, ...]]) -> list[tuple[str, ...]]:
    """Rows so that they compare over three databases: numbers as numbers, the rest as text, in order."""

    def cell(value: object) -> str:
        if isinstance(value, bool) or value is None:
            return str(value)
        try:
            return f"{float(str(value)):.6g}" if not isinstance(value, str) else repr(value)
        except ValueError:
            return repr(str(value))

    return sorted(tuple(cell(value) for value in row) for row in rows)


COLUMNS: Mapping[str, tuple[str, ...]] = {
    "contacts": ("id", "email", "name", "phone", "at"),
    "orders": ("id", "contact_id", "gift_for", "item", "total", "Day"),
    "messages": ("id", "sender", "recipient", "body"),
    "notes": ("id", "order_id", "note", "form"),
}
