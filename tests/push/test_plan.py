"""What a plan says before anything is sent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from core.push.plan import Parts, Plan, PlanStale, plan_push
from core.push.shape import shape_push
from tests.push.desk import FakeMeter
from tests.push.practice import Practice, bundle, entry, timesheet

NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


def plan(made: Practice, meter: FakeMeter | None = None, parts: Parts | None = None) -> Plan:
    standings = made.standings()
    shaped = shape_push(standings, made.recorded(), made.settings)
    return plan_push(standings, shaped, meter or FakeMeter(), made.settings, NOW, parts=parts)


def practice() -> Practice:
    """Three entries: one ready, one waiting for its client, one synced."""
    made = Practice(entries={"e1": entry(), "e2": entry(client_id="c2", minutes=30), "e3": entry(minutes=15)})
    made.ledger = {"e3": bundle(minutes=15)}
    return made


def test_a_dry_run_counts_every_entry_once() -> None:
    made = plan(practice()).to_json()
    assert {name: made[name] for name in ("create", "update", "delete", "hold", "skip", "minutes")} == {
        "create": 1, "update": 0, "delete": 0, "hold": 1, "skip": 1, "minutes": 60,
    }  # fmt: skip
    assert (made["calls"], made["quota_left"]) == (3, 4800)


def test_fifty_entries_of_a_week_take_at_most_a_tenth_more_calls() -> None:
    entries = {f"e{n}": entry(minutes=5) for n in range(50)}
    made = plan(Practice(entries=entries))
    assert (made.create, made.calls) == (50, 52)


def test_a_plan_finishes_at_our_own_pace() -> None:
    entries = {f"e{n}": entry(minutes=5) for n in range(53)}
    made = plan(Practice(entries=entries))
    assert made.finish_at == NOW + timedelta(minutes=57 / 58)


def test_a_plan_beyond_todays_calls_says_so_and_ends_another_day() -> None:
    made = plan(practice(), FakeMeter(day_left=201))
    assert made.finish_at is not None
    assert made.finish_at >= NOW + timedelta(days=1)
    assert "tomorrow" in made.warnings[0]


def test_a_plan_that_moved_on_is_refused() -> None:
    before = plan(practice())
    changed = practice()
    changed.entries["e1"] = entry(minutes=61)
    after = plan(changed)
    with pytest.raises(PlanStale, match="changed since"):
        after.require(before.fingerprint, before.create)
    assert after.require(after.fingerprint, 1) is after


def test_the_order_of_entries_does_not_change_the_fingerprint() -> None:
    entries = {"e1": entry(), "e2": entry(minutes=30)}
    turned = dict(reversed(entries.items()))
    assert plan(Practice(entries=entries)).fingerprint == plan(Practice(entries=turned)).fingerprint


def test_a_plan_updates_what_was_edited_and_deletes_what_is_gone() -> None:
    made = Practice(entries={"e1": entry(minutes=45, content_hash="h2")})
    made.ledger = {"e1": bundle(), "e2": bundle(bundle_id="b2", remote_uuid="u2", group_key="entry:e2")}
    done = plan(made)
    assert (done.create, done.update, done.delete, done.hold, done.calls) == (0, 1, 1, 0, 4)
    assert done.changes["op"].to_dict() == {"b1": "update", "b2": "delete"}
    assert [one.bundle for one in done.wishes] == ["b1", "b2"]


def test_parts_left_out_are_in_no_count_and_in_another_fingerprint() -> None:
    made = Practice(entries={"e1": entry(minutes=45, content_hash="h2"), "e2": entry(minutes=5)})
    made.ledger = {"e1": bundle()}
    whole, creates = plan(made), plan(made, parts=Parts(update=False, delete=False))
    assert (whole.update, creates.update, creates.create, creates.hold) == (1, 0, 1, 1)
    assert whole.fingerprint != creates.fingerprint


def test_other_time_of_that_person_day_and_job_is_a_warning() -> None:
    made = Practice(entries={"e1": entry(), "e2": entry(minutes=30, status="draft")})
    made.times = {"x1": timesheet(minutes=25, task_id="JT9")}
    done = plan(made)
    assert done.create == 1
    assert done.rows.loc["e1", "warning"] == "XPM holds 25 other minutes of that day on this job."
    assert "Look at them" in done.warnings[0]


def test_an_empty_plan_takes_no_call() -> None:
    made = plan(Practice(entries={}))
    assert (made.is_empty, made.calls, made.finish_at) == (True, 0, None)


def test_a_correction_is_created_and_no_longer_held() -> None:
    made = Practice(entries={"e1": entry(minutes=45, content_hash="h2")}, ledger={"e1": bundle(invoiced=True)})
    assert plan(made).hold == 1
    made.choices = {"e1": {"choice": "correct", "xpm_time_id": "h2", "why": "typo", "by": "Kim"}}
    done = plan(made)
    assert (done.create, done.hold, done.minutes, done.rows["sent_minutes"].tolist()) == (1, 0, -15, [-15])
    assert [want.minutes for want in done.wanted] == [-15]
