"""Which entries are not in XPM, since when, and what held each of them last: the memory behind missing time.

A standing is derived anew each time and knows no past. An entry that waited for its client's link while its date was
within the look-back of automatic pushing has to go once the link is there, even when that is a month later; what was
seen and when is kept here, and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from sqlalchemy import Engine, bindparam, delete, insert, select, update

from core.model import Clock, utc_text
from core.store.engine import fetch_columns, hold_lock, reading, writing
from core.store.tables import waiting

_COLUMNS = ["reason", "since", "seen_at"]
#: SQLite takes so many values in one statement without complaint on every build.
_AT_ONCE = 500


class Waiting:
    """Keeps and reads what is not in XPM."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def read(self, practice: str) -> pd.DataFrame:
        """Index entry id; columns reason, since and seen_at, all text.

        `since`: when the entry was first seen not in XPM. `reason`: what held it last, empty when nothing ever did;
        `seen_at`: when that reason was first seen. Instants are UTC text. No rows before the first note.
        """
        query = select(waiting.c.entry_id, *(waiting.c[name] for name in _COLUMNS))
        with reading(self._engine) as connection:
            ids, *columns = fetch_columns(connection, query.where(waiting.c.practice == practice))
        index = pd.Index(ids, dtype="str", name="id")
        return pd.DataFrame(dict(zip(_COLUMNS, columns, strict=True)), index=index, dtype="str")

    def note(self, practice: str, held: Mapping[str, str]) -> int:
        """Take down what is not in XPM as recorded here: entry id -> its reason, empty while nothing holds it.

        All others are forgotten. An empty reason leaves the former one, so that it is known later what an entry waited
        for. Returns how many rows changed.
        """
        former = dict(self.read(practice)["reason"])
        added = {entry: reason for entry, reason in held.items() if entry not in former}
        changed = {one: reason for one, reason in held.items() if reason and former.get(one, reason) != reason}
        gone = [entry for entry in former if entry not in held]
        if added or changed or gone:
            self._write(practice, added, changed, gone)
        return len(added) + len(changed) + len(gone)

    def _write(self, practice: str, added: dict[str, str], changed: dict[str, str], gone: list[str]) -> None:
        now, mine = utc_text(self._clock.now()), waiting.c.practice == practice
        with writing(self._engine) as connection:
            hold_lock(connection, "waiting", practice)
            for at in range(0, len(gone), _AT_ONCE):
                connection.execute(delete(waiting).where(mine, waiting.c.entry_id.in_(gone[at : at + _AT_ONCE])))
            if changed:
                move = update(waiting).where(mine, waiting.c.entry_id == bindparam("one"))
                rows = [{"one": entry, "reason": reason, "seen_at": now} for entry, reason in changed.items()]
                connection.execute(move, rows)
            if added:
                fixed = {"practice": practice, "since": now, "seen_at": now}
                rows = [{**fixed, "entry_id": entry, "reason": reason} for entry, reason in added.items()]
                # Two notes at once may have seen the same new entry: the first one's instant stays.
                there = set(connection.execute(select(waiting.c.entry_id).where(mine)).scalars())
                new = [row for row in rows if row["entry_id"] not in there]
                if new:
                    connection.execute(insert(waiting), new)
