"""The tie-out of a period: both sides summed from what was read, and everything behind the sums by name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pandas as pd

from core.model import utc_text
from core.push.marker import find_markers
from core.push.rules import Choice
from core.reports.bridge import LINE_TITLES
from core.reports.entries import Names, label_records, name_entries
from core.reports.html import Paper
from core.reports.paper import make_paper, name_column
from core.reports.tieout import COLUMN_OF, TieOut, show_hours, tie_out
from core.workspace.kept import FRAMES

if TYPE_CHECKING:
    from core.workspace import Workspace

#: A push or a verification that goes on while both sides are summed makes them differ for a moment.
_TRIES = 3
_LONGEST_READING = timedelta(minutes=10)

#: Columns of the sheets, by what they are called there.
_ENTRY_SHEET = {
    "date": "Work date",
    "staff": "Staff",
    "client": "Client",
    "process": "Process",
    "task": "Task",
    "minutes": "Minutes",
    "hours": "Time",
    "held": "Minutes in XPM",
    "note": "Note",
    "place": "Counts as",
    "reason": "Reason",
    "why": "Why",
    "job_name": "XPM job",
}
_TIME_SHEET = {
    "date": "Work date",
    "staff_name": "Staff",
    "client_name": "Client",
    "job_name": "Job",
    "job": "Job number",
    "task": "Task",
    "minutes": "Minutes",
    "hours": "Time",
    "note": "Note",
    "invoiced": "Invoiced",
    "whose": "Whose",
}
_ROW_SHEET = {
    "file": "File",
    "line": "Line",
    "column": "Column",
    "value": "As found",
    "sentence": "What is wrong",
    "minutes": "Minutes",
    "date": "Work date",
}
#: Lines of the bridge in which an entry has a share of a timesheet that XPM holds.
_HELD_LINES = ("pushed", "linked", "rounding", "edited", "withdrawn")


class Tying:
    """The tie-outs of one practice."""

    def __init__(self, workspace: Workspace) -> None:
        self._ws = workspace

    def tie(self, start: date, end: date, choice: Choice | None = None) -> TieOut:
        """The tie-out of a period, both ends included, also one that does not close; see `TieOut.require`.

        Under a choice, what it leaves out counts as filtered.
        """
        store, practice_id = self._ws.store, self._ws.practice_id
        for _ in range(_TRIES):
            version = store.versions.read_time(practice_id)
            tie = self._sum(start, end, choice)
            if tie.closes or version == store.versions.read_time(practice_id):
                break
        return tie

    def _sum(self, start: date, end: date, choice: Choice | None) -> TieOut:
        ws = self._ws
        # Whether both sides are whole is asked first: a reading that breaks meanwhile must not count as whole.
        whole, read_at = ws.sides.is_complete(), self._read_at()
        standings = ws.time.standings(choice)
        claims, xpm = self._claims(start, end), ws.xpm("times")
        return tie_out(
            ws.local("actual_times"),
            ws.local("problems"),
            standings,
            claims,
            xpm,
            start,
            end,
            is_complete=whole,
            copies=_find_marked(xpm, start, end),
            read_at=read_at,
        )

    def _claims(self, start: date, end: date) -> pd.DataFrame:
        store, practice_id = self._ws.store, self._ws.practice_id
        version = (store.versions.read_ledger(practice_id), store.versions.read_side(practice_id, "xpm"))
        whose = (store.engine.url, practice_id, "claims", start, end)
        return FRAMES.fetch(whose, version, lambda: store.claims.read(practice_id, start, end))

    def _read_at(self) -> dict[str, str]:
        """Month (2026-11) -> the moment up to which XPM's time of it is surely known, as UTC text.

        A part is stamped at the end of its reading, so what was written during the reading may be missing in it.
        """
        parts = self._ws.store.frames.parts(self._ws.practice_id, "xpm")["read_at"]
        months = {str(part).partition(":")[2]: str(at) for part, at in parts.items() if str(part).startswith("times:")}
        return {month: utc_text(datetime.fromisoformat(at) - _LONGEST_READING) for month, at in months.items() if at}

    # -- what is behind it --------------------------------------------------------------------------------------------

    def gaps(self, tie: TieOut) -> pd.DataFrame:
        """What fits nowhere, by name: date, staff, work, minutes and why; no rows when both sides meet."""
        gaps = tie.bridge.gaps
        entries = name_entries(self._ws.time.standings().reindex(gaps["entry_id"]).dropna(how="all"), self._names())
        sheets = self._ws.xpm("times").reindex(gaps["xpm_time_id"])
        own = entries[["date", "staff", "client", "work"]].reindex(gaps["entry_id"])
        staff = pd.Series(sheets["staff_name"].to_numpy(), index=gaps.index)
        rows = pd.DataFrame({name: own[name].to_numpy() for name in own}, index=gaps.index)
        rows["date"] = rows["date"].fillna(pd.Series(sheets["date"].to_numpy(), index=gaps.index))
        rows["staff"] = rows["staff"].fillna(staff).fillna("")
        rows = rows.assign(minutes=gaps["minutes"], hours=gaps["minutes"].map(show_hours), why=gaps["why"])
        return rows.fillna({"client": "", "work": ""}).reset_index(drop=True)

    def sheets(self, tie: TieOut) -> dict[str, pd.DataFrame]:
        """A tie-out as a workbook: both equations, their items, and every entry and timesheet behind them by name."""
        signed, verified = self._ws.signing.sheet(tie.start, tie.end), self._ws.verifying.sheet(tie.start, tie.end)
        gaps = {"Not explained": self.gaps(tie)} if len(tie.bridge.gaps) else {}
        return {
            "Tie-out": statement(tie),
            **gaps,
            "Entries": self._entry_sheet(tie),
            "Timesheets in XPM": self._time_sheet(tie),
            "Verification": verified,
            "Signatures": signed,
            "Unreadable rows": self._row_sheet(tie),
        }

    def paper(self, tie: TieOut, sheets: Mapping[str, pd.DataFrame] | None = None) -> Paper:
        """A tie-out as a document to print and keep; `sheets` when the workbook's are made already."""
        ws = self._ws
        now = ws.clock.now().astimezone(ZoneInfo(ws.practice.zone))
        read = ws.overview.sides()["read_at"]
        told = [f"Made by {ws.actor} on {now:%d %b %Y, %H:%M} ({ws.practice.zone})."]
        told += [f"{name} read last at {at[:16].replace('T', ' ')} UTC." for name, at in _name_sides(read) if at]
        return make_paper(ws.practice.name, tie, sheets or self.sheets(tie), told)

    def _entry_sheet(self, tie: TieOut) -> pd.DataFrame:
        rows = name_entries(self._ws.time.entries(tie.start, tie.end), self._names())
        parts = tie.bridge.parts
        held = parts[parts["line"].isin(_HELD_LINES)].groupby("entry_id")["minutes"].sum()
        columns = {str(standing): name_column(column) for standing, column in COLUMN_OF.items()}
        rows["held"] = held.reindex(rows.index).fillna(0).astype("int64")
        rows["place"] = rows["standing"].map(columns)
        rows["job_name"] = rows["job"].map(self._ws.xpm("jobs")["name"]).fillna("")
        rows = rows.sort_values(["date", "staff"], kind="stable")
        return _call(rows, _ENTRY_SHEET)

    def _time_sheet(self, tie: TieOut) -> pd.DataFrame:
        ws = self._ws
        times = ws.xpm("times", start=tie.start, end=tie.end)
        jobs = ws.xpm("jobs")[["name", "client_name"]].rename(columns={"name": "job_name"})
        rows = times.join(jobs, on="job").fillna({"job_name": "", "client_name": ""})
        names = rows["staff_id"].map(label_records(ws.xpm("staff")))
        rows["staff_name"] = rows["staff_name"].where(rows["staff_name"].ne(""), names.fillna(""))
        rows["task"] = rows["task_id"].map(ws.xpm("job_tasks")["name"]).fillna("")
        rows["hours"] = rows["minutes"].map(show_hours)
        rows["invoiced"] = rows["invoiced"].map({True: "yes", False: "no"})
        rows["whose"] = _tell_whose(tie).reindex(rows.index).fillna("")
        return _call(rows.sort_values(["date", "staff_name"], kind="stable"), _TIME_SHEET)

    def _row_sheet(self, tie: TieOut) -> pd.DataFrame:
        rows = self._ws.reports.problems()
        inside = rows["date"].between(pd.Timestamp(tie.start), pd.Timestamp(tie.end)) | rows["date"].isna()
        return _call(rows[inside], _ROW_SHEET)

    def _names(self) -> Names:
        return self._ws.reports.names()


def statement(tie: TieOut) -> pd.DataFrame:
    """Both equations as one table, for CSV and the first sheet: side, line, reason, entries, minutes and time.

    A line `total` closes each side; the remainder stands under it.
    """
    rows = [
        ("Recorded here", name_column(str(row.column)), row.reason or row.standing, row.entries, row.minutes)
        for row in tie.items.itertuples()
    ]
    rows += [("Recorded here", "total", "", int(tie.items["entries"].sum()), tie.minutes["local"])]
    rows += [("Recorded here", "remainder", "", 0, tie.minutes["remainder"])]
    minutes, counts = tie.bridge.minutes, tie.bridge.timesheets
    rows += [("In XPM", title, "", counts[line], minutes[line]) for line, title in LINE_TITLES.items() if counts[line]]
    rows += [("In XPM", "total", "", 0, tie.xpm["total"]), ("In XPM", "remainder", "", 0, minutes["remainder"])]
    frame = pd.DataFrame(rows, columns=["Side", "Line", "Reason", "Rows", "Minutes"])
    return frame.assign(Time=[show_hours(value) for value in frame["Minutes"]])


def _name_sides(read_at: pd.Series) -> list[tuple[str, str]]:
    return [("The local side was", str(read_at["local"])), ("XPM was", str(read_at["xpm"]))]


def _tell_whose(tie: TieOut) -> pd.Series:
    """What each timesheet of XPM counts as, in words, by its id."""
    parts = tie.bridge.parts
    told = parts[parts["xpm_time_id"].ne("") & parts["line"].ne("rounding")].drop_duplicates(["xpm_time_id", "line"])
    return told.assign(title=told["line"].map(LINE_TITLES)).groupby("xpm_time_id")["title"].agg(", ".join)


def _find_marked(times: pd.DataFrame, start: date, end: date) -> set[str]:
    """Ids of the period's timesheets whose note carries a marker of our shape."""
    rows = times.loc[times["date"].between(pd.Timestamp(start), pd.Timestamp(end)), "note"]
    rows = rows[rows.str.contains("[~\uff5e&]", regex=True)]
    return {str(uuid) for uuid, note in rows.items() if find_markers(note)}


def _call(rows: pd.DataFrame, titles: dict[str, str]) -> pd.DataFrame:
    """These columns under their titles, and no ids."""
    return rows[list(titles)].rename(columns=titles).reset_index(drop=True)
