"""A local task finds its job task by client, task type and period, and asks where two fit."""

from __future__ import annotations

import pandas as pd
import pytest

from core.mapping import propose_tasks
from core.mapping.labels import Conventions
from core.model import LOCAL_FRAMES, XPM_FRAMES, shape_frame

CLOSED = frozenset({"completed", "cancelled"})


def links(**pairs: str) -> pd.DataFrame:
    rows = [(local, "linked", xpm, False) for local, xpm in pairs.items()]
    return pd.DataFrame(rows, columns=["id", "verdict", "xpm_id", "broken"]).set_index("id")


def propose(
    name: str = "BAS",
    period: str = "",
    start: str = "2026-10-05",
    due: str = "2026-10-30",
    jobs: dict[str, tuple[str, str, str]] | None = None,
    rejected: set[tuple[str, str]] | None = None,
    status: str = "open",
    completed: tuple[str, ...] = (),
    client_name: str = "",
) -> pd.DataFrame:
    """Proposals for one task of client c1, process p1; jobs: number -> (job task label, state, job name).

    completed: the numbers of jobs whose job task is completed.
    """
    task = {
        "client_id": "c1",
        "process_id": "p1",
        "name": name,
        "period": period,
        "status": status,
        "start": pd.Timestamp(start),
        "due": pd.Timestamp(due),
    }
    jobs = jobs or {}
    job_rows = {
        n: {"client_id": "x1", "client_name": client_name, "name": j, "state": s, "start": pd.Timestamp("2026-07-01")}
        for n, (_, s, j) in jobs.items()
    }
    task_rows = {
        f"t-{n}": {"job": n, "task_type_id": "bas", "name": label, "completed": n in completed}
        for n, (label, _, _) in jobs.items()
    }
    return propose_tasks(
        shape_frame(pd.DataFrame([task], index=["t1"]), LOCAL_FRAMES["tasks"]),
        links(c1="x1"),
        links(p1="bas"),
        shape_frame(pd.DataFrame.from_dict(job_rows, orient="index"), XPM_FRAMES["jobs"]),
        shape_frame(pd.DataFrame.from_dict(task_rows, orient="index"), XPM_FRAMES["job_tasks"]),
        Conventions(),
        CLOSED,
        rejected or set(),
    )


OPEN = "In Progress"


@pytest.mark.parametrize(
    ("period", "name", "label"),
    [
        ("Sep Qtr 2026", "BAS", "BAS - Quarter September"),
        ("", "BAS - Sep Qtr 2026", "BAS Sep Qtr 2026"),
        ("", "Payroll - October", "Payroll - Oct"),
        ("", "Payroll", "Payroll - Oct"),
        ("FY2026", "Annual accounts", "Annual accounts 2026"),
    ],
)
def test_the_same_period_in_other_words_is_certain(period: str, name: str, label: str) -> None:
    jobs = {"J1": (label, OPEN, "Job"), "J2": ("BAS - Quarter March", OPEN, "Job")}
    found = propose(name, period, jobs=jobs)
    assert (found.iloc[0]["xpm_id"], found.iloc[0]["band"]) == ("t-J1", "certain")


def test_two_open_jobs_that_fit_are_a_tie() -> None:
    jobs = {"J1": ("BAS - Quarter September", OPEN, "Job"), "J2": ("BAS - Quarter September", OPEN, "Job")}
    assert set(propose(period="Sep Qtr 2026", jobs=jobs)["band"]) == {"tie"}


def test_an_open_job_is_preferred_to_a_closed_one() -> None:
    jobs = {"J1": ("BAS - Quarter September", "Completed", "Job"), "J2": ("BAS - Quarter September", OPEN, "Job")}
    assert list(propose(period="Sep Qtr 2026", jobs=jobs)["xpm_id"]) == ["t-J2"]


def test_a_closed_job_is_offered_when_nothing_open_fits_and_says_so() -> None:
    found = propose(period="Sep Qtr 2026", jobs={"J1": ("BAS - Quarter September", "Completed", "Job")})
    assert "the job is closed" in found.iloc[0]["explanation"]


def test_another_period_is_never_proposed() -> None:
    assert propose(period="Sep Qtr 2026", jobs={"J1": ("BAS - Quarter December", OPEN, "Job")}).empty


def test_the_only_job_without_a_period_is_certain() -> None:
    found = propose("Bookkeeping", jobs={"J1": ("Bookkeeping", OPEN, "Bookkeeping")})
    assert found.iloc[0]["band"] == "certain"


def test_a_longer_job_is_only_likely() -> None:
    found = propose("Payroll - October", jobs={"J1": ("Payroll", OPEN, "Payroll FY2027")})
    assert found.iloc[0]["band"] == "likely"


def test_a_rejected_pair_does_not_come_back() -> None:
    jobs = {"J1": ("BAS - Quarter September", OPEN, "Job")}
    assert propose(period="Sep Qtr 2026", jobs=jobs, rejected={("t1", "t-J1")}).empty


def test_a_task_of_many_months_does_not_take_the_quarter_of_its_start() -> None:
    jobs = {"J1": ("BAS - Quarter December", OPEN, "Job"), "J2": ("BAS - Quarter March", OPEN, "Job")}
    assert set(propose(due="2027-06-30", jobs=jobs)["band"]) == {"tie"}


TWO = {"J1": ("BAS - Quarter September", OPEN, "Job"), "J2": ("BAS - Quarter September", OPEN, "Job")}


@pytest.mark.parametrize(("status", "found"), [("Open", "t-J2"), ("Completed", "t-J1")])
def test_of_two_equal_ones_the_one_as_far_as_the_task_is_proposed_to_a_person(status: str, found: str) -> None:
    best = propose(period="Sep Qtr 2026", jobs=TWO, status=status, completed=("J1",)).iloc[0]
    assert (best["xpm_id"], best["band"]) == (found, "likely")


def test_the_other_one_of_a_tie_is_meant_once_a_person_rejected_the_first() -> None:
    found = propose(period="Sep Qtr 2026", jobs=TWO, rejected={("t1", "t-J1")})
    assert found[["xpm_id", "band"]].to_numpy().tolist() == [["t-J2", "certain"]]


def test_what_is_left_of_two_jobs_without_a_period_is_not_the_only_one() -> None:
    jobs = {"J1": ("Bookkeeping", OPEN, "North"), "J2": ("Bookkeeping", OPEN, "South")}
    found = propose("Bookkeeping", jobs=jobs, rejected={("t1", "t-J1")})
    assert found[["xpm_id", "band"]].to_numpy().tolist() == [["t-J2", "likely"]]


def test_a_client_named_like_a_month_changes_no_period() -> None:
    jobs = {
        "J1": ("BAS June Wilson - Quarter September", OPEN, "June Wilson"),
        "J2": ("BAS - Quarter June", OPEN, "Job"),
    }
    assert propose(period="Sep Qtr 2026", jobs=jobs, client_name="Wilson, June").iloc[0]["xpm_id"] == "t-J1"


def test_both_periods_stand_in_the_explanation_s_parts() -> None:
    part = propose(period="Sep Qtr 2026", jobs=TWO).iloc[0]["parts"][0]
    assert (part["left"], part["right"]) == ("Jul to Sep 2026", "Jul to Sep 2026")


@pytest.mark.parametrize("due", ["9999-12-31", "1900-01-01"])
def test_a_date_that_stands_for_never_is_none(due: str) -> None:
    assert propose("Payroll", due=due, jobs={"J1": ("Payroll - Oct 2026", OPEN, "Job")}).iloc[0]["band"] == "certain"
