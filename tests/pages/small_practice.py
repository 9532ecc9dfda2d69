"""The small practice of the page tests: eight clients, two people, and names that try to be more than names."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from core.model import LOCAL_FRAMES, XPM_FRAMES, Kind, empty_frame, shape_frame
from core.store import Practice, Store

TODAY = date(2026, 11, 20)
HOSTILE = "<script>alert(1)</script> :red[x] $a$ [link](https://evil.example)"
CLIENTS = {
    "C1": "Acme Pty Ltd",
    "C2": "Banksia Trust",
    "C3": "Corella Super Fund",
    "C4": "Dingo Holdings",
    "C5": HOSTILE,
    "C6": "Emu & Sons",
}
PARTNERS = {"C1": "Acme Pty Limited", "C2": "Banksia Family Trust", "C3": "Corella SMSF", "C5": "Evil Pty Ltd"}
BANDS = {"C1": ("certain", 0.995), "C2": ("likely", 0.91), "C3": ("likely", 0.88), "C5": ("tie", 0.6)}


def fill_store(store: Store) -> None:
    """Create the practice `small` with both sides read, proposals for clients, and nothing decided."""
    store.practices.create(Practice("small", "Small & Sons", "Australia/Sydney", TODAY))
    _write_local(store)
    _write_xpm(store)
    rows = [_propose(local_id, band, score) for local_id, (band, score) in BANDS.items()]
    store.proposals.replace("small", Kind.CLIENT, pd.DataFrame(rows))


def _propose(local_id: str, band: str, score: float) -> dict[str, Any]:
    part = {"part": "name", "left": "a", "right": "b", "verdict": "similar", "weight": 2.0}
    return {
        "local_id": local_id,
        "rank": 1,
        "xpm_id": f"X{local_id}",
        "score": score,
        "band": band,
        "explanation": "Name is similar.",
        "parts": [part],
    }


def _write_local(store: Store) -> None:
    clients = [{"name": name, "client_group": "Birds" if name[0] in "BCE" else ""} for name in CLIENTS.values()]
    write_rows(store, "local", "clients", dict(zip(CLIENTS, clients, strict=True)))
    write_rows(store, "local", "staff", {"S1": {"name": "Ann Lee", "active": True}})
    write_rows(store, "local", "processes", {"P1": {"name": "BAS"}})
    task = {"client_id": "C1", "process_id": "P1", "name": "BAS Sep", "status": "open"}
    write_rows(store, "local", "tasks", {"T1": task})
    entry = {"staff_id": "S1", "task_id": "T1", "client_id": "C1", "process_id": "P1", "status": "committed"}
    day = pd.Timestamp("2026-11-19")
    times = {f"E{n}": entry | {"date": day, "minutes": 30 * n, "content_hash": str(n)} for n in (1, 2)}
    write_rows(store, "local", "actual_times", times)
    problem = {"table": "actual_times", "file": "times.csv", "line": 7, "sentence": "'abc' is no duration. Correct it."}
    write_rows(store, "local", "problems", {"times.csv:7": problem | {"minutes": 15, "date": day}})


def _write_xpm(store: Store) -> None:
    write_rows(store, "xpm", "clients", {f"X{one}": {"name": name} for one, name in PARTNERS.items()})
    write_rows(store, "xpm", "staff", {"XS1": {"name": "Lee, Ann", "listed": True}})
    write_rows(store, "xpm", "task_types", {"XP1": {"name": "Activity statement"}})
    job = {"name": "BAS 2026", "client_id": "XC1", "client_name": "Acme Pty Limited", "state": "In progress"}
    write_rows(store, "xpm", "jobs", {"J1": job | {"current": True}})
    write_rows(store, "xpm", "job_tasks", {"XT1": {"job": "J1", "task_type_id": "XP1", "name": "BAS September"}})
    write_rows(store, "xpm", "times", {})


def write_rows(store: Store, side: str, name: str, rows: dict[str, dict[str, Any]]) -> None:
    contract = (LOCAL_FRAMES if side == "local" else XPM_FRAMES)[name]
    frame = pd.DataFrame.from_dict(rows, orient="index") if rows else empty_frame(contract)
    store.frames.write(side, name, "small", shape_frame(frame.rename_axis("id"), contract))
    if name != "problems":
        store.frames.mark_part("small", side, name, True, len(rows), "", "")
