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
    }
    for reason, choice in choices.items():
        assert choice.leaves_out(frame(), TODAY)["e1"] == reason


def test_a_choice_survives_being_saved() -> None:
    choice = Choice(date(2026, 1, 1), None, 31, ("s1",), ("c1", "c2"), (), False, ("completed",))
    assert Choice.from_json(choice.to_json()) == choice
    assert Choice.from_json("") == Choice.from_json("{}") == Choice()


@pytest.mark.parametrize("text", ["[1]", "{", '{"start": "soon"}', '{"weather": "fine"}'])
def test_a_saved_choice_that_cannot_be_read_says_so(text: str) -> None:
    with pytest.raises(BadChoice, match="cannot be used"):
        Choice.from_json(text)
