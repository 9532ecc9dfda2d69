"""The change wanted of a timesheet that is in XPM: the durable note a request is made from, and judged by.

It is written before anything is asked of XPM and stays with the bundle until the outcome is known, so that a run cut
off anywhere knows what it was about to do, and a lost answer can be compared with what was meant.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from core.push.ports import Bundle, Member, TimeDraft
from core.push.states import State

#: Columns of a bundle that say what its timesheet holds.
CONTENT = ("job", "task_id", "staff_id", "date", "minutes", "start", "end", "note_sent", "content_hash")

#: What is said of the entries of a timesheet that an undo deleted: they wait for a person.
UNDONE = "undone"


class Op(StrEnum):
    """What is to be done."""

    UPDATE = "update"
    DELETE = "delete"
    COPY = "copy"  # delete a second timesheet of the bundle; the recorded one stays


@dataclass(frozen=True)
class Desired:
    """One change. `content`: the columns of CONTENT as they shall be, for an update; `entries`: the members then.

    `uuid`: the copy to delete. `home` and `home_reason`: where the bundle is again when surely nothing was applied.
    `choice`: what is said of its entries in the moment it is done, `undone` or `include`; empty: nothing.
    """

    op: Op
    content: Mapping[str, Any] = field(default_factory=dict)
    entries: Mapping[str, Member] = field(default_factory=dict)
    uuid: str = ""
    home: State = State.POSTED
    home_reason: str = ""
    choice: str = ""

    def draft(self) -> TimeDraft:
        """The timesheet as an update sends it."""
        names = ("job", "task_id", "staff_id", "date", "minutes", "start", "end")
        return TimeDraft(**{name: self.content[name] for name in names}, note=self.content["note_sent"])

    def to_json(self) -> str:
        """As the ledger keeps it: the content's columns beside the rest, one object."""
        facts: dict[str, Any] = {"op": self.op, "uuid": self.uuid, "choice": self.choice}
        facts |= {"home": self.home, "home_reason": self.home_reason}
        members = {
            entry_id: {"minutes": one.minutes, "sent_minutes": one.sent_minutes, "content_hash": one.content_hash}
            for entry_id, one in self.entries.items()
        }
        return json.dumps({**facts, **self.content, "entries": members}, default=str, ensure_ascii=False)


def read_desired(text: str) -> Desired:
    """The change from its text; empty text is none and must not be asked for."""
    facts = json.loads(text)
    content = {name: facts[name] for name in CONTENT if name in facts}
    if content:
        content["date"] = date.fromisoformat(content["date"])
    entries = {entry_id: Member(**one) for entry_id, one in facts["entries"].items()}
    named = {name: facts[name] for name in ("uuid", "home_reason", "choice")}
    return Desired(Op(facts["op"]), content, entries, home=State(facts["home"]), **named)


def target_of(bundle: Bundle, desired: Desired) -> str:
    """The UUID of the timesheet that the change is made to."""
    return desired.uuid or bundle.remote_uuid
