"""Schedules follow what the practices have set; a time of day is one of the practice's zone."""

from __future__ import annotations

from datetime import UTC, datetime

from core.store import Practice
from core.store import Settings as PracticeSettings
from core.work.schedules import TIDY, list_schedules, write_cron
from core.workspace.automating import Chore, find_latest, find_next, list_times

ZONE = "Australia/Sydney"
#: 12:00 in Sydney, in summer.
NOON = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


def make_practice(**settings: object) -> Practice:
    off: dict[str, object] = {"automatic_sync_at": (), "sweep_at": ""}
    return Practice("p", "P", ZONE, None, PracticeSettings(**off | settings))  # type: ignore[arg-type]  # by name


def test_every_chore_that_is_on_has_a_schedule_per_time_of_day_in_the_practices_zone() -> None:
    practice = make_practice(automatic_push=True, automatic_push_at=("12:30", "18:05"), sweep_at="02:00")
    made = {one.name: (one.cron, one.zone) for one in list_schedules([practice])}
    assert made == {
        "p:push:12:30": ("30 12 * * *", ZONE),
        "p:push:18:05": ("5 18 * * *", ZONE),
        "p:sweep:02:00": ("0 2 * * *", ZONE),
        TIDY: ("40 3 * * *", "UTC"),
    }


def test_a_push_that_is_switched_off_has_no_schedule() -> None:
    practice = make_practice(automatic_push=False, automatic_push_at=("18:00",))
    assert [one.name for one in list_schedules([practice])] == [TIDY]
    assert list_times(practice.settings, Chore.PUSH) == ()


def test_a_schedule_says_which_practice_and_what() -> None:
    made = list_schedules([make_practice(automatic_sync_at=("06:00",))])
    assert made[0].order == {"practice": "p", "what": "sync"}


def test_midnight_is_a_time_of_day() -> None:
    assert write_cron("00:00") == "0 0 * * *"


def test_the_next_time_may_be_tomorrow_and_the_last_one_yesterday() -> None:
    assert find_next(["18:00"], ZONE, NOON) == datetime(2026, 11, 20, 7, 0, tzinfo=UTC)
    assert find_next(["06:00"], ZONE, NOON) == datetime(2026, 11, 20, 19, 0, tzinfo=UTC)
    assert find_latest(["18:00"], ZONE, NOON) == datetime(2026, 11, 19, 7, 0, tzinfo=UTC)
    assert find_latest(["06:00", "11:59", "12:00"], ZONE, NOON) == NOON


def test_without_times_nothing_is_due() -> None:
    assert (find_next([], ZONE, NOON), find_latest([], ZONE, NOON)) == (None, None)


def test_a_time_of_day_moves_with_summer_time() -> None:
    before, after = datetime(2026, 10, 3, tzinfo=UTC), datetime(2026, 10, 4, tzinfo=UTC)
    assert find_next(["18:00"], ZONE, before) == datetime(2026, 10, 3, 8, 0, tzinfo=UTC)
    assert find_next(["18:00"], ZONE, after) == datetime(2026, 10, 4, 7, 0, tzinfo=UTC)
