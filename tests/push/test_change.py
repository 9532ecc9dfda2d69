"""Updates and deletes: looked at before, made once, read back when the answer is lost."""

from __future__ import annotations

import contextlib
from dataclasses import replace

import pytest

from core.push.change import find_changes, keep_wanted
from core.push.desired import UNDONE
from core.push.ports import Change, Current, Member
from core.push.queue import queue_bundles, read_wanted
from core.push.send import After
from core.push.settle import CHANGE_REFUSED
from core.push.states import State
from tests.push.changing import (
    bundle_of,
    delete,
    open_book,
    read_back,
    recover_as_worker,
    request,
    update,
    wait_quiet,
    want,
)
from tests.push.desk import Desk, entry_rows
from tests.push.fake_xpm import Killed, Life

LOST = ["lost_before", "lost_after", "500_before", "500_after"]


@pytest.fixture
def pushed(desk: Desk) -> Desk:
    """Three entries in XPM, as u1, u2 and u3."""
    desk.push()
    assert set(desk.states().values()) == {"confirmed"}
    return desk


def minutes(desk: Desk) -> list[int]:
    return [desk.xpm.sheets[uuid].minutes for uuid in sorted(desk.xpm.sheets)]


def test_an_update_replaces_the_timesheet_and_keeps_its_marker(pushed: Desk) -> None:
    marker = bundle_of(pushed).marker
    request(pushed, update(pushed))
    assert (minutes(pushed), pushed.states()["e1"]) == ([25, 20, 30], "posted")
    assert pushed.xpm.sheets["u1"].note == f"Edited ~{marker}"
    held = bundle_of(pushed)
    assert (held.minutes, held.content_hash, held.desired) == (25, "edited", "")
    assert pushed.ledger.members_of([held.id])[held.id]["e1"].sent_minutes == 25


def test_an_updated_timesheet_is_confirmed_by_the_next_list(pushed: Desk) -> None:
    request(pushed, update(pushed))
    pushed.push(run="r3")
    assert pushed.states()["e1"] == "confirmed"
    assert pushed.xpm.adds == 3


def test_a_delete_takes_the_timesheet_back(pushed: Desk) -> None:
    request(pushed, delete(pushed))
    assert (minutes(pushed), pushed.states()["e1"]) == ([20, 30], "retracted")


def test_an_undone_entry_waits_for_a_person_from_the_moment_of_its_deletion(pushed: Desk) -> None:
    request(pushed, delete(pushed), choice=UNDONE)
    assert pushed.ledger.choices("demo")["choice"].to_dict() == {"e1": UNDONE}
    assert pushed.reason() == UNDONE


@pytest.mark.parametrize("part", [{"minutes": 99}, {"note": "mine now"}, {"job": "J9"}, {"staff_id": "S9"}])
def test_what_a_person_edited_meanwhile_is_not_overwritten(pushed: Desk, part: dict[str, object]) -> None:
    pushed.xpm.edit("u1", **part)
    request(pushed, update(pushed), delete(pushed, "e2"))
    assert pushed.states() == {"e1": "drifted", "e2": "retracted", "e3": "confirmed"}
    assert {name: getattr(pushed.xpm.sheets["u1"], name) for name in part} == part


def test_what_a_person_edited_meanwhile_is_not_deleted(pushed: Desk) -> None:
    pushed.xpm.edit("u1", minutes=11)
    request(pushed, delete(pushed))
    assert (pushed.states()["e1"], pushed.xpm.changes) == ("drifted", 0)


@pytest.mark.parametrize("make", [update, delete])
def test_invoiced_time_is_never_changed(pushed: Desk, make: type) -> None:
    pushed.xpm.edit("u1", invoiced=True)
    request(pushed, make(pushed))
    assert (pushed.xpm.changes, pushed.states()["e1"], bundle_of(pushed).invoiced) == (0, "confirmed", True)
    request(pushed, make(pushed), run="r3")
    assert pushed.xpm.gets == 1


@pytest.mark.parametrize("make", [update, delete])
def test_what_is_gone_in_xpm_goes_to_a_person(pushed: Desk, make: type) -> None:
    del pushed.xpm.sheets["u1"]
    request(pushed, make(pushed))
    assert (pushed.states()["e1"], pushed.reason(), pushed.xpm.changes) == ("needs_person", "deleted_remotely", 0)


@pytest.mark.parametrize("fault", LOST)
@pytest.mark.parametrize("make", [update, delete])
def test_a_lost_answer_is_read_back_by_id_and_made_again_only_if_nothing_happened(
    pushed: Desk, make: type, fault: str
) -> None:
    pushed.xpm.change_faults = {1: fault}
    sent = request(pushed, make(pushed))
    assert ([one.after for one in sent], pushed.states()["e1"]) == ([After.DOUBT], "changing")
    wait_quiet(pushed)
    read_back(pushed)
    request(pushed)
    assert minutes(pushed) == ([25, 20, 30] if make is update else [20, 30])
    assert pushed.states()["e1"] == ("posted" if make is update else "retracted")
    assert pushed.xpm.changes == (2 if fault.endswith("before") else 1)


def test_a_change_that_shows_at_once_needs_no_quiet_period(pushed: Desk) -> None:
    pushed.xpm.change_faults = {1: "lost_after"}
    request(pushed, update(pushed))
    read_back(pushed)
    assert (pushed.states()["e1"], bundle_of(pushed).minutes) == ("posted", 25)


def test_a_change_that_does_not_show_waits_for_the_quiet_period(pushed: Desk) -> None:
    pushed.xpm.change_faults = {1: "late"}
    request(pushed, update(pushed))
    read_back(pushed)
    assert (pushed.states()["e1"], request(pushed)) == ("changing", [])
    pushed.xpm.land_late()
    wait_quiet(pushed)
    read_back(pushed)
    assert (pushed.states()["e1"], bundle_of(pushed).minutes, pushed.xpm.changes) == ("posted", 25, 1)


def test_an_edit_while_the_answer_was_lost_is_not_overwritten(pushed: Desk) -> None:
    pushed.xpm.change_faults = {1: "lost_before"}
    request(pushed, update(pushed))
    pushed.xpm.edit("u1", minutes=77)
    wait_quiet(pushed)
    read_back(pushed)
    assert (pushed.states()["e1"], minutes(pushed)) == ("drifted", [77, 20, 30])


def test_a_change_that_is_lost_again_and_again_goes_to_a_person(pushed: Desk) -> None:
    pushed.xpm.change_faults = dict.fromkeys(range(1, 20), "lost_before")
    request(pushed, update(pushed))
    for _ in range(pushed.settings.max_attempts):
        wait_quiet(pushed)
        read_back(pushed)
        request(pushed)
    assert (pushed.states()["e1"], pushed.reason()) == ("needs_person", "too_many_attempts")
    assert pushed.xpm.changes == pushed.settings.max_attempts


@pytest.mark.parametrize(("fault", "after"), [("429", After.WAIT), ("401", After.STOP), ("not_sent", After.RETRY)])
def test_what_was_surely_not_applied_is_still_wanted(pushed: Desk, fault: str, after: After) -> None:
    pushed.xpm.change_faults = {1: fault}
    assert [one.after for one in request(pushed, update(pushed))] == [after]
    assert (pushed.states()["e1"], minutes(pushed)[0]) == ("posted", 10)
    request(pushed)
    assert minutes(pushed)[0] == 25


@pytest.mark.parametrize("fault", ["403", "302"])
def test_a_lost_right_or_a_redirect_halts(pushed: Desk, fault: str) -> None:
    pushed.xpm.change_faults = {1: fault}
    assert request(pushed, update(pushed))[0].after is After.STOP
    assert pushed.ledger.halt_reason("demo")
    assert pushed.states()["e1"] == ("changing" if fault == "302" else "posted")


def test_a_refused_change_keeps_xpms_words_and_is_not_tried_again(pushed: Desk) -> None:
    pushed.xpm.change_faults = {1: "error"}
    request(pushed, update(pushed))
    assert (pushed.states()["e1"], pushed.reason()) == ("posted", CHANGE_REFUSED)
    assert pushed.ledger.frame("demo").loc["e1", "xpm_words"] == "fault error"
    assert find_changes(open_book(pushed)) == []
    pushed.push(run="r3")
    assert (pushed.states()["e1"], pushed.reason()) == ("confirmed", CHANGE_REFUSED)


def test_a_refused_change_goes_again_with_other_content(pushed: Desk) -> None:
    pushed.xpm.change_faults = {1: "error"}
    request(pushed, update(pushed))
    request(pushed, update(pushed, minutes=35), run="r3")
    assert (pushed.reason(), minutes(pushed)[0]) == ("", 35)


def test_a_delete_refused_because_it_is_gone_counts_only_after_a_look(pushed: Desk) -> None:
    pushed.xpm.before_change = lambda: pushed.xpm.sheets.pop("u1", None)
    request(pushed, delete(pushed))
    assert (pushed.states()["e1"], pushed.xpm.gets) == ("retracted", 2)


def test_a_refused_delete_of_what_is_there_stays_ours(pushed: Desk) -> None:
    pushed.xpm.change_faults = {1: "error"}
    request(pushed, delete(pushed))
    assert (pushed.states()["e1"], pushed.reason(), minutes(pushed)[0]) == ("posted", CHANGE_REFUSED, 10)


def test_an_update_stored_otherwise_stops_everything(pushed: Desk) -> None:
    pushed.xpm.spoil = lambda sheet: type(sheet)(**{**vars(sheet), "minutes": sheet.minutes + 1})
    sent = request(pushed, update(pushed))
    assert (sent[0].after, pushed.states()["e1"], pushed.reason()) == (After.STOP, "needs_person", "echo_differs")
    assert "stored something else" in pushed.ledger.halt_reason("demo")


def test_a_halt_is_asked_for_right_before_the_request(pushed: Desk) -> None:
    pushed.xpm.before_change = lambda: pushed.ledger.halt("demo", "stop", actor="Kim")
    request(pushed, update(pushed))
    assert (pushed.xpm.changes, pushed.states()["e1"]) == (0, "posted")


def test_a_worker_that_slept_past_its_deadline_changes_nothing(pushed: Desk) -> None:
    pushed.xpm.before_change = lambda: pushed.clock.advance(61)
    request(pushed, update(pushed))
    assert (pushed.xpm.changes, minutes(pushed)[0]) == (0, 10)


def test_the_intent_is_in_the_journal_with_its_place(pushed: Desk) -> None:
    pushed.xpm.before_change = lambda: None
    request(pushed, update(pushed))
    line = (pushed.folder / "push.journal").read_text().splitlines()[-2]
    assert '"op": "update"' in line
    assert '"staff": "S1", "date": "2026-11-18"' in line


def test_the_before_image_is_in_the_event_log(pushed: Desk) -> None:
    request(pushed, update(pushed))
    why = pushed.ledger.history("demo", bundle_of(pushed).id)["why"]
    assert any('"minutes": "10"' in text for text in why)


def die_at(desk: Desk, change: Change, call: int, *, after: bool) -> None:
    with contextlib.suppress(Killed):
        request(desk, change, life=Life(call, after=after))


@pytest.mark.parametrize("call", range(1, 10))
@pytest.mark.parametrize("make", [update, delete])
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_dying_at_any_call_of_a_change_heals(pushed: Desk, make: type, after: bool, call: int) -> None:
    change: Change = make(pushed)
    die_at(pushed, change, call, after=after)
    recover_as_worker(pushed)
    wait_quiet(pushed)
    read_back(pushed)
    if pushed.states()["e1"] == "confirmed" and not bundle_of(pushed).desired:
        request(pushed, change)
    request(pushed)
    assert minutes(pushed) == ([25, 20, 30] if make is update else [20, 30])
    assert pushed.states()["e1"] == ("posted" if make is update else "retracted")


def test_a_change_no_longer_wanted_leaves_the_run(pushed: Desk) -> None:
    book = open_book(pushed)
    pushed.xpm.change_faults = {1: "429"}
    request(pushed, update(pushed))
    waiting = find_changes(book)
    assert keep_wanted(waiting, Current(changes={waiting[0].id: update(pushed)}), book) == waiting
    assert keep_wanted(waiting, Current(changes={waiting[0].id: update(pushed, minutes=5)}), book) == []
    assert find_changes(book) == []


def test_an_undo_stays_wanted_whatever_the_local_side_says(pushed: Desk) -> None:
    pushed.xpm.change_faults = {1: "429"}
    request(pushed, delete(pushed), choice=UNDONE)
    waiting = find_changes(open_book(pushed))
    assert keep_wanted(waiting, Current(), open_book(pushed)) == waiting


# -- entries that share a timesheet ---------------------------------------------------------------------------------


def join(desk: Desk, into: str = "e1", entry_id: str = "e4") -> Change:
    """Another entry of 40 minutes joins the timesheet of the first."""
    held = bundle_of(desk, into)
    one, other = Member(10, 10, "h1"), Member(40, 40, "h4")
    both = replace(want(desk, into, 50), entries={into: one, entry_id: other})
    return Change(held.id, "update", both)


def test_an_entry_that_joins_a_timesheet_waits_on_no_other(pushed: Desk) -> None:
    queue_bundles(read_wanted(entry_rows(4).loc[["e4"]]), open_book(pushed), "local", pushed.settings)
    assert pushed.states()["e4"] == "ready"
    request(pushed, join(pushed))
    assert sorted(minutes(pushed)) == [20, 30, 50]
    assert [bundle.id for bundle in pushed.ledger.bundles_of("demo", ["e4"])["e4"]] == [bundle_of(pushed).id]


def test_an_entry_that_may_be_in_xpm_joins_nothing(pushed: Desk) -> None:
    pushed.xpm.faults = {4: "late"}
    pushed.push(entry_rows(4), run="r7")
    assert pushed.states()["e4"] == "unknown"
    assert request(pushed, join(pushed)) == []
    assert pushed.xpm.changes == 0


def test_a_joining_whose_answer_is_lost_frees_its_entry_when_it_is_found(pushed: Desk) -> None:
    pushed.xpm.change_faults = {1: "lost_after"}
    request(pushed, join(pushed))
    queue_bundles(read_wanted(entry_rows(4).loc[["e4"]]), open_book(pushed, "r8"), "local", pushed.settings)
    read_back(pushed)
    assert len(pushed.ledger.bundles_of("demo", ["e4"])["e4"]) == 1
    pushed.push(rows=entry_rows(0), run="r8")
    assert (pushed.xpm.adds, sorted(minutes(pushed))) == (3, [20, 30, 50])


def test_an_update_that_xpm_holds_already_is_not_made_again(pushed: Desk) -> None:
    pushed.xpm.edit("u1", minutes=25, note=f"Edited ~{bundle_of(pushed).marker}")
    request(pushed, update(pushed))
    assert (pushed.xpm.changes, pushed.states()["e1"], bundle_of(pushed).minutes) == (0, "confirmed", 25)


def test_a_judgement_from_before_another_workers_request_is_not_made(pushed: Desk) -> None:
    seen = bundle_of(pushed)
    request(pushed, update(pushed))
    pushed.push(run="r9")
    assert (bundle_of(pushed).state, bundle_of(pushed).epoch > seen.epoch) == (seen.state, True)
    assert pushed.book.make([pushed.book.plan(seen, State.DRIFTED, "an old list")]) == [seen.id]
    assert pushed.states()["e1"] == "confirmed"
