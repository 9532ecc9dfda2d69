"""The ledger's SQL on both databases: compare and set, events with every change, leases, halts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from core.store.ledger import DONE, LEASE_LOST, MOVED_ON, UUID_TAKEN, LedgerConflict, LedgerTable
from core.store.ledger_rows import HeldMember
from tests.fakes import FakeClock, counting_ids

DAY = date(2026, 11, 18)
OUTCOME = {"outcome": "applied", "http_status": 200, "correlation_id": "c1", "error_text": ""}


@dataclass(frozen=True)
class Change:
    bundle: str
    from_state: str
    to_state: str
    why: str = "because"
    values: Mapping[str, Any] = field(default_factory=dict)
    epoch: int | None = None


def row(number: int = 1, **changes: Any) -> dict[str, Any]:
    plain: dict[str, Any] = {"tenant": "T1", "group_key": f"entry:e{number}", "seq": 1, "marker": f"M{number}"}
    plain |= {"state": "ready", "job": "J1", "task_id": "JT1", "staff_id": "S1", "date": DAY, "minutes": 60}
    plain |= {
        "note_sent": "Bank",
        "content_hash": "h",
        "epoch": 0,
        "run": "r1",
        "entries": {f"e{number}": HeldMember(60, 60, "h")},
    }
    return plain | changes


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def ledger(engine: Engine, clock: FakeClock) -> LedgerTable:
    return LedgerTable(engine, clock, counting_ids("b"))


def start(ledger: LedgerTable, bundle: str, epoch: int, clock: FakeClock) -> tuple[str, str]:
    return ledger.start_attempt(
        "demo", bundle, owner="w1", epoch=epoch, deadline=clock.now() + timedelta(seconds=60), request_hash="x",
        seen_before=["u8", "u9"], run="r1", actor="Kim",
    )  # fmt: skip


def test_a_bundle_is_found_by_its_entry_with_its_first_event(ledger: LedgerTable) -> None:
    [bundle] = ledger.add_bundles("demo", [row()], actor="Kim", why="queued")
    assert ledger.frame("demo").loc["e1", ["bundle_id", "state", "remote_uuid"]].tolist() == [bundle, "ready", ""]
    assert ledger.history("demo", bundle)[["from_state", "to_state", "actor"]].to_numpy().tolist() == [
        ["draft", "ready", "Kim"]
    ]


def test_an_empty_ledger_gives_a_frame_with_dates(ledger: LedgerTable) -> None:
    frame = ledger.frame("demo")
    assert frame.empty
    assert frame["date"].dtype == "datetime64[s]"


def test_the_newest_bundle_of_an_entry_counts(ledger: LedgerTable) -> None:
    ledger.add_bundles("demo", [row(state="retracted")], actor="Kim", why="")
    ledger.add_bundles("demo", [row(seq=2, marker="M9")], actor="Kim", why="")
    assert ledger.frame("demo")["seq"].to_dict() == {"e1": 2}


def test_work_dates_cut_the_frame(ledger: LedgerTable) -> None:
    ledger.add_bundles("demo", [row(1), row(2, date=DAY + timedelta(days=1))], actor="Kim", why="")
    assert list(ledger.frame("demo", start=DAY, end=DAY).index) == ["e1"]


@pytest.mark.parametrize("clash", [{"marker": "M1"}, {"group_key": "entry:e1"}, {"remote_uuid": "u1"}])
def test_a_second_claim_on_anything_unique_halts_and_adds_nothing(ledger: LedgerTable, clash: dict[str, str]) -> None:
    ledger.add_bundles("demo", [row(remote_uuid="u1")], actor="Kim", why="")
    with pytest.raises(LedgerConflict, match="halted"):
        ledger.add_bundles("demo", [row(2), row(3, **clash)], actor="Kim", why="")
    assert list(ledger.frame("demo").index) == ["e1"]
    assert "claim one" in ledger.halt_reason("demo")


def test_practices_do_not_see_each_other(ledger: LedgerTable) -> None:
    ledger.add_bundles("demo", [row()], actor="Kim", why="")
    ledger.add_bundles("other", [row()], actor="Kim", why="")
    assert len(ledger.find("demo")) == len(ledger.find("other")) == 1


def test_a_change_from_another_state_does_nothing(ledger: LedgerTable) -> None:
    [bundle] = ledger.add_bundles("demo", [row()], actor="Kim", why="")
    assert ledger.move_all("demo", [Change(bundle, "unknown", "posted")], actor="Kim") == [bundle]
    assert len(ledger.history("demo", bundle)) == 1


def test_a_change_judged_before_a_later_request_does_nothing(ledger: LedgerTable) -> None:
    [bundle] = ledger.add_bundles("demo", [row(epoch=3)], actor="Kim", why="")
    assert ledger.move_all("demo", [Change(bundle, "ready", "held", epoch=2)], actor="Kim") == [bundle]
    assert ledger.move_all("demo", [Change(bundle, "ready", "held", epoch=3)], actor="Kim") == []


def test_an_intent_is_an_attempt_and_a_change_of_state_together(ledger: LedgerTable, clock: FakeClock) -> None:
    [bundle] = ledger.add_bundles("demo", [row()], actor="Kim", why="")
    epoch = ledger.take_lease("demo", "w1", 180)
    attempt, refusal = start(ledger, bundle, epoch or 0, clock)
    assert refusal == DONE
    held = ledger.last_attempts([bundle])[bundle]
    assert (held.id, held.n, held.seen_before, held.outcome) == (attempt, 1, frozenset({"u8", "u9"}), "")
    assert ledger.find("demo")[0].attempts == 1
    assert start(ledger, bundle, epoch or 0, clock) == ("", MOVED_ON)


@pytest.mark.parametrize("spoil", ["epoch", "lease ended", "halt"])
def test_no_intent_without_lease_and_epoch_or_in_a_halt(ledger: LedgerTable, clock: FakeClock, spoil: str) -> None:
    [bundle] = ledger.add_bundles("demo", [row()], actor="Kim", why="")
    epoch = ledger.take_lease("demo", "w1", 180) or 0
    if spoil == "epoch":
        ledger.take_lease("demo", "w1", 180)
    elif spoil == "lease ended":
        clock.advance(181)
    else:
        ledger.halt("demo", "asked to", actor="Kim")
    _, refusal = start(ledger, bundle, epoch, clock)
    assert refusal == ("asked to" if spoil == "halt" else LEASE_LOST)
    assert ledger.judge_send("demo", "w1", epoch) == refusal
    assert ledger.last_attempts([bundle]) == {}


def test_an_outcome_and_its_state_are_kept_together(ledger: LedgerTable, clock: FakeClock) -> None:
    [bundle] = ledger.add_bundles("demo", [row()], actor="Kim", why="")
    attempt, _ = start(ledger, bundle, ledger.take_lease("demo", "w1", 180) or 0, clock)
    posted = Change(bundle, "sending", "posted", values={"remote_uuid": "u1"})
    assert ledger.finish_attempt("demo", attempt, OUTCOME, posted, actor="Kim", run="r1") == DONE
    assert ledger.last_attempts([bundle])[bundle].outcome == "applied"
    assert ledger.find_by("demo", "remote_uuid", ["u1"])[0].state == "posted"


def test_an_outcome_whose_bundle_moved_on_writes_nothing(ledger: LedgerTable, clock: FakeClock) -> None:
    [bundle] = ledger.add_bundles("demo", [row()], actor="Kim", why="")
    attempt, _ = start(ledger, bundle, ledger.take_lease("demo", "w1", 180) or 0, clock)
    ledger.move_all("demo", [Change(bundle, "sending", "unknown")], actor="tieout")
    late = Change(bundle, "sending", "posted")
    assert ledger.finish_attempt("demo", attempt, OUTCOME, late, actor="Kim", run="r1") == MOVED_ON
    assert ledger.last_attempts([bundle])[bundle].outcome == ""


def test_a_uuid_another_bundle_has_is_refused(ledger: LedgerTable, clock: FakeClock) -> None:
    _, bundle = ledger.add_bundles("demo", [row(1, remote_uuid="u1"), row(2)], actor="Kim", why="")
    attempt, _ = start(ledger, bundle, ledger.take_lease("demo", "w1", 180) or 0, clock)
    posted = Change(bundle, "sending", "posted", values={"remote_uuid": "u1"})
    assert ledger.finish_attempt("demo", attempt, OUTCOME, posted, actor="Kim", run="r1") == UUID_TAKEN
    assert ledger.find_by("demo", "id", [bundle])[0].state == "sending"


def test_one_worker_pushes_and_another_waits_for_the_end_of_its_lease(ledger: LedgerTable, clock: FakeClock) -> None:
    assert ledger.take_lease("demo", "w1", 180) == 1
    assert ledger.take_lease("demo", "w2", 180) is None
    clock.advance(180)
    assert ledger.take_lease("demo", "w2", 180) == 2
    assert not ledger.renew_lease("demo", "w1", 1, 180)


def test_the_same_worker_takes_its_lease_again_with_a_new_epoch(ledger: LedgerTable) -> None:
    assert [ledger.take_lease("demo", "w1", 180) for _ in range(2)] == [1, 2]
    ledger.release_lease("demo", "w1", 1)
    assert ledger.take_lease("demo", "w2", 180) is None
    ledger.release_lease("demo", "w1", 2)
    assert ledger.take_lease("demo", "w2", 180) == 3


def test_the_first_reason_of_a_halt_stays_until_it_is_lifted(ledger: LedgerTable) -> None:
    ledger.halt("demo", "first", actor="tieout")
    ledger.halt("demo", "second", actor="tieout")
    assert ledger.halt_reason("demo") == "first"
    ledger.lift_halt("demo", actor="Kim", why="checked")
    assert ledger.halt_reason("demo") == ""


def test_the_last_word_on_an_entry_counts_and_can_be_taken_back(ledger: LedgerTable) -> None:
    ledger.choose("demo", ["e1", "e2"], "exclude", [], by="Kim", why="private")
    ledger.choose("demo", ["e1"], "separate_work", [], by="Ana")
    ledger.choose("demo", ["e2"], "include", [], by="Ana")
    assert ledger.choices("demo")[["choice", "by"]].to_dict("index") == {"e1": {"choice": "separate_work", "by": "Ana"}}


def test_hundreds_of_ids_are_asked_in_portions(ledger: LedgerTable) -> None:
    made = ledger.add_bundles("demo", [row(n) for n in range(900)], actor="Kim", why="")
    assert len(ledger.find_by("demo", "id", made)) == 900
    assert len(ledger.entries_of(made)) == 900


def test_states_are_counted_per_run(ledger: LedgerTable) -> None:
    ledger.add_bundles("demo", [row(1), row(2, state="held"), row(3, run="r2")], actor="Kim", why="")
    assert ledger.count_states("demo", "r1") == {"ready": 1, "held": 1}
    assert ledger.count_states("demo") == {"ready": 2, "held": 1}
