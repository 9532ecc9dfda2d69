from dataclasses import replace

import pytest

from core.xpm.endpoints import XERO, AddressRefused, origin_of, sandbox_endpoints


@pytest.mark.parametrize(
    "url",
    [
        "http://api.xero.com/practicemanager/3.1/",
        "https://api.xero.com.evil.example/",
        "https://evil.example/",
        "https://api.xero.com:8443/",
        "https://user:pass@api.xero.com/",
        "file:///etc/passwd",
        "https://[broken",
    ],
)
def test_real_data_goes_to_xero_over_https_only(url: str) -> None:
    with pytest.raises((AddressRefused, ValueError)):
        replace(XERO, base_url=url)


@pytest.mark.parametrize("host", ["10.0.0.7", "sandbox.example", "169.254.169.254", "127.0.0.1.evil.example"])
def test_a_sandbox_runs_on_this_machine_only(host: str) -> None:
    with pytest.raises(AddressRefused):
        sandbox_endpoints(f"http://{host}:9/", f"http://{host}:9", f"http://{host}:9/connections")


def test_a_sandbox_on_this_machine_is_taken_and_named() -> None:
    endpoints = sandbox_endpoints(
        "http://127.0.0.1:9/pm", "http://127.0.0.1:9/identity", "http://127.0.0.1:9/connections"
    )
    assert (endpoints.base_url, endpoints.realm) == ("http://127.0.0.1:9/pm/", "sandbox")
    assert endpoints.token_url == "http://127.0.0.1:9/identity/connect/token"


def test_the_consent_page_is_for_browsers_and_no_place_to_send_requests() -> None:
    assert "https://login.xero.com:443" not in XERO.origins


def test_an_origin_never_shows_credentials() -> None:
    assert origin_of("https://user:pass@api.xero.com/x?y=1") == "https://api.xero.com:443"
