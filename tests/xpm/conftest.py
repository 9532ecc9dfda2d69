"""A practice that is connected, over a scripted network or over a sandbox's socket."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from core.clock import SystemClock
from core.model import Clock
from core.sandbox.serve import RunningSandbox, ServeOptions, start_in_thread
from core.xpm.client import XpmClient
from core.xpm.endpoints import XERO, Endpoints, sandbox_endpoints
from core.xpm.gate import Limits
from core.xpm.secrets import Secret, Vault, make_key
from core.xpm.signin import App, Connection, ConnectionState, SignIn
from core.xpm.transport import HttpTransport
from tests.fakes import FakeClock
from tests.xpm.fakes import MemoryGate, MemoryTokens, Reply, Script

TENANT = "0b9f8f57-3a0e-4c7e-9a52-6a1d1d6f0a03"
REDIRECT = "http://127.0.0.1:8501/oauth/callback"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def gate(clock: FakeClock) -> MemoryGate:
    return MemoryGate(clock)


@pytest.fixture
def tokens() -> MemoryTokens:
    return MemoryTokens()


@pytest.fixture
def vault() -> Vault:
    return Vault([make_key()])


SignInOver = Callable[..., SignIn]
ClientOver = Callable[..., tuple[XpmClient, Script]]


@pytest.fixture
def sign_in_over(clock: FakeClock, tokens: MemoryTokens, vault: Vault) -> SignInOver:
    """A sign-in whose network is the script, connected with tokens CANARY-ACCESS and CANARY-REFRESH for 30 minutes."""

    def make(script: Script, *, endpoints: Endpoints = XERO, keys: Vault = vault, clock: Clock = clock) -> SignIn:
        app = App("client-1", Secret("CANARY-CLIENT-SECRET"))
        transport = HttpTransport(endpoints, clock, script)
        sign_in = SignIn("p1", app, endpoints, transport, tokens, keys, clock)
        if not tokens.connections:
            connect(tokens, sign_in, vault, clock)
        return sign_in

    return make


def connect(tokens: MemoryTokens, sign_in: SignIn, vault: Vault, clock: Clock) -> None:
    """Store a connection as `choose` leaves it."""
    row = Connection(
        state=ConnectionState.CONNECTED,
        tenant_id=TENANT,
        tenant_name="Kowhai & Rimu",
        connection_id="conn-1",
        access_token=vault.seal("CANARY-ACCESS", sign_in.seal_context("access")),
        refresh_token=vault.seal("CANARY-REFRESH", sign_in.seal_context("refresh")),
        access_expires_at=clock.now() + timedelta(minutes=30),
        refreshed_at=clock.now(),
        connected_by="Aroha",
    )
    assert tokens.swap_connection("p1", row, expected=0)


@pytest.fixture
def client_over(clock: FakeClock, gate: MemoryGate, sign_in_over: SignInOver) -> ClientOver:
    """A client whose network answers with these replies, and the script that was followed."""

    def make(*replies: Reply, mode: str = "xml") -> tuple[XpmClient, Script]:
        script = Script(replies)
        transport = HttpTransport(XERO, clock, script)
        client = XpmClient(transport, gate, sign_in_over(script), TENANT, mode, clock=clock, patience=5.0)
        return client, script

    return make


# -- over a socket -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def shared_sandbox() -> Iterator[RunningSandbox]:
    """One sandbox for tests that change nothing another test looks at."""
    with start_in_thread(ServeOptions(limits=False)) as running:
        yield running


def endpoints_of(running: RunningSandbox) -> Endpoints:
    return sandbox_endpoints(running.base_url, running.identity_url, running.connections_url)


def transport_to(running: RunningSandbox) -> HttpTransport:
    """The real transport; whoever asks for it closes it."""
    return HttpTransport(endpoints_of(running), SystemClock())


def sign_in_to(running: RunningSandbox, tokens: MemoryTokens, transport: HttpTransport) -> SignIn:
    """Go through the consent as a browser would and choose the first account."""
    app = App(running.client_id, Secret(running.client_secret))
    sign_in = SignIn("p1", app, endpoints_of(running), transport, tokens, Vault([make_key()]), SystemClock())
    url, state = sign_in.authorise_url(REDIRECT, asked_by="Aroha")
    code = follow_consent(url)
    account = sign_in.complete(state, code, by="Aroha")[0]
    sign_in.choose(state, account.tenant_id, by="Aroha")
    return sign_in


def follow_consent(url: str) -> str:
    """The code in the redirect that the consent page answers with."""
    visit = httpx.get(f"{url}&auto=1", follow_redirects=False, trust_env=False)
    return parse_qs(urlsplit(str(visit.headers["location"])).query)["code"][0]


def client_to(
    running: RunningSandbox, sign_in: SignIn, transport: HttpTransport, mode: str = "xml", clock: Clock | None = None
) -> XpmClient:
    """A client over the socket with a gate of its own and room for many calls."""
    clock, endpoints = clock or SystemClock(), endpoints_of(running)
    connection = sign_in.connection()
    assert connection is not None
    gate = MemoryGate(clock, Limits(per_minute=5000, per_day=100_000))
    return XpmClient(transport, gate, sign_in, connection.tenant_id, mode, clock=clock, endpoints=endpoints)
