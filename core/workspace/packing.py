"""Packs as a page works on them: putting a client's files together, and the job that comes with them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from core.jobs import JobDraft
from core.jobs.packs import Pack, PackFile, PackState, add_files, judge_file, title_of
from core.model import Kind, PersonNeeded, TieoutError
from core.reports.entries import label_records
from core.store.packs import PackMovedOn, StoredPack
from core.workspace.paper_shelf import Wanted, look_up

if TYPE_CHECKING:
    from core.workspace import Workspace

__all__ = ["Added", "Packing", "StoredPack"]

LISTED = ["client", "period", "files", "size", "state", "draft_state", "job", "changed_at", "made_by"]
UNDER_WAY = ("queued", "running", "paused")


class PackBusy(PersonNeeded):
    """The pack is being sent, or was handed over: its files stay as they are."""

    def __init__(self, why: str) -> None:
        super().__init__(f"The pack cannot be changed now: {why}. Nothing was changed.")


class HeldByPack(PersonNeeded):
    """A job that belongs to a pack is created when the pack is handed over, and not before."""

    def __init__(self) -> None:
        super().__init__(
            "This job belongs to a pack of documents: it is created when the pack is downloaded or sent, on Documents. "
            "Nothing was created."
        )


@dataclass(frozen=True)
class Added:
    """What adding files did: the pack as it is now, how many were added, and a sentence for each that was not."""

    stored: StoredPack
    added: int
    refused: tuple[str, ...]


class Packing:
    """Packs of one practice while they are put together."""

    def __init__(self, workspace: Workspace) -> None:
        self._ws = workspace
        self._packs = workspace.store.packs

    # -- packs --------------------------------------------------------------------------------------------------------

    def listed(self) -> pd.DataFrame:
        """Every pack but discarded ones, last changed first; index pack id, columns LISTED.

        `size` in bytes; `draft_state` is that of its job's draft, empty without one; `job` the number once created.
        """
        stored = self._packs.list_packs(self._ws.practice_id)
        packs = [Pack.from_json(content) for content in stored["content"]]
        names, drafts = self._ws.local("clients")["name"], self._ws.jobs.list_drafts()
        return stored.assign(
            client=[str(names.get(pack.client_id, pack.client_id)) for pack in packs],
            period=[pack.period for pack in packs],
            files=[len(pack.files) for pack in packs],
            size=[pack.size for pack in packs],
            draft_state=look_up(stored["draft"], drafts["state"]),
            job=look_up(stored["draft"], drafts["job"]),
        )[LISTED]

    def clients(self) -> dict[str, str]:
        """Local clients that a pack can be for, id -> name; names that several carry are told apart."""
        clients = self._ws.local("clients")
        names = label_records(clients[~clients["archived"]])
        return {str(one): str(name) for one, name in names.sort_values(key=lambda text: text.str.casefold()).items()}

    def new(self, client_id: str, period: str = "") -> StoredPack:
        """A pack for a client, for good: what is packed for one client can never be sent as another's."""
        settings = self._ws.practice.settings
        pack = Pack(client_id=client_id, period=period, to=self._find_email(client_id))
        pack = replace(pack, subject=settings.mail_subject, body=settings.mail_body)
        return self._packs.create(self._ws.practice_id, self._ws.make_id(), pack.to_json(), self._ws.actor)

    def get(self, pack_id: str) -> StoredPack:
        """One pack; raises NoSuchPack."""
        return self._packs.get(self._ws.practice_id, pack_id)

    def of_draft(self, draft_id: str) -> str:
        """The pack that a job draft belongs to; empty when it belongs to none."""
        found = self._packs.of_draft(self._ws.practice_id, draft_id)
        return found.id if found else ""

    def require_delivered(self, draft_id: str) -> None:
        """Raise HeldByPack when the draft belongs to a pack that nobody has yet."""
        found = self._packs.of_draft(self._ws.practice_id, draft_id)
        if found and found.state != PackState.DELIVERED:
            raise HeldByPack

    def is_busy(self, stored: StoredPack) -> bool:
        """Whether a run is about to send it."""
        return bool(stored.run) and self._ws.store.runs.get(stored.run).state in UNDER_WAY

    def save(self, pack_id: str, pack: Pack, revision: int) -> StoredPack:
        """Keep another content. Raises PackMovedOn when it was changed elsewhere, PackBusy once somebody has it.

        How it is handed over and its message may change even then; its client never does.
        """
        stored = self.get(pack_id)
        known = Pack.from_json(stored.content)
        if self.is_busy(stored):
            raise PackBusy("it is being sent")
        if pack.client_id != known.client_id:
            raise PackBusy("it was begun for another client")
        only_draft = (pack.files, pack.period, pack.attaches) != (known.files, known.period, known.attaches)
        if only_draft and stored.state != PackState.DRAFT:
            raise PackBusy("it was handed over already; make a new one")
        states = (PackState.DRAFT,) if only_draft else (PackState.DRAFT, PackState.DELIVERED)
        return self._packs.save(self._ws.practice_id, pack_id, revision, states=states, content=pack.to_json())

    def change(self, pack_id: str, revision: int, edit: Callable[[Pack], Pack]) -> StoredPack:
        """Save what `edit` makes of the pack as it is kept; raises as `save`."""
        return self.save(pack_id, edit(Pack.from_json(self.get(pack_id).content)), revision)

    def copy(self, pack_id: str) -> StoredPack:
        """A new pack with the same files and message, that nobody has yet and that has no job."""
        content = self.get(pack_id).content
        return self._packs.create(self._ws.practice_id, self._ws.make_id(), content, self._ws.actor)

    def discard(self, pack_id: str, revision: int) -> None:
        """Put a pack away that nobody has, and the draft of its job with it. Raises PackMovedOn, PackBusy."""
        stored = self.get(pack_id)
        if self.is_busy(stored):
            raise PackBusy("it is being sent")
        discarded = str(PackState.DISCARDED)
        self._packs.save(self._ws.practice_id, pack_id, revision, states=(PackState.DRAFT,), state=discarded)
        self._drop_draft(stored.draft)

    # -- files --------------------------------------------------------------------------------------------------------

    def add_documents(self, pack_id: str, document_ids: Sequence[str], revision: int) -> Added:
        """Add documents of the local table. Raises NoDocument, PackFull, PackMovedOn, PackBusy."""
        stored = self.get(pack_id)
        wanted = self._ws.papers.take_documents(Pack.from_json(stored.content).client_id, document_ids)
        return self._add(stored, revision, wanted)

    def add_papers(self, pack_id: str, paths: Sequence[str], revision: int) -> Added:
        """Add files of the folder of documents by their paths there. Raises NotOfClient and as `add_documents`."""
        stored = self.get(pack_id)
        return self._add(stored, revision, self._ws.papers.take_papers(Pack.from_json(stored.content).client_id, paths))

    def add_uploads(self, pack_id: str, files: Iterable[tuple[str, bytes]], revision: int) -> Added:
        """Add files that a person handed over: names and contents. Raises PackFull, PackMovedOn, PackBusy."""
        wanted = [Wanted(name, "", partial(bytes, data), "upload") for name, data in files]
        return self._add(self.get(pack_id), revision, wanted)

    def _add(self, stored: StoredPack, revision: int, wanted: Sequence[Wanted]) -> Added:
        """Keep each file that is fit, and say of each other why not; too large a pack is refused whole."""
        files, refused = [], []
        for one in wanted:
            try:
                data = one.read()
                plain = judge_file(one.name, data)
            except TieoutError as error:
                refused.append(str(error))
                continue
            sha256, key = self._ws.uploads.keep(data), self._ws.make_id()[:8]
            files.append(PackFile(key, plain, one.title or title_of(plain), sha256, len(data), one.origin))
        pack = Pack.from_json(stored.content)
        grown = add_files(pack, files)
        if grown != pack:
            stored = self.save(stored.id, grown, revision)
        return Added(stored, len(grown.files) - len(pack.files), tuple(refused))

    # -- the job that comes with it -----------------------------------------------------------------------------------

    def want_job(self, pack_id: str, revision: int, *, wanted: bool) -> StoredPack:
        """Give the pack a draft of a job, or put its draft away. Raises PackMovedOn, PackBusy."""
        stored = self.get(pack_id)
        if bool(stored.draft) == wanted:
            return stored
        if self.is_busy(stored) or stored.state != PackState.DRAFT:
            raise PackBusy("it is being sent or was handed over already")
        draft = self._draft_job(Pack.from_json(stored.content)) if wanted else ""
        try:
            kept = self._packs.save(self._ws.practice_id, pack_id, revision, states=(PackState.DRAFT,), draft=draft)
        except PackMovedOn:
            self._drop_draft(draft)
            raise
        self._drop_draft(stored.draft)
        return kept

    def _draft_job(self, pack: Pack) -> str:
        linked = self._find_linked(pack.client_id)
        draft = JobDraft(
            client_id=linked,
            contact_id="" if linked else pack.client_id,
            period=pack.period,
            start=self._ws.today,
            name_pattern=self._ws.practice.settings.job_name,
            review=True,
        )
        return self._ws.jobs.new_draft(self._ws.drafting.settle(draft).draft).id

    def _drop_draft(self, draft: str) -> None:
        if draft and self._ws.jobs.get(draft).state == "draft":
            self._ws.jobs.discard(draft)

    def _find_email(self, client_id: str) -> str:
        """The client's address here, else in XPM."""
        clients, xpm = self._ws.local("clients"), self._ws.xpm("clients")
        here = str(clients["email"].get(client_id, ""))
        return here or str(xpm["email"].get(self._find_linked(client_id), ""))

    def _find_linked(self, client_id: str) -> str:
        return str(self._ws.proposing.decided(Kind.CLIENT).linked.get(client_id, ""))
