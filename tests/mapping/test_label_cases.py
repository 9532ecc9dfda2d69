"""Every usual way to write a period, as a table: the job task that is linked, or the question that is asked.

A row of labels.csv is one local task with what it is offered: `label|job name|first..last day of the job|state` of each
job task, separated by semicolons, or a set named below. Expected is `link` with the label or the job's name of the only
right one, `ask` with that of a proposal for a person, `tie`, or `none`; `because` is part of the sentence shown.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from core.mapping import propose_tasks
from core.mapping.gaps import explain_gaps
from core.mapping.labels import Conventions
from core.model import LOCAL_FRAMES, XPM_FRAMES, shape_frame

CASES = list(csv.DictReader((Path(__file__).parent / "labels.csv").read_text(encoding="utf-8").splitlines()))
CLOSED = frozenset({"completed"})
_FY27 = "2026-07-01..2027-08-25"
_MONTHS: tuple[str, ...] = (
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
    "January",
    "February",
    "March",
    "April",
)
_MONTHS += ("May", "June")
SETS = {
    "@quarters": [
        f"BAS - Quarter {month}|Activity Statements FY2027|{_FY27}"
        for month in ("September", "December", "March", "June")
    ],
    "@first": [
        f"BAS - Quarter {month}|Activity Statements FY2027|{_FY27}" for month in ("July", "October", "January", "April")
    ],
    "@months": [f"Payroll - {month}|Payroll FY2027|{_FY27}" for month in _MONTHS],
    "@short": [f"Payroll - Oct|Payroll FY2027|{_FY27}", f"Payroll- Nov|Payroll FY2027|{_FY27}"],
    "@years": [f"Accounts|{year} Annual Accounts|{year}-07-01..{year + 1}-05-15" for year in (2025, 2026, 2027)],
    "@weeks": [f"Payroll w/e {day} Sep 2026|Payroll FY2027|{_FY27}" for day in (5, 12, 19)],
}


def links(**pairs: str) -> pd.DataFrame:
    rows = [(local, "linked", xpm, False) for local, xpm in pairs.items()]
    return pd.DataFrame(rows, columns=["id", "verdict", "xpm_id", "broken"]).set_index("id")


def make_sides(case: dict[str, str]) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """The local task, the jobs and the job tasks of a case; each job task has a job of its own."""
    task = {"client_id": "c1", "process_id": "p1", "name": case["task"], "period": case["period"]}
    task |= {name: pd.Timestamp(case[name] or None) for name in ("start", "due")}
    jobs, job_tasks = {}, {}
    for n, text in enumerate(SETS.get(case["offered"], [one for one in case["offered"].split(";") if one])):
        label, name, dates, state, *_ = [*text.split("|"), "In Progress"]
        first, _, last = dates.partition("..")
        job = {"client_id": "x1", "name": name, "state": state}
        jobs[f"J{n}"] = job | {"start": pd.Timestamp(first or None), "due": pd.Timestamp(last or None)}
        job_tasks[f"T{n}"] = {"job": f"J{n}", "task_type_id": "type", "name": label}
    return (
        shape_frame(pd.DataFrame([task], index=["t1"]), LOCAL_FRAMES["tasks"]),
        shape_frame(pd.DataFrame.from_dict(jobs, orient="index"), XPM_FRAMES["jobs"]),
        shape_frame(pd.DataFrame.from_dict(job_tasks, orient="index"), XPM_FRAMES["job_tasks"]),
    )


def tell_outcome(case: dict[str, str]) -> tuple[str, set[str], str]:
    """What comes of a case: the word for it, the label and job name of the best job task, and the sentence."""
    task, jobs, job_tasks = make_sides(case)
    conventions = Conventions(int(case["year_end"]), case["named_by"])
    given: tuple[Any, ...] = (task, links(c1="x1"), links(p1="type"), jobs, job_tasks, conventions, CLOSED, set())
    found, sentence = propose_tasks(*given), explain_gaps(*given)["t1"]
    if found.empty:
        return "none", {""}, sentence
    best = job_tasks.loc[found.iloc[0]["xpm_id"]]
    word = {"certain": "link", "tie": "tie"}.get(found.iloc[0]["band"], "ask")
    return word, {best["name"], jobs.loc[best["job"], "name"]}, sentence


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['task']} {case['period']} {case['start']}".strip())
def test_a_period_is_linked_or_asked_about(case: dict[str, str]) -> None:
    word, names, sentence = tell_outcome(case)
    expected, _, name = case["expected"].partition(" ")
    assert (word, name in names or not name) == (expected, True), sentence
    assert case["because"] in sentence
    assert (sentence == "") == (word == "link")


def test_the_table_has_all_that_it_is_to_prove() -> None:
    assert len(CASES) >= 150
    assert {case["year_end"] for case in CASES} == {"3", "6", "12"}
    assert {case["named_by"] for case in CASES} == {"first", "last"}
    assert {case["expected"].partition(" ")[0] for case in CASES} == {"link", "ask", "tie", "none"}
