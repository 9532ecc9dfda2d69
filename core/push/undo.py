"""Undo: a run that deletes exactly what an earlier run created, row by row, and says why it leaves a row alone.

The preview judges by the ledger's last look. The run itself reads each timesheet again right before its deletion, so
what was edited or invoiced a minute ago stays as well. What was deleted waits for a person: no later push sends it
again by itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from core.model import PersonNeeded
from core.push.book import Book
from core.push.change import queue_changes
from core.push.desired import UNDONE
from core.push.ports import Attempt, Bundle, Change
from core.push.settings import PushSettings
from core.push.settle import CHANGE_REFUSED, DELETED_REMOTELY
from core.push.states import State

#: What the run would do with a row.
DELETE = "delete"
LEAVE = "leave"

COLUMNS = [
    "what",
    "refusal",
    "entries",
    "date",
    "staff_id",
    "job",
    "task_id",
    "minutes",
    "note",
    "xpm_time_id",
    "state",
]

#: Calls a deletion takes: the look before it, and the request.
_CALLS = 2

_IN_DOUBT = (State.SENDING, State.UNKNOWN, State.CHANGING)
_NEVER_SENT = (State.READY, State.REJECTED, State.EXCLUDED)


class UndoStale(PersonNeeded):
    """What the run would undo is not what was shown."""

    def __init__(self, of: str, shown: int, now: int) -> None:
        super().__init__(
            f"What undoing run {of[:8]} would delete has changed since it was shown: {shown} timesheets then, {now} "
            "now, or others. Nothing was deleted. Look at it again and confirm it."
        )


class NothingToUndo(PersonNeeded):
    """No timesheet of the run can be deleted."""

    def __init__(self, of: str, refused: int) -> None:
        rows = f"{refused} timesheets stay, each with its reason" if refused else "it created no timesheet"
        super().__init__(f"Nothing of run {of[:8]} can be undone: {rows}.")


@dataclass(frozen=True)
class UndoPlan:
    """What undoing the run `of` would do. `rows`: index bundle id, columns COLUMNS, by date; `what` is delete or leave,
    with `refusal` the reason of the latter. `minutes` of what would be deleted."""

    of: str
    rows: pd.DataFrame
    fingerprint: str

    @property
    def delete(self) -> int:
        """How many timesheets would be deleted."""
        return int(self.rows["what"].eq(DELETE).sum())

    @property
    def refused(self) -> int:
        """How many stay."""
        return len(self.rows) - self.delete

    @property
    def minutes(self) -> int:
        """Minutes that would leave XPM."""
        return int(self.rows.loc[self.rows["what"].eq(DELETE), "minutes"].sum())

    @property
    def calls(self) -> int:
        """Requests it takes."""
        return _CALLS * self.delete

    def require(self, fingerprint: str, shown: int) -> UndoPlan:
        """This plan, when it is the one that was shown; raises UndoStale otherwise."""
        if fingerprint != self.fingerprint:
            raise UndoStale(self.of, shown, self.delete)
        return self

    def to_json(self) -> dict[str, Any]:
        """The published form of a preview."""
        refusals = self.rows.loc[self.rows["what"].eq(LEAVE), "refusal"].to_dict()
        counts = {"delete": self.delete, "refused": self.refused, "minutes": self.minutes, "calls": self.calls}
        return {"run": self.of, **counts, "refusals": refusals, "fingerprint": self.fingerprint}


def plan_undo(of: str, bundles: Sequence[Bundle], ops: Mapping[str, str], book: Book, closed: date | None) -> UndoPlan:
    """The preview of undoing the run `of`; no call is made and nothing changes.

    bundles: everything the run took on or changed. ops: the run's last request of each by bundle id, empty for none.
    closed: the last day of the closed period, None when none is.
    """
    members = book.ledger.entries_of(bundle.id for bundle in bundles)
    attempts = book.ledger.attempts_of(bundle.id for bundle in bundles)
    rows: dict[str, list[object]] = {}
    for bundle in sorted(bundles, key=lambda one: (one.date, one.staff_id, one.id)):
        if _is_of_no_concern(bundle, of, ops.get(bundle.id, "")):
            continue
        refusal = _find_refusal(bundle, of, ops.get(bundle.id, ""), attempts.get(bundle.id, ()), closed)
        place = [bundle.date, bundle.staff_id, bundle.job, bundle.task_id, bundle.minutes, bundle.note_sent]
        entries = ", ".join(members.get(bundle.id, ()))
        what = LEAVE if refusal else DELETE
        rows[bundle.id] = [what, refusal, entries, *place, bundle.remote_uuid, bundle.state]
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=COLUMNS).rename_axis("bundle_id")
    frame["date"] = pd.to_datetime(frame["date"]).astype("datetime64[s]")
    return UndoPlan(of, frame.astype({"minutes": "int64"}), _print(frame))


def _is_of_no_concern(bundle: Bundle, of: str, op: str) -> bool:
    """What the run neither created nor changed in XPM."""
    if bundle.created_run == of:
        return bundle.state in _NEVER_SENT or (bundle.state == State.HELD and not bundle.remote_uuid)
    return op in ("", "add")


def _find_refusal(bundle: Bundle, of: str, op: str, attempts: Sequence[Attempt], closed: date | None) -> str:
    """Why the row stays, in one sentence; empty when it goes."""
    if bundle.created_run != of:
        done = "deleted" if op == "delete" else "changed"
        return f"The run {done} it, but an earlier run created it; only what a run created is undone."
    if bundle.state == State.RETRACTED:
        return "It was taken back already."
    if bundle.state in _IN_DOUBT:
        return "Its outcome is still being read back from XPM."
    if bundle.invoiced:
        return "It is invoiced in XPM."
    if bundle.reason == DELETED_REMOTELY:
        return "It was deleted in XPM already."
    if bundle.state == State.DRIFTED:
        return f"It was changed in XPM since: {bundle.reason or 'other content'}."
    if bundle.state not in (State.POSTED, State.CONFIRMED):
        return "A person has to settle first what XPM holds of it."
    if bundle.by_hand:
        return "It was typed by hand in XPM."
    if any(attempt.op == "update" and attempt.run != of for attempt in attempts):
        return "A later run changed it."
    if closed is not None and bundle.date <= closed:
        return f"Its period is closed until {closed}."
    return ""


def _print(rows: pd.DataFrame) -> str:
    """A fingerprint of what would be deleted."""
    going = rows[rows["what"].eq(DELETE)].sort_index()
    lines = zip(going.index, going["xpm_time_id"], going["minutes"], going["note"], strict=True)
    return hashlib.sha256("\x1e".join("\x1f".join(map(str, line)) for line in lines).encode()).hexdigest()


def queue_undo(plan: UndoPlan, book: Book, settings: PushSettings) -> list[str]:
    """Take the plan's deletes into the book's run, durably; gives their bundles' ids."""
    going = plan.rows.index[plan.rows["what"].eq(DELETE)]
    return queue_changes([Change(str(bundle_id), "delete") for bundle_id in going], book, settings, choice=UNDONE)


def tell_outcome(bundle: Bundle, why: str) -> tuple[str, str]:
    """What became of a row that was to be deleted: deleted, refused, in doubt or waiting, with one sentence.

    `why` is what the ledger's last event of the run says.
    """
    if bundle.state == State.RETRACTED:
        return "deleted", "It was deleted in XPM. The entry waits until you send it again or exclude it."
    if bundle.state in _IN_DOUBT:
        return "in doubt", "XPM's answer was lost. It is read back before anything else; nothing to do."
    if bundle.reason == CHANGE_REFUSED:
        return "refused", f"XPM refused it: {why.removeprefix('XPM refused the change: ')}."
    if bundle.desired:
        return "waiting", "It was not reached yet; the run goes on with it."
    return "refused", f"It stays: {why.removeprefix('not changed: ')}."
