"""Linked tasks of the assembled product, kept in step with a sandbox: carried over once, and over nobody's change."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.mapping.looks import About, Wish
from core.model import Kind, RunKind, RunState, Verdict
from core.sandbox import person
from core.store import NewDecision
from core.workspace.following import Answer
from tests.workspace.office_of_tasks import PATH, Office
from tests.workspace.storm import prepare

Open = Callable[..., Office]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return prepare(tmp_path_factory.mktemp("office") / "demo", unpushed=0)


@pytest.fixture
def begin(prepared: Path, tmp_path: Path) -> Iterator[Open]:
    opened: list[Office] = []

    def open_one(**settings: object) -> Office:
        opened.append(Office(prepared, tmp_path / f"demo{len(opened)}", **settings))
        return opened[-1]

    yield open_one
    for office in opened:
        office.close()


def test_what_is_completed_here_is_completed_in_xpm_once_and_reopened_there_when_it_is_here(begin: Open) -> None:
    office = begin()
    one, other = office.take(), office.take()
    office.edit(**{one: "Completed", other: "Lodged"})
    [run] = office.sync()
    assert (run.kind, run.state, run.counts) == (RunKind.FOLLOW, RunState.DONE, {"done": 2})
    assert office.find(one).completed
    assert office.sync() == []
    office.edit(**{one: "In progress"})
    office.sync()
    assert not office.find(one).completed
    assert [op for op, _ in office.written()] == ["task.complete", "task.complete", "task.reopen"]
    assert office.told(one)[:2] == ["reopened in XPM", "to be carried over"]


def test_nothing_is_written_while_the_options_are_off(begin: Open) -> None:
    office = begin(complete_in_xpm=False, reopen_in_xpm=False)
    one = office.take()
    office.edit(**{one: "Completed"})
    assert (office.sync(), office.written()) == ([], [])
    assert one in office.workspace.following.out_of_step().index


def test_what_both_sides_changed_is_a_conflict_and_stays_as_xpm_has_it(begin: Open) -> None:
    office = begin()
    one = office.take()
    office.edit(**{one: "Completed"})
    person.rename_task(office.sandbox, office.tenant.id, office.look(one).xpm_id, "Something else")
    assert office.sync() == []
    conflicts = office.workspace.following.conflicts()
    assert (list(conflicts.index), office.find(one).completed) == ([one], False)
    assert office.workspace.following.answer(one, Answer.CARRY, office.workspace.following.mark(one))
    [run] = [office.follow(run) for run in office.store.runs.queued()]
    assert (run.counts, office.find(one).completed) == ({"done": 1}, True)
    assert office.workspace.following.conflicts().empty


def test_a_change_in_xpm_between_the_look_and_the_run_is_found_right_before_writing(begin: Open) -> None:
    office = begin()
    one = office.take()
    office.edit(**{one: "Completed"})
    office.do(RunKind.SYNC)
    person.rename_task(office.sandbox, office.tenant.id, office.look(one).xpm_id, "Renamed in between")
    [run] = [office.follow(run) for run in office.store.runs.queued()]
    assert (run.state, run.counts, office.written()) == (RunState.DONE, {"conflict": 1}, [])
    assert "Exceptions says why" in run.message
    assert office.look(one).about is About.STATUS


def test_a_lost_answer_is_read_back_and_the_tick_not_sent_twice(begin: Open) -> None:
    office = begin()
    one = office.take()
    office.edit(**{one: "Completed"})
    office.strike({**PATH, "method": "PUT", "fault": "drop_after", "nth": [1]})
    [run] = office.sync()
    assert (run.counts, office.written()) == ({"done": 1}, [("task.complete", "api")])
    log = office.store.events.list("demo", subject_id=one, verb="completed in XPM")
    assert "answer was lost" in log["why"].iloc[0]


def test_a_tick_that_never_arrived_is_sent_again_after_a_look(begin: Open) -> None:
    office = begin()
    one = office.take()
    office.edit(**{one: "Completed"})
    office.strike({**PATH, "method": "PUT", "fault": "drop_before", "nth": [1]})
    [run] = office.sync()
    assert (run.counts, office.find(one).completed) == ({"done": 1}, True)


def test_a_limit_pauses_the_run_and_it_goes_on_by_itself(begin: Open) -> None:
    office = begin()
    one = office.take()
    office.edit(**{one: "Completed"})
    office.strike({**PATH, "method": "PUT", "fault": "limit_minute", "nth": [1], "retry_after": "300"})
    [run] = office.sync()
    assert (run.state, office.find(one).completed) == (RunState.DONE, True)
    assert RunState.PAUSED in [former.state for former in office.history]


def test_a_worker_that_dies_in_the_midst_leaves_nothing_undone_or_done_twice(begin: Open) -> None:
    office = begin()
    ids = [office.take() for _ in range(3)]
    office.edit(**dict.fromkeys(ids, "Completed"))
    office.do(RunKind.SYNC)
    [queued] = office.store.runs.queued()
    # The intent is written, XPM has carried it out, and nobody was there to hear it.
    rows = office.store.task_looks.read("demo", ids)
    first = next(row for row in rows.values() if office.look(row.task_id).wish)
    content = first.content.replace('"sending": ""', '"sending": "gone"').replace('"tries": 0', '"tries": 1')
    assert office.store.task_looks.move("demo", first, type(first)(first.task_id, first.xpm_id, content))
    person.complete_task(office.sandbox, office.tenant.id, first.xpm_id)
    office.store.runs.start(queued.id, "dead")
    office.store.runs.give_back(queued.id, "dead")
    run = office.follow(office.store.runs.get(queued.id))
    assert (run.counts, all(office.find(one).completed for one in ids)) == ({"done": 3}, True)
    assert [by for _, by in office.written()].count("api") == 2


def test_a_halted_practice_is_not_written_to(begin: Open) -> None:
    office = begin()
    one = office.take()
    office.edit(**{one: "Completed"})
    office.store.ledger.halt("demo", "looked odd", actor="Kim")
    [run] = office.sync()
    assert (run.state, office.written(), "looked odd" in run.message) == (RunState.STOPPED, [], True)
    office.workspace.time.lift_halt("looked")
    office.store.runs.resume(run.id)
    assert office.follow(run).counts == {"done": 1}


def test_a_job_task_that_several_tasks_share_is_completed_with_the_last_of_them(begin: Open) -> None:
    office = begin()
    one, other = office.take(), office.take()
    shared = office.look(one).xpm_id
    office.store.decisions.add([NewDecision("demo", Kind.TASK, other, Verdict.LINKED, "Kim", shared)])
    office.edit(**{one: "Completed"})
    assert office.sync() == []
    office.edit(**{other: "Completed"})
    [run] = office.sync()
    assert (run.counts, office.find(one).completed) == ({"done": 1}, True)


def test_time_that_is_still_to_go_holds_the_completion_back_until_it_is_in_xpm(begin: Open) -> None:
    office = begin()
    held, links = (
        office.workspace.following.unsent_minutes(),
        {one: look.xpm_id for one, look in office.looks().items()},
    )
    ready = office.workspace.actual_times("ready")
    open_there = {one for one, look in office.looks().items() if look.xpm and not (look.ended or look.xpm.completed)}
    alone = [
        one for one in ready["task_id"].unique() if one in open_there and list(links.values()).count(links[one]) == 1
    ]
    one = next(one for one in alone if held[links[one]] == ready.loc[ready["task_id"].eq(one), "minutes"].sum())
    office.edit(**{one: "Completed"})
    assert office.sync() == []
    assert office.look(one).wish is Wish.COMPLETE
    assert office.push().state is RunState.DONE
    [run] = [office.follow(run) for run in office.store.runs.queued()]
    assert (run.kind, office.find(one).completed) == (RunKind.FOLLOW, True)


def test_links_follow_a_rename_and_a_move_and_break_when_the_job_task_is_deleted(begin: Open) -> None:
    office = begin()
    renamed, gone = office.take(), office.take()
    person.rename_task(office.sandbox, office.tenant.id, office.look(renamed).xpm_id, "Advisory (revised)")
    person.delete_task(office.sandbox, office.tenant.id, office.look(gone).xpm_id)
    office.sync()
    assert (office.told(renamed)[0], office.told(gone)[0]) == ("followed", "broke")
    rows = office.workspace.review.rows(Kind.TASK)
    assert (rows.at[renamed, "state"], rows.at[gone, "state"]) == ("linked", "broken")
    assert "is no longer in XPM" in office.workspace.tasks.view(gone).fix.words  # type: ignore[union-attr]  # broken


def test_a_job_task_moved_to_another_clients_job_opens_a_rules_link_again(begin: Open) -> None:
    office = begin()
    one = office.take()
    office.move_away(one)
    office.sync(propose=True, accept=True)
    assert "reopened" in office.told(one)
    assert office.workspace.review.decisions(Kind.TASK).get("xpm_id", {}).get(one) != office.moved
