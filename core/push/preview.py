"""What a change would do to a timesheet in XPM: what it was, and what it becomes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from core.push.edited import DELETE
from core.push.marker import find_markers
from core.push.ports import Bundle, Change

_FIELDS = ("job", "task_id", "staff_id", "date", "minutes", "note")
CHANGE_COLUMNS = ["op", "entry_ids", "differs", *(f"was_{name}" for name in _FIELDS), *_FIELDS]


def preview_changes(changes: Mapping[str, Change], formers: Mapping[str, Bundle]) -> pd.DataFrame:
    """One row per timesheet to change, index bundle id, in the order of days.

    Columns: op (update or delete), entry_ids (comma), differs (names of the fields, comma), the fields as they were
    sent (was_*) and as they become. A deleted timesheet becomes nothing: empty text, 0 minutes, no date. Notes are
    without our marker.
    """
    rows = {bundle: _describe(change, formers.get(bundle)) for bundle, change in changes.items()}
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=CHANGE_COLUMNS).rename_axis("bundle")
    for name in ("was_date", "date"):
        frame[name] = pd.to_datetime(frame[name]).astype("datetime64[s]")
    return frame.sort_values(["was_date", "was_staff_id"], kind="stable")


def _describe(change: Change, former: Bundle | None) -> list[Any]:
    was = {name: getattr(former, name, _BLANK[name]) for name in _FIELDS if name != "note"}
    was["note"] = _drop_marker(former) if former else ""
    want = change.want
    now = {name: getattr(want, name) for name in _FIELDS} if want else dict(_BLANK)
    differs = [] if change.op == DELETE else [name for name in _FIELDS if was[name] != now[name]]
    entry_ids = ",".join(want.entry_ids) if want else ""
    return [change.op, entry_ids, ",".join(differs), *was.values(), *now.values()]


_BLANK: Mapping[str, Any] = {"job": "", "task_id": "", "staff_id": "", "date": None, "minutes": 0, "note": ""}


def _drop_marker(bundle: Bundle) -> str:
    note = bundle.note_sent
    return note.rsplit("~", 1)[0].rstrip() if bundle.marker in find_markers(note) else note
