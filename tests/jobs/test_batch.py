"""A batch says row by row what it does, counts its calls, and lets no job hold the others up."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from core.jobs import JobWaits, Known
from core.jobs.batch import BatchRow, count_calls, create_each, estimate_finish, judge_rows, rows_for_clients
from tests.jobs.bench import DRAFT, line

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def judge(rows: list[BatchRow], made: dict[str, str] | None = None, known: list[Known] | None = None) -> list[str]:
    return [str(row.verdict) for row in judge_rows(rows, made or {}, known or [])]


def test_each_row_gets_one_verdict() -> None:
    rows = [
        BatchRow("a", DRAFT, 2),
        BatchRow("b", replace(DRAFT, client_id="c2"), 3),
        BatchRow("c", DRAFT, 4),
        BatchRow("d", DRAFT, 5, ("Line 5: no client.",)),
        BatchRow("e", replace(DRAFT, client_id="c3"), 6),
    ]
    verdicts = judge(rows, {"b": "J2"}, [Known("c3", "Accounts", "J3")])
    assert verdicts == ["create", "created", "repeated", "not usable", "exists"]


def test_the_same_row_twice_is_said_with_the_row_it_repeats() -> None:
    planned = judge_rows([BatchRow("a", DRAFT, 2), BatchRow("a", DRAFT, 9)], {}, [])
    assert (str(planned[1].verdict), planned[1].words) == ("repeated", "the same as row 2")


def test_a_row_that_was_begun_before_goes_on() -> None:
    begun = Known("c1", "Accounts", "", "a", "t1", state="incomplete")
    assert judge([BatchRow("a", DRAFT, 2)], known=[begun]) == ["create"]


def test_another_one_is_made_where_a_person_wants_it() -> None:
    row = BatchRow("a", replace(DRAFT, twin_allowed=True), 2)
    assert judge([row], known=[Known("c1", "Accounts", "J3")]) == ["create"]


def test_one_row_per_client_takes_the_pattern_and_its_own_fields() -> None:
    rows = rows_for_clients(DRAFT, ["c1", "c2", "c1"], {"c2": {"name": "Other", "due": None}}, "batch")
    assert [(row.draft.client_id, row.draft.name) for row in rows] == [("c1", "Accounts"), ("c2", "Other")]
    assert rows[1].problems == ("Choose the due date; XPM wants one.",)
    assert rows == rows_for_clients(DRAFT, ["c1", "c2"], {"c2": {"name": "Other", "due": None}}, "batch")


def test_the_calls_of_a_job_are_itself_its_reading_its_lines_people_and_state() -> None:
    five = tuple(line(str(n), f"Line {n}") for n in range(5))
    assert count_calls(replace(DRAFT, costs=five)) == 1 + 5 + 1
    assert count_calls(replace(DRAFT, costs=five, staff_ids=("s",))) == 1 + 5 + 2
    assert count_calls(replace(DRAFT, costs=five, template_id="", state_code="X")) == 1 + 5 + 1


def test_what_todays_calls_do_not_cover_goes_on_tomorrow() -> None:
    assert estimate_finish(580, 600, 4500, NOON) == NOON + timedelta(minutes=10)
    assert estimate_finish(1180, 600, 4500, NOON) == NOON + timedelta(days=1, minutes=10)


def test_a_job_in_doubt_lets_the_others_go_on_and_a_limit_stops_all() -> None:
    seen: list[str] = []

    def create(draft: str) -> None:
        seen.append(draft)
        if draft in ("b", "c"):
            raise JobWaits(NOON + timedelta(minutes=ord(draft)), "lost", for_all=False)

    with pytest.raises(JobWaits) as waits:
        create_each(list("abcd"), create, lambda _: None)
    assert (seen, waits.value.resume_at) == (list("abcd"), NOON + timedelta(minutes=ord("b")))

    def stop(draft: str) -> None:
        seen.append(draft)
        raise JobWaits(NOON, "limit")

    with pytest.raises(JobWaits):
        create_each(["e", "f"], stop, lambda _: None)
    assert seen[4:] == ["e"]
