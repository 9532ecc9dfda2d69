"""The commands of pushing on a small practice: which time is meant, and runs that rest and go on."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from core.cli.main import app
from core.cli.terminal import run_guarded
from core.model import RunKind, RunState
from core.push.rules import Choice
from core.store import Store, open_engine
from core.workspace import Workspace
from tests.fakes import FakeClock, counting_ids
from tests.workspace.ready_practice import make_practice, write_entries

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def practice(sqlite_template: Path, tmp_path: Path) -> Iterator[Workspace]:
    """Three ready entries: of yesterday, of the week before, of October."""
    (tmp_path / "tieout.db").write_bytes(sqlite_template.read_bytes())
    engine, clock = open_engine(f"sqlite:///{tmp_path / 'tieout.db'}"), FakeClock()
    made = make_practice(Store(engine, clock, counting_ids("run")), clock, as_of=clock.now().date())
    dates = {"E1": "2026-11-19", "E2": "2026-11-09", "E3": "2026-10-01"}
    write_entries(made, {one: {"date": day} for one, day in dates.items()})
    made.choices.save("Week", Choice(look_back_days=7))
    yield made
    engine.dispose()


@pytest.fixture
def run(practice: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Command]:
    def call(*arguments: object) -> tuple[int, str, str]:
        code = run_guarded(lambda: app([str(one) for one in arguments], standalone_mode=False))
        said = capsys.readouterr()
        return code, said.out, said.err

    assert practice.practice_id == "p"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TIEOUT_DATA_DIR", str(tmp_path))
        for name in ("DATABASE_URL", "PRACTICE", "DEMO"):
            patch.delenv(f"TIEOUT_{name}", raising=False)
        yield call


def create(out: str) -> int:
    plan: dict[str, Any] = json.loads(out)
    return int(plan["create"])


@pytest.mark.parametrize(
    ("options", "entries"),
    [
        ((), 3),
        (("--rule", "Week"), 1),
        (("--look-back", 30), 2),
        (("--rule", "Week", "--look-back", 30), 2),
        (("--missing", "--look-back", 90), 3),
        (("--missing", "--rule", "Week"), 1),
        (("--missing", "--rule", "Week", "--look-back", 14), 2),
        (("--from", "2026-10-01", "--to", "2026-11-10"), 2),
    ],
)
def test_a_push_takes_the_time_it_was_asked_for(run: Command, options: tuple[object, ...], entries: int) -> None:
    code, out, _ = run("push", "--dry-run", "--json", *options)
    assert (code, create(out)) == (0, entries)


def test_dates_named_in_two_ways_are_refused(run: Command) -> None:
    code, out, err = run("push", "--dry-run", "--missing", "--from", "2026-10-01")
    assert (code, out) == (2, "")
    assert "name the dates in two ways" in err


def test_a_paused_run_is_found_by_the_first_letters_of_its_id(run: Command, practice: Workspace) -> None:
    asked = practice.store.runs.queue("p", RunKind.PUSH, "Kim")
    code, out, _ = run("pause", asked.id[:4])
    assert (code, practice.store.runs.get(asked.id).state) == (0, RunState.PAUSED)
    assert "rests" in out


def test_a_run_that_is_over_is_not_paused(run: Command, practice: Workspace) -> None:
    asked = practice.store.runs.queue("p", RunKind.PUSH, "Kim")
    practice.store.runs.finish(asked.id, RunState.DONE)
    code, _, err = run("pause", asked.id)
    assert code == 1
    assert "is done already" in err


def test_letters_that_begin_several_runs_are_not_guessed(run: Command, practice: Workspace) -> None:
    for _ in range(2):
        practice.store.runs.queue("p", RunKind.PUSH, "Kim")
    code, _, err = run("pause", "run-")
    assert code == 2
    assert "begins the ids of 2 runs" in err
    assert run("pause", "zzz")[0] == 2


def test_a_resumed_run_is_carried_to_its_end(run: Command, practice: Workspace) -> None:
    asked = practice.store.runs.queue("p", RunKind.PROPOSE, "Kim")
    run("pause", asked.id)
    code, out, _ = run("resume", asked.id, "--json")
    assert (code, json.loads(out)["state"]) == (0, "done")


def test_missing_timesheets_are_reported_by_staff_and_day(run: Command, tmp_path: Path) -> None:
    code, out, _ = run("report", "missing", "--from", "2026-11-01", "--out", tmp_path / "m.csv", "--json")
    told = json.loads(out)
    assert (code, told["entries"], told["minutes"], told["by_reason"]) == (0, 2, 60, {"ready": 60})
    assert told["by_staff"] == {"Ann": 60}
    assert "nothing recorded" in (tmp_path / "m.csv").read_text(encoding="utf-8-sig")


def test_without_drift_the_report_is_empty(run: Command) -> None:
    code, out, _ = run("report", "drift", "--json")
    assert (code, json.loads(out)) == (0, {"entries": 0, "minutes": 0, "xpm_minutes": 0, "by_reason": {}})
