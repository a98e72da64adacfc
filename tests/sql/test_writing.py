"""What a query finds, written into a table: what is written, what is refused, and what is left where it goes wrong."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest
from click.testing import CliRunner
from sqlalchemy import text

from tests import postgres
from tests.sql.conftest import DATABASES, Shop
from tests.sql.shop import MAP, NOW, ROWS, company, fill_duckdb, fill_postgres, fill_sqlite, plainly
from tests.sql.test_connection import say
from tests.sql.test_queries import LINE
from troth import ledger
from troth.cli import main
from troth.company import Company, open_house
from troth.estate import read_map
from troth.estate.lint import mapped_wrong, not_mapped
from troth.estate.opened import open_database
from troth.people import identifiers
from troth.people.forget import forget
from troth.query import QueryRefused
from troth.sql.alchemy import through
from troth.sql.connect import open_map
from troth.sql.connection import Connection

POLICIES = str(Path(__file__).parent / "policies")
HERS = "+1 555 0106"  # Fay's


@dataclass
class Own:
    """A shop of one's own in one kind of database, whose map is a file."""

    kind: str
    url: str
    company: Company
    map: Path

    def connect(self, purpose: str = "support", **more: Any) -> Connection:
        return self.company.connect(self.url, purpose=purpose, map=self.map, **more)

    def asked(self, query: str, purpose: str = "support") -> list[tuple[Any, ...]]:
        with self.connect(purpose) as connection:
            return connection.execute(query).fetchall()

    def write(self, statement: str, purpose: str = "support") -> int:
        with self.connect(purpose) as connection:
            return connection.execute(statement).rowcount

    def by_hand(self, statement: str) -> list[tuple[Any, ...]]:
        """As somebody else does it, who knows no Troth."""
        opened: Any
        path = self.url.partition(":///")[2]
        match self.kind:
            case "sqlite":
                opened = sqlite3.connect(path)
            case "duckdb":
                opened = duckdb.connect(path)
            case _:
                opened = psycopg.connect(self.url, autocommit=True)
        with closing(opened):
            found = opened.execute(statement)
            rows = found.fetchall() if found.description and "select" in statement else []
            if self.kind == "sqlite":
                opened.commit()
            return list(rows)

    @property
    def beside(self) -> Path:
        return self.map.with_name("shop.written.yaml")

    def entries(self) -> list[dict[str, Any]]:
        with self.company.reading() as session:
            return [e.payload for e in ledger.entries(session, kind="written") if e.payload]


def made(kind: str, folder: Path) -> Own:
    (folder / "shop.yaml").write_text(MAP)
    if kind == "postgres":
        url = postgres.shared().database()
        fill_postgres(url, ROWS)
    else:
        path = folder / f"shop.{kind}"
        (fill_sqlite if kind == "sqlite" else fill_duckdb)(path, ROWS)
        url = f"{kind}:///{path}"
    return Own(kind, url, company(), folder / "shop.yaml")


@pytest.fixture(params=DATABASES)
def own(request: pytest.FixtureRequest, tmp_path: Path) -> Own:
    return made(request.param, tmp_path)


def refusal(do: Callable[[], object]) -> str:
    with pytest.raises(QueryRefused) as told:
        do()
    return str(told.value)


# -- the corpus --------------------------------------------------------------------------------------


def corpus(kind: str) -> Iterator[tuple[str, str]]:
    """For one kind of database; what all three write the same is written in the other two one time in three."""
    lines = (Path(__file__).parent / "writes.txt").read_text("utf-8").splitlines()
    for number, line in enumerate(lines):
        alike = line.startswith("written:") and kind != "sqlite" and number % 3
        if line and not line.startswith("#") and not alike:
            read = re.fullmatch(LINE.pattern.replace("same", "written"), line)
            assert read, line
            if kind in (read[2].split() if read[2] else DATABASES):
                yield read[1], read[3]


def test_every_statement_is_written_or_refused(own: Own, shops: Callable[[str], Shop]) -> None:
    seen = shops(own.kind).seen("news")["contacts"]
    hidden = {c for r in ROWS["contacts"] for c in r[1:4] if c} - {c for row in seen for c in row}
    assert hidden
    named: dict[str, str] = {}
    wrong: list[str] = []
    with own.connect() as connection:
        for number, (verdict, statement) in enumerate(corpus(own.kind)):
            name = f"x{number}"
            told = re.sub(r'(?i)(create table "?)x\b', rf"\g<1>{name}", statement)
            try:
                connection.execute(told)
                outcome = "written"
            except QueryRefused as refused:
                outcome = refused.code
            if outcome != verdict:
                wrong.append(f"{outcome}, not {verdict}: {statement}")
            elif outcome == "written":
                named[name] = re.split(r"(?i)\bas\b", statement, maxsplit=1)[1].strip(" ;")
        for name, query in named.items():
            ours, theirs = (
                connection.execute(q).fetchall() for q in (f"select * from {name}", query)
            )
            if plainly(ours) != plainly(theirs) and "limit" not in query:
                wrong.append(f"{query}\n  written {plainly(ours)}\n  read    {plainly(theirs)}")
    assert not wrong, "\n".join(wrong)
    found, _ = read_map(own.beside.read_text())
    assert found is not None and set(found.tables) == set(named)
    with own.connect("news") as connection:
        for name, query in named.items():
            shown = str(connection.execute(f"select * from {name}").fetchall())
            assert not [value for value in hidden if value in shown], query


# -- later -------------------------------------------------------------------------------------------

PHONES = (
    "create table calls as select id, 'call ' || phone as who from contacts where phone is not null"
)


def test_who_refuses_later_is_gone_from_what_was_written(own: Own) -> None:
    own.write(PHONES, "news")
    before = [row[1] for row in own.asked("select * from calls", "news")]
    assert f"call {HERS}" in before
    say(
        own.company, "fay@example.com", "no-news"
    )  # of whom the store knew nothing when it was written
    after = [row[1] for row in own.asked("select * from calls", "news")]
    assert set(before) - set(after) == {f"call {HERS}"}
    assert f"call {HERS}" in [row[1] for row in own.asked("select * from calls")]


def test_who_is_forgotten_is_gone_whatever_her_address_is_now(own: Own) -> None:
    say(own.company, "cara@example.com", "no-share")
    own.write("create table sums as select count(*) as n from contacts")
    own.write(PHONES)
    with own.company.writing() as session:
        cara = identifiers.find(session, own.company.key, "email", "cara@example.com")
        assert cara is not None
        forget(session, cara, NOW)
    own.by_hand("update contacts set email = 'new@example.com' where id = 3")
    assert 3 not in [row[0] for row in own.asked("select id from calls")]
    assert own.asked("select * from sums") == []  # a number about several people: all must allow it


def test_what_is_written_for_one_purpose_is_read_for_another_as_that_allows(own: Own) -> None:
    own.write("create table a as select id, email, phone from contacts")
    own.write("create table b as select email, phone from a where id < 5")
    own.write("insert into b (phone) select phone from a where id > 4")
    direct = own.asked("select email, phone from contacts where id < 5", "news")
    direct += [
        (None, row[0]) for row in own.asked("select phone from contacts where id > 4", "news")
    ]
    assert plainly(own.asked("select * from b", "news")) == plainly(direct)


# -- the map -----------------------------------------------------------------------------------------


def test_the_map_has_it_and_agrees_with_the_database(own: Own) -> None:
    own.write(
        "create table x as select c.id, name || email as both, o.total from contacts c, orders o"
    )
    assert "both: email of contacts + name of contacts" in own.beside.read_text()
    found, _ = open_map(own.map, own.company.policy)
    database = open_database(own.url)
    with closing(database):
        live = database.tables()
        assert not list(mapped_wrong(found, own.company.policy, live, database.dialect))
        assert [p.code for p in not_mapped(found, live) if "`x" in p.message] == []
    checked = CliRunner().invoke(
        main, ["map", own.url, "--check", str(own.map), "--policies", POLICIES, "--company", "shop"]
    )
    assert "x" not in re.findall(r"`(\w+)", checked.output), checked.output


def test_a_table_that_was_dropped_is_missed_by_nobody(own: Own) -> None:
    own.write(PHONES)
    own.by_hand("drop table calls")
    assert own.asked("select count(*) from contacts") == [(9,)]
    assert own.write("create table calls as select name from contacts") == 9
    assert len(own.asked("select name from calls")) == 9


def test_a_map_that_is_wrong_is_told(own: Own) -> None:
    own.write(PHONES)
    text = own.beside.read_text()
    for old, new, code in (
        ("phone of contacts", "phone of nobody", "M705"),
        ("phone of contacts", "telephone of contacts", "M706"),
        ("phone of contacts", "phone and more", "M704"),
        ("  calls:", "  contacts:", "M701"),
        ("from: [contacts]", "from: [contacts, others]", "M705"),
        ("    row:", "    people: id is number\n    row:", "M701"),
    ):
        own.beside.write_text(text.replace(old, new))
        with pytest.raises(Exception, match=code):
            own.connect()


# -- what goes wrong -----------------------------------------------------------------------------------


def test_what_does_not_fit_is_not_added(own: Own) -> None:
    own.write("create table x as select id, email from contacts")
    wrong = {
        "insert into x (email) select phone from contacts": "here `phone of contacts` flows into it",
        "insert into x (id) select 1 from contacts where name is not null": "`name of contacts` flows",
        "insert into x (email) select item from orders": "here `orders` comes in",
        "insert into x (email, email) select email, email as e from contacts": "filled twice",
        "insert into x select email from contacts": "2 columns are filled, and the query has 1",
        "insert into x (nothing) select email from contacts": "no column `nothing`",
    }
    for statement, told in wrong.items():
        assert told in refusal(lambda s=statement: own.write(s)), statement  # type: ignore[misc]
    assert own.asked("select count(*) from x") == [(9,)]
    assert own.write("insert into x (email) select null as e") == 1


def test_nothing_is_written_without_its_entry(own: Own, monkeypatch: pytest.MonkeyPatch) -> None:
    own.write(
        "create table x as select id, 'secret' as s from contacts", who="eve"
    ) if False else None
    with own.connect(who="eve") as connection:
        connection.execute("create table x as select email, ? as s from contacts", ("secret",))
    (entry,) = own.entries()
    assert (entry["into"], entry["rows"], entry["data"], entry["who"]) == ("x", 9, ["email"], "eve")
    assert "secret" not in str(entry)

    def broken(*_: object, **__: object) -> None:
        raise OSError

    with own.connect() as connection, monkeypatch.context() as patched:
        patched.setattr("troth.sql.connection.ledger.record", broken)
        for statement in (
            "create table y as select id from contacts",
            "insert into x select * from x",
        ):
            assert "Q617" in refusal(lambda s=statement: connection.execute(s))  # type: ignore[misc]
    assert own.asked("select count(*) from x") == [(9,)]
    assert "y" not in open_map(own.map, own.company.policy)[0].tables
    assert own.write("create table y as select id from contacts") == 9  # nothing of it was left


def test_where_the_map_cannot_be_written_no_table_is_left(own: Own) -> None:
    own.beside.mkdir()
    (own.beside / "full").touch()
    assert "Q617" in refusal(lambda: own.write("create table x as select id from contacts"))
    (own.beside / "full").unlink()
    own.beside.rmdir()
    assert not [p for p in own.map.parent.iterdir() if "written" in p.name]
    assert own.write("create table x as select id from contacts") == 9


def test_what_does_something_of_its_own_is_not_added_to(own: Own) -> None:
    own.write("create table x as select id, email from contacts")
    match own.kind:
        case "sqlite":
            own.by_hand("create trigger t after insert on x begin delete from products; end")
        case "duckdb":
            own.by_hand("alter table x alter email set default 'x'")
        case _:
            own.by_hand("alter table x alter email set default 'x'")
    assert "Q614" in refusal(lambda: own.write("insert into x select id, email from contacts"))


def test_a_row_that_somebody_else_wrote_is_not_shown(own: Own) -> None:
    own.write("create table x as select id, email from contacts")
    for marks in (
        "nonsense",
        '{"of": []}',
        "{}",
        "1",
        '{"of": [["email:x"]]',
        "[]",
        '{"of": [[]]}',
    ):
        own.by_hand(f"insert into x values (77, 'e', '{marks}')")
    assert sorted(own.asked("select id from x"))[-1] == (12,)
    assert "Q607" in refusal(lambda: own.asked("select troth_from_contacts from x"))


def test_a_map_that_is_no_file_and_a_database_that_cannot_be_written(own: Own) -> None:
    found, _ = read_map(MAP)
    with own.company.connect(own.url, purpose="support", map=found) as connection:
        assert "no file" in refusal(lambda: connection.execute(PHONES))
    if own.kind == "postgres":
        own.by_hand("revoke create on schema public from public")
        own.by_hand("create role poor login; grant select on all tables in schema public to poor")
        url = re.sub(r"//[^@/]*@", "//poor@", own.url)
        with own.company.connect(url, purpose="support", map=own.map) as connection:
            assert "Q617" in refusal(lambda: connection.execute(PHONES))
            assert connection.execute("select count(*) from contacts").fetchall() == [(9,)]


# -- from where it is used -----------------------------------------------------------------------------


def test_it_is_written_from_a_terminal_and_by_sqlalchemy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = made("sqlite", tmp_path)
    monkeypatch.setenv("TROTH_POLICIES", POLICIES)
    monkeypatch.setenv("TROTH_DATABASE", f"sqlite:///{tmp_path}/troth.db")
    shop = open_house(POLICIES, f"sqlite:///{tmp_path}/troth.db").company("shop")
    shop.collect("web-form", {"email": "fay@example.com", "name": "Fay", "phone": HERS})
    typed = ["sql", "shop", "--database", own.url, "--map", str(own.map), "--purpose", "support"]
    told = CliRunner().invoke(main, [*typed, "--explain", PHONES])
    assert "troth_from_contacts" in told.output and "CASE WHEN" in told.output, told.output
    assert not own.beside.exists()
    assert "written" in CliRunner().invoke(main, [*typed, PHONES]).output
    assert "call +1" in CliRunner().invoke(main, [*typed, "select who from calls"]).output
    refused = CliRunner().invoke(main, [*typed, "create table calls as select 1 as n"])
    assert refused.exit_code == 2 and "Q614" in refused.output
    with own.connect() as connection, through(connection).connect() as alchemy:
        alchemy.execute(text("create table y as select name from contacts where id = :n"), {"n": 3})
        assert alchemy.execute(text("select name from y")).scalars().all() == ["Cara"]
