"""Undo: exactly what a run created, and a reason for every row that stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from core.push.run import End, PushResult, run_push
from core.push.undo import UndoPlan, UndoStale, plan_undo, queue_undo, tell_outcome
from tests.push.changing import bundle_of, delete, open_book, request, update
from tests.push.desk import Desk, entry_rows


@pytest.fixture
def pushed(desk: Desk) -> Desk:
    desk.push()
    return desk


def preview(desk: Desk, of: str = "r1", closed: date | None = None, **ops: str) -> UndoPlan:
    bundles = desk.ledger.find("demo")
    named = {bundle_of(desk, entry_id).id: op for entry_id, op in ops.items()}
    return plan_undo(of, bundles, named, desk.book, closed)


def undo(desk: Desk, run: str = "undo1", of: str = "r1") -> PushResult:
    if not desk.ledger.count_states("demo", run):
        queue_undo(preview(desk, of), open_book(desk, run), desk.settings)
    return run_push(desk.job(run), [], desk.seams())


def refusals(desk: Desk, **how: Any) -> dict[str, str]:
    rows = preview(desk, **how).rows
    return {entries: refusal for entries, refusal in zip(rows["entries"], rows["refusal"], strict=True) if refusal}


def test_an_undo_deletes_what_the_run_created(pushed: Desk) -> None:
    pushed.xpm.type_by_hand("x1")
    assert undo(pushed).end is End.DONE
    assert list(pushed.xpm.sheets) == ["x1"]
    assert set(pushed.states().values()) == {"retracted"}


def test_time_of_another_run_is_no_concern_of_it(pushed: Desk) -> None:
    pushed.push(entry_rows(5), run="r2")
    assert preview(pushed, of="r2").delete == 2
    undo(pushed, of="r2")
    assert pushed.sent_minutes() == [10, 20, 30]


def test_an_undone_entry_waits_for_a_person(pushed: Desk) -> None:
    undo(pushed)
    choices = pushed.ledger.choices("demo")
    assert (set(choices["choice"]), set(choices["by"])) == ({"undone"}, {"Kim"})


def test_an_undone_entry_that_is_sent_again_is_another_timesheet(pushed: Desk) -> None:
    marker = bundle_of(pushed).marker
    undo(pushed)
    pushed.push(run="r3")
    again = bundle_of(pushed)
    assert (again.state, again.seq, pushed.sent_minutes()) == ("confirmed", 2, [10, 20, 30])
    assert again.marker != marker


def test_what_was_invoiced_or_changed_stays_with_its_reason(pushed: Desk) -> None:
    pushed.xpm.edit("u1", invoiced=True)
    pushed.xpm.edit("u2", minutes=21)
    del pushed.xpm.sheets["u3"]
    pushed.push(entry_rows(4), run="r2")
    assert refusals(pushed) == {
        "e1": "It is invoiced in XPM.",
        "e2": "It was changed in XPM since: minutes.",
        "e3": "It was deleted in XPM already.",
    }


def test_an_edit_after_the_preview_is_seen_by_the_run(pushed: Desk) -> None:
    plan = preview(pushed)
    pushed.xpm.edit("u1", minutes=11)
    pushed.xpm.edit("u2", invoiced=True)
    queue_undo(plan, open_book(pushed, "undo1"), pushed.settings)
    run_push(pushed.job("undo1"), [], pushed.seams())
    assert pushed.sent_minutes() == [11, 20]
    whys = [pushed.ledger.history("demo", bundle_of(pushed, one).id)["why"].iloc[-1] for one in ("e1", "e2")]
    told = [tell_outcome(bundle_of(pushed, one), why) for one, why in zip(("e1", "e2"), whys, strict=True)]
    assert told == [
        ("refused", "It stays: XPM shows other minutes."),
        ("refused", "It stays: it is invoiced in XPM."),
    ]


def test_a_locked_period_of_xpm_refuses_row_by_row(pushed: Desk) -> None:
    pushed.xpm.change_faults = {2: "error"}
    undo(pushed)
    assert pushed.sent_minutes() == [20]
    held = bundle_of(pushed, "e2")
    assert tell_outcome(held, "XPM refused the change: locked") == ("refused", "XPM refused it: locked.")


def test_our_own_closed_period_is_not_reached_into(pushed: Desk) -> None:
    assert refusals(pushed, closed=date(2026, 11, 18)) == dict.fromkeys(
        ("e1", "e2", "e3"), "Its period is closed until 2026-11-18."
    )


def test_what_a_later_run_changed_stays(pushed: Desk) -> None:
    request(pushed, update(pushed))
    assert refusals(pushed) == {"e1": "A later run changed it."}


def test_an_update_of_an_older_timesheet_is_not_undone(pushed: Desk) -> None:
    request(pushed, update(pushed))
    rows = preview(pushed, of="r2", e1="update").rows
    assert (rows["what"].tolist(), rows["entries"].tolist()) == (["leave"], ["e1"])
    assert "only what a run created" in rows["refusal"].iloc[0]


def test_what_is_in_doubt_or_taken_back_is_listed(desk: Desk) -> None:
    desk.xpm.faults = {2: "late"}
    desk.push()
    request(desk, delete(desk))
    told = refusals(desk)
    assert told["e1"] == "It was taken back already."
    assert told["e2"].startswith("Its outcome is still being read back")


def test_what_never_reached_xpm_is_not_listed(desk: Desk) -> None:
    desk.xpm.faults = {2: "error"}
    desk.push()
    assert sorted(preview(desk).rows["entries"]) == ["e1", "e3"]


@pytest.mark.parametrize("fault", ["lost_before", "lost_after", "500_after", "429", "late"])
def test_a_lost_answer_never_leaves_a_row_half_undone(pushed: Desk, fault: str) -> None:
    pushed.xpm.change_faults = {1: fault}
    for _ in range(4):
        result = undo(pushed)
        pushed.xpm.land_late()
        pushed.clock.advance(1000 if result.resume_at else 0)
    assert pushed.xpm.sheets == {}
    assert set(pushed.states().values()) == {"retracted"}


def test_what_is_under_way_is_told_as_in_doubt(pushed: Desk) -> None:
    pushed.xpm.change_faults = {1: "lost_before"}
    undo(pushed)
    assert tell_outcome(bundle_of(pushed), "")[0] == "in doubt"


def test_an_undo_that_is_no_longer_what_was_shown_is_refused(pushed: Desk) -> None:
    shown = preview(pushed)
    pushed.xpm.edit("u1", invoiced=True)
    pushed.push(entry_rows(4), run="r2")
    with pytest.raises(UndoStale, match="3 timesheets then, 2 now"):
        preview(pushed).require(shown.fingerprint, shown.delete)


def test_the_preview_counts_calls_and_minutes(pushed: Desk) -> None:
    plan = preview(pushed)
    assert (plan.delete, plan.refused, plan.minutes, plan.calls) == (3, 0, 60, 6)
    assert plan.to_json()["delete"] == 3


def test_a_second_undo_finds_nothing(pushed: Desk) -> None:
    undo(pushed)
    assert preview(pushed).delete == 0
    undo(pushed, run="undo2")
    assert pushed.xpm.changes == 3


def test_a_timesheet_taken_over_from_hand_typing_is_never_deleted(pushed: Desk) -> None:
    [typed] = [replace(one, by_hand=True) for one in pushed.ledger.find("demo") if one.minutes == 10]
    plan = plan_undo("r1", [typed], {}, pushed.book, None)
    assert plan.rows["refusal"].tolist() == ["It was typed by hand in XPM."]
