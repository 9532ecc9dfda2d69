"""How both sides of each linked task looked when they were seen last, and what is to be carried over to XPM."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Engine, delete, insert, select, update

from core.model import Clock, utc_text
from core.store.engine import hold_lock, reading, writing
from core.store.events import NewEvent, append_events
from core.store.tables import task_look

#: SQLite takes so many values in one statement without complaint on every build.
_AT_ONCE = 500


@dataclass(frozen=True)
class KeptLook:
    """One row; `content` is JSON of both sides, `conflict` one sentence or empty, `seen_at` UTC text of the change."""

    task_id: str
    xpm_id: str
    content: str
    conflict: str = ""
    seen_at: str = ""


class TaskLooks:
    """Keeps and reads the looks of a practice."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def read(self, practice: str, task_ids: Collection[str] | None = None) -> dict[str, KeptLook]:
        """By task id, those asked for that there are; all without a question."""
        names = ("task_id", "xpm_id", "content", "conflict", "seen_at")
        query = select(*(task_look.c[name] for name in names)).where(task_look.c.practice == practice)
        if task_ids is not None and len(task_ids) <= _AT_ONCE:
            query = query.where(task_look.c.task_id.in_(list(task_ids)))
        with reading(self._engine) as connection:
            found = {row.task_id: KeptLook(*row) for row in connection.execute(query.order_by(task_look.c.task_id))}
        return found if task_ids is None else {one: found[one] for one in task_ids if one in found}

    def conflicts(self, practice: str) -> dict[str, KeptLook]:
        """Those in conflict, by task id."""
        query = select(task_look).where(task_look.c.practice == practice, task_look.c.conflict != "")
        with reading(self._engine) as connection:
            rows = connection.execute(query.order_by(task_look.c.seen_at, task_look.c.task_id)).mappings()
            return {row["task_id"]: KeptLook(**{n: row[n] for n in KeptLook.__annotations__}) for row in rows}

    def write(
        self, practice: str, looks: Sequence[KeptLook], gone: Sequence[str] = (), events: Sequence[NewEvent] = ()
    ) -> None:
        """Keep these looks over those of the same tasks, forget the gone ones, and log; all or nothing."""
        now = self._clock.now()
        rows = [{**vars(look), "practice": practice, "seen_at": utc_text(now)} for look in looks]
        ids = [*gone, *(look.task_id for look in looks)]
        with writing(self._engine) as connection:
            hold_lock(connection, "task looks", practice)
            for at in range(0, len(ids), _AT_ONCE):
                some = task_look.c.task_id.in_(ids[at : at + _AT_ONCE])
                connection.execute(delete(task_look).where(task_look.c.practice == practice, some))
            if rows:
                connection.execute(insert(task_look), rows)
            if events:
                append_events(connection, events, now)

    def move(self, practice: str, before: KeptLook, after: KeptLook, event: NewEvent | None = None) -> bool:
        """Put `after` in the place of `before`, and log it; False, with nothing done, when it is another one by now."""
        now = self._clock.now()
        same = (task_look.c.practice == practice) & (task_look.c.task_id == before.task_id)
        same &= (task_look.c.content == before.content) & (task_look.c.conflict == before.conflict)
        same &= task_look.c.xpm_id == before.xpm_id
        values = {"content": after.content, "conflict": after.conflict, "seen_at": utc_text(now)}
        with writing(self._engine) as connection:
            if connection.execute(update(task_look).where(same).values(**values)).rowcount != 1:
                return False
            if event is not None:
                append_events(connection, [event], now)
            return True
