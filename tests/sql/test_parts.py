"""PostgreSQL: tables in parts are read as one, and what cannot be read safely is refused with its reason."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest

from tests import postgres
from tests.sql.shop import NOW, company, plainly
from troth.company import Company
from troth.estate import Map, read_map
from troth.estate.opened import open_database
from troth.people import choices
from troth.sql.connect import MapWrong

DDL = """
create table mails (id integer, email varchar(80), at varchar(30)) partition by range (id);
create table mails_old partition of mails for values from (0) to (100);
create table mails_new partition of mails for values from (100) to (200) partition by list (email);
create table mails_new_a partition of mails_new default;
create table parent (id integer, email varchar(80));
create table child (more integer) inherits (parent);
create extension postgres_fdw;
create server elsewhere foreign data wrapper postgres_fdw;
create foreign table far (id integer, email varchar(80)) server elsewhere
"""
ROWS = (
    (1, "cara@example.com", "2015-02-01"),
    (101, "cara@example.com", "2015-02-01"),
    (2, "fay@example.com", "2015-02-01"),
    (102, "ben@example.com", "2011-02-01"),
)
QUERIES = (
    "select * from mails",
    "select email, count(*) from mails group by email",
    "select a.id, b.id from mails a join mails b on a.email = b.email",
)


def mapped(*tables: str) -> Map:
    said = "\n".join(
        f"  {table}:\n    people: email is email\n    given: 2015-02-01\n"
        "    columns: {id: plain, email: email}"
        for table in tables
    )
    found, problems = read_map(f"map: parts\ncompany: shop\ntables:\n{said}\n", "parts.yaml")
    assert found is not None, problems
    return found


@pytest.fixture
def url() -> Iterator[str]:
    with postgres.database(None) as url:
        with psycopg.connect(url, autocommit=True) as made:
            for statement in DDL.split(";"):
                made.execute(statement.encode())
            with made.cursor() as cursor:
                cursor.executemany("insert into mails values (%s, %s, %s)", ROWS)
        yield url


def seen(shop: Company, url: str, query: str) -> list[tuple[str, ...]]:
    with shop.connect(url, purpose="news", map=mapped("mails")) as connection:
        return plainly(connection.execute(query).fetchall())


def test_a_table_in_parts_is_read_as_one(url: str) -> None:
    shop = company()
    worked = {query: seen(shop, url, query) for query in QUERIES}
    assert [row[0] for row in worked[QUERIES[0]]] == ["1", "101"]  # of the two only Cara said yes
    installed, _ = shop.install(url, ["support", "news"], map=mapped("mails"))
    assert installed.changed == {"mails": 4}
    with shop.connect(url, purpose="news", map=mapped("mails")) as connection:
        assert connection.in_rows(NOW)
    assert worked == {query: seen(shop, url, query) for query in QUERIES}


def test_a_row_that_changes_its_part_has_no_permit_there(url: str) -> None:
    shop = company()
    with shop.following(
        url, ["support", "news"], map=mapped("mails"), lease=timedelta(days=1)
    ) as follower:
        follower.begin()
        with psycopg.connect(url) as opened:
            opened.execute("update mails set id = 150, email = 'ben@example.com' where id = 1")
        assert [row[0] for row in seen(shop, url, QUERIES[0])] == ["101"]
        assert follower.look().rows == 1
        assert [row[0] for row in seen(shop, url, QUERIES[0])] == ["101"]
        with shop.writing() as session:
            who = shop.person(session, "cara@example.com")
            named = {c.name: c for v in shop.policy.versions for c in v.choices}
            assert who is not None
            choices.say(session, who, named["yes-news"], (), False, NOW, "email", "person")
        assert follower.look().changed == 1
        assert not seen(shop, url, QUERIES[0])


@pytest.mark.parametrize(
    ("table", "why"),
    [
        ("mails_old", "it is a part of mails; map that"),
        ("mails_new", "it is a part of mails; map that"),
        ("parent", "other tables inherit from it"),
        ("child", "it inherits from another table"),
        ("far", "its rows stand in another database"),
    ],
)
def test_what_is_not_read_is_told_with_its_reason(url: str, table: str, why: str) -> None:
    with pytest.raises(MapWrong) as wrong:
        company().connect(url, purpose="news", map=mapped(table))
    assert why in str(wrong.value)
    database = open_database(url)
    assert {n for n, t in database.tables().items() if not t.unread} == {"mails"}
    database.close()


def test_a_part_that_stands_elsewhere_closes_its_table(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as opened:
        opened.execute(
            "create foreign table mails_far partition of mails for values from (300) to (400) "
            "server elsewhere"
        )
    with pytest.raises(MapWrong, match="its part mails_far stands in another database"):
        company().connect(url, purpose="news", map=mapped("mails"))
