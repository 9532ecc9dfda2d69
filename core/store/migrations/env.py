"""Runs the revisions on the connection that `core.store.engine.migrate` hands over, inside its transaction."""

from __future__ import annotations

from alembic import context

from core.store.migrations.scope import is_ours
from core.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    include_name=is_ours,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
