"""What XPM says in headers about limits. A missing or unreadable header means unknown, never zero.

Xero documents `Retry-After` in seconds for the minute and day limits and none for the concurrent one; a proxy between
us may send the date form.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from core.xpm.gate import Remaining

_UNSAID_SECONDS = 60.0
_SHORTEST = 1.0
#: The longest window of XPM is a day, so a longer wait is a mistake of the sender.
_LONGEST = 86_400.0


def read_remaining(headers: Mapping[str, str]) -> Remaining:
    """The calls left by XPM's own count, from any answer; header names in lower case."""
    return Remaining(_read_count(headers, "x-minlimit-remaining"), _read_count(headers, "x-daylimit-remaining"))


def read_retry_after(headers: Mapping[str, str], now: datetime) -> float:
    """Seconds to wait after a 429: as said in seconds or as a date, 60 when unsaid or unreadable, 1 to a day."""
    text = headers.get("retry-after", "").strip()
    if not text:
        return _UNSAID_SECONDS
    if text.lstrip("-").isascii() and text.lstrip("-").isdigit():
        return min(max(float(text[:9]), _SHORTEST), _LONGEST)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return _UNSAID_SECONDS
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max((moment - now).total_seconds(), _SHORTEST), _LONGEST)


def read_problem(headers: Mapping[str, str]) -> str:
    """Which limit a 429 names (minute, day, concurrent, app minute), in lower case; empty when it names none."""
    return headers.get("x-rate-limit-problem", "").strip().lower()


def read_skew(headers: Mapping[str, str], now: datetime) -> float | None:
    """By how many seconds `now` is ahead of the answer's own date; None when it tells none that can be read."""
    try:
        moment = parsedate_to_datetime(headers.get("date", ""))
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (now - moment).total_seconds()


def read_correlation_id(headers: Mapping[str, str]) -> str:
    """The id Xero's support asks for; empty when the answer had none."""
    return headers.get("xero-correlation-id", "")


def _read_count(headers: Mapping[str, str], name: str) -> int | None:
    text = headers.get(name, "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None
