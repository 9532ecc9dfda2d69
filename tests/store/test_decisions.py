"""Decisions: which one stands, what is never proposed again, and who wins when two decide at once."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest

from core.model import Kind, Verdict
from core.store import DecisionMovedOn, NewDecision, Store
from tests.store.racing import race


def decide(store: Store, verdict: Verdict, xpm_id: str = "", local_id: str = "C1", **more: Any) -> int:
    new = NewDecision("demo", Kind.CLIENT, local_id, verdict, more.pop("by", "Ann"), xpm_id=xpm_id, **more)
    return store.decisions.add([new])


def current(store: Store) -> dict[str, tuple[str, str]]:
    frame = store.decisions.current("demo", Kind.CLIENT)
    return {str(row.Index): (row.verdict, row.xpm_id) for row in frame.itertuples()}


def test_a_link_is_current(store: Store) -> None:
    decide(store, Verdict.LINKED, "X1", score=0.9732, why="same ABN", valid_from=date(2026, 7, 1))
    row = store.decisions.current("demo", Kind.CLIENT).loc["C1"]
    assert (row["verdict"], row["xpm_id"], row["score"], row["why"], row["by"]) == (
        ("linked", "X1", 0.9732, "same ABN", "Ann")
    )
    assert row["valid_from"] == pd.Timestamp("2026-07-01")
    assert pd.isna(row["valid_to"])


def test_no_decisions_give_an_empty_frame_of_the_same_columns(store: Store) -> None:
    empty = store.decisions.current("demo", Kind.CLIENT)
    decide(store, Verdict.LINKED, "X1")
    filled = store.decisions.current("demo", Kind.CLIENT)
    assert len(empty) == 0
    assert empty.dtypes.equals(filled.dtypes)
    assert empty.index.name == "local_id"


def test_a_later_decision_takes_the_place_of_the_former(store: Store) -> None:
    decide(store, Verdict.LINKED, "X1")
    decide(store, Verdict.EXCLUDED)
    assert current(store) == {"C1": ("excluded", "")}


def test_a_reopened_record_is_open(store: Store) -> None:
    decide(store, Verdict.LINKED, "X1")
    decide(store, Verdict.REOPENED)
    assert current(store) == {}


def test_a_rejected_pair_leaves_the_link_of_the_record(store: Store) -> None:
    decide(store, Verdict.LINKED, "X1")
    decide(store, Verdict.REJECTED, "X2")
    assert current(store) == {"C1": ("linked", "X1")}
    assert store.decisions.rejected("demo", Kind.CLIENT) == {("C1", "X2")}


def test_rejecting_the_linked_record_ends_the_link(store: Store) -> None:
    decide(store, Verdict.LINKED, "X1")
    decide(store, Verdict.REJECTED, "X1")
    assert current(store) == {}


def test_a_link_takes_back_the_rejection_of_its_pair(store: Store) -> None:
    decide(store, Verdict.REJECTED, "X1")
    decide(store, Verdict.LINKED, "X1")
    assert store.decisions.rejected("demo", Kind.CLIENT) == set()


def test_undoing_a_rejection_brings_back_what_it_ended(store: Store) -> None:
    decide(store, Verdict.LINKED, "X1")
    decide(store, Verdict.REJECTED, "X1")
    decide(store, Verdict.REOPENED)
    assert current(store) == {"C1": ("linked", "X1")}
    assert store.decisions.rejected("demo", Kind.CLIENT) == set()


def test_the_history_keeps_every_decision(store: Store) -> None:
    decide(store, Verdict.LINKED, "X1")
    decide(store, Verdict.REOPENED, by="Bob")
    history = store.decisions.history("demo", Kind.CLIENT, "C1")
    assert list(history["verdict"]) == ["reopened", "linked"]
    assert list(history["by"]) == ["Bob", "Ann"]


def test_kinds_and_practices_are_kept_apart(store: Store) -> None:
    decide(store, Verdict.LINKED, "X1")
    assert store.decisions.current("demo", Kind.STAFF).empty
    assert store.decisions.current("other", Kind.CLIENT).empty


def test_a_decision_is_logged_with_what_it_was_before(store: Store) -> None:
    decide(store, Verdict.LINKED, "X1")
    decide(store, Verdict.LINKED, "X2", by="Bob", why="moved", run="run-7")
    event = store.events.list("demo").iloc[0]
    told = [event[name] for name in ("actor", "verb", "subject_kind", "subject_id", "before", "after", "why", "run")]
    assert told == ["Bob", "linked", "client", "C1", "linked X1", "linked X2", "moved", "run-7"]


def test_a_decision_about_what_somebody_else_changed_is_refused(store: Store) -> None:
    decide(store, Verdict.LINKED, "X1", by="Bob")
    with pytest.raises(DecisionMovedOn, match="Bob decided linked with X1 at 2026-11-20 01:00 UTC"):
        decide(store, Verdict.LINKED, "X2", expected_id=0)


def test_a_decision_about_what_was_reopened_is_refused(store: Store) -> None:
    decide(store, Verdict.LINKED, "X1")
    seen = int(store.decisions.current("demo", Kind.CLIENT).loc["C1", "id"])
    decide(store, Verdict.REOPENED, by="Bob")
    with pytest.raises(DecisionMovedOn, match="opened again"):
        decide(store, Verdict.EXCLUDED, expected_id=seen)


def test_a_decision_with_the_id_seen_goes_through(store: Store) -> None:
    decide(store, Verdict.LINKED, "X1", expected_id=0)
    seen = int(store.decisions.current("demo", Kind.CLIENT).loc["C1", "id"])
    assert decide(store, Verdict.EXCLUDED, expected_id=seen) == 1


def test_one_refused_decision_keeps_the_whole_list_out(store: Store) -> None:
    decide(store, Verdict.LINKED, "X1", by="Bob")
    good = NewDecision("demo", Kind.CLIENT, "C2", Verdict.LINKED, "Ann", xpm_id="X9", expected_id=0)
    stale = NewDecision("demo", Kind.CLIENT, "C1", Verdict.EXCLUDED, "Ann", expected_id=0)
    with pytest.raises(DecisionMovedOn):
        store.decisions.add([good, stale])
    assert current(store) == {"C1": ("linked", "X1")}
    assert len(store.events.list("demo")) == 1


def test_of_two_people_deciding_at_once_one_is_told(store: Store) -> None:
    works = [lambda who=who: decide(store, Verdict.LINKED, who, by=who, expected_id=0) for who in ("Ann", "Bob", "Cy")]
    results = race(*works)
    assert results.count(1) == 1
    assert [type(result) for result in results if result != 1] == [DecisionMovedOn] * 2


def test_a_band_of_decisions_is_added_at_once(store: Store) -> None:
    many = [
        NewDecision("demo", Kind.CLIENT, f"C{n}", Verdict.LINKED, "Ann", xpm_id=f"X{n}", score=1.0, expected_id=0)
        for n in range(1200)
    ]
    assert store.decisions.add(many) == 1200
    assert len(current(store)) == 1200
    assert store.events.verify_chain("demo") is None


def test_what_was_judged_is_what_still_stands(store: Store) -> None:
    decide(store, Verdict.LINKED, "X1", by="rule:certain")
    decide(store, Verdict.REJECTED, "X1")
    decide(store, Verdict.LINKED, "X2", by="Bob")
    decide(store, Verdict.REJECTED, "X9", "C2")
    decide(store, Verdict.REOPENED, local_id="C2")
    decide(store, Verdict.LINKED, "X3", "C3", by="rule:certain")
    decide(store, Verdict.EXCLUDED, local_id="C4")
    judged = store.decisions.judged("demo", Kind.CLIENT)
    assert judged[["local_id", "xpm_id", "same", "by"]].to_numpy().tolist() == [
        ["C1", "X1", False, "Ann"],
        ["C1", "X2", True, "Bob"],
        ["C3", "X3", True, "rule:certain"],
    ]


def test_a_pair_refused_twice_is_judged_once_and_nothing_judged_has_the_same_columns(store: Store) -> None:
    empty = store.decisions.judged("demo", Kind.CLIENT)
    decide(store, Verdict.REJECTED, "X1")
    decide(store, Verdict.REJECTED, "X1", by="Bob")
    judged = store.decisions.judged("demo", Kind.CLIENT)
    assert judged["by"].tolist() == ["Bob"]
    assert empty.dtypes.equals(judged.dtypes)
