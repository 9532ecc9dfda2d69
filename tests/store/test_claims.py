"""What the ledger claims XPM holds: share by share, of the period or of what XPM shows in it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from core.model import XPM_FRAMES, shape_frame
from core.push.ports import Member
from core.store import Store

NOVEMBER = (date(2026, 11, 1), date(2026, 11, 30))


def add(store: Store, key: str, shares: dict[str, int], **facts: Any) -> None:
    base = {
        "tenant": "T1",
        "group_key": key,
        "seq": 1,
        "marker": key,
        "state": "confirmed",
        "job": "J1",
        "task_id": "t",
    }
    base |= {"staff_id": "s", "date": date(2026, 11, 18), "minutes": sum(shares.values()), "note_sent": "", "epoch": 0}
    base |= {"content_hash": "h", "remote_uuid": f"u-{key}"}
    entries = {one: Member(minutes + 1, minutes, "h") for one, minutes in shares.items()}
    store.ledger.add_bundles("demo", [{**base, **facts, "entries": entries}], actor="x", why="test")


def show(store: Store, **days: str) -> None:
    rows = {uuid: {"job": "J1", "date": pd.Timestamp(day), "minutes": 5} for uuid, day in days.items()}
    frame = shape_frame(pd.DataFrame.from_dict(rows, orient="index").rename_axis("id"), XPM_FRAMES["times"])
    store.frames.write("xpm", "times", "demo", frame)


def test_a_timesheet_of_two_entries_is_two_shares(store: Store) -> None:
    add(store, "day", {"e1": 20, "e2": 10})
    rows = store.claims.read("demo", *NOVEMBER).set_index("entry_id")
    assert rows["sent_minutes"].to_dict() == {"e1": 20, "e2": 10}
    assert rows["entry_minutes"].to_dict() == {"e1": 21, "e2": 11}
    assert set(rows["minutes"]) == {30}


def test_what_was_never_in_xpm_is_claimed_only_while_in_doubt(store: Store) -> None:
    add(store, "r", {"e1": 20}, state="ready", remote_uuid=None)
    add(store, "u", {"e2": 20}, state="unknown", remote_uuid=None)
    assert store.claims.read("demo", *NOVEMBER)["entry_id"].tolist() == ["e2"]


def test_a_timesheet_that_xpm_shows_in_the_period_comes_whatever_its_date_was(store: Store) -> None:
    add(store, "moved", {"e1": 20}, date=date(2026, 9, 1))
    add(store, "away", {"e2": 20}, date=date(2026, 9, 1))
    show(store, **{"u-moved": "2026-11-02", "u-away": "2026-09-01"})
    assert store.claims.read("demo", *NOVEMBER)["remote_uuid"].tolist() == ["u-moved"]


def test_a_timesheet_without_a_known_entry_is_one_share_of_its_own(store: Store) -> None:
    add(store, "orphan:x", {}, minutes=45, state="needs_person")
    row = store.claims.read("demo", *NOVEMBER).iloc[0]
    assert (row["entry_id"], row["sent_minutes"], row["group_key"]) == ("", 45, "orphan:x")
