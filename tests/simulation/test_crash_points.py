"""Every crash point of a batch of three: killed before and after each durable write and each call, it heals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.simulation.cases import Stage

NAMES = ("e1", "e2", "e3")
MOST_POINTS = 400

FAULTS: dict[str, list[dict[str, Any]]] = {
    "no fault": [],
    "lost answer": [{"fault": "drop_after", "method": "POST", "path": "time.api/add", "nth": [2]}],
    "lost request": [{"fault": "drop_before", "method": "POST", "path": "time.api/add", "nth": [2]}],
    "limit": [{"fault": "limit_minute", "method": "POST", "path": "time.api/add", "nth": [2]}],
}


def record_three(stage: Stage) -> None:
    for number, name in enumerate(NAMES, start=1):
        stage.record(name, 10 * number)


def visit_points(prepare: Callable[[Stage], None], check: Callable[[Stage, int], None]) -> int:
    """Kill at the first point, at the second, and so on until the push ends before; gives how many there were."""
    for point in range(1, MOST_POINTS):
        stage = Stage()
        try:
            prepare(stage)
            worker = stage.process
            worker.countdown = point
            stage.push(0.5)
            died = not worker.alive
            worker.countdown = 0
            if died:
                stage.process = stage.start("w1")
            stage.push(3)
            stage.push(3)
            check(stage, point)
        finally:
            stage.close()
        if not died:
            return point - 1
    raise AssertionError(f"a push touches its seams more than {MOST_POINTS} times")


@pytest.mark.parametrize("fault", FAULTS)
def test_a_death_at_any_point_of_a_batch_leaves_each_entry_in_xpm_once(fault: str) -> None:
    def prepare(stage: Stage) -> None:
        record_three(stage)
        stage.strike(*FAULTS[fault])

    def check(stage: Stage, point: int) -> None:
        assert [len(stage.live(name)) for name in NAMES] == [1, 1, 1], point
        assert [stage.bundle(name).state for name in NAMES] == ["confirmed"] * 3, point

    assert visit_points(prepare, check) > 30


def test_a_death_at_any_point_of_changes_leaves_each_change_done_once() -> None:
    def prepare(stage: Stage) -> None:
        record_three(stage)
        stage.push()
        stage.scene.office.edit("e1")
        stage.scene.office.delete("e2")

    def check(stage: Stage, point: int) -> None:
        assert [len(stage.live(name)) for name in NAMES] == [1, 0, 1], point
        assert [stage.bundle(name).state for name in NAMES] == ["confirmed", "retracted", "confirmed"], point
        assert stage.live("e1")[0].minutes == stage.scene.office.entries["e1"].minutes, point

    assert visit_points(prepare, check) > 15
