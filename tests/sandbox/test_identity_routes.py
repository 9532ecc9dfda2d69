"""Signing in over HTTP: the consent page, codes for tokens, refresh, revocation and the list of connections."""

import base64
import hashlib
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from core.sandbox.serve import RunningSandbox
from core.sandbox.switches import set_switch
from tests.sandbox.caller import Caller

BACK = "http://127.0.0.1:8501/oauth/callback"
VERIFIER = "a-verifier-of-more-than-forty-three-characters-length"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


class Browser:
    """A person's browser at the sign-in addresses; follows no redirect, so that tests can read it."""

    def __init__(self, served: RunningSandbox, client: httpx.Client) -> None:
        self.served, self.client = served, client
        self.visit: dict[str, str] = {
            "response_type": "code",
            "client_id": served.client_id,
            "redirect_uri": BACK,
            "scope": "offline_access practicemanager.read",
            "state": "xyz",
        }

    def open(self, **changes: str) -> httpx.Response:
        query = {name: value for name, value in {**self.visit, **changes}.items() if value}
        return self.client.get(f"{self.served.identity_url}/connect/authorize", params=query)

    def press(self, decision: str, *tenants: str) -> httpx.Response:
        form = {**self.visit, "decision": decision, "tenant": list(tenants)}
        return self.client.post(f"{self.served.identity_url}/connect/authorize", data=form)

    def post(self, path: str = "token", **form: str) -> httpx.Response:
        secrets = {"client_id": self.served.client_id, "client_secret": self.served.client_secret}
        return self.client.post(f"{self.served.identity_url}/connect/{path}", data={**secrets, **form})

    def sign_in(self, **changes: str) -> dict[str, Any]:
        code = read_back(self.open(auto="1", **changes))["code"]
        answer = self.post(grant_type="authorization_code", code=code, redirect_uri=BACK)
        tokens: dict[str, Any] = answer.raise_for_status().json()
        return tokens

    def connections(self, token: str, **query: str) -> list[dict[str, str]]:
        found = self.client.get(self.served.connections_url, headers=bear(token), params=query)
        listed: list[dict[str, str]] = found.raise_for_status().json()
        return listed


def bear(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def read_back(answer: httpx.Response) -> dict[str, str]:
    """The parameters with which the browser was sent back to the app."""
    assert answer.status_code == 302
    address = answer.headers["location"]
    assert address.startswith(BACK)
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


@pytest.fixture
def browser(served: RunningSandbox) -> Iterator[Browser]:
    Caller(served.sandbox, {}).sign_in.tokens.remove_all(keep="sandbox-scripts")
    with httpx.Client() as client:
        yield Browser(served, client)


def test_the_page_offers_every_account_with_practices_ticked(browser: Browser) -> None:
    page = browser.open()
    assert page.status_code == 200
    assert len(re.findall('type="checkbox"', page.text)) == 5
    assert len(re.findall('type="checkbox"[^>]* checked', page.text)) == 3
    assert "Kowhai &amp; Rimu Accounting" in page.text
    assert "Read everything in Practice Manager" in page.text


def test_allowing_sends_back_a_code_with_the_state_and_connects_what_was_ticked(browser: Browser) -> None:
    practice = Caller(browser.served.sandbox, {}).practice
    back = read_back(browser.press("allow", practice.id))
    assert back["state"] == "xyz"
    tokens = browser.post(grant_type="authorization_code", code=back["code"], redirect_uri=BACK).json()
    assert [one["tenantId"] for one in browser.connections(tokens["access_token"])] == [practice.id]


@pytest.mark.parametrize("decision", ["deny", "allow"])
def test_denying_or_ticking_nothing_is_access_denied(browser: Browser, decision: str) -> None:
    assert read_back(browser.press(decision)) == {"error": "access_denied", "state": "xyz"}


def test_auto_approves_at_once_and_can_name_the_accounts(browser: Browser) -> None:
    practice = Caller(browser.served.sandbox, {}).practice
    tokens = browser.sign_in(tenants=practice.id)
    assert [one["tenantType"] for one in browser.connections(tokens["access_token"])] == ["PRACTICEMANAGER"]


@pytest.mark.parametrize(
    ("approval", "found"),
    [("auto", {"code", "scope", "state"}), ("deny", {"error", "state"})],
)
def test_the_consent_page_can_be_told_to_answer_by_itself(
    browser: Browser, control: httpx.Client, approval: str, found: set[str]
) -> None:
    control.post("/consent", json={"approval": approval}).raise_for_status()
    assert set(read_back(browser.open())) == found


def test_a_person_without_the_right_finds_no_account(browser: Browser, control: httpx.Client) -> None:
    control.post("/consent", json={"approval": "no_account"}).raise_for_status()
    page = browser.open(auto="1").text
    assert "No account to connect" in page
    assert 'value="allow"' not in page


@pytest.mark.parametrize("changes", [{"client_id": "nobody"}, {"redirect_uri": "http://evil.example/oauth/callback"}])
def test_an_unknown_app_or_address_is_told_to_the_person_and_not_redirected(
    browser: Browser, changes: dict[str, str]
) -> None:
    answer = browser.open(**changes)
    assert answer.status_code == 400
    assert "location" not in answer.headers


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "practicemanager.everything"}, "invalid_scope"),
        ({"scope": ""}, "invalid_scope"),
        ({"code_challenge": "abc", "code_challenge_method": "plain"}, "invalid_request"),
    ],
)
def test_a_visit_out_of_order_goes_back_with_the_error(browser: Browser, changes: dict[str, str], error: str) -> None:
    assert read_back(browser.open(auto="1", **changes))["error"] == error


def test_pkce_can_be_demanded(browser: Browser, control: httpx.Client) -> None:
    control.post("/consent", json={"require_pkce": True}).raise_for_status()
    assert read_back(browser.open(auto="1"))["error"] == "invalid_request"
    assert "code" in read_back(browser.open(auto="1", code_challenge=CHALLENGE, code_challenge_method="S256"))


def test_a_public_client_signs_in_and_refreshes_without_a_secret(browser: Browser) -> None:
    visit = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}
    code = read_back(browser.open(auto="1", **visit))["code"]
    url, mine = f"{browser.served.identity_url}/connect/token", {"client_id": browser.served.client_id}
    form = {**mine, "grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "code_verifier": VERIFIER}
    token = browser.client.post(url, data=form).raise_for_status().json()["refresh_token"]
    again = {**mine, "grant_type": "refresh_token", "refresh_token": token}
    assert browser.client.post(url, data=again).status_code == 200


@pytest.mark.parametrize("root", ["/identity/connect/token", "/connect/token"])
def test_a_secret_in_a_basic_header_works_at_both_addresses(browser: Browser, root: str) -> None:
    token = browser.sign_in()["refresh_token"]
    answer = browser.client.post(
        browser.served.identity_url.removesuffix("/identity") + root,
        data={"grant_type": "refresh_token", "refresh_token": token},
        auth=(browser.served.client_id, browser.served.client_secret),
    )
    assert answer.status_code == 200
    assert answer.json()["expires_in"] == 1800


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"grant_type": "refresh_token", "refresh_token": "unknown"}, "invalid_grant"),
        ({"grant_type": "authorization_code", "code": "unknown", "redirect_uri": BACK}, "invalid_grant"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "refresh_token", "client_secret": "wrong"}, "invalid_client"),
    ],
)
def test_a_refused_token_call_is_a_400_with_the_error_word(browser: Browser, form: dict[str, str], error: str) -> None:
    answer = browser.post(**form)
    assert (answer.status_code, answer.json()) == (400, {"error": error})


def test_a_broken_basic_header_is_an_invalid_client(browser: Browser) -> None:
    answer = browser.client.post(
        f"{browser.served.identity_url}/connect/token", headers={"authorization": "Basic %%%"}, data={}
    )
    assert answer.json() == {"error": "invalid_client"}


def test_strict_rotation_is_a_switch(browser: Browser) -> None:
    sandbox = browser.served.sandbox
    sandbox.switches = set_switch(sandbox.switches, "former_refresh_token", "refused")
    form = {"grant_type": "refresh_token", "refresh_token": browser.sign_in()["refresh_token"]}
    assert [browser.post(**form).status_code for _ in range(2)] == [200, 400]


def test_connections_mix_types_and_carry_seven_fraction_digits(browser: Browser) -> None:
    listed = browser.connections(browser.sign_in()["access_token"])
    assert {one["tenantType"] for one in listed} == {"PRACTICEMANAGER", "ORGANISATION", "PRACTICE"}
    assert [one["id"] for one in listed] == sorted(one["id"] for one in listed)
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}", one["createdDateUtc"]) for one in listed)


def test_connections_can_be_narrowed_to_one_consent(browser: Browser) -> None:
    first, second = (one.id for one in list(browser.served.sandbox.tenants.values())[:2])
    browser.sign_in(tenants=first)
    token = browser.sign_in(tenants=second)["access_token"]
    event = next(one["authEventId"] for one in browser.connections(token) if one["tenantId"] == second)
    assert len(browser.connections(token)) == 2
    assert [one["tenantId"] for one in browser.connections(token, authEventId=event)] == [second]


def test_the_path_of_connections_ignores_case(browser: Browser) -> None:
    address = browser.served.connections_url.replace("connections", "Connections")
    token = browser.sign_in()["access_token"]
    assert browser.client.get(address, headers=bear(token)).status_code == 200


def test_connections_need_a_token(browser: Browser) -> None:
    assert browser.client.get(browser.served.connections_url).json()["Title"] == "Unauthorized"


def test_a_deleted_connection_is_gone_and_its_practice_refused(browser: Browser) -> None:
    practice, headers = Caller(browser.served.sandbox, {}).practice, bear(browser.sign_in()["access_token"])
    found = browser.connections(headers["authorization"][7:])
    address = f"{browser.served.connections_url}/{next(one['id'] for one in found if one['tenantId'] == practice.id)}"
    assert [browser.client.delete(address, headers=headers).status_code for _ in range(2)] == [204, 404]
    calls = {**headers, "xero-tenant-id": practice.id}
    assert browser.client.get(f"{browser.served.base_url}/staff.api/list", headers=calls).status_code == 403


def test_revocation_kills_the_refresh_token_and_the_connections(browser: Browser) -> None:
    tokens = browser.sign_in()
    answer = browser.post("revocation", token=tokens["refresh_token"])
    assert (answer.status_code, answer.content) == (200, b"")
    assert browser.connections(tokens["access_token"]) == []
    assert browser.post(grant_type="refresh_token", refresh_token=tokens["refresh_token"]).status_code == 400


def test_no_secret_of_signing_in_reaches_the_journal(browser: Browser, control: httpx.Client) -> None:
    tokens = browser.sign_in()
    browser.post(grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    browser.connections(tokens["access_token"])
    told = control.get("/journal").text
    secrets = (tokens["refresh_token"], tokens["access_token"], browser.served.client_secret)
    assert not [secret for secret in secrets if secret in told]
    assert "grant_type=refresh_token" in told
