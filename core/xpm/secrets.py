"""Keeping secrets secret: a text that does not print itself, and sealing for what is stored.

Sealed bytes are: one version byte, eight bytes of key id, twelve of nonce, then AES-256-GCM cipher text. The context
(practice, field, realm) is authenticated, so that bytes moved to another row do not open.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core.model import TieoutError

KEY_VARIABLE = "TIEOUT_KEY"
OLD_KEYS_VARIABLE = "TIEOUT_OLD_KEYS"
KEY_FILE = "tieout.key"

_VERSION = b"\x01"
_KEY_BYTES = 32
_ID_BYTES = 8
_NONCE_BYTES = 12
_HEAD = len(_VERSION) + _ID_BYTES + _NONCE_BYTES

_SECRET_IN_TEXT = re.compile(
    r"(?i)\b(bearer\s+|(?:access_token|refresh_token|client_secret|code_verifier|code|id_token)[\"']?\s*[=:]\s*[\"']?)"
    r"[^\s\"'&,;}<]+"
)


class KeyUnusable(TieoutError):
    """The key that seals stored tokens is missing, malformed or readable by others."""

    def __init__(self, where: str, why: str) -> None:
        super().__init__(f"The key in {where} cannot be used: {why}. Restore it, or make a new one and connect again.")


class KeyWrong(TieoutError):
    """Stored tokens were sealed with a key we do not have, or for another use."""

    def __init__(self, key_id: str) -> None:
        super().__init__(
            f"The stored XPM tokens do not open with the present key (they name key {key_id}). "
            f"Put that key into {OLD_KEYS_VARIABLE}, or connect to XPM again."
        )


class Secret:
    """A text that never prints itself; `reveal` is the one way to it."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself, for the one line that sends it."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(***)"

    __str__ = __repr__

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and secrets.compare_digest(self._text.encode(), other._text.encode())

    def __hash__(self) -> int:
        return hash(("Secret", self._text))


@dataclass(frozen=True)
class _Key:
    raw: bytes = field(repr=False)

    @property
    def id(self) -> bytes:
        return hashlib.sha256(b"tieout key id" + self.raw).digest()[:_ID_BYTES]


class Vault:
    """Seals with the first key and opens with any; old keys are there only to be rotated away from."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._keys = [_Key(_decode_key(key, f"place {n} of the keys")) for n, key in enumerate(keys, start=1)]
        if not self._keys:
            raise KeyUnusable(KEY_VARIABLE, "there is none")

    @property
    def key_id(self) -> str:
        """The name of the sealing key, to be stored beside the sealed bytes."""
        return self._keys[0].id.hex()

    def seal(self, text: str, context: str) -> bytes:
        """Bytes that only the same key and the same context open."""
        key, nonce = self._keys[0], os.urandom(_NONCE_BYTES)
        return _VERSION + key.id + nonce + AESGCM(key.raw).encrypt(nonce, text.encode(), context.encode())

    def open(self, sealed: bytes, context: str) -> Secret:
        """The text again. Raises KeyWrong for an unknown key, a changed byte or another context."""
        named = sealed[len(_VERSION) : len(_VERSION) + _ID_BYTES]
        key = next((key for key in self._keys if key.id == named), None)
        if key is None or sealed[:1] != _VERSION:
            raise KeyWrong(named.hex() or "(none)")
        try:
            plain = AESGCM(key.raw).decrypt(sealed[_HEAD - _NONCE_BYTES : _HEAD], sealed[_HEAD:], context.encode())
        except InvalidTag:
            raise KeyWrong(named.hex()) from None
        return Secret(plain.decode())

    def needs_rotation(self, sealed: bytes) -> bool:
        """Whether the bytes were sealed with another key than the present one."""
        return sealed[len(_VERSION) : len(_VERSION) + _ID_BYTES] != self._keys[0].id


def make_key() -> str:
    """A fresh key as text, in the form the environment variable and the key file hold."""
    return base64.urlsafe_b64encode(os.urandom(_KEY_BYTES)).decode()


def load_vault(environment: Mapping[str, str], data_dir: Path) -> Vault:
    """The vault of this installation: keys from the environment, else from a key file beside the data.

    The file is made on first use, readable by its owner only. Raises KeyUnusable when a key is malformed or the file
    is open to others.
    """
    old = [key for key in environment.get(OLD_KEYS_VARIABLE, "").replace(",", " ").split() if key]
    key = environment.get(KEY_VARIABLE, "").strip() or _read_key_file(data_dir / KEY_FILE)
    return Vault([key, *old])


def mask_secrets(text: str) -> str:
    """The text with anything that looks like a token, code or client secret replaced; for logs and error pages."""
    return _SECRET_IN_TEXT.sub(r"\1***", text)


def _decode_key(key: str, where: str) -> bytes:
    try:
        raw = base64.b64decode(key, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise KeyUnusable(where, "it is not base64 text") from None
    if len(raw) != _KEY_BYTES:
        raise KeyUnusable(where, f"it holds {len(raw)} bytes instead of {_KEY_BYTES}")
    return raw


def _read_key_file(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        made = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _read_existing_key(path)
    with os.fdopen(made, "w") as file:
        key = make_key()
        file.write(key + "\n")
    return key


def _read_existing_key(path: Path) -> str:
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise KeyUnusable(str(path), "others on this machine can read it (chmod 600 it)")
    return path.read_text().strip()
