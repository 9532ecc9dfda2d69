"""Proposals: the last ones of a kind, whole and in order."""

from __future__ import annotations

import pandas as pd

from core.model import Band, Kind
from core.store import Store
from core.store.proposals import COLUMNS


def proposals(*rows: tuple[str, int, str, float]) -> pd.DataFrame:
    parts = [{"part": "name", "local": "Jane", "xpm": "Jayne", "verdict": "alike", "weight": 3.2}]
    filled = [(*row, Band.LIKELY, "names sound alike", parts) for row in rows]
    return pd.DataFrame(filled, columns=COLUMNS)


def test_proposals_come_back_as_they_went_in(store: Store) -> None:
    store.proposals.replace("demo", Kind.CLIENT, proposals(("C1", 1, "X1", 0.9512), ("C1", 2, "X2", 0.25)))
    found = store.proposals.read("demo", Kind.CLIENT)
    assert found.drop(columns="parts").to_dict("records")[0] == {
        "local_id": "C1",
        "rank": 1,
        "xpm_id": "X1",
        "score": 0.9512,
        "band": "likely",
        "explanation": "names sound alike",
    }
    assert found["parts"].iloc[1][0]["weight"] == 3.2


def test_new_proposals_take_the_place_of_all_former_ones(store: Store) -> None:
    store.proposals.replace("demo", Kind.CLIENT, proposals(("C1", 1, "X1", 0.9), ("C2", 1, "X2", 0.8)))
    store.proposals.replace("demo", Kind.CLIENT, proposals(("C2", 1, "X3", 0.7)))
    assert list(store.proposals.read("demo", Kind.CLIENT)["xpm_id"]) == ["X3"]


def test_no_proposals_give_an_empty_frame_of_the_same_columns(store: Store) -> None:
    empty = store.proposals.read("demo", Kind.STAFF)
    store.proposals.replace("demo", Kind.CLIENT, proposals(("C1", 1, "X1", 0.9)))
    store.proposals.replace("demo", Kind.PROCESS, proposals())
    assert len(empty) == 0
    assert empty.dtypes.equals(store.proposals.read("demo", Kind.CLIENT).dtypes)


def test_kinds_do_not_touch_each_other(store: Store) -> None:
    store.proposals.replace("demo", Kind.CLIENT, proposals(("C1", 1, "X1", 0.9)))
    store.proposals.replace("demo", Kind.STAFF, proposals(("S1", 1, "Y1", 0.9)))
    assert list(store.proposals.read("demo", Kind.CLIENT)["local_id"]) == ["C1"]
