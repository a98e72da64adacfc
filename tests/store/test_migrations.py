"""The steps of the schema end where the tables are, and lead back."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.exc import IntegrityError

from troth.store import Store, open_store
from troth.store.migrations import NEWEST, configuration, downgrade, schema_version, upgrade
from troth.store.tables import metadata


@pytest.fixture
def empty(tmp_path: Path) -> Store:
    return open_store(f"sqlite:///{tmp_path / 'troth.db'}")


def written(connection: Connection) -> dict[str, set[str]]:
    """What the database itself says it was made of: each table's parts, without their order."""
    found = connection.execute(
        text(
            "select name, sql from sqlite_master where sql is not null and name <> 'alembic_version'"
        )
    )
    return {name: {part.strip(" ,\t)") for part in sql.splitlines()} for name, sql in found}


def test_an_upgraded_store_has_exactly_the_tables_of_the_metadata(empty: Store) -> None:
    upgrade(empty)
    with empty.transaction(writes=False) as connection:
        upgraded = written(connection)
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    made = create_engine("sqlite://")
    metadata.create_all(made)
    with made.connect() as connection:
        assert upgraded == written(connection)


def test_the_newest_version_is_the_last_script(empty: Store) -> None:
    with empty.transaction(writes=False) as connection:
        scripts = ScriptDirectory.from_config(configuration(connection))
        assert scripts.get_heads() == [NEWEST]


def test_down_leaves_no_table_and_up_again_works(empty: Store) -> None:
    upgrade(empty)
    empty.add_company("acme", "Acme", "UTC")
    downgrade(empty)
    assert schema_version(empty) is None
    assert inspect(empty.engine).get_table_names() == ["alembic_version"]
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


@pytest.mark.parametrize("table", metadata.tables.values(), ids=lambda table: str(table.name))
def test_every_table_starts_with_its_company_and_every_key_carries_it(table) -> None:  # type: ignore[no-untyped-def]
    assert table.columns[0].name == "company"
    assert table.primary_key.columns[0].name == "company"
    keyed = [index.columns[0].name for index in table.indexes]
    keyed += [reference.column_keys[0] for reference in table.foreign_key_constraints]
    assert set(keyed) <= {"company"}
