"""What a plan says before anything is sent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from core.push.plan import PlanStale, plan_push, print_rows
from core.push.settings import PushSettings
from tests.push.desk import FakeMeter
from tests.push.practice import Practice, bundle, entry

NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


def practice() -> Practice:
    """Three entries: one ready, one waiting for its client, one synced."""
    made = Practice(entries={"e1": entry(), "e2": entry(client_id="c2", minutes=30), "e3": entry(minutes=15)})
    made.ledger = {"e3": bundle(minutes=15)}
    return made


def test_a_dry_run_counts_every_entry_once() -> None:
    made = plan_push(practice().standings(), FakeMeter(), PushSettings(), NOW).to_json()
    assert {name: made[name] for name in ("create", "update", "delete", "hold", "skip", "minutes")} == {
        "create": 1, "update": 0, "delete": 0, "hold": 1, "skip": 1, "minutes": 60,
    }  # fmt: skip
    assert (made["calls"], made["quota_left"]) == (3, 4800)


def test_fifty_entries_of_a_week_take_at_most_a_tenth_more_calls() -> None:
    entries = {f"e{n}": entry(minutes=5) for n in range(50)}
    made = plan_push(Practice(entries=entries).standings(), FakeMeter(), PushSettings(), NOW)
    assert (made.create, made.calls) == (50, 52)


def test_a_plan_finishes_at_our_own_pace() -> None:
    entries = {f"e{n}": entry(minutes=5) for n in range(53)}
    made = plan_push(Practice(entries=entries).standings(), FakeMeter(), PushSettings(), NOW)
    assert made.finish_at == NOW + timedelta(minutes=57 / 55)


def test_a_plan_beyond_todays_calls_says_so_and_ends_another_day() -> None:
    made = plan_push(practice().standings(), FakeMeter(day_left=201), PushSettings(), NOW)
    assert made.finish_at is not None
    assert made.finish_at >= NOW + timedelta(days=1)
    assert "tomorrow" in made.warnings[0]


def test_a_plan_that_moved_on_is_refused() -> None:
    before = plan_push(practice().standings(), FakeMeter(), PushSettings(), NOW)
    changed = practice()
    changed.entries["e1"] = entry(minutes=61)
    after = plan_push(changed.standings(), FakeMeter(), PushSettings(), NOW)
    with pytest.raises(PlanStale, match="changed since"):
        after.require(before.fingerprint, before.create)
    assert after.require(after.fingerprint, 1) is after


def test_the_order_of_entries_does_not_change_the_fingerprint() -> None:
    rows = Practice(entries={"e1": entry(), "e2": entry(minutes=30)}).standings()
    assert print_rows(rows) == print_rows(rows.iloc[::-1])


def test_an_empty_plan_takes_no_call() -> None:
    made = plan_push(Practice(entries={}).standings(), FakeMeter(), PushSettings(), NOW)
    assert (made.is_empty, made.calls, made.finish_at) == (True, 0, None)
