"""A plan of some days is the plan of everything, cut to these days; and it reads nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import event, update

from core.push.plan import Parts
from core.push.rules import Choice
from core.store.tables import LOCAL
from core.workspace import Workspace
from tests.benchmarks.history import PRACTICE, TODAY, keep_practice
from tests.benchmarks.planning import _Meter

TIMES = LOCAL["actual_times"]
#: The last three of the four days that have entries.
WEEK = Choice(start=TODAY - timedelta(days=28))
#: What another cut may show otherwise: nothing of the entry itself.
SHOWN = ["standing", "reason", "sentence", "change", "group_key", "sent_minutes", "xpm_minutes", "day_minutes", "job"]


@pytest.fixture
def practice(tmp_path: Path) -> Iterator[Workspace]:
    """600 entries of four days, a tenth of them pushed, and 2,000 pushed long ago."""
    workspace = keep_practice(tmp_path, 600, 2_000)
    workspace.connection.meter = _Meter  # type: ignore[method-assign, assignment]  # nothing is connected
    yield workspace
    workspace.store.close()


def edit(practice: Workspace, entry_id: str, **values: Any) -> None:
    """Change an entry as a load would; its content is another one then."""
    with practice.store.engine.begin() as connection:
        mine = update(TIMES).where(TIMES.c.practice == PRACTICE, TIMES.c.id == entry_id)
        assert connection.execute(mine.values(content_hash=f"new {values}", **values)).rowcount == 1
    practice.store.frames.mark_part(PRACTICE, "local", "actual_times", True, cursor=entry_id)


def pushed_in(practice: Workspace, start: date, end: date) -> list[str]:
    rows = practice.time.entries(start, end)
    return [str(one) for one in rows.index[rows["standing"].eq("synced")]]


def test_the_standings_of_some_days_are_those_of_everything(practice: Workspace) -> None:
    some, whole = practice.time.planning.standings(WEEK), practice.time.standings(WEEK)
    within = whole[whole["date"].ge(pd.Timestamp(WEEK.start))].sort_index()
    assert len(some) > 100
    pd.testing.assert_frame_equal(some.sort_index()[SHOWN], within[SHOWN])


def test_an_entry_moved_into_the_days_is_updated_and_not_sent_again(practice: Workspace) -> None:
    old = pushed_in(practice, TODAY - timedelta(days=40), TODAY - timedelta(days=31))[0]
    before = practice.time.plan(WEEK)
    edit(practice, old, date=TODAY)
    plan = practice.time.plan(WEEK)
    assert (plan.update, plan.create) == (before.update + 1, before.create)
    assert plan.changes.iloc[0][["was_date", "date"]].tolist() != [plan.changes.iloc[0]["date"]] * 2


def test_an_entry_moved_out_of_the_days_is_updated_and_not_taken_as_deleted(practice: Workspace) -> None:
    recent = pushed_in(practice, WEEK.start or TODAY, TODAY)[0]
    edit(practice, recent, date=TODAY - timedelta(days=300))
    plan = practice.time.plan(WEEK)
    assert (plan.update, plan.delete) == (1, 0)
    assert plan.changes["differs"].tolist() == ["date"]


def test_a_plan_of_single_entries_reads_their_days(practice: Workspace) -> None:
    ready = practice.time.plan(Choice()).rows.index[:2]
    plan = practice.time.plan(Choice(entries=tuple(ready)))
    assert sorted(plan.rows.index) == sorted(ready)


def test_missing_time_before_the_look_back_is_planned(practice: Workspace) -> None:
    early = practice.time.plan(Choice(end=TODAY - timedelta(days=20))).rows.index[0]
    choice = Choice(look_back_days=7, missing=(str(early),))
    assert early in practice.time.plan(choice).rows.index
    assert early not in practice.time.plan(Choice(look_back_days=7)).rows.index


def test_a_plan_of_some_days_never_reads_all_time(practice: Workspace) -> None:
    read: list[str] = []
    event.listen(practice.store.engine, "before_cursor_execute", lambda *told: read.append(told[2]))
    practice.time.plan(WEEK)
    tables = ("local_actual_times", "xpm_times", "bundle_entry")
    asked = [one for one in read if any(f"FROM {table}" in one.replace("\n", " ") for table in tables)]
    assert len(asked) >= 3
    assert all("date >=" in one or "BETWEEN" in one or "remote_uuid" in one for one in asked)


def test_a_push_carries_the_parts_it_was_asked_for(practice: Workspace) -> None:
    edit(practice, pushed_in(practice, WEEK.start or TODAY, TODAY)[0], minutes=11)
    plan = practice.time.plan(WEEK, Parts(create=False))
    run = practice.time.request_push(plan, WEEK)
    assert (plan.create, plan.update, plan.minutes) == (0, 1, 0)
    assert [run.parameters[name] for name in ("create", "update", "delete")] == [0, 1, 0]
    assert run.parameters["parts"] == {"create": False, "update": True, "delete": True}
