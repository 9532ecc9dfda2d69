"""Which Actual Times: the choice of what a push may take, and the reason for each entry it leaves out."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from core.model import Reason, TieoutError


class BadChoice(TieoutError):
    """A saved choice cannot be read."""

    def __init__(self, what: str) -> None:
        super().__init__(f"This Which Actual Times rule cannot be used: {what}. Open it on Time and save it again.")


@dataclass(frozen=True)
class Choice:
    """What a push may take. An empty part lets everything through; all parts given must hold.

    `start` and `end` are work dates, both included; `look_back_days` counts back from today, today included, and
    narrows them further. Ids are local ids. `task_statuses` are the local words; time without a task has none.
    """

    start: date | None = None
    end: date | None = None
    look_back_days: int | None = None
    staff: tuple[str, ...] = ()
    clients: tuple[str, ...] = ()
    processes: tuple[str, ...] = ()
    billable: bool | None = None
    task_statuses: tuple[str, ...] = ()

    def leaves_out(self, frame: pd.DataFrame, today: date) -> pd.Series:
        """The Reason for each entry left out, empty text for each let through; index that of `frame`.

        frame: columns date, staff_id, client_id, process_id, billable and task_status.
        """
        tests = [
            (self._outside_dates(frame["date"], today), Reason.RULE_DATES),
            (_not_among(frame["staff_id"], self.staff), Reason.RULE_STAFF),
            (_not_among(frame["client_id"], self.clients), Reason.RULE_CLIENTS),
            (_not_among(frame["process_id"], self.processes), Reason.RULE_PROCESSES),
            (self._other_flag(frame["billable"]), Reason.RULE_BILLABLE),
            (_not_among(frame["task_status"], self.task_statuses), Reason.RULE_STATUS),
        ]
        reasons = np.select([test for test, _ in tests], [reason.value for _, reason in tests], default="")
        return pd.Series(reasons, index=frame.index, dtype="str")

    def _outside_dates(self, dates: pd.Series, today: date) -> np.ndarray:
        starts = [self.start] if self.start else []
        if self.look_back_days is not None:
            starts.append(today - timedelta(days=max(self.look_back_days, 1) - 1))
        outside = np.zeros(len(dates), dtype=bool)
        if starts:
            outside |= (dates < pd.Timestamp(max(starts))).to_numpy()
        if self.end:
            outside |= (dates > pd.Timestamp(self.end)).to_numpy()
        return outside

    def _other_flag(self, billable: pd.Series) -> np.ndarray:
        if self.billable is None:
            return np.zeros(len(billable), dtype=bool)
        return np.asarray(billable.to_numpy(dtype=bool) != self.billable)

    def to_json(self) -> str:
        """The saved form; only the parts that are set."""
        parts: dict[str, Any] = {name: value for name, value in vars(self).items() if value not in (None, ())}
        return json.dumps(parts, default=date.isoformat, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Choice:
        """Read the saved form; raises BadChoice naming what is wrong."""
        try:
            parts = json.loads(text or "{}")
            return cls(**{name: _read_part(name, value) for name, value in parts.items()})
        except (TypeError, ValueError, AttributeError) as error:
            raise BadChoice(str(error)) from error


def _not_among(values: pd.Series, chosen: tuple[str, ...]) -> np.ndarray:
    return np.zeros(len(values), dtype=bool) if not chosen else ~values.isin(chosen).to_numpy()


def _read_part(name: str, value: Any) -> Any:
    if name in ("start", "end"):
        return date.fromisoformat(value)
    return tuple(str(item) for item in value) if isinstance(value, list) else value
