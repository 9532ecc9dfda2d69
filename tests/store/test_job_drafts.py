"""Drafts and batches of jobs: given to one run only, judged beside each other, counted by their steps."""

from __future__ import annotations

import pytest

from core.store import Store
from core.store.job_batches import NoSuchBatch, StoredBatch
from core.store.jobs import DraftMovedOn, StoredDraft

CONTENT = '{"client_id": "c1"}'


def make_step(draft: str, n: int, state: str, words: str = "") -> dict[str, object]:
    step = {"draft": draft, "n": n, "op": "job", "practice": "p", "payload": "{}", "marker": "", "state": state}
    return step | {"xpm_words": words}


def make_draft(store: Store, draft_id: str, content: str = CONTENT) -> StoredDraft:
    return store.jobs.create("p", draft_id, f"ref-{draft_id}", content, "Kim")


def claim(store: Store, draft_id: str, run: str, former: str = "") -> list[str]:
    """The drafts that were judged beside it."""
    seen: list[str] = []

    def judge(others: object) -> None:
        seen.extend(one.id for one in others)  # type: ignore[attr-defined]  # a list of drafts

    store.jobs.claim("p", draft_id, run, CONTENT, judge, former=former, client_id="c1")
    return seen


def test_a_draft_goes_to_one_run_only(store: Store) -> None:
    make_draft(store, "d1")
    claim(store, "d1", "r1")
    assert claim(store, "d1", "r1") == []
    with pytest.raises(DraftMovedOn):
        claim(store, "d1", "r2")
    assert (store.jobs.get("p", "d1").state, store.jobs.get("p", "d1").run) == ("queued", "r1")


def test_a_draft_is_judged_beside_what_is_or_may_become_a_job_of_its_client(store: Store) -> None:
    for draft_id in ("d1", "d2", "d3", "d4"):
        make_draft(store, draft_id)
    make_draft(store, "d5", '{"client_id": "c2"}')
    for draft_id in ("d2", "d3", "d5"):
        store.jobs.move("p", draft_id, "incomplete", frm=("draft",))
    store.jobs.add_steps([make_step("d3", 1, "rejected")], None)
    assert claim(store, "d1", "r1") == ["d2"]


def test_a_judgement_that_refuses_leaves_the_draft_as_it_was(store: Store) -> None:
    make_draft(store, "d1")

    def refuse(_others: object) -> None:
        raise DraftMovedOn("d1")

    with pytest.raises(DraftMovedOn):
        store.jobs.claim("p", "d1", "r1", CONTENT, refuse, former="", client_id="c1")
    assert store.jobs.get("p", "d1").state == "draft"


def test_the_outcomes_of_a_batch_count_its_steps_and_tell_the_first_that_is_missing(store: Store) -> None:
    batch = StoredBatch("b1", "Batch", ({"draft": "d1", "verdict": "create"},), "Kim", "", "")
    drafts = [{"id": one, "reference": one, "content": CONTENT} for one in ("d1", "d2")]
    for _ in range(2):
        made = store.job_batches.make("p", batch, drafts, common={})
    store.jobs.add_steps(
        [make_step("d1", 1, "done"), make_step("d1", 2, "rejected", "no"), make_step("d1", 3, "ready")], None
    )
    rows = store.job_batches.outcomes("p", ["d2", "d1"])
    assert rows[["steps", "done", "words"]].to_numpy().tolist() == [[0, 0, ""], [3, 1, "no"]]
    assert (made.drafts, store.jobs.get("p", "d1").batch) == (["d1"], "b1")


def test_an_unknown_batch_is_said(store: Store) -> None:
    with pytest.raises(NoSuchBatch):
        store.job_batches.get("p", "lost")


def test_the_state_of_new_jobs_is_learned_from_answers_that_arrived(store: Store) -> None:
    assert store.jobs.find_first_state("p") == ""
    store.jobs.add_steps([make_step("d1", 1, "done", "Planned · stored with another name")], None)
    assert store.jobs.find_first_state("p") == "Planned"
