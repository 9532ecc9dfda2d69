from __future__ import annotations

import pandas as pd
import pytest

from core.matching import match
from core.matching.trade import mend_word, read_work

from .lists import make_list, partners

CLIENT = "C0012 Acacia Welding Pty Ltd"


def make_jobs(*rows: tuple[str, str], client: str = CLIENT, prefix: str = "r") -> pd.DataFrame:
    tasks = make_list(*(task for _, task in rows), prefix=prefix)
    return tasks.assign(job_name=[job for job, _ in rows], client=client)


JOBS = make_jobs(
    ("2024 Income Tax Return", "Preparation"),
    ("2024 Income Tax Return", "Manager Review"),
    ("2025 Income Tax Return", "Preparation"),
    ("Business Activity Statement - Oct-Dec 2024", "Preparation"),
    ("Business Activity Statement - Jan-Mar 2025", "Preparation"),
    ("FBT Return - 2025", "Lodgement"),
    ("Annual Financial Statements & Tax Return - FY2024", "Preparation"),
)


@pytest.mark.parametrize(
    ("task", "partner"),
    [
        ("ITR FY24 prep", "r0"),
        ("FY24 tax return - mgr review", "r1"),
        ("Income tax 30 June 2025", "r2"),
        ("BAS Dec 24 qtr w/papers", "r3"),
        ("Activity stmt Q3 FY25", "r4"),
        ("lodge FBT rtn 2024/25", "r5"),
        ("Year end accounts FY24", "r6"),
        ("ITR FY24 prpe", "r0"),
    ],
)
def test_a_task_finds_the_job_task_of_its_kind_period_and_stage(task: str, partner: str) -> None:
    left = make_list(task, prefix="l", client=[CLIENT])
    assert partners("tasks", left, JOBS) == {"l0": partner}


@pytest.mark.parametrize("task", ["ITR FY23 prep", "BAS Jun 24 qtr", "Payroll FY24", "FBT 2025 mgr review"])
def test_another_year_quarter_kind_or_stage_is_never_likely(task: str) -> None:
    found = match("tasks", make_list(task, prefix="l", client=[CLIENT]), JOBS)
    assert not found["band"].isin(["certain", "likely"]).any()


def test_another_client_is_no_candidate() -> None:
    left = make_list("ITR FY24 prep", prefix="l", client=["C0099 Banksia Pty Ltd"])
    assert match("tasks", left, JOBS).empty


def test_a_job_number_in_the_name_is_read() -> None:
    work = read_work({"name": "ITR 2024 mgr review [J002079]"})
    assert work.job_nos == {"j-2079"}
    assert (set(work.kinds), set(work.stages)) == ({"itr"}, {"review.manager"})


@pytest.mark.parametrize(("word", "mended"), [("retrun", "return"), ("revview", "review"), ("acacia", "acacia")])
def test_mistyped_words_of_the_trade_are_mended(word: str, mended: str) -> None:
    assert mend_word(word) == mended


@pytest.mark.parametrize(
    ("process", "partner"), [("BAS", "r0"), ("Tax ret", "r1"), ("Annual accounts", "r2"), ("Wages", "r3")]
)
def test_a_process_finds_its_task_type(process: str, partner: str) -> None:
    types = make_list("Activity Statement", "Income Tax Return", "Financial Statements", "Payroll", prefix="r")
    assert partners("processes", make_list(process, prefix="l"), types) == {"l0": partner}


TYPES = make_list("BAS", "Company Tax Return", "Trust Tax Return", "SMSF Audit", "Bookkeeping - Retail", prefix="r")


@pytest.mark.parametrize(
    ("process", "partner"),
    [
        ("BAS prep", "r0"),
        ("BAS - Quarterly", "r0"),
        ("ITR - Company", "r1"),
        ("Trust ITR", "r2"),
        ("Super fund audit", "r3"),
        ("Retail books", "r4"),
    ],
)
def test_a_process_finds_its_task_type_in_other_words(process: str, partner: str) -> None:
    assert partners("processes", make_list(process, prefix="l"), TYPES) == {"l0": partner}


@pytest.mark.parametrize("process", ["Individual tax return", "Payroll", "Bookkeeping - Medical", "Compass report"])
def test_another_entity_kind_or_line_of_business_is_never_likely(process: str) -> None:
    found = match("processes", make_list(process, prefix="l"), TYPES)
    assert not found["band"].isin(["certain", "likely"]).any()


def test_processes_share_a_task_type() -> None:
    found = match("processes", make_list("BAS prep", "BAS review", "Activity statement", prefix="l"), TYPES)
    assert found["right_id"].tolist() == ["r0", "r0", "r0"]
    assert set(found["band"]) == {"certain"}


def test_two_reviews_of_one_job_are_told_apart() -> None:
    right = make_jobs(("2024 Tax Return", "Manager review"), ("2024 Tax Return", "Partner review"))
    left = make_list("ITR 24 ptr review", "ITR 24 mgr check", prefix="l", client=[CLIENT] * 2)
    assert partners("tasks", left, right) == {"l0": "r1", "l1": "r0"}


@pytest.mark.parametrize("name", ["BAS", "Tax return"])
def test_a_period_that_only_one_side_names_is_never_certain(name: str) -> None:
    found = match("tasks", make_list(name, prefix="l", client=[CLIENT]), JOBS)
    assert "certain" not in set(found["band"])


def test_the_job_of_another_number_is_never_likely() -> None:
    right = make_jobs(("2024 Tax Return", "Preparation")).assign(job_no="J000123")
    found = match("tasks", make_list("2024 ITR prep [J000124]", prefix="l", client=[CLIENT]), right)
    assert not found["band"].isin(["certain", "likely"]).any()
