import os
from pathlib import Path

import pytest

from core.xpm.secrets import KeyUnusable, KeyWrong, Secret, Vault, load_vault, make_key, mask_secrets


def test_a_secret_does_not_print_itself() -> None:
    secret = Secret("CANARY")
    assert "CANARY" not in f"{secret} {secret!r} {[secret]}"
    assert secret.reveal() == "CANARY"


def test_sealed_bytes_hold_no_plain_text_and_open_again() -> None:
    vault = Vault([make_key()])
    sealed = vault.seal("CANARY", "xero|p1|access")
    assert b"CANARY" not in sealed
    assert vault.open(sealed, "xero|p1|access") == Secret("CANARY")


def test_the_same_text_is_sealed_differently_each_time() -> None:
    vault = Vault([make_key()])
    assert vault.seal("x", "c") != vault.seal("x", "c")


@pytest.mark.parametrize("context", ["xero|p2|access", "sandbox|p1|access", "xero|p1|refresh"])
def test_sealed_bytes_moved_elsewhere_do_not_open(context: str) -> None:
    vault = Vault([make_key()])
    with pytest.raises(KeyWrong):
        vault.open(vault.seal("CANARY", "xero|p1|access"), context)


def test_another_key_is_a_clear_stop() -> None:
    sealed = Vault([make_key()]).seal("CANARY", "c")
    with pytest.raises(KeyWrong, match="connect to XPM again"):
        Vault([make_key()]).open(sealed, "c")


def test_a_changed_byte_does_not_open() -> None:
    vault = Vault([make_key()])
    sealed = bytearray(vault.seal("CANARY", "c"))
    sealed[-1] ^= 1
    with pytest.raises(KeyWrong):
        vault.open(bytes(sealed), "c")


def test_cut_bytes_do_not_open() -> None:
    with pytest.raises(KeyWrong):
        Vault([make_key()]).open(b"", "c")


def test_an_old_key_opens_and_is_rotated_away_from() -> None:
    old, new = make_key(), make_key()
    sealed = Vault([old]).seal("CANARY", "c")
    vault = Vault([new, old])
    assert vault.open(sealed, "c").reveal() == "CANARY"
    assert vault.needs_rotation(sealed)
    assert not vault.needs_rotation(vault.seal("CANARY", "c"))


def test_the_key_file_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    first, second = load_vault({}, tmp_path / "data"), load_vault({}, tmp_path / "data")
    assert first.key_id == second.key_id
    assert (tmp_path / "data" / "tieout.key").stat().st_mode & 0o777 == 0o600


@pytest.mark.skipif(os.name != "posix", reason="file modes are a posix matter")
def test_a_key_file_others_can_read_is_refused(tmp_path: Path) -> None:
    load_vault({}, tmp_path)
    (tmp_path / "tieout.key").chmod(0o644)
    with pytest.raises(KeyUnusable, match="chmod 600"):
        load_vault({}, tmp_path)


@pytest.mark.parametrize("key", ["short", "AAAA", "!" * 44])
def test_a_malformed_key_is_refused_without_showing_it(key: str, tmp_path: Path) -> None:
    with pytest.raises(KeyUnusable) as caught:
        load_vault({"TIEOUT_KEY": key}, tmp_path)
    assert key not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer CANARY.x-y_z",
        "refresh_token=CANARY&x=1",
        '{"access_token": "CANARY"}',
        "GET /oauth/callback?code=CANARY&state=1",
        "client_secret='CANARY'",
    ],
)
def test_logs_lose_what_looks_like_a_token(text: str) -> None:
    assert "CANARY" not in mask_secrets(text)
