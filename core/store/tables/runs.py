"""Runs and their rows, saved choices of time, signs of life of workers, and signatures."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Index, Integer, Table, Text, UniqueConstraint, text

from core.store.tables.base import metadata

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
