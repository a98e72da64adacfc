"""The census, as it was: this file does not change when the tables do."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "census"
down_revision = "work_and_mail"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "census",
        sa.Column("company", sa.String(), nullable=False),
        sa.Column("part", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("section", sa.String(), nullable=False),
        sa.Column("head", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["company"], ["companies.company"], name="fk_census_company"),
        sa.PrimaryKeyConstraint("company", "part", "section", name="pk_census"),
    )
    if op.get_context().dialect.name == "postgresql":  # columns of numbers: it is read often
        op.execute("alter table census alter column body set storage external")


def downgrade() -> None:
    op.drop_table("census")
