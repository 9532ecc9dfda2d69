"""The switch Actual Time: whether this practice captures and pushes time at all, or only keeps links and makes jobs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from core.local.timer import Stretch, read_stretches, write_stretches
from core.model import TieoutError

if TYPE_CHECKING:
    from core.store import StoredTimer
    from core.workspace import Workspace

__all__ = ["ActualTimeOff", "require_actual_time", "switch_actual_time"]


class ActualTimeOff(TieoutError):
    """Something of actual time was asked of a practice that works without."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"{what}: Actual Time is switched off for this practice. Switch it on at How time is sent, then try again."
        )


def require_actual_time(ws: Workspace, what: str) -> None:
    """Go on only while Actual Time is on; `what` is what does not happen, as a sentence without its full stop."""
    if not ws.practice.settings.actual_time:
        raise ActualTimeOff(what)


def switch_actual_time(ws: Workspace, *, on: bool) -> int:
    """Switch Actual Time for the practice; returns how many running Timers were paused.

    Nothing is lost by it: drafts, committed entries and the ledger stay, and a paused Timer can go on later.
    """
    paused = [] if on else ws.store.timers.running(ws.practice_id)
    if not ws.options.change(actual_time=on):
        return 0
    for one in paused:
        # Each stays with its own person, who finds it paused.
        ws.store.timers.save(ws.practice_id, one.staff_id, one.revision, one.by, {"stretches": end_now(ws, one)})
    return len(paused)


def end_now(ws: Workspace, timer: StoredTimer) -> tuple[tuple[str, str], ...]:
    """The stretches of a Timer with the last one ended now, as the store keeps them."""
    return keep_stretches(one.close(ws.clock.now()) for one in read_stretches(timer.stretches))


def keep_stretches(stretches: Iterable[Stretch]) -> tuple[tuple[str, str], ...]:
    """Stretches as the store keeps them."""
    return tuple((start, end) for start, end in write_stretches(stretches))
