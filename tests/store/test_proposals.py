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


def records(*rows: tuple[str, float, str]) -> pd.DataFrame:
    return pd.DataFrame(
        {"no_partner": [row[1] for row in rows], "twin_of": [row[2] for row in rows]}, index=[row[0] for row in rows]
    )


def test_what_became_of_each_record_comes_back_as_it_went_in(store: Store) -> None:
    store.proposals.replace("demo", Kind.CLIENT, proposals(), records(("C1", 0.9712, ""), ("C2", 0.02, "C1")))
    found = store.proposals.records("demo", Kind.CLIENT)
    assert found.to_dict("index") == {
        "C1": {"no_partner": 0.9712, "twin_of": ""},
        "C2": {"no_partner": 0.02, "twin_of": "C1"},
    }


def test_records_never_matched_give_an_empty_frame_of_the_same_columns(store: Store) -> None:
    empty = store.proposals.records("demo", Kind.STAFF)
    store.proposals.replace("demo", Kind.STAFF, proposals(), records(("S1", 1.0, "")))
    assert len(empty) == 0
    assert empty.dtypes.equals(store.proposals.records("demo", Kind.STAFF).dtypes)


def test_replacing_some_leaves_the_others_as_they_were(store: Store) -> None:
    both = records(("C1", 0.1, ""), ("C2", 0.2, ""))
    store.proposals.replace("demo", Kind.CLIENT, proposals(("C1", 1, "X1", 0.9), ("C2", 1, "X2", 0.8)), both)
    found = proposals(("C2", 1, "X3", 0.6), ("C2", 2, "X4", 0.3))
    store.proposals.replace_some("demo", Kind.CLIENT, {"C2"}, found, records(("C2", 0.1, "C1")))
    assert list(store.proposals.read("demo", Kind.CLIENT)["xpm_id"]) == ["X1", "X3", "X4"]
    assert list(store.proposals.records("demo", Kind.CLIENT)["twin_of"]) == ["", "C1"]


def test_a_record_replaced_by_nothing_has_no_proposal(store: Store) -> None:
    store.proposals.replace("demo", Kind.CLIENT, proposals(("C1", 1, "X1", 0.9)), records(("C1", 0.1, "")))
    store.proposals.replace_some("demo", Kind.CLIENT, {"C1"}, proposals(), records(("C1", 1.0, "")))
    assert store.proposals.read("demo", Kind.CLIENT).empty
    assert list(store.proposals.records("demo", Kind.CLIENT)["no_partner"]) == [1.0]


def test_thousands_of_records_are_replaced_at_once(store: Store) -> None:
    ids = [f"C{number:04}" for number in range(1_800)]
    all_of_them = records(*((one, 0.5, "") for one in ids))
    store.proposals.replace("demo", Kind.CLIENT, proposals(*((one, 1, "X1", 0.9) for one in ids)), all_of_them)
    store.proposals.replace_some("demo", Kind.CLIENT, ids[:1_700], proposals(), all_of_them[:1_700])
    assert len(store.proposals.read("demo", Kind.CLIENT)) == 100


def test_every_write_changes_the_version_that_pages_ask_for(store: Store) -> None:
    """An equal number of proposals may say something else."""
    seen = [store.versions.read("demo")]
    store.proposals.replace("demo", Kind.CLIENT, proposals(("C1", 1, "X1", 0.9)))
    seen.append(store.versions.read("demo"))
    store.proposals.replace_some("demo", Kind.CLIENT, {"C1"}, proposals(("C1", 1, "X2", 0.9)), records())
    seen.append(store.versions.read("demo"))
    store.proposals.replace("demo", Kind.STAFF, proposals())
    assert len({*seen, store.versions.read("demo")}) == 4
