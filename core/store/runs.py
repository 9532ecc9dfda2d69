"""Runs: what was asked for, how far it is, and how it ended. The work itself is done elsewhere."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Engine, and_, insert, or_, select, update

from core.model import Clock, PersonNeeded, RunKind, RunState, TieoutError, utc_text
from core.store.engine import fetch_rows, hold_lock, reading, writing
from core.store.tables import run as runs

#: States a run can be started from; `running` is among them only for the worker that owns it (see `start`).
STARTABLE = (RunState.QUEUED, RunState.PAUSED, RunState.STOPPED)
ENDED = (RunState.DONE, RunState.FAILED, RunState.CANCELLED)


@dataclass(frozen=True)
class Run:
    """One execution. Instants are UTC text, empty when not yet; `counts` are outcomes by name."""

    id: str
    practice: str
    kind: RunKind
    state: RunState
    actor: str
    asked_at: str
    started_at: str
    ended_at: str
    resume_at: str
    cancel_asked_at: str
    parameters: dict[str, Any]
    done: int
    total: int
    counts: dict[str, int]
    message: str
    once_key: str
    owner: str

    @property
    def cancel_asked(self) -> bool:
        """Somebody wants it to stop; the worker obeys at its next step."""
        return bool(self.cancel_asked_at)


class UnknownRun(TieoutError):
    """No run of this id."""

    def __init__(self, run_id: str) -> None:
        super().__init__(f"There is no run {run_id!r}. `tieout status` lists the latest ones.")


class RunNotStartable(PersonNeeded):
    """The run is over, or another worker has it."""

    def __init__(self, run: Run) -> None:
        whose = f" (worker {run.owner})" if run.state is RunState.RUNNING else ""
        super().__init__(f"The run {run.id} cannot be started: it is {run.state}{whose}. Ask for a new run instead.")


class Runs:
    """Queues, moves on and reads runs."""

    def __init__(self, engine: Engine, clock: Clock, new_id: Callable[[], str]) -> None:
        self._engine = engine
        self._clock = clock
        self._new_id = new_id

    def queue(
        self,
        practice: str,
        kind: RunKind,
        actor: str,
        parameters: Mapping[str, Any] | None = None,
        once_key: str | None = None,
    ) -> Run:
        """Ask for a run. A second request with the same `once_key` gets the run of the first, whatever became of it."""
        run_id = self._new_id()
        row = {
            "id": run_id,
            "practice": practice,
            "kind": str(kind),
            "state": str(RunState.QUEUED),
            "actor": actor,
            "asked_at": utc_text(self._clock.now()),
            "parameters": json.dumps(dict(parameters or {}), ensure_ascii=False, default=str),
            "once_key": once_key,
        }
        with writing(self._engine) as connection:
            hold_lock(connection, "runs", practice)
            if once_key is not None:
                same = and_(runs.c.practice == practice, runs.c.once_key == once_key)
                for former in fetch_rows(connection, select(runs).where(same)):
                    return _read(former)
            connection.execute(insert(runs).values(row))
            return _get(connection, run_id)

    def get(self, run_id: str) -> Run:
        """The run as it stands. Raises UnknownRun."""
        with reading(self._engine) as connection:
            return _get(connection, run_id)

    def list(self, practice: str, kind: RunKind | None = None, limit: int = 50) -> pd.DataFrame:
        """The newest runs first. Index `id`; the columns of Run, `counts` and `parameters` as dictionaries."""
        query = select(runs).where(runs.c.practice == practice).order_by(runs.c.asked_at.desc(), runs.c.id).limit(limit)
        if kind is not None:
            query = query.where(runs.c.kind == str(kind))
        names = list(Run.__dataclass_fields__)
        with reading(self._engine) as connection:
            found = [vars(_read(row)) for row in fetch_rows(connection, query)]
        return pd.DataFrame(found, columns=names).set_index("id")

    def queued(self, practice: str | None = None) -> Sequence[Run]:
        """Runs that wait for a worker, oldest first: queued ones, and paused ones whose time has come."""
        due = and_(runs.c.state == str(RunState.PAUSED), runs.c.resume_at <= utc_text(self._clock.now()))
        return self._find(or_(runs.c.state == str(RunState.QUEUED), due), practice)

    def running(self, practice: str | None = None) -> Sequence[Run]:
        """Runs that a worker has, oldest first; after a crash these are the ones to take up again."""
        return self._find(runs.c.state == str(RunState.RUNNING), practice)

    def start(self, run_id: str, owner: str) -> Run:
        """Take a run. Of two workers one gets it, the other RunNotStartable; a worker may take its own run again."""
        with writing(self._engine) as connection:
            own = and_(runs.c.state == str(RunState.RUNNING), runs.c.owner == owner)
            free = or_(runs.c.state.in_([str(state) for state in STARTABLE]), own)
            values = {"state": str(RunState.RUNNING), "owner": owner, "resume_at": None}
            taken = connection.execute(update(runs).where(runs.c.id == run_id, free).values(values)).rowcount
            if not taken:
                raise RunNotStartable(_get(connection, run_id))
            first = update(runs).where(runs.c.id == run_id, runs.c.started_at.is_(None))
            connection.execute(first.values(started_at=utc_text(self._clock.now())))
            return _get(connection, run_id)

    def give_back(self, run_id: str, owner: str) -> bool:
        """Queue a run again whose owner died; False when that owner no longer has it."""
        held = and_(runs.c.id == run_id, runs.c.state == str(RunState.RUNNING), runs.c.owner == owner)
        values = {"state": str(RunState.QUEUED), "owner": ""}
        with writing(self._engine) as connection:
            return connection.execute(update(runs).where(held).values(values)).rowcount == 1

    def progress(
        self, run_id: str, done: int, total: int, counts: Mapping[str, int] | None = None, message: str = ""
    ) -> bool:
        """Say how far a run is; True when somebody asked it to stop meanwhile."""
        values: dict[str, Any] = {"done": done, "total": total, "message": message}
        if counts is not None:
            values["counts"] = json.dumps(dict(counts))
        return self._change(run_id, values).cancel_asked

    def pause(self, run_id: str, resume_at: datetime, message: str) -> None:
        """Put a run aside until then, for example until the day's calls are there again."""
        self._change(
            run_id, {"state": str(RunState.PAUSED), "resume_at": utc_text(resume_at), "message": message, "owner": ""}
        )

    def finish(self, run_id: str, state: RunState, counts: Mapping[str, int] | None = None, message: str = "") -> None:
        """End a run as done, failed or cancelled, or stop it until a person starts it again."""
        values: dict[str, Any] = {"state": str(state), "message": message, "owner": "", "resume_at": None}
        if state in ENDED:
            values["ended_at"] = utc_text(self._clock.now())
        if counts is not None:
            values["counts"] = json.dumps(dict(counts))
        self._change(run_id, values)

    def request_cancel(self, run_id: str) -> None:
        """Ask a run to stop: at once when no worker has it, else at its next step. Nothing happens to an ended run."""
        now = utc_text(self._clock.now())
        with writing(self._engine) as connection:
            this = runs.c.id == run_id
            idle = runs.c.state.in_([str(state) for state in STARTABLE])
            over = {"state": str(RunState.CANCELLED), "cancel_asked_at": now, "ended_at": now, "resume_at": None}
            connection.execute(update(runs).where(this, idle).values(over))
            running = runs.c.state == str(RunState.RUNNING)
            connection.execute(update(runs).where(this, running).values(cancel_asked_at=now))

    def _change(self, run_id: str, values: Mapping[str, Any]) -> Run:
        with writing(self._engine) as connection:
            connection.execute(update(runs).where(runs.c.id == run_id).values(values))
            return _get(connection, run_id)

    def _find(self, which: ColumnElement[bool], practice: str | None) -> Sequence[Run]:
        query = select(runs).where(which).order_by(runs.c.asked_at, runs.c.id)
        if practice is not None:
            query = query.where(runs.c.practice == practice)
        with reading(self._engine) as connection:
            return [_read(row) for row in fetch_rows(connection, query)]


def _get(connection: Connection, run_id: str) -> Run:
    rows = fetch_rows(connection, select(runs).where(runs.c.id == run_id))
    if not rows:
        raise UnknownRun(run_id)
    return _read(rows[0])


def _read(row: Mapping[str, Any]) -> Run:
    values: dict[str, Any] = {name: row[name] if row[name] is not None else "" for name in Run.__dataclass_fields__}
    values["kind"], values["state"] = RunKind(row["kind"]), RunState(row["state"])
    values["parameters"], values["counts"] = json.loads(row["parameters"]), json.loads(row["counts"])
    return Run(**values)
