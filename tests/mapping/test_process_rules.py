"""Rules that narrow a process: what each takes, that the first one decides, and which rules mean nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.mapping.process_rules import (
    BadProcessRule,
    ProcessRule,
    apply_rules,
    count_hits,
    find_first,
    list_entries,
    list_tasks,
    read_words,
    want_types,
)
from core.model import LOCAL_FRAMES, Verdict, shape_frame

CLIENTS = {"c1": {"name": "Acme", "client_group": "Birds"}, "c2": {"name": "Bee", "client_group": ""}}
TASKS: dict[str, dict[str, Any]] = {
    "t1": {"client_id": "c1", "process_id": "p1", "name": "BAS - Sep", "assignee_id": "s1", "start": "2026-07-01"},
    "t2": {"client_id": "c2", "process_id": "p1", "name": "Xero set-up (new file)", "start": "2026-09-30"},
    "t3": {"client_id": "c2", "process_id": "p2", "name": "BAS - Sep", "due": "2026-10-28"},
    "t4": {"client_id": "", "process_id": "p1", "name": "Café calls"},
}
TIMES: dict[str, dict[str, Any]] = {
    "e1": {"task_id": "t1", "client_id": "c1", "process_id": "p1", "staff_id": "s2", "note": "Phone CALL with ATO"},
    "e2": {"task_id": "", "client_id": "c2", "process_id": "p1", "staff_id": "s1", "note": "recalled"},
    "e3": {"task_id": "t3", "client_id": "c2", "process_id": "p2", "staff_id": "s1", "note": "call"},
}


def frame(name: str, rows: dict[str, dict[str, Any]]) -> pd.DataFrame:
    made = pd.DataFrame.from_dict(rows, orient="index").rename_axis("id")
    for column in ("start", "due", "date"):
        if column in made:
            made[column] = pd.to_datetime(made[column])
    return shape_frame(made, LOCAL_FRAMES[name])


def tasks() -> pd.DataFrame:
    return list_tasks(frame("tasks", TASKS), frame("clients", CLIENTS))


def entries() -> pd.DataFrame:
    dated = {one: row | {"date": f"2026-11-1{n}", "minutes": 30} for n, (one, row) in enumerate(TIMES.items())}
    times = frame("actual_times", dated)
    return list_entries(times, frame("tasks", TASKS), frame("clients", CLIENTS)).assign(minutes=times["minutes"])


def rule(to: str = "T2", **narrows: Any) -> ProcessRule:
    verdict = Verdict.LINKED if to else Verdict.EXCLUDED
    return ProcessRule(narrows.pop("process_id", "p1"), verdict, to, **narrows)


@pytest.mark.parametrize(
    ("narrows", "taken"),
    [
        ({"clients": ("c1",)}, ["t1"]),
        ({"groups": ("Birds",)}, ["t1"]),
        ({"clients": ("c2",), "groups": ("Birds",)}, ["t1", "t2"]),
        ({"staff": ("s1",)}, ["t1"]),
        ({"start": date(2026, 7, 1)}, ["t1", "t2"]),
        ({"end": date(2026, 7, 1)}, ["t1"]),
        ({"start": date(2026, 7, 2), "end": date(2026, 9, 30)}, ["t2"]),
        ({"words": "xero set"}, ["t2"]),
        ({"words": "bas, xero"}, ["t1", "t2"]),
        ({"words": "(new"}, ["t2"]),
        ({"words": "CAFÉ"}, ["t4"]),
        ({"words": "file", "clients": ("c1",)}, []),
    ],
)
def test_a_rule_takes_tasks_for_which_everything_it_names_holds(narrows: dict[str, Any], taken: list[str]) -> None:
    assert list(apply_rules([rule(**narrows)], tasks()).index) == taken


def test_a_task_without_a_start_counts_with_its_due_date() -> None:
    assert list(apply_rules([rule(process_id="p2", end=date(2026, 10, 28))], tasks()).index) == ["t3"]


@pytest.mark.parametrize(
    ("narrows", "taken"),
    [
        ({"words": "call"}, ["e1"]),
        ({"words": "ato phone"}, ["e1"]),
        ({"words": "bas"}, ["e1"]),
        ({"staff": ("s1",)}, ["e2"]),
        ({"start": date(2026, 11, 11)}, ["e2"]),
        ({"groups": ("Birds",)}, ["e1"]),
    ],
)
def test_a_rule_takes_entries_by_author_date_task_name_and_note(narrows: dict[str, Any], taken: list[str]) -> None:
    assert list(apply_rules([rule(**narrows)], entries()).index) == taken


def test_the_first_rule_that_fits_decides() -> None:
    rules = [rule("", words="sep", id="r1"), rule("T3", clients=("c1", "c2"), id="r2")]
    found = apply_rules(rules, tasks())
    assert found.to_numpy().tolist() == [["excluded", "", "r1"], ["linked", "T3", "r2"]]


def test_rules_of_one_process_say_nothing_of_another() -> None:
    assert list(apply_rules([rule(words="bas")], tasks()).index) == ["t1"]


def test_no_rule_and_no_row_are_fine() -> None:
    assert apply_rules([], tasks()).empty
    assert apply_rules([rule(words="a", clients=("c1",))], tasks().iloc[:0]).empty


def test_hits_are_counted_with_those_an_earlier_rule_takes() -> None:
    rules = [rule(words="call"), rule("T3", staff=("s1", "s2"))]
    assert count_hits(rules, entries()).to_numpy().tolist() == [[1, 0, 30], [1, 1, 30]]


def test_a_rule_wins_over_the_decision_about_its_process() -> None:
    links = pd.DataFrame({"verdict": ["linked", "excluded"], "xpm_id": ["T1", ""], "broken": False}, index=["p1", "p2"])
    wanted = want_types(frame("tasks", TASKS), links, apply_rules([rule(words="xero", id="r")], tasks()))
    said = [["linked", "T1", ""], ["linked", "T2", "r"], ["excluded", "", ""], ["linked", "T1", ""]]
    assert wanted.to_numpy().tolist() == said


def test_a_process_whose_xpm_task_is_gone_counts_as_open() -> None:
    links = pd.DataFrame({"verdict": ["linked"], "xpm_id": ["T1"], "broken": [True]}, index=["p1"])
    assert set(want_types(frame("tasks", TASKS), links, None)["verdict"]) == {""}


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (rule(), "narrows by nothing"),
        (rule(words=" , ;"), "narrows by nothing"),
        (ProcessRule("p1", Verdict.LINKED, "", ("c1",)), "names no XPM task"),
        (rule(start=date(2026, 7, 2), end=date(2026, 7, 1)), "end .* before they begin"),
    ],
)
def test_a_rule_that_means_nothing_is_refused(bad: ProcessRule, words: str) -> None:
    with pytest.raises(BadProcessRule, match=words):
        bad.check()


def test_words_are_alternatives_of_words_that_belong_together() -> None:
    assert read_words("Set up; call ,") == (("set", "up"), ("call",))


NAMES = st.sampled_from(["", "c1", "c2", "s1"])
RULES = st.builds(
    ProcessRule,
    st.sampled_from(["p1", "p2"]),
    st.just(Verdict.LINKED),
    st.sampled_from(["T1", "T2"]),
    st.tuples() | st.tuples(NAMES),
    st.tuples() | st.tuples(st.sampled_from(["Birds", "Fish"])),
    st.tuples() | st.tuples(NAMES, NAMES),
    st.none() | st.dates(date(2026, 1, 1), date(2026, 1, 9)),
    st.none() | st.dates(date(2026, 1, 1), date(2026, 1, 9)),
    st.sampled_from(["", "call", "a call, bas"]),
)
ROWS = st.tuples(
    st.sampled_from(["p1", "p2", "p3"]),
    NAMES,
    st.sampled_from(["", "Birds", "Fish"]),
    NAMES,
    st.none() | st.dates(date(2026, 1, 1), date(2026, 1, 9)),
    st.sampled_from(["", "A call", "recall", "BAS - Sep", "Calling a bank"]),
)
COLUMNS = ["process_id", "client_id", "client_group", "staff_id", "date", "text"]


def reads_as(one: ProcessRule, row: tuple[Any, ...]) -> bool:
    """The definition of a rule, word by word, for one row."""
    process, client, group, staff, day, text = row
    words = text.replace("-", " ").casefold().split()
    held = [all(any(w.startswith(p) for w in words) for p in part.split()) for part in one.words.split(",") if part]
    return (
        process == one.process_id
        and (not (one.clients or one.groups) or client in one.clients or group in one.groups)
        and (not one.staff or staff in one.staff)
        and (one.start is None or (day is not None and day >= one.start))
        and (one.end is None or (day is not None and day <= one.end))
        and (not held or any(held))
    )


@given(st.lists(RULES, max_size=4), st.lists(ROWS, max_size=12))
@settings(max_examples=150, deadline=None)
def test_rules_read_row_by_row_say_the_same(rules: list[ProcessRule], rows: list[tuple[Any, ...]]) -> None:
    made = pd.DataFrame(rows, columns=COLUMNS).astype({"date": "datetime64[s]"})
    expected = [next((n for n, one in enumerate(rules) if reads_as(one, row)), -1) for row in rows]
    assert find_first(rules, made).tolist() == expected
