"""Who carries out runs: each worker and each command says regularly that it lives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Engine, delete, insert, select, update

from core.model import Clock, utc_text
from core.store.engine import fetch_rows, reading, writing
from core.store.tables import worker_beat


@dataclass(frozen=True)
class Beat:
    """One worker's sign of life. Instants are UTC text, by the worker's own clock."""

    name: str
    host: str
    pid: int
    started_at: str
    beat_at: str


class Workers:
    """Writes and reads the signs of life."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def beat(self, name: str, host: str, pid: int) -> None:
        """Say that the worker of this name lives now."""
        now = utc_text(self._clock.now())
        with writing(self._engine) as connection:
            mine = update(worker_beat).where(worker_beat.c.name == name)
            if not connection.execute(mine.values(beat_at=now)).rowcount:
                row = {"name": name, "host": host, "pid": pid, "started_at": now, "beat_at": now}
                connection.execute(insert(worker_beat).values(row))

    def list(self) -> Sequence[Beat]:
        """Everybody who has said so and was not forgotten since, oldest first."""
        query = select(worker_beat).order_by(worker_beat.c.started_at, worker_beat.c.name)
        with reading(self._engine) as connection:
            return [Beat(**row) for row in fetch_rows(connection, query)]

    def forget(self, name: str) -> None:
        """Drop a worker that ended, or is dead and has nothing any more."""
        with writing(self._engine) as connection:
            connection.execute(delete(worker_beat).where(worker_beat.c.name == name))
