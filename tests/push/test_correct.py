"""Corrections of invoiced time: the difference goes as a timesheet of its own, after a person said so."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from core.model import Reason
from core.push.choices import NotNow, ReasonMissing
from core.push.correct import GONE, say_correct, shape_corrections
from core.push.ports import Current, Wanted
from core.push.recorded import Recorded
from core.push.rounding import Mode, Rounding
from core.push.run import run_push
from tests.push.changing import bundle_of, open_book
from tests.push.desk import Desk, entry_rows


@pytest.fixture
def invoiced(desk: Desk) -> Desk:
    """Three entries in XPM, the first invoiced."""
    desk.push()
    desk.xpm.edit("u1", invoiced=True)
    desk.push(entry_rows(4), run="r2")
    return desk


def standings(reason: Reason = Reason.CHANGE_INVOICED, **changes: Any) -> pd.DataFrame:
    """The first entry, edited to 25 minutes."""
    row = {"reason": reason.value, "content_hash": "edited", "minutes": 25, "note": "Bank", "day_minutes": 24 * 60}
    row |= {"job": "J1", "job_task_id": "JT1", "xpm_staff_id": "S1", "date": pd.Timestamp("2026-11-18")}
    return pd.DataFrame([row | changes], index=["e1"])


def shape(desk: Desk, rows: pd.DataFrame, rounding: Rounding | None = None) -> list[Wanted]:
    recorded = Recorded(desk.ledger.frame("demo"), desk.ledger.choices("demo"))
    return shape_corrections(rows, recorded, rounding or Rounding())


def agree(desk: Desk, content: str = "edited", why: str = "told the client") -> None:
    say_correct(["e1"], {"e1": content}, open_book(desk), why=why)


def push(desk: Desk, wanted: list[Wanted], run: str = "c1") -> None:
    run_push(desk.job(run), wanted, desk.seams(), read_current=lambda: Current({w.group_key: w for w in wanted}))


def minutes(desk: Desk, entry_id: str = "e1") -> int:
    return int(desk.ledger.frame("demo").loc[entry_id, "minutes"])


def test_nothing_is_corrected_before_a_person_said_so(invoiced: Desk) -> None:
    assert shape(invoiced, standings()) == []


def test_the_difference_goes_with_its_own_marker_and_the_invoiced_one_stays(invoiced: Desk) -> None:
    agree(invoiced)
    push(invoiced, shape(invoiced, standings()))
    assert (invoiced.xpm.sheets["u1"].minutes, invoiced.sent_minutes()) == (10, [10, 15, 20, 30, 40])
    [added] = [sheet for sheet in invoiced.xpm.sheets.values() if sheet.minutes == 15]
    assert added.note.startswith("Correction: Bank ~")
    assert bundle_of(invoiced).marker not in added.note


def test_the_entry_counts_as_sent_with_its_new_content(invoiced: Desk) -> None:
    agree(invoiced)
    push(invoiced, shape(invoiced, standings()))
    row = invoiced.ledger.frame("demo").loc["e1"]
    assert (row["state"], row["minutes"], row["sealed_minutes"], row["content_hash"]) == ("confirmed", 25, 25, "edited")
    assert row["remote_uuid"] == "u1"


def test_fewer_minutes_are_a_negative_timesheet(invoiced: Desk) -> None:
    agree(invoiced)
    push(invoiced, shape(invoiced, standings(minutes=4)))
    assert (-6 in invoiced.sent_minutes(), minutes(invoiced)) == (True, 4)


def test_a_correction_is_made_once(invoiced: Desk) -> None:
    agree(invoiced)
    wanted = shape(invoiced, standings())
    push(invoiced, wanted)
    push(invoiced, wanted, run="c2")
    assert invoiced.sent_minutes().count(15) == 1


def test_the_yes_is_for_the_content_that_was_seen(invoiced: Desk) -> None:
    agree(invoiced)
    assert shape(invoiced, standings(content_hash="edited again")) == []


def test_a_second_edit_sends_only_what_is_still_missing(invoiced: Desk) -> None:
    agree(invoiced)
    push(invoiced, shape(invoiced, standings()))
    agree(invoiced, "third")
    [want] = shape(invoiced, standings(content_hash="third", minutes=32))
    assert want.minutes == 7
    push(invoiced, [want], run="c2")
    assert minutes(invoiced) == 32


def test_the_difference_is_rounded_as_the_entry_would_be(invoiced: Desk) -> None:
    agree(invoiced)
    [want] = shape(invoiced, standings(minutes=22), Rounding(Mode.NEAREST, 15))
    assert (want.minutes, want.entries["e1"].minutes) == (5, 12)


def test_an_entry_that_moved_is_taken_out_and_put_in(invoiced: Desk) -> None:
    agree(invoiced)
    wanted = shape(invoiced, standings(job="J2", job_task_id="JT2"))
    assert [(want.job, want.minutes) for want in wanted] == [("J1", -10), ("J2", 25)]
    push(invoiced, wanted)
    row = invoiced.ledger.frame("demo").loc["e1"]
    assert (row["minutes"], row["job"], row["content_hash"]) == (25, "J2", "edited")


def test_half_a_move_is_not_the_whole(invoiced: Desk) -> None:
    agree(invoiced)
    push(invoiced, shape(invoiced, standings(job="J2", job_task_id="JT2"))[:1])
    assert invoiced.ledger.frame("demo").loc["e1", "content_hash"] != "edited" or minutes(invoiced) == 0


def test_an_entry_that_is_gone_is_taken_out(invoiced: Desk) -> None:
    say_correct(["e1"], {}, open_book(invoiced), why="deleted here")
    [want] = shape(invoiced, standings(Reason.WITHDRAWN_INVOICED, content_hash="", minutes=0))
    assert (want.minutes, want.content_hash) == (-10, GONE)
    push(invoiced, [want])
    assert invoiced.states()["e1"] == "retracted"


def test_a_correction_in_doubt_speaks_for_its_entry(invoiced: Desk) -> None:
    agree(invoiced)
    invoiced.xpm.faults = {5: "lost_before"}
    wanted = shape(invoiced, standings())
    push(invoiced, wanted)
    assert invoiced.states()["e1"] == "unknown"
    invoiced.clock.advance(1000)
    push(invoiced, wanted)
    assert (invoiced.states()["e1"], minutes(invoiced)) == ("confirmed", 25)


def test_a_refused_correction_goes_again_only_when_a_person_says_so(invoiced: Desk) -> None:
    agree(invoiced)
    invoiced.xpm.faults = {5: "error"}
    push(invoiced, shape(invoiced, standings()))
    assert (invoiced.states()["e1"], invoiced.reason()) == ("confirmed", "correction_refused")
    assert shape(invoiced, standings()) == []
    invoiced.ledger.choose("demo", ["e1"], "send_again", [], by="Kim")
    push(invoiced, shape(invoiced, standings()), run="c2")
    assert minutes(invoiced) == 25


def test_only_invoiced_time_is_corrected_and_only_with_words(invoiced: Desk) -> None:
    with pytest.raises(NotNow):
        say_correct(["e2"], {"e2": "edited"}, open_book(invoiced), why="no")
    with pytest.raises(ReasonMissing, match="corrected after it was invoiced"):
        agree(invoiced, why=" ")


def test_a_correction_stays_in_the_frame_so_that_its_timesheet_is_known_as_ours(invoiced: Desk) -> None:
    agree(invoiced)
    push(invoiced, shape(invoiced, standings()))
    frame = invoiced.ledger.frame("demo")
    folded = frame[frame["state"].eq("folded")]
    assert folded["remote_uuid"].tolist() == [max(invoiced.xpm.sheets, key=lambda uuid: int(uuid[1:]))]
