"""A practice of one client, one person and one entry, complete enough to be ready; tests spoil one thing at a time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pandas as pd

from core.model import LOCAL_FRAMES, XPM_FRAMES, shape_frame
from core.push.rules import Choice
from core.push.settings import PushSettings
from core.push.standing import Recorded, assign_standings
from core.push.targets import Links, LocalSide, XpmSide

TODAY = date(2026, 11, 20)
DAY = date(2026, 11, 18)

LEDGER_COLUMNS = ["bundle_id", "state", "reason", "content_hash", "remote_uuid", "minutes", "date", "job", "task_id"]
LEDGER_COLUMNS += ["staff_id", "marker", "xpm_words", "by_hand", "group_key", "run", "seq", "attempts", "invoiced"]
LEDGER_COLUMNS += ["desired", "sheet_minutes", "sealed_minutes"]


def local_frame(name: str, rows: dict[str, dict[str, Any]]) -> pd.DataFrame:
    return shape_frame(_frame(rows), LOCAL_FRAMES[name])


def xpm_frame(name: str, rows: dict[str, dict[str, Any]]) -> pd.DataFrame:
    return shape_frame(_frame(rows), XPM_FRAMES[name])


def _frame(rows: dict[str, dict[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("id")


def links_frame(rows: dict[str, str]) -> pd.DataFrame:
    """Links by local id: an XPM id, `-` for excluded, `!<XPM id>` for a broken one."""
    parts = {
        local_id: {
            "verdict": "excluded" if xpm_id == "-" else "linked",
            "xpm_id": "" if xpm_id == "-" else xpm_id.lstrip("!"),
            "broken": xpm_id.startswith("!"),
            "broken_why": "the linked record is archived" if xpm_id.startswith("!") else "",
        }
        for local_id, xpm_id in rows.items()
    }
    columns = ["verdict", "xpm_id", "broken", "broken_why"]
    return pd.DataFrame.from_dict(parts, orient="index", columns=columns)


def entry(**changes: Any) -> dict[str, Any]:
    """One committed entry of an hour."""
    row = {"staff_id": "s1", "task_id": "t1", "client_id": "c1", "process_id": "p1", "date": DAY, "minutes": 60}
    row |= {"billable": True, "note": "Bank", "status": "committed", "content_hash": "h1"}
    return row | changes


def timesheet(**changes: Any) -> dict[str, Any]:
    """One XPM timesheet of the same work, typed by a person."""
    row = {
        "job": "J1",
        "task_id": "JT1",
        "staff_id": "S1",
        "date": DAY,
        "minutes": 60,
        "note": "typed",
        "billable": True,
    }
    return row | changes


def bundle(**changes: Any) -> dict[str, Any]:
    """One ledger row of the entry, confirmed in XPM."""
    row = {
        "bundle_id": "b1",
        "state": "confirmed",
        "reason": "",
        "content_hash": "h1",
        "remote_uuid": "u1",
        "minutes": 60,
    }
    row |= {"date": pd.Timestamp(DAY), "job": "J1", "task_id": "JT1", "staff_id": "S1", "marker": "7K3M9QXA42"}
    row |= {"xpm_words": "", "by_hand": False, "group_key": "entry:e1", "run": "r1", "seq": 1, "attempts": 1}
    row |= {"invoiced": False, "desired": "", "sheet_minutes": 60, "sealed_minutes": 60}
    return row | changes


@dataclass
class Practice:
    """Everything assign_standings reads, changeable field by field."""

    entries: dict[str, dict[str, Any]] = field(default_factory=lambda: {"e1": entry()})
    task_status: str = "open"
    client_links: dict[str, str] = field(default_factory=lambda: {"c1": "C1"})
    staff_links: dict[str, str] = field(default_factory=lambda: {"s1": "S1"})
    process_links: dict[str, str] = field(default_factory=lambda: {"p1": "T1"})
    task_links: dict[str, str] = field(default_factory=lambda: {"t1": "JT1"})
    ruled: dict[str, dict[str, Any]] = field(default_factory=dict)
    jobs: dict[str, dict[str, Any]] = field(
        default_factory=lambda: {"J1": {"client_id": "C1", "state": "In Progress", "current": True}}
    )
    job_tasks: dict[str, dict[str, Any]] = field(
        default_factory=lambda: {"JT1": {"job": "J1", "task_type_id": "T1", "name": "BAS"}}
    )
    xpm_staff: dict[str, dict[str, Any]] = field(
        default_factory=lambda: {"S1": {"name": "Aroha Ngata", "listed": True}}
    )
    times: dict[str, dict[str, Any]] = field(default_factory=dict)
    ledger: dict[str, dict[str, Any]] = field(default_factory=dict)
    choices: dict[str, dict[str, Any]] = field(default_factory=dict)
    choice: Choice = field(default_factory=Choice)
    settings: PushSettings = field(default_factory=PushSettings)

    def standings(self) -> pd.DataFrame:
        return assign_standings(
            self.local(), self.links(), self.xpm(), self.recorded(), self.choice, self.settings, TODAY
        )

    def local(self) -> LocalSide:
        task = {"client_id": "c1", "process_id": "p1", "name": "BAS Sep", "status": self.task_status}
        return LocalSide(
            times=local_frame("actual_times", self.entries),
            tasks=local_frame("tasks", {"t1": task}),
            staff=local_frame("staff", {"s1": {"name": "Aroha", "active": True}}),
            clients=local_frame("clients", {"c1": {"name": "Smith Pty Ltd"}}),
            processes=local_frame("processes", {"p1": {"name": "BAS"}}),
        )

    def links(self) -> Links:
        return Links(
            clients=links_frame(self.client_links),
            staff=links_frame(self.staff_links),
            processes=links_frame(self.process_links),
            tasks=links_frame(self.task_links),
            ruled=pd.DataFrame.from_dict(self.ruled, orient="index") if self.ruled else None,
        )

    def xpm(self) -> XpmSide:
        return XpmSide(
            jobs=xpm_frame("jobs", self.jobs),
            job_tasks=xpm_frame("job_tasks", self.job_tasks),
            times=xpm_frame("times", self.times),
            staff=xpm_frame("staff", self.xpm_staff),
        )

    def recorded(self) -> Recorded:
        entries = pd.DataFrame.from_dict(self.ledger, orient="index", columns=LEDGER_COLUMNS)
        entries["date"] = pd.to_datetime(entries["date"]).astype("datetime64[s]")
        columns = ["choice", "xpm_time_id", "why", "by", "late_ok"]
        choices = pd.DataFrame.from_dict(self.choices, orient="index", columns=columns)
        return Recorded(entries, choices)
