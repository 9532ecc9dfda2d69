"""Each kind of planted problem is in the files, as often as said, and does not meet another one."""

from collections import Counter
from datetime import date
from typing import Any

import pytest

from core.model import Reason, Standing
from core.push.marker import entry_marker, find_markers
from core.sandbox.state import Tenant, Time
from data.demo.build import Demo
from data.demo.builder.planted import PROBLEMS
from data.demo.builder.register import TODAY
from data.demo.builder.team import BY_ID
from data.demo.builder.timesheets import TENANT
from tests.demo.conftest import Rows

COUNTS = {
    "type_twice": 1,
    "overfill_day": 1,
    "locked_week": 1,
    "late_sheet": 1,
    "edit_here": 1,
    "edit_there": 2,
    "delete_here": 1,
    "copy_rows": 1,
    "reuse_ids": 2,
    "odd_minutes": 3,
    "hold_back": 10,
    "drafts": 6,
    "spoiled": 2,
    "new_clients": 16,
    "contractor": 6,
    "leaver": 1,
    "enquiries": 7,
    "no_period": 2,
    "no_job": 2,
    "two_jobs": 2,
    "closed_job": 2,
    "broken_link": 2,
    "pro_bono": 4,
    "front_desk": 5,
    "valuation": 2,
}

#: Needs a ledger, a setting or an answer of XPM, so no file can hold it.
NEEDS_A_RUN = {
    Reason.NONE,
    Reason.SENDING,
    Reason.UNKNOWN_OUTCOME,
    Reason.NEEDS_PERSON,
    Reason.ODD_ENTRY,
    Reason.REJECTED,
    Reason.ECHO_DIFFERS,
    Reason.EDITED_LOCALLY,
    Reason.DELETED_REMOTELY,
    Reason.EXCLUDED_ENTRY,
    Reason.EXCLUDED_BY_RULE,
    Reason.RULED_TASK_MISSING,
    Reason.RULED_TIE,
    Reason.REMAPPED,
    Reason.CHANGE_INVOICED,
    Reason.CHANGE_REFUSED,
    Reason.WITHDRAWN_INVOICED,
    Reason.UNDONE,
    Reason.ROUNDS_TO_NOTHING,
}


@pytest.mark.parametrize(("key", "count"), COUNTS.items())
def test_each_problem_is_planted_as_often_as_said(demo: Demo, key: str, count: int) -> None:
    assert len(demo.ids_of(key)) == count


def test_every_reason_that_files_alone_can_cause_is_planted() -> None:
    rules = {reason for reason in Reason if reason.name.startswith("RULE_")}
    assert {problem.reason for problem in PROBLEMS} >= set(Reason) - NEEDS_A_RUN - rules


def test_every_standing_but_those_of_a_run_or_a_rule_is_planted() -> None:
    outcomes = {problem.standing for problem in PROBLEMS} | {Standing.SYNCED}
    assert set(Standing) - outcomes == {Standing.IN_DOUBT, Standing.FILTERED}


def test_the_weeks_before_this_one_are_approved_and_drafts_are_not(times: Rows) -> None:
    approved = {row["Approved"] for row in times if row["Date"] == "13/11/2026" and row["Status"] == "Committed"}
    open_yet = {row["Approved"] for row in times if row["Date"] == "16/11/2026" or row["Status"] == "Draft"}
    assert (approved, open_yet) == ({"Yes"}, {"No"})


def test_about_forty_entries_are_ready_and_of_this_week(demo: Demo) -> None:
    settled = ("", "hold_back", "locked_week")
    ready = [one for one in demo.entries if one.fate in settled and not one.in_xpm]
    assert 35 <= len(ready) <= 48
    assert all(date(2026, 11, 16) <= one.day <= TODAY for one in ready)


def test_an_entry_that_is_ready_shares_no_day_with_hand_typed_time(demo: Demo, xpm: Tenant) -> None:
    typed = {(time.staff, time.date) for time in xpm.times.values() if time.by_person}
    unasked = ("type_twice", "internal")
    ready = [one for one in demo.entries if one.day >= date(2026, 11, 16) and not one.in_xpm]
    ready = [one for one in ready if one.fate not in unasked]
    assert not {(BY_ID[one.staff].xpm_id, one.day) for one in ready} & typed


def test_only_the_planted_days_are_longer_than_a_day(demo: Demo) -> None:
    odd = {"odd_minutes", "overfill_day"}
    days: Counter[tuple[str, date]] = Counter()
    for entry in demo.entries:
        if entry.fate not in odd:
            days[entry.staff, entry.day] += entry.minutes
    assert max(days.values()) <= 600


def test_the_overfilled_day_holds_no_other_entry_that_waits(demo: Demo) -> None:
    giant = next(one for one in demo.entries if one.fate == "overfill_day")
    same = [one for one in demo.entries if (one.staff, one.day) == (giant.staff, giant.day) and one is not giant]
    assert sum(one.minutes for one in same) + giant.minutes > 24 * 60
    assert all(one.in_xpm or one.fate == "internal" for one in same)


def find_time(xpm: Tenant, entry_id: str) -> Time:
    marker = entry_marker(TENANT, entry_id)
    return next(time for time in xpm.times.values() if marker in find_markers(time.note))


def test_the_edited_entries_differ_from_their_timesheets(demo: Demo, xpm: Tenant) -> None:
    for entry in demo.entries:
        if entry.fate in ("edit_here", "edit_there"):
            time = find_time(xpm, entry.id)
            assert (time.minutes, time.date) != (entry.minutes, entry.day)


def test_the_deleted_entry_is_only_in_xpm(demo: Demo, xpm: Tenant, times: Rows) -> None:
    (gone,) = demo.ids_of("delete_here")
    assert gone not in {row["Entry ID"] for row in times}
    assert find_time(xpm, gone)


def test_the_look_alike_is_equal_but_for_the_marker(demo: Demo, xpm: Tenant) -> None:
    entry = next(one for one in demo.entries if one.fate == "type_twice")
    alike = [
        time
        for time in xpm.times.values()
        if time.by_person and (time.date, time.minutes) == (entry.day, entry.minutes) and not find_markers(time.note)
    ]
    assert [time.task for time in alike] == [entry.piece.job_task.uuid if entry.piece and entry.piece.job_task else ""]


def test_the_rows_that_cannot_be_read_say_what_they_say(times: Rows) -> None:
    assert sum(row["Date"] == "31/11/2026" for row in times) == 1
    assert sum(row["Minutes"] == "abc" for row in times) == 1


def test_the_decisions_made_before_name_records_that_exist(settings: Any, xpm: Tenant) -> None:
    known = {"client": set(xpm.clients), "staff": set(xpm.staff)}
    for decision in settings["decisions"]:
        assert decision["verdict"] in ("linked", "excluded", "rejected")
        assert not decision["xpm_id"] or decision["xpm_id"] in known[decision["kind"]]
    assert sum(decision["verdict"] == "excluded" for decision in settings["decisions"]) == 6
