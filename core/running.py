"""The settings that hold in this process: those of a running demo, else those of the environment.

The server that starts the demo and the pages it serves are one process, but the demo's addresses are known only once
its sandbox runs; so the server puts them here and the pages take them from here.
"""

from __future__ import annotations

from core.settings import Settings, read_settings

_in_force: list[Settings] = []


def put_in_force(settings: Settings) -> None:
    """From now on these settings hold."""
    _in_force[:] = [settings]


def lift_settings() -> None:
    """What was put in force ends; the environment's settings hold again."""
    _in_force.clear()


def settings_in_force() -> Settings:
    """The settings every page works with. Raises SettingsWrong naming the variable when the environment's are wrong."""
    return _in_force[0] if _in_force else read_settings()
