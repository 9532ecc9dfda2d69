"""What a practice decides about its pushing, and the waits that keep it safe."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from core.push.marker import NOTE_LIMIT
from core.push.periods import Close, find_closed_until
from core.push.rounding import Mode, Rounding, Scope

#: A run that waits for XPM's next day looks again after so many seconds: nobody says when that day begins.
LOOK_AGAIN = 3600.0

#: Words in a job state's name by which a job takes no more time; XPM has no flag for it.
CLOSED_WORDS = ("complete", "completed", "cancelled", "canceled", "closed", "archived")


@dataclass(frozen=True)
class PushSettings:
    """One practice's settings as the push needs them; the waits are in seconds.

    rounding, rounding_minutes, rounding_scope, merging and note_template shape the timesheets (see the modules
    `rounding`, `shape` and `notes`); period_closed_until, period_close and grace_days guard closed time (`periods`).
    entry_mode: whether XPM gets start and end of an entry that has them, or its minutes.
    `allowed_states`: names of the job states that take time; empty for all but those with a closed word.
    `over_day_tolerance`: minutes by which XPM's total of a person's day may exceed the local total. `quiet_seconds`
    is how long a request may still be under way after its answer was lost; it can be shortened where the other end
    is known (a sandbox), never skipped. `rows_per_list`: above so many expected rows a list is asked per person.
    `longest_wait`: longer waits end the run as paused, with the time it goes on. `doubts_in_row`: so many lost answers
    in a row are an outage.
    """

    marker: bool = True
    note_limit: int = NOTE_LIMIT
    note_template: str = "{note}"
    entry_mode: str = "start and end"
    rounding: str = "none"
    rounding_minutes: int = 1
    rounding_scope: str = "entry"
    merging: str = "none"
    period_closed_until: date | None = None
    period_close: str = "none"
    grace_days: int = 0
    closed_words: tuple[str, ...] = CLOSED_WORDS
    allowed_states: tuple[str, ...] = ()
    over_day_tolerance: int = 0
    batch_size: int = 50
    rows_per_list: int = 20_000
    deadline_seconds: float = 60.0
    lease_seconds: float = 180.0
    quiet_seconds: float = 900.0
    list_gap_seconds: float = 60.0
    longest_wait: float = 90.0
    doubts_in_row: int = 3
    max_attempts: int = 5
    unread_hours: float = 24.0

    @property
    def rounds(self) -> Rounding:
        """How minutes are rounded."""
        return Rounding(Mode(self.rounding), self.rounding_minutes, Scope(self.rounding_scope))

    def closed_until(self, today: date) -> date | None:
        """The last day that is closed for pushing; None when none is."""
        return find_closed_until(self.period_closed_until, Close(self.period_close), self.grace_days, today)

    def closed_pattern(self) -> str:
        """A regular expression that finds one of the closed words in a state's name, whole words only."""
        words = "|".join(re.escape(word.casefold()) for word in self.closed_words)
        return rf"\b(?:{words})\b" if words else r"(?!)"
