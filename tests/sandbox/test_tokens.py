"""The life of codes and tokens, stepped by hand."""

import base64
import hashlib
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from core.sandbox.tokens import App, OAuthError, TokenStore

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
BACK = "http://127.0.0.1:8501/oauth/callback"
APP = App("app", "secret", (BACK,))
VERIFIER = "a-verifier-of-more-than-forty-three-characters-length"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


@pytest.fixture
def store() -> TokenStore:
    return TokenStore(Random(1), apps={APP.client_id: APP})


def issue(store: TokenStore, *scopes: str, public: bool = False) -> dict[str, Any]:
    consent = store.grant(APP, scopes or ("offline_access", "practicemanager.read"), ["t1"], NOON)
    return store.issue_tokens(consent, public, NOON)


def rotate(store: TokenStore, token: str, after: timedelta = timedelta(), **how: bool) -> dict[str, Any]:
    return store.rotate(APP, token, how.get("public", False), how.get("strict", False), NOON + after)


def redeem(store: TokenStore, after: timedelta = timedelta(), challenge: str = "", **form: str) -> dict[str, Any]:
    consent = store.grant(APP, ("practicemanager.read",), ["t1"], NOON)
    code = store.issue_code(consent, BACK, challenge, NOON)
    public = form.pop("public", "") == "yes"
    return store.redeem_code(APP, {"code": code, "redirect_uri": BACK, **form}, public, NOON + after)


def test_a_refresh_token_comes_only_with_offline_access(store: TokenStore) -> None:
    assert "refresh_token" in issue(store)
    assert "refresh_token" not in issue(store, "practicemanager.read")


def test_an_id_token_comes_only_with_openid(store: TokenStore) -> None:
    assert "id_token" in issue(store, "openid")
    assert "id_token" not in issue(store)


def test_the_answer_states_life_type_and_scope(store: TokenStore) -> None:
    answer = issue(store, "practicemanager.read", "practicemanager.time")
    assert (answer["expires_in"], answer["token_type"]) == (1800, "Bearer")
    assert answer["scope"] == "practicemanager.read practicemanager.time"


def test_every_refresh_changes_the_refresh_token(store: TokenStore) -> None:
    first = issue(store)["refresh_token"]
    second = rotate(store, first)["refresh_token"]
    assert rotate(store, second)["refresh_token"] not in (first, second)


def test_a_replaced_token_works_for_half_an_hour_more(store: TokenStore) -> None:
    first = issue(store)["refresh_token"]
    rotate(store, first)
    assert rotate(store, first, timedelta(minutes=29, seconds=59))["access_token"]
    with pytest.raises(OAuthError, match="invalid_grant"):
        rotate(store, first, timedelta(minutes=30))


def test_the_grace_is_counted_from_the_first_replacement(store: TokenStore) -> None:
    first = issue(store)["refresh_token"]
    for minutes in (0, 20):
        rotate(store, first, timedelta(minutes=minutes))
    with pytest.raises(OAuthError, match="invalid_grant"):
        rotate(store, first, timedelta(minutes=31))


def test_strict_rotation_refuses_the_second_use_at_once(store: TokenStore) -> None:
    first = issue(store)["refresh_token"]
    rotate(store, first, strict=True)
    with pytest.raises(OAuthError, match="invalid_grant"):
        rotate(store, first, strict=True)


def test_of_two_refreshes_at_once_one_is_left_with_nothing(store: TokenStore) -> None:
    first = issue(store)["refresh_token"]
    loser, winner = (rotate(store, first)["refresh_token"] for _ in range(2))
    assert rotate(store, winner)["access_token"]
    with pytest.raises(OAuthError, match="invalid_grant"):
        rotate(store, loser)


def test_a_refresh_token_unused_for_60_days_is_dead(store: TokenStore) -> None:
    first, second = (issue(store)["refresh_token"] for _ in range(2))
    assert rotate(store, first, timedelta(days=59, hours=23))["access_token"]
    with pytest.raises(OAuthError, match="invalid_grant"):
        rotate(store, second, timedelta(days=60))


def test_using_it_starts_the_60_days_anew(store: TokenStore) -> None:
    second = rotate(store, issue(store)["refresh_token"], timedelta(days=50))["refresh_token"]
    assert rotate(store, second, timedelta(days=100))["access_token"]


def test_another_app_cannot_use_the_token(store: TokenStore) -> None:
    first = issue(store)["refresh_token"]
    with pytest.raises(OAuthError, match="invalid_grant"):
        store.rotate(App("other", "x", ()), first, public=False, strict=False, now=NOON)


def test_a_code_works_once(store: TokenStore) -> None:
    consent = store.grant(APP, ("practicemanager.read",), ["t1"], NOON)
    form = {"code": store.issue_code(consent, BACK, "", NOON), "redirect_uri": BACK}
    assert store.redeem_code(APP, form, public=False, now=NOON)["access_token"]
    with pytest.raises(OAuthError, match="invalid_grant"):
        store.redeem_code(APP, form, public=False, now=NOON)


def test_a_code_ends_after_five_minutes(store: TokenStore) -> None:
    assert redeem(store, timedelta(minutes=4, seconds=59))["access_token"]
    with pytest.raises(OAuthError, match="invalid_grant"):
        redeem(store, timedelta(minutes=5))


def test_a_code_is_bound_to_its_redirect_uri(store: TokenStore) -> None:
    with pytest.raises(OAuthError, match="invalid_grant"):
        redeem(store, redirect_uri="http://127.0.0.1:9999/oauth/callback")


def test_a_public_client_proves_itself_by_its_verifier(store: TokenStore) -> None:
    assert redeem(store, challenge=CHALLENGE, code_verifier=VERIFIER, public="yes")["access_token"]
    with pytest.raises(OAuthError, match="invalid_grant"):
        redeem(store, challenge=CHALLENGE, code_verifier=VERIFIER + "x", public="yes")


def test_a_secret_does_not_replace_the_verifier(store: TokenStore) -> None:
    with pytest.raises(OAuthError, match="invalid_grant"):
        redeem(store, challenge=CHALLENGE)


def test_without_secret_and_challenge_nothing_is_given(store: TokenStore) -> None:
    with pytest.raises(OAuthError, match="invalid_grant"):
        redeem(store, public="yes")


@pytest.mark.parametrize(("client_id", "secret"), [("app", "wrong"), ("nobody", "secret"), ("nobody", None)])
def test_a_wrong_id_or_secret_is_an_invalid_client(store: TokenStore, client_id: str, secret: str | None) -> None:
    with pytest.raises(OAuthError, match="invalid_client"):
        store.authenticate(client_id, secret)


def test_revoking_kills_the_token_and_the_connections_made_with_it(store: TokenStore) -> None:
    other = store.grant(APP, ("practicemanager.read",), ["t2"], NOON)
    token = issue(store)["refresh_token"]
    store.revoke(token)
    assert [one.auth_event_id for one in store.list_connections("app")] == [other.auth_event_id]
    with pytest.raises(OAuthError, match="invalid_grant"):
        rotate(store, token)


def test_a_second_consent_keeps_the_connection_and_updates_it(store: TokenStore) -> None:
    issue(store)
    first = store.find_connection("app", "t1")
    store.grant(APP, ("practicemanager.time",), ["t1"], NOON + timedelta(hours=1))
    second = store.find_connection("app", "t1")
    assert first
    assert second
    assert (first.id, first.created) == (second.id, second.created)
    assert second.updated - first.updated == timedelta(hours=1)


def test_one_seed_issues_the_same_tokens() -> None:
    first, second = (issue(TokenStore(Random(5), apps={"app": APP})) for _ in range(2))
    assert first == second
