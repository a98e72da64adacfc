"""The map: read with its problems, drafted from a schema that the rules have not seen, held to the database."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.sql.shop import MAP, ROWS, fill_sqlite, the_map
from troth import corpus
from troth.estate import Link, LiveTable, read_map
from troth.estate.draft import Draft, draft
from troth.estate.guess import guess, luhn
from troth.estate.lint import mapped_wrong, not_mapped
from troth.estate.opened import open_database
from troth.estate.write import written
from troth.language.model import Policy

BOOKSHOP = (Path(__file__).parent / "bookshop.sql").read_text("utf-8")


@pytest.fixture(scope="module")
def policy() -> Policy:
    return corpus.load(Path("policies"), stories=False).policies["callminer"]


@pytest.fixture(scope="module")
def bookshop(tmp_path_factory: pytest.TempPathFactory, policy: Policy) -> Draft:
    path = tmp_path_factory.mktemp("books") / "books.db"
    with closing(sqlite3.connect(path)) as made:
        made.executescript(BOOKSHOP)
        cards = [(n, n, "Anna Adams", "4111 1111 1111 1111", "2027-01") for n in range(5)]
        made.executemany("insert into cards values (?, ?, ?, ?, ?, 'visa')", cards)
        made.commit()
    database = open_database(f"sqlite:///{path}")
    found = draft(database, policy, "books")
    database.close()
    return found


# -- reading ---------------------------------------------------------------------------------------

WRONG = {
    "M701": ("tables:", "tables: ["),
    "M702": ("given: 2012-05-01", "givn: 2012-05-01"),
    "M703": ("company: shop\n", ""),
    "M704": ("order_id to orders.id", "order_id into orders.id"),
    "M705": ("order_id to orders.id", "order_id to order.id"),
    "M707": ("    people: email is email\n", ""),
    "M708": ("email is email", "id to orders.contact_id"),
}


@pytest.mark.parametrize("code", WRONG)
def test_a_problem_is_told_with_its_place(code: str) -> None:
    text = MAP.replace(*WRONG[code], 1)
    found, problems = read_map(text, "shop.yaml")
    assert found is None
    assert code in {problem.code for problem in problems}
    assert all(problem.span.line for problem in problems)


@pytest.mark.parametrize(
    "text",
    ["", "- a\n- b", "1", "map: [", "a: &x [*x]", "\x00", "tables: {x: {columns: 7}}", "? [a]: b"],
)
def test_what_is_no_map_is_told_of(text: str) -> None:
    found, problems = read_map(text)
    assert found is None and problems


def test_a_map_is_written_as_it_is_read() -> None:
    found = the_map()
    again, problems = read_map(written(found))
    assert not problems
    assert again is not None and again.tables == found.tables


FIDES = """
dataset:
  - fides_key: shop_db
    name: Shop
    collections:
      - name: users
        fields:
          - name: id
            data_categories: [system.operations]
            fides_meta: {primary_key: True}
          - name: email
            data_categories: [user.contact.email]
            fides_meta: {identity: email, data_type: string}
          - name: shoe_size
            data_categories: [user.demographic]
      - name: letters
        fields:
          - name: user_id
            data_categories: [system.operations]
            fides_meta:
              references: [{dataset: shop_db, field: users.id, direction: from}]
          - name: body
            data_categories: [user.content]
      - name: loose
        fields:
          - name: mail
            data_categories: [user.contact.email]
"""


def test_a_fides_dataset_is_accepted_unchanged(policy: Policy) -> None:
    found, problems = read_map(FIDES, "fides.yaml", policy)
    assert found is not None and not problems
    users, letters, loose = (found.tables[name] for name in ("users", "letters", "loose"))
    assert users.people == (Link("email", "email"),)
    assert [(c.name, c.word) for c in users.columns] == [("id", "plain"), ("email", "email")]
    assert letters.people == (Link("user_id", "", "users", "id"),)
    assert [(c.name, c.word) for c in letters.columns] == [
        ("user_id", "plain"),
        ("body", "message"),
    ]
    assert not loose.columns  # it reaches nobody who could allow it


# -- the map and the database ------------------------------------------------------------------------


def live(tmp_path: Path, extra: str = "") -> dict[str, LiveTable]:
    fill_sqlite(tmp_path / "shop.db", ROWS)
    with closing(sqlite3.connect(tmp_path / "shop.db")) as made:
        made.executescript(extra)
    database = open_database(f"sqlite:///{tmp_path / 'shop.db'}")
    found = dict(database.tables())
    database.close()
    return found


@pytest.fixture(scope="module")
def shop_policy() -> Policy:
    return corpus.load(Path(__file__).parent / "policies", stories=False).policies["shop"]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("email: email", "email: e-mail", "M706"),
        ("place: web-form", "place: nowhere", "M706"),
        ("given: 2012-05-01", "given: {version: 1999-01-01}", "M706"),
        ("name: name", "nam: name", "M705"),
        ("products: plain", "produce: plain", "M705"),
        ("at: Day", "at: day", "M705"),
    ],
)
def test_a_map_that_does_not_fit_is_not_used(
    tmp_path: Path, shop_policy: Policy, old: str, new: str, code: str
) -> None:
    found, problems = read_map(MAP.replace(old, new, 1), "shop.yaml")
    assert found is not None, problems
    told = list(mapped_wrong(found, shop_policy, live(tmp_path), "sqlite"))
    assert code in [problem.code for problem in told]


def test_what_is_not_mapped_is_told_and_cannot_be_read(tmp_path: Path) -> None:
    added = "alter table contacts add column iban text; alter table products add column email text"
    told = list(not_mapped(the_map(), live(tmp_path, added)))
    named = {re.findall(r"`([^`]+)`", problem.message)[0] for problem in told}
    assert named == {"contacts.iban", "products.email", "Secret Pins"}
    assert {problem.code for problem in told} == {"M709", "M710"}


# -- drafting ----------------------------------------------------------------------------------------


def truth() -> Iterator[tuple[str, str]]:
    """The personal columns of the bookshop, as its text marks them."""
    table = ""
    for line in BOOKSHOP.splitlines():
        if line.startswith("create table"):
            table = line.split()[2]
        elif line.endswith("-- !"):
            yield table, line.split()[0]


def test_most_personal_columns_of_an_unseen_schema_are_found(bookshop: Draft) -> None:
    wanted, found = set(truth()), bookshop.personal
    recall = len(wanted & found) / len(wanted)
    precision = len(wanted & found) / len(found)
    told = f"missed {sorted(wanted - found)}, wrongly {sorted(found - wanted)}"
    assert recall >= 0.85 and precision >= 0.96, told


def test_each_table_reaches_its_person(bookshop: Draft) -> None:
    tables = bookshop.map.tables
    assert tables["users"].people == (Link("email_address", "email"),)
    assert tables["page_views"].people == (Link("session_id", "", "web_sessions", "id"),)
    assert tables["ticket_messages"].people == (Link("ticket_id", "", "tickets", "id"),)
    assert Link("assigned_to", "", "staff", "id", "mentioned") in tables["tickets"].people
    assert not tables["warehouses"].people and not tables["books"].people


def test_a_draft_is_a_map_and_holds_no_value(bookshop: Draft) -> None:
    text = written(bookshop.map, bookshop)
    found, problems = read_map(text)
    assert found is not None, problems
    assert found.tables == bookshop.map.tables
    assert "4111" not in text and "Adams" not in text


def test_card_numbers_are_known_by_their_check_digit() -> None:
    assert luhn("4111111111111111") and not luhn("4111111111111112")
    right = guess("number", "varchar(20)", ["4111 1111 1111 1111"] * 4)
    assert right is not None and right.category == "user.payment.card_number"
    assert guess("number", "varchar(20)", ["4111 1111 1111 1112"] * 4) is None
