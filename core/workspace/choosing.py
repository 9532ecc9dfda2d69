"""Which Actual Times of one practice: saved choices by name, the one of automatic pushing, what a choice is called."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from core.model import TieoutError
from core.push.rules import Choice
from core.store import SavedRule

if TYPE_CHECKING:
    from core.workspace import Workspace

__all__ = ["Choosing", "NamelessChoice", "OnlyOnce", "SavedRule", "read_rule"]


class NamelessChoice(TieoutError):
    """A choice is saved under a name."""

    def __init__(self) -> None:
        super().__init__("Type the name under which to save this choice.")


class OnlyOnce(TieoutError):
    """A choice of single entries is no rule."""

    def __init__(self, entries: int) -> None:
        super().__init__(
            f"This choice names {entries} single entries, which a rule cannot. Take those out, then save it."
        )


class Choosing:
    """The saved choices of one practice; each change is logged with its actor."""

    def __init__(self, workspace: Workspace) -> None:
        self._ws = workspace

    def list(self) -> Sequence[SavedRule]:
        """The saved choices by name."""
        return self._ws.store.rules.list(self._ws.practice_id)

    def find(self, rule: str = "", start: date | None = None, end: date | None = None) -> Choice:
        """A saved choice, or everything, cut to these dates. Raises UnknownRule, which names those there are."""
        if not rule:
            return Choice(start=start, end=end)
        choice = read_rule(self._ws.store.rules.get(self._ws.practice_id, rule))
        return replace(choice, start=start or choice.start, end=end or choice.end)

    def automatic(self) -> Choice | None:
        """The choice of automatic pushing; None when no saved one is marked."""
        rule = self._ws.store.rules.automatic(self._ws.practice_id)
        return read_rule(rule) if rule else None

    def name(self, choice: Choice) -> Choice:
        """The choice with the name it is saved under, for the sentences of what it leaves out.

        Its single entries do not count: a rule with missing time is still that rule. No name when none is the same.
        """
        wanted = replace(choice, entries=(), missing=())
        if not wanted.narrows:
            return choice
        names = [rule.name for rule in self.list() if _reads_as(rule, wanted)]
        return replace(choice, name=names[0] if names else "")

    def leaves_out(self, rows: pd.DataFrame, choice: Choice) -> pd.Series:
        """The Reason for each of these standings that a choice leaves out, else empty text; index that of `rows`."""
        return choice.leaves_out(self.complete(rows), self._ws.today)

    def complete(self, rows: pd.DataFrame) -> pd.DataFrame:
        """The standings with the columns that only a choice asks for: task_status and client_group."""
        statuses, groups = self._ws.local("tasks")["status"], self._ws.local("clients")["client_group"]
        status, group = rows["task_id"].map(statuses).fillna(""), rows["client_id"].map(groups).fillna("")
        return rows.assign(task_status=status, client_group=group)

    def save(self, name: str, choice: Choice) -> None:
        """Keep a choice under a name, over a former one, which keeps its mark. Raises NamelessChoice, OnlyOnce."""
        if not name.strip():
            raise NamelessChoice
        if choice.entries or choice.missing:
            raise OnlyOnce(len(choice.entries) + len(choice.missing))
        self._ws.store.rules.save(self._ws.practice_id, name.strip(), json.loads(choice.to_json()), self._ws.actor)

    def rename(self, name: str, to: str) -> None:
        """Give a saved choice another name. Raises UnknownRule, RuleNameTaken, NamelessChoice."""
        if not to.strip():
            raise NamelessChoice
        self._ws.store.rules.rename(self._ws.practice_id, name, to.strip(), self._ws.actor)

    def delete(self, name: str) -> None:
        """Remove a saved choice; without the marked one nothing is pushed by itself. Raises UnknownRule."""
        self._ws.store.rules.delete(self._ws.practice_id, name, self._ws.actor)

    def mark_automatic(self, name: str) -> None:
        """Make a saved choice the rule of automatic pushing; an empty name leaves none. Raises UnknownRule."""
        self._ws.store.rules.mark_automatic(self._ws.practice_id, name, self._ws.actor)


def read_rule(rule: SavedRule) -> Choice:
    """The choice of a saved rule, under its name. Raises BadChoice."""
    return replace(Choice.from_json(json.dumps(rule.choice)), name=rule.name)


def _reads_as(rule: SavedRule, choice: Choice) -> bool:
    try:
        return read_rule(rule) == choice
    except TieoutError:
        # A rule that cannot be read says so where it is used; it is no name for another choice.
        return False
