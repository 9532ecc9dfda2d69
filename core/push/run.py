"""The push: batch by batch, exactly once or visibly not.

One bundle's way through a run: queued as `ready`; a list of XPM's time shows that it is not there yet and that nobody
typed it; its intent is written into the ledger and into the journal, both on the disk; the last checks; one request;
one transaction with what became of it (`posted`, `rejected`, or `unknown` when the answer was lost); after the batch
another list shows it with equal fields: `confirmed`. What is unknown is read back before anything is sent again.

The run is a generator of small steps, so that it can be paused, cancelled, interleaved with others on a virtual clock,
or cut off anywhere. Everything it has to remember is in the ledger: a run cut off is simply started again.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from datetime import datetime, timedelta

from core.model import OutsideFailed, TieoutError, utc_text
from core.push.adopt import record_orphans
from core.push.book import Book
from core.push.job import End, Progress, PushJob, PushResult
from core.push.listing import IncompleteList, Listing, Scope, choose_scope, read_complete
from core.push.ports import Bundle, Change, Current, Seams, Wanted
from core.push.preflight import hold_doubtful, hold_orphan_groups, list_same_day
from core.push.queue import Wishes, queue_bundles
from core.push.readback import ReadBack
from core.push.recover import check_halt, recover
from core.push.send import After, Sent, Turn, send_bundle
from core.push.settle import Settled, settle_listing
from core.push.states import State

__all__ = ["End", "Progress", "Push", "PushJob", "PushResult", "run_push"]

#: Seconds to wait at each yield; 0 is only a place to stop.
Steps = Generator[float, None, None]

#: A list that is not whole is asked again after these waits, in seconds.
_LIST_WAITS = (5.0, 15.0)
_OUTAGE_WAIT = 120.0
_NOT_SENT_WAIT = 2.0
_NOT_SENT_LIMIT = 5
#: When the day's calls are used, the run looks again after this long.
_QUOTA_WAIT = timedelta(hours=1)
#: More than this share of a batch in doubt, at least this many, halts pushing.
_DOUBT_SHARE, _DOUBT_LEAST = 0.2, 5
_DOUBLES_LIMIT = 3


def run_push(
    job: PushJob,
    wanted: Sequence[Wanted],
    seams: Seams,
    *,
    changes: Sequence[Change] = (),
    read_current: Callable[[], Current] | None = None,
    on_progress: Callable[[Progress], None] = lambda _: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> PushResult:
    """Push the timesheets and changes of a plan, or go on with a run that was paused or cut off.

    Nothing wanted is fine: the run then finishes what it had queued before. `read_current` gives what is wanted now,
    under the run's choice, and is asked before each batch: an entry that was edited, excluded, deleted or linked
    elsewhere since it was queued is let go, and waits for the next plan. Waits are slept on the clock; those longer
    than `longest_wait` end the run as paused. Raises PushHalted while pushing is halted, and other TieoutErrors for
    what neither time nor XPM will mend; whatever was sent by then is in the ledger.
    """
    push = Push(job, seams, on_progress, read_current)
    for seconds in push.steps(wanted, changes):
        if should_stop():
            push.cancel()
        if seconds:
            seams.clock.sleep(seconds)
    return push.result


class Push:
    """One run as steps. `result` is set when the steps are over."""

    def __init__(
        self,
        job: PushJob,
        seams: Seams,
        on_progress: Callable[[Progress], None] = lambda _: None,
        read_current: Callable[[], Current] | None = None,
    ) -> None:
        self.result = PushResult(job.run, End.STOPPED, "The run was cut off.")
        self._job = job
        self._seams = seams
        self._on_progress = on_progress
        self._book = Book(seams.ledger, job.practice, job.tenant, job.run, job.actor)
        self._read_back = ReadBack(seams, self._book, job.settings, job.rows_per_day)
        self._turn = Turn(job.owner, 0)
        self._wishes = Wishes(read_current)
        self._ended: PushResult | None = None
        self._doubles = 0
        self._idle = 0

    def cancel(self) -> None:
        """Send nothing more; what is under way is finished and read back."""
        self._end(End.CANCELLED, "Cancelled. What was not sent stays ready.")

    def steps(self, wanted: Sequence[Wanted], changes: Sequence[Change] = ()) -> Steps:
        """Do the work; each yield is a safe place to stop and says how long to wait there."""
        job, ledger = self._job, self._seams.ledger
        epoch = ledger.take_lease(job.practice, job.owner, job.settings.lease_seconds)
        if epoch is None:
            self.result = self._conclude(
                End.PAUSED, "Another worker is pushing for this practice.", job.settings.lease_seconds
            )
            return
        self._turn = Turn(job.owner, epoch)
        try:
            yield from self._work(wanted, changes)
        except OutsideFailed as error:
            self._read_back.give_up_unread()
            self._end(End.PAUSED, str(error), _seconds_of(error, self._seams.clock.now()))
        except TieoutError:
            ledger.release_lease(job.practice, job.owner, epoch)
            raise
        ledger.release_lease(job.practice, job.owner, epoch)
        self.result = self._ended or self._conclude(End.DONE, self._say_absent())
        self._report()

    def _work(self, wanted: Sequence[Wanted], changes: Sequence[Change]) -> Steps:
        check_halt(self._book)
        recover(self._book, self._seams, self._turn.epoch)
        yield 0.0
        self._wishes.note(wanted)
        queue_bundles(wanted, self._book, self._job.source, self._job.settings)
        self._report()
        while self._ended is None:
            yield from self._send_ready()
            if self._ended is None and not (yield from self._settle_doubt()):
                break
        if self._ended is None:
            yield from self._confirm_left()

    # -- batches ------------------------------------------------------------------------------------------------------

    def _send_ready(self) -> Steps:
        while self._ended is None:
            ready = self._seams.ledger.find(self._job.practice, states=(State.READY,), run=self._job.run)
            batch = self._cut_batch(self._keep_wanted(ready))
            if not batch:
                return
            yield from self._push_batch(batch)
            self._report()

    def _cut_batch(self, ready: Sequence[Bundle]) -> Sequence[Bundle]:
        """The next bundles, no more than today's calls allow; ends the run when they allow none."""
        if not ready:
            return []
        batch = ready[: self._job.settings.batch_size]
        meter = self._seams.read_meter()
        left = meter.day_left - meter.reserve - 2 * self._choose_scope(batch).calls
        if left < 1:
            message = f"{len(ready)} entries wait for tomorrow's allowance: XPM's calls of the day are used."
            self._end(End.PAUSED, message, _QUOTA_WAIT.total_seconds())
        return batch[: max(left, 0)]

    def _keep_wanted(self, ready: Sequence[Bundle]) -> list[Bundle]:
        """The bundles whose entry is still as it was queued; the others leave the run and wait for the next plan."""
        if ready:
            self._wishes.look_again()
        kept = [bundle for bundle in ready if self._wishes.still_holds(bundle)]
        gone = {bundle.id: {"run": ""} for bundle in ready if not self._wishes.still_holds(bundle)}
        if gone:
            self._seams.ledger.queue(self._job.practice, [], [], gone, actor=self._book.actor, run=self._job.run)
        return kept

    def _choose_scope(self, batch: Sequence[Bundle]) -> Scope:
        today = self._seams.clock.now().date()
        days, staff = [bundle.date for bundle in batch], [bundle.staff_id for bundle in batch]
        return choose_scope(days, staff, today, self._job.rows_per_day, self._job.settings.rows_per_list)

    def _push_batch(self, batch: Sequence[Bundle]) -> Steps:
        if not self._renew():
            return
        scope = self._choose_scope(batch)
        listing = yield from self._read_patiently(scope)
        cleared = self._clear(batch, listing)
        yield 0.0
        sent = doubts = row = 0
        for bundle in cleared:
            if self._ended is not None or not self._renew():
                break
            came = send_bundle(
                bundle, list_same_day(listing, bundle), self._turn, self._seams, self._book, self._job.settings
            )
            sent += came.after not in (After.RETRY, After.WAIT)
            doubts, row = (doubts + 1, row + 1) if came.after is After.DOUBT else (doubts, 0)
            self._idle = self._idle + 1 if came.after is After.RETRY else 0
            yield self._react(came, row)
        self._judge_doubts(doubts, len(cleared))
        if sent:
            yield from self._confirm(scope)

    def _clear(self, batch: Sequence[Bundle], listing: Listing) -> list[Bundle]:
        """The bundles of a batch that may go, after the pre-flight list was heeded."""
        settled = self._settle(listing)
        current = self._reload(batch)
        if settled.orphans:
            hold_orphan_groups(current, settled.orphans, self._book)
            record_orphans(settled.orphans, self._book, utc_text(self._seams.clock.now()))
            self._halt(f"XPM holds {len(settled.orphans)} timesheets with our marker that the ledger does not know")
            return []
        released = self._find_released(current)
        days = self._wishes.find_days(current)
        hold_doubtful(current, listing, self._book, days, released, self._job.settings)
        return self._reload(current)

    def _find_released(self, bundles: Sequence[Bundle]) -> list[str]:
        choices = self._seams.ledger.choices(self._job.practice)
        judged = set(choices.index[choices["choice"].isin(("separate_work", "send_again"))])
        members = self._seams.ledger.entries_of(bundle.id for bundle in bundles)
        return [bundle_id for bundle_id, entry_ids in members.items() if judged.intersection(entry_ids)]

    def _reload(self, batch: Sequence[Bundle]) -> list[Bundle]:
        """The same bundles as they are now, those still ready, in the same order."""
        now = self._seams.ledger.find_by(self._job.practice, "id", (bundle.id for bundle in batch))
        by_id = {bundle.id: bundle for bundle in now}
        return [by_id[old.id] for old in batch if by_id[old.id].state == State.READY]

    def _react(self, came: Sent, doubts_in_row: int) -> float:
        """What a send means for the run; gives seconds to wait before the next one."""
        if came.after is After.DOUBT:
            self._read_back.note_end(came.attempt)
            if doubts_in_row >= self._job.settings.doubts_in_row:
                message = f"XPM did not answer {doubts_in_row} times in a row. What was sent is read back first."
                self._end(End.PAUSED, message, _OUTAGE_WAIT)
        elif came.after is After.STOP:
            self._end(End.STOPPED, f"Nothing more is sent: {came.why.removesuffix('.')}.")
        elif came.after is After.RETRY and self._idle >= _NOT_SENT_LIMIT:
            self._end(End.PAUSED, f"XPM cannot be reached: {came.why}", _OUTAGE_WAIT)
        elif came.after is After.RETRY:
            return _NOT_SENT_WAIT
        elif came.after is After.WAIT and came.seconds > self._job.settings.longest_wait:
            self._end(End.PAUSED, came.why, came.seconds)
        elif came.after is After.WAIT:
            return came.seconds
        return 0.0

    def _judge_doubts(self, doubts: int, size: int) -> None:
        if doubts >= _DOUBT_LEAST and doubts > _DOUBT_SHARE * size:
            self._halt(f"{doubts} of {size} requests of one batch are in doubt")

    def _confirm(self, scope: Scope) -> Steps:
        """The list after a batch. When it cannot be had, what was sent stays posted and the next one confirms it."""
        try:
            listing = yield from self._read_patiently(scope)
        except OutsideFailed as error:
            if self._ended is None:
                self._end(End.PAUSED, str(error), _seconds_of(error, self._seams.clock.now()))
            return
        self._settle(listing)

    def _confirm_left(self) -> Steps:
        """Confirm what an earlier run sent and could not see any more."""
        left = self._seams.ledger.find(self._job.practice, states=(State.POSTED,))
        if left:
            yield from self._confirm(self._choose_scope(left))

    # -- lists and doubt ----------------------------------------------------------------------------------------------

    def _read_patiently(self, scope: Scope) -> Generator[float, None, Listing]:
        for wait in _LIST_WAITS:
            try:
                return read_complete(self._seams.sender, self._seams.ledger, self._job.practice, scope)
            except IncompleteList:
                yield wait
        return read_complete(self._seams.sender, self._seams.ledger, self._job.practice, scope)

    def _settle(self, listing: Listing) -> Settled:
        settled = settle_listing(listing, self._book, utc_text(self._seams.clock.now()))
        self._doubles += len(settled.doubled)
        if self._doubles > _DOUBLES_LIMIT:
            self._halt(f"{self._doubles} timesheets are in XPM twice")
        return settled

    def _settle_doubt(self) -> Generator[float, None, bool]:
        """Read back what is due; gives whether there may be something to send again."""
        due, later = self._read_back.find_due()
        if due:
            yield from self._read_back.steps(due)
            self._report()
            return True
        if later is None:
            return False
        seconds = (later - self._seams.clock.now()).total_seconds()
        if seconds > self._job.settings.longest_wait:
            self._end(End.PAUSED, "Answers of XPM were lost; they are read back after the quiet period.", seconds)
            return False
        yield max(seconds, 1.0)
        return self._renew()

    def _say_absent(self) -> str:
        """What an earlier push left in doubt, and is not in XPM, was not part of this one: it waits to be planned."""
        found = self._seams.ledger.find_by(self._job.practice, "id", self._read_back.absent)
        count = sum(bundle.state == State.READY for bundle in found)
        return f"In doubt before and surely not in XPM: {count}. That goes with the next push." if count else ""

    # -- bookkeeping --------------------------------------------------------------------------------------------------

    def _renew(self) -> bool:
        """Keep the lease; ends the run when another worker has it."""
        job = self._job
        if self._seams.ledger.renew_lease(job.practice, job.owner, self._turn.epoch, job.settings.lease_seconds):
            return True
        self._end(End.PAUSED, "Another worker has taken over this practice's push.", job.settings.lease_seconds)
        return False

    def _halt(self, reason: str) -> None:
        self._book.halt(reason)
        self._end(End.STOPPED, f"Pushing is halted: {reason}.")

    def _end(self, end: End, message: str, seconds: float | None = None) -> None:
        """The first reason to end stays, but nothing outranks a stop."""
        if self._ended is None or (end is End.STOPPED and self._ended.end is not End.STOPPED):
            self._ended = self._conclude(end, message, seconds)

    def _conclude(self, end: End, message: str, seconds: float | None = None) -> PushResult:
        resume_at = self._seams.clock.now() + timedelta(seconds=seconds) if seconds is not None else None
        return PushResult(self._job.run, end, message, resume_at)

    def _report(self) -> None:
        states = dict(self._seams.ledger.count_states(self._job.practice, self._job.run))
        total = sum(states.values())
        waiting = sum(states.get(state, 0) for state in (State.READY, State.SENDING, State.UNKNOWN))
        self.result = PushResult(self.result.run, self.result.end, self.result.message, self.result.resume_at, states)
        self._on_progress(Progress(total - waiting, total, states))


def _seconds_of(error: OutsideFailed, now: datetime) -> float:
    """How long to wait before trying again, as the error says, or a while."""
    until = getattr(error, "until", None)
    if isinstance(until, datetime):
        return max((until - now).total_seconds(), 1.0)
    return float(getattr(error, "seconds", _OUTAGE_WAIT))
