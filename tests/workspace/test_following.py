"""Looks of a small practice: first taken without a change, compared at each reading, and answered by a person."""

from __future__ import annotations

import pytest

from core.model import Kind, RunKind, RunState, Verdict
from core.store import NewDecision, Store
from core.workspace import Workspace
from core.workspace.following import Answer, NothingToCarry, TaskMovedOn
from tests.fakes import FakeClock
from tests.workspace.ready_practice import LOCAL, XPM, make_practice, write, write_entries

TASKS, JOB_TASKS, JOBS = LOCAL["tasks"], XPM["job_tasks"], XPM["jobs"]


@pytest.fixture
def ws(store: Store, clock: FakeClock) -> Workspace:
    """T1 is open on both sides, T2 completed here and open in XPM; both were looked at."""
    workspace = make_practice(store, clock, complete_in_xpm=True, reopen_in_xpm=True)
    write_entries(workspace, {})
    assert workspace.following.take_up() == 2
    return workspace


def set_status(ws: Workspace, **statuses: str) -> None:
    write(
        ws.store,
        "local",
        "tasks",
        {one: row | {"status": statuses.get(one, row["status"])} for one, row in TASKS.items()},
    )


def rename(ws: Workspace, **names: str) -> None:
    write(
        ws.store,
        "xpm",
        "job_tasks",
        {one: row | {"name": names.get(one, row["name"])} for one, row in JOB_TASKS.items()},
    )


def verbs(ws: Workspace, task_id: str) -> list[str]:
    return list(ws.store.events.list("p", subject_kind="task", subject_id=task_id)["verb"])


def test_a_first_look_tells_nothing_and_wishes_nothing(ws: Workspace) -> None:
    assert (ws.following.take_up(), ws.following.look(), ws.following.due()) == (0, {}, [])
    assert list(ws.following.out_of_step().index) == ["T2"]


def test_a_completion_is_due_and_queued_once(ws: Workspace) -> None:
    set_status(ws, T1="Completed")
    assert ws.following.look("run-9") == {"job tasks to carry over": 1}
    assert [(due.xpm_id, due.task_ids) for due in ws.following.due()] == [("XT1", ("T1",))]
    first, second = ws.following.request(), ws.following.request()
    assert first is not None
    assert second is not None
    assert (first.kind, first.id == second.id, first.parameters) == (RunKind.FOLLOW, True, {"complete": 1, "reopen": 0})


def test_time_still_to_go_holds_a_completion_back_and_is_told(ws: Workspace) -> None:
    write_entries(ws, {"E1": {"date": "2026-11-19", "minutes": 45}})
    set_status(ws, T1="Completed")
    ws.following.look()
    assert (ws.following.due(), ws.following.request(), ws.following.unsent_minutes()) == ([], None, {"XT1": 45})
    step = ws.tasks.view("T1").step
    assert step is not None
    assert (step.wish, step.unsent) == ("complete", 45)


def test_a_link_that_was_ended_takes_its_look_with_it(ws: Workspace) -> None:
    ws.store.decisions.add([NewDecision("p", Kind.TASK, "T1", Verdict.REOPENED, "Kim")])
    ws.following.look()
    assert list(ws.store.task_looks.read("p")) == ["T2"]


def test_a_rules_link_that_no_longer_fits_is_opened_again_and_logged_as_a_decision(ws: Workspace) -> None:
    ws.store.decisions.add([NewDecision("p", Kind.TASK, "T1", Verdict.LINKED, "rule:certain", "XT1")])
    moved = {one: row | {"client_id": "XC2"} for one, row in JOBS.items()}
    write(ws.store, "xpm", "jobs", moved)
    assert ws.following.look("run-9") == {"task links opened again": 1}
    newest = ws.store.decisions.history("p", Kind.TASK, "T1").iloc[0]
    assert (newest["verdict"], newest["by"]) == ("reopened", "rule:in step")
    assert "T1" not in ws.store.task_looks.read("p")


def test_a_persons_link_that_no_longer_fits_waits_for_a_person_who_may_keep_it(ws: Workspace) -> None:
    write(ws.store, "xpm", "jobs", {one: row | {"client_id": "XC2"} for one, row in JOBS.items()})
    ws.following.look()
    conflicts = ws.following.conflicts()
    assert (list(conflicts.index), conflicts["about"].iloc[0]) == (["T1"], "link")
    ws.following.answer("T1", Answer.KEEP, ws.following.mark("T1"))
    assert ws.following.conflicts().empty
    assert ws.following.look() == {}
    assert verbs(ws, "T1")[0] == "settled"


def test_a_job_of_another_client_breaks_the_link_in_the_review(ws: Workspace) -> None:
    write(ws.store, "xpm", "jobs", {one: row | {"client_id": "XC2"} for one, row in JOBS.items()})
    row = ws.review.rows(Kind.TASK).loc["T1"]
    assert (row["state"], "another client" in row["why"]) == ("broken", True)


def test_an_answer_to_what_has_changed_since_is_refused(ws: Workspace) -> None:
    seen = ws.following.mark("T2")
    set_status(ws, T2="open")
    ws.following.look()
    with pytest.raises(TaskMovedOn, match="BAS Dec"):
        ws.following.answer("T2", Answer.CARRY, seen)


def test_a_person_lets_xpm_follow_though_nothing_changed(ws: Workspace) -> None:
    run = ws.following.answer("T2", Answer.CARRY, ws.following.mark("T2"))
    assert run is not None
    assert (run.actor, verbs(ws, "T2")[0]) == ("Kim", "to be carried over")
    assert ws.following.look() == {}
    assert [due.task_ids for due in ws.following.due()] == [("T2",)]


def test_nothing_is_carried_over_to_a_closed_job_or_where_both_agree(ws: Workspace) -> None:
    with pytest.raises(NothingToCarry, match="both sides say the same"):
        ws.following.answer("T1", Answer.CARRY, ws.following.mark("T1"))
    write(ws.store, "xpm", "jobs", {one: row | {"state": "Completed"} for one, row in JOBS.items()})
    with pytest.raises(NothingToCarry, match="job J2 is closed"):
        ws.following.answer("T2", Answer.CARRY, ws.following.mark("T2"))


def test_all_that_differs_is_carried_over_at_once(ws: Workspace) -> None:
    run = ws.following.carry_all(["T1", "T2"])
    assert run is not None
    assert run.parameters == {"complete": 1, "reopen": 0}
    assert ws.following.out_of_step().empty


def test_a_link_made_since_the_last_reading_can_be_answered_already(ws: Workspace) -> None:
    ws.store.decisions.add([NewDecision("p", Kind.TASK, "T2", Verdict.REOPENED, "Kim")])
    ws.following.look()
    ws.store.decisions.add([NewDecision("p", Kind.TASK, "T2", Verdict.LINKED, "Kim", "XT2")])
    assert ws.following.answer("T2", Answer.CARRY, ws.following.mark("T2")) is not None


def test_a_run_that_has_ended_is_followed_by_another(ws: Workspace) -> None:
    set_status(ws, T1="Completed")
    ws.following.look()
    run = ws.following.request("automatic")
    assert run is not None
    ws.store.runs.finish(run.id, RunState.DONE)
    again = ws.following.request("automatic")
    assert again is not None
    assert again.id != run.id


def test_the_card_of_a_task_tells_its_link(ws: Workspace) -> None:
    view = ws.tasks.view("T2")
    assert (view.state, view.name, view.client, view.process) == ("linked", "BAS Dec", "Bee", "BAS")
    assert view.link is not None
    assert (view.link.job, view.link.name, view.link.by, view.link.completed) == ("J2", "BAS", "Kim", False)
    assert view.step is not None
    assert (view.step.here, view.step.there, view.step.differs) == (True, False, True)


def test_the_card_says_what_is_missing_and_where_to_mend_it(ws: Workspace) -> None:
    ws.store.decisions.add([NewDecision("p", Kind.TASK, "T1", Verdict.REOPENED, "Kim")])
    ws.store.decisions.add([NewDecision("p", Kind.CLIENT, "C1", Verdict.REOPENED, "Kim")])
    fix = ws.tasks.view("T1").fix
    assert fix is not None
    assert (fix.page, "client" in fix.words) == ("clients", True)


def test_the_card_says_by_whom_a_task_is_excluded(ws: Workspace) -> None:
    ws.store.decisions.add([NewDecision("p", Kind.TASK, "T1", Verdict.EXCLUDED, "Kim", why="never billed")])
    view = ws.tasks.view("T1")
    assert view.excluded is not None
    assert (view.state, view.excluded.by, view.excluded.words) == ("excluded", "Kim", "never billed")


def test_a_task_excluded_with_its_client_names_who_excluded_that(ws: Workspace) -> None:
    ws.store.decisions.add([NewDecision("p", Kind.TASK, "T1", Verdict.REOPENED, "Kim")])
    ws.store.decisions.add([NewDecision("p", Kind.CLIENT, "C1", Verdict.EXCLUDED, "Paul")])
    view = ws.tasks.view("T1")
    assert view.excluded is not None
    assert (view.excluded.by, view.excluded.page, "client" in view.excluded.words) == ("Paul", "clients", True)


def test_a_broken_link_says_what_it_was(ws: Workspace) -> None:
    write(ws.store, "xpm", "job_tasks", {"XT2": JOB_TASKS["XT2"]})
    ws.following.look()
    view = ws.tasks.view("T1")
    assert view.fix is not None
    assert (view.state, "“BAS” of job J1 BAS is no longer in XPM" in view.fix.words) == ("broken", True)


def test_tasks_are_found_by_words_of_task_client_and_process(ws: Workspace) -> None:
    assert list(ws.tasks.find("bee bas").index) == ["T2"]
    assert list(ws.tasks.find("sep").index) == ["T1"]
    assert ws.tasks.find("nothing like it").empty


def test_a_rename_that_changes_nothing_else_is_told_and_the_link_follows(ws: Workspace) -> None:
    rename(ws, XT1="BAS (new)")
    assert ws.following.look() == {"tasks followed": 1}
    assert verbs(ws, "T1")[0] == "followed"


def test_a_rules_link_goes_on_to_the_job_task_that_took_the_place_of_the_deleted_one(ws: Workspace) -> None:
    ws.store.decisions.add([NewDecision("p", Kind.TASK, "T1", Verdict.LINKED, "rule:certain", "XT1")])
    write(ws.store, "xpm", "job_tasks", {"XT9": JOB_TASKS["XT1"], "XT2": JOB_TASKS["XT2"]})
    assert ws.following.look() == {"task links opened again": 1}
    ws.proposing.accept_certain(Kind.TASK)
    assert ws.review.decisions(Kind.TASK)["xpm_id"].get("T1") == "XT9"
