"""The first tables, and the triggers that keep the append-only ones as they were written.

Written out here, not made from core.store.tables, so that a database of this age can always be rebuilt.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

APPEND_ONLY = ("decision", "event", "bundle_event", "attempt_outcome", "hold_choice")

ROW = "practice id"  # the key of every frame table


def upgrade() -> None:
    create_local_frames()
    create_xpm_frames()
    create_practice()
    create_review()
    create_runs()
    create_ledger()
    create_attempts()
    create_choices()
    create_gate()
    create_jobs()
    create_indexes()
    guard_append_only()


def text(names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names.split()]


def blank(names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Text(), nullable=False, server_default="") for name in names.split()]


def json(name: str, empty: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=False, server_default=empty)


def maybe(names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Text(), nullable=True) for name in names.split()]


def whole(names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names.split()]


def zero(names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Integer(), nullable=False, server_default="0") for name in names.split()]


def maybe_whole(names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Integer(), nullable=True) for name in names.split()]


def flag(names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Boolean(), nullable=False) for name in names.split()]


def off(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.text("false"))


def day(names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Date(), nullable=True) for name in names.split()]


def sealed(names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.LargeBinary(), nullable=True) for name in names.split()]


def table(name: str, keys: str, *columns: sa.Column[Any] | sa.Constraint) -> None:
    op.create_table(name, *columns, sa.PrimaryKeyConstraint(*keys.split(), name=f"pk_{name}"))


def once(table_name: str, columns: str, name: str = "") -> sa.UniqueConstraint:
    names = columns.split()
    return sa.UniqueConstraint(*names, name=name or f"uq_{table_name}_{names[0]}")


def create_local_frames() -> None:
    table(
        "local_clients",
        ROW,
        *text("practice id name entity_type email phone tax_number company_number code"),
        *flag("archived"),
        *text("client_group partner manager"),
    )
    table("local_staff", ROW, *text("practice id name email"), *flag("active"))
    table("local_processes", ROW, *text("practice id name description"))
    table(
        "local_tasks",
        ROW,
        *text("practice id client_id process_id name assignee_id"),
        *day("start due"),
        *text("status period"),
    )
    table(
        "local_actual_times",
        ROW,
        *text("practice id staff_id task_id client_id process_id"),
        *day("date"),
        *whole("minutes"),
        *text("start end"),
        *flag("billable"),
        *text("note status problem problem_sentence content_hash file"),
        *whole("line"),
    )
    table(
        "local_problems",
        ROW,
        *text("practice id table file"),
        *whole("line"),
        *text("column value sentence"),
        *whole("minutes"),
        *day("date"),
    )


def create_xpm_frames() -> None:
    table(
        "xpm_clients",
        ROW,
        *text("practice id name first_name last_name email phone tax_number company_number business_number"),
        *text("code export_code structure"),
        *flag("archived deleted"),
        *text("client_group partner manager"),
    )
    table("xpm_staff", ROW, *text("practice id name email payroll_code"), *flag("listed"))
    table("xpm_task_types", ROW, *text("practice id name description"))
    table(
        "xpm_jobs",
        ROW,
        *text("practice id uuid name description client_id client_name client_order_number state category"),
        *day("start due completed"),
        *text("manager partner"),
        *flag("current"),
    )
    table(
        "xpm_job_tasks",
        ROW,
        *text("practice id job task_type_id name description"),
        *whole("estimated_minutes actual_minutes"),
        *flag("completed billable"),
    )
    table(
        "xpm_times",
        ROW,
        *text("practice id job task_id staff_id staff_name"),
        *day("date"),
        *whole("minutes"),
        *text("note"),
        *flag("billable"),
        *text("start end"),
        *flag("invoiced"),
    )
    for name in ("xpm_templates", "xpm_categories", "xpm_job_states"):
        table(name, ROW, *text("practice id name"))
    table("xpm_costs", ROW, *text("practice id description code note"), *maybe("unit_cost unit_price"))


def create_practice() -> None:
    table("practice", "id", *text("id name zone"), *day("as_of"), *text("settings created_at"))
    table(
        "connection",
        "practice",
        *text("practice state"),
        *blank("tenant_id tenant_name connection_id scopes"),
        *sealed("access_token refresh_token former_refresh_token"),
        *maybe("access_expires_at refreshed_at refreshing_since"),
        *zero("generation"),
        *blank("key_id connected_by"),
        *maybe("connected_at"),
    )
    table(
        "consent",
        "state",
        *text("state practice"),
        sa.Column("verifier", sa.LargeBinary(), nullable=False),
        *text("asked_by asked_at"),
        *maybe("used_at offered"),
    )
    table(
        "source_part",
        "practice side part",
        *text("practice side part"),
        *flag("complete"),
        *whole("rows"),
        *text("read_at"),
        *blank("cursor error"),
    )


def create_review() -> None:
    table(
        "proposal",
        "practice kind local_id rank",
        *text("practice kind local_id"),
        *whole("rank"),
        *text("xpm_id"),
        *whole("score"),
        *text("band explanation parts"),
    )
    table(
        "decision",
        "id",
        *whole("id"),
        *text("practice kind local_id verdict"),
        *blank("xpm_id"),
        *maybe_whole("score"),
        *blank("why"),
        *text("by at"),
        *day("valid_from valid_to"),
        *blank("run"),
    )
    table(
        "event",
        "id",
        *whole("id"),
        *text("practice at actor verb subject_kind subject_id"),
        *blank("before after why run"),
        *text("former_hash hash"),
    )
    table(
        "saved_rule",
        "practice name",
        *text("practice name choice"),
        off("automatic"),
        *text("saved_by saved_at"),
    )


def create_runs() -> None:
    table(
        "run",
        "id",
        *text("id practice kind state actor asked_at"),
        *maybe("started_at ended_at resume_at cancel_asked_at"),
        json("parameters", "{}"),
        *zero("done total"),
        json("counts", "{}"),
        *blank("message"),
        *maybe("once_key"),
        *blank("owner"),
        once("run", "practice once_key"),
    )


def create_ledger() -> None:
    table(
        "bundle",
        "id",
        *text("id practice tenant group_key"),
        *whole("seq"),
        *text("marker state"),
        *blank("reason"),
        *text("job task_id staff_id"),
        sa.Column("date", sa.Date(), nullable=False),
        *whole("minutes"),
        *blank("start end"),
        *text("note_sent content_hash"),
        *maybe("remote_uuid"),
        *blank("last_seen"),
        *maybe("last_seen_at"),
        *blank("xpm_words"),
        *zero("attempts absences"),
        *blank("run"),
        *whole("epoch"),
        off("by_hand"),
        once("bundle", "practice group_key seq"),
        once("bundle", "practice remote_uuid", "uq_bundle_remote_uuid"),
        once("bundle", "practice marker", "uq_bundle_marker"),
    )
    table(
        "bundle_entry",
        "bundle entry_id",
        *text("bundle entry_id practice"),
        *whole("minutes"),
        sa.ForeignKeyConstraint(["bundle"], ["bundle.id"], name="fk_bundle_entry_bundle_bundle"),
    )
    table(
        "bundle_event",
        "id",
        *whole("id"),
        *text("practice at actor bundle from_state to_state why"),
        *blank("run"),
    )


def create_attempts() -> None:
    table(
        "attempt",
        "id",
        *text("id practice bundle"),
        *whole("n"),
        *text("op"),
        *whole("epoch"),
        *text("worker created_at deadline request_hash"),
        json("seen_before", "[]"),
        once("attempt", "bundle n"),
    )
    table(
        "attempt_outcome",
        "attempt",
        *text("attempt at outcome"),
        *maybe_whole("http_status"),
        *blank("correlation_id error_text"),
    )


def create_choices() -> None:
    table(
        "hold_choice",
        "id",
        *whole("id"),
        *text("practice entry_id choice"),
        *blank("xpm_time_id why"),
        *text("by at"),
    )
    table(
        "pusher",
        "practice",
        *text("practice"),
        *blank("owner until"),
        *zero("epoch"),
        *blank("halt_reason"),
        *maybe("halted_at"),
    )


def create_gate() -> None:
    table(
        "gate",
        "tenant",
        *text("tenant"),
        *blank("day"),
        *zero("day_used"),
        *maybe_whole("day_left minute_left"),
        *maybe("seen_at paused_until"),
        *blank("pause_reason"),
    )
    table("gate_call", "id", *whole("id"), *text("tenant started_at"), *maybe("ended_at"), *text("gives_up_at"))


def create_jobs() -> None:
    table(
        "job_draft",
        "id",
        *text("id practice state"),
        *whole("revision"),
        *text("reference content"),
        *blank("job"),
        *text("made_by made_at changed_at"),
        *blank("run"),
        once("job_draft", "practice reference"),
    )
    table(
        "job_step",
        "draft n",
        *text("draft"),
        *whole("n"),
        *text("op practice payload marker state"),
        *blank("remote_id xpm_words"),
        *zero("attempts absences"),
        *maybe("deadline"),
        *text("changed_at"),
    )


def create_indexes() -> None:
    op.create_index("ix_local_actual_times_practice", "local_actual_times", ["practice", "date"])
    op.create_index("ix_xpm_times_practice", "xpm_times", ["practice", "date"])
    op.create_index("ix_decision_practice", "decision", ["practice", "kind", "local_id"])
    op.create_index("ix_event_practice", "event", ["practice", "id"])
    op.create_index("ix_bundle_practice", "bundle", ["practice", "state"])
    op.create_index("ix_bundle_practice_date", "bundle", ["practice", "date"])
    op.create_index("ix_bundle_entry_practice", "bundle_entry", ["practice", "entry_id"])
    op.create_index("ix_bundle_event_practice", "bundle_event", ["practice", "bundle"])
    op.create_index("ix_hold_choice_practice", "hold_choice", ["practice", "entry_id"])
    op.create_index("ix_gate_call_tenant", "gate_call", ["tenant", "started_at"])


def guard_append_only() -> None:
    if op.get_bind().dialect.name == "sqlite":
        guard_on_sqlite()
    else:
        guard_on_postgres()


def guard_on_sqlite() -> None:
    for name in APPEND_ONLY:
        for change in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER {name}_refuses_{change} BEFORE {change} ON {name} "
                f"BEGIN SELECT RAISE(ABORT, '{name} is append-only'); END"
            )


def guard_on_postgres() -> None:
    op.execute(
        "CREATE FUNCTION tieout_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; "
        "END $$"
    )
    for name in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {name}_refuses_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {name} "
            "FOR EACH STATEMENT EXECUTE FUNCTION tieout_refuse_change()"
        )
