"""Times of day as people type them."""

from __future__ import annotations

import pytest

from core.workspace.automating import NoTimeOfDay, read_time


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("18:00", "18:00"), ("7:05", "07:05"), ("7", "07:00"), (" 00.30 ", "00:30"), ("23:59", "23:59")],
)
def test_a_typed_time_of_day_is_read(typed: str, meant: str) -> None:
    assert read_time(typed) == meant


@pytest.mark.parametrize("typed", ["", "24:00", "7pm", "12:60", "12:5", "noon", "-1:00", "1200", "١٢:00:00"])
def test_what_is_no_time_of_day_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(NoTimeOfDay, match="Type one like 18:00"):
        read_time(typed)
