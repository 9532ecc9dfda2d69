"""A server that breaks the rules of HTTP on purpose, one way at a time."""

from __future__ import annotations

import gzip
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

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


def make_self_signed(folder: Path) -> ssl.SSLContext:
    """A server's TLS with a certificate for 127.0.0.1 that nobody vouches for."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(days=1))
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    certificate = builder.add_extension(names, critical=False).sign(key, hashes.SHA256())
    plain = serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    path = folder / "server.pem"
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


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
def serve(fault: Fault, tls: ssl.SSLContext | None = None) -> Iterator[tuple[str, list[int]]]:
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
                    if tls is not None:
                        peer = tls.wrap_socket(peer, server_side=True)
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
