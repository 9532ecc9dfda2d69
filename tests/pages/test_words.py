"""What people read in the place of codes, and that text from outside stays text."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from core.model import Reason
from core.push.reasons import REASONS
from pages.parts.words import REASON_TITLES, actor_name, ago, count, hours, moment, plain

NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<b>x</b>", r"\<b\>x\</b\>"),
        (":red[x]", "\\:\u2060red\\[x\\]"),
        (":material/home:", "\\:\u2060material/home\\:"),
        ("$a$", r"\$a\$"),
        ("https://x.example", "https\\:\u2060//x\\.example"),
        ("a@b.example", "a\u2060@b\\.example"),
        ("two\nlines", "two lines"),
        ("cut ", "cut"),
    ],
)
def test_text_from_outside_is_never_markup(text: str, shown: str) -> None:
    assert plain(text) == shown


@pytest.mark.parametrize(("minutes", "shown"), [(0, "0:00 h"), (90, "1:30 h"), (-5, "-0:05 h"), (6000, "100:00 h")])
def test_minutes_are_shown_as_hours_and_minutes(minutes: int, shown: str) -> None:
    assert hours(minutes) == shown


def test_a_count_bends_its_noun() -> None:
    assert [count(1, "entry"), count(3, "entry"), count(1200, "row")] == ["1 entry", "3 entries", "1,200 rows"]


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        ("", "never"),
        ("2026-11-20T00:59:40+00:00", "just now"),
        ("2026-11-20T00:56:00+00:00", "4 minutes ago"),
        ("2026-11-18T00:00:00+00:00", "2 days ago"),
    ],
)
def test_an_instant_is_told_as_its_age(at: str, shown: str) -> None:
    assert ago(at, NOW) == shown


def test_instants_are_shown_in_the_zone_of_the_practice() -> None:
    assert moment("2026-11-20T01:00:00.000+00:00", "Australia/Sydney") == "20 Nov 2026, 12:00"


def test_a_rule_is_told_from_a_person() -> None:
    assert [actor_name("rule:certain"), actor_name("Ann")] == ["Rule “certain”", "Ann"]


def test_every_reason_that_needs_a_person_has_a_title() -> None:
    standings = {"waiting", "changed", "withdrawn", "in doubt", "unreadable"}
    by_itself = {Reason.SENDING, Reason.UNKNOWN_OUTCOME}
    needed = {reason for reason, meaning in REASONS.items() if meaning.standing in standings} - by_itself
    assert {reason for reason in needed if reason not in REASON_TITLES} == set()
