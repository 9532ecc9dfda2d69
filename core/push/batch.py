"""A batch on its way: a probe alone, then as many bundles at once as there are lanes, and what each came to.

Whatever a bundle's fate tells about XPM (a limit, an outage, a halt) is acted on at once: nothing more is started,
what is under way is waited for. After anything but a success the next bundle goes alone again.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass

from core.push.job import End, Ending
from core.push.lanes import Lanes
from core.push.ports import LEASE_LOST
from core.push.send import After, Sent
from core.push.settings import PushSettings
from core.push.watch import Watch

log = logging.getLogger("tieout.push")

Work = Callable[[], Sent]

_NOT_SENT_WAIT = 2.0
_NOT_SENT_LIMIT = 5
#: More than this share of a batch in doubt, at least this many, halts pushing.
_DOUBT_SHARE, _DOUBT_LEAST = 0.2, 5


@dataclass
class Tally:
    """What a batch came to: requests that may have left, and those of them in doubt."""

    sent: int = 0
    doubts: int = 0


class Carrier:
    """Carries batches out for one run. `on_doubt` is told the attempt whose answer was lost."""

    def __init__(
        self, lanes: Lanes, settings: PushSettings, watch: Watch, ending: Ending, on_doubt: Callable[[str], None]
    ) -> None:
        self._lanes = lanes
        self._settings = settings
        self._watch = watch
        self._ending = ending
        self._on_doubt = on_doubt
        self._idle = 0  # requests in a row that never left
        self._lost = 0  # answers in a row that were lost

    def carry(self, works: Sequence[Work]) -> Generator[float, None, Tally]:
        """Carry the pieces of work out; yields seconds to wait, or 0 where it is safe to stop."""
        waiting, tally = deque(works), Tally()
        at_once, pause = 1, 0.0
        while True:
            while waiting and not pause and self._lanes.busy < at_once and self._may_start():
                self._start(waiting.popleft())
            if self._lanes.busy:
                came = self._take()
                at_once = self._widen(at_once, came)
                pause = max(pause, self._react(came, tally))
            if self._lanes.busy:
                yield 0.0
            elif waiting and self._ending.result is None:
                yield pause
                pause = 0.0
            else:
                break
        yield pause if self._ending.result is None else 0.0
        self._judge_doubts(tally.doubts, len(works))
        return tally

    def _widen(self, at_once: int, came: Sent) -> int:
        """All lanes once the way is proved; what XPM refuses for itself proves nothing, and disturbs nothing."""
        if came.stored:
            return self._lanes.width
        return at_once if came.after is After.GO_ON else 1

    def _may_start(self) -> bool:
        return self._ending.result is None and self._watch.keep_turn()

    # -- lanes --------------------------------------------------------------------------------------------------------

    def _start(self, work: Work) -> None:
        try:
            self._lanes.start(work)
        except Exception:
            self._await_rest()
            raise

    def _take(self) -> Sent:
        try:
            came: Sent = self._lanes.take()
        except Exception:
            self._await_rest()
            raise
        return came

    def _await_rest(self) -> None:
        """One lane failed: the others still write down what became of theirs before the run ends."""
        while self._lanes.busy:
            try:
                self._lanes.take()
            except Exception:
                log.exception("another request of the batch failed too")

    # -- what it means ------------------------------------------------------------------------------------------------

    def _react(self, came: Sent, tally: Tally) -> float:
        """What a bundle's fate means for the run; gives seconds to wait before the next one starts."""
        tally.sent += came.after not in (After.RETRY, After.WAIT)
        tally.doubts += came.after is After.DOUBT
        self._lost = self._lost + 1 if came.after is After.DOUBT else 0
        self._idle = self._idle + 1 if came.after is After.RETRY else 0
        if came.after is After.DOUBT:
            self._note_doubt(came)
        elif came.after is After.STOP:
            self._note_stop(came)
        elif came.after is After.RETRY:
            return self._note_unsent(came)
        elif came.after is After.WAIT:
            return self._note_limit(came)
        elif came.attempt:
            self._watch.note_success()
        return 0.0

    def _note_doubt(self, came: Sent) -> None:
        self._on_doubt(came.attempt)
        if self._lost >= self._settings.doubts_in_row:
            self._watch.note_outage(
                f"XPM did not answer {self._lost} times in a row. What was sent is read back first."
            )

    def _note_stop(self, came: Sent) -> None:
        if came.why == LEASE_LOST:
            self._watch.lose_turn()
        else:
            self._ending.note(End.STOPPED, f"Nothing more is sent: {came.why.removesuffix('.')}.")

    def _note_unsent(self, came: Sent) -> float:
        if self._idle < _NOT_SENT_LIMIT:
            return _NOT_SENT_WAIT
        self._idle = 0
        self._watch.note_outage(f"XPM cannot be reached: {came.why}")
        return 0.0

    def _note_limit(self, came: Sent) -> float:
        if came.seconds <= self._settings.longest_wait:
            return came.seconds
        self._ending.note(End.PAUSED, came.why, came.seconds)
        return 0.0

    def _judge_doubts(self, doubts: int, size: int) -> None:
        if doubts >= _DOUBT_LEAST and doubts > _DOUBT_SHARE * size:
            self._watch.halt(f"{doubts} of {size} requests of one batch are in doubt")
