"""Rules of processes as they are kept: added and ended, each change logged, and the first of two people wins."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from core.store import KeptRule, RulesMovedOn, Store
from core.store.tables import process_rule

FIRST = KeptRule("P1", 1, "linked", "XP2", clients=("C1",), groups=("Birds",), start=date(2026, 7, 1), words="call")
SECOND = KeptRule("P1", 2, "excluded", staff=("S1",), end=date(2026, 6, 30))


def ids(store: Store) -> list[str]:
    return [rule.id for rule in store.process_rules.list("p", "P1")]


def test_a_rule_is_read_as_it_was_added(store: Store) -> None:
    [kept] = store.process_rules.change("p", "P1", [FIRST], "Ann")
    assert replace(kept, id="", at="") == replace(FIRST, by="Ann")
    assert store.process_rules.list("p") == [kept]


def test_rules_are_asked_in_the_order_given(store: Store) -> None:
    first, second = store.process_rules.change("p", "P1", [FIRST, SECOND], "Ann")
    again = store.process_rules.change("p", "P1", [second, first], "Ben")
    assert [rule.words for rule in again] == ["", "call"]
    assert [rule.position for rule in again] == [1, 2]


def test_what_stays_the_same_is_not_touched(store: Store) -> None:
    [first] = store.process_rules.change("p", "P1", [FIRST], "Ann")
    assert store.process_rules.change("p", "P1", [first, SECOND], "Ben")[0] == first


def test_a_changed_rule_ends_and_begins_anew(store: Store) -> None:
    [first] = store.process_rules.change("p", "P1", [FIRST], "Ann")
    store.process_rules.change("p", "P1", [replace(first, words="calls")], "Ben")
    told = {rule.words: (rule.by, rule.ended_by) for rule in store.process_rules.history("p", "P1")}
    assert told == {"calls": ("Ben", ""), "call": ("Ann", "Ben")}


def test_an_ended_rule_is_history_only(store: Store) -> None:
    store.process_rules.change("p", "P1", [FIRST], "Ann")
    assert list(store.process_rules.change("p", "P1", [], "Ben")) == []
    assert len(store.process_rules.history("p", "P1")) == 1


def test_every_change_is_logged(store: Store) -> None:
    [first] = store.process_rules.change("p", "P1", [FIRST], "Ann", tell=lambda one: f"{one.words}: {one.xpm_id}")
    store.process_rules.change("p", "P1", [], "Ben", seen=[first.id])
    rows = store.events.list("p")[["actor", "verb", "subject_kind", "subject_id"]].to_numpy().tolist()
    assert rows == [["Ben", "ended", "process rule", "P1"], ["Ann", "added", "process rule", "P1"]]
    assert store.events.list("p")["after"].iloc[1] == "call: XP2"


def test_the_second_of_two_people_is_told(store: Store) -> None:
    store.process_rules.change("p", "P1", [FIRST], "Ann", seen=[])
    with pytest.raises(RulesMovedOn, match="changed meanwhile"):
        store.process_rules.change("p", "P1", [SECOND], "Ben", seen=[])
    assert len(ids(store)) == 1


def test_other_processes_and_practices_keep_theirs(store: Store) -> None:
    store.process_rules.change("p", "P1", [FIRST], "Ann")
    store.process_rules.change("p", "P2", [replace(SECOND, process_id="P2")], "Ann")
    store.process_rules.change("q", "P1", [], "Ann")
    assert [rule.process_id for rule in store.process_rules.list("p")] == ["P1", "P2"]


def test_the_version_changes_with_every_change(store: Store) -> None:
    versions = [store.process_rules.version("p")]
    for rules in ([FIRST], [FIRST, SECOND], []):
        store.process_rules.change("p", "P1", rules, "Ann")
        versions.append(store.process_rules.version("p"))
    assert versions[0] == ""
    assert len(set(versions)) == len(versions)


def test_rules_are_never_removed(store: Store) -> None:
    store.process_rules.change("p", "P1", [FIRST], "Ann")
    store.process_rules.change("p", "P1", [], "Ann")
    with store.engine.connect() as connection:
        assert len(connection.execute(process_rule.select()).all()) == 1
