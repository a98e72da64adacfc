"""The first tables, as they were: this file does not change when the tables do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = (
    "companies",
    "assertions",
    "attempts",
    "attributes",
    "keys",
    "ledger",
    "matters",
    "numbers",
    "operators",
    "parties",
    "people",
    "stamps",
    "adoptions",
    "agreements",
    "choices",
    "events",
    "identifiers",
    "ledger_events",
    "matter_people",
    "records",
    "sessions",
    "told",
    "fields",
    "field_origins",
    "record_people",
)
KINDS: dict[str, Any] = {"": sa.String(), "number": sa.BigInteger(), "truth": sa.Boolean()}


def upgrade() -> None:
    op.create_table(
        "companies",
        *(sa.Column(name, sa.String(), nullable=False) for name in ("company", "name", "zone")),
        sa.PrimaryKeyConstraint("company", name=op.f("pk_companies")),
    )
    _table(
        "assertions",
        "id number, fact, of, key, value truth, at, by",
        key="id",
        checks={"of": "\"of\" in ('person', 'party', 'matter', 'record')"},
        indexes=("of, key, fact, at, id",),
    )
    _table(
        "attempts",
        "id number, name, at",
        key="id",
        indexes=(
            "at",
            "name, at",
        ),
    )
    _table(
        "attributes",
        "id number, of, key, name, value, since, until?",
        key="id",
        checks={"of": "\"of\" in ('person', 'party', 'matter', 'record')"},
        indexes=(
            "of, key, name, since",
            "of, name, value",
        ),
    )
    _table(
        "keys",
        "id number, name, hash, role, purposes, may, created_at, ended_at?",
        key="id",
        unique=("hash",),
    )
    _table(
        "ledger",
        "seq number, at, kind, commitment, previous, head",
        key="seq",
    )
    _table(
        "matters",
        "id, kind, opened_at, ended_at?, ended_by?, fields, period_from?, period_until?",
        key="id",
        indexes=("kind",),
    )
    _table(
        "numbers",
        "name, last number",
        key="name",
    )
    _table(
        "operators",
        "id number, name, password, roles, created_at, ended_at?",
        key="id",
        unique=("name",),
    )
    _table(
        "parties",
        "id, kind, name",
        key="id",
    )
    _table(
        "people",
        "id number, created_at, erased_at?",
        key="id",
    )
    _table(
        "stamps",
        "id number, policy?, version?, versions, place?, notice?, contract?, source, "
        "role, customer?, purposes, digest",
        key="id",
        checks={"role": "\"role\" in ('own', 'held')"},
        unique=("digest",),
    )
    _table(
        "adoptions",
        "id number, person number, clause, version, digest, answer, at, way, text_shown",
        key="id",
        to={"person": "people.id"},
        checks={"answer": "\"answer\" in ('yes', 'no')"},
        indexes=("person, clause, at, id",),
    )
    _table(
        "agreements",
        "id number, party, names, fields, purposes, matter?, since, until?",
        key="id",
        to={"matter": "matters.id", "party": "parties.id"},
        indexes=("party",),
    )
    _table(
        "choices",
        "id number, person number, choice, cell, standing truth, kind, at, until?, way, "
        "by, text_shown, complete truth, carried_from?, scope",
        key="id",
        to={"person": "people.id"},
        checks={"kind": "\"kind\" in ('choice', 'consent')"},
        indexes=(
            "choice, cell, at",
            "person, choice, cell, at, id",
        ),
    )
    _table(
        "events",
        "id number, person number, event, at",
        key="id",
        to={"person": "people.id"},
        indexes=("person, event, at",),
    )
    _table(
        "identifiers",
        "id number, person number, kind, value, hash, since, until?",
        key="id",
        to={"person": "people.id"},
        checks={"kind": "\"kind\" in ('email', 'phone', 'account', 'name')"},
        indexes=(
            "kind, hash",
            "person",
        ),
    )
    _table(
        "ledger_events",
        "seq number, at, kind, salt?, payload?, person number?",
        key="seq",
        to={"seq": "ledger.seq"},
        indexes=(
            "kind, at",
            "person",
        ),
    )
    _table(
        "matter_people",
        "matter, person number",
        key="matter, person",
        to={"matter": "matters.id", "person": "people.id"},
        indexes=("person, matter",),
    )
    _table(
        "records",
        "id number, given_at, place?, host?, source, matter?",
        key="id",
        to={"matter": "matters.id"},
        checks={"source": "\"source\" in ('supplied', 'tracked', 'import')"},
        indexes=("given_at",),
    )
    _table(
        "sessions",
        "hash, operator number?, person number?, created_at, until",
        key="hash",
        to={"operator": "operators.id", "person": "people.id"},
        checks={"one_owner": "(operator is null) <> (person is null)"},
        indexes=(
            "operator",
            "person",
            "until",
        ),
    )
    _table(
        "told",
        "id number, person number, version, way, outcome, at",
        key="id",
        to={"person": "people.id"},
        checks={"outcome": "\"outcome\" in ('delivered', 'bounced', 'unreachable', 'queued')"},
        indexes=(
            "person, version, at",
            "version, outcome",
        ),
    )
    _table(
        "fields",
        "id number, record number, stamp number, data, value?, label?, replaced_by "
        "number?, derived_from",
        key="id",
        to={"record": "records.id", "replaced_by": "fields.id", "stamp": "stamps.id"},
        indexes=(
            "data, stamp",
            "record, data",
            "replaced_by",
            "stamp",
        ),
    )
    _table(
        "field_origins",
        "field number, data, stamp number",
        key="field, data, stamp",
        to={"field": "fields.id", "stamp": "stamps.id"},
    )
    _table(
        "record_people",
        "record number, person number",
        key="record, person",
        to={"person": "people.id", "record": "records.id"},
        indexes=("person, record",),
    )


def downgrade() -> None:
    for name in reversed(TABLES):
        op.drop_table(name)


def _table(
    name: str,
    columns: str,
    *,
    key: str,
    to: Mapping[str, str] = {},
    checks: Mapping[str, str] = {},
    unique: tuple[str, ...] = (),
    indexes: tuple[str, ...] = (),
) -> None:
    """`columns` are `name kind`, with `?` where it may be NULL; company comes first, in keys too."""
    op.create_table(
        name,
        *(_column(column) for column in f"company, {columns}".split(", ")),
        *(sa.CheckConstraint(test, name=op.f(f"ck_{name}_{of}")) for of, test in checks.items()),
        sa.ForeignKeyConstraint(
            ["company"], ["companies.company"], name=op.f(f"fk_{name}_company")
        ),
        *(_reference(name, column, target) for column, target in to.items()),
        sa.PrimaryKeyConstraint("company", *key.split(", "), name=op.f(f"pk_{name}")),
        *(
            sa.UniqueConstraint("company", columns, name=op.f(f"uq_{name}_company_{columns}"))
            for columns in unique
        ),
    )
    for listed in indexes:
        of = listed.split(", ")
        op.create_index(op.f(f"ix_{name}_company_{'_'.join(of)}"), name, ["company", *of])


def _column(text: str) -> sa.Column[object]:
    name, _, kind = text.removesuffix("?").partition(" ")
    return sa.Column(name, KINDS[kind], nullable=text.endswith("?"), autoincrement=False)


def _reference(name: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    table, _, key = target.partition(".")
    return sa.ForeignKeyConstraint(
        ["company", column],
        [f"{table}.company", f"{table}.{key}"],
        name=op.f(f"fk_{name}_company_{column}"),
    )
