"""A desk to push from: a real ledger and journal, a fake XPM, a clock that moves only when told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy import Engine

from core.push.book import Book
from core.push.journal import JournalFile
from core.push.ports import Current, Seams
from core.push.queue import read_wanted
from core.push.run import PushJob, PushResult, run_push
from core.push.settings import PushSettings
from core.store.ledger import LedgerTable
from tests.fakes import FakeClock, counting_ids
from tests.push.fake_xpm import FakeXpm, Life

DAY = pd.Timestamp("2026-11-18")
START = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


@dataclass(frozen=True)
class FakeMeter:
    day_left: int = 5000
    reserve: int = 200
    day_used: int = 0
    paused_until: datetime | None = None


def entry_rows(count: int = 3, **changes: Any) -> pd.DataFrame:
    """Ready entries e1, e2... of one person and day, of 10, 20... minutes."""
    rows = {
        f"e{n}": {"job": "J1", "job_task_id": "JT1", "xpm_staff_id": "S1", "date": DAY, "minutes": 10 * n}
        | {"note": f"Work {n}", "start": "", "end": "", "content_hash": f"h{n}", "day_minutes": 24 * 60}
        | changes
        for n in range(1, count + 1)
    }
    columns = ["job", "job_task_id", "xpm_staff_id", "date", "minutes", "note", "start", "end", "content_hash"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=[*columns, "day_minutes"])


@dataclass
class Desk:
    engine: Engine
    folder: Path
    xpm: FakeXpm = field(default_factory=FakeXpm)
    clock: FakeClock = field(default_factory=lambda: FakeClock(START))
    settings: PushSettings = field(default_factory=PushSettings)
    day_calls: int = 5000
    owner: str = "w1"
    new_id: Callable[[], str] = field(default_factory=counting_ids)

    def __post_init__(self) -> None:
        self.ledger = LedgerTable(self.engine, self.clock, self.new_id)
        self.journal = JournalFile(self.folder / "push.journal", self.clock)
        self.book = Book(self.ledger, "demo", "T1")

    def seams(self, life: Life | None = None) -> Seams:
        wrap = (life or Life()).wrap
        return Seams(wrap(self.xpm), wrap(self.ledger), wrap(self.journal), self.clock, self.read_meter)

    def read_meter(self) -> FakeMeter:
        xpm = self.xpm
        return FakeMeter(self.day_calls - xpm.adds - xpm.lists - xpm.gets - xpm.changes)

    def job(self, run: str = "r1") -> PushJob:
        return PushJob("demo", "T1", run, "Kim", self.owner, settings=self.settings)

    def push(
        self, rows: pd.DataFrame | None = None, run: str = "r1", life: Life | None = None, **how: Any
    ) -> PushResult:
        wanted = read_wanted(entry_rows() if rows is None else rows)
        return run_push(self.job(run), wanted, self.seams(life), **how)

    def push_until_calm(self, rows: pd.DataFrame | None = None, run: str = "r1") -> PushResult:
        """Push again at each time the run says, as the worker does."""
        for _ in range(12):
            result = self.push(rows, run)
            if result.resume_at is None:
                return result
            self.clock.advance(max((result.resume_at - self.clock.now()).total_seconds(), 1.0))
        raise AssertionError(f"never calm: {result}")

    def states(self) -> dict[str, str]:
        return dict(self.ledger.frame("demo")["state"])

    def sent_minutes(self) -> list[int]:
        """What XPM holds, sorted: 10, 20, 30 when each of three entries is there once."""
        return sorted(sheet.minutes for sheet in self.xpm.sheets.values())

    def reason(self, entry_id: str = "e1") -> str:
        return str(self.ledger.frame("demo").loc[entry_id, "reason"])

    def today(self) -> date:
        return self.clock.now().date()


def read_ready(rows: pd.DataFrame) -> Current:
    """What the ready ones of these standings want."""
    ready = read_wanted(rows[rows["standing"].eq("ready")])
    return Current({want.group_key: want for want in ready})
