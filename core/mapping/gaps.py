"""Why a local task has no job task yet: the first thing in the way, in words, and the page where it is put right.

The same questions in the same order as `propose_tasks` asks them: the client, the process, the client's jobs, their
tasks, the period, and then whether one job task is meant.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pandas as pd

from core.mapping.labels import Conventions
from core.mapping.offers import Candidate, find_types, index_candidates, list_whole
from core.mapping.propose import Pairs
from core.mapping.tasks import Asked, Settled, read_task, settle_task
from core.model import Band, Verdict

GAP_COLUMNS = ["gap", "title", "sentence", "page"]
#: So many examples are named; the rest are counted.
_MOST_NAMED = 3


class Gap(StrEnum):
    """What is in the way; NONE for a task whose job task is certain."""

    NONE = ""
    CLIENT_OPEN = "client open"
    CLIENT_EXCLUDED = "client excluded"
    CLIENT_BROKEN = "client link broken"
    PROCESS_OPEN = "process open"
    PROCESS_EXCLUDED = "process excluded"
    PROCESS_BROKEN = "process link broken"
    RULE_EXCLUDED = "rule excluded"
    NO_JOB = "no job"
    NO_TASK = "no job task"
    REJECTED = "rejected"
    OTHER_PERIOD = "other period"
    TIE = "tie"
    UNSURE = "unsure"

    @property
    def heading(self) -> str:
        """In two or three words, for a table and a filter; empty for NONE."""
        return _TITLES.get(self, "")


_TITLES = {
    Gap.CLIENT_OPEN: "Client not linked",
    Gap.CLIENT_EXCLUDED: "Client excluded",
    Gap.CLIENT_BROKEN: "Client link broken",
    Gap.PROCESS_OPEN: "Process not mapped",
    Gap.PROCESS_EXCLUDED: "Process excluded",
    Gap.PROCESS_BROKEN: "Process link broken",
    Gap.RULE_EXCLUDED: "Excluded by a rule",
    Gap.NO_JOB: "No job in XPM",
    Gap.NO_TASK: "No such job task",
    Gap.REJECTED: "All were rejected",
    Gap.OTHER_PERIOD: "Other periods only",
    Gap.TIE: "Several fit",
    Gap.UNSURE: "To confirm",
}
#: Where each is put right.
_PAGES = {
    Gap.NONE: "",
    Gap.CLIENT_OPEN: "clients",
    Gap.CLIENT_EXCLUDED: "clients",
    Gap.CLIENT_BROKEN: "clients",
    Gap.NO_JOB: "jobs",
    Gap.NO_TASK: "jobs",
}


@dataclass(frozen=True)
class _Known:
    """What is the same for all tasks."""

    client_links: dict[str, Any]
    process_links: dict[str, Any]
    clients: dict[str, str]
    types: dict[str, str]
    ruled_out: Mapping[str, str]
    type_names: Mapping[str, str]
    client_names: Mapping[str, str]
    open_jobs: Mapping[str, int]
    places: dict[tuple[str, str], list[Candidate]]
    rejected: Pairs
    conventions: Conventions


def list_gaps(
    tasks: pd.DataFrame,
    client_links: pd.DataFrame,
    process_links: pd.DataFrame,
    jobs: pd.DataFrame,
    job_tasks: pd.DataFrame,
    conventions: Conventions,
    closed_words: frozenset[str],
    rejected: Pairs,
    ruled: pd.DataFrame | None = None,
    type_names: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """One row per task, index task id: gap (a Gap), its title, sentence, and page (clients, work or jobs).

    Arguments as for `propose_tasks`; *_links may also hold excluded records. ruled: also `rule_words`, the rule as a
    person reads it. type_names: task type id -> name. All four are empty when the job task is certain.
    """
    known = _Known(
        client_links=_by_id(client_links),
        process_links=_by_id(process_links),
        clients=list_whole(client_links),
        types=find_types(tasks, list_whole(process_links), ruled),
        ruled_out=_list_ruled_out(ruled),
        type_names=type_names or {},
        client_names=dict(zip(jobs["client_id"], jobs["client_name"], strict=True)),
        open_jobs=_count_open(jobs, closed_words),
        places=index_candidates(jobs, job_tasks, conventions, closed_words),
        rejected=rejected,
        conventions=conventions,
    )
    found = [_find_gap(task, known) for task in tasks.itertuples()]
    rows = [(gap, gap.heading, sentence, _PAGES.get(gap, "work")) for gap, sentence in found]
    return pd.DataFrame(rows, index=tasks.index, columns=GAP_COLUMNS, dtype="str")


def explain_gaps(*args: Any, **named: Any) -> pd.Series:
    """The sentences of `list_gaps`, with its arguments, by task id."""
    return list_gaps(*args, **named)["sentence"]


def _by_id(links: pd.DataFrame) -> dict[str, Any]:
    return {link.Index: link for link in links.itertuples()}


def _list_ruled_out(ruled: pd.DataFrame | None) -> dict[str, str]:
    if ruled is None:
        return {}
    out = ruled[ruled["verdict"].eq(Verdict.EXCLUDED)]
    return dict(out["rule_words"]) if "rule_words" in out else dict.fromkeys(out.index, "")


def _count_open(jobs: pd.DataFrame, closed_words: frozenset[str]) -> dict[str, int]:
    """Open jobs by client; clients whose jobs are all closed have 0."""
    is_open = [closed_words.isdisjoint(state.casefold().split()) for state in jobs["state"]]
    return dict(pd.Series(is_open, index=jobs["client_id"].to_numpy(), dtype="int64").groupby(level=0).sum())


def _find_gap(task: Any, known: _Known) -> tuple[Gap, str]:
    parent = _find_client_gap(task, known) or _find_process_gap(task, known)
    if parent:
        return parent
    client, task_type = known.clients[task.client_id], known.types[task.Index]
    offered = known.places.get((client, task_type), [])
    if not offered:
        return _explain_missing(client, known.type_names.get(task_type, ""), known)
    asked = read_task(task, known.client_names.get(client, ""), known.conventions)
    settled = settle_task(asked, offered, known.rejected, known.conventions)
    if not settled.pairs:
        return _explain_contradiction(asked, offered, known)
    return _explain_choice(settled)


def _find_client_gap(task: Any, known: _Known) -> tuple[Gap, str] | None:
    link, name = known.client_links.get(task.client_id), _name(task, "client")
    if link is None:
        return Gap.CLIENT_OPEN, f"Its client{name} is not linked to XPM yet."
    if link.verdict == Verdict.EXCLUDED:
        return Gap.CLIENT_EXCLUDED, f"Its client{name} is excluded from XPM."
    if link.broken:
        return Gap.CLIENT_BROKEN, f"The link of its client{name} is broken: {_why(link)}."
    return None


def _find_process_gap(task: Any, known: _Known) -> tuple[Gap, str] | None:
    """What is in the way of its task type; a rule that links the task stands in for its process."""
    if task.Index in known.ruled_out:
        words = known.ruled_out[task.Index]
        told = f"A rule of its process excludes it: {words}." if words else "A rule of its process excludes it."
        return Gap.RULE_EXCLUDED, told
    if known.types[task.Index]:
        return None
    link, name = known.process_links.get(task.process_id), _name(task, "process")
    if not task.process_id:
        return Gap.PROCESS_OPEN, "It has no process, and the process says which XPM task it is."
    if link is None:
        return Gap.PROCESS_OPEN, f"Its process{name} is not mapped to an XPM task yet."
    if link.verdict == Verdict.EXCLUDED:
        return Gap.PROCESS_EXCLUDED, f"Its process{name} is excluded from XPM."
    return Gap.PROCESS_BROKEN, f"The link of its process{name} is broken: {_why(link)}."


def _name(task: Any, kind: str) -> str:
    found = getattr(task, f"{kind}_name", "")
    return f" '{found}'" if found else ""


def _why(link: Any) -> str:
    return str(getattr(link, "broken_why", "")) or "its XPM record is gone"


def _explain_missing(client: str, type_name: str, known: _Known) -> tuple[Gap, str]:
    if client not in known.open_jobs:
        return Gap.NO_JOB, "Its client has no job in XPM."
    what = f"the task '{type_name}'" if type_name else "the XPM task of its process"
    count = known.open_jobs[client]
    if count == 0:
        return Gap.NO_TASK, f"Its client has no open job in XPM, and no closed one holds {what}."
    which = "The client's open job does not hold" if count == 1 else f"None of the client's {count} open jobs holds"
    return Gap.NO_TASK, f"{which} {what}."


def _explain_contradiction(asked: Asked, offered: list[Candidate], known: _Known) -> tuple[Gap, str]:
    left = [candidate for candidate in offered if (asked.id, candidate.id) not in known.rejected]
    if not left:
        return Gap.REJECTED, "Every job task that it could be was rejected."
    period = asked.period.words
    about = f"It is about {period}" if asked.period.named.spans else f"It names {period}"
    theirs = _list_some(dict.fromkeys(candidate.period.words for candidate in sorted(left, key=_first_day)))
    which = "the client's job task of this kind is" if len(left) == 1 else "the client's job tasks of this kind are"
    return Gap.OTHER_PERIOD, f"{about}; {which} about {theirs}."


def _first_day(candidate: Candidate) -> tuple[int, str]:
    spans = candidate.period.spans
    return (spans[0].start.toordinal() if spans else 0, candidate.label)


def _list_some(words: Iterable[str]) -> str:
    every = [word for word in words if word]
    named = every[:_MOST_NAMED] + ([f"{len(every) - _MOST_NAMED} more"] if len(every) > _MOST_NAMED else [])
    return " and ".join([", ".join(named[:-1]), named[-1]] if len(named) > 1 else named)


def _explain_choice(settled: Settled) -> tuple[Gap, str]:
    fit, candidate = settled.pairs[0]
    if settled.tied:
        named = _list_some(candidate.label for _, candidate in settled.pairs[: settled.tied])
        words = "" if fit.band is Band.CERTAIN else f" {fit.words[0].upper()}{fit.words[1:]}."
        return Gap.TIE, f"{settled.tied} job tasks fit equally well: {named}.{words}"
    if fit.band is Band.CERTAIN:
        return Gap.NONE, ""
    closed = "" if candidate.is_open else "; the job is closed"
    return Gap.UNSURE, f"It may be {candidate.label}: {fit.words}{closed}."
