"""A connection over time, its entries in the ledger, and the programs that read from it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pandas  # type: ignore[import-untyped]
import polars
import pytest
from sqlalchemy import column, func, select, table, text

from tests.sql.conftest import Shop
from tests.sql.shop import NOW, ROWS, company, fill_sqlite, the_map
from troth import ledger
from troth.company import Company
from troth.estate import Unusable
from troth.people import choices, identifiers
from troth.people.people import add_person
from troth.query import QueryRefused
from troth.refusal import Refused
from troth.sql.alchemy import through
from troth.sql.connect import MapWrong
from troth.sql.connection import Connection

PHONES = "select name, phone from contacts where phone is not null order by id"
HERS = "+1 555 0106"  # Fay's
Own = tuple[Company, Path]


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Own]:
    """A shop of one's own, whose people may still say something."""
    fill_sqlite(tmp_path / "shop.db", ROWS)
    yield company(), tmp_path / "shop.db"


def connected(own: Own, purpose: str = "news", **more: Any) -> Connection:
    kept, path = own
    return kept.connect(f"sqlite:///{path}", purpose=purpose, map=the_map(), **more)


def say(kept: Company, mail: str, choice: str, standing: bool = True) -> None:
    named = {c.name: c for v in kept.policy.versions for c in v.choices}
    with kept.writing() as session:
        who = identifiers.find(session, kept.key, "email", mail)
        if who is None:
            who = add_person(session, kept.key, NOW, {"email": mail})
        choices.say(session, who, named[choice], (), standing, NOW, "email", "person")


def phones(connection: Connection) -> list[str]:
    return [row[1] for row in connection.execute(PHONES).fetchall()]


# -- what changes meanwhile ------------------------------------------------------------------------


def test_who_refuses_is_gone_from_the_next_query(own: Own) -> None:
    with connected(own) as connection:
        before = phones(connection)
        say(own[0], "fay@example.com", "no-news")
        assert [p for p in before if p not in phones(connection)] == [HERS]
        say(own[0], "fay@example.com", "no-news", standing=False)
        assert phones(connection) == before


def test_what_is_written_meanwhile_is_seen_as_it_is_allowed(own: Own) -> None:
    with connected(own) as connection:
        before = phones(connection)
        new = (20, "new@example.com", "New", "1", "2015-02-02")
        with closing(sqlite3.connect(own[1])) as other:
            other.execute("update contacts set email = 'ben@example.com' where id = 6")
            other.execute("insert into contacts values (?, ?, ?, ?, ?)", new)
            other.commit()
        after = phones(connection)
        assert HERS in before and HERS not in after  # the row is Ben's now, and he refused
        assert set(after) - set(before) == {"1"}


def test_later_the_permits_are_those_of_then(own: Own, monkeypatch: pytest.MonkeyPatch) -> None:
    moment = [NOW]
    monkeypatch.setattr(own[0], "clock", lambda: moment[0])
    with connected(own, purpose="counting") as connection:
        count = "select count(*) from orders"
        assert connection.execute(count).fetchone() == (4,)
        moment[0] = NOW + timedelta(days=3 * 365 - 100)  # kept for three years from collection
        assert connection.execute(count).fetchone() == (1,)


# -- the record --------------------------------------------------------------------------------------


def test_each_query_leaves_one_entry_without_values(own: Own) -> None:
    with connected(own, who="eve") as connection:
        query = "select name, 'secret-value' from contacts where email = ? and id < 7"
        connection.execute(query, ("cara@example.com",)).fetchall()
        connection.execute("select count(*) from products")
    with own[0].reading() as session:
        first, second = ledger.entries(session, kind="queried")
    assert first.payload is not None and second.payload is not None
    assert (first.payload["purpose"], first.payload["who"]) == ("news", "eve")
    assert (first.payload["data"], second.payload["data"]) == (["email", "name"], [])
    assert second.payload["rows"] == 1
    told = json.dumps(first.payload)
    assert not [value for value in ("cara@", "secret-value", "Cara") if value in told]


def test_the_same_query_with_other_values_has_the_same_template(own: Own) -> None:
    with connected(own) as connection:
        for number in (1, 2):
            connection.execute("select id from contacts where id = ?", (number,))
    with own[0].reading() as session:
        entries = ledger.entries(session, kind="queried")
    assert len({entry.payload["template"] for entry in entries}) == 1


def test_an_error_of_the_database_is_not_shown(shop: Shop) -> None:
    query = "select cast(name as integer) from contacts"
    if shop.kind == "sqlite":  # hardly anything fails there: a sum that is too large
        query = "select sum(9223372036854775807) from contacts"
    with pytest.raises(QueryRefused, match="Q612") as told:
        shop.connection("support").execute(query)
    assert "Anna" not in str(told.value)
    assert told.value.__suppress_context__


# -- a connection as programs know it ----------------------------------------------------------------


def test_a_cursor_is_read_in_every_way(shop: Shop) -> None:
    query = "select id as Number, name from contacts order by id"
    cursor = shop.connection("support").execute(query)
    assert cursor.description is not None
    assert [column[0] for column in cursor.description] == ["Number", "name"]
    assert cursor.rowcount == 9
    assert cursor.fetchone() == (1, "Anna")
    assert [row[0] for row in cursor.fetchmany(2)] == [2, 3]
    assert len(list(cursor)) == 6
    assert cursor.fetchone() is None and cursor.fetchall() == []


def test_parameters_are_values_and_nothing_else(shop: Shop) -> None:
    connection = shop.connection("support")
    query = "select count(*) from contacts where name = ? or name = ?"
    assert connection.execute(query, ("x' or 1=1 --", "Cara")).fetchone() == (1,)
    named = "select count(*) from contacts where name = :who or name = :who"
    assert connection.execute(named, {"who": "O'Neil; --"}).fetchone() == (1,)
    with pytest.raises(QueryRefused, match="Q610"):
        connection.execute(query, ("one",))
    with pytest.raises(QueryRefused, match="Q610"):
        connection.execute("select :a", {"a": "x\0y"})


@pytest.mark.filterwarnings("ignore:pandas only supports")
def test_pandas_and_polars_read_from_it(shop: Shop) -> None:
    connection: Any = shop.connection("support")
    query = "select id, name from contacts where id < ? order by id"
    frame = pandas.read_sql_query(query, connection, params=(4,))
    assert list(frame["name"]) == ["Anna", "Ben", "Cara"]
    read = polars.read_database("select id, name from contacts order by id", connection)
    assert read.columns == ["id", "name"] and read.height == 9


def test_sqlalchemy_reads_from_it(shop: Shop) -> None:
    contacts = table("contacts", column("id"), column("name"))
    opened = through(shop.connection("support"))
    with opened.connect() as connection:
        wanted = select(contacts.c.name).where(contacts.c.id.in_([1, 2]), contacts.c.name != "x")
        found = connection.execute(wanted.order_by(contacts.c.id)).scalars().all()
        assert found == ["Anna", "Ben"]
        assert connection.execute(select(func.count()).select_from(contacts)).scalar_one() == 9
        one = connection.execute(text("select name from contacts where id = :n"), {"n": 3})
        assert one.scalar_one() == "Cara"
        with pytest.raises(QueryRefused, match="Q603"):
            connection.execute(text("delete from contacts"))
    assert pandas.read_sql(text("select id from orders"), opened).shape == (4, 1)


# -- what cannot be connected --------------------------------------------------------------------------

UNKNOWN: tuple[dict[str, Any], ...] = (
    {"purpose": "nothing"},
    {"purpose": "news", "party": "nobody"},
    {"purpose": "news", "within": "case:1"},
)


@pytest.mark.parametrize("asked", UNKNOWN)
def test_a_word_that_is_unknown_is_told(own: Own, asked: dict[str, Any]) -> None:
    with pytest.raises(Refused, match="G506"):
        own[0].connect(f"sqlite:///{own[1]}", map=the_map(), **asked)


def test_a_database_that_cannot_be_read_is_told_without_its_password(own: Own) -> None:
    with pytest.raises(MapWrong, match="no map"):
        own[0].connect(f"sqlite:///{own[1]}", purpose="news")
    unusable = ("sqlite:///nowhere.db", "mysql://x", f"duckdb:///{own[1]}")
    for url in (*unusable, "postgresql://u:secret@127.0.0.1:1/x"):
        with pytest.raises(Unusable) as told:
            own[0].connect(url, purpose="news", map=the_map())
        assert "secret" not in str(told.value)


def test_a_query_that_takes_too_long_is_stopped(shop: Shop) -> None:
    connection = shop.company.connect(shop.url, purpose="support", map=the_map())
    connection.seconds = 0.2
    started = datetime.now()
    product = ", ".join(f"contacts c{n}" for n in range(9))
    added = " + ".join(f"c{n}.id" for n in range(9))
    with connection, pytest.raises(QueryRefused, match="Q612"):
        connection.execute(f"select max({added}) from {product}")
    assert datetime.now() - started < timedelta(seconds=20)
