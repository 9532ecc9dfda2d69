"""Frames are read once per process, and anew as soon as a side was read again."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from core.model import LOCAL_FRAMES, shape_frame
from core.settings import Settings
from core.store import Practice, Store
from core.workspace import Workspace
from tests.fakes import FakeClock


@pytest.fixture
def workspace(store: Store, tmp_path: Path) -> Workspace:
    store.practices.create(Practice("p", "P", "Australia/Sydney"))
    return Workspace("p", Settings(data_dir=tmp_path), store, FakeClock())


def load(workspace: Workspace, **minutes: int) -> None:
    """Load these entries, as `Sides.load_local` writes them."""
    times = pd.DataFrame({"minutes": minutes.values(), "date": pd.Timestamp("2026-11-18")}, index=list(minutes))
    frames = workspace.store.frames
    frames.write("local", "actual_times", "p", shape_frame(times, LOCAL_FRAMES["actual_times"]))
    frames.mark_part("p", "local", "actual_times", True, len(times), str(minutes))


def test_a_load_is_seen_by_every_workspace_at_once(workspace: Workspace) -> None:
    other = Workspace("p", workspace.settings, workspace.store, workspace.clock)
    for minutes in (30, 45):
        load(workspace, E1=minutes)
        assert [one.local("actual_times")["minutes"].tolist() for one in (workspace, other)] == [[minutes]] * 2


def test_what_one_reader_does_to_a_frame_no_other_sees(workspace: Workspace) -> None:
    load(workspace, E1=30)
    mine = workspace.local("actual_times")
    mine["minutes"] = 0
    mine.loc["E1", "note"] = "mine"
    assert workspace.local("actual_times").loc["E1", ["minutes", "note"]].tolist() == [30, ""]


def test_standings_are_the_same_frame_until_something_changes(workspace: Workspace) -> None:
    load(workspace, E1=30)
    other = Workspace("p", workspace.settings, workspace.store, workspace.clock)
    first = workspace.time.standings()
    assert other.time.standings() is first
    workspace.time.choose(["E1"], "exclude", "quoted")
    assert other.time.standings().loc["E1", "reason"] == "entry excluded"
