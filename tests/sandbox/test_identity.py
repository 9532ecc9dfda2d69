"""Who is let through: tokens, practices and scopes on every call."""

import json

import pytest

from core.sandbox.calls import ApiAnswer
from core.sandbox.identity import LOOPBACK_REDIRECTS, is_registered
from core.sandbox.switches import set_switch
from core.sandbox.tokens import App
from tests.sandbox.caller import Caller


def sign_in_with(caller: Caller, *scopes: str) -> None:
    """Give the caller a token of an app of its own with these scopes, connected to every account."""
    store, now = caller.sign_in.tokens, caller.sandbox.clock.now()
    app = store.apps.setdefault("other", App("other", "secret", LOOPBACK_REDIRECTS))
    consent = store.grant(app, scopes, list(caller.sandbox.tenants), now)
    token = store.issue_tokens(consent, public=False, now=now)["access_token"]
    caller.headers = {**caller.headers, "authorization": f"Bearer {token}"}


def ask(caller: Caller, method: str = "GET", path: str = "staff.api/list") -> ApiAnswer:
    answer = caller.send(method, path, body="<x/>").answer
    assert answer
    return answer


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer nonsense", "Basic abc"])
def test_without_a_known_token_the_gateway_answers_in_json(caller: Caller, authorization: str) -> None:
    caller.headers = {**caller.headers, "authorization": authorization}
    answer = ask(caller)
    problem = json.loads(answer.body)
    assert (answer.status, problem["Title"], problem["Detail"]) == (401, "Unauthorized", "AuthenticationUnsuccessful")
    assert problem["Instance"] == answer.headers["xero-correlation-id"]
    assert answer.headers["www-authenticate"] == "Bearer error=invalid_token"


def test_a_token_ends_after_half_an_hour_and_the_answer_says_when(caller: Caller) -> None:
    sign_in_with(caller, "practicemanager.read")
    caller.sandbox.clock.advance(1799)
    assert caller.status() == 200
    caller.sandbox.clock.advance(1)
    assert json.loads(ask(caller).body)["Detail"] == "TokenExpired: token expired at 11/22/2026 12:30:00"


def test_the_ready_token_of_scripts_does_not_end(caller: Caller) -> None:
    caller.sandbox.clock.advance(90 * 86_400)
    assert caller.status() == 200


@pytest.mark.parametrize("kind", ["ORGANISATION", "PRACTICE"])
def test_a_connection_of_another_type_is_no_practice(caller: Caller, kind: str) -> None:
    other = next(one.id for one in caller.sandbox.tenants.values() if one.type == kind)
    caller.headers = {**caller.headers, "xero-tenant-id": other}
    answer = ask(caller)
    assert (answer.status, json.loads(answer.body)["Title"]) == (403, "Forbidden")


def test_the_tenant_is_found_in_any_case_of_letters(caller: Caller) -> None:
    caller.headers = {**caller.headers, "xero-tenant-id": caller.practice.id.upper()}
    assert caller.status() == 200


@pytest.mark.parametrize(
    ("scopes", "method", "path", "allowed"),
    [
        ("practicemanager.read", "GET", "staff.api/list", True),
        ("practicemanager.staff.read", "GET", "staff.api/list", True),
        ("practicemanager.time", "GET", "staff.api/list", False),
        ("practicemanager.job", "GET", "task.api/list", False),
        ("practicemanager.read", "GET", "task.api/list", True),
        ("practicemanager.read", "POST", "time.api/add", False),
        ("practicemanager.time.read", "POST", "time.api/add", False),
        ("practicemanager.time", "POST", "time.api/add", True),
        ("practicemanager", "POST", "job.api/add", True),
        ("offline_access", "GET", "client.api/list", False),
    ],
)
def test_each_call_needs_its_scope(caller: Caller, scopes: str, method: str, path: str, allowed: bool) -> None:
    sign_in_with(caller, scopes)
    assert (ask(caller, method, path).status != 403) is allowed


def test_a_missing_scope_is_a_401_when_the_switch_says_so(caller: Caller) -> None:
    caller.sandbox.switches = set_switch(caller.sandbox.switches, "scope_missing_status", "401")
    sign_in_with(caller, "practicemanager.time")
    assert ask(caller).status == 401


def test_a_removed_connection_is_a_403(caller: Caller) -> None:
    sign_in_with(caller, "practicemanager.read")
    connection = caller.sign_in.tokens.find_connection("other", caller.practice.id)
    assert connection
    del caller.sign_in.tokens.connections[connection.id]
    assert caller.status() == 403


@pytest.mark.parametrize(
    ("address", "fits"),
    [
        ("http://127.0.0.1:8501/oauth/callback", True),
        ("http://127.0.0.1:49152/oauth/callback", True),
        ("http://localhost:8501/oauth/callback", True),
        ("http://127.0.0.1:8501/oauth/callback/", False),
        ("http://127.0.0.1:8501/elsewhere", False),
        ("http://127.0.0.2:8501/oauth/callback", False),
        ("http://evil.example:8501/oauth/callback", False),
        ("http://127.0.0.1/oauth/callback", False),
        ("http://127.0.0.1:bad/oauth/callback", False),
        ("", False),
    ],
)
def test_a_redirect_uri_must_equal_a_registered_one_but_for_the_loopback_port(address: str, fits: bool) -> None:
    assert is_registered(address, LOOPBACK_REDIRECTS) is fits
