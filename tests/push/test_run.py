"""The protocol of a push, fault by fault, on both databases."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.push.marker import entry_marker
from core.push.ports import Current
from core.push.recover import PushHalted
from core.push.run import End
from tests.push.desk import Desk, entry_rows, read_ready

ONCE = [10, 20, 30]


def test_every_entry_arrives_once_and_is_confirmed(desk: Desk) -> None:
    result = desk.push()
    assert result.end is End.DONE
    assert result.to_json() == {
        "run": "r1",
        "sent": 3,
        "confirmed": 3,
        "rejected": 0,
        "in_doubt": 0,
        "held": 0,
        "retracted": 0,
    }
    assert desk.sent_minutes() == ONCE


def test_a_second_push_sends_nothing(desk: Desk) -> None:
    desk.push()
    desk.push(run="r2")
    assert (desk.xpm.adds, desk.sent_minutes()) == (3, ONCE)


def test_a_batch_takes_one_list_before_and_one_after(desk: Desk) -> None:
    desk.push(entry_rows(50, minutes=5))
    assert (desk.xpm.adds, desk.xpm.lists) == (50, 2)


@pytest.mark.parametrize("fault", ["lost_before", "lost_after", "500_before", "500_after"])
def test_a_lost_answer_ends_with_every_entry_there_once(desk: Desk, fault: str) -> None:
    desk.xpm.faults = {2: fault}
    desk.push_until_calm()
    assert desk.sent_minutes() == ONCE
    assert set(desk.states().values()) == {"confirmed"}


def test_a_lost_request_is_sent_again_only_after_the_quiet_period_and_two_lists(desk: Desk) -> None:
    desk.xpm.faults = {1: "lost_before"}
    first = desk.push(entry_rows(1))
    assert (first.end, desk.states(), desk.xpm.adds) == (End.PAUSED, {"e1": "unknown"}, 1)
    assert first.resume_at is not None
    assert (first.resume_at - desk.clock.now()).total_seconds() >= desk.settings.quiet_seconds - 60
    lists = desk.xpm.lists
    desk.push_until_calm(entry_rows(1))
    assert 60.0 in desk.clock.slept
    assert (desk.xpm.adds, desk.xpm.lists - lists) == (2, 4)


def test_a_request_that_lands_late_is_found_and_not_sent_again(desk: Desk) -> None:
    desk.xpm.faults = {1: "late"}
    desk.push(entry_rows(1))
    desk.xpm.land_late()
    desk.push_until_calm(entry_rows(1))
    assert (desk.xpm.adds, desk.states()) == (1, {"e1": "confirmed"})


def test_what_is_in_doubt_never_looks_failed_or_done(desk: Desk) -> None:
    desk.xpm.faults = {1: "late"}
    assert desk.push(entry_rows(1)).to_json() | {"run": ""} == {
        "run": "", "sent": 0, "confirmed": 0, "rejected": 0, "in_doubt": 1, "held": 0, "retracted": 0
    }  # fmt: skip


def test_a_limit_pauses_and_then_goes_on_with_the_same_entry(desk: Desk) -> None:
    desk.xpm.faults = {2: "429"}
    assert desk.push().end is End.DONE
    assert desk.sent_minutes() == ONCE
    assert 5.0 in desk.clock.slept


def test_a_day_limit_ends_the_run_with_the_time_it_goes_on(desk: Desk) -> None:
    desk.xpm.faults, desk.xpm.retry_after = {2: "429"}, 40_000.0
    result = desk.push()
    assert result.end is End.PAUSED
    assert result.resume_at is not None
    assert (result.resume_at - desk.clock.now()).total_seconds() == 40_000
    assert desk.states() == {"e1": "confirmed", "e2": "ready", "e3": "ready"}


def test_a_spent_quota_stops_before_the_next_intent(desk: Desk) -> None:
    desk.day_calls = 204
    result = desk.push()
    assert (result.end, desk.xpm.adds) == (End.PAUSED, 2)
    assert "tomorrow" in result.message
    assert sorted(desk.states().values()) == ["confirmed", "confirmed", "ready"]


def test_a_business_error_parks_one_entry_with_its_words(desk: Desk) -> None:
    desk.xpm.faults = {2: "error"}
    assert desk.push().to_json()["rejected"] == 1
    assert desk.ledger.frame("demo").loc["e2", "xpm_words"] == "fault error"
    assert desk.sent_minutes() == [10, 30]


@pytest.mark.parametrize("fault", ["403", "302"])
def test_a_lost_right_or_a_redirect_halts_the_practice(desk: Desk, fault: str) -> None:
    desk.xpm.faults = {1: fault}
    assert desk.push().end is End.STOPPED
    with pytest.raises(PushHalted):
        desk.push()
    assert desk.xpm.adds == 1


def test_a_refused_token_stops_the_run_and_keeps_everything_ready(desk: Desk) -> None:
    desk.xpm.faults = {1: "401"}
    assert desk.push().end is End.STOPPED
    assert set(desk.states().values()) == {"ready"}
    assert desk.push().end is End.DONE


def test_three_lost_answers_in_a_row_are_an_outage(desk: Desk) -> None:
    desk.xpm.faults = dict.fromkeys((1, 2, 3), "lost_before")
    assert desk.push(entry_rows(10, minutes=5)).end is End.PAUSED
    assert desk.xpm.adds == 3


def test_many_doubts_in_a_batch_halt(desk: Desk) -> None:
    desk.xpm.faults = dict.fromkeys((1, 2, 4, 5, 7), "lost_after")
    desk.push(entry_rows(8, minutes=5))
    assert "in doubt" in desk.ledger.halt_reason("demo")


def test_an_unreachable_xpm_pauses_the_run(desk: Desk) -> None:
    desk.xpm.faults = dict.fromkeys(range(1, 20), "not_sent")
    assert desk.push().end is End.PAUSED
    assert set(desk.states().values()) == {"ready"}


def test_an_echo_that_differs_stops_everything(desk: Desk) -> None:
    desk.xpm.spoil = lambda sheet: replace(sheet, minutes=sheet.minutes - sheet.minutes % 15)
    assert desk.push().end is End.STOPPED
    assert (desk.xpm.adds, desk.reason(), desk.states()["e1"]) == (1, "echo_differs", "needs_person")
    assert "minutes" in desk.ledger.halt_reason("demo")


def test_a_uuid_that_belongs_to_another_bundle_halts(desk: Desk) -> None:
    desk.xpm.spoil = lambda sheet: replace(sheet, uuid="same")
    assert desk.push().end is End.STOPPED
    assert (desk.states()["e2"], desk.reason("e2")) == ("needs_person", "uuid taken")
    assert "UUID" in desk.ledger.halt_reason("demo")


def test_time_typed_by_hand_holds_the_entry(desk: Desk) -> None:
    desk.xpm.type_by_hand("x1", minutes=20)
    assert desk.push().to_json()["held"] == 1
    assert desk.states() == {"e1": "confirmed", "e2": "held", "e3": "confirmed"}
    assert desk.reason("e2") == "looks_equal"


def test_a_day_that_would_be_too_full_is_held(desk: Desk) -> None:
    desk.xpm.type_by_hand("x1", job="J9", minutes=5)
    desk.push(entry_rows(3, day_minutes=60))
    assert set(desk.states().values()) == {"held"}
    assert desk.reason() == "over_day_total"


def test_separate_work_goes_in_spite_of_a_lookalike(desk: Desk) -> None:
    desk.xpm.type_by_hand("x1", minutes=20)
    desk.push()
    desk.ledger.choose("demo", ["e2"], "separate_work", [], by="Kim")
    desk.push(run="r2")
    assert desk.states()["e2"] == "confirmed"


def test_our_own_marker_in_xpm_is_adopted_and_not_sent(desk: Desk) -> None:
    marker = entry_marker("T1", "e2")
    desk.xpm.type_by_hand("old", minutes=20, note=f"Work 2 ~{marker}")
    assert desk.push().end is End.DONE
    assert (desk.xpm.adds, desk.sent_minutes(), set(desk.states().values())) == (2, ONCE, {"confirmed"})


def test_our_own_marker_with_other_content_is_held(desk: Desk) -> None:
    desk.xpm.type_by_hand("old", minutes=25, note=f"Work 2 ~{entry_marker('T1', 'e2')}")
    desk.push()
    assert (desk.states()["e2"], desk.reason("e2")) == ("held", "adopt_differs")


def test_a_double_goes_to_a_person_and_back_when_it_is_removed(desk: Desk) -> None:
    desk.push(entry_rows(1))
    desk.xpm.type_by_hand("copy", minutes=10, note=desk.xpm.sheets["u1"].note)
    desk.push(entry_rows(2), run="r2")
    assert (desk.states()["e1"], desk.reason()) == ("needs_person", "double")
    del desk.xpm.sheets["copy"]
    desk.push(entry_rows(3), run="r3")
    assert desk.states()["e1"] == "confirmed"


def test_a_foreign_marker_of_our_shape_halts_and_holds_its_group(desk: Desk) -> None:
    desk.xpm.type_by_hand("o1", minutes=7, note="from elsewhere ~7K3M9QXA42")
    assert desk.push().end is End.STOPPED
    assert desk.xpm.adds == 0
    frame = desk.ledger.frame("demo")
    assert frame.loc["orphan:o1", "state"] == "needs_person"
    assert set(frame.loc[["e1", "e2", "e3"], "reason"]) == {"orphan"}


def test_a_list_that_lacks_what_xpm_has_decides_nothing(desk: Desk) -> None:
    desk.push(entry_rows(1))
    desk.xpm.hidden = {"u1"}
    result = desk.push(entry_rows(3), run="r2")
    assert result.end is End.PAUSED
    assert "not whole" in result.message
    assert desk.xpm.adds == 1


def test_a_timesheet_deleted_in_xpm_is_never_sent_again_by_itself(desk: Desk) -> None:
    desk.push(entry_rows(1))
    del desk.xpm.sheets["u1"]
    desk.push(entry_rows(2), run="r2")
    assert (desk.states()["e1"], desk.reason()) == ("needs_person", "deleted_remotely")
    assert desk.sent_minutes() == [20]


def test_a_timesheet_edited_in_xpm_drifts_and_is_not_overwritten(desk: Desk) -> None:
    desk.push(entry_rows(1))
    desk.xpm.edit("u1", minutes=15)
    desk.push(entry_rows(2), run="r2")
    assert (desk.states()["e1"], desk.reason()) == ("drifted", "minutes")
    assert desk.sent_minutes() == [15, 20]


def test_a_newcomer_sends_an_absent_bundle_to_a_person(desk: Desk) -> None:
    desk.xpm.faults = {1: "lost_before"}
    desk.push(entry_rows(1))
    desk.xpm.type_by_hand("x1", minutes=45)
    desk.push_until_calm(entry_rows(1))
    assert (desk.states()["e1"], desk.reason()) == ("needs_person", "newcomer")


def test_too_many_attempts_go_to_a_person(desk: Desk) -> None:
    desk.xpm.faults = dict.fromkeys(range(1, 9), "lost_before")
    desk.push_until_calm(entry_rows(1))
    assert (desk.xpm.adds, desk.reason()) == (5, "too_many_attempts")


def test_without_markers_a_lost_answer_goes_to_a_person(desk: Desk) -> None:
    desk.settings = replace(desk.settings, marker=False)
    desk.xpm.faults = {1: "lost_after"}
    desk.push_until_calm(entry_rows(1))
    assert (desk.xpm.adds, desk.reason()) == (1, "marker_off")


def test_a_failing_list_pauses_and_nothing_is_sent(desk: Desk) -> None:
    desk.xpm.failing_lists = 1
    assert desk.push().end is End.PAUSED
    assert desk.xpm.adds == 0
    assert desk.push_until_calm().end is End.DONE


def test_lists_that_fail_for_a_day_send_what_is_unknown_to_a_person(desk: Desk) -> None:
    desk.xpm.faults = {1: "late"}
    desk.push(entry_rows(1))
    desk.clock.advance(25 * 3600)
    desk.xpm.failing_lists = 99
    desk.push(entry_rows(1))
    assert (desk.states()["e1"], desk.reason()) == ("needs_person", "unread")


def test_cancelling_leaves_the_rest_ready(desk: Desk) -> None:
    result = desk.push(should_stop=lambda: desk.xpm.adds >= 1)
    assert result.end is End.CANCELLED
    assert desk.xpm.adds == 1
    assert sorted(desk.states().values()) == ["confirmed", "ready", "ready"]


def pause_with_two_left(desk: Desk) -> None:
    desk.xpm.faults, desk.xpm.retry_after = {2: "429"}, 40_000.0
    assert desk.push().end is End.PAUSED
    desk.clock.advance(40_000)


def test_an_entry_edited_during_a_pause_waits_for_the_next_plan(desk: Desk) -> None:
    pause_with_two_left(desk)
    current = entry_rows().assign(standing="ready")
    current.loc["e2", "content_hash"] = "edited"
    assert desk.push(entry_rows(0), read_current=lambda: read_ready(current)).end is End.DONE
    assert (desk.states()["e2"], desk.sent_minutes()) == ("ready", [10, 30])
    assert desk.push(entry_rows(), run="r2").end is End.DONE
    assert desk.sent_minutes() == ONCE


@pytest.mark.parametrize("standing", ["excluded", "waiting", "gone"])
def test_an_entry_no_longer_meant_for_xpm_is_let_go(desk: Desk, standing: str) -> None:
    pause_with_two_left(desk)
    current = entry_rows().assign(standing="ready")
    current = current.drop("e2") if standing == "gone" else current
    current.loc[current.index == "e2", "standing"] = standing
    desk.push(entry_rows(0), read_current=lambda: read_ready(current))
    assert desk.sent_minutes() == [10, 30]


def test_what_was_in_doubt_during_a_pause_is_still_sent_by_its_run(desk: Desk) -> None:
    desk.xpm.faults = {1: "lost_before"}
    desk.push(entry_rows(1))
    desk.clock.advance(1000)
    desk.push(entry_rows(0), read_current=lambda: read_ready(entry_rows(1).assign(standing="ready")))
    assert desk.sent_minutes() == [10]


def test_an_entry_excluded_while_it_was_in_doubt_is_not_sent_once_it_is_found_absent(desk: Desk) -> None:
    desk.xpm.faults, desk.settings = {1: "lost_before"}, replace(desk.settings, longest_wait=5000.0)

    def current() -> Current:
        return read_ready(entry_rows(1).assign(standing="excluded" if desk.xpm.adds else "ready"))

    assert desk.push(entry_rows(1), read_current=current).end is End.DONE
    assert (desk.states()["e1"], desk.sent_minutes()) == ("ready", [])


def test_a_push_says_that_what_an_earlier_one_lost_waits_for_the_next(desk: Desk) -> None:
    desk.xpm.faults = {1: "302"}
    desk.push(entry_rows(1))
    desk.ledger.lift_halt("demo", actor="Kim", why="looked")
    desk.clock.advance(1000)
    result = desk.push_until_calm(entry_rows(0), run="r2")
    assert (result.end, "surely not in XPM: 1." in result.message) == (End.DONE, True)
    assert desk.push(entry_rows(1), run="r3").message == ""
    assert desk.sent_minutes() == [10]


def test_another_workers_lease_keeps_us_out(desk: Desk) -> None:
    assert desk.ledger.take_lease("demo", "other", 180) == 1
    assert desk.push().end is End.PAUSED
    assert desk.xpm.adds == 0
    desk.clock.advance(181)
    assert desk.push().end is End.DONE


def test_a_worker_that_slept_past_its_deadline_sends_nothing(desk: Desk) -> None:
    desk.xpm.before_add = lambda: desk.clock.advance(61)
    assert desk.push(entry_rows(1)).end is End.PAUSED
    assert (desk.xpm.adds, desk.states()) == (0, {"e1": "ready"})


def test_a_worker_whose_lease_was_taken_sends_nothing_more(desk: Desk) -> None:
    desk.xpm.before_add = lambda: desk.ledger.take_lease("demo", "w1", 180)
    assert desk.push().end is End.PAUSED
    assert desk.xpm.adds == 0


def test_a_halt_during_the_run_stops_the_next_request(desk: Desk) -> None:
    desk.xpm.before_add = lambda: desk.ledger.halt("demo", "asked to", actor="Kim")
    assert desk.push().end is End.STOPPED
    assert (desk.xpm.adds, set(desk.states().values())) == (0, {"ready"})


def test_every_change_of_state_has_an_event_with_an_actor(desk: Desk) -> None:
    desk.push(entry_rows(1))
    bundle_id = desk.ledger.frame("demo").loc["e1", "bundle_id"]
    history = desk.ledger.history("demo", bundle_id)
    assert list(history["to_state"]) == ["ready", "sending", "posted", "confirmed"]
    assert set(history["actor"]) == {"Kim"}


def test_a_clock_set_back_halts(desk: Desk) -> None:
    desk.push(entry_rows(1))
    desk.clock.advance(-3600)
    with pytest.raises(PushHalted, match="clock"):
        desk.push(entry_rows(2), run="r2")
