"""The activity log: what is written stays as it was written, and an alteration shows."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, text

from core.store import NewEvent, Store
from core.store.engine import reading, writing
from core.store.tables import event
from tests.fakes import FakeClock
from tests.store.racing import race


def log(store: Store, *verbs: str, practice: str = "demo") -> None:
    for verb in verbs:
        store.events.add(practice, "Ann", verb, "client", "C1", why="because")


def drop_guards(store: Store) -> None:
    """Do what an intruder with the database's own password could do."""
    with writing(store.engine) as connection:
        if store.engine.dialect.name == "sqlite":
            for change in ("update", "delete"):
                connection.execute(text(f"DROP TRIGGER event_refuses_{change}"))
        else:
            connection.execute(text("ALTER TABLE event DISABLE TRIGGER ALL"))


def test_the_newest_event_is_listed_first(store: Store, clock: FakeClock) -> None:
    log(store, "linked")
    clock.advance(60)
    log(store, "excluded")
    events = store.events.list("demo")
    assert list(events["verb"]) == ["excluded", "linked"]
    assert list(events["at"]) == ["2026-11-20T01:01:00.000+00:00", "2026-11-20T01:00:00.000+00:00"]


def test_the_log_can_be_narrowed(store: Store) -> None:
    log(store, "linked", "pushed")
    store.events.add("demo", "Bob", "linked", "staff", "S1")
    assert list(store.events.list("demo", verb="linked", actor="Ann")["subject_id"]) == ["C1"]


def test_a_practice_sees_only_its_own_events(store: Store) -> None:
    log(store, "linked")
    assert store.events.list("other").empty


def test_an_untouched_chain_is_whole(store: Store) -> None:
    log(store, "linked", "pushed", "linked")
    log(store, "pushed", practice="other")
    log(store, "excluded")
    assert store.events.verify_chain("demo") is None
    assert store.events.verify_chain("other") is None


def test_an_altered_event_breaks_the_chain_at_its_place(store: Store) -> None:
    log(store, "linked", "pushed", "linked")
    altered = store.events.list("demo").index[1]
    drop_guards(store)
    with writing(store.engine) as connection:
        connection.execute(event.update().where(event.c.id == int(altered)).values(actor="Eve"))
    assert store.events.verify_chain("demo") == altered


def test_a_removed_event_breaks_the_chain_after_it(store: Store) -> None:
    log(store, "linked", "pushed", "linked")
    newest, middle, _oldest = store.events.list("demo").index
    drop_guards(store)
    with writing(store.engine) as connection:
        connection.execute(event.delete().where(event.c.id == int(middle)))
    assert store.events.verify_chain("demo") == newest


@pytest.mark.parametrize("sql", ["UPDATE event SET actor = 'Eve'", "DELETE FROM event"])
def test_the_database_itself_refuses_to_alter_the_log(store: Store, sql: str) -> None:
    log(store, "linked")
    with pytest.raises(Exception, match="append-only"), writing(store.engine) as connection:
        connection.execute(text(sql))
    assert store.events.verify_chain("demo") is None


def test_events_logged_at_once_form_one_chain(store: Store) -> None:
    race(*[lambda: log(store, "linked", "pushed")] * 6)
    with reading(store.engine) as connection:
        assert connection.execute(select(func.count()).select_from(event)).scalar_one() == 12
    assert store.events.verify_chain("demo") is None


def test_two_events_cannot_pass_for_one_with_shifted_words(store: Store) -> None:
    store.events.add_all([NewEvent("demo", "Ann", "linked", "client", "C1", before="a", after="b")])
    sealed = store.events.list("demo")["hash"].iloc[0]
    store.events.add_all([NewEvent("other", "Ann", "linked", "client", "C1", before="ab", after="")])
    assert store.events.list("other")["hash"].iloc[0] != sealed
