"""Which job task a local task is: the client's jobs, the process's task type, and the period both are about.

Nothing here is fuzzy. A local task whose client is linked and whose process is mapped has the client's job tasks of
that task type as candidates; the period chooses among them, then what their names say of stage and kind of work; two
that still fit equally are a tie for a person.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pandas as pd

from core.mapping.labels import Conventions, hide_client
from core.mapping.naming import find_contradiction, tell_apart
from core.mapping.offers import Candidate, as_date, find_types, index_candidates, list_whole
from core.mapping.period_fit import AGAINST, ONGOING, RIVALS, UNKNOWN, Fit, TaskPeriod, rate_fit, read_period
from core.mapping.propose import PROPOSAL_COLUMNS, Pairs
from core.mapping.spans import Span
from core.matching.trade import Work, read_names
from core.model import Band

#: Local words for a task that is over.
DONE_WORDS = ("complet", "done", "closed", "finish", "filed", "lodged")
#: Around the dates of a job without a period, how long before and after them its work may start.
_BEFORE, _AFTER = 31, 92


@dataclass(frozen=True)
class Asked:
    """A local task as it looks for its job task."""

    id: str
    name: str
    period_text: str
    is_done: bool
    period: TaskPeriod

    def read(self, conventions: Conventions) -> Work:
        """What its names say."""
        return read_names(self.name, "", self.period_text, conventions.year_end_month)


Rated = tuple[Fit, Candidate]


@dataclass(frozen=True)
class Settled:
    """The candidates of one task, best first, and how many of the first are tied: 0 when one is meant."""

    pairs: tuple[Rated, ...] = ()
    tied: int = 0


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
    closed_words: words of a job state that takes no time; of two that fit equally, the job that is open is meant.
    ruled: index task id, columns verdict and xpm_id, of tasks for which a process rule decides in place of the link.
    Tasks whose client or process has no whole link have no row.
    """
    rows: list[dict[str, object]] = []
    places = index_candidates(jobs, job_tasks, conventions, closed_words)
    client_of, types = list_whole(client_links), find_types(tasks, list_whole(process_links), ruled)
    names = dict(zip(jobs["client_id"], jobs["client_name"], strict=True))
    for task in tasks.itertuples():
        client = client_of.get(task.client_id, "")
        offered = places.get((client, types[task.Index]), [])
        if offered:
            asked = read_task(task, names.get(client, ""), conventions)
            rows += _write_rows(asked, settle_task(asked, offered, rejected, conventions))
    return pd.DataFrame(rows, columns=PROPOSAL_COLUMNS)


def read_task(task: Any, client_name: str, conventions: Conventions) -> Asked:
    """task: a row of `itertuples` over LOCAL_FRAMES tasks. client_name: as XPM has it, so that no name is a month."""
    texts = (hide_client(task.period, client_name), hide_client(task.name, client_name))
    period = read_period(texts, as_date(task.start), as_date(task.due), conventions)
    is_done = any(word in task.status.casefold() for word in DONE_WORDS)
    return Asked(task.Index, task.name, task.period, is_done, period)


def rate_offered(asked: Asked, offered: list[Candidate], rejected: Pairs) -> list[Rated]:
    """The candidates whose period does not contradict, best first, then by name; closed jobs only where they fit better
    than every open one."""
    rated = []
    for candidate in offered:
        fit = rate_fit(asked.period, candidate.period)
        if fit is not None and fit.rank == UNKNOWN.rank and len(offered) == 1:
            fit = _rate_only(asked, candidate, fit)
        if fit is not None and (asked.id, candidate.id) not in rejected:
            rated.append((fit, candidate))
    best_open = min((fit.rank for fit, candidate in rated if candidate.is_open), default=UNKNOWN.rank + 9)
    kept = [(fit, candidate) for fit, candidate in rated if candidate.is_open or fit.rank < best_open]
    return sorted(kept, key=lambda pair: (pair[0].rank, pair[1].label))


def _rate_only(asked: Asked, candidate: Candidate, unknown: Fit) -> Fit:
    """The client's only job task of the type, which names no period: it takes all such work, unless facts forbid."""
    unread = candidate.period.unread or asked.period.named.unread
    if candidate.period.spans or not candidate.is_open:
        return unknown
    if unread:
        return unknown.demote(f"'{unread}' may be a period")
    day = asked.period.day
    if day and candidate.dates and not _is_around(candidate.dates, day):
        return unknown.demote(f"the dates of the only such job, {candidate.dates.words}, do not cover the task")
    return ONGOING


def _is_around(dates: Span, day: date) -> bool:
    is_open_ended = dates.start == dates.end
    return (dates.start - day).days <= _BEFORE and (is_open_ended or (day - dates.end).days <= _AFTER)


def settle_task(asked: Asked, offered: list[Candidate], rejected: Pairs, conventions: Conventions) -> Settled:
    """What the task is proposed of the candidates offered."""
    rated = rate_offered(asked, offered, rejected)
    if not rated:
        return Settled()
    front = [pair for pair in rated if pair[0].rank == rated[0][0].rank]
    first, tied = _settle_front(asked, front, conventions)
    others = [pair for pair in rated if pair not in front]
    if not tied:
        first = [(_doubt_rivals(first[0], others), first[0][1]), *first[1:]]
    return Settled((*first, *others), tied)


def _settle_front(asked: Asked, front: list[Rated], conventions: Conventions) -> tuple[list[Rated], int]:
    """Those that fit equally, the one first that the names mean, and how many are tied: 0 when one is."""
    work = asked.read(conventions)
    told = tell_apart(work, [candidate.read(conventions) for _, candidate in front])
    kept = [front[place] for place in told.places]
    rest = [pair for pair in front if pair not in kept]
    if len(kept) > 1:
        alive = [pair for pair in kept if pair[1].is_completed == asked.is_done]
        if len(alive) != 1:
            return kept + rest, len(kept)
        words = "the others are completed" if not asked.is_done else "it is completed, the others are not"
        others = [pair for pair in kept if pair not in alive]
        return [(alive[0][0].demote(words), alive[0][1]), *others, *rest], 0
    fit, candidate = kept[0]
    against = find_contradiction(work, candidate.read(conventions))
    if against:
        fit = Fit(fit.rank, AGAINST.score, AGAINST.band, f"{fit.words}; {against}")
    elif told.why:
        fit = replace(fit, words=f"{fit.words}; {told.why}") if told.surely else fit.demote(told.why)
    return [(fit, candidate), *rest], 0


def _doubt_rivals(best: Rated, others: list[Rated]) -> Fit:
    """The best fit, for a person to confirm when another candidate may be about the same period."""
    fit, candidate = best
    if fit.band is not Band.CERTAIN:
        return fit
    if any(other.is_open and rival.rank in RIVALS for rival, other in others):
        return fit.demote("another job task may be about this period too")
    if not candidate.is_open and any(other.is_open for _, other in others):
        return fit.demote("an open job may be meant as well")
    return fit


def _write_rows(asked: Asked, settled: Settled) -> list[dict[str, object]]:
    return [_write_row(asked, rank, pair, settled.tied) for rank, pair in enumerate(settled.pairs[:5], 1)]


def _write_row(asked: Asked, rank: int, rated: Rated, tied: int) -> dict[str, object]:
    fit, candidate = rated
    is_tied = rank <= tied
    words = f"{tied} job tasks fit equally well: choose one" if is_tied else fit.words
    if not candidate.is_open:
        words += "; the job is closed"
    return {
        "local_id": asked.id,
        "rank": rank,
        "xpm_id": candidate.id,
        "score": 0.5 if is_tied and rank <= 2 else fit.score if rank == 1 else min(fit.score, 0.4),
        "band": Band.TIE if is_tied else fit.band if rank == 1 else Band.POSSIBLE,
        "explanation": words,
        "parts": [_write_period(asked, fit, candidate)],
    }


def _write_period(asked: Asked, fit: Fit, candidate: Candidate) -> dict[str, object]:
    theirs = candidate.period.words or "no period"
    return {"part": "period", "left": asked.period.words, "right": theirs, "verdict": fit.words, "weight": 0.0}
