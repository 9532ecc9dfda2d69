"""What an installation keeps of its practices: settings, connections, consents, and how far each side was read."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Integer, LargeBinary, Table, Text

from core.store.tables.base import metadata

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
