"""Names tell job tasks of one type and period apart, in words, and leave a tie where they say nothing."""

from __future__ import annotations

import pandas as pd
import pytest

from .test_tasks import OPEN, propose

SEPTEMBER = "BAS - Quarter September"


def choose(name: str, first: tuple[str, str], second: tuple[str, str]) -> pd.DataFrame:
    """Proposals for a task of the September quarter; each candidate is (job task, job)."""
    jobs = {n: (label, OPEN, job) for n, (label, job) in {"J001": first, "J002": second}.items()}
    return propose(name, "Sep Qtr 2026", jobs=jobs)


@pytest.mark.parametrize(
    ("name", "first", "second", "why"),
    [
        ("BAS - prep", ("BAS prep", SEPTEMBER), ("BAS review", SEPTEMBER), "the stage prepare"),
        ("BAS for checking", ("Review", SEPTEMBER), ("Lodge", SEPTEMBER), "the stage review"),
        ("IAS", ("Statement", "IAS Sep Qtr 2026"), ("Statement", "FBT Sep Qtr 2026"), "the kind of work ias"),
        ("Company ITR", ("Company tax", "Sep Qtr 2026"), ("Trust tax", "Sep Qtr 2026"), "the entity company"),
        ("BAS [J001]", ("BAS", SEPTEMBER), ("BAS", SEPTEMBER), "the job J1"),
    ],
)
def test_a_name_tells_two_fitting_job_tasks_apart(
    name: str, first: tuple[str, str], second: tuple[str, str], why: str
) -> None:
    found = choose(name, first, second).iloc[0]
    assert (found["xpm_id"], found["band"]) == ("t-J001", "certain")
    assert found["explanation"].endswith(f"only this one has {why}")


def test_a_word_of_no_trade_makes_one_only_likely() -> None:
    found = choose("BAS Geelong", ("BAS Geelong", SEPTEMBER), ("BAS Ballarat", SEPTEMBER)).iloc[0]
    assert (found["xpm_id"], found["band"]) == ("t-J001", "likely")
    assert "the word 'geelong'" in found["explanation"]


@pytest.mark.parametrize("name", ["BAS", "BAS September quarter 2026", "Statement for the office"])
def test_a_name_that_says_no_more_leaves_a_tie(name: str) -> None:
    assert set(choose(name, ("BAS prep", SEPTEMBER), ("BAS review", SEPTEMBER))["band"]) == {"tie"}


def test_names_that_contradict_are_not_accepted_unseen() -> None:
    found = propose("BAS review", "Sep Qtr 2026", jobs={"J1": ("BAS - Lodgement", OPEN, SEPTEMBER)}).iloc[0]
    assert found["band"] == "possible"
    assert "the stage differs: review / lodge" in found["explanation"]


def test_a_return_for_another_year_end_is_likely_in_the_job_of_its_year() -> None:
    found = propose("FBT y/e 31 March 2025", "", jobs={"J1": ("FBT return", OPEN, "FBT FY2025")}).iloc[0]
    assert found["band"] == "likely"
