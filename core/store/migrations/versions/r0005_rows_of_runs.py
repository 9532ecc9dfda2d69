"""The rows of one run are found by an index; and what was filled in for old rows is no default for new ones."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"

#: Columns whose default only served the rows there were when they were added.
_FILLED = {"bundle_entry": ("sent_minutes", "content_hash"), "local_actual_times": ("approved",)}


def upgrade() -> None:
    op.create_index("ix_bundle_practice_run", "bundle", ["practice", "run"])
    op.create_index("ix_bundle_event_practice_run", "bundle_event", ["practice", "run"])
    for table, columns in _FILLED.items():
        with op.batch_alter_table(table) as batch:
            for column in columns:
                batch.alter_column(column, server_default=None)


def downgrade() -> None:
    op.drop_index("ix_bundle_event_practice_run", "bundle_event")
    op.drop_index("ix_bundle_practice_run", "bundle")
