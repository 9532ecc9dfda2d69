"""Practices and what they have set."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from core.store import Practice, Settings, Store, UnknownPractice, settings_from_dict
from core.store.practices import PracticeExists, UnknownZone
from core.store.settings import BadSetting, settings_from_json, settings_to_json


def test_a_practice_comes_back_as_it_was_created(store: Store) -> None:
    settings = Settings(
        local={"type": "folder", "path": "work"},
        accept_at=0.9,
        period_closed_until=date(2026, 9, 30),
        closed_words=("done",),
        extra={"colour": "green"},
    )
    practice = Practice("demo", "Demo & Söhne", "Australia/Sydney", date(2026, 11, 20), settings)
    store.practices.create(practice)
    assert store.practices.get("demo") == practice


def test_practices_are_listed_by_name(store: Store) -> None:
    for name in ("b", "a"):
        store.practices.create(Practice(f"id-{name}", name, "Pacific/Auckland"))
    assert [practice.id for practice in store.practices.list()] == ["id-a", "id-b"]


def test_an_unknown_practice_is_answered_with_the_known_ones(store: Store) -> None:
    store.practices.create(Practice("demo", "Demo", "Australia/Sydney"))
    with pytest.raises(UnknownPractice, match="Choose one of: demo"):
        store.practices.get("dema")
    with pytest.raises(UnknownPractice):
        store.practices.save_settings("dema", Settings())


def test_an_id_is_given_once(store: Store) -> None:
    store.practices.create(Practice("demo", "Demo", "Australia/Sydney"))
    with pytest.raises(PracticeExists):
        store.practices.create(Practice("demo", "Another", "Australia/Sydney"))


def test_a_time_zone_that_does_not_exist_is_refused(store: Store) -> None:
    with pytest.raises(UnknownZone, match="Sidney"):
        store.practices.create(Practice("demo", "Demo", "Australia/Sidney"))


def test_saved_settings_are_read_back(store: Store) -> None:
    store.practices.create(Practice("demo", "Demo", "Australia/Sydney"))
    store.practices.save_settings("demo", Settings().with_values(marker=False, day_limit=1000))
    settings = store.practices.get("demo").settings
    assert (settings.marker, settings.day_limit) == (False, 1000)


def test_keys_of_a_later_version_are_kept() -> None:
    text = '{"marker": false, "new_idea": {"depth": 3}}'
    kept = json.loads(settings_to_json(settings_from_json(text).with_values(year_end_month=3)))
    assert (kept["new_idea"], kept["marker"], kept["year_end_month"]) == ({"depth": 3}, False, 3)


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ({"period_closed_until": "30/6/2026"}, "a date like 2026-06-30"),
        ({"closed_words": "complete"}, "a list of words"),
        ({"day_limit": 0}, "from 1 to 1000000"),
        ({"day_limit": 12.5}, "a whole number"),
        ({"accept_at": 95}, "from 0 to 1"),
        ({"accept_at": "high"}, "a number"),
        ({"marker": "yes"}, "true or false"),
        ({"year_end_month": 13}, "from 1 to 12"),
        ({"quarter_convention": "middle"}, "'first', 'last'"),
        ({"local": []}, "a JSON object"),
        ({"timer_mode": "stopwatch"}, "'duration', 'start and end'"),
        ({"state_codes": {"Planned": 1}}, "a code for each state"),
        ({"tax_percent": "150"}, "from 0 to 100"),
        ({"mail_body": None}, "a text"),
    ],
)
def test_a_wrong_setting_is_named(found: dict[str, Any], words: str) -> None:
    with pytest.raises(BadSetting, match=words):
        settings_from_dict(found)


def test_codes_tax_and_texts_come_back_as_they_were_set() -> None:
    found = {"state_codes": {"In Progress": "INPROG"}, "states_checked": ["INPROG"], "tax_percent": "12.5"}
    settings = settings_from_dict({**found, "job_name": "{client} {fy}"})
    assert settings_from_json(settings_to_json(settings)) == settings
    assert settings.tax_percent == Decimal("12.5")


@pytest.mark.parametrize("text", ["", "[]", "{"])
def test_settings_that_are_no_json_object_are_refused(text: str) -> None:
    with pytest.raises(BadSetting, match="a JSON object"):
        settings_from_json(text)
