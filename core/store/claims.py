"""What the ledger says XPM holds, share by share: one row per local entry in a timesheet of ours.

The tie-out sums these against XPM's own rows. Both are read for the same dates, and by the timesheets XPM shows on
those dates, so that one which moved in or out is found on either side.
"""

from __future__ import annotations

from datetime import date

import pandas as pd
from sqlalchemy import ColumnElement, Engine, Select, func, select

from core.store.engine import fetch_columns, read_day, reading
from core.store.tables import XPM, bundle, bundle_entry

CLAIM_COLUMNS = ["bundle_id", "entry_id", "state", "reason", "remote_uuid", "date", "staff_id", "job", "task_id"]
CLAIM_COLUMNS += ["group_key", "minutes", "by_hand", "last_seen_at", "entry_minutes", "sent_minutes"]
_TEXT = ["bundle_id", "entry_id", "state", "reason", "remote_uuid", "staff_id", "job", "task_id", "group_key"]
_TEXT += ["last_seen_at"]
_WHOLE = ["minutes", "entry_minutes", "sent_minutes"]


class Claims:
    """Reads the ledger for reports."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def read(self, practice: str, start: date, end: date) -> pd.DataFrame:
        """The shares of all bundles that were sent or adopted and whose date, or whose timesheet, lies in the period.

        One row per bundle and entry, CLAIM_COLUMNS; `entry_id` is empty where no entry is known. `minutes` are the
        whole bundle's and repeat; `sent_minutes` are the entry's share of them, `entry_minutes` what it had when it
        was sealed. Without a UUID a bundle is among them only while its outcome is in doubt.
        """
        times = XPM["times"]
        there = select(times.c.id).where(times.c.practice == practice, times.c.date.between(start, end))
        dated = bundle.c.date.between(start, end)
        queries = [self._query(practice, dated), self._query(practice, ~dated & bundle.c.remote_uuid.in_(there))]
        with reading(self._engine) as connection:
            parts = [fetch_columns(connection, query) for query in queries]
        columns = [first + second for first, second in zip(*parts, strict=True)]
        frame = pd.DataFrame(dict(zip(CLAIM_COLUMNS, columns, strict=True)))
        types = dict.fromkeys(_TEXT, "str") | dict.fromkeys(_WHOLE, "int64")
        return frame.astype({**types, "date": "datetime64[s]", "by_hand": "bool"})

    def _query(self, practice: str, which: ColumnElement[bool]) -> Select[tuple[object, ...]]:
        uuid = func.coalesce(bundle.c.remote_uuid, "")
        columns = {
            "bundle_id": bundle.c.id,
            "entry_id": func.coalesce(bundle_entry.c.entry_id, ""),
            "remote_uuid": uuid,
            "date": read_day(self._engine, bundle.c.date),
            "last_seen_at": func.coalesce(bundle.c.last_seen_at, ""),
            "entry_minutes": func.coalesce(bundle_entry.c.minutes, 0),
            "sent_minutes": func.coalesce(bundle_entry.c.sent_minutes, bundle.c.minutes),
        }
        in_doubt = bundle.c.state.in_(("sending", "unknown", "changing"))
        return (
            select(*(columns[name] if name in columns else bundle.c[name] for name in CLAIM_COLUMNS))
            .select_from(bundle.outerjoin(bundle_entry, bundle.c.id == bundle_entry.c.bundle))
            .where(bundle.c.practice == practice, which, (uuid != "") | in_doubt)
            .order_by(bundle.c.id, bundle_entry.c.entry_id)
        )
