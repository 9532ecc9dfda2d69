"""The plan of a push: what would be sent, what it costs, when it is done. Shown, exported, and refused when stale."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

import numpy as np
import pandas as pd

from core.model import PersonNeeded, Standing, utc_text
from core.push.edited import DELETE, UPDATE
from core.push.listing import choose_scope
from core.push.ports import Bundle, Change, Meter, Wanted
from core.push.preview import preview_changes
from core.push.settings import PushSettings
from core.push.shape import SHEET_COLUMNS, Shaped

#: Standings that wait for somebody or something; all others but `ready` are left alone.
HOLDING = (Standing.WAITING, Standing.CHANGED, Standing.WITHDRAWN, Standing.IN_DOUBT)

#: Our own pace, a little below XPM's sixty calls a minute.
CALLS_PER_MINUTE = 58
#: A change takes a look at the timesheet and the request itself.
_CALLS_PER_CHANGE = 2

#: What of a timesheet, beside its date, decides whether a plan is still the plan; the rest of the day does not.
_PRINTED = [name for name in SHEET_COLUMNS if name not in ("date", "day_minutes")]


class PlanStale(PersonNeeded):
    """The plan that was shown is not the plan of now."""

    def __init__(self, shown: int, now: int) -> None:
        super().__init__(
            f"The plan has changed since it was shown: {shown} timesheets then, {now} now, or other content. "
            "Nothing was sent. Look at the new plan and confirm it."
        )


@dataclass(frozen=True)
class Parts:
    """Which parts of a plan are carried out."""

    create: bool = True
    update: bool = True
    delete: bool = True

    def takes(self, op: str) -> bool:
        """Whether changes of this kind are."""
        return {UPDATE: self.update, DELETE: self.delete}[op]


@dataclass(frozen=True)
class Plan:
    """One push, not yet run. `create`, `update` and `delete` count timesheets, `hold` and `skip` entries.

    `sheets`: the new timesheets, index group key, SHEET_COLUMNS, in sending order. `rows` are their entries, index
    entry id; `group_key` names the timesheet of each and `sent_minutes` its share. `changes`: the timesheets in XPM to
    change, see preview_changes. `held`: the rows that wait, with their sentences. `minutes` are those of the new
    timesheets. `calls`: requests with the lists before and after each batch. `quota_left`: calls left today for
    writing, before the push. `finish_at`: when the last call is made at our own pace; None for an empty plan. `wanted`
    and `wishes` are what a run takes.
    """

    sheets: pd.DataFrame
    changes: pd.DataFrame
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
    parts: Parts
    shaped: Shaped
    standings: pd.DataFrame
    warnings: tuple[str, ...] = field(default=())

    @cached_property
    def rows(self) -> pd.DataFrame:
        """The standings' rows that become new timesheets, in sending order; made when somebody wants to see them."""
        places, corrections = _find_rows(self.standings, self.shaped, self.sheets)
        rows = self.standings.iloc[places]
        return pd.concat([rows, _pick_corrected(self.standings, corrections)]) if corrections else rows

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to send."""
        return not self.size

    @property
    def size(self) -> int:
        """How many timesheets it touches."""
        return self.create + self.update + self.delete

    @property
    def wanted(self) -> list[Wanted]:
        """The timesheets to create, in sending order."""
        return [self.shaped.wanted[key] for key in self.sheets.index]

    @property
    def wishes(self) -> list[Change]:
        """The changes to make."""
        return [self.shaped.changes[bundle] for bundle in self.changes.index]

    def to_json(self) -> dict[str, object]:
        """The published form of a dry run."""
        names = ("create", "update", "delete", "hold", "skip", "minutes", "calls", "quota_left")
        finish = utc_text(self.finish_at) if self.finish_at else None
        return {**{name: getattr(self, name) for name in names}, "finish_at": finish, "fingerprint": self.fingerprint}

    def require(self, fingerprint: str, shown: int) -> Plan:
        """This plan, when it is the one that was shown with `shown` timesheets; raises PlanStale otherwise."""
        if fingerprint != self.fingerprint:
            raise PlanStale(shown, self.size)
        return self


def plan_push(
    standings: pd.DataFrame,
    shaped: Shaped,
    meter: Meter,
    settings: PushSettings,
    now: datetime,
    rows_per_day: float = 100.0,
    parts: Parts | None = None,
    formers: Mapping[str, Bundle] | None = None,
) -> Plan:
    """The plan for everything that is ready; makes no call and changes nothing.

    standings: of assign_standings, already cut by Which Actual Times; shaped: of shape_push, from them. `rows_per_day`
    as in PushJob. `parts`: what of it is to be done (none given: all). `formers`: the bundles of shaped.changes by id,
    for what the timesheets were. Every row of the standings is in `rows`, follows one of `changes`, is held or skipped.
    """
    parts = parts or Parts()
    changes = {bundle: change for bundle, change in shaped.changes.items() if parts.takes(change.op)}
    sheets = _order(shaped.sheets) if parts.create else shaped.sheets.iloc[:0]
    places, corrections = _find_rows(standings, shaped, sheets)
    followed = _find_followed(standings, shaped, changes)
    waits = standings["standing"].isin([standing.value for standing in HOLDING]).to_numpy(dtype=bool)
    corrected = standings.index.isin([entry_id for want in corrections for entry_id in want.entry_ids])
    held = standings[waits & ~followed & ~corrected]
    calls = _count_calls(sheets, len(changes), settings, now, rows_per_day)
    quota_left = max(meter.day_left - meter.reserve, 0)
    return Plan(
        sheets=sheets,
        changes=preview_changes(changes, formers or {}),
        held=held,
        create=len(sheets),
        update=sum(change.op == UPDATE for change in changes.values()),
        delete=sum(change.op == DELETE for change in changes.values()),
        hold=len(held),
        skip=len(standings) - len(places) - int((followed | corrected).sum()) - len(held),
        minutes=int(sheets["minutes"].sum()),
        calls=calls,
        quota_left=quota_left,
        finish_at=_estimate_finish(calls, quota_left, meter, now) if calls else None,
        fingerprint=print_plan(sheets, changes),
        parts=parts,
        shaped=shaped,
        standings=standings,
        warnings=_warn(standings["warning"].iloc[places], shaped, calls, quota_left, parts),
    )


def print_plan(sheets: pd.DataFrame, changes: Mapping[str, Change]) -> str:
    """A fingerprint of what would be sent: equal while timesheets, content and changes are equal, in any order."""
    order = pd.array(sheets.index, dtype="str").argsort()
    days = np.datetime_as_string(sheets["date"].to_numpy().astype("datetime64[D]"))
    columns = [sheets.index.to_numpy(dtype="object"), days, *(sheets[name].to_numpy() for name in _PRINTED)]
    # Column by column: a text for each timesheet would take three times as long.
    lines = ["\x1f".join(map(str, column[order].tolist())) for column in columns]
    for bundle in sorted(changes):
        change = changes[bundle]
        facts = [getattr(change.want, name) for name in ("date", *_PRINTED)] if change.want else []
        lines.append("\x1f".join(map(str, (bundle, change.op, *facts))))
    return hashlib.sha256("\x1e".join(lines).encode()).hexdigest()


def _order(sheets: pd.DataFrame) -> pd.DataFrame:
    """By day and person, as a run takes them."""
    staff, _ = pd.factorize(sheets["staff_id"], sort=True)
    return sheets.iloc[np.lexsort((staff, sheets["date"].to_numpy()))]


def _find_rows(standings: pd.DataFrame, shaped: Shaped, sheets: pd.DataFrame) -> tuple[np.ndarray, list[Wanted]]:
    """The places of the entries of these timesheets, in their order, and the corrections among the timesheets."""
    if sheets.empty:
        return np.zeros(0, dtype="int64"), []
    places = shaped.members["row"].to_numpy()
    staff, _ = pd.factorize(standings["xpm_staff_id"].iloc[places], sort=True)
    order = np.lexsort((staff, standings["date"].to_numpy()[places]))
    return places[order], list(shaped.corrections.values())


def _pick_corrected(standings: pd.DataFrame, corrections: Sequence[Wanted]) -> pd.DataFrame:
    """The entries that corrections are sent of, each with all that goes of it."""
    minutes: dict[str, int] = {}
    for want in corrections:
        for entry_id in want.entry_ids:
            minutes[entry_id] = minutes.get(entry_id, 0) + want.minutes
    words = "XPM has invoiced it: the difference goes as a correction."
    keys = {entry_id: want.group_key for want in corrections for entry_id in want.entry_ids}
    told = {"group_key": pd.Series(keys), "sent_minutes": pd.Series(minutes), "warning": words}
    return standings.loc[list(minutes)].assign(**told)


def _find_followed(standings: pd.DataFrame, shaped: Shaped, changes: Mapping[str, Change]) -> np.ndarray:
    """Which rows a change of the plan brings up to date."""
    theirs = standings["bundle_id"].isin(changes) & standings["change"].ne("")
    joining = [entry_id for entry_id, bundle in shaped.joining.items() if bundle in changes]
    return np.asarray(theirs | standings.index.isin(joining), dtype=bool)


def _count_calls(sheets: pd.DataFrame, changes: int, settings: PushSettings, now: datetime, rows_per_day: float) -> int:
    """One call for each timesheet and two for each change, and the lists around each batch of new ones."""
    days, staff = sheets["date"].to_numpy().astype("datetime64[D]"), sheets["staff_id"].tolist()
    calls = len(sheets) + _CALLS_PER_CHANGE * changes
    for at in range(0, len(sheets), settings.batch_size):
        until = min(at + settings.batch_size, len(sheets))
        ends = [days[at].item(), days[until - 1].item()]
        calls += 2 * choose_scope(ends, staff[at:until], now.date(), rows_per_day, settings.rows_per_list).calls
    return calls


def _estimate_finish(calls: int, quota_left: int, meter: Meter, now: datetime) -> datetime:
    """At our pace from now, or from the end of a pause; what today's calls do not cover goes on a day later each."""
    start = max(now, meter.paused_until) if meter.paused_until else now
    if calls <= quota_left:
        return start + timedelta(minutes=calls / CALLS_PER_MINUTE)
    per_day = max(meter.day_used + meter.day_left - meter.reserve, 1)
    days, rest = divmod(calls - quota_left, per_day)
    return start + timedelta(days=days + 1, minutes=rest / CALLS_PER_MINUTE)


def _warn(seen: pd.Series, shaped: Shaped, calls: int, quota_left: int, parts: Parts) -> tuple[str, ...]:
    found = []
    if calls > quota_left:
        found.append(
            f"The push needs {calls} calls and today allows {quota_left}: it stops cleanly and goes on tomorrow."
        )
    near = int(seen.ne("").sum())
    if near:
        found.append(f"{near} entries share person, day and job with other time in XPM. Look at them before you push.")
    if shaped.joining and not parts.update:
        found.append(f"{len(shaped.joining)} entries join a timesheet that is in XPM already; updates are left out.")
    return tuple(found)
