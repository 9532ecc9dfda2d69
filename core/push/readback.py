"""Bundles in doubt: read back until XPM's own lists say that they arrived, or that they surely did not.

A request whose answer was lost may still be under way. So absence counts only after a quiet period, in two complete
lists some time apart, and only when nothing new of the same person, day, job and task has appeared without a marker:
somebody may have taken the marker off our landed entry. Everything else waits, or goes to a person.

A change in doubt needs no list: its timesheet is read by its id, at once and again after the quiet period.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.model import utc_text
from core.push.book import Book
from core.push.change import free_entries
from core.push.compare import sends_marker
from core.push.desired import read_desired, target_of
from core.push.listing import Listing, choose_scope, read_complete
from core.push.ports import Attempt, Bundle, Move, Seams
from core.push.reread import TOO_MANY_ATTEMPTS, count_doubts, judge_reread
from core.push.settings import PushSettings
from core.push.settle import Settled, settle_listing
from core.push.states import State

MARKER_OFF = "marker_off"
NEWCOMER = "newcomer"
UNREAD = "unread"

#: So much two clocks may differ without either being wrong; by more than the other they belong to different worlds
#: (a sandbox with a day of its own), and say nothing about each other.
_LEAST_SKEW, _MOST_SKEW = 2.0, 43_200.0


@dataclass
class ReadBack:
    """Settles the bundles in doubt of one practice. `rows_per_day` as in choose_scope.

    `absent` holds the ids of bundles that surely never reached XPM; `looked` the attempts of changes that were read
    back once.
    """

    seams: Seams
    book: Book
    settings: PushSettings
    rows_per_day: float
    settled: list[Settled] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    looked: set[str] = field(default_factory=set)

    def note_end(self, attempt: str) -> None:
        """A request of this process has just ended in doubt."""
        self.seams.ended[attempt] = self.seams.clock.monotonic()

    def find_due(self) -> tuple[list[Bundle], datetime | None]:
        """The bundles in doubt whose quiet period is over, and when the next one's is; None when none waits."""
        doubtful = self.seams.ledger.find(self.book.practice, states=(State.UNKNOWN, State.CHANGING))
        attempts = self.seams.ledger.last_attempts(bundle.id for bundle in doubtful)
        waits = {bundle.id: self._wait(bundle, attempts.get(bundle.id)) for bundle in doubtful}
        later = [seconds for seconds in waits.values() if seconds > 0]
        soonest = self.seams.clock.now() + timedelta(seconds=min(later)) if later else None
        return [bundle for bundle in doubtful if waits[bundle.id] <= 0], soonest

    def _wait(self, bundle: Bundle, attempt: Attempt | None) -> float:
        at_once = bundle.state == State.CHANGING and attempt is not None and attempt.id not in self.looked
        return 0.0 if at_once else self._seconds_left(attempt)

    def _seconds_left(self, attempt: Attempt | None) -> float:
        if attempt is None:
            return 0.0
        if attempt.id in self.seams.ended:
            return self.seams.ended[attempt.id] + self.settings.quiet_seconds - self.seams.clock.monotonic()
        # Another process sent it: what counts is when its answer was given up, or until when it could have left.
        since = datetime.fromisoformat(max(attempt.ended_at, attempt.deadline))
        quiet_until = since + timedelta(seconds=self.settings.quiet_seconds)
        # A clock that was set forward since has not made the time pass: XPM's own clock counts then.
        ahead = self.seams.read_skew() or 0.0
        wrong = ahead if _LEAST_SKEW < ahead <= _MOST_SKEW else 0.0
        return (quiet_until - self.seams.clock.now()).total_seconds() + wrong

    def steps(self, due: Sequence[Bundle]) -> Iterator[float]:
        """Settle these bundles; yields seconds to wait before it goes on. Raises IncompleteList and OutsideFailed."""
        self._reread([bundle for bundle in due if bundle.state == State.CHANGING])
        yield from self._look_twice([bundle for bundle in due if bundle.state == State.UNKNOWN])

    def _reread(self, changing: Sequence[Bundle]) -> None:
        """Ask XPM for each timesheet whose change is in doubt, and settle what that shows."""
        attempts = self.seams.ledger.attempts_of(bundle.id for bundle in changing)
        for bundle in changing:
            tried = attempts.get(bundle.id, ())
            desired = read_desired(bundle.desired)
            sheet = self.seams.sender.get_time(target_of(bundle, desired))
            quiet = self._seconds_left(tried[-1] if tried else None) <= 0
            move = judge_reread(bundle, desired, sheet, self.book, utc_text(self.seams.clock.now()), is_quiet=quiet)
            self.looked |= {tried[-1].id} if tried else set()
            if move is not None and self._is_too_often(move, desired.home, tried):
                why = f"the change was tried {count_doubts(tried)} times"
                move = self.book.plan(bundle, State.NEEDS_PERSON, why, reason=TOO_MANY_ATTEMPTS, desired="")
            self.book.make([move] if move is not None else [])
            if move is not None and "entries" in move.values:
                free_entries(bundle.id, desired.entries, self.book)

    def _is_too_often(self, move: Move, home: State, tried: Sequence[Attempt]) -> bool:
        again = move.to_state == home and "desired" not in move.values
        return again and count_doubts(tried) >= self.settings.max_attempts

    def _look_twice(self, due: Sequence[Bundle]) -> Iterator[float]:
        blind = [bundle for bundle in due if not sends_marker(bundle)]
        self.book.make([self._ask_person(bundle, MARKER_OFF, "its note carries no marker") for bundle in blind])
        seen = [bundle for bundle in due if sends_marker(bundle)]
        if not seen:
            return
        missing = self._keep_quiet(self._look(seen))
        if missing:
            yield self.settings.list_gap_seconds
            missing = self._look(missing)
        self._settle_absent(missing)

    def _look(self, bundles: Sequence[Bundle]) -> list[Bundle]:
        """Read one complete list and settle what it shows; gives the bundles still in doubt."""
        clock = self.seams.clock
        scope = choose_scope(
            [bundle.date for bundle in bundles],
            [bundle.staff_id for bundle in bundles],
            clock.now().date(),
            self.rows_per_day,
            self.settings.rows_per_list,
        )
        self.listing: Listing = read_complete(self.seams.sender, self.seams.ledger, self.book.practice, scope)
        self.settled.append(settle_listing(self.listing, self.book, utc_text(clock.now()), self.seams.sender.get_time))
        # One that another worker has sent meanwhile, and lost again, is in doubt anew: these lists are too old for it.
        begun = {bundle.id: (bundle.epoch, bundle.attempts) for bundle in bundles}
        now = self.seams.ledger.find_by(self.book.practice, "id", begun)
        return [one for one in now if _in_doubt(one) and (one.epoch, one.attempts) == begun[one.id]]

    def _keep_quiet(self, missing: Sequence[Bundle]) -> list[Bundle]:
        """Those whose quiet period is over by the clock of the list that was just read, too."""
        attempts = self.seams.ledger.last_attempts(bundle.id for bundle in missing)
        return [bundle for bundle in missing if self._seconds_left(attempts.get(bundle.id)) <= 0]

    def _settle_absent(self, missing: Sequence[Bundle]) -> None:
        """Absent twice: ready again with the same marker, unless something speaks for a person."""
        attempts = self.seams.ledger.last_attempts(bundle.id for bundle in missing)
        strangers = self._find_strangers()
        moves = [self._judge_absent(bundle, attempts, strangers) for bundle in missing]
        late = set(self.book.make(moves))
        self.absent += [move.bundle for move in moves if move.to_state == State.READY and move.bundle not in late]

    def _find_strangers(self) -> list[tuple[str, tuple[object, ...]]]:
        """Rows of the last list that the ledger does not know: their UUID and their person, day, job and task."""
        known = self.seams.ledger.find_by(self.book.practice, "remote_uuid", self.listing.by_uuid)
        ours = {bundle.remote_uuid for bundle in known}
        return [
            (sheet.uuid, (sheet.staff_id, sheet.date, sheet.job, sheet.task_id))
            for sheet in self.listing.sheets
            if sheet.uuid not in ours
        ]

    def _judge_absent(
        self, bundle: Bundle, attempts: Mapping[str, Attempt], strangers: Sequence[tuple[str, tuple[object, ...]]]
    ) -> Move:
        group = (bundle.staff_id, bundle.date, bundle.job, bundle.task_id)
        attempt = attempts.get(bundle.id)
        before = attempt.seen_before if attempt else frozenset()
        newcomers = [uuid for uuid, place in strangers if place == group and uuid not in before]
        if newcomers:
            return self._ask_person(bundle, NEWCOMER, f"similar time appeared in XPM: {', '.join(newcomers)}")
        if bundle.attempts >= self.settings.max_attempts:
            return self._ask_person(bundle, TOO_MANY_ATTEMPTS, f"tried {bundle.attempts} times")
        why = "absent in two complete lists after the quiet period"
        return self.book.plan(bundle, State.READY, why, absences=2)

    def give_up_unread(self) -> None:
        """A list could not be had. What has been in doubt for a day by now goes to a person."""
        unknown = self.seams.ledger.find(self.book.practice, states=(State.UNKNOWN, State.CHANGING))
        attempts = self.seams.ledger.last_attempts(bundle.id for bundle in unknown)
        limit = utc_text(self.seams.clock.now() - timedelta(hours=self.settings.unread_hours))
        stale = [bundle for bundle in unknown if (held := attempts.get(bundle.id)) and held.created_at < limit]
        why = f"XPM could not be read for {self.settings.unread_hours:g} hours"
        self.book.make([self._ask_person(bundle, UNREAD, why) for bundle in stale])

    def _ask_person(self, bundle: Bundle, reason: str, why: str) -> Move:
        return self.book.plan(bundle, State.NEEDS_PERSON, why, reason=reason)


def _in_doubt(bundle: Bundle) -> bool:
    return bundle.state == State.UNKNOWN
