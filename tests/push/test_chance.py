"""Many seeds of chance: lost answers, limits, late landings, deaths, two workers, people; then calm, and the count."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from core.push.recover import PushHalted
from core.push.run import PushResult
from core.store.engine import open_engine
from tests.push.desk import Desk, entry_rows
from tests.push.fake_xpm import Killed, Life

ENTRIES = 12
STORMS = 6
FAULTS = ("lost_before", "lost_after", "500_before", "500_after", "429", "late", "not_sent", "error")
#: Where an entry may end: in XPM, refused by it, or in front of a person.
ENDS = {"confirmed", "rejected", "drifted", "held", "needs_person"}


def push_in_storm(desk: Desk, chance: Random) -> None:
    """One life of a worker, perhaps cut off; somebody lifts what was halted for too many doubts."""
    desk.owner = chance.choice(["w1", "w1", "w2"])
    life = Life(chance.randrange(5, 90) if chance.random() < 0.6 else 0, after=chance.random() < 0.5)
    try:
        result = desk.push(entry_rows(ENTRIES), life=life)
    except Killed:
        desk.clock.advance(chance.randrange(1, 240))
        return
    except PushHalted:
        desk.ledger.lift_halt("demo", actor="Kim", why="looked")
        return
    rest(desk, result, chance)


def rest(desk: Desk, result: PushResult, chance: Random) -> None:
    """What was under way lands, always within the quiet period; people touch XPM; time goes by."""
    desk.xpm.land_late()
    if desk.xpm.sheets and chance.random() < 0.2:
        uuid = chance.choice(sorted(desk.xpm.sheets))
        desk.xpm.edit(uuid, minutes=desk.xpm.sheets[uuid].minutes + 7)
    if result.resume_at is not None:
        desk.clock.advance(max((result.resume_at - desk.clock.now()).total_seconds(), 1.0))


def calm(desk: Desk) -> None:
    desk.xpm.faults = {}
    desk.xpm.land_late()
    desk.clock.advance(600)
    desk.owner = "w1"
    for _ in range(4):
        try:
            desk.push_until_calm(entry_rows(ENTRIES))
            return
        except PushHalted:
            desk.ledger.lift_halt("demo", actor="Kim", why="looked")
    raise AssertionError(desk.ledger.halt_reason("demo"))


@pytest.mark.parametrize("seed", range(40))
def test_after_any_storm_each_entry_is_in_xpm_once_or_visibly_not(
    sqlite_template: Path, tmp_path: Path, seed: int
) -> None:
    chance = Random(seed)
    shutil.copyfile(sqlite_template, tmp_path / "tieout.db")
    desk = Desk(open_engine(f"sqlite:///{tmp_path / 'tieout.db'}"), tmp_path)
    desk.xpm.faults = {n: chance.choice(FAULTS) for n in range(1, 80) if chance.random() < 0.25}
    for _ in range(STORMS):
        push_in_storm(desk, chance)
    calm(desk)
    in_xpm = Counter(sheet.note.split(" ~")[0] for sheet in desk.xpm.sheets.values())
    assert max(in_xpm.values(), default=0) == 1
    frame = desk.ledger.frame("demo")
    assert set(frame["state"]) <= ENDS
    claimed = frame[frame["state"].isin(("confirmed", "drifted"))]
    assert set(claimed["remote_uuid"]) <= set(desk.xpm.sheets)
    assert len(claimed) + frame["state"].isin(("rejected", "held", "needs_person")).sum() == ENTRIES
    assert {f"Work {entry_id[1:]}" for entry_id in claimed.index} <= set(in_xpm)
    adds = desk.xpm.adds
    desk.push_until_calm(entry_rows(ENTRIES), run="r2")
    assert desk.xpm.adds - adds == frame["state"].eq("rejected").sum()
    desk.engine.dispose()
