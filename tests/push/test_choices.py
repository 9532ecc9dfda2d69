"""What people may say of entries, and what the ledger makes of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.push.book import Book
from core.push.choices import AlreadyOurs, NotNow, NotTheSame, ReasonMissing, Saying, say, say_same_work
from core.push.ports import Wanted
from core.push.queue import read_wanted
from core.push.run import run_push
from tests.push.changing import delete, request, update
from tests.push.desk import Desk, entry_rows


def kims_book(desk: Desk) -> Book:
    return Book(desk.ledger, "demo", "T1", actor="Kim")


def hold_second(desk: Desk) -> None:
    desk.xpm.type_by_hand("x1", minutes=20)
    desk.push()


def test_the_same_work_takes_the_typed_timesheet_over(desk: Desk) -> None:
    hold_second(desk)
    say_same_work(read_wanted(entry_rows())[1], desk.xpm.sheets["x1"], kims_book(desk))
    row = desk.ledger.frame("demo").loc["e2"]
    assert (row["state"], row["remote_uuid"], bool(row["by_hand"])) == ("confirmed", "x1", True)
    desk.push(run="r2")
    assert (desk.xpm.adds, desk.states()["e2"]) == (2, "confirmed")


def test_the_same_work_can_be_said_before_any_push(desk: Desk) -> None:
    desk.xpm.type_by_hand("x1", minutes=20)
    say_same_work(read_wanted(entry_rows())[1], desk.xpm.sheets["x1"], kims_book(desk))
    desk.push()
    assert (desk.xpm.adds, set(desk.states().values())) == (2, {"confirmed"})


def test_one_timesheet_cannot_be_the_work_of_two_entries(desk: Desk) -> None:
    desk.xpm.type_by_hand("x1", minutes=20)
    wanted = read_wanted(entry_rows(minutes=20))
    say_same_work(wanted[1], desk.xpm.sheets["x1"], kims_book(desk))
    with pytest.raises(AlreadyOurs, match="x1"):
        say_same_work(wanted[2], desk.xpm.sheets["x1"], kims_book(desk))


def test_a_timesheet_of_other_minutes_is_not_the_same_work(desk: Desk) -> None:
    desk.xpm.type_by_hand("x1", minutes=25)
    with pytest.raises(NotTheSame, match="25 minutes"):
        say_same_work(read_wanted(entry_rows())[1], desk.xpm.sheets["x1"], kims_book(desk))


def test_an_excluded_entry_is_kept_out_and_can_come_back(desk: Desk) -> None:
    hold_second(desk)
    say(["e2"], Saying.EXCLUDE, kims_book(desk), why="training")
    assert desk.states()["e2"] == "excluded"
    assert desk.ledger.choices("demo").loc["e2", "why"] == "training"
    say(["e2"], Saying.INCLUDE, kims_book(desk))
    assert desk.states()["e2"] == "ready"
    assert desk.ledger.choices("demo").empty


def test_a_rejected_entry_is_sent_again_when_asked(desk: Desk) -> None:
    desk.xpm.faults = {1: "error"}
    desk.push(entry_rows(1))
    say(["e1"], Saying.SEND_AGAIN, kims_book(desk))
    desk.push(entry_rows(1), run="r2")
    assert desk.states() == {"e1": "confirmed"}


def test_a_deleted_timesheet_goes_again_only_with_a_reason(desk: Desk) -> None:
    desk.push(entry_rows(1))
    desk.xpm.sheets.clear()
    desk.push(entry_rows(2), run="r2")
    with pytest.raises(ReasonMissing):
        say(["e1"], Saying.SEND_AGAIN, kims_book(desk))
    say(["e1"], Saying.SEND_AGAIN, kims_book(desk), why="deleted by mistake")
    desk.push(entry_rows(2), run="r3")
    assert desk.sent_minutes() == [10, 20]


@pytest.mark.parametrize("saying", [Saying.SEND_AGAIN, Saying.EXCLUDE, Saying.SEPARATE_WORK])
def test_nothing_can_be_said_that_would_send_a_bundle_in_doubt_again(desk: Desk, saying: Saying) -> None:
    desk.xpm.faults = {1: "late"}
    desk.push(entry_rows(1))
    with pytest.raises(NotNow):
        say(["e1"], saying, kims_book(desk), why="I am sure")
    assert desk.states() == {"e1": "unknown"}


def test_what_xpm_holds_wrongly_is_not_sent_a_second_time(desk: Desk) -> None:
    desk.xpm.spoil = lambda sheet: replace(sheet, minutes=5)
    desk.push(entry_rows(1))
    with pytest.raises(NotNow):
        say(["e1"], Saying.SEND_AGAIN, kims_book(desk), why="again")


def test_a_saying_about_an_entry_never_queued_is_kept(desk: Desk) -> None:
    say(["e9"], Saying.EXCLUDE, kims_book(desk), why="private")
    assert desk.ledger.choices("demo").loc["e9", "choice"] == "exclude"


# -- entries that share a timesheet ---------------------------------------------------------------------------------


def share(desk: Desk, fault: str = "") -> Wanted:
    """The first two entries as one timesheet of 30 minutes, sent once with this fault."""
    one, other = read_wanted(entry_rows(2))
    both = replace(one, group_key="day:S1|2026-11-18|J1|JT1|1", entries={**one.entries, **other.entries}, minutes=30)
    desk.xpm.faults = {1: fault} if fault else {}
    run_push(desk.job(), [both], desk.seams())
    return both


def test_what_is_said_of_a_shared_timesheet_is_said_of_all_its_entries(desk: Desk) -> None:
    share(desk, "error")
    say(["e1"], Saying.SEND_AGAIN, kims_book(desk))
    assert set(desk.ledger.choices("demo").index) == {"e1", "e2"}
    assert desk.states() == {"e1": "ready", "e2": "ready"}


def test_excluding_one_of_two_leaves_the_other_to_the_next_plan(desk: Desk) -> None:
    share(desk, "error")
    say(["e1"], Saying.EXCLUDE, kims_book(desk), why="training")
    assert list(desk.ledger.choices("demo").index) == ["e1"]
    assert desk.states() == {"e1": "rejected", "e2": "rejected"}


def test_excluding_both_excludes_the_timesheet(desk: Desk) -> None:
    share(desk, "error")
    say(["e1", "e2"], Saying.EXCLUDE, kims_book(desk))
    assert desk.states() == {"e1": "excluded", "e2": "excluded"}


def test_one_of_two_cannot_be_excluded_while_xpm_may_hold_both(desk: Desk) -> None:
    both = share(desk, "lost_before")
    desk.clock.advance(1000)
    desk.settings = replace(desk.settings, max_attempts=1)
    run_push(desk.job(), [both], desk.seams())
    assert desk.states()["e1"] == "needs_person"
    with pytest.raises(NotNow, match="with others"):
        say(["e1"], Saying.EXCLUDE, kims_book(desk), why="no")


def test_a_sum_typed_by_hand_is_the_work_of_both(desk: Desk) -> None:
    desk.xpm.type_by_hand("x1", minutes=30)
    both = share(desk)
    assert (desk.states()["e1"], desk.reason()) == ("held", "looks_equal")
    say_same_work(both, desk.xpm.sheets["x1"], kims_book(desk))
    assert desk.states() == {"e1": "confirmed", "e2": "confirmed"}
    assert desk.ledger.choices("demo")["choice"].to_dict() == {"e1": "same_work", "e2": "same_work"}


def test_one_entry_named_of_two_is_enough_when_the_sum_is_the_typed_work(desk: Desk) -> None:
    desk.xpm.type_by_hand("x1", minutes=30)
    share(desk)
    say_same_work(read_wanted(entry_rows(2))[0], desk.xpm.sheets["x1"], kims_book(desk))
    assert desk.states() == {"e1": "confirmed", "e2": "confirmed"}


def test_the_same_work_typed_after_an_undo_is_a_timesheet_of_its_own(desk: Desk) -> None:
    desk.push(entry_rows(1))
    request(desk, delete(desk), choice="undone")
    desk.xpm.type_by_hand("x1", minutes=10)
    say_same_work(read_wanted(entry_rows(1))[0], desk.xpm.sheets["x1"], kims_book(desk))
    row = desk.ledger.frame("demo").loc["e1"]
    assert (row["state"], row["seq"], row["remote_uuid"]) == ("confirmed", 2, "x1")


# -- sayings that move nothing --------------------------------------------------------------------------------------


def test_letting_late_time_through_needs_words_and_moves_nothing(desk: Desk) -> None:
    with pytest.raises(ReasonMissing, match="closed period"):
        say(["e1"], Saying.LATE_OK, kims_book(desk))
    say(["e1"], Saying.LATE_OK, kims_book(desk), why="approved by Mona")
    assert bool(desk.ledger.choices("demo").loc["e1", "late_ok"])
    assert desk.states() == {}


def test_an_undone_entry_can_be_sent_again_or_excluded(desk: Desk) -> None:
    desk.push(entry_rows(2))
    request(desk, delete(desk), delete(desk, "e2"), choice="undone")
    say(["e1"], Saying.SEND_AGAIN, kims_book(desk))
    say(["e2"], Saying.EXCLUDE, kims_book(desk))
    assert desk.ledger.choices("demo")["choice"].to_dict() == {"e1": "send_again", "e2": "exclude"}
    desk.push(entry_rows(1), run="r3")
    assert (desk.states()["e1"], desk.sent_minutes()) == ("confirmed", [10])


def test_a_refused_change_may_be_sent_again(desk: Desk) -> None:
    desk.push(entry_rows(1))
    desk.xpm.change_faults = {1: "error"}
    request(desk, update(desk))
    say(["e1"], Saying.SEND_AGAIN, kims_book(desk))
    assert desk.states()["e1"] == "posted"
    request(desk, update(desk), run="r3")
    assert desk.sent_minutes() == [25]
