"""What a practice has its worker do by itself: which chores, at which times of day, by which rule, and how it went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from core.model import RunKind, TieoutError
from core.push.plan import Parts, Plan
from core.push.rules import Choice
from core.store import Run, SavedRule
from core.store.settings import Settings

if TYPE_CHECKING:
    from core.workspace import Workspace

__all__ = ["AUTOMATIC", "AutomaticPush", "Automating", "Chore", "ChoreState", "NoRuleMarked", "NoTimeOfDay", "Run"]

#: The actor of runs that nobody asked for.
AUTOMATIC = "automatic"
#: A worker that gave no sign of life for so long is not shown as being there.
_SILENT = timedelta(minutes=1)


class Chore(StrEnum):
    """Something done at times of day. A push reads both sides first; mapping goes with every reading."""

    SYNC = "sync"
    PUSH = "push"
    SWEEP = "sweep"


class NoRuleMarked(TieoutError):
    """Automatic pushing was switched on without saying which time it is about."""

    def __init__(self) -> None:
        super().__init__(
            "Automatic pushing goes by a saved choice of Which Actual Times. Save one on Time, then choose it here."
        )


class NoTimeOfDay(TieoutError):
    """A time of day was typed that is none."""

    def __init__(self, text: str) -> None:
        super().__init__(f"{text!r} is no time of day. Type one like 18:00, from 00:00 to 23:59.")


@dataclass(frozen=True)
class ChoreState:
    """One chore as people see it: its times of day in the practice's zone (none: off), and its last and next time."""

    chore: Chore
    times: tuple[str, ...]
    next_at: datetime | None
    last: Run | None


@dataclass(frozen=True)
class AutomaticPush:
    """What goes by itself; `near`: ready entries left out because XPM holds other time of that day on the job."""

    choice: Choice
    plan: Plan
    near: int


def list_times(settings: Settings, chore: Chore) -> tuple[str, ...]:
    """Times of day (HH:MM, in the practice's zone) of a chore; empty when it is switched off."""
    if chore is Chore.SYNC:
        return tuple(sorted(set(settings.automatic_sync_at)))
    if chore is Chore.SWEEP:
        return (settings.sweep_at,) if settings.sweep_at else ()
    return tuple(sorted(set(settings.automatic_push_at))) if settings.automatic_push else ()


def find_next(times: Sequence[str], zone: str, now: datetime) -> datetime | None:
    """The first of these times of day after `now`, in UTC."""
    return min((slot for slot in _list_slots(times, zone, now) if slot > now), default=None)


def find_latest(times: Sequence[str], zone: str, now: datetime) -> datetime | None:
    """The last of these times of day that has come, in UTC."""
    return max((slot for slot in _list_slots(times, zone, now) if slot <= now), default=None)


def _list_slots(times: Sequence[str], zone: str, now: datetime) -> list[datetime]:
    today = now.astimezone(ZoneInfo(zone)).date()
    days = [today + timedelta(days=number) for number in (-1, 0, 1)]
    moments = [datetime.combine(day, time.fromisoformat(one), ZoneInfo(zone)) for day in days for one in times]
    return [moment.astimezone(UTC) for moment in moments]


def read_time(text: str) -> str:
    """A typed time of day as HH:MM. Raises NoTimeOfDay."""
    hour, colon, minute = text.strip().replace(".", ":").partition(":")
    if not (hour.isdecimal() and len(hour) <= 2 and int(hour) < 24):
        raise NoTimeOfDay(text)
    if colon and not (minute.isdecimal() and len(minute) == 2 and int(minute) < 60):
        raise NoTimeOfDay(text)
    return f"{int(hour):02}:{minute or '00'}"


class Automating:
    """The automation of one practice."""

    def __init__(self, workspace: Workspace) -> None:
        self._ws = workspace

    def chores(self) -> list[ChoreState]:
        """Every chore, with what it did last and when it is due next."""
        ws = self._ws
        practice, now = ws.practice, ws.clock.now()
        times = {chore: list_times(practice.settings, chore) for chore in Chore}
        runs = ws.store.runs.list(ws.practice_id, limit=300)
        mine = runs[runs["actor"].eq(AUTOMATIC)]
        return [
            ChoreState(chore, times[chore], find_next(times[chore], practice.zone, now), self._find_last(mine, chore))
            for chore in Chore
        ]

    def _find_last(self, runs: pd.DataFrame, chore: Chore) -> Run | None:
        """The chore's last run: of a push the push itself, or the reading before it while that led to none."""
        asked = [parameters.get("chore") == str(chore) for parameters in runs["parameters"]]
        mine = runs["kind"].eq(RunKind.PUSH) if chore is Chore.PUSH else False
        found = runs.index[np.array(asked, dtype=bool) | mine]
        return self._ws.store.runs.get(str(found[0])) if len(found) else None

    def next_push(self) -> AutomaticPush:
        """What an automatic push would do now, by the marked rule and with the missing time it owes; nothing is asked.

        Where the practice lets automatic pushes update and delete, they make everything that is ready.
        """
        ws = self._ws
        changes = ws.practice.settings.automatic_changes
        choice, parts = ws.missing.automatic_choice(), Parts(update=changes, delete=changes)
        plan = ws.time.plan(choice, parts)
        near = plan.rows.index[plan.rows["warning"].ne("").to_numpy(dtype=bool)]
        if changes or near.empty:
            return AutomaticPush(choice, plan, 0)
        kept = plan.rows.index.difference(near, sort=False)
        if kept.empty:
            # A choice of no entries would be a choice of all.
            return AutomaticPush(choice, ws.time.plan(choice, replace(parts, create=False)), len(near))
        choice = replace(choice, entries=tuple(kept))
        return AutomaticPush(choice, ws.time.plan(choice, parts), len(near))

    def rule(self) -> SavedRule | None:
        """The saved choice automatic pushing goes by; None: nothing is pushed by itself."""
        return self._ws.store.rules.automatic(self._ws.practice_id)

    def rules(self) -> list[str]:
        """Names of the saved choices."""
        return [rule.name for rule in self._ws.store.rules.list(self._ws.practice_id)]

    def choose_rule(self, name: str) -> None:
        """Let automatic pushing go by this saved choice from now on. Raises UnknownRule."""
        self._ws.choices.mark_automatic(name)

    def switch_push(self, *, on: bool) -> int:
        """Switch automatic pushing; gives how many settings changed. Raises NoRuleMarked."""
        if on and self.rule() is None:
            raise NoRuleMarked
        return self._ws.options.change(automatic_push=on)

    def set_times(self, chore: Chore, times: Sequence[str]) -> int:
        """Have a chore done at these times of day, none for never; a sweep has one. Raises NoTimeOfDay."""
        read = tuple(sorted({read_time(one) for one in times}))
        if chore is Chore.SWEEP:
            return self._ws.options.change(sweep_at=read[0] if read else "")
        return self._ws.options.change(**{f"automatic_{chore}_at": read})

    def workers(self) -> pd.DataFrame:
        """Who carries out runs now: index name, columns kind, host, since and seen_at (UTC text), oldest first."""
        ws = self._ws
        rows = [
            (beat.name, beat.name.partition(":")[0], beat.host.partition("/")[0], beat.started_at, beat.beat_at)
            for beat in ws.store.workers.list()
            if ws.clock.now() - datetime.fromisoformat(beat.beat_at) < _SILENT
        ]
        return pd.DataFrame(rows, columns=["name", "kind", "host", "since", "seen_at"]).set_index("name")
