"""Jobs of one practice: drafts that survive, cost tables, and creation."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pandas as pd

from core.jobs import (
    Creation,
    HeldCost,
    JobDraft,
    StepOp,
    StepState,
    Waits,
    check_draft,
    create_job,
    line_from_cost,
)
from core.jobs.sheet import Names, fold
from core.model import RunKind, RunState, TieoutError
from core.push.marker import make_marker
from core.store import Run
from core.store.jobs import NoSuchDraft, StoredDraft
from core.workspace.adapters import StoredSteps, XpmJobs

if TYPE_CHECKING:
    from core.workspace import Workspace

__all__ = ["DraftIncomplete", "Jobbing", "StoredDraft"]

_UNDER_WAY = (RunState.QUEUED, RunState.RUNNING, RunState.PAUSED)


class DraftIncomplete(TieoutError):
    """The form still lacks something."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__(f"The job cannot be created yet. {' '.join(sentences)}")


class Jobbing:
    """Drafts and creation."""

    def __init__(self, workspace: Workspace) -> None:
        self._ws = workspace
        self._drafts = workspace.store.jobs

    def list_drafts(self) -> pd.DataFrame:
        """All drafts but discarded ones, last changed first; index id."""
        return self._drafts.list_drafts(self._ws.practice_id)

    def new_draft(self, draft: JobDraft | None = None) -> StoredDraft:
        """A draft that survives a refresh, a restart and another browser."""
        draft_id = self._ws.make_id()
        tenant = self._ws.connection.view().tenant_id
        reference = make_marker(tenant, "job", draft_id, 1)
        content = (draft or JobDraft()).to_json()
        return self._drafts.create(self._ws.practice_id, draft_id, reference, content, self._ws.actor)

    def draft_from_file(self, draft: JobDraft, key: str) -> StoredDraft:
        """The draft of a file's job; the same content is the same draft, so that a file run twice makes one job."""
        try:
            return self.get(key)
        except NoSuchDraft:
            reference = make_marker(self._ws.connection.view().tenant_id, "job", key, 1)
            return self._drafts.create(self._ws.practice_id, key, reference, draft.to_json(), self._ws.actor)

    def names(self) -> Names:
        """XPM's names with the ids that carry each, live records only."""
        clients = self._ws.xpm("clients")
        live = clients[~clients["archived"] & ~clients["deleted"]]
        staff = self._ws.xpm("staff")
        frames = (live, self._ws.xpm("templates"), self._ws.xpm("categories"), staff[staff["listed"]])
        return Names(*(_ids_by_name(frame) for frame in frames))

    def get(self, draft_id: str) -> StoredDraft:
        """One stored draft; raises NoSuchDraft."""
        return self._drafts.get(self._ws.practice_id, draft_id)

    def save(self, draft_id: str, draft: JobDraft, revision: int) -> StoredDraft:
        """Keep the form's present content; raises DraftMovedOn when it was changed elsewhere."""
        return self._drafts.save(self._ws.practice_id, draft_id, draft.to_json(), revision)

    def discard(self, draft_id: str) -> None:
        """Put a draft away; what was created in XPM stays there."""
        self._drafts.move(self._ws.practice_id, draft_id, "discarded", frm=("draft", "incomplete", "created"))

    def request(self, draft_id: str) -> Run:
        """Queue the creation of a draft; a second request is the same run, until that one has ended unfinished.

        What XPM refused is tried again then: a refusal is sure, so nothing can come twice of it.
        Raises DraftIncomplete naming what the form lacks.
        """
        stored = self.get(draft_id)
        former = self._ws.store.runs.get(stored.run) if stored.run else None
        if former is not None and (stored.state == "created" or former.state in _UNDER_WAY):
            return former
        draft = JobDraft.from_json(stored.content)
        problems = check_draft(draft)
        if problems:
            raise DraftIncomplete([problem.sentence for problem in problems])
        parameters = {"draft": draft_id, "name": draft.name}
        # The former run is part of the key: a run that ended incomplete is followed by another, not by itself.
        key = f"job:{draft_id}:{stored.revision}:{stored.run}"
        run = self._ws.store.runs.queue(self._ws.practice_id, RunKind.JOB, self._ws.actor, parameters, key)
        if stored.state == "incomplete":
            self._reopen_refused(draft_id)
        startable = ("draft", "incomplete", "queued", "creating")
        self._drafts.move(self._ws.practice_id, draft_id, "queued", frm=startable, run=run.id)
        return run

    def _reopen_refused(self, draft_id: str) -> None:
        steps = StoredSteps(self._drafts, self._ws.practice_id, draft_id)
        for step in steps.list():
            if step.state is StepState.REJECTED:
                steps.move(step, StepState.READY)

    def is_editable(self, stored: StoredDraft) -> bool:
        """Whether the draft may still change: XPM has nothing of it, for nothing was sent or the job was refused."""
        if stored.state == "draft":
            return True
        steps = StoredSteps(self._drafts, self._ws.practice_id, stored.id).list()
        refused = [step for step in steps if step.op is StepOp.JOB and step.state is StepState.REJECTED]
        return stored.state == "incomplete" and bool(refused)

    def create(self, draft_id: str, on_step: Callable[[int, int], None], waits: Waits | None = None) -> Creation:
        """Carry the creation on as far as it goes; see `core.jobs.create_job` for what it raises."""
        stored = self.get(draft_id)
        if stored.state == "queued":
            self._drafts.move(self._ws.practice_id, draft_id, "creating", frm=("queued",))
        steps = StoredSteps(self._drafts, self._ws.practice_id, draft_id)
        sender = XpmJobs(self._ws.connection.client())
        draft = JobDraft.from_json(stored.content)
        creation = create_job(
            draft, stored.reference, steps, sender, self._ws.clock, waits=waits or Waits(), on_step=on_step
        )
        state = "created" if creation.is_whole else "incomplete"
        self._drafts.move(self._ws.practice_id, draft_id, state, frm=("creating", "queued"), job=creation.job)
        self._log(draft, creation, stored.run)
        return creation

    def steps(self, draft_id: str) -> pd.DataFrame:
        """What became of each step: index n, columns op, state, remote_id, words; no rows before creation began."""
        listed = StoredSteps(self._drafts, self._ws.practice_id, draft_id).list()
        columns = ["n", "op", "state", "what", "remote_id", "words"]
        rows = [
            (s.n, str(s.op), str(s.state), s.payload.description if s.payload else "", s.remote_id, s.words)
            for s in listed
        ]
        return pd.DataFrame(rows, columns=columns).set_index("n")

    def read_costs(self, job: str) -> list[HeldCost]:
        """The costs of a job as XPM holds them now; one call."""
        return list(XpmJobs(self._ws.connection.client(patience=5.0)).list_costs(job))

    def lines_from_job(self, job: str) -> JobDraft:
        """A draft whose cost table is that of an existing job, dated today."""
        today = self._ws.today
        return JobDraft(costs=tuple(line_from_cost(cost, today) for cost in self.read_costs(job)))

    def _log(self, draft: JobDraft, creation: Creation, run: str) -> None:
        verb = "created" if creation.is_whole else "created in part"
        self._ws.store.events.add(
            self._ws.practice_id, self._ws.actor, verb, "job", creation.job, after=draft.name, run=run
        )


def _ids_by_name(frame: pd.DataFrame) -> dict[str, list[str]]:
    ids: dict[str, list[str]] = {}
    for record_id, name in frame["name"].items():
        ids.setdefault(fold(name), []).append(str(record_id))
    return ids
