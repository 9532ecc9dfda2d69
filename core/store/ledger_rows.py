"""What the ledger holds, as values, and every way to read it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

import pandas as pd
from sqlalchemy import ColumnElement, Engine, Select, SelectBase, case, func, select

from core.store.corrections import KEY, fold_corrections
from core.store.engine import fetch_columns, read_day, reading
from core.store.tables import attempt, attempt_outcome, bundle, bundle_entry, bundle_event, hold_choice

_CHUNK = 400
_FRAME = ["id", "state", "reason", "content_hash", "remote_uuid", "minutes", "date", "job", "task_id", "staff_id"]
_FRAME += ["marker", "xpm_words", "by_hand", "group_key", "run", "seq", "attempts", "invoiced", "desired"]
_FRAME_TEXT = ["entry_id", "bundle_id", "state", "reason", "content_hash", "remote_uuid", "job", "task_id", "staff_id"]
_FRAME_TEXT += ["marker", "xpm_words", "group_key", "run", "desired"]

#: Which of an entry's bundles speaks for it: none that was taken back, unless it arrived after that.
_RANK = case((bundle.c.state == "retracted", 0), (bundle.c.reason == "landed_late", 2), else_=1)


@dataclass(frozen=True)
class Bundle:
    """One row of the ledger: what becomes one XPM timesheet. `remote_uuid` is empty while XPM gave none."""

    id: str
    practice: str
    tenant: str
    group_key: str
    seq: int
    marker: str
    state: str
    reason: str
    job: str
    task_id: str
    staff_id: str
    date: date
    minutes: int
    start: str
    end: str
    note_sent: str
    content_hash: str
    remote_uuid: str
    last_seen: str
    last_seen_at: str
    xpm_words: str
    attempts: int
    absences: int
    run: str
    epoch: int
    by_hand: bool
    desired: str
    created_run: str
    invoiced: bool


class Member(Protocol):
    """One entry of a bundle: its own minutes, its share of those sent, and its content when it was sealed."""

    @property
    def minutes(self) -> int: ...
    @property
    def sent_minutes(self) -> int: ...
    @property
    def content_hash(self) -> str: ...


@dataclass(frozen=True)
class HeldMember:
    """A Member as the ledger holds it."""

    minutes: int
    sent_minutes: int
    content_hash: str


@dataclass(frozen=True)
class Attempt:
    """One request. `outcome` is empty while none is recorded; `seen_before` are UUIDs listed right before the send."""

    id: str
    bundle: str
    n: int
    op: str
    epoch: int
    worker: str
    created_at: str
    deadline: str
    request_hash: str
    run: str
    seen_before: frozenset[str]
    outcome: str
    ended_at: str


class Move(Protocol):
    """One change of state to make. `values` are further columns of the bundle that change with it."""

    @property
    def bundle(self) -> str: ...
    @property
    def from_state(self) -> str: ...
    @property
    def to_state(self) -> str: ...
    @property
    def why(self) -> str: ...
    @property
    def values(self) -> Mapping[str, Any]: ...
    @property
    def epoch(self) -> int | None: ...


class LedgerReader:
    """Reads of the ledger; each is one consistent picture."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def frame(
        self,
        practice: str,
        *,
        start: date | None = None,
        end: date | None = None,
        only: SelectBase | None = None,
    ) -> pd.DataFrame:
        """The newest bundle of each local entry; one that was taken back only where there is no other.

        Index entry id, unique; the group key where no entry is known, and for corrections, which are folded into the
        row of their entry.

        Columns: bundle_id, state, reason, content_hash (the entry's own when it was sealed), remote_uuid (empty when
        none), minutes (the entry's share of the timesheet), date, job, task_id, staff_id, marker, xpm_words, by_hand,
        group_key, run, seq, attempts, invoiced, desired, sheet_minutes (of the whole timesheet), sealed_minutes (the
        entry's own when it was sealed). `start` and `end` are work dates, both included. `only`: a query that gives the
        ids of the practice's bundles to read.
        """
        entry = case(
            (bundle.c.group_key.startswith(KEY), bundle.c.group_key),
            else_=func.coalesce(bundle_entry.c.entry_id, bundle.c.group_key),
        )
        raw = {"date": read_day(self._engine, bundle.c.date), "remote_uuid": func.coalesce(bundle.c.remote_uuid, "")}
        raw |= {"content_hash": func.coalesce(bundle_entry.c.content_hash, bundle.c.content_hash)}
        raw |= {"minutes": func.coalesce(bundle_entry.c.sent_minutes, bundle.c.minutes)}
        more = [bundle.c.minutes, func.coalesce(bundle_entry.c.minutes, bundle.c.minutes)]
        query = (
            select(entry, *(raw.get(name, bundle.c[name]) for name in _FRAME), *more)
            .select_from(bundle.outerjoin(bundle_entry, bundle.c.id == bundle_entry.c.bundle))
            .order_by(_RANK, bundle.c.seq)
        )
        # Named beside the ids, the practice would make SQLite walk through its whole ledger.
        query = query.where(bundle.c.practice == practice if only is None else bundle.c.id.in_(only))
        if start is not None:
            query = query.where(bundle.c.date >= start)
        if end is not None:
            query = query.where(bundle.c.date <= end)
        with reading(self._engine) as connection:
            columns = fetch_columns(connection, query)
        names = ["entry_id", "bundle_id", *_FRAME[1:], "sheet_minutes", "sealed_minutes"]
        frame = pd.DataFrame(dict(zip(names, columns, strict=True))).astype(dict.fromkeys(_FRAME_TEXT, "str"))
        whole = dict.fromkeys(("minutes", "seq", "attempts", "sheet_minutes", "sealed_minutes"), "int64")
        frame = frame.astype({"date": "datetime64[s]", "by_hand": "bool", "invoiced": "bool", **whole})
        return fold_corrections(frame.drop_duplicates("entry_id", keep="last").set_index("entry_id"))

    def find(
        self,
        practice: str,
        *,
        states: Sequence[str] = (),
        run: str = "",
        start: date | None = None,
        end: date | None = None,
    ) -> list[Bundle]:
        """Bundles by state, run and work date (both ends included), by date and group key; all when nothing is said."""
        query = select(bundle).where(bundle.c.practice == practice)
        if states:
            query = query.where(bundle.c.state.in_(states))
        if run:
            query = query.where(bundle.c.run == run)
        if start is not None:
            query = query.where(bundle.c.date >= start)
        if end is not None:
            query = query.where(bundle.c.date <= end)
        return self._bundles(query.order_by(bundle.c.date, bundle.c.group_key, bundle.c.seq))

    def find_by(self, practice: str, column: str, values: Iterable[str]) -> list[Bundle]:
        """Bundles whose id, marker, remote_uuid or group_key is among `values`; order unspecified."""
        wanted = {value for value in values if value}
        found: list[Bundle] = []
        for part in _parts(wanted):
            found += self._bundles(select(bundle).where(bundle.c.practice == practice, bundle.c[column].in_(part)))
        return found

    def last_attempts(self, bundle_ids: Iterable[str]) -> dict[str, Attempt]:
        """The newest attempt of each bundle, by bundle id; a bundle never tried is absent."""
        return {bundle_id: found[-1] for bundle_id, found in self.attempts_of(bundle_ids).items()}

    def attempts_of(self, bundle_ids: Iterable[str]) -> dict[str, list[Attempt]]:
        """All attempts of each bundle, oldest first, by bundle id; a bundle never tried is absent."""
        found: dict[str, list[Attempt]] = {}
        for part in _parts(set(bundle_ids)):
            query = (
                select(attempt, attempt_outcome.c.outcome, attempt_outcome.c.at.label("ended_at"))
                .outerjoin(attempt_outcome, attempt_outcome.c.attempt == attempt.c.id)
                .where(attempt.c.bundle.in_(part))
                .order_by(attempt.c.n)
            )
            with reading(self._engine) as connection:
                for row in connection.execute(query).mappings():
                    found.setdefault(row["bundle"], []).append(_read_attempt(dict(row)))
        return found

    def bundles_of(self, practice: str, entry_ids: Iterable[str]) -> dict[str, list[Bundle]]:
        """The bundles each entry is a member of, oldest first, by entry id; entries in none are absent."""
        found: dict[str, list[Bundle]] = {}
        for part in _parts(set(entry_ids)):
            query = (
                select(bundle, bundle_entry.c.entry_id)
                .join(bundle_entry, bundle_entry.c.bundle == bundle.c.id)
                .where(bundle_entry.c.practice == practice, bundle_entry.c.entry_id.in_(part))
                .order_by(bundle.c.group_key, bundle.c.seq)
            )
            with reading(self._engine) as connection:
                for row in connection.execute(query).mappings():
                    values = dict(row)
                    found.setdefault(values.pop("entry_id"), []).append(_read_bundle(values))
        return found

    def known_attempts(self, practice: str, ids: Iterable[str]) -> set[str]:
        """Which of these attempt ids the ledger has."""
        known: set[str] = set()
        with reading(self._engine) as connection:
            for part in _parts(set(ids)):
                query = select(attempt.c.id).where(attempt.c.practice == practice, attempt.c.id.in_(part))
                known |= set(connection.execute(query).scalars())
        return known

    def count_attempts(self, practice: str) -> int:
        """How many requests the practice ever made ready to send."""
        with reading(self._engine) as connection:
            return int(connection.execute(select(func.count()).where(attempt.c.practice == practice)).scalar_one())

    def entries_of(self, bundle_ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """The entry ids of each bundle."""
        members: dict[str, list[str]] = {}
        with reading(self._engine) as connection:
            for part in _parts(set(bundle_ids)):
                query = select(bundle_entry.c.bundle, bundle_entry.c.entry_id).where(bundle_entry.c.bundle.in_(part))
                for owner, entry_id in connection.execute(query.order_by(bundle_entry.c.entry_id)):
                    members.setdefault(owner, []).append(entry_id)
        return {owner: tuple(entry_ids) for owner, entry_ids in members.items()}

    def members_of(self, bundle_ids: Iterable[str]) -> dict[str, dict[str, HeldMember]]:
        """The entries of each bundle by entry id, in the order of their ids; bundles without an entry are absent."""
        names = ("bundle", "entry_id", "minutes", "sent_minutes", "content_hash")
        members: dict[str, dict[str, HeldMember]] = {}
        with reading(self._engine) as connection:
            for part in _parts(set(bundle_ids)):
                query = select(*(bundle_entry.c[name] for name in names)).where(bundle_entry.c.bundle.in_(part))
                for owner, entry_id, *values in connection.execute(query.order_by(bundle_entry.c.entry_id)):
                    members.setdefault(owner, {})[entry_id] = HeldMember(*values)
        return members

    def count_states(self, practice: str, run: str = "") -> dict[str, int]:
        """Bundles by state, of one run or of all."""
        query = select(bundle.c.state, func.count()).where(bundle.c.practice == practice)
        query = query.where(bundle.c.run == run) if run else query
        with reading(self._engine) as connection:
            rows = connection.execute(query.group_by(bundle.c.state)).all()
        return {str(state): int(count) for state, count in rows}

    def history(self, practice: str, bundle_id: str) -> pd.DataFrame:
        """The events of one bundle, oldest first: at, actor, from_state, to_state, why, run."""
        query = select(bundle_event).where(bundle_event.c.practice == practice, bundle_event.c.bundle == bundle_id)
        with reading(self._engine) as connection:
            frame = pd.read_sql(query.order_by(bundle_event.c.id), connection, index_col="id")
        return frame[["at", "actor", "from_state", "to_state", "why", "run"]]

    def last_moment(self, practice: str) -> str:
        """The instant of the newest event, as UTC text; empty when there is none."""
        newest = select(bundle_event.c.at).where(bundle_event.c.practice == practice)
        with reading(self._engine) as connection:
            return connection.execute(newest.order_by(bundle_event.c.id.desc()).limit(1)).scalar() or ""

    def _bundles(self, query: Select[Any]) -> list[Bundle]:
        with reading(self._engine) as connection:
            return [_read_bundle(dict(row)) for row in connection.execute(query).mappings()]

    def choices(self, practice: str, *, within: ColumnElement[bool] | None = None) -> pd.DataFrame:
        """What people said last of an entry: choice, xpm_time_id, why, by, at. Index entry id; not where taken back.

        `late_ok`: whether somebody let it through the period guard; that stands beside the choice, which is empty text
        when nothing else was said. `within`: a condition on hold_choice that narrows what is looked at.
        """
        columns = (hold_choice.c[name] for name in ("entry_id", "choice", "xpm_time_id", "why", "by", "at"))
        query = select(*columns).where(hold_choice.c.practice == practice).order_by(hold_choice.c.id)
        if within is not None:
            query = query.where(within)
        with reading(self._engine) as connection:
            frame = pd.read_sql(query, connection)
        return _read_choices(frame)


def _read_choices(said: pd.DataFrame) -> pd.DataFrame:
    """The last word on each entry, from everything said, oldest first; being let through late is a word of its own."""
    late = said["choice"].eq("late_ok")
    said = said.assign(late_ok=late, choice=said["choice"].where(~late, ""))
    taken_back = said["choice"].eq("include").groupby(said["entry_id"]).cumsum()
    last = said[taken_back.eq(taken_back.groupby(said["entry_id"]).transform("max")) & said["choice"].ne("include")]
    known = last.assign(rank=last["choice"].ne("")).sort_values("rank", kind="stable")
    newest = known.drop_duplicates("entry_id", keep="last").drop(columns="rank").set_index("entry_id")
    return newest.assign(late_ok=last.groupby("entry_id")["late_ok"].any().reindex(newest.index))


def _read_bundle(row: Mapping[str, Any]) -> Bundle:
    return Bundle(**{**row, "remote_uuid": row["remote_uuid"] or "", "last_seen_at": row["last_seen_at"] or ""})


def _read_attempt(row: Mapping[str, Any]) -> Attempt:
    values = {name: value for name, value in row.items() if name != "practice"}
    values |= {"seen_before": frozenset(json.loads(row["seen_before"])), "outcome": row["outcome"] or ""}
    return Attempt(**values | {"ended_at": row["ended_at"] or ""})


def _parts(values: set[str]) -> Iterator[list[str]]:
    """The values in order, in portions that fit into one statement."""
    ordered = sorted(values)
    return (ordered[at : at + _CHUNK] for at in range(0, len(ordered), _CHUNK))
