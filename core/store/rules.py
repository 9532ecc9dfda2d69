"""Saved choices of Which Actual Times, by name; at most one of a practice is the rule of automatic pushing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, delete, insert, select, update

from core.model import Clock, TieoutError, utc_text
from core.store.engine import fetch_rows, reading, writing
from core.store.events import NewEvent, append_events, hold_log
from core.store.tables import saved_rule


@dataclass(frozen=True)
class SavedRule:
    """One saved choice; `choice` is the JSON object of the push's own Choice."""

    name: str
    choice: dict[str, Any]
    automatic: bool
    saved_by: str
    saved_at: str


class UnknownRule(TieoutError):
    """No saved rule of this name."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        choice = f"Choose one of: {', '.join(known)}." if known else "Save one on Time first."
        super().__init__(f"There is no saved rule {name!r}. {choice}")


class Rules:
    """Saves and reads the rules of a practice; each change is logged."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def save(self, practice: str, name: str, choice: Mapping[str, Any], by: str, *, automatic: bool = False) -> None:
        """Save a rule under its name, over a former one. `automatic` takes that mark from any other rule."""
        now = self._clock.now()
        text = json.dumps(dict(choice), ensure_ascii=False, sort_keys=True, default=str)
        row = {"choice": text, "automatic": automatic, "saved_by": by, "saved_at": utc_text(now)}
        with writing(self._engine) as connection:
            hold_log(connection, practice)
            mine = saved_rule.c.practice == practice
            if automatic:
                connection.execute(update(saved_rule).where(mine).values(automatic=False))
            former = connection.execute(select(saved_rule.c.choice).where(mine, saved_rule.c.name == name)).scalar()
            connection.execute(delete(saved_rule).where(mine, saved_rule.c.name == name))
            connection.execute(insert(saved_rule).values(practice=practice, name=name, **row))
            event = NewEvent(practice, by, "saved rule", "rule", name, before=former or "", after=text)
            append_events(connection, [event], now)

    def list(self, practice: str) -> Sequence[SavedRule]:
        """All rules of a practice by name."""
        query = select(saved_rule).where(saved_rule.c.practice == practice).order_by(saved_rule.c.name)
        with reading(self._engine) as connection:
            return [_read(row) for row in fetch_rows(connection, query)]

    def get(self, practice: str, name: str) -> SavedRule:
        """The rule of this name. Raises UnknownRule, which names those there are."""
        rules = {rule.name: rule for rule in self.list(practice)}
        if name not in rules:
            raise UnknownRule(name, sorted(rules))
        return rules[name]

    def automatic(self, practice: str) -> SavedRule | None:
        """The rule of automatic pushing; None when there is none, and then nothing is pushed by itself."""
        return next((rule for rule in self.list(practice) if rule.automatic), None)

    def delete(self, practice: str, name: str, by: str) -> None:
        """Remove a rule. Raises UnknownRule."""
        former = self.get(practice, name)
        with writing(self._engine) as connection:
            connection.execute(delete(saved_rule).where(saved_rule.c.practice == practice, saved_rule.c.name == name))
            before = json.dumps(former.choice, ensure_ascii=False, sort_keys=True)
            event = NewEvent(practice, by, "deleted rule", "rule", name, before=before)
            append_events(connection, [event], self._clock.now())


def _read(row: Mapping[str, Any]) -> SavedRule:
    choice = json.loads(row["choice"])
    return SavedRule(row["name"], choice, bool(row["automatic"]), row["saved_by"], row["saved_at"])
