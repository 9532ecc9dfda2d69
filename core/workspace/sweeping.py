"""The sweep of one practice: which days, what was recorded of them, and what it found."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING

from core.model import RunKind
from core.push.run import Progress, PushResult, run_push
from core.push.sweep import Sweep
from core.store import Run
from core.store.run_items import Item

if TYPE_CHECKING:
    from core.workspace import Workspace


class Sweeping:
    """Looks over the last days of XPM's time."""

    def __init__(self, workspace: Workspace) -> None:
        self._ws = workspace

    def request(self) -> Run:
        """Queue a sweep over the days of the practice's setting."""
        ws = self._ws
        parameters = {"days": ws.practice.settings.sweep_days}
        return ws.store.runs.queue(ws.practice_id, RunKind.SWEEP, ws.actor, parameters)

    def carry_out(
        self,
        run: Run,
        on_progress: Callable[[Progress], None] = lambda _: None,
        should_stop: Callable[[], bool] = lambda: False,
        should_pause: Callable[[], bool] | None = None,
    ) -> tuple[Sweep, PushResult]:
        """Settle what is in doubt, look, mend what may be mended; what was found is kept as the run's items."""
        ws = self._ws
        sweep = self._prepare(run)
        result = run_push(
            ws.time.make_job(run),
            [],
            ws.time.seams(),
            sweep=sweep,
            on_progress=on_progress,
            should_stop=should_stop,
            should_pause=should_pause,
        )
        items = [Item(found.key, found.outcome, found.words) for found in sweep.findings]
        ws.store.run_items.put(run.id, ws.practice_id, items)
        ws.time.refresh_after(run)
        return sweep, result

    def _prepare(self, run: Run) -> Sweep:
        ws = self._ws
        settings = ws.practice.settings
        days = int(run.parameters.get("days") or settings.sweep_days)
        start, end = ws.today - timedelta(days=days), ws.today
        tolerance = ws.time.push_settings().over_day_tolerance
        day_minutes = self._sum_days(start, end)
        return Sweep(start, end, day_minutes, tolerance=tolerance, remove_doubles=settings.remove_doubles)

    def _sum_days(self, start: date, end: date) -> dict[tuple[str, date], int]:
        """What each XPM staff member's day should hold at most, by the entries recorded here."""
        rows = self._ws.time.entries(start, end)
        rows = rows[rows["xpm_staff_id"].ne("") & rows["minutes"].ne(0)]
        sums = rows.groupby(["xpm_staff_id", "date"])["day_minutes"].max()
        return {(str(staff_id), day.date()): int(minutes) for (staff_id, day), minutes in sums.items()}
