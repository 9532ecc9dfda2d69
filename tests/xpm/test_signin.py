from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from core.xpm.endpoints import XERO
from core.xpm.scopes import SCOPES, describe_scopes, find_missing_scopes, find_surplus_scopes
from core.xpm.secrets import Secret, Vault
from core.xpm.signin import (
    App,
    ConnectionState,
    ConsentRefused,
    NoAccount,
    NotConnected,
    OtherPractice,
    ScopesMissing,
    SignIn,
)
from core.xpm.transport import HttpTransport
from tests.fakes import FakeClock
from tests.xpm.conftest import REDIRECT
from tests.xpm.fakes import MemoryTokens, Reply, Script

GRANT = httpx.Response(
    200, json={"access_token": "CANARY-A1", "refresh_token": "CANARY-R1", "expires_in": 1800, "scope": SCOPES}
)


def account(name: str, kind: str = "PRACTICEMANAGER") -> dict[str, str]:
    return {"id": f"conn-{name}", "tenantId": f"tenant-{name}", "tenantType": kind, "tenantName": name}


def accounts(*rows: dict[str, str]) -> httpx.Response:
    return httpx.Response(200, json=list(rows))


ONE = accounts(account("Ledger", "ORGANISATION"), account("Rimu"), account("HQ", "PRACTICE"))
TWO = accounts(account("Tawa"), account("Rimu"))


class Trip:
    """A sign-in over a scripted network, from the consent page on."""

    def __init__(self, clock: FakeClock, tokens: MemoryTokens, vault: Vault, *replies: Reply) -> None:
        self.script = Script(replies)
        self.tokens = tokens
        app = App("client-1", Secret("CANARY-SECRET"))
        self.sign_in = SignIn("p1", app, XERO, HttpTransport(XERO, clock, self.script), tokens, vault, clock)
        self.url, self.state = self.sign_in.authorise_url(REDIRECT, asked_by="Aroha")

    @property
    def query(self) -> dict[str, list[str]]:
        return parse_qs(urlsplit(self.url).query)


@pytest.fixture
def trip(clock: FakeClock, tokens: MemoryTokens, vault: Vault) -> Trip:
    return Trip(clock, tokens, vault, GRANT, ONE)


@pytest.fixture
def trip_to_two(clock: FakeClock, tokens: MemoryTokens, vault: Vault) -> Trip:
    return Trip(clock, tokens, vault, GRANT, TWO)


def test_the_consent_page_gets_a_challenge_and_never_the_verifier(trip: Trip) -> None:
    assert trip.url.startswith("https://login.xero.com/identity/connect/authorize?")
    assert trip.query["code_challenge_method"] == ["S256"]
    assert trip.query["scope"] == [SCOPES]
    trip.sign_in.complete(trip.state, "code-1", by="Aroha")
    verifier = parse_qs(trip.script.requests[0].content.decode())["code_verifier"][0]
    assert verifier not in trip.url
    assert len(verifier) >= 43


def test_only_practice_manager_accounts_are_offered(trip: Trip) -> None:
    assert [one.name for one in trip.sign_in.complete(trip.state, "code-1", by="Aroha")] == ["Rimu"]


def test_several_accounts_are_a_choice(trip_to_two: Trip) -> None:
    offered = trip_to_two.sign_in.complete(trip_to_two.state, "code-1", by="Aroha")
    assert [one.name for one in offered] == ["Rimu", "Tawa"]
    assert trip_to_two.sign_in.connection() is None


def test_the_chosen_account_is_connected_and_named(trip_to_two: Trip) -> None:
    trip_to_two.sign_in.complete(trip_to_two.state, "code-1", by="Aroha")
    connection = trip_to_two.sign_in.choose(trip_to_two.state, "tenant-Tawa", by="Aroha")
    assert (connection.tenant_name, connection.connection_id, connection.connected_by) == ("Tawa", "conn-Tawa", "Aroha")
    assert trip_to_two.sign_in.connection() == connection
    assert trip_to_two.sign_in.access_token() == Secret("CANARY-A1")


def test_an_account_that_was_not_offered_cannot_be_chosen(trip: Trip) -> None:
    trip.sign_in.complete(trip.state, "code-1", by="Aroha")
    with pytest.raises(ConsentRefused, match="not offered"):
        trip.sign_in.choose(trip.state, "tenant-Other", by="Aroha")


def test_a_choice_is_made_once(trip: Trip) -> None:
    trip.sign_in.complete(trip.state, "code-1", by="Aroha")
    trip.sign_in.choose(trip.state, "tenant-Rimu", by="Aroha")
    with pytest.raises(ConsentRefused):
        trip.sign_in.choose(trip.state, "tenant-Rimu", by="Aroha")


def test_no_account_names_the_right_that_is_needed(clock: FakeClock, tokens: MemoryTokens, vault: Vault) -> None:
    trip = Trip(clock, tokens, vault, GRANT, accounts(account("Ledger", "ORGANISATION")))
    with pytest.raises(NoAccount, match="Connect third-party add-ons"):
        trip.sign_in.complete(trip.state, "code-1", by="Aroha")


def test_an_unknown_state_is_refused_before_anything_is_sent(trip: Trip) -> None:
    with pytest.raises(ConsentRefused):
        trip.sign_in.complete("made-up", "code-1", by="Aroha")
    assert trip.script.requests == []


def test_a_state_is_good_once(trip: Trip) -> None:
    trip.sign_in.complete(trip.state, "code-1", by="Aroha")
    with pytest.raises(ConsentRefused, match="used before"):
        trip.sign_in.complete(trip.state, "code-2", by="Aroha")


def test_a_state_is_good_for_ten_minutes(trip: Trip, clock: FakeClock) -> None:
    clock.advance(601)
    with pytest.raises(ConsentRefused, match="ten minutes"):
        trip.sign_in.complete(trip.state, "code-1", by="Aroha")


def test_a_state_belongs_to_the_person_who_asked(trip: Trip) -> None:
    with pytest.raises(ConsentRefused):
        trip.sign_in.complete(trip.state, "code-1", by="Mallory")


def test_a_consent_with_fewer_scopes_is_told(clock: FakeClock, tokens: MemoryTokens, vault: Vault) -> None:
    less = httpx.Response(
        200, json={"access_token": "a", "refresh_token": "r", "expires_in": 1800, "scope": "practicemanager.read"}
    )
    trip = Trip(clock, tokens, vault, less, ONE)
    with pytest.raises(ScopesMissing, match=r"practicemanager\.job, practicemanager\.time"):
        trip.sign_in.complete(trip.state, "code-1", by="Aroha")


def test_another_xpm_account_needs_a_confirmation(clock: FakeClock, tokens: MemoryTokens, vault: Vault) -> None:
    first = Trip(clock, tokens, vault, GRANT, TWO)
    first.sign_in.complete(first.state, "code-1", by="Aroha")
    first.sign_in.choose(first.state, "tenant-Tawa", by="Aroha")
    second = Trip(clock, tokens, vault, GRANT, TWO)
    second.sign_in.complete(second.state, "code-2", by="Aroha")
    with pytest.raises(OtherPractice, match="Tawa"):
        second.sign_in.choose(second.state, "tenant-Rimu", by="Aroha")
    assert second.sign_in.choose(second.state, "tenant-Rimu", by="Aroha", replace_practice=True).tenant_name == "Rimu"


def test_leaving_removes_the_connection_revokes_and_forgets(
    clock: FakeClock, tokens: MemoryTokens, vault: Vault
) -> None:
    trip = Trip(clock, tokens, vault, GRANT, ONE, httpx.Response(204), httpx.Response(200))
    trip.sign_in.complete(trip.state, "code-1", by="Aroha")
    trip.sign_in.choose(trip.state, "tenant-Rimu", by="Aroha")
    farewell = trip.sign_in.disconnect()
    assert (farewell.connection_removed, farewell.token_revoked, farewell.trouble) == (True, True, "")
    assert [request.url.path for request in trip.script.requests[2:]] == [
        "/connections/conn-Rimu",
        "/connect/revocation",
    ]
    assert tokens.connections["p1"].state is ConnectionState.DISCONNECTED
    with pytest.raises(NotConnected):
        trip.sign_in.access_token()


def test_leaving_forgets_even_when_xero_cannot_be_reached(clock: FakeClock, tokens: MemoryTokens, vault: Vault) -> None:
    trip = Trip(clock, tokens, vault, GRANT, ONE, httpx.ConnectError("x"))
    trip.sign_in.complete(trip.state, "code-1", by="Aroha")
    trip.sign_in.choose(trip.state, "tenant-Rimu", by="Aroha")
    farewell = trip.sign_in.disconnect()
    assert not farewell.connection_removed
    assert "Connected apps" in farewell.trouble
    assert tokens.connections["p1"].refresh_token is None


def test_no_token_or_code_lies_in_a_consent_in_plain_text(trip: Trip, tokens: MemoryTokens) -> None:
    trip.sign_in.complete(trip.state, "CANARY-CODE", by="Aroha")
    consent = tokens.consents[trip.state]
    assert b"CANARY" not in consent.sealed
    assert "CANARY" not in repr(consent)


@pytest.mark.parametrize(
    ("granted", "missing"),
    [
        (SCOPES, []),
        ("practicemanager", []),
        ("practicemanager.read practicemanager.time", ["practicemanager.job"]),
        ("", []),
    ],
)
def test_the_full_scope_covers_all_and_silence_is_no_refusal(granted: str, missing: list[str]) -> None:
    assert find_missing_scopes(SCOPES, granted) == missing


@pytest.mark.parametrize(
    ("granted", "words"),
    [
        (SCOPES, "read the practice, write jobs, write time"),
        ("practicemanager openid", "read and change everything"),
        ("practicemanager.read practicemanager.new", "read the practice, practicemanager.new"),
        ("", ""),
    ],
)
def test_what_was_granted_is_told_in_words(granted: str, words: str) -> None:
    assert describe_scopes(granted) == words


def test_scopes_beyond_what_was_asked_are_named() -> None:
    assert find_surplus_scopes(SCOPES, SCOPES + " practicemanager.client openid") == ["practicemanager.client"]
