"""The ledger says of itself which entry was the last that may have changed what may be done."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "last_said"
down_revision = "census"
branch_labels = None
depends_on = None

BEFORE = "company, size, at, edge"


def upgrade() -> None:
    # whatever the last entry was, it may have: who follows looks anew
    _made_anew(f"{BEFORE}, size", sa.Column("said", sa.BigInteger(), nullable=False))


def downgrade() -> None:
    _made_anew(BEFORE)


def _made_anew(values: str, *more: sa.Column[int]) -> None:
    op.execute(f"create table ledger_trees_before as select {BEFORE} from ledger_trees")
    op.drop_table("ledger_trees")
    op.create_table(
        "ledger_trees",
        sa.Column("company", sa.String(), nullable=False, autoincrement=False),
        sa.Column("size", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("at", sa.String(), nullable=False, autoincrement=False),
        sa.Column("edge", sa.String(), nullable=False, autoincrement=False),
        *more,
        sa.ForeignKeyConstraint(
            ["company"], ["companies.company"], name=op.f("fk_ledger_trees_company")
        ),
        sa.PrimaryKeyConstraint("company", name=op.f("pk_ledger_trees")),
    )
    columns = BEFORE + "".join(f", {column.name}" for column in more)
    op.execute(f"insert into ledger_trees ({columns}) select {values} from ledger_trees_before")
    op.drop_table("ledger_trees_before")
