"""What one run that creates jobs works with: the way to XPM, the journal, and the checks before each request."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from core.jobs import FoundJob, JobDraft, Seams, Waits
from core.model import RunState
from core.push.journal import JournalFile
from core.store import Run
from core.store.jobs import StoredDraft
from core.store.uploads import Uploads
from core.workspace.adapters import DraftJournal, StoredSteps, XpmJobs

if TYPE_CHECKING:
    from core.workspace import Workspace

#: Where the practice's files are kept, within the data folder.
UPLOADS = "uploads"
#: A job created longer ago than this is in the data of the last sync, or was not made by the run that looks.
_MOST_DAYS = 60


class JobDesk:
    """The desk of one run, for all jobs that it creates. `rest` is called between steps and may raise to stop there."""

    def __init__(
        self,
        workspace: Workspace,
        run: Run | None = None,
        rest: Callable[[], None] = lambda: None,
        waits: Waits | None = None,
    ) -> None:
        self._ws = workspace
        self._run = run
        self.rest = rest
        # What time needs before a lost answer may count as absent, a job needs too.
        push = workspace.time.push_settings()
        self._waits = waits or Waits(push.quiet_seconds, push.list_gap_seconds)
        self._new_jobs: tuple[date, Sequence[FoundJob]] | None = None

    @property
    def run_id(self) -> str:
        """The run's id; empty outside of any."""
        return self._run.id if self._run else ""

    def make_seams(self, stored: StoredDraft, draft: JobDraft, steps: StoredSteps) -> Seams:
        """What the creation of this draft's job works with."""
        ws = self._ws
        settings = ws.practice.settings
        return Seams(
            steps,
            self.sender,
            ws.clock,
            self._waits,
            DraftJournal(JournalFile(ws.settings.data_dir / "push.journal", ws.clock), ws.practice_id, stored.id),
            refuse=self._refuse,
            halt=lambda reason: ws.store.ledger.halt(ws.practice_id, reason, actor=ws.actor),
            rest=self.rest,
            new_jobs=lambda: self._read_new_jobs(stored),
            known=self._find_known(stored, draft),
            first_state=ws.store.jobs.find_first_state(ws.practice_id),
            states={code: name for name, code in settings.state_codes.items()},
            checked=settings.states_checked,
            note_state=self._note_state,
        )

    @cached_property
    def sender(self) -> XpmJobs:
        """The way to XPM, kept: what one call learned of XPM's clock the next ones know."""
        return XpmJobs(self._ws.connection.client(), Uploads(self._ws.settings.data_dir / UPLOADS).read)

    def is_lost(self) -> bool:
        """Whether another worker has the run by now, or it is over."""
        if self._run is None:
            return False
        now = self._ws.store.runs.get(self._run.id)
        return now.state is not RunState.RUNNING or now.owner != self._run.owner

    def _refuse(self) -> str:
        """Why nothing may leave now: the run is somebody else's, or writing is halted."""
        if self.is_lost():
            return "another worker has this run now"
        halt = self._ws.store.ledger.halt_reason(self._ws.practice_id)
        return f"writing to XPM is halted ({halt})" if halt else ""

    def _find_known(self, stored: StoredDraft, draft: JobDraft) -> set[str]:
        """The client's jobs that are surely in XPM: those of the last sync, and those that were created from here."""
        jobs = self._ws.xpm("jobs")
        synced = jobs.index[jobs["client_id"].eq(draft.client_id)]
        made = self._ws.store.jobs.list_made(self._ws.practice_id, draft.client_id)
        return {str(number) for number in synced} | {one.job for one in made if one.id != stored.id}

    def _read_new_jobs(self, stored: StoredDraft) -> Sequence[FoundJob]:
        """Jobs created since the draft was begun; read once by a run, however many jobs it makes."""
        today = self._ws.clock.now().date()
        begun = datetime.fromisoformat(stored.made_at).date()
        start = max(begun - timedelta(days=1), today - timedelta(days=_MOST_DAYS))
        if self._new_jobs is None or self._new_jobs[0] > start:
            self._new_jobs = (start, self.sender.list_new_jobs(start, today + timedelta(days=1)))
        return self._new_jobs[1]

    def _note_state(self, code: str, state: str) -> str:
        return self._ws.states.check(code, state)
