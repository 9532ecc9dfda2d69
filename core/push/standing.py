"""The standing of every actual time: one function that the push filters and the reports count.

Nothing here is stored. What the ledger says of an entry that may be in XPM comes first, whatever has changed locally
since; then what the entry itself says, then exclusions, then the chosen rule, then what is missing. What is left is
gathered into the timesheets that would be sent, and these are held when XPM seems to have them already.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from core.model import Reason, Standing
from core.push.edited import DELETE, REFUSED, SURE, UPDATE, choose_deletes, choose_updates, is_shut, judge_sent
from core.push.gathering import gather_entries
from core.push.notes import write_notes
from core.push.reasons import REASONS, write_sentences
from core.push.recorded import Recorded, read_recorded
from core.push.rules import Choice
from core.push.settings import PushSettings
from core.push.sightings import hold_lookalikes
from core.push.targets import Links, LocalSide, XpmSide, find_targets

__all__ = ["IN_XPM", "STANDING_COLUMNS", "TARGET_COLUMNS", "Recorded", "assign_standings"]

TARGET_COLUMNS = ["job", "job_task_id", "xpm_client_id", "xpm_staff_id", "task_type_id"]
#: What a standing adds to the columns of actual_times and of its target.
STANDING_COLUMNS = ["standing", "reason", "sentence", "fix_page", "marker", "bundle_id", "xpm_time_id", "ledger_state"]
STANDING_COLUMNS += ["xpm_minutes", "day_minutes", "looks_like", "warning", "choice", "change", "group_key"]
STANDING_COLUMNS += ["sent_minutes", "sheet_note", "invoiced"]

#: Ledger states in which XPM may hold the entry: they decide before anything local does.
IN_XPM = ("posted", "confirmed", "drifted", "needs_person", "sending", "unknown", "changing")

_BY_WORD = {
    "deleted_remotely": Reason.DELETED_REMOTELY,
    "echo_differs": Reason.ECHO_DIFFERS,
    "adopt_differs": Reason.DRIFTED,
    "double": Reason.DRIFTED,
}

#: Why a bundle waits for a person, in words for the sentence.
LEDGER_WORDS = {
    "echo_differs": "its answer differed from what was sent",
    "adopt_differs": "our timesheet there has other content",
    "double": "it is there twice",
    "newcomer": "somebody typed similar time meanwhile",
    "too_many_attempts": "it was tried too often",
    "marker_off": "markers are switched off, so it cannot be recognised",
    "unread": "XPM could not be read for a day",
    "landed_late": "its request arrived after it was taken back",
    "uuid taken": "XPM gave it the id of another timesheet of ours",
}


@dataclass(frozen=True)
class _Asked:
    """What a push would be asked for, and until when time is closed."""

    choice: Choice
    settings: PushSettings
    today: date
    closed: date | None


def assign_standings(
    local: LocalSide,
    links: Links,
    xpm: XpmSide,
    recorded: Recorded,
    choice: Choice,
    settings: PushSettings,
    today: date,
) -> pd.DataFrame:
    """Exactly one standing for every actual time, and for every timesheet of ours whose local entry is gone.

    Index: entry id (the bundle's id for a timesheet of ours that no entry explains). Columns: those of actual_times,
    TARGET_COLUMNS and STANDING_COLUMNS. `reason` is a Reason or empty; `sentence` says it to a practice admin;
    `fix_page` is clients, staff, work, time, connection or empty. `xpm_minutes` is the entry's share of the minutes XPM
    holds, `sent_minutes` the share it has or would have, `day_minutes` all local minutes of that XPM staff member and
    day as they are or would be in XPM. `group_key` names the timesheet an entry is in or would go into, empty for none,
    `sheet_note` what it says there; `change` is update or delete where a push would bring XPM up to date. `looks_like`
    lists XPM timesheets that may be the same work, `warning` tells of others on that job and day. Withdrawn rows have
    no local minutes, so they never disturb the local total.

    Ledger entries outside `local.times` count as withdrawn: give both sides whole, or cut both by the same dates with
    the entries of timesheets there, wherever they are dated now.
    """
    asked = _Asked(choice, settings, today, settings.closed_until(today))
    rows = local.times.join(find_targets(local, links, xpm, settings))
    rows = rows.join(read_recorded(rows.index, recorded))
    rows["reason"] = _choose_reasons(rows, asked)
    rows["change"] = np.where(choose_updates(rows, choice, asked.closed, today), UPDATE, "")
    in_xpm = rows["state"].isin(IN_XPM).to_numpy(dtype=bool)
    gather_entries(rows, in_xpm, settings)
    rows["day_minutes"] = _sum_days(rows)
    rows["sheet_note"] = write_notes(rows, settings.note_template)
    fresh = (rows["reason"].eq("") & rows["group_key"].ne("")).to_numpy(dtype=bool) & ~in_xpm
    hold_lookalikes(rows, fresh, xpm.times, recorded, settings)
    rows = _add_withdrawn(rows, recorded, asked)
    rows["standing"] = _name_standings(rows)
    rows = rows.join(write_sentences(_add_facts(rows, asked)))
    rows = rows[[*local.times.columns, *TARGET_COLUMNS, *STANDING_COLUMNS]]
    return rows.astype(dict.fromkeys(TARGET_COLUMNS, "str")).rename_axis("id")


def _sum_days(rows: pd.DataFrame) -> pd.Series:
    person = rows["xpm_staff_id"].where(rows["xpm_staff_id"].ne(""), rows["staff_id"])
    minutes = rows["sent_minutes"].where(rows["group_key"].ne(""), rows["minutes"])
    return minutes.groupby([person, rows["date"]]).transform("sum")


def _choose_reasons(rows: pd.DataFrame, asked: _Asked) -> np.ndarray:
    """The first that holds, in this order. Empty text: nothing speaks against the entry, or XPM holds it."""
    layers = [_ledger_reasons(rows), judge_sent(rows, asked.closed), _own_reasons(rows)]
    layers += [rows["excluded"].to_numpy(dtype="object")]
    layers += [asked.choice.leaves_out(rows, asked.today).to_numpy(dtype="object")]
    layers += [rows["obstacle"].to_numpy(dtype="object"), _late_reasons(rows, asked.closed)]
    reasons = np.select([layer != "" for layer in layers], layers, default="")
    # A sure entry in XPM keeps its empty reason: what is missing locally no longer matters.
    settled = rows["state"].isin(SURE).to_numpy() & (layers[0] == "") & (layers[1] == "")
    return np.where(settled, "", reasons)


def _ledger_reasons(rows: pd.DataFrame) -> np.ndarray:
    """Reasons from ledger states in which XPM may hold the entry."""
    state, why = rows["state"], rows["ledger_reason"]
    person = state.eq("needs_person")
    differs = state.isin(("held", "needs_person"))
    tests = [(differs & why.eq(word), reason) for word, reason in _BY_WORD.items()]
    tests += [
        (person & why.eq("orphan"), Reason.DELETED_LOCALLY),
        (person, Reason.NEEDS_PERSON),
        (state.isin(("sending", "changing")), Reason.SENDING),
        (state.eq("unknown"), Reason.UNKNOWN_OUTCOME),
        (state.eq("drifted"), Reason.DRIFTED),
    ]
    return _select(tests)


def _own_reasons(rows: pd.DataFrame) -> np.ndarray:
    """What the entry itself and the people who judged it say."""
    problem = np.where(rows["problem"].isin(list(Reason)), rows["problem"], Reason.UNREADABLE.value)
    tests = [
        (rows["status"].str.casefold().eq("draft"), Reason.DRAFT),
        (rows["choice"].eq("exclude") | rows["state"].eq("excluded"), Reason.EXCLUDED_ENTRY),
        (rows["choice"].eq("undone"), Reason.UNDONE),
    ]
    return np.where(rows["problem"].ne(""), problem, _select(tests))


def _late_reasons(rows: pd.DataFrame, closed: date | None) -> np.ndarray:
    """What is asked last, when the entry could go otherwise."""
    minutes = rows["minutes"]
    unchanged = (
        rows["sent_hash"].eq(rows["content_hash"])
        & rows["sent_task"].eq(rows["job_task_id"])
        & rows["sent_staff"].eq(rows["xpm_staff_id"])
    )
    released = rows["choice"].isin(("separate_work", "send_again"))
    held = rows["state"].eq("held") & ~released
    tests = [
        (minutes.eq(0) | minutes.abs().gt(24 * 60), Reason.ODD_MINUTES),
        (pd.Series(is_shut(rows, closed)), Reason.PERIOD_CLOSED),
        (rows["state"].eq("rejected") & unchanged, Reason.REJECTED),
        (held & rows["ledger_reason"].eq("over_day_total"), Reason.OVER_DAY_TOTAL),
        (held, Reason.LOOKS_EQUAL),
    ]
    return _select(tests)


def _select(tests: list[tuple[pd.Series, Reason]]) -> np.ndarray:
    return np.select(
        [test.to_numpy(dtype=bool) for test, _ in tests], [reason.value for _, reason in tests], default=""
    )


def _add_withdrawn(rows: pd.DataFrame, recorded: Recorded, asked: _Asked) -> pd.DataFrame:
    """Append our timesheets whose entry is gone; those that never reached XPM are forgotten."""
    entries = recorded.entries
    gone = entries[(rows.index.get_indexer(entries.index) < 0) & entries["state"].isin(IN_XPM).to_numpy()]
    if gone.empty:
        return rows
    added = _make_blank(rows, gone.index)
    added["date"] = gone["date"].astype(rows["date"].dtype)
    told = read_recorded(gone.index, recorded)
    for column in told:
        added[column] = told[column]
    placed = {"job": "sent_job", "job_task_id": "sent_task", "xpm_staff_id": "sent_staff", "group_key": "ledger_key"}
    for column, source in placed.items():
        added[column] = told[source]
    unsure = _ledger_reasons(added)
    in_doubt = np.isin(unsure, [Reason.SENDING, Reason.UNKNOWN_OUTCOME, Reason.NEEDS_PERSON])
    lost = (unsure == Reason.DELETED_REMOTELY.value) | (
        gone["state"].eq("needs_person") & gone["remote_uuid"].eq("") & ~in_doubt
    )
    sure = added["state"].isin(SURE)
    tests = [
        (pd.Series(in_doubt), Reason.NONE),
        (added["invoiced"], Reason.WITHDRAWN_INVOICED),
        (sure & added["ledger_reason"].eq(REFUSED) & added["choice"].ne("send_again"), Reason.CHANGE_REFUSED),
        (pd.Series(True, index=added.index), Reason.DELETED_LOCALLY),
    ]
    added["reason"] = np.where(in_doubt, unsure, _select(tests))
    added["change"] = np.where(choose_deletes(added, asked.choice, asked.closed, asked.today), DELETE, "")
    return pd.concat([rows, added[~np.asarray(lost, dtype=bool)]])


def _make_blank(rows: pd.DataFrame, index: pd.Index) -> pd.DataFrame:
    """Rows of the same columns with nothing in them."""
    blank = pd.DataFrame(index=index)
    for column, values in rows.items():
        empty = {"i": 0, "b": False}.get(values.dtype.kind, "")
        blank[column] = pd.Series(pd.NaT if values.dtype.kind == "M" else empty, index=index, dtype=values.dtype)
    return blank


def _name_standings(rows: pd.DataFrame) -> pd.Series:
    by_reason = {reason.value: meaning.standing.value for reason, meaning in REASONS.items()}
    plain = np.where(rows["state"].isin(SURE), Standing.SYNCED.value, Standing.READY.value)
    named = rows["reason"].map(by_reason)
    return pd.Series(np.where(rows["reason"].eq(""), plain, named), index=rows.index, dtype="str")


def _add_facts(rows: pd.DataFrame, asked: _Asked) -> pd.DataFrame:
    """The fields the sentences name, and the columns under their published names."""
    rows["ledger_state"] = rows["state"]
    here = rows["state"].isin((*IN_XPM, "held")) & ~rows["ledger_reason"].eq("deleted_remotely")
    rows["xpm_time_id"] = np.where(here, rows["remote_uuid"], "")
    rows["entry"] = rows.index
    rows["rule"] = asked.choice.title
    rows["closed_until"] = str(asked.closed or "")
    rows["rounding"] = f"{asked.settings.rounding_minutes}"
    rows["day"] = rows["date"].dt.strftime("%Y-%m-%d")
    rows["ledger_why"] = (
        rows["ledger_reason"].map(LEDGER_WORDS).fillna(rows["ledger_reason"]).replace("", "see Activity")
    )
    rows["xpm_words"] = rows["xpm_words"].replace("", "no reason given")
    rows["choice_why"] = rows["choice_why"].replace("", "no reason given")
    rows["next_step"] = _say_next(rows, asked)
    refused = "XPM refused the correction: " + rows["xpm_words"] + ". "
    rows["correction"] = refused.where(rows["ledger_reason"].eq("correction_refused"), "")
    return rows


def _say_next(rows: pd.DataFrame, asked: _Asked) -> np.ndarray:
    """What follows for an entry that changed after it was sent."""
    tests = [
        (rows["change"].ne(""), "The next push brings XPM up to date."),
        (rows["by_hand"], "It was typed by hand there, so correct it in XPM."),
        (pd.Series(is_shut(rows, asked.closed)), f"Time until {asked.closed} is closed; let it through on Time."),
        (rows["obstacle"].ne(""), "It follows once what keeps the entry from XPM is cleared."),
        (pd.Series(True, index=rows.index), "It follows when a push takes its dates and its like."),
    ]
    masks = [test.to_numpy(dtype=bool) for test, _ in tests]
    return np.select(masks, [words for _, words in tests], default="")
