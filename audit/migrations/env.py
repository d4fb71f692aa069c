"""How Alembic runs here: on the connection it is handed, inside that transaction."""

from __future__ import annotations

from alembic import context

from audit.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
