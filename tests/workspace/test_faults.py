"""The main job on the assembled product while XPM, the network and the sign-in fail: once in XPM, or visibly not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.model import RunState
from core.push.rules import Choice
from tests.workspace.storm import ADD, LIST, WAITS, Storm, prepare

Open = Callable[..., Storm]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return prepare(tmp_path_factory.mktemp("storm") / "demo")


@pytest.fixture
def begin(prepared: Path, tmp_path: Path) -> Iterator[Open]:
    """Opens a copy of the prepared practice, with switches of the sandbox."""
    opened: list[Storm] = []

    def open_one(**switches: str) -> Storm:
        opened.append(Storm(prepared, tmp_path / f"demo{len(opened)}", **switches))
        return opened[-1]

    yield open_one
    for storm in opened:
        storm.close()


def count_lists(storm: Storm) -> int:
    """The lists before and after the batches of the next push."""
    return 2 * -(-storm.workspace.time.plan(Choice()).create // WAITS["batch_size"])


def test_a_push_that_xpm_answered_is_done_even_when_its_months_cannot_be_read_afterwards(begin: Open) -> None:
    storm = begin()
    storm.strike({**LIST, "fault": "error", "nth": list(range(count_lists(storm) + 1, 99))})
    assert storm.push().state is RunState.DONE
    assert not storm.workspace.sides.is_complete()
    storm.calm()
    storm.verify()
    assert storm.workspace.sides.is_complete()


def test_a_push_of_nothing_goes_on_after_a_pause_though_something_became_ready(begin: Open) -> None:
    storm = begin()
    last = storm.workspace.time.plan(Choice()).create
    unlisted = {**LIST, "fault": "error", "nth": list(range(count_lists(storm), 99))}
    storm.strike({**ADD, "fault": "redirect", "nth": [last]}, unlisted)
    assert storm.push().state is RunState.STOPPED
    storm.workspace.time.lift_halt("looked")
    storm.strike({**LIST, "fault": "unavailable", "nth": [3, 4, 5, 6]})
    assert [storm.push().state, storm.history[-2].state] == [RunState.DONE, RunState.PAUSED]
    assert storm.workspace.time.plan(Choice()).create == 1


def test_a_paused_push_still_shows_how_far_it_is(begin: Open) -> None:
    storm = begin()
    storm.strike({**ADD, "fault": "limit_minute", "nth": [11], "retry_after": "300"})
    assert storm.push().state is RunState.DONE
    paused = storm.history[0]
    # Up to three more were under way when XPM asked us to wait.
    assert (paused.state, paused.done) == (RunState.PAUSED, paused.counts["sent"])
    assert 10 <= paused.done <= 13
