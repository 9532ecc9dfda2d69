"""The standing of every actual time: one function that the push filters and the reports count.

Nothing here is stored. What the ledger says of an entry that may be in XPM comes first, whatever has changed locally
since; then what the entry itself says, then exclusions, then the chosen rule, then what is missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from core.model import Reason, Standing
from core.push.lookalikes import find_lookalikes, find_over_days
from core.push.reasons import REASONS, write_sentences
from core.push.rules import Choice
from core.push.settings import PushSettings
from core.push.targets import Links, LocalSide, XpmSide, find_targets

TARGET_COLUMNS = ["job", "job_task_id", "xpm_client_id", "xpm_staff_id", "task_type_id"]
#: What a standing adds to the columns of actual_times and of its target.
STANDING_COLUMNS = ["standing", "reason", "sentence", "fix_page", "marker", "bundle_id", "xpm_time_id", "ledger_state"]
STANDING_COLUMNS += ["xpm_minutes", "day_minutes", "looks_like"]

#: Ledger states in which XPM may hold the entry: they decide before anything local does.
IN_XPM = ("posted", "confirmed", "drifted", "needs_person", "sending", "unknown", "changing")

_LEDGER_TEXT = ["bundle_id", "state", "ledger_reason", "sent_hash", "marker", "remote_uuid", "xpm_words"]
_LEDGER_TEXT += ["sent_job", "sent_task", "sent_staff"]

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
}


@dataclass(frozen=True)
class Recorded:
    """What the ledger and people said. `entries`: LedgerTable.frame; `choices`: LedgerTable.choices."""

    entries: pd.DataFrame
    choices: pd.DataFrame


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
    `fix_page` is clients, staff, work, time, connection or empty. `xpm_minutes` are the minutes of the bundle in XPM,
    `day_minutes` all local minutes of that XPM staff member and day, `looks_like` the XPM timesheets that may be the
    same work. Withdrawn rows have no local minutes, so they never disturb the local total.

    Ledger entries outside `local.times` count as withdrawn: give both sides whole, or cut both by the same dates.
    """
    rows = local.times.join(find_targets(local, links, xpm, settings))
    rows = rows.join(_ledger_columns(rows.index, recorded))
    rows["day_minutes"] = _sum_days(rows)
    rows["reason"] = _choose_reasons(rows, choice, settings, today)
    _hold_lookalikes(rows, xpm.times, recorded.entries, settings)
    rows = _add_withdrawn(rows, recorded.entries)
    rows["standing"] = _name_standings(rows)
    rows = rows.join(write_sentences(_add_facts(rows, choice, settings)))
    rows = rows[[*local.times.columns, *TARGET_COLUMNS, *STANDING_COLUMNS]]
    return rows.astype(dict.fromkeys(TARGET_COLUMNS, "str")).rename_axis("id")


def _ledger_columns(index: pd.Index, recorded: Recorded) -> pd.DataFrame:
    renamed = {"reason": "ledger_reason", "content_hash": "sent_hash", "minutes": "xpm_minutes"}
    renamed |= {"job": "sent_job", "task_id": "sent_task", "staff_id": "sent_staff"}
    held = recorded.entries.rename(columns=renamed).reindex(index)
    columns = held[_LEDGER_TEXT].fillna("").astype("object")
    columns["xpm_minutes"] = held["xpm_minutes"].fillna(0).astype("int64")
    said = recorded.choices.reindex(index)
    columns["choice"] = said["choice"].fillna("").to_numpy(dtype="object")
    columns["choice_why"] = said["why"].fillna("").to_numpy(dtype="object")
    return columns


def _sum_days(rows: pd.DataFrame) -> pd.Series:
    person = rows["xpm_staff_id"].where(rows["xpm_staff_id"].ne(""), rows["staff_id"])
    return rows.groupby([person, rows["date"]])["minutes"].transform("sum")


def _choose_reasons(rows: pd.DataFrame, choice: Choice, settings: PushSettings, today: date) -> np.ndarray:
    """The first that holds, in this order. Empty text: nothing speaks against the entry, or XPM holds it."""
    layers = [_ledger_reasons(rows), _own_reasons(rows), rows["excluded"].to_numpy(dtype="object")]
    layers += [choice.leaves_out(rows, today).to_numpy(dtype="object"), rows["obstacle"].to_numpy(dtype="object")]
    layers += [_late_reasons(rows, settings)]
    reasons = np.select([layer != "" for layer in layers], layers, default="")
    # A sure entry in XPM keeps its empty reason: what is missing locally no longer matters.
    settled = rows["state"].isin(("posted", "confirmed")).to_numpy() & (layers[0] == "")
    return np.where(settled, "", reasons)


def _ledger_reasons(rows: pd.DataFrame) -> np.ndarray:
    """Reasons from ledger states in which XPM may hold the entry."""
    state, why = rows["state"], rows["ledger_reason"]
    edited = state.isin(("posted", "confirmed")) & rows["sent_hash"].ne(rows["content_hash"])
    person = state.eq("needs_person")
    differs = state.isin(("held", "needs_person"))
    tests = [(differs & why.eq(word), reason) for word, reason in _BY_WORD.items()]
    tests += [
        (person & why.eq("orphan"), Reason.DELETED_LOCALLY),
        (person, Reason.NEEDS_PERSON),
        (state.isin(("sending", "changing")), Reason.SENDING),
        (state.eq("unknown"), Reason.UNKNOWN_OUTCOME),
        (state.eq("drifted"), Reason.DRIFTED),
        (edited, Reason.EDITED_LOCALLY),
    ]
    return _select(tests)


def _own_reasons(rows: pd.DataFrame) -> np.ndarray:
    """What the entry itself and the people who judged it say."""
    problem = np.where(rows["problem"].isin(list(Reason)), rows["problem"], Reason.UNREADABLE.value)
    tests = [
        (rows["status"].str.casefold().eq("draft"), Reason.DRAFT),
        (rows["choice"].eq("exclude") | rows["state"].eq("excluded"), Reason.EXCLUDED_ENTRY),
    ]
    return np.where(rows["problem"].ne(""), problem, _select(tests))


def _late_reasons(rows: pd.DataFrame, settings: PushSettings) -> np.ndarray:
    """What is asked last, when the entry could go otherwise."""
    minutes = rows["minutes"]
    unchanged = (
        rows["sent_hash"].eq(rows["content_hash"])
        & rows["sent_task"].eq(rows["job_task_id"])
        & rows["sent_staff"].eq(rows["xpm_staff_id"])
    )
    released = rows["choice"].isin(("separate_work", "send_again"))
    held = rows["state"].eq("held") & ~released
    closed = pd.Timestamp(settings.period_closed_until) if settings.period_closed_until else pd.Timestamp.min
    tests = [
        (minutes.eq(0) | minutes.abs().gt(24 * 60), Reason.ODD_MINUTES),
        (rows["date"].le(closed), Reason.PERIOD_CLOSED),
        (rows["state"].eq("rejected") & unchanged, Reason.REJECTED),
        (held & rows["ledger_reason"].eq("over_day_total"), Reason.OVER_DAY_TOTAL),
        (held, Reason.LOOKS_EQUAL),
    ]
    return _select(tests)


def _select(tests: list[tuple[pd.Series, Reason]]) -> np.ndarray:
    return np.select(
        [test.to_numpy(dtype=bool) for test, _ in tests], [reason.value for _, reason in tests], default=""
    )


def _hold_lookalikes(rows: pd.DataFrame, times: pd.DataFrame, entries: pd.DataFrame, settings: PushSettings) -> None:
    """Give entries that would go, but look like time already in XPM, their reason; fill looks_like."""
    rows["looks_like"] = ""
    judged = rows["choice"].isin(("separate_work", "send_again"))
    ready = rows["reason"].eq("") & ~rows["state"].isin(IN_XPM) & ~judged
    drafts = rows.loc[ready, ["xpm_staff_id", "date", "job", "job_task_id", "minutes", "day_minutes"]]
    drafts = drafts.rename(columns={"xpm_staff_id": "staff_id", "job_task_id": "task_id"})
    if drafts.empty or times.empty:
        return
    times = times[times["date"].isin(drafts["date"].unique())]
    known = set(entries["remote_uuid"].tolist())
    strangers = np.array([uuid not in known for uuid in times.index.tolist()], dtype=bool)
    foreign = times[strangers]
    alike = find_lookalikes(drafts, foreign)
    over = find_over_days(drafts, times, drafts["day_minutes"], settings.over_day_tolerance)
    rows.loc[drafts.index, "looks_like"] = alike
    reasons = np.select([alike.ne(""), over], [Reason.LOOKS_EQUAL.value, Reason.OVER_DAY_TOTAL.value], default="")
    rows.loc[drafts.index, "reason"] = reasons


def _add_withdrawn(rows: pd.DataFrame, entries: pd.DataFrame) -> pd.DataFrame:
    """Append our timesheets whose entry is gone; those that never reached XPM are forgotten."""
    gone = entries[(rows.index.get_indexer(entries.index) < 0) & entries["state"].isin(IN_XPM).to_numpy()]
    if gone.empty:
        return rows
    added = pd.DataFrame(index=gone.index)
    for column, values in rows.items():
        blank = {"i": 0, "b": False}.get(values.dtype.kind, "")
        added[column] = pd.Series(pd.NaT if values.dtype.kind == "M" else blank, index=gone.index, dtype=values.dtype)
    added["date"] = gone["date"].astype(rows["date"].dtype)
    copied = {"job": "job", "job_task_id": "task_id", "xpm_staff_id": "staff_id", "bundle_id": "bundle_id"}
    copied |= {"marker": "marker", "remote_uuid": "remote_uuid", "state": "state", "ledger_reason": "reason"}
    for column, source in copied.items():
        added[column] = gone[source].to_numpy()
    added["xpm_minutes"] = gone["minutes"].to_numpy()
    unsure = _ledger_reasons(added)
    in_doubt = np.isin(unsure, [Reason.SENDING, Reason.UNKNOWN_OUTCOME, Reason.NEEDS_PERSON])
    lost = (unsure == Reason.DELETED_REMOTELY.value) | (
        gone["state"].eq("needs_person") & gone["remote_uuid"].eq("") & ~in_doubt
    )
    added["reason"] = np.where(in_doubt, unsure, Reason.DELETED_LOCALLY.value)
    return pd.concat([rows, added[~np.asarray(lost, dtype=bool)]])


def _name_standings(rows: pd.DataFrame) -> pd.Series:
    by_reason = {reason.value: meaning.standing.value for reason, meaning in REASONS.items()}
    plain = np.where(rows["state"].isin(("posted", "confirmed")), Standing.SYNCED.value, Standing.READY.value)
    named = rows["reason"].map(by_reason)
    return pd.Series(np.where(rows["reason"].eq(""), plain, named), index=rows.index, dtype="str")


def _add_facts(rows: pd.DataFrame, choice: Choice, settings: PushSettings) -> pd.DataFrame:
    """The fields the sentences name, and the columns under their published names."""
    rows["ledger_state"] = rows["state"]
    here = rows["state"].isin((*IN_XPM, "held")) & ~rows["ledger_reason"].eq("deleted_remotely")
    rows["xpm_time_id"] = np.where(here, rows["remote_uuid"], "")
    rows["entry"] = rows.index
    rows["rule"] = choice.title
    rows["closed_until"] = str(settings.period_closed_until or "")
    rows["day"] = rows["date"].dt.strftime("%Y-%m-%d")
    rows["ledger_why"] = (
        rows["ledger_reason"].map(LEDGER_WORDS).fillna(rows["ledger_reason"]).replace("", "see Activity")
    )
    rows["xpm_words"] = rows["xpm_words"].replace("", "no reason given")
    rows["choice_why"] = rows["choice_why"].replace("", "no reason given")
    return rows
