"""The JSON form of a sandbox practice: what it carries, what it fills in, what it refuses."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from core.sandbox.snapshot import SnapshotError, derive_uuid, dump_state, load_state
from core.sandbox.state import Job, JobCost, JobTask, Tenant, Time

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def write_practice(**parts: Any) -> dict[str, Any]:
    return {"clock": NOON.isoformat(), "tenants": [{"id": "t1", "name": "Kowhai & Rimu", **parts}]}


def write_job(number: str = "J000007", **parts: Any) -> dict[str, Any]:
    dates = dict.fromkeys(("start_date", "due_date", "created"), "2026-07-01")
    return {
        "number": number,
        "uuid": "b1",
        "name": "Annual accounts",
        "client": "c1",
        "state": "Planned",
        **dates,
        **parts,
    }


def test_a_practice_survives_the_round_trip() -> None:
    day = date(2026, 7, 1)
    job = Job("J000007", "b1", "Annual accounts", "c1", "Planned", day, day, day, budget=Decimal("2500.00"))
    job.tasks.append(JobTask("d1", "e1", "Preparation", actual_minutes=75, due_date=day))
    job.costs.append(JobCost("h1", day, "Courier", quantity=Decimal("1.5")))
    tenant = Tenant(
        "t1", "Kowhai & Rimu", jobs={"J000007": job}, times={"f1": Time("f1", "J000007", "d1", "a1", day, -75)}
    )
    assert load_state(dump_state([tenant], NOON)) == (NOON, {"t1": tenant})


def test_missing_fields_take_their_defaults() -> None:
    _, tenants = load_state(write_practice(staff=[{"uuid": "a1", "name": "Aroha Ngata"}]))
    assert tenants["t1"].staff["a1"].email == ""
    assert tenants["t1"].type == "PRACTICEMANAGER"
    assert [state.code for state in tenants["t1"].states][:2] == ["PLANNED", "INPROGRESS"]


def test_the_next_job_number_follows_the_highest_one() -> None:
    _, tenants = load_state(write_practice(jobs=[write_job("J000412"), write_job("A/B 1")]))
    assert tenants["t1"].next_job == 413


def test_actual_minutes_left_out_are_the_sum_of_the_times() -> None:
    task = {"uuid": "d1", "catalogue_uuid": "e1", "name": "Preparation"}
    time = {"job": "J000007", "task": "d1", "staff": "a1", "date": "2026-11-20"}
    times = [{"uuid": "f1", "minutes": 75, **time}, {"uuid": "f2", "minutes": -15, **time}]
    _, tenants = load_state(write_practice(jobs=[write_job(tasks=[task])], times=times))
    assert tenants["t1"].jobs["J000007"].tasks[0].actual_minutes == 60


def test_a_clock_left_out_leaves_the_time_alone() -> None:
    assert load_state({"tenants": []}) == (None, {})


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ([], "The document is not an object"),
        ({"tennants": []}, "unknown fields tennants"),
        (write_practice(staff=[{"uuid": "a1"}]), r"tenants\[0\].staff\[0\] has no name"),
        (write_practice(staff=[{"uuid": "a1", "name": "A", "mail": "x"}]), "unknown field mail; known are uuid, name"),
        (
            write_practice(staff=[{"uuid": "a1", "name": "A"}, {"uuid": "a1", "name": "B"}]),
            "two records with the uuid a1",
        ),
        (write_practice(jobs=[write_job(start_date="1 July")]), r"start_date is '1 July', not a date"),
        (write_practice(jobs=[write_job(budget=1.5)]), "budget is 1.5, not money as text"),
        (write_practice(next_job="7"), "next_job is '7', not a whole number"),
        ({"clock": "noon"}, "clock is 'noon', not a time"),
    ],
)
def test_a_document_that_is_no_practice_is_refused_with_its_place(document: Any, sentence: str) -> None:
    with pytest.raises(SnapshotError, match=sentence):
        load_state(document)


def test_derived_identifiers_depend_on_nothing_but_their_parts() -> None:
    assert derive_uuid("t1", "job", 7) == derive_uuid("t1", "job", 7) != derive_uuid("t1", "job", 8)
