"""Signing the tie-out of a period, and what became of the signatures since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd

from core.model import PersonNeeded
from core.reports.sign import Trust, describe_signed, hash_content, tell_changes
from core.reports.tieout import TieOut
from core.store import Signature
from core.xpm.sync_times import list_months, month_part

if TYPE_CHECKING:
    from core.workspace import Workspace

_LONGEST_NOTE = 500


class CannotSign(PersonNeeded):
    """A tie-out that may not be signed as it is."""

    def __init__(self, start: date, end: date, why: str) -> None:
        super().__init__(f"The tie-out from {start} to {end} cannot be signed: {why} Nothing was signed.")


@dataclass(frozen=True)
class Signed:
    """One signature as it stands now; `changes` say what is another one since, `content_hash` is what was signed."""

    signature: Signature
    trust: Trust
    changes: tuple[str, ...]
    content_hash: str


class Signing:
    """The signatures of one practice."""

    def __init__(self, workspace: Workspace) -> None:
        self._ws = workspace

    def sign(self, start: date, end: date, *, note: str = "", shown: str = "") -> Signed:
        """Sign the period as it is now, by the workspace's actor.

        shown: `mark` of the tie-out a person looked at; when it is another one by now, nothing is signed. Raises
        CannotSign also when a side was not read whole, when it does not tie, and for a note that is too long.
        """
        ws = self._ws
        tie = ws.tying.tie(start, end)
        content = self._describe(tie)
        if shown and hash_content(content) != shown:
            raise CannotSign(start, end, "it has changed since it was shown. Look at it again.")
        self._require_signable(tie, note)
        signature = ws.store.signatures.add(
            ws.practice_id, start, end, content | self._circumstances(start, end), by=ws.actor, note=note.strip()
        )
        return Signed(signature, Trust.INTACT, (), hash_content(content))

    def mark(self, tie: TieOut) -> str:
        """A text that is equal only for a tie-out with the same sums, items, entries and timesheets."""
        return hash_content(self._describe(tie))

    def why_not(self, tie: TieOut) -> str:
        """Why this tie-out may not be signed; empty when it may."""
        if not tie.closes:
            return f"it does not tie. {tie.tell_why()}"
        unread = self._list_unread(tie.start, tie.end)
        if unread:
            return f"XPM's time of {', '.join(unread)} was not read whole. Verify the period, then sign it."
        if tie.bridge.unread:
            return "time was written to XPM after it was read last. Verify the period, then sign it."
        return "" if tie.is_complete else "a side was not read whole. Sync both sides, then sign it."

    def _require_signable(self, tie: TieOut, note: str) -> None:
        why = self.why_not(tie)
        if not why and len(note) > _LONGEST_NOTE:
            why = f"the note has {len(note)} characters, at most {_LONGEST_NOTE} are kept. Shorten it."
        if why:
            raise CannotSign(tie.start, tie.end, why)

    def _list_unread(self, start: date, end: date) -> list[str]:
        """Months of the period whose time was never read whole from XPM."""
        parts = self._ws.store.frames.parts(self._ws.practice_id, "xpm")
        whole = set(parts.index[parts["complete"].astype("bool")])
        return [f"{month:%B %Y}" for month in list_months(start, end) if month_part(month) not in whole]

    def _describe(self, tie: TieOut) -> dict[str, Any]:
        return describe_signed(tie, self._ws.time.entries(tie.start, tie.end))

    def _circumstances(self, start: date, end: date) -> dict[str, Any]:
        """When both sides were read, and the last verification of the period."""
        sides = self._ws.overview.sides()["read_at"]
        verified = self._ws.verifying.newest(start, end)
        told = {"run": verified.id, "at": verified.ended_at, "counts": verified.counts} if verified else {}
        return {"read_at": {str(side): str(at) for side, at in sides.items()}, "verified": told}

    # -- what became of them ------------------------------------------------------------------------------------------

    def list(self, start: date | None = None, end: date | None = None) -> Sequence[Signed]:
        """The signatures, newest first, each compared with its period as it is now; those that touch these dates only,
        when they are given."""
        ws = self._ws
        signatures = ws.store.signatures.list(ws.practice_id)
        altered = ws.store.signatures.find_altered(ws.practice_id)
        wanted = [
            one for one in signatures if (end is None or one.start <= end) and (start is None or one.end >= start)
        ]
        periods = {(one.start, one.end) for one in wanted}
        now = {period: self._describe(ws.tying.tie(*period)) for period in periods}
        return [self._judge(one, now[one.start, one.end], altered) for one in wanted]

    def _judge(self, signature: Signature, now: dict[str, Any], altered: int | None) -> Signed:
        changes = tuple(tell_changes(signature.content, now))
        trust = Trust.BROKEN if changes else Trust.INTACT
        if altered is not None and signature.id >= altered:
            trust = Trust.ALTERED
        return Signed(signature, trust, changes, hash_content(signature.content))

    def sheet(self, start: date, end: date) -> pd.DataFrame:
        """The signatures that touch these dates, for an export: who, when, what, and what became of each."""
        rows = [
            (
                one.signature.start,
                one.signature.end,
                one.signature.by,
                one.signature.at[:16].replace("T", " "),
                one.signature.note,
                one.trust.value,
                " ".join(one.changes),
                one.content_hash,
                one.signature.hash,
                one.signature.former_hash,
            )
            for one in self.list(start, end)
        ]
        titles = [
            "From",
            "To",
            "Signed by",
            "At (UTC)",
            "Note",
            "Now",
            "Changed since",
            "Content",
            "Seal",
            "Seal before",
        ]
        return pd.DataFrame(rows, columns=titles)
