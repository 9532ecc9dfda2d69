"""What decisions say of compared pairs: an accepted link speaks for its pair and softly against its rivals, a rejected
pair speaks against itself.

Only decisions of persons belong here. What a rule accepted because its score was high proves nothing about that score.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from .engine import Pairs

#: All other candidates of an accepted record together say half as much as the accepted one.
RIVALS_SAY = 0.5
#: Only so many decisions are looked at, the last ones: habits change, and more would not move the weights further.
MOST_RECORDS = 3_000


@dataclass(frozen=True)
class Lessons:
    """The pairs that decisions speak of; all arrays run in parallel.

    pair: place in the compared pairs. record: the decided left record, numbered from 0 in the order of the list. say:
    how much the decision counts for this pair.
    """

    pair: np.ndarray
    record: np.ndarray
    same: np.ndarray
    say: np.ndarray
    accepted: int
    rejected: int
    uncompared: int

    @property
    def records(self) -> int:
        """How many left records are decided."""
        return int(self.record.max()) + 1 if len(self.record) else 0

    def take(self, mask: np.ndarray) -> Lessons:
        """The lessons under a mask; records keep their numbers."""
        return replace(self, pair=self.pair[mask], record=self.record[mask], same=self.same[mask], say=self.say[mask])


def gather_lessons(pairs: Pairs, left: pd.DataFrame, right: pd.DataFrame, decided: pd.DataFrame) -> Lessons:
    """The lessons of decisions; those about records that are no longer on the lists are left out.

    decided: one row per decided pair, oldest first; columns left_id, right_id, same.
    """
    places = _place_decisions(left, right, decided)
    accepted = places[places["same"]].drop_duplicates("left", keep="last")
    refused = places[~places["same"]].drop_duplicates(["left", "right"])
    lesson = pd.DataFrame({"left": pairs.left, "right": pairs.right}).rename_axis("pair").reset_index()
    lesson = lesson[lesson["left"].isin(places["left"])].merge(
        accepted[["left", "right"]].rename(columns={"right": "partner"}), on="left", how="left"
    )
    lesson = lesson.merge(refused[["left", "right"]].assign(refused=True), on=["left", "right"], how="left")
    lesson["same"] = lesson["right"].eq(lesson["partner"])
    lesson["refused"] = lesson["refused"].eq(True) & ~lesson["same"]
    rivals = (lesson["partner"].notna() & ~lesson["same"] & ~lesson["refused"]).groupby(lesson["left"]).transform("sum")
    lesson["say"] = np.where(lesson["same"] | lesson["refused"], 1.0, RIVALS_SAY / rivals.clip(lower=2))
    lesson = lesson[lesson["same"] | lesson["refused"] | lesson["partner"].notna()]
    record = np.unique(lesson["left"].to_numpy(dtype=np.int64), return_inverse=True)[1]
    return Lessons(
        pair=lesson["pair"].to_numpy(dtype=np.int64),
        record=record,
        same=lesson["same"].to_numpy(dtype=bool),
        say=lesson["say"].to_numpy(dtype=float),
        accepted=len(accepted),
        rejected=len(refused),
        uncompared=len(accepted) - int(lesson["same"].sum()),
    )


def _place_decisions(left: pd.DataFrame, right: pd.DataFrame, decided: pd.DataFrame) -> pd.DataFrame:
    """The decisions about records on both lists, by position; columns left, right, same."""
    found = pd.DataFrame(
        {
            "left": left.index.astype(str).get_indexer(decided["left_id"].astype(str)),
            "right": right.index.astype(str).get_indexer(decided["right_id"].astype(str)),
            "same": decided["same"].to_numpy(dtype=bool),
        }
    )
    found = found[(found["left"] >= 0) & (found["right"] >= 0)]
    last = found["left"].drop_duplicates(keep="last").tail(MOST_RECORDS)
    return found[found["left"].isin(last)]


def keep_neighbours(pairs: Pairs, lessons: Lessons) -> tuple[Pairs, Lessons]:
    """The pairs that settle the decided records: theirs, those of their candidates, and all others of those rivals.

    The leads of a decided pair over its rivals are the same as on the whole list, at a small part of the work.
    """
    decided = np.zeros(len(pairs.left_records), dtype=bool)
    decided[pairs.left[lessons.pair]] = True
    wanted = np.zeros(len(pairs.right_records), dtype=bool)
    wanted[pairs.right[decided[pairs.left]]] = True
    rivals = np.zeros(len(pairs.left_records), dtype=bool)
    rivals[pairs.left[wanted[pairs.right]]] = True
    kept = np.flatnonzero(rivals[pairs.left])
    near = replace(
        pairs,
        left=pairs.left[kept],
        right=pairs.right[kept],
        values=pairs.values[kept],
        ceiling=pairs.ceiling[kept],
        pinned=pairs.pinned[kept],
    )
    return near, replace(lessons, pair=np.searchsorted(kept, lessons.pair))
