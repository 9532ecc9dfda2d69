"""The way of a call: in which order its stations come, and what is left of it when something is lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest

from core.sandbox.calls import ApiAnswer, ApiRequest, Delivery, FaultPlan, Grant
from core.sandbox.pipeline import begin_call, finish_call, land_late_calls, perform_call, run_call
from core.sandbox.world import Sandbox
from tests.sandbox.kowhai import JOB, KOWHAI, RATA, TIME, add_time, call, make_sandbox, read, texts, timesheet


@dataclass
class Stations:
    """Identity, limits, faults and journal in one, noting what comes by."""

    plan: FaultPlan = field(default_factory=FaultPlan)
    refusal: ApiAnswer | None = None
    is_full: bool = False
    seen: list[str] = field(default_factory=list)
    scopes: frozenset[str] = frozenset()

    def authorise(self, _sandbox: Sandbox, _request: ApiRequest, scopes: frozenset[str]) -> Grant | ApiAnswer:
        self.seen.append("authorise")
        self.scopes = scopes
        return self.refusal or Grant(KOWHAI)

    def routes(self, _sandbox: Sandbox) -> list[object]:
        return []

    def admit(self, _sandbox: Sandbox, _tenant_id: str) -> ApiAnswer | None:
        self.seen.append("admit")
        return ApiAnswer(429) if self.is_full else None

    def release(self, _sandbox: Sandbox, _tenant_id: str) -> None:
        self.seen.append("release")

    def remaining_headers(self, _sandbox: Sandbox, _tenant_id: str) -> dict[str, str]:
        return {"X-MinLimit-Remaining": "59"}

    def before(self, _sandbox: Sandbox, _request: ApiRequest, _tenant_id: str) -> FaultPlan:
        self.seen.append("before")
        return self.plan

    def after(self, _sandbox: Sandbox, _request: ApiRequest, _tenant_id: str, answer: ApiAnswer) -> Delivery:
        self.seen.append("after")
        return Delivery(answer)

    async def deliver(self, *_: object) -> None: ...

    def begin(self, _sandbox: Sandbox, _request: ApiRequest) -> str:
        self.seen.append("begin")
        return "entry"

    def finish(self, _sandbox: Sandbox, entry: str, tenant_id: str, delivery: Delivery) -> None:
        status = delivery.answer.status if delivery.answer else "none"
        self.seen.append(f"finish {entry} {tenant_id[:1]} {status}")


def watch(stations: Stations) -> Sandbox:
    sandbox = make_sandbox()
    sandbox.identity = sandbox.limits = sandbox.faults = sandbox.journal = stations  # type: ignore[assignment]
    return sandbox


def enter() -> ApiRequest:
    return ApiRequest("POST", "/practicemanager/3.1/time.api/add", body=timesheet().encode())


def test_a_call_passes_its_stations_in_order() -> None:
    stations = Stations()
    delivery = run_call(watch(stations), enter())
    assert stations.seen == ["begin", "authorise", "admit", "before", "after", "release", "finish entry 7 200"]
    assert delivery.answer
    assert delivery.answer.headers["X-MinLimit-Remaining"] == "59"
    assert stations.scopes == {"practicemanager", "practicemanager.time"}


def test_a_call_without_sign_in_reaches_nothing() -> None:
    stations = Stations(refusal=ApiAnswer(401))
    sandbox = watch(stations)
    delivery = run_call(sandbox, enter())
    assert stations.seen == ["begin", "authorise", "finish entry  401"]
    assert delivery.answer == ApiAnswer(401)
    assert sandbox.truth == []


def test_a_call_over_the_limit_takes_no_slot_and_shows_nothing_more() -> None:
    stations = Stations(is_full=True)
    delivery = run_call(watch(stations), enter())
    assert stations.seen == ["begin", "authorise", "admit", "finish entry 7 429"]
    assert delivery.answer == ApiAnswer(429)


def test_the_slot_is_given_back_when_waiting_fails() -> None:
    stations = Stations(plan=FaultPlan(wait=5))

    def give_up(_seconds: float) -> None:
        raise TimeoutError

    with pytest.raises(TimeoutError):
        run_call(watch(stations), enter(), give_up)
    assert stations.seen[-2:] == ["release", "finish entry 7 none"]


def test_latencies_are_handed_to_the_callers_clock() -> None:
    waited: list[float] = []
    run_call(watch(Stations(plan=FaultPlan(wait=1.5))), enter(), waited.append)
    assert waited == [1.5, 0.0]


def test_a_dropped_request_changes_nothing_and_is_not_answered() -> None:
    sandbox = watch(Stations(plan=FaultPlan(drop=True, wire="reset")))
    assert run_call(sandbox, enter()) == Delivery(None, "reset")
    assert sandbox.truth == []


def test_an_answer_given_instead_leaves_the_practice_alone() -> None:
    sandbox = watch(Stations(plan=FaultPlan(answer=ApiAnswer(503))))
    delivery = run_call(sandbox, enter())
    assert delivery.answer
    assert (delivery.answer.status, sandbox.truth) == (503, [])


def test_a_late_call_lands_when_its_time_has_come_and_only_once() -> None:
    sandbox = watch(Stations(plan=FaultPlan(land_after=900)))
    assert run_call(sandbox, enter()).answer is None
    counts = []
    for seconds in (0, 899, 1, 5000):
        sandbox.clock.advance(seconds)
        land_late_calls(sandbox)
        counts.append(len(sandbox.tenants[KOWHAI].times))
    assert counts == [1, 1, 2, 2]


def test_any_call_lets_late_ones_land_first() -> None:
    stations = Stations(plan=FaultPlan(land_after=10))
    sandbox = watch(stations)
    run_call(sandbox, enter())
    stations.plan = FaultPlan()
    sandbox.clock.advance(11)
    assert len(texts(read(sandbox, f"time.api/job/{JOB}"), "Times/Time")) == 2


def test_a_lagging_read_sees_the_practice_as_it_was() -> None:
    stations = Stations()
    sandbox = watch(stations)
    add_time(sandbox)
    call(sandbox, "DELETE", f"time.api/delete/{TIME}")
    sandbox.clock.advance(60)
    stations.plan = FaultPlan(lag=90)
    assert texts(read(sandbox, f"time.api/job/{JOB}"), "Times/Time/UUID") == [TIME]
    stations.plan = FaultPlan(lag=59)
    assert texts(read(sandbox, f"time.api/job/{JOB}"), "Times/Time/Note") == ["VAT"]


def test_a_lagging_read_sees_a_job_as_it_was() -> None:
    stations = Stations(plan=FaultPlan(lag=30))
    sandbox = watch(stations)
    call(sandbox, "PUT", "job.api/state", f"<Job><ID>{JOB}</ID><State>COMPLETED</State></Job>")
    assert texts(read(sandbox, "job.api/current"), "Jobs/Job/State") == ["In Progress"]
    sandbox.clock.advance(30)
    assert texts(read(sandbox, "job.api/current"), "Jobs/Job") == []


@pytest.mark.parametrize(("rows", "expected"), [("cut", 4), ("duplicate", 7), ("shuffle", 6)])
def test_a_disturbed_list_loses_doubles_or_reorders_rows(rows: str, expected: int) -> None:
    stations = Stations()
    sandbox = watch(stations)
    for minutes in range(5):
        add_time(sandbox, Minutes=str(minutes + 1))
    whole = texts(read(sandbox, f"time.api/job/{JOB}"), "Times/Time/UUID")
    stations.plan = FaultPlan(rows=rows)
    shown = texts(read(sandbox, f"time.api/job/{JOB}"), "Times/Time/UUID")
    assert len(shown) == expected
    assert shown != whole
    assert set(shown) <= set(whole)


def test_the_same_seed_gives_the_same_history_byte_for_byte() -> None:
    histories = []
    for _ in range(2):
        sandbox = make_sandbox()
        answers = [call(sandbox, "POST", "time.api/add", timesheet(Minutes=str(n))) for n in range(1, 9)]
        histories.append((answers, sandbox.truth))
    assert histories[0] == histories[1]


def test_refusals_at_the_entrance_do_not_wait_for_the_practice() -> None:
    sandbox = watch(Stations(is_full=True))
    with ThreadPoolExecutor(1) as pool, sandbox.lock:
        refused = pool.submit(begin_call, sandbox, enter()).result(timeout=5)
    finish_call(sandbox, refused)
    assert perform_call(sandbox, refused).answer == ApiAnswer(429)


@pytest.mark.parametrize("path", ["", "time.api", "time.api/add/x", "supplier.api/list", "purchaseorder.api/list"])
def test_a_path_that_does_not_exist_is_a_404(path: str) -> None:
    answer = call(make_sandbox(), "GET", path)
    assert (answer.status, answer.body) == (404, b"")


def test_a_wrong_verb_names_the_right_ones() -> None:
    answer = call(make_sandbox(), "DELETE", "job.api/task")
    assert (answer.status, answer.headers["allow"]) == (405, "POST, PUT")


def test_a_practice_that_is_not_ours_is_forbidden_even_without_sign_in() -> None:
    assert call(make_sandbox(), "GET", "staff.api/list", tenant="unknown").status == 403
    assert call(make_sandbox(), "GET", "staff.api/list", tenant=RATA).status == 200
