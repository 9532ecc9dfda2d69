"""The durable-execution engine (DBOS), and the only place that imports it.

Guard rails, each from a failure seen when it was tried: a pinned application version (a restart with new code would
strand what is under way), JSON instead of pickle, WAL on SQLite, its tables in the same database as ours, and taking
over what a dead worker left, which the engine does not do by itself. It gets a database engine of its own because its
migrations open their transactions themselves.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dbos import DBOS, DBOSPortableJSONSerializer, SetEnqueueOptions, SetWorkflowID
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import DatabaseError

from core.model import OutsideFailed

QUEUE = "runs"
POLL_SECONDS = 0.5
#: How soon a changed schedule is in force, once it is written down.
SCHEDULE_SECONDS = 5.0

_LAUNCHES = 4
_LIVE = ("ENQUEUED", "PENDING", "DELAYED")
_DELETE_AT_ONCE = 200

_perform: Callable[[str], None] | None = None
_obey: Callable[[dict[str, str], datetime], None] | None = None
_lock = threading.Lock()


@DBOS.step(name="perform_run")
def _perform_step(run_id: str) -> None:
    if _perform is not None:
        _perform(run_id)


@DBOS.workflow(name="run")
def _run_workflow(run_id: str) -> None:
    _perform_step(run_id)


@DBOS.step(name="obey_schedule", retries_allowed=True, max_attempts=5, interval_seconds=1.0)
def _obey_step(order: dict[str, str], due: str) -> None:
    if _obey is not None:
        _obey(order, datetime.fromisoformat(due))


@DBOS.workflow(name="schedule")
def _schedule_workflow(due: Any, order: Any) -> None:
    # The engine hands the instant over as it went through JSON.
    _obey_step(order, due if isinstance(due, str) else due.isoformat())


@dataclass(frozen=True)
class Schedule:
    """A standing order: obeyed once for each instant of `cron`, read in `zone`, however many workers there are."""

    name: str
    cron: str
    zone: str
    order: dict[str, str]


class EngineFailed(OutsideFailed):
    """The engine's own tables could not be made or read."""

    def __init__(self, error: DatabaseError) -> None:
        why = (str(error.orig).strip().splitlines() or ["no reason given"])[0].rstrip(".")
        super().__init__(
            f"The worker cannot start: its tables cannot be used ({why}). No run was touched. Check that this user may "
            "make tables in the database, and start it again."
        )


class DurableEngine:
    """One per process. `perform` gets a run id, must be safe to call again for the same run, and never raises.

    `obey` gets a schedule's order and the instant it was due; also for instants missed while no worker ran.
    """

    def __init__(
        self,
        database_url: str,
        executor_id: str,
        perform: Callable[[str], None],
        obey: Callable[[dict[str, str], datetime], None] = lambda _order, _due: None,
    ) -> None:
        self._database_url = database_url
        self._executor_id = executor_id
        self._perform = perform
        self._obey = obey
        self._database: Engine | None = None

    def start(self) -> None:
        """Launch; several processes may do so at once on one database."""
        global _perform, _obey
        with _lock:
            _perform, _obey = self._perform, self._obey
            for launch in range(1, _LAUNCHES + 1):
                try:
                    self._launch()
                    return
                except DatabaseError as error:
                    # Two processes made the engine's tables at the same moment: the second look finds them there.
                    self.stop(0)
                    if launch == _LAUNCHES:
                        raise EngineFailed(error) from error
                    time.sleep(0.5 * launch)

    def _launch(self) -> None:
        self._database = _open_engine(self._database_url)
        DBOS(
            config={
                "name": "tieout",
                "application_version": "1",
                "executor_id": self._executor_id,
                "system_database_engine": self._database,
                "serializer": DBOSPortableJSONSerializer(),
                "scheduler_polling_interval_sec": SCHEDULE_SECONDS,
                "log_level": "ERROR",
                "console_log_level": "ERROR",
            }
        )
        DBOS.launch()
        DBOS.register_queue(QUEUE, partition_concurrency=1, polling_interval_sec=POLL_SECONDS)

    def submit(self, run_id: str, partition: str) -> None:
        """Have the run performed, unless that is under way; runs of one partition go one after the other.

        A run that is still to be done although what carried it is over gets carried anew.
        """
        known = DBOS.list_workflows(workflow_id_prefix=f"{run_id}:", load_input=False, load_output=False)
        if any(one.status in _LIVE for one in known):
            return
        number = max((_read_number(one.workflow_id) for one in known), default=0) + 1
        # Workers that see the run at the same moment come to the same number, which is one workflow.
        with SetWorkflowID(f"{run_id}:{number}"), SetEnqueueOptions(queue_partition_key=partition):
            DBOS.enqueue_workflow(QUEUE, _run_workflow, run_id)

    def list_executors(self) -> set[str]:
        """Names of those who have work in hand."""
        pending = DBOS.list_workflows(status="PENDING", load_input=False, load_output=False)
        return {one.executor_id for one in pending if one.executor_id}

    def take_over(self, executor_id: str) -> int:
        """Put what a dead worker had in hand into the queues again; gives how much that was."""
        left = DBOS.list_workflows(status="PENDING", executor_id=[executor_id], load_input=False, load_output=False)
        queues: dict[str | None, list[str]] = {}
        for one in left:
            queues.setdefault(one.queue_name, []).append(one.workflow_id)
        for queue, ids in queues.items():
            DBOS.resume_workflows(ids, queue_name=queue)
        return len(left)

    def keep_schedules(self, wanted: Sequence[Schedule]) -> None:
        """Make the engine's schedules these; those that stay keep what they did last."""
        by_name = {one.name: one for one in wanted}
        known = {one["schedule_name"]: one for one in DBOS.list_schedules()}
        same = {name for name, one in known.items() if name in by_name and _is_same(one, by_name[name])}
        for name in known.keys() - by_name.keys():
            DBOS.delete_schedule(name)
        DBOS.apply_schedules([_describe(one) for name, one in by_name.items() if name not in same])

    def forget_finished(self, before: datetime) -> int:
        """Delete the engine's records of what ended before then; gives how many. Our own runs stay."""
        done = 0
        while ids := [
            one.workflow_id
            for one in DBOS.list_workflows(
                completed_before=before.isoformat(), load_input=False, load_output=False, limit=_DELETE_AT_ONCE
            )
            if one.status not in _LIVE
        ]:
            DBOS.delete_workflows(ids)
            done += len(ids)
        return done

    def stop(self, wait_seconds: int = 5) -> None:
        """Stop taking work; what is under way gets `wait_seconds`, and is taken over by another worker after that."""
        DBOS.destroy(workflow_completion_timeout_sec=wait_seconds)
        if self._database is not None:
            self._database.dispose()


def _read_number(workflow_id: str) -> int:
    number = workflow_id.rpartition(":")[2]
    return int(number) if number.isdigit() else 0


def _describe(one: Schedule) -> Any:
    return {
        "schedule_name": one.name,
        "workflow_fn": _schedule_workflow,
        "schedule": one.cron,
        "context": one.order,
        "cron_timezone": one.zone,
        "automatic_backfill": True,
    }


def _is_same(known: Any, wanted: Schedule) -> bool:
    return (known["schedule"], known["cron_timezone"]) == (wanted.cron, wanted.zone)


def _open_engine(url: str) -> Engine:
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True)
    engine = create_engine(url, connect_args={"timeout": 30, "check_same_thread": False})
    event.listen(engine, "connect", _set_pragmas)
    return engine


def _set_pragmas(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA busy_timeout=30000")
