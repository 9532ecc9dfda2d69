"""Rules that narrow processes, as a practice keeps them: added and ended, never changed in place."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Engine, func, insert, select, update

from core.model import Clock, PersonNeeded, utc_text
from core.store.engine import fetch_rows, reading, writing
from core.store.events import NewEvent, append_events, hold_log
from core.store.tables import process_rule

_SUBJECT = "process rule"


@dataclass(frozen=True)
class KeptRule:
    """One rule of a process. Of those in force the lowest position that fits decides; `verdict` is linked or excluded,
    `xpm_id` a task type or empty. Empty conditions hold everywhere; dates are both included. `at` and `ended_at` are
    UTC text, the latter empty while the rule is in force. `id`, `by` and `at` are empty in a rule that is to be added.
    """

    process_id: str
    position: int
    verdict: str
    xpm_id: str = ""
    clients: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    staff: tuple[str, ...] = ()
    start: date | None = None
    end: date | None = None
    words: str = ""
    id: str = ""
    by: str = ""
    at: str = ""
    ended_by: str = ""
    ended_at: str = ""


class RulesMovedOn(PersonNeeded):
    """Somebody changed the rules of the process since this person looked."""

    def __init__(self, process_id: str) -> None:
        super().__init__(
            f"The rules of process {process_id!r} were changed meanwhile. Nothing was saved; look at them again."
        )


class ProcessRules:
    """Adds, ends and reads the rules of a practice's processes; each change is logged."""

    def __init__(self, engine: Engine, clock: Clock, new_id: Callable[[], str]) -> None:
        self._engine = engine
        self._clock = clock
        self._new_id = new_id

    def list(self, practice: str, process_id: str = "") -> Sequence[KeptRule]:
        """The rules in force, of one process or of all, each process's in the order in which they are asked."""
        with reading(self._engine) as connection:
            return _list_standing(connection, practice, process_id)

    def history(self, practice: str, process_id: str) -> Sequence[KeptRule]:
        """All rules a process ever had, newest first."""
        query = select(process_rule).where(_of(practice, process_id)).order_by(process_rule.c.at.desc())
        with reading(self._engine) as connection:
            return [_read(row) for row in fetch_rows(connection, query)]

    def version(self, practice: str) -> str:
        """A text that changes with every change of the rules; empty while the practice never had any."""
        query = select(func.count(), func.max(process_rule.c.at), func.max(process_rule.c.ended_at))
        query = query.add_columns(func.count(process_rule.c.ended_at))
        with reading(self._engine) as connection:
            counted = tuple(connection.execute(query.where(process_rule.c.practice == practice)).one())
        return str(counted) if counted[0] else ""

    def change(
        self,
        practice: str,
        process_id: str,
        rules: Sequence[KeptRule],
        by: str,
        *,
        seen: Sequence[str] | None = None,
        tell: Callable[[KeptRule], str] | None = None,
    ) -> Sequence[KeptRule]:
        """Make these the rules of the process, in this order; those in force afterwards.

        A rule that is given with its id stays as it is while nothing about it differs, its position included; else it
        is ended and added anew. seen: ids of the rules the person saw; raises RulesMovedOn when others are in force.
        tell: what the activity log says of a rule; without it its content as JSON.
        """
        wanted = [_place(rule, place) for place, rule in enumerate(rules, 1)]
        now = utc_text(self._clock.now())
        with writing(self._engine) as connection:
            hold_log(connection, practice)
            standing = _list_standing(connection, practice, process_id)
            if seen is not None and [one.id for one in standing] != list(seen):
                raise RulesMovedOn(process_id)
            kept = {one.id for one in standing if one in wanted}
            ended = [one for one in standing if one.id not in kept]
            added = [one for one in wanted if one.id not in kept or not one.id]
            self._end(connection, [one.id for one in ended], by, now)
            self._add(connection, practice, added, by, now)
            words, whose = tell or _tell, (practice, by)
            events = [NewEvent(*whose, "ended", _SUBJECT, process_id, before=words(one)) for one in ended]
            events += [NewEvent(*whose, "added", _SUBJECT, process_id, after=words(one)) for one in added]
            if events:
                append_events(connection, events, self._clock.now())
            return _list_standing(connection, practice, process_id)

    def _end(self, connection: Connection, ids: Sequence[str], by: str, at: str) -> None:
        if ids:
            ended = update(process_rule).where(process_rule.c.id.in_(ids))
            connection.execute(ended.values(ended_by=by, ended_at=at))

    def _add(self, connection: Connection, practice: str, rules: Sequence[KeptRule], by: str, at: str) -> None:
        rows = [_write(rule) | {"id": self._new_id(), "practice": practice, "by": by, "at": at} for rule in rules]
        if rows:
            connection.execute(insert(process_rule), rows)


_LISTS = ("clients", "groups", "staff")
_PLAIN = ("process_id", "position", "verdict", "xpm_id", "start", "end", "words")


def _of(practice: str, process_id: str) -> Any:
    mine = process_rule.c.practice == practice
    return mine & (process_rule.c.process_id == process_id) if process_id else mine


def _list_standing(connection: Connection, practice: str, process_id: str) -> list[KeptRule]:
    query = select(process_rule).where(_of(practice, process_id), process_rule.c.ended_at.is_(None))
    in_order = query.order_by(process_rule.c.process_id, process_rule.c.position, process_rule.c.id)
    return [_read(row) for row in fetch_rows(connection, in_order)]


def _place(rule: KeptRule, place: int) -> KeptRule:
    return KeptRule(**(vars(rule) | {"position": place}))


def _read(row: Mapping[str, Any]) -> KeptRule:
    values: dict[str, Any] = {name: row[name] for name in (*_PLAIN, "id", "by", "at", "ended_by")}
    values |= {name: tuple(json.loads(row[name])) for name in _LISTS}
    return KeptRule(**values, ended_at=row["ended_at"] or "")


def _write(rule: KeptRule) -> dict[str, Any]:
    lists = {name: json.dumps(list(getattr(rule, name)), ensure_ascii=False) for name in _LISTS}
    return {name: getattr(rule, name) for name in _PLAIN} | lists | {"ended_by": "", "ended_at": None}


def _tell(rule: KeptRule) -> str:
    facts = {name: value for name, value in vars(rule).items() if value and name in (*_PLAIN, *_LISTS)}
    facts.pop("process_id", None)
    return json.dumps(facts, default=str, ensure_ascii=False, sort_keys=True)
