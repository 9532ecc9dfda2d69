"""Rounding: how many minutes of each entry reach XPM.

Per entry, each is rounded by itself. Per day with carry, the entries of one person and day are taken in order, and each
gets what the rounded sum so far still lacks: the rows then add up to the rounded day, however many there are. What was
sent stays as it was sent; later entries of that day carry on from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd


class Mode(StrEnum):
    """Which multiple of the step is taken."""

    NONE = "none"
    NEAREST = "nearest"  # halves go up
    UP = "up"


class Scope(StrEnum):
    """What is rounded as a whole."""

    ENTRY = "entry"
    DAY = "day"


@dataclass(frozen=True)
class Rounding:
    """A practice's way to round; `step` in minutes."""

    mode: Mode = Mode.NONE
    step: int = 1
    scope: Scope = Scope.ENTRY

    @property
    def is_off(self) -> bool:
        """Whether minutes go as they were recorded."""
        return self.mode is Mode.NONE or self.step == 1

    def round(self, minutes: Any) -> Any:
        """Whole minutes, a number or an array of them, as multiples of the step; what is negative by its size."""
        size = np.abs(minutes)
        steps = -(-size // self.step) if self.mode is Mode.UP else (2 * size + self.step) // (2 * self.step)
        return minutes if self.is_off else np.sign(minutes) * steps * self.step


def share_minutes(entries: pd.DataFrame, rounding: Rounding) -> pd.Series:
    """The minutes of each entry that reach XPM; index that of `entries`, whole numbers, 0 where nothing is left.

    entries: index entry id, unique; columns staff_id (XPM's), date, start (HH:MM or empty), minutes, and `sent`: the
    minutes it has in XPM already, or is queued with, as float; missing where it is still to be rounded.

    Per day: what is still to be rounded comes in the order of start and id after what was sent; time worked and
    corrections of it (negative minutes) are carried apart, so that a correction never eats an entry.
    """
    minutes, sent = entries["minutes"].to_numpy(dtype="int64"), entries["sent"].to_numpy(dtype="float64")
    is_open = np.isnan(sent)
    fixed = np.where(is_open, 0, sent).astype("int64")
    if rounding.is_off or rounding.scope is Scope.ENTRY or not is_open.any():
        shares = np.where(is_open, rounding.round(minutes), fixed)
    else:
        shares = _carry(entries, minutes, fixed, is_open, rounding)
    return pd.Series(shares, index=entries.index, dtype="int64")


def _carry(
    entries: pd.DataFrame, minutes: np.ndarray, fixed: np.ndarray, is_open: np.ndarray, rounding: Rounding
) -> np.ndarray:
    """Shares of open entries by what each adds to the rounded sum of its person, day and sign."""
    sign = np.where(minutes < 0, -1, 1)
    person, _ = pd.factorize(entries["staff_id"])
    day, days = pd.factorize(entries["date"], use_na_sentinel=False)
    group = (person * max(len(days), 1) + day) * 2 + (sign > 0)
    starts, _ = pd.factorize(entries["start"], sort=True)
    ids, _ = pd.factorize(entries.index, sort=True)
    order = np.lexsort((ids, starts, is_open, group))
    size, place = np.abs(minutes)[order], group[order]
    worked = _sum_within(size, place)
    gone = _sum_within(np.abs(fixed)[order], place)
    # What the day should have so far, beside what was sent; never less than before, even if too much was sent.
    due = np.where(is_open[order], np.maximum(rounding.round(worked) - gone, 0), 0)
    share = due.copy()
    share[1:] -= np.where(place[1:] == place[:-1], due[:-1], 0)
    shares = np.empty_like(minutes)
    shares[order] = share
    return np.where(is_open, sign * shares, fixed)


def _sum_within(values: np.ndarray, place: np.ndarray) -> np.ndarray:
    """Running sums that begin anew with each place; equal places lie together."""
    sums = np.cumsum(values)
    first = np.flatnonzero(np.r_[True, place[1:] != place[:-1]])
    before = np.repeat(sums[first] - values[first], np.diff(np.r_[first, len(values)]))
    return np.asarray(sums - before)
