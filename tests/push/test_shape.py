"""From standings to timesheets: merging, rounding, notes, and what becomes of timesheets whose entries changed."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.push.ports import Wanted
from core.push.rules import Choice
from core.push.settings import PushSettings
from core.push.shape import Shaped, shape_push
from tests.push.practice import DAY, Practice, bundle, entry, timesheet

KEY = f"day:S1|{DAY}|J1|JT1|1"
MERGED = PushSettings(merging="day")
ONE_LINE = PushSettings(merging="one line")


def shape(made: Practice) -> Shaped:
    return shape_push(made.standings(), made.recorded(), made.settings)


def only(made: Practice) -> Wanted:
    [want] = shape(made).wanted.values()
    return want


def sent(entry_id: str, **changes: Any) -> dict[str, Any]:
    """An entry that went with others of its day."""
    return bundle(group_key=KEY, content_hash=f"h-{entry_id}", sheet_minutes=100, **changes)


def day_of(*minutes: int, **changes: Any) -> dict[str, dict[str, Any]]:
    """Entries e1, e2... of one place."""
    return {
        f"e{n}": entry(minutes=one, note=f"Work {n}", content_hash=f"h-e{n}") | changes
        for n, one in enumerate(minutes, 1)
    }


def merged_bundle() -> Practice:
    """e1 (40) and e2 (60) in one timesheet of XPM."""
    made = Practice(entries=day_of(40, 60), settings=MERGED)
    made.ledger = {"e1": sent("e1", minutes=40, sealed_minutes=40), "e2": sent("e2", sealed_minutes=60)}
    return made


def test_without_merging_each_entry_is_a_timesheet() -> None:
    shaped = shape(Practice(entries=day_of(10, 20)))
    assert [(key, want.minutes, want.note) for key, want in shaped.wanted.items()] == [
        ("entry:e1", 10, "Work 1"),
        ("entry:e2", 20, "Work 2"),
    ]


def test_entries_of_one_person_day_and_task_make_one_timesheet() -> None:
    want = only(Practice(entries=day_of(10, 20, start="09:00", end="09:30"), settings=MERGED))
    assert (want.group_key, want.minutes, want.note, want.start) == (KEY, 30, "Work 1 / Work 2", "")
    assert {one: held.sent_minutes for one, held in want.entries.items()} == {"e1": 10, "e2": 20}


def test_billable_and_other_time_are_not_merged() -> None:
    entries = day_of(10, 20)
    entries["e2"] = entries["e2"] | {"billable": False}
    assert len(shape(Practice(entries=entries, settings=MERGED)).wanted) == 2


def test_a_timesheet_of_several_changes_its_hash_with_any_of_them() -> None:
    before = only(Practice(entries=day_of(10, 20), settings=MERGED)).content_hash
    entries = day_of(10, 20)
    entries["e2"] = entries["e2"] | {"content_hash": "other"}
    assert only(Practice(entries=entries, settings=MERGED)).content_hash != before


def test_later_entries_of_a_place_that_was_sent_are_a_second_timesheet() -> None:
    made = merged_bundle()
    made.entries |= {"e3": entry(minutes=5, content_hash="h-e3")}
    want = only(made)
    assert (want.group_key, want.entry_ids, shape(made).changes) == (KEY, ("e3",), {})


def test_with_one_line_a_day_later_entries_join_by_an_update() -> None:
    made = merged_bundle()
    made.settings = ONE_LINE
    made.entries |= {"e3": entry(minutes=5, content_hash="h-e3", note="More")}
    shaped = shape(made)
    want = shaped.changes["b1"].want
    assert want is not None
    assert (len(shaped.wanted), want.minutes, want.entry_ids) == (0, 105, ("e1", "e2", "e3"))
    assert (want.note, shaped.joining) == ("Work 1 / Work 2 / More", {"e3": "b1"})


@pytest.mark.parametrize("spoilt", [{"invoiced": True}, {"state": "drifted"}, {"by_hand": True}, {"state": "unknown"}])
def test_a_line_that_cannot_be_changed_gets_a_second_one(spoilt: dict[str, Any]) -> None:
    made = merged_bundle()
    made.settings = ONE_LINE
    made.ledger = {name: row | spoilt for name, row in made.ledger.items()}
    made.entries |= {"e3": entry(minutes=5, content_hash="h-e3")}
    assert only(made).entry_ids == ("e3",)


def test_a_timesheet_that_waits_to_be_sent_keeps_its_entries() -> None:
    made = merged_bundle()
    made.ledger = {name: row | {"state": "ready", "remote_uuid": ""} for name, row in made.ledger.items()}
    made.entries |= {"e3": entry(minutes=5, content_hash="h-e3")}
    assert only(made).entry_ids == ("e1", "e2")


def test_an_edited_entry_updates_the_timesheet_it_is_in() -> None:
    made = merged_bundle()
    made.entries["e2"] = entry(minutes=75, note="Work 2", content_hash="new")
    want = shape(made).changes["b1"].want
    assert want is not None
    assert (want.minutes, want.group_key, want.entries["e2"].minutes) == (115, KEY, 75)
    assert want.entries["e1"].content_hash == "h-e1"


def test_an_entry_that_is_gone_leaves_its_timesheet_by_an_update() -> None:
    made = merged_bundle()
    del made.entries["e2"]
    change = shape(made).changes["b1"]
    assert change.want is not None
    assert (change.op, change.want.minutes, change.want.entry_ids) == ("update", 40, ("e1",))


def test_a_timesheet_without_entries_is_deleted() -> None:
    made = merged_bundle()
    made.entries = {}
    change = shape(made).changes["b1"]
    assert (change.op, change.want) == ("delete", None)


def test_an_entry_moved_to_another_day_leaves_its_timesheet() -> None:
    made = merged_bundle()
    made.entries["e1"] = made.entries["e1"] | {"date": pd.Timestamp("2026-11-17"), "content_hash": "moved"}
    want = shape(made).changes["b1"].want
    assert want is not None
    assert (want.entry_ids, want.minutes, want.date) == (("e2",), 60, DAY)


def test_a_timesheet_moves_when_all_its_entries_do() -> None:
    made = merged_bundle()
    day = pd.Timestamp("2026-11-17")
    made.entries = {name: row | {"date": day, "content_hash": "moved"} for name, row in made.entries.items()}
    want = shape(made).changes["b1"].want
    assert want is not None
    assert (want.date, want.minutes, want.group_key) == (day.date(), 100, KEY)


def test_a_choice_by_dates_still_follows_an_entry_that_was_moved_out_of_them() -> None:
    made = Practice(entries={"e1": entry(date=pd.Timestamp("2026-10-05"), content_hash="moved")})
    made.ledger, made.choice = {"e1": bundle()}, Choice(start=DAY)
    assert list(shape(made).changes) == ["b1"]


@pytest.mark.parametrize(
    "spoil",
    [
        {"settings": PushSettings(period_closed_until=DAY)},
        {"choice": Choice(staff=("s2",))},
        {"task_links": {}},
        {"ledger": {"e1": bundle(by_hand=True)}},
        {"ledger": {"e1": bundle(invoiced=True)}},
        {"ledger": {"e1": bundle(state="drifted")}},
        {"entries": {"e1": entry(minutes=45, content_hash="h2", status="draft")}},
    ],
    ids=lambda spoil: next(iter(spoil)),
)
def test_a_change_waits_while_something_speaks_against_it(spoil: dict[str, Any]) -> None:
    made = Practice(entries={"e1": entry(minutes=45, content_hash="h2")}, ledger={"e1": bundle()})
    vars(made).update(spoil)
    assert shape(made).changes == {}


@pytest.mark.parametrize("choice", ["send_ours", "late_ok"])
def test_a_person_may_let_a_change_through(choice: str) -> None:
    made = Practice(entries={"e1": entry(minutes=45, content_hash="h2")}, ledger={"e1": bundle()})
    if choice == "send_ours":
        made.ledger = {"e1": bundle(state="drifted", reason="minutes")}
        made.choices = {"e1": {"choice": choice, "why": "ours is right", "by": "Kim"}}
    else:
        made.settings = PushSettings(period_closed_until=DAY)
        made.choices = {"e1": {"choice": "", "late_ok": True, "why": "agreed", "by": "Kim"}}
    assert shape(made).changes["b1"].op == "update"


def test_an_entry_let_through_late_is_ready() -> None:
    made = Practice(settings=PushSettings(period_closed_until=DAY))
    made.choices = {"e1": {"choice": "", "late_ok": True, "why": "agreed", "by": "Kim"}}
    assert only(made).entry_ids == ("e1",)


def test_a_choice_by_client_leaves_withdrawn_time_where_it_is() -> None:
    made = Practice(entries={}, ledger={"e1": bundle()}, choice=Choice(clients=("c1",)))
    assert shape(made).changes == {}
    made.choice = Choice(start=DAY)
    assert shape(made).changes["b1"].op == "delete"


def test_rounded_minutes_are_sent_and_raw_ones_kept() -> None:
    made = Practice(entries=day_of(7, 8), settings=PushSettings(merging="day", rounding="up", rounding_minutes=6))
    want = only(made)
    assert (want.minutes, want.entries["e1"].minutes, want.entries["e1"].sent_minutes) == (24, 7, 12)


def test_rounding_up_never_trips_the_total_of_the_day() -> None:
    made = Practice(entries=day_of(7, 8), settings=PushSettings(rounding="up", rounding_minutes=15))
    made.ledger = {"e1": bundle(content_hash="h-e1", minutes=15, sealed_minutes=7)}
    made.times = {"u1": timesheet(minutes=15)}
    assert made.standings().loc["e2", ["reason", "sent_minutes", "day_minutes"]].tolist() == ["", 15, 30]


def test_what_was_sent_keeps_its_minutes_when_the_rounding_changes() -> None:
    made = Practice(entries=day_of(7), settings=PushSettings(rounding="up", rounding_minutes=15))
    made.ledger = {"e1": bundle(content_hash="h-e1", minutes=7, sealed_minutes=7)}
    row = made.standings().loc["e1"]
    assert (row["standing"], row["sent_minutes"], row["xpm_minutes"]) == ("synced", 7, 7)


def test_a_merged_timesheet_is_compared_with_typed_time_as_a_whole() -> None:
    made = Practice(entries=day_of(10, 20), settings=MERGED, times={"x1": timesheet(minutes=30)})
    assert made.standings()["reason"].tolist() == ["looks equal", "looks equal"]


def test_the_note_follows_the_template() -> None:
    made = Practice(settings=PushSettings(note_template="{client}: {note} ({staff})"))
    assert only(made).note == "Smith Pty Ltd: Bank (Aroha)"


@pytest.mark.parametrize(("start", "end"), [("09:00", "09:15"), ("23:50", "")])
def test_the_end_of_a_span_follows_its_rounded_minutes(start: str, end: str) -> None:
    made = Practice(entries=day_of(12, start=start, end="09:12"))
    made.settings = PushSettings(rounding="nearest", rounding_minutes=15)
    assert (only(made).start, only(made).end) == (start if end else "", end)


minutes = st.lists(st.integers(1, 90), min_size=1, max_size=8)
merging = st.sampled_from(("none", "day", "one line"))


@settings(max_examples=40, deadline=None)
@given(minutes, merging, st.sampled_from(("none", "nearest", "up")), st.sampled_from(("entry", "day")), st.randoms())
def test_shares_make_the_timesheets_and_order_changes_nothing(
    worked: list[int], merging: str, rounding: str, scope: str, random: Any
) -> None:
    how = PushSettings(merging=merging, rounding=rounding, rounding_minutes=6, rounding_scope=scope)
    entries = day_of(*worked)
    mixed = list(entries.items())
    random.shuffle(mixed)
    shaped, again = shape(Practice(entries=entries, settings=how)), shape(Practice(entries=dict(mixed), settings=how))
    assert dict(shaped.wanted) == dict(again.wanted)
    for want in shaped.wanted.values():
        assert want.minutes == sum(held.sent_minutes for held in want.entries.values())


def test_a_correction_a_person_asked_for_is_a_timesheet_of_its_own() -> None:
    made = Practice(entries={"e1": entry(minutes=45, content_hash="h2")}, ledger={"e1": bundle(invoiced=True)})
    made.choices = {"e1": {"choice": "correct", "xpm_time_id": "h2", "why": "typo", "by": "Kim"}}
    [want] = shape(made).wanted.values()
    assert (want.minutes, want.entry_ids, want.note) == (-15, ("e1",), "Correction: Bank")
    assert shape(made).sheets["minutes"].tolist() == [-15]


@pytest.mark.parametrize(
    ("mode", "start", "end", "sent"),
    [
        ("start and end", "09:00", "09:30", ("09:00", "09:30")),
        ("duration", "09:00", "09:30", ("", "")),
        # The clocks tell 40 minutes, 30 had passed: XPM would count for itself.
        ("start and end", "09:00", "09:40", ("", "")),
        ("start and end", "23:30", "24:00", ("", "")),
        ("start and end", "", "", ("", "")),
    ],
)
def test_xpm_gets_start_and_end_only_as_chosen_and_where_they_tell_the_minutes(
    mode: str, start: str, end: str, sent: tuple[str, str]
) -> None:
    want = only(Practice(entries=day_of(30, start=start, end=end), settings=PushSettings(entry_mode=mode)))
    assert (want.start, want.end, want.minutes) == (*sent, 30)


@pytest.mark.parametrize(("mode", "sent"), [("start and end", ("09:00", "09:20")), ("duration", ("", ""))])
def test_an_update_sends_start_and_end_as_chosen(mode: str, sent: tuple[str, str]) -> None:
    made = Practice(entries=day_of(20, start="09:00", end="09:20"), settings=PushSettings(entry_mode=mode))
    made.ledger = {"e1": bundle(content_hash="as it was")}
    [change] = shape(made).changes.values()
    assert change.want is not None
    assert (change.want.start, change.want.end) == sent
