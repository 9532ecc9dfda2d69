"""What pages and workbooks show of a practice's time: entries by name, unsynced time, and how a choice narrows it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from core.model import PersonNeeded, Reason, RunKind, RunState, Standing, TieoutError
from core.push.plan import Plan
from core.push.rules import PARTS, Choice
from core.reports import TieOut, age_unsynced, count_by, list_unsynced, show_hours
from core.reports.entries import SHOWN, Names, compare_day, label_records, label_tasks, mark_shown, name_entries
from core.reports.periods import list_periods
from core.store import Run

if TYPE_CHECKING:
    from core.workspace import Workspace

#: Standings that a choice decides about: what is in XPM or excluded stays so whatever is chosen.
_OPEN = (Standing.READY, Standing.WAITING)
PLAN_COLUMNS = ["date", "staff", "client", "process", "task", "job", "minutes", "hours", "note"]
#: The longest period that is reported at once: a leap year.
LONGEST_DAYS = 366
__all__ = ["UNDER_WAY", "ListMovedOn", "PeriodWrong", "Plan", "Reporting", "Run", "check_period"]

_NAMED = ("staff", "clients", "processes")
#: States of a run that is not over.
UNDER_WAY = (RunState.QUEUED, RunState.RUNNING, RunState.PAUSED)
#: The parts of a choice whose options are counted, and the column of the open entries that holds the option.
OPTIONS = {
    "staff": "staff_id",
    "clients": "client_id",
    "client_groups": "client_group",
    "processes": "process_id",
    "billable": "billable",
    "task_statuses": "task_status",
    "committed": "committed",
    "approved": "approved",
    "has_note": "has_note",
}


class ListMovedOn(PersonNeeded):
    """Entries changed between being shown and being answered."""

    def __init__(self, entries: int) -> None:
        super().__init__(f"This list has changed since it was shown ({entries} chosen). Nothing was done; look again.")


class PeriodWrong(TieoutError):
    """Two dates that are no period."""

    def __init__(self, start: date, end: date, why: str) -> None:
        super().__init__(f"{start} to {end} is no period to work with: {why}. Nothing was done.")


def check_period(start: date | None, end: date | None) -> None:
    """Raise PeriodWrong when the end lies before the start, or when it is longer than a year."""
    if start is None or end is None:
        return
    if end < start:
        raise PeriodWrong(start, end, "the end is before the start; swap them")
    if (end - start).days > LONGEST_DAYS:
        raise PeriodWrong(start, end, "it is longer than a year; take it year by year")


class Reporting:
    """The reports of one practice."""

    def __init__(self, workspace: Workspace) -> None:
        self._ws = workspace

    def names(self) -> Names:
        """What ids are called; names that several records carry are told apart, tasks only within their client."""
        staff, clients, processes = (label_records(self._ws.local(name)) for name in _NAMED)
        return Names(
            staff, clients, processes, label_tasks(self._ws.local("tasks")), label_records(self._ws.xpm("staff"))
        )

    def entries(self, choice: Choice | None = None) -> pd.DataFrame:
        """The standings under a choice with names, hours as text and the reason's sentence; index entry id.

        Of the choice's own dates when it has any, else of all.
        """
        chosen = choice or Choice()
        rows = self._ws.time.standings(chosen)
        start = pd.Timestamp(chosen.start or date.min)
        end = pd.Timestamp(chosen.end or date.max)
        return name_entries(rows[rows["date"].between(start, end)], self.names())

    def problems(self) -> pd.DataFrame:
        """Local rows of actual time that could not be read, as in LOCAL_FRAMES problems."""
        rows = self._ws.local("problems")
        return rows[rows["table"].eq("actual_times")]

    def unsynced(self) -> pd.DataFrame:
        """What is not in XPM, oldest first, as `entries` and with its age band in `age`."""
        rows = name_entries(list_unsynced(self._ws.time.standings()), self.names())
        reason = rows["reason"].where(rows["reason"].ne(""), rows["standing"])
        return rows.assign(age=age_unsynced(rows, self._ws.today), reason=reason)

    def unreadable(self) -> pd.DataFrame:
        """Rows of actual time that could not be read, in the columns of `unsynced`: date and minutes as far as read.

        `why` names file, line and what to do; who and for whom is not known.
        """
        rows = self.problems()
        places = rows["file"] + " line " + rows["line"].astype("str")
        known = rows["date"].notna()
        return pd.DataFrame(
            {
                **dict.fromkeys(("staff", "client", "process", "task", "note"), ""),
                "date": rows["date"],
                "minutes": rows["minutes"],
                "hours": [show_hours(int(value)) for value in rows["minutes"]],
                "standing": Standing.UNREADABLE.value,
                "reason": Reason.UNREADABLE.value,
                "age": age_unsynced(rows, self._ws.today).where(known, "date unknown"),
                "why": places + ": " + rows["sentence"],
            },
            index=rows.index,
        )

    def unsynced_sheets(self, rows: pd.DataFrame) -> dict[str, pd.DataFrame]:
        """Rows of `unsynced` as a workbook: the entries, their sums by every grouping, and what could not be read."""
        columns = [*SHOWN[:-1], "minutes", "standing", "reason", "age", "why"]
        by = {f"By {name}": count_by(rows, name) for name in ("reason", "age", "client", "staff", "process")}
        return {"Unsynced time": rows[columns], **by, "Unreadable rows": self.problems()}

    def periods(self) -> dict[str, tuple[date, date]]:
        """The periods a practice reports, by name: months, quarters and its financial year."""
        return list_periods(self._ws.today, self._ws.practice.settings.year_end_month)

    def task_statuses(self) -> list[str]:
        """The local words for the state of a task, those that occur."""
        return sorted(set(self._ws.local("tasks")["status"]) - {""})

    def let_through(self, choice: Choice) -> pd.DataFrame:
        """How many open entries each part of a choice lets through by itself, and all parts together.

        Index: the keys of PARTS, `all`, and `open` for what there is to choose from. Columns entries, minutes. Drafts
        are not open: they are never pushed.
        """
        rows = self._open_entries(_OPEN)
        parts = {"open": Choice(), "all": choice} | {part: choice.only(part) for part in PARTS}
        counts = {name: _count_let(rows, part, self._ws.today) for name, part in parts.items()}
        return pd.DataFrame.from_dict(counts, orient="index", columns=["entries", "minutes"])

    def count_options(self, choice: Choice) -> pd.DataFrame:
        """How many open entries each option of a choice would let through, given all its other parts.

        Index part (the keys of OPTIONS) and option (a local id, a name, a word, or true and false); columns entries and
        minutes, most minutes first within a part. Options that let nothing through are left out. Drafts count where it
        is asked whether an entry is committed, and only there.
        """
        drafts = self._open_entries((*_OPEN, Standing.DRAFT))
        rows = drafts[drafts["committed"]]
        counts = {}
        for part, column in OPTIONS.items():
            asked = drafts if part == "committed" else rows
            others = choice.without(part).leaves_out(asked, self._ws.today)
            counts[part] = _count_options(asked[others.eq("").to_numpy(dtype=bool)], column)
        return pd.concat(counts, names=["part", "option"])

    def _open_entries(self, standings: tuple[Standing, ...]) -> pd.DataFrame:
        rows = self._ws.time.standings()
        rows = self._ws.choices.complete(rows[rows["standing"].isin(standings)])
        return rows.assign(committed=rows["standing"].ne(Standing.DRAFT), has_note=rows["note"].str.strip().ne(""))

    def equation(self, choice: Choice) -> TieOut:
        """The tie-out under a choice: what it leaves out counts as filtered.

        Of the choice's own dates, else of all local time. Raises DoesNotTie.
        """
        start, end = self._ws.time.period(choice.start, choice.end)
        return self._ws.tying.tie(start, end, choice).require()

    def day(self, entry_id: str, choice: Choice | None = None) -> tuple[pd.DataFrame, pd.DataFrame]:
        """That entry's person and date on both sides, for a comparison by eye; see `compare_day`."""
        rows = self.entries(choice)
        day = rows.loc[entry_id, "date"].date()
        jobs = self._ws.xpm("jobs")[["name", "client_name"]].rename(columns={"name": "job_name"})
        sheets = self._ws.xpm("times", start=day, end=day).join(jobs, on="job")
        return compare_day(rows.loc[entry_id], rows, sheets.fillna({"job_name": "", "client_name": ""}))

    def require_unchanged(self, entry_ids: list[str], shown: str, choice: Choice | None = None) -> None:
        """Go on only when these entries are as they were shown; `shown` is `mark_shown` of them. Else ListMovedOn."""
        rows = self._ws.time.standings(choice)
        known = [entry_id for entry_id in entry_ids if entry_id in rows.index]
        if not known or mark_shown(rows.loc[known]) != shown:
            raise ListMovedOn(len(entry_ids))

    def plan_sheets(self, plan: Plan) -> dict[str, pd.DataFrame]:
        """A plan as a workbook: what would be sent, what waits and why, and the sums."""
        names = self.names()
        sums = pd.DataFrame({"value": {name: str(value) for name, value in plan.to_json().items()}})
        sent = name_entries(plan.rows, names)[PLAN_COLUMNS]
        held = name_entries(plan.held, names)[[*SHOWN, "minutes"]]
        return {"To create": sent, "Waiting": held, "Sums": sums.rename_axis("plan")}

    def under_way(self, kind: RunKind) -> list[Run]:
        """The runs of a kind that are not over, the newest first; a practice has few of them at any time."""
        return [run for run in self.runs(kind, limit=20) if run.state in UNDER_WAY]

    def runs(self, kind: RunKind, limit: int = 10) -> list[Run]:
        """The newest runs of a kind."""
        runs = self._ws.store.runs
        return [runs.get(str(run_id)) for run_id in runs.list(self._ws.practice_id, kind, limit).index]


def _count_options(rows: pd.DataFrame, column: str) -> pd.DataFrame:
    groups = rows.groupby(rows[column].astype("object"))["minutes"]
    return groups.agg(entries="size", minutes="sum").sort_values("minutes", ascending=False, kind="stable")


def _count_let(rows: pd.DataFrame, choice: Choice, today: date) -> tuple[int, int]:
    passed = rows.loc[choice.leaves_out(rows, today).eq("").to_numpy(dtype=bool), "minutes"]
    return len(passed), int(passed.sum())
