"""The hash chain of the activity log: each event is sealed with the event before it.

Changing, inserting or removing an event breaks the seal of the first one after it. What a chain alone cannot show is
that its newest events were cut off; whoever signs a period therefore notes the hash of the last event.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

#: What is sealed, in this order; the id is left out because the database gives it.
SEALED = (
    "practice",
    "at",
    "actor",
    "verb",
    "subject_kind",
    "subject_id",
    "before",
    "after",
    "why",
    "run",
)


def seal(former_hash: str, event: Mapping[str, Any]) -> str:
    """The sha256 of an event and the hash of the one before it; the first one follows the empty text."""
    words = json.dumps([former_hash, *(event[name] for name in SEALED)], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(words.encode()).hexdigest()


def first_broken(events: Iterable[Mapping[str, Any]]) -> int | None:
    """The id of the first event whose seal does not fit, or None. `events` come oldest first, from the very first."""
    former = ""
    for event in events:
        if event["former_hash"] != former or event["hash"] != seal(former, event):
            return int(event["id"])
        former = event["hash"]
    return None
