"""Which job task a local task is: the client's jobs, the process's task type, and the period both are about.

Nothing here is fuzzy. A local task whose client is linked and whose process is mapped has the client's job tasks of
that task type as candidates; the period chooses among them, then what their names say of stage and kind of work; two
that still fit equally are a tie for a person.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from core.mapping.labels import Conventions, Span, name_span
from core.mapping.naming import find_contradiction, tell_apart
from core.mapping.propose import PROPOSAL_COLUMNS, Pairs
from core.matching.trade import Work, number_of, read_names
from core.model import Band, Verdict


@dataclass(frozen=True)
class Fit:
    """How well a candidate's period fits, as a probability learned from no data: stated by the rule itself."""

    score: float
    band: Band
    words: str


SAME = Fit(0.995, Band.CERTAIN, "client, task type and period agree")
ONGOING = Fit(0.991, Band.CERTAIN, "client and task type agree; the only such job has no period")
WIDER = Fit(0.93, Band.LIKELY, "client and task type agree; the job covers a longer period")
YEAR = Fit(0.9, Band.LIKELY, "client and task type agree; both name the same year, one ending in another month")
UNKNOWN = Fit(0.85, Band.LIKELY, "client and task type agree; the periods cannot be compared")
AGAINST = Fit(0.6, Band.POSSIBLE, "the names contradict")
_ORDER = (SAME, ONGOING, WIDER, YEAR, UNKNOWN)


@dataclass(frozen=True)
class Candidate:
    """One job task of the client with the mapped task type."""

    id: str
    label: str
    job: str
    is_open: bool
    span: Span | None
    names: tuple[str, str]

    def read(self, conventions: Conventions) -> Work:
        """What its names say."""
        work = read_names(self.names[0], self.names[1], "", conventions.year_end_month)
        return replace(work, job_nos=work.job_nos | {number_of(self.job)})


def propose_tasks(
    tasks: pd.DataFrame,
    client_links: pd.DataFrame,
    process_links: pd.DataFrame,
    jobs: pd.DataFrame,
    job_tasks: pd.DataFrame,
    conventions: Conventions,
    closed_words: frozenset[str],
    rejected: Pairs,
    ruled: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Job tasks for local tasks; columns PROPOSAL_COLUMNS, at most five rows per task, best first.

    tasks: LOCAL_FRAMES tasks. *_links: from resolve_links. jobs, job_tasks: XPM_FRAMES, all known jobs.
    closed_words: words of a job state that takes no time; such a job is offered only when nothing open fits.
    ruled: index task id, columns verdict and xpm_id, of tasks for which a process rule decides in place of the link.
    Tasks whose client or process has no whole link have no row.
    """
    client_of = _whole_links(client_links)
    type_of = _whole_links(process_links)
    types = {task_id: type_of.get(process_id, "") for task_id, process_id in tasks["process_id"].items()}
    if ruled is not None:
        types |= ruled["xpm_id"].where(ruled["verdict"].eq(Verdict.LINKED), "").to_dict()
    by_place = _index_candidates(jobs, job_tasks, conventions, closed_words)
    rows: list[dict[str, object]] = []
    for task in tasks.itertuples():
        place = (client_of.get(task.client_id, ""), types[task.Index])
        offered = [c for c in by_place.get(place, []) if (task.Index, c.id) not in rejected]
        if offered:
            rows += _propose_one(task, offered, conventions)
    return pd.DataFrame(rows, columns=PROPOSAL_COLUMNS)


def _whole_links(links: pd.DataFrame) -> dict[str, str]:
    whole = links[links["verdict"].eq(Verdict.LINKED) & ~links["broken"].astype("bool")]
    return dict(whole["xpm_id"])


def _index_candidates(
    jobs: pd.DataFrame, job_tasks: pd.DataFrame, conventions: Conventions, closed_words: frozenset[str]
) -> dict[tuple[str, str], list[Candidate]]:
    held = jobs[["client_id", "name", "state", "start", "due"]].rename(columns={"name": "name_job"})
    joined = job_tasks.join(held, on="job", how="inner")
    places: dict[tuple[str, str], list[Candidate]] = {}
    for row in joined.itertuples():
        near = _as_span(row.start, row.due)
        candidate = Candidate(
            id=row.Index,
            label=f"{row.job} {row.name_job} · {row.name}",
            job=row.job,
            is_open=closed_words.isdisjoint(row.state.casefold().split()),
            span=name_span((row.name, row.name_job), near, conventions),
            names=(row.name, row.name_job),
        )
        places.setdefault((row.client_id, row.task_type_id), []).append(candidate)
    return places


def _as_date(value: pd.Timestamp) -> date | None:
    return None if pd.isna(value) else value.date()


def _as_span(start: pd.Timestamp, due: pd.Timestamp) -> Span | None:
    first = _as_date(start) or _as_date(due)
    if first is None:
        return None
    return Span(first, max(_as_date(due) or first, first))


#: A task that runs longer is about no single month or quarter, so its start date chooses none.
LONGEST_TASK_DAYS = 184


@dataclass(frozen=True)
class TaskSpan:
    """The period a local task is about, and the day that chooses among month labels when it names none.

    `day` is None for tasks without dates, and for those that run too long for their start to mean anything.
    """

    named: Span | None
    day: date | None


def _task_span(task: object, conventions: Conventions) -> TaskSpan:
    start, due = _as_date(task.start), _as_date(task.due)  # type: ignore[attr-defined]  # a row of itertuples
    day = start or due
    if start and due and (due - start).days > LONGEST_TASK_DAYS:
        day = None
    texts = (task.period, task.name)  # type: ignore[attr-defined]  # a row of itertuples
    return TaskSpan(name_span(texts, Span(day, day) if day else None, conventions), day)


def rate_fit(task: TaskSpan, span: Span | None, alone: bool) -> Fit | None:
    """How a candidate about `span` fits the task; None when the periods contradict.

    alone: the client has no other job task of this type, so that a job without a period can only be this one.
    """
    if span is None:
        return ONGOING if alone else UNKNOWN
    if task.named is not None:
        if span == task.named:
            return SAME
        return WIDER if span.contains(task.named) else YEAR if _are_same_year(span, task.named) else None
    if task.day is None:
        return UNKNOWN
    if span.start <= task.day <= span.end:
        return SAME if (span.end - span.start).days < 100 else WIDER
    return None


def _are_same_year(one: Span, other: Span) -> bool:
    """Whether both are years named for the same one: a return for the year to March 2025 in a job of FY2025."""
    return one.end.year == other.end.year and min((s.end - s.start).days for s in (one, other)) > 360


def _propose_one(task: object, offered: list[Candidate], conventions: Conventions) -> list[dict[str, object]]:
    local_id: str = task.Index  # type: ignore[attr-defined]  # a row of itertuples
    span, alone = _task_span(task, conventions), len(offered) == 1
    rated = [(fit, c) for c in offered if (fit := rate_fit(span, c.span, alone)) is not None]
    rated = _prefer_open(rated)
    if not rated:
        return []
    rated.sort(key=lambda pair: (_ORDER.index(pair[0]), pair[1].label))
    work = read_names(task.name, "", task.period, conventions.year_end_month)  # type: ignore[attr-defined]  # as above
    rated, tied = _settle_best(work, rated, conventions)
    return [_write_row(local_id, rank, fit, c, rank <= tied) for rank, (fit, c) in enumerate(rated[:5], 1)]


def _settle_best(
    work: Work, rated: list[tuple[Fit, Candidate]], conventions: Conventions
) -> tuple[list[tuple[Fit, Candidate]], int]:
    """The candidates with the one first that the names mean, and how many are tied at the front: 0 when none is."""
    best = [pair for pair in rated if pair[0] is rated[0][0]]
    told = tell_apart(work, [candidate.read(conventions) for _, candidate in best])
    front = [best[place] for place in told.places]
    rest = [pair for pair in rated if pair not in front]
    if len(front) > 1:
        return front + rest, len(front)
    fit, candidate = front[0]
    against = find_contradiction(work, candidate.read(conventions))
    if against:
        fit = Fit(AGAINST.score, AGAINST.band, f"{fit.words}; {against}")
    elif told.why:
        sure = fit if told.surely else min(fit, WIDER, key=lambda either: either.score)
        fit = Fit(sure.score, sure.band, f"{fit.words}; {told.why}")
    return [(fit, candidate), *rest], 0


def _prefer_open(rated: Iterable[tuple[Fit, Candidate]]) -> list[tuple[Fit, Candidate]]:
    pairs = list(rated)
    still_open = [pair for pair in pairs if pair[1].is_open]
    return still_open or pairs


def _write_row(local_id: str, rank: int, fit: Fit, candidate: Candidate, tied: bool) -> dict[str, object]:
    words = "two job tasks fit equally well: choose one" if tied else fit.words
    if not candidate.is_open:
        words += "; the job is closed"
    period = f"{candidate.span.start:%d %b %Y} to {candidate.span.end:%d %b %Y}" if candidate.span else "no period"
    return {
        "local_id": local_id,
        "rank": rank,
        "xpm_id": candidate.id,
        "score": 0.5 if tied and rank <= 2 else fit.score if rank == 1 else min(fit.score, 0.4),
        "band": Band.TIE if tied else fit.band if rank == 1 else Band.POSSIBLE,
        "explanation": words,
        "parts": [{"part": "period", "left": "", "right": period, "verdict": fit.words, "weight": 0.0}],
    }
