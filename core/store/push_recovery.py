"""Recovery: after an older database came back, nothing is sent before XPM was read again."""

from __future__ import annotations

from sqlalchemy import Engine, select, update

from core.model import Clock
from core.store.engine import reading, writing
from core.store.events import NewEvent, append_events
from core.store.push_lease import lock_pusher
from core.store.tables import pusher


class PushRecovery:
    """Whether a practice is being recovered, and why."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def enter_recovery(self, practice: str, reason: str, *, actor: str) -> None:
        """Send nothing more before everything unsettled was read back. The first reason stays."""
        with writing(self._engine) as connection:
            if lock_pusher(connection, practice)["recovery"]:
                return
            connection.execute(update(pusher).where(pusher.c.practice == practice).values(recovery=reason))
            entered = NewEvent(practice, actor, "began recovery", "push", practice, why=reason)
            append_events(connection, [entered], self._clock.now())

    def leave_recovery(self, practice: str, owner: str, epoch: int, *, above: int, actor: str) -> int | None:
        """Allow sending again under a new epoch, higher than `above`; None when the lease is no longer ours."""
        with writing(self._engine) as connection:
            row = lock_pusher(connection, practice)
            if row["owner"] != owner or row["epoch"] != epoch:
                return None
            new = max(epoch, above) + 1
            done = update(pusher).where(pusher.c.practice == practice).values(recovery="", epoch=new)
            connection.execute(done)
            left = NewEvent(practice, actor, "ended recovery", "push", practice, before=row["recovery"])
            append_events(connection, [left], self._clock.now())
            return new

    def recovery_reason(self, practice: str) -> str:
        """Why everything is read back before a send; empty when nothing is being recovered."""
        with reading(self._engine) as connection:
            query = select(pusher.c.recovery).where(pusher.c.practice == practice)
            return connection.execute(query).scalar() or ""
