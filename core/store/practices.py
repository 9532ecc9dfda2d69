"""The practices of an installation and their settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Engine, insert, select, update
from sqlalchemy.exc import IntegrityError

from core.model import Clock, TieoutError, utc_text
from core.store.engine import fetch_rows, reading, writing
from core.store.settings import Settings, settings_from_json, settings_to_json
from core.store.tables import practice as practices


@dataclass(frozen=True)
class Practice:
    """One tenant. `zone` names its time zone (IANA); `as_of` pins today for the demo practice."""

    id: str
    name: str
    zone: str
    as_of: date | None = None
    settings: Settings = field(default_factory=Settings)


class UnknownPractice(TieoutError):
    """No practice of this id."""

    def __init__(self, practice: str, known: Sequence[str]) -> None:
        choice = f"Choose one of: {', '.join(known)}." if known else "There is none yet: run `tieout connect` first."
        what = f"There is no practice {practice!r}." if practice else "There are several practices, and none was named."
        super().__init__(f"{what} {choice}")


class PracticeExists(TieoutError):
    """The id is taken."""

    def __init__(self, practice: str) -> None:
        super().__init__(f"There is a practice {practice!r} already. Open it, or choose another id.")


class UnknownZone(TieoutError):
    """The time zone is none that this machine knows."""

    def __init__(self, zone: str) -> None:
        super().__init__(f"There is no time zone {zone!r}. Use a name like Australia/Sydney or Pacific/Auckland.")


class Practices:
    """Creates, reads and changes practices."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def create(self, practice: Practice) -> None:
        """Add a practice. Raises PracticeExists or UnknownZone."""
        _check_zone(practice.zone)
        row = {
            "id": practice.id,
            "name": practice.name,
            "zone": practice.zone,
            "as_of": practice.as_of,
            "settings": settings_to_json(practice.settings),
            "created_at": utc_text(self._clock.now()),
        }
        try:
            with writing(self._engine) as connection:
                connection.execute(insert(practices).values(row))
        except IntegrityError as error:
            raise PracticeExists(practice.id) from error

    def get(self, practice: str) -> Practice:
        """The practice of this id. Raises UnknownPractice, which names those there are."""
        with reading(self._engine) as connection:
            rows = fetch_rows(connection, select(practices).where(practices.c.id == practice))
        if not rows:
            raise UnknownPractice(practice, [known.id for known in self.list()])
        return _read(rows[0])

    def list(self) -> Sequence[Practice]:
        """All practices by name."""
        with reading(self._engine) as connection:
            rows = fetch_rows(connection, select(practices).order_by(practices.c.name, practices.c.id))
        return [_read(row) for row in rows]

    def save_settings(self, practice: str, settings: Settings) -> None:
        """Replace a practice's settings. Raises UnknownPractice."""
        change = update(practices).where(practices.c.id == practice).values(settings=settings_to_json(settings))
        with writing(self._engine) as connection:
            found = connection.execute(change).rowcount
        if not found:
            raise UnknownPractice(practice, [known.id for known in self.list()])


def _check_zone(zone: str) -> None:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise UnknownZone(zone) from error


def _read(row: Mapping[str, Any]) -> Practice:
    return Practice(row["id"], row["name"], row["zone"], row["as_of"], settings_from_json(row["settings"]))
