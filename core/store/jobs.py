"""Job drafts and the steps of their creation, kept so that a refresh, a restart or a crash loses nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Engine, and_, insert, or_, select, update
from sqlalchemy.engine import RowMapping

from core.model import Clock, PersonNeeded, TieoutError, utc_text
from core.store.engine import fetch_rows, hold_lock, reading, writing
from core.store.tables import job_draft, job_step

#: Of a draft: being written; asked for; under way; waiting for a person's review of the costs; done; ended with
#: something missing; put away.
STATES = ("draft", "queued", "creating", "review", "created", "incomplete", "discarded")
#: What is, or may become, a job in XPM. A refused one is none, and a draft may never become one.
_STANDING = ("queued", "creating", "review", "created", "incomplete")


class DraftMovedOn(PersonNeeded):
    """The draft was changed elsewhere since this page showed it."""

    def __init__(self, draft_id: str) -> None:
        super().__init__(
            f"The job draft {draft_id!r} was changed elsewhere meanwhile. Nothing was saved; open it again."
        )


class NoSuchDraft(TieoutError):
    """No draft of this id, or it belongs to another practice."""

    def __init__(self, draft_id: str) -> None:
        super().__init__(f"There is no job draft {draft_id!r}. Choose one from the list on Jobs.")


@dataclass(frozen=True)
class StoredDraft:
    """One draft. `state` is one of STATES; `content` is JSON; `batch` the job_batch it belongs to, else empty."""

    id: str
    practice: str
    state: str
    revision: int
    reference: str
    content: str
    job: str
    made_by: str
    made_at: str
    changed_at: str
    run: str
    batch: str = ""


class JobDrafts:
    """Drafts of one practice at a time."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def create(self, practice: str, draft_id: str, reference: str, content: str, by: str) -> StoredDraft:
        """A new draft; the reference is unique within the practice."""
        with writing(self._engine) as connection:
            connection.execute(insert(job_draft).values(**self._new_row(practice, draft_id, reference, content, by)))
        return self.get(practice, draft_id)

    def _new_row(self, practice: str, draft_id: str, reference: str, content: str, by: str) -> dict[str, Any]:
        now = utc_text(self._clock.now())
        row = {"id": draft_id, "practice": practice, "state": "draft", "revision": 1, "reference": reference}
        return row | {"content": content, "made_by": by, "made_at": now, "changed_at": now}

    def get(self, practice: str, draft_id: str) -> StoredDraft:
        """The draft as it stands; raises NoSuchDraft."""
        query = select(job_draft).where(job_draft.c.practice == practice, job_draft.c.id == draft_id)
        with reading(self._engine) as connection:
            row = connection.execute(query).mappings().one_or_none()
        if row is None:
            raise NoSuchDraft(draft_id)
        return _read(row)

    def list_drafts(self, practice: str) -> pd.DataFrame:
        """All drafts but discarded ones, last changed first; index id, columns those of StoredDraft."""
        mine = (job_draft.c.practice == practice) & (job_draft.c.state != "discarded")
        query = select(job_draft).where(mine).order_by(job_draft.c.changed_at.desc())
        with reading(self._engine) as connection:
            return pd.read_sql(query, connection, index_col="id")

    def save(self, practice: str, draft_id: str, content: str, revision: int) -> StoredDraft:
        """Replace the content of a draft that still has this revision and is not being created; raises DraftMovedOn."""
        editable = job_draft.c.state.in_(("draft", "incomplete", "review"))
        values = {"content": content, "revision": revision + 1}
        self._change(practice, draft_id, editable & (job_draft.c.revision == revision), values)
        return self.get(practice, draft_id)

    def claim(
        self,
        practice: str,
        draft_id: str,
        run: str,
        content: str,
        judge: Callable[[Sequence[StoredDraft]], None],
        *,
        former: str,
        client_id: str,
    ) -> StoredDraft:
        """Give a draft to the run that creates its job.

        judge: sees every other draft of the client that is or may become a job, and raises when this one must not
        become one beside them; nobody else claims a draft meanwhile. former: the run it had when it was looked at.
        Raises DraftMovedOn when the draft is created, or another run was given it.
        """
        mine = job_draft.c.run.in_((former, run))
        one = and_(job_draft.c.practice == practice, job_draft.c.id == draft_id, mine)
        values = {"state": "queued", "run": run, "content": content}
        with writing(self._engine) as connection:
            hold_lock(connection, "job drafts", practice)
            judge(self._read_others(connection, practice, draft_id, client_id))
            startable = job_draft.c.state.in_(("draft", "queued", "creating", "review", "incomplete"))
            change = update(job_draft).where(one, startable)
            if connection.execute(change.values(**values, changed_at=utc_text(self._clock.now()))).rowcount != 1:
                raise DraftMovedOn(draft_id)
        return self.get(practice, draft_id)

    def list_standing(self, practice: str, but: str = "", client_id: str = "") -> list[StoredDraft]:
        """Every draft but that one, of one client or of all, which is or may become a job in XPM."""
        with reading(self._engine) as connection:
            return self._read_others(connection, practice, but, client_id)

    def list_made(self, practice: str, client_id: str) -> list[StoredDraft]:
        """Drafts of one client whose job is in XPM."""
        query = select(job_draft).where(job_draft.c.practice == practice, job_draft.c.job != "", _is_of(client_id))
        with reading(self._engine) as connection:
            return [_read(row) for row in connection.execute(query).mappings()]

    def find_first_state(self, practice: str) -> str:
        """The state XPM gave the newest job whose answer arrived; empty when none did."""
        told = (job_step.c.practice == practice, job_step.c.op == "job", job_step.c.state == "done")
        query = select(job_step.c.xpm_words).where(*told, job_step.c.absences == 0, job_step.c.xpm_words != "")
        with reading(self._engine) as connection:
            words = connection.execute(query.order_by(job_step.c.changed_at.desc()).limit(1)).scalar() or ""
        return str(words).partition(" · ")[0]

    def refer(self, practice: str, draft_id: str, reference: str) -> None:
        """Give a draft that never began another mark: another XPM account is connected than when it was made."""
        self._change(
            practice, draft_id, job_draft.c.state.in_(("draft", "queued", "incomplete")), {"reference": reference}
        )

    def _read_others(self, connection: Connection, practice: str, but: str, client_id: str) -> list[StoredDraft]:
        refused = select(job_step.c.draft).where(
            job_step.c.practice == practice, job_step.c.op == "job", job_step.c.state == "rejected"
        )
        stands = and_(job_draft.c.state.in_(_STANDING), job_draft.c.id.not_in(refused))
        query = select(job_draft).where(
            job_draft.c.practice == practice, job_draft.c.id != but, or_(stands, job_draft.c.job != "")
        )
        if client_id:
            query = query.where(_is_of(client_id))
        return [_read(row) for row in connection.execute(query).mappings()]

    def confirm(self, draft: StoredDraft, content: str, review: int, later: Sequence[dict[str, Any]]) -> None:
        """A person confirmed the costs: the review is done and these steps follow, all or nothing.

        Raises DraftMovedOn unless the draft still has the revision that was shown and its review is open.
        """
        now = utc_text(self._clock.now())
        waits = (job_step.c.draft == draft.id, job_step.c.n == review, job_step.c.state == "waiting")
        same = (job_draft.c.id == draft.id, job_draft.c.practice == draft.practice, job_draft.c.state == "review")
        with writing(self._engine) as connection:
            done = connection.execute(update(job_step).where(*waits).values(state="done", changed_at=now)).rowcount
            values = {"content": content, "revision": draft.revision + 1, "state": "incomplete", "changed_at": now}
            change = update(job_draft).where(*same, job_draft.c.revision == draft.revision).values(**values)
            if done != 1 or connection.execute(change).rowcount != 1:
                raise DraftMovedOn(draft.id)
            if later:
                connection.execute(insert(job_step), [{**row, "changed_at": now} for row in later])

    def move(self, practice: str, draft_id: str, to: str, *, frm: Sequence[str], **values: str) -> StoredDraft:
        """Change the state if it is one of `frm`, and `job` or `run` with it; raises DraftMovedOn."""
        self._change(practice, draft_id, job_draft.c.state.in_(tuple(frm)), {"state": to, **values})
        return self.get(practice, draft_id)

    def _change(self, practice: str, draft_id: str, condition: Any, values: dict[str, Any]) -> None:
        mine = (job_draft.c.practice == practice) & (job_draft.c.id == draft_id) & condition
        with writing(self._engine) as connection:
            done = connection.execute(
                update(job_draft).where(mine).values(**values, changed_at=utc_text(self._clock.now()))
            )
        if done.rowcount != 1:
            raise DraftMovedOn(draft_id)

    def read_steps(self, draft_id: str) -> list[dict[str, Any]]:
        """The steps of a creation in order; empty before it began."""
        query = select(job_step).where(job_step.c.draft == draft_id).order_by(job_step.c.n)
        with reading(self._engine) as connection:
            return fetch_rows(connection, query)

    def add_steps(self, rows: Sequence[dict[str, Any]], done: tuple[str, int] | None, words: str = "") -> None:
        """Add steps, and mark step `done` (draft, n) as done with these words, both or neither."""
        now = utc_text(self._clock.now())
        with writing(self._engine) as connection:
            if rows:
                connection.execute(insert(job_step), [{**row, "changed_at": now} for row in rows])
            if done is not None:
                one = (job_step.c.draft == done[0]) & (job_step.c.n == done[1])
                connection.execute(update(job_step).where(one).values(state="done", xpm_words=words, changed_at=now))

    def move_step(
        self, draft_id: str, n: int, from_state: str, values: Callable[[dict[str, Any]], dict[str, Any]]
    ) -> dict[str, Any] | None:
        """Change a step still in `from_state`; `values` makes the new columns from the row. None if it moved."""
        one = (job_step.c.draft == draft_id) & (job_step.c.n == n)
        with writing(self._engine) as connection:
            query = select(job_step).where(one)
            row = fetch_rows(connection, query.with_for_update())[0]
            if row["state"] != from_state:
                return None
            changed = {"changed_at": utc_text(self._clock.now())} | values(row)
            connection.execute(update(job_step).where(one).values(**changed))
            return fetch_rows(connection, query)[0]


def _is_of(client_id: str) -> ColumnElement[bool]:
    """Whether the content of a draft names this client; the id is XPM's, so it needs no quoting in JSON."""
    return job_draft.c.content.contains(f'"client_id": "{client_id}"', autoescape=True)


def _read(row: RowMapping) -> StoredDraft:
    return StoredDraft(**{name: row[name] for name in StoredDraft.__dataclass_fields__})
