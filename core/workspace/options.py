"""What a practice and its installation have set: shown with its meaning, and changed with a line in the log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from core.model import Kind, TieoutError
from core.push.notes import PLACEHOLDERS, check_template, join_notes, write_notes
from core.push.periods import Close, find_closed_until
from core.push.rounding import Mode, Rounding, Scope, share_minutes
from core.push.settings import PushSettings
from core.reports.entries import name_entries
from core.store import Settings

if TYPE_CHECKING:
    from core.workspace import Workspace

__all__ = ["PLACEHOLDERS", "Example", "Options", "RateWrong", "Settings", "check_template", "read_rate"]

#: Settings of a practice that people change, with what they mean.
CHANGEABLE: dict[str, str] = {
    "period_closed_until": "time up to this day is never sent",
    "year_end_month": "last month of the financial year, 1 to 12",
    "quarter_convention": "a quarter's label names its first or its last month",
    "day_limit": "calls XPM allows a day",
    "over_day_tolerance_minutes": "minutes XPM may hold beyond what was recorded here before a day is questioned",
    "marker": "a short sign in the note of each timesheet, by which it is found again",
    "rounding": "none, nearest or up",
    "rounding_minutes": "the multiple of minutes that time is rounded to",
    "rounding_scope": "each entry by itself, or a person's day with carry so that the rows add up",
    "merging": "one timesheet per entry, or per person, day and task",
    "note_template": "what the note of a timesheet says",
    "period_close": "a week or a month closes by itself when it is over",
    "grace_days": "days a period stays open after its end",
    "remove_doubles": "the second copy of a timesheet of ours may be deleted",
    "hourly_rate": "what an hour is worth in lists",
    "actual_time": "time is captured and pushed at all",
    "timer_mode": "the Timer keeps how long work was, or from when to when",
    "entry_mode": "XPM gets minutes, or start and end where an entry has them",
}
#: Those by which the labels of tasks are read.
_OF_LABELS = frozenset({"year_end_month", "quarter_convention"})
#: The most entries of the example.
_EXAMPLE_ROWS = 6
_EXAMPLE_DAYS = 60


class RateWrong(TieoutError):
    """An hourly rate is typed that is no amount of money."""

    def __init__(self, text: str) -> None:
        super().__init__(f"{text!r} is no hourly rate. Type an amount like 180 or 182.50, or leave it empty.")


@dataclass(frozen=True)
class Example:
    """How a real day of somebody would be sent under settings that need not be saved.

    entries: index entry id; columns staff, client, work, note, recorded and sent (minutes), sheet (its number).
    sheets: index number; columns entries, minutes, note. `closed_until`: the last closed day, None when none is.
    """

    entries: pd.DataFrame
    sheets: pd.DataFrame
    recorded: int
    sent: int
    closed_until: date | None


class Options:
    """The settings of one practice."""

    def __init__(self, workspace: Workspace) -> None:
        self._ws = workspace

    def change(self, **values: Any) -> int:
        """Set these settings of the practice; returns how many were different.

        Where labels are read otherwise from now on, tasks that nobody has decided about are proposed anew at once.
        Raises BadSetting for a wrong value and BadTemplate for a note template that cannot be filled.
        """
        ws, practice = self._ws, self._ws.practice
        changed = {name: value for name, value in values.items() if getattr(practice.settings, name) != value}
        if "note_template" in changed:
            check_template(str(changed["note_template"]))
        if changed:
            before = {name: getattr(practice.settings, name) for name in changed}
            ws.store.practices.save_settings(practice.id, practice.settings.with_values(**changed))
            ws.store.events.add(
                practice.id, ws.actor, "set", "settings", practice.id, before=_tell(before), after=_tell(changed)
            )
        if not _OF_LABELS.isdisjoint(changed):
            ws.proposing.renew(Kind.TASK, list(ws.local("tasks").index))
        return len(changed)

    def example(self, **values: Any) -> Example:
        """A person's last full day as it would be sent with these settings in the place of the saved ones.

        No rows while nothing was recorded in the last weeks. Raises BadSetting, BadTemplate.
        """
        settings = self._ws.practice.settings.with_values(**values)
        check_template(settings.note_template)
        rows = self._pick_day()
        entries = _shape(name_entries(rows, self._ws.reports.names()), settings)
        sheets = _add_up(entries)
        close = Close(settings.period_close)
        closed = find_closed_until(settings.period_closed_until, close, settings.grace_days, self._ws.today)
        return Example(entries, sheets, int(entries["recorded"].sum()), int(entries["sent"].sum()), closed)

    def _pick_day(self) -> pd.DataFrame:
        """The entries of the day with the most of them among a person's last weeks, the newest of such days."""
        rows = self._ws.time.standings()
        first = pd.Timestamp(self._ws.today) - pd.Timedelta(days=_EXAMPLE_DAYS)
        rows = rows[rows["date"].between(first, pd.Timestamp(self._ws.today)) & rows["minutes"].gt(0)]
        if rows.empty:
            return rows
        days = rows.groupby(["staff_id", "date"]).size().clip(upper=_EXAMPLE_ROWS).reset_index(name="entries")
        best = days.sort_values(["entries", "date"], kind="stable").iloc[-1]
        mine = rows[rows["staff_id"].eq(best["staff_id"]) & rows["date"].eq(best["date"])]
        return mine.sort_values("start", kind="stable").head(_EXAMPLE_ROWS)

    def in_force(self) -> pd.DataFrame:
        """What holds now, secrets left out: index setting, columns value and means, all text."""
        settings, practice = self._ws.settings, self._ws.practice
        rows = {
            "XPM address": (settings.xpm_url, "a sandbox" if settings.is_sandbox else "the real XPM"),
            "Return address": (settings.redirect_uri, "registered at Xero for this installation's app"),
            "App": (settings.client_id or "none", "client id of this installation's app at Xero"),
            "Format": (settings.xpm_mode, "how records travel between XPM and us"),
            "Database": (self._ws.store.engine.url.render_as_string(hide_password=True), "where everything is kept"),
            "Data folder": (str(settings.data_dir), "key, uploads and logs"),
            "Worker": ("on" if settings.worker else "off", "carries out runs inside this dashboard"),
            "Time zone": (practice.zone, "work dates are dates there"),
            "Acting as": (self._ws.actor, "the name that decisions and runs carry"),
        }
        return pd.DataFrame.from_dict(rows, orient="index", columns=["value", "means"]).rename_axis("setting")


def read_rate(text: str) -> Decimal | None:
    """The hourly rate a person typed; None for nothing. Raises RateWrong for what is no amount, or a negative one."""
    cleaned = text.strip().removeprefix("$").replace(",", "").replace(" ", "")
    if not cleaned:
        return None
    try:
        rate = Decimal(cleaned)
    except InvalidOperation as error:
        raise RateWrong(text) from error
    if not rate.is_finite() or not 0 <= rate < 100_000 or rate != round(rate, 2):
        raise RateWrong(text)
    return rate


def _shape(rows: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    rounding = Rounding(Mode(settings.rounding), settings.rounding_minutes, Scope(settings.rounding_scope))
    open_rows = rows.assign(sent=np.nan)[["staff_id", "date", "start", "minutes", "sent"]]
    # A task that is not linked yet stands for the job task it will be.
    target = rows["job_task_id"].where(rows["job_task_id"].ne(""), rows["task_id"] + rows["process_id"])
    key = rows.index.to_series() if settings.merging == "none" else target + rows["billable"].astype("str")
    return pd.DataFrame(
        {
            "staff": rows["staff"],
            "client": rows["client"],
            "work": rows["work"],
            "recorded": rows["minutes"],
            "sent": share_minutes(open_rows, rounding),
            "note": write_notes(rows, settings.note_template),
            "sheet": pd.factorize(key)[0] + 1,
        },
        index=rows.index,
    )


def _add_up(entries: pd.DataFrame) -> pd.DataFrame:
    groups = entries[entries["sent"].ne(0)].groupby("sheet")
    notes = groups["note"].agg(lambda texts: join_notes(list(texts), PushSettings().note_limit))
    return pd.DataFrame({"entries": groups.size(), "minutes": groups["sent"].sum(), "note": notes})


def _tell(values: dict[str, Any]) -> str:
    return "; ".join(f"{name} {_show(value)}" for name, value in values.items())


def _show(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name}: {one}" for name, one in value.items()) or "none"
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "none"
    return "none" if value is None else value.isoformat() if isinstance(value, date) else str(value)
