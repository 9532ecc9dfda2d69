"""Addresses of records in XPM's own pages, learned from one."""

from __future__ import annotations

import pytest

from core.xpm.weblinks import ID, UUID, fill_pattern, is_safe, learn_pattern
from tests.xpm.conftest import ClientOver
from tests.xpm.fakes import error, ok, xml

CLIENT = "c1000000-0000-4000-8000-000000000001"
OTHER = "c1000000-0000-4000-8000-000000000002"


def learn(url: str, number: str = "J000412", *, sandbox: bool = False) -> str:
    return learn_pattern(url, {UUID: CLIENT, ID: number}, sandbox=sandbox)


@pytest.mark.parametrize(
    ("url", "pattern"),
    [
        ("https://practice.example/job/J000412", "https://practice.example/job/{id}"),
        ("https://practice.example/job?no=J000412#top", "https://practice.example/job?no={id}#top"),
        (f"https://practice.example/job/{CLIENT.upper()}/view", "https://practice.example/job/{uuid}/view"),
        ("https://j000412.example/job/J000412", "https://j000412.example/job/{id}"),
        ("http://127.0.0.1:9/practice/job/J000412", ""),
        ("https://practice.example/job/17", ""),
        ("https://practice.example/J000412/job/J000412", ""),
        ("https://practice.example/job/J0004123", ""),
        ("https://anna@practice.example/job/J000412", ""),
        ("javascript:alert('J000412')", ""),
        ("https:///J000412", ""),
        ("https://practice.example/job/J000412 onclick", ""),
        ("https://practice.example:x/job/J000412", ""),
        ("", ""),
    ],
)
def test_only_an_address_with_the_records_own_id_teaches_one(url: str, pattern: str) -> None:
    assert learn(url) == pattern


def test_addresses_of_this_computer_count_for_the_sandbox_alone() -> None:
    assert learn("http://127.0.0.1:9/practice/job/J000412", sandbox=True) == "http://127.0.0.1:9/practice/job/{id}"
    assert learn("http://practice.example/job/J000412", sandbox=True) == ""


def test_a_number_with_blanks_is_found_and_written_escaped() -> None:
    pattern = learn("https://practice.example/job/A%201/7", number="A 1/7".replace("/7", ""))
    assert pattern == "https://practice.example/job/{id}/7"
    assert fill_pattern(pattern, {ID: "B/2 ä"}) == "https://practice.example/job/B%2F2%20%C3%A4/7"


def test_an_address_is_not_made_without_what_it_needs() -> None:
    assert fill_pattern("https://practice.example/job/{uuid}", {UUID: "", ID: "J1"}) == ""
    assert fill_pattern("", {ID: "J1"}) == ""


def test_a_pattern_itself_is_no_address() -> None:
    assert not is_safe("https://practice.example/job/{id}", sandbox=False)


def test_the_address_is_read_beside_the_record_in_xml(client_over: ClientOver) -> None:
    client, script = client_over(
        ok(f"<WebUrl>https://practice.example/client/1</WebUrl><Client><UUID>{CLIENT}</UUID></Client>")
    )
    assert client.get_client_address(CLIENT) == "https://practice.example/client/1"
    assert str(script.requests[0].url).endswith(f"/client.api/get/{CLIENT}")


def test_the_address_is_read_inside_the_record_in_json(client_over: ClientOver) -> None:
    answer = '{"status":"OK","job":{"id":"J1","webUrl":"https://practice.example/job/J1"}}'
    client, _ = client_over(xml(answer), mode="json")
    assert client.get_job_address("J1") == "https://practice.example/job/J1"


def test_a_record_that_is_not_there_has_no_address(client_over: ClientOver) -> None:
    client, _ = client_over(error("Invalid job identifier"))
    assert client.get_job_address("J1") == ""
