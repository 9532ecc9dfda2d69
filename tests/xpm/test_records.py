"""Records take what XPM may send and refuse what cannot be true."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from core.xpm.records import JobTask, TimeRecord

TIME = {"UUID": "f1", "Staff/UUID": "a1", "Date": "2026-11-20T00:00:00"}


def test_the_time_gathered_on_one_task_may_be_that_of_a_large_firm() -> None:
    assert JobTask.model_validate({"UUID": "d1", "ActualMinutes": "17209197"}).actual_minutes == 17_209_197


@pytest.mark.parametrize("minutes", ["17209197", "7.5", "", "1e3"])
def test_one_timesheet_of_impossible_minutes_is_refused(minutes: str) -> None:
    with pytest.raises(ValidationError):
        TimeRecord.model_validate({**TIME, "Minutes": minutes})


def test_a_negative_correction_is_taken() -> None:
    assert TimeRecord.model_validate({**TIME, "Minutes": "-30"}).minutes == -30
