"""Signed tie-outs: who signed which period, when, over what, each sealed with the practice's signature before it.

Changing, removing or inserting a signature breaks the seal of the next one, and each names the newest event of the
activity log at its moment, so that the log cannot lose its end unseen either.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Engine, insert, select

from core.model import Clock, utc_text
from core.store.engine import fetch_rows, reading, writing
from core.store.events import NewEvent, append_events, hold_log
from core.store.tables import event, signature


@dataclass(frozen=True)
class Signature:
    """One signature. `content` is what was signed, as it was handed in, with `log`, the hash of the newest event then.

    `at` is UTC text. `hash` seals everything here and `former_hash`, the practice's signature before it.
    """

    id: int
    practice: str
    start: date
    end: date
    content: dict[str, Any]
    note: str
    by: str
    at: str
    former_hash: str
    hash: str


class Signatures:
    """Signs, and reads what was signed."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def add(
        self, practice: str, start: date, end: date, content: Mapping[str, Any], *, by: str, note: str = ""
    ) -> Signature:
        """Sign a period, and log it, in one transaction. Whether it may be signed is the caller's to know."""
        now = self._clock.now()
        with writing(self._engine) as connection:
            hold_log(connection, practice)
            text = _write({**content, "log": _newest(connection, event, practice)})
            row: dict[str, Any] = {"practice": practice, "start": start, "end": end, "content": text, "note": note}
            row |= {"by": by, "at": utc_text(now), "former_hash": _newest(connection, signature, practice)}
            row["hash"] = _seal(row)
            number = connection.execute(insert(signature).values(**row)).inserted_primary_key
            period = f"{start} to {end}"
            append_events(connection, [NewEvent(practice, by, "signed", "tie-out", period, "", row["hash"], note)], now)
        return _read({**row, "id": number[0] if number else 0})

    def list(self, practice: str) -> Sequence[Signature]:
        """All signatures of a practice, the newest first."""
        query = select(signature).where(signature.c.practice == practice).order_by(signature.c.id.desc())
        with reading(self._engine) as connection:
            return [_read(row) for row in fetch_rows(connection, query)]

    def find_altered(self, practice: str) -> int | None:
        """The id of the first signature that was altered, or that follows a removed one; None when all are as made."""
        query = select(signature).where(signature.c.practice == practice).order_by(signature.c.id)
        with reading(self._engine) as connection:
            rows = fetch_rows(connection, query)
        former = ""
        for row in rows:
            if row["former_hash"] != former or row["hash"] != _seal(row):
                return int(row["id"])
            former = row["hash"]
        return None


def _newest(connection: Connection, table: Any, practice: str) -> str:
    newest = select(table.c.hash).where(table.c.practice == practice).order_by(table.c.id.desc()).limit(1)
    return connection.execute(newest).scalar() or ""


def _seal(row: Mapping[str, Any]) -> str:
    """The sha256 of a signature and of the hash before it; the id is left out because the database gives it."""
    names = ("former_hash", "practice", "start", "end", "content", "note", "by", "at")
    words = json.dumps([str(row[name]) for name in names], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(words.encode()).hexdigest()


def _write(content: Mapping[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _read(row: Mapping[str, Any]) -> Signature:
    values = {name: row[name] for name in ("id", "practice", "start", "end", "note", "by", "at", "former_hash", "hash")}
    return Signature(content=json.loads(row["content"]), **values)
