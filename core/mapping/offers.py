"""Which job tasks a local task is offered: those of its client's jobs made from the task type of its process.

A job task is read once, with what its label, its job's name and its job's dates say of its period.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from core.mapping.labels import Conventions, Reading, hide_client, read_label
from core.mapping.spans import Span
from core.matching.trade import Work, number_of, read_names
from core.model import Verdict

#: The years in which work is done.
_YEARS = range(1950, 2150)
#: XPM client and task type.
Place = tuple[str, str]


@dataclass(frozen=True)
class Candidate:
    """One job task of the client with the mapped task type.

    period: what its texts say. dates: from the job's start to its due date; None when it has neither.
    """

    id: str
    name: str
    job: str
    job_name: str
    is_open: bool
    is_completed: bool
    period: Reading
    dates: Span | None

    @property
    def label(self) -> str:
        """As people pick it: job number, job, task."""
        return f"{self.job} {self.job_name} · {self.name}"

    def read(self, conventions: Conventions) -> Work:
        """What its names say."""
        work = read_names(self.name, self.job_name, "", conventions.year_end_month)
        return replace(work, job_nos=work.job_nos | {number_of(self.job)})


def index_candidates(
    jobs: pd.DataFrame, job_tasks: pd.DataFrame, conventions: Conventions, closed_words: frozenset[str]
) -> dict[Place, list[Candidate]]:
    """Every job task by its XPM client and task type; jobs, job_tasks: XPM_FRAMES."""
    columns = ["client_id", "client_name", "name", "state", "start", "due"]
    held = jobs[columns].rename(columns={"name": "job_name"})
    joined = job_tasks[["job", "task_type_id", "name", "completed"]].join(held, on="job", how="inner")
    places: defaultdict[Place, list[Candidate]] = defaultdict(list)
    for row in joined.itertuples():
        dates = job_dates(row.start, row.due)
        texts = (hide_client(row.name, row.client_name), hide_client(row.job_name, row.client_name))
        candidate = Candidate(
            id=row.Index,
            name=row.name,
            job=row.job,
            job_name=row.job_name,
            is_open=closed_words.isdisjoint(row.state.casefold().split()),
            is_completed=bool(row.completed),
            period=read_label(texts, dates, conventions),
            dates=dates,
        )
        places[row.client_id, row.task_type_id].append(candidate)
    return dict(places)


def find_types(tasks: pd.DataFrame, types: Mapping[str, str], ruled: pd.DataFrame | None) -> dict[str, str]:
    """Task id -> the task type it is wanted as: its process's, or what a rule says instead; empty for none.

    types: process id -> task type. ruled: as for `propose_tasks`.
    """
    found = {task_id: types.get(process_id, "") for task_id, process_id in tasks["process_id"].items()}
    if ruled is not None:
        found |= ruled["xpm_id"].where(ruled["verdict"].eq(Verdict.LINKED), "").to_dict()
    return found


def list_whole(links: pd.DataFrame) -> dict[str, str]:
    """Local id -> XPM id of the links that hold; links: from resolve_links."""
    whole = links[links["verdict"].eq(Verdict.LINKED) & ~links["broken"].astype("bool")]
    return dict(whole["xpm_id"])


def as_date(value: pd.Timestamp) -> date | None:
    """The day; None when it is missing, or stands for "never" as 31 December 9999 does."""
    return None if pd.isna(value) or value.year not in _YEARS else value.date()


def job_dates(start: pd.Timestamp, due: pd.Timestamp) -> Span | None:
    """From start to due, or the one day there is; None without either."""
    first = as_date(start) or as_date(due)
    if first is None:
        return None
    return Span(first, max(as_date(due) or first, first))
