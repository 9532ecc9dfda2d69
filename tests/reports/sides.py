"""Both sides of a small practice for the reports: entries, their standings, what the ledger claims, and XPM's rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pandas as pd

from core.model import LOCAL_FRAMES, XPM_FRAMES, empty_frame, shape_frame
from core.reports import TieOut, tie_out
from core.store.claims import CLAIM_COLUMNS

NOVEMBER = (date(2026, 11, 1), date(2026, 11, 30))
DAY = "2026-11-20"


@dataclass
class Sides:
    """Rows by id, added one at a time; `close` makes the tie-out of November."""

    entries: dict[str, dict[str, Any]] = field(default_factory=dict)
    claims: list[dict[str, Any]] = field(default_factory=list)
    sheets: dict[str, dict[str, Any]] = field(default_factory=dict)

    def enter(
        self, entry_id: str, minutes: int, standing: str, reason: str = "", bundle: str = "", day: str = DAY
    ) -> None:
        """One local entry as it stands; `bundle` is the timesheet of ours it is in."""
        facts = {"minutes": minutes, "standing": standing, "reason": reason, "bundle_id": bundle}
        self.entries[entry_id] = facts | {"date": day}

    def claim(self, bundle: str, shares: dict[str, int], state: str = "confirmed", **facts: Any) -> None:
        """One timesheet of ours in the ledger, with its entries' shares; its UUID is `u-<bundle>`."""
        base = {"bundle_id": bundle, "state": state, "remote_uuid": f"u-{bundle}", "date": DAY, "by_hand": False}
        base |= {
            "group_key": f"entry:{bundle}",
            "minutes": sum(shares.values()),
            "last_seen_at": "",
            "reason": "",
        } | facts
        self.claims += [base | {"entry_id": one, "sent_minutes": minutes} for one, minutes in shares.items()]

    def show(self, uuid: str, minutes: int, day: str = DAY) -> None:
        """One timesheet in XPM."""
        self.sheets[uuid] = {"minutes": minutes, "date": day}

    def push(self, entry_id: str, minutes: int, sent: int | None = None, **facts: Any) -> None:
        """An entry that is in XPM as recorded, or rounded to `sent`."""
        held = minutes if sent is None else sent
        self.enter(entry_id, minutes, "synced", bundle=entry_id)
        self.claim(entry_id, {entry_id: held}, **facts)
        self.show(f"u-{entry_id}", held)

    def close(self, *, is_complete: bool = True, **more: Any) -> TieOut:
        standings = pd.DataFrame.from_dict(self.entries, orient="index", columns=_STANDING)
        standings["date"] = pd.to_datetime(standings["date"]).astype("datetime64[s]")
        standings = standings.astype({"minutes": "int64"})
        times = shape_frame(standings[standings["standing"].ne("withdrawn")], LOCAL_FRAMES["actual_times"])
        claims = pd.DataFrame(self.claims, columns=CLAIM_COLUMNS).fillna({"entry_minutes": 0})
        claims = claims.astype(dict.fromkeys(("bundle_id", "entry_id", "remote_uuid", "last_seen_at"), "str"))
        claims["date"] = pd.to_datetime(claims["date"]).astype("datetime64[s]")
        problems = more.pop("problems", empty_frame(LOCAL_FRAMES["problems"]))
        return tie_out(times, problems, standings, claims, self.times(), *NOVEMBER, is_complete=is_complete, **more)

    def times(self) -> pd.DataFrame:
        """XPM's rows."""
        frame = pd.DataFrame.from_dict(self.sheets, orient="index", columns=["minutes", "date"])
        frame["date"] = pd.to_datetime(frame["date"])
        return shape_frame(frame, XPM_FRAMES["times"])


_STANDING = ["date", "minutes", "standing", "reason", "bundle_id"]
