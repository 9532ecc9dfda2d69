"""The newest event of a practice's ledger is found at once: every look at a page asks for it."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_index("ix_bundle_event_practice_id", "bundle_event", ["practice", "id"])


def downgrade() -> None:
    op.drop_index("ix_bundle_event_practice_id", "bundle_event")
