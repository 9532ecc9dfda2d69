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

#: States in which no worker has the run, and it goes on or can be resumed.
IDLE = (RunState.QUEUED, RunState.PAUSED, RunState.STOPPED)
ENDED = (RunState.DONE, RunState.FAILED, RunState.CANCELLED)


@dataclass(frozen=True)
class Run:
    """One execution. Instants are UTC text, empty when not yet; `counts` are outcomes by name.

    A paused run without `resume_at` rests until a person resumes it.
    """

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
    pause_asked_at: str
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

    @property
    def pause_asked(self) -> bool:
        """Somebody wants it to rest; the worker obeys at its next step."""
        return bool(self.pause_asked_at)


class UnknownRun(TieoutError):
    """No run of this id."""

    def __init__(self, run_id: str) -> None:
        super().__init__(f"There is no run {run_id!r}. `tieout status` lists the latest ones.")


class RunNotStartable(PersonNeeded):
    """The run is over, or another worker has it."""

    def __init__(self, run: Run) -> None:
        whose = f" (worker {run.owner})" if run.state is RunState.RUNNING else ""
        super().__init__(f"The run {run.id} cannot be started: it is {run.state}{whose}. Ask for a new run instead.")


class RunTaken(TieoutError):
    """Another worker has taken the run over meanwhile."""

    def __init__(self, run: Run, owner: str) -> None:
        whose = f"{run.owner} has it" if run.owner else f"it is {run.state}"
        super().__init__(f"The run {run.id} is no longer {owner}'s: {whose}. Nothing of it is done here any more.")


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
        return self._find(self._is_due(), practice)

    def running(self, practice: str | None = None) -> Sequence[Run]:
        """Runs that a worker has, oldest first; after a crash these are the ones to take up again."""
        return self._find(runs.c.state == str(RunState.RUNNING), practice)

    def start(self, run_id: str, owner: str) -> Run:
        """Take a run that is queued, or paused until now at most; a worker may take its own run again.

        Of two workers one gets it, the other RunNotStartable.
        """
        with writing(self._engine) as connection:
            own = and_(runs.c.state == str(RunState.RUNNING), runs.c.owner == owner)
            values = {"state": str(RunState.RUNNING), "owner": owner, "resume_at": None}
            this = update(runs).where(runs.c.id == run_id, or_(self._is_due(), own))
            if not connection.execute(this.values(values)).rowcount:
                raise RunNotStartable(_get(connection, run_id))
            first = update(runs).where(runs.c.id == run_id, runs.c.started_at.is_(None))
            connection.execute(first.values(started_at=utc_text(self._clock.now())))
            return _get(connection, run_id)

    def give_back(self, run_id: str, owner: str) -> bool:
        """Queue a run again whose owner died or stops; False when that owner no longer has it.

        A run that somebody wanted to rest does so now.
        """
        held = and_(runs.c.id == run_id, runs.c.state == str(RunState.RUNNING), runs.c.owner == owner)
        with writing(self._engine) as connection:
            found = connection.execute(select(runs.c.pause_asked_at).where(held).with_for_update()).one_or_none()
            if found is None:
                return False
            state = RunState.PAUSED if found.pause_asked_at else RunState.QUEUED
            connection.execute(update(runs).where(held).values(state=str(state), owner="", pause_asked_at=None))
            return True

    def progress(
        self,
        run_id: str,
        done: int,
        total: int,
        counts: Mapping[str, int] | None = None,
        message: str = "",
        *,
        owner: str = "",
    ) -> bool:
        """Say how far a run is; True when somebody asked it to stop meanwhile.

        Here as in `pause` and `finish`: raises RunTaken when `owner` is given and no longer has the run.
        """
        values: dict[str, Any] = {"done": done, "total": total, "message": message}
        if counts is not None:
            values["counts"] = json.dumps(dict(counts))
        return self._change(run_id, values, owner).cancel_asked

    def pause(self, run_id: str, resume_at: datetime | None, message: str, *, owner: str = "") -> None:
        """Put a run aside until then, for example until the day's calls are there again; None: until a person says."""
        until = None if resume_at is None else utc_text(resume_at)
        values = {"state": str(RunState.PAUSED), "resume_at": until, "message": message, "owner": ""}
        self._change(run_id, values | {"pause_asked_at": None}, owner)

    def finish(
        self,
        run_id: str,
        state: RunState,
        counts: Mapping[str, int] | None = None,
        message: str = "",
        *,
        owner: str = "",
    ) -> None:
        """End a run as done, failed or cancelled, or stop it until a person resumes it."""
        values: dict[str, Any] = {"state": str(state), "message": message, "owner": ""}
        values |= {"resume_at": None, "pause_asked_at": None}
        if state in ENDED:
            values["ended_at"] = utc_text(self._clock.now())
        if counts is not None:
            values["counts"] = json.dumps(dict(counts))
        self._change(run_id, values, owner)

    def request_cancel(self, run_id: str) -> None:
        """Ask a run to stop: at once when no worker has it, else at its next step. Nothing happens to an ended run."""
        now = utc_text(self._clock.now())
        over = {"state": str(RunState.CANCELLED), "cancel_asked_at": now, "ended_at": now, "resume_at": None}
        self._wish(run_id, IDLE, over, {"cancel_asked_at": now})

    def request_pause(self, run_id: str) -> None:
        """Ask a run to rest until a person resumes it: at once when no worker has it, else at its next step.

        Nothing happens to a run that ended or was stopped.
        """
        rest = {"state": str(RunState.PAUSED), "resume_at": None, "message": "Paused by a person."}
        self._wish(run_id, (RunState.QUEUED, RunState.PAUSED), rest, {"pause_asked_at": utc_text(self._clock.now())})

    def resume(self, run_id: str) -> None:
        """Let a paused or stopped run go on at once; a wish to rest that was not obeyed yet is taken back."""
        rests = runs.c.state.in_([str(RunState.PAUSED), str(RunState.STOPPED)])
        with writing(self._engine) as connection:
            this = runs.c.id == run_id
            connection.execute(update(runs).where(this).values(pause_asked_at=None))
            values = {"state": str(RunState.QUEUED), "resume_at": None, "message": ""}
            connection.execute(update(runs).where(this, rests).values(values))

    def _wish(
        self, run_id: str, idle: Sequence[RunState], when_idle: Mapping[str, Any], when_running: Mapping[str, Any]
    ) -> None:
        this = runs.c.id == run_id
        with writing(self._engine) as connection:
            # Held from here on: a worker that takes the run in between would miss the wish.
            state = connection.execute(select(runs.c.state).where(this).with_for_update()).scalar()
            if state in [str(one) for one in idle]:
                connection.execute(update(runs).where(this).values(dict(when_idle)))
            elif state == str(RunState.RUNNING):
                connection.execute(update(runs).where(this).values(dict(when_running)))

    def _is_due(self) -> ColumnElement[bool]:
        due = and_(runs.c.state == str(RunState.PAUSED), runs.c.resume_at <= utc_text(self._clock.now()))
        return or_(runs.c.state == str(RunState.QUEUED), due)

    def _change(self, run_id: str, values: Mapping[str, Any], owner: str = "") -> Run:
        held = and_(runs.c.id == run_id, runs.c.state == str(RunState.RUNNING), runs.c.owner == owner)
        with writing(self._engine) as connection:
            change = update(runs).where(held if owner else runs.c.id == run_id)
            if not connection.execute(change.values(values)).rowcount:
                raise RunTaken(_get(connection, run_id), owner)
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
