"""History in XPM that carries our markers becomes ours again."""

from __future__ import annotations

from typing import Any

import pandas as pd

from core.model import XPM_FRAMES, shape_frame, utc_text
from core.push.adopt import Adopted, adopt_history
from core.push.marker import entry_marker
from tests.push.desk import DAY, Desk, entry_rows


def sheets(**rows: dict[str, Any]) -> pd.DataFrame:
    plain = {"job": "J1", "task_id": "JT1", "staff_id": "S1", "date": DAY, "minutes": 10}
    return shape_frame(
        pd.DataFrame.from_dict({k: plain | v for k, v in rows.items()}, orient="index"), XPM_FRAMES["times"]
    )


def marked(entry_id: str, **changes: Any) -> dict[str, Any]:
    return {"note": f"Work ~{entry_marker('T1', entry_id)}"} | changes


def adopt(desk: Desk, times: pd.DataFrame, entries: pd.DataFrame | None = None) -> Adopted:
    rows = entry_rows() if entries is None else entries
    return adopt_history(times, rows, desk.book, utc_text(desk.clock.now()))


def test_an_equal_timesheet_with_our_marker_is_confirmed_and_never_sent(desk: Desk) -> None:
    assert adopt(desk, sheets(a1=marked("e1"), x1={"note": "typed"})) == Adopted(equal=1)
    assert desk.states() == {"e1": "confirmed"}
    desk.xpm.type_by_hand("a1", minutes=10, note=marked("e1")["note"])
    desk.push()
    assert (desk.xpm.adds, desk.sent_minutes()) == (2, [10, 20, 30])


def test_other_minutes_are_held_for_a_person(desk: Desk) -> None:
    assert adopt(desk, sheets(a1=marked("e1", minutes=99))).differing == 1
    assert (desk.states(), desk.reason()) == ({"e1": "held"}, "adopt_differs")


def test_before_links_are_made_staff_and_job_are_not_compared(desk: Desk) -> None:
    entries = entry_rows(job="", job_task_id="", xpm_staff_id="")
    assert adopt(desk, sheets(a1=marked("e1", staff_id="S7")), entries).equal == 1


def test_a_marker_without_an_entry_is_kept_as_an_orphan_once(desk: Desk) -> None:
    times = sheets(a1=marked("gone"))
    assert adopt(desk, times).orphans == 1
    assert adopt(desk, times) == Adopted()
    assert desk.states() == {"orphan:a1": "needs_person"}


def test_an_orphan_whose_entry_comes_back_is_given_to_it(desk: Desk) -> None:
    times = sheets(a1=marked("e1"))
    adopt(desk, times, entry_rows().drop("e1"))
    adopt(desk, times)
    assert desk.states() == {"e1": "confirmed"}


def test_an_entry_whose_timesheet_is_an_orphan_is_not_pushed(desk: Desk) -> None:
    adopt(desk, sheets(a1=marked("e1")), entry_rows().drop("e1"))
    desk.xpm.type_by_hand("a1", minutes=10, note=marked("e1")["note"])
    desk.push()
    assert (desk.sent_minutes(), desk.states()) == ([10], {"orphan:a1": "needs_person", "e2": "held", "e3": "held"})


def test_an_orphan_holds_only_its_own_group(desk: Desk) -> None:
    adopt(desk, sheets(a1=marked("e1")), entry_rows().drop("e1"))
    desk.push(entry_rows(3, job="J2").drop("e1"))
    assert desk.sent_minutes() == [20, 30]


def test_a_copy_of_a_marker_is_an_orphan_of_its_own(desk: Desk) -> None:
    assert adopt(desk, sheets(a1=marked("e1"), a2=marked("e1"))) == Adopted(equal=1, orphans=1)


def test_nothing_is_adopted_before_the_local_side_is_loaded(desk: Desk) -> None:
    assert adopt(desk, sheets(a1=marked("e1")), entry_rows(0)) == Adopted()
    assert desk.states() == {}


def test_adopting_again_changes_nothing(desk: Desk) -> None:
    times = sheets(a1=marked("e1"))
    adopt(desk, times)
    assert adopt(desk, times) == Adopted()


def test_a_timesheet_edited_in_xpm_is_noticed_by_the_next_sync(desk: Desk) -> None:
    adopt(desk, sheets(a1=marked("e1")))
    assert adopt(desk, sheets(a1=marked("e1", minutes=15))).changed == 1
    assert (desk.states(), desk.reason()) == ({"e1": "drifted"}, "minutes")


def test_a_marker_taken_off_our_timesheet_is_noticed_by_the_next_sync(desk: Desk) -> None:
    adopt(desk, sheets(a1=marked("e1")))
    assert adopt(desk, sheets(a1={"note": "Work"})).changed == 1


def test_thousands_are_adopted_in_bulk(desk: Desk) -> None:
    entries = pd.concat([entry_rows(1)] * 4000)
    entries.index = [f"e{n}" for n in range(4000)]
    times = sheets(**{f"a{n}": marked(f"e{n}") for n in range(4000)})
    assert adopt(desk, times, entries).equal == 4000
    assert desk.ledger.count_states("demo") == {"confirmed": 4000}
