"""The durable-execution engine (DBOS), and the only place that imports it.

Guard rails, each from a failure seen when it was tried: a pinned application version (a restart with new code would
strand what is under way), JSON instead of pickle, WAL on SQLite, and its tables in the same database as ours. It gets
an engine of its own because its migrations open their transactions themselves.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from dbos import DBOS, DBOSPortableJSONSerializer, SetEnqueueOptions, SetWorkflowID
from sqlalchemy import Engine, create_engine, event

QUEUE = "runs"
POLL_SECONDS = 0.5

_perform: Callable[[str], None] | None = None
_lock = threading.Lock()


@DBOS.step(name="perform_run")
def _perform_step(run_id: str) -> None:
    if _perform is not None:
        _perform(run_id)


@DBOS.workflow(name="run")
def _run_workflow(run_id: str) -> None:
    _perform_step(run_id)


class DurableEngine:
    """One per process. `perform` gets a run id, must be safe to call again for the same run, and never raises."""

    def __init__(self, database_url: str, executor_id: str, perform: Callable[[str], None]) -> None:
        self._database_url = database_url
        self._executor_id = executor_id
        self._perform = perform

    def start(self) -> None:
        """Launch, and take up again what an earlier process of the same executor id left unfinished."""
        global _perform
        with _lock:
            _perform = self._perform
            DBOS(
                config={
                    "name": "tieout",
                    "application_version": "1",
                    "executor_id": self._executor_id,
                    "system_database_engine": _open_engine(self._database_url),
                    "serializer": DBOSPortableJSONSerializer(),
                    "log_level": "ERROR",
                    "console_log_level": "ERROR",
                }
            )
            DBOS.launch()
            DBOS.register_queue(QUEUE, partition_concurrency=1, polling_interval_sec=POLL_SECONDS)

    def submit(self, workflow_id: str, run_id: str, partition: str) -> None:
        """Have the run performed; runs of one partition go one after the other. The same id twice is one workflow."""
        with SetWorkflowID(workflow_id), SetEnqueueOptions(queue_partition_key=partition):
            DBOS.enqueue_workflow(QUEUE, _run_workflow, run_id)

    def stop(self, wait_seconds: int = 5) -> None:
        """Stop taking work; what is under way gets `wait_seconds`, and is taken up at the next start after that."""
        DBOS.destroy(workflow_completion_timeout_sec=wait_seconds)


def _open_engine(url: str) -> Engine:
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True)
    engine = create_engine(url, connect_args={"timeout": 30, "check_same_thread": False})
    event.listen(engine, "connect", _set_pragmas)
    return engine


def _set_pragmas(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA busy_timeout=30000")
