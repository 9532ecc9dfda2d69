"""What a choice lets through, periods that are none, and a verification asked for twice."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from core.model import LOCAL_FRAMES, shape_frame
from core.push.rules import Choice
from core.reports.entries import mark_shown
from core.settings import Settings
from core.store import Practice, Store
from core.workspace import Workspace
from core.workspace.reporting import ListMovedOn, PeriodWrong, check_period
from tests.fakes import FakeClock

FRAMES = {
    "clients": {"C1": {"name": "Acme"}, "C2": {"name": "Bee"}},
    "staff": {"S1": {"name": "Ann", "active": True}, "S2": {"name": "Ben", "active": True}},
    "processes": {"P1": {"name": "BAS"}},
    "tasks": {"T1": {"client_id": "C1", "process_id": "P1", "name": "BAS Sep", "status": "open"}},
}
BASE = {"process_id": "P1", "status": "committed", "content_hash": "h"}
TIMES = {
    "E1": BASE | {"staff_id": "S1", "client_id": "C1", "task_id": "T1", "date": "2026-11-19", "minutes": 30},
    "E2": BASE | {"staff_id": "S2", "client_id": "C2", "date": "2026-11-19", "minutes": 60, "billable": True},
    "E3": BASE | {"staff_id": "S1", "client_id": "C2", "date": "2026-10-01", "minutes": 90},
    "E4": BASE | {"staff_id": "S1", "client_id": "C2", "date": "2026-11-19", "minutes": 15, "status": "draft"},
}


@pytest.fixture
def practice(store: Store, clock: FakeClock) -> Workspace:
    store.practices.create(Practice("p", "Practice", "Australia/Sydney", date(2026, 11, 20)))
    for name, rows in {**FRAMES, "actual_times": TIMES}.items():
        frame = pd.DataFrame.from_dict(rows, orient="index").rename_axis("id")
        if name == "actual_times":
            frame["date"] = pd.to_datetime(frame["date"])
        store.frames.write("local", name, "p", shape_frame(frame, LOCAL_FRAMES[name]))
    return Workspace("p", Settings(client_id="app"), store, clock)


def count(practice: Workspace, choice: Choice) -> dict[str, int]:
    return {str(part): int(n) for part, n in practice.reports.let_through(choice)["entries"].items()}


def test_each_part_of_a_choice_is_counted_alone_and_all_together(practice: Workspace) -> None:
    counts = count(practice, Choice(look_back_days=7, staff=("S1",)))
    assert (counts["open"], counts["dates"], counts["staff"], counts["clients"], counts["all"]) == (3, 2, 2, 3, 1)


def test_the_status_of_a_task_lets_through_its_entries_only(practice: Workspace) -> None:
    assert count(practice, Choice(task_statuses=("open",)))["task_statuses"] == 1


def test_entries_are_of_the_choices_own_dates(practice: Workspace) -> None:
    choice = Choice(start=date(2026, 11, 1), end=date(2026, 11, 30))
    assert practice.reports.entries(choice).index.tolist() == ["E1", "E2", "E4"]


def test_the_equation_counts_what_a_choice_leaves_out_as_filtered(practice: Workspace) -> None:
    minutes = practice.reports.equation(Choice(staff=("S2",))).minutes
    assert (minutes["local"], minutes["filtered"], minutes["waiting"], minutes["draft"]) == (195, 120, 60, 15)


def test_an_answer_to_entries_that_changed_is_refused(practice: Workspace) -> None:
    shown = mark_shown(practice.time.standings().loc[["E1"]])
    practice.reports.require_unchanged(["E1"], shown)
    with pytest.raises(ListMovedOn):
        practice.reports.require_unchanged(["E2"], shown)
    with pytest.raises(ListMovedOn):
        practice.reports.require_unchanged(["gone"], shown)


@pytest.mark.parametrize(
    ("start", "end", "why"),
    [(date(2026, 2, 1), date(2026, 1, 1), "before the start"), (date(2024, 1, 1), date(2026, 1, 1), "year by year")],
)
def test_dates_that_are_no_period_are_refused_with_the_next_step(start: date, end: date, why: str) -> None:
    with pytest.raises(PeriodWrong, match=why):
        check_period(start, end)


def test_open_dates_are_a_period(practice: Workspace) -> None:
    check_period(None, date(2026, 1, 1))
    check_period(date(2026, 1, 1), date(2026, 12, 31))


def test_a_workbook_of_unsynced_time_holds_the_entries_and_every_grouping(practice: Workspace) -> None:
    sheets = practice.reports.unsynced_sheets(practice.reports.unsynced())
    assert list(sheets) == [
        "Unsynced time",
        "By reason",
        "By age",
        "By client",
        "By staff",
        "By process",
        "Unreadable rows",
    ]
    assert sheets["By client"]["minutes"].to_dict() == {"Bee": 165, "Acme": 30}


def test_rows_that_could_not_be_read_count_as_unsynced_with_what_could_be_read(practice: Workspace) -> None:
    problem = {"table": "actual_times", "file": "times.csv", "line": 7, "sentence": "'x' is no date. Correct it."}
    rows = {"P1": problem | {"minutes": 45}, "P2": {"table": "clients", "file": "c.csv", "line": 2}}
    frame = pd.DataFrame.from_dict(rows, orient="index").rename_axis("id")
    practice.store.frames.write("local", "problems", "p", shape_frame(frame, LOCAL_FRAMES["problems"]))
    found = practice.reports.unreadable()
    assert found[["minutes", "reason", "age"]].to_numpy().tolist() == [[45, "row unreadable", "date unknown"]]
    assert found["why"].iloc[0] == "times.csv line 7: 'x' is no date. Correct it."
    both = pd.concat([practice.reports.unsynced(), found])
    assert practice.reports.unsynced_sheets(both)["By reason"].loc["row unreadable", "entries"] == 1
