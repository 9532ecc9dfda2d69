"""What a practice and its installation have set: shown with its meaning, and changed with a line in the log."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from core.workspace import Workspace

#: Settings of a practice that people change, with what they mean.
CHANGEABLE: dict[str, str] = {
    "period_closed_until": "time up to this day is never sent",
    "year_end_month": "last month of the financial year, 1 to 12",
    "quarter_convention": "a quarter's label names its first or its last month",
    "day_limit": "calls XPM allows a day",
    "over_day_tolerance_minutes": "minutes XPM may hold beyond what was recorded here before a day is questioned",
    "marker": "a short sign in the note of each timesheet, by which it is found again",
}


class Options:
    """The settings of one practice."""

    def __init__(self, workspace: Workspace) -> None:
        self._ws = workspace

    def change(self, **values: Any) -> int:
        """Set these settings of the practice; returns how many were different. Raises BadSetting for a wrong value."""
        ws, practice = self._ws, self._ws.practice
        changed = {name: value for name, value in values.items() if getattr(practice.settings, name) != value}
        if changed:
            before = {name: getattr(practice.settings, name) for name in changed}
            ws.store.practices.save_settings(practice.id, practice.settings.with_values(**changed))
            ws.store.events.add(
                practice.id, ws.actor, "set", "settings", practice.id, before=_tell(before), after=_tell(changed)
            )
        return len(changed)

    def in_force(self) -> pd.DataFrame:
        """What holds now, secrets left out: index setting, columns value and means, all text."""
        settings, practice = self._ws.settings, self._ws.practice
        rows = {
            "XPM address": (settings.xpm_url, "a sandbox" if settings.is_sandbox else "the real XPM"),
            "Return address": (settings.redirect_uri, "registered at Xero for this installation's app"),
            "App": (settings.client_id or "none", "client id of this installation's app at Xero"),
            "Format": (settings.xpm_mode, "how records travel between XPM and us"),
            "Database": (self._ws.store.engine.url.render_as_string(hide_password=True), "where everything is kept"),
            "Data folder": (str(settings.data_dir), "key, uploads and logs"),
            "Worker": ("on" if settings.worker else "off", "carries out runs inside this dashboard"),
            "Time zone": (practice.zone, "work dates are dates there"),
            "Acting as": (self._ws.actor, "the name that decisions and runs carry"),
        }
        return pd.DataFrame.from_dict(rows, orient="index", columns=["value", "means"]).rename_axis("setting")


def _tell(values: dict[str, Any]) -> str:
    return "; ".join(f"{name} {_show(value)}" for name, value in values.items())


def _show(value: Any) -> str:
    return "none" if value is None else value.isoformat() if isinstance(value, date) else str(value)
