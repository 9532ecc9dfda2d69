"""Cost tables kept under a name."""

from __future__ import annotations

import json

import pytest

from core.store import Store
from core.store.presets import Preset, PresetNameTaken, UnknownPreset


def make(name: str, template_id: str = "T1", content: str = "{}") -> Preset:
    return Preset(template_id, name, content, "Ann", "")


def names(store: Store, template_id: str = "T1") -> list[str]:
    return [preset.name for preset in store.presets.list("p", template_id)]


def test_presets_of_a_template_and_of_every_template_are_listed(store: Store) -> None:
    for preset in (make("Company"), make("Trust", "T2"), make("Any", "")):
        store.presets.save("p", preset)
    assert (names(store), names(store, "T2"), names(store, "")) == (["Any", "Company"], ["Any", "Trust"], ["Any"])


def test_saving_again_takes_the_place_of_the_former_one_and_the_log_tells_both(store: Store) -> None:
    for quantity in (1, 2):
        line = {"description": "Search fee", "quantity": str(quantity), "unit_price": "25"}
        store.presets.save("p", make("Company", content=json.dumps({"costs": [line]})))
    assert '"quantity": "2"' in store.presets.get("p", "T1", "Company").content
    event = store.events.list("p").iloc[0]
    told = (event["verb"], event["before"], event["after"])
    assert told == ("saved preset", "Search fee 1 × 25", "Search fee 2 × 25")


def test_another_practices_presets_are_not_seen(store: Store) -> None:
    store.presets.save("p", make("Company"))
    assert not store.presets.list("q", "T1")


def test_a_preset_is_renamed_and_deleted(store: Store) -> None:
    store.presets.save("p", make("Company"))
    store.presets.rename("p", "T1", "Company", "Pty Ltd", "Ann")
    assert names(store) == ["Pty Ltd"]
    store.presets.delete("p", "T1", "Pty Ltd", "Ann")
    assert names(store) == []
    assert set(store.events.list("p")["verb"]) == {"saved preset", "renamed preset", "deleted preset"}


def test_a_taken_name_is_refused(store: Store) -> None:
    store.presets.save("p", make("Company"))
    store.presets.save("p", make("Trust"))
    with pytest.raises(PresetNameTaken):
        store.presets.rename("p", "T1", "Trust", "Company", "Ann")
    assert names(store) == ["Company", "Trust"]


def test_a_preset_that_is_gone_is_said(store: Store) -> None:
    with pytest.raises(UnknownPreset, match="Company"):
        store.presets.delete("p", "T1", "Company", "Ann")
