"""What a plan is made from: the days a choice speaks of, on both sides and in the ledger, and nothing of other days.

Who is linked to whom is needed whole and kept between plans; time is read for the choice's days each time something
has changed. A choice that goes back without end needs everything, and takes what the process keeps already.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

import pandas as pd

from core.mapping.links import judge_links
from core.model import Kind
from core.push.recorded import Recorded
from core.push.rules import Choice
from core.push.shape import Shaped, shape_push
from core.push.standing import assign_standings
from core.push.targets import Links, LocalSide, XpmSide, find_targets
from core.store import Window
from core.workspace.kept import FRAMES, STANDINGS
from core.workspace.review_frames import XPM_NAME

if TYPE_CHECKING:
    from core.workspace import Workspace

T = TypeVar("T")

#: The pace at which a practice writes time is taken from so many days back.
_PACE_DAYS = 56
_PACE_UNKNOWN = 100.0
#: What a plan asks of everything but time: whole frames of a large practice take twice as long to read.
_LOCAL = {"tasks": ("name", "status"), "staff": ("name",), "clients": ("name", "client_group"), "processes": ("name",)}
_XPM = {
    "jobs": ("client_id", "state", "current"),
    "job_tasks": ("job", "task_type_id", "name", "completed"),
    "staff": ("name", "listed"),
    "clients": ("name", "archived", "deleted"),
    "task_types": ("name",),
}
_KINDS = (Kind.CLIENT, Kind.STAFF, Kind.PROCESS, Kind.TASK)


@dataclass(frozen=True)
class _Known:
    """What is needed whole: both sides' records by name, and their links."""

    local: Mapping[str, pd.DataFrame]
    xpm: Mapping[str, pd.DataFrame]
    links: Links


class Planning:
    """The standings of a choice's days, and the timesheets they make."""

    def __init__(self, workspace: Workspace) -> None:
        self._ws = workspace

    def standings(self, choice: Choice) -> pd.DataFrame:
        """As Timing.standings, of the choice's days and of entries whose timesheet lies there.

        Computed anew when anything has changed, else the same frame again: do not change it.
        """
        return self._keep("window", choice, lambda: self._assign(choice))[0]

    def shape(self, choice: Choice) -> Shaped:
        """What a push under the choice would create, update and delete now."""
        standings, recorded = self._keep("window", choice, lambda: self._assign(choice))
        settings = self._ws.time.push_settings()
        return self._keep("shape", choice, lambda: shape_push(standings, recorded, settings))

    def find_window(self, choice: Choice) -> Window:
        """The days a push under the choice may touch; whole when it goes back without end."""
        ws = self._ws
        if choice.entries:
            days = ws.store.windows.days_of(ws.practice_id, choice.entries)
            return Window(days=tuple(sorted(days)), is_open=False)
        days = ws.store.windows.days_of(ws.practice_id, choice.missing) if choice.missing else set()
        return Window(choice.starts(ws.today), choice.end, tuple(sorted(days)))

    def rows_per_day(self) -> float:
        """How many timesheets the practice writes on a day with any, lately."""
        ws = self._ws
        since = ws.today - timedelta(days=_PACE_DAYS)
        rows, days = ws.store.windows.count_times(ws.practice_id, since, ws.today)
        return rows / days if days else _PACE_UNKNOWN

    def find_targets(self, entries: pd.DataFrame) -> pd.DataFrame:
        """Where these entries would go in XPM, though nobody has recorded them; see core.push.targets.find_targets."""
        known, ws = self._read_known(), self._ws
        local = LocalSide(entries, *(known.local[name] for name in ("tasks", "staff", "clients", "processes")))
        xpm = XpmSide(known.xpm["jobs"], known.xpm["job_tasks"], pd.DataFrame(), known.xpm["staff"])
        links = replace(known.links, ruled=ws.ruling.entries(entries))
        return find_targets(local, links, xpm, ws.time.push_settings())

    def _assign(self, choice: Choice) -> tuple[pd.DataFrame, Recorded]:
        ws = self._ws
        window = self.find_window(choice)
        if window.is_whole:
            return ws.time.standings(choice), ws.time.recorded()
        days = ws.store.windows.read(ws.practice_id, window)
        recorded = Recorded(days.ledger, days.choices, days.elsewhere)
        known = self._read_known()
        local = LocalSide(days.entries, *(known.local[name] for name in ("tasks", "staff", "clients", "processes")))
        xpm = XpmSide(known.xpm["jobs"], known.xpm["job_tasks"], days.times, known.xpm["staff"])
        named, links = ws.choices.name(choice), replace(known.links, ruled=ws.ruling.entries(days.entries))
        rows = assign_standings(local, links, xpm, recorded, named, ws.time.push_settings(), ws.today)
        return rows, recorded

    def _read_known(self) -> _Known:
        ws = self._ws
        versions = ws.store.versions
        sides = [versions.read_side(ws.practice_id, side) for side in ("local", "xpm")]
        version = (versions.read_decisions(ws.practice_id), *sides)
        return FRAMES.fetch((ws.store.engine.url, ws.practice_id, "known"), version, self._make_known)

    def _make_known(self) -> _Known:
        local = {name: self._read("local", name, columns) for name, columns in _LOCAL.items()}
        xpm = {name: self._read("xpm", name, columns) for name, columns in _XPM.items()}
        decided = {kind: self._ws.store.decisions.verdicts(self._ws.practice_id, kind) for kind in _KINDS}
        links = Links(*(judge_links(kind, decided[kind], xpm[XPM_NAME[kind]]) for kind in _KINDS))
        return _Known(local, xpm, links)

    def _read(self, side: str, name: str, columns: Collection[str]) -> pd.DataFrame:
        return self._ws.store.frames.read(side, name, self._ws.practice_id, columns=columns)

    def _keep(self, what: str, choice: Choice, make: Callable[[], T]) -> T:
        ws = self._ws
        version = (ws.store.versions.read_time(ws.practice_id), ws.today)
        return STANDINGS.fetch((ws.store.engine.url, ws.practice_id, what, choice), version, make)
