"""Both sides' data: loading the local source, syncing XPM, and how old and how whole each is."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd

from core.local.columns import ColumnsRefused
from core.local.config import TABLES, SourceConfig, known_columns
from core.local.folder import find_tables
from core.local.guard import check_shrink
from core.local.load import LocalLoad, load_source
from core.local.peek import Peek, peek_source
from core.local.presets import PRESETS, configure_preset
from core.local.survey import Survey, survey_folder
from core.local.table import FileAsks, FileRefused
from core.local.timer import FILE as TIMER_FILE
from core.local.timer import make_actual_times, refuse_timer_ids
from core.model import LOCAL_FRAMES, TieoutError
from core.store import Changes
from core.store.timers import PART as CAPTURED
from core.xpm.records import TimeRecord
from core.xpm.snapshot import Snapshot
from core.xpm.sync import SyncReport, sync_practice
from core.xpm.sync_times import list_months, month_part, read_month

if TYPE_CHECKING:
    from core.workspace import Workspace

__all__ = [
    "PRESETS",
    "TABLES",
    "ColumnsRefused",
    "FileAsks",
    "FileRefused",
    "LoadReport",
    "LocalLoad",
    "NoLocalSource",
    "Peek",
    "Sides",
    "Survey",
    "configure_preset",
]

Progress = Callable[[str, int, int], None]

#: How the questions about a smaller answer end, on either side.
_SIZE_QUESTIONS = ("accept the smaller tables.", "accept the shorter list.")

#: How far back XPM's time is read when there is no local time to ask about.
_DAYS_BACK = 92
#: Time may be dated ahead, for example leave.
_DAYS_AHEAD = 31
_OLDEST_DAYS = 400


class NoLocalSource(TieoutError):
    """The practice has no local side yet."""

    def __init__(self, practice: str) -> None:
        super().__init__(
            f"The practice {practice!r} has no local source yet. Choose its folder or database on Connection."
        )


@dataclass(frozen=True)
class LoadReport:
    """What a load changed, by table, and what the source had to say."""

    changes: dict[str, Changes]
    notes: list[str]
    warnings: list[str]
    problems: int


class Sides:
    """The two sides of one practice."""

    def __init__(self, workspace: Workspace) -> None:
        self._ws = workspace

    def read_local(self, source: Mapping[str, Any] | None = None) -> LocalLoad:
        """Read the local source without keeping anything: the preview of a load. Raises what the source raises.

        source: another source than the practice's own, as its settings would hold it.
        """
        practice = self._ws.practice
        wanted = source or practice.settings.local
        if not wanted:
            raise NoLocalSource(practice.id)
        config = SourceConfig.from_dict(wanted, base=self._ws.settings.data_dir)
        former = {name: self._ws.local(name) for name in ("actual_times",)}
        load = load_source(config, zone=practice.zone, today=self._ws.today, previous=former)
        refuse_timer_ids(load.frames["actual_times"])
        return load

    def find_tables(self, source: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
        """The tables of a source as its settings hold them; those found by their files' names when none is declared."""
        config = SourceConfig.from_dict(source, base=self._ws.settings.data_dir)
        tables: dict[str, dict[str, Any]] = find_tables(config).to_dict()["tables"]
        return tables

    def survey(self, source: Mapping[str, Any]) -> Survey:
        """What the folder of a source holds, and which file is offered for which table. Raises what opening it does."""
        return survey_folder(SourceConfig.from_dict(source, base=self._ws.settings.data_dir))

    def peek(self, source: Mapping[str, Any]) -> list[Peek]:
        """Every file of a source as it stands: its first rows, and which header was taken for which column.

        Raises what reading the files raises, but nothing about columns: a Peek says what was refused.
        """
        return peek_source(SourceConfig.from_dict(source, base=self._ws.settings.data_dir))

    def columns(self, table: str) -> tuple[str, ...]:
        """Our names of all columns a file may fill for this table, `id` first."""
        return known_columns(table)

    def set_local(self, source: Mapping[str, Any]) -> None:
        """Make this the practice's local source, and log it; the next load reads it. Raises what reading it raises."""
        self.read_local(source)
        practice = self._ws.practice
        self._ws.store.practices.save_settings(practice.id, practice.settings.with_values(local=dict(source)))
        where = "a database" if source.get("type") == "sql" else str(source.get("path"))
        self._ws.store.events.add(practice.id, self._ws.actor, "set", "local side", "", after=where)

    def load_local(self, *, accept_shrink: bool = False) -> LoadReport:
        """Read the local source and keep it, whole or not at all; loading the same again changes nothing.

        Time captured with the Timer stays beside it, by the tasks as they are now.
        Raises LocalShrunk when a table vanished or lost most of its rows, unless that is accepted.
        """
        load = self.read_local()
        check_shrink(self._rows_before(), load, accept_shrink=accept_shrink)
        frames, practice_id = self._ws.store.frames, self._ws.practice_id
        changes = {}
        for name in LOCAL_FRAMES:
            keep = TIMER_FILE if name == "actual_times" else ""
            changes[name] = frames.write("local", name, practice_id, load.frames[name], keep_file=keep)
        self._ws.store.timers.rebuild(practice_id, partial(make_actual_times, tasks=load.frames["tasks"]))
        for table in TABLES:
            frames.mark_part(practice_id, "local", table, True, load.counts[table], load.sources_hash)
        self._log_load(changes)
        return LoadReport(changes, load.notes, load.warnings, len(load.frames["problems"]))

    def sync(
        self,
        on_progress: Progress = lambda _part, _done, _total: None,
        *,
        accept_shrink: Collection[str] = (),
        fresh_since: datetime | None = None,
    ) -> SyncReport:
        """Read XPM as far as it changed; parts that could not be read whole keep their last whole state.

        accept_shrink: parts whose smaller answer a person accepted. fresh_since: parts read whole since then are not
        read again, which is how a sync that was cut off goes on. Raises what stops a whole sync: limits, a lost
        sign-in or right, a dead network.
        """
        client = self._ws.connection.client()
        report = sync_practice(
            client,
            self._ws.store.frames,
            self._ws.practice_id,
            window=self.window(),
            on_progress=on_progress,
            accept_shrink=accept_shrink,
            fresh_since=fresh_since,
        )
        self._ws.weblinks.learn(client)
        return replace(report, calls=client.calls)

    def refresh_times(self, start: date, end: date) -> int:
        """Read the months of these dates from XPM again; returns the number of calls.

        A month that cannot be read keeps its former rows and is marked as not whole before the reason is raised.
        """
        client = self._ws.connection.client()
        snapshot = Snapshot(self._ws.store.frames, self._ws.practice_id)
        seen: dict[str, TimeRecord] = {}
        for month in reversed(list_months(start, end)):
            try:
                read_month(client, snapshot, month, seen)
            except TieoutError as error:
                snapshot.mark_broken(month_part(month), str(error))
                raise
        return client.calls

    def window(self) -> tuple[date, date]:
        """The dates that time is compared over: from the first local entry, at most 400 days back."""
        today = self._ws.today
        dates = self._ws.local("actual_times")["date"].dropna()
        first = dates.min().date() if len(dates) else today - timedelta(days=_DAYS_BACK)
        return max(first, today - timedelta(days=_OLDEST_DAYS)), today + timedelta(days=_DAYS_AHEAD)

    def parts(self) -> pd.DataFrame:
        """Every part of both sides that is read: index side and part, columns complete, rows, read_at, error."""
        frames = {side: self._ws.store.frames.parts(self._ws.practice_id, side) for side in ("local", "xpm")}
        frames["local"] = frames["local"].drop(CAPTURED, errors="ignore")
        return pd.concat(frames, names=["side"])[["complete", "rows", "read_at", "error"]]

    def asked_about_size(self, words: str) -> list[str] | None:
        """The XPM parts questioned for being shorter than before, when that is what `words` of a run ask; else None.

        Empty when only the local side is questioned.
        """
        if not any(question in words for question in _SIZE_QUESTIONS):
            return None
        parts = self.parts().loc[lambda rows: rows["error"].str.endswith(_SIZE_QUESTIONS)].reset_index()
        return [str(part) for part in parts.loc[parts["side"].eq("xpm"), "part"]]

    def is_complete(self) -> bool:
        """Whether both sides have been read, and every part of them whole."""
        parts = self.parts()
        sides = set(parts.index.get_level_values("side"))
        return sides == {"local", "xpm"} and bool(parts["complete"].all())

    def _rows_before(self) -> dict[str, int]:
        parts = self._ws.store.frames.parts(self._ws.practice_id, "local")
        return {str(name): int(rows) for name, rows in parts["rows"].items()}

    def _log_load(self, changes: dict[str, Changes]) -> None:
        moved = {name: c for name, c in changes.items() if c.new or c.changed or c.vanished}
        if moved:
            after = "; ".join(f"{n}: {c.new} new, {c.changed} changed, {c.vanished} gone" for n, c in moved.items())
            self._ws.store.events.add(self._ws.practice_id, self._ws.actor, "loaded", "local side", "", after=after)
