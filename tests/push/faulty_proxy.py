"""A proxy between the client and the sandbox that breaks one call, on the wire, before or after XPM has applied it.

Each call has a connection of its own, and calls are counted by their connections, so that even a call whose request is
never read can be the broken one.
"""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

OK = b"<Response><Status>OK</Status><Time><UUID>00000000-0000-4000-8000-00000000aaaa</UUID></Time></Response>"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nConnection: close\r\n"
#: The client gives the broken call up after this many seconds without a byte, and after twice as many in all.
PATIENCE = 0.4

Fault = Callable[[socket.socket], None]


def close_at_once(peer: socket.socket) -> None:
    peer.close()


def close(peer: socket.socket) -> None:
    peer.shutdown(socket.SHUT_WR)


def reset(peer: socket.socket) -> None:
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def hang(peer: socket.socket) -> None:
    time.sleep(2 * PATIENCE)


def half_header(peer: socket.socket) -> None:
    peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Ty")


def short_body(peer: socket.socket) -> None:
    peer.sendall(HEAD + b"Content-Length: %d\r\n\r\n" % len(OK) + OK[:-20])


def no_length(peer: socket.socket) -> None:
    peer.sendall(HEAD + b"\r\n" + OK[:-20])


def slow_body(peer: socket.socket) -> None:
    """Each byte comes in time, the whole does not."""
    peer.sendall(HEAD + b"Content-Length: %d\r\n\r\n" % len(OK))
    for byte in OK[:15]:
        peer.sendall(bytes([byte]))
        time.sleep(PATIENCE / 5)


def redirect(peer: socket.socket) -> None:
    peer.sendall(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/login\r\nContent-Length: 0\r\n\r\n")


FAULTS: dict[str, Fault] = {
    fault.__name__: fault
    for fault in (close_at_once, reset, close, hang, half_header, short_body, no_length, slow_body, redirect)
}


@dataclass(frozen=True)
class Break:
    """Which call is broken (from 1), how, and whether XPM applies it first."""

    nth: int
    fault: Fault
    applies: bool


@contextmanager
def stand_between(base_url: str, broken: Break) -> Iterator[str]:
    """The address to use in place of `base_url`."""
    target = urlsplit(base_url)
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.05)
    stopping = threading.Event()

    def run() -> None:
        number = 0
        while not stopping.is_set():
            try:
                peer, _ = listener.accept()
            except TimeoutError:
                continue
            number += 1
            with peer:
                peer.settimeout(5)
                _serve(peer, (str(target.hostname), int(target.port or 80)), broken, broken.nth == number)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}{target.path}"
    finally:
        stopping.set()
        thread.join(5)
        listener.close()


def _serve(peer: socket.socket, target: tuple[str, int], broken: Break, is_broken: bool) -> None:
    try:
        if is_broken and broken.fault is close_at_once and not broken.applies:
            return
        request = _read_request(peer)
        answer = b"" if is_broken and not broken.applies else _forward(request, target)
        if is_broken:
            broken.fault(peer)
        else:
            peer.sendall(answer)
    except OSError:
        return  # the client has given up


def _forward(request: bytes, target: tuple[str, int]) -> bytes:
    head, _, body = request.partition(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:")]
    with socket.create_connection(target, timeout=5) as onward:
        onward.sendall(b"\r\n".join([*lines, b"Connection: close"]) + b"\r\n\r\n" + body)
        parts = iter(lambda: onward.recv(65536), b"")
        return b"".join(parts)


def _read_request(peer: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        data += _receive(peer)
    head = data.partition(b"\r\n\r\n")[0]
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    whole = len(head) + 4 + (int(lengths[0][15:]) if lengths else 0)
    while len(data) < whole:
        data += _receive(peer)
    return data


def _receive(peer: socket.socket) -> bytes:
    part = peer.recv(65536)
    if not part:
        raise ConnectionError("the client has closed")
    return part
