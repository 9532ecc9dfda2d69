"""The server around the pages: safe answers, closed paths, and the return from Xero."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route

import dashboard
from core.store import Store

Get = Callable[[str], httpx.Response]


@pytest.fixture
def get(empty_store: Store) -> Get:
    """Asks the routes for a path, as a browser that follows nothing."""
    assert empty_store.practices.list() == []
    routes = [
        Route("/oauth/callback", dashboard.receive_consent),
        Route("/readyz", dashboard.tell_ready),
        Route("/_stcore/metrics", lambda _request: PlainTextResponse("figures")),
    ]
    app = Starlette(routes=routes, middleware=[Middleware(dashboard.SafeAnswers)])

    async def ask(path: str) -> httpx.Response:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return await client.get(path)

    return lambda path: asyncio.run(ask(path))


@pytest.mark.parametrize("path", ["/readyz", "/oauth/callback", "/nowhere", "/_stcore/metrics"])
def test_every_answer_carries_the_security_headers(get: Get, path: str) -> None:
    headers = get(path).headers
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert (headers["x-content-type-options"], headers["referrer-policy"]) == ("nosniff", "no-referrer")


@pytest.mark.parametrize("path", ["/_stcore/metrics", "/_stcore/agent/openapi.json"])
def test_figures_and_the_control_path_are_closed(get: Get, path: str) -> None:
    assert get(path).status_code == 404


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("error=access_denied&state=s", "denied"),
        ("state=s", "denied"),
        ("state=nobody-asked&code=c", "refused"),
        ("code=c", "refused"),
    ],
)
def test_a_return_that_cannot_be_used_redirects_with_a_word(get: Get, query: str, problem: str) -> None:
    answer = get(f"/oauth/callback?{query}")
    assert (answer.status_code, answer.headers["location"]) == (302, f"/connection?problem={problem}")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.content == b""


def test_a_database_that_answers_is_ready(get: Get) -> None:
    assert get("/readyz").json() == {"ready": True}


@pytest.mark.parametrize("address", ["", "0.0.0.0", "192.168.1.5"])  # noqa: S104  refused is what is tested
def test_the_dashboard_is_not_served_to_other_computers(address: str) -> None:
    with pytest.raises(dashboard.OpenAddress, match=r"127\.0\.0\.1"):
        dashboard.check_address(address)


def test_no_inline_script_may_run_but_those_of_the_start_page() -> None:
    scripts = next(rule for rule in dashboard.POLICY.split("; ") if rule.startswith("script-src"))
    assert "'sha256-" in scripts
    assert "unsafe-inline" not in scripts
    assert "'unsafe-eval'" not in scripts
