"""The sweep: copies, late updates, deleted and edited timesheets, days that hold more than was recorded."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from core.push.run import PushResult, run_push
from core.push.sweep import OVER_DAY, REPEATED, Sweep
from tests.push.changing import bundle_of, delete, read_back, request, update
from tests.push.desk import Desk, entry_rows
from tests.push.fake_xpm import Sheet

START, END = date(2026, 11, 6), date(2026, 11, 20)
DAY = date(2026, 11, 18)


@pytest.fixture
def pushed(desk: Desk) -> Desk:
    desk.push()
    return desk


def sweep(desk: Desk, run: str = "s1", *, remove: bool = True, day: int = 24 * 60) -> tuple[Sweep, PushResult]:
    one = Sweep(START, END, {("S1", DAY): day}, remove_doubles=remove)
    return one, run_push(desk.job(run), [], desk.seams(), sweep=one)


def copy(desk: Desk, uuid: str = "u1", to: str = "late", **parts: Any) -> Sheet:
    """The same timesheet once more, as a request that arrived hours late leaves it."""
    desk.xpm.sheets[to] = replace(desk.xpm.sheets[uuid], uuid=to, **parts)
    return desk.xpm.sheets[to]


def uuids(desk: Desk) -> list[str]:
    return sorted(desk.xpm.sheets)


def test_a_quiet_practice_is_read_and_nothing_is_written(pushed: Desk) -> None:
    found, _ = sweep(pushed)
    assert (found.findings, pushed.xpm.changes, pushed.xpm.adds) == ([], 0, 3)


def test_an_untouched_copy_is_removed_and_the_recorded_one_stays(pushed: Desk) -> None:
    copy(pushed)
    sweep(pushed)
    assert uuids(pushed) == ["u1", "u2", "u3"]
    assert (pushed.states()["e1"], pushed.reason()) == ("confirmed", "")


def test_copies_are_only_shown_unless_the_practice_lets_them_be_removed(pushed: Desk) -> None:
    copy(pushed)
    found, _ = sweep(pushed, remove=False)
    assert [one.outcome for one in found.findings] == ["double"]
    assert (len(uuids(pushed)), pushed.states()["e1"]) == (4, "needs_person")


def test_a_copy_is_found_though_the_recorded_one_lost_its_marker(pushed: Desk) -> None:
    copy(pushed)
    pushed.xpm.edit("u1", note="Work 1")
    sweep(pushed)
    assert uuids(pushed) == ["u1", "u2", "u3"]
    assert (pushed.states()["e1"], pushed.reason()) == ("drifted", "note, marker")


def test_the_invoiced_copy_stays_and_the_recorded_one_goes(pushed: Desk) -> None:
    copy(pushed, invoiced=True)
    sweep(pushed)
    assert uuids(pushed) == ["late", "u2", "u3"]
    held = bundle_of(pushed)
    assert (held.state, held.remote_uuid, held.invoiced) == ("confirmed", "late", True)


def test_two_invoiced_copies_go_to_a_person(pushed: Desk) -> None:
    copy(pushed, invoiced=True)
    pushed.xpm.edit("u1", invoiced=True)
    sweep(pushed)
    assert (len(uuids(pushed)), pushed.reason()) == (4, "double")


@pytest.mark.parametrize("part", [{"minutes": 11}, {"job": "J2"}])
def test_a_copy_that_somebody_edited_is_never_removed(pushed: Desk, part: dict[str, Any]) -> None:
    copy(pushed, **part)
    sweep(pushed)
    assert (len(uuids(pushed)), pushed.reason()) == (4, "double")


def test_an_edit_right_before_the_removal_is_seen(pushed: Desk) -> None:
    copy(pushed)
    plain = pushed.xpm.get_time

    def get(uuid: str) -> Sheet | None:
        pushed.xpm.edit("late", minutes=12)
        return plain(uuid)

    pushed.xpm.get_time = get  # type: ignore[method-assign]
    sweep(pushed)
    assert (len(uuids(pushed)), pushed.reason()) == (4, "double")


@pytest.mark.parametrize("fault", ["lost_after", "lost_before", "429"])
def test_a_removal_whose_answer_is_lost_is_read_back(pushed: Desk, fault: str) -> None:
    copy(pushed)
    pushed.xpm.change_faults = {1: fault}
    for _ in range(3):
        _, result = sweep(pushed)
        pushed.clock.advance(1000 if result.resume_at else 0)
    assert uuids(pushed) == ["u1", "u2", "u3"]
    assert pushed.states()["e1"] == "confirmed"


def test_what_was_deleted_by_us_and_landed_again_is_found(pushed: Desk) -> None:
    sheet = pushed.xpm.sheets["u1"]
    request(pushed, delete(pushed))
    pushed.xpm.sheets["late"] = replace(sheet, uuid="late")
    sweep(pushed, remove=False)
    assert (pushed.states()["e1"], pushed.reason()) == ("needs_person", "landed_late")
    sweep(pushed, run="s2")
    assert (uuids(pushed), pushed.states()["e1"]) == (["u2", "u3"], "retracted")


def test_a_late_landing_after_a_second_push_is_shown_before_the_newer_timesheet(pushed: Desk) -> None:
    sheet = pushed.xpm.sheets["u1"]
    request(pushed, delete(pushed))
    pushed.push(run="r3")
    pushed.xpm.sheets["late"] = replace(sheet, uuid="late")
    sweep(pushed, remove=False)
    assert (pushed.states()["e1"], pushed.reason()) == ("needs_person", "landed_late")
    sweep(pushed, run="s2")
    assert (pushed.states()["e1"], pushed.sent_minutes()) == ("confirmed", [10, 20, 30])


def test_an_older_update_that_lands_late_is_overwritten_once(pushed: Desk) -> None:
    pushed.xpm.change_faults = {1: "late"}
    request(pushed, update(pushed))
    pushed.clock.advance(1000)
    read_back(pushed)
    request(pushed, update(pushed, minutes=35), run="r3")
    pushed.xpm.land_late()
    found, _ = sweep(pushed)
    assert [one.outcome for one in found.findings] == [REPEATED]
    assert (pushed.xpm.sheets["u1"].minutes, pushed.states()["e1"]) == (35, "confirmed")
    old = replace(pushed.xpm.sheets["u1"], minutes=25)
    pushed.xpm.sheets["u1"] = old
    sweep(pushed, run="s2")
    assert (pushed.xpm.sheets["u1"].minutes, pushed.states()["e1"]) == (25, "drifted")


def test_a_persons_edit_is_never_taken_for_a_late_update(pushed: Desk) -> None:
    request(pushed, update(pushed))
    pushed.xpm.edit("u1", minutes=10)
    sweep(pushed)
    assert (pushed.xpm.sheets["u1"].minutes, pushed.states()["e1"]) == (10, "drifted")


def test_a_lagging_list_after_our_update_is_no_drift(pushed: Desk) -> None:
    request(pushed, update(pushed))
    fresh = pushed.xpm.list_times
    old = replace(pushed.xpm.sheets["u1"], minutes=10, note="old")
    pushed.xpm.list_times = lambda start, end: [  # type: ignore[method-assign]
        old if sheet.uuid == "u1" else sheet for sheet in fresh(start, end)
    ]
    sweep(pushed)
    assert pushed.states()["e1"] == "confirmed"


def test_what_a_person_deleted_is_found_without_any_push(pushed: Desk) -> None:
    del pushed.xpm.sheets["u1"]
    sweep(pushed)
    assert (pushed.states()["e1"], pushed.reason()) == ("needs_person", "deleted_remotely")


def test_what_was_posted_and_deleted_before_any_list_showed_it_is_found(desk: Desk) -> None:
    desk.xpm.hidden = {"u1"}
    desk.push()
    assert desk.states()["e1"] == "posted"
    del desk.xpm.sheets["u1"]
    sweep(desk)
    assert (desk.states()["e1"], desk.reason()) == ("needs_person", "deleted_remotely")


def test_invoicing_is_noticed(pushed: Desk) -> None:
    pushed.xpm.edit("u1", invoiced=True)
    sweep(pushed)
    assert (bundle_of(pushed).invoiced, pushed.states()["e1"]) == (True, "confirmed")


def test_a_day_that_holds_more_than_recorded_is_told_without_any_marker(pushed: Desk) -> None:
    pushed.xpm.type_by_hand("x1", minutes=30, note="Work 3")
    found, _ = sweep(pushed, day=60)
    assert [(one.key, one.outcome) for one in found.findings] == [("S1 2026-11-18", OVER_DAY)]
    assert set(pushed.states().values()) == {"confirmed"}


def test_a_day_without_time_of_ours_is_nobodys_business(pushed: Desk) -> None:
    pushed.xpm.type_by_hand("x1", minutes=500, date=date(2026, 11, 12))
    assert sweep(pushed, day=60)[0].findings == []


def test_a_marker_nobody_knows_is_kept_and_halts(pushed: Desk) -> None:
    pushed.xpm.type_by_hand("x1", note="Work ~7K3M9QXA42")
    found, result = sweep(pushed)
    assert "orphan" in [one.outcome for one in found.findings]
    assert (str(result.end), pushed.states()["orphan:x1"]) == ("stopped", "needs_person")


def test_doubles_of_a_whole_day_halt(pushed: Desk) -> None:
    pushed.push(entry_rows(5), run="r2")
    for n in range(1, 6):
        copy(pushed, f"u{n}", f"late{n}")
    _, result = sweep(pushed)
    assert str(result.end) == "stopped"
    assert "twice" in pushed.ledger.halt_reason("demo")
    assert pushed.xpm.changes == 0


def test_older_unsettled_time_is_looked_at_too(pushed: Desk) -> None:
    pushed.xpm.edit("u1", minutes=99)
    sweep(pushed)
    pushed.xpm.edit("u1", minutes=10)
    assert pushed.states()["e1"] == "drifted"
    run_push(pushed.job("s2"), [], pushed.seams(), sweep=Sweep(END, END))
    assert pushed.states()["e1"] == "confirmed"


def test_an_orphan_that_a_person_deleted_no_longer_holds_its_group(pushed: Desk) -> None:
    pushed.xpm.type_by_hand("x1", note="Work ~7K3M9QXA42")
    sweep(pushed)
    pushed.ledger.lift_halt("demo", actor="Kim", why="deleted it")
    del pushed.xpm.sheets["x1"]
    sweep(pushed, run="s2")
    assert pushed.states()["orphan:x1"] == "excluded"
    pushed.push(entry_rows(4), run="r2")
    assert pushed.states()["e4"] == "confirmed"


def test_of_two_copies_the_one_a_person_left_is_ours(pushed: Desk) -> None:
    copy(pushed)
    sweep(pushed, remove=False)
    del pushed.xpm.sheets["u1"]
    sweep(pushed, run="s2", remove=False)
    sweep(pushed, run="s3", remove=False)
    held = bundle_of(pushed)
    assert (held.state, held.remote_uuid, held.reason) == ("confirmed", "late", "")


def test_what_landed_late_and_was_deleted_by_a_person_is_settled(pushed: Desk) -> None:
    sheet = pushed.xpm.sheets["u1"]
    request(pushed, delete(pushed))
    pushed.xpm.sheets["late"] = replace(sheet, uuid="late")
    sweep(pushed, remove=False)
    del pushed.xpm.sheets["late"]
    sweep(pushed, run="s2", remove=False)
    assert pushed.states()["e1"] == "retracted"


def test_a_drifted_timesheet_deleted_in_xpm_is_told(pushed: Desk) -> None:
    pushed.xpm.edit("u1", minutes=99)
    sweep(pushed)
    del pushed.xpm.sheets["u1"]
    sweep(pushed, run="s2")
    assert (pushed.states()["e1"], pushed.reason()) == ("needs_person", "deleted_remotely")
