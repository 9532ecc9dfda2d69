"""What people and rules decided of local records. Decisions are only added; the current one is the last that stands.

A decision is read in the order it was written:
linked and excluded take the place of whatever stood before; rejected rules out one pair, and ends a link to that very
record; reopened undoes the decision before it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Engine, Select, func, insert, select

from core.model import Clock, Kind, PersonNeeded, Verdict, utc_text
from core.store.engine import fetch_columns, fetch_rows, read_day, reading, writing
from core.store.events import NewEvent, append_events, hold_log
from core.store.tables import decision

Row = Mapping[str, Any]

_COLUMNS = ["local_id", "verdict", "xpm_id", "score", "why", "by", "at", "valid_from", "valid_to", "id"]
_SCORE_UNITS = 10_000
_ENOUGH_FOR_ALL = 500  # beyond so many local ids one query for the whole kind is the shorter way


@dataclass(frozen=True)
class NewDecision:
    """A decision to add.

    `score` is the proposal's probability, 0 to 1, None when nobody proposed it. `expected_id` is the id of the current
    decision the person had before them (0: the record was open); None skips that check.
    """

    practice: str
    kind: Kind
    local_id: str
    verdict: Verdict
    by: str
    xpm_id: str = ""
    score: float | None = None
    why: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    run: str = ""
    expected_id: int | None = None


@dataclass(frozen=True)
class Decided:
    """What was decided of a kind: linked, local id -> XPM id; rejected, pairs (local id, XPM id); newest, the id of the
    last decision, 0 for none."""

    linked: dict[str, str]
    rejected: set[tuple[str, str]]
    newest: int


class DecisionMovedOn(PersonNeeded):
    """Somebody else decided about the same record since this person looked; `now` is the decision that stands, if any.

    It knows ids only: whoever shows it to a person names the records.
    """

    def __init__(self, kind: str, local_id: str, now: Row | None) -> None:
        self.local_id, self.now = local_id, now
        if now is None:
            what = "it was opened again"
        else:
            partner = f" with {now['xpm_id']}" if now["xpm_id"] else ""
            what = f"{now['by']} decided {now['verdict']}{partner} at {now['at'][:16].replace('T', ' ')} UTC"
        super().__init__(
            f"The {kind} {local_id!r} was decided about meanwhile: {what}. Nothing was saved; look at it again."
        )


@dataclass
class _Record:
    """Where one local record stands after its decisions were read in order."""

    current: Row | None = None
    rejected: set[str] = field(default_factory=set)
    former: tuple[Row | None, set[str], bool] = (None, set(), False)

    def read(self, row: Row) -> None:
        verdict = Verdict(row["verdict"])
        before = (self.current, set(self.rejected), verdict is Verdict.REJECTED)
        _READ[verdict](self, row)
        self.former = before

    def take(self, row: Row) -> None:
        self.current = row
        self.rejected.discard(row["xpm_id"])

    def reject(self, row: Row) -> None:
        self.rejected.add(row["xpm_id"])
        if self.current is not None and self.current["xpm_id"] == row["xpm_id"]:
            self.current = None

    def reopen(self, _row: Row) -> None:
        current, rejected, was_rejection = self.former
        # Undoing a rejection brings back what it ended; undoing a link or an exclusion leaves the record open.
        self.current = current if was_rejection else None
        if was_rejection:
            self.rejected = rejected


_READ: dict[Verdict, Callable[[_Record, Row], None]] = {
    Verdict.LINKED: _Record.take,
    Verdict.EXCLUDED: _Record.take,
    Verdict.REJECTED: _Record.reject,
    Verdict.REOPENED: _Record.reopen,
}


def _read_all(rows: Iterable[Row]) -> dict[str, _Record]:
    records: dict[str, _Record] = defaultdict(_Record)
    for row in rows:
        records[row["local_id"]].read(row)
    return records


class Decisions:
    """Adds and reads decisions of a practice."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def add(self, decisions: Sequence[NewDecision]) -> int:
        """Add decisions and their events, all or none; how many were added.

        Raises DecisionMovedOn when an `expected_id` is no longer the current decision of its record.
        """
        if not decisions:
            return 0
        now = self._clock.now()
        with writing(self._engine) as connection:
            for practice in sorted({new.practice for new in decisions}):
                hold_log(connection, practice)
            standing = _standing_of(connection, decisions)
            _refuse_moved_on(decisions, standing)
            connection.execute(insert(decision), [_row_of(new, utc_text(now)) for new in decisions])
            append_events(connection, [_event_of(new, standing) for new in decisions], now)
        return len(decisions)

    def current(self, practice: str, kind: Kind) -> pd.DataFrame:
        """The link or exclusion of each decided local record; open records are absent.

        Index `local_id`; columns verdict, xpm_id, score (0 to 1, NaN when nobody proposed it), why, by, at (UTC text),
        valid_from and valid_to (datetime64, NaT when open-ended), id.
        """
        return _shape(_pick_standing(*self._read(practice, kind)))

    def verdicts(self, practice: str, kind: Kind) -> pd.DataFrame:
        """Verdict and xpm_id of `current` and nothing else, in a third of the time. Index `local_id`."""
        names = ("local_id", "verdict", "xpm_id", "id")
        rows = _pick_standing(*self._read(practice, kind, names))
        return rows[["local_id", "verdict", "xpm_id"]].astype("str").set_index("local_id")

    def rejected(self, practice: str, kind: Kind) -> set[tuple[str, str]]:
        """The pairs (local id, XPM id) that are not to be proposed again."""
        return _list_rejected(*self._read(practice, kind))

    def decided(self, practice: str, kind: Kind) -> Decided:
        """What holds now, in one read: links, refused pairs, and the newest decision seen."""
        rows, records = self._read(practice, kind)
        many = rows["local_id"].isin(records)
        once = rows[rows["verdict"].eq(Verdict.LINKED) & ~many]
        linked = dict(zip(once["local_id"], once["xpm_id"], strict=True))
        return Decided(
            linked | _list_linked(records), _list_rejected(rows, records), int(rows["id"].max()) if len(rows) else 0
        )

    def decided_after(self, practice: str, kind: Kind, former: Decided) -> Decided:
        """The same as `decided`, from what held before and the decisions since."""
        mine = (decision.c.practice == practice) & (decision.c.kind == str(kind)) & (decision.c.id > former.newest)
        with reading(self._engine) as connection:
            new = connection.execute(select(decision.c.id, decision.c.local_id).where(mine)).all()
        ids = {local_id for _, local_id in new}
        if len(ids) > _ENOUGH_FOR_ALL:
            return self.decided(practice, kind)
        if not new:
            return former
        newest = max(number for number, _ in new)
        rows = self._fetch(_in_order(practice, kind).where(decision.c.local_id.in_(ids), decision.c.id <= newest))
        records = _read_all(rows.to_dict("records"))
        linked = {one: other for one, other in former.linked.items() if one not in ids} | _list_linked(records)
        rejected = {pair for pair in former.rejected if pair[0] not in ids} | _list_rejected(rows, records)
        return Decided(linked, rejected, newest)

    def newest(self, practice: str, kind: Kind) -> int:
        """The id of the last decision of the kind, 0 for none."""
        query = select(func.max(decision.c.id)).where(decision.c.practice == practice, decision.c.kind == str(kind))
        with reading(self._engine) as connection:
            return connection.execute(query).scalar() or 0

    def added_after(self, practice: str, kind: Kind, newest: int) -> set[str]:
        """The local ids that were decided about since this decision."""
        mine = (decision.c.practice == practice) & (decision.c.kind == str(kind)) & (decision.c.id > newest)
        with reading(self._engine) as connection:
            return set(connection.execute(select(decision.c.local_id).where(mine)).scalars())

    def judged(self, practice: str, kind: Kind) -> pd.DataFrame:
        """The pairs that were judged and still stand so: links, and pairs ruled out. Oldest first, a plain 0..n index.

        Columns local_id, xpm_id, same (True for a link), by, at (UTC text), run (a sample's id, say).
        """
        rows, records = self._read(practice, kind)
        links = {record.current["id"] for record in records.values() if record.current is not None}
        once = ~rows["local_id"].isin(records)
        is_link = rows["verdict"].eq(Verdict.LINKED) & (once | rows["id"].isin(links))
        pairs = pd.Series(list(zip(rows["local_id"], rows["xpm_id"], strict=True)), index=rows.index, dtype="object")
        refused = rows["verdict"].eq(Verdict.REJECTED) & pairs.isin(_list_rejected(rows, records))
        refused &= ~pairs[refused].duplicated(keep="last").reindex(rows.index, fill_value=False)
        found = rows[is_link | refused].assign(same=is_link)
        runs = self._list_runs(practice, kind)
        found["run"] = [runs.get(one, "") for one in found["id"]]
        kinds = dict.fromkeys(("local_id", "xpm_id", "by", "at", "run"), "str") | {"same": "bool"}
        return found.astype(kinds)[["local_id", "xpm_id", "same", "by", "at", "run"]].reset_index(drop=True)

    def _list_runs(self, practice: str, kind: Kind) -> dict[int, str]:
        """Decision id -> run, of those that carry one."""
        query = select(decision.c.id, decision.c.run).where(decision.c.practice == practice, decision.c.run != "")
        with reading(self._engine) as connection:
            return {row.id: row.run for row in connection.execute(query.where(decision.c.kind == str(kind)))}

    def made_in(self, practice: str, kind: Kind, run: str) -> set[int]:
        """The ids of the decisions that carry this run."""
        query = select(decision.c.id).where(decision.c.practice == practice, decision.c.kind == str(kind))
        with reading(self._engine) as connection:
            return set(connection.execute(query.where(decision.c.run == run)).scalars())

    def history(self, practice: str, kind: Kind, local_id: str) -> pd.DataFrame:
        """All decisions about one local record, newest first, in the columns of `current`."""
        query = _in_order(practice, kind).where(decision.c.local_id == local_id)
        return _shape(self._fetch(query)[::-1])

    def _read(
        self, practice: str, kind: Kind, names: Sequence[str] = _COLUMNS
    ) -> tuple[pd.DataFrame, dict[str, _Record]]:
        """All decisions in order, and the records decided about more than once: one decision speaks for itself."""
        rows = self._fetch(_in_order(practice, kind), names)
        more = rows[rows["local_id"].duplicated(keep=False)]
        return rows, _read_all(more.to_dict("records"))

    def _fetch(self, query: Select[Any], names: Sequence[str] = _COLUMNS) -> pd.DataFrame:
        days = {name: read_day(self._engine, decision.c[name]) for name in ("valid_from", "valid_to")}
        columns = [days.get(name, decision.c[name]) for name in names]
        with reading(self._engine) as connection:
            cells = fetch_columns(connection, query.with_only_columns(*columns))
        return pd.DataFrame(dict(zip(names, cells, strict=True)), dtype="object")


def _pick_standing(rows: pd.DataFrame, records: Mapping[str, _Record]) -> pd.DataFrame:
    """The rows that hold: a record's only decision when it links or excludes, else what its decisions came to."""
    standing = {record.current["id"] for record in records.values() if record.current is not None}
    taken = rows["verdict"].isin((Verdict.LINKED, Verdict.EXCLUDED)) & ~rows["local_id"].isin(records)
    return rows[taken | rows["id"].isin(standing)]


def _list_linked(records: Mapping[str, _Record]) -> dict[str, str]:
    current = {one: record.current for one, record in records.items() if record.current is not None}
    return {one: row["xpm_id"] for one, row in current.items() if row["verdict"] == Verdict.LINKED}


def _list_rejected(rows: pd.DataFrame, records: Mapping[str, _Record]) -> set[tuple[str, str]]:
    once = rows[rows["verdict"].eq(Verdict.REJECTED) & ~rows["local_id"].isin(records)]
    again = {(local_id, xpm_id) for local_id, record in records.items() for xpm_id in record.rejected}
    return again | set(zip(once["local_id"], once["xpm_id"], strict=True))


def _in_order(practice: str, kind: str) -> Select[Any]:
    mine = (decision.c.practice == practice) & (decision.c.kind == str(kind))
    return select(decision).where(mine).order_by(decision.c.id)


def _standing_of(connection: Connection, decisions: Sequence[NewDecision]) -> dict[tuple[str, str, str], Row | None]:
    """The current decision of each record that is decided about, read inside the transaction."""
    standing: dict[tuple[str, str, str], Row | None] = {}
    for practice, kind in {(new.practice, new.kind) for new in decisions}:
        ids = {new.local_id for new in decisions if (new.practice, new.kind) == (practice, kind)}
        query = _in_order(practice, kind)
        if len(ids) <= _ENOUGH_FOR_ALL:
            query = query.where(decision.c.local_id.in_(ids))
        records = _read_all(fetch_rows(connection, query))
        standing |= {(practice, kind, local_id): records[local_id].current for local_id in ids}
    return standing


def _refuse_moved_on(decisions: Sequence[NewDecision], standing: Mapping[tuple[str, str, str], Row | None]) -> None:
    for new in decisions:
        now = standing[new.practice, new.kind, new.local_id]
        if new.expected_id is not None and new.expected_id != (now["id"] if now else 0):
            raise DecisionMovedOn(new.kind, new.local_id, now)


def _row_of(new: NewDecision, at: str) -> dict[str, Any]:
    return {
        "practice": new.practice,
        "kind": str(new.kind),
        "local_id": new.local_id,
        "verdict": str(new.verdict),
        "xpm_id": new.xpm_id,
        "score": None if new.score is None else round(new.score * _SCORE_UNITS),
        "why": new.why,
        "by": new.by,
        "at": at,
        "valid_from": new.valid_from,
        "valid_to": new.valid_to,
        "run": new.run,
    }


def _event_of(new: NewDecision, standing: Mapping[tuple[str, str, str], Row | None]) -> NewEvent:
    now = standing[new.practice, new.kind, new.local_id]
    before = f"{now['verdict']} {now['xpm_id']}".strip() if now else ""
    after = f"{new.verdict} {new.xpm_id}".strip()
    return NewEvent(new.practice, new.by, new.verdict, new.kind, new.local_id, before, after, new.why, new.run)


def _shape(rows: pd.DataFrame) -> pd.DataFrame:
    kinds = dict.fromkeys(("local_id", "verdict", "xpm_id", "why", "by", "at"), "str")
    kinds |= {"score": "float64", "id": "int64", "valid_from": "datetime64[s]", "valid_to": "datetime64[s]"}
    frame = rows.astype(kinds).set_index("local_id")
    frame["score"] /= _SCORE_UNITS
    return frame
