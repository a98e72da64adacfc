"""`troth sql`, `troth map` and `troth filter` as they are typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.sql.shop import MAP, ROWS, fill_sqlite
from troth.cli import main
from troth.company import open_house
from troth.people import choices

POLICIES = str(Path(__file__).parent / "policies")
PHONES = "select name, phone from contacts where id in (3, 6) order by id"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the shop's database, its map, and a store with one person in it."""
    monkeypatch.setenv("TROTH_POLICIES", POLICIES)
    monkeypatch.setenv("TROTH_DATABASE", f"sqlite:///{tmp_path}/troth.db")
    fill_sqlite(tmp_path / "shop.db", ROWS)
    (tmp_path / "shop.yaml").write_text(MAP)
    house = open_house(POLICIES, f"sqlite:///{tmp_path}/troth.db")
    shop = house.company("shop")
    shop.collect("web-form", {"email": "fay@example.com", "name": "Fay", "phone": "+1 555 0106"})
    return tmp_path


def run(*words: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(main, list(words), input=typed)


def query(here: Path, *words: str, typed: str | None = None) -> Result:
    known = ("--database", f"sqlite:///{here}/shop.db", "--map", f"{here}/shop.yaml")
    return run("sql", "shop", *known, *words, typed=typed)


def opts_out() -> None:
    import os

    shop = open_house(POLICIES, os.environ["TROTH_DATABASE"]).company("shop")
    named = {c.name: c for v in shop.policy.versions for c in v.choices}
    with shop.writing() as session:
        who = shop.person(session, "fay@example.com")
        assert who is not None
        choices.say(session, who, named["no-news"], (), True, shop.clock(), "email", "person")


def test_the_rows_change_when_one_person_opts_out(here: Path) -> None:
    before = query(here, "--purpose", "news", PHONES)
    assert before.exit_code == 0, before.output
    assert "+1 555 0106" in before.output and "2 rows" in before.output
    opts_out()
    after = query(here, "--purpose", "news", PHONES)
    assert "+1 555 0106" not in after.output and "1 row" in after.output


def test_what_is_run_and_the_clauses_are_explained(here: Path) -> None:
    told = query(here, "--purpose", "news", "--explain", PHONES).output
    assert "CASE WHEN" in told
    assert "shop/2015-01-01#privacy.calls" in told


def test_answers_for_programs_and_for_a_pipe(here: Path) -> None:
    rows = json.loads(query(here, "--purpose", "support", "--json", PHONES).stdout)
    assert rows[0] == {"name": "Cara", "phone": "+1 555 0103"}
    lines = query(here, "--purpose", "support", "--csv", PHONES).stdout.splitlines()
    assert lines == ["name,phone", "Cara,+1 555 0103", "Fay,+1 555 0106"]
    typed = "select 1;\nselect nothing\nfrom contacts;\nselect 2;\n"
    several = query(here, "--purpose", "support", typed=typed)
    assert several.exit_code == 0
    assert several.output.count("1 row") == 2 and "Q607" in several.output


def test_what_is_wrong_is_told_and_exits_with_its_code(here: Path) -> None:
    assert query(here, "--purpose", "news", "delete from contacts").exit_code == 2
    assert "Q603" in query(here, "--purpose", "news", "delete from contacts").output
    wrong = query(here, "--purpose", "new", PHONES)
    assert wrong.exit_code == 2 and "did you mean news?" in wrong.output
    missing = run(
        "sql", "shop", "--database", f"sqlite:///{here}/no.db", "--purpose", "news", "select 1"
    )
    assert missing.exit_code == 3


def test_what_enforcing_would_remove_is_counted(here: Path) -> None:
    known = ("--database", f"sqlite:///{here}/shop.db", "--map", f"{here}/shop.yaml")
    opts_out()
    told = run("observe", "database", "shop", *known, "--purpose", "news")
    assert told.exit_code == 0, told.output
    assert "contacts: 4 of 12 rows would not be there" in told.output
    assert "by shop/2015-01-01#privacy.calls" in told.output
    assert "fay" not in told.output.lower() and "555" not in told.output
    counts = json.loads(run("observe", "database", "shop", *known, "--json").stdout)
    assert {one["purpose"] for one in counts} == {"news", "support", "counting"}
    wrong = run("observe", "database", "shop", *known, "--purpose", "new")
    assert wrong.exit_code == 2


def test_a_map_is_drafted_and_checked(here: Path) -> None:
    drafted = run("map", f"sqlite:///{here}/shop.db")
    assert drafted.exit_code == 0
    assert "email: email" in drafted.output and "anna@" not in drafted.output
    checked = run("map", f"sqlite:///{here}/shop.db", "--check", f"{here}/shop.yaml")
    assert checked.exit_code == 1
    assert "M710" in checked.output and "Secret Pins" in checked.output


def test_a_mailing_list_is_cut(here: Path) -> None:
    path = here / "list.csv"
    path.write_text('Name,E-mail\n"Fay, F.",fay@example.com\nX,nobody@example.com\nY,\n')
    told = run("filter", "shop", str(path), "--purpose", "news", "--data", "phone")
    assert told.stdout.splitlines() == ["Name,E-mail", '"Fay, F.",fay@example.com']
    assert "1 of 3" in told.stderr
    opts_out()
    again = run(
        "filter", "shop", "-", "--purpose", "news", "--data", "phone", typed=path.read_text()
    )
    assert again.stdout.splitlines() == ["Name,E-mail"]
    assert run("filter", "shop", str(path), "--purpose", "news", "--column", "Mail").exit_code == 2
