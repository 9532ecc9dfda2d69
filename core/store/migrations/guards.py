"""Making a table append-only: the database itself refuses to change or remove its rows."""

from __future__ import annotations

from alembic import op


def guard_table(table: str) -> None:
    """The table refuses changes of its rows, by the trigger the first migration made."""
    if op.get_bind().dialect.name == "sqlite":
        for change in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER {table}_refuses_{change} BEFORE {change} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
    else:
        op.execute(
            f"CREATE TRIGGER {table}_refuses_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION tieout_refuse_change()"
        )
