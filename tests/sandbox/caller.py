"""A sandbox with everything switched on, called without a socket on a clock that only the test moves."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from core.sandbox.calls import ApiRequest, Delivery
from core.sandbox.fault_rules import read_rules
from core.sandbox.faults import FaultInjector
from core.sandbox.identity import SignIn
from core.sandbox.limits import RateLimits
from core.sandbox.pipeline import run_call
from core.sandbox.serve import ServeOptions, build_sandbox
from core.sandbox.state import PRACTICE_MANAGER, Tenant
from core.sandbox.world import Sandbox

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
ROOT = "/practicemanager/3.1/"


@dataclass
class Caller:
    """Calls the first practice of `sandbox` with the token in `headers`."""

    sandbox: Sandbox
    headers: dict[str, str]

    def send(self, method: str, path: str, query: dict[str, str] | None = None, body: str = "") -> Delivery:
        return run_call(self.sandbox, ApiRequest(method, ROOT + path, query or {}, self.headers, body.encode()))

    def status(self, path: str = "staff.api/list") -> int:
        answer = self.send("GET", path).answer
        assert answer
        return answer.status

    @property
    def practice(self) -> Tenant:
        return next(one for one in self.sandbox.tenants.values() if one.type == PRACTICE_MANAGER)

    @property
    def limits(self) -> RateLimits:
        assert isinstance(self.sandbox.limits, RateLimits)
        return self.sandbox.limits

    @property
    def sign_in(self) -> SignIn:
        assert isinstance(self.sandbox.identity, SignIn)
        return self.sandbox.identity

    def disturb(self, *rules: dict[str, Any], seed: int = 1) -> FaultInjector:
        injector = self.sandbox.faults
        assert isinstance(injector, FaultInjector)
        injector.book = read_rules({"seed": seed, "rules": list(rules)})
        return injector

    def write_timesheet(self, minutes: int = 75) -> str:
        """A body for time.api/add on the internal job, which every practice has."""
        job = next(iter(self.practice.jobs.values()))
        return (
            f"<Timesheet><Job>{job.number}</Job><TaskUUID>{job.tasks[0].uuid}</TaskUUID>"
            f"<StaffUUID>{job.assigned[0]}</StaffUUID><Date>20261120</Date><Minutes>{minutes}</Minutes></Timesheet>"
        )

    def add_time(self, minutes: int = 75) -> Delivery:
        return self.send("POST", "time.api/add", body=self.write_timesheet(minutes))


def make_caller(**options: Any) -> Caller:
    sandbox = build_sandbox(ServeOptions(**{"clock": NOON, "freeze": True, **options}))
    caller = Caller(sandbox, {})
    token = caller.sign_in.make_ready_token(sandbox, "secret")
    caller.headers = {"authorization": f"Bearer {token}", "xero-tenant-id": caller.practice.id}
    return caller
