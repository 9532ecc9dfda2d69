"""A look holds what a link hangs on, and says when the work of a job task has ended."""

from __future__ import annotations

import pandas as pd
import pytest

from core.mapping.looks import About, Look, Wish, is_ended, take_looks
from core.model import LOCAL_FRAMES, XPM_FRAMES, shape_frame
from tests.mapping.looked import look

TASK = {"client_id": "C1", "process_id": "P1", "name": "BAS", "start": pd.Timestamp("2026-10-01")}
JOB = {"name": "BAS 2026", "client_id": "X1", "state": "In Progress", "current": True}


def take(statuses: dict[str, str], links: dict[str, str], **job: object) -> dict[str, Look]:
    tasks = pd.DataFrame.from_dict({one: TASK | {"status": word} for one, word in statuses.items()}, orient="index")
    jobs = pd.DataFrame.from_dict({"J1": JOB | job}, orient="index")
    job_tasks = pd.DataFrame.from_dict({"K1": {"job": "J1", "name": "BAS", "task_type_id": "B"}}, orient="index")
    return take_looks(
        links,
        shape_frame(tasks, LOCAL_FRAMES["tasks"]),
        shape_frame(jobs, XPM_FRAMES["jobs"]),
        shape_frame(job_tasks, XPM_FRAMES["job_tasks"]),
        ("completed", "cancelled"),
    )


@pytest.mark.parametrize("word", ["Completed", "done", "COMPLETE", "Lodged", "Filed with ATO", "finished"])
def test_words_for_completed_work_say_that_it_has_ended(word: str) -> None:
    assert is_ended(word)


@pytest.mark.parametrize(
    "word", ["", "Open", "In progress", "Not completed", "To be filed", "Partly done", "incomplete"]
)
def test_other_words_do_not(word: str) -> None:
    assert not is_ended(word)


def test_the_work_of_a_job_task_has_ended_when_every_task_that_goes_there_is_completed() -> None:
    shared = {"A": "K1", "B": "K1"}
    assert not any(one.ended for one in take({"A": "Completed", "B": "Open"}, shared).values())
    assert all(one.ended for one in take({"A": "Completed", "B": "Done"}, shared).values())


def test_a_task_that_is_gone_here_holds_no_job_task_open() -> None:
    found = take({"A": "Completed"}, {"A": "K1", "B": "K1"})
    assert (found["A"].ended, found["B"].local) == (True, None)


@pytest.mark.parametrize("job", [{"state": "Completed"}, {"current": False}])
def test_a_job_in_a_closed_state_or_no_longer_listed_counts_as_closed(job: dict[str, object]) -> None:
    facts = take({"A": "Open"}, {"A": "K1"}, **job)["A"].xpm
    assert facts is not None
    assert facts.closed


def test_a_job_task_that_was_never_read_is_not_there() -> None:
    assert take({"A": "Open"}, {"A": "gone"})["A"].xpm is None


def test_a_look_comes_back_as_it_was_kept() -> None:
    kept = look(wish=Wish.COMPLETE, by="Kim", sending="run 1", tries=2, conflict="Look.", about=About.STATUS)
    assert Look.from_json(kept.xpm_id, kept.to_json(), kept.conflict) == kept
    gone = look(wish=Wish.NONE)
    gone = Look(gone.xpm_id, None, None)
    assert Look.from_json("T1", gone.to_json(), "") == gone
