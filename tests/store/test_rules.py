"""Saved rules of Which Actual Times."""

from __future__ import annotations

import pytest

from core.store import Store, UnknownRule
from core.store.rules import RuleNameTaken


def test_a_saved_rule_is_read_back(store: Store) -> None:
    store.rules.save("demo", "Month", {"look_back_days": 31}, "Ann")
    rule = store.rules.get("demo", "Month")
    assert (rule.choice, rule.automatic, rule.saved_by) == ({"look_back_days": 31}, False, "Ann")


def test_saving_under_the_same_name_replaces_the_rule(store: Store) -> None:
    store.rules.save("demo", "Month", {"look_back_days": 31}, "Ann")
    store.rules.save("demo", "Month", {"look_back_days": 7}, "Bob")
    assert [rule.choice for rule in store.rules.list("demo")] == [{"look_back_days": 7}]


def test_only_one_rule_pushes_automatically(store: Store) -> None:
    store.rules.save("demo", "A", {}, "Ann", automatic=True)
    store.rules.save("demo", "B", {}, "Ann", automatic=True)
    automatic = store.rules.automatic("demo")
    assert automatic is not None
    assert automatic.name == "B"


def test_without_a_marked_rule_nothing_is_automatic(store: Store) -> None:
    store.rules.save("demo", "A", {}, "Ann")
    assert store.rules.automatic("demo") is None


def test_a_deleted_rule_is_gone_and_logged(store: Store) -> None:
    store.rules.save("demo", "A", {"staff": ["S1"]}, "Ann")
    store.rules.delete("demo", "A", "Bob")
    assert list(store.rules.list("demo")) == []
    event = store.events.list("demo").iloc[0]
    assert (event["actor"], event["verb"], event["before"]) == ("Bob", "deleted rule", '{"staff": ["S1"]}')


def test_an_unknown_rule_is_answered_with_the_known_ones(store: Store) -> None:
    store.rules.save("demo", "Month", {}, "Ann")
    with pytest.raises(UnknownRule, match="Choose one of: Month"):
        store.rules.get("demo", "Months")


def test_replacing_a_rule_keeps_its_mark_of_automatic_pushing(store: Store) -> None:
    store.rules.save("demo", "A", {}, "Ann", automatic=True)
    store.rules.save("demo", "A", {"look_back_days": 7}, "Bob")
    assert store.rules.get("demo", "A").automatic
    store.rules.save("demo", "A", {"look_back_days": 7}, "Bob", automatic=False)
    assert store.rules.automatic("demo") is None


def test_the_mark_of_automatic_pushing_moves_and_can_be_taken_away(store: Store) -> None:
    store.rules.save("demo", "A", {}, "Ann", automatic=True)
    store.rules.save("demo", "B", {}, "Ann")
    store.rules.mark_automatic("demo", "B", "Ann")
    assert [(rule.name, rule.automatic) for rule in store.rules.list("demo")] == [("A", False), ("B", True)]
    store.rules.mark_automatic("demo", "", "Ann")
    assert store.rules.automatic("demo") is None
    event = store.events.list("demo").iloc[0]
    assert (event["verb"], event["before"], event["after"]) == ("chose for automatic pushing", "B", "")


def test_an_unknown_rule_is_never_marked(store: Store) -> None:
    store.rules.save("demo", "A", {}, "Ann", automatic=True)
    with pytest.raises(UnknownRule):
        store.rules.mark_automatic("demo", "B", "Ann")
    assert store.rules.get("demo", "A").automatic


def test_a_renamed_rule_stays_what_it_is_under_its_new_name(store: Store) -> None:
    store.rules.save("demo", "A", {"staff": ["S1"]}, "Ann", automatic=True)
    store.rules.rename("demo", "A", "Month end", "Bob")
    [rule] = store.rules.list("demo")
    assert (rule.name, rule.choice, rule.automatic) == ("Month end", {"staff": ["S1"]}, True)


def test_a_rule_is_not_renamed_over_another_one(store: Store) -> None:
    store.rules.save("demo", "A", {}, "Ann")
    store.rules.save("demo", "B", {"staff": ["S1"]}, "Ann")
    with pytest.raises(RuleNameTaken, match="is a saved rule 'B' already"):
        store.rules.rename("demo", "A", "B", "Bob")
    assert store.rules.get("demo", "B").choice == {"staff": ["S1"]}
