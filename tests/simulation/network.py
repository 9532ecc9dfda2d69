"""The way between a worker's process and XPM: latency, outages, lost answers, and a count of what really left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import format_datetime
from random import Random
from urllib.parse import parse_qsl, urlsplit

from core.sandbox.calls import ApiRequest, Delivery
from core.sandbox.identity import SignIn
from core.sandbox.identity_routes import answer_token
from core.sandbox.pipeline import land_late_calls, run_call
from core.sandbox.world import Sandbox
from core.xpm.transport import Answer, AnswerLost, NotSent, Request
from tests.simulation.hub import Hub
from tests.simulation.process import Process

#: Seconds one way, and how long a client waits for an answer that does not come.
_LATENCY = 0.15
_READ_TIMEOUT = 30.0
_HOST = "https://api.xero.com"


@dataclass
class Traffic:
    """What left and what came back, by the true time: for the log and for the invariants."""

    starts: list[float] = field(default_factory=list)
    #: When whole lists of time came back; nothing cut or hidden in them by a fault.
    lists: list[float] = field(default_factory=list)
    #: Places in XPM's truth of what arrived after its sender had given up.
    landed_late: set[int] = field(default_factory=set)
    own_refusals: int = 0
    writes: int = 0
    calls: int = 0


@dataclass
class Trouble:
    """Chances per request besides the sandbox's own faults; `outages` are windows in which nothing gets through."""

    refused: float = 0.0
    token_lost: float = 0.0
    outages: list[tuple[float, float]] = field(default_factory=list)

    def calm_down(self) -> None:
        """No more of it."""
        self.refused = self.token_lost = 0.0
        self.outages.clear()


class Network:
    """Everybody's network; `connect` gives a process its own end of it."""

    def __init__(self, sandbox: Sandbox, hub: Hub, chance: Random, note: Callable[[str, str], None]) -> None:
        self.sandbox = sandbox
        self.hub = hub
        self.chance = chance
        self.note = note
        self.traffic = Traffic()
        self.trouble = Trouble()

    def connect(self, process: Process) -> Line:
        """The process's transport."""
        return Line(self, process)

    def is_out(self) -> bool:
        """Whether nothing gets through right now."""
        return any(start <= self.hub.seconds < end for start, end in self.trouble.outages)

    def land(self) -> None:
        """Let requests arrive whose time has come."""
        before = len(self.sandbox.truth)
        land_late_calls(self.sandbox)
        self.traffic.landed_late.update(range(before, len(self.sandbox.truth)))


class Line:
    """One process's transport: the `Transport` of core.xpm."""

    def __init__(self, network: Network, process: Process) -> None:
        self.answer_delay = 0.0
        self._net = network
        self._process = process

    def send(self, request: Request) -> Answer:
        """See `Transport.send`."""
        net = self._net
        self._process.touch()
        if net.is_out() or net.chance.random() < net.trouble.refused:
            net.note(self._process.name, "cannot connect")
            raise NotSent(_HOST, "ConnectError")
        called = translate(request)
        net.traffic.calls += 1
        delivery = self._ask_for_token(called) if "connect/token" in called.path else self._call(called)
        self._process.touch()
        return self._receive(called, delivery)

    def _call(self, called: ApiRequest) -> Delivery:
        net, sandbox = self._net, self._net.sandbox
        net.traffic.starts.append(net.hub.seconds)
        net.traffic.writes += called.method != "GET"
        waiting = len(sandbox.late_calls)
        self._pass(_LATENCY)
        delivery = run_call(sandbox, called, self._pass)
        for late in sandbox.late_calls[waiting:]:
            net.hub.call(late.due - net.hub.moment().timestamp() + 0.001, net.land)
        self._pass(_LATENCY)
        return delivery

    def _ask_for_token(self, called: ApiRequest) -> Delivery:
        net = self._net
        self._pass(_LATENCY)
        lost = net.chance.random() < net.trouble.token_lost
        if lost and net.chance.random() < 0.5:
            return Delivery(None, "close")
        identity = net.sandbox.identity
        assert isinstance(identity, SignIn)
        answer = answer_token(net.sandbox, identity, called)
        self._pass(_LATENCY + self.answer_delay)
        return Delivery(None if lost else answer)

    def _pass(self, seconds: float) -> None:
        """Time goes by; a request under way arrives even when its sender dies."""
        if seconds:
            self._net.hub.sleep(seconds)

    def _receive(self, called: ApiRequest, delivery: Delivery) -> Answer:
        net, what = self._net, f"{called.method} {called.path.rpartition('3.1/')[2]}"
        if delivery.answer is None:
            if net.chance.random() < 0.5:
                net.hub.sleep(_READ_TIMEOUT)
            net.note(self._process.name, f"{what}: no answer")
            self._process.check()
            raise AnswerLost(_HOST, "ReadError")
        answer = delivery.answer
        net.note(self._process.name, f"{what}: {answer.status} ({len(answer.body)} bytes)")
        if answer.status == 429 and "X-Rate-Limit-Problem" in answer.headers:
            net.traffic.own_refusals += not self._was_injected()
        elif called.method == "GET" and answer.status == 200 and "time.api/get" not in called.path:
            net.traffic.lists.append(net.hub.seconds)
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return Answer(answer.status, headers | {"date": format_datetime(net.hub.moment(), usegmt=True)}, answer.body)

    def _was_injected(self) -> bool:
        history = getattr(self._net.sandbox.faults, "history", [])
        return bool(history) and str(history[-1]["fault"]).startswith("limit_")


def translate(request: Request) -> ApiRequest:
    """The request as the sandbox takes it."""
    parts = urlsplit(request.url)
    headers = {name.lower(): value for name, value in request.headers.items()}
    if request.bearer is not None:
        headers["authorization"] = f"Bearer {request.bearer.reveal()}"
    return ApiRequest(request.method, parts.path, dict(parse_qsl(parts.query)), headers, request.body or b"")
