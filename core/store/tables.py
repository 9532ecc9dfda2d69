"""Every table Tieout keeps, in SQLAlchemy Core, for SQLite and PostgreSQL alike.

Instants are UTC text (sortable, equal on both databases), dates are dates, minutes are integers, money is decimal
text. The tables `decision`, `event` and `bundle_event` are append-only: the database itself refuses to change them.
Each row carries its practice.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Dialect,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)

from core.model import LOCAL_FRAMES, XPM_FRAMES, FrameContract

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

#: Tables whose rows may never be changed or removed; triggers enforce it.
APPEND_ONLY = ("decision", "event", "bundle_event", "attempt_outcome", "hold_choice", "signature", "pack_event")


class Money(TypeDecorator[Decimal]):
    """Decimal kept as text: SQLite's own numbers are floats."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else str(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        return None if value is None or value == "" else Decimal(value)


_TYPES: dict[str, Any] = {"text": Text, "time": Text, "int": Integer, "bool": Boolean, "date": Date, "money": Money}


def _frame_table(side: str, contract: FrameContract) -> Table:
    columns = [Column(c.name, _TYPES[c.kind], nullable=c.kind in ("date", "money")) for c in contract.columns]
    return Table(
        f"{side}_{contract.name}",
        metadata,
        Column("practice", Text, primary_key=True),
        Column("id", Text, primary_key=True),
        *columns,
    )


#: One table per frame contract, by the contract's name; the columns are the contract's.
LOCAL = {name: _frame_table("local", contract) for name, contract in LOCAL_FRAMES.items()}
XPM = {name: _frame_table("xpm", contract) for name, contract in XPM_FRAMES.items()}
for _times in (LOCAL["actual_times"], XPM["times"]):
    Index(None, _times.c.practice, _times.c.date)

practice = Table(
    "practice",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("zone", Text, nullable=False),
    Column("as_of", Date, comment="pins today, for the demo practice"),
    Column("settings", Text, nullable=False, comment="JSON of core.store.practices.Settings"),
    Column("created_at", Text, nullable=False),
)

connection = Table(
    "connection",
    metadata,
    Column("practice", Text, primary_key=True),
    Column("state", Text, nullable=False, comment="connected, needs_consent, lost_right, disconnected"),
    Column("tenant_id", Text, nullable=False, server_default=""),
    Column("tenant_name", Text, nullable=False, server_default=""),
    Column("connection_id", Text, nullable=False, server_default=""),
    Column("scopes", Text, nullable=False, server_default=""),
    Column("access_token", LargeBinary, comment="AES-GCM"),
    Column("refresh_token", LargeBinary, comment="AES-GCM"),
    Column("former_refresh_token", LargeBinary, comment="AES-GCM; kept until the new access token has worked once"),
    Column("access_expires_at", Text),
    Column("refreshed_at", Text),
    Column("refreshing_since", Text),
    Column("generation", Integer, nullable=False, server_default="0"),
    Column("key_id", Text, nullable=False, server_default=""),
    Column("connected_by", Text, nullable=False, server_default=""),
    Column("connected_at", Text),
)

consent = Table(
    "consent",
    metadata,
    Column("state", Text, primary_key=True, comment="random, checked once on return"),
    Column("practice", Text, nullable=False),
    Column("verifier", LargeBinary, nullable=False, comment="PKCE verifier, AES-GCM"),
    Column("asked_by", Text, nullable=False),
    Column("asked_at", Text, nullable=False),
    Column("used_at", Text),
    Column("offered", Text, comment="JSON list of XPM accounts the consent granted, while the person chooses"),
)

# -- what was read from each side -------------------------------------------------------------------------------------

source_part = Table(
    "source_part",
    metadata,
    Column("practice", Text, primary_key=True),
    Column("side", Text, primary_key=True, comment="local or xpm"),
    Column("part", Text, primary_key=True, comment="table, or times:2026-10 for a window of time"),
    Column("complete", Boolean, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("read_at", Text, nullable=False, comment="when it was last read whole"),
    Column("cursor", Text, nullable=False, server_default="", comment="modifiedsince, file hash or the like"),
    Column("error", Text, nullable=False, server_default=""),
)

# -- proposals, decisions, activity -----------------------------------------------------------------------------------

proposal = Table(
    "proposal",
    metadata,
    Column("practice", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("local_id", Text, primary_key=True),
    Column("rank", Integer, primary_key=True, comment="1 is best"),
    Column("xpm_id", Text, nullable=False),
    Column("score", Integer, nullable=False, comment="probability in ten-thousandths, 0 to 10000"),
    Column("band", Text, nullable=False),
    Column("explanation", Text, nullable=False),
    Column("parts", Text, nullable=False, comment="JSON list of {part, local, xpm, verdict, weight}"),
)

proposal_record = Table(
    "proposal_record",
    metadata,
    Column("practice", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("local_id", Text, primary_key=True),
    Column("no_partner", Integer, nullable=False, comment="probability in ten-thousandths that XPM holds no partner"),
    Column("twin_of", Text, nullable=False, server_default="", comment="local id of the record it repeats"),
)

candidate_set = Table(
    "candidate_set",
    metadata,
    Column("practice", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("basis", Text, nullable=False, comment="versions of both sides and of the learned weights it was made from"),
    Column(
        "content", LargeBinary, nullable=False, comment="the pairs compared last, from which proposals are made anew"
    ),
)

learned = Table(
    "learned",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("practice", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("content", Text, nullable=False, server_default="", comment="JSON of what was learned; empty after a reset"),
    Column("by", Text, nullable=False),
    Column("at", Text, nullable=False),
)
Index(None, learned.c.practice, learned.c.kind)

decision = Table(
    "decision",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("practice", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("local_id", Text, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("xpm_id", Text, nullable=False, server_default="", comment="empty for excluded and reopened"),
    Column("score", Integer, comment="of the proposal accepted, ten-thousandths"),
    Column("why", Text, nullable=False, server_default="", comment="explanation or note"),
    Column("by", Text, nullable=False, comment="a person, or rule:<name>"),
    Column("at", Text, nullable=False),
    Column("valid_from", Date),
    Column("valid_to", Date),
    Column("run", Text, nullable=False, server_default=""),
)
Index(None, decision.c.practice, decision.c.kind, decision.c.local_id)

event = Table(
    "event",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("practice", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("verb", Text, nullable=False, comment="what was done: linked, excluded, pushed, connected..."),
    Column("subject_kind", Text, nullable=False),
    Column("subject_id", Text, nullable=False),
    Column("before", Text, nullable=False, server_default=""),
    Column("after", Text, nullable=False, server_default=""),
    Column("why", Text, nullable=False, server_default=""),
    Column("run", Text, nullable=False, server_default=""),
    Column("former_hash", Text, nullable=False),
    Column("hash", Text, nullable=False),
)
Index(None, event.c.practice, event.c.id)

run = Table(
    "run",
    metadata,
    Column("id", Text, primary_key=True),
    Column("practice", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("asked_at", Text, nullable=False),
    Column("started_at", Text),
    Column("ended_at", Text),
    Column("resume_at", Text, comment="for paused runs"),
    Column("cancel_asked_at", Text, comment="somebody wants the run to stop; it does so at its next step"),
    Column("pause_asked_at", Text, comment="somebody wants the run to rest; it does so at its next step"),
    Column("parameters", Text, nullable=False, server_default="{}", comment="JSON"),
    Column("done", Integer, nullable=False, server_default="0"),
    Column("total", Integer, nullable=False, server_default="0"),
    Column("counts", Text, nullable=False, server_default="{}", comment="JSON of outcome counts"),
    Column("message", Text, nullable=False, server_default="", comment="one sentence for the page"),
    Column("once_key", Text, comment="a second request with the same key is the same run"),
    Column("owner", Text, nullable=False, server_default=""),
    UniqueConstraint("practice", "once_key"),
)

saved_rule = Table(
    "saved_rule",
    metadata,
    Column("practice", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("choice", Text, nullable=False, comment="JSON of core.push.rules.Choice"),
    Column("automatic", Boolean, nullable=False, server_default=text("false")),
    Column("saved_by", Text, nullable=False),
    Column("saved_at", Text, nullable=False),
)

# -- the ledger -------------------------------------------------------------------------------------------------------

bundle = Table(
    "bundle",
    metadata,
    Column("id", Text, primary_key=True),
    Column("practice", Text, nullable=False),
    Column("tenant", Text, nullable=False),
    Column("group_key", Text, nullable=False, comment="entry:<entry id> when one entry makes one timesheet"),
    Column("seq", Integer, nullable=False),
    Column("marker", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
    Column("job", Text, nullable=False),
    Column("task_id", Text, nullable=False),
    Column("staff_id", Text, nullable=False),
    Column("date", Date, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("start", Text, nullable=False, server_default=""),
    Column("end", Text, nullable=False, server_default=""),
    Column("note_sent", Text, nullable=False),
    Column("content_hash", Text, nullable=False, comment="of the local content at the time of sealing"),
    Column("remote_uuid", Text),
    Column("last_seen", Text, nullable=False, server_default="", comment="JSON of the timesheet as XPM showed it last"),
    Column("last_seen_at", Text),
    Column("xpm_words", Text, nullable=False, server_default="", comment="XPM's own error text, word for word"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("absences", Integer, nullable=False, server_default="0", comment="complete lists without the marker"),
    Column("run", Text, nullable=False, server_default=""),
    Column("epoch", Integer, nullable=False),
    Column("by_hand", Boolean, nullable=False, server_default=text("false"), comment="adopted a hand-typed timesheet"),
    Column("desired", Text, nullable=False, server_default="", comment="JSON of the change wanted; empty: none"),
    Column("created_run", Text, nullable=False, server_default="", comment="the run whose request added it"),
    Column("invoiced", Boolean, nullable=False, server_default=text("false"), comment="as XPM showed it last"),
    UniqueConstraint("practice", "group_key", "seq"),
    UniqueConstraint("practice", "remote_uuid", name="uq_bundle_remote_uuid"),
    UniqueConstraint("practice", "marker", name="uq_bundle_marker"),
)
Index(None, bundle.c.practice, bundle.c.state)
Index("ix_bundle_practice_date", bundle.c.practice, bundle.c.date)
Index("ix_bundle_practice_run", bundle.c.practice, bundle.c.run)

bundle_entry = Table(
    "bundle_entry",
    metadata,
    Column("bundle", Text, primary_key=True),
    Column("entry_id", Text, primary_key=True),
    Column("practice", Text, nullable=False),
    Column("minutes", Integer, nullable=False, comment="local minutes, as recorded"),
    Column("sent_minutes", Integer, nullable=False, comment="its share of the timesheet; all shares make its minutes"),
    Column("content_hash", Text, nullable=False, comment="of the entry when the bundle was sealed"),
    ForeignKeyConstraint(["bundle"], ["bundle.id"]),
)
Index(None, bundle_entry.c.practice, bundle_entry.c.entry_id)

attempt = Table(
    "attempt",
    metadata,
    Column("id", Text, primary_key=True),
    Column("practice", Text, nullable=False),
    Column("bundle", Text, nullable=False),
    Column("n", Integer, nullable=False),
    Column("op", Text, nullable=False, comment="add, update or delete"),
    Column("epoch", Integer, nullable=False),
    Column("worker", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("deadline", Text, nullable=False),
    Column("request_hash", Text, nullable=False),
    Column("run", Text, nullable=False, server_default=""),
    Column(
        "seen_before", Text, nullable=False, server_default="[]", comment="JSON list of UUIDs in the pre-flight list"
    ),
    UniqueConstraint("bundle", "n"),
)

attempt_outcome = Table(
    "attempt_outcome",
    metadata,
    Column("attempt", Text, primary_key=True),
    Column("at", Text, nullable=False),
    Column("outcome", Text, nullable=False, comment="not_sent, not_applied, applied, in_doubt"),
    Column("http_status", Integer),
    Column("correlation_id", Text, nullable=False, server_default=""),
    Column("error_text", Text, nullable=False, server_default=""),
)

bundle_event = Table(
    "bundle_event",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("practice", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("bundle", Text, nullable=False),
    Column("from_state", Text, nullable=False),
    Column("to_state", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("run", Text, nullable=False, server_default=""),
)
Index(None, bundle_event.c.practice, bundle_event.c.bundle)
Index("ix_bundle_event_practice_id", bundle_event.c.practice, bundle_event.c.id)
Index("ix_bundle_event_practice_run", bundle_event.c.practice, bundle_event.c.run)

hold_choice = Table(
    "hold_choice",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("practice", Text, nullable=False),
    Column("entry_id", Text, nullable=False),
    Column("choice", Text, nullable=False, comment="a core.push.choices.Saying"),
    Column("xpm_time_id", Text, nullable=False, server_default="", comment="for same_work"),
    Column("why", Text, nullable=False, server_default=""),
    Column("by", Text, nullable=False),
    Column("at", Text, nullable=False),
)
Index(None, hold_choice.c.practice, hold_choice.c.entry_id)

pusher = Table(
    "pusher",
    metadata,
    Column("practice", Text, primary_key=True),
    Column("owner", Text, nullable=False, server_default=""),
    Column("until", Text, nullable=False, server_default="", comment="end of the push lease"),
    Column("epoch", Integer, nullable=False, server_default="0"),
    Column("halt_reason", Text, nullable=False, server_default="", comment="not empty: nothing is written to XPM"),
    Column("halted_at", Text),
    Column("recovery", Text, nullable=False, server_default="", comment="why everything is read back before a send"),
    Column("breaker_failures", Integer, nullable=False, server_default="0", comment="outages in a row"),
    Column("breaker_until", Text, comment="nothing is asked of XPM by a push before then"),
)

waiting = Table(
    "waiting",
    metadata,
    Column("practice", Text, primary_key=True),
    Column("entry_id", Text, primary_key=True),
    Column("reason", Text, nullable=False, comment="what held it last; due: automatic pushing owes it; empty: nothing"),
    Column("since", Text, nullable=False, comment="when it was first seen not in XPM"),
    Column("seen_at", Text, nullable=False, comment="when that reason was first seen"),
)

run_item = Table(
    "run_item",
    metadata,
    Column("run", Text, primary_key=True),
    Column("key", Text, primary_key=True, comment="bundle id, XPM timesheet UUID or entry id"),
    Column("practice", Text, nullable=False),
    Column("entry_id", Text, nullable=False, server_default=""),
    Column("outcome", Text, nullable=False, comment="equal, different, missing, extra, deleted, refused..."),
    Column("words", Text, nullable=False, server_default="", comment="one sentence for the page"),
    Column("content", Text, nullable=False, server_default="{}", comment="JSON of further facts"),
)

worker_beat = Table(
    "worker_beat",
    metadata,
    Column("name", Text, primary_key=True),
    Column("host", Text, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("started_at", Text, nullable=False),
    Column("beat_at", Text, nullable=False),
)

signature = Table(
    "signature",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("practice", Text, nullable=False),
    Column("start", Date, nullable=False),
    Column("end", Date, nullable=False),
    Column("content", Text, nullable=False, comment="JSON of the tie-out that was signed"),
    Column("note", Text, nullable=False, server_default=""),
    Column("by", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("former_hash", Text, nullable=False),
    Column("hash", Text, nullable=False),
)
Index(None, signature.c.practice, signature.c.id)

# -- limits of XPM, shared by all processes ---------------------------------------------------------------------------

gate = Table(
    "gate",
    metadata,
    Column("tenant", Text, primary_key=True),
    Column("day", Text, nullable=False, server_default="", comment="the day window `day_used` counts, as UTC text"),
    Column("day_used", Integer, nullable=False, server_default="0"),
    Column("day_left", Integer, comment="as XPM said last; NULL unknown"),
    Column("minute_left", Integer, comment="as XPM said last; NULL unknown"),
    Column("seen_at", Text),
    Column("paused_until", Text),
    Column("pause_reason", Text, nullable=False, server_default=""),
)

gate_call = Table(
    "gate_call",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("tenant", Text, nullable=False),
    Column("started_at", Text, nullable=False),
    Column("ended_at", Text, comment="NULL while in flight"),
    Column("gives_up_at", Text, nullable=False, comment="an in-flight call is forgotten then"),
)
Index(None, gate_call.c.tenant, gate_call.c.started_at)

# -- jobs -------------------------------------------------------------------------------------------------------------

job_draft = Table(
    "job_draft",
    metadata,
    Column("id", Text, primary_key=True),
    Column("practice", Text, nullable=False),
    Column("state", Text, nullable=False, comment="draft, queued, creating, created, incomplete, discarded"),
    Column("revision", Integer, nullable=False),
    Column("reference", Text, nullable=False, comment="marker of the job, last line of its description"),
    Column("content", Text, nullable=False, comment="JSON of core.jobs.draft.JobDraft"),
    Column("job", Text, nullable=False, server_default="", comment="job number once created"),
    Column("made_by", Text, nullable=False),
    Column("made_at", Text, nullable=False),
    Column("changed_at", Text, nullable=False),
    Column("run", Text, nullable=False, server_default=""),
    Column("batch", Text, nullable=False, server_default="", comment="the job_batch it belongs to; empty: none"),
    UniqueConstraint("practice", "reference"),
)
Index("ix_job_draft_practice_batch", job_draft.c.practice, job_draft.c.batch)

job_step = Table(
    "job_step",
    metadata,
    Column("draft", Text, primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("op", Text, nullable=False, comment="a core.jobs.ports.StepOp"),
    Column("practice", Text, nullable=False),
    Column("payload", Text, nullable=False, comment="JSON of what is sent"),
    Column("marker", Text, nullable=False),
    Column("state", Text, nullable=False, comment="a core.jobs.ports.StepState"),
    Column("remote_id", Text, nullable=False, server_default=""),
    Column("xpm_words", Text, nullable=False, server_default=""),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("absences", Integer, nullable=False, server_default="0", comment="times it was looked for and not found"),
    Column("deadline", Text),
    Column("changed_at", Text, nullable=False),
)

job_batch = Table(
    "job_batch",
    metadata,
    Column("id", Text, primary_key=True),
    Column("practice", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("content", Text, nullable=False, comment="JSON: what all its jobs have in common, and each one's own"),
    Column("made_by", Text, nullable=False),
    Column("made_at", Text, nullable=False),
    Column("run", Text, nullable=False, server_default=""),
)
Index(None, job_batch.c.practice)

cost_preset = Table(
    "cost_preset",
    metadata,
    Column("practice", Text, primary_key=True),
    Column("template_id", Text, primary_key=True, comment="XPM's job template; empty: for every template"),
    Column("name", Text, primary_key=True),
    Column("content", Text, nullable=False, comment="JSON of core.jobs.draft.JobDraft; its cost table counts"),
    Column("saved_by", Text, nullable=False),
    Column("saved_at", Text, nullable=False),
)

# -- documents --------------------------------------------------------------------------------------------------------

pack = Table(
    "pack",
    metadata,
    Column("id", Text, primary_key=True),
    Column("practice", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("content", Text, nullable=False, comment="JSON: client, files, message, what shall happen"),
    Column("draft", Text, nullable=False, server_default="", comment="the job_draft of its job; empty: none wanted"),
    Column("job", Text, nullable=False, server_default="", comment="job number once created"),
    Column("made_by", Text, nullable=False),
    Column("made_at", Text, nullable=False),
    Column("changed_at", Text, nullable=False),
    Column("run", Text, nullable=False, server_default=""),
)
Index(None, pack.c.practice)

pack_event = Table(
    "pack_event",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("practice", Text, nullable=False),
    Column("pack", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("what", Text, nullable=False, comment="download, mail, job or attach"),
    Column("outcome", Text, nullable=False, comment="begun, done, refused or in doubt"),
    Column("words", Text, nullable=False, server_default="", comment="one sentence for the page"),
    Column("content", Text, nullable=False, server_default="{}", comment="JSON of further facts"),
)
Index(None, pack_event.c.practice, pack_event.c.pack)

# -- work -------------------------------------------------------------------------------------------------------------

process_rule = Table(
    "process_rule",
    metadata,
    Column("id", Text, primary_key=True),
    Column("practice", Text, nullable=False),
    Column("process_id", Text, nullable=False, comment="local process"),
    Column("position", Integer, nullable=False, comment="of the rules in force the lowest that fits decides"),
    Column("verdict", Text, nullable=False, comment="linked or excluded"),
    Column("xpm_id", Text, nullable=False, server_default="", comment="task type; empty for excluded"),
    Column("clients", Text, nullable=False, server_default="[]", comment="JSON list of local client ids; empty: all"),
    Column("groups", Text, nullable=False, server_default="[]", comment="JSON list of client groups; empty: all"),
    Column("staff", Text, nullable=False, server_default="[]", comment="JSON list of local staff ids; empty: all"),
    Column("start", Date),
    Column("end", Date),
    Column("words", Text, nullable=False, server_default="", comment="in the task's name or the entry's note"),
    Column("by", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("ended_by", Text, nullable=False, server_default=""),
    Column("ended_at", Text, comment="no longer in force since then; rules are ended, never changed"),
)
Index(None, process_rule.c.practice, process_rule.c.process_id)

task_look = Table(
    "task_look",
    metadata,
    Column("practice", Text, primary_key=True),
    Column("task_id", Text, primary_key=True, comment="local task"),
    Column("xpm_id", Text, nullable=False, comment="the job task it was linked to then"),
    Column("content", Text, nullable=False, comment="JSON of what both sides looked like"),
    Column("conflict", Text, nullable=False, server_default="", comment="one sentence; empty: none"),
    Column("seen_at", Text, nullable=False),
)

# -- time captured here -----------------------------------------------------------------------------------------------

timer = Table(
    "timer",
    metadata,
    Column("practice", Text, primary_key=True),
    Column("staff_id", Text, primary_key=True, comment="local staff member: one timer per person"),
    Column("task_id", Text, nullable=False, server_default=""),
    Column("client_id", Text, nullable=False, server_default=""),
    Column("process_id", Text, nullable=False, server_default=""),
    Column("note", Text, nullable=False, server_default=""),
    Column("billable", Boolean, nullable=False),
    Column("segments", Text, nullable=False, comment="JSON list of [UTC start, UTC end]; an empty end: it is running"),
    Column("by", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("changed_at", Text, nullable=False),
)

timer_entry = Table(
    "timer_entry",
    metadata,
    Column("id", Text, primary_key=True),
    Column("practice", Text, nullable=False),
    Column("staff_id", Text, nullable=False),
    Column("task_id", Text, nullable=False, server_default=""),
    Column("client_id", Text, nullable=False, server_default=""),
    Column("process_id", Text, nullable=False, server_default=""),
    Column("date", Date, nullable=False, comment="work date in the practice's zone"),
    Column("minutes", Integer, nullable=False),
    Column("start", Text, nullable=False, server_default="", comment="HH:MM when captured as a span"),
    Column("end", Text, nullable=False, server_default="", comment="HH:MM when captured as a span"),
    Column("note", Text, nullable=False, server_default=""),
    Column("billable", Boolean, nullable=False),
    Column("status", Text, nullable=False, comment="draft, committed or deleted"),
    Column("made_by", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("made_at", Text, nullable=False),
    Column("changed_at", Text, nullable=False),
)
Index(None, timer_entry.c.practice, timer_entry.c.date)
