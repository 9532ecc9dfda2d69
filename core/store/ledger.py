"""The ledger: what was sent to XPM, attempt by attempt, and what XPM is known to hold of it.

Only SQL lives here; which moves are legal and what they mean is decided where the push is. Each method is one
transaction. A change of state names the state it starts from and does nothing when the bundle has moved on meanwhile,
and its event is written in the same transaction. Refusals that can happen in normal work come back as text.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, case, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from core.model import Clock, TieoutError, utc_text
from core.store.engine import writing
from core.store.events import NewEvent, append_events
from core.store.ledger_rows import Attempt, Bundle, LedgerReader, Member, Move
from core.store.push_lease import DONE, LEASE_LOST, PushLease, judge_lease
from core.store.push_recovery import PushRecovery
from core.store.tables import attempt, attempt_outcome, bundle, bundle_entry, bundle_event, hold_choice

__all__ = ["DONE", "LEASE_LOST", "MOVED_ON", "UUID_TAKEN", "Attempt", "Bundle", "LedgerTable", "Move"]

#: Further refusals of a change.
MOVED_ON = "moved on"
UUID_TAKEN = "uuid taken"


#: States in which a timesheet of ours may be given a change to come: XPM holds it, and no request for it is open.
_CHANGEABLE = ("posted", "confirmed", "drifted", "needs_person", "held")


class LedgerConflict(TieoutError):
    """Two bundles claim one group, marker or timesheet; pushing is halted."""

    def __init__(self, practice: str, what: str) -> None:
        super().__init__(
            f"Two bundles of practice {practice!r} claim the same {what}. Pushing is halted and nothing was sent. "
            "Look at the activity log before anybody lifts the halt."
        )


@dataclass(frozen=True)
class _Intent:
    """The move of a durable intent."""

    bundle: str
    values: Mapping[str, Any]
    from_state: str
    op: str
    why: str
    epoch: int | None

    @property
    def to_state(self) -> str:
        return "sending" if self.op == "add" else "changing"


class LedgerTable(LedgerReader, PushLease, PushRecovery):
    """The ledger of every practice: what LedgerReader reads, PushLease guards, and the changes below."""

    def __init__(self, engine: Engine, clock: Clock, new_id: Callable[[], str]) -> None:
        LedgerReader.__init__(self, engine)
        PushLease.__init__(self, engine, clock)
        PushRecovery.__init__(self, engine, clock)
        self._new_id = new_id

    def add_bundles(self, practice: str, rows: Sequence[Mapping[str, Any]], *, actor: str, why: str) -> list[str]:
        """Add bundles with their entries and first events; gives the new ids in order.

        Each row holds the columns of a bundle but id and practice, and `entries`: entry id -> Member. When a group
        key, marker or UUID is taken, nothing is added, pushing is halted and LedgerConflict is raised: callers have
        looked before.
        """
        made = [{**row, "id": self._new_id(), "practice": practice} for row in rows]
        with self._guarded(practice, actor) as connection:
            self._add(connection, practice, made, actor, why)
        return [row["id"] for row in made]

    @contextmanager
    def _guarded(self, practice: str, actor: str) -> Iterator[Connection]:
        """A write transaction in which a claim on somebody else's group, marker or UUID halts pushing."""
        try:
            with writing(self._engine) as connection:
                yield connection
        except IntegrityError as error:
            what = next((name for name in ("marker", "remote_uuid") if name in str(error.orig)), "group key")
            self.halt(practice, f"two bundles claim one {what}", actor=actor)
            raise LedgerConflict(practice, what.replace("remote_uuid", "XPM timesheet")) from error

    def _add(self, connection: Connection, practice: str, made: Sequence[dict[str, Any]], actor: str, why: str) -> None:
        at = utc_text(self._clock.now())
        entries = [value for row in made for value in _entry_values(practice, row["id"], row["entries"])]
        events = [
            _event(practice, at, actor, row["id"], "draft", row["state"], why, row.get("run", "")) for row in made
        ]
        rows = [_bundle_values(row) for row in made]
        for table, values in ((bundle, rows), (bundle_entry, entries), (bundle_event, events)):
            for part in _parts(values):
                connection.execute(insert(table), part)

    def claim(self, practice: str, move: Move, entries: Mapping[str, Member], *, actor: str, run: str) -> bool:
        """Give a bundle that had no entry its entries with this move; False when it has moved on."""
        rows = _entry_values(practice, move.bundle, entries)
        with self._guarded(practice, actor) as connection:
            moved = self._move(connection, practice, move, actor, run)
            if moved:
                connection.execute(insert(bundle_entry), rows)
            return moved

    def queue(
        self,
        practice: str,
        rows: Sequence[Mapping[str, Any]],
        moves: Sequence[Move],
        reseals: Mapping[str, Mapping[str, Any]],
        *,
        actor: str,
        run: str,
    ) -> None:
        """Everything a run takes on, in one transaction, so that a run either has all of it or none.

        `rows` as in add_bundles; `moves` release bundles that waited; `reseals` give bundles that are ready (by id) the
        present content of their entries. Moves and reseals may hold `entries`, which replace the members. Those that
        have moved on meanwhile are left alone.
        """
        made = [{**row, "id": self._new_id(), "practice": practice} for row in rows]
        with self._guarded(practice, actor) as connection:
            for move in moves:
                self._move(connection, practice, move, actor, run)
            for bundle_id, values in reseals.items():
                self._reseal(connection, practice, bundle_id, values)
            self._add(connection, practice, made, actor, "queued for the push")

    def move_all(self, practice: str, moves: Sequence[Move], *, actor: str, run: str = "") -> list[str]:
        """Make these changes of state in one transaction; gives the ids of bundles that had moved on, left alone."""
        with self._guarded(practice, actor) as connection:
            return [move.bundle for move in moves if not self._move(connection, practice, move, actor, run)]

    def _reseal(self, connection: Connection, practice: str, bundle_id: str, values: Mapping[str, Any]) -> None:
        columns = {name: value for name, value in values.items() if name != "entries"}
        ready = update(bundle).where(bundle.c.id == bundle_id, bundle.c.state == "ready").values(**columns)
        if connection.execute(ready).rowcount == 1 and "entries" in values:
            self._replace_members(connection, practice, bundle_id, values["entries"])

    def _replace_members(
        self, connection: Connection, practice: str, bundle_id: str, entries: Mapping[str, Member]
    ) -> None:
        connection.execute(delete(bundle_entry).where(bundle_entry.c.bundle == bundle_id))
        rows = _entry_values(practice, bundle_id, entries)
        if rows:
            connection.execute(insert(bundle_entry), rows)

    def want_changes(self, practice: str, desired: Mapping[str, str], *, run: str) -> list[str]:
        """Note what timesheets in XPM should become (JSON by bundle id; empty text: no change) as work of this run.

        No state changes; a former refusal of XPM no longer counts. Gives the ids of bundles that XPM may be changing
        already or does not hold, which are left alone.
        """
        late = []
        refused = case((bundle.c.reason == "change_refused", ""), else_=bundle.c.reason)
        with writing(self._engine) as connection:
            for bundle_id, text in desired.items():
                mine = (bundle.c.id == bundle_id, bundle.c.practice == practice, bundle.c.remote_uuid.is_not(None))
                sure = update(bundle).where(*mine, bundle.c.state.in_(_CHANGEABLE))
                if connection.execute(sure.values(desired=text, run=run, reason=refused)).rowcount != 1:
                    late.append(bundle_id)
        return late

    def _move(self, connection: Connection, practice: str, move: Move, actor: str, run: str) -> bool:
        change = update(bundle).where(bundle.c.id == move.bundle, bundle.c.state == move.from_state)
        if move.epoch is not None:
            change = change.where(bundle.c.epoch == move.epoch)
        columns = {name: value for name, value in move.values.items() if name not in ("entries", "choice")}
        if connection.execute(change.values(state=move.to_state, **columns)).rowcount != 1:
            return False
        at = utc_text(self._clock.now())
        if "entries" in move.values:
            self._replace_members(connection, practice, move.bundle, move.values["entries"])
        if "choice" in move.values:
            self._say_of_members(connection, practice, move, actor, at)
        event = _event(practice, at, actor, move.bundle, move.from_state, move.to_state, move.why, run)
        connection.execute(insert(bundle_event), [event])
        return True

    def _say_of_members(self, connection: Connection, practice: str, move: Move, actor: str, at: str) -> None:
        """What follows for the entries of a bundle from its move, in the same transaction."""
        members = select(bundle_entry.c.entry_id).where(bundle_entry.c.bundle == move.bundle)
        said = {"practice": practice, "choice": move.values["choice"], "why": move.why, "by": actor, "at": at}
        rows = [{**said, "entry_id": entry_id} for entry_id in connection.execute(members).scalars()]
        if rows:
            connection.execute(insert(hold_choice), rows)

    def start_attempt(
        self,
        practice: str,
        bundle_id: str,
        *,
        owner: str,
        epoch: int,
        deadline: datetime,
        request_hash: str,
        seen_before: Sequence[str],
        run: str,
        actor: str,
        op: str = "add",
        from_state: str = "ready",
        why: str = "intent recorded",
    ) -> tuple[str, str]:
        """The durable intent with its attempt row: ready -> sending for an add, `from_state` -> changing otherwise.

        Only adds are counted as attempts of the bundle: they decide how often a lost one is tried again.
        Gives the attempt id and DONE, or no id and the refusal: LEASE_LOST, MOVED_ON, or the reason of a halt.
        """
        attempt_id, at = self._new_id(), utc_text(self._clock.now())
        with writing(self._engine) as connection:
            refusal = judge_lease(connection, practice, owner, epoch, at, lock=True)
            if refusal:
                return "", refusal
            values: dict[str, Any] = {"absences": 0, "epoch": epoch, "run": run}
            values |= {"attempts": bundle.c.attempts + 1, "created_run": run} if op == "add" else {}
            intent = _Intent(bundle_id, values, from_state, op, why, None)
            if not self._move(connection, practice, intent, actor, run):
                return "", MOVED_ON
            former = connection.execute(select(func.max(attempt.c.n)).where(attempt.c.bundle == bundle_id)).scalar()
            row = {"id": attempt_id, "practice": practice, "bundle": bundle_id, "n": (former or 0) + 1, "op": op}
            row |= {"run": run}
            row |= {"epoch": epoch, "worker": owner, "created_at": at, "deadline": utc_text(deadline)}
            row |= {"request_hash": request_hash, "seen_before": json.dumps(sorted(seen_before))}
            connection.execute(insert(attempt), [row])
        return attempt_id, DONE

    def finish_attempt(
        self,
        practice: str,
        attempt_id: str,
        outcome: Mapping[str, Any],
        move: Move,
        *,
        actor: str,
        run: str,
        entries: Mapping[str, Member] | None = None,
    ) -> str:
        """Record what became of a request, and the bundle's new state. DONE, MOVED_ON, or UUID_TAKEN when another
        bundle has that UUID; nothing is written then.

        `outcome`: outcome, http_status, correlation_id, error_text. `entries`: its members from now on.
        """
        at = utc_text(self._clock.now())
        try:
            with writing(self._engine) as connection:
                if not self._move(connection, practice, move, actor, run):
                    return MOVED_ON
                if entries is not None:
                    self._replace_members(connection, practice, move.bundle, entries)
                connection.execute(insert(attempt_outcome), [{**outcome, "attempt": attempt_id, "at": at}])
        except IntegrityError as error:
            if "attempt_outcome" in str(error.orig):
                return MOVED_ON  # another worker has recorded an outcome of this very attempt
            if "remote_uuid" not in str(error.orig):
                raise
            return UUID_TAKEN
        return DONE

    def choose(
        self,
        practice: str,
        entry_ids: Sequence[str],
        choice: str,
        moves: Sequence[Move],
        *,
        by: str,
        why: str = "",
        xpm_time_id: str = "",
    ) -> list[str]:
        """Record what a person said of these entries, and the changes of state that follow from it, together.

        Gives the ids of bundles that had moved on.
        """
        now = self._clock.now()
        row = {"practice": practice, "choice": choice, "xpm_time_id": xpm_time_id, "why": why, "by": by}
        rows = [{**row, "entry_id": entry_id, "at": utc_text(now)} for entry_id in entry_ids]
        with self._guarded(practice, by) as connection:
            connection.execute(insert(hold_choice), rows)
            moved_on = [move.bundle for move in moves if not self._move(connection, practice, move, by, "")]
            verb = choice.replace("_", " ")
            events = [NewEvent(practice, by, verb, "actual time", entry_id, why=why) for entry_id in entry_ids]
            append_events(connection, events, now)
        return moved_on


def _entry_values(practice: str, bundle_id: str, entries: Mapping[str, Member]) -> list[dict[str, Any]]:
    whose = {"bundle": bundle_id, "practice": practice}
    names = ("minutes", "sent_minutes", "content_hash")
    return [
        {**whose, "entry_id": entry_id, **{name: getattr(held, name) for name in names}}
        for entry_id, held in entries.items()
    ]


def _parts(rows: Sequence[dict[str, Any]]) -> Iterable[Sequence[dict[str, Any]]]:
    return (rows[at : at + 2000] for at in range(0, len(rows), 2000))


def _bundle_values(row: Mapping[str, Any]) -> dict[str, Any]:
    defaults: dict[str, Any] = {"reason": "", "start": "", "end": "", "last_seen": "", "last_seen_at": None}
    defaults |= {"xpm_words": "", "attempts": 0, "absences": 0, "run": "", "by_hand": False}
    defaults |= {"desired": "", "created_run": "", "invoiced": False}
    values = {**defaults, **{name: value for name, value in row.items() if name != "entries"}}
    return values | {"remote_uuid": values.get("remote_uuid") or None}


def _event(practice: str, at: str, actor: str, of: str, before: str, after: str, why: str, run: str) -> dict[str, Any]:
    names = ("practice", "at", "actor", "bundle", "from_state", "to_state", "why", "run")
    return dict(zip(names, (practice, at, actor, of, before, after, why, run), strict=True))
