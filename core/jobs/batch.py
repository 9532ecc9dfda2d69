"""Many jobs at once: what a batch would do, row by row, what it costs in calls, and carrying it out job by job.

Each row is a draft of its own, known by its content: the same row asked for twice is the same draft, so a file that is
run again finds its jobs and makes none.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from core.jobs.desk import JobWaits
from core.jobs.draft import JobDraft, check_draft
from core.jobs.steps import people_of
from core.jobs.twins import Known, find_twins, know_draft

#: The pace at which calls leave, a little below XPM's sixty a minute.
CALLS_PER_MINUTE = 58


class Verdict(StrEnum):
    """What a batch does with a row."""

    CREATE = "create"
    DONE = "created"  # by an earlier run of the same row
    EXISTS = "exists"  # another job of this client, template and period; nothing is made
    REPEATED = "repeated"  # an earlier row of the batch is for the same job
    UNUSABLE = "not usable"


@dataclass(frozen=True)
class BatchRow:
    """One job that is wanted. `key` is the same for the same content; `line` is its place in a file, 0 elsewhere."""

    key: str
    draft: JobDraft
    line: int = 0
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class PlannedRow:
    """A row and what becomes of it; `job` is the number of the job there is already, `words` a sentence."""

    row: BatchRow
    verdict: Verdict
    job: str = ""
    words: str = ""


@dataclass(frozen=True)
class BatchPlan:
    """What a batch would do. `calls` of XPM are those of rows to create, with the one look before; none: nothing to do.

    `quota_left` are the calls that writes may use today; `finish_at` when the last call is made at our own pace.
    """

    rows: tuple[PlannedRow, ...]
    calls: int
    quota_left: int
    finish_at: datetime | None

    def count(self) -> dict[str, int]:
        """Rows by verdict."""
        return {str(verdict): sum(row.verdict is verdict for row in self.rows) for verdict in Verdict}

    @property
    def to_create(self) -> list[PlannedRow]:
        """The rows of which a job is made."""
        return [row for row in self.rows if row.verdict is Verdict.CREATE]


def make_key(*parts: str) -> str:
    """A draft's id, the same for the same parts."""
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:32]


def rows_for_clients(
    pattern: JobDraft, clients: Iterable[str], overrides: Mapping[str, Mapping[str, Any]], batch: str
) -> list[BatchRow]:
    """One row per client: the pattern's job, with that client's own fields in the place of the pattern's.

    overrides: client id -> fields of JobDraft. batch: what the pattern is known by; the same job asked for twice from
    the same pattern is the same draft.
    """
    rows = []
    for client in dict.fromkeys(clients):
        draft = replace(pattern, client_id=client, **overrides.get(client, {}))
        problems = tuple(problem.sentence for problem in check_draft(draft))
        rows.append(BatchRow(make_key(batch, draft.to_json()), draft, problems=problems))
    return rows


def count_calls(draft: JobDraft) -> int:
    """How many calls creating the job takes when nothing goes wrong; what a template brings can only make it fewer."""
    reads = 1 if draft.template_id or draft.existing else 0
    ends = (not people_of(draft).is_empty) + bool(draft.state_code)
    job = 0 if draft.existing else 1
    return job + reads + len(draft.costs) + len(draft.removed) + len(draft.documents) + ends


def judge_rows(rows: Sequence[BatchRow], made: Mapping[str, str], known: Sequence[Known]) -> list[PlannedRow]:
    """What becomes of each row, in order. made: key -> job number of rows that were created before."""
    by_client: dict[str, list[Known]] = {}
    for one in known:
        by_client.setdefault(one.client_id, []).append(one)
    judged = []
    for row in rows:
        planned = _judge_row(row, made, by_client.get(row.draft.client_id, []))
        if planned.verdict is Verdict.CREATE:
            of_batch = know_draft(row.draft, row.key, "", f"row {row.line}" if row.line else "this batch")
            by_client.setdefault(row.draft.client_id, []).append(of_batch)
        judged.append(planned)
    return judged


def _judge_row(row: BatchRow, made: Mapping[str, str], known: Sequence[Known]) -> PlannedRow:
    if row.problems:
        return PlannedRow(row, Verdict.UNUSABLE, words=" ".join(row.problems))
    if row.key in made:
        return PlannedRow(row, Verdict.DONE, made[row.key], "created by an earlier run")
    same = [one for one in known if one.draft_id == row.key]
    if same and same[0].state.startswith(("row", "this")):
        return PlannedRow(row, Verdict.REPEATED, words=f"the same as {same[0].state}")
    if same or row.draft.twin_allowed:
        return PlannedRow(row, Verdict.CREATE)
    twins = find_twins(row.draft, known)
    if not twins:
        return PlannedRow(row, Verdict.CREATE)
    where = f"XPM has {twins[0].job}" if twins[0].job else f"the same job as {twins[0].state}"
    verdict = Verdict.EXISTS if twins[0].job else Verdict.REPEATED
    return PlannedRow(row, verdict, twins[0].job, f"{where}: {twins[0].name}")


def estimate_finish(calls: int, quota_left: int, per_day: int, start: datetime) -> datetime:
    """When so many calls are made at our pace; what today's calls do not cover goes on a day later each."""
    if calls <= quota_left:
        return start + timedelta(minutes=calls / CALLS_PER_MINUTE)
    days, rest = divmod(calls - quota_left, max(per_day, 1))
    return start + timedelta(days=days + 1, minutes=rest / CALLS_PER_MINUTE)


def create_each(drafts: Sequence[str], create: Callable[[str], None], on_job: Callable[[int], None]) -> None:
    """Create one job after the other; one that waits for its lost answer holds none of the others up.

    Raises JobWaits at once when no job can go on, else at the end with the earliest moment at which one can.
    """
    waits: list[JobWaits] = []
    for place, draft in enumerate(drafts):
        on_job(place)
        try:
            create(draft)
        except JobWaits as wait:
            if wait.for_all:
                raise
            waits.append(wait)
    if waits:
        raise min(waits, key=lambda wait: wait.resume_at)
