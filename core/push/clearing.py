"""What a list of XPM's time means for a run: what is settled by it, and which bundles of a batch may go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from core.model import utc_text
from core.push.adopt import record_orphans
from core.push.book import Book
from core.push.listing import Listing
from core.push.ports import Bundle, Seams, Timesheet
from core.push.preflight import hold_doubtful, hold_orphan_groups
from core.push.queue import Wishes
from core.push.settings import PushSettings
from core.push.settle import Settled, settle_listing
from core.push.states import IN_DOUBT, IN_XPM, State
from core.push.watch import Watch

#: What a person said of an entry by which it goes in spite of a look-alike or a full day.
_RELEASING = ("separate_work", "send_again")


class Clearing:
    """Reads lists for one run."""

    def __init__(self, seams: Seams, book: Book, watch: Watch, wishes: Wishes, settings: PushSettings) -> None:
        self._seams = seams
        self._book = book
        self._watch = watch
        self._wishes = wishes
        self._settings = settings

    def settle(self, listing: Listing) -> Settled:
        """Bring the ledger in line with the list; too many doubles in a day halt."""
        seams = self._seams
        settled = settle_listing(listing, self._book, utc_text(seams.clock.now()), seams.sender.get_time)
        if settled.doubled:
            self._watch.judge_doubles()
        return settled

    def clear(self, batch: Sequence[Bundle], listing: Listing) -> list[Bundle]:
        """The bundles of a batch that may go, after the list right before it was heeded; none when it halts."""
        settled = self.settle(listing)
        current = self._reload(batch)
        if settled.orphans:
            self.stop_at_orphans(settled.orphans, current)
            return []
        members = self._seams.ledger.members_of(bundle.id for bundle in current)
        if unsound := self._find_unsound(current, members):
            self._watch.halt(unsound)
            return []
        days = self._wishes.find_days(current)
        hold_doubtful(current, listing, self._book, days, self._find_released(members), self._settings)
        return self._reload(current)

    def _find_unsound(self, batch: Sequence[Bundle], members: Mapping[str, Mapping[str, Any]]) -> str:
        """What makes the sums wrong if the batch is sent: minutes from nowhere, or an entry's minutes twice."""
        uneven = [bundle.id for bundle in batch if _sum_shares(members.get(bundle.id, {})) != bundle.minutes]
        if uneven:
            return f"the minutes of {len(uneven)} timesheets are not those of their entries ({uneven[0]})"
        entries = {entry for bundle in batch if not is_correction(bundle) for entry in members[bundle.id]}
        held = self._seams.ledger.bundles_of(self._book.practice, entries)
        sending = {bundle.id for bundle in batch}
        twice = [
            entry for entry, bundles in held.items() for one in bundles if one.id not in sending and _may_be_there(one)
        ]
        return f"{len(twice)} entries would be in XPM twice ({twice[0]})" if twice else ""

    def stop_at_orphans(self, orphans: Sequence[Timesheet], batch: Sequence[Bundle]) -> None:
        """Keep what carries a marker nobody knows, hold its group, and halt: something else writes as we do."""
        hold_orphan_groups(batch, orphans, self._book)
        record_orphans(orphans, self._book, utc_text(self._seams.clock.now()))
        self._watch.halt(f"XPM holds {len(orphans)} timesheets with our marker that the ledger does not know")

    def _find_released(self, members: Mapping[str, Mapping[str, Any]]) -> list[str]:
        choices = self._seams.ledger.choices(self._book.practice)
        judged = set(choices.index[choices["choice"].isin(_RELEASING)])
        return [bundle_id for bundle_id, entries in members.items() if judged.intersection(entries)]

    def _reload(self, batch: Sequence[Bundle]) -> list[Bundle]:
        """The same bundles as they are now, those still ready, in the same order."""
        now = self._seams.ledger.find_by(self._book.practice, "id", (bundle.id for bundle in batch))
        by_id = {bundle.id: bundle for bundle in now}
        return [by_id[old.id] for old in batch if by_id[old.id].state == State.READY]


def is_correction(bundle: Bundle) -> bool:
    """Whether it adds to, or takes from, time of its entry that is in XPM already."""
    return bundle.group_key.startswith("correct:")


def _may_be_there(bundle: Bundle) -> bool:
    return bundle.state in (*IN_XPM, *IN_DOUBT)


def _sum_shares(members: Mapping[str, Any]) -> int:
    """The minutes of a timesheet by its entries."""
    return sum(member.sent_minutes for member in members.values())
