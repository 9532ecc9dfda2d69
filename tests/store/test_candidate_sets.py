"""What a matching kept is given out only for the basis it was made from; what was decided is told in one read."""

from __future__ import annotations

from core.model import Kind, Verdict
from core.store import NewDecision, Store


def test_a_set_is_given_out_for_its_own_basis_only(store: Store) -> None:
    store.candidate_sets.write("demo", Kind.CLIENT, "lists 1", b"\x00kept")
    assert store.candidate_sets.read("demo", Kind.CLIENT, "lists 1") == b"\x00kept"
    assert store.candidate_sets.read("demo", Kind.CLIENT, "lists 2") is None
    assert store.candidate_sets.read("demo", Kind.STAFF, "lists 1") is None


def test_a_new_set_takes_the_place_of_the_former_one(store: Store) -> None:
    for basis in ("lists 1", "lists 2"):
        store.candidate_sets.write("demo", Kind.CLIENT, basis, b"kept")
    assert store.candidate_sets.basis("demo", Kind.CLIENT) == "lists 2"
    assert store.candidate_sets.read("demo", Kind.CLIENT, "lists 1") is None


def test_there_is_no_basis_before_the_first_matching(store: Store) -> None:
    assert store.candidate_sets.basis("demo", Kind.CLIENT) == ""


def decide(store: Store, local_id: str, verdict: Verdict, xpm_id: str = "") -> None:
    store.decisions.add([NewDecision("demo", Kind.CLIENT, local_id, verdict, "Ann", xpm_id)])


def test_links_and_refusals_are_told_with_the_newest_decision(store: Store) -> None:
    decide(store, "C1", Verdict.LINKED, "X1")
    decide(store, "C2", Verdict.REJECTED, "X2")
    decide(store, "C2", Verdict.LINKED, "X3")
    decide(store, "C3", Verdict.LINKED, "X4")
    decide(store, "C3", Verdict.REOPENED)
    decide(store, "C4", Verdict.EXCLUDED)
    decided = store.decisions.decided("demo", Kind.CLIENT)
    assert (decided.linked, decided.rejected) == ({"C1": "X1", "C2": "X3"}, {("C2", "X2")})
    assert decided.newest == store.decisions.current("demo", Kind.CLIENT)["id"].max()


def test_what_was_decided_since_is_told_by_local_id(store: Store) -> None:
    decide(store, "C1", Verdict.LINKED, "X1")
    newest = store.decisions.decided("demo", Kind.CLIENT).newest
    decide(store, "C2", Verdict.EXCLUDED)
    assert store.decisions.added_after("demo", Kind.CLIENT, newest) == {"C2"}
    assert store.decisions.added_after("demo", Kind.STAFF, newest) == set()


def test_what_holds_is_followed_from_decision_to_decision(store: Store) -> None:
    decide(store, "C1", Verdict.LINKED, "X1")
    decide(store, "C2", Verdict.REJECTED, "X2")
    former = store.decisions.decided("demo", Kind.CLIENT)
    assert store.decisions.decided_after("demo", Kind.CLIENT, former) is former
    decide(store, "C1", Verdict.REOPENED)
    decide(store, "C2", Verdict.REOPENED)
    decide(store, "C3", Verdict.LINKED, "X3")
    now = store.decisions.decided_after("demo", Kind.CLIENT, former)
    assert now == store.decisions.decided("demo", Kind.CLIENT)
    assert (now.linked, now.rejected, now.newest) == ({"C3": "X3"}, set(), store.decisions.newest("demo", Kind.CLIENT))
