"""What is signed, and what is told when a period is another one by now."""

from __future__ import annotations

import json

import pandas as pd

from core.reports.sign import describe_signed, hash_content, tell_changes
from tests.reports.sides import Sides


def sign(sides: Sides) -> dict[str, object]:
    standings = pd.DataFrame.from_dict(sides.entries, orient="index")
    return describe_signed(sides.close(), standings[["date", "minutes", "standing", "reason"]])


def make(minutes: int = 30) -> Sides:
    sides = Sides()
    sides.push("e1", 60)
    sides.enter("e2", minutes, "waiting", "client unlinked")
    return sides


def test_the_same_period_has_the_same_content_in_whatever_order_it_comes() -> None:
    backwards = Sides()
    backwards.enter("e2", 30, "waiting", "client unlinked")
    backwards.push("e1", 60)
    assert hash_content(sign(make())) == hash_content(sign(backwards))


def test_what_was_written_down_is_what_is_compared() -> None:
    signed = sign(make())
    kept = json.loads(json.dumps(signed)) | {"verified": {}, "log": "abc"}
    assert tell_changes(kept, signed) == []
    assert hash_content(kept) == hash_content(signed)


def test_each_changed_sum_is_told_with_both_values() -> None:
    told = tell_changes(sign(make()), sign(make(45)))
    assert told == ["Recorded here: 1:30 h signed, 1:45 h now.", "Waiting: 0:30 h signed, 0:45 h now."]


def test_another_entry_with_the_same_minutes_is_a_change() -> None:
    other = make()
    other.entries["e3"] = other.entries.pop("e2")
    assert "single entries" in tell_changes(sign(make()), sign(other))[0]


def test_another_reason_is_a_change() -> None:
    other = make()
    other.entries["e2"]["reason"] = "tie"
    assert tell_changes(sign(make()), sign(other))
