"""Which call a rule strikes, that a seed repeats it, and which files are refused."""

from typing import Any

import pytest

from core.sandbox.calls import ApiRequest
from core.sandbox.fault_rules import FAULTS, FaultRuleError, read_rules
from core.sandbox.faults import FaultInjector

ADD = ApiRequest("POST", "/practicemanager/3.1/time.api/add")
LIST = ApiRequest("GET", "/practicemanager/3.1/time.api/list")
TOKEN = ApiRequest("POST", "/identity/connect/token")


def strike(calls: list[ApiRequest], *rules: dict[str, Any], seed: int = 1, rates: Any = None) -> list[list[str]]:
    injector = FaultInjector(read_rules({"seed": seed, "rules": list(rules), "rates": rates}))
    return [[fault.kind for fault in injector.decide(call, "t1")] for call in calls]


def find_hits(calls: list[ApiRequest], **rule: Any) -> list[int]:
    return [number for number, struck in enumerate(strike(calls, {"fault": "error", **rule}), start=1) if struck]


def test_a_rule_without_conditions_strikes_every_call_of_the_practice() -> None:
    assert find_hits([ADD, LIST, TOKEN]) == [1, 2]


def test_method_path_and_tenant_narrow_a_rule() -> None:
    assert find_hits([ADD, LIST], method="get") == [2]
    assert find_hits([ADD, LIST], path="time.api/add") == [1]
    assert find_hits([ADD, LIST], path="3.1/*/list") == [2]
    assert find_hits([ADD, LIST], tenant="t2") == []


def test_the_sign_in_addresses_are_meant_only_when_named() -> None:
    assert find_hits([TOKEN], path="connect/token") == [1]


def test_nth_counts_only_the_calls_that_match() -> None:
    assert find_hits([LIST, ADD, LIST, ADD, ADD], path="add", nth=[2, 3]) == [4, 5]


def test_every_and_times_limit_a_rule() -> None:
    assert find_hits([ADD] * 7, every=2, times=2) == [2, 4]


def test_a_probability_is_kept_over_many_calls() -> None:
    assert 150 < len(find_hits([ADD] * 1000, probability=0.2)) < 250


def test_one_seed_strikes_the_same_calls_and_another_seed_others() -> None:
    rule = {"fault": "error", "probability": 0.3}
    assert strike([ADD] * 50, rule, seed=4) == strike([ADD] * 50, rule, seed=4) != strike([ADD] * 50, rule, seed=5)


def test_a_rule_decides_the_same_whatever_stands_after_it() -> None:
    rule = {"fault": "error", "probability": 0.3}
    alone = [bool(struck) for struck in strike([ADD] * 50, rule)]
    beside = ["error" in struck for struck in strike([ADD] * 50, rule, {"fault": "bom", "probability": 0.5})]
    assert alone == beside


def test_a_time_left_open_is_drawn_up_to_the_longest() -> None:
    injector = FaultInjector(read_rules({"rules": [{"fault": "late"}]}))
    seconds = [injector.decide(ADD)[0].seconds for _ in range(200)]
    assert 0 <= min(seconds) < 100
    assert 800 < max(seconds) <= 900


def test_the_default_rates_disturb_writes_and_lists() -> None:
    writes = [kind for struck in strike([ADD] * 4000, rates="default") for kind in struck]
    lists = [kind for struck in strike([LIST] * 4000, rates="default") for kind in struck]
    assert set(writes) == {"drop_before", "drop_after", "late", "error", "limit_minute", "truncate"}
    assert set(lists) == {"limit_minute", "truncate", "unavailable", "list_partial", "lag"}
    assert 90 < writes.count("drop_after") < 150


def test_single_rates_can_be_changed_and_switched_off() -> None:
    rates = dict.fromkeys(("drop_before", "late", "error", "error_after", "limit_minute", "truncate"), 0)
    kinds = {kind for struck in strike([ADD] * 20, rates={**rates, "drop_after": 1}) for kind in struck}
    assert kinds == {"drop_after"}


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_can_be_asked_for(fault: str) -> None:
    assert read_rules({"rules": [{"fault": fault}]}).watches[0].rule.fault == fault


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ([], "not an object with `seed`"),
        ({"rule": []}, "unknown part rule; known are seed, rules, rates"),
        ({"rules": ["drop_after"]}, r"rules\[0\] is not an object with a `fault`"),
        ({"rules": [{"fault": "bom"}, {"fault": "fire"}]}, r"rules\[1\] has the unknown fault 'fire'; known are"),
        ({"rules": [{"fault": "bom", "nht": 1}]}, "unknown part nht"),
        ({"rules": [{"fault": "bom", "nth": ["2"]}]}, "as nth, not a list of whole numbers"),
        ({"rules": [{"fault": "late", "wire": "fax"}]}, "unknown wire 'fax'; known are close, reset"),
        ({"rules": [{"fault": "late", "seconds": "9"}]}, "has '9' as seconds"),
        ({"rates": "high"}, 'neither "default" nor'),
        ({"rates": {"bom": 1}}, 'neither "default" nor'),
    ],
)
def test_a_file_that_cannot_be_understood_is_refused_with_its_place(document: Any, sentence: str) -> None:
    with pytest.raises(FaultRuleError, match=sentence):
        read_rules(document)


def test_the_longest_time_of_a_rule_bounds_what_is_drawn() -> None:
    injector = FaultInjector(read_rules({"seed": 1, "rules": [{"fault": "late", "longest": 7200}]}))
    drawn = [injector.decide(ADD)[0].seconds for _ in range(200)]
    assert max(drawn) > 900
    assert max(drawn) <= 7200
