"""The ledger: timesheets as bundles of entries, each attempt and outcome, and what people said of entries."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, ForeignKeyConstraint, Index, Integer, Table, Text, UniqueConstraint, text

from core.store.tables.base import metadata

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
