"""Time typed by hand: is it the work about to be sent, and would the day be too full?"""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from core.push.lookalikes import find_lookalikes, find_over_days

DAY = date(2026, 11, 18)
PLACE = {"staff_id": "S1", "date": DAY, "job": "J1", "task_id": "JT1"}


def rows(**minutes: int) -> pd.DataFrame:
    return pd.DataFrame.from_dict({name: PLACE | {"minutes": n} for name, n in minutes.items()}, orient="index")


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ({"x1": 60}, "x1"),
        ({"x1": 60, "x2": 60}, "x1,x2"),
        ({"x1": 25, "x2": 35}, "x1,x2"),
        ({"x1": 5, "x2": 20, "x3": 40}, "x2,x3"),
        ({"x1": 45}, ""),
        ({"x1": 61}, ""),
        ({f"x{n}": 5 for n in range(12)}, ",".join(f"x{n}" for n in range(12))),
    ],
)
def test_equal_rows_or_rows_that_add_up_look_equal(typed: dict[str, int], found: str) -> None:
    assert find_lookalikes(rows(e1=60), rows(**typed))["e1"] == found


@pytest.mark.parametrize("part", ["staff_id", "job", "task_id", "date"])
def test_another_person_day_job_or_task_is_other_work(part: str) -> None:
    foreign = rows(x1=60)
    foreign[part] = date(2026, 11, 17) if part == "date" else "other"
    assert find_lookalikes(rows(e1=60), foreign)["e1"] == ""


@pytest.mark.parametrize(
    ("sent", "there", "local", "tolerance", "over"),
    [(60, 0, 60, 0, False), (60, 1, 60, 0, True), (60, 15, 60, 15, False), (60, 1400, 2000, 0, True)],
)
def test_a_day_may_not_hold_more_than_was_recorded(
    sent: int, there: int, local: int, tolerance: int, over: bool
) -> None:
    full = find_over_days(rows(e1=sent), rows(x1=there), pd.Series([local]), tolerance)
    assert list(full) == [over]


def test_the_entries_of_one_day_are_counted_together() -> None:
    drafts = rows(e1=30, e2=30)
    assert list(find_over_days(drafts, rows(x1=30), pd.Series([60, 60]), 0)) == [True, True]
