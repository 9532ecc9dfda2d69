"""Handing a pack over, by download or by mail, and its job after it.

The mail comes first: while nobody has the files there is nothing to bill. A mail that was refused leaves everything as
it was. A mail that may have been taken over waits for a person, and is never sent again without one. Only a pack that
somebody has gets its job, by a run of its own that can be carried on; each half's outcome is written down as it comes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pandas as pd

from core.jobs import JobDraft, StepOp, TwinJob, check_draft
from core.jobs.packs import Pack, PackState, list_gaps, name_file
from core.jobs.paper import Paper, join_pdfs, make_zip
from core.model import PersonNeeded, TieoutError
from core.store.jobs import DraftMovedOn
from core.store.packs import NewPackEvent, PackMovedOn, StoredPack

if TYPE_CHECKING:
    from core.workspace import Workspace

__all__ = ["Built", "Delivering", "JobNotAsked", "NotReady"]

#: How often the job is asked for when its draft changes in between.
_TRIES = 5


class NotReady(TieoutError):
    """The pack, its message or its job still lacks something."""

    def __init__(self, gaps: list[str]) -> None:
        super().__init__(f"The pack cannot be handed over yet. {' '.join(gaps)}")


class JobNotAsked(PersonNeeded):
    """The files are with somebody, and the job could not be asked for."""

    def __init__(self, why: str) -> None:
        super().__init__(f"The files were handed over. Their job was not created: {why}")


@dataclass(frozen=True)
class Built:
    """The pack as one file."""

    file_name: str
    mime: str
    data: bytes


class Delivering:
    """Downloads, mails, and what follows them."""

    def __init__(self, workspace: Workspace) -> None:
        self._ws = workspace
        self._packs = workspace.store.packs

    # -- what would happen --------------------------------------------------------------------------------------------

    def list_gaps(self, pack_id: str) -> list[str]:
        """What keeps the pack from being handed over at all, its job's gaps among it; a sentence each."""
        stored = self._ws.packs.get(pack_id)
        return list_gaps(Pack.from_json(stored.content)) + self._list_job_gaps(stored)

    def _list_job_gaps(self, stored: StoredPack) -> list[str]:
        draft = self._ws.jobs.get(stored.draft) if stored.draft else None
        if draft is None or draft.run:
            return []
        if draft.state != "draft":
            return ["The draft of its job was put away. Switch the job off, or off and on again."]
        settled = self._ws.drafting.settle(JobDraft.from_json(draft.content))
        content = settled.draft
        gaps = [f"Its job: {problem.sentence}" for problem in (*settled.problems, *check_draft(content))]
        twins = [] if content.twin_allowed else self._ws.jobs.twins(content, draft.id)
        return gaps + ([f"Its job: {TwinJob(twins[0])}"] if twins else [])

    def name_values(self, pack: Pack, sender: str = "") -> dict[str, str]:
        """What stands in the place of each placeholder; the sender is who acts now unless another one is named."""
        client = self._ws.local("clients")["name"].get(pack.client_id, "")
        practice = self._ws.practice.name
        return {"client": str(client), "period": pack.period, "practice": practice, "sender": sender or self._ws.actor}

    # -- the file -----------------------------------------------------------------------------------------------------

    def build(self, pack_id: str) -> Built:
        """The pack as one PDF when it shall be one, else as a ZIP. Raises NotReady, NoOnePdf, NotKept."""
        gaps = self.list_gaps(pack_id)
        if gaps:
            raise NotReady(gaps)
        stored = self._ws.packs.get(pack_id)
        return self._build(Pack.from_json(stored.content), stored.made_at)

    def _build(self, pack: Pack, made_at: str) -> Built:
        client = self.name_values(pack)["client"]
        papers = self._read_papers(pack)
        if pack.as_one:
            return Built(name_file(client, pack.period, ".pdf"), "application/pdf", join_pdfs(papers))
        # Dated by the pack, not by the moment: the same pack is the same file however often it is taken.
        made = datetime.fromisoformat(made_at).astimezone(ZoneInfo(self._ws.practice.zone))
        return Built(name_file(client, pack.period, ".zip"), "application/zip", make_zip(papers, made))

    def list_files(self, stored: StoredPack) -> tuple[tuple[str, bytes], ...]:
        """Names and contents of what goes with a mail: the one PDF, else each file as it is."""
        pack = Pack.from_json(stored.content)
        if pack.as_one:
            built = self._build(pack, stored.made_at)
            return ((built.file_name, built.data),)
        return tuple((paper.file_name, paper.data) for paper in self._read_papers(pack))

    def _read_papers(self, pack: Pack) -> list[Paper]:
        return [Paper(one.file_name, one.title, self._ws.uploads.read(one.sha256)) for one in pack.files]

    # -- download -----------------------------------------------------------------------------------------------------

    def note_download(self, pack_id: str, revision: int) -> str:
        """Note that a person took the file, and ask for its job the first time; gives the sentence to show.

        Raises PackMovedOn when the pack is another than was built, JobNotAsked.
        """
        stored = self._ws.packs.get(pack_id)
        done = self._event("download", "done", f"Downloaded: {self._count_files(stored)}.")
        if stored.revision != revision:
            raise PackMovedOn
        if stored.state == PackState.DRAFT and not self._ws.packs.is_busy(stored):
            self._packs.move(
                self._ws.practice_id, pack_id, PackState.DELIVERED, done, frm=(PackState.DRAFT,), revision=revision
            )
            self.log(stored, "downloaded")
            return f"Downloaded. {self.follow_up(pack_id)}".strip()
        self._packs.note(self._ws.practice_id, pack_id, done)
        told = self.follow_up(pack_id) if stored.state == PackState.DELIVERED else ""
        return f"Downloaded again. {told or 'Nothing else was done.'}"

    # -- the job ------------------------------------------------------------------------------------------------------

    def ask_job(self, pack_id: str) -> str:
        """Ask for the job of a pack that somebody has and that has none yet; gives a sentence. Raises JobNotAsked."""
        stored = self._ws.packs.get(pack_id)
        if stored.state != PackState.DELIVERED:
            raise PackMovedOn
        return self.follow_up(pack_id) or "Its job was asked for already."

    def follow_up(self, pack_id: str) -> str:
        """Ask for the job of a pack that was handed over, once and for all; gives a sentence, empty for nothing to do.

        A draft that has a run is not asked for again, whoever calls this how often. Raises JobNotAsked.
        """
        for _ in range(_TRIES):
            try:
                return self._ask_once(pack_id)
            except DraftMovedOn:
                # Somebody took the pack at the same moment, or typed into the form: it is read anew.
                continue
        raise self._refuse(pack_id, "its draft changes again and again. Ask for it here once nobody edits it")

    def _ask_once(self, pack_id: str) -> str:
        stored = self._ws.packs.get(pack_id)
        draft = self._ws.jobs.get(stored.draft) if stored.draft else None
        if draft is None or draft.run:
            return ""
        try:
            pack, content = Pack.from_json(stored.content), JobDraft.from_json(draft.content)
            settled = self._ws.drafting.settle(content).draft
            wanted = replace(settled, documents=pack.attachments() if pack.attaches else ())
            if wanted != content:
                self._ws.jobs.save(draft.id, wanted, draft.revision)
            run = self._ws.jobs.request(draft.id)
        except DraftMovedOn:
            raise
        except TieoutError as error:
            raise self._refuse(pack_id, str(error)) from error
        begun = self._event("job", "begun", f"The job {wanted.name} is being created.", run=run.id)
        self._packs.note(self._ws.practice_id, pack_id, begun)
        return f"The job {wanted.name} is being created."

    def _refuse(self, pack_id: str, why: str) -> JobNotAsked:
        self._packs.note(self._ws.practice_id, pack_id, self._event("job", "refused", why))
        return JobNotAsked(why)

    def note_job(self, draft_id: str) -> None:
        """Write down in the pack of this draft how its job stands, once for each way it stands; the run calls it."""
        stored = self._packs.of_draft(self._ws.practice_id, draft_id)
        if stored is None:
            return
        draft = self._ws.jobs.get(draft_id)
        events = list(self._tell_job(stored, draft.state, draft.job))
        known = {(row.what, row.outcome, row.words) for row in self.history(stored.id).itertuples()}
        for event in events:
            if (event.what, event.outcome, event.words) not in known:
                self._packs.note(self._ws.practice_id, stored.id, event, job=draft.job)

    def _tell_job(self, stored: StoredPack, state: str, job: str) -> list[NewPackEvent]:
        steps = self._ws.jobs.steps(stored.draft)
        left = int(steps["state"].ne("done").sum())
        papers = steps[steps["op"].eq(str(StepOp.DOCUMENT))]
        attached = int(papers["state"].eq("done").sum())
        told = {
            "created": ("done", f"The job {job} was created."),
            "review": ("begun", f"The job {job} exists; its costs wait for a review on Jobs."),
            "incomplete": ("refused", f"The job {job or 'itself'} lacks {left} of {len(steps)} steps; go on on Jobs."),
        }
        events = [self._event("job", *told[state])] if state in told else []
        if len(papers) and attached == len(papers):
            events.append(self._event("attach", "done", f"{attached} of {len(papers)} files are attached to {job}."))
        elif len(papers) and state == "incomplete":
            words = f"{attached} of {len(papers)} files are attached to {job or 'no job yet'}."
            events.append(self._event("attach", "refused", words))
        return events

    # -- what happened ------------------------------------------------------------------------------------------------

    def history(self, pack_id: str) -> pd.DataFrame:
        """What was done with a pack, oldest first; index id, columns at, actor, what, outcome, words, facts."""
        return self._packs.history(self._ws.practice_id, pack_id)

    def in_doubt(self) -> pd.DataFrame:
        """Packs whose mail may or may not have arrived, last changed first; as `Packing.listed`."""
        stored = self._packs.list_packs(self._ws.practice_id, states=(PackState.IN_DOUBT, PackState.ENDING))
        busy = [self._ws.packs.is_busy(self._ws.packs.get(str(one))) for one in stored.index]
        return self._ws.packs.listed().reindex(stored.index[[not one for one in busy]])

    def _event(self, what: str, outcome: str, words: str, **facts: str) -> NewPackEvent:
        return NewPackEvent(self._ws.actor, what, outcome, words, facts)

    def _count_files(self, stored: StoredPack) -> str:
        files = Pack.from_json(stored.content).files
        return f"{len(files)} file{'s' if len(files) != 1 else ''}"

    def log(self, stored: StoredPack, verb: str, *, why: str = "", run: str = "") -> None:
        pack = Pack.from_json(stored.content)
        after = f"{self._count_files(stored)} of {self.name_values(pack)['client']}"
        ws = self._ws
        ws.store.events.add(ws.practice_id, ws.actor, verb, "pack", stored.id, after=after, why=why, run=run)
