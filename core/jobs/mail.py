"""Sending one letter by SMTP, once, and saying for sure what became of it.

A mail server takes a letter over with the line that ends it, and with its answer to that line. Whatever fails before
the line is sent leaves nobody with the letter. What fails after it, before the answer, leaves it in doubt: it may be
with the recipients, so only a person may send it again. The only module that knows the SMTP library.
"""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from enum import StrEnum
from mimetypes import guess_type
from pathlib import Path

from core.model import TieoutError

CONNECT_SECONDS = 30.0
#: How long a server may take over a letter; it looks it over meanwhile, and it may be busy.
END_SECONDS = 300.0
_GOODBYE_SECONDS = 5.0
#: Seven bits only: every server takes these, whatever else it can do.
_POLICY = SMTP.clone(cte_type="7bit")
#: Told to the server in place of this computer's name, as mail programs do.
_OURSELVES = "[127.0.0.1]"
_LEADING_DOT = re.compile(rb"(?m)^\.")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_END = b".\r\n"


@dataclass(frozen=True)
class MailServer:
    """Where letters are handed over. `ca` is a file of the server's own certificate authority, None for the usual."""

    host: str
    port: int
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
    ca: Path | None = None


@dataclass(frozen=True)
class Letter:
    """One mail. `message_id` without angle brackets; `files` are names and contents; cc sees what to sees."""

    to: tuple[str, ...]
    cc: tuple[str, ...]
    subject: str
    body: str
    files: tuple[tuple[str, bytes], ...]
    message_id: str
    at: datetime
    sender_name: str = ""


class Fate(StrEnum):
    """What became of a letter."""

    SENT = "sent"  # the server took it over for every recipient
    REFUSED = "refused"  # nobody got it
    IN_DOUBT = "in doubt"  # it left whole and the server's answer did not come


@dataclass(frozen=True)
class Posted:
    """The fate of a letter, in words too: the server's own where it said any."""

    fate: Fate
    words: str


class NoCertificates(TieoutError):
    """The named file of the certificate authority cannot be used."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"The file {path.name} in TIEOUT_SMTP_CA cannot be used: {why}. Correct it and start again.")


class _Refused(Exception):
    """Nobody got the letter; the text says why."""


def post(
    server: MailServer, letter: Letter, before_end: Callable[[], None], *, end_seconds: float = END_SECONDS
) -> Posted:
    """Hand one letter over, to all recipients or to nobody; it is never tried twice.

    before_end: called once the whole letter but its end has left: what it writes down is there before the letter can
    arrive. What it raises is passed on, and nobody gets the letter. Raises NoCertificates.
    """
    trust = _trust(server.ca)
    content = write_letter(server, letter)
    try:
        smtp = smtplib.SMTP(server.host, server.port, local_hostname=_OURSELVES, timeout=CONNECT_SECONDS)
        with closing(smtp):
            _open(smtp, server, trust)
            _address(smtp, server.sender, (*letter.to, *letter.cc), len(content))
            smtp.send(_LEADING_DOT.sub(b"..", content))
            before_end()
            return _end(smtp, server.host, end_seconds)
    except _Refused as refused:
        return Posted(Fate.REFUSED, str(refused))
    except (smtplib.SMTPException, OSError) as error:
        # `_end` lets nothing of this kind out, so the end of the letter was not sent.
        return Posted(Fate.REFUSED, f"{server.host} could not be reached or broke off: {_say(error)}")


def try_server(server: MailServer) -> str:
    """Why the server could not be used now: connect, encrypt, sign in, and leave again; empty when it could.

    No letter is begun. Raises NoCertificates.
    """
    trust = _trust(server.ca)
    try:
        smtp = smtplib.SMTP(server.host, server.port, local_hostname=_OURSELVES, timeout=CONNECT_SECONDS)
        with closing(smtp):
            _open(smtp, server, trust)
            _leave(smtp)
    except _Refused as refused:
        return str(refused)
    except (smtplib.SMTPException, OSError) as error:
        return f"{server.host} could not be reached or broke off: {_say(error)}"
    return ""


def write_letter(server: MailServer, letter: Letter) -> bytes:
    """The letter as it goes over the wire, without its end."""
    message = EmailMessage(policy=_POLICY)
    message["From"] = Address(_one_line(letter.sender_name), addr_spec=server.sender)
    message["To"] = ", ".join(letter.to)
    if letter.cc:
        message["Cc"] = ", ".join(letter.cc)
    message["Subject"] = _one_line(letter.subject)
    message["Date"] = format_datetime(letter.at)
    message["Message-ID"] = f"<{letter.message_id}>"
    message.set_content(letter.body)
    for file_name, data in letter.files:
        main, _, sub = (guess_type(file_name)[0] or "application/octet-stream").partition("/")
        message.add_attachment(data, maintype=main, subtype=sub, filename=file_name)
    content = message.as_bytes()
    return content if content.endswith(b"\r\n") else content + b"\r\n"


def _one_line(text: str) -> str:
    """A header must not grow a second line, which could be a header of its own."""
    return " ".join(_UNPRINTABLE.sub(" ", text).split())


def _trust(ca: Path | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=str(ca) if ca else None)
    except (OSError, ssl.SSLError) as error:
        raise NoCertificates(ca or Path(), _say(error)) from error


def _open(smtp: smtplib.SMTP, server: MailServer, trust: ssl.SSLContext) -> None:
    """Insist on an encrypted line to the server that the certificate names, and sign in."""
    smtp.ehlo()
    if not smtp.has_extn("starttls"):
        raise _Refused(f"{server.host} offers no encryption (STARTTLS), so nothing was sent to it")
    try:
        smtp.starttls(context=trust)
    except ssl.SSLCertVerificationError as error:
        raise _Refused(f"the certificate of {server.host} is not trusted: {error.verify_message}") from error
    smtp.ehlo()
    if server.user:
        try:
            smtp.login(server.user, server.password)
        except smtplib.SMTPAuthenticationError as error:
            raise _Refused(f"{server.host} did not accept the account: {_say(error)}") from error


def _address(smtp: smtplib.SMTP, sender: str, recipients: Sequence[str], size: int) -> None:
    """Name sender and recipients and open the letter; one refused recipient stops it for all."""
    limit = smtp.esmtp_features.get("size", "").strip()
    if limit.isdigit() and 0 < int(limit) < size:
        told = f"{size / 1e6:.1f} MB, and the mail server takes {int(limit) / 1e6:.1f} MB"
        raise _Refused(f"with its files the mail has {told}; send fewer files or a link")
    _expect(smtp.mail(sender), 250, f"the sender {sender} was not accepted")
    for one in recipients:
        _expect(smtp.rcpt(one), 250, f"{one} was not accepted")
    _expect(smtp.docmd("DATA"), 354, "the mail server did not want the letter")


def _expect(answer: tuple[int, bytes], code: int, what: str) -> None:
    # 251 means that the server forwards it.
    if answer[0] not in (code, 251 if code == 250 else code):
        raise _Refused(f"{what}: {answer[0]} {_words(answer[1])}")


def _end(smtp: smtplib.SMTP, host: str, seconds: float) -> Posted:
    """Send the line that ends the letter; from here on only the server knows, until it answers."""
    try:
        if smtp.sock is not None:
            smtp.sock.settimeout(seconds)
        smtp.send(_END)
        code, words = smtp.getreply()
    except (smtplib.SMTPException, OSError) as error:
        return Posted(Fate.IN_DOUBT, f"{host} had the whole letter, and its answer did not come: {_say(error)}")
    told = f"{code} {_words(words)}"
    if 200 <= code < 300:
        _leave(smtp)
        return Posted(Fate.SENT, told)
    if 400 <= code < 600:
        return Posted(Fate.REFUSED, f"{host} refused it: {told}")
    return Posted(Fate.IN_DOUBT, f"{host} had the whole letter, and what it answered is no answer: {told}")


def _leave(smtp: smtplib.SMTP) -> None:
    """Say goodbye; the letter is over there, whatever comes of it."""
    with suppress(smtplib.SMTPException, OSError):
        if smtp.sock is not None:
            smtp.sock.settimeout(_GOODBYE_SECONDS)
        smtp.quit()


def _say(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_words(error.smtp_error)}"
    words = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return _one_line(words)[:200] or type(error).__name__


def _words(answer: bytes | str) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return _one_line(text)[:200]
