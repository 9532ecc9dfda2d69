"""The same client, template and period, or the same name for a client, is the same job."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from core.jobs import Known, TwinJob, find_twins
from core.jobs.twins import know_draft
from tests.jobs.bench import DRAFT

HERE = replace(DRAFT, period="Sep Qtr 2026")
OTHER = know_draft(replace(HERE, name="Another name"), "d2", "J7", "created")


def test_the_same_client_template_and_period_is_a_twin_whatever_its_name() -> None:
    assert find_twins(HERE, [OTHER]) == [OTHER]


@pytest.mark.parametrize(
    "change", [{"client_id": "c2"}, {"template_id": "t2"}, {"period": "Dec Qtr 2026"}, {"existing": "J1"}]
)
def test_another_client_template_or_period_is_none(change: dict[str, str]) -> None:
    assert find_twins(replace(HERE, **change), [OTHER]) == []  # type: ignore[arg-type]  # test data


def test_without_a_period_jobs_that_begin_on_the_same_day_are_twins() -> None:
    later = know_draft(replace(DRAFT, name="B", start=date(2027, 1, 1)), "d2", "J7", "created")
    same = know_draft(replace(DRAFT, name="B"), "d3", "J8", "created")
    assert find_twins(DRAFT, [later, same]) == [same]


def test_a_job_xpm_has_under_the_same_name_is_a_twin_whoever_made_it() -> None:
    assert find_twins(HERE, [Known("c1", "  ACCOUNTS ", "J3")])
    assert not find_twins(HERE, [Known("c2", "Accounts", "J3")])


def test_the_refusal_names_the_job_or_says_that_it_is_on_its_way() -> None:
    assert "XPM has it as J7" in str(TwinJob(OTHER))
    assert "another draft" in str(TwinJob(replace(OTHER, job="")))
