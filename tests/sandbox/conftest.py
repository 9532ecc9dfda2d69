"""Sandboxes for tests: in process on a frozen clock, and one per module on a real socket."""

from collections.abc import Iterator

import httpx
import pytest

from core.sandbox.serve import RunningSandbox, ServeOptions, start_in_thread
from tests.sandbox.caller import NOON, Caller, make_caller


@pytest.fixture
def caller() -> Caller:
    """The small practice, called without a socket."""
    return make_caller()


@pytest.fixture(scope="module")
def running() -> Iterator[RunningSandbox]:
    with start_in_thread(ServeOptions(clock=NOON, freeze=True, limits=False)) as started:
        yield started


@pytest.fixture
def served(running: RunningSandbox) -> RunningSandbox:
    """A sandbox on a socket, as new but for its sign-in."""
    running.sandbox.clock.set(NOON)
    httpx.post(f"{running.control_url}/reset").raise_for_status()
    httpx.post(f"{running.control_url}/consent", json={"approval": "ask", "require_pkce": False}).raise_for_status()
    return running


@pytest.fixture
def api(served: RunningSandbox) -> Iterator[httpx.Client]:
    """A client of the first practice with the ready token."""
    tenant = next(one["id"] for one in served.tenants if one["type"] == "PRACTICEMANAGER")
    headers = {"authorization": f"Bearer {served.access_token}", "xero-tenant-id": tenant}
    with httpx.Client(base_url=served.base_url, headers=headers, timeout=5) as client:
        yield client


@pytest.fixture
def control(served: RunningSandbox) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=served.control_url, timeout=5) as client:
        yield client
