"""What a run did to each bundle, read from its events, on both databases."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from core.push.ports import Member, Move
from core.store import Store
from tests.fakes import FakeClock


def row(number: int, run: str = "r1", **changes: Any) -> dict[str, Any]:
    plain: dict[str, Any] = {"tenant": "T1", "group_key": f"entry:e{number}", "seq": 1, "marker": f"M{number}"}
    plain |= {"state": "ready", "job": "J1", "task_id": "JT1", "staff_id": "S1", "date": date(2026, 11, number)}
    plain |= {"minutes": 60, "note_sent": "Bank", "content_hash": "h", "epoch": 0, "run": run}
    return plain | {"entries": {f"e{number}": Member(60, 60, "h")}} | changes


@pytest.fixture
def bundles(store: Store) -> list[str]:
    return store.ledger.add_bundles("demo", [row(2), row(1)], actor="Kim", why="queued")


def send(store: Store, bundle: str, clock: FakeClock, run: str, words: str) -> None:
    """One request whose answer was lost."""
    epoch = store.ledger.take_lease("demo", "w1", 100) or 0
    deadline = clock.now() + timedelta(seconds=60)
    attempt, _ = store.ledger.start_attempt(
        "demo", bundle, owner="w1", epoch=epoch, deadline=deadline, request_hash="x", seen_before=[], run=run,
        actor="Kim", op="add", from_state="ready",
    )  # fmt: skip
    outcome = {"outcome": "in_doubt", "http_status": 502, "correlation_id": "c", "error_text": words}
    move = Move(bundle, "sending", "unknown", words)
    store.ledger.finish_attempt("demo", attempt, outcome, move, actor="Kim", run=run)


def test_the_rows_of_a_run_come_in_the_order_of_days(store: Store, bundles: list[str]) -> None:
    assert store.run_rows.of_run("demo", "r1").index.tolist() == [bundles[1], bundles[0]]


def test_a_row_tells_what_the_run_came_to_and_how_it_stands_now(store: Store, bundles: list[str]) -> None:
    one = bundles[0]
    store.ledger.move_all("demo", [Move(one, "ready", "held", "looks alike")], actor="tieout", run="r1")
    store.ledger.move_all("demo", [Move(one, "held", "ready", "separate work")], actor="Ann", run="r2")
    found = store.run_rows.of_run("demo", "r1").loc[one]
    assert found[["began", "came_to", "why", "state"]].tolist() == ["draft", "held", "looks alike", "ready"]


def test_a_bundle_that_a_later_run_took_over_is_still_in_the_first_ones_rows(
    store: Store, bundles: list[str], clock: FakeClock
) -> None:
    send(store, bundles[0], clock, "r2", "no answer")
    assert bundles[0] in store.run_rows.of_run("demo", "r1").index
    assert store.run_rows.of_run("demo", "r2").index.tolist() == [bundles[0]]


def test_what_was_said_to_the_runs_own_request_stands_beside_its_row(
    store: Store, bundles: list[str], clock: FakeClock
) -> None:
    send(store, bundles[0], clock, "r2", "no answer")
    assert store.run_rows.of_run("demo", "r2").loc[bundles[0], ["op", "answer"]].tolist() == ["add", "no answer"]
    assert store.run_rows.of_run("demo", "r1").loc[bundles[0], ["op", "answer"]].tolist() == ["", ""]


def test_a_bundle_a_run_only_took_on_has_no_events_of_it(store: Store) -> None:
    [one] = store.ledger.add_bundles("demo", [row(1, run="r1")], actor="Kim", why="queued")
    store.ledger.queue("demo", [], [], {one: {"run": "r2"}}, actor="Kim", run="r2")
    assert store.run_rows.of_run("demo", "r2").loc[one, ["began", "came_to"]].tolist() == ["", ""]


def test_the_members_of_a_runs_bundles_are_listed(store: Store, bundles: list[str]) -> None:
    found = store.run_rows.entries_of_run("demo", "r1").set_index("bundle")["entry_id"]
    assert found[[*bundles]].tolist() == ["e2", "e1"]


def test_requests_are_told_with_their_answers(store: Store, bundles: list[str], clock: FakeClock) -> None:
    send(store, bundles[0], clock, "r1", "no answer")
    [request] = store.run_rows.requests("demo", bundles[0]).to_dict("records")
    assert (request["n"], request["outcome"], request["http_status"], request["error_text"]) == (
        1,
        "in_doubt",
        502,
        "no answer",
    )


def test_doubts_are_counted_by_the_run_that_sent_them(store: Store, bundles: list[str], clock: FakeClock) -> None:
    send(store, bundles[0], clock, "r2", "no answer")
    assert store.run_rows.count_by_run("demo", ("unknown", "sending")) == {"r2": 1}


def test_a_wanted_change_is_counted_apart(store: Store, bundles: list[str]) -> None:
    sent = [Move(one, "ready", "posted", "sent", {"remote_uuid": f"u-{one}"}) for one in bundles]
    store.ledger.move_all("demo", sent, actor="tieout", run="r1")
    store.ledger.want_changes("demo", {bundles[0]: "{}"}, run="r1")
    assert store.run_rows.count_rows("demo", "r1") == {("posted", True): 1, ("posted", False): 1}


def test_a_run_that_is_over_counts_also_what_another_one_took_over(
    store: Store, bundles: list[str], clock: FakeClock
) -> None:
    send(store, bundles[0], clock, "r2", "no answer")
    assert store.run_rows.count_rows("demo", "r1") == {("ready", False): 1}
    assert store.run_rows.count_rows("demo", "r1", is_over=True) == {("ready", False): 1, ("unknown", False): 1}


def test_a_run_of_nothing_has_no_rows(store: Store) -> None:
    assert store.run_rows.of_run("demo", "r9").empty
    assert store.run_rows.entries_of_run("demo", "r9").empty
