"""Calls per minute, per day, per app and at once, on a clock that steps."""

import pytest

from core.sandbox.calls import ApiAnswer
from core.sandbox.limits import LimitValueError, find_window_start
from core.sandbox.switches import set_switch
from tests.sandbox.caller import Caller, make_caller


def refuse(caller: Caller) -> ApiAnswer:
    answer = caller.send("GET", "staff.api/list").answer
    assert answer
    assert answer.status == 429
    return answer


def spend_minute(caller: Caller) -> None:
    for _ in range(60):
        assert caller.status() == 200


def test_every_answered_call_shows_what_is_left(caller: Caller) -> None:
    answer = caller.send("GET", "staff.api/list").answer
    assert answer
    shown = {name.lower(): value for name, value in answer.headers.items() if "remaining" in name.lower()}
    assert shown == {
        "x-appminlimit-remaining": "9999",
        "x-minlimit-remaining": "59",
        "x-daylimit-remaining": "4999",
    }


def test_the_61st_call_of_a_minute_is_refused_without_a_body(caller: Caller) -> None:
    spend_minute(caller)
    answer = refuse(caller)
    assert answer.body == b""
    assert "content-type" not in answer.headers
    assert answer.headers["X-Rate-Limit-Problem"] == "minute"
    assert answer.headers["X-MinLimit-Remaining"] == "0"


def test_waiting_as_told_opens_the_next_minute(caller: Caller) -> None:
    spend_minute(caller)
    wait = int(refuse(caller).headers["Retry-After"])
    assert 0 < wait <= 60
    caller.sandbox.clock.advance(wait - 1)
    refuse(caller)
    caller.sandbox.clock.advance(1)
    assert caller.status() == 200


def test_the_minute_begins_at_the_tenants_own_second(caller: Caller) -> None:
    start = find_window_start("minute", caller.practice.id)
    spend_minute(caller)
    assert int(refuse(caller).headers["Retry-After"]) == (start - 0 - 1) % 60 + 1


def test_the_day_has_its_own_hour_and_a_long_wait() -> None:
    caller = make_caller()
    caller.limits.set_allowance("day", 2)
    assert [caller.status() for _ in range(2)] == [200, 200]
    answer = refuse(caller)
    assert answer.headers["X-Rate-Limit-Problem"] == "day"
    caller.sandbox.clock.advance(int(answer.headers["Retry-After"]))
    assert caller.sandbox.clock.now().hour == find_window_start("day", caller.practice.id) // 3600
    assert caller.status() == 200


def test_the_daily_limit_follows_its_switch(caller: Caller) -> None:
    caller.sandbox.switches = set_switch(caller.sandbox.switches, "daily_limit", "1000")
    assert caller.limits.remaining(caller.sandbox, caller.practice.id)["day"] == 1000


def test_the_sixth_call_at_once_is_refused_without_a_wait(caller: Caller) -> None:
    for _ in range(5):
        assert caller.limits.admit(caller.sandbox, caller.practice.id) is None
    answer = caller.limits.admit(caller.sandbox, caller.practice.id)
    assert answer
    assert answer.headers["X-Rate-Limit-Problem"] == "concurrent"
    assert "Retry-After" not in answer.headers
    caller.limits.release(caller.sandbox, caller.practice.id)
    assert caller.limits.admit(caller.sandbox, caller.practice.id) is None


def test_a_call_refused_for_concurrency_costs_no_quota(caller: Caller) -> None:
    for _ in range(8):
        caller.limits.admit(caller.sandbox, caller.practice.id)
    assert caller.limits.remaining(caller.sandbox, caller.practice.id)["minute"] == 55


def test_the_app_minute_counts_over_all_tenants(caller: Caller) -> None:
    caller.limits.set_allowance("appminute", 3)
    for tenant_id in ("a", "b", "c"):
        assert caller.limits.admit(caller.sandbox, tenant_id) is None
    answer = caller.limits.admit(caller.sandbox, "d")
    assert answer
    assert answer.headers["X-Rate-Limit-Problem"] == "appminute"


def test_one_tenant_does_not_spend_the_quota_of_another(caller: Caller) -> None:
    spend_minute(caller)
    assert caller.limits.admit(caller.sandbox, "another") is None


def test_a_business_error_counts_and_a_401_does_not(caller: Caller) -> None:
    answer = caller.send("POST", "job.api/delete", body="<Job><ID>NONE</ID></Job>").answer
    assert answer
    assert b"ERROR" in answer.body
    assert answer.headers["X-MinLimit-Remaining"] == "59"
    caller.headers = {**caller.headers, "authorization": "Bearer wrong"}
    assert caller.status() == 401
    assert caller.limits.remaining(caller.sandbox, caller.practice.id)["minute"] == 59


def test_a_foreign_tenant_shows_only_the_app_counter(caller: Caller) -> None:
    caller.headers = {**caller.headers, "xero-tenant-id": "00000000-0000-4000-8000-000000000000"}
    answer = caller.send("GET", "staff.api/list").answer
    assert answer
    assert answer.status == 403
    assert [name for name in answer.headers if "Remaining" in name] == ["X-AppMinLimit-Remaining"]


def test_limits_off_refuse_nothing_and_show_nothing() -> None:
    caller = make_caller(limits=False)
    for _ in range(70):
        assert caller.status() == 200
    answer = caller.send("GET", "staff.api/list").answer
    assert answer
    assert not [name for name in answer.headers if "remaining" in name.lower()]


@pytest.mark.parametrize(("name", "value"), [("hour", 3), ("minute", "60"), ("minute", True), ("enabled", 1)])
def test_a_limit_that_does_not_exist_is_refused_with_the_names(caller: Caller, name: str, value: object) -> None:
    with pytest.raises(LimitValueError, match="concurrent, minute, day or appminute"):
        caller.limits.set_allowance(name, value)
