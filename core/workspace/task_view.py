"""One local task as people look at it: where its time goes in XPM and since when, or what is missing and the fix."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import pandas as pd

from core.mapping.accept import narrow_rows
from core.mapping.follow import Became
from core.mapping.gaps import Gap
from core.mapping.looks import About, Look, Wish, is_ended
from core.model import Kind, TieoutError
from core.reports.entries import name_entries

if TYPE_CHECKING:
    from core.workspace import Workspace

#: The words of a view that its page reads come with it.
__all__ = ["About", "Exclusion", "Fix", "NoSuchTask", "Step", "TaskLink", "TaskState", "TaskView", "Tasks", "Wish"]

#: Columns of `find`.
FOUND = ["name", "client", "process", "period", "state", "partner", "status", "minutes"]
_MOST = 100


class NoSuchTask(TieoutError):
    """An address names a task that the local side does not have."""

    def __init__(self, task_id: str) -> None:
        super().__init__(f"There is no task {task_id!r} on the local side. Search for it by its name or its client.")


class TaskState(StrEnum):
    """How a task stands to XPM."""

    LINKED = "linked"
    BROKEN = "broken"
    EXCLUDED = "excluded"
    OPEN = "open"


@dataclass(frozen=True)
class Fix:
    """What is missing, in one sentence, and the page where it is mended; `query` is what that page is to show."""

    words: str
    page: str
    label: str
    query: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Exclusion:
    """Why nothing of a task goes to XPM, by whom and when (UTC text; both empty for a rule), and where to change it."""

    words: str
    by: str
    at: str
    page: str
    query: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class TaskLink:
    """The XPM side of a linked task; addresses are empty while XPM has not told them. `since` is UTC text.

    `score` is a chance from 0 to 1, None for a link nobody proposed; `why` the explanation or the note.
    """

    client: str
    client_url: str
    job: str
    job_name: str
    job_url: str
    job_state: str
    name: str
    task_type: str
    completed: bool
    since: str
    by: str
    score: float | None
    why: str


@dataclass(frozen=True)
class Step:
    """How the work's state stands on both sides. `wish` is on its way to XPM; `unsent` minutes hold a completion back.

    `others_open`: other local tasks of the same job task are not completed yet.
    """

    here: bool
    there: bool
    closed: bool
    others_open: bool
    wish: Wish
    unsent: int

    @property
    def differs(self) -> bool:
        """Whether XPM could be made to say what the local side says."""
        return not self.closed and not self.others_open and self.here != self.there


@dataclass(frozen=True)
class TaskView:
    """Everything about one task but its entries and its history. `mark` goes back with an answer."""

    id: str
    name: str
    client: str
    process: str
    assignee: str
    period: str
    start: pd.Timestamp
    due: pd.Timestamp
    status: str
    state: TaskState
    link: TaskLink | None
    fix: Fix | None
    excluded: Exclusion | None
    step: Step | None
    conflict: str
    about: About
    mark: str


class Tasks:
    """The tasks of one practice, one at a time."""

    def __init__(self, workspace: Workspace) -> None:
        self._ws = workspace

    def find(self, words: str = "", most: int = _MOST) -> pd.DataFrame:
        """Tasks that hold every word in their name, client, process, period or XPM partner; index task id, FOUND.

        Those with most unsynced time first; at most `most` rows. No rows while the local side has no tasks.
        """
        rows = narrow_rows(self._ws.review.rows(Kind.TASK), "", words).head(most)
        tasks = self._ws.review.local(Kind.TASK).reindex(rows.index)
        found = tasks[["name", "period", "status"]].assign(client=tasks["client_name"], process=tasks["process_name"])
        linked = rows["state"].isin(("linked", "broken"))
        found["state"], found["partner"] = rows["state"], rows["xpm_name"].where(linked, "")
        return found.assign(minutes=rows["minutes_at_stake"])[FOUND]

    def view(self, task_id: str) -> TaskView:
        """One task. Raises NoSuchTask."""
        ws = self._ws
        tasks, rows = ws.review.local(Kind.TASK), ws.review.rows(Kind.TASK)
        if task_id not in rows.index:
            raise NoSuchTask(task_id)
        # As objects: a row of a frame would turn its one date type into all others.
        task, row = tasks.loc[task_id].astype("object"), rows.loc[task_id]
        look = ws.following.sight(task_id)
        state = _name_state(str(row["state"]))
        link = self._describe_link(task_id, row) if state is TaskState.LINKED else None
        return TaskView(
            id=task_id,
            **{name: task[name] for name in ("name", "period", "start", "due", "status")},
            client=task["client_name"],
            process=task["process_name"],
            assignee=str(ws.local("staff")["name"].get(task["assignee_id"], "")),
            state=state,
            link=link,
            fix=self._find_fix(row, state),
            excluded=self._explain_exclusion(task, row) if state is TaskState.EXCLUDED else None,
            step=self._find_step(task, link, look, str(row["link_xpm_id"])),
            conflict=look.conflict if look else "",
            about=look.about if look else About.NOTHING,
            mark=ws.following.mark(task_id),
        )

    def entries(self, task_id: str) -> pd.DataFrame:
        """The task's actual times with their standings and sentences, newest first; as `Reporting.entries`."""
        rows = self._ws.time.standings()
        mine = rows[rows["task_id"].eq(task_id)].sort_values("date", ascending=False, kind="stable")
        return name_entries(mine, self._ws.reports.names())

    def history(self, task_id: str) -> pd.DataFrame:
        """Everything that happened to the task's link, newest first; as `Logbook.entries`."""
        return self._ws.log.entries(limit=500, subject_kind=str(Kind.TASK), subject_id=task_id)

    # -- its link -----------------------------------------------------------------------------------------------------

    def _describe_link(self, task_id: str, row: pd.Series) -> TaskLink | None:
        ws, xpm_id = self._ws, str(row["link_xpm_id"])
        held = ws.review.xpm(Kind.TASK)
        if xpm_id not in held.index:
            return None
        found = held.loc[xpm_id]
        decision = ws.review.decisions(Kind.TASK).loc[task_id]
        return TaskLink(
            client=found["client_name"],
            client_url=ws.weblinks.client(found["client_id"]) if found["client_id"] else "",
            job=found["job"],
            job_name=found["job_name"],
            job_url=ws.weblinks.job(found["job"]) if found["job"] else "",
            job_state=found["state"],
            name=found["name"],
            task_type=found["type_name"],
            completed=bool(found["completed"]),
            since=decision["at"],
            by=decision["by"],
            score=None if pd.isna(decision["score"]) else float(decision["score"]),
            why=decision["why"],
        )

    def _find_step(self, task: pd.Series, link: TaskLink | None, look: Look | None, xpm_id: str) -> Step | None:
        if link is None or look is None or look.xpm is None or look.xpm_id != xpm_id:
            return None
        here = is_ended(task["status"])
        unsent = self._ws.following.unsent_minutes().get(xpm_id, 0) if look.wish is Wish.COMPLETE else 0
        return Step(here, link.completed, look.xpm.closed, here != look.ended, look.wish, unsent)

    # -- what is missing ----------------------------------------------------------------------------------------------

    def _find_fix(self, row: pd.Series, state: TaskState) -> Fix | None:
        """What is in the way of its time; None when nothing is."""
        if state is TaskState.BROKEN:
            return Fix(self._explain_break(row), "work", "Choose another one on Work", (("show", "Tasks"),))
        if state is not TaskState.OPEN:
            return None
        if row["state"] == "proposed":
            words = f"“{row['xpm_name']}” is proposed. Nobody has accepted it yet."
            return Fix(words, "work", "Decide on Work", (("show", "Tasks"),))
        gap = self._ws.gaps.table([str(row.name)]).iloc[0]
        kind, page = gap["gap"], gap["page"] or "work"
        query = (("show", "Processes" if kind in _OF_PROCESS else "Tasks"),) if page == "work" else ()
        words = str(gap["sentence"]) or "It was not matched since something changed. Match again on Work."
        return Fix(words, page, _LABELS.get(page, "Choose its job task on Work"), query)

    def _explain_break(self, row: pd.Series) -> str:
        """What became of the job task, as it was noted when it was missed first; and what is proposed in its place."""
        told = self._ws.store.events.list(
            self._ws.practice_id, limit=1, subject_kind=str(Kind.TASK), subject_id=str(row.name), verb=str(Became.BROKE)
        )
        since = told[told["at"].ge(row["decided_at"])]
        why = str(since["why"].iloc[0]) if len(since) else f"{row['why']}."
        proposed = self._ws.review.labels(Kind.TASK).get(row["proposed_xpm_id"], "")
        return f"{why} Proposed in its place: “{proposed}”." if proposed else why

    def _explain_exclusion(self, task: pd.Series, row: pd.Series) -> Exclusion:
        """By whom it was excluded: with a decision of its own, or with its client or process, or by a rule of that."""
        if row["decided_by"]:
            own = self._ws.review.decisions(Kind.TASK).loc[str(row.name)]
            return Exclusion(str(own["why"]), str(own["by"]), str(own["at"]), "work", (("show", "Tasks"),))
        gap = self._ws.gaps.table([str(row.name)]).iloc[0]
        kind, page, shown = _PARENTS.get(gap["gap"], _PARENTS[Gap.PROCESS_EXCLUDED])
        decided = self._ws.review.decisions(kind)
        parent = str(task["client_id"] if kind is Kind.CLIENT else task["process_id"])
        told, query = str(gap["sentence"]) or str(row["explanation"]), (("show", shown),) if shown else ()
        if gap["gap"] == Gap.RULE_EXCLUDED or parent not in decided.index:
            return Exclusion(told, "", "", page, query)
        return Exclusion(told, str(decided.at[parent, "by"]), str(decided.at[parent, "at"]), page, query)


#: The kind whose decision excludes, the page where that is changed, and what that page is to show.
_PARENTS = {
    Gap.CLIENT_EXCLUDED: (Kind.CLIENT, "clients", ""),
    Gap.PROCESS_EXCLUDED: (Kind.PROCESS, "work", "Processes"),
    Gap.RULE_EXCLUDED: (Kind.PROCESS, "work", "Rules"),
}


def _name_state(state: str) -> TaskState:
    return TaskState(state) if state in ("linked", "broken", "excluded") else TaskState.OPEN


_OF_PROCESS = (Gap.PROCESS_OPEN, Gap.PROCESS_EXCLUDED, Gap.PROCESS_BROKEN, Gap.RULE_EXCLUDED)
_LABELS = {"clients": "Link its client on Clients", "jobs": "Create the job on Jobs"}
