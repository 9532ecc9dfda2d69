"""Yes, no, committed, draft and plain text: the small words of a file."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from core.local.convert import Reading
from core.local.table import show_text

_YES = {"true", "t", "yes", "y", "1", "1.0", "on", "x", "✓", "✔"}
_NO = {"false", "f", "no", "n", "0", "0.0", "off", "-"}
#: Words that say yes or no only in a column that claims just that.
_OWN: dict[str, tuple[set[str], set[str]]] = {
    "active": ({"active", "current", "enabled"}, {"inactive", "archived", "disabled", "former", "closed"}),
    "archived": (
        {"archived", "inactive", "disabled", "former", "closed"},
        {"active", "current", "enabled", "prospect"},
    ),
    "billable": ({"billable", "chargeable"}, {"non-billable", "nonbillable", "non-chargeable", "nonchargeable"}),
    "approved": ({"approved", "signed off"}, {"not approved", "unapproved", "pending", "rejected"}),
    "correction": ({"correction", "reversal", "adjustment"}, set()),
}

_DRAFT = {"draft", "unsubmitted", "uncommitted", "pending", "running", "open", "new", "unsaved", "in progress"}
_DRAFT |= {"not submitted", "not committed"}
_COMMITTED = {
    "",
    "committed",
    "submitted",
    "approved",
    "final",
    "finalised",
    "finalized",
    "done",
    "completed",
    "locked",
}
_COMMITTED |= {"posted", "invoiced", "billed", "closed", "saved", "confirmed"}

_APPROVED = {"approved", "signed off"}

#: Characters no practice types and XML cannot carry; tabs and line breaks are text.
CONTROL = "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]"


def read_claim(text: str, column: str, blank: bool) -> Reading[bool]:
    """Yes or no as claimed by `column` (active, archived, billable, correction); blank text reads as `blank`."""
    word = text.strip().casefold()
    if not word:
        return Reading(blank)
    yes, no = _OWN.get(column, (set(), set()))
    if word in _YES | yes:
        return Reading(True)
    if word in _NO | no:
        return Reading(False)
    return Reading(None, f"{show_text(text)} is neither yes nor no. Write yes or no.")


def read_status(text: str, declared: Mapping[str, str]) -> Reading[str]:
    """`committed` or `draft`; blank is committed. `declared` holds the file's own words."""
    own = {word.strip().casefold(): status for word, status in declared.items()}
    word = text.strip().casefold()
    if word in own:
        return Reading(own[word])
    if word in _DRAFT:
        return Reading("draft")
    if word in _COMMITTED:
        return Reading("committed")
    return Reading(
        None, f"The status {show_text(text)} is not known. Say on Connection whether it means committed or draft."
    )


def says_approved(text: str) -> Reading[bool]:
    """Whether a status word says that the entry was approved, for files that have no column of their own for it."""
    return Reading(text.strip().casefold() in _APPROVED)


def find_control(texts: pd.Series) -> pd.Series:
    """Which texts hold control characters."""
    return texts.str.contains(CONTROL, regex=True)


def clean_control(texts: pd.Series) -> pd.Series:
    """The texts without control characters."""
    return texts.str.replace(CONTROL, "", regex=True)
