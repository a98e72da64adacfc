"""A filled store goes to PostgreSQL and back: every row as it was, every ledger sound, or nothing at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from tests import postgres
from troth.cli import main
from troth.company import open_house
from troth.demo import fill
from troth.store import Store, open_store, schema_version
from troth.store import tables as t

POLICIES = Path(__file__).parents[2] / "policies"


@pytest.fixture
def filled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A small demo of one company in a SQLite file, with its key beside it."""
    for name in ("TROTH_POLICIES", "TROTH_DATABASE", "TROTH_KEY", "TROTH_LEDGER_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    house = open_house(POLICIES, "sqlite:///troth.db")
    list(fill(house.company("callminer"), 12))
    house.store.close()
    return "sqlite:///troth.db"


def stored(store: Store) -> dict[str, list[Any]]:
    """Every row of every table, as the database has it."""
    found = {}
    with store.transaction(writes=False) as connection:
        for table in t.metadata.sorted_tables:
            rows = connection.execute(table.select().order_by(*table.primary_key.columns))
            found[table.name] = [tuple(row) for row in rows]
    store.close()
    return found


def move(source: str, target: str) -> Result:
    result = CliRunner().invoke(main, ["move", "--from", source, "--to", target])
    assert "Traceback" not in result.output
    return result


def test_a_filled_store_goes_there_and_back(filled: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = stored(open_store(filled))
    assert len(before["fields"]) > 5 and len(before["ledger"]) > 10 and before["choices"]
    with postgres.database(None) as url:
        there = move(filled, url)
        assert there.exit_code == 0, there.output
        assert f"callminer: {len(before['ledger'])} entries, sound" in there.output
        assert "set TROTH_KEY=$(cat " in there.output
        assert stored(open_store(url)) == before == stored(open_store(filled))
        key = Path("troth.db.key").read_text()
        assert key not in there.output
        monkeypatch.setenv("TROTH_KEY", key)
        house = open_house(POLICIES, url)
        assert house.company("callminer").ask("use", "email", person="anna@example.com") is not None
        house.store.close()
        after = stored(open_store(url))
        back = move(url, "sqlite:///back.db")
        assert back.exit_code == 0, back.output
        assert stored(open_store("sqlite:///back.db")) == after
        house = open_house(POLICIES, "sqlite:///back.db")
        house.company("callminer").collect("optional-field", {"email": "new@example.com"})
        house.store.close()
        again = move(filled, url)
        assert (again.exit_code, "holds companies already" in again.output) == (3, True)


def test_a_broken_ledger_is_not_moved(filled: str) -> None:
    store = open_store(filled)
    with store.transaction(writes=True) as connection:
        for (name,) in connection.execute(
            text("select name from sqlite_master where type = 'trigger'")
        ).all():
            connection.execute(text(f"drop trigger {name}"))
        connection.execute(text("update ledger set kind = 'other' where seq = 3"))
    store.close()
    with postgres.database(None) as url:
        result = move(filled, url)
        assert (result.exit_code, "broken at entry 3" in result.output) == (3, True), result.output
        assert "nothing was moved" in result.output
        assert open_store(url).companies() == ()


def test_what_is_no_store_is_not_moved(filled: str) -> None:
    with postgres.database(None) as url:
        assert "there is no store" in move(url, "sqlite:///other.db").output
        assert schema_version(open_store(url)) is None
    assert move("sqlite:///nowhere.db", filled).exit_code == 3
    assert move(filled, filled).exit_code == 3
