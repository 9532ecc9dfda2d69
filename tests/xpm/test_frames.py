from datetime import date
from decimal import Decimal

import pandas as pd
import pytest

from core.model import XPM_FRAMES, empty_frame
from core.xpm import frames
from core.xpm.records import CatalogueCost, Client, JobRecord, JobTask, Named, Staff, TaskType
from tests.xpm.test_wire_xml import TIME_RECORD

JOB = JobRecord(
    number="J1",
    uuid="b1",
    name="Accounts",
    client_id="c1",
    category="Compliance",
    start=date(2026, 7, 1),
    tasks=(JobTask(uuid="d1", task_type_id="e1", estimated_minutes=600, billable=True), JobTask(uuid="d2")),
)


def test_time_becomes_rows_by_uuid() -> None:
    frame = frames.make_times_frame([TIME_RECORD])
    row = frame.loc[TIME_RECORD.uuid]
    assert (row["job"], row["minutes"], row["invoiced"], row["note"]) == ("J000412", 75, False, "Bank reconciliation")
    assert frame["date"].iloc[0] == pd.Timestamp(2026, 11, 20)


def test_jobs_are_rows_by_number_and_say_whether_they_are_open() -> None:
    frame = frames.make_jobs_frame([JOB], current=True)
    assert frame.loc["J1", "category"] == "Compliance"
    assert frame.loc["J1", "current"]
    assert pd.isna(frame.loc["J1", "due"])


def test_job_tasks_carry_their_job_and_both_ids() -> None:
    frame = frames.make_job_tasks_frame([JOB])
    assert list(frame.index) == ["d1", "d2"]
    assert list(frame["job"]) == ["J1", "J1"]
    assert frame.loc["d1", "task_type_id"] == "e1"


def test_client_groups_are_joined() -> None:
    client = Client(uuid="c1", name="Tui", groups=(Named(name="Tawa"), Named(name="Rimu")))
    assert frames.make_clients_frame([client]).loc["c1", "client_group"] == "Rimu, Tawa"


def test_listed_and_former_staff_are_told_apart() -> None:
    listed = frames.make_staff_frame([Staff(uuid="a1", name="Aroha")])
    former = frames.make_former_staff_frame([("a2", "Ben"), ("a2", "Ben")])
    assert list(listed["listed"]) == [True]
    assert former["listed"].to_dict() == {"a2": False}


def test_money_stays_decimal() -> None:
    frame = frames.make_costs_frame([CatalogueCost(uuid="p1", unit_cost=Decimal("45.10"))])
    assert frame.loc["p1", "unit_cost"] == Decimal("45.10")
    assert frame.loc["p1", "unit_price"] is None


def test_states_without_uuid_go_by_name() -> None:
    frame = frames.make_state_names_frame(["Planned", "", "Done", "Planned"])
    assert list(frame.index) == ["Done", "Planned"]


@pytest.mark.parametrize(
    ("name", "frame"),
    [
        ("staff", frames.make_staff_frame([])),
        ("clients", frames.make_clients_frame([])),
        ("jobs", frames.make_jobs_frame([], current=True)),
        ("job_tasks", frames.make_job_tasks_frame([])),
        ("times", frames.make_times_frame([])),
        ("times", frames.make_times_frame([TIME_RECORD])),
        ("task_types", frames.make_task_types_frame([TaskType(uuid="e1")])),
        ("costs", frames.make_costs_frame([CatalogueCost(uuid="p1")])),
        ("staff", frames.make_former_staff_frame([])),
    ],
)
def test_every_frame_keeps_its_contract_even_when_empty(name: str, frame: pd.DataFrame) -> None:
    expected = empty_frame(XPM_FRAMES[name])
    assert frame.dtypes.to_dict() == expected.dtypes.to_dict()
    assert (list(frame.columns), frame.index.name) == (list(expected.columns), "id")
