"""Undoing a run of one practice: its preview, its request, and its rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from core.model import RunKind
from core.push.run import Progress, PushResult, run_push
from core.push.undo import LEAVE, NothingToUndo, UndoPlan, plan_undo, queue_undo, tell_outcome
from core.store import Run
from core.store.run_items import Item

if TYPE_CHECKING:
    from core.workspace import Workspace


class Undoing:
    """Takes back what a run created."""

    def __init__(self, workspace: Workspace) -> None:
        self._ws = workspace

    def plan(self, run: str) -> UndoPlan:
        """What undoing this run would delete, and why it leaves the rest; raises UnknownRun."""
        ws = self._ws
        of = ws.store.runs.get(run).id
        touched = ws.store.run_rows.of_run(ws.practice_id, of)
        created = ws.store.ledger.find_by(ws.practice_id, "created_run", [of])
        changed = ws.store.ledger.find_by(ws.practice_id, "id", touched.index)
        bundles = {bundle.id: bundle for bundle in (*created, *changed)}
        ops = {str(bundle_id): str(op) for bundle_id, op in touched["op"].items()}
        closed = ws.time.push_settings().closed_until(ws.today)
        return plan_undo(of, list(bundles.values()), ops, ws.time.book(), closed)

    def request(self, plan: UndoPlan) -> Run:
        """Queue the undo that was shown; a second click on it is the same run. Raises UndoStale, NothingToUndo."""
        ws = self._ws
        self.plan(plan.of).require(plan.fingerprint, plan.delete)
        if not plan.delete:
            raise NothingToUndo(plan.of, plan.refused)
        parameters = {"of": plan.of, "fingerprint": plan.fingerprint, "delete": plan.delete}
        key = f"undo:{plan.of}:{plan.fingerprint}:{ws.version()}"
        return ws.store.runs.queue(ws.practice_id, RunKind.UNDO, ws.actor, parameters, key)

    def push(
        self,
        run: Run,
        on_progress: Callable[[Progress], None] = lambda _: None,
        should_stop: Callable[[], bool] = lambda: False,
        should_pause: Callable[[], bool] | None = None,
    ) -> PushResult:
        """Carry a queued undo out, or on after a pause or a crash. Raises UndoStale when it is no longer what was
        shown."""
        ws = self._ws
        if not ws.store.ledger.count_states(ws.practice_id, run.id):
            plan = self.plan(run.parameters["of"]).require(run.parameters["fingerprint"], run.parameters["delete"])
            ws.store.run_items.put(run.id, ws.practice_id, _list_refused(plan))
            queue_undo(plan, ws.time.book(run.id, run.actor), ws.time.push_settings())
        result = run_push(
            ws.time.make_job(run),
            [],
            ws.time.seams(),
            on_progress=on_progress,
            should_stop=should_stop,
            should_pause=should_pause,
        )
        self._tell(run)
        ws.time.refresh_after(run)
        return result

    def _tell(self, run: Run) -> None:
        """Keep what became of each row."""
        ws = self._ws
        rows = ws.store.run_rows.of_run(ws.practice_id, run.id)
        bundles = ws.store.ledger.find(ws.practice_id, run=run.id)
        members = ws.store.ledger.entries_of(bundle.id for bundle in bundles)
        items = []
        for bundle in bundles:
            outcome, words = tell_outcome(bundle, str(rows["why"].get(bundle.id, "")))
            entries = ", ".join(members.get(bundle.id, ()))
            items.append(Item(bundle.id, outcome, words, entries, {"minutes": bundle.minutes, "date": bundle.date}))
        ws.store.run_items.put(run.id, ws.practice_id, items)


def _list_refused(plan: UndoPlan) -> list[Item]:
    rows = plan.rows[plan.rows["what"].eq(LEAVE)]
    values = zip(rows.index, rows["refusal"], rows["entries"], rows["minutes"], rows["date"], strict=True)
    return [
        Item(str(bundle_id), "refused", refusal, entries, {"minutes": int(minutes), "date": day.date()})
        for bundle_id, refusal, entries, minutes, day in values
    ]
