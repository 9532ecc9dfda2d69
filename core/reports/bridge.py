"""The bridge from the entries that count as in XPM to the minutes XPM itself holds, line by line.

The ledger says, share by share, what each timesheet of ours should hold; XPM's own rows say what it does hold. Both
are laid beside each other, and every minute of XPM falls into one line: pushed as recorded, linked, rounded, changed
on either side, in doubt, typed by hand. What fits nowhere is a gap: it is listed one by one, never netted.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from core.model import Standing

#: The lines that make up our time in XPM, then those of others; all together they are XPM's total.
OUR_LINES = ("pushed", "linked", "rounding", "edited", "withdrawn", "drifted", "in_doubt", "held", "unread", "gap")
OTHER_LINES = ("copies", "by_hand")
LINES = (*OUR_LINES, *OTHER_LINES)
PART_COLUMNS = ["line", "entry_id", "bundle_id", "xpm_time_id", "minutes", "why"]

#: What each line is called, and what it means.
LINE_TITLES = {
    "pushed": "Pushed from here, as recorded",
    "linked": "Typed by hand, linked to an entry here",
    "rounding": "Rounding",
    "edited": "Changed here since",
    "withdrawn": "Deleted here since",
    "drifted": "Changed in XPM since",
    "in_doubt": "Being sent, changed or read back",
    "held": "Ours, waits for a person",
    "unread": "Written since XPM was read last",
    "gap": "Not explained",
    "copies": "Carries our mark, of no entry here",
    "by_hand": "Typed by hand, of no entry here",
}

SURE = ("posted", "confirmed")
_BY_STATE = {"drifted": "drifted", "sending": "in_doubt", "unknown": "in_doubt", "changing": "in_doubt"}
#: What waits for a person because XPM holds something else, or because its entry is gone.
_BY_REASON = {"adopt_differs": "drifted", "echo_differs": "drifted", "orphan": "withdrawn"}
_RETRACTED = "retracted"
_CORRECTION = "correct:"
#: Later than any instant: of a month whose reading is not known, nothing was written after it.
_NEVER = "\uffff"

TWICE = "this entry is in XPM a second time"
NOT_THERE = "XPM does not show it"
OTHER_MINUTES = "XPM shows other minutes"
OTHER_DATE = "XPM shows it on another date"
NO_TIMESHEET = "it counts as in XPM, but no timesheet of it is recorded"
STILL_THERE = "it was deleted from XPM, which shows it still"


@dataclass(frozen=True)
class Bridge:
    """XPM's side of a period. `parts`: one row per minute-carrying fact, PART_COLUMNS; `total`: what XPM's rows sum to.

    In `parts` a line's minutes may be negative: rounding down, or what should be in XPM and is not. `entry_id` is one
    of the entries where the row is about a timesheet of several.
    """

    parts: pd.DataFrame
    total: int

    @property
    def minutes(self) -> dict[str, int]:
        """Minutes by line, all LINES, and `remainder`: what XPM's total has beyond them, 0 unless we cannot add."""
        sums = self.parts.groupby("line")["minutes"].sum()
        lines = {line: int(sums.get(line, 0)) for line in LINES}
        return lines | {"remainder": self.total - sum(lines.values())}

    @property
    def timesheets(self) -> dict[str, int]:
        """Rows by line: entries where entries were pushed, timesheets elsewhere."""
        counts = self.parts["line"].value_counts()
        return {line: int(counts.get(line, 0)) for line in LINES}

    @property
    def gaps(self) -> pd.DataFrame:
        """What fits nowhere, one by one; no rows when both sides meet."""
        return self.parts[self.parts["line"].eq("gap")]

    @property
    def unexplained(self) -> int:
        """Minutes that fit nowhere, those too many and those too few added up."""
        return int(self.gaps["minutes"].abs().sum())

    @property
    def unread(self) -> int:
        """Minutes written to XPM after it was read last, in either direction."""
        return int(self.parts.loc[self.parts["line"].eq("unread"), "minutes"].abs().sum())


def bridge_sides(
    standings: pd.DataFrame,
    claims: pd.DataFrame,
    xpm_times: pd.DataFrame,
    start: date,
    end: date,
    *,
    copies: Collection[str] = (),
    read_at: Mapping[str, str] | None = None,
) -> Bridge:
    """Explain every minute XPM holds in the period, both ends included.

    standings: index entry id, with date, minutes, standing and bundle_id. claims: one row per bundle and entry, as
    `Claims.read` gives them for the period. xpm_times: XPM_FRAMES times. copies: ids of timesheets that carry a marker
    of ours and are no bundle's. read_at: month (2026-11) -> UTC text of when its time was last read whole from XPM;
    what the ledger saw later is `unread` and no gap.
    """
    period = pd.Timestamp(start), pd.Timestamp(end)
    sheets = xpm_times.loc[xpm_times["date"].between(*period), "minutes"]
    sure = claims[claims["state"].isin(SURE)]
    shares = _judge_shares(sure[sure["date"].between(*period)], standings, period)
    parts = [
        *_explain_entries(shares, standings, period),
        _take(shares[shares["line"].eq("edited")], "edited"),
        _take(shares[shares["line"].eq("withdrawn")], "withdrawn"),
        _take(shares[shares["line"].eq("gap")], "gap", TWICE),
        *_explain_sheets(claims, sheets, xpm_times["minutes"], period, read_at or {}),
        *_explain_strangers(sheets, claims["remote_uuid"], copies),
    ]
    filled = [part for part in parts if len(part)]
    together = pd.concat(filled, ignore_index=True) if filled else parts[0]
    return Bridge(together, int(sheets.sum()))


def _judge_shares(
    shares: pd.DataFrame, standings: pd.DataFrame, period: tuple[pd.Timestamp, pd.Timestamp]
) -> pd.DataFrame:
    """The shares of timesheets that are surely in XPM, with their `line` by how their entry stands now."""
    now = standings[["standing", "bundle_id", "date"]].reindex(shares["entry_id"])
    corrects = shares["group_key"].str.startswith(_CORRECTION)
    # A correction stands beside the timesheet it corrects; any other second one is a double.
    corrected = shares["entry_id"].isin(shares.loc[corrects, "entry_id"]).to_numpy()
    main = (now["bundle_id"].to_numpy() == shares["bundle_id"].to_numpy()) | corrected
    standing = now["standing"].to_numpy(dtype="object")
    gone = now["standing"].isna().to_numpy() | (standing == Standing.WITHDRAWN.value)
    synced = (standing == Standing.SYNCED.value) & now["date"].between(*period).to_numpy()
    line = np.select([gone, ~main, synced], ["withdrawn", "gap", "synced"], "edited")
    return shares.assign(line=line)


def _explain_entries(
    shares: pd.DataFrame, standings: pd.DataFrame, period: tuple[pd.Timestamp, pd.Timestamp]
) -> list[pd.DataFrame]:
    """Entries that count as in XPM: their own minutes, and by how much what was sent for them differs."""
    counted = standings["standing"].eq(Standing.SYNCED) & standings["date"].between(*period)
    entries = standings.loc[counted, ["minutes", "bundle_id"]]
    mine = shares[shares["line"].eq("synced")].groupby("entry_id")
    held = mine.agg(sent=("sent_minutes", "sum"), by_hand=("by_hand", "any"), uuid=("remote_uuid", "first"))
    held = held.reindex(entries.index)
    known = held["sent"].notna()
    linked = held["by_hand"].eq(True)
    facts = {"entry_id": entries.index.to_series(), "bundle_id": entries["bundle_id"]}
    facts |= {"xpm_time_id": held["uuid"].astype("object").fillna("")}
    own = _make_part({**facts, "minutes": entries["minutes"], "line": np.where(linked, "linked", "pushed")})
    rounded = _make_part({**facts, "minutes": held["sent"].fillna(0) - entries["minutes"], "line": "rounding"})
    missing = _make_part({**facts, "minutes": -entries["minutes"], "line": "gap", "why": NO_TIMESHEET})
    known_rows = known.to_numpy()
    return [own, rounded[known_rows & rounded["minutes"].ne(0).to_numpy()], missing[~known_rows]]


def _explain_sheets(
    claims: pd.DataFrame,
    sheets: pd.Series,
    anywhere: pd.Series,
    period: tuple[pd.Timestamp, pd.Timestamp],
    read_at: Mapping[str, str],
) -> list[pd.DataFrame]:
    """Timesheet by timesheet: what XPM holds beside what the ledger is sure of, and all of what it is not sure of."""
    ours = claims.groupby("bundle_id", as_index=False).agg(
        state=("state", "first"),
        reason=("reason", "first"),
        xpm_time_id=("remote_uuid", "first"),
        entry_id=("entry_id", "first"),
        date=("date", "first"),
        seen=("last_seen_at", "first"),
        sent=("sent_minutes", "sum"),
    )
    ours["shown"] = sheets.reindex(ours["xpm_time_id"]).to_numpy()
    there = ours["shown"].notna()
    sure, dated = ours["state"].isin(SURE), ours["date"].between(*period)
    expected = ours["sent"].where(sure & dated, 0)
    unsure = ours["state"].map(_BY_STATE).fillna(ours["reason"].map(_BY_REASON)).fillna("held")
    lines = np.where(sure | ours["state"].eq(_RETRACTED), "gap", unsure)
    read = [read_at.get(month, _NEVER) for month in ours["date"].dt.strftime("%Y-%m")]
    later = ours["seen"] > pd.Series(read, index=ours.index, dtype="str")
    ours["line"] = np.where((lines == "gap") & later, "unread", lines)
    ours["minutes"] = ours["shown"].fillna(0).astype("int64") - expected
    # The whole of XPM's time is searched for the few that are missing only.
    lost = ours.loc[~there & ours["xpm_time_id"].ne(""), "xpm_time_id"]
    elsewhere = pd.Series(anywhere.index.get_indexer(lost) >= 0, index=lost.index).reindex(ours.index, fill_value=False)
    tests = [ours["state"].eq(_RETRACTED), elsewhere | (there & ~dated), ~there]
    ours["why"] = np.where(
        ours["line"].eq("gap"), np.select(tests, [STILL_THERE, OTHER_DATE, NOT_THERE], OTHER_MINUTES), ""
    )
    told = ours["minutes"].ne(0) & (there | (sure & dated))
    return [_make_part({name: ours.loc[told, name] for name in PART_COLUMNS if name in ours})]


def _explain_strangers(sheets: pd.Series, claimed: pd.Series, copies: Collection[str]) -> list[pd.DataFrame]:
    """Timesheets no bundle has: typed by hand, or further copies of ours."""
    foreign = sheets[~sheets.index.isin(claimed)]
    copied = foreign.index.isin(list(copies))
    return [
        _make_part({"xpm_time_id": part.index.to_series(), "minutes": part, "line": line})
        for line, part in (("by_hand", foreign[~copied]), ("copies", foreign[copied]))
    ]


def _take(shares: pd.DataFrame, line: str, why: str = "") -> pd.DataFrame:
    facts = {"entry_id": shares["entry_id"], "bundle_id": shares["bundle_id"], "xpm_time_id": shares["remote_uuid"]}
    return _make_part({**facts, "minutes": shares["sent_minutes"], "line": line, "why": why})


def _make_part(facts: Mapping[str, Any]) -> pd.DataFrame:
    """Rows of PART_COLUMNS from columns or single values; text that is not given is empty."""
    frame = pd.DataFrame({**dict.fromkeys(PART_COLUMNS, ""), **facts}, columns=PART_COLUMNS).reset_index(drop=True)
    return frame.astype({**dict.fromkeys(PART_COLUMNS, "str"), "minutes": "int64"})
