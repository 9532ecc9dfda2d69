"""Finding a practice's times by day and by job without walking through all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from core.sandbox.state import Tenant, Time


class TimeIndex:
    """UUIDs of times by day and by job number, in the order they were made.

    Built from a tenant and kept by `add` and `remove`; `fits` tells whether it still describes the tenant, since a
    restored snapshot brings other records.
    """

    def __init__(self, tenant: Tenant) -> None:
        self._times = tenant.times
        self._count = 0
        self._by_day: defaultdict[date, dict[str, None]] = defaultdict(dict)
        self._by_job: defaultdict[str, dict[str, None]] = defaultdict(dict)
        for time in tenant.times.values():
            self.add(time)

    def fits(self, tenant: Tenant) -> bool:
        return tenant.times is self._times and len(tenant.times) == self._count

    def add(self, time: Time) -> None:
        """To be called after the time was put into the tenant."""
        self._count += 1
        self._by_day[time.date][time.uuid] = None
        self._by_job[time.job][time.uuid] = None

    def remove(self, time: Time) -> None:
        """To be called after the time was taken out, with the day and job it had."""
        self._count -= 1
        self._by_day[time.date].pop(time.uuid, None)
        self._by_job[time.job].pop(time.uuid, None)

    def between(self, first: date, last: date) -> Iterator[str]:
        """UUIDs of times dated in the window, both ends included, day by day."""
        for offset in range((last - first).days + 1):
            yield from self._by_day.get(first + timedelta(days=offset), ())

    def of_job(self, number: str) -> list[str]:
        """UUIDs of the times of a job number, in the order they were made."""
        return list(self._by_job.get(number, ()))
