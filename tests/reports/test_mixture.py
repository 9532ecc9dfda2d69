"""Whatever a push came to and whatever people did on both sides since: both sides tie, or each gap is named.

Here everything is real but XPM: the push writes the ledger, a verification settles it, the standings are computed, and
the tie-out sums what came of it.
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from core.model import LOCAL_FRAMES, XPM_FRAMES, empty_frame, shape_frame
from core.push.ports import Member, Wanted
from core.push.run import run_push
from core.push.standing import Recorded, assign_standings
from core.push.verify import verify_period
from core.reports import TieOut, tie_out
from core.store.claims import Claims
from core.store.engine import open_engine
from tests.push.desk import DAY, Desk
from tests.push.practice import TODAY, Practice, entry

NOVEMBER = (date(2026, 11, 1), date(2026, 11, 30))
#: What XPM does with the request, what people do to the timesheet there, and to the entry here, afterwards.
FAULTS = ("", "", "", "", "", "lost_before", "lost_after", "500_after", "error", "not_sent")
THERE = ("", "", "minutes", "note", "delete", "move", "copy", "invoice", "type")
HERE = ("", "", "edit", "gone")


@dataclass(frozen=True)
class Case:
    """One timesheet of `entries` entries, each sent with `rounding` minutes more than it has."""

    entries: int
    rounding: int
    fault: str
    there: str
    here: str


CASES = st.builds(
    Case,
    entries=st.integers(1, 3),
    rounding=st.integers(-4, 9),
    fault=st.sampled_from(FAULTS),
    there=st.sampled_from(THERE),
    here=st.sampled_from(HERE),
)


def want(place: int, case: Case) -> Wanted:
    """What the case sends: its entries have 10, 20 and 30 minutes."""
    members = {
        f"e{place}-{n}": Member(10 * n, 10 * n + case.rounding, f"h{place}-{n}") for n in range(1, case.entries + 1)
    }
    key = f"entry:e{place}-1" if case.entries == 1 else f"day:{place}"
    minutes = sum(member.sent_minutes for member in members.values())
    one_hash = next(iter(members.values())).content_hash
    facts: dict[str, Any] = {
        "job": "J1",
        "task_id": "JT1",
        "staff_id": "S1",
        "date": DAY.date(),
        "day_minutes": 24 * 60,
    }
    return Wanted(key, members, minutes=minutes, note=f"Work {place}", start="", end="", content_hash=one_hash, **facts)


def push(desk: Desk, cases: list[Case]) -> None:
    """Send all cases, and let the run go on as often as it wants to."""
    desk.xpm.faults = {place: case.fault for place, case in enumerate(cases, 1) if case.fault}
    wanted = [want(place, case) for place, case in enumerate(cases)]
    for _ in range(8):
        result = run_push(desk.job(), wanted, desk.seams())
        if result.resume_at is None:
            return
        wanted = []
        desk.clock.advance(max((result.resume_at - desk.clock.now()).total_seconds(), 1.0))


def change_there(desk: Desk, case: Case, uuid: str) -> None:
    """What somebody does to this timesheet in XPM."""
    sheet = desk.xpm.sheets[uuid]
    changed = {
        "minutes": replace(sheet, minutes=sheet.minutes + 5),
        "note": replace(sheet, note="retyped"),
        "move": replace(sheet, date=date(2026, 10, 30)),
        "invoice": replace(sheet, invoiced=True),
    }
    if case.there in changed:
        desk.xpm.sheets[uuid] = changed[case.there]
    elif case.there == "delete":
        del desk.xpm.sheets[uuid]
    elif case.there in ("copy", "type"):
        note = sheet.note if case.there == "copy" else "typed"
        desk.xpm.sheets[f"{uuid}-2"] = replace(sheet, uuid=f"{uuid}-2", note=note)


def read_entries(cases: list[Case]) -> dict[str, dict[str, Any]]:
    """The local entries after people edited or removed the first one of some cases."""
    entries = {}
    for place, case in enumerate(cases):
        for n in range(1, case.entries + 1):
            values = {"minutes": 10 * n, "content_hash": f"h{place}-{n}", "date": DAY.date()}
            if n == 1 and case.here == "edit":
                values |= {"minutes": 17, "content_hash": "edited"}
            if n > 1 or case.here != "gone":
                entries[f"e{place}-{n}"] = entry(**values)
    return entries


def close(desk: Desk, cases: list[Case]) -> TieOut:
    """The tie-out of November, from the ledger and from XPM as they are now."""
    practice = Practice(entries=read_entries(cases) or {"e": entry(minutes=1)})
    sheets = {
        one.uuid: {"job": one.job, "task_id": one.task_id, "staff_id": one.staff_id, "minutes": one.minutes}
        | {"note": one.note, "date": pd.Timestamp(one.date), "invoiced": one.invoiced}
        for one in desk.xpm.sheets.values()
    }
    times = empty_frame(XPM_FRAMES["times"])
    if sheets:
        times = shape_frame(pd.DataFrame.from_dict(sheets, orient="index").rename_axis("id"), XPM_FRAMES["times"])
    recorded = Recorded(desk.ledger.frame("demo"), desk.ledger.choices("demo"))
    local, xpm = practice.local(), replace(practice.xpm(), times=times)
    standings = assign_standings(local, practice.links(), xpm, recorded, practice.choice, practice.settings, TODAY)
    claims = Claims(desk.engine).read("demo", *NOVEMBER)
    problems = empty_frame(LOCAL_FRAMES["problems"])
    return tie_out(local.times, problems, standings, claims, times, *NOVEMBER, is_complete=True)


@settings(deadline=None, max_examples=15)
@given(cases=st.lists(CASES, min_size=1, max_size=6))
def test_any_mixture_of_what_happened_ties_after_a_verification(sqlite_template: Path, cases: list[Case]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        shutil.copyfile(sqlite_template, Path(folder) / "tieout.db")
        desk = Desk(open_engine(f"sqlite:///{folder}/tieout.db"), Path(folder))
        push(desk, cases)
        ours = {bundle.group_key: bundle.remote_uuid for bundle in desk.ledger.find("demo")}
        for place, case in enumerate(cases):
            uuid = ours.get(want(place, case).group_key, "")
            if uuid in desk.xpm.sheets:
                change_there(desk, case, uuid)
        before = close(desk, cases)
        assert (before.minutes["remainder"], before.bridge.minutes["remainder"]) == (0, 0)
        assert before.bridge.gaps["why"].ne("").all()
        verify_period(*NOVEMBER, desk.seams(), desk.book)
        tie = close(desk, cases)
        desk.engine.dispose()
    assert tie.ties, tie.bridge.gaps.to_dict("records")
