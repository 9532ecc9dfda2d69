"""What mapped work, the Timer, jobs in numbers and packs of documents are kept in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.store.migrations.guards import guard_table

revision = "0006"
down_revision = "0005"

_TABLES = (
    "local_documents",
    "job_batch",
    "cost_preset",
    "pack",
    "pack_event",
    "process_rule",
    "task_look",
    "timer",
    "timer_entry",
)


def upgrade() -> None:
    op.add_column("job_draft", sa.Column("batch", sa.Text(), nullable=False, server_default=""))
    op.create_index("ix_job_draft_practice_batch", "job_draft", ["practice", "batch"])
    _make_local_documents()
    _make_jobs()
    _make_packs()
    _make_work()
    _make_timers()
    guard_table("pack_event")


def downgrade() -> None:
    for table in _TABLES:
        op.drop_table(table)
    op.drop_index("ix_job_draft_practice_batch", "job_draft")
    with op.batch_alter_table("job_draft") as batch:
        batch.drop_column("batch")


def _make_local_documents() -> None:
    op.create_table(
        "local_documents",
        sa.Column("practice", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("task_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("date", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("practice", "id", name="pk_local_documents"),
    )


def _make_jobs() -> None:
    op.create_table(
        "job_batch",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("practice", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", sa.Text(), nullable=False),
        sa.Column("run", sa.Text(), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("id", name="pk_job_batch"),
    )
    op.create_index("ix_job_batch_practice", "job_batch", ["practice"])
    op.create_table(
        "cost_preset",
        sa.Column("practice", sa.Text(), nullable=False),
        sa.Column("template_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("saved_by", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("practice", "template_id", "name", name="pk_cost_preset"),
    )


def _make_packs() -> None:
    op.create_table(
        "pack",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("practice", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("draft", sa.Text(), nullable=False, server_default=""),
        sa.Column("job", sa.Text(), nullable=False, server_default=""),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.Text(), nullable=False),
        sa.Column("run", sa.Text(), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("id", name="pk_pack"),
    )
    op.create_index("ix_pack_practice", "pack", ["practice"])
    op.create_table(
        "pack_event",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("practice", sa.Text(), nullable=False),
        sa.Column("pack", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False, server_default=""),
        sa.Column("content", sa.Text(), nullable=False, server_default="{}"),
        sa.PrimaryKeyConstraint("id", name="pk_pack_event"),
    )
    op.create_index("ix_pack_event_practice", "pack_event", ["practice", "pack"])


def _make_work() -> None:
    op.create_table(
        "process_rule",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("practice", sa.Text(), nullable=False),
        sa.Column("process_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("xpm_id", sa.Text(), nullable=False, server_default=""),
        sa.Column("clients", sa.Text(), nullable=False, server_default="[]"),
        sa.Column("groups", sa.Text(), nullable=False, server_default="[]"),
        sa.Column("staff", sa.Text(), nullable=False, server_default="[]"),
        sa.Column("start", sa.Date(), nullable=True),
        sa.Column("end", sa.Date(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False, server_default=""),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("ended_by", sa.Text(), nullable=False, server_default=""),
        sa.Column("ended_at", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_process_rule"),
    )
    op.create_index("ix_process_rule_practice", "process_rule", ["practice", "process_id"])
    op.create_table(
        "task_look",
        sa.Column("practice", sa.Text(), nullable=False),
        sa.Column("task_id", sa.Text(), nullable=False),
        sa.Column("xpm_id", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("conflict", sa.Text(), nullable=False, server_default=""),
        sa.Column("seen_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("practice", "task_id", name="pk_task_look"),
    )


def _make_timers() -> None:
    op.create_table(
        "timer",
        sa.Column("practice", sa.Text(), nullable=False),
        sa.Column("staff_id", sa.Text(), nullable=False),
        sa.Column("task_id", sa.Text(), nullable=False, server_default=""),
        sa.Column("client_id", sa.Text(), nullable=False, server_default=""),
        sa.Column("process_id", sa.Text(), nullable=False, server_default=""),
        sa.Column("note", sa.Text(), nullable=False, server_default=""),
        sa.Column("billable", sa.Boolean(), nullable=False),
        sa.Column("segments", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("practice", "staff_id", name="pk_timer"),
    )
    op.create_table(
        "timer_entry",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("practice", sa.Text(), nullable=False),
        sa.Column("staff_id", sa.Text(), nullable=False),
        sa.Column("task_id", sa.Text(), nullable=False, server_default=""),
        sa.Column("client_id", sa.Text(), nullable=False, server_default=""),
        sa.Column("process_id", sa.Text(), nullable=False, server_default=""),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("start", sa.Text(), nullable=False, server_default=""),
        sa.Column("end", sa.Text(), nullable=False, server_default=""),
        sa.Column("note", sa.Text(), nullable=False, server_default=""),
        sa.Column("billable", sa.Boolean(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_timer_entry"),
    )
    op.create_index("ix_timer_entry_practice", "timer_entry", ["practice", "date"])
