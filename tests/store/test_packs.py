"""A pack moves only from the state it was seen in, and what was done with it is written down with the move."""

from __future__ import annotations

import pytest

from core.store import Store
from core.store.packs import NewPackEvent, NoSuchPack, PackMovedOn, StoredPack

SENT = NewPackEvent("Ann", "mail", "done", "250 queued", {"message_id": "p1.1@x"})
BEGUN = NewPackEvent("Ann", "mail", "begun", "", {})
REFUSED = NewPackEvent("Ann", "mail", "refused", "550 no such mailbox", {})


@pytest.fixture
def kept(store: Store) -> StoredPack:
    return store.packs.create("p", "k1", '{"period": "Sep"}', "Ann")


def test_a_new_pack_is_a_draft(store: Store, kept: StoredPack) -> None:
    assert (kept.state, kept.revision, kept.made_by) == ("draft", 1, "Ann")
    assert store.packs.list_packs("p").index.tolist() == ["k1"]
    assert store.packs.list_packs("other").empty
    with pytest.raises(NoSuchPack):
        store.packs.get("other", "k1")


def test_a_change_made_elsewhere_is_not_overwritten(store: Store, kept: StoredPack) -> None:
    store.packs.save("p", "k1", 1, states=("draft",), content="{}")
    with pytest.raises(PackMovedOn):
        store.packs.save("p", "k1", 1, states=("draft",), content='{"period": "Oct"}')
    assert (store.packs.get("p", "k1").content, store.packs.get("p", "k1").revision) == ("{}", 2)


def test_a_move_and_its_event_are_kept_together(store: Store, kept: StoredPack) -> None:
    store.packs.move("p", "k1", "ending", BEGUN, frm=("draft",), revision=1)
    with pytest.raises(PackMovedOn):
        store.packs.move("p", "k1", "ending", BEGUN, frm=("draft",), revision=1)
    assert store.packs.get("p", "k1").state == "ending"
    assert store.packs.history("p", "k1")["outcome"].tolist() == ["begun"]


def test_a_move_needs_the_revision_it_was_decided_on(store: Store, kept: StoredPack) -> None:
    store.packs.save("p", "k1", 1, states=("draft",), content="{}")
    with pytest.raises(PackMovedOn):
        store.packs.move("p", "k1", "ending", BEGUN, frm=("draft",), revision=1)
    assert store.packs.history("p", "k1").empty


def test_a_refused_mail_leaves_the_pack_as_it_was_before(store: Store, kept: StoredPack) -> None:
    store.packs.move("p", "k1", "ending", BEGUN, frm=("draft",))
    store.packs.move("p", "k1", "", REFUSED, frm=("ending",))
    assert store.packs.get("p", "k1").state == "draft"
    store.packs.move("p", "k1", "delivered", SENT, frm=("draft",))
    store.packs.move("p", "k1", "ending", BEGUN, frm=("delivered",))
    store.packs.move("p", "k1", "", REFUSED, frm=("ending",))
    assert store.packs.get("p", "k1").state == "delivered"


def test_facts_of_an_event_are_read_back(store: Store, kept: StoredPack) -> None:
    store.packs.note("p", "k1", SENT, job="J1")
    event = store.packs.history("p", "k1").iloc[0]
    assert (event["what"], event["facts"]) == ("mail", {"message_id": "p1.1@x"})
    assert store.packs.get("p", "k1").job == "J1"


def test_a_draft_leads_to_its_pack(store: Store, kept: StoredPack) -> None:
    store.packs.save("p", "k1", 1, states=("draft",), draft="d1")
    found = store.packs.of_draft("p", "d1")
    assert found is not None
    assert (found.id, store.packs.of_draft("p", "d2"), store.packs.of_draft("other", "d1")) == ("k1", None, None)


def test_the_version_of_the_practice_changes_with_a_pack(store: Store, kept: StoredPack) -> None:
    before = store.versions.read("p")
    store.packs.note("p", "k1", SENT)
    assert store.versions.read("p") != before
