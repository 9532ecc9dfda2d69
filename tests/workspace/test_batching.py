"""Batches of jobs: one run, one row per job with its outcome; asked for again, nothing is made again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd
import pytest

from core.demo import Demo, start_demo
from core.jobs import JobDraft, TwinJob
from core.model import RunKind, RunState
from core.work import perform_run
from core.workspace import Workspace
from core.workspace.bulk import Narrowing

FILE = "jobs.csv"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo practice, synced, with its sandbox running; nothing is limited there."""
    folder = tmp_path_factory.mktemp("jobs")
    running = start_demo(folder, fresh=True, redirect_uri="http://127.0.0.1:1/oauth/callback", limits=False)
    settings = running.workspace.practice.settings
    pace = {"per_minute": 1_000_000, "per_day": 1_000_000, "in_flight": 1000}
    running.workspace.store.practices.save_settings("demo", settings.with_values(xpm={"limits": pace}))
    sync = running.workspace.store.runs.queue("demo", RunKind.SYNC, "test")
    assert perform_run(running.workspace, sync.id, "test").state is RunState.DONE
    yield running
    running.stop()


@pytest.fixture
def ws(demo: Demo) -> Workspace:
    return demo.workspace


def write_file(ws: Workspace, clients: list[str], name: str, template: int = 0) -> bytes:
    """A file of one job for each client, with two cost lines."""
    templates = ws.xpm("templates")["name"]
    rows = ["client,name,template,start,due,cost description,unit price"]
    for client in clients:
        rows += [f'"{client}",{name},"{templates.iloc[template]}",2026-11-20,2026-12-20,Search,9.50', ",,,,,Courier,12"]
    return "\n".join(rows).encode()


def find_clients(ws: Workspace, place: int, number: int = 3) -> list[str]:
    live = ws.xpm("clients").query("~archived & ~deleted").drop_duplicates("name", keep=False)
    return [str(name) for name in live["name"].iloc[place : place + number]]


def test_a_file_is_planned_made_by_one_run_and_run_again_makes_nothing(ws: Workspace) -> None:
    data = write_file(ws, find_clients(ws, 0), "Year end check")
    plan = ws.batches.plan(ws.batches.read_file(FILE, data))
    assert plan.count()["create"] == 3
    batch, run = ws.batches.request(FILE, plan)
    assert ws.batches.request(FILE, plan)[1].id == run.id
    ended = perform_run(ws, run.id, "test")
    assert (ended.state, ended.counts) == (RunState.DONE, {"jobs": 3, "created": 3})
    rows = ws.batches.rows(batch)
    assert (rows["state"].unique().tolist(), (rows["done"] == rows["steps"]).all()) == (["created"], True)
    again = ws.batches.plan(ws.batches.read_file(FILE, data))
    assert (again.count()["created"], again.calls, again.finish_at) == (3, 0, None)


def test_the_calls_of_the_plan_are_those_that_are_made_at_most(ws: Workspace) -> None:
    plan = ws.batches.plan(ws.batches.read_file(FILE, write_file(ws, find_clients(ws, 4), "Calls")))
    _, run = ws.batches.request(FILE, plan)
    before = ws.connection.meter().day_used
    perform_run(ws, run.id, "test")
    assert ws.connection.meter().day_used - before <= plan.calls == 3 * (1 + 1 + 2) + 1


def test_rows_that_cannot_be_made_are_kept_with_their_reason(ws: Workspace) -> None:
    data = write_file(ws, [find_clients(ws, 8)[0], "Nobody at all"], "Reasons")
    batch, run = ws.batches.request(FILE, ws.batches.plan(ws.batches.read_file(FILE, data)))
    perform_run(ws, run.id, "test")
    rows = ws.batches.rows(batch)
    assert rows["state"].tolist() == ["created", "not usable"]
    assert "not in XPM" in rows["words"].iloc[1]


def test_a_pattern_is_made_for_chosen_clients_with_their_own_fields(ws: Workspace) -> None:
    template = str(ws.xpm("templates").index[1])
    day = pd.Timestamp("2026-11-23").date()
    pattern = JobDraft(name_pattern="{template} {period}", template_id=template, period="P9", start=day, due=day)
    draft_id = ws.jobs.new_draft(pattern).id
    assert draft_id in ws.bulk.patterns()
    clients = list(ws.bulk.clients(Narrowing(words="Trust")).index[:3])
    table = ws.bulk.table(ws.bulk.pattern(draft_id, review=False), clients)
    table.loc[clients[0], "name"], table.loc[clients[1], "left_out"] = "By another name", True
    rows = ws.bulk.rows(draft_id, ws.bulk.pattern(draft_id, review=False), table)
    assert [row.draft.client_id for row in rows] == [clients[0], clients[2]]
    assert [row.draft.name for row in rows] == ["By another name", f"{ws.xpm('templates')['name'][template]} P9"]
    _, run = ws.batches.request("pattern", ws.batches.plan(rows))
    assert perform_run(ws, run.id, "test").counts["created"] == 2


def test_a_job_like_one_there_is_is_refused_unless_another_is_wanted(ws: Workspace) -> None:
    job = ws.xpm("jobs").iloc[0]
    day = pd.Timestamp("2026-11-23").date()
    draft = JobDraft(client_id=str(job["client_id"]), name=str(job["name"]).upper(), start=day, due=day)
    draft_id = ws.jobs.new_draft(draft).id
    with pytest.raises(TwinJob, match=str(job.name)):
        ws.jobs.request(draft_id)
    run = ws.jobs.request(draft_id, allow_twin=True)
    assert perform_run(ws, run.id, "test").state is RunState.DONE
    assert ws.jobs.get(draft_id).job not in ("", str(job.name))


def test_the_review_waits_for_a_person_and_goes_on_with_what_was_confirmed(ws: Workspace, demo: Demo) -> None:
    stocked = next(one for one in demo.sandbox.sandbox.tenants.values() if one.name.startswith("Banksia"))
    template = next(one.uuid for one in stocked.templates.values() if len(one.costs) > 1)
    client, day = str(ws.bulk.clients().index[5]), pd.Timestamp("2026-11-23").date()
    draft = JobDraft(client, "Reviewed", template, start=day, due=day, review=True, period="R1")
    draft_id = ws.jobs.new_draft(draft).id
    ended = perform_run(ws, ws.jobs.request(draft_id).id, "test")
    assert (ended.state, ws.jobs.get(draft_id).state) == (RunState.STOPPED, "review")
    held = ws.jobs.review_lines(draft_id)
    kept = held[1:]
    again = ws.jobs.confirm(draft_id, kept, ws.jobs.get(draft_id).revision)
    assert perform_run(ws, again.id, "test").state is RunState.DONE
    now = {cost.xpm_id: cost for cost in ws.jobs.read_costs(ws.jobs.get(draft_id).job)}
    assert (int(now[held[0].xpm_id].quantity), now[held[0].xpm_id].billable) == (0, False)
    assert now[held[1].xpm_id].quantity == held[1].quantity


def test_a_cancelled_batch_keeps_what_is_made_and_goes_on_with_the_rest(ws: Workspace) -> None:
    plan = ws.batches.plan(ws.batches.read_file(FILE, write_file(ws, find_clients(ws, 12), "Cancelled")))
    batch, run = ws.batches.request(FILE, plan)
    ws.store.runs.request_cancel(run.id)
    assert ws.store.runs.get(run.id).state is RunState.CANCELLED
    again = ws.batches.go_on(batch)
    assert (again.id != run.id, perform_run(ws, again.id, "test").state) == (True, RunState.DONE)
    assert ws.batches.rows(batch)["state"].tolist() == ["created"] * 3


def test_a_row_that_became_possible_is_made_when_the_file_is_run_again(ws: Workspace) -> None:
    first, second = find_clients(ws, 40, 2)
    data = write_file(ws, [first, second], "Became possible")
    read = ws.batches.read_file(FILE, data)
    unusable = [read[0], replace(read[1], problems=("Line 4: the client is not in XPM.",))]
    perform_run(ws, ws.batches.request(FILE, ws.batches.plan(unusable))[1].id, "test")
    plan = ws.batches.plan(ws.batches.read_file(FILE, data))
    batch, run = ws.batches.request(FILE, plan)
    assert len(plan.to_create) == 1
    assert perform_run(ws, run.id, "test").state is RunState.DONE
    assert ws.batches.rows(batch)["state"].tolist() == ["created", "created"]
