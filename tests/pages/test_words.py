"""What people read in the place of codes, and that text from outside stays text."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from core.model import Reason
from core.push.reasons import REASONS
from core.workspace.running import Outcome
from pages.parts.words import (
    COLUMN_LOOKS,
    ITEM_LOOKS,
    OUTCOME_LOOKS,
    REASON_TITLES,
    actor_name,
    ago,
    count,
    hours,
    lasting,
    moment,
    money,
    plain,
)

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


@pytest.mark.parametrize(("seconds", "shown"), [(0, "0 s"), (45, "45 s"), (600, "10 min"), (7_200, "2:00 h")])
def test_how_long_it_took_is_told_in_its_unit(seconds: int, shown: str) -> None:
    end = NOW + timedelta(seconds=seconds)
    assert lasting(NOW.isoformat(), end.isoformat()) == shown


def test_an_amount_is_shown_to_the_cent() -> None:
    assert [money(Decimal("1182.5")), money(None)] == ["1,182.50", ""]


def test_nothing_in_doubt_is_red_or_green() -> None:
    looks = [OUTCOME_LOOKS[Outcome.IN_DOUBT], ITEM_LOOKS["in_doubt"], COLUMN_LOOKS["in_doubt"]]
    assert {look.colour for look in looks} == {"violet"}


def test_every_outcome_of_a_row_has_its_words() -> None:
    assert set(OUTCOME_LOOKS) == set(Outcome)
