"""What reads do not see yet: the last changes of times and jobs, each with the record as it was before."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from core.sandbox.switches import ReadDelay

KEPT = 5000


@dataclass(frozen=True)
class Change:
    """`before` is None when the record was new; `reads` counts the reads answered before the change."""

    kind: str
    key: str
    before: Any
    at: float
    reads: int


@dataclass
class RecentChanges:
    """The changes of one practice, oldest first; only the last KEPT can still be hidden."""

    changes: list[Change] = field(default_factory=list)
    reads: Counter[str] = field(default_factory=Counter)

    def note(self, kind: str, key: str, before: Any, at: float) -> None:
        """Keep the record as it was; `at` in seconds since 1970."""
        self.changes.append(Change(kind, key, before, at, self.reads[kind]))
        if len(self.changes) > 2 * KEPT:
            del self.changes[:-KEPT]

    def count_read(self, kind: str) -> None:
        """One more read of this kind was answered."""
        self.reads[kind] += 1

    def hidden(self, kind: str, now: float, delay: ReadDelay, lag: float) -> dict[str, Any]:
        """Key to the record that a read still sees (None: sees nothing), for all changes too young to be seen."""
        shown_before = now - max(delay.seconds, lag)
        seen: dict[str, Any] = {}
        for change in reversed(self.changes):
            if change.kind != kind:
                continue
            if change.at <= shown_before and self.reads[kind] - change.reads >= delay.reads:
                break
            seen[change.key] = change.before
        return seen
