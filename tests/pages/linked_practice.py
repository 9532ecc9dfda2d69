"""The small practice with everything linked, so that its time is ready, and ways to give XPM time of its own."""

from __future__ import annotations

from typing import Any

import pandas as pd
from streamlit.testing.v1 import AppTest

from core.model import LOCAL_FRAMES, XPM_FRAMES, Kind, Verdict, shape_frame
from core.reports.entries import mark_shown
from core.workspace import Workspace

ENTRY = {"staff_id": "S1", "task_id": "T1", "client_id": "C1", "process_id": "P1", "status": "committed"}
DAY = pd.Timestamp("2026-11-19")
LINKS = {Kind.CLIENT: {"C1": "XC1"}, Kind.STAFF: {"S1": "XS1"}, Kind.PROCESS: {"P1": "XP1"}, Kind.TASK: {"T1": "XT1"}}


def link_all(practice: Workspace) -> Workspace:
    """Link the records behind the practice's two entries: both are ready then."""
    for kind, pairs in LINKS.items():
        practice.review.decide(kind, Verdict.LINKED, pairs, seen={})
    return practice


def write_entries(practice: Workspace, entries: dict[str, dict[str, Any]]) -> None:
    """Replace the local time by these entries, each ENTRY with its own values."""
    rows = {one: ENTRY | {"date": DAY, "minutes": 30, "content_hash": one} | values for one, values in entries.items()}
    write_rows(practice, "local", "actual_times", rows)


def write_timesheets(practice: Workspace, sheets: dict[str, dict[str, Any]]) -> None:
    """Replace XPM's time by these timesheets of the entries' person, task and day."""
    base = {"job": "J1", "task_id": "XT1", "staff_id": "XS1", "date": DAY, "minutes": 30, "note": "by hand"}
    write_rows(practice, "xpm", "times", {one: base | values for one, values in sheets.items()})


def write_rows(practice: Workspace, side: str, name: str, rows: dict[str, dict[str, Any]]) -> None:
    """Replace a table of a side, as a load or a sync does."""
    contract = (LOCAL_FRAMES if side == "local" else XPM_FRAMES)[name]
    frame = pd.DataFrame.from_dict(rows, orient="index").rename_axis("id")
    practice.store.frames.write(side, name, practice.practice_id, shape_frame(frame, contract))
    # As a sync does; what it read is told by the cursor, since two writes of a test may share their instant.
    practice.store.frames.mark_part(practice.practice_id, side, name, True, len(rows), repr(rows), "")


def tick(app: AppTest, prefix: str, rows: pd.DataFrame, places: list[int]) -> AppTest:
    """Tick rows of the grid that shows exactly these rows."""
    key = f"{prefix}{mark_shown(rows)}"
    app.session_state[key] = {"selection": {"rows": places, "columns": [], "cells": []}}
    return app.run()


def boxes(app: AppTest) -> str:
    """All boxes of the page, as one text without escapes."""
    return _strip(" ".join(box.value for kind in (app.error, app.warning, app.success) for box in kind))


def toasts(app: AppTest) -> str:
    """All passing messages, as one text without escapes."""
    return _strip(" ".join(toast.value for toast in app.toast))


def _strip(text: str) -> str:
    return text.replace("\\", "").replace("\u2060", "")
