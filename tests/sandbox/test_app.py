"""The sandbox over a real socket."""

from __future__ import annotations

import gzip
import http.client
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import httpx
import pytest

from core.sandbox.serve import RunningSandbox, ServeOptions, start_in_thread


def test_an_answer_is_gzipped_when_asked_and_its_length_is_right(api: httpx.Client) -> None:
    with api.stream("GET", "client.api/list") as zipped:
        raw = b"".join(zipped.iter_raw())
    plain = api.get("client.api/list", headers={"accept-encoding": "identity"})
    assert (zipped.headers["content-encoding"], int(zipped.headers["content-length"])) == ("gzip", len(raw))
    assert int(plain.headers["content-length"]) == len(plain.content)
    assert gzip.decompress(raw) == plain.content
    assert len(raw) < len(plain.content) / 2


def test_a_short_answer_is_not_gzipped(api: httpx.Client) -> None:
    assert "content-encoding" not in api.get("time.api/list").headers


def test_one_connection_serves_many_calls(served: RunningSandbox) -> None:
    address = urlsplit(served.base_url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port)
    headers = {"authorization": f"Bearer {served.access_token}", "xero-tenant-id": served.tenants[0]["id"]}
    sockets = set()
    for path in ("staff.api/list", "time.api/list", "nothing.api/list"):
        connection.request("GET", f"{address.path}/{path}", headers=headers)
        connection.getresponse().read()
        sockets.add(id(connection.sock))
    connection.close()
    assert len(sockets) == 1


def test_a_job_number_with_a_slash_arrives_whole(api: httpx.Client, served: RunningSandbox) -> None:
    tenant = served.sandbox.tenants[api.headers["xero-tenant-id"]]
    tenant.jobs["A/B 1"] = next(iter(tenant.jobs.values()))
    answer = api.get("time.api/job/A%2FB%201")
    assert answer.text.startswith('<Response api-method="Job"><Status>OK</Status>')


@pytest.mark.parametrize(("switch", "status"), [("410", 410), ("404", 404)])
def test_the_old_version_is_gone(served: RunningSandbox, control: httpx.Client, switch: str, status: int) -> None:
    control.post("switches", json={"old_version_status": switch}).raise_for_status()
    assert httpx.get(served.base_url.replace("3.1", "3.0") + "/staff.api/list").status_code == status


def test_a_sixth_call_at_once_is_refused_while_five_are_in_progress() -> None:
    options = ServeOptions(latency_ms=400)
    with start_in_thread(options) as served, httpx.Client(base_url=served.base_url) as client:
        tenant = next(one["id"] for one in served.tenants if one["type"] == "PRACTICEMANAGER")
        client.headers = httpx.Headers({"authorization": f"Bearer {served.access_token}", "xero-tenant-id": tenant})
        statuses = call_at_once(client, 6)
    assert sorted(statuses) == [200] * 5 + [429]


def call_at_once(client: httpx.Client, count: int) -> list[int]:
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(lambda _: client.get("staff.api/list").status_code, range(count)))
