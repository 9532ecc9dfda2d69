"""Why tasks of a practice have no job task, as the review and a task's page say it."""

from __future__ import annotations

import pytest

from core.model import Kind, Verdict
from core.store import Store
from core.workspace import Workspace
from tests.fakes import FakeClock
from tests.workspace.ready_practice import make_practice, write


@pytest.fixture
def ws(store: Store, clock: FakeClock) -> Workspace:
    """The ready practice, whose tasks nobody has decided about."""
    workspace = make_practice(store, clock)
    tasks = workspace.review.decisions(Kind.TASK)
    for task_id, seen in tasks["id"].items():
        workspace.review.decide(Kind.TASK, Verdict.REOPENED, {str(task_id): ""}, seen={str(task_id): int(seen)})
    return workspace


def test_a_task_that_is_certain_has_no_gap(ws: Workspace) -> None:
    assert ws.gaps.explain("T1") == ""


def test_an_open_process_is_what_is_missing(ws: Workspace) -> None:
    seen = int(ws.review.decisions(Kind.PROCESS).loc["P1", "id"])
    ws.review.decide(Kind.PROCESS, Verdict.REOPENED, {"P1": ""}, seen={"P1": seen})
    assert ws.gaps.explain("T1") == "Its process 'BAS' is not mapped to an XPM task yet."
    assert ws.gaps.table()["page"].to_dict() == {"T1": "work", "T2": "work"}


def test_the_review_says_why_a_task_is_open(ws: Workspace) -> None:
    write(ws.store, "xpm", "job_tasks", {"XT1": {"job": "J1", "task_type_id": "XP1", "name": "BAS"}})
    ws.proposing.propose([Kind.TASK])
    row = ws.review.rows(Kind.TASK).loc["T2"]
    assert (row["state"], row["explanation"]) == (
        "open",
        "The client's open job does not hold the task 'Activity statement'.",
    )


def test_the_next_question_is_asked_after_a_decision(ws: Workspace) -> None:
    assert not ws.gaps.table()["sentence"].any()
    seen = int(ws.review.decisions(Kind.CLIENT).loc["C1", "id"])
    ws.review.decide(Kind.CLIENT, Verdict.EXCLUDED, {"C1": ""}, seen={"C1": seen})
    assert ws.gaps.table()["sentence"].to_dict() == {"T1": "Its client 'Acme' is excluded from XPM.", "T2": ""}


def test_another_convention_proposes_tasks_anew(ws: Workspace) -> None:
    label = {"job": "J1", "task_type_id": "XP1", "name": "BAS - Quarter July"}
    write(ws.store, "xpm", "job_tasks", {"XT1": label})
    job = {"name": "BAS FY2027", "client_id": "XC1", "state": "In progress", "current": True}
    write(ws.store, "xpm", "jobs", {"J1": job})
    task = {"client_id": "C1", "process_id": "P1", "name": "BAS Sep Qtr 2026", "status": "open"}
    write(ws.store, "local", "tasks", {"T1": task})
    ws.proposing.propose([Kind.TASK])
    assert ws.review.proposals(Kind.TASK)["band"].tolist() == ["likely"]
    ws.options.change(quarter_convention="first")
    assert ws.review.proposals(Kind.TASK)["band"].tolist() == ["certain"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("BAS Sep Qtr 2026", "Jul to Sep 2026."),
        ("Advisory", "Names no period."),
        ("Report HY26", "Names no period, though “HY26” looks like one."),
    ],
)
def test_a_label_can_be_tried(ws: Workspace, text: str, told: str) -> None:
    assert ws.gaps.try_label(text) == told


def test_a_label_in_doubt_says_why_when_tried(ws: Workspace) -> None:
    assert "July is not the last month of a quarter, so a person is asked." in ws.gaps.try_label("BAS - Quarter July")
    assert ws.gaps.tell_conventions().startswith("The financial year ends in June, and a quarter is named by its last")
