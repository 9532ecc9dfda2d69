"""A verification is asked for once, and what it found is kept with it by name."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest

from core.model import LOCAL_FRAMES, XPM_FRAMES, RunKind, RunState, shape_frame
from core.push.verify import COLUMNS, Verified
from core.settings import Settings
from core.store import Practice, Store
from core.workspace import Workspace
from tests.fakes import FakeClock

NOVEMBER = (date(2026, 11, 1), date(2026, 11, 30))
LOCAL = {
    "clients": {"C1": {"name": "Acme"}},
    "staff": {"S1": {"name": "Ann Lee", "active": True}},
    "processes": {"P1": {"name": "BAS"}},
    "tasks": {"T1": {"client_id": "C1", "process_id": "P1", "name": "BAS Sep", "status": "open"}},
    "actual_times": {
        one: {"staff_id": "S1", "client_id": "C1", "task_id": "T1", "process_id": "P1", "minutes": 30}
        | {"date": pd.Timestamp("2026-11-19"), "status": "committed", "content_hash": one}
        for one in ("E1", "E2")
    },
}
XPM = {
    "staff": {"XS1": {"name": "Lee, Ann", "listed": True}, "XS2": {"name": "Kim", "listed": True}},
    "jobs": {"J1": {"name": "BAS 2026", "client_name": "Acme Pty Ltd", "state": "Open"}},
    "job_tasks": {"XT1": {"job": "J1", "name": "BAS September"}},
}


@pytest.fixture
def practice(store: Store, clock: FakeClock) -> Workspace:
    store.practices.create(Practice("p", "Practice", "Australia/Sydney", date(2026, 11, 20)))
    for side, frames, contracts in (("local", LOCAL, LOCAL_FRAMES), ("xpm", XPM, XPM_FRAMES)):
        for name, rows in frames.items():
            frame = pd.DataFrame.from_dict(rows, orient="index").rename_axis("id")
            store.frames.write(side, name, "p", shape_frame(frame, contracts[name]))
    return Workspace("p", Settings(client_id="app"), store, clock)


def row(result: str, shares: dict[str, list[int]], **facts: Any) -> dict[str, Any]:
    """One timesheet as a verification gives it: 30 minutes sent, 30 minutes there."""
    place = {"staff_id": "XS1", "job": "J1", "task_id": "XT1", "date": pd.Timestamp("2026-11-19"), "minutes": 30}
    made = place | {"note": "Bank"} | {f"xpm_{name}": value for name, value in (place | {"note": "Bank"}).items()}
    made |= {"bundle_id": "b", "entry_id": ",".join(shares), "result": result, "differs": "", "shares": shares}
    return made | {"invoiced": False, "by_hand": False, "state": "confirmed"} | facts


def keep(practice: Workspace, **rows: dict[str, Any]) -> str:
    run = practice.verifying.request(*NOVEMBER)
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=COLUMNS)
    practice.verifying.keep(run.id, Verified(*NOVEMBER, frame))
    practice.store.runs.finish(run.id, RunState.DONE)
    return run.id


def test_a_verification_under_way_is_not_asked_for_again(practice: Workspace) -> None:
    first = practice.verifying.request(*NOVEMBER)
    assert practice.verifying.request(*NOVEMBER).id == first.id
    assert practice.verifying.request(date(2026, 11, 2), date(2026, 11, 3)).id == first.id
    practice.store.runs.finish(first.id, RunState.DONE)
    assert practice.verifying.request(*NOVEMBER).id != first.id
    assert len(practice.reports.runs(RunKind.VERIFY)) == 2


def test_another_period_than_the_one_under_way_is_asked_for(practice: Workspace) -> None:
    first = practice.verifying.request(*NOVEMBER)
    other = practice.verifying.request(date(2026, 10, 1), date(2026, 10, 31))
    assert (other.id != first.id, other.parameters["from"]) == (True, "2026-10-01")


def test_every_timesheet_is_shown_by_name_with_one_sentence(practice: Workspace) -> None:
    run = keep(
        practice,
        u1=row("equal", {"E1": [30, 30]}),
        u2=row("different", {"E2": [30, 30]}, differs="minutes,staff", xpm_minutes=20, xpm_staff_id="XS2"),
        u3=row("missing", {}, xpm_minutes=0),
        x1=row("extra", {}, minutes=0, xpm_minutes=45),
    )
    rows = practice.verifying.rows(run)
    assert rows["result"].to_dict() == {"u3": "missing", "u2": "different", "x1": "extra", "u1": "equal"}
    told = rows["words"].to_dict()
    assert told["u1"] == "Lee, Ann, 19 Nov 2026, Acme Pty Ltd: XPM holds 0:30 h, as sent."
    assert "XPM holds 0:20 h, 0:30 h were sent. XPM has it under Kim, it was sent under Lee, Ann." in told["u2"]
    assert "XPM does not have it; 0:30 h were sent" in told["u3"]
    assert "typed by hand in XPM, 0:45 h" in told["x1"]
    assert set(rows["client"]) == {"Acme Pty Ltd"}


def test_the_export_is_entry_by_entry_and_adds_up(practice: Workspace) -> None:
    keep(practice, u1=row("equal", {"E1": [28, 27], "E2": [33, 33]}, minutes=60, xpm_minutes=60))
    sheet = practice.verifying.sheet(*NOVEMBER)
    assert sheet[["Staff", "Client", "Work"]].to_numpy().tolist() == [["Ann Lee", "Acme", "BAS Sep"]] * 2
    assert sheet[["Minutes recorded", "Minutes sent", "Minutes in XPM"]].sum().tolist() == [61, 60, 60]
    assert not sheet.astype("str").isin(["E1", "E2", "u1", "XS1", "XT1"]).any().any()


def test_what_is_in_doubt_is_told_neither_as_done_nor_as_failed(practice: Workspace) -> None:
    run = keep(practice, u1=row("in doubt", {"E1": [30, 30]}, state="unknown"))
    words = practice.verifying.rows(run)["words"].iloc[0]
    assert "read back until it is known" in words


def test_the_newest_verification_that_covers_the_period_is_shown(practice: Workspace) -> None:
    run = keep(practice, u1=row("equal", {"E1": [30, 30]}))
    found = practice.verifying.newest(date(2026, 11, 10), date(2026, 11, 20))
    assert found is not None
    assert found.id == run
    assert practice.verifying.newest(date(2026, 10, 31), date(2026, 11, 20)) is None
    assert practice.verifying.rows(run, date(2026, 11, 1), date(2026, 11, 5)).empty
    assert practice.verifying.sheet(date(2026, 10, 1), date(2026, 10, 2)).empty


def test_a_verification_begun_again_keeps_only_what_it_found_last(practice: Workspace) -> None:
    run = keep(practice, u1=row("equal", {"E1": [30, 30]}), u2=row("equal", {"E2": [30, 30]}))
    practice.verifying.keep(run, Verified(*NOVEMBER, pd.DataFrame.from_dict({}, orient="index", columns=COLUMNS)))
    assert practice.verifying.rows(run).empty
