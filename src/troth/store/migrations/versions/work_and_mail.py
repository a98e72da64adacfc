"""Jobs, links, the outbox and the campaigns, as they were: this file does not change when the tables do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "work_and_mail"
down_revision = "ledger_tree"
branch_labels = None
depends_on = None

TABLES = ("jobs", "links", "mailings", "outbox", "campaigns", "campaign_people")
KINDS: dict[str, Any] = {"": sa.String(), "number": sa.BigInteger()}


def upgrade() -> None:
    _table(
        "jobs",
        "id number, kind, key, payload, state, due_at, tries number, lease?, lease_until?, "
        "created_at, ended_at?, problem?",
        key="id",
        checks={"state": "\"state\" in ('waiting', 'done', 'failed')"},
        unique="kind, key",
        indexes=("state, due_at",),
    )
    _table(
        "links",
        "id number, kind, person number, joins number?, next?, nonce, hash, until, used_at?",
        key="id",
        to={"person": "people.id", "joins": "people.id"},
        checks={"kind": "\"kind\" in ('sign-in', 'join')"},
        unique="hash",
        indexes=("joins", "person", "until"),
    )
    _table("mailings", "id number, purpose, subject, body, at, by", key="id")
    _table(
        "outbox",
        "id number, kind, person number, identifier number, about, link number?, state, "
        "created_at, due_at, until?, tries number, sent_at?, problem?",
        key="id",
        to={"person": "people.id", "identifier": "identifiers.id", "link": "links.id"},
        checks={"state": "\"state\" in ('waiting', 'sent', 'bounced', 'failed', 'refused')"},
        indexes=("about, state", "identifier", "link", "person", "state, due_at"),
    )
    _table(
        "campaigns",
        "id number, version, mode, opened_at",
        key="id",
        unique="version",
    )
    _table(
        "campaign_people",
        "campaign number, person number, ways, way?, tries number, state, at",
        key="campaign, person",
        to={"campaign": "campaigns.id", "person": "people.id"},
        checks={"state": "\"state\" in ('waiting', 'told', 'bounced', 'unreachable')"},
        indexes=("campaign, state, way", "person"),
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
    unique: str = "",
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
        *([_unique(name, unique.split(", "))] if unique else []),
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


def _unique(name: str, columns: list[str]) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(
        "company", *columns, name=op.f(f"uq_{name}_company_{'_'.join(columns)}")
    )
