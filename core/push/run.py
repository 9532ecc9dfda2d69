"""The push: batch by batch, exactly once or visibly not.

One bundle's way through a run: queued as `ready`; a list of XPM's time shows that it is not there yet and that nobody
typed it; its intent is written into the ledger and into the journal, both on the disk; the last checks; one request;
one transaction with what became of it (`posted`, `rejected`, or `unknown` when the answer was lost); after the batch
another list shows it with equal fields: `confirmed`. What is unknown is read back before anything is sent again.

The run is a generator of small steps, so that it can be paused, cancelled, interleaved with others on a virtual clock,
or cut off anywhere. Everything it has to remember is in the ledger: a run cut off is simply started again. Requests go
out over lanes, several at once; every decision is taken here.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from datetime import datetime
from functools import partial

from core.model import OutsideFailed, TieoutError
from core.push.allowance import Allowance
from core.push.batch import Carrier
from core.push.book import Book
from core.push.change import change_bundle, find_changes, keep_wanted, queue_changes
from core.push.clearing import Clearing
from core.push.job import End, Ending, Progress, PushJob, PushResult
from core.push.journal import JournalFailed
from core.push.listing import IncompleteList, Listing, Scope, choose_scope, read_complete
from core.push.ports import Bundle, Change, Current, Seams, Wanted
from core.push.preflight import list_same_day
from core.push.queue import TenantsMixed, Wishes, queue_bundles
from core.push.readback import ReadBack
from core.push.recover import check_halt, recover
from core.push.restored import Recovery, recovery_steps
from core.push.send import After, Sent, send_bundle
from core.push.states import State
from core.push.sweep import Sweep
from core.push.watch import Watch

__all__ = ["End", "Progress", "Push", "PushJob", "PushResult", "run_push"]

#: Seconds to wait at each yield; 0 is only a place to stop.
Steps = Generator[float, None, None]

#: A list that is not whole is asked again after these waits, in seconds.
_LIST_WAITS = (5.0, 15.0)
#: Failures that are no outage of XPM (our disk, a list that is not whole) are tried again after this long.
_FAILURE_WAIT = 120.0
#: A sleeping run looks so often whether it is to stop.
_NAP = 5.0
#: Clocks may round a wait by so much.
_TICK = 0.01
#: A change is looked at and then made.
_CALLS_PER_CHANGE = 2


def run_push(
    job: PushJob,
    wanted: Sequence[Wanted],
    seams: Seams,
    *,
    changes: Sequence[Change] = (),
    sweep: Sweep | None = None,
    read_current: Callable[[], Current] | None = None,
    on_progress: Callable[[Progress], None] = lambda _: None,
    should_stop: Callable[[], bool] = lambda: False,
    should_pause: Callable[[], bool] | None = None,
) -> PushResult:
    """Push the timesheets and changes of a plan, or go on with a run that was paused or cut off.

    Nothing wanted is fine: the run then finishes what it had queued before, and with a `sweep` it also looks over the
    last days (what it found is in the sweep). `read_current` gives what is wanted now,
    under the run's choice, and is asked before each batch: an entry that was edited, excluded, deleted or linked
    elsewhere since it was queued is let go, and waits for the next plan. Waits are slept on the clock; those longer
    than `longest_wait` end the run as paused. `should_stop` cancels the run, `should_pause` lets it rest until somebody
    starts it again; both are asked at every step. Raises PushHalted while pushing is halted, and other TieoutErrors
    for what neither time nor XPM will mend; whatever was sent by then is in the ledger.
    """
    push = Push(job, seams, on_progress, read_current, sweep)

    def is_asked() -> bool:
        if should_stop():
            push.cancel()
        elif should_pause is not None and should_pause():
            push.rest()
        return push.is_ending

    for seconds in push.steps(wanted, changes):
        is_asked()
        _sleep(seconds, seams, is_asked if should_pause is not None else None)
    return push.result


def _sleep(seconds: float, seams: Seams, is_asked: Callable[[], bool] | None) -> None:
    """Wait; in naps when somebody may want the run to stop meanwhile."""
    if is_asked is None:
        if seconds:
            seams.clock.sleep(seconds)
        return
    until = seams.clock.monotonic() + seconds
    while (left := until - seams.clock.monotonic()) > 0 and not is_asked():
        seams.clock.sleep(min(left, _NAP))


class Push:
    """One run as steps. `result` is set when the steps are over."""

    def __init__(
        self,
        job: PushJob,
        seams: Seams,
        on_progress: Callable[[Progress], None] = lambda _: None,
        read_current: Callable[[], Current] | None = None,
        sweep: Sweep | None = None,
    ) -> None:
        self.result = PushResult(job.run, End.STOPPED, "The run was cut off.")
        self._job = job
        self._seams = seams
        self._on_progress = on_progress
        self._ending = Ending(job.run, seams.clock)
        self._book = Book(seams.ledger, job.practice, job.tenant, job.run, job.actor)
        self._watch = Watch(job, seams, self._book, self._ending)
        self._read_back = ReadBack(seams, self._book, job.settings, job.rows_per_day)
        self._wishes = Wishes(read_current)
        self._clearing = Clearing(seams, self._book, self._watch, self._wishes, job.settings)
        self._carrier = Carrier(seams.lanes, job.settings, self._watch, self._ending, self._read_back.note_end)
        self._sweep = sweep
        self._changed: set[str] = set()
        self._has_changes = False
        self._allowance = Allowance(seams, self._ending)

    def cancel(self) -> None:
        """Send nothing more; what is under way is finished and read back."""
        self._ending.note(End.CANCELLED, "Cancelled. What was not sent stays ready.")

    def rest(self) -> None:
        """Send nothing more until somebody starts the run again; what is under way is finished."""
        self._ending.note(End.PAUSED, "Paused. What was not sent stays ready.")

    @property
    def is_ending(self) -> bool:
        """Whether nothing more is sent."""
        return self._ending.result is not None

    def steps(self, wanted: Sequence[Wanted], changes: Sequence[Change] = ()) -> Steps:
        """Do the work; each yield is a safe place to stop and says how long to wait there."""
        if not self._watch.take_turn():
            message = "Another worker is pushing for this practice."
            self.result = self._ending.conclude(End.PAUSED, message, self._job.settings.lease_seconds)
            return
        try:
            yield from self._pass_on(self._work(wanted, changes))
        except OutsideFailed as error:
            self._read_back.give_up_unread()
            self._heed_failure(error)
        except TieoutError as error:
            if reason := getattr(error, "halts_push", ""):
                self._watch.halt(reason)
            self._watch.end_turn()
            raise
        self._watch.end_turn()
        self.result = self._ending.result or self._ending.conclude(End.DONE, self._say_absent())
        self._report()

    def _pass_on(self, work: Steps) -> Steps:
        """Hand the waits on. What a wait was for has not come when it was cut short: the work ends there then."""
        for seconds in work:
            until = self._seams.clock.monotonic() + seconds
            yield seconds
            left = until - self._seams.clock.monotonic()
            if left > _TICK:
                self._ending.note(End.PAUSED, "A wait was cut short.", left)
                work.close()

    def _work(self, wanted: Sequence[Wanted], changes: Sequence[Change]) -> Steps:
        check_halt(self._book)
        self._check_tenant()
        recover(self._book, self._seams, self._watch.turn.epoch)
        yield 0.0
        yield from self._read_restored(wanted)
        self._wishes.note(wanted)
        queue_bundles(wanted, self._book, self._job.source, self._job.settings)
        queue_changes(changes, self._book, self._job.settings)
        self._has_changes = bool(self._find_pending())
        self._report()
        if not self._watch.look_at_breaker():
            return
        while not self.is_ending:
            yield from self._settle_due()
            yield from self._send_ready()
            yield from self._send_changes()
            if not self.is_ending and (yield from self._settle_doubt()):
                continue
            if self.is_ending or not (yield from self._look_around()):
                break
        if not self.is_ending:
            yield from self._confirm_left()
        if not self.is_ending:
            self._watch.note_success()

    def _read_restored(self, wanted: Sequence[Wanted]) -> Steps:
        """After an older database came back, XPM is read again before anything else."""
        job = self._job

        def read_current() -> Current:
            self._wishes.look_again()
            now = self._wishes.current or Current()
            return Current({want.group_key: want for want in wanted} | dict(now.wanted), now.changes)

        recovery = Recovery(self._seams, self._book, job.settings, job.rows_per_day, job.source, read_current)
        self._watch.turn = yield from recovery_steps(self._watch.turn, recovery)

    def _check_tenant(self) -> None:
        """A list of another account would prove that all we ever sent is gone."""
        other = self._seams.ledger.find_other_tenant(self._job.practice, self._job.tenant)
        if other:
            self._book.halt(f"the ledger holds time for another XPM practice ({other})")
            raise TenantsMixed(self._job.tenant, other)

    def _heed_failure(self, error: OutsideFailed) -> None:
        """A limit says how long it lasts; an outage of XPM opens the breaker; everything else is tried again later."""
        until, seconds = getattr(error, "until", None), getattr(error, "seconds", None)
        if isinstance(until, datetime):
            self._ending.note(End.PAUSED, str(error), max((until - self._seams.clock.now()).total_seconds(), 1.0))
        elif seconds is not None:
            self._ending.note(End.PAUSED, str(error), float(seconds))
        elif isinstance(error, IncompleteList | JournalFailed):
            self._ending.note(End.PAUSED, str(error), _FAILURE_WAIT)
        else:
            self._watch.note_outage(str(error))

    # -- batches ------------------------------------------------------------------------------------------------------

    def _send_ready(self) -> Steps:
        while not self.is_ending:
            ready = self._seams.ledger.find(self._job.practice, states=(State.READY,), run=self._job.run)
            kept = self._keep_wanted(ready)
            batch = kept[: self._job.settings.batch_size]
            if batch:
                batch = batch[: self._allowance.count_affordable(2 * self._choose_scope(batch).calls, 1, len(kept))]
            if not batch:
                return
            yield from self._push_batch(batch)
            self._report()

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
        if not self._watch.keep_turn():
            return
        scope = self._choose_scope(batch)
        listing = yield from self._read_patiently(scope)
        cleared = self._clearing.clear(batch, listing)
        yield 0.0
        turn, seams, book, settings = self._watch.turn, self._seams, self._book, self._job.settings
        tally = yield from self._carrier.carry(
            [
                partial(send_bundle, bundle, list_same_day(listing, bundle), turn, seams, book, settings)
                for bundle in cleared
            ]
        )
        if tally.sent and not self._is_resting():
            yield from self._confirm(scope)

    def _confirm(self, scope: Scope) -> Steps:
        """The list after a batch. When it cannot be had, what was sent stays posted and the next one confirms it."""
        try:
            listing = yield from self._read_patiently(scope)
        except OutsideFailed as error:
            self._heed_failure(error)
            return
        self._clearing.settle(listing)

    def _confirm_left(self) -> Steps:
        """Confirm what an earlier run sent and could not see any more."""
        left = self._seams.ledger.find(self._job.practice, states=(State.POSTED,))
        if left:
            yield from self._confirm(self._choose_scope(left))

    # -- changes ------------------------------------------------------------------------------------------------------

    def _send_changes(self) -> Steps:
        """Updates and deletes of what is in XPM; each reads its timesheet itself right before."""
        while not self.is_ending:
            waiting = self._find_pending()
            if not waiting:
                return
            self._wishes.look_again()
            kept = keep_wanted(waiting, self._wishes.current, self._book)
            batch = kept[: self._job.settings.batch_size]
            if batch:
                batch = batch[: self._allowance.count_affordable(0, _CALLS_PER_CHANGE, len(kept))]
            if not batch:
                return
            self._allowance.has_read = True
            yield from self._carrier.carry([partial(self._change, bundle) for bundle in batch])
            self._report()

    def _find_pending(self) -> list[Bundle]:
        """The bundles of this run whose change is still to be made."""
        return [bundle for bundle in find_changes(self._book) if bundle.id not in self._changed]

    def _change(self, bundle: Bundle) -> Sent:
        came = change_bundle(bundle, self._watch.turn, self._seams, self._book, self._job.settings)
        if came.after is After.GO_ON:
            self._changed.add(bundle.id)
        return came

    # -- lists and doubt ----------------------------------------------------------------------------------------------

    def _read_patiently(self, scope: Scope) -> Generator[float, None, Listing]:
        self._allowance.has_read = True
        for wait in _LIST_WAITS:
            try:
                return read_complete(self._seams.sender, self._seams.ledger, self._job.practice, scope)
            except IncompleteList:
                yield wait
        return read_complete(self._seams.sender, self._seams.ledger, self._job.practice, scope)

    def _look_around(self) -> Generator[float, None, bool]:
        """A sweep's look at the last days; gives whether it left something to change."""
        if self._sweep is None or not self._sweep.begin_pass():
            return False
        queued, job = 0, self._job
        today = self._seams.clock.now().date()
        for scope in self._sweep.choose_scopes(self._book, today, job.rows_per_day, job.settings.rows_per_list):
            listing = yield from self._read_patiently(scope)
            settled = self._clearing.settle(listing)
            if settled.orphans:
                self._clearing.stop_at_orphans(settled.orphans, [])
            queued += self._sweep.look(listing, settled, self._seams, self._book)
        return queued > 0

    def _settle_due(self) -> Steps:
        """Read back what has been in doubt for long enough; it comes before anything is sent."""
        due, _ = self._read_back.find_due()
        if due:
            self._allowance.has_read = True
            yield from self._read_back.steps(due)
            self._report()

    def _settle_doubt(self) -> Generator[float, None, bool]:
        """Wait for what is in doubt; gives whether some of it is due now."""
        due, later = self._read_back.find_due()
        if due or later is None:
            return bool(due)
        seconds = (later - self._seams.clock.now()).total_seconds()
        if seconds > self._job.settings.longest_wait:
            message = "Answers of XPM were lost; they are read back after the quiet period."
            self._ending.note(End.PAUSED, message, seconds)
            return False
        yield max(seconds, 1.0)
        return self._watch.keep_turn()

    def _say_absent(self) -> str:
        """What an earlier push left in doubt, and is not in XPM, was not part of this one: it waits to be planned."""
        found = self._seams.ledger.find_by(self._job.practice, "id", self._read_back.absent)
        count = sum(bundle.state == State.READY for bundle in found)
        return f"In doubt before and surely not in XPM: {count}. That goes with the next push." if count else ""

    # -- bookkeeping --------------------------------------------------------------------------------------------------

    def _is_resting(self) -> bool:
        ended = self._ending.result
        return ended is not None and ended.end is End.PAUSED and ended.resume_at is None

    def _report(self) -> None:
        states = dict(self._seams.ledger.count_states(self._job.practice, self._job.run))
        total = sum(states.values())
        waiting = sum(states.get(state, 0) for state in (State.READY, State.SENDING, State.UNKNOWN, State.CHANGING))
        waiting += len(self._find_pending()) if self._has_changes else 0
        self.result = PushResult(self.result.run, self.result.end, self.result.message, self.result.resume_at, states)
        self._on_progress(Progress(total - waiting, total, states))
