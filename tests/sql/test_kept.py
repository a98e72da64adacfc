"""A map whose rows are under what the store keeps: each cell is shown exactly where an ask about her is a yes."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.sql.shop import POLICIES, the_map
from troth.company import Company, open_house
from troth.estate import Map, read_map
from troth.estate.write import written
from troth.people import choices, people
from troth.sql.connect import MapWrong

NOW = datetime(2016, 6, 1, 12, tzinfo=UTC)
MAP = """
map: kept
company: shop
tables:
  contacts:
    people: email is email
    given: {version: store}
    columns: {id: plain, email: email, name: name, phone: phone}
"""
GIVEN = {  # who gave what, when
    "anna": ((2011, "email name phone"),),
    "ben": ((2011, "email"), (2015, "phone")),
    "cara": ((2015, "email name"), (2011, "name")),
    "dora": (),
}


@pytest.fixture
def shop() -> Company:
    made = open_house(POLICIES, "sqlite://", lambda: NOW, b"k" * 32).company("shop")
    with made.writing() as session:
        for name in GIVEN:
            at = datetime(2010, 6, 1, tzinfo=UTC)
            people.add_person(session, made.key, at, {"email": f"{name}@example.com"})
    for name, given in GIVEN.items():
        for year, words in given:
            at = datetime(year, 7, 1, tzinfo=UTC)
            values = {
                word: f"{name}@example.com" if word == "email" else "x" for word in words.split()
            }
            made.collect("web-form", values, person=f"{name}@example.com", at=at)
    return made


@pytest.fixture
def url(tmp_path: Path) -> str:
    names = (*GIVEN, "nobody")
    with closing(sqlite3.connect(tmp_path / "kept.db")) as made:
        made.execute("create table contacts (id integer, email text, name text, phone text)")
        rows = [(n, f"{name}@example.com", "x", "y") for n, name in enumerate(names)]
        made.executemany("insert into contacts values (?, ?, ?, ?)", rows)
        made.commit()
    return f"sqlite:///{tmp_path / 'kept.db'}"


def the_kept() -> Map:
    found, problems = read_map(MAP, "kept.yaml")
    assert found is not None, problems
    return found


def seen(shop: Company, url: str, purpose: str) -> dict[str, set[str]]:
    """For each person the words that a query shows."""
    with shop.connect(url, purpose=purpose, map=the_kept()) as connection:
        rows = connection.execute("select * from contacts").fetchall()
    words = ("email", "name", "phone")
    shown = {row[0]: {w for w, v in zip(words, row[1:], strict=True) if v} for row in rows}
    return {name: shown.get(n, set()) for n, name in enumerate((*GIVEN, "nobody"))}


def asked(shop: Company, name: str, purpose: str) -> set[str]:
    held = {word for _, words in GIVEN[name] for word in words.split()}
    return {
        word
        for word in held
        if shop.ask("use", word, person=f"{name}@example.com", purpose=purpose)
    }


def test_a_cell_is_shown_where_an_ask_is_a_yes(shop: Company, url: str) -> None:
    for purpose in ("news", "support"):
        shown = seen(shop, url, purpose)
        for name, given in GIVEN.items():
            held = {word for _, words in given for word in words.split()}
            assert shown[name] & held == asked(shop, name, purpose), (name, purpose)
    assert seen(shop, url, "news")["anna"] == {"phone"}  # the rest waits for a consent now
    assert "phone" in seen(shop, url, "news")["ben"]
    assert not seen(shop, url, "news")["nobody"]  # unstamped: good for a basic purpose alone
    assert seen(shop, url, "support")["nobody"] == {"email", "name", "phone"}


def test_what_is_kept_later_changes_what_is_shown(shop: Company, url: str) -> None:
    kept = {"permits": the_kept()}
    with shop.following(url, ["news"], map=kept["permits"]) as follower:
        follower.begin()
        assert seen(shop, url, "news")["dora"] == set()
        shop.collect("web-form", {"phone": "1"}, person="dora@example.com", at=NOW)
        follower.look()
        with shop.connect(url, purpose="news", map=kept["permits"]) as connection:
            assert connection.in_rows(NOW)
        assert seen(shop, url, "news")["dora"] == {"phone"}
        named = {c.name: c for v in shop.policy.versions for c in v.choices}
        with shop.writing() as session:
            who = shop.person(session, "dora@example.com")
            assert who is not None
            choices.say(session, who, named["no-news"], (), True, NOW, "email", "person")
        follower.look()
        assert seen(shop, url, "news")["dora"] == set()


def test_the_map_says_nothing_beside_it(shop: Company, url: str) -> None:
    found, _ = read_map(MAP.replace("{version: store}", "{version: store, at: id}"), "kept.yaml")
    with pytest.raises(MapWrong, match="say `version: store` alone"):
        shop.connect(url, purpose="news", map=found)


@pytest.mark.parametrize("found", [the_map(), the_kept()])
def test_a_map_is_written_as_it_is_read(found: Map) -> None:
    """It stands with the permits as its text."""
    again, problems = read_map(written(found), "again.yaml")
    assert not problems and again is not None
    assert again.tables == found.tables and again.zone == found.zone
