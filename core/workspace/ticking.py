"""Carrying completions over to XPM: what the FOLLOW run does, with its intents and outcomes kept in the looks.

A tick's outcome is kept together with what XPM showed: first the job as it was read, then the look, so that a crash in
between leaves nothing but a tick whose answer is read back.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from core.jobs.ports import Became as Answered
from core.jobs.ports import Sent
from core.jobs.ticks import HeldTask, Tick, Ticked, TickResult, carry_tick
from core.mapping.looks import About, Look, Wish, XpmFacts
from core.model import Kind, PersonNeeded, TieoutError, utc_text
from core.store import Item, KeptLook, NewEvent, Run
from core.workspace.following import Due, read_look, write_look
from core.xpm.client import XpmClient
from core.xpm.outcome import Cause, Outcome, OutcomeKind
from core.xpm.records import JobRecord, JobTask
from core.xpm.sync_jobs import keep_jobs

if TYPE_CHECKING:
    from core.workspace import Workspace

#: So many jobs are put into the stored tables at once: each time costs a comparison of the whole table.
_KEPT_AT_ONCE = 20
#: Verbs of the log.
_DONE = {True: "completed in XPM", False: "reopened in XPM"}


class TickForbidden(PersonNeeded):
    """XPM lets us read and not write."""

    def __init__(self, words: str) -> None:
        super().__init__(
            f"XPM does not let us complete job tasks ({words.removesuffix('.')}). Check the right of the person who "
            "connected, and the consent, on Connection. Nothing was changed."
        )


class TicksHalted(PersonNeeded):
    """Writing to XPM is halted for the practice."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"Nothing is written to XPM: {reason.removesuffix('.')}. Look at it on Time, lift the halt there, then "
            "let this run go on."
        )


class XpmTicks:
    """XPM as a tick needs it. `read` holds the jobs as they were read last, by number."""

    def __init__(self, client: XpmClient, closed_words: Collection[str], refuse: Callable[[], str]) -> None:
        self._client = client
        self._closed_words = frozenset(closed_words)
        self._refuse = refuse
        self.read: dict[str, JobRecord] = {}

    def read_task(self, job: str, xpm_id: str) -> HeldTask | None:
        """See `core.jobs.ticks.TickSender.read_task`."""
        record = self._client.get_job(job)
        if record is None:
            return None
        self.read[job] = record
        found = next((task for task in record.tasks if task.uuid == xpm_id), None)
        return None if found is None else HeldTask(found.completed, self._describe(record, found))

    def _describe(self, job: JobRecord, task: JobTask) -> dict[str, object]:
        closed = not self._closed_words.isdisjoint(job.state.casefold().split())
        return _facts(
            XpmFacts(task.name, job.number, job.name, job.client_id, task.task_type_id, task.completed, closed)
        )

    def tick(self, xpm_id: str, *, completed: bool) -> Sent:
        """See `core.jobs.ticks.TickSender.tick`."""
        client = self._client
        write = client.complete_job_task if completed else client.reopen_job_task
        return _judge(write(xpm_id, self._refuse))


def _facts(facts: XpmFacts) -> dict[str, object]:
    """What says which work a job task is, under the names people read."""
    return {
        "name": facts.name,
        "job": facts.job,
        "name of the job": facts.job_name,
        "client": facts.client_id,
        "task type": facts.task_type_id,
        "the job is closed": facts.closed,
    }


_ANSWERED = {OutcomeKind.APPLIED: Answered.APPLIED, OutcomeKind.IN_DOUBT: Answered.IN_DOUBT}


def _judge(outcome: Outcome) -> Sent:
    if outcome.cause is Cause.FORBIDDEN:
        raise TickForbidden(outcome.words)
    waits = outcome.kind is OutcomeKind.NOT_SENT or outcome.cause in (Cause.LIMIT, Cause.TOKEN)
    became = Answered.MUST_WAIT if waits else _ANSWERED.get(outcome.kind, Answered.REFUSED)
    return Sent(became, words=outcome.words, wait_seconds=outcome.retry_after or 60.0)


@dataclass
class _Settled:
    """A tick that is through and not yet kept."""

    due: Due
    result: TickResult


@dataclass
class Ticking:
    """One run's work. Its methods are called by one worker at a time."""

    workspace: Workspace
    run: Run
    sender: XpmTicks
    settled: list[_Settled] = field(default_factory=list)

    @classmethod
    def start(cls, workspace: Workspace, run: Run) -> Ticking:
        """The work of a run; raises what connecting does."""
        words = workspace.practice.settings.closed_words
        sender = XpmTicks(workspace.connection.client(), words, workspace.time.halt_reason)
        return cls(workspace, run, sender)

    def carry_out(self, tell: Callable[[int, int], None], should_stop: Callable[[], bool]) -> dict[str, int]:
        """Carry over everything that is due; counts by outcome, those of an earlier try of this run included.

        should_stop: asked between two ticks. Raises TickWaits, TicksHalted, and what reading XPM raises; what is
        through by then is kept.
        """
        dues = self.workspace.following.due()
        done = sum(self.workspace.store.run_items.count(self.run.id).values())
        total = done + len(dues)
        try:
            for number, due in enumerate(dues, done):
                tell(number, total)
                if should_stop():
                    break
                self._carry(due)
                if len(self.settled) >= _KEPT_AT_ONCE:
                    self._flush()
            else:
                tell(total, total)
        except TieoutError as stop:
            if reason := getattr(stop, "halts_push", ""):
                self.workspace.store.ledger.halt(self.workspace.practice_id, reason, actor=self.run.actor)
            raise
        finally:
            self._flush()
        return self.workspace.store.run_items.count(self.run.id)

    def _carry(self, due: Due) -> None:
        if reason := self.workspace.time.halt_reason():
            raise TicksHalted(reason)
        looks = self._read(due)
        first = next(iter(looks.values()), None)
        if first is None or first.xpm is None:
            return
        tick = Tick(
            due.xpm_id,
            first.xpm.job,
            due.wish is Wish.COMPLETE,
            _facts(first.xpm),
            sent_before=bool(first.sending),
            tries=first.tries,
        )
        result = carry_tick(tick, self.sender, lambda n: self._begin(due, n), lambda: self._give_up(due, tick))
        self.settled.append(_Settled(due, result))

    def _read(self, due: Due) -> dict[str, Look]:
        """The looks that still wish this."""
        rows = self.workspace.store.task_looks.read(self.workspace.practice_id, due.task_ids)
        looks = {one: read_look(row) for one, row in rows.items()}
        return {one: look for one, look in looks.items() if (look.xpm_id, look.wish) == (due.xpm_id, due.wish)}

    def _begin(self, due: Due, number: int) -> bool:
        """Write the intent down: this run is about to send try `number`; False when the wish is another one by now."""
        at = utc_text(self.workspace.clock.now())
        return self._change(due, lambda look: replace(look, sending=f"{self.run.id} {at}", tries=number))

    def _give_up(self, due: Due, tick: Tick) -> None:
        """The try never reached XPM; what an earlier one came to stays open."""
        former = "lost before" if tick.sent_before else ""
        self._change(due, lambda look: replace(look, sending=former, tries=max(look.tries - 1, 0)))

    def _change(self, due: Due, change: Callable[[Look], Look], event: NewEvent | None = None) -> bool:
        """Change every look that wishes this; False when none does any more."""
        store, practice = self.workspace.store.task_looks, self.workspace.practice_id
        rows = store.read(practice, due.task_ids)
        moved = False
        for one, row in rows.items():
            look = read_look(row)
            if (look.xpm_id, look.wish) == (due.xpm_id, due.wish):
                moved |= store.move(practice, row, write_look(one, change(look)), event)
        return moved

    # -- keeping what came of it --------------------------------------------------------------------------------------

    def _flush(self) -> None:
        """Keep what the ticks since the last flush came to: first XPM's side, then the looks, then the run's items."""
        if not self.settled:
            return
        ws = self.workspace
        if self.sender.read:
            keep_jobs(ws.store.frames, ws.practice_id, list(self.sender.read.values()))
        for one in self.settled:
            self._keep(one.due, one.result)
        items = [
            Item(
                f"{one.due.xpm_id} {one.due.wish}",
                one.result.ticked,
                one.result.words,
                content={"task": one.due.task_ids[0]},
            )
            for one in self.settled
        ]
        ws.store.run_items.put(self.run.id, ws.practice_id, items)
        self.settled.clear()
        self.sender.read.clear()

    def _keep(self, due: Due, result: TickResult) -> None:
        if result.ticked is Ticked.MOVED:
            return
        completed = due.wish is Wish.COMPLETE
        if result.ticked in (Ticked.DONE, Ticked.IN_STEP):
            self._mark(due, completed=completed, words=result.words)
            return
        words = f"{_SAYS[due.wish]} {result.words}"
        for one in due.task_ids:
            mine = replace(due, task_ids=(one,))
            event = self._event(one, "conflict", words)
            self._change(mine, lambda look: replace(_rest(look), conflict=words, about=About.STATUS), event)

    def _mark(self, due: Due, *, completed: bool, words: str) -> None:
        """XPM says what was wished: every task of this job task has seen it, so that none takes it for a change."""
        store, practice = self.workspace.store.task_looks, self.workspace.practice_id
        rows = {one: row for one, row in store.read(practice).items() if row.xpm_id == due.xpm_id}
        for one, row in rows.items():
            look = read_look(row)
            if look.xpm is None or (one in due.task_ids and look.wish not in (due.wish, Wish.NONE)):
                continue
            seen = replace(_rest(look), xpm=replace(look.xpm, completed=completed))
            event = self._event(one, _DONE[completed], words) if one in due.task_ids else None
            self._write(row, one, seen, event)

    def _write(self, row: KeptLook, task_id: str, look: Look, event: NewEvent | None) -> None:
        self.workspace.store.task_looks.move(self.workspace.practice_id, row, write_look(task_id, look), event)

    def _event(self, task_id: str, verb: str, words: str) -> NewEvent:
        practice = self.workspace.practice_id
        return NewEvent(practice, self.run.actor, verb, Kind.TASK, task_id, why=words, run=self.run.id)


_SAYS = {Wish.COMPLETE: "It was completed here.", Wish.REOPEN: "It was reopened here."}


def _rest(look: Look) -> Look:
    return replace(look, wish=Wish.NONE, by="", sending="", tries=0)
