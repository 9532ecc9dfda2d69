from datetime import UTC, datetime

import pytest

from core.xpm.gate import Remaining
from core.xpm.headers import read_problem, read_remaining, read_retry_after

NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        (None, 60),
        ("", 60),
        ("22", 22),
        ("0", 1),
        ("-5", 1),
        ("66975", 66975),
        ("86400", 86400),
        ("99999999999999", 86400),
        ("soon", 60),
        ("²", 60),
        ("Fri, 20 Nov 2026 01:00:30 GMT", 30),
        ("Fri, 20 Nov 2026 00:00:00 GMT", 1),
        ("Fri, 99 Nov 2026 00:00:00 GMT", 60),
    ],
)
def test_every_form_of_retry_after_becomes_seconds(said: str | None, seconds: float) -> None:
    headers = {} if said is None else {"retry-after": said}
    assert read_retry_after(headers, NOW) == seconds


@pytest.mark.parametrize("said", ["", "-1", "many", "1.5", "9999999999"])
def test_an_unreadable_count_is_unknown_and_not_zero(said: str) -> None:
    assert read_remaining({"x-minlimit-remaining": said}) == Remaining(None, None)


def test_both_counts_are_read() -> None:
    assert read_remaining({"x-minlimit-remaining": "41", "x-daylimit-remaining": "0"}) == Remaining(41, 0)


def test_the_named_limit_is_compared_without_case() -> None:
    assert read_problem({"x-rate-limit-problem": "Minute"}) == "minute"
