"""Carrying out one run: what each kind of run does, and how every way it can stop is written down."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date, datetime, timedelta

from core.jobs import JobWaits
from core.jobs.ticks import TickWaits, tell_ticks
from core.model import Kind, PersonNeeded, RunKind, RunState, TieoutError
from core.push.run import End, Progress, PushResult
from core.store import Run, RunNotStartable, RunTaken
from core.work.automatic import follow_sync, queue_ticks
from core.work.wishes import Wishes
from core.workspace import Workspace
from core.workspace.mailing import MailWithdrawn
from core.workspace.stages import tell_loading, tell_matching, tell_reading
from core.workspace.ticking import Ticking
from core.xpm.calls import MustWait, QuotaSpent

log = logging.getLogger("tieout.work")

Counts = dict[str, int]

#: Kinds after which other entries may wait, or have become ready, than before.
_MOVING = frozenset(RunKind) - {RunKind.JOB, RunKind.CHECK, RunKind.PACK}


def perform_run(workspace: Workspace, run_id: str, owner: str, is_ending: Callable[[], bool] = lambda: False) -> Run:
    """Take the run and carry it on until it ends, pauses or stops; returns it as it stands then.

    Safe to call again for the same run after a crash. Another worker's run is left alone, also when it was taken over
    in the midst. `is_ending`: this process is about to stop, and the run shall rest at its next step. Never raises
    for what happens inside the run: the run says it.
    """
    runs = workspace.store.runs
    try:
        run = runs.start(run_id, owner)
    except RunNotStartable:
        return runs.get(run_id)
    try:
        _carry_out(workspace, run, Wishes(runs, run, is_ending))
    except RunTaken as taken:
        log.warning("%s", taken)
    if run.kind in _MOVING:
        _note_waiting(workspace)
    if run.kind is RunKind.JOB:
        _note_pack(workspace, run)
    return runs.get(run_id)


def _note_waiting(workspace: Workspace) -> None:
    try:
        workspace.missing.note()
    except Exception:
        # The run has ended and said how; the next one takes down what waits.
        log.exception("what waits could not be taken down")


def _note_pack(workspace: Workspace, run: Run) -> None:
    try:
        workspace.delivery.note_job(str(run.parameters.get("draft", "")))
    except Exception:
        # The job's own page tells how it stands; only the history of its pack lacks a line.
        log.exception("what became of a pack's job could not be taken down")


def _carry_out(workspace: Workspace, run: Run, wishes: Wishes) -> None:
    runs, owner = workspace.store.runs, run.owner
    try:
        counts = _STEPS[run.kind](workspace, run, wishes)
        runs.finish(run.id, RunState.DONE, counts, "", owner=owner)
    except RunTaken:
        raise
    except (MustWait, JobWaits, QuotaSpent) as stop:
        runs.pause(run.id, _resume_at(workspace, stop), str(stop), owner=owner)
    except _Paused as stop:
        _pause(workspace, run, stop)
    except _Ended as stop:
        runs.finish(run.id, stop.state, stop.counts, str(stop), owner=owner)
    except PersonNeeded as stop:
        runs.finish(run.id, RunState.STOPPED, message=str(stop), owner=owner)
    except TieoutError as stop:
        runs.finish(run.id, RunState.FAILED, message=str(stop), owner=owner)
    except Exception as error:
        # The last resort: a fault of ours must end the run visibly, and its details belong into the log alone.
        log.exception("run %s failed", run.id)
        what = f"Something went wrong inside Tieout ({type(error).__name__}). Nothing was guessed; see the log."
        runs.finish(run.id, RunState.FAILED, message=what, owner=owner)


class _Paused(Exception):
    """A run that goes on by itself at `resume_at`; None: that rests because a person or the worker's end wants it."""

    def __init__(self, resume_at: datetime | None, counts: Counts, message: str) -> None:
        self.resume_at = resume_at
        self.counts = counts
        super().__init__(message)


class _Ended(Exception):
    """A run that ended otherwise than done, or has something to say."""

    def __init__(self, state: RunState, counts: Counts, message: str) -> None:
        self.state = state
        self.counts = counts
        super().__init__(message)


def _pause(workspace: Workspace, run: Run, stop: _Paused) -> None:
    runs = workspace.store.runs
    reached = runs.get(run.id)
    runs.progress(run.id, reached.done, reached.total, stop.counts, owner=run.owner)
    if stop.resume_at is None and not reached.pause_asked:
        runs.give_back(run.id, run.owner)
        return
    runs.pause(run.id, stop.resume_at, str(stop), owner=run.owner)


def _resume_at(workspace: Workspace, stop: MustWait | JobWaits | QuotaSpent) -> datetime:
    if isinstance(stop, JobWaits):
        return stop.resume_at
    if isinstance(stop, QuotaSpent):
        return stop.until
    return workspace.clock.now() + timedelta(seconds=stop.seconds)


def _load_local(workspace: Workspace, run: Run, wishes: Wishes) -> Counts:
    workspace.following.take_up()
    counts = _load(workspace, run, wishes) | workspace.following.look(run.id)
    told = queue_ticks(workspace)
    if told:
        raise _Ended(RunState.DONE, counts, told)
    return counts


def _load(workspace: Workspace, run: Run, _wishes: Wishes) -> Counts:
    report = workspace.sides.load_local(accept_shrink=bool(run.parameters.get("accept_shrink")))
    return {f"{name} {what}": n for name, c in report.changes.items() for what, n in vars(c).items() if n}


def _sync(workspace: Workspace, run: Run, wishes: Wishes) -> Counts:
    parts = 0

    def tell(part: str, done: int, total: int) -> None:
        nonlocal parts
        parts = total
        _tell(workspace, run, 1 + done, 1 + total + kinds, tell_reading(_name_part(part)))
        _heed(wishes)

    def tell_kind(kind: Kind) -> None:
        _tell(workspace, run, 1 + parts + list(Kind).index(kind), 1 + parts + kinds, tell_matching(kind))
        _heed(wishes)

    kinds = len(Kind) if run.parameters.get("propose") else 0
    _tell(workspace, run, 0, 0, tell_loading())
    workspace.following.take_up()
    counts = _load(workspace, run, wishes) if workspace.practice.settings.local else {}
    since = datetime.fromisoformat(run.started_at)
    report = workspace.sides.sync(tell, accept_shrink=run.parameters.get("accept_parts", ()), fresh_since=since)
    counts |= {f"xpm {part.part}": part.rows for part in report.parts} | {"calls": report.calls}
    counts |= workspace.time.adopt(run.id)
    counts |= workspace.following.look(run.id)
    if kinds:
        counts |= workspace.proposing.propose(accept=bool(run.parameters.get("accept")), tell=tell_kind)
        workspace.following.take_up()
    broken = [part for part in report.parts if not part.complete]
    if broken:
        raise _Ended(RunState.FAILED, counts, tell_broken({part.part: part.error for part in broken}))
    told = " ".join(filter(None, (queue_ticks(workspace), follow_sync(workspace, run))))
    if told:
        raise _Ended(RunState.DONE, counts, told)
    return counts


def _heed(wishes: Wishes) -> None:
    """Rest or end here when that is wanted; what was read whole is kept."""
    if wishes.cancel():
        raise _Ended(RunState.CANCELLED, {}, "Cancelled. What was read whole is kept.")
    if wishes.pause():
        raise _Paused(None, {}, "Paused by a person. What was read whole is kept.")


def _name_part(part: str) -> str:
    """`task_types` as people read it, `times:2026-11` too."""
    kind, _, month = part.partition(":")
    return f"time of {date.fromisoformat(f'{month}-01'):%B %Y}" if kind == "times" else part.replace("_", " ")


def tell_broken(errors: dict[str, str]) -> str:
    """What broke, part -> reason, in one text: the first reason, and every question; Connection lists them all."""
    asked = [part for part, error in errors.items() if error.endswith("accept the shorter list.")]
    told = asked or list(errors)[:1]
    others = [_name_part(part) for part in errors if part not in told]
    words = " ".join(f"{_name_part(part)}: {errors[part]}" for part in told)
    more = f" Not read either: {', '.join(others)}; Connection says why." if others else ""
    return f"XPM was not read whole, the rest stays as it was. {words}{more}"


def _propose(workspace: Workspace, run: Run, _wishes: Wishes) -> Counts:
    return workspace.proposing.propose(accept=bool(run.parameters.get("accept")))


def _push(workspace: Workspace, run: Run, wishes: Wishes) -> Counts:
    def tell(progress: Progress) -> None:
        _tell(workspace, run, progress.done, progress.total, "Sending time to XPM")

    result = workspace.time.push(run, tell, wishes.cancel, wishes.pause)
    # What was completed here waits for its time, which is in XPM now.
    queue_ticks(workspace)
    counts = {name: value for name, value in result.to_json().items() if isinstance(value, int)}
    workspace.store.events.add(
        run.practice, run.actor, "pushed", "run", run.id, after=f"{counts['sent']} sent", why=result.message, run=run.id
    )
    return _close(result, counts)


def _undo(workspace: Workspace, run: Run, wishes: Wishes) -> Counts:
    def tell(progress: Progress) -> None:
        _tell(workspace, run, progress.done, progress.total, "Deleting time in XPM")

    result = workspace.undoing.push(run, tell, wishes.cancel, wishes.pause)
    counts = workspace.store.run_items.count(run.id)
    after = f"{counts.get('deleted', 0)} deleted"
    workspace.store.events.add(
        run.practice, run.actor, "undid", "run", str(run.parameters["of"]), after=after, why=result.message, run=run.id
    )
    return _close(result, counts)


def _sweep(workspace: Workspace, run: Run, wishes: Wishes) -> Counts:
    def tell(progress: Progress) -> None:
        _tell(workspace, run, progress.done, progress.total, "Looking over XPM's time")

    sweep, result = workspace.sweeping.carry_out(run, tell, wishes.cancel, wishes.pause)
    counts: Counts = {}
    for found in sweep.findings:
        counts[str(found.outcome)] = counts.get(str(found.outcome), 0) + 1
    return _close(result, counts)


def _close(result: PushResult, counts: Counts) -> Counts:
    """The counts of a run that is through; otherwise it ends as the push that carried it did."""
    if result.end is End.PAUSED:
        raise _Paused(result.resume_at, counts, result.message)
    if result.end is not End.DONE or result.message:
        raise _Ended(RunState(str(result.end)), counts, result.message)
    return counts


def _verify(workspace: Workspace, run: Run, _wishes: Wishes) -> Counts:
    start, end = (date.fromisoformat(run.parameters[name]) for name in ("from", "to"))
    return workspace.time.verify(start, end, run.id).count()


def _follow(workspace: Workspace, run: Run, wishes: Wishes) -> Counts:
    def tell(done: int, total: int) -> None:
        _tell(workspace, run, done, total, "Completing and reopening job tasks in XPM")

    try:
        counts = Ticking.start(workspace, run).carry_out(tell, lambda: wishes.cancel() or wishes.pause())
    except TickWaits as stop:
        resume_at = workspace.clock.now() + timedelta(seconds=stop.seconds)
        raise _Paused(resume_at, workspace.store.run_items.count(run.id), str(stop)) from stop
    if wishes.cancel():
        raise _Ended(RunState.CANCELLED, counts, "Cancelled. What was carried over stays; the rest is asked again.")
    if wishes.pause():
        raise _Paused(None, counts, "Paused by a person.")
    if told := tell_ticks(counts):
        raise _Ended(RunState.DONE, counts, told)
    return counts


def _create_jobs(workspace: Workspace, run: Run, wishes: Wishes) -> Counts:
    def tell(done: int, total: int, message: str) -> None:
        _tell(workspace, run, done, total, message)

    def rest() -> None:
        if wishes.cancel():
            raise _Ended(RunState.CANCELLED, {}, "Cancelled. What is in XPM stays there; the rest was not sent.")
        if wishes.pause():
            raise _Paused(None, {}, "Paused by a person. Going on repeats nothing that is done.")

    try:
        end = workspace.batches.carry_out(run, tell, rest)
    except (_Ended, _Paused) as stop:
        stop.counts = workspace.batches.count(run)
        raise
    if end.message:
        raise _Ended(end.state, end.counts, end.message)
    return end.counts


def _check(workspace: Workspace, run: Run, _wishes: Wishes) -> Counts:
    found = workspace.rights.try_all(run.id)
    raise _Ended(RunState.DONE, found.counts, found.message)


def _send_pack(workspace: Workspace, run: Run, wishes: Wishes) -> Counts:
    _tell(workspace, run, 0, 1, "Sending the mail")
    try:
        told = workspace.mailing.carry_out(run, wishes.cancel)
    except MailWithdrawn as stop:
        raise _Ended(RunState.CANCELLED, {}, str(stop)) from stop
    raise _Ended(RunState.DONE, {"sent": 1}, told)


def _tell(workspace: Workspace, run: Run, done: int, total: int, message: str = "") -> None:
    """Say how far the run is; RunTaken ends it here when another worker has it now."""
    workspace.store.runs.progress(run.id, done, total, message=message, owner=run.owner)


_STEPS: dict[RunKind, Callable[[Workspace, Run, Wishes], Counts]] = {
    RunKind.LOAD: _load_local,
    RunKind.SYNC: _sync,
    RunKind.PROPOSE: _propose,
    RunKind.PUSH: _push,
    RunKind.VERIFY: _verify,
    RunKind.UNDO: _undo,
    RunKind.SWEEP: _sweep,
    RunKind.FOLLOW: _follow,
    RunKind.JOB: _create_jobs,
    RunKind.CHECK: _check,
    RunKind.PACK: _send_pack,
}
