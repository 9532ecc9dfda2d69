"""The bridge: every minute XPM holds is in one line, and what fits nowhere is named, never netted."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.reports import bridge
from tests.reports.sides import Sides

OCTOBER = "2026-10-31"
#: The examples are many frames each; a busy computer takes its time over them.
PATIENT = settings(deadline=None, max_examples=60)
MINUTES = st.integers(min_value=-600, max_value=600)


def lines(sides: Sides) -> dict[str, int]:
    """The lines of the bridge that are not empty."""
    return {line: minutes for line, minutes in sides.close().bridge.minutes.items() if minutes}


def test_an_entry_sent_as_recorded_is_one_line() -> None:
    sides = Sides()
    sides.push("e1", 60)
    assert lines(sides) == {"pushed": 60}


def test_rounded_minutes_stand_beside_the_recorded_ones() -> None:
    sides = Sides()
    sides.push("e1", 63, sent=60)
    sides.push("e2", 10, sent=15)
    assert lines(sides) == {"pushed": 73, "rounding": 2}
    assert sides.close().minutes["synced"] == 73
    assert sides.close().ties


def test_entries_sent_together_share_their_timesheet() -> None:
    sides = Sides()
    sides.enter("e1", 20, "synced", bundle="day")
    sides.enter("e2", 8, "changed", "edited locally", bundle="day")
    sides.claim("day", {"e1": 24, "e2": 6})
    sides.show("u-day", 30)
    assert lines(sides) == {"pushed": 20, "rounding": 4, "edited": 6}
    assert sides.close().ties


def test_time_linked_to_a_hand_typed_timesheet_is_named() -> None:
    sides = Sides()
    sides.push("e1", 45, by_hand=True)
    assert lines(sides) == {"linked": 45}


def test_what_changed_or_went_on_either_side_is_named() -> None:
    sides = Sides()
    sides.enter("e1", 30, "changed", "drifted", bundle="b1")
    sides.claim("b1", {"e1": 30}, state="drifted")
    sides.show("u-b1", 20)
    sides.enter("b2", 0, "withdrawn", "deleted locally", bundle="b2")
    sides.claim("b2", {"e2": 15})
    sides.show("u-b2", 15)
    sides.claim("b3", {"e3": 10}, state="changing")
    sides.show("u-b3", 10)
    assert lines(sides) == {"drifted": 20, "withdrawn": 15, "in_doubt": 10}


def test_what_waits_for_a_person_is_named_by_its_cause() -> None:
    sides = Sides()
    for minutes, reason in ((10, "adopt_differs"), (20, "orphan"), (40, "double")):
        sides.claim(reason, {reason: minutes}, state="needs_person", reason=reason)
        sides.show(f"u-{reason}", minutes)
    assert lines(sides) == {"drifted": 10, "withdrawn": 20, "held": 40}


def test_a_correction_stands_beside_what_it_corrects() -> None:
    sides = Sides()
    sides.enter("e1", 45, "synced", bundle="c1")
    sides.claim("b1", {"e1": 60})
    sides.claim("c1", {"e1": -15}, group_key="correct:e1")
    sides.show("u-b1", 60)
    sides.show("u-c1", -15)
    assert lines(sides) == {"pushed": 45}
    assert sides.close().ties


def test_an_entry_in_xpm_twice_does_not_tie() -> None:
    sides = Sides()
    sides.push("e1", 60)
    sides.claim("again", {"e1": 60})
    sides.show("u-again", 60)
    tie = sides.close()
    assert (tie.ties, tie.bridge.unexplained) == (False, 60)
    assert tie.bridge.gaps["why"].tolist() == [bridge.TWICE]


def test_two_gaps_do_not_cancel_each_other() -> None:
    sides = Sides()
    sides.push("e1", 60)
    sides.push("e2", 60)
    sides.show("u-e1", 50)
    sides.show("u-e2", 70)
    tie = sides.close()
    assert (tie.bridge.minutes["gap"], tie.bridge.unexplained, tie.closes) == (0, 20, False)


@pytest.mark.parametrize(
    ("day", "why"), [(OCTOBER, bridge.OTHER_DATE), (None, bridge.NOT_THERE)], ids=["moved", "gone"]
)
def test_a_timesheet_xpm_should_show_and_does_not_is_a_gap(day: str | None, why: str) -> None:
    sides = Sides()
    sides.push("e1", 60)
    del sides.sheets["u-e1"]
    if day:
        sides.show("u-e1", 60, day)
    gaps = sides.close().bridge.gaps
    assert gaps[["minutes", "why", "xpm_time_id"]].to_numpy().tolist() == [[-60, why, "u-e1"]]


def test_a_timesheet_that_moved_into_the_period_is_a_gap() -> None:
    sides = Sides()
    sides.claim("b1", {"e1": 60}, date=OCTOBER)
    sides.show("u-b1", 60)
    assert sides.close().bridge.gaps["why"].tolist() == [bridge.OTHER_DATE]


def test_an_entry_that_counts_as_in_xpm_without_a_timesheet_is_a_gap() -> None:
    sides = Sides()
    sides.enter("e1", 60, "synced", bundle="b1")
    assert sides.close().bridge.gaps["why"].tolist() == [bridge.NO_TIMESHEET]


def test_what_was_sent_after_xpm_was_read_is_unread_and_no_gap() -> None:
    sides = Sides()
    sides.push("e1", 60, last_seen_at="2026-11-20T02:00")
    del sides.sheets["u-e1"]
    tie = sides.close(read_at={"2026-11": "2026-11-20T01:00"})
    assert (tie.bridge.minutes["unread"], tie.closes, tie.ties) == (-60, True, False)
    assert sides.close(read_at={"2026-11": "2026-11-20T03:00"}).bridge.unexplained == 60


def test_a_deleted_timesheet_that_xpm_still_shows_is_a_gap() -> None:
    sides = Sides()
    sides.claim("b1", {"e1": 60}, state="retracted")
    assert sides.close().ties
    sides.show("u-b1", 60)
    assert sides.close().bridge.gaps["why"].tolist() == [bridge.STILL_THERE]


def test_copies_with_our_marker_are_told_from_time_typed_by_hand() -> None:
    sides = Sides()
    sides.show("x1", 30)
    sides.show("x2", 45)
    tie = sides.close(copies={"x2"})
    assert (tie.bridge.minutes["by_hand"], tie.bridge.minutes["copies"]) == (30, 45)
    assert tie.xpm == {"ours": 0, "by_hand": 75, "total": 75}


def build(kinds: list[tuple[str, int, int]]) -> Sides:
    """A practice of these cases: what each kind does to all three records at once."""
    sides = Sides()
    for place, (kind, minutes, sent) in enumerate(kinds):
        _CASES[kind](sides, f"e{place}", minutes, sent)
    return sides


def _add_state(sides: Sides, one: str, minutes: int, sent: int, *, standing: str, state: str, shown: bool) -> None:
    sides.enter(one, minutes, standing, "some reason", bundle=one)
    sides.claim(one, {one: sent}, state=state, **({} if shown else {"remote_uuid": ""}))
    if shown:
        sides.show(f"u-{one}", minutes + sent)


def _add_merged(sides: Sides, one: str, minutes: int, sent: int) -> None:
    sides.enter(one, minutes, "synced", bundle=one)
    sides.enter(f"{one}b", sent, "changed", "edited locally", bundle=one)
    sides.claim(one, {one: sent, f"{one}b": minutes, f"{one}gone": 7})
    sides.show(f"u-{one}", minutes + sent + 7)


def _add_plain(standing: str):  # type: ignore[no-untyped-def]  # a row of the table below
    return lambda sides, one, minutes, _: sides.enter(one, minutes, standing, "some reason")


_CASES = {
    **{name: _add_plain(name) for name in ("ready", "waiting", "excluded", "filtered", "draft")},
    "pushed": lambda sides, one, minutes, sent: sides.push(one, minutes, sent),
    "linked": lambda sides, one, minutes, _: sides.push(one, minutes, by_hand=True),
    "merged": _add_merged,
    "drifted": lambda s, o, m, n: _add_state(s, o, m, n, standing="changed", state="drifted", shown=True),
    "person": lambda s, o, m, n: _add_state(s, o, m, n, standing="in doubt", state="needs_person", shown=True),
    "gone": lambda s, o, m, n: _add_state(s, o, m, n, standing="waiting", state="needs_person", shown=False),
    "unknown": lambda s, o, m, n: _add_state(s, o, m, n, standing="in doubt", state="unknown", shown=False),
    "changing": lambda s, o, m, n: _add_state(s, o, m, n, standing="in doubt", state="changing", shown=True),
    "typed": lambda sides, one, minutes, _: sides.show(one, minutes),
    "typed before": lambda sides, one, minutes, _: sides.show(one, minutes, OCTOBER),
}


@PATIENT
@given(st.lists(st.tuples(st.sampled_from(sorted(_CASES)), MINUTES, MINUTES), max_size=25))
def test_any_mixture_of_states_ties(kinds: list[tuple[str, int, int]]) -> None:
    tie = build(kinds).close()
    assert tie.ties, tie.tell_why()
    assert (tie.minutes["remainder"], tie.bridge.minutes["remainder"], tie.bridge.unexplained) == (0, 0, 0)
    assert tie.xpm["ours"] + tie.xpm["by_hand"] == tie.xpm["total"]


@PATIENT
@given(
    st.lists(st.tuples(st.sampled_from(sorted(_CASES)), MINUTES, MINUTES), max_size=25),
    st.sampled_from(["other minutes", "gone", "moved", "twice"]),
    st.integers(min_value=1, max_value=600),
)
def test_one_fault_in_any_mixture_is_found_and_named(kinds: list[tuple[str, int, int]], fault: str, by: int) -> None:
    sides = build(kinds)
    sides.push("victim", by)
    if fault == "other minutes":
        sides.show("u-victim", by + 1)
    elif fault == "gone":
        del sides.sheets["u-victim"]
    elif fault == "moved":
        sides.show("u-victim", by, OCTOBER)
    else:
        sides.claim("victim twice", {"victim": by})
        sides.show("u-victim twice", by)
    tie = sides.close()
    assert not tie.closes
    assert len(tie.bridge.gaps) == 1
    assert "victim" in tie.bridge.gaps["xpm_time_id"].iloc[0]
