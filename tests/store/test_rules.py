"""Saved rules of Which Actual Times."""

from __future__ import annotations

import pytest

from core.store import Store, UnknownRule


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
