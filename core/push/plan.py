"""The plan of a push: what would be sent, what it costs, when it is done. Shown, exported, and refused when stale."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pandas as pd

from core.model import PersonNeeded, Standing, utc_text
from core.push.listing import choose_scope
from core.push.ports import Meter
from core.push.settings import PushSettings

#: Standings that wait for somebody or something; all others but `ready` are left alone.
HOLDING = (Standing.WAITING, Standing.CHANGED, Standing.WITHDRAWN, Standing.IN_DOUBT)

#: Our own pace, a little below XPM's sixty calls a minute.
CALLS_PER_MINUTE = 55

#: What decides whether a plan is still the plan: the target and the content of every entry it sends.
_PRINTED = ["job", "job_task_id", "xpm_staff_id", "date", "minutes", "note", "start", "end", "content_hash"]


class PlanStale(PersonNeeded):
    """The plan that was shown is not the plan of now."""

    def __init__(self, shown: int, now: int) -> None:
        super().__init__(
            f"The plan has changed since it was shown: {shown} entries then, {now} now, or other content. "
            "Nothing was sent. Look at the new plan and confirm it."
        )


@dataclass(frozen=True)
class Plan:
    """One push, not yet run.

    `rows`: the standings' rows to create, index entry id, in sending order. `held`: the rows that wait, with their
    sentences. `calls`: requests with the lists before and after each batch. `quota_left`: calls left today for
    writing, before the push. `finish_at`: when the last call is made at our own pace; None for an empty plan.
    """

    rows: pd.DataFrame
    held: pd.DataFrame
    create: int
    update: int
    delete: int
    hold: int
    skip: int
    minutes: int
    calls: int
    quota_left: int
    finish_at: datetime | None
    fingerprint: str
    warnings: tuple[str, ...] = field(default=())

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to send."""
        return self.create == 0

    def to_json(self) -> dict[str, object]:
        """The published form of a dry run."""
        names = ("create", "update", "delete", "hold", "skip", "minutes", "calls", "quota_left")
        finish = utc_text(self.finish_at) if self.finish_at else None
        return {**{name: getattr(self, name) for name in names}, "finish_at": finish, "fingerprint": self.fingerprint}

    def require(self, fingerprint: str, shown: int) -> Plan:
        """This plan, when it is the one that was shown; raises PlanStale otherwise."""
        if fingerprint != self.fingerprint:
            raise PlanStale(shown, self.create)
        return self


def plan_push(
    standings: pd.DataFrame, meter: Meter, settings: PushSettings, now: datetime, rows_per_day: float = 100.0
) -> Plan:
    """The plan for everything that is ready; makes no call and changes nothing.

    standings: of assign_standings, already cut by Which Actual Times. `rows_per_day` as in PushJob. Counts cover every
    row of the standings once: create + hold + skip.
    """
    ready = standings[standings["standing"].eq(Standing.READY.value)].sort_values(
        ["date", "xpm_staff_id"], kind="stable"
    )
    held = standings[standings["standing"].isin([standing.value for standing in HOLDING])]
    calls = len(ready) + _count_list_calls(ready, settings, now, rows_per_day)
    quota_left = max(meter.day_left - meter.reserve, 0)
    return Plan(
        rows=ready,
        held=held,
        create=len(ready),
        update=0,
        delete=0,
        hold=len(held),
        skip=len(standings) - len(ready) - len(held),
        minutes=int(ready["minutes"].sum()),
        calls=calls,
        quota_left=quota_left,
        finish_at=_estimate_finish(calls, quota_left, meter, now) if len(ready) else None,
        fingerprint=print_rows(ready),
        warnings=_warn(ready, calls, quota_left),
    )


def print_rows(rows: pd.DataFrame) -> str:
    """A fingerprint of what would be sent: equal while entries, content and targets are equal, in any order."""
    printed = rows.sort_index()[_PRINTED].astype("str")
    lines = printed.index.str.cat([printed[name] for name in _PRINTED], sep="\x1f")
    return hashlib.sha256("\x1e".join(lines).encode()).hexdigest()


def _count_list_calls(ready: pd.DataFrame, settings: PushSettings, now: datetime, rows_per_day: float) -> int:
    calls = 0
    for at in range(0, len(ready), settings.batch_size):
        batch = ready.iloc[at : at + settings.batch_size]
        days = [day.date() for day in batch["date"].drop_duplicates()]
        scope = choose_scope(days, batch["xpm_staff_id"], now.date(), rows_per_day, settings.rows_per_list)
        calls += 2 * scope.calls
    return calls


def _estimate_finish(calls: int, quota_left: int, meter: Meter, now: datetime) -> datetime:
    """At our pace from now, or from the end of a pause; what today's calls do not cover goes on a day later each."""
    start = max(now, meter.paused_until) if meter.paused_until else now
    if calls <= quota_left:
        return start + timedelta(minutes=calls / CALLS_PER_MINUTE)
    per_day = max(meter.day_used + meter.day_left - meter.reserve, 1)
    days, rest = divmod(calls - quota_left, per_day)
    return start + timedelta(days=days + 1, minutes=rest / CALLS_PER_MINUTE)


def _warn(ready: pd.DataFrame, calls: int, quota_left: int) -> tuple[str, ...]:
    if len(ready) and calls > quota_left:
        return (f"The push needs {calls} calls and today allows {quota_left}: it stops cleanly and goes on tomorrow.",)
    return ()
