"""Process rules in a practice: what a preview says comes true, links follow, a person's links stay."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from core.model import Kind, Reason, Verdict
from core.push.rules import Choice
from core.store import NewDecision, Store, open_engine
from core.workspace import Workspace
from core.workspace.reviewing import SomebodyWasFaster
from core.workspace.ruling import BY_RULE, BadProcessRule, Change, PreviewStale, ProcessRule, RulesMovedOn
from tests.fakes import FakeClock
from tests.workspace.ready_practice import XPM, link, make_practice, unlink, write, write_entries


@pytest.fixture
def store(sqlite_template: Path, tmp_path: Path) -> Iterator[Store]:
    """One database will do: what the rules themselves ask of it, tests/store asks of both."""
    shutil.copyfile(sqlite_template, tmp_path / "tieout.db")
    engine = open_engine(f"sqlite:///{tmp_path / 'tieout.db'}")
    yield Store(engine, FakeClock())
    engine.dispose()


@pytest.fixture
def ws(store: Store) -> Workspace:
    """Two clients, each with a BAS task on its job, linked by a rule; each job has an advisory task beside it."""
    made = make_practice(store, FakeClock())
    write(store, "xpm", "task_types", XPM["task_types"] | {"XP2": {"name": "Advisory"}})
    extra = {
        "XA1": {"job": "J1", "task_type_id": "XP2", "name": "Advisory"},
        "XA2": {"job": "J2", "task_type_id": "XP2", "name": "Advisory"},
    }
    write(store, "xpm", "job_tasks", XPM["job_tasks"] | extra)
    pairs = {"T1": "XT1", "T2": "XT2"}
    store.decisions.add(
        [NewDecision("p", Kind.TASK, one, Verdict.LINKED, "rule:certain", to) for one, to in pairs.items()]
    )
    other = {"task_id": "T2", "client_id": "C2", "note": "Phone call", "date": "2026-11-19"}
    write_entries(made, {"E1": {"note": "Bank", "date": "2026-11-18"}, "E2": other})
    return made


def rule(to: str = "XP2", **narrows: Any) -> ProcessRule:
    return ProcessRule("P1", Verdict.LINKED if to else Verdict.EXCLUDED, to, **narrows)


def set_rules(ws: Workspace, *rules: ProcessRule, also: tuple[str, ...] = ()) -> int:
    change = Change(rules={"P1": rules}, shown={"P1": [one.id for one in ws.ruling.kept("P1")]})
    return ws.ruling.save(change, ws.ruling.preview(change, also))


def places(ws: Workspace) -> dict[str, str]:
    rows = ws.actual_times()
    return {str(one): row["job_task_id"] if row["reason"] == "" else row["reason"] for one, row in rows.iterrows()}


def links(ws: Workspace) -> dict[str, tuple[str, str]]:
    rows = ws.review.decisions(Kind.TASK)
    return {str(one): (row["xpm_id"], row["by"]) for one, row in rows.iterrows()}


def test_without_rules_nothing_is_asked(ws: Workspace) -> None:
    assert ws.ruling.tasks() is None
    assert ws.ruling.entries(ws.local("actual_times")) is None


def test_a_rule_about_a_client_takes_its_tasks_and_their_time(ws: Workspace) -> None:
    assert set_rules(ws, rule(groups=("Birds",))) == 1
    assert links(ws) == {"T1": ("XA1", BY_RULE), "T2": ("XT2", "rule:certain")}
    assert places(ws) == {"E1": "XA1", "E2": "XT2"}


def test_a_rule_about_words_moves_entries_and_no_task(ws: Workspace) -> None:
    assert set_rules(ws, rule(words="call")) == 0
    assert links(ws)["T2"] == ("XT2", "rule:certain")
    assert places(ws) == {"E1": "XT1", "E2": "XA2"}


def test_a_push_of_a_few_days_plans_by_the_same_rules(ws: Workspace) -> None:
    set_rules(ws, rule(words="call"))
    planned = ws.time.planning.standings(Choice(entries=("E1", "E2")))
    assert planned["job_task_id"].to_dict() == ws.actual_times()["job_task_id"].to_dict()


def test_an_excluding_rule_keeps_time_back_and_ends_no_link(ws: Workspace) -> None:
    set_rules(ws, rule("", clients=("C2",)))
    assert places(ws) == {"E1": "XT1", "E2": Reason.EXCLUDED_BY_RULE}
    assert links(ws)["T2"] == ("XT2", "rule:certain")
    set_rules(ws)
    assert places(ws)["E2"] == "XT2"


def test_a_task_that_only_a_rule_excludes_says_so(ws: Workspace) -> None:
    unlink(ws.store, Kind.TASK, "T2")
    set_rules(ws, rule("", clients=("C2",)))
    row = ws.review.rows(Kind.TASK).loc["T2"]
    assert (row["state"], row["explanation"]) == ("excluded", "a rule of its process excludes it: client Bee")


def test_a_linked_task_says_that_a_rule_keeps_its_time_back(ws: Workspace) -> None:
    set_rules(ws, rule("", clients=("C2",)))
    row = ws.review.rows(Kind.TASK).loc["T2"]
    assert (row["state"], row["explanation"]) == ("linked", "a rule of its process excludes it: client Bee")


def test_an_automatic_link_without_a_certain_successor_is_open_again(ws: Workspace) -> None:
    write(ws.store, "xpm", "job_tasks", XPM["job_tasks"])
    assert set_rules(ws, rule(clients=("C1",))) == 1
    assert set(links(ws)) == {"T2"}
    assert places(ws)["E1"] == Reason.TASK_MISSING


def test_a_persons_link_stays_with_its_time(ws: Workspace) -> None:
    link(ws.store, Kind.TASK, {"T1": "XT1"})
    assert set_rules(ws, rule(clients=("C1",))) == 0
    assert links(ws)["T1"] == ("XT1", "Kim")
    assert places(ws)["E1"] == "XT1"


def test_a_persons_link_follows_when_it_was_ticked(ws: Workspace) -> None:
    link(ws.store, Kind.TASK, {"T1": "XT1"})
    assert set_rules(ws, rule(clients=("C1",)), also=("T1",)) == 1
    assert links(ws)["T1"] == ("XA1", "Kim")


def test_an_ended_rule_lets_its_links_go_back(ws: Workspace) -> None:
    set_rules(ws, rule(clients=("C1",)))
    assert set_rules(ws) == 1
    assert links(ws)["T1"] == ("XT1", BY_RULE)


def test_the_preview_tells_hits_links_and_standings(ws: Workspace) -> None:
    preview = ws.ruling.preview(Change(rules={"P1": (rule(clients=("C1",)), rule("", words="bas, call"))}))
    hits = preview.hits[["when", "to", "tasks", "entries", "minutes", "behind"]].to_numpy().tolist()
    assert hits == [["client Acme", "Advisory", 1, 1, 30, 0], ["words “bas, call”", "Excluded from XPM", 1, 1, 30, 2]]
    assert preview.links[["effect", "new"]].to_numpy().tolist() == [
        ["changes", "J1 BAS · Advisory"],
        ["rests", ""],
    ]
    moves = preview.moves.to_numpy().tolist()
    assert moves == [["ready", "excluded", 1, 30], ["ready", "ready", 1, 30]]
    assert preview.entries.loc["E1", ["old", "new"]].tolist() == ["J1 BAS · BAS", "J1 BAS · Advisory"]


def test_a_preview_saves_nothing(ws: Workspace) -> None:
    before = ws.version()
    ws.ruling.preview(Change(rules={"P1": (rule(clients=("C1",)),)}))
    assert ws.version() == before


def test_what_the_preview_says_comes_true(ws: Workspace) -> None:
    change = Change(rules={"P1": (rule(clients=("C1",)), rule("", words="call"))})
    preview = ws.ruling.preview(change)
    ws.ruling.save(change, preview)
    after = ws.actual_times().loc[preview.entries.index]
    assert preview.entries["after"].tolist() == after["standing"].tolist()


@pytest.mark.parametrize("seed", range(2))
def test_whatever_the_change_its_preview_comes_true(ws: Workspace, seed: int) -> None:
    """Six random changes in a row, rules and mappings, with links of people and of rules among them."""
    dice = Random(seed)
    if seed:
        link(ws.store, Kind.TASK, {"T1": "XT1"})
    for _ in range(6):
        change = draw_change(dice)
        before, preview = ws.actual_times(), ws.ruling.preview(change, ["T1"] if dice.random() < 0.3 else [])
        ws.ruling.save(change, preview)
        after = ws.actual_times()
        expected = before["standing"].astype("object")
        expected.update(preview.entries["after"])
        assert after["standing"].to_dict() == expected.to_dict()
        assert set(ws.review.decisions(Kind.TASK).index) >= {"T1"} - set(preview.links.index)


def draw_change(dice: Random) -> Change:
    if dice.random() < 0.25:
        return Change(
            mapped={"P1": dice.choice([(Verdict.LINKED, "XP1"), (Verdict.LINKED, "XP2"), (Verdict.EXCLUDED, "")])}
        )
    some: list[dict[str, Any]] = [
        {"clients": ("C1",)},
        {"groups": ("Birds",)},
        {"words": "call, bank"},
        {"staff": ("S1",)},
    ]
    some += [{"words": "dec"}, {"clients": ("C2",), "words": "phone"}]
    rules = [rule(dice.choice(["XP1", "XP2", ""]), **dice.choice(some)) for _ in range(dice.randint(0, 3))]
    return Change(rules={"P1": tuple(rules)})


def test_a_change_that_would_do_something_else_by_now_is_refused(ws: Workspace) -> None:
    change = Change(rules={"P1": (rule(words="call"),)}, shown={"P1": []})
    preview = ws.ruling.preview(change)
    write_entries(ws, {"E1": {"note": "Call back"}})
    with pytest.raises(PreviewStale):
        ws.ruling.save(change, preview)
    assert list(ws.ruling.kept()) == []


def test_rules_changed_meanwhile_are_not_overwritten(ws: Workspace) -> None:
    change = Change(rules={"P1": (rule(words="nothing"),)}, shown={"P1": []})
    preview = ws.ruling.preview(change)
    other = replace(ws.ruling.rules()[0], id="") if ws.ruling.rules() else rule(words="never")
    set_rules(ws, other)
    with pytest.raises((RulesMovedOn, PreviewStale)):
        ws.ruling.save(change, preview)
    assert [one.words for one in ws.ruling.kept()] == ["never"]


def test_a_rule_that_means_nothing_is_refused(ws: Workspace) -> None:
    with pytest.raises(BadProcessRule, match="narrows by nothing"):
        ws.ruling.preview(Change(rules={"P1": (rule(),)}))


def test_several_processes_are_mapped_at_once_and_their_links_follow(ws: Workspace) -> None:
    change = Change(mapped={"P1": (Verdict.LINKED, "XP2")})
    preview = ws.ruling.preview(change)
    seen = {"P1": int(ws.review.decisions(Kind.PROCESS).loc["P1", "id"])}
    ws.ruling.save(change, preview, seen=seen, why="new list of tasks")
    assert preview.count("changes") == 2
    assert {to for to, _ in links(ws).values()} == {"XA1", "XA2"}
    assert places(ws) == {"E1": "XA1", "E2": "XA2"}


def test_of_two_people_who_map_a_process_the_second_is_told(ws: Workspace) -> None:
    change = Change(mapped={"P1": (Verdict.EXCLUDED, "")})
    preview = ws.ruling.preview(change)
    with pytest.raises(SomebodyWasFaster):
        ws.ruling.save(change, preview, seen={"P1": 99})


def test_a_process_mapped_in_its_panel_takes_its_automatic_links_along(ws: Workspace) -> None:
    ws.review.decide(Kind.PROCESS, Verdict.LINKED, {"P1": "XP2"}, seen={})
    assert links(ws)["T1"] == ("XA1", BY_RULE)


def test_a_reopened_process_leaves_its_links(ws: Workspace) -> None:
    change = Change(mapped={"P1": (Verdict.REOPENED, "")})
    assert ws.ruling.save(change, ws.ruling.preview(change)) == 0
    assert links(ws)["T1"] == ("XT1", "rule:certain")


def test_links_that_missed_a_change_are_found_by_the_next_matching(ws: Workspace) -> None:
    link(ws.store, Kind.PROCESS, {"P1": "XP2"})
    ws.proposing.propose([Kind.TASK])
    assert links(ws)["T2"] == ("XA2", BY_RULE)


def test_a_table_tells_rules_in_words_with_their_author(ws: Workspace) -> None:
    set_rules(ws, rule(groups=("Birds",), clients=("C2",), staff=("S1",)), rule("", words="leave"))
    rows = ws.ruling.table("P1")[["place", "when", "to", "gone", "by"]].to_numpy().tolist()
    first = [1, "client group Birds or client Bee, staff Ann", "Advisory", False, "Kim"]
    assert rows == [first, [2, "words “leave”", "Excluded from XPM", False, "Kim"]]
    assert ws.ruling.counts() == {"P1": 2}
    assert ws.review.rows(Kind.PROCESS)["detail"].tolist() == ["2 rules"]


def test_a_rule_whose_xpm_task_is_gone_says_so(ws: Workspace) -> None:
    set_rules(ws, rule(clients=("C1",)))
    write(ws.store, "xpm", "task_types", XPM["task_types"])
    assert ws.ruling.table("P1")["gone"].tolist() == [True]


def test_history_keeps_ended_rules(ws: Workspace) -> None:
    set_rules(ws, rule(clients=("C1",)))
    set_rules(ws)
    row = ws.ruling.history("P1").iloc[0]
    assert (row["when"], row["ended_by"]) == ("client Acme", "Kim")
    log = ws.log.entries(subject_kind="process rule")
    assert log[["did", "what", "before", "after"]].to_numpy().tolist() == [
        ["ended", "BAS", "client Acme: Advisory", ""],
        ["added", "BAS", "", "client Acme: Advisory"],
    ]
