"""Connecting, leaving and coming back, against a real sandbox on a socket."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pandas as pd
import pytest

from core.demo import Demo, start_demo
from core.model import Kind, RunKind, RunState, Verdict
from core.push.rules import Choice
from core.store import Run
from core.store.process_rules import KeptRule
from core.work import perform_run
from core.workspace import Workspace
from core.workspace.founding import begin_first_sync, find_practice, finish_consent
from core.workspace.leaving import RunsUnderWay, count_timesheets
from core.xpm.keeper import NotConnected
from core.xpm.signin import ConsentRefused, OtherPractice

OURS, OTHER = "Banksia & Wren Accountants", "Wharf Street Bookkeeping"


@pytest.fixture(scope="module")
def synced(demo: Demo) -> Workspace:
    """The demo practice after its first sync and matching."""
    ended = do(demo.workspace, RunKind.SYNC, propose=True, accept=True)
    assert ended.state is RunState.DONE, ended.message
    return demo.workspace


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Workspace]:
    """The demo practice as it is on its first day: connected, and nothing read."""
    running = start_demo(tmp_path, fresh=True, redirect_uri="http://127.0.0.1:8501/oauth/callback", limits=False)
    yield running.workspace
    running.stop()


def do(workspace: Workspace, kind: RunKind, **parameters: object) -> Run:
    run = workspace.store.runs.queue(workspace.practice_id, kind, "test", parameters)
    return perform_run(workspace, run.id, "test")


def visit(ws: Workspace, *tenants: str) -> tuple[str, str]:
    """State and code as the browser brings them back from the consent page, with these accounts ticked."""
    url = ws.connection.consent_url() + "&auto=1" + (f"&tenants={','.join(tenants)}" if tenants else "")
    sent_to = httpx.get(url, follow_redirects=False, trust_env=False).headers["location"]
    answer = parse_qs(urlsplit(sent_to).query)
    return answer["state"][0], answer["code"][0]


def tenant(demo: Demo, name: str) -> str:
    return next(one["id"] for one in demo.sandbox.tenants if one["name"] == name)


def reconnect(ws: Workspace, name: str, *, move: bool = False) -> None:
    state, code = visit(ws)
    accounts = {one.name: one.tenant_id for one in ws.connection.complete(state, code)}
    ws.connection.choose(state, accounts[name], move=move)


def remember(ws: Workspace) -> dict[str, pd.DataFrame]:
    """Everything that must outlive leaving."""
    kept = {f"links of {kind}": ws.store.decisions.current("demo", kind) for kind in Kind}
    kept |= {"ledger": ws.store.ledger.frame("demo"), "drafts": ws.store.jobs.list_drafts("demo")}
    return kept | {"standings": ws.time.standings()[["standing", "minutes", "xpm_time_id"]]}


def test_a_single_account_is_connected_at_once(demo: Demo) -> None:
    ws = demo.workspace
    ws.connection.disconnect()
    state, code = visit(ws, tenant(demo, OURS))
    assert ws.connection.complete(state, code) == []
    assert (ws.connection.view().tenant_name, ws.connection.offered(state)) == (OURS, [])


def test_the_return_of_the_only_account_begins_the_first_sync_once(fresh: Workspace) -> None:
    account = fresh.connection.view().tenant_id
    fresh.connection.disconnect()
    state, code = visit(fresh, account)
    assert find_practice(fresh.store, state) == "demo"
    assert finish_consent(fresh.settings, fresh.store, state, code) == []
    assert fresh.store.runs.list("demo")["kind"].tolist() == [RunKind.SYNC]
    assert not begin_first_sync(fresh)


def test_the_view_tells_since_when_by_whom_and_what_was_granted(demo: Demo) -> None:
    view = demo.workspace.connection.view()
    assert view.connected_at.endswith("+00:00")
    assert view.connected_by == demo.workspace.actor
    assert "practicemanager.time" in view.scopes
    assert demo.workspace.rights.tell_granted() == "read the practice, write jobs, write time"


def test_every_right_is_found_by_a_run(synced: Workspace) -> None:
    ended = do(synced, RunKind.CHECK)
    tested = synced.rights.last()
    assert tested is not None
    assert (ended.state, ended.counts["lacking"], len(tested.rights)) == (RunState.DONE, 0, ended.counts["rights"])
    assert tested.rights["ok"].all()
    assert synced.running.items(ended.id)["words"].str.startswith("Needed to").all()


def test_a_lacking_right_is_named_with_what_to_do(synced: Workspace, demo: Demo) -> None:
    add_fault(demo, "template.api/list")
    ended = do(synced, RunKind.CHECK)
    tested = synced.rights.last()
    assert tested is not None
    assert ended.message.startswith("Missing: read templates.")
    assert "Connect third-party add-ons" in tested.rights.set_index("right").at["read templates", "sentence"]
    assert synced.connection.view().is_connected


def test_time_that_was_never_sent_is_not_told_as_held_by_xpm() -> None:
    assert count_timesheets({"ready": 38, "held": 2, "excluded": 1, "confirmed": 5, "unknown": 1}) == 6


def test_what_leaving_costs_is_counted_before(synced: Workspace) -> None:
    stakes = synced.connection.stakes()
    assert stakes.links == sum(int(synced.review.decisions(kind)["verdict"].eq(Verdict.LINKED).sum()) for kind in Kind)
    assert stakes.timesheets > 3000
    assert (stakes.ready > 30, stakes.may_move) == (True, False)


def test_coming_back_to_the_same_account_loses_nothing(synced: Workspace) -> None:
    plan = synced.time.plan(Choice())
    assert perform_run(synced, synced.time.request_push(plan, Choice()).id, "test").state is RunState.DONE
    synced.store.jobs.create("demo", "draft-1", "TO-1", "{}", "Ann")
    before = remember(synced)
    assert synced.connection.disconnect().trouble == ""
    with pytest.raises(NotConnected):
        synced.connection.client().list_staff()
    reconnect(synced, OURS)
    assert do(synced, RunKind.SYNC, propose=True, accept=True).state is RunState.DONE
    after = remember(synced)
    for name, frame in before.items():
        pd.testing.assert_frame_equal(after[name], frame, obj=name)
    assert synced.time.plan(Choice()).create == 0


def test_the_log_tells_who_connected_and_left(synced: Workspace) -> None:
    history = synced.connection.history()
    assert {"connected", "disconnected"} <= set(history["did"])
    assert set(history["account"]) == {OURS}


def test_another_account_is_refused_once_something_is_in_the_former_one(synced: Workspace) -> None:
    with pytest.raises(OtherPractice, match=OURS.split(" ", maxsplit=1)[0]):
        reconnect(synced, OTHER, move=True)
    assert synced.connection.view().tenant_name == OURS


def test_a_consent_to_another_account_alone_is_a_choice_not_a_connection(synced: Workspace, demo: Demo) -> None:
    synced.connection.disconnect()
    state, code = visit(synced, tenant(demo, OTHER))
    assert [one.name for one in synced.connection.complete(state, code)] == [OTHER]
    assert (synced.connection.view().state, len(synced.connection.offered(state))) == ("disconnected", 1)
    reconnect(synced, OURS)


def test_a_practice_that_sent_nothing_may_move_when_somebody_wants_it(fresh: Workspace) -> None:
    with pytest.raises(OtherPractice):
        reconnect(fresh, OTHER)
    reconnect(fresh, OTHER, move=True)
    assert do(fresh, RunKind.SYNC).state is RunState.DONE
    assert len(fresh.xpm("clients")) == 2
    assert fresh.connection.stakes().may_move
    fresh.review.decide(Kind.CLIENT, Verdict.LINKED, {"HC1001": fresh.xpm("clients").index[0]}, seen={})
    rules = [KeptRule("HP1", 1, "linked", "task type there"), KeptRule("HP1", 2, "excluded", words="lunch")]
    fresh.store.process_rules.change("demo", "HP1", rules, "Ann")
    reconnect(fresh, OURS, move=True)
    assert fresh.xpm("clients").empty
    assert [one.verdict for one in fresh.store.process_rules.list("demo")] == ["excluded"]
    assert "HC1001" not in fresh.review.decisions(Kind.CLIENT).index
    assert do(fresh, RunKind.SYNC).state is RunState.DONE
    assert len(fresh.xpm("clients")) > 300


def test_nobody_moves_a_practice_under_a_run(fresh: Workspace) -> None:
    run = fresh.store.runs.queue("demo", RunKind.SYNC, "test", {})
    fresh.store.runs.start(run.id, "worker")
    with pytest.raises(RunsUnderWay, match="1 run is under way"):
        reconnect(fresh, OTHER, move=True)


def test_a_choice_left_open_for_long_is_closed(synced: Workspace) -> None:
    state, code = visit(synced)
    synced.connection.complete(state, code)
    synced.store.tokens.change_consent(state, {"asked_at": "2026-11-20T00:00:00.000+00:00"})
    assert synced.connection.offered(state) == []
    with pytest.raises(ConsentRefused, match="over an hour"):
        synced.connection.choose(state, "any")


def test_practices_of_one_account_are_told_of_each_other(synced: Workspace, demo: Demo) -> None:
    assert synced.connection.shared_with(tenant(demo, OURS)) == []
    assert synced.store.tokens.find_practices(tenant(demo, OURS)) == ["demo"]


def add_fault(demo: Demo, path: str) -> None:
    """XPM forbids one call of this path."""
    rules = {"rules": [{"fault": "forbidden", "path": path, "times": 1}]}
    assert httpx.post(f"{demo.sandbox.control_url}/faults", json=rules, trust_env=False).status_code == 200
