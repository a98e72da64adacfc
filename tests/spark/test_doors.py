"""A shop's warehouse from end to end: the store copied, a query for a purpose, views that any session reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.spark.light import start, write
from tests.sql.conftest import DATABASES
from tests.sql.shop import Rows, company
from tests.sql.test_compiled import the_warehouse
from tests.sql.test_queries import CASES
from troth.cli import main
from troth.company import Company
from troth.estate import Unusable
from troth.estate.spark import NotRun, Spark
from troth.people import choices
from troth.query import QueryRefused
from troth.sql.copied import COPIED, NOTE

NOW = datetime.now(UTC)  # views are held to the clock of Spark
DDL = """
create table contacts (id bigint, person bigint, email varchar, phone varchar, "at" timestamp);
create table orders (id bigint, contact bigint, item varchar)
"""
GIVEN = datetime(2012, 3, 1)
ROWS: Rows = {
    "contacts": [(n, n, f"e{n}@example.com", f"ph{n}", GIVEN) for n in range(1, 10)],
    "orders": [(n, n, f"item {n}") for n in range(1, 10)],
}
ELSEWHERE = re.compile(
    '"|mails'
)  # in Spark a text in such quotes; a view that the warehouse has not
HELP = "select id, email from contacts order by id"
NEWS = "select id, phone from contacts where phone is not null order by id"


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    running = start()
    running.conf.set("spark.sql.variable.substitute", "true")  # whatever the others think of it
    yield running
    running.stop()


@pytest.fixture
def shop() -> Company:
    shop = company()
    shop.clock = lambda: NOW
    return shop


@pytest.fixture
def house(spark: Any, shop: Company, tmp_path: Path) -> Path:  # noqa: ARG001
    write(tmp_path, DDL, ROWS)
    shop.copy_store(tmp_path)
    return tmp_path


def connected(shop: Company, house: Path, purpose: str = "support") -> Any:
    return shop.connect(f"spark:///{house}", purpose=purpose, map=the_warehouse())


def refuses(shop: Company, person: int, choice: str = "no-news") -> None:
    named = {c.name: c for v in shop.policy.versions for c in v.choices}
    with shop.writing() as session:
        choices.say(session, person, named[choice], (), True, shop.clock(), "email", "person")


def test_what_is_said_after_the_copy_counts_with_the_next_query(shop: Company, house: Path) -> None:
    with connected(shop, house) as connection:
        found = [number for number, _ in connection.execute(HELP).fetchall()]
        assert found == [1, 2, 3, 4, 6]  # 5 was forgotten, of 7 to 9 nothing is known
        refuses(shop, 4)
        assert [number for number, _ in connection.execute(HELP).fetchall()] == [1, 2, 3, 6]
    shop.copy_store(house)
    with connected(shop, house) as connection:  # it is allowed all the same, as the new copy says
        assert [number for number, _ in connection.execute(HELP).fetchall()] == [1, 2, 3, 4, 6]


def test_printed_views_show_the_same_in_another_session_and_nothing_past_their_time(
    spark: Any, shop: Company, house: Path
) -> None:
    with connected(shop, house, "news") as connection:
        wanted = connection.execute(NEWS).fetchall()
    assert wanted
    _tables(spark, house)
    maker = spark.newSession()
    for statement in shop.compiled("spark", ["news"], map=the_warehouse()):
        if not statement.startswith("--"):
            maker.sql(statement.rstrip(";"))
    reader = spark.newSession()
    view = NEWS.replace("contacts", "troth_news_contacts")
    for zone in ("Asia/Tokyo", "America/New_York"):  # days and moments would be read otherwise
        reader.conf.set("spark.sql.session.timeZone", zone)
        assert reader.sql(view).collect() == []
    reader.conf.set("spark.sql.session.timeZone", "UTC")
    assert [tuple(row) for row in reader.sql(view).collect()] == wanted

    refuses(shop, wanted[0][0])
    shop.copy_store(house)
    _tables(spark, house)
    assert [tuple(row) for row in reader.sql(view).collect()] == wanted[1:]

    shop.clock = lambda: NOW - timedelta(hours=2)  # a copy that was good for an hour
    shop.copy_store(house)
    _tables(spark, house)
    assert reader.sql(view).collect() == []


def _tables(spark: Any, house: Path) -> None:
    """The tables as a catalogue has them."""
    spark.sql("create database if not exists troth")
    for name, place in (
        *((f"troth.{name}", house / "troth" / name) for name in (*COPIED, NOTE)),
        *((name, house / name) for name in ROWS),
    ):
        spark.sql(f"drop table if exists {name}")
        spark.catalog.createTable(name, str(place), "parquet")
        if any(place.glob("part=*")):
            spark.catalog.recoverPartitions(name)


def test_hostile_queries_are_refused_before_anything_is_read(shop: Company, house: Path) -> None:
    wrong = []
    with connected(shop, house) as connection:
        for case in CASES:
            if (
                case.verdict == "same"
                or case.databases != DATABASES
                or ELSEWHERE.search(case.query)
            ):
                continue
            try:
                connection.rewritten(case.query)
                wrong.append(case.query)
            except QueryRefused:
                continue
        for query in (
            "select * from parquet.`/etc`",
            "select * from `troth`.`people`",
            "select * from contacts lateral view explode(array(1, 2)) e as x",
            "select /*+ broadcast(contacts) */ * from contacts",
            "select reflect('java.lang.System', 'getenv')",
            "select java_method('java.lang.System', 'exit', 1)",
            "select transform(id) using 'cat' from contacts",
            "select input_file_name() from contacts",
            "select * from contacts tablesample (10 rows)",
            "select * from contacts version as of 1",
            "set spark.sql.variable.substitute = true",
            "select * from range(3)",
            "select * from json.`/etc/passwd`",
        ):
            try:
                connection.rewritten(query)
                wrong.append(query)
            except QueryRefused:
                continue
    assert not wrong, wrong


def test_no_variable_is_put_into_a_text_and_no_error_tells_a_value(
    shop: Company, house: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with connected(shop, house) as connection:
        trap = "${spark.app.name}"
        assert connection.execute("select ? as x", (trap,)).fetchall() == [(trap,)]
        assert connection.execute(f"select '{trap}' as x").fetchall() == [(trap,)]
        with pytest.raises(QueryRefused) as failed:
            connection.execute("select cast(email as int) from contacts")
        assert failed.value.code == "Q612" and "example.com" not in str(failed.value)
        probe = "select id from contacts where 1 / (case when email = 'e7@example.com' then 0 else 1 end) > 0"
        assert len(connection.execute(probe).fetchall()) == 5  # whose row is hidden gives no error
    told = capfd.readouterr()
    assert "example.com" not in told.out + told.err


def test_the_second_wall_reads_nothing_but_what_was_meant(house: Path, spark: Any) -> None:  # noqa: ARG001
    database = Spark(f"/{house}")
    place = database.places["contacts"]
    contacts = frozenset((str(house / "contacts"),))
    query = f"select id from `{place}` where exists (select 1 from `{place}`)"
    assert len(database.ask(query, reach=contacts)[1]) == 9
    for other in (f"select 1 from `{database.places['orders']}`", "select * from range(2)"):
        with pytest.raises(NotRun):
            database.ask(other, reach=contacts)
    with pytest.raises(NotRun):
        database.ask(f"select * from parquet.`{house}/orders`")
    database.close()


def test_what_is_missing_is_told(shop: Company, house: Path, tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="no folder"):
        connected(shop, tmp_path / "elsewhere")
    (house / "troth").rename(house / ".gone")
    with pytest.raises(Unusable, match="take one with `troth copy`"):
        connected(shop, house)
    with pytest.raises(Unusable, match="nothing is put into a warehouse"):
        shop.install(f"spark:///{house}", ["support"], map=the_warehouse())


def test_the_commands(house: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.sql.test_commands import POLICIES

    monkeypatch.setenv("TROTH_POLICIES", POLICIES)
    monkeypatch.setenv("TROTH_DATABASE", f"sqlite:///{tmp_path}/troth.db")
    from tests.sql.test_compiled import MAP
    from troth.company import open_house

    one = open_house(POLICIES, f"sqlite:///{tmp_path}/troth.db").company("shop")
    one.collect("web-form", {"email": "fay@example.com", "name": "Fay", "phone": "+1 555 0106"})
    (tmp_path / "warehouse.yaml").write_text(MAP)
    copied = CliRunner().invoke(main, ["copy", "shop", str(house), "--parts", "4"])
    assert copied.exit_code == 0 and "people: 1 rows" in copied.output, copied.output
    asked = ["sql", "shop", "--purpose", "support", "--database", f"spark:///{house}", HELP]
    found = CliRunner().invoke(main, [*asked, "--map", str(tmp_path / "warehouse.yaml")])
    assert found.exit_code == 0 and "e1@example.com" in found.output, found.output
    assert "1 row\n" in found.output
