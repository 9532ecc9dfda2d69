"""Loses answers on a real socket: closing, resetting, hanging, and answers that break off.

uvicorn answers 500 for an application that stays silent, so what is lost here is written to (or kept from) the
connection's transport directly, and the application returns only when the connection is gone. `ShowTransport` puts the
transport into the scope. In process, without a connection, the loss is an exception.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from http import HTTPStatus
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from core.sandbox.calls import ApiAnswer, Delivery

_TRANSPORT = "sandbox.transport"
LONGEST_HANG = 300.0
_SLICES = 8
_SLICE_PAUSE = 0.03


class LostConnectionError(ConnectionError):
    """The sandbox lost this answer on purpose; raised only where there is no connection to close."""

    def __init__(self, wire: str) -> None:
        super().__init__(f"The sandbox dropped the connection on purpose ({wire}).")


class ShowTransport:
    """Hands the connection's transport to the application it wraps; must be the outermost one under uvicorn."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        cycle = getattr(receive, "__self__", None)
        transport = getattr(cycle, "transport", None)
        if scope["type"] == "http" and transport is not None:
            scope = {**scope, _TRANSPORT: transport}
        await self._app(scope, receive, send)


async def lose_answer(delivery: Delivery, scope: Scope, receive: Receive) -> None:
    """Carry out a delivery whose `wire` is not "whole"."""
    transport = scope.get(_TRANSPORT)
    if transport is None:
        raise LostConnectionError(delivery.wire)
    if delivery.wire == "hang":
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(_await_end(receive), LONGEST_HANG)
    elif delivery.wire == "reset":
        _arm_reset(transport)
        transport.abort()
    else:
        await _write_broken(delivery, transport)
    transport.close()
    await _await_end(receive)


async def _await_end(receive: Receive) -> None:
    """Wait until the connection is gone: uvicorn then no longer wants an answer."""
    while (await receive())["type"] != "http.disconnect":
        pass


def _arm_reset(transport: Any) -> None:
    """Make the coming close a TCP reset instead of an orderly end."""
    connection = transport.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


async def _write_broken(delivery: Delivery, transport: Any) -> None:
    """What is still sent before the connection is closed."""
    if delivery.wire == "half_header":
        transport.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/x")
    if delivery.answer is None:
        return
    body = delivery.answer.body
    if delivery.wire == "short_body":
        transport.write(_write_head(delivery.answer, len(body)) + body[: len(body) // 2])
    elif delivery.wire == "no_length":
        transport.write(_write_head(delivery.answer, None) + body[: len(body) // 2])
    elif delivery.wire == "slow_body":
        transport.write(_write_head(delivery.answer, len(body)))
        step = max(1, -(-len(body) // _SLICES))
        for start in range(0, len(body), step):
            await asyncio.sleep(_SLICE_PAUSE)
            transport.write(body[start : start + step])


def _write_head(answer: ApiAnswer, length: int | None) -> bytes:
    lines = [f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}"]
    lines += [f"{name}: {value}" for name, value in answer.headers.items()]
    lines += ["connection: close"] if length is None else [f"content-length: {length}", "connection: close"]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
