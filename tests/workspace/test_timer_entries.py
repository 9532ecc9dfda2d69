"""Captured entries: what may be typed, committed and changed, how they reach XPM, and a person's week."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from core.model import Standing
from core.push.rules import Choice
from core.store import EntryMovedOn, Store
from core.workspace import Workspace
from core.workspace.actual_time import ActualTimeOff, switch_actual_time
from core.workspace.time_targets import Work
from core.workspace.timer_entries import EntryDraft, EntryWrong, read_length, read_time
from tests.fakes import FakeClock
from tests.workspace.ready_practice import make_practice, write_entries

#: A Thursday, the day before the clock's.
DAY = date(2026, 11, 19)


@pytest.fixture
def ws(store: Store, clock: FakeClock) -> Workspace:
    return make_practice(store, clock)


def draft(**values: Any) -> EntryDraft:
    kept: dict[str, Any] = {"work": Work("T1"), "date": DAY, "length": "0:45", "note": "Call"}
    return EntryDraft(**kept | values)


def standings(ws: Workspace) -> list[Standing]:
    return [Standing(one) for one in ws.actual_times()["standing"]]


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("1:30", 90), ("0:05", 5), ("90", 90), ("1.5", 90), ("1,5 h", 90), ("1h30", 90), ("1 h 30 m", 90), ("45 min", 45)],
)
def test_a_length_is_read_as_people_type_it(text: str, minutes: int) -> None:
    assert read_length(text) == minutes


@pytest.mark.parametrize("text", ["", "1:75", "soon", "-5", "1:2:3", "h"])
def test_what_is_no_length_is_refused(text: str) -> None:
    with pytest.raises(EntryWrong, match="o length"):
        read_length(text)


@pytest.mark.parametrize(("text", "told"), [("9", "09:00"), ("9:05", "09:05"), ("17.45", "17:45"), ("24:00", "24:00")])
def test_a_time_of_day_is_read_as_people_type_it(text: str, told: str) -> None:
    assert read_time(text, "end") == told


@pytest.mark.parametrize(("text", "field"), [("24:00", "start"), ("25:00", "end"), ("9:75", "start"), ("x", "end")])
def test_what_is_no_time_of_day_is_refused_beside_its_cell(text: str, field: str) -> None:
    with pytest.raises(EntryWrong) as refused:
        read_time(text, field)
    assert refused.value.field == field


def test_an_entry_typed_by_hand_is_a_draft(ws: Workspace) -> None:
    one = ws.timer.entries.add("S1", draft())
    assert ws.local("actual_times").loc[one, ["minutes", "status", "client_id"]].tolist() == [45, "draft", "C1"]
    assert standings(ws) == [Standing.DRAFT]


def test_a_committed_entry_is_ready_for_the_next_push(ws: Workspace) -> None:
    one = ws.timer.entries.add("S1", draft())
    assert ws.timer.entries.commit({one: 1}) == 1
    assert standings(ws) == [Standing.READY]
    assert ws.time.plan(Choice()).create == 1


def test_minutes_are_kept_on_the_books_whatever_becomes_of_an_entry(ws: Workspace) -> None:
    one, other = ws.timer.entries.add("S1", draft()), ws.timer.entries.add("S1", draft(length="0:15"))
    ws.timer.entries.commit({one: 1})
    minutes = ws.time.tie_out(DAY, DAY).minutes
    assert (minutes["ready"], minutes["draft"]) == (45, 15)
    ws.timer.entries.delete({other: 1})
    assert ws.time.tie_out(DAY, DAY).minutes["draft"] == 0


def test_committing_all_or_none(ws: Workspace) -> None:
    one, other = ws.timer.entries.add("S1", draft()), ws.timer.entries.add("S1", draft())
    ws.timer.entries.edit(other, 1, draft(length="1:00"))
    with pytest.raises(EntryMovedOn):
        ws.timer.entries.commit({one: 1, other: 1})
    assert standings(ws) == [Standing.DRAFT] * 2


def test_an_edit_changes_the_entry_and_says_what_it_was(ws: Workspace) -> None:
    one = ws.timer.entries.add("S1", draft())
    ws.timer.entries.edit(one, 1, draft(work=Work("T2"), length="1:15", note="Mail"))
    row = ws.local("actual_times").loc[one]
    assert (row["task_id"], row["client_id"], row["minutes"], row["note"]) == ("T2", "C2", 75, "Mail")
    event = ws.store.events.list("p").iloc[0]
    assert (event["before"], event["after"]) == ("2026-11-19, 0:45 h", "2026-11-19, 1:15 h")


def test_a_stale_edit_changes_nothing(ws: Workspace) -> None:
    one = ws.timer.entries.add("S1", draft())
    ws.timer.entries.edit(one, 1, draft(length="1:00"))
    with pytest.raises(EntryMovedOn):
        ws.timer.entries.edit(one, 1, draft(length="2:00"))
    assert ws.local("actual_times").loc[one, "minutes"] == 60


def test_a_deleted_entry_cannot_be_edited(ws: Workspace) -> None:
    one = ws.timer.entries.add("S1", draft())
    ws.timer.entries.delete({one: 1})
    with pytest.raises(EntryMovedOn):
        ws.timer.entries.edit(one, 2, draft())


def test_start_and_end_give_the_minutes(ws: Workspace) -> None:
    one = ws.timer.entries.add("S1", draft(length="", start="9", end="10:20"))
    row = ws.local("actual_times").loc[one]
    assert (row["start"], row["end"], row["minutes"]) == ("09:00", "10:20", 80)


def test_the_night_the_clocks_change_counts_as_it_was_lived(store: Store, clock: FakeClock) -> None:
    ws = make_practice(store, clock)
    night = date(2026, 10, 4)
    one = ws.timer.entries.add("S1", draft(date=night, length="", start="1:30", end="3:30"))
    assert ws.local("actual_times").loc[one, "minutes"] == 60
    with pytest.raises(EntryWrong, match="the clocks skip that hour"):
        ws.timer.entries.add("S1", draft(date=night, length="", start="2:30", end="4:00"))


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"length": "0:00"}, "minutes"),
        ({"length": "24:01"}, "minutes"),
        ({"date": date(2027, 6, 1)}, "date"),
        ({"date": date(2020, 6, 1)}, "date"),
        ({"start": "10:00", "end": "9:00"}, "end"),
        ({"start": "10:00", "end": "10:00"}, "end"),
        ({"start": "10:00", "end": ""}, "end"),
    ],
)
def test_what_cannot_be_right_is_refused_beside_its_cell(ws: Workspace, values: dict[str, Any], field: str) -> None:
    with pytest.raises(EntryWrong) as refused:
        ws.timer.entries.add("S1", draft(**values))
    assert refused.value.field == field
    assert ws.local("actual_times").empty


def test_a_day_has_no_more_than_24_hours(ws: Workspace) -> None:
    write_entries(ws, {"E1": {"date": "2026-11-19", "minutes": 1_400}})
    ws.timer.entries.add("S1", draft(length="0:40"))
    with pytest.raises(EntryWrong, match="more than 24"):
        ws.timer.entries.add("S1", draft(length="0:01"))


def test_switched_off_no_entry_is_kept_and_none_is_pushed(ws: Workspace) -> None:
    one = ws.timer.entries.add("S1", draft())
    ws.timer.entries.commit({one: 1})
    plan = ws.time.plan(Choice())
    switch_actual_time(ws, on=False)
    with pytest.raises(ActualTimeOff):
        ws.timer.entries.add("S1", draft())
    with pytest.raises(ActualTimeOff, match="Nothing was pushed"):
        ws.time.request_push(plan, Choice())


# -- the week ---------------------------------------------------------------------------------------------------------


def test_a_week_adds_up_captured_and_loaded_time_by_day_and_task(ws: Workspace) -> None:
    write_entries(ws, {"E1": {"date": "2026-11-17", "minutes": 30}, "E2": {"date": "2026-11-24", "minutes": 99}})
    ws.timer.entries.add("S1", draft())
    ws.timer.entries.add("S1", draft(work=Work("T2"), length="1:00"))
    week = ws.timer.entries.week("S1", DAY)
    assert (week.start, week.end, week.minutes) == (date(2026, 11, 16), date(2026, 11, 22), 135)
    assert week.days["minutes"].tolist() == [0, 30, 0, 105, 0, 0, 0]
    assert week.tasks["total"].to_dict() == {("Acme", "BAS Sep"): 75, ("Bee", "BAS Dec"): 60}


def test_a_week_names_working_days_without_time(ws: Workspace) -> None:
    ws.timer.entries.add("S1", draft())
    notes = ws.timer.entries.week("S1", DAY).days["note"].tolist()
    # Friday is today and not over; the weekend is no gap.
    assert notes == ["Nothing recorded"] * 3 + ["", "", "", ""]


def test_a_week_names_what_lies_open_between_spans_and_what_is_twice(ws: Workspace) -> None:
    for start, end in (("9:00", "10:00"), ("10:30", "11:30"), ("11:15", "12:00")):
        ws.timer.entries.add("S1", draft(length="", start=start, end=end))
    assert ws.timer.entries.week("S1", DAY).days["note"][DAY] == "10:00 to 10:30 open; 11:15 to 11:30 twice"


def test_only_captured_entries_of_a_week_may_be_changed_here(ws: Workspace) -> None:
    write_entries(ws, {"E1": {"date": "2026-11-17"}})
    one = ws.timer.entries.add("S1", draft())
    entries = ws.timer.entries.week("S1", DAY).entries
    assert entries["is_own"].to_dict() == {"E1": False, one: True}
    assert entries["revision"].to_dict() == {"E1": 0, one: 1}


def test_drafts_of_a_week_are_offered_and_earlier_ones_counted(ws: Workspace) -> None:
    one = ws.timer.entries.add("S1", draft())
    ws.timer.entries.add("S1", draft(date=date(2026, 11, 10)))
    ws.timer.entries.add("S2", draft())
    week = ws.timer.entries.week("S1", DAY)
    assert (week.drafts, week.earlier_drafts) == ({one: 1}, 1)


def test_an_empty_week_is_a_week(ws: Workspace) -> None:
    week = ws.timer.entries.week("S2", DAY)
    assert (week.minutes, len(week.tasks), week.drafts) == (0, 0, {})
