"""The practice of a seed: who works there, on what, and what people typed into XPM themselves before we came."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from core.sandbox.clock import SandboxClock
from core.sandbox.fault_rules import RuleBook
from core.sandbox.faults import FaultInjector
from core.sandbox.identity import SignIn
from core.sandbox.limits import RateLimits
from core.sandbox.person import type_time
from core.sandbox.state import CatalogueTask, Client, Job, JobState, JobTask, Staff, Tenant
from core.sandbox.tokens import KNOWN_SCOPES, App, Consent, TokenStore
from core.sandbox.world import Sandbox
from tests.simulation.hub import START, Hub

#: XPM's own day of this practice begins at 01:00 UTC: an hour into the calm, whatever was used of the day before.
TENANT = "70000000-0000-4000-8000-000000000008"
CLIENT_APP = App("simulation", "a made-up secret", ("http://127.0.0.1:8501/oauth/callback",))
TODAY = START.date() + timedelta(days=1)  # it is morning there
_STATES = (("In Progress", "INPROGRESS", "open"), ("Completed", "COMPLETED", "completed"))


@dataclass(frozen=True)
class Place:
    """Where time may be recorded."""

    staff: str
    job: str
    task: str


@dataclass(frozen=True)
class Practice:
    """Everything there is to record time on."""

    staff: tuple[str, ...]
    tasks: tuple[tuple[str, str], ...]  # job number, job task
    days: tuple[date, ...]

    def draw(self, chance: Random) -> tuple[Place, date]:
        """A person, a day and some work."""
        job, task = chance.choice(self.tasks)
        return Place(chance.choice(self.staff), job, task), chance.choice(self.days)


def make_practice(chance: Random, entries: int, *, narrow: bool) -> tuple[Practice, Tenant]:
    """A practice large enough that a day never holds more than a day's work; `narrow`: with few places for it."""
    staff = [Staff(_draw(chance), f"Person {n}") for n in range(1, 2 + entries // 25 + chance.randrange(2))]
    kind, client = CatalogueTask(_draw(chance), "Accounts"), Client(_draw(chance), "Client")
    jobs = [_make_job(n, client.uuid, kind.uuid, chance) for n in range(1, 4)]
    tenant = Tenant(
        TENANT,
        "Simulated Accounting",
        staff={one.uuid: one for one in staff},
        clients={client.uuid: client},
        catalogue_tasks={kind.uuid: kind},
        states=[JobState(_draw(chance), *state) for state in _STATES],
        jobs={one.number: one for one in jobs},
    )
    days = tuple(TODAY - timedelta(days=n) for n in range(5))
    places = tuple((one.number, task.uuid) for one in jobs for task in one.tasks)
    return Practice(tuple(tenant.staff), places[:2] if narrow else places, days[:3] if narrow else days), tenant


def _make_job(number: int, client: str, kind: str, chance: Random) -> Job:
    name, since = f"J{number:05}", TODAY - timedelta(days=90)
    job = Job(name, _draw(chance), f"Job {number}", client, "In Progress", since, TODAY, since)
    job.tasks += [JobTask(_draw(chance), kind, f"Task {n}") for n in (1, 2)]
    return job


def make_sandbox(tenant: Tenant, hub: Hub, seed: int) -> Sandbox:
    """XPM with that practice, on the hub's time."""
    sandbox = Sandbox({tenant.id: tenant}, SandboxClock(system_time=hub.moment), Random(f"{seed}|xpm"))
    sandbox.identity = SignIn(TokenStore(Random(f"{seed}|tokens"), {CLIENT_APP.client_id: CLIENT_APP}))
    sandbox.limits = RateLimits()
    sandbox.faults = FaultInjector(RuleBook(seed))
    return sandbox


def sign_in(sandbox: Sandbox) -> dict[str, str]:
    """A consent of a person and its first tokens, as XPM's sign-in gives them."""
    identity = sandbox.identity
    assert isinstance(identity, SignIn)
    now = sandbox.clock.now()
    consent: Consent = identity.tokens.grant(CLIENT_APP, tuple(sorted(KNOWN_SCOPES)), [TENANT], now)
    return identity.tokens.issue_tokens(consent, False, now)


def type_history(sandbox: Sandbox, practice: Practice, chance: Random) -> None:
    """Time that people typed on other days and in other amounts: nothing that looks like ours."""
    for number in range(chance.randrange(6, 20)):
        place, day = practice.draw(chance)
        type_time(
            sandbox,
            TENANT,
            job=place.job,
            task=place.task,
            staff=place.staff,
            day=day - timedelta(days=6),
            minutes=chance.randrange(5, 60),
            note=f"typed before {number}",
        )


def _draw(chance: Random) -> str:
    return str(uuid.UUID(int=chance.getrandbits(128), version=4))
