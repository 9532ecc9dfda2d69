"""The limits of XPM, counted by all processes together."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table, Text

from core.store.tables.base import metadata

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
