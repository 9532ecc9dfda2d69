"""The words and colours of the pages: what people read in the place of codes, minutes and instants."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TypeVar
from zoneinfo import ZoneInfo

from core.model import Band, Kind, Reason, RunKind, RunState, Verdict
from core.reports.tieout import show_hours
from core.workspace.automating import AUTOMATIC
from core.workspace.running import Outcome

T = TypeVar("T")

#: Where links, icons and arrows would still be made of escaped text: there goes a character of no width.
_GROWS = re.compile(r"(?<=:)(?=[\w/])|(?<=[wW]{3})(?=\.)|(?<=\w)(?=@)|(?<=-)(?=[->])|(?<=<)(?=-)|(?<=[<>~])(?==)")
_NO_WIDTH = "\u2060"
_MARKUP = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:&^=])")


def plain(text: object) -> str:
    """The text for a place that reads Markdown, so that it is shown as it is: names and notes are never markup."""
    # A blank at an end would keep the bold or coloured text around it from closing.
    return _MARKUP.sub(r"\\\1", _GROWS.sub(_NO_WIDTH, str(text).replace("\n", " ").strip()))


def start_upper(text: str) -> str:
    """The text with an upper-case first letter, the rest as it is: names keep their capitals."""
    return text[:1].upper() + text[1:]


def start_lower(text: str) -> str:
    """The text with a lower-case first letter, for the middle of a sentence; an abbreviation keeps its capitals."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def hours(minutes: int) -> str:
    """Minutes as hours and minutes with the unit: 90 is `1:30 h`."""
    return f"{show_hours(int(minutes))} h"


def money(value: Decimal | None) -> str:
    """An amount to the cent: `1,182.50`; empty for none."""
    return "" if value is None else f"{value:,.2f}"


def count(number: int, noun: str) -> str:
    """`1 entry`, `3 entries`: the number with its noun."""
    number = int(number)
    bent = noun.endswith("y") and noun[-2] not in "aeo"
    ending = noun if number == 1 else f"{noun[:-1]}ies" if bent else f"{noun}es" if noun.endswith("ss") else f"{noun}s"
    return f"{number:,} {ending}"


def batched(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """The items in rows of this many; the last row may be shorter."""
    return (items[start : start + size] for start in range(0, len(items), size))


def day(value: date) -> str:
    """`Fri 20 Nov 2026`."""
    return f"{value:%a} {value.day} {value:%b %Y}"


def moment(utc: str, zone: str) -> str:
    """An instant kept as UTC text, in the practice's zone: `20 Nov 2026, 14:05`; empty for empty."""
    if not utc:
        return ""
    local = datetime.fromisoformat(utc).astimezone(ZoneInfo(zone))
    return f"{local.day} {local:%b %Y, %H:%M}"


def ago(utc: str, now: datetime) -> str:
    """How long ago an instant kept as UTC text was: `just now`, `4 minutes ago`; `never` for empty."""
    if not utc:
        return "never"
    seconds = (now - datetime.fromisoformat(utc)).total_seconds()
    for size, noun in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size:
            return f"{count(int(seconds // size), noun)} ago"
    return "just now"


def lasting(start: str, end: str) -> str:
    """How long it took between two instants kept as UTC text: `8 s`, `4 min`, `2:05 h`; empty while either is."""
    if not start or not end:
        return ""
    seconds = (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5_400 else hours(int(seconds // 60))


@dataclass(frozen=True)
class Look:
    """A word with its colour: `colour` is one of Streamlit's names, `light` and `dark` the same for charts."""

    title: str
    colour: str
    light: str
    dark: str
    means: str = ""

    @property
    def badge(self) -> str:
        """As a badge inside Markdown."""
        return f":{self.colour}-badge[{self.title}]"


GREEN, BLUE, ORANGE = ("green", "#1F7A5C", "#4FC3A7"), ("blue", "#2F6DB5", "#7DB4EE"), ("orange", "#C9781B", "#F0AE5B")
RED, VIOLET, GRAY = ("red", "#B93A32", "#F08A80"), ("violet", "#7A57B0", "#B79BE6"), ("gray", "#8A8F8C", "#8F9996")
YELLOW, PALE = ("yellow", "#A88A16", "#E3CC66"), ("gray", "#C9CCC6", "#56605F")

#: The columns of the tie-out, in the order of the equation.
COLUMN_LOOKS: dict[str, Look] = {
    "synced": Look("In XPM", *GREEN, "XPM holds it as recorded here"),
    "ready": Look("Ready", *BLUE, "goes to XPM with the next push"),
    "waiting": Look("Waiting", *ORANGE, "a person has to do something first"),
    "in_doubt": Look("In doubt", *VIOLET, "sent, and whether XPM took it is not known yet"),
    "excluded": Look("Excluded", *GRAY, "a person or a rule keeps it out of XPM"),
    "filtered": Look("Filtered out", *PALE, "left out by Which Actual Times"),
    "draft": Look("Draft", *YELLOW, "not committed by its author yet"),
    "unreadable": Look("Unreadable", *RED, "the row could not be read"),
}

#: The states of a review row; a proposed one is named by its band.
STATE_LOOKS: dict[str, Look] = {
    "linked": Look("Linked", *GREEN),
    Band.CERTAIN.value: Look("Certain", *GREEN),
    Band.LIKELY.value: Look("Likely", *BLUE),
    Band.POSSIBLE.value: Look("Possible", *YELLOW),
    Band.TIE.value: Look("Tie", *VIOLET),
    "open": Look("Open", *ORANGE),
    "excluded": Look("Excluded", *GRAY),
    "broken": Look("Broken", *RED),
    "archived": Look("Archived", *GRAY),
}

RUN_LOOKS: dict[RunState, Look] = {
    RunState.QUEUED: Look("Queued", *BLUE),
    RunState.RUNNING: Look("Running", *BLUE),
    RunState.PAUSED: Look("Paused", *ORANGE),
    RunState.STOPPED: Look("Needs a person", *ORANGE),
    RunState.DONE: Look("Done", *GREEN),
    RunState.FAILED: Look("Failed", *RED),
    RunState.CANCELLED: Look("Cancelled", *GRAY),
}

RUN_TITLES: dict[RunKind, str] = {
    RunKind.LOAD: "Load the local side",
    RunKind.SYNC: "Sync both sides",
    RunKind.PROPOSE: "Match",
    RunKind.PUSH: "Push to XPM",
    RunKind.VERIFY: "Verify against XPM",
    RunKind.UNDO: "Undo a push",
    RunKind.SWEEP: "Sweep",
    RunKind.FOLLOW: "Complete job tasks",
    RunKind.JOB: "Create or change a job",
    RunKind.PACK: "Send documents",
    RunKind.CHECK: "Test the rights",
}

#: What became of a row of a run. In doubt is neither done nor failed.
OUTCOME_LOOKS: dict[Outcome, Look] = {
    Outcome.IN_DOUBT: Look("In doubt, being read back", *VIOLET),
    Outcome.REFUSED: Look("XPM refused it", *RED),
    Outcome.PERSON: Look("Look in XPM", *ORANGE),
    Outcome.HELD: Look("Held for somebody", *ORANGE),
    Outcome.DIFFERS: Look("Differs in XPM", *ORANGE),
    Outcome.TO_SEND: Look("To send", *BLUE),
    Outcome.TO_CHANGE: Look("To change", *BLUE),
    Outcome.NOT_SENT: Look("Not sent", *GRAY),
    Outcome.SENT: Look("Sent, to be confirmed", *BLUE),
    Outcome.IN_XPM: Look("In XPM", *GREEN),
    Outcome.TAKEN_BACK: Look("Taken back", *GRAY),
    Outcome.LEFT_OUT: Look("Left out", *GRAY),
}

#: What a verification, an undo or a sweep found of one item.
ITEM_LOOKS: dict[str, Look] = {
    "there": Look("There", *GREEN),
    "lacking": Look("Missing", *RED),
    "equal": Look("Equal", *GREEN),
    "different": Look("Different", *ORANGE),
    "missing": Look("Missing in XPM", *ORANGE),
    "extra": Look("Typed by hand in XPM", *GRAY),
    "deleted": Look("Taken back", *GREEN),
    "refused": Look("Left in XPM", *ORANGE),
    "in_doubt": Look("In doubt, being read back", *VIOLET),
    "updated": Look("Updated", *GREEN),
    "kept": Look("Kept", *GREEN),
    "double": Look("Twice in XPM", *ORANGE),
    "settled": Look("Settled", *GREEN),
    "in doubt": Look("In doubt, being read back", *VIOLET),
    "waiting": Look("Not reached yet", *GRAY),
    "copy to remove": Look("Second copy, removed", *BLUE),
    "update to repeat": Look("Update repeated", *BLUE),
    "more than recorded": Look("Day holds more than recorded", *ORANGE),
    "deleted_remotely": Look("Deleted in XPM", *ORANGE),
    "landed_late": Look("Twice in XPM", *ORANGE),
    "orphan": Look("Ours, of no entry", *ORANGE),
    "drifted": Look("Changed in XPM", *ORANGE),
    "done": Look("Done in XPM", *GREEN),
    "in step": Look("It was so already", *GREEN),
    "conflict": Look("Conflict, left alone", *ORANGE),
    "unsettled": Look("Look in XPM", *ORANGE),
    "moved": Look("Decided otherwise", *GRAY),
}

VERDICT_TITLES: dict[str, str] = {
    Verdict.LINKED: "Linked",
    Verdict.EXCLUDED: "Excluded",
    Verdict.REJECTED: "Rejected",
    Verdict.REOPENED: "Undone",
}

#: How each kind is called: one, several, and its XPM partner.
KIND_NAMES: dict[Kind, tuple[str, str, str]] = {
    Kind.CLIENT: ("client", "clients", "XPM client"),
    Kind.STAFF: ("staff member", "staff", "XPM staff member"),
    Kind.PROCESS: ("process", "processes", "XPM task type"),
    Kind.TASK: ("task", "tasks", "XPM job task"),
}

REASON_TITLES: dict[str, str] = {
    Reason.CLIENT_UNLINKED: "Client is not linked yet",
    Reason.STAFF_UNLINKED: "Staff member is not linked yet",
    Reason.PROCESS_OPEN: "Process is not mapped yet",
    Reason.TASK_UNLINKED: "Task is not linked yet",
    Reason.TASK_MISSING: "XPM has no task for it",
    Reason.TIE: "Several job tasks fit",
    Reason.RULED_TASK_MISSING: "Job lacks the task of a process rule",
    Reason.RULED_TIE: "Several tasks fit a process rule",
    Reason.LINK_BROKEN: "Link is broken",
    Reason.JOB_CLOSED: "Job is closed in XPM",
    Reason.STAFF_INACTIVE: "Staff member is no longer listed in XPM",
    Reason.PERIOD_CLOSED: "Period is closed",
    Reason.LOOKS_EQUAL: "XPM holds a look-alike",
    Reason.OVER_DAY_TOTAL: "The day would be too long",
    Reason.DOUBLED_ID: "Entry id occurs twice",
    Reason.ODD_MINUTES: "Minutes cannot be right",
    Reason.ODD_ENTRY: "Entry needs a second look",
    Reason.NEEDS_PERSON: "Sent, and could not be settled",
    Reason.REJECTED: "XPM refused it",
    Reason.ECHO_DIFFERS: "XPM stored something else",
    Reason.DRIFTED: "Differs from what was pushed",
    Reason.DELETED_REMOTELY: "Deleted in XPM since",
    Reason.EDITED_LOCALLY: "Edited here since",
    Reason.DELETED_LOCALLY: "Deleted here, still in XPM",
    Reason.REMAPPED: "Linked elsewhere since",
    Reason.CHANGE_INVOICED: "Changed here after it was invoiced",
    Reason.CHANGE_REFUSED: "XPM refused the change",
    Reason.WITHDRAWN_INVOICED: "Deleted here after it was invoiced",
    Reason.UNDONE: "Its push was undone",
    Reason.ROUNDS_TO_NOTHING: "Rounds to nothing",
    Reason.UNREADABLE: "Row could not be read",
}


def reason_title(reason: str) -> str:
    """A reason as a headline."""
    return REASON_TITLES.get(reason, reason.capitalize())


def actor_name(actor: str) -> str:
    """Who acted: a person's name, the rule that did, or a schedule."""
    if actor == AUTOMATIC:
        return "By itself"
    return f"Rule “{actor.removeprefix('rule:')}”" if actor.startswith("rule:") else actor
