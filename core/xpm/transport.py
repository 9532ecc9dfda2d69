"""One request, one answer, over HTTP. The only module that knows the HTTP library.

It says exactly one of three things: here is a whole answer; the request never left; or it may have been carried out.
No redirects, no retries, no proxies from the environment, no other hosts than the endpoints'.
"""

from __future__ import annotations

import logging
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import httpx

from core.model import Clock, OutsideFailed
from core.xpm.endpoints import AddressRefused, Endpoints, origin_of
from core.xpm.secrets import Secret

BODY_LIMIT = 64 * 1024 * 1024
SHORT_PATIENCE = 30.0
LONG_PATIENCE = 300.0
_CONNECT_SECONDS = 5.0
_WRITE_SECONDS = 10.0
_AGENT = "Tieout"

#: Raised before the first byte of a request leaves. Everything else may have been carried out by XPM.
_NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


class NotSent(OutsideFailed):
    """The request never left this machine; XPM cannot have carried it out."""

    def __init__(self, host: str, why: str) -> None:
        super().__init__(f"{host} could not be reached ({why}). Nothing was sent; try again in a while.")


class AnswerLost(OutsideFailed):
    """The request left, and no whole answer came back: XPM may or may not have carried it out."""

    def __init__(self, host: str, why: str) -> None:
        super().__init__(f"The answer of {host} did not arrive whole ({why}). What was asked may have been done.")


class AnswerTooBig(OutsideFailed):
    """The answer is larger than we take; asking the same again would give the same."""

    def __init__(self, host: str) -> None:
        limit = BODY_LIMIT // 1024 // 1024
        super().__init__(f"The answer of {host} is larger than {limit} MB and was not read. Ask for a shorter period.")


@dataclass(frozen=True)
class Request:
    """What to send. `patience` is seconds without a byte; the whole answer may take twice as long."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = field(default=None, repr=False)
    bearer: Secret | None = None
    patience: float = SHORT_PATIENCE


@dataclass(frozen=True)
class Answer:
    """A whole answer, unpacked. Header names are in lower case."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


class Transport(Protocol):
    """The seam for a fake: one request, one answer, or NotSent, AnswerLost, AnswerTooBig, AddressRefused."""

    def send(self, request: Request) -> Answer:
        """Send once and read the whole answer."""
        ...


class HttpTransport:
    """The real transport. `inner` lets tests answer in place of the network."""

    def __init__(self, endpoints: Endpoints, clock: Clock, inner: httpx.BaseTransport | None = None) -> None:
        self._origins = endpoints.origins
        self._clock = clock
        # The library logs addresses with their query at INFO; ours hold dates and ids of the practice.
        for name in ("httpx", "httpcore"):
            logging.getLogger(name).setLevel(logging.WARNING)
        self._client = httpx.Client(
            transport=inner or httpx.HTTPTransport(retries=0, trust_env=False),
            follow_redirects=False,
            trust_env=False,
            headers={"User-Agent": _AGENT, "Accept-Encoding": "gzip"},
        )

    def close(self) -> None:
        """Let go of open connections."""
        self._client.close()

    def send(self, request: Request) -> Answer:
        """Send once and read the whole answer; see `Transport.send`."""
        origin = origin_of(request.url)
        if origin not in self._origins:
            raise AddressRefused(request.url, "it is none of the configured ones")
        try:
            return self._exchange(request, origin)
        except _NEVER_LEFT as error:
            raise NotSent(origin, _name_fault(error)) from None
        except (httpx.HTTPError, httpx.StreamError, zlib.error) as error:
            raise AnswerLost(origin, _name_fault(error)) from None

    def _exchange(self, request: Request, origin: str) -> Answer:
        headers = dict(request.headers)
        if request.bearer is not None:
            headers["Authorization"] = f"Bearer {request.bearer.reveal()}"
        deadline = self._clock.monotonic() + 2 * request.patience
        patience = httpx.Timeout(
            request.patience, connect=_CONNECT_SECONDS, write=_WRITE_SECONDS, pool=_CONNECT_SECONDS
        )
        with self._client.stream(
            request.method, request.url, headers=headers, content=request.body, timeout=patience
        ) as response:
            body = self._collect(response, origin, deadline)
            names = {name.lower(): value for name, value in response.headers.items()}
            return Answer(response.status_code, names, body)

    def _collect(self, response: httpx.Response, origin: str, deadline: float) -> bytes:
        unpack = _Unpacker(response.headers.get("content-encoding", ""), origin)
        received = 0
        for chunk in response.iter_raw():
            received += len(chunk)
            unpack.feed(chunk)
            if self._clock.monotonic() > deadline:
                raise AnswerLost(origin, "it came too slowly")
        announced = response.headers.get("content-length", "")
        if announced.isdigit() and int(announced) != received:
            raise AnswerLost(origin, f"{received} of {announced} bytes came")
        return unpack.finish()


class _Unpacker:
    """Unpacks while it comes, so that a small packed bomb is noticed before it fills the memory."""

    def __init__(self, encoding: str, origin: str) -> None:
        self._origin = origin
        self._body = bytearray()
        self._inflate = None
        if encoding.strip().lower() in ("gzip", "x-gzip"):
            self._inflate = zlib.decompressobj(16 + zlib.MAX_WBITS)
        elif encoding.strip().lower() not in ("", "identity"):
            raise AnswerLost(origin, f"it is packed as {encoding[:20]!r}, which was not asked for")

    def feed(self, chunk: bytes) -> None:
        if self._inflate is not None:
            chunk = self._inflate.decompress(chunk, BODY_LIMIT + 1 - len(self._body))
        self._body += chunk
        if len(self._body) > BODY_LIMIT:
            raise AnswerTooBig(self._origin)

    def finish(self) -> bytes:
        # Empty answers of a limit (429) carry the header without a packed body.
        if self._inflate is not None and self._body and not self._inflate.eof:
            raise AnswerLost(self._origin, "its packed body ends early")
        return bytes(self._body)


def _name_fault(error: Exception) -> str:
    """The library's own name for the fault; its message may hold addresses, so it is left out."""
    return type(error).__name__
