"""What the ledger and people said of entries, laid beside them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Recorded:
    """`entries`: LedgerTable.frame; `choices`: LedgerTable.choices.

    `elsewhere`: UUIDs of timesheets of ours that `entries` lacks, because they are dated outside of what was read.
    """

    entries: pd.DataFrame
    choices: pd.DataFrame
    elsewhere: frozenset[str] = field(default=frozenset())


#: Columns of the ledger's frame by the names they have beside an entry, and what stands where it has none.
_TEXT = {
    "bundle_id": "bundle_id",
    "state": "state",
    "reason": "ledger_reason",
    "content_hash": "sent_hash",
    "marker": "marker",
    "remote_uuid": "remote_uuid",
    "xpm_words": "xpm_words",
    "job": "sent_job",
    "task_id": "sent_task",
    "staff_id": "sent_staff",
    "group_key": "ledger_key",
    "run": "run",
    "desired": "desired",
}
_WHOLE = {"minutes": "xpm_minutes", "sealed_minutes": "sealed_minutes", "attempts": "attempts"}
_FLAGS = {"by_hand": "by_hand", "invoiced": "invoiced"}


def read_recorded(index: pd.Index, recorded: Recorded) -> pd.DataFrame:
    """One row per entry of `index`: what was sent of it (the values of _TEXT, _WHOLE, _FLAGS, and sent_date) and what
    people said (choice, choice_why, late_ok). Empty text, 0, False and NaT where there is nothing.
    """
    place = recorded.entries.index.get_indexer(index)
    known = place >= 0
    # Most entries of a busy month are not in the ledger yet; reindexing every column would cost more than this.
    held = recorded.entries.iloc[place[known]]
    columns = {name: _lay(held[source].to_numpy(dtype="object"), known, "", "object") for source, name in _TEXT.items()}
    columns |= {name: _lay(held[source].to_numpy(), known, 0, "int64") for source, name in _WHOLE.items()}
    columns |= {name: _lay(held[source].to_numpy(), known, False, "bool") for source, name in _FLAGS.items()}
    columns["sent_date"] = _lay(held["date"].to_numpy(), known, None, "datetime64[s]")
    place = recorded.choices.index.get_indexer(index)
    heard = place >= 0
    said = recorded.choices.iloc[place[heard]]
    columns["choice"] = _lay(said["choice"].fillna("").to_numpy(), heard, "", "object")
    columns["choice_why"] = _lay(said["why"].fillna("").to_numpy(), heard, "", "object")
    columns["late_ok"] = _lay(said["late_ok"].eq(True).to_numpy(dtype=bool), heard, False, "bool")
    return pd.DataFrame(columns, index=index)


def _lay(values: np.ndarray, known: np.ndarray, blank: object, kind: str) -> np.ndarray:
    column = np.full(len(known), blank, dtype=kind)
    column[known] = values
    return column
