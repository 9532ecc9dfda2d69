"""Death at every call of every seam, before and after its effect: started again, each entry is in XPM once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from core.push.run import End
from core.store.engine import open_engine
from tests.push.desk import Desk
from tests.push.fake_xpm import Killed, Life

ONCE = [10, 20, 30]


def die_at(desk: Desk, call: int, *, after: bool) -> bool:
    """Push until that call; whether the run got that far."""
    life = Life(call, after=after)
    try:
        desk.push(life=life)
    except Killed:
        return True
    return life.calls >= call


def heal(desk: Desk) -> None:
    """A worker of the same name starts again, as often as its runs ask for."""
    result = desk.push_until_calm()
    assert result.end is End.DONE, result


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("fault", ["", "lost_after", "lost_before", "429"])
def test_dying_at_any_call_leaves_each_entry_in_xpm_once(
    sqlite_template: Path, tmp_path: Path, after: bool, fault: str
) -> None:
    for call in range(1, 200):
        folder = tmp_path / str(call)
        folder.mkdir()
        shutil.copyfile(sqlite_template, folder / "tieout.db")
        engine = open_engine(f"sqlite:///{folder / 'tieout.db'}")
        desk = Desk(engine, folder)
        desk.xpm.faults = {2: fault} if fault else {}
        reached = die_at(desk, call, after=after)
        heal(desk)
        assert desk.sent_minutes() == ONCE, call
        assert set(desk.states().values()) == {"confirmed"}, call
        engine.dispose()
        if not reached:
            return
    raise AssertionError("the push makes more than 200 calls")


@pytest.mark.parametrize("call", range(10, 30, 3))
def test_a_death_on_either_database_heals(desk: Desk, call: int) -> None:
    die_at(desk, call, after=True)
    heal(desk)
    assert desk.sent_minutes() == ONCE


def test_a_bundle_left_in_sending_is_in_doubt_and_never_ready(desk: Desk) -> None:
    desk.xpm.before_add = lambda: (_ for _ in ()).throw(Killed())
    with pytest.raises(Killed):
        desk.push()
    assert sorted(desk.states().values()) == ["ready", "ready", "sending"]
    desk.xpm.before_add = lambda: None
    result = desk.push()
    assert (result.end, desk.states()["e1"]) == (End.PAUSED, "unknown")


def test_another_owner_waits_for_the_dead_ones_lease(desk: Desk) -> None:
    die_at(desk, 20, after=True)
    desk.owner = "w2"
    assert desk.push().end is End.PAUSED
    heal(desk)
    assert desk.sent_minutes() == ONCE
