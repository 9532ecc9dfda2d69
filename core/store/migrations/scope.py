"""Which tables of the database are Tieout's: the durable-work engine keeps its own beside them."""

from __future__ import annotations

from core.store.tables import metadata


def is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Alembic's `include_name`: leaves out tables and schemas that `core.store.tables` does not know."""
    if kind == "schema":
        return name is None
    if kind == "table":
        return name in metadata.tables
    return True
