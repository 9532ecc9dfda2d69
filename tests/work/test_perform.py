"""However a run stops, it says so; a run whose process died is taken up again."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.model import RunKind, RunState
from core.settings import Settings
from core.store import Practice, Store
from core.store import Settings as PracticeSettings
from core.work import perform_run
from core.work.perform import tell_broken
from core.workspace import Workspace
from tests.fakes import FakeClock


@pytest.fixture
def workspace(store: Store, tmp_path: Path) -> Workspace:
    local = {"type": "folder", "path": str(tmp_path / "nowhere"), "tables": {}}
    store.practices.create(Practice("p", "P", "Australia/Sydney", None, PracticeSettings(local=local)))
    return Workspace("p", Settings(data_dir=tmp_path), store, FakeClock())


def test_a_run_that_meets_a_missing_folder_fails_with_a_sentence(workspace: Workspace) -> None:
    run = workspace.store.runs.queue("p", RunKind.LOAD, "me", {})
    ended = perform_run(workspace, run.id, "w")
    assert (ended.state, "nowhere" in ended.message) == (RunState.FAILED, True)


def test_an_outage_of_every_part_is_told_once() -> None:
    told = tell_broken({"staff": "XPM is away.", "task_types": "XPM is away.", "times:2026-11": "XPM is away."})
    assert told.count("XPM is away.") == 1
    assert "Not read either: task types, time of November 2026; Connection says why." in told


def test_every_question_about_a_shorter_list_is_told() -> None:
    question = "Look into XPM; if it is right, sync again and accept the shorter list."
    told = tell_broken({"staff": "XPM is away.", "jobs": question, "clients": question})
    assert told.count(question) == 2
    assert "Not read either: staff;" in told


def test_a_run_that_another_worker_has_is_left_alone(workspace: Workspace) -> None:
    run = workspace.store.runs.queue("p", RunKind.LOAD, "me", {})
    workspace.store.runs.start(run.id, "other")
    assert perform_run(workspace, run.id, "w").owner == "other"


def test_a_run_of_a_dead_owner_is_queued_again(workspace: Workspace) -> None:
    run = workspace.store.runs.queue("p", RunKind.LOAD, "me", {})
    workspace.store.runs.start(run.id, "other")
    assert workspace.store.runs.give_back(run.id, "other")
    assert not workspace.store.runs.give_back(run.id, "other")
    assert workspace.store.runs.get(run.id).state is RunState.QUEUED
