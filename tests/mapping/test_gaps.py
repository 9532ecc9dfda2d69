"""Why a task has no job task: the first thing in the way, in the order in which a person clears them."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from core.mapping.gaps import Gap, list_gaps
from core.mapping.labels import Conventions
from core.model import LOCAL_FRAMES, XPM_FRAMES, shape_frame

WHOLE = {"verdict": "linked", "xpm_id": "x1", "broken": False, "broken_why": ""}
EXCLUDED = {"verdict": "excluded", "xpm_id": "", "broken": False, "broken_why": ""}
BROKEN = {"verdict": "linked", "xpm_id": "x1", "broken": True, "broken_why": "the linked XPM client is archived"}
TYPE = {"verdict": "linked", "xpm_id": "bas", "broken": False, "broken_why": ""}


def link(local_id: str, **facts: Any) -> pd.DataFrame:
    columns = ["verdict", "xpm_id", "broken", "broken_why"]
    return pd.DataFrame([facts] if facts else [], index=[local_id] if facts else [], columns=columns)


def find(
    client: dict[str, Any] = WHOLE,
    process: dict[str, Any] = TYPE,
    labels: tuple[str, ...] = (),
    states: tuple[str, ...] = ("In Progress",),
    rejected: set[tuple[str, str]] | None = None,
    ruled: pd.DataFrame | None = None,
    **task: Any,
) -> tuple[str, str, str]:
    """Gap, sentence and page of one task of client c1 and process p1; one job per state, labels on the first one."""
    facts = {"client_id": "c1", "process_id": "p1", "name": "BAS Sep Qtr 2026"} | task
    tasks = shape_frame(pd.DataFrame([facts], index=["t1"]), LOCAL_FRAMES["tasks"])
    jobs = {f"J{n}": {"client_id": "x1", "name": "Job", "state": state} for n, state in enumerate(states)}
    held = {f"T{n}": {"job": "J0", "task_type_id": "bas", "name": label} for n, label in enumerate(labels)}
    row = list_gaps(
        tasks.assign(client_name="Acme", process_name="BAS work"),
        link("c1", **client),
        link("p1", **process),
        shape_frame(pd.DataFrame.from_dict(jobs, orient="index"), XPM_FRAMES["jobs"]),
        shape_frame(pd.DataFrame.from_dict(held, orient="index"), XPM_FRAMES["job_tasks"]),
        Conventions(),
        frozenset({"completed"}),
        rejected or set(),
        ruled,
        {"bas": "Activity statement"},
    ).loc["t1"]
    return row["gap"], row["sentence"], row["page"]


@pytest.mark.parametrize(
    ("client", "process", "gap", "sentence", "page"),
    [
        ({}, TYPE, Gap.CLIENT_OPEN, "Its client 'Acme' is not linked to XPM yet.", "clients"),
        (EXCLUDED, TYPE, Gap.CLIENT_EXCLUDED, "Its client 'Acme' is excluded from XPM.", "clients"),
        (BROKEN, TYPE, Gap.CLIENT_BROKEN, "The link of its client 'Acme' is broken: the linked XPM client is archived.",
         "clients"),
        (WHOLE, {}, Gap.PROCESS_OPEN, "Its process 'BAS work' is not mapped to an XPM task yet.", "work"),
        (WHOLE, EXCLUDED, Gap.PROCESS_EXCLUDED, "Its process 'BAS work' is excluded from XPM.", "work"),
        ({}, {}, Gap.CLIENT_OPEN, "Its client 'Acme' is not linked to XPM yet.", "clients"),
    ],
)  # fmt: skip
def test_the_client_and_then_the_process_come_first(
    client: dict[str, Any], process: dict[str, Any], gap: Gap, sentence: str, page: str
) -> None:
    assert find(client, process) == (gap, sentence, page)


@pytest.mark.parametrize(
    ("states", "gap", "sentence"),
    [
        ((), Gap.NO_JOB, "Its client has no job in XPM."),
        (("In Progress",), Gap.NO_TASK, "The client's open job does not hold the task 'Activity statement'."),
        (("Open", "Open"), Gap.NO_TASK, "None of the client's 2 open jobs holds the task 'Activity statement'."),
        (("Completed",), Gap.NO_TASK,
         "Its client has no open job in XPM, and no closed one holds the task 'Activity statement'."),
    ],
)  # fmt: skip
def test_a_missing_job_is_told_from_a_missing_task(states: tuple[str, ...], gap: Gap, sentence: str) -> None:
    assert find(states=states) == (gap, sentence, "jobs")


def test_other_periods_are_named() -> None:
    found = find(labels=("BAS Jun Qtr 2026", "BAS Dec Qtr 2026", "BAS Mar Qtr 2027"))
    assert found[:2] == (
        Gap.OTHER_PERIOD,
        "It is about Jul to Sep 2026; the client's job tasks of this kind are about Apr to Jun 2026, Oct to Dec 2026 "
        "and Jan to Mar 2027.",
    )


def test_a_task_without_a_period_says_when_it_starts() -> None:
    found = find(labels=("BAS Dec Qtr 2026",), name="BAS", start=pd.Timestamp("2026-07-03"))
    assert found[1].startswith("It names no period, starts on 3 Jul 2026; the client's job task of this kind is about")


def test_a_rejected_job_task_is_not_offered_again() -> None:
    assert find(labels=("BAS Sep Qtr 2026",), rejected={("t1", "T0")})[0] == Gap.REJECTED


def test_the_job_tasks_of_a_tie_are_named() -> None:
    gap, sentence, _ = find(labels=("BAS Sep Qtr 2026", "BAS Q1 FY27"))
    assert (gap, "BAS Q1 FY27 and J0 Job · BAS Sep Qtr 2026" in sentence) == (Gap.TIE, True)


def test_a_doubt_is_told_with_the_job_task_that_may_be_meant() -> None:
    gap, sentence, page = find(labels=("BAS FY2027",))
    assert (gap, page) == (Gap.UNSURE, "work")
    assert sentence == "It may be J0 Job · BAS FY2027: client and task type agree; the job covers a longer period."


def test_nothing_is_missing_where_the_job_task_is_certain() -> None:
    assert find(labels=("BAS Sep Qtr 2026",)) == (Gap.NONE, "", "")


def test_a_rule_that_excludes_a_task_is_named() -> None:
    rule = {"verdict": "excluded", "xpm_id": "", "rule": "r1", "rule_words": "words “call”"}
    ruled = pd.DataFrame([rule], index=["t1"])
    assert find(ruled=ruled)[:2] == (Gap.RULE_EXCLUDED, "A rule of its process excludes it: words “call”.")


def test_a_rule_stands_in_for_an_open_process() -> None:
    ruled = pd.DataFrame([{"verdict": "linked", "xpm_id": "bas", "rule": "r1", "rule_words": ""}], index=["t1"])
    assert find(process={}, labels=("BAS Sep Qtr 2026",), ruled=ruled)[0] == Gap.NONE
