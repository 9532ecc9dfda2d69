"""The marker: ten characters at the end of an XPM note by which a timesheet is known as ours.

XPM keeps no reference of the sender on a timesheet and offers no idempotency key, so the note is the only place where
an entry can carry its identity. A marker is computed from what the entry is, never drawn at random: after the ledger
was lost it can be computed again and found in XPM. One bundle keeps one marker for life.

    "Bank reconciliation ~7K3M9QXA42"
"""

from __future__ import annotations

import hashlib
import html
import re
import unicodedata
from dataclasses import dataclass

from core.model import TieoutError

#: Crockford's base 32: no I, L, O or U, so that a person can read a marker out.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 10
BITS = 5 * LENGTH
#: Five markers fit into one SHA-256; a fifth collision in one practice does not happen by chance.
CANDIDATES = 256 // BITS

#: XPM names no limit for notes; above this many characters we cut our own text rather than risk the marker.
NOTE_LIMIT = 2000

_LOOKALIKES = str.maketrans({"i": "1", "l": "1", "o": "0"})
_SHAPE = re.compile(r"(?<![0-9a-z~])~([0-9a-z]{10})(?![0-9a-z])")
_VALID = re.compile(r"[0-9a-hjkmnp-tv-z]{10}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]+")


class MarkersExhausted(TieoutError):
    """Every marker an entry can have is taken by other entries."""

    def __init__(self, group_key: str) -> None:
        super().__init__(
            f"No free marker is left for {group_key!r}. This cannot happen by chance: the ledger holds foreign rows. "
            "Pushing stops; check the activity log before anything else is sent."
        )


@dataclass(frozen=True)
class ComposedNote:
    """The note as it is sent. `cut`: our text was shortened; `dotted`: text of marker shape in it was broken up."""

    text: str
    cut: bool = False
    dotted: bool = False


def make_marker(tenant: str, source: str, group_key: str, seq: int, nth: int = 0) -> str:
    """The marker of one bundle: ten characters, without the tilde.

    `tenant` is the XPM tenant id, `source` the local source ("local"), `group_key` is `entry:<entry id>` when one
    entry makes one timesheet, `seq` counts from 1. `nth` is 0; when another bundle of the practice already has that
    marker, 1 and on give the following 50 bits of the hash. Raises MarkersExhausted after the last.
    """
    if not 0 <= nth < CANDIDATES:
        raise MarkersExhausted(group_key)
    digest = hashlib.sha256(f"{tenant}|{source}|{group_key}|{seq}".encode()).digest()
    value = int.from_bytes(digest) >> (256 - BITS * (nth + 1)) & ((1 << BITS) - 1)
    return "".join(ALPHABET[value >> shift & 31] for shift in range(BITS - 5, -1, -5))


def entry_marker(tenant: str, entry_id: str, source: str = "local") -> str:
    """The marker of the first timesheet of a local entry that goes to XPM alone."""
    return make_marker(tenant, source, entry_key(entry_id), 1)


def entry_key(entry_id: str) -> str:
    """The group key of a bundle made of one entry."""
    return f"entry:{entry_id}"


#: How the group keys of correcting timesheets begin; see correction_key.
CORRECTION = "correct:"


def correction_key(entry_id: str, content_hash: str, part: str = "") -> str:
    """The group key of a timesheet that corrects an invoiced one up to this content of the entry: one content, one
    correction. `part` tells the two of a move apart: out of the old place, into the new one."""
    return f"{CORRECTION}{entry_id}|{content_hash[:16]}{part}"


def find_markers(note: str) -> list[str]:
    """Markers anywhere in a note, in order, as make_marker writes them; empty when there is none.

    People retype notes and XPM may escape them, so width, case and the letters that look like digits do not count.
    """
    if "~" not in note and "\uff5e" not in note and "&" not in note:
        return []
    plain = unicodedata.normalize("NFKC", html.unescape(note)).casefold()
    found = (text.translate(_LOOKALIKES) for text in _SHAPE.findall(plain))
    return [text.upper() for text in found if _VALID.fullmatch(text)]


def compose_note(text: str, marker: str, limit: int = NOTE_LIMIT) -> ComposedNote:
    """The note to send: the local text without control characters, cut so that ` ~marker` always fits.

    Text that only looks like a marker gets a dot after its tilde, so that it never passes for one of ours. An empty
    `marker` (setting off) leaves the text as it is but for cutting and control characters.
    """
    tail = f" ~{marker}" if marker else ""
    clean = _CONTROL.sub(" ", text).strip()
    plain = _break_lookalikes(clean) if find_markers(clean) else clean
    room = limit - len(tail)
    kept = plain if len(plain) <= room else plain[: room - 1].rstrip() + "…"
    return ComposedNote((kept + tail).strip(), cut=kept != plain, dotted=plain != clean)


def _break_lookalikes(text: str) -> str:
    dotted = re.sub(r"[~\uff5e]", "~.", text)
    # A note that hides its tilde behind an escape is unescaped once, so that the dot lands where it counts.
    return dotted if not find_markers(dotted) else re.sub(r"[~\uff5e]", "~.", html.unescape(text))


def notes_equal(one: str, other: str) -> bool:
    """Whether XPM holds the note we sent; escaping, Unicode form and runs of blanks do not count."""
    return _plain(one) == _plain(other)


def _plain(note: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", html.unescape(note)).split())
