"""A server that breaks the rules of HTTP on purpose, one way at a time."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

OK = b'<Response api-method="Add"><Status>OK</Status></Response>'
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: %d\r\n\r\n"
Fault = Callable[[socket.socket], None]


def close_at_once(peer: socket.socket) -> None:
    """Nothing is read and nothing is said."""


def reset(peer: socket.socket) -> None:
    read_request(peer)
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def close_after_reading(peer: socket.socket) -> None:
    read_request(peer)


def hang(peer: socket.socket) -> None:
    read_request(peer)
    time.sleep(0.6)


def half_header(peer: socket.socket) -> None:
    read_request(peer)
    peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Ty")


def short_body(peer: socket.socket) -> None:
    read_request(peer)
    peer.sendall(HEAD % len(OK) + OK[:-5])


def slow_body(peer: socket.socket) -> None:
    """Each byte comes in time, the whole does not."""
    read_request(peer)
    peer.sendall(HEAD % 1000)
    for _ in range(12):
        peer.sendall(b"x")
        time.sleep(0.05)


def cut_gzip(peer: socket.socket) -> None:
    import gzip

    read_request(peer)
    packed = gzip.compress(OK)[:-10]
    peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed) + packed)


def no_length(peer: socket.socket) -> None:
    """A cut body without a length looks whole to HTTP; only the XML tells."""
    read_request(peer)
    peer.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + OK[:-12])


def redirect(peer: socket.socket) -> None:
    read_request(peer)
    peer.sendall(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/login\r\nContent-Length: 0\r\n\r\n")


def no_http(peer: socket.socket) -> None:
    read_request(peer)
    peer.sendall(b"220 mail.example ESMTP\r\n")


def answer(body: bytes, head: bytes = b"HTTP/1.1 200 OK\r\n") -> Fault:
    def send(peer: socket.socket) -> None:
        read_request(peer)
        peer.sendall(head + b"Content-Length: %d\r\n\r\n" % len(body) + body)

    return send


def read_request(peer: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        data += peer.recv(65536)
    head, _, body = data.partition(b"\r\n\r\n")
    length = next((int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
    while len(body) < length:
        body += peer.recv(65536)
    return data


@contextmanager
def serve(fault: Fault) -> Iterator[tuple[str, list[int]]]:
    """The address of a server that treats every connection so, and the list of connections it saw."""
    seen: list[int] = []
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.05)
    stopping = threading.Event()

    def run() -> None:
        while not stopping.is_set():
            try:
                peer, _ = listener.accept()
            except TimeoutError:
                continue
            seen.append(len(seen))
            with peer:
                peer.settimeout(2)
                try:
                    fault(peer)
                except OSError:
                    continue

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", seen
    finally:
        stopping.set()
        thread.join(5)
        listener.close()
