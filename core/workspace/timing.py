"""Actual time of one practice: standings, plans, pushes and what a person says of held entries."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from core.model import Kind, utc_text
from core.push.adopt import adopt_history
from core.push.book import Book
from core.push.rules import Choice
from core.push.settings import PushSettings
from core.push.standing import Recorded, assign_standings
from core.push.targets import Links, LocalSide, XpmSide
from core.reports import TieOut, tie_out

if TYPE_CHECKING:
    from core.workspace import Workspace

#: Names of practice settings that the push calls otherwise.
_RENAMED = {"over_day_tolerance": "over_day_tolerance_minutes"}


class Timing:
    """The time of one practice."""

    def __init__(self, workspace: Workspace) -> None:
        self._ws = workspace
        self._memo: tuple[tuple[str, Choice], pd.DataFrame] | None = None

    def push_settings(self) -> PushSettings:
        """The practice's settings as the push needs them; waits may be set under the key `push`."""
        stored = self._ws.practice.settings
        waits = stored.extra.get("push", {})
        values = {f.name: getattr(stored, _RENAMED.get(f.name, f.name), None) for f in fields(PushSettings)}
        return PushSettings(**{name: value for name, value in values.items() if value is not None} | waits)

    def standings(self, choice: Choice | None = None) -> pd.DataFrame:
        """Every actual time with its one standing, under a Which Actual Times choice (none: everything goes).

        Index entry id. Computed anew when anything has changed, else the same frame again.
        """
        wanted = choice or Choice()
        key = (self._ws.version(), wanted)
        if self._memo is None or self._memo[0] != key:
            self._memo = (key, self._assign(wanted))
        return self._memo[1]

    def _assign(self, choice: Choice) -> pd.DataFrame:
        ws = self._ws
        local = LocalSide(
            ws.local("actual_times"), ws.local("tasks"), ws.local("staff"), ws.local("clients"), ws.local("processes")
        )
        links = Links(*(ws.review.links(kind) for kind in (Kind.CLIENT, Kind.STAFF, Kind.PROCESS, Kind.TASK)))
        xpm = XpmSide(ws.xpm("jobs"), ws.xpm("job_tasks"), ws.xpm("times"), ws.xpm("staff"))
        ledger = ws.store.ledger
        recorded = Recorded(ledger.frame(ws.practice_id), ledger.choices(ws.practice_id))
        return assign_standings(local, links, xpm, recorded, choice, self.push_settings(), ws.today)

    def tie_out(self, start: date, end: date) -> TieOut:
        """The equation of a period, both ends included; raises DoesNotTie when a minute is unaccounted for."""
        ws = self._ws
        result = tie_out(
            ws.local("actual_times"),
            ws.local("problems"),
            self.standings(),
            ws.xpm("times"),
            start,
            end,
            is_complete=ws.sides.is_complete(),
        )
        return result.require()

    def adopt(self, run: str) -> dict[str, int]:
        """Take timesheets with our marker into the ledger; after every sync, before standings are shown."""
        ws = self._ws
        adopted = adopt_history(ws.xpm("times"), self.standings(), self._book(run), utc_text(ws.clock.now()))
        return {f"timesheets {name}": count for name, count in vars(adopted).items() if count}

    def _book(self, run: str = "") -> Book:
        ws = self._ws
        return Book(ws.store.ledger, ws.practice_id, ws.connection.view().tenant_id, run)
