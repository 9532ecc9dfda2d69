import gzip
import inspect
import logging
import socket
import zlib
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from core.clock import SystemClock
from core.xpm import transport as room
from core.xpm.endpoints import XERO, AddressRefused, sandbox_endpoints
from core.xpm.outcome import OutcomeKind, classify_answer, classify_fault
from core.xpm.secrets import Secret
from core.xpm.transport import Answer, AnswerLost, AnswerTooBig, HttpTransport, NotSent, Request
from core.xpm.wire import AnswerUnreadable
from core.xpm.wire_xml import XmlWire
from core.xpm.writing import DONE
from tests.fakes import FakeClock
from tests.xpm import sockets
from tests.xpm.fakes import Raw, Reply, Script

URL = XERO.base_url + "staff.api/list"


def over(*replies: Reply) -> tuple[HttpTransport, Script]:
    script = Script(replies)
    return HttpTransport(XERO, FakeClock(), script), script


def send_to(root: str, patience: float = 0.2) -> Answer:
    endpoints = sandbox_endpoints(root, root, root)
    transport = HttpTransport(endpoints, SystemClock())
    try:
        return transport.send(Request("POST", root + "/time.api/add", body=b"<Timesheet/>", patience=patience))
    finally:
        transport.close()


NEVER_LEFT = [httpx.ConnectError("x"), httpx.ConnectTimeout("x"), httpx.PoolTimeout("x")]
MAY_HAVE_ARRIVED = [
    httpx.ReadTimeout("x"),
    httpx.WriteTimeout("x"),
    httpx.WriteError("x"),
    httpx.ReadError("x"),
    httpx.CloseError("x"),
    httpx.RemoteProtocolError("server disconnected"),
    httpx.LocalProtocolError("x"),
    httpx.DecodingError("x"),
    httpx.ProxyError("x"),
]


@pytest.mark.parametrize("fault", NEVER_LEFT, ids=lambda fault: type(fault).__name__)
def test_a_request_that_never_left_is_not_sent(fault: Exception) -> None:
    with pytest.raises(NotSent):
        over(fault)[0].send(Request("POST", URL))


@pytest.mark.parametrize("fault", MAY_HAVE_ARRIVED, ids=lambda fault: type(fault).__name__)
def test_every_other_fault_may_have_been_carried_out(fault: Exception) -> None:
    with pytest.raises(AnswerLost):
        over(fault)[0].send(Request("POST", URL))


def test_one_request_is_one_request() -> None:
    transport, script = over(httpx.RemoteProtocolError("gone"))
    with pytest.raises(AnswerLost):
        transport.send(Request("POST", URL))
    assert len(script.requests) == 1


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/practicemanager/3.1/staff.api/list",
        "http://api.xero.com/practicemanager/3.1/staff.api/list",
        "https://api.xero.com@evil.example/",
        "https://api.xero.com:444/",
    ],
)
def test_no_other_host_is_ever_asked(url: str) -> None:
    transport, script = over(httpx.Response(200))
    with pytest.raises(AddressRefused):
        transport.send(Request("GET", url, bearer=Secret("CANARY")))
    assert script.requests == []


def test_a_redirect_is_an_answer_and_not_followed() -> None:
    transport, script = over(httpx.Response(302, headers={"location": "https://evil.example/"}))
    assert transport.send(Request("GET", URL, bearer=Secret("CANARY"))).status == 302
    assert len(script.requests) == 1


def test_the_bearer_goes_out_and_shows_nowhere() -> None:
    transport, script = over(httpx.ReadTimeout("x"))
    request = Request("GET", URL, bearer=Secret("CANARY"))
    with pytest.raises(AnswerLost) as caught:
        transport.send(request)
    assert script.requests[0].headers["authorization"] == "Bearer CANARY"
    assert "CANARY" not in repr(request) + str(caught.value)


def test_the_library_logs_no_addresses(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        over(httpx.Response(200))[0].send(Request("GET", URL + "?query=Tui"))
    assert "Tui" not in caplog.text


def test_a_packed_body_is_unpacked() -> None:
    packed = httpx.Response(200, headers={"content-encoding": "gzip"}, stream=Raw(gzip.compress(b"<Response/>")))
    assert over(once(packed))[0].send(Request("GET", URL)).body == b"<Response/>"


def test_a_packed_bomb_is_noticed_before_it_fills_the_memory() -> None:
    bomb = httpx.Response(200, headers={"content-encoding": "gzip"}, stream=Raw(zip_zeros(70)))
    with pytest.raises(AnswerTooBig, match="shorter period"):
        over(once(bomb))[0].send(Request("GET", URL))


def test_a_packing_nobody_asked_for_is_no_answer() -> None:
    with pytest.raises(AnswerLost, match="br"):
        over(once(httpx.Response(200, headers={"content-encoding": "br"}, stream=Raw(b"x"))))[0].send(
            Request("GET", URL)
        )


def test_a_body_shorter_than_announced_is_lost() -> None:
    short = httpx.Response(200, headers={"content-length": "100"}, stream=Raw(b"<Response>"))
    with pytest.raises(AnswerLost, match="10 of 100 bytes"):
        over(once(short))[0].send(Request("GET", URL))


def once(response: httpx.Response) -> Reply:
    return lambda _: response


def zip_zeros(megabytes: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    block = bytes(1024 * 1024)
    return b"".join(packer.compress(block) for _ in range(megabytes)) + packer.flush()


# -- over real sockets -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault",
    [
        sockets.close_at_once,
        sockets.reset,
        sockets.close_after_reading,
        sockets.hang,
        sockets.half_header,
        sockets.short_body,
        sockets.slow_body,
        sockets.cut_gzip,
        sockets.no_http,
    ],
    ids=lambda fault: fault.__name__,
)
def test_a_broken_answer_leaves_a_write_in_doubt_and_is_sent_once(fault: sockets.Fault) -> None:
    with sockets.serve(fault) as (root, seen), pytest.raises(AnswerLost) as caught:
        send_to(root)
    assert classify_fault(caught.value).kind is OutcomeKind.IN_DOUBT
    assert len(seen) == 1


def test_a_cut_body_without_length_is_told_by_its_xml() -> None:
    with sockets.serve(sockets.no_length) as (root, _):
        answer = send_to(root)
    with pytest.raises(AnswerUnreadable) as caught:
        XmlWire().parse(answer.body, DONE)
    assert classify_answer(answer, caught.value, FakeClock().now()).kind is OutcomeKind.IN_DOUBT


def test_a_redirect_over_the_socket_is_not_followed() -> None:
    with sockets.serve(sockets.redirect) as (root, seen):
        answer = send_to(root)
    assert (answer.status, len(seen)) == (302, 1)


def test_a_port_nobody_listens_on_is_not_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(NotSent) as caught:
        send_to(f"http://127.0.0.1:{port}")
    assert classify_fault(caught.value).kind is OutcomeKind.NOT_SENT


def test_a_server_that_speaks_no_tls_is_not_sent_to() -> None:
    with sockets.serve(sockets.close_at_once) as (root, _), pytest.raises(NotSent):
        send_to(root.replace("http:", "https:"))


def test_a_certificate_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    asked: list[bytes] = []
    tls = sockets.make_self_signed(tmp_path)
    with sockets.serve(lambda peer: asked.append(sockets.read_request(peer)), tls) as (root, _):  # noqa: SIM117
        with pytest.raises(NotSent):
            send_to(root.replace("http:", "https:"), patience=2)
    assert asked == []
    assert "verify=" not in inspect.getsource(room)


def test_a_drip_of_bytes_ends_at_twice_the_patience() -> None:
    clock = FakeClock()

    class Drip(httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            while True:
                clock.advance(25)
                yield b"x"

    transport = HttpTransport(XERO, clock, Script([lambda _: httpx.Response(200, stream=Drip())]))
    with pytest.raises(AnswerLost, match="too slowly"):
        transport.send(Request("GET", URL))
    assert clock.monotonic() == 75
