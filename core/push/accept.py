"""What XPM shows is taken as right: the ledger follows a timesheet that a person changed there."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from core.push.book import Book
from core.push.choices import NotNow, Saying, find_bundles
from core.push.ports import Bundle, Member, Move
from core.push.settle import ADOPT_DIFFERS
from core.push.states import State

#: Reasons of a waiting bundle by which XPM holds one timesheet of ours that is other than it was sent.
_DIFFERS = ("echo_differs", ADOPT_DIFFERS, "too_many_attempts", "unread")


def keep_xpm(entry_ids: Sequence[str], local: Mapping[str, tuple[int, str]], book: Book, *, why: str = "") -> None:
    """Record that what XPM shows of these entries is right: nothing is sent, and the difference no longer shows.

    It may have been changed there, or be invoiced and changed here since.

    local: minutes and content hash of entries as they are now; those of entries that are gone stay as they were sent.
    An edit here after this is an edit again. Raises NotNow where XPM holds no single timesheet of the entry.
    """
    bundles = {bundle.id: bundle for bundle in _find(book, entry_ids)}
    members = book.ledger.members_of(bundles)
    moves = [_keep(bundle, members.get(bundle.id, {}), local, book, why) for bundle in bundles.values()]
    said = [entry_id for bundle_id in bundles for entry_id in members.get(bundle_id, {})]
    book.ledger.choose(book.practice, said, Saying.KEEP_XPM.value, moves, by=book.actor, why=why)


def _find(book: Book, entry_ids: Sequence[str]) -> list[Bundle]:
    found = find_bundles(book, entry_ids)
    for entry_id in entry_ids:
        bundle = found.get(entry_id)
        if bundle is None or not _differs(bundle):
            raise NotNow(entry_id, Saying.KEEP_XPM, bundle.state if bundle is not None else "")
    return [found[entry_id] for entry_id in entry_ids]


def _differs(bundle: Bundle) -> bool:
    if bundle.state in (State.POSTED, State.CONFIRMED):
        return bundle.invoiced
    waits = bundle.state in (State.HELD, State.NEEDS_PERSON) and bundle.reason in _DIFFERS
    return (bundle.state == State.DRIFTED or waits) and bool(bundle.remote_uuid and bundle.last_seen)


def _keep(
    bundle: Bundle, members: Mapping[str, Member], local: Mapping[str, tuple[int, str]], book: Book, why: str
) -> Move:
    seen = json.loads(bundle.last_seen)
    content: dict[str, Any] = {name: seen[name] for name in ("job", "task_id", "staff_id")}
    content |= {"date": date.fromisoformat(seen["date"]), "minutes": int(seen["minutes"]), "note_sent": seen["note"]}
    content |= {"start": "", "end": "", "desired": "", "xpm_words": "", "reason": ""}
    entries = share_minutes(members, int(seen["minutes"]), local)
    if len(entries) == 1:
        content["content_hash"] = next(iter(entries.values())).content_hash
    words = f"XPM is right: {why}" if why else "XPM is right"
    if bundle.state == State.CONFIRMED:
        return book.note(bundle, words, **content, entries=entries)
    return book.plan(bundle, State.CONFIRMED, words, **content, entries=entries)


def share_minutes(
    members: Mapping[str, Member], minutes: int, local: Mapping[str, tuple[int, str]]
) -> dict[str, Member]:
    """The members with shares that make these minutes; what XPM has more or less falls on the longest entry."""
    if not members:
        return {}
    longest = max(members, key=lambda entry_id: (members[entry_id].sent_minutes, entry_id))
    other = minutes - sum(member.sent_minutes for member in members.values())
    kept: dict[str, Member] = {}
    for entry_id, member in members.items():
        recorded, content = local.get(entry_id, (member.minutes, member.content_hash))
        share = member.sent_minutes + (other if entry_id == longest else 0)
        kept[entry_id] = Member(recorded, share, content)
    return kept
