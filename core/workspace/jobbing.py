"""Jobs of one practice: drafts that survive, the guard against doing one twice, and creation step by step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pandas as pd

from core.jobs import (
    CostLine,
    Creation,
    HeldCost,
    JobDraft,
    JobWaits,
    Known,
    Step,
    StepOp,
    StepState,
    check_draft,
    create_job,
    find_twins,
    line_from_cost,
)
from core.jobs.sheet import Names, fold
from core.jobs.steps import diff_lines, plan_rest
from core.jobs.twins import know_draft, require_alone
from core.model import OutsideFailed, PersonNeeded, RunKind, RunState, TieoutError
from core.push.marker import make_marker
from core.store import Run
from core.store.jobs import DraftMovedOn, StoredDraft
from core.workspace.adapters import StoredSteps, XpmJobs
from core.workspace.job_desk import JobDesk
from core.xpm.calls import MustWait, QuotaSpent

if TYPE_CHECKING:
    from core.workspace import Workspace

__all__ = ["DraftIncomplete", "Jobbing", "StoredDraft"]

_UNDER_WAY = (RunState.QUEUED, RunState.RUNNING, RunState.PAUSED)
#: How long a run rests when XPM cannot be read.
_OUTAGE = timedelta(minutes=5)
_RUNNING = ("draft", "queued", "creating", "incomplete", "review")


class DraftIncomplete(TieoutError):
    """The form still lacks something."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__(f"The job cannot be created yet. {' '.join(sentences)}")


class OtherAccount(PersonNeeded):
    """The draft's job was begun in another XPM account than the one that is connected."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The job {name!r} was begun in another XPM account than the one that is connected now. Connect that one "
            "again to finish it, or discard the draft."
        )


class DraftBusy(PersonNeeded):
    """Another run creates this job already."""

    def __init__(self, name: str, run: str) -> None:
        super().__init__(f"The job {name!r} is being created by another run already ({run}). Nothing was sent for it.")


class NotInReview(PersonNeeded):
    """There is nothing to confirm."""

    def __init__(self, draft_id: str) -> None:
        super().__init__(f"The job draft {draft_id!r} does not wait for a review of its costs. Open it again.")


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
        content = (draft or JobDraft()).to_json()
        return self._drafts.create(self._ws.practice_id, draft_id, self.refer(draft_id), content, self._ws.actor)

    def refer(self, draft_id: str) -> str:
        """The mark by which the draft's job is known in the connected XPM account; the same for the same draft."""
        return make_marker(self._ws.connection.view().tenant_id, "job", draft_id, 1)

    def names(self) -> Names:
        """XPM's names with the ids that carry each, live records only."""
        clients = self._ws.xpm("clients")
        live = clients[~clients["archived"] & ~clients["deleted"]]
        staff = self._ws.xpm("staff")
        frames = (live, self._ws.xpm("templates"), self._ws.xpm("categories"), staff[staff["listed"]])
        states = {fold(str(name)): str(code) for name, code in self._ws.states.table()["code"].items()}
        clients, templates, categories, people = (_ids_by_name(frame) for frame in frames)
        return Names(clients, templates, categories, people, states)

    def get(self, draft_id: str) -> StoredDraft:
        """One stored draft; raises NoSuchDraft. One whose run ended without a word of it is incomplete, or a draft."""
        stored = self._drafts.get(self._ws.practice_id, draft_id)
        is_asked = stored.state in ("queued", "creating") and bool(stored.run)
        if is_asked and self._ws.store.runs.get(stored.run).state not in _UNDER_WAY:
            return self.let_go(stored)
        return stored

    def save(self, draft_id: str, draft: JobDraft, revision: int) -> StoredDraft:
        """Keep the form's present content; raises DraftMovedOn when it was changed elsewhere."""
        return self._drafts.save(self._ws.practice_id, draft_id, draft.to_json(), revision)

    def discard(self, draft_id: str) -> None:
        """Put a draft away; what was created in XPM stays there."""
        put_away = ("draft", "incomplete", "created", "review")
        self._drafts.move(self._ws.practice_id, draft_id, "discarded", frm=put_away)

    # -- asking for it ------------------------------------------------------------------------------------------------

    def twins(self, draft: JobDraft, draft_id: str = "") -> list[Known]:
        """Jobs, and drafts on their way to one, that are for the same client, template and period or of the same name.

        From the last sync and from this installation's own drafts; nothing is asked of XPM.
        """
        return find_twins(draft, self.know_all(draft.client_id, but=draft_id)) if draft.client_id else []

    def know_all(self, client_id: str = "", *, but: str = "") -> list[Known]:
        """Every job there is or may be, of one client or of all, but that draft's: drafts here and the last sync."""
        drafts = self._drafts.list_standing(self._ws.practice_id, but, client_id)
        return join_known(drafts, self._know_synced(client_id))

    def _know_synced(self, client_id: str) -> list[Known]:
        jobs = self._ws.xpm("jobs")
        jobs = jobs[jobs["client_id"].eq(client_id)] if client_id else jobs
        rows = zip(jobs.index, jobs["client_id"], jobs["name"], jobs["state"], strict=True)
        return [Known(client, name, job, state=state) for job, client, name, state in rows]

    def request(self, draft_id: str, *, allow_twin: bool = False) -> Run:
        """Queue the creation of a draft; a second request is the same run, until that one has ended unfinished.

        What XPM refused is tried again then: a refusal is sure, so nothing can come twice of it.
        Raises DraftIncomplete naming what the form lacks, TwinJob when there is such a job already and no other is
        wanted, OtherAccount when it was begun in another XPM account, HeldByPack while nobody has the pack it is for.
        """
        stored = self.get(draft_id)
        former = self._ws.store.runs.get(stored.run) if stored.run else None
        if former is not None and (stored.state in ("created", "review") or former.state in _UNDER_WAY):
            return former
        self._ws.packs.require_delivered(draft_id)
        draft = JobDraft.from_json(stored.content)
        self._check(stored, draft)
        draft = replace(draft, twin_allowed=draft.twin_allowed or allow_twin)
        if self._must_be_alone(stored, draft):
            require_alone(draft, self.know_all(draft.client_id, but=draft_id))
        parameters = {"draft": draft_id, "name": draft.name or f"costs of {draft.existing}"}
        # The former run is part of the key: a run that ended incomplete is followed by another, not by itself.
        key = f"job:{draft_id}:{stored.revision}:{stored.run}"
        run = self._ws.store.runs.queue(self._ws.practice_id, RunKind.JOB, self._ws.actor, parameters, key)
        if stored.state == "incomplete":
            self.reopen_refused(draft_id)
        self.claim(stored, draft, run.id)
        return run

    def _check(self, stored: StoredDraft, draft: JobDraft) -> None:
        problems = check_draft(draft)
        if problems:
            raise DraftIncomplete([problem.sentence for problem in problems])
        if stored.reference != self.refer(stored.id):
            if self._drafts.read_steps(stored.id):
                raise OtherAccount(draft.name)
            self._drafts.refer(self._ws.practice_id, stored.id, self.refer(stored.id))

    def _must_be_alone(self, stored: StoredDraft, draft: JobDraft) -> bool:
        """Whether a job like it forbids this one. What XPM may have already is finished, whatever else there is."""
        has_begun = any(row["op"] == "job" and row["attempts"] for row in self._drafts.read_steps(stored.id))
        return not (stored.job or draft.twin_allowed or has_begun)

    def claim(self, stored: StoredDraft, draft: JobDraft, run: str) -> StoredDraft:
        """Give the draft to a run, as the only one for its client, template and period; raises TwinJob."""
        synced = self._know_synced(draft.client_id) if self._must_be_alone(stored, draft) else None

        def judge(others: Sequence[StoredDraft]) -> None:
            if synced is not None:
                require_alone(draft, join_known(others, synced))

        return self._drafts.claim(
            self._ws.practice_id, stored.id, run, draft.to_json(), judge, former=stored.run, client_id=draft.client_id
        )

    def reopen_refused(self, draft_id: str) -> None:
        """Let what XPM refused be tried again."""
        steps = self._steps(draft_id)
        for step in steps.list():
            if step.state is StepState.REJECTED:
                steps.move(step, StepState.READY)

    def is_editable(self, stored: StoredDraft) -> bool:
        """Whether the draft may still change: XPM has nothing of it, for nothing was sent or the job was refused."""
        if stored.state == "draft":
            return True
        steps = self._steps(stored.id).list()
        refused = [step for step in steps if step.op is StepOp.JOB and step.state is StepState.REJECTED]
        return stored.state == "incomplete" and (bool(refused) or not steps)

    # -- the review of costs ------------------------------------------------------------------------------------------

    def review_lines(self, draft_id: str) -> tuple[CostLine, ...]:
        """The costs XPM held when the job was made, for the review; empty when no review is open."""
        review = self._find_review(draft_id)
        return review.held if review else ()

    def confirm(self, draft_id: str, costs: Sequence[CostLine], revision: int) -> Run:
        """Go on with the costs a person confirmed: the whole table, lines of XPM with their id.

        A line XPM holds that is not among them becomes quantity 0, not billable. Raises NotInReview, and DraftMovedOn
        when somebody changed or confirmed it meanwhile.
        """
        stored, review = self.get(draft_id), self._find_review(draft_id)
        if review is None or stored.state != "review":
            raise NotInReview(draft_id)
        if stored.revision != revision:
            raise DraftMovedOn(draft_id)
        draft = replace(JobDraft.from_json(stored.content), costs=tuple(costs), held=review.held, removed=())
        edits, adds = diff_lines(draft.costs, draft.held)
        later = plan_rest(draft, stored.reference, edits, adds, after=review.n)
        rows = self._steps(draft_id).write(later)
        self._drafts.confirm(stored, draft.to_json(), review.n, rows)
        told = f"{len(edits)} changed, {len(adds)} added"
        self._ws.store.events.add(
            self._ws.practice_id, self._ws.actor, "confirmed costs", "job", stored.job, after=told, run=stored.run
        )
        return self.request(draft_id)

    def _find_review(self, draft_id: str) -> Step | None:
        return next((step for step in self._steps(draft_id).list() if step.state is StepState.WAITING), None)

    # -- carrying it out ----------------------------------------------------------------------------------------------

    def create(
        self,
        draft_id: str,
        on_step: Callable[[int, int], None] = lambda _done, _total: None,
        desk: JobDesk | None = None,
    ) -> Creation:
        """Carry the creation on as far as it goes; see `core.jobs.create_job` for what it raises.

        desk: of the run that carries it out, shared by all jobs of that run.
        """
        desk = desk or JobDesk(self._ws)
        stored = self._begin(draft_id, desk.run_id)
        draft = JobDraft.from_json(stored.content)
        seams = desk.make_seams(stored, draft, self._steps(draft_id))
        try:
            creation = create_job(draft, stored.reference, seams, on_step=on_step)
        except (JobWaits, MustWait, QuotaSpent):
            raise
        except OutsideFailed as failure:
            # XPM could not be read now; nothing was sent that is not written down, so the run goes on by itself.
            raise JobWaits(self._ws.clock.now() + _OUTAGE, str(failure).rstrip(".")) from failure
        except TieoutError:
            if not desk.is_lost():
                self.let_go(stored)
            raise
        state = "created" if creation.is_whole else "review" if creation.waits_for_review else "incomplete"
        self._settle_state(stored, state)
        self._log(draft, creation, stored.run)
        return creation

    def _begin(self, draft_id: str, run: str) -> StoredDraft:
        stored = self.get(draft_id)
        self._check(stored, JobDraft.from_json(stored.content))
        if stored.run != run:
            self._require_free(stored)
            stored = self.claim(stored, JobDraft.from_json(stored.content), run)
        return self._drafts.move(self._ws.practice_id, draft_id, "creating", frm=_RUNNING)

    def _require_free(self, stored: StoredDraft) -> None:
        """Another run that has the draft keeps it."""
        if stored.run and self._ws.store.runs.get(stored.run).state in _UNDER_WAY:
            raise DraftBusy(JobDraft.from_json(stored.content).name, stored.run)

    def _settle_state(self, stored: StoredDraft, state: str) -> StoredDraft:
        steps = self._steps(stored.id).list()
        made = next((step.remote_id for step in steps if step.op is StepOp.JOB and step.remote_id), "")
        job = made or JobDraft.from_json(stored.content).existing
        return self._drafts.move(self._ws.practice_id, stored.id, state, frm=_RUNNING, job=job)

    def let_go(self, stored: StoredDraft) -> StoredDraft:
        """The draft's run is over before the job was whole: what was begun is incomplete."""
        began = bool(self._drafts.read_steps(stored.id))
        return self._settle_state(stored, "incomplete" if began else "draft")

    def steps(self, draft_id: str) -> pd.DataFrame:
        """What became of each step: index n, columns op, state, what, remote_id, words; no rows before it began."""
        columns = ["n", "op", "state", "what", "remote_id", "words"]
        rows = [(s.n, str(s.op), str(s.state), _name(s), s.remote_id, s.words) for s in self._steps(draft_id).list()]
        return pd.DataFrame(rows, columns=columns).set_index("n")

    def _steps(self, draft_id: str) -> StoredSteps:
        return StoredSteps(self._drafts, self._ws.practice_id, draft_id)

    def read_costs(self, job: str) -> list[HeldCost]:
        """The costs of a job as XPM holds them now; one call."""
        return list(XpmJobs(self._ws.connection.client(patience=5.0)).list_costs(job))

    def lines_from_job(self, job: str) -> JobDraft:
        """A draft whose cost table is that of an existing job, dated today."""
        today = self._ws.today
        return JobDraft(costs=tuple(line_from_cost(cost, today) for cost in self.read_costs(job)))

    def _log(self, draft: JobDraft, creation: Creation, run: str) -> None:
        verb = "edited costs of" if draft.existing else "created"
        verb = verb if creation.is_whole else f"{verb} in part"
        name = draft.name or draft.existing
        self._ws.store.events.add(self._ws.practice_id, self._ws.actor, verb, "job", creation.job, after=name, run=run)


def join_known(drafts: Sequence[StoredDraft], synced: Sequence[Known]) -> list[Known]:
    """The jobs of drafts, and those of the last sync that are none of these."""
    contents = [(one, JobDraft.from_json(one.content)) for one in drafts]
    made = [know_draft(draft, one.id, one.job, one.state) for one, draft in contents if not draft.existing]
    own = {one.job for one in made}
    return made + [one for one in synced if one.job not in own]


def _name(step: Step) -> str:
    """What a step is about, where there are several of its kind."""
    return step.payload.description if step.payload else step.document.file_name if step.document else ""


def _ids_by_name(frame: pd.DataFrame) -> dict[str, list[str]]:
    ids: dict[str, list[str]] = {}
    for record_id, name in frame["name"].items():
        ids.setdefault(fold(name), []).append(str(record_id))
    return ids
