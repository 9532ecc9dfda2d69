"""What became of an entry after it was sent: edited here, linked elsewhere, gone; and whether a push may follow it.

A timesheet in XPM follows its entry by an update or a delete while nobody has invoiced it, while its period is open
and the entry could go by itself. Otherwise the difference is shown and left to a person.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from core.model import Reason
from core.push.rules import PARTS, Choice

#: States in which XPM holds the timesheet as we sent it.
SURE = ("posted", "confirmed")
UPDATE, DELETE = "update", "delete"
REFUSED = "change_refused"

#: What is asked of a sent entry; most rows of a frame have nothing to do with it.
_ASKED = ["state", "sent_hash", "content_hash", "sent_task", "job_task_id", "sent_staff", "xpm_staff_id", "sent_job"]
_ASKED += ["job", "invoiced", "by_hand", "attempts", "choice", "ledger_reason", "desired", "obstacle", "excluded"]
_ASKED += ["date", "sent_date", "late_ok"]

#: Longer than a day no entry can be.
_DAY_MINUTES = 24 * 60


def is_shut(rows: pd.DataFrame, closed: date | None) -> np.ndarray:
    """Which rows lie in closed time, here or in XPM, and were not let through by a person."""
    if closed is None:
        return np.zeros(len(rows), dtype=bool)
    last = pd.Timestamp(closed)
    shut = rows["date"].le(last) | rows["sent_date"].le(last)
    return np.asarray(shut & ~rows["late_ok"], dtype=bool)


def judge_sent(rows: pd.DataFrame, closed: date | None) -> np.ndarray:
    """The reason of each entry that differs from its timesheet by what happened here; empty text for all others.

    An entry that is only linked elsewhere by now counts as different where an update could follow it.
    """
    sure = rows["state"].isin(SURE).to_numpy(dtype=bool)
    reasons = np.full(len(rows), "", dtype="object")
    if not sure.any():
        return reasons
    sent = rows.loc[sure, _ASKED]
    edited = sent["sent_hash"].ne(sent["content_hash"]).to_numpy(dtype=bool)
    elsewhere = sent["sent_task"].ne(sent["job_task_id"]) | sent["sent_staff"].ne(sent["xpm_staff_id"])
    elsewhere |= sent["sent_job"].ne(sent["job"])
    may = ~sent["invoiced"] & ~sent["by_hand"] & sent["attempts"].gt(0) & sent["choice"].ne("keep_xpm")
    moved = (elsewhere & may).to_numpy(dtype=bool) & is_complete(sent) & ~is_shut(sent, closed) & ~edited
    refused = (edited | moved) & _is_refused(sent)
    tests = [
        (edited & sent["invoiced"].to_numpy(dtype=bool), Reason.CHANGE_INVOICED),
        (refused, Reason.CHANGE_REFUSED),
        (edited, Reason.EDITED_LOCALLY),
        (moved, Reason.REMAPPED),
    ]
    reasons[sure] = np.select([test for test, _ in tests], [reason.value for _, reason in tests], default="")
    return reasons


def is_complete(rows: pd.DataFrame) -> np.ndarray:
    """Which rows have a place in XPM that takes time."""
    placed = rows["job"].ne("") & rows["job_task_id"].ne("") & rows["xpm_staff_id"].ne("")
    return np.asarray(placed & rows["obstacle"].eq("") & rows["excluded"].eq(""), dtype=bool)


def choose_updates(rows: pd.DataFrame, choice: Choice, closed: date | None, today: date) -> np.ndarray:
    """Which rows a push under this choice may bring up to date in XPM.

    A timesheet of ours that differs for another reason is only overwritten when a person said so (`send_ours`).
    """
    by_us = rows["reason"].isin((Reason.EDITED_LOCALLY.value, Reason.REMAPPED.value))
    drifted = rows["state"].eq("drifted") | (
        rows["state"].eq("needs_person") & rows["ledger_reason"].eq("echo_differs")
    )
    drifted |= rows["state"].eq("held") & rows["ledger_reason"].eq("adopt_differs")
    wanted = (by_us | (drifted & rows["choice"].eq("send_ours"))).to_numpy(dtype=bool)
    found = np.zeros(len(rows), dtype=bool)
    if not wanted.any():
        return found
    some = rows.loc[wanted]
    fits = some["problem"].eq("") & some["status"].str.casefold().ne("draft")
    fits &= some["minutes"].ne(0) & some["minutes"].abs().le(_DAY_MINUTES)
    fits &= ~some["invoiced"] & ~some["by_hand"]
    found[wanted] = fits & is_complete(some) & ~is_shut(some, closed) & _let_through(some, choice, today)
    return found


def choose_deletes(gone: pd.DataFrame, choice: Choice, closed: date | None, today: date) -> np.ndarray:
    """Which withdrawn rows a push under this choice may delete in XPM; nothing is known of them but their dates."""
    if any(choice.has(part) for part in PARTS if part != "dates"):
        return np.zeros(len(gone), dtype=bool)
    within = choice.only("dates").leaves_out(gone, today).eq("")
    sure = gone["state"].isin(SURE) & gone["reason"].eq(Reason.DELETED_LOCALLY.value) & ~gone["by_hand"]
    return np.asarray(within & sure & ~is_shut(gone, closed), dtype=bool)


def _let_through(some: pd.DataFrame, choice: Choice, today: date) -> np.ndarray:
    """By its own date, or by the date XPM holds it under: an entry moved out of the dates is still followed."""
    here = choice.leaves_out(some, today).eq("")
    there = choice.leaves_out(some.assign(date=some["sent_date"]), today).eq("")
    return np.asarray(here | there, dtype=bool)


def _is_refused(sent: pd.DataFrame) -> np.ndarray:
    """Whether XPM refused this very change, and nobody has asked to send it again."""
    asked = (sent["ledger_reason"].eq(REFUSED) & sent["choice"].ne("send_again")).to_numpy(dtype=bool)
    found = np.zeros(len(sent), dtype=bool)
    found[asked] = [is_same_wish(str(row.desired), str(row.Index), row) for row in sent[asked].itertuples()]
    return found


def is_same_wish(desired: str, entry_id: str, row: object) -> bool:
    """Whether a change wanted before (the ledger's JSON) is the one that is wanted of this entry now."""
    former = json.loads(desired or "{}")
    place = (former.get("job"), former.get("task_id"), former.get("staff_id"))
    content = read_wish(desired, entry_id).get("content_hash", former.get("content_hash"))
    now = tuple(getattr(row, name) for name in ("job", "job_task_id", "xpm_staff_id"))
    return (content, place) == (getattr(row, "content_hash", ""), now)


def read_wish(desired: str, entry_id: str) -> Mapping[str, Any]:
    """An entry as a change wanted before has it: minutes, sent_minutes and content_hash; empty when it has not."""
    found: Mapping[str, Any] = json.loads(desired or "{}").get("entries", {}).get(entry_id, {})
    return found
