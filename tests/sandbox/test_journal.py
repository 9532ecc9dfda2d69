"""What the journal keeps of each call."""

import asyncio

import httpx
import pytest

from core.sandbox.journal import CallJournal, Entry
from core.sandbox.serve import RunningSandbox
from tests.sandbox.caller import Caller


def read_entries(caller: Caller) -> list[Entry]:
    journal = caller.sandbox.journal
    assert isinstance(journal, CallJournal)
    return list(journal.entries)


def test_an_entry_holds_the_call_and_its_status(caller: Caller) -> None:
    caller.send("GET", "time.api/list", {"from": "20261101", "to": "20261122"})
    entry = read_entries(caller)[-1]
    assert (entry.method, entry.path) == ("GET", "/practicemanager/3.1/time.api/list")
    assert entry.query == {"from": "20261101", "to": "20261122"}
    assert (entry.status, entry.wire, entry.finished) == (200, "whole", True)
    assert entry.at == "2026-11-22T12:00:00+00:00"


def test_an_entry_holds_the_body_and_no_token(caller: Caller) -> None:
    caller.add_time()
    entry = read_entries(caller)[-1]
    assert entry.body.startswith("<Timesheet>")
    assert list(entry.headers) == ["xero-tenant-id"]


def test_the_quota_is_noted_before_and_after(caller: Caller) -> None:
    caller.status()
    caller.status()
    entry = read_entries(caller)[-1]
    assert (entry.quota_before["minute"], entry.quota_after["minute"]) == (59, 58)


def test_a_refused_call_is_noted_with_its_problem(caller: Caller) -> None:
    caller.limits.set_allowance("minute", 0)
    caller.status()
    assert (read_entries(caller)[-1].status, read_entries(caller)[-1].problem) == (429, "minute")


def test_a_call_without_an_answer_has_no_status(caller: Caller) -> None:
    caller.disturb({"fault": "drop_after", "wire": "reset"})
    caller.add_time()
    assert (read_entries(caller)[-1].status, read_entries(caller)[-1].wire) == (None, "reset")


@pytest.mark.parametrize(
    ("filters", "paths"),
    [
        ({"method": "post"}, ["time.api/add"]),
        ({"path": "staff"}, ["staff.api/list"]),
        ({"status": "404"}, []),
        ({"since": "1"}, ["time.api/add"]),
        ({"last": "1"}, ["time.api/add"]),
        ({"tenant": "another"}, []),
    ],
)
def test_entries_are_found_by_their_parts(caller: Caller, filters: dict[str, str], paths: list[str]) -> None:
    caller.status()
    caller.add_time()
    journal = caller.sandbox.journal
    assert isinstance(journal, CallJournal)
    assert [entry["path"].removeprefix("/practicemanager/3.1/") for entry in journal.select(**filters)] == paths


def call_at_once(served: RunningSandbox, api: httpx.Client, control: httpx.Client, calls: int) -> list[httpx.Response]:
    async def gather() -> list[httpx.Response]:
        async with httpx.AsyncClient(headers=api.headers) as client:
            return await asyncio.gather(*(client.get(f"{served.base_url}/staff.api/list") for _ in range(calls)))

    control.post("/latency", json={"ms": 80}).raise_for_status()
    answers = asyncio.run(gather())
    control.post("/latency", json={"ms": 0}).raise_for_status()
    return answers


def test_the_sixth_call_at_once_is_refused(served: RunningSandbox, api: httpx.Client, control: httpx.Client) -> None:
    control.post("/limits", json={"enabled": True}).raise_for_status()
    answers = call_at_once(served, api, control, 6)
    control.post("/limits", json={"enabled": False}).raise_for_status()
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 200, 200, 429]
    problems = {answer.headers.get("x-rate-limit-problem") for answer in answers}
    assert problems == {None, "concurrent"}


def test_the_concurrency_reached_is_seen(served: RunningSandbox, api: httpx.Client, control: httpx.Client) -> None:
    call_at_once(served, api, control, 3)
    reached = [entry["concurrency"] for entry in control.get("/journal").json()["entries"]]
    assert sorted(reached) == [1, 2, 3]
