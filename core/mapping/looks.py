"""What both sides of a linked task look like: the facts that a link and its completion hang on, and nothing else.

A look is taken at each sync and kept. The next one is compared with it, so that a change can be told from a state, and
a change here from a change in XPM.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

import pandas as pd

#: Local words for a task that has ended, wherever they stand in the status.
_ENDED = frozenset({"complete", "completed", "done", "finished", "closed", "lodged", "filed"})
#: Words that turn them round: "not completed", "to be filed", "partly done".
_NOT_YET = frozenset({"not", "to", "be", "partly", "partially", "almost", "nearly", "ready", "un", "never", "awaiting"})


class Wish(StrEnum):
    """What is to be carried over to XPM."""

    NONE = ""
    COMPLETE = "complete"  # tick the job task
    REOPEN = "reopen"  # untick it


class About(StrEnum):
    """What a conflict is about."""

    NOTHING = ""
    LINK = "link"  # whether this still is the job task
    STATUS = "status"  # whether the work is completed


@dataclass(frozen=True)
class LocalFacts:
    """A local task; dates as ISO text, empty for none."""

    name: str
    client_id: str
    process_id: str
    period: str
    start: str
    due: str
    completed: bool


@dataclass(frozen=True)
class XpmFacts:
    """A job task and its job; `closed`: the job is in a state that takes no time, or no longer among the open ones.

    start and due are the job's, as ISO text: they tell the year of a label that names a month only.
    """

    name: str
    job: str
    job_name: str
    client_id: str
    task_type_id: str
    completed: bool
    closed: bool
    start: str = ""
    due: str = ""


@dataclass(frozen=True)
class Look:
    """Both sides of one link. None: the record is gone. `ended`: every local task of this job task is completed.

    `wish` is what still has to be carried to XPM, `tries` how often it was sent without a whole answer; `conflict` is a
    sentence for a person, empty while there is none.
    """

    xpm_id: str
    local: LocalFacts | None
    xpm: XpmFacts | None
    ended: bool = False
    wish: Wish = Wish.NONE
    by: str = ""
    sending: str = ""
    tries: int = 0
    conflict: str = ""
    about: About = About.NOTHING

    def to_json(self) -> str:
        """Everything but the conflict, which has a column of its own."""
        facts = {name: value for name, value in asdict(self).items() if name not in ("conflict", "xpm_id")}
        return json.dumps(facts, ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, xpm_id: str, text: str, conflict: str) -> Look:
        """The look that `to_json` wrote."""
        facts: dict[str, Any] = json.loads(text)
        local = LocalFacts(**facts.pop("local")) if facts["local"] else facts.pop("local")
        xpm = XpmFacts(**facts.pop("xpm")) if facts["xpm"] else facts.pop("xpm")
        wish, about = Wish(facts.pop("wish")), About(facts.pop("about"))
        return cls(xpm_id, local, xpm, wish=wish, about=about, conflict=conflict, **facts)


def is_ended(status: str) -> bool:
    """Whether a local word for the state of a task says that it is completed: `Completed`, `Lodged`, `done`."""
    words = set(re.findall(r"[a-z]+", status.casefold()))
    return not words.isdisjoint(_ENDED) and words.isdisjoint(_NOT_YET)


def take_looks(
    links: Mapping[str, str],
    tasks: pd.DataFrame,
    jobs: pd.DataFrame,
    job_tasks: pd.DataFrame,
    closed_words: Collection[str],
) -> dict[str, Look]:
    """A look at each linked task, by its id.

    links: local task id -> job task id. tasks: LOCAL_FRAMES tasks; jobs, job_tasks: XPM_FRAMES, as read last.
    """
    mine = tasks[tasks.index.isin(links)]
    here = {row.Index: _read_local(row) for row in mine.itertuples()}
    held = job_tasks[job_tasks.index.isin(set(links.values()))]
    facts = jobs[["name", "client_id", "state", "current", "start", "due"]].rename(columns={"name": "name_job"})
    joined = held.join(facts, on="job")
    there = {row.Index: _read_xpm(row, frozenset(closed_words)) for row in joined.itertuples()}
    ended = _find_ended(links, here)
    return {one: Look(xpm_id, here.get(one), there.get(xpm_id), xpm_id in ended) for one, xpm_id in links.items()}


def _read_local(row: Any) -> LocalFacts:
    start, due = (_write_day(value) for value in (row.start, row.due))
    return LocalFacts(row.name, row.client_id, row.process_id, row.period, start, due, is_ended(row.status))


def _read_xpm(row: Any, closed_words: frozenset[str]) -> XpmFacts:
    # A job task whose job was never read tells nothing of it.
    name, client, state = ("" if pd.isna(value) else value for value in (row.name_job, row.client_id, row.state))
    closed = row.current is not True or not closed_words.isdisjoint(state.casefold().split())
    start, due = (_write_day(value) for value in (row.start, row.due))
    return XpmFacts(row.name, row.job, name, client, row.task_type_id, bool(row.completed), closed, start, due)


def _write_day(value: pd.Timestamp) -> str:
    return "" if pd.isna(value) else value.date().isoformat()


def _find_ended(links: Mapping[str, str], here: Mapping[str, LocalFacts]) -> set[str]:
    """The job tasks all of whose local tasks are completed; those that are gone from the local side do not count."""
    still_open = {links[one] for one, facts in here.items() if not facts.completed}
    return {links[one] for one in here} - still_open
