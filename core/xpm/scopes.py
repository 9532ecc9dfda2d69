"""Which rights we ask Xero for, and whether a consent gave them.

Names and what they cover are from Xero's page on scopes: the full scope covers all, `.read` covers all reading.
"""

from __future__ import annotations

_ALL = "practicemanager"
_READ = "practicemanager.read"
_NOT_OURS = frozenset({"openid", "profile", "email", "offline_access"})

#: Read everything, write jobs and time; no writing of clients or staff.
SCOPES = "offline_access practicemanager.read practicemanager.job practicemanager.time"
#: For an installation that only reports.
READ_ONLY_SCOPES = "offline_access practicemanager.read"

_SAYS = {
    _ALL: "read and change everything",
    _READ: "read the practice",
    "practicemanager.job": "write jobs",
    "practicemanager.time": "write time",
    "practicemanager.client": "change clients",
    "practicemanager.staff": "change staff",
}


def describe_scopes(granted: str) -> str:
    """What the granted scopes let us do, in words; empty when Xero did not say."""
    held = _of_xpm(granted)
    known = [words for scope, words in _SAYS.items() if scope in held]
    return ", ".join([*known, *sorted(held - _SAYS.keys())])


def find_missing_scopes(asked: str, granted: str) -> list[str]:
    """The asked XPM scopes that nothing granted covers, sorted. Nothing granted at all means Xero did not say."""
    held = set(granted.split())
    return sorted(scope for scope in _of_xpm(asked) if held and not _is_covered(scope, held))


def find_surplus_scopes(asked: str, granted: str) -> list[str]:
    """The XPM scopes granted beyond what was asked: Xero adds scopes up over consents until the app is removed."""
    return sorted(_of_xpm(granted) - _of_xpm(asked))


def _of_xpm(scopes: str) -> set[str]:
    return set(scopes.split()) - _NOT_OURS


def _is_covered(scope: str, held: set[str]) -> bool:
    covering = {scope, _ALL}
    if scope.endswith(".read"):
        covering |= {_READ, scope.removesuffix(".read")}
    return bool(covering & held)
