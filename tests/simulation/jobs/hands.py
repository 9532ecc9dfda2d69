"""People at work in XPM on the very jobs that are being made: they change costs, states and descriptions."""

from __future__ import annotations

from decimal import Decimal
from random import Random

from core.sandbox.state import Job
from tests.simulation.jobs.site import JobScene


class Hands:
    """What people did, by what it was done to: none of it may be changed by us afterwards."""

    def __init__(self, scene: JobScene) -> None:
        self._scene = scene
        self._chance = Random(f"{scene.seed}|hands")
        self.priced: dict[str, Decimal] = {}
        self.stated: dict[str, str] = {}
        self.unmarked: set[str] = set()

    def live(self) -> None:
        """Now and then, while the weather is bad, somebody works on one of our jobs."""
        scene = self._scene
        while not scene.is_calm:
            scene.hub.sleep(self._chance.uniform(60, 900))
            ours = [job for job in scene.tenant.jobs.values() if "~" in job.description]
            if ours and not scene.is_calm and not scene.mode.faultless and self._chance.random() < 0.25:
                self._touch(self._chance.choice(ours))

    def _touch(self, job: Job) -> None:
        act = self._chance.choice((self._price, self._state, self._unmark, self._type))
        act(job)

    def _price(self, job: Job) -> None:
        if job.costs:
            cost = self._chance.choice(job.costs)
            cost.unit_price = Decimal(1000 + self._chance.randrange(500))
            self.priced[cost.uuid] = cost.unit_price
            self._scene.note("Ann", f"prices {cost.description} of {job.number} anew")

    def _state(self, job: Job) -> None:
        job.state = "Completed"
        self.stated[job.number] = job.state
        self._scene.note("Ann", f"completes {job.number}")

    def _unmark(self, job: Job) -> None:
        job.description = "written over by Ann"
        self.unmarked.add(job.number)
        self._scene.note("Ann", f"writes over the description of {job.number}")

    def _type(self, job: Job) -> None:
        from core.sandbox.state import JobCost

        cost = JobCost(f"typed-{len(job.costs)}-{job.number}", job.start_date, "Typed by Ann")
        cost.quantity, cost.unit_cost, cost.unit_price = Decimal(1), Decimal(1), Decimal(77)
        job.costs.append(cost)
        self.priced[cost.uuid] = cost.unit_price
        self._scene.note("Ann", f"types a cost on {job.number}")
