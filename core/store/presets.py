"""Cost tables kept under a name, for one job template or for every one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, delete, insert, select, update

from core.model import Clock, PersonNeeded, TieoutError, utc_text
from core.store.engine import fetch_rows, reading, writing
from core.store.events import NewEvent, append_events, hold_log
from core.store.tables import cost_preset


@dataclass(frozen=True)
class Preset:
    """One kept cost table. `template_id` is XPM's job template, empty for all; `content` is JSON of a job draft."""

    template_id: str
    name: str
    content: str
    saved_by: str
    saved_at: str


class UnknownPreset(TieoutError):
    """No preset of this name for this template."""

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no preset {name!r} any more. Choose another one.")


class PresetNameTaken(PersonNeeded):
    """Another preset of the template has the new name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"There is a preset {name!r} for this template already. Choose another name.")


class Presets:
    """Keeps and reads the presets of a practice; each change is logged."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def save(self, practice: str, preset: Preset) -> None:
        """Keep a preset under its template and name, over a former one; its own instant does not count."""
        one = _is(practice, preset.template_id, preset.name)
        with writing(self._engine) as connection:
            hold_log(connection, practice)
            former = next(iter(fetch_rows(connection, select(cost_preset.c.content).where(one))), None)
            connection.execute(delete(cost_preset).where(one))
            row = vars(preset) | {"practice": practice, "saved_at": utc_text(self._clock.now())}
            connection.execute(insert(cost_preset).values(**row))
            told = {"before": _tell(former["content"]) if former else "", "after": _tell(preset.content)}
            self._log(connection, NewEvent(practice, preset.saved_by, "saved preset", "preset", preset.name, **told))

    def list(self, practice: str, template_id: str) -> Sequence[Preset]:
        """The presets of a template and those for every template, by name."""
        usable = cost_preset.c.template_id.in_({template_id, ""})
        query = select(cost_preset).where(cost_preset.c.practice == practice, usable)
        with reading(self._engine) as connection:
            rows = fetch_rows(connection, query.order_by(cost_preset.c.name, cost_preset.c.template_id))
        return [_read(row) for row in rows]

    def get(self, practice: str, template_id: str, name: str) -> Preset:
        """One preset. Raises UnknownPreset."""
        query = select(cost_preset).where(_is(practice, template_id, name))
        with reading(self._engine) as connection:
            rows = fetch_rows(connection, query)
        if not rows:
            raise UnknownPreset(name)
        return _read(rows[0])

    def rename(self, practice: str, template_id: str, name: str, to: str, by: str) -> None:
        """Give a preset another name. Raises UnknownPreset, PresetNameTaken."""
        self.get(practice, template_id, name)
        with writing(self._engine) as connection:
            hold_log(connection, practice)
            taken = fetch_rows(connection, select(cost_preset.c.name).where(_is(practice, template_id, to)))
            if to != name and taken:
                raise PresetNameTaken(to)
            connection.execute(update(cost_preset).where(_is(practice, template_id, name)).values(name=to))
            self._log(connection, NewEvent(practice, by, "renamed preset", "preset", to, before=name, after=to))

    def delete(self, practice: str, template_id: str, name: str, by: str) -> None:
        """Remove a preset; jobs made with it stay as they are. Raises UnknownPreset."""
        former = self.get(practice, template_id, name)
        with writing(self._engine) as connection:
            connection.execute(delete(cost_preset).where(_is(practice, template_id, name)))
            self._log(connection, NewEvent(practice, by, "deleted preset", "preset", name, _tell(former.content)))

    def _log(self, connection: Connection, event: NewEvent) -> None:
        append_events(connection, [event], self._clock.now())


def _tell(content: str) -> str:
    """The lines of a kept table as the log tells them."""
    lines = json.loads(content).get("costs", [])
    return "; ".join(f"{line['description']} {line['quantity']} × {line['unit_price']}" for line in lines)


def _is(practice: str, template_id: str, name: str) -> ColumnElement[bool]:
    mine = (cost_preset.c.practice == practice) & (cost_preset.c.template_id == template_id)
    return mine & (cost_preset.c.name == name)


def _read(row: Mapping[str, Any]) -> Preset:
    return Preset(**{name: row[name] for name in Preset.__dataclass_fields__})
