"""Signatures: chained, logged, and never changed unseen."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from core.store import Store
from core.store.engine import writing
from tests.store.racing import race

OCTOBER = (date(2026, 10, 1), date(2026, 10, 31))
NOVEMBER = (date(2026, 11, 1), date(2026, 11, 30))


def sign_two(store: Store) -> None:
    store.signatures.add("demo", *OCTOBER, {"tie_out": {"local": 60}}, by="Kim", note="as agreed")
    store.signatures.add("demo", *NOVEMBER, {"tie_out": {"local": 90}}, by="Ann")


def test_each_signature_follows_the_one_before_it(store: Store) -> None:
    sign_two(store)
    newest, oldest = store.signatures.list("demo")
    assert (newest.former_hash, oldest.former_hash) == (oldest.hash, "")
    assert (oldest.by, oldest.note, oldest.start, oldest.end) == ("Kim", "as agreed", *OCTOBER)
    assert oldest.content["tie_out"] == {"local": 60}
    assert store.signatures.find_altered("demo") is None


def test_practices_have_chains_of_their_own(store: Store) -> None:
    sign_two(store)
    other = store.signatures.add("other", *OCTOBER, {}, by="Kim")
    assert other.former_hash == ""
    assert len(store.signatures.list("other")) == 1


def test_a_signature_is_in_the_log_and_names_the_end_of_the_log(store: Store) -> None:
    store.events.add("demo", "Kim", "linked", "client", "C1")
    end = store.events.list("demo")["hash"].iloc[0]
    signature = store.signatures.add("demo", *OCTOBER, {}, by="Kim", note="ok")
    assert signature.content["log"] == end
    logged = store.events.list("demo").iloc[0]
    assert (logged["verb"], logged["subject_id"], logged["after"]) == (
        "signed",
        "2026-10-01 to 2026-10-31",
        signature.hash,
    )
    assert store.events.verify_chain("demo") is None


def test_a_signature_cannot_be_changed_or_removed(store: Store) -> None:
    sign_two(store)
    for change in ("UPDATE signature SET note = 'other'", "DELETE FROM signature"):
        with pytest.raises(DatabaseError, match="append-only"), store.engine.begin() as connection:
            connection.execute(text(change))


@pytest.mark.parametrize("change", ["SET note = 'other'", "SET \"end\" = '2026-10-30'", "SET former_hash = 'x'"])
def test_a_signature_altered_behind_our_back_is_found(store: Store, change: str) -> None:
    sign_two(store)
    oldest = store.signatures.list("demo")[-1]
    drop = "DROP TRIGGER signature_refuses_update"
    if store.engine.dialect.name == "postgresql":
        drop = "DROP TRIGGER signature_refuses_change ON signature"
    with writing(store.engine) as connection:
        connection.execute(text(drop))
        connection.execute(text(f"UPDATE signature {change} WHERE id = {oldest.id}"))
    assert store.signatures.find_altered("demo") == oldest.id


def test_two_who_sign_at_once_are_chained_one_after_the_other(store: Store) -> None:
    race(*[lambda who=who: store.signatures.add("demo", *OCTOBER, {}, by=who) for who in ("Ann", "Ben", "Kim", "Lee")])
    signatures = store.signatures.list("demo")
    assert len({one.former_hash for one in signatures}) == len(signatures) == 4
    assert store.signatures.find_altered("demo") is None
    assert store.events.verify_chain("demo") is None
