"""The main job on the demo practice, from nothing to a tie-out, against a real sandbox on a socket."""

from __future__ import annotations

from collections import Counter

import pandas as pd
import pytest

from core.demo import Demo
from core.model import Kind, RunKind, RunState, Standing, Verdict
from core.push.plan import PlanStale
from core.push.rules import Choice
from core.store import Run
from core.work import perform_run
from core.workspace import Workspace
from core.workspace.timing import PushUnderWay


@pytest.fixture(scope="module")
def workspace(demo: Demo) -> Workspace:
    """The demo practice after its first sync and matching."""
    ended = do(demo.workspace, RunKind.SYNC, propose=True, accept=True)
    assert ended.state is RunState.DONE, ended.message
    return demo.workspace


def do(workspace: Workspace, kind: RunKind, **parameters: object) -> Run:
    run = workspace.store.runs.queue(workspace.practice_id, kind, "test", parameters)
    return perform_run(workspace, run.id, "test")


def count(workspace: Workspace) -> pd.Series:
    return workspace.time.standings()["standing"].value_counts()


def test_the_first_sync_finds_the_time_that_is_in_xpm_already(workspace: Workspace) -> None:
    assert count(workspace)[Standing.SYNCED] > 3000
    assert workspace.sides.is_complete()


def test_what_is_certain_is_linked_and_an_undo_opens_it_again(workspace: Workspace) -> None:
    links = workspace.review.decisions(Kind.CLIENT)
    taken = links[links["by"].eq("rule:certain")].index[0]
    seen = {taken: int(links.loc[taken, "id"])}
    workspace.review.decide(Kind.CLIENT, Verdict.REOPENED, {taken: ""}, seen=seen)
    assert taken not in workspace.review.decisions(Kind.CLIENT).index
    workspace.review.decide(Kind.CLIENT, Verdict.LINKED, {taken: links.loc[taken, "xpm_id"]}, seen={taken: 0})
    assert workspace.review.decisions(Kind.CLIENT).loc[taken, "by"] == workspace.actor


def test_a_plan_that_was_shown_before_a_change_is_refused(workspace: Workspace) -> None:
    plan = workspace.time.plan(Choice())
    workspace.time.choose([plan.rows.index[0]], "exclude", "just a test")
    with pytest.raises(PlanStale):
        workspace.time.request_push(plan, Choice())
    workspace.time.choose([plan.rows.index[0]], "include")


def test_the_push_sends_everything_that_is_ready_once_and_it_ties(workspace: Workspace, demo: Demo) -> None:
    plan = workspace.time.plan(Choice())
    assert plan.create > 30
    run = workspace.time.request_push(plan, Choice())
    assert workspace.time.request_push(plan, Choice()).id == run.id
    ended = perform_run(workspace, run.id, "test")
    assert (ended.state, ended.counts["in_doubt"]) == (RunState.DONE, 0)
    assert ended.counts["confirmed"] + ended.counts["rejected"] == plan.create
    markers = Counter(t.note.rsplit("~", 1)[-1] for t in practice_times(demo) if "~" in t.note)
    assert max(markers.values()) == 1
    verified = do(workspace, RunKind.VERIFY, **period(workspace))
    assert verified.counts["missing"] == 0
    tie = workspace.time.tie_out(*workspace.time.period(None, None))
    assert (tie.ties, tie.minutes["remainder"], tie.minutes["ready"], tie.minutes["in_doubt"]) == (True, 0, 0, 0)


def test_a_second_push_has_nothing_to_send(workspace: Workspace) -> None:
    plan = workspace.time.plan(Choice())
    assert (plan.create, plan.calls) == (0, 0)


def test_a_second_sync_changes_no_standing(workspace: Workspace) -> None:
    before = count(workspace)
    assert do(workspace, RunKind.SYNC).state is RunState.DONE
    pd.testing.assert_series_equal(count(workspace), before)


def test_a_different_push_is_refused_while_one_is_queued(workspace: Workspace) -> None:
    run = workspace.store.runs.queue(
        "demo", RunKind.PUSH, "somebody", {"fingerprint": "other", "choice": "{}", "create": 1}
    )
    with pytest.raises(PushUnderWay, match="somebody"):
        workspace.time.request_push(workspace.time.plan(Choice()), Choice())
    workspace.store.runs.request_cancel(run.id)


def test_the_activity_log_is_whole(workspace: Workspace) -> None:
    assert workspace.store.events.verify_chain("demo") is None


def practice_times(demo: Demo) -> list:  # type: ignore[type-arg]  # the sandbox's own records
    tenant = next(t for t in demo.sandbox.sandbox.tenants.values() if t.name.startswith("Banksia"))
    return list(tenant.times.values())


def period(workspace: Workspace) -> dict[str, str]:
    start, end = workspace.time.period(None, None)
    return {"from": start.isoformat(), "to": end.isoformat()}
