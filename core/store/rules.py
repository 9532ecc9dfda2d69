"""Saved choices of Which Actual Times, by name; at most one of a practice is the rule of automatic pushing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, delete, insert, select, update

from core.model import Clock, PersonNeeded, TieoutError, utc_text
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


class RuleNameTaken(PersonNeeded):
    """Another rule has the new name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"There is a saved rule {name!r} already. Choose another name, or delete that one first.")


class Rules:
    """Saves and reads the rules of a practice; each change is logged."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def save(
        self, practice: str, name: str, choice: Mapping[str, Any], by: str, *, automatic: bool | None = None
    ) -> None:
        """Save a rule under its name, over a former one.

        `automatic` gives it the mark of automatic pushing, which then no other rule has, or takes it away; left out,
        a rule that is replaced keeps what it had.
        """
        text = json.dumps(dict(choice), ensure_ascii=False, sort_keys=True, default=str)
        with writing(self._engine) as connection:
            hold_log(connection, practice)
            former = next(iter(fetch_rows(connection, select(saved_rule).where(_is(practice, name)))), None)
            marked = bool(former and former["automatic"]) if automatic is None else automatic
            if marked:
                _unmark(connection, practice)
            connection.execute(delete(saved_rule).where(_is(practice, name)))
            row = {"choice": text, "automatic": marked, "saved_by": by, "saved_at": utc_text(self._clock.now())}
            connection.execute(insert(saved_rule).values(practice=practice, name=name, **row))
            before = former["choice"] if former else ""
            self._log(connection, NewEvent(practice, by, "saved rule", "rule", name, before=before, after=text))

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

    def mark_automatic(self, practice: str, name: str, by: str) -> None:
        """Make this the rule of automatic pushing; an empty name leaves none. Raises UnknownRule."""
        former = self.automatic(practice)
        if name:
            self.get(practice, name)
        with writing(self._engine) as connection:
            hold_log(connection, practice)
            _unmark(connection, practice)
            if name:
                connection.execute(update(saved_rule).where(_is(practice, name)).values(automatic=True))
            before = former.name if former else ""
            self._log(connection, NewEvent(practice, by, "chose for automatic pushing", "rule", name, before, name))

    def rename(self, practice: str, name: str, to: str, by: str) -> None:
        """Give a rule another name. Raises UnknownRule, RuleNameTaken."""
        self.get(practice, name)
        with writing(self._engine) as connection:
            hold_log(connection, practice)
            if to != name and fetch_rows(connection, select(saved_rule).where(_is(practice, to))):
                raise RuleNameTaken(to)
            connection.execute(update(saved_rule).where(_is(practice, name)).values(name=to))
            self._log(connection, NewEvent(practice, by, "renamed rule", "rule", to, before=name, after=to))

    def delete(self, practice: str, name: str, by: str) -> None:
        """Remove a rule. Raises UnknownRule."""
        former = self.get(practice, name)
        with writing(self._engine) as connection:
            connection.execute(delete(saved_rule).where(_is(practice, name)))
            before = json.dumps(former.choice, ensure_ascii=False, sort_keys=True)
            self._log(connection, NewEvent(practice, by, "deleted rule", "rule", name, before=before))

    def _log(self, connection: Connection, event: NewEvent) -> None:
        append_events(connection, [event], self._clock.now())


def _is(practice: str, name: str) -> ColumnElement[bool]:
    return (saved_rule.c.practice == practice) & (saved_rule.c.name == name)


def _unmark(connection: Connection, practice: str) -> None:
    connection.execute(update(saved_rule).where(saved_rule.c.practice == practice).values(automatic=False))


def _read(row: Mapping[str, Any]) -> SavedRule:
    choice = json.loads(row["choice"])
    return SavedRule(row["name"], choice, bool(row["automatic"]), row["saved_by"], row["saved_at"])
