"""Missing time: what could not go when it should have, and can now.

After each run it is taken down which entries are not in XPM, since when, and what holds them. From that memory follows
what an automatic push owes: an entry that was within the look-back of its rule when it was first seen, that was held
since, and is ready now, goes though its date lies before the look-back of today. A person may ask for any look-back.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from core.model import Standing, utc_text
from core.push.plan import Plan
from core.push.rules import Choice
from core.reports.entries import SHOWN, name_entries
from core.reports.gaps import list_gaps, list_missing
from core.store import Run

if TYPE_CHECKING:
    from core.workspace import Workspace

#: Written down for an entry that nothing holds and that automatic pushing should have sent already.
DUE = "due"


class Missing:
    """The missing time of one practice."""

    def __init__(self, workspace: Workspace) -> None:
        self._ws = workspace

    def note(self) -> int:
        """Take down what is not in XPM now; after every run that may have changed that. Returns how many rows changed.

        An entry that nothing holds is due from the first note at which the rule of automatic pushing lets it through:
        should the worker or XPM be away for longer than the look-back, it is not forgotten.
        """
        rows = self._ws.time.standings()
        rows = rows[rows["standing"].ne(Standing.SYNCED.value)]
        reasons = rows["reason"].to_numpy(dtype="object").copy()
        if self._ws.practice.settings.automatic_push:
            reasons[self._are_due(rows)] = DUE
        return self._ws.store.waiting.note(self._ws.practice_id, dict(zip(rows.index, reasons, strict=True)))

    def find(self, choice: Choice) -> tuple[str, ...]:
        """Ids of the entries that a rule owes: held while its look-back covered them, ready now, too old for it today.

        No ids for a rule without look-back: it never loses sight of an entry.
        """
        if choice.look_back_days is None:
            return ()
        rows, start = self._ws.time.standings(), pd.Timestamp(choice.starts(self._ws.today))
        rows = rows[rows["standing"].eq(Standing.READY.value) & (rows["date"] < start)]
        rows = rows[self._lets_through(rows, replace(choice, look_back_days=None, missing=()))]
        former = self._remember(rows.index)
        first = self._days_of(former["since"]) - pd.Timedelta(days=max(choice.look_back_days, 1) - 1)
        owed = former["reason"].ne("") & (rows["date"] >= first)
        return tuple(rows.index[owed.to_numpy(dtype=bool)])

    def automatic_choice(self, rule: str = "") -> Choice:
        """What an automatic push takes: the rule of this name, else the marked one, else everything; and what it owes.

        Raises UnknownRule.
        """
        chosen = self._ws.choices
        choice = chosen.find(rule) if rule else chosen.automatic() or Choice()
        return replace(choice, missing=self.find(choice))

    def choice(self, look_back_days: int | None = None, rule: str = "") -> Choice:
        """What a push of missing time takes: as the automatic one, or over another look-back than the rule's own.

        A look-back takes the place of all dates of the rule; its other parts still hold. Raises UnknownRule.
        """
        choice = self.automatic_choice(rule)
        if look_back_days is None:
            return choice
        return replace(choice, start=None, end=None, look_back_days=look_back_days, missing=())

    def plan(self, look_back_days: int | None = None, rule: str = "") -> Plan:
        """What a push of missing time would do now; no call is made and nothing changes."""
        return self._ws.time.plan(self.choice(look_back_days, rule))

    def request(self, plan: Plan, look_back_days: int | None = None, rule: str = "") -> Run:
        """Queue the push of a plan of missing time that was shown. Raises what `Timing.request_push` raises."""
        return self._ws.time.request_push(plan, self.choice(look_back_days, rule))

    def frame(self, look_back_days: int | None = None, rule: str = "") -> pd.DataFrame:
        """The entries that a push of missing time would send, oldest first, with names as `Reporting.entries`.

        Beside those: `was`, the reason that held each last (empty: none did, `due`: it should have gone); `since`, when
        it was first seen not in XPM (UTC text, empty when never noted); `late`, whether its date lies before the
        look-back of the rule of automatic pushing.
        """
        rows = self._ws.time.standings(self.choice(look_back_days, rule))
        rows = rows[rows["standing"].eq(Standing.READY.value)].sort_values(["date", "staff_id"], kind="stable")
        former = self._remember(rows.index)
        automatic = self._ws.choices.automatic()
        start = automatic.starts(self._ws.today) if automatic else None
        late = rows["date"].lt(pd.Timestamp(start)) if start else False
        named = name_entries(rows, self._ws.reports.names())
        return named.assign(was=former["reason"], since=former["since"], late=late)

    def sheets(self, start: date, end: date) -> dict[str, pd.DataFrame]:
        """Missing timesheets of a period as a workbook, both ends included.

        `By staff and day`: every gap, as `list_gaps`, by name. `Missing time`: the entries behind them that should be
        in XPM and are not, with reason and sentence. `By staff`: minutes and days of each person.
        """
        rows, names = self._ws.time.standings(), self._ws.reports.names()
        gaps = list_gaps(rows, self._ws.local("staff"), start, min(end, self._ws.today))
        gaps["staff"] = gaps["staff_id"].map(names.staff).fillna(gaps["staff_id"])
        entries = name_entries(list_missing(rows, start, end), names)
        entries["reason"] = entries["reason"].where(entries["reason"].ne(""), entries["standing"])
        people = gaps.groupby("staff").agg(
            days=("date", "size"), entries=("entries", "sum"), minutes=("missing", "sum"), oldest=("date", "min")
        )
        return {
            "By staff and day": gaps[["date", "staff", "recorded", "in_xpm", "missing", "entries", "why"]],
            "Missing time": entries[[*SHOWN[:-1], "minutes", "standing", "reason", "why"]],
            "By staff": people.sort_values("minutes", ascending=False, kind="stable"),
        }

    def since(self, rows: pd.DataFrame) -> pd.DataFrame:
        """When the present reason of each row was first seen: `since` (UTC text) and `age_days` until today.

        rows: standings, index entry id. What no note has seen yet is new: it is held since now.
        """
        former = self._remember(rows.index)
        now = utc_text(self._ws.clock.now())
        known = former["reason"].eq(rows["reason"]) & former["seen_at"].ne("")
        since = former["seen_at"].where(known, now)
        age = (pd.Timestamp(self._ws.today) - self._days_of(since)).dt.days
        return pd.DataFrame({"since": since, "age_days": age.clip(lower=0).astype("int64")}, index=rows.index)

    def _are_due(self, rows: pd.DataFrame) -> np.ndarray:
        automatic = self._ws.choices.automatic()
        if automatic is None:
            return np.zeros(len(rows), dtype=bool)
        ready = rows["standing"].eq(Standing.READY.value).to_numpy(dtype=bool)
        return np.asarray(ready & self._lets_through(rows, automatic), dtype=bool)

    def _lets_through(self, rows: pd.DataFrame, choice: Choice) -> np.ndarray:
        return np.asarray(self._ws.choices.leaves_out(rows, choice).eq("").to_numpy(dtype=bool))

    def _remember(self, entries: pd.Index) -> pd.DataFrame:
        return self._ws.store.waiting.read(self._ws.practice_id).reindex(entries).fillna("")

    def _days_of(self, instants: pd.Series) -> pd.Series:
        """The practice's date of each instant, today for an empty or later one: a pinned date has no tomorrow."""
        zone, today = ZoneInfo(self._ws.practice.zone), self._ws.today
        days = {text: _day(text, zone, today) for text in instants.unique()}
        return pd.to_datetime(instants.map(days)).astype("datetime64[s]")


def _day(text: str, zone: ZoneInfo, today: date) -> date:
    return min(datetime.fromisoformat(text).astimezone(zone).date(), today) if text else today
