"""The sweep: a look over the last days of XPM's time that finds what no single push could see.

A request that arrives hours late makes a second copy, or undoes a newer update; a person deletes, edits or types the
same work again. The sweep reads complete lists, brings the ledger in line, removes copies where the practice allows it
and repeats an update that an older one overwrote. What it cannot mend it puts before a person.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from core.model import utc_text
from core.push.book import Book
from core.push.compare import describe, find_differences
from core.push.desired import CONTENT, Desired, Op
from core.push.listing import Listing, Scope, choose_scope
from core.push.ports import Attempt, Bundle, Move, OutcomeKind, Seams, TimeDraft, Timesheet
from core.push.send import hash_draft
from core.push.settle import DELETED_REMOTELY, DOUBLE, LANDED_LATE, ORPHAN, Settled, is_orphan
from core.push.states import State

#: What a finding tells; the outcome of its row in the run.
REMOVED = "copy to remove"
REPEATED = "update to repeat"
OVER_DAY = "more than recorded"

#: A copy removed, or an update repeated, is looked at once more; what still is not right waits for the next sweep.
_PASSES = 3
#: States that a look may settle, whatever day they are of.
_UNSETTLED = (State.POSTED, State.DRIFTED, State.NEEDS_PERSON, State.HELD)


@dataclass(frozen=True)
class Finding:
    """One thing the sweep found. `key`: bundle id, timesheet UUID, or person and day; `outcome` one or two words."""

    key: str
    outcome: str
    words: str


@dataclass
class Sweep:
    """One sweep from `start` to `end`, both included.

    `day_minutes`: what each XPM staff member's day should hold at most, by staff id and date; people who are missing
    are not judged. `remove_doubles`: whether copies of ours that nobody touched may be deleted. `findings` are there
    when the run is over.
    """

    start: date
    end: date
    day_minutes: Mapping[tuple[str, date], int] = field(default_factory=dict)
    tolerance: int = 0
    remove_doubles: bool = False
    findings: list[Finding] = field(default_factory=list)
    passes: int = 0

    def begin_pass(self) -> bool:
        """Whether to look once more: again after something was changed, but not for ever."""
        self.passes += 1
        return self.passes <= _PASSES

    def choose_scopes(self, book: Book, today: date, rows_per_day: float, rows_per_list: int) -> list[Scope]:
        """The lists to read: the days of the sweep, and those of older timesheets that are not settled."""
        held = book.ledger.find(book.practice, start=self.start, end=self.end)
        staff = {bundle.staff_id for bundle in held} | {staff_id for staff_id, _ in self.day_minutes}
        scopes = [choose_scope([self.start, self.end], staff, today, rows_per_day, rows_per_list)]
        older = [one for one in book.ledger.find(book.practice, states=_UNSETTLED) if one.date < self.start]
        if older:
            days, people = [one.date for one in older], [one.staff_id for one in older]
            scopes.append(choose_scope(days, people, today, rows_per_day, rows_per_list))
        return scopes

    def look(self, listing: Listing, settled: Settled, seams: Seams, book: Book) -> int:
        """Judge one complete list that was settled already; gives how many changes it queued for the run."""
        at = utc_text(seams.clock.now())
        self._ask_unseen(listing, seams, book)
        owned = {bundle.remote_uuid for bundle in book.ledger.find_by(book.practice, "remote_uuid", listing.by_uuid)}
        desired = self._judge_doubles(listing, owned, seams, book, at) | self._judge_drift(listing, book)
        self._note_settled(settled, desired)
        self._judge_days(listing, owned)
        return len(desired) - len(book.ledger.want_changes(book.practice, desired, run=book.run)) if desired else 0

    def _tell(self, key: str, outcome: str, words: str) -> None:
        finding = Finding(key, outcome, words)
        if finding not in self.findings:
            self.findings.append(finding)

    def _note_settled(self, settled: Settled, mended: Mapping[str, str]) -> None:
        for sheet in settled.orphans:
            self._tell(sheet.uuid, ORPHAN, f"Timesheet {sheet.uuid} carries a marker of ours that no entry has.")
        for bundle_id in settled.gone:
            self._tell(bundle_id, DELETED_REMOTELY, "It was deleted in XPM.")
        for bundle_id in [one for one in settled.drifted if one not in mended]:
            self._tell(bundle_id, State.DRIFTED, "It was changed in XPM.")

    def _ask_unseen(self, listing: Listing, seams: Seams, book: Book) -> None:
        """What XPM held of ours but does not list is asked by its id: gone, or only listed late or elsewhere."""
        held = [bundle for bundle in book.ledger.find(book.practice, states=_UNSETTLED) if bundle.remote_uuid]
        for bundle in held:
            seen = bundle.remote_uuid in listing.by_uuid or bundle.reason in (DELETED_REMOTELY, DOUBLE)
            if seen or not listing.scope.covers(bundle.date, bundle.staff_id):
                continue
            if seams.sender.get_time(bundle.remote_uuid) is None:
                book.make([_note_gone(bundle, book)])
                self._tell(bundle.id, DELETED_REMOTELY, "It was deleted in XPM.")

    # -- copies -------------------------------------------------------------------------------------------------------

    def _judge_doubles(self, listing: Listing, owned: set[str], seams: Seams, book: Book, at: str) -> dict[str, str]:
        desired: dict[str, str] = {}
        for bundle in book.ledger.find(book.practice, states=(State.NEEDS_PERSON,)):
            if bundle.reason not in (DOUBLE, LANDED_LATE):
                continue
            copies = [one for one in listing.by_marker.get(bundle.marker, []) if one.uuid not in owned]
            recorded = listing.by_uuid.get(bundle.remote_uuid)
            if recorded is None and len(copies) == 1 and seams.sender.get_time(bundle.remote_uuid) is None:
                book.make([_keep_lone(bundle, copies[0], book, at)])
                continue
            choice = choose_removal(bundle, recorded, copies)
            if choice is None or not self.remove_doubles:
                self._tell(bundle.id, bundle.reason, "It is in XPM more than once; a person has to choose.")
                continue
            keeper, removed = choice
            if keeper is not None and keeper.uuid != bundle.remote_uuid:
                seen = {"remote_uuid": keeper.uuid, "last_seen": describe(keeper), "last_seen_at": at}
                book.make([book.note(bundle, f"timesheet {keeper.uuid} is the one that stays", **seen)])
            desired[bundle.id] = _desire_removal(bundle, keeper, removed).to_json()
            self._tell(bundle.id, REMOVED, f"Timesheet {removed.uuid} is a second copy of ours.")
        return desired

    # -- late updates -------------------------------------------------------------------------------------------------

    def _judge_drift(self, listing: Listing, book: Book) -> dict[str, str]:
        drifted = [one for one in book.ledger.find(book.practice, states=(State.DRIFTED,)) if not one.invoiced]
        shown = [bundle for bundle in drifted if bundle.remote_uuid in listing.by_uuid]
        attempts = book.ledger.attempts_of(bundle.id for bundle in shown)
        desired: dict[str, str] = {}
        for bundle in shown:
            if not is_overwritten(bundle, listing.by_uuid[bundle.remote_uuid], attempts.get(bundle.id, ())):
                continue
            content = {name: getattr(bundle, name) for name in CONTENT}
            members = book.ledger.members_of([bundle.id]).get(bundle.id, {})
            again = Desired(Op.UPDATE, content, members, home=State.DRIFTED, home_reason=bundle.reason)
            desired[bundle.id] = again.to_json()
            self._tell(bundle.id, REPEATED, "An older update arrived after a newer one.")
        return desired

    # -- day totals ---------------------------------------------------------------------------------------------------

    def _judge_days(self, listing: Listing, owned: set[str]) -> None:
        """Days on which XPM holds more of a person's time than was recorded, and some of it is ours."""
        totals: Counter[tuple[str, date]] = Counter()
        ours: dict[tuple[str, date], int] = defaultdict(int)
        for sheet in listing.sheets:
            totals[sheet.staff_id, sheet.date] += sheet.minutes
            ours[sheet.staff_id, sheet.date] += sheet.uuid in owned
        people = {staff_id for staff_id, _ in self.day_minutes}
        for (staff_id, day), total in sorted(totals.items()):
            recorded = self.day_minutes.get((staff_id, day), 0)
            judged = staff_id in people and self.start <= day <= self.end and ours[staff_id, day] > 0
            if judged and total > recorded + self.tolerance:
                words = f"XPM holds {total} minutes of {day}, recorded are {recorded}."
                self._tell(f"{staff_id} {day}", OVER_DAY, words)


def _note_gone(bundle: Bundle, book: Book) -> Move:
    """A person deleted it in XPM: ours goes to a person, what should not have been there is settled by that."""
    if is_orphan(bundle):
        return book.plan(bundle, State.EXCLUDED, "XPM no longer has it")
    if bundle.reason == LANDED_LATE:
        return book.plan(bundle, State.RETRACTED, "XPM no longer has it")
    values = {"reason": DELETED_REMOTELY, "desired": ""}
    if bundle.state == State.NEEDS_PERSON:
        return book.note(bundle, "XPM no longer has it", **values)
    return book.plan(bundle, State.NEEDS_PERSON, "XPM no longer has it", **values)


def _keep_lone(bundle: Bundle, copy: Timesheet, book: Book, at: str) -> Move:
    """Of two copies a person deleted one; the other is the timesheet now, and judged by the next list."""
    seen = {"remote_uuid": copy.uuid, "last_seen": describe(copy), "last_seen_at": at, "invoiced": bool(copy.invoiced)}
    return book.note(bundle, f"timesheet {copy.uuid} is the one that is left", reason="", **seen)


def choose_removal(
    bundle: Bundle, recorded: Timesheet | None, copies: Sequence[Timesheet]
) -> tuple[Timesheet | None, Timesheet] | None:
    """The copy that stays and one that goes; None when a person has to choose.

    The invoiced one stays, else the recorded one, else the first of the list. Only what is still exactly as we sent it
    may go. What was taken back by us has none that stays.
    """
    if bundle.reason == LANDED_LATE:
        lone = recorded if recorded is not None and not copies else None
        return (None, lone) if lone is not None and _is_untouched(bundle, lone) else None
    there = [sheet for sheet in (recorded, *copies) if sheet is not None]
    invoiced = [sheet for sheet in there if sheet.invoiced]
    if len(there) < 2 or len(invoiced) > 1:
        return None
    keeper = invoiced[0] if invoiced else there[0]
    others = [sheet for sheet in there if sheet is not keeper and _is_untouched(bundle, sheet)]
    return (keeper, others[0]) if others else None


def _is_untouched(bundle: Bundle, sheet: Timesheet) -> bool:
    return not sheet.invoiced and not find_differences(bundle, sheet)


def _desire_removal(bundle: Bundle, keeper: Timesheet | None, removed: Timesheet) -> Desired:
    if keeper is None:
        return Desired(Op.DELETE, home=State.NEEDS_PERSON, home_reason=bundle.reason)
    return Desired(Op.COPY, uuid=removed.uuid, home=State.NEEDS_PERSON, home_reason=bundle.reason)


def is_overwritten(bundle: Bundle, sheet: Timesheet, attempts: Iterable[Attempt]) -> bool:
    """Whether XPM shows what an older update of ours made, though a newer one was applied; only once."""
    now = _hashes_of(bundle, sheet)
    own = hash_draft(_make_draft(bundle, bundle.note_sent, bundle.start, bundle.end))
    updates = [attempt for attempt in attempts if attempt.op == "update"]
    older = [attempt for attempt in updates if attempt.request_hash in now and attempt.outcome == OutcomeKind.IN_DOUBT]
    made = [attempt for attempt in updates if attempt.request_hash == own]
    return bool(older) and own not in now and len(made) < 2


def _hashes_of(bundle: Bundle, sheet: Timesheet) -> set[str]:
    spans = {(bundle.start, bundle.end), ("", "")}
    return {hash_draft(_make_draft(sheet, sheet.note, start, end)) for start, end in spans}


def _make_draft(held: Bundle | Timesheet, note: str, start: str, end: str) -> TimeDraft:
    return TimeDraft(held.job, held.task_id, held.staff_id, held.date, held.minutes, note, start, end)
