"""Time captured here: the timers that run, and the entries that came of them."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Index, Integer, Table, Text

from core.store.tables.base import metadata

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
