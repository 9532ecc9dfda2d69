"""A practice of two clients with everything linked, whose entries are ready, and a clock that can be moved."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from core.model import LOCAL_FRAMES, XPM_FRAMES, Kind, Verdict, empty_frame, shape_frame
from core.settings import Settings
from core.store import NewDecision, Practice, Store
from core.store.settings import Settings as PracticeSettings
from core.workspace import Workspace
from tests.fakes import FakeClock

LINKS = {
    Kind.CLIENT: {"C1": "XC1", "C2": "XC2"},
    Kind.STAFF: {"S1": "XS1", "S2": "XS2"},
    Kind.PROCESS: {"P1": "XP1"},
    Kind.TASK: {"T1": "XT1", "T2": "XT2"},
}
LOCAL: dict[str, dict[str, dict[str, Any]]] = {
    "clients": {
        "C1": {"name": "Acme", "client_group": "Birds", "manager": "Mona", "partner": "Paul"},
        "C2": {"name": "Bee", "partner": "Paul"},
    },
    "staff": {"S1": {"name": "Ann", "active": True}, "S2": {"name": "Ben", "active": True}},
    "processes": {"P1": {"name": "BAS"}},
    "tasks": {
        "T1": {"client_id": "C1", "process_id": "P1", "name": "BAS Sep", "status": "open"},
        "T2": {"client_id": "C2", "process_id": "P1", "name": "BAS Dec", "status": "completed"},
    },
}
XPM: dict[str, dict[str, dict[str, Any]]] = {
    "clients": {"XC1": {"name": "Acme Ltd"}, "XC2": {"name": "Bee Ltd"}},
    "staff": {"XS1": {"name": "Ann", "listed": True}, "XS2": {"name": "Ben", "listed": True}},
    "task_types": {"XP1": {"name": "Activity statement"}},
    "jobs": {
        "J1": {"name": "BAS", "client_id": "XC1", "state": "In progress", "current": True},
        "J2": {"name": "BAS", "client_id": "XC2", "state": "In progress", "current": True},
    },
    "job_tasks": {
        "XT1": {"job": "J1", "task_type_id": "XP1", "name": "BAS"},
        "XT2": {"job": "J2", "task_type_id": "XP1", "name": "BAS"},
    },
    "times": {},
}
ENTRY = {"staff_id": "S1", "task_id": "T1", "client_id": "C1", "process_id": "P1", "status": "committed", "minutes": 30}


def make_practice(store: Store, clock: FakeClock, as_of: date | None = None, **settings: Any) -> Workspace:
    """The practice `p` without entries; `settings` are those of the practice."""
    store.practices.create(Practice("p", "Practice", "Australia/Sydney", as_of, PracticeSettings(**settings)))
    for side, tables in (("local", LOCAL), ("xpm", XPM)):
        for name, rows in tables.items():
            write(store, side, name, rows)
    for kind, pairs in LINKS.items():
        link(store, kind, pairs)
    return Workspace("p", Settings(client_id="app", user="Kim"), store, clock)


def link(store: Store, kind: Kind, pairs: dict[str, str]) -> None:
    """Decide these links as a person."""
    store.decisions.add([NewDecision("p", kind, one, Verdict.LINKED, "Kim", other) for one, other in pairs.items()])


def unlink(store: Store, kind: Kind, *local_ids: str) -> None:
    """Open these records again."""
    store.decisions.add([NewDecision("p", kind, one, Verdict.REOPENED, "Kim") for one in local_ids])


def write_entries(ws: Workspace, entries: dict[str, dict[str, Any]]) -> None:
    """Replace the local time by these entries, each ENTRY with its own values."""
    rows = {one: ENTRY | {"content_hash": one, "note": one} | values for one, values in entries.items()}
    write(ws.store, "local", "actual_times", rows)


def write(store: Store, side: str, name: str, rows: dict[str, dict[str, Any]]) -> None:
    """Replace a table of a side, as a sync does."""
    contract = (LOCAL_FRAMES if side == "local" else XPM_FRAMES)[name]
    frame = pd.DataFrame.from_dict(rows, orient="index").rename_axis("id") if rows else empty_frame(contract)
    for column in contract.columns:
        if column.kind == "date" and column.name in frame:
            frame[column.name] = pd.to_datetime(frame[column.name])
    store.frames.write(side, name, "p", shape_frame(frame, contract))
    store.frames.mark_part("p", side, name, True, len(rows), repr(rows), "")
