"""Jobs created by runs: one, or a whole batch of them; what a batch would do, and how each of its jobs stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from core.jobs import JobDraft, TwinJob
from core.jobs.batch import (
    BatchPlan,
    BatchRow,
    PlannedRow,
    Verdict,
    count_calls,
    create_each,
    estimate_finish,
    judge_rows,
    make_key,
    rows_for_clients,
)
from core.jobs.sheet import Naming, read_jobs
from core.model import RunKind, RunState, TieoutError
from core.store import Run
from core.store.job_batches import StoredBatch
from core.store.jobs import DraftMovedOn
from core.store.run_items import Item
from core.workspace.job_desk import JobDesk
from core.workspace.job_sheets import make_example, read_table
from core.workspace.jobbing import DraftBusy
from core.xpm.calls import CallRefused

if TYPE_CHECKING:
    from core.workspace import Workspace

__all__ = ["BatchPlan", "BatchRow", "Batching", "JobsEnd", "NothingToCreate", "make_example"]

#: What a run asks between steps; it may raise to stop there.
Rest = Callable[[], None]
#: Done, of how many, and what is being done.
Tell = Callable[[int, int, str], None]

_UNDER_WAY = (RunState.QUEUED, RunState.RUNNING, RunState.PAUSED)
#: A job of a batch that is not asked for again by the batch: it is whole, or a person has to act on it.
_SETTLED = ("created", "review", "discarded")
COLUMNS = ["line", "name", "client", "state", "job", "done", "steps", "words"]


class NothingToCreate(TieoutError):
    """Every row of the batch is done, unusable, or there already."""

    def __init__(self, rows: int) -> None:
        super().__init__(f"None of the {rows} rows needs a job to be created. Nothing was asked for.")


@dataclass(frozen=True)
class JobsEnd:
    """How a run of job creation ended. `message` is empty when everything is done."""

    state: RunState
    counts: dict[str, int]
    message: str = ""


class Batching:
    """Batches of one practice, and the runs that carry them out."""

    def __init__(self, workspace: Workspace) -> None:
        self._ws = workspace
        self._store = workspace.store.job_batches

    # -- what is wanted -----------------------------------------------------------------------------------------------

    def read_file(self, file: str, data: bytes) -> list[BatchRow]:
        """The jobs of a CSV or XLSX file, each known by its content. Raises SheetUnusable, FileRefused."""
        ws = self._ws
        settings = ws.practice.settings
        naming = Naming(settings.job_name, settings.year_end_month)
        rows = read_jobs(read_table(file, data), ws.jobs.names(), ws.today, naming)
        return [BatchRow(make_key(ws.practice_id, row.key), row.draft, row.line, tuple(row.problems)) for row in rows]

    def rows_for(
        self, pattern: JobDraft, clients: Sequence[str], overrides: Mapping[str, Mapping[str, Any]], batch: str
    ) -> list[BatchRow]:
        """One row per XPM client from one pattern; see `core.jobs.batch.rows_for_clients`."""
        return rows_for_clients(pattern, clients, overrides, make_key(self._ws.practice_id, batch))

    def plan(self, rows: Sequence[BatchRow]) -> BatchPlan:
        """What a batch of these rows would do now: verdicts, calls, and when it is through. Nothing is asked of XPM."""
        ws = self._ws
        outcomes = self._store.outcomes(ws.practice_id, [row.key for row in rows])
        made = {
            str(key): str(job) for key, job in outcomes["job"].items() if job and outcomes.at[key, "state"] in _SETTLED
        }
        planned = judge_rows(rows, made, ws.jobs.know_all())
        to_create = [row for row in planned if row.verdict is Verdict.CREATE]
        calls = sum(count_calls(row.row.draft) for row in to_create) + bool(to_create)
        meter, now = ws.connection.meter(), ws.clock.now()
        left = max(meter.day_left - meter.reserve, 0)
        start = max(now, meter.paused_until) if meter.paused_until else now
        per_day = meter.day_used + meter.day_left - meter.reserve
        finish = estimate_finish(calls, left, per_day, start) if calls else None
        return BatchPlan(tuple(planned), calls, left, finish)

    def show(self, plan: BatchPlan) -> pd.DataFrame:
        """A plan as people read it: index row key; line, name, client, template, period, start, due, costs, verdict,
        job, words."""
        clients, templates = self._ws.xpm("clients")["name"], self._ws.xpm("templates")["name"]
        rows = [_show_row(one, clients, templates) for one in plan.rows]
        return pd.DataFrame(rows, columns=SHOWN, index=pd.Index([one.row.key for one in plan.rows], name="key"))

    # -- asking for it ------------------------------------------------------------------------------------------------

    def request(self, name: str, plan: BatchPlan, *, common: Mapping[str, Any] | None = None) -> tuple[str, Run]:
        """Keep the planned rows as a batch and queue one run for all its jobs; gives the batch's id and the run.

        The same rows are the same batch: asking twice is the same run, until that one has ended unfinished. Raises
        NothingToCreate.
        """
        ws = self._ws
        if not plan.to_create:
            raise NothingToCreate(len(plan.rows))
        batch_id = make_key(ws.practice_id, *(f"{row.row.key}:{row.row.line}" for row in plan.rows))
        rows = tuple(self._write_row(row) for row in plan.rows)
        batch = StoredBatch(batch_id, name, rows, ws.actor, "", "")
        drafts = [
            {"id": row.row.key, "reference": ws.jobs.refer(row.row.key), "content": row.row.draft.to_json()}
            for row in plan.to_create
        ]
        self._store.make(ws.practice_id, batch, drafts, common=common or {})
        return batch_id, self.go_on(batch_id)

    def go_on(self, batch_id: str) -> Run:
        """Queue the batch's run: the one that is under way, or another for what is left of it."""
        ws = self._ws
        batch = self._store.get(ws.practice_id, batch_id)
        former = ws.store.runs.get(batch.run) if batch.run else None
        if former is not None and former.state in _UNDER_WAY:
            return former
        for draft in self._left(batch):
            if ws.jobs.get(draft).state == "incomplete":
                ws.jobs.reopen_refused(draft)
        parameters = {"batch": batch_id, "name": batch.name, "jobs": len(batch.drafts)}
        key = f"jobs:{batch_id}:{batch.run}"
        run = ws.store.runs.queue(ws.practice_id, RunKind.JOB, ws.actor, parameters, key)
        self._store.note_run(ws.practice_id, batch_id, run.id)
        return run

    def _write_row(self, planned: PlannedRow) -> dict[str, Any]:
        draft = planned.row.draft
        client = str(self._ws.xpm("clients")["name"].get(draft.client_id, ""))
        told = {"name": draft.name, "client": client, "verdict": str(planned.verdict)}
        return {"draft": planned.row.key, "line": planned.row.line, "job": planned.job, "words": planned.words} | told

    # -- how it stands ------------------------------------------------------------------------------------------------

    def listed(self) -> pd.DataFrame:
        """The newest batches first: index batch id; name, jobs, created, open (jobs that need something), made_by,
        made_at, run."""
        rows = [
            (batch.id, batch.name, *self._sum(batch), batch.made_by, batch.made_at, batch.run) for batch in self._all()
        ]
        columns = ["id", "name", "jobs", "created", "open", "made_by", "made_at", "run"]
        return pd.DataFrame(rows, columns=columns).set_index("id")

    def _all(self) -> Sequence[StoredBatch]:
        return self._store.list(self._ws.practice_id)

    def _sum(self, batch: StoredBatch) -> tuple[int, int, int]:
        states = self._store.outcomes(self._ws.practice_id, batch.drafts)["state"]
        created = int(states.eq("created").sum())
        return len(batch.drafts), created, len(batch.drafts) - created

    def get(self, batch_id: str) -> StoredBatch:
        """One batch; raises NoSuchBatch."""
        return self._store.get(self._ws.practice_id, batch_id)

    def rows(self, batch_id: str) -> pd.DataFrame:
        """One row per row of the batch, in order: index draft id; columns COLUMNS.

        `state` is that of the draft, or exists, repeated, not usable; `done` of `steps` are through; `words` say why
        it is not created, XPM's own where it refused.
        """
        batch = self.get(batch_id)
        outcomes = self._store.outcomes(self._ws.practice_id, batch.drafts)
        told = self._ws.store.run_items.read(batch.run)["words"] if batch.run else pd.Series(dtype="str")
        rows = [_tell_row(row, outcomes, told) for row in batch.rows]
        return pd.DataFrame(rows, columns=COLUMNS, index=pd.Index([row["draft"] for row in batch.rows], name="draft"))

    def open_jobs(self) -> pd.DataFrame:
        """Jobs made here that need somebody, longest waiting first: index draft id; name, client, state, job, missing
        (steps), words (why), since (UTC text). Those being created need nobody."""
        ws = self._ws
        drafts = ws.jobs.list_drafts()
        drafts = drafts[drafts["state"].isin(("incomplete", "review"))].sort_values("changed_at")
        outcomes = self._store.outcomes(ws.practice_id, list(drafts.index))
        clients = ws.xpm("clients")["name"]
        contents = [JobDraft.from_json(content) for content in drafts["content"]]
        rows = drafts[["state", "job"]].assign(
            name=[draft.name or f"Costs of {draft.existing}" for draft in contents],
            client=[str(clients.get(draft.client_id, "")) for draft in contents],
            missing=(outcomes["steps"] - outcomes["done"]).astype("int64"),
            words=outcomes["words"],
            since=drafts["changed_at"],
        )
        return rows[["name", "client", "state", "job", "missing", "words", "since"]]

    def count(self, run: Run) -> dict[str, int]:
        """How the jobs of a run stand, by state; steps of a single job."""
        if "batch" not in run.parameters:
            steps = self._ws.jobs.steps(str(run.parameters["draft"]))["state"]
            return {"steps": len(steps), "done": int(steps.eq("done").sum())}
        drafts = self.get(str(run.parameters["batch"])).drafts
        states = self._store.outcomes(self._ws.practice_id, drafts)["state"]
        return {"jobs": len(drafts)} | {str(state): int(number) for state, number in states.value_counts().items()}

    # -- carrying it out ----------------------------------------------------------------------------------------------

    def carry_out(self, run: Run, tell: Tell, rest: Rest) -> JobsEnd:
        """Create the jobs of a run as far as it goes. Raises JobWaits when it goes on by itself, what `rest` raises,
        and what a single job's creation raises."""
        desk = JobDesk(self._ws, run, rest)
        if "batch" in run.parameters:
            return self._carry_out_batch(run, desk, tell)
        creation = self._ws.jobs.create(str(run.parameters["draft"]), lambda done, total: tell(done, total, ""), desk)
        counts = self.count(run)
        if creation.waits_for_review:
            return JobsEnd(
                RunState.STOPPED, counts, f"The job {creation.job} exists and waits for your review of its costs."
            )
        if not creation.is_whole:
            left = counts["steps"] - counts["done"]
            told = f"The job {creation.job or 'itself'} lacks {left} of {counts['steps']} steps."
            return JobsEnd(RunState.STOPPED, counts, told)
        return JobsEnd(RunState.DONE, counts)

    def _carry_out_batch(self, run: Run, desk: JobDesk, tell: Tell) -> JobsEnd:
        batch = self.get(str(run.parameters["batch"]))
        left, total = self._left(batch), len(batch.drafts)
        begun = total - len(left)

        def create(draft: str) -> None:
            try:
                self._ws.jobs.create(draft, lambda _done, _all: desk.rest(), desk)
            except (TwinJob, DraftBusy, DraftMovedOn, CallRefused) as found:
                self._ws.store.run_items.put(run.id, run.practice, [Item(draft, "held", str(found))])

        create_each(
            left, create, lambda place: tell(begun + place, total, f"Creating job {begun + place + 1} of {total}")
        )
        tell(total, total, "")
        return self._end(run, batch)

    def _left(self, batch: StoredBatch) -> list[str]:
        """The jobs that are still to be made, but for those another run has."""
        outcomes = self._store.outcomes(self._ws.practice_id, batch.drafts)
        return [
            str(draft)
            for draft, state, run in zip(outcomes.index, outcomes["state"], outcomes["run"], strict=True)
            if state not in _SETTLED and not self._is_elsewhere(str(run), batch)
        ]

    def _is_elsewhere(self, run: str, batch: StoredBatch) -> bool:
        return bool(run) and run != batch.run and self._ws.store.runs.get(run).state in _UNDER_WAY

    def _end(self, run: Run, batch: StoredBatch) -> JobsEnd:
        counts = self.count(run)
        created, review = counts.get("created", 0), counts.get("review", 0)
        left = counts["jobs"] - created - review
        told = [f"{left} of {counts['jobs']} jobs need a person"] if left else []
        told += [f"{review} wait for a review of their costs"] if review else []
        message = f"{'; '.join(told)}. Jobs lists each with its reason." if told else ""
        return JobsEnd(RunState.STOPPED if told else RunState.DONE, counts, message)


SHOWN = ["line", "name", "client", "template", "period", "start", "due", "costs", "verdict", "job", "words"]


def _show_row(planned: PlannedRow, clients: pd.Series, templates: pd.Series) -> list[Any]:
    draft = planned.row.draft
    client, template = clients.get(draft.client_id, ""), templates.get(draft.template_id, "")
    head = [planned.row.line, draft.name, str(client), str(template), draft.period, draft.start, draft.due]
    return [*head, len(draft.costs), str(planned.verdict), planned.job, planned.words]


def _tell_row(row: Mapping[str, Any], outcomes: pd.DataFrame, told: pd.Series) -> list[Any]:
    head = [row["line"], row["name"], row["client"]]
    if row["verdict"] != "create" or row["draft"] not in outcomes.index:
        return [*head, row["verdict"], row["job"], 0, 0, row["words"]]
    now = outcomes.loc[row["draft"]]
    words = told.get(row["draft"], "") or now["words"]
    return [
        *head,
        now["state"],
        now["job"],
        int(now["done"]),
        int(now["steps"]),
        words if now["state"] != "created" else "",
    ]
