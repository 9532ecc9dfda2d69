"""Jobs into the snapshot: the open ones in one call, and those only known by number one by one or by windows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pandas as pd

from core.xpm import frames
from core.xpm.client import XpmClient
from core.xpm.reading import WINDOW_DAYS
from core.xpm.records import JobRecord
from core.xpm.snapshot import Snapshot, SnapshotStore, join_frames

#: Up to so many jobs are asked for one by one; more are looked for in lists by year.
_FEW_JOBS = 12
_YEARS_BACK = 6


def read_jobs(client: XpmClient, snapshot: Snapshot) -> int:
    """Open jobs with their tasks; jobs that were open at the last read and are not now are read once more.

    Closed jobs stay as they were read last. Gives the number of open jobs.
    """
    stored = snapshot.read("jobs")
    jobs = client.list_current_jobs()
    formerly = set(stored.index[stored["current"]])
    snapshot.question_shrink("jobs", len(formerly), len(jobs))
    closed, gone = find_jobs(client, formerly - {job.number for job in jobs})
    _write_jobs(snapshot, stored.assign(current=False), jobs, closed, gone)
    snapshot.mark_whole("jobs", len(jobs))
    return len(jobs)


def add_named_jobs(client: XpmClient, snapshot: Snapshot, numbers: set[str]) -> int:
    """Read those of these jobs that are not stored yet; gives how many were found."""
    stored = snapshot.read("jobs")
    found, _ = find_jobs(client, numbers - set(stored.index))
    if found:
        _write_jobs(snapshot, stored, [], found, set())
    return len(found)


def refresh_job(client: XpmClient, store: SnapshotStore, practice: str, number: str) -> bool:
    """Read one job with its tasks anew into the store; False when XPM has no such job, which leaves the stored row."""
    job = client.get_job(number)
    if job is None:
        return False
    keep_jobs(store, practice, [job])
    return True


#: The part that says when jobs were read beside a sync. A name with a colon does not count for the age of a side.
READ_AGAIN = "jobs:read again"


def keep_jobs(store: SnapshotStore, practice: str, jobs: Sequence[JobRecord]) -> None:
    """Put jobs that were read one by one, with their tasks, in the place of what is stored of them.

    Whether a job is among the open ones is told by XPM's list only, so that stays as it was.
    """
    snapshot = Snapshot(store, practice)
    stored = snapshot.read("jobs")
    still_open = set(stored.index[stored["current"]]) | {
        job.number for job in jobs if job.number not in stored.index and not job.completed
    }
    current = [job for job in jobs if job.number in still_open]
    _write_jobs(snapshot, stored, current, [job for job in jobs if job.number not in still_open], set())
    snapshot.mark_whole(READ_AGAIN, len(jobs))


def find_jobs(client: XpmClient, numbers: set[str]) -> tuple[list[JobRecord], set[str]]:
    """These jobs in full as far as XPM has them, and the numbers it says do not exist.

    Many are looked for in lists by year, newest first; what is in none of them is in neither answer.
    """
    if len(numbers) <= _FEW_JOBS:
        answers = {number: client.get_job(number) for number in sorted(numbers)}
        return [job for job in answers.values() if job], {number for number, job in answers.items() if not job}
    found: dict[str, JobRecord] = {}
    last = client.clock.now().date() + timedelta(days=1)
    for _ in range(_YEARS_BACK):
        first = last - timedelta(days=WINDOW_DAYS - 1)
        found |= {job.number: job for job in client.list_jobs(first, last) if job.number in numbers}
        last = first - timedelta(days=1)
        if len(numbers) - len(found) <= _FEW_JOBS:
            rest, gone = find_jobs(client, numbers - set(found))
            return [*found.values(), *rest], gone
    return list(found.values()), set()


def _write_jobs(
    snapshot: Snapshot,
    stored: pd.DataFrame,
    current: Sequence[JobRecord],
    closed: Sequence[JobRecord],
    gone: set[str],
) -> None:
    """Tasks go first: a task whose job is not there yet is ignored by all readers, a job without its tasks is not."""
    read = [*current, *closed]
    tasks = snapshot.read("job_tasks")
    kept = tasks[~tasks["job"].isin({job.number for job in read} | gone)]
    snapshot.write("job_tasks", join_frames(kept, frames.make_job_tasks_frame(read)))
    jobs = join_frames(frames.make_jobs_frame(closed, current=False), frames.make_jobs_frame(current, current=True))
    snapshot.write("jobs", join_frames(stored[~stored.index.isin(gone)], jobs))
