"""Runs a sandbox on a loopback port: for the command line until a signal comes, for tests and the demo in a thread."""

from __future__ import annotations

import json
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.sandbox.app import Sandbox, create_app
from core.sandbox.clock import SandboxClock
from core.sandbox.fault_rules import read_rules
from core.sandbox.faults import FaultInjector
from core.sandbox.identity import LOOPBACK_REDIRECTS, SignIn
from core.sandbox.journal import CallJournal
from core.sandbox.limits import Allowance, RateLimits
from core.sandbox.names import draw_uuid
from core.sandbox.seed import build_tenants
from core.sandbox.snapshot import load_state
from core.sandbox.sockets import ShowTransport
from core.sandbox.state import Tenant
from core.sandbox.tokens import App, TokenStore

if TYPE_CHECKING:
    from collections.abc import Iterator

HOST = "127.0.0.1"
_ZONE = Tenant("", "").zone


class UnreadableFileError(ValueError):
    """A file named at the start that cannot be read as JSON."""

    def __init__(self, path: Path, reason: Exception) -> None:
        why = getattr(reason, "strerror", None) or str(reason)
        super().__init__(f"The file {path} cannot be read: {why}. Name a JSON file.")


@dataclass(frozen=True)
class ServeOptions:
    """How a sandbox starts.

    port:     0 takes a free one.
    faults:   a faults file, or its content; see `fault_rules.py`.
    data:     a practice to load instead of a made-up one, or its content; see `snapshot.py`.
    clock:    the sandbox's moment at the start (aware), default the system's; `freeze` stops it there.
    redirect_uris: registered for the app, default the dashboard's and any loopback port.
    """

    port: int = 0
    size: str = "small"
    seed: int = 1
    faults: Path | dict[str, Any] | None = None
    limits: bool = True
    data: Path | dict[str, Any] | None = None
    latency_ms: int = 0
    as_json: bool = False
    clock: datetime | None = None
    freeze: bool = False
    redirect_uris: tuple[str, ...] = LOOPBACK_REDIRECTS


@dataclass(frozen=True)
class RunningSandbox:
    """Where a sandbox answers, and what a client needs; `tenants` have id, name and type. Stop it when done."""

    base_url: str
    identity_url: str
    connections_url: str
    control_url: str
    client_id: str
    client_secret: str = field(repr=False)
    access_token: str = field(repr=False)
    tenants: list[dict[str, str]]
    sandbox: Sandbox = field(repr=False)
    stop: Callable[[], None] = field(repr=False, default=lambda: None)

    def describe(self) -> dict[str, Any]:
        """The start line of `--json`."""
        hidden = ("sandbox", "stop")
        return {name: getattr(self, name) for name in self.__dataclass_fields__ if name not in hidden}

    def __enter__(self) -> RunningSandbox:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


class QuietServer(uvicorn.Server):
    """Leaves signals to the caller, so that a stopped sandbox ends with exit code 0."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class SandboxDate:
    """Gives every answer the Date of the sandbox's clock: clients may measure their waiting by it."""

    def __init__(self, app: ASGIApp, clock: SandboxClock) -> None:
        self._app, self._clock = app, clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                date = format_datetime(self._clock.now(), usegmt=True).encode()
                message = {**message, "headers": [*message.get("headers", ()), (b"date", date)]}
            await send(message)

        await self._app(scope, receive, send_dated)


def serve(options: ServeOptions) -> None:
    """Serve until SIGTERM or SIGINT, after saying on stdout where and with which credentials."""
    with _listen(options.port) as listener:
        sandbox, server, running = _prepare(options, listener)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: setattr(server, "should_exit", True))
        sys.stdout.write(_announce(running, options, len(sandbox.tenants)))
        sys.stdout.flush()
        server.run(sockets=[listener])


def start_in_thread(options: ServeOptions | None = None) -> RunningSandbox:
    """A sandbox serving in a thread of this process; it is ready on return."""
    listener = _listen((options or ServeOptions()).port)
    _, server, running = _prepare(options or ServeOptions(), listener)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="sandbox", daemon=True)

    def stop() -> None:
        server.should_exit = True
        thread.join(10)
        listener.close()

    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.002)
    return RunningSandbox(**running.describe(), sandbox=running.sandbox, stop=stop)


def build_sandbox(options: ServeOptions) -> Sandbox:
    """Everything but the port: practices, clock, sign-in with its app, limits, faults, journal."""
    document = _read_json(options.data)
    moment, loaded = load_state(document) if document is not None else (None, None)
    clock = _start_clock(options, moment)
    today = clock.today(_ZONE)

    def build() -> dict[str, Tenant]:
        if document is not None:
            return load_state(document)[1]
        return build_tenants(options.size, options.seed, today)

    return Sandbox(
        tenants=build() if loaded is None else loaded,
        clock=clock,
        # What is loaded holds ids drawn before: a sandbox that goes on from it must not draw them again.
        random=Random(f"{options.seed}|ids|{moment or ''}"),
        identity=_make_sign_in(options),
        limits=RateLimits(Allowance(enabled=options.limits)),
        faults=FaultInjector(read_rules(_read_json(options.faults) or {}), latency=options.latency_ms / 1000),
        journal=CallJournal(),
        origin=build,
    )


def _start_clock(options: ServeOptions, loaded: datetime | None) -> SandboxClock:
    """A clock at the moment asked for, else at the loaded one, else at the system's."""
    clock = SandboxClock()
    if start := options.clock or loaded:
        clock.set(start)
    return SandboxClock(frozen_at=options.clock or loaded or clock.now()) if options.freeze else clock


def _make_sign_in(options: ServeOptions) -> SignIn:
    """Sign-in with one registered app, whose id and secret follow from the seed."""
    store = TokenStore(Random(f"{options.seed}|tokens"))
    client_id = draw_uuid(store.random).replace("-", "").upper()
    secret = f"{store.random.getrandbits(256):064x}"
    store.apps[client_id] = App(client_id, secret, options.redirect_uris)
    return SignIn(store)


def _prepare(options: ServeOptions, listener: socket.socket) -> tuple[Sandbox, QuietServer, RunningSandbox]:
    sandbox = build_sandbox(options)
    sandbox.practice_url = f"http://{HOST}:{listener.getsockname()[1]}/practice"
    app = ShowTransport(SandboxDate(create_app(sandbox), sandbox.clock))
    config = uvicorn.Config(
        app,
        http="h11",
        loop="asyncio",
        ws="none",
        lifespan="off",
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=1,
    )
    return sandbox, QuietServer(config), _describe(sandbox, listener.getsockname()[1])


def _describe(sandbox: Sandbox, port: int) -> RunningSandbox:
    sign_in = sandbox.identity
    if not isinstance(sign_in, SignIn):
        raise TypeError(f"A served sandbox signs in through SignIn, not {type(sign_in).__name__}.")
    app = next(iter(sign_in.tokens.apps.values()))
    root = f"http://{HOST}:{port}"
    return RunningSandbox(
        base_url=f"{root}/practicemanager/3.1",
        identity_url=f"{root}/identity",
        connections_url=f"{root}/connections",
        control_url=f"{root}/_sandbox",
        client_id=app.client_id,
        client_secret=app.client_secret,
        access_token=sign_in.make_ready_token(sandbox, app.client_secret),
        tenants=[{"id": one.id, "name": one.name, "type": one.type} for one in sandbox.tenants.values()],
        sandbox=sandbox,
    )


def _listen(port: int) -> socket.socket:
    """A socket that takes connections from now on, so that the announced address works at once."""
    # With the protocol left open asyncio does not switch on TCP_NODELAY, and every answer waits 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
        listener.listen(128)
    except OSError:
        listener.close()
        raise
    return listener


def _read_json(source: Path | dict[str, Any] | None) -> Any:
    if not isinstance(source, Path):
        return source
    try:
        return json.loads(source.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UnreadableFileError(source, error) from error


def _announce(running: RunningSandbox, options: ServeOptions, tenants: int) -> str:
    described = running.describe()
    if options.as_json:
        return json.dumps(described, ensure_ascii=False) + "\n"
    practices = "".join(f"  {one['id']}  {one['type']:<16} {one['name']}\n" for one in running.tenants)
    addresses = "".join(f"{name:<16} {value}\n" for name, value in described.items() if name != "tenants")
    return f"Sandbox of Practice Manager 3.1, stop with Ctrl+C\n{addresses}{tenants} accounts:\n{practices}"
