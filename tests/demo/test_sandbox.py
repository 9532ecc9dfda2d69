"""The sandbox takes every entry that is meant to be ready, and refuses the one whose week was submitted."""

import json
from pathlib import Path

import pytest

from core.sandbox.clock import SandboxClock
from core.sandbox.snapshot import load_state
from core.sandbox.world import Sandbox
from data.demo.build import Demo
from data.demo.builder.diary import Entry
from data.demo.builder.team import BY_ID
from data.demo.builder.timesheets import TENANT
from tests.sandbox.kowhai import call, refusal, texts


@pytest.fixture(scope="module")
def sandbox(folder: Path) -> Sandbox:
    moment, tenants = load_state(json.loads((folder / "xpm.json").read_text("utf-8")))
    return Sandbox(tenants, SandboxClock(moment))


def push_entry(sandbox: Sandbox, entry: Entry) -> str:
    """XPM's refusal, or empty text."""
    if entry.piece is None or entry.piece.job is None or entry.piece.job_task is None:
        return "nothing in XPM to put it on"
    sent = {"Job": entry.piece.job.number, "TaskUUID": entry.piece.job_task.uuid}
    sent |= {"StaffUUID": BY_ID[entry.staff].xpm_id, "Date": f"{entry.day:%Y%m%d}", "Minutes": str(entry.minutes)}
    body = "".join(f"<{name}>{text}</{name}>" for name, text in sent.items())
    answer = call(sandbox, "POST", "time.api/add", f"<Timesheet>{body}</Timesheet>", tenant=TENANT)
    return refusal(answer.body.decode())


def test_the_sandbox_takes_all_time_that_is_ready(demo: Demo, sandbox: Sandbox) -> None:
    ready = [one for one in demo.entries if one.fate in ("", "hold_back") and not one.in_xpm]
    assert {push_entry(sandbox, entry) for entry in ready} == {""}


def test_the_sandbox_refuses_time_of_the_submitted_week(demo: Demo, sandbox: Sandbox) -> None:
    (entry,) = [one for one in demo.entries if one.fate == "locked_week"]
    assert push_entry(sandbox, entry)


def test_the_sandbox_refuses_time_on_the_completed_job(demo: Demo, sandbox: Sandbox) -> None:
    closed = [one for one in demo.entries if one.fate == "closed_job"]
    assert all(push_entry(sandbox, entry) for entry in closed)


def test_the_sandbox_lists_thirteen_staff_less_the_one_who_left(sandbox: Sandbox) -> None:
    answer = call(sandbox, "GET", "staff.api/list", tenant=TENANT)
    names = texts(answer.body.decode(), "StaffList/Staff/Name")
    assert len(names) == 12
    assert "Hamish Doyle" not in names
