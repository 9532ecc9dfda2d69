"""Entries as people read them: names in the place of ids, hours as text, and a mark of what was shown.

A page shows these rows and acts on their ids. What it showed is pressed into one mark, so that an answer to a list
that has changed meanwhile can be refused.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.model import Reason, Standing
from core.reports.tieout import show_hours

#: What a person sees of an entry, in this order; the ids stay in the frame beside them.
SHOWN = ["date", "staff", "client", "process", "task", "hours", "note", "why"]

#: What may be said of an entry, by its reason. Where nothing is named: leave it out, unless XPM may have it.
SAYINGS: dict[Reason, tuple[str, ...]] = {
    Reason.LOOKS_EQUAL: ("same_work", "separate_work", "exclude"),
    Reason.OVER_DAY_TOTAL: ("separate_work", "exclude"),
    Reason.REJECTED: ("send_again", "exclude"),
    Reason.DELETED_REMOTELY: ("send_again", "exclude"),
    Reason.NEEDS_PERSON: ("send_again", "exclude"),
    Reason.EXCLUDED_ENTRY: ("include",),
    Reason.PERIOD_CLOSED: ("late_ok", "exclude"),
    Reason.UNDONE: ("send_again", "exclude"),
    Reason.DRIFTED: ("send_ours", "keep_xpm"),
    Reason.ECHO_DIFFERS: ("send_ours", "keep_xpm"),
    Reason.CHANGE_REFUSED: ("send_again",),
    Reason.CHANGE_INVOICED: ("correct", "keep_xpm"),
    Reason.WITHDRAWN_INVOICED: ("correct",),
}
_MAY_LEAVE_OUT = (Standing.READY, Standing.WAITING, Standing.FILTERED)
_MARKED = ["standing", "reason", "content_hash", "xpm_time_id", "looks_like", "ledger_state"]


@dataclass(frozen=True)
class Names:
    """What ids are called, index id: the local records of each kind, and XPM's staff for time without an entry."""

    staff: pd.Series
    clients: pd.Series
    processes: pd.Series
    tasks: pd.Series
    xpm_staff: pd.Series


def label_records(frame: pd.DataFrame) -> pd.Series:
    """The name of each record, index id; a name that several carry is told apart by its id in brackets."""
    names = frame["name"].where(frame["name"].ne(""), frame.index.to_series())
    doubled = names.duplicated(keep=False)
    told_apart = names + " (" + frame.index.to_series() + ")"
    return names.where(~doubled, told_apart).rename("name")


def label_tasks(tasks: pd.DataFrame) -> pd.Series:
    """The name of each task, index id; told apart only from other tasks of its client, since the client stands beside.

    By its period, else its start, and by its id where those are the same or missing.
    """
    names = tasks["name"].where(tasks["name"].ne(""), tasks.index.to_series())
    marks = tasks["period"].where(tasks["period"].ne(""), tasks["start"].dt.strftime("from %d %b %Y").fillna(""))
    # A name that tells its period already is not made longer by it.
    said = [mark == "" or mark.casefold() in name.casefold() for mark, name in zip(marks, names, strict=True)]
    marked = names.where(pd.Series(said, index=names.index, dtype="bool"), names + " (" + marks + ")")
    labels = names.where(~_is_doubled(names, tasks), marked)
    return labels.where(~_is_doubled(labels, tasks), labels + " (" + tasks.index.to_series() + ")").rename("name")


def _is_doubled(labels: pd.Series, tasks: pd.DataFrame) -> pd.Series:
    return pd.DataFrame({"client": tasks["client_id"], "label": labels}).duplicated(keep=False)


def name_entries(standings: pd.DataFrame, names: Names) -> pd.DataFrame:
    """The standings with staff, client, process and task by name, `hours` as h:mm and `why`, one sentence.

    `work` is the task, else the process.

    Index and rows as given. Ids without a name keep their id. A row that only XPM has (withdrawn) shows XPM's staff
    member and the minutes XPM holds, since it has none of its own; its column `minutes` stays 0.
    """
    rows = standings.assign(
        staff=_name(standings["staff_id"], names.staff),
        client=_name(standings["client_id"], names.clients),
        process=_name(standings["process_id"], names.processes),
        task=_name(standings["task_id"], names.tasks),
        why=standings["sentence"],
    )
    rows["work"] = rows["task"].where(rows["task"].ne(""), rows["process"])
    foreign = rows["staff_id"].eq("")
    rows["staff"] = rows["staff"].where(~foreign, _name(rows["xpm_staff_id"], names.xpm_staff))
    held = rows["minutes"].where(~foreign, rows["xpm_minutes"])
    rows["hours"] = _write_hours(held)
    return rows


def _name(ids: pd.Series, names: pd.Series) -> pd.Series:
    # Few different ids among many rows: each is looked up once.
    codes, different = pd.factorize(ids)
    own = pd.Series(different, dtype="str")
    found = pd.Series(names.reindex(different).to_numpy(), dtype="str").fillna(own)
    return pd.Series(found.array.take(codes), index=ids.index, dtype="str")


def _write_hours(minutes: pd.Series) -> pd.Series:
    # Few different values among many rows: each is written once.
    return minutes.map({value: show_hours(int(value)) for value in minutes.unique()})


def mark_shown(rows: pd.DataFrame) -> str:
    """A short text that is equal only for the same entries in the same state; for keys of grids and for answers."""
    columns = [name for name in _MARKED if name in rows]
    hashed = pd.util.hash_pandas_object(rows[columns].astype("str"), index=True)
    return hashlib.sha256(hashed.to_numpy().tobytes()).hexdigest()[:16]


def compare_day(
    entry: pd.Series, standings: pd.DataFrame, xpm_times: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One person's day on both sides, for the person and date of `entry`: the local entries and XPM's timesheets.

    Both with the columns of their frames and `hours`; XPM's with `alike`, true where it may be the entry's own work,
    and `origin` in words. No rows there when the entry's staff member has no XPM partner.
    """
    person, day = entry["staff_id"], entry["date"]
    here = standings[standings["staff_id"].eq(person) & standings["date"].eq(day)]
    there = xpm_times[xpm_times["staff_id"].eq(entry["xpm_staff_id"]) & xpm_times["date"].eq(day)]
    alike = there.index.isin(str(entry["looks_like"]).split(","))
    ours = there.index.isin(standings["xpm_time_id"])
    origin = np.select([alike, ours], ["looks like this entry", "pushed from here"], "typed by hand")
    return here, there.assign(alike=alike, origin=origin, hours=_write_hours(there["minutes"]))


def offer_sayings(rows: pd.DataFrame) -> tuple[str, ...]:
    """What may be said of all these entries at once, in the words of `Workspace.time.choose`; empty when nothing may.

    Nothing is said of a row whose source has to be corrected, nor of time that XPM has or may have: sending that
    again could double it. The same work is said of one entry only, and only where one timesheet has its minutes.
    """
    kinds = rows[["standing", "reason"]].drop_duplicates()
    offers = [_sayings_of(str(one.standing), str(one.reason)) for one in kinds.itertuples()]
    if rows.empty or rows["problem"].ne("").any():
        return ()
    shared = [saying for saying in offers[0] if all(saying in offer for offer in offers)]
    return tuple(saying for saying in shared if saying != "same_work" or len(rows) == 1)


def _sayings_of(standing: str, reason: str) -> tuple[str, ...]:
    if reason and Reason(reason) in SAYINGS:
        return SAYINGS[Reason(reason)]
    return ("exclude",) if standing in _MAY_LEAVE_OUT else ()


@dataclass(frozen=True)
class EntryList:
    """Entries of some standings for a page: `shown` are the oldest of them, the sums are of all.

    `reasons`: as `sum_reasons`, of these standings whatever the reason asked for. `pages`: minutes by the page that
    fixes them, most first, those that are fixed where they are shown left out.
    """

    shown: pd.DataFrame
    reasons: pd.DataFrame
    pages: dict[str, int]
    entries: int
    minutes: int


def list_entries(rows: pd.DataFrame, standings: Collection[str], reason: str, most: int) -> EntryList:
    """The entries of these standings, and of one reason when it is given; `rows` as from `name_entries`."""
    there = rows[rows["standing"].isin(list(standings))]
    reasons = sum_reasons(there[there["reason"].ne("")])
    if reason:
        there = there[there["reason"].eq(reason)]
    pages = there.groupby("fix_page")["minutes"].sum().sort_values(ascending=False)
    elsewhere = {str(page): int(minutes) for page, minutes in pages.items() if page not in ("", "time")}
    shown = there.nsmallest(most, "date", keep="first") if len(there) > most else there
    shown = shown.sort_values(["date", "staff"], kind="stable")
    return EntryList(shown, reasons, elsewhere, len(there), int(there["minutes"].sum()))


def sum_reasons(rows: pd.DataFrame) -> pd.DataFrame:
    """Per reason: entries, minutes, hours (h:mm), the oldest date and the page that fixes it, most minutes first."""
    groups = rows.groupby("reason").agg(
        entries=("minutes", "size"), minutes=("minutes", "sum"), oldest=("date", "min"), page=("fix_page", "first")
    )
    groups["hours"] = _write_hours(groups["minutes"])
    return groups.sort_values("minutes", ascending=False)
