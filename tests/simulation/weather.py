"""What a seed brings: how many entries, which faults how often, which policies of XPM, which accidents and people.

The rates are those of the fault model; swarm weather switches some faults off and makes others ten times as likely.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

#: Faults of the sandbox per request, as its rule book has them at its default rates.
RATES = {
    "drop_before": 0.02,
    "drop_after": 0.03,
    "late": 0.01,
    "error": 0.02,
    "error_after": 0.015,
    "limit_minute": 0.03,
    "truncate": 0.01,
    "unavailable": 0.03,
    "list_partial": 0.04,
    "lag": 0.08,
}
#: Per step of a worker.
_STEPS = {"kill": 0.004, "pause": 0.003}
#: What people do in XPM, per entry.
_PEOPLE = {"type": 0.01, "note": 0.01, "minutes": 0.01, "delete": 0.005, "invoice": 0.05, "move": 0.002}
#: What people do on the local side, per entry.
_LOCAL = {"edit": 0.02, "remove": 0.01}
#: Besides the sandbox's own: no connection, and lost answers of the sign-in.
_LINE = {"refused": 0.005, "token_lost": 0.03}
#: Policies of XPM that a client cannot know, each with the chance that a seed has it.
_SWITCHES = (
    ("window_filter", "created", 0.5),
    ("former_refresh_token", "refused", 0.3),
    ("list_order", "shuffled", 0.2),
    ("note_escape", "html", 0.1),
    ("limit_headers", "absent", 0.1),
    ("invoiced_edit", "accept", 0.5),
    ("unknown_id_status", "404", 0.3),
    ("json_single_row", "object", 0.2),
)
HOURS_OF_FAULTS, HOURS_OF_CALM = 6, 8


@dataclass(frozen=True)
class Mode:
    """What a run of the simulation is asked for. `sweep` off: doubles are not looked for."""

    swarm: bool = False
    very_late: bool = False
    sweep: bool = True
    mutant: str = ""
    faultless: bool = False


@dataclass
class Weather:
    """One seed's share of it. Rates per request, step or entry; moments in seconds after the start."""

    entries: int
    waves: int
    rates: dict[str, float]
    steps: dict[str, float]
    people: dict[str, float]
    local: dict[str, float]
    line: dict[str, float]
    switches: dict[str, str] = field(default_factory=dict)
    outages: list[tuple[float, float]] = field(default_factory=list)
    backup: float = 0.0
    restore: float = 0.0
    jumps: list[tuple[float, str, float]] = field(default_factory=list)
    disk_trouble: list[tuple[float, float]] = field(default_factory=list)
    short_day: int = 0
    answered: float = 0.85
    remove_doubles: bool = False
    merging: str = "none"


def draw_weather(seed: int, mode: Mode) -> Weather:
    """The weather of a seed; the same for the same mode."""
    chance = Random(f"{seed}|weather")
    entries = min(200, 20 + int(chance.expovariate(1 / 14)))
    weather = Weather(
        entries, chance.randrange(2, 6), dict(RATES), dict(_STEPS), dict(_PEOPLE), dict(_LOCAL), dict(_LINE)
    )
    weather.switches = {name: value for name, value, share in _SWITCHES if chance.random() < share}
    weather.remove_doubles = chance.random() < 0.5
    weather.merging = chance.choice(("none", "none", "day", "one line"))
    weather.answered = chance.choice((1.0, 0.85, 0.5))
    if mode.faultless:
        return _clear(weather)
    _draw_accidents(weather, chance)
    if mode.swarm:
        _swarm(weather, chance)
    if mode.very_late:
        weather.rates["very_late"] = 0.01
    return weather


def _draw_accidents(weather: Weather, chance: Random) -> None:
    end = HOURS_OF_FAULTS * 3600.0
    if chance.random() < 0.15:
        weather.backup = chance.uniform(0.1, 0.7) * end
        weather.restore = weather.backup + chance.uniform(60, end - weather.backup)
    if chance.random() < 0.25:
        start = chance.uniform(0, end)
        weather.outages.append((start, start + chance.uniform(300, 3600)))
    if chance.random() < 0.25:
        for _ in range(chance.randrange(1, 3)):
            by = chance.choice((-900.0, -200.0, 120.0, 280.0, 3600.0))
            weather.jumps.append((chance.uniform(0, end - 1800), chance.choice(("w1", "w2")), by))
    if chance.random() < 0.1:
        start = chance.uniform(0, end)
        weather.disk_trouble.append((start, start + chance.uniform(120, 1200)))
    if chance.random() < 0.08:
        weather.short_day = chance.randrange(30, 120)


def _swarm(weather: Weather, chance: Random) -> None:
    """Some faults never, some ten times as often: combinations that the default rates hardly ever bring."""
    for group in (weather.rates, weather.steps, weather.people, weather.local, weather.line):
        for name, usual in group.items():
            factor = chance.choice((0.0, 1.0, 1.0, 10.0)) if name != "delete" else chance.choice((0.0, 1.0, 4.0))
            group[name] = min(usual * factor, 0.3)
    # What comes back late or never does must leave room for answers that come.
    total = sum(weather.rates[name] for name in ("drop_before", "drop_after", "late", "error", "error_after"))
    if total > 0.5:
        for name in ("drop_before", "drop_after", "late", "error", "error_after"):
            weather.rates[name] *= 0.5 / total


def _clear(weather: Weather) -> Weather:
    nothing: dict[str, Any] = {
        name: dict.fromkeys(getattr(weather, name), 0.0) for name in ("rates", "steps", "people", "local", "line")
    }
    return replace(weather, **nothing)


def write_rules(weather: Weather, seed: int) -> dict[str, Any]:
    """The weather as the sandbox's rule book takes it."""
    rates = {name: rate for name, rate in weather.rates.items() if name != "very_late"}
    late = weather.rates.get("very_late", 0.0)
    rules = [{"fault": "late", "method": method, "probability": late, "longest": 7200.0} for method in _WRITES if late]
    return {"seed": seed, "rates": rates, "rules": rules}


_WRITES = ("POST", "PUT", "DELETE")
