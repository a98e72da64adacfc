"""The steps of the schema end where the tables are, and lead back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from tests.store.opened import KINDS, place
from troth import ledger
from troth.store import Store, StoreProblem, make_tables, open_store
from troth.store import tables as t
from troth.store.migrations import NEWEST, configuration, downgrade, schema_version, upgrade
from troth.store.tables import metadata


@pytest.fixture(params=KINDS)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    with place(request.param, tmp_path) as url:
        store = open_store(url)
        yield store
        store.close()


OF_POSTGRES = """
    select c.table_name, concat_ws(' ', column_name, data_type, collation_name, is_nullable)
    from information_schema.columns c where table_schema = 'public'
    union all select conrelid::regclass::text, conname || ' ' || pg_get_constraintdef(oid)
    from pg_constraint where connamespace = 'public'::regnamespace
    union all select tablename, indexdef from pg_indexes where schemaname = 'public'"""


def written(connection: Connection) -> dict[str, set[str]]:
    """What the database itself says it was made of: each table's parts, without their order."""
    if connection.dialect.name == "postgresql":
        parts: dict[str, set[str]] = {}
        for name, part in connection.execute(text(OF_POSTGRES)):
            parts.setdefault(name, set()).add(part)
        parts.pop("alembic_version", None)
        return parts
    found = connection.execute(
        text(
            "select name, sql from sqlite_master where sql is not null and name <> 'alembic_version'"
        )
    )
    return {name: {part.strip(" ,\t)") for part in sql.splitlines()} for name, sql in found}


@pytest.mark.parametrize("first", ["0001", NEWEST])  # by every step, and made new at once
def test_an_upgraded_store_has_exactly_the_tables_of_the_metadata(empty: Store, first: str) -> None:
    with empty.transaction(writes=True) as connection:
        make_tables(connection)
        made = written(connection)
        metadata.drop_all(connection)
    upgrade(empty, first)
    upgrade(empty)
    assert schema_version(empty) == NEWEST
    with empty.transaction(writes=False) as connection:
        assert written(connection) == made
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_a_table_of_somebody_else_is_not_taken_for_ours(empty: Store) -> None:
    with empty.transaction(writes=True) as connection:
        connection.execute(text("create table people (name text)"))
    with pytest.raises(DBAPIError, match="people"):
        upgrade(empty)
    assert schema_version(empty) is None
    with empty.transaction(writes=False) as connection:
        assert inspect(connection).get_table_names() == ["people"]


def test_the_newest_version_is_the_last_script(empty: Store) -> None:
    with empty.transaction(writes=False) as connection:
        scripts = ScriptDirectory.from_config(configuration(connection))
        assert scripts.get_heads() == [NEWEST]


def test_down_leaves_no_table_and_up_again_works(empty: Store) -> None:
    upgrade(empty)
    empty.add_company("acme", "Acme", "UTC")
    downgrade(empty)
    assert schema_version(empty) is None
    assert inspect(empty.sqlalchemy).get_table_names() == ["alembic_version"]
    upgrade(empty)
    assert schema_version(empty) == NEWEST
    assert empty.companies() == ()


def test_upgrading_twice_changes_nothing(empty: Store) -> None:
    upgrade(empty)
    empty.add_company("acme", "Acme", "UTC")
    upgrade(empty)
    assert empty.companies() == ("acme",)


def test_a_downgrade_that_fails_leaves_everything(
    empty: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    upgrade(empty)
    empty.add_company("acme", "Acme", "UTC")

    def refuse(*_: object, **__: object) -> None:
        raise IntegrityError("no room left", None, OSError())

    monkeypatch.setattr("alembic.runtime.migration.HeadMaintainer.update_to_step", refuse)
    with pytest.raises(IntegrityError):
        downgrade(empty)
    assert schema_version(empty) == NEWEST
    assert empty.companies() == ("acme",)


def test_a_store_of_a_newer_version_is_left_alone(empty: Store) -> None:
    upgrade(empty)
    with empty.transaction(writes=True) as connection:
        connection.execute(text("update alembic_version set version_num = '9999'"))
    with pytest.raises(StoreProblem, match="made by a newer version of troth"):
        upgrade(empty)
    assert schema_version(empty) == "9999"


@pytest.mark.parametrize("table", metadata.tables.values(), ids=lambda table: str(table.name))
def test_every_table_starts_with_its_company_and_every_key_carries_it(table) -> None:  # type: ignore[no-untyped-def]
    assert table.columns[0].name == "company"
    assert table.primary_key.columns[0].name == "company"
    keyed = [index.columns[0].name for index in table.indexes]
    keyed += [reference.column_keys[0] for reference in table.foreign_key_constraints]
    assert set(keyed) <= {"company"}


# -- the ledger's chain becomes a tree -------------------------------------------------------------


def sha(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def chained(store: Store, company: str, entries: int) -> str:
    """A store of the first version, its ledger a chain of so many entries; the head of the last."""
    previous = sha(f"troth ledger of {company}")
    with store.transaction(writes=True) as connection:
        connection.execute(
            text("insert into companies values (:company, 'Acme', 'UTC')"), {"company": company}
        )
        for seq in range(1, entries + 1):
            row: dict[str, Any] = {
                "company": company,
                "seq": seq,
                "at": "2014-11-21T12:00:00.000000Z",
            }
            row |= {"kind": "asked", "salt": "ab", "payload": '{"n":1}', "person": seq % 5 + 1}
            row["commitment"] = sha(f'ab{{"payload":{{"n":1}},"person":{row["person"]}}}')
            said = f"{previous}\n{seq}\n{row['at']}\nasked\n{row['commitment']}"
            row |= {"previous": previous, "head": sha(said)}
            previous = str(row["head"])
            for table, columns in CHAIN.items():
                values = ", ".join(f":{name}" for name in columns.split(", "))
                connection.execute(text(f"insert into {table} ({columns}) values ({values})"), row)
        if entries:
            counted = {"company": company, "last": entries}
            connection.execute(
                text("insert into numbers values (:company, 'ledger', :last)"), counted
            )
    return previous


CHAIN = {
    "ledger": "company, seq, at, kind, commitment, previous, head",
    "ledger_events": "company, seq, at, kind, salt, payload, person",
}


def test_a_chain_becomes_a_tree_of_the_same_entries(empty: Store) -> None:
    upgrade(empty, "0001")
    head = chained(empty, "acme", 520)
    chained(empty, "bolt", 3)
    chained(empty, "none", 0)
    upgrade(empty)
    with empty.writing("acme") as session:
        assert ledger.verify(session).entries == 521
        assert session.count(t.ledger_nodes) == 2
        last = ledger.entries(session, newest_first=True, limit=1)[0]
        assert (last.kind, last.payload) == ("ledger.tree-begun", {"entries": 520, "head": head})
        assert ledger.entries(session, limit=1)[0].payload == {"n": 1}
        ledger.forget(session, 2, at=datetime(2015, 1, 1, tzinfo=UTC))
        assert ledger.verify(session).entries == 522
    with empty.reading("none") as session:
        assert ledger.verify(session).entries == 0
    downgrade(empty, "0001")
    with empty.transaction(writes=False) as connection:
        rows = connection.execute(text("select * from ledger where company = 'bolt'")).all()
        assert len(rows) == 4
    upgrade(empty)
    with empty.reading("acme") as session:
        assert ledger.verify(session).entries == 523


def test_a_broken_chain_is_not_made_whole_by_an_upgrade(empty: Store) -> None:
    upgrade(empty, "0001")
    chained(empty, "acme", 5)
    with empty.transaction(writes=True) as connection:
        connection.execute(text("update ledger set kind = 'given' where seq = 3"))
    with pytest.raises(ValueError, match="the ledger of acme is broken at entry 3"):
        upgrade(empty)
    assert schema_version(empty) == "0001"
