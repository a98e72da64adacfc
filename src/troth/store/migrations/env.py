"""How Alembic reaches the store: over the connection, and in the transaction, of whoever upgrades."""

from __future__ import annotations

from alembic import context

from troth.store.tables import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
