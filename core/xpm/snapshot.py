"""What was read of XPM last, part by part: written only when whole, and never shrunk without a question.

A part that could not be read whole keeps its last whole rows and says so; nothing may be concluded from its absence.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Protocol

import pandas as pd

from core.model import PersonNeeded

SIDE = "xpm"
#: Fewer rows than before are plausible up to this many, or this share, whichever is more.
_FEW_ROWS = 5
_SHARE = 0.2


class SuspiciousAnswer(PersonNeeded):
    """XPM's list is empty or much shorter than before: true, or a fault of theirs. A person says which."""

    def __init__(self, part: str, former: int, now: int) -> None:
        self.part = part
        name = part.replace("times:", "time of ").replace("_", " ")
        super().__init__(
            f"XPM now lists {now} rows of {name} where {former} were known. The known ones were kept. "
            "Look into XPM; if it is right, sync again and accept the shorter list."
        )


class SnapshotStore(Protocol):
    """The frames of a practice as a database keeps them; see `core.store.frames`."""

    def write(
        self,
        side: str,
        name: str,
        practice: str,
        frame: pd.DataFrame,
        *,
        since: date | None = None,
        until: date | None = None,
    ) -> object:
        """Make the stored rows, or those of the window of dates, the rows of the frame."""
        ...

    def read(
        self, side: str, name: str, practice: str, *, start: date | None = None, end: date | None = None
    ) -> pd.DataFrame:
        """The stored rows in the shape of their contract."""
        ...

    def parts(self, practice: str, side: str) -> pd.DataFrame:
        """Index part; columns complete, rows, read_at, cursor, error."""
        ...

    def mark_part(
        self,
        practice: str,
        side: str,
        part: str,
        complete: bool,
        rows: int | None = None,
        cursor: str | None = None,
        error: str = "",
    ) -> None:
        """Note how reading a part went; None keeps the former rows and cursor."""
        ...


class Snapshot:
    """One practice's XPM side. `accept_shrink` names the parts whose shorter list a person has accepted."""

    def __init__(self, store: SnapshotStore, practice: str, accept_shrink: Collection[str] = ()) -> None:
        self._store = store
        self._practice = practice
        self._accepted = frozenset(accept_shrink)

    def read(self, name: str, *, start: date | None = None, end: date | None = None) -> pd.DataFrame:
        """The stored frame, empty when nothing was read yet."""
        return self._store.read(SIDE, name, self._practice, start=start, end=end)

    def write(self, name: str, frame: pd.DataFrame, *, since: date | None = None, until: date | None = None) -> None:
        """Make the stored rows those of the frame, within the window of dates if one is given."""
        self._store.write(SIDE, name, self._practice, frame, since=since, until=until)

    def read_cursor(self, part: str) -> str:
        """What the part noted for its next read; empty when it was never read."""
        parts = self._store.parts(self._practice, SIDE)
        return str(parts.at[part, "cursor"]) if part in parts.index else ""

    def is_whole_since(self, part: str, moment: datetime) -> bool:
        """Whether the part was read whole at or after this instant."""
        parts = self._store.parts(self._practice, SIDE)
        if part not in parts.index or not parts.at[part, "complete"]:
            return False
        read_at = str(parts.at[part, "read_at"])
        return bool(read_at) and datetime.fromisoformat(read_at) >= moment

    def mark_whole(self, part: str, rows: int, cursor: str | None = None, remark: str = "") -> None:
        """The part was read and written whole."""
        self._store.mark_part(self._practice, SIDE, part, True, rows, cursor, remark)

    def mark_broken(self, part: str, why: str) -> None:
        """The part could not be read whole; its last whole rows stand."""
        self._store.mark_part(self._practice, SIDE, part, False, error=why)

    def question_shrink(self, part: str, former: int, now: int) -> None:
        """Raise SuspiciousAnswer when the list is empty or much shorter than before and nobody accepted that."""
        lost = former - now
        if lost <= 0 or part in self._accepted:
            return
        if now == 0 or lost > max(_FEW_ROWS, _SHARE * former):
            raise SuspiciousAnswer(part, former, now)


def join_frames(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """All rows of `new`, and those of `old` with other ids."""
    rest = old[~old.index.isin(new.index)]
    if rest.empty or new.empty:
        return new if rest.empty else rest
    return pd.concat([rest, new])
