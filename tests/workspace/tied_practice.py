"""A practice whose November is in XPM, and ways to change one thing of it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from core.model import LOCAL_FRAMES, XPM_FRAMES, Kind, Verdict, shape_frame
from core.push.ports import Member
from core.settings import Settings
from core.store import Practice, Store
from core.workspace import Workspace
from tests.fakes import FakeClock

NOVEMBER = (date(2026, 11, 1), date(2026, 11, 30))
DAY = pd.Timestamp("2026-11-19")
ENTRY = {"staff_id": "S1", "client_id": "C1", "task_id": "T1", "process_id": "P1", "status": "committed", "date": DAY}
SHEET = {"job": "J1", "task_id": "XT1", "staff_id": "XS1", "staff_name": "Lee, Ann", "date": DAY}
LOCAL: dict[str, dict[str, dict[str, Any]]] = {
    "clients": {"C1": {"name": "Acme"}},
    "staff": {"S1": {"name": "Ann Lee", "active": True}},
    "processes": {"P1": {"name": "BAS"}},
    "tasks": {"T1": {"client_id": "C1", "process_id": "P1", "name": "BAS Sep", "status": "open"}},
}
XPM: dict[str, dict[str, dict[str, Any]]] = {
    "clients": {"XC1": {"name": "Acme Pty Ltd"}},
    "staff": {"XS1": {"name": "Lee, Ann", "listed": True}},
    "task_types": {"XP1": {"name": "Activity statement"}},
    "jobs": {"J1": {"name": "BAS 2026", "client_id": "XC1", "client_name": "Acme Pty Ltd", "current": True}},
    "job_tasks": {"XT1": {"job": "J1", "task_type_id": "XP1", "name": "BAS September"}},
}
LINKS = {Kind.CLIENT: {"C1": "XC1"}, Kind.STAFF: {"S1": "XS1"}, Kind.PROCESS: {"P1": "XP1"}, Kind.TASK: {"T1": "XT1"}}


def make_practice(store: Store, clock: FakeClock) -> Workspace:
    """E1 of 60 minutes is in XPM as recorded, E2 of 20 is rounded to 24; a person typed 45 minutes beside them."""
    store.practices.create(Practice("p", "Smith & <Sons>", "Australia/Sydney", date(2026, 11, 20)))
    for side, frames in (("local", LOCAL), ("xpm", XPM)):
        for name, rows in frames.items():
            write(store, side, name, rows)
    practice = Workspace("p", Settings(client_id="app", user="Margaret"), store, clock)
    for kind, pairs in LINKS.items():
        practice.review.decide(kind, Verdict.LINKED, pairs, seen={})
    enter(practice, E1={"minutes": 60}, E2={"minutes": 20, "note": "=cmd()"})
    add_bundle(practice, "u1", {"E1": (60, 60)})
    add_bundle(practice, "u2", {"E2": (20, 24)})
    show(practice, u1={"minutes": 60}, u2={"minutes": 24}, hand={"minutes": 45, "note": "typed <b>by</b> hand"})
    return practice


def enter(practice: Workspace, **entries: dict[str, Any]) -> None:
    """Replace the local time by these entries; the content of each is its minutes."""
    rows = {one: ENTRY | {"content_hash": str(values["minutes"])} | values for one, values in entries.items()}
    write(practice.store, "local", "actual_times", rows)


def show(practice: Workspace, **sheets: dict[str, Any]) -> None:
    """Replace XPM's time of November by these timesheets, as a whole read of the month does."""
    write(practice.store, "xpm", "times", {one: SHEET | values for one, values in sheets.items()}, "times:2026-11")


def add_bundle(practice: Workspace, uuid: str, shares: dict[str, tuple[int, int]], **facts: Any) -> None:
    """A timesheet of ours in the ledger; shares: entry id -> its own minutes and those sent."""
    row = {"tenant": "T1", "group_key": f"entry:{next(iter(shares))}", "seq": 1, "marker": uuid, "state": "confirmed"}
    row |= {"job": "J1", "task_id": "XT1", "staff_id": "XS1", "date": DAY.date(), "epoch": 0, "note_sent": ""}
    row |= {"minutes": sum(sent for _, sent in shares.values()), "remote_uuid": uuid, "attempts": 1}
    entries = {one: Member(own, sent, str(own)) for one, (own, sent) in shares.items()}
    row |= {"content_hash": next(iter(entries.values())).content_hash, **facts}
    practice.store.ledger.add_bundles("p", [row | {"entries": entries}], actor="x", why="test")


def write(store: Store, side: str, name: str, rows: dict[str, dict[str, Any]], part: str = "") -> None:
    contract = (LOCAL_FRAMES if side == "local" else XPM_FRAMES)[name]
    frame = pd.DataFrame.from_dict(rows, orient="index").rename_axis("id")
    store.frames.write(side, name, "p", shape_frame(frame, contract))
    store.frames.mark_part("p", side, part or name, True, len(rows), repr(rows), "")
