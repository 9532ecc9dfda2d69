"""A real mail server for the tests: it speaks SMTP with STARTTLS over a socket, keeps letters, and can misbehave."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from core.jobs.mail import MailServer

USER, PASSWORD = "practice", "open-sesame"


def make_certificate(folder: Path, host: str = "127.0.0.1") -> Path:
    """A certificate for this address that nobody but its own file vouches for; the key lies in the same file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail house")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(host))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    raw = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = folder / f"mail-{host}.pem"
    path.write_bytes(raw + made.public_bytes(serialization.Encoding.PEM))
    return path


@dataclass
class Desk:
    """What the server does with letters: `letters` it took, `unwanted` addresses, and how it behaves.

    behaves: takes, refuses, drops after (having taken the letter), drops before (any of it came), talks rubbish; or
    keeps its client waiting: waits before (any of it came), waits after (having taken it). `waiting` is set then.
    """

    letters: list[EmailMessage] = field(default_factory=list)
    envelopes: list[tuple[str, list[str]]] = field(default_factory=list)
    unwanted: set[str] = field(default_factory=set)
    behaves: str = "takes"
    waiting: threading.Event = field(default_factory=threading.Event)

    async def wait(self) -> None:
        """Longer than anybody waits here."""
        self.waiting.set()
        await asyncio.sleep(60)

    async def handle_RCPT(  # noqa: N802  named by aiosmtpd
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.behaves == "waits before":
            await self.wait()
        if address in self.unwanted:
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.behaves == "refuses":
            return "552 5.3.4 too large for this mailbox"
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        self.letters.append(message_from_bytes(content, policy=policy.default))
        self.envelopes.append((envelope.mail_from or "", list(envelope.rcpt_tos)))
        if self.behaves == "drops after":
            _hang_up(server)
        if self.behaves == "waits after":
            await self.wait()
        return "xyz what" if self.behaves == "talks rubbish" else "250 2.0.0 queued as 4711"


def _hang_up(server: SMTP) -> None:
    if isinstance(server.transport, asyncio.Transport):
        server.transport.abort()


class _Counter(SMTP):
    """The server's side of one conversation."""

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        if self.event_handler.behaves == "drops before":
            _hang_up(self)
            return
        await super().smtp_DATA(arg)


class _House(Controller):
    def factory(self) -> SMTP:
        return _Counter(self.handler, **self.SMTP_kwargs)


def _let_in(_server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
    known = LoginPassword(USER.encode(), PASSWORD.encode())
    return AuthResult(success=given == known, handled=False)


@contextmanager
def open_house(folder: Path, *, encrypts: bool = True, limit: int = 33_554_432) -> Iterator[tuple[MailServer, Desk]]:
    """The address of a running server, as the practice would set it, and what it does."""
    certificate = make_certificate(folder)
    kwargs: dict[str, Any] = {"data_size_limit": limit, "auth_require_tls": encrypts}
    if encrypts:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        kwargs |= {"tls_context": context, "require_starttls": True, "authenticator": _let_in, "auth_required": True}
    desk, port = Desk(), _find_port()
    house = _House(desk, hostname="127.0.0.1", port=port, **kwargs)
    house.start()
    try:
        yield MailServer("127.0.0.1", port, "docs@practice.example", USER, PASSWORD, certificate), desk
    finally:
        house.stop()


def _find_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
