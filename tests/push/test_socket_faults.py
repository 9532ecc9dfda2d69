"""Nine faults of a real socket, each before and after XPM applied the request: every entry ends there exactly once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from core.push.lanes import InlineLanes
from core.push.run import End, PushResult, run_push
from core.push.settings import PushSettings
from core.sandbox.serve import RunningSandbox, ServeOptions, start_in_thread
from core.store.engine import reading
from core.store.tables import attempt_outcome
from tests.push.faulty_proxy import FAULTS, PATIENCE, Break, stand_between
from tests.push.wired import Wired, make_wanted, wire

SETTINGS = PushSettings(quiet_seconds=0.3, list_gap_seconds=0.05, deadline_seconds=10.0)
#: The list before the batch is the first call, the probe the second, so the third is an add behind a proved way.
BROKEN = 3


@pytest.fixture
def running() -> Iterator[RunningSandbox]:
    with start_in_thread(ServeOptions(limits=False)) as running:
        yield running


def push_until_calm(wired: Wired, running: RunningSandbox) -> PushResult:
    today = running.sandbox.clock.today(wired.tenant.zone)
    for _ in range(10):
        result = run_push(wired.job, make_wanted(wired.tenant, today, 3), wired.seams)
        if result.end is End.STOPPED:
            assert "redirect" in wired.ledger.halt_reason("demo")
            wired.ledger.lift_halt("demo", actor="Kim", why="the address was corrected")
        elif result.resume_at is None:
            return result
        else:
            clock = wired.seams.clock
            clock.sleep(max((result.resume_at - clock.now()).total_seconds(), 0.1))
    raise AssertionError(result)


def count_in_xpm(wired: Wired) -> Counter[str]:
    """By the sandbox's own records."""
    return Counter(time.note.split(" ~")[0] for time in wired.tenant.times.values() if "Wired" in time.note)


def count_outcomes(wired: Wired) -> Counter[str]:
    with reading(wired.engine) as connection:
        return Counter(connection.execute(select(attempt_outcome.c.outcome)).scalars())


@pytest.mark.parametrize("applies", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("fault", FAULTS)
def test_a_broken_answer_leaves_every_entry_in_xpm_once(
    running: RunningSandbox, tmp_path: Path, fault: str, applies: bool
) -> None:
    broken = Break(BROKEN, FAULTS[fault], applies)
    with (
        stand_between(running.base_url, broken) as url,
        wire(
            running,
            tmp_path,
            base_url=url,
            lanes=InlineLanes(),
            settings=SETTINGS,
            impatient=(BROKEN, PATIENCE),
        ) as wired,
    ):
        result = push_until_calm(wired, running)
        assert result.end is End.DONE
        assert count_in_xpm(wired) == {"Wired 1": 1, "Wired 2": 1, "Wired 3": 1}
        assert wired.ledger.count_states("demo") == {"confirmed": 3}
        kinds = count_outcomes(wired)
    assert kinds["in_doubt"] == 1
    assert kinds["applied"] == (2 if applies else 3)
