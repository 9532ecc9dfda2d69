"""What one practice has set, as kept in the database: JSON in and out, unknown keys kept."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, fields, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from core.model import TieoutError

_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


class BadSetting(TieoutError):
    """A practice's settings hold a value of the wrong kind."""

    def __init__(self, name: str, value: object, wanted: str) -> None:
        super().__init__(f"The setting {name!r} is {value!r}, but {wanted} is needed. Correct it in the settings.")


@dataclass(frozen=True)
class Settings:
    """One practice's choices. Thresholds are probabilities, 0 to 1; months are 1 to 12; the day limit counts calls.

    sample_certain, sample_likely: share of a band that may be wrong when it is accepted after checking a sample.
    `local` and `xpm` are read by the rooms of these names. `extra` holds the keys of a later version untouched.

    rounding, rounding_minutes, rounding_scope, merging, note_template: how entries become timesheets. period_close and
    grace_days: time of a week or month waits once so many days of the next have passed. remove_doubles: the second
    copy of a timesheet of ours may be deleted. hourly_rate: what an hour is worth in lists; None: no values are shown.
    The automatic_* settings and sweep_days rule the worker: times of day (HH:MM) in the practice's zone, empty for
    never; automatic_changes lets an automatic push also update and delete.
    actual_time: whether time is captured and pushed at all; timer_mode: what the Timer keeps of it.
    complete_in_xpm and reopen_in_xpm: whether a local task's end, or its reopening, is carried over to its job task.
    state_codes: job state -> the interface code XPM wants for it; states_checked: codes that XPM took once as meant.
    tax_percent: added to prices in totals, None for none; job_name, mail_subject, mail_body: texts with placeholders.
    """

    local: dict[str, Any] = field(default_factory=dict)
    xpm: dict[str, Any] = field(default_factory=dict)
    accept_at: float = 0.95
    propose_at: float = 0.30
    sample_certain: float = 0.01
    sample_likely: float = 0.05
    marker: bool = True
    closed_words: tuple[str, ...] = ("complete", "completed", "cancelled", "canceled", "closed", "archived")
    allowed_states: tuple[str, ...] = ()
    period_closed_until: date | None = None
    year_end_month: int = 6
    quarter_convention: str = "last"
    day_limit: int = 5000
    reserve: int | None = None
    over_day_tolerance_minutes: int = 0
    entry_mode: str = "duration"
    rounding: str = "none"
    rounding_minutes: int = 15
    rounding_scope: str = "entry"
    merging: str = "none"
    note_template: str = "{note}"
    period_close: str = "none"
    grace_days: int = 5
    remove_doubles: bool = False
    hourly_rate: Decimal | None = None
    automatic_push: bool = False
    automatic_mapping: bool = False
    automatic_changes: bool = False
    automatic_push_at: tuple[str, ...] = ("18:00",)
    automatic_sync_at: tuple[str, ...] = ("06:00", "12:00", "17:30")
    sweep_at: str = "02:00"
    sweep_days: int = 35
    actual_time: bool = True
    timer_mode: str = "duration"
    complete_in_xpm: bool = False
    reopen_in_xpm: bool = False
    state_codes: dict[str, str] = field(default_factory=dict)
    states_checked: tuple[str, ...] = ()
    tax_percent: Decimal | None = None
    job_name: str = "{template} {period}"
    mail_subject: str = "{client}: documents from {practice}"
    mail_body: str = "Hello,\n\nplease find the documents for {client} attached.\n\n{sender}\n{practice}"
    extra: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _check_range("accept_at", self.accept_at, 0, 1)
        _check_range("propose_at", self.propose_at, 0, 1)
        _check_range("sample_certain", self.sample_certain, 0.001, 0.5)
        _check_range("sample_likely", self.sample_likely, 0.001, 0.5)
        _check_range("year_end_month", self.year_end_month, 1, 12)
        _check_range("day_limit", self.day_limit, 1, 1_000_000)
        _check_choice("quarter_convention", self.quarter_convention, ("first", "last"))
        _check_choice("entry_mode", self.entry_mode, ("duration", "start and end"))
        _check_choice("rounding", self.rounding, ("none", "nearest", "up"))
        _check_choice("rounding_minutes", self.rounding_minutes, (1, 5, 6, 10, 15))
        _check_choice("rounding_scope", self.rounding_scope, ("entry", "day"))
        _check_choice("merging", self.merging, ("none", "day", "one line"))
        _check_choice("period_close", self.period_close, ("none", "week", "month"))
        _check_choice("timer_mode", self.timer_mode, ("duration", "start and end"))
        _check_range("grace_days", self.grace_days, 0, 90)
        _check_range("sweep_days", self.sweep_days, 1, 400)
        for name in ("automatic_push_at", "automatic_sync_at"):
            _check_times(name, getattr(self, name))
        _check_times("sweep_at", (self.sweep_at,) if self.sweep_at else ())

    def with_values(self, **changes: Any) -> Settings:
        """The settings with these fields changed; raises BadSetting when a value is out of range."""
        return replace(self, **changes)


def settings_to_json(settings: Settings) -> str:
    """One JSON object: a key per field, and the unknown keys beside them."""
    known = {f.name: getattr(settings, f.name) for f in fields(settings) if f.name != "extra"}
    return json.dumps({**settings.extra, **known}, default=_plain, ensure_ascii=False, sort_keys=True)


def settings_from_json(text: str) -> Settings:
    """The settings of a JSON object; missing keys take their defaults. Raises BadSetting for a wrong value."""
    try:
        found = json.loads(text)
    except ValueError as error:
        raise BadSetting("settings", text[:40], "a JSON object") from error
    if not isinstance(found, dict):
        raise BadSetting("settings", found, "a JSON object")
    return settings_from_dict(found)


def settings_from_dict(found: dict[str, Any]) -> Settings:
    """The same from a dictionary, as the demo practice and the settings page hold it."""
    names = {f.name for f in fields(Settings)} - {"extra"}
    known: dict[str, Any] = {name: _READ.get(name, _as_is)(name, found[name]) for name in names & found.keys()}
    return Settings(**known, extra={name: value for name, value in found.items() if name not in names})


def _plain(value: object) -> Any:
    return value.isoformat() if isinstance(value, date) else list(value) if isinstance(value, tuple) else str(value)


def _as_is(_name: str, value: Any) -> Any:
    return value


def _as_date(name: str, value: Any) -> date | None:
    if value is None or value == "":
        return None
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise BadSetting(name, value, "a date like 2026-06-30") from error


def _as_words(name: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(word, str) for word in value):
        raise BadSetting(name, value, "a list of words")
    return tuple(value)


def _as_whole(name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise BadSetting(name, value, "a whole number")
    return value


def _as_number(name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadSetting(name, value, "a number")
    return float(value)


def _as_flag(name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise BadSetting(name, value, "true or false")
    return value


def _as_object(name: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BadSetting(name, value, "a JSON object")
    return value


def _as_rate(name: str, value: Any) -> Decimal | None:
    if value is None or value == "":
        return None
    try:
        rate = Decimal(str(value))
    except InvalidOperation as error:
        raise BadSetting(name, value, "an amount like 180.00") from error
    if not rate.is_finite() or rate < 0:
        raise BadSetting(name, value, "an amount like 180.00")
    return rate


def _as_percent(name: str, value: Any) -> Decimal | None:
    percent = _as_rate(name, value)
    if percent is not None and percent > 100:
        raise BadSetting(name, value, "a percentage from 0 to 100")
    return percent


def _as_codes(name: str, value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(code, str) for code in value.values()):
        raise BadSetting(name, value, "a code for each state")
    return dict(value)


def _as_text(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise BadSetting(name, value, "a text")
    return value


def _as_maybe_whole(name: str, value: Any) -> int | None:
    return None if value is None else _as_whole(name, value)


_READ = {
    "local": _as_object,
    "xpm": _as_object,
    "accept_at": _as_number,
    "propose_at": _as_number,
    "sample_certain": _as_number,
    "sample_likely": _as_number,
    "marker": _as_flag,
    "closed_words": _as_words,
    "allowed_states": _as_words,
    "period_closed_until": _as_date,
    "year_end_month": _as_whole,
    "day_limit": _as_whole,
    "reserve": _as_maybe_whole,
    "over_day_tolerance_minutes": _as_whole,
    "rounding_minutes": _as_whole,
    "grace_days": _as_whole,
    "sweep_days": _as_whole,
    "remove_doubles": _as_flag,
    "hourly_rate": _as_rate,
    "automatic_push": _as_flag,
    "automatic_mapping": _as_flag,
    "automatic_changes": _as_flag,
    "automatic_push_at": _as_words,
    "automatic_sync_at": _as_words,
    "actual_time": _as_flag,
    "complete_in_xpm": _as_flag,
    "reopen_in_xpm": _as_flag,
    "state_codes": _as_codes,
    "states_checked": _as_words,
    "tax_percent": _as_percent,
    "job_name": _as_text,
    "mail_subject": _as_text,
    "mail_body": _as_text,
}


def _check_range(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise BadSetting(name, value, f"a number from {low} to {high}")


def _check_times(name: str, times: tuple[str, ...]) -> None:
    if not all(_TIME.fullmatch(one) for one in times):
        raise BadSetting(name, times, "times of day like 18:00")


def _check_choice(name: str, value: object, choices: tuple[object, ...]) -> None:
    if value not in choices:
        raise BadSetting(name, value, f"one of {', '.join(map(repr, choices))}")
