"""Note templates: known placeholders only, nothing left hanging; several notes as one that fits."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.push.notes import BadTemplate, check_template, join_notes, write_notes


def rows(**changes: str) -> pd.DataFrame:
    names = {"note": "Bank", "task": "BAS", "client": "Ann Pty Ltd", "process": "Tax", "staff": "Kim"} | changes
    return pd.DataFrame([names | {"date": pd.Timestamp("2026-11-18")}], index=["e1"])


@pytest.mark.parametrize(
    ("template", "note"),
    [
        ("{note}", "Bank"),
        ("{client}: {task}, {note}", "Ann Pty Ltd: BAS, Bank"),
        ("{date} {staff} ({process})", "2026-11-18 Kim (Tax)"),
        ("Time of {staff}", "Time of Kim"),
        ("plain", "plain"),
        ("{{{note}}}", "{Bank}"),
    ],
)
def test_a_template_is_filled_from_the_entry(template: str, note: str) -> None:
    assert write_notes(rows(), template).tolist() == [note]


@pytest.mark.parametrize("template", ["{task}: {note}", "{note} - {task}", "{note}/{task}/{note}"])
def test_nothing_hangs_where_a_placeholder_was_empty(template: str) -> None:
    assert write_notes(rows(note=""), template).tolist() == ["BAS"]


@pytest.mark.parametrize(
    ("template", "named"),
    [("{job} {note}", "{job}"), ("{note!r}", "{note}"), ("{date:%Y}", "{date}"), ("{note", "expected"), ("{}", "{}")],
)
def test_a_wrong_template_is_refused_by_name(template: str, named: str) -> None:
    with pytest.raises(BadTemplate, match="cannot be used") as refusal:
        check_template(template)
    assert named in str(refusal.value)


def test_an_attribute_of_a_placeholder_is_refused() -> None:
    with pytest.raises(BadTemplate):
        write_notes(rows(), "{note.__class__}")


def test_notes_of_one_timesheet_are_joined_in_order_and_equal_ones_once() -> None:
    assert join_notes(["b", "", "a", "b"], 100) == "b / a"


def test_what_does_not_fit_is_counted() -> None:
    assert join_notes(["one", "two", "three", "four"], 22) == "one / two (+2 more)"


@given(st.lists(st.text("abc ~", min_size=1, max_size=40), min_size=2, max_size=9, unique=True), st.integers(20, 90))
def test_joined_notes_always_fit(notes: list[str], limit: int) -> None:
    assert len(join_notes(notes, limit)) <= limit
