"""The runs of a practice as people read them: what was asked for, how far it is, and what became of every row.

The run says how it ended; its rows say how each timesheet stands now. A row in doubt is neither done nor failed,
whatever became of the run it went with: it is being read back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

import pandas as pd

from core.model import RunKind, RunState, utc_text
from core.push.states import IN_DOUBT, State
from core.push.undo import UndoPlan
from core.reports.entries import name_entries
from core.reports.tieout import show_hours
from core.store import Run, UnknownRun
from core.workspace.run_found import list_found

if TYPE_CHECKING:
    from core.workspace import Workspace

__all__ = ["ROWS", "SENTENCES", "Hindered", "Hindrance", "Outcome", "Running", "UndoPlan"]

#: What a run took on and is still busy with, or will go on with by itself.
_GOES_ON = (RunState.QUEUED, RunState.RUNNING, RunState.PAUSED)
#: Columns of `rows`, index bundle id.
ROWS = ["date", "staff", "client", "work", "job", "minutes", "hours", "entries", "note", "did", "outcome", "words"]
ROWS += ["said", "xpm_id", "entry_ids"]


class Outcome(StrEnum):
    """What became of one row of a run, as it stands now."""

    IN_XPM = "in XPM"  # seen there with equal fields
    SENT = "sent"  # XPM gave its number; the next list shows it
    IN_DOUBT = "in doubt"  # being read back; nothing to do
    TO_SEND = "to send"  # its turn comes
    TO_CHANGE = "to change"  # it is in XPM as it was sent; the turn of its change comes
    NOT_SENT = "not sent"  # the run is over; it goes with the next push
    REFUSED = "refused"  # XPM said why
    HELD = "held"  # somebody has to look before it is sent
    PERSON = "for a person"  # only somebody who looks in XPM can settle it
    DIFFERS = "differs"  # XPM holds something else
    LEFT_OUT = "left out"  # somebody keeps it out of XPM
    TAKEN_BACK = "taken back"  # deleted again by us


_OUTCOMES: dict[str, Outcome] = {
    State.CONFIRMED: Outcome.IN_XPM,
    State.POSTED: Outcome.SENT,
    State.REJECTED: Outcome.REFUSED,
    State.HELD: Outcome.HELD,
    State.NEEDS_PERSON: Outcome.PERSON,
    State.DRIFTED: Outcome.DIFFERS,
    State.EXCLUDED: Outcome.LEFT_OUT,
    State.RETRACTED: Outcome.TAKEN_BACK,
}
_OUTCOMES |= dict.fromkeys(IN_DOUBT, Outcome.IN_DOUBT)

#: Rows that are not settled yet.
_OPEN = (Outcome.TO_SEND, Outcome.TO_CHANGE, Outcome.NOT_SENT, Outcome.IN_DOUBT)

#: A sentence for each outcome; what the ledger or XPM said is added where it says more.
SENTENCES: dict[Outcome, str] = {
    Outcome.IN_XPM: "Seen in XPM with equal fields.",
    Outcome.SENT: "XPM took it and gave its number; the next list of XPM's time confirms it.",
    Outcome.IN_DOUBT: "Whether XPM has it is not known yet. It is read back before anything is sent again.",
    Outcome.TO_SEND: "Its turn comes.",
    Outcome.TO_CHANGE: "It is in XPM as it was sent; the turn of its change comes.",
    Outcome.NOT_SENT: "It was not sent. It goes with the next push.",
    Outcome.REFUSED: "XPM refused it; nothing of it is there. Fix the cause, then send it again on Time.",
    Outcome.HELD: "Not sent: somebody has to look first, on Exceptions.",
    Outcome.PERSON: "Look in XPM, then say on Exceptions what you found.",
    Outcome.DIFFERS: "XPM holds something else than was sent.",
    Outcome.LEFT_OUT: "Somebody keeps it out of XPM.",
    Outcome.TAKEN_BACK: "Deleted in XPM again. Its entry waits until somebody sends it again or excludes it.",
}
#: Outcomes of which the last event of the ledger says more than the sentence.
_SAYS_MORE = (Outcome.HELD, Outcome.PERSON, Outcome.DIFFERS)
#: The ledger's states as the story of one timesheet tells them.
_STATE_WORDS: dict[str, str] = {
    State.READY: "Ready to be sent",
    State.SENDING: "On its way",
    State.POSTED: "XPM took it",
    State.CONFIRMED: "Confirmed in XPM",
    State.UNKNOWN: "In doubt, being read back",
    State.REJECTED: "XPM refused it",
    State.HELD: "Held for somebody",
    State.NEEDS_PERSON: "For somebody to look at in XPM",
    State.DRIFTED: "Differs in XPM",
    State.EXCLUDED: "Left out",
    State.CHANGING: "A change is on its way",
    State.RETRACTED: "Deleted in XPM again",
}
_ANSWERS = {
    "applied": "applied",
    "not_applied": "not applied",
    "not_sent": "never left",
    "in_doubt": "in doubt, being read back",
    "": "no answer recorded yet",
}
_NEVER_SENT = (State.READY, State.HELD)
_DID = {"add": "create", "update": "update", "delete": "delete", "": "read back"}


class Hindrance(StrEnum):
    """What keeps a push from sending now. Only `halted` needs somebody; the others end by themselves, save a rest."""

    HALTED = "halted"  # nothing is written to XPM until a person lifts it
    RECOVERY = "recovery"  # everything is read back before anything is sent
    OUTAGE = "outage"  # XPM failed several times and is left alone for a while
    LIMIT = "limit"  # XPM asked to wait
    PAUSED = "paused"  # a push goes on by itself at a time, or when somebody resumes it


@dataclass(frozen=True)
class Hindered:
    """`why`: in words. `until`: when it ends by itself, UTC text, empty when it does not. `run`: the paused push."""

    by: Hindrance
    why: str
    until: str = ""
    run: str = ""


class Running:
    """The runs of one practice."""

    def __init__(self, workspace: Workspace) -> None:
        self._ws = workspace

    def get(self, run_id: str) -> Run:
        """The run of this practice. Raises UnknownRun, also for a run of another practice."""
        run = self._ws.store.runs.get(run_id)
        if run.practice != self._ws.practice_id:
            raise UnknownRun(run_id)
        return run

    def history(self, limit: int = 500) -> pd.DataFrame:
        """The newest runs first: the columns of Run, and `in_doubt`, how many of its rows are in doubt now."""
        ws = self._ws
        runs = ws.store.runs.list(ws.practice_id, limit=limit)
        doubts = ws.store.run_rows.count_by_run(ws.practice_id, tuple(str(state) for state in IN_DOUBT))
        return runs.assign(in_doubt=[doubts.get(str(run_id), 0) for run_id in runs.index])

    def hindrances(self) -> list[Hindered]:
        """What keeps a push from sending now, the gravest first; none when the next push may send at once."""
        ws = self._ws
        ledger, now = ws.store.ledger, utc_text(ws.clock.now())
        halted, recovery = ledger.halt_reason(ws.practice_id), ledger.recovery_reason(ws.practice_id)
        failures, until = ledger.read_breaker(ws.practice_id)
        meter = ws.connection.meter()
        wait = utc_text(meter.paused_until) if meter.paused_until else ""
        paused = [run for run in ws.reports.under_way(RunKind.PUSH) if run.state is RunState.PAUSED]
        found = [Hindered(Hindrance.HALTED, halted)] if halted else []
        found += [Hindered(Hindrance.RECOVERY, recovery)] if recovery else []
        found += [Hindered(Hindrance.OUTAGE, f"{failures}", until)] if until > now else []
        found += [Hindered(Hindrance.LIMIT, meter.pause_reason, wait)] if wait > now else []
        return found + [Hindered(Hindrance.PAUSED, run.message, run.resume_at, run.id) for run in paused]

    def pause(self, run_id: str) -> None:
        """Let a run rest after the entry on its way, until somebody resumes it; nothing happens when it has ended."""
        self._ws.store.runs.request_pause(self.get(run_id).id)
        self._log(run_id, "paused")

    def resume(self, run_id: str) -> None:
        """Let a paused or stopped run go on."""
        self._ws.store.runs.resume(self.get(run_id).id)
        self._log(run_id, "resumed")

    def cancel(self, run_id: str) -> None:
        """Ask a run to stop; what was sent stays, what was not sent stays ready."""
        self._ws.store.runs.request_cancel(self.get(run_id).id)
        self._log(run_id, "cancelled")

    def _log(self, run_id: str, verb: str) -> None:
        ws = self._ws
        ws.store.events.add(ws.practice_id, ws.actor, verb, "run", run_id, run=run_id)

    def progress(self, run: Run) -> tuple[int, int]:
        """How many rows of a run are settled, and of how many; by the ledger where the run moves time."""
        counted = self.outcomes(run.id)
        total = sum(counted.values())
        return (total - sum(counted.get(one, 0) for one in _OPEN), total) if total else (run.done, run.total)

    def seconds_left(self, run: Run) -> float | None:
        """How long a run under way still takes at the pace it had so far; None while that cannot be told."""
        done, total = self.progress(run)
        if run.state is not RunState.RUNNING or not run.started_at or not done or done >= total:
            return None
        took = (self._ws.clock.now() - datetime.fromisoformat(run.started_at)).total_seconds()
        return took / done * (total - done)

    def outcomes(self, run_id: str) -> dict[Outcome, int]:
        """How many rows a run has of each Outcome now, without reading the rows; a run that moves no time has none."""
        run, ws = self.get(run_id), self._ws
        counted: dict[Outcome, int] = {}
        goes_on = run.state in _GOES_ON
        rows = ws.store.run_rows.count_rows(ws.practice_id, run_id, is_over=not goes_on)
        for (state, is_wanted), number in rows.items():
            outcome = Outcome(_judge(state, is_wanted, goes_on))
            counted[outcome] = counted.get(outcome, 0) + number
        return counted

    def rows(self, run_id: str) -> pd.DataFrame:
        """What a run took on, a row per timesheet: index bundle id, columns ROWS, in sending order.

        `outcome` is an Outcome as it stands now, `words` one sentence, `said` XPM's own words; `entry_ids` the local
        entries, joined by comma. Names are the local ones; those of XPM where no local entry is known.
        """
        run, ws = self.get(run_id), self._ws
        rows = ws.store.run_rows.of_run(ws.practice_id, run_id)
        named = self._name(rows, run_id)
        goes_on = run.state in _GOES_ON
        # What it has not got to yet is still to be created.
        op = rows["op"].where(rows["op"].ne("") | ~rows["state"].isin(_NEVER_SENT), "add")
        named["did"] = op.map(_DID)
        states = zip(rows["state"], rows["desired"].ne(""), strict=True)
        named["outcome"] = [_judge(state, is_wanted, goes_on) for state, is_wanted in states]
        named["said"] = rows["xpm_words"].where(rows["xpm_words"].ne(""), rows["answer"])
        named["words"] = [_tell(Outcome(one), why) for one, why in zip(named["outcome"], rows["why"], strict=True)]
        return named[ROWS]

    def items(self, run_id: str) -> pd.DataFrame:
        """What a verification, an undo or a sweep found, item by item; see `list_found`. No rows for other runs."""
        return list_found(self._ws, self.get(run_id))

    def story(self, bundle_id: str) -> pd.DataFrame:
        """What happened to one timesheet, oldest first: columns at, who, what, run; what XPM answered is among it."""
        ws = self._ws
        events = ws.store.ledger.history(ws.practice_id, bundle_id)
        moved = events["to_state"].map(lambda state: _STATE_WORDS.get(state, state))
        told = pd.DataFrame(
            {"at": events["at"], "who": events["actor"], "what": moved + ": " + events["why"], "run": events["run"]}
        )
        requests = ws.store.run_rows.requests(ws.practice_id, bundle_id)
        answers = pd.DataFrame(
            {
                "at": requests["ended_at"].where(requests["ended_at"].ne(""), requests["created_at"]),
                "who": "XPM",
                "what": [_tell_answer(request) for _, request in requests.iterrows()],
                "run": requests["run"],
            }
        )
        return pd.concat([told, answers]).sort_values("at", kind="stable").reset_index(drop=True)

    def log(self, run_id: str) -> pd.DataFrame:
        """What the activity log says of a run, oldest first: columns at, who, did, after, why."""
        events = self._ws.store.events.list(self._ws.practice_id, run=self.get(run_id).id).sort_index()
        return events.rename(columns={"actor": "who", "verb": "did"})[["at", "who", "did", "after", "why"]]

    def _name(self, rows: pd.DataFrame, run_id: str) -> pd.DataFrame:
        ws = self._ws
        jobs = ws.xpm("jobs").reindex(rows["job"])[["name", "client_name"]].fillna("").set_axis(rows.index)
        named = pd.DataFrame(
            {
                "staff": ws.reports.names().xpm_staff.reindex(rows["staff_id"]).array,
                "client": jobs["client_name"],
                "work": ws.xpm("job_tasks")["name"].reindex(rows["task_id"]).array,
                "job": (rows["job"] + " " + jobs["name"]).str.strip(),
                "date": rows["date"],
                "minutes": rows["minutes"],
                "hours": [show_hours(int(value)) for value in rows["minutes"]],
                "note": rows["note_sent"],
                "xpm_id": rows["remote_uuid"],
            },
            index=rows.index,
        ).fillna({"staff": "", "work": ""})
        members = self._gather(ws.store.run_rows.entries_of_run(ws.practice_id, run_id)).reindex(rows.index)
        for column in ("staff", "client", "work"):
            named[column] = members[column].where(members[column].fillna("").ne(""), named[column])
        return named.assign(
            entries=members["entries"].fillna(0).astype("int64"), entry_ids=members["entry_ids"].fillna("")
        )

    def _gather(self, members: pd.DataFrame) -> pd.DataFrame:
        """By bundle: staff, client and work of its first entry (and how many more there are), entries, entry_ids."""
        standings = self._ws.time.standings()
        there = standings.loc[standings.index.isin(members["entry_id"])]
        named = name_entries(there, self._ws.reports.names())[["staff", "client", "work"]]
        groups = members.join(named, on="entry_id").fillna("").groupby("bundle")
        gathered = groups[["staff", "client", "work"]].first()
        gathered["entries"] = groups.size()
        gathered["entry_ids"] = groups["entry_id"].agg(",".join)
        more = " (+" + gathered["entries"].sub(1).astype("str") + " more)"
        gathered["work"] = gathered["work"].where(gathered["entries"].eq(1), gathered["work"] + more)
        return gathered


def _judge(state: str, is_wanted: bool, goes_on: bool) -> str:
    if is_wanted and goes_on and state in (State.POSTED, State.CONFIRMED):
        return str(Outcome.TO_CHANGE)
    if state == State.READY:
        return str(Outcome.TO_SEND if goes_on else Outcome.NOT_SENT)
    return str(_OUTCOMES.get(state, Outcome.PERSON))


def _tell(outcome: Outcome, why: str) -> str:
    told = SENTENCES[outcome]
    return f"{why[:1].upper()}{why[1:].removesuffix('.')}. {told}" if why and outcome in _SAYS_MORE else told


def _tell_answer(request: pd.Series) -> str:
    status = f", HTTP {int(request['http_status'])}" if pd.notna(request["http_status"]) else ""
    words = f": {request['error_text']}" if request["error_text"] else ""
    answer = _ANSWERS.get(request["outcome"], request["outcome"])
    return f"Request {request['n']} ({_DID.get(request['op'], request['op'])}) {answer}{status}{words}"
