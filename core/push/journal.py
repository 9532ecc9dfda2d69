"""The journal: a text file beside the database, one JSON line per intent and outcome, on the disk before the send.

A database can be restored from a backup and then knows nothing of what was sent since. The journal is not part of that
backup, so a start that finds an intent here which the ledger lacks knows that the ledger went back in time.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from core.model import Clock, OutsideFailed, utc_text
from core.push.ports import Former, Intent

START = "start"
INTENT = "intent"
OUTCOME = "outcome"
#: XPM was read again after a restore: intents before this line are settled.
ACCEPTED = "accepted"
#: A person let pushing go on after a halt.
LIFTED = "lifted"


class JournalFailed(OutsideFailed):
    """The journal cannot be written; without it nothing is sent."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"The push journal {path.name} cannot be written: {why}. Nothing was sent. Check the disk.")


class JournalFile:
    """The journal of all practices of one installation. Safe with several processes: each line is one write."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path = path
        self._clock = clock

    def add(self, practice: str, kind: str, facts: Mapping[str, Any]) -> None:
        """Write one line and wait until it is on the disk."""
        line = json.dumps({"at": utc_text(self._clock.now()), "practice": practice, "kind": kind, **facts})
        try:
            descriptor = os.open(self._path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                whole = _append(descriptor, f"{line}\n".encode())
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        except OSError as error:
            raise JournalFailed(self._path, error.strerror or "the system refused") from error
        if not whole:
            raise JournalFailed(self._path, "only a part of the line was taken")

    def read_since_accepted(self, practice: str) -> Former:
        """What the practice did since XPM was last read again after a restore, or ever."""
        intents: dict[str, Intent] = {}
        epoch, has_lines = 0, False
        for line in self.lines(practice):
            has_lines = True
            if line.get("kind") == ACCEPTED:
                intents, epoch = {}, 0
            elif line.get("kind") == START:
                epoch = max(epoch, int(line.get("epoch", 0)))
            elif line.get("kind") == INTENT:
                intents[str(line.get("attempt", ""))] = _read_intent(line)
        return Former(intents, epoch, has_lines)

    def lines(self, practice: str) -> Iterator[dict[str, Any]]:
        """The practice's lines, oldest first. A line cut by a power failure is passed over: no send followed it."""
        named = f'"practice": {json.dumps(practice)}'
        try:
            with self._path.open(encoding="utf-8", errors="replace") as lines:
                for line in lines:
                    parsed = _parse(line) if named in line else None
                    if parsed is not None and parsed.get("practice") == practice:
                        yield parsed
        except FileNotFoundError:
            return


def _read_intent(line: Mapping[str, Any]) -> Intent:
    day = str(line.get("date", ""))
    return Intent(str(line.get("staff", "")), date.fromisoformat(day) if day else None, str(line.get("deadline", "")))


def _append(descriptor: int, line: bytes) -> bool:
    """Write the line, on a line of its own even after one that was cut off; False when it was not taken whole."""
    is_cut = False
    if os.lseek(descriptor, 0, os.SEEK_END):
        os.lseek(descriptor, -1, os.SEEK_END)
        is_cut = os.read(descriptor, 1) != b"\n"
    text = b"\n" + line if is_cut else line
    return os.write(descriptor, text) == len(text)


def _parse(line: str) -> dict[str, Any] | None:
    try:
        parsed = json.loads(line)
    except ValueError:
        return None
    return parsed if isinstance(parsed, dict) else None
