"""The schedules of the engine, from what the practices have set: one per practice, chore and time of day.

Several workers keep the same schedules in the same database; each instant is obeyed once.
"""

from __future__ import annotations

from collections.abc import Sequence

from core.store import Practice
from core.work.engine import Schedule
from core.workspace.automating import Chore, list_times

#: When finished workflows are cleared away; runs and the ledger stay.
TIDY = "tidy"
_TIDY_CRON = "40 3 * * *"


def list_schedules(practices: Sequence[Practice]) -> list[Schedule]:
    """Every schedule there has to be."""
    chores = [
        Schedule(f"{practice.id}:{chore}:{at}", write_cron(at), practice.zone, _order(practice.id, str(chore)))
        for practice in practices
        for chore in Chore
        for at in list_times(practice.settings, chore)
    ]
    return [*chores, Schedule(TIDY, _TIDY_CRON, "UTC", _order("", TIDY))]


def write_cron(at: str) -> str:
    """A time of day like 18:05 as a daily cron line."""
    hour, minute = at.split(":")
    return f"{int(minute)} {int(hour)} * * *"


def _order(practice: str, what: str) -> dict[str, str]:
    return {"practice": practice, "what": what}
