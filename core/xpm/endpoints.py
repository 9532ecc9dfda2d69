"""The addresses we may talk to: Xero's own over https, or a sandbox on this machine. Nothing else.

A bearer token sent to a wrong host is a token lost, so the addresses are checked once here and again by the transport
for every request.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from core.model import TieoutError

_XERO_HOSTS = frozenset({"api.xero.com", "identity.xero.com", "login.xero.com"})


class AddressRefused(TieoutError):
    """An address outside the allowed ones, from a setting or from an answer."""

    def __init__(self, url: str, why: str) -> None:
        super().__init__(f"The address {origin_of(url)} is not used for XPM: {why}. Correct it in the settings.")


@dataclass(frozen=True)
class Endpoints:
    """Where XPM, its sign-in and its list of accounts are. `sandbox` names a practice machine, never real data."""

    base_url: str
    authorise_url: str
    token_url: str
    revoke_url: str
    connections_url: str
    sandbox: bool = False

    def __post_init__(self) -> None:
        for url in (self.base_url, self.authorise_url, self.token_url, self.revoke_url, self.connections_url):
            _check_address(url, sandbox=self.sandbox)

    @property
    def realm(self) -> str:
        """Sealed into every stored token, so that a token of Xero's cannot be opened for a sandbox."""
        return "sandbox" if self.sandbox else "xero"

    @property
    def origins(self) -> frozenset[str]:
        """Scheme, host and port of every address requests may go to; the authorise page is for browsers only."""
        return frozenset(map(origin_of, (self.base_url, self.token_url, self.revoke_url, self.connections_url)))


def sandbox_endpoints(base_url: str, identity_url: str, connections_url: str) -> Endpoints:
    """The addresses of a sandbox on this machine.

    `identity_url` is the root under which `/connect/authorize`, `/connect/token` and `/connect/revocation` lie. Raises
    AddressRefused for any host but the own machine.
    """
    root = identity_url.rstrip("/")
    return Endpoints(
        base_url=base_url.rstrip("/") + "/",
        authorise_url=f"{root}/connect/authorize",
        token_url=f"{root}/connect/token",
        revoke_url=f"{root}/connect/revocation",
        connections_url=connections_url,
        sandbox=True,
    )


def origin_of(url: str) -> str:
    """Scheme, host and port of an address, without user, path or query; ports are always written out."""
    try:
        parts = urlsplit(url)
        port = parts.port or {"https": 443, "http": 80}.get(parts.scheme, 0)
    except ValueError:
        return "(unreadable)"
    return f"{parts.scheme}://{parts.hostname or ''}:{port}"


def _check_address(url: str, *, sandbox: bool) -> None:
    parts = urlsplit(url)
    if parts.username or parts.password:
        raise AddressRefused(url, "it holds a user name or password")
    if sandbox:
        if parts.scheme not in ("http", "https") or not is_this_machine(parts.hostname or ""):
            raise AddressRefused(url, "a sandbox has to run on this machine")
    elif parts.scheme != "https" or parts.hostname not in _XERO_HOSTS or parts.port not in (None, 443):
        raise AddressRefused(url, "real data goes to Xero over https only")


def is_this_machine(host: str) -> bool:
    """Whether the host is the computer this runs on, so that nothing sent there leaves it."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


XERO = Endpoints(
    base_url="https://api.xero.com/practicemanager/3.1/",
    authorise_url="https://login.xero.com/identity/connect/authorize",
    token_url="https://identity.xero.com/connect/token",  # noqa: S106  (an address, no password)
    revoke_url="https://identity.xero.com/connect/revocation",
    connections_url="https://api.xero.com/connections",
)
