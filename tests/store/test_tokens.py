"""Connections and consents: of two processes that refresh at once one wins, and a consent is used once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy import select

from core.store import Store
from core.store.engine import reading
from core.store.tables import connection as connections
from core.xpm.token_rows import TokenRows
from core.xpm.tokens import Connection, ConnectionState, Consent
from tests.fakes import FakeClock
from tests.store.racing import race


@pytest.fixture
def tokens(store: Store) -> TokenRows:
    return TokenRows(store.tokens)


@pytest.fixture
def connected(clock: FakeClock) -> Connection:
    return Connection(
        ConnectionState.CONNECTED,
        tenant_id="t-1",
        tenant_name="Demo Practice",
        access_token=b"\x00sealed",
        refresh_token=b"\xff\xfe",
        access_expires_at=clock.now(),
        key_id="k1",
    )


@pytest.fixture
def consent(clock: FakeClock) -> Consent:
    return Consent("random", "demo", b"verifier", "Ann", clock.now())


def test_a_practice_never_connected_has_no_connection(tokens: TokenRows) -> None:
    assert tokens.read_connection("demo") is None


def test_a_connection_comes_back_as_it_was_written(tokens: TokenRows, connected: Connection) -> None:
    assert tokens.swap_connection("demo", connected, expected=0)
    assert tokens.read_connection("demo") == replace(connected, generation=1)


def test_a_swap_of_an_older_generation_is_refused(tokens: TokenRows, connected: Connection) -> None:
    tokens.swap_connection("demo", connected, expected=0)
    tokens.swap_connection("demo", replace(connected, access_token=b"newer"), expected=1)
    assert not tokens.swap_connection("demo", connected, expected=1)
    kept = tokens.read_connection("demo")
    assert kept is not None
    assert (kept.access_token, kept.generation) == (b"newer", 2)


def swaps(tokens: TokenRows, connection: Connection, *, expected: int) -> list[Callable[[], bool]]:
    return [partial(tokens.swap_connection, "demo", connection, expected=expected)] * 3


def test_of_processes_that_connect_at_once_one_wins(tokens: TokenRows, connected: Connection) -> None:
    assert sorted(map(bool, race(*swaps(tokens, connected, expected=0)))) == [False, False, True]


def test_of_processes_that_refresh_at_once_one_wins(tokens: TokenRows, connected: Connection, clock: FakeClock) -> None:
    tokens.swap_connection("demo", connected, expected=0)
    refreshing = replace(connected, refreshing_since=clock.now())
    assert sorted(map(bool, race(*swaps(tokens, refreshing, expected=1)))) == [False, False, True]
    kept = tokens.read_connection("demo")
    assert kept is not None
    assert kept.refreshing_since == clock.now()


def test_practices_have_connections_of_their_own(tokens: TokenRows, connected: Connection) -> None:
    tokens.swap_connection("demo", connected, expected=0)
    assert tokens.read_connection("other") is None


def test_a_consent_is_used_once(tokens: TokenRows, consent: Consent, clock: FakeClock) -> None:
    tokens.add_consent(consent)
    assert tokens.read_consent("random") == consent
    results = race(*[lambda: tokens.use_consent("random", clock.now())] * 3)
    assert sorted(map(bool, results)) == [False, False, True]
    assert tokens.read_consent("random") == replace(consent, used_at=clock.now())


def test_an_unknown_consent_cannot_be_used(tokens: TokenRows, clock: FakeClock) -> None:
    assert tokens.read_consent("made up") is None
    assert not tokens.use_consent("made up", clock.now())


def test_offered_accounts_wait_in_the_consent(tokens: TokenRows, consent: Consent) -> None:
    tokens.add_consent(consent)
    tokens.offer_accounts("random", b"tokens", '["Demo Practice"]')
    assert tokens.read_consent("random") == replace(consent, sealed=b"tokens", offered='["Demo Practice"]')


def test_the_state_is_kept_as_a_plain_word(store: Store) -> None:
    store.tokens.swap_connection("demo", {"state": ConnectionState.LOST_RIGHT}, expected=0)
    with reading(store.engine) as connection:
        assert connection.execute(select(connections.c.state)).scalar_one() == "lost_right"


def test_a_sign_in_that_nobody_finished_is_forgotten(
    tokens: TokenRows, store: Store, consent: Consent, clock: FakeClock
) -> None:
    tokens.add_consent(consent)
    tokens.add_consent(replace(consent, state="other", practice="other"))
    clock.advance(3600)
    tokens.add_consent(replace(consent, state="fresh", asked_at=clock.now()))
    assert store.tokens.forget_consents("demo", clock.now()) == 1
    assert store.tokens.forget_consents("demo", clock.now()) == 0
    sealed = {state: getattr(tokens.read_consent(state), "sealed", None) for state in ("random", "other", "fresh")}
    assert sealed == {"random": b"", "other": b"verifier", "fresh": b"verifier"}


def test_practices_of_one_account_are_found_while_they_are_signed_in(
    tokens: TokenRows, store: Store, connected: Connection
) -> None:
    tokens.swap_connection("demo", connected, expected=0)
    tokens.swap_connection("left", replace(connected, refresh_token=None), expected=0)
    tokens.swap_connection("elsewhere", replace(connected, tenant_id="t-2"), expected=0)
    assert store.tokens.find_practices("t-1") == ["demo"]
