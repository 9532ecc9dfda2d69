"""Completing and reopening job tasks in XPM: read, write once, read back; never over what somebody changed there.

Each tick is written down before it is sent. The call states a whole value, so it does no harm twice; yet a lost answer
is read back before anything else, and what is found is said. A job task that is not as it was seen last is left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from core.jobs.ports import Became, Sent
from core.model import OutsideFailed, TieoutError

#: How often a tick is sent whose answers are lost and that never lands.
MOST_TRIES = 3


class TickWaits(OutsideFailed):
    """XPM cannot be written to now; nothing was applied, and the same tick goes again later."""

    def __init__(self, seconds: float, words: str) -> None:
        self.seconds = seconds
        super().__init__(f"Completing job tasks goes on in a while: {words.removesuffix('.')}. Nothing is lost.")


class Ticked(StrEnum):
    """What became of one tick."""

    DONE = "done"  # XPM shows it as wanted, by our request
    IN_STEP = "in step"  # it was so already
    CONFLICT = "conflict"  # it is not as it was seen last; nothing was sent
    REFUSED = "refused"  # XPM said no, in words
    UNSETTLED = "unsettled"  # sent, and XPM does not show it; a person has to look
    MOVED = "moved"  # somebody decided otherwise meanwhile; nothing was sent


@dataclass(frozen=True)
class HeldTask:
    """A job task as XPM shows it: whether it is completed, and what else says which work it is."""

    completed: bool
    facts: Mapping[str, object]


@dataclass(frozen=True)
class Tick:
    """One job task to complete or reopen. `expected`: its facts as they were seen last. `sent_before`: an answer was
    lost; `tries`: how often it was sent already."""

    xpm_id: str
    job: str
    completed: bool
    expected: Mapping[str, object]
    sent_before: bool = False
    tries: int = 0


@dataclass(frozen=True)
class TickResult:
    """The end of a tick, `words` for people, and the job task as it was read last; None: it is gone."""

    ticked: Ticked
    words: str
    held: HeldTask | None


def tell_ticks(counts: Mapping[str, int]) -> str:
    """What of a run's outcomes needs a person, in one sentence; empty when nothing does."""
    left = sum(counts.get(one, 0) for one in (Ticked.CONFLICT, Ticked.REFUSED, Ticked.UNSETTLED))
    if not left:
        return ""
    tasks = "1 job task was left as it is" if left == 1 else f"{left} job tasks were left as they are"
    return f"{tasks} in XPM; Exceptions says why."


class TickSender(Protocol):
    """XPM as a tick needs it. A read raises TieoutErrors; a write says what became of it."""

    def read_task(self, job: str, xpm_id: str) -> HeldTask | None:
        """The job task as it is now; None when XPM has no such job or it has no such task."""
        ...

    def tick(self, xpm_id: str, *, completed: bool) -> Sent:
        """Complete or reopen it, once. Raises TieoutErrors for what surely was not applied and needs a person."""
        ...


def carry_tick(tick: Tick, sender: TickSender, begin: Callable[[int], bool], give_up: Callable[[], None]) -> TickResult:
    """Carry one tick out, or find out that it must not be.

    begin: writes down durably that try number n is about to be sent; False: the wish is another one by now.
    give_up: writes down that the try never reached XPM. Raises TickWaits, and what reading raises.
    """
    tries, lost = tick.tries, tick.sent_before
    while True:
        held = sender.read_task(tick.job, tick.xpm_id)
        settled = _settle(tick, held, tries, lost=lost)
        if settled is not None:
            return settled
        tries += 1
        if not begin(tries):
            return TickResult(Ticked.MOVED, "It was decided otherwise meanwhile. Nothing was sent.", held)
        try:
            sent = sender.tick(tick.xpm_id, completed=tick.completed)
        except TieoutError:
            # Only what surely was not applied is raised.
            give_up()
            raise
        if sent.became is Became.REFUSED:
            return TickResult(Ticked.REFUSED, f"XPM refused: {sent.words}", held)
        if sent.became in (Became.MUST_WAIT, Became.NOT_SENT):
            give_up()
            raise TickWaits(sent.wait_seconds, sent.words)
        if sent.became is Became.APPLIED:
            return _read_back(tick, sender.read_task(tick.job, tick.xpm_id))
        lost = True


def _settle(tick: Tick, held: HeldTask | None, tries: int, *, lost: bool) -> TickResult | None:
    """The end, when what XPM shows allows no sending; None when it may be sent."""
    if held is None:
        return TickResult(Ticked.CONFLICT, "The job task is no longer in XPM. Nothing was written.", None)
    if held.completed == tick.completed:
        if lost:
            return TickResult(Ticked.DONE, f"{_IS[tick.completed]} XPM's answer was lost; it was read back.", held)
        return TickResult(Ticked.IN_STEP, f"{_IS[tick.completed]} It was so already; nothing was written.", held)
    if dict(held.facts) != dict(tick.expected):
        changed = [name for name, value in held.facts.items() if tick.expected.get(name) != value]
        words = f"It was changed in XPM since it was seen last ({', '.join(changed)}). Nothing was written."
        return TickResult(Ticked.CONFLICT, words, held)
    if tries >= MOST_TRIES:
        words = f"It was sent {tries} times, every answer was lost, and XPM does not show it. Look in XPM."
        return TickResult(Ticked.UNSETTLED, words, held)
    return None


_IS = {True: "The job task is completed in XPM.", False: "The job task is open in XPM."}


def _read_back(tick: Tick, held: HeldTask | None) -> TickResult:
    if held is not None and held.completed == tick.completed:
        return TickResult(Ticked.DONE, _IS[tick.completed], held)
    words = "XPM took it and does not show it. Look at the job task in XPM."
    return TickResult(Ticked.UNSETTLED, words, held)
