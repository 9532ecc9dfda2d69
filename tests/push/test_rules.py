"""Which Actual Times: what a choice leaves out, and that it survives being saved."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from core.model import Reason
from core.push.rules import BadChoice, Choice

TODAY = date(2026, 11, 20)


def frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "date": pd.to_datetime(["2026-11-01", "2026-11-19", "2026-11-20"]),
            "staff_id": ["s1", "s2", "s1"],
            "client_id": ["c1", "c1", "c2"],
            "process_id": ["p1", "p2", "p1"],
            "billable": [True, False, True],
            "task_status": ["open", "completed", ""],
            "client_group": ["Birds", "Birds", ""],
            "status": ["committed", "Draft", "committed"],
            "approved": [False, True, True],
            "minutes": [5, -30, 60],
            "note": ["  ", "Bank", "Call"],
        },
        index=["e1", "e2", "e3"],
    )


def test_an_empty_choice_lets_everything_through() -> None:
    assert set(Choice().leaves_out(frame(), TODAY)) == {""}


def test_both_ends_of_the_dates_are_let_through() -> None:
    left_out = Choice(start=date(2026, 11, 1), end=date(2026, 11, 19)).leaves_out(frame(), TODAY)
    assert list(left_out) == ["", "", Reason.RULE_DATES]


@pytest.mark.parametrize(("days", "left_out"), [(1, 2), (2, 1), (20, 0), (0, 2)])
def test_a_look_back_counts_today(days: int, left_out: int) -> None:
    assert Choice(look_back_days=days).leaves_out(frame(), TODAY).ne("").sum() == left_out


def test_each_part_names_its_own_reason() -> None:
    choices = {
        Reason.RULE_STAFF: Choice(staff=("s2",)),
        Reason.RULE_CLIENTS: Choice(clients=("c9",)),
        Reason.RULE_PROCESSES: Choice(processes=("p2",)),
        Reason.RULE_BILLABLE: Choice(billable=False),
        Reason.RULE_STATUS: Choice(task_statuses=("completed",)),
        Reason.RULE_GROUPS: Choice(client_groups=("Fish",)),
        Reason.RULE_COMMITTED: Choice(committed=False),
        Reason.RULE_APPROVED: Choice(approved=True),
        Reason.RULE_MINUTES: Choice(min_minutes=6),
        Reason.RULE_NOTE: Choice(has_note=True),
        Reason.RULE_ENTRIES: Choice(entries=("e2",)),
    }
    for reason, choice in choices.items():
        assert choice.leaves_out(frame(), TODAY)["e1"] == reason


def test_of_several_parts_the_first_gives_the_reason() -> None:
    choice = Choice(start=date(2026, 11, 2), staff=("s2",), has_note=True)
    assert choice.leaves_out(frame(), TODAY)["e1"] == Reason.RULE_DATES


def test_a_correction_is_as_long_as_what_it_takes_back() -> None:
    assert list(Choice(min_minutes=30).leaves_out(frame(), TODAY)) == [Reason.RULE_MINUTES, "", ""]


def test_a_client_without_a_group_is_in_no_group() -> None:
    assert list(Choice(client_groups=("Birds",)).leaves_out(frame(), TODAY)) == ["", "", Reason.RULE_GROUPS]


def test_missing_time_goes_though_it_lies_before_the_look_back() -> None:
    choice = Choice(look_back_days=1, missing=("e1",))
    assert list(choice.leaves_out(frame(), TODAY)) == ["", Reason.RULE_DATES, ""]


def test_missing_time_waives_neither_the_start_nor_any_other_part() -> None:
    early = Choice(start=date(2026, 11, 2), look_back_days=1, missing=("e1",))
    other = Choice(look_back_days=1, staff=("s2",), missing=("e1",))
    assert early.leaves_out(frame(), TODAY)["e1"] == Reason.RULE_DATES
    assert other.leaves_out(frame(), TODAY)["e1"] == Reason.RULE_STAFF


def test_a_part_asks_only_for_its_own_column() -> None:
    assert list(Choice(billable=True).leaves_out(frame()[["billable"]], TODAY)) == ["", Reason.RULE_BILLABLE, ""]


def test_a_part_can_be_taken_alone_or_left_out() -> None:
    choice = Choice(look_back_days=7, staff=("s1",), has_note=True, name="Week")
    assert choice.only("dates") == Choice(look_back_days=7)
    assert choice.without("dates") == Choice(staff=("s1",), has_note=True)


def test_a_choice_survives_being_saved() -> None:
    choice = Choice(date(2026, 1, 1), None, 31, ("s1",), ("c1", "c2"), (), False, ("completed",))
    assert Choice.from_json(choice.to_json()) == choice
    assert Choice.from_json("") == Choice.from_json("{}") == Choice()


def test_every_part_survives_being_saved() -> None:
    groups = Choice(client_groups=("Birds",), committed=True, approved=False, min_minutes=6, has_note=True)
    single = Choice(entries=("e1",), missing=("e2", "e3"))
    assert [Choice.from_json(choice.to_json()) for choice in (groups, single)] == [groups, single]


def test_a_choice_saved_before_there_were_more_parts_is_still_read() -> None:
    text = '{"billable": true, "look_back_days": 5, "staff": ["s1"], "start": "2026-01-01", "task_statuses": []}'
    assert Choice.from_json(text) == Choice(date(2026, 1, 1), None, 5, ("s1",), (), (), True)


def test_the_name_is_no_part_of_a_choice() -> None:
    named = Choice(staff=("s1",), name="Month end")
    assert (named, named.to_json()) == (Choice(staff=("s1",)), '{"staff": ["s1"]}')
    assert (named.title, Choice().title) == ("Which Actual Times “Month end”", "Which Actual Times")


_WRONG = ["[1]", "{", '{"start": "soon"}', '{"weather": "fine"}', '{"staff": "s1"}', '{"approved": "yes"}']


@pytest.mark.parametrize("text", [*_WRONG, '{"look_back_days": true}', '{"min_minutes": "6"}'])
def test_a_saved_choice_that_cannot_be_read_says_so(text: str) -> None:
    with pytest.raises(BadChoice, match="cannot be used"):
        Choice.from_json(text)
