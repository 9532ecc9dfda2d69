"""What an unattended push needs: wanted changes, shares of a timesheet, beats, held time, items of runs, signatures."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from core.store.migrations.guards import guard_table

revision = "0004"
down_revision = "0003"

#: Columns added to tables there were: table -> column, type, default.
_ADDED: dict[str, tuple[tuple[str, Any, str | None], ...]] = {
    "local_actual_times": (("approved", sa.Boolean, "false"),),
    "run": (("pause_asked_at", sa.Text, None),),
    "bundle": (("desired", sa.Text, ""), ("created_run", sa.Text, ""), ("invoiced", sa.Boolean, "false")),
    "bundle_entry": (("sent_minutes", sa.Integer, "0"), ("content_hash", sa.Text, "")),
    "attempt": (("run", sa.Text, ""),),
    "pusher": (("recovery", sa.Text, ""), ("breaker_failures", sa.Integer, "0"), ("breaker_until", sa.Text, None)),
}


def upgrade() -> None:
    for table, columns in _ADDED.items():
        for name, kind, default in columns:
            op.add_column(table, _column(name, kind, default))
    _fill_shares()
    _make_tables()
    guard_table("signature")


def downgrade() -> None:
    for table in ("signature", "worker_beat", "run_item", "waiting"):
        op.drop_table(table)
    for table, columns in _ADDED.items():
        with op.batch_alter_table(table) as batch:
            for name, _, _ in columns:
                batch.drop_column(name)


def _column(name: str, kind: Any, default: str | None) -> sa.Column[Any]:
    if default is None:
        return sa.Column(name, kind(), nullable=True)
    literal = sa.text(default) if kind is not sa.Text else default
    return sa.Column(name, kind(), nullable=False, server_default=literal)


def _fill_shares() -> None:
    """Until now one entry made one timesheet: its share is all of it."""
    op.execute("UPDATE bundle_entry SET sent_minutes = minutes")
    op.execute(
        "UPDATE bundle_entry SET content_hash = "
        "(SELECT bundle.content_hash FROM bundle WHERE bundle.id = bundle_entry.bundle)"
    )
    op.execute("UPDATE bundle SET created_run = run WHERE attempts > 0")


def _make_tables() -> None:
    op.create_table(
        "waiting",
        sa.Column("practice", sa.Text(), nullable=False),
        sa.Column("entry_id", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("since", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("practice", "entry_id", name="pk_waiting"),
    )
    op.create_table(
        "run_item",
        sa.Column("run", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("practice", sa.Text(), nullable=False),
        sa.Column("entry_id", sa.Text(), nullable=False, server_default=""),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False, server_default=""),
        sa.Column("content", sa.Text(), nullable=False, server_default="{}"),
        sa.PrimaryKeyConstraint("run", "key", name="pk_run_item"),
    )
    op.create_table(
        "worker_beat",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.Text(), nullable=False),
        sa.Column("beat_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_worker_beat"),
    )
    op.create_table(
        "signature",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("practice", sa.Text(), nullable=False),
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("end", sa.Date(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False, server_default=""),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("former_hash", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_signature"),
    )
    op.create_index("ix_signature_practice", "signature", ["practice", "id"])
