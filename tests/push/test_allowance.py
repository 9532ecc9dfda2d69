"""How much of the day a push takes."""

from __future__ import annotations

from dataclasses import replace

from core.push.allowance import Allowance
from core.push.job import End, Ending
from core.push.ports import Seams
from tests.push.desk import Desk, FakeMeter


class Day:
    """A day with so many calls left, of which 200 are kept for reading; `renewed` is what XPM's next answer tells."""

    def __init__(self, desk: Desk, left: int, renewed: int | None = None) -> None:
        self.left, self._renewed = left, renewed
        self.asked, self._desk = 0, desk
        self.ending = Ending("r1", desk.clock)
        self.allowance = Allowance(self.make_seams(), self.ending)

    def make_seams(self) -> Seams:
        return replace(self._desk.seams(), sender=self, read_meter=lambda: FakeMeter(self.left))  # type: ignore[arg-type]

    def list_times(self, *_: object) -> list[object]:
        self.asked += 1
        self.left = self.left if self._renewed is None else self._renewed
        return []


def test_the_reserve_and_the_checks_are_left_out(desk: Desk) -> None:
    assert Day(desk, 250).allowance.count_affordable(checks=4, each=1, wanted=99) == 46
    assert Day(desk, 250).allowance.count_affordable(checks=0, each=2, wanted=99) == 25


def test_a_spent_day_ends_the_run_and_it_looks_again_within_the_hour(desk: Desk) -> None:
    day = Day(desk, 203)
    assert day.allowance.count_affordable(checks=4, each=1, wanted=7) == 0
    assert day.ending.result is not None
    assert (day.ending.result.end, day.ending.result.message[:9]) == (End.PAUSED, "7 entries")
    assert day.ending.result.resume_at is not None
    assert (day.ending.result.resume_at - desk.clock.now()).total_seconds() == 3600


def test_xpm_is_asked_once_whether_its_day_began_anew(desk: Desk) -> None:
    day = Day(desk, 200, renewed=1000)
    assert day.allowance.count_affordable(checks=0, each=1, wanted=7) == 800
    assert (day.asked, day.ending.result) == (1, None)


def test_xpm_that_has_just_answered_is_not_asked_again(desk: Desk) -> None:
    day = Day(desk, 200, renewed=1000)
    day.allowance.has_read = True
    assert day.allowance.count_affordable(checks=0, each=1, wanted=7) == 0
    assert day.asked == 0
