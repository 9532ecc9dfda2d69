"""Items of a run: kept once per key, read back as they were, and counted by outcome."""

from __future__ import annotations

from core.store import Item, Store


def test_items_come_back_as_they_were_put(store: Store) -> None:
    item = Item("u1", "different", "XPM holds 20 minutes.", "e1", {"minutes": 30, "note": "Zoë’s = “note”"})
    store.run_items.put("r1", "demo", [item])
    row = store.run_items.read("r1").loc["u1"]
    assert (row["outcome"], row["words"], row["entry_id"]) == ("different", "XPM holds 20 minutes.", "e1")
    assert row["content"] == {"minutes": 30, "note": "Zoë’s = “note”"}


def test_an_item_put_again_replaces_its_former_self_and_no_other(store: Store) -> None:
    store.run_items.put("r1", "demo", [Item("a", "equal"), Item("b", "missing")])
    store.run_items.put("r1", "demo", [Item("b", "equal"), Item("b", "different")])
    assert store.run_items.read("r1")["outcome"].to_dict() == {"a": "equal", "b": "different"}
    assert store.run_items.count("r1") == {"equal": 1, "different": 1}


def test_a_reading_begun_again_leaves_nothing_of_the_one_before(store: Store) -> None:
    store.run_items.put("r1", "demo", [Item("a", "equal")])
    store.run_items.put("r2", "demo", [Item("a", "equal")])
    store.run_items.replace("r1", "demo", [Item("b", "equal")])
    assert list(store.run_items.read("r1").index) == ["b"]
    assert len(store.run_items.read("r2")) == 1


def test_thousands_of_items_are_kept_whole(store: Store) -> None:
    store.run_items.put("r1", "demo", [Item(str(number), "equal") for number in range(1_201)])
    assert store.run_items.count("r1") == {"equal": 1_201}


def test_a_run_without_items_has_an_empty_frame(store: Store) -> None:
    frame = store.run_items.read("nothing")
    assert (len(frame), list(frame.columns)) == (0, ["entry_id", "outcome", "words", "content"])
