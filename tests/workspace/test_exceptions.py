"""The exceptions inbox: whose an entry is, what it is worth, and a retry of single entries."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from core.model import Kind, RunKind, RunState
from core.push.ports import Member
from core.push.rules import Choice
from core.reports.entries import mark_shown
from core.store import Store
from core.workspace import Workspace
from core.workspace.exceptions import NothingToRetry, value_of
from core.workspace.reporting import ListMovedOn
from core.workspace.timing import PushUnderWay
from tests.fakes import FakeClock
from tests.workspace.ready_practice import link, make_practice, unlink, write_entries

ENTRIES: dict[str, dict[str, Any]] = {
    "E1": {"date": "2026-11-18", "minutes": 50},
    "E2": {"date": "2026-11-10", "task_id": "T2", "client_id": "C2", "staff_id": "S2"},
    "E3": {"date": "2026-11-11", "task_id": "", "client_id": "C9", "staff_id": "S2"},
}


@pytest.fixture
def practice(store: Store, clock: FakeClock) -> Workspace:
    """Three entries that wait: both clients are not linked, the third is not known."""
    made = make_practice(store, clock, hourly_rate=Decimal("199.99"))
    write_entries(made, ENTRIES)
    unlink(store, Kind.CLIENT, "C1", "C2")
    return made


def test_an_entry_is_its_clients_managers_else_partners_else_whose_it_is(practice: Workspace) -> None:
    assert practice.exceptions.frame()["owner"].to_dict() == {"E1": "Mona", "E2": "Paul", "E3": "Ben"}


def test_minutes_are_worth_the_hourly_rate_to_the_cent(practice: Workspace) -> None:
    values = practice.exceptions.frame()["value"].to_dict()
    assert values == {"E1": Decimal("166.66"), "E2": Decimal("100.00"), "E3": Decimal("100.00")}
    assert practice.exceptions.by_reason()["value"].tolist() == [Decimal("366.66")]


def test_without_a_rate_nothing_has_a_value(practice: Workspace) -> None:
    practice.options.change(hourly_rate=None)
    assert practice.exceptions.frame()["value"].isna().all()
    assert practice.exceptions.by_reason()["value"].isna().all()
    assert value_of(60, None) is None


def test_a_reason_holds_its_entries_and_the_one_held_longest(practice: Workspace, clock: FakeClock) -> None:
    practice.missing.note()
    clock.advance(5 * 86_400)
    [row] = [row for _, row in practice.exceptions.by_reason().iterrows()]
    assert (row["entries"], row["minutes"], row["age_days"], row["page"]) == (3, 110, 5, "clients")
    assert set(row["entry_ids"]) == {"E1", "E2", "E3"}
    assert str(row["oldest"].date()) == "2026-11-10"


def test_an_inbox_of_nothing_has_its_columns(practice: Workspace) -> None:
    write_entries(practice, {"E1": {"date": "2026-11-18", "status": "draft"}})
    assert practice.exceptions.frame().empty
    assert practice.exceptions.by_reason().empty
    assert practice.overview.inbox().empty


def test_a_retry_pushes_only_those_entries(practice: Workspace) -> None:
    link(practice.store, Kind.CLIENT, {"C1": "XC1", "C2": "XC2"})
    shown = mark_shown(practice.time.standings().loc[["E2"]])
    run = practice.exceptions.retry(["E2"], shown)
    assert (run.parameters["create"], Choice.from_json(run.parameters["choice"])) == (1, Choice(entries=("E2",)))


def test_a_retry_of_what_is_not_fixed_says_why_and_queues_nothing(practice: Workspace) -> None:
    with pytest.raises(NothingToRetry, match="None of the 2 entries can go yet: Client Acme has no XPM client"):
        practice.exceptions.retry(["E1", "E2"])
    assert practice.reports.under_way(RunKind.PUSH) == []


def test_a_retry_of_a_list_that_changed_is_refused(practice: Workspace) -> None:
    shown = mark_shown(practice.time.standings().loc[["E1"]])
    link(practice.store, Kind.CLIENT, {"C1": "XC1"})
    with pytest.raises(ListMovedOn):
        practice.exceptions.retry(["E1"], shown)


def test_a_retry_waits_for_the_push_under_way(practice: Workspace) -> None:
    link(practice.store, Kind.CLIENT, {"C1": "XC1", "C2": "XC2"})
    first = practice.exceptions.retry(["E2"])
    with pytest.raises(PushUnderWay):
        practice.exceptions.retry(["E1"])
    practice.store.runs.finish(first.id, RunState.CANCELLED)
    assert practice.exceptions.retry(["E1"]).parameters["create"] == 1


def push_before(ws: Workspace, entry_id: str, number: int, minutes: int) -> None:
    """The ledger as a push left it: one confirmed timesheet of this entry with other content than it has now."""
    row = {"tenant": "T", "group_key": f"entry:{entry_id}", "seq": 1, "marker": f"MARKER000{number}", "epoch": 1}
    row |= {"state": "confirmed", "job": "J1", "task_id": "XT1", "staff_id": "XS1", "date": date(2026, 11, 18)}
    row |= {"minutes": minutes, "note_sent": "", "content_hash": "former", "remote_uuid": f"u{number}", "attempts": 1}
    members = {entry_id: Member(minutes, minutes, "former")}
    ws.store.ledger.add_bundles("p", [{**row, "entries": members}], actor="Kim", why="pushed")


def test_drift_shows_both_sides_minutes(practice: Workspace) -> None:
    push_before(practice, "E1", 1, 40)
    push_before(practice, "gone", 2, 25)
    rows = practice.exceptions.drift()[["reason", "minutes", "xpm_minutes", "difference"]]
    assert rows.to_dict("index") == {
        "E1": {"reason": "edited locally", "minutes": 50, "xpm_minutes": 40, "difference": -10},
        "gone": {"reason": "deleted locally", "minutes": 0, "xpm_minutes": 25, "difference": 25},
    }


def test_time_whose_entry_is_gone_counts_with_what_xpm_holds(practice: Workspace) -> None:
    push_before(practice, "gone", 2, 25)
    assert practice.exceptions.frame().loc["gone", "minutes"] == 25
