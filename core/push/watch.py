"""What must hold while a run goes on: the lease, the clock and the account; and the breaker that an outage opens."""

from __future__ import annotations

from datetime import datetime, timedelta

from core.model import utc_text
from core.push.book import Book
from core.push.breaker import Breaker
from core.push.job import End, Ending, PushJob
from core.push.ports import Seams
from core.push.recover import CLOCK_SLACK
from core.push.send import Turn

#: The lease is renewed when so much of it has passed; the send itself checks it again.
_RENEW_SHARE = 1 / 6
_DOUBLES_LIMIT = 3
_DAY = timedelta(hours=24)
#: How the ledger's events tell of a double; see `core.push.settle`.
_DOUBLE_WORDS = "in XPM as "


class Watch:
    """The guard of one run. `turn` is whose turn it is, once the lease was taken."""

    def __init__(self, job: PushJob, seams: Seams, book: Book, ending: Ending) -> None:
        self.turn = Turn(job.owner, 0)
        self._job = job
        self._seams = seams
        self._book = book
        self._ending = ending
        self._breaker = Breaker()
        self._renewed = seams.clock.monotonic()
        self._began = (seams.clock.now(), seams.clock.monotonic())

    # -- lease and clock ----------------------------------------------------------------------------------------------

    def take_turn(self) -> bool:
        """Become the one pusher of the practice; False while another worker is."""
        job = self._job
        epoch = self._seams.ledger.take_lease(job.practice, job.owner, job.settings.lease_seconds)
        if epoch is None:
            return False
        self.turn = Turn(job.owner, epoch)
        return True

    def keep_turn(self) -> bool:
        """Keep the lease, and see that the clock goes on; ends the run when either is gone."""
        passed = self._seams.clock.monotonic() - self._renewed
        if passed >= self._job.settings.lease_seconds * _RENEW_SHARE and not self._renew():
            return False
        return self._check_clock()

    def lose_turn(self) -> None:
        """Another worker has the lease."""
        message = "Another worker has taken over this practice's push."
        self._ending.note(End.PAUSED, message, self._job.settings.lease_seconds)

    def end_turn(self) -> None:
        """Let another worker push at once."""
        self._seams.ledger.release_lease(self._job.practice, self.turn.owner, self.turn.epoch)

    def _renew(self) -> bool:
        job = self._job
        if self._seams.ledger.renew_lease(job.practice, job.owner, self.turn.epoch, job.settings.lease_seconds):
            self._renewed = self._seams.clock.monotonic()
            return True
        self.lose_turn()
        return False

    def _check_clock(self) -> bool:
        """A clock set back in the midst of a run makes every deadline and quiet period doubtful."""
        now, passed = self._began[0], self._seams.clock.monotonic() - self._began[1]
        if self._seams.clock.now() + CLOCK_SLACK >= now + timedelta(seconds=passed):
            return True
        self.halt("the clock of this computer was set back during a push")
        return False

    # -- halts --------------------------------------------------------------------------------------------------------

    def halt(self, reason: str) -> None:
        """Nothing more is written to XPM until a person lifts it."""
        self._book.halt(reason)
        self._ending.note(End.STOPPED, f"Pushing is halted: {reason}.")

    def judge_doubles(self) -> None:
        """Halt when too many timesheets were found twice within a day."""
        since = self._seams.clock.now() - _DAY
        count = self._seams.ledger.count_told(self._job.practice, _DOUBLE_WORDS, utc_text(since))
        if count > _DOUBLES_LIMIT:
            self.halt(f"{count} timesheets are in XPM twice")

    # -- the breaker --------------------------------------------------------------------------------------------------

    def look_at_breaker(self) -> bool:
        """Whether XPM may be asked now; ends the run as paused when it is left alone."""
        failures, until = self._seams.ledger.read_breaker(self._job.practice)
        self._breaker = Breaker(failures, datetime.fromisoformat(until) if until else None)
        seconds = self._breaker.seconds_left(self._seams.clock.now())
        if seconds:
            self._ending.note(End.PAUSED, "XPM did not work a moment ago; it is tried again after a while.", seconds)
        return not seconds

    def note_outage(self, message: str) -> None:
        """XPM did not work: leave it alone for a while, longer each time, and go on by itself afterwards."""
        now = self._seams.clock.now()
        self._breaker = self._breaker.fail(now)
        self._seams.ledger.write_breaker(self._job.practice, self._breaker.failures, self._breaker.until)
        self._ending.note(End.PAUSED, message, self._breaker.seconds_left(now))

    def note_success(self) -> None:
        """XPM works."""
        if self._breaker.failures:
            self._breaker = Breaker()
            self._seams.ledger.write_breaker(self._job.practice, 0, None)
