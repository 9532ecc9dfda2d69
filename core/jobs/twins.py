"""Never the same job twice: drafts and jobs that are for the same client, template and period, or bear the same name.

XPM does not tell which template a job was made from. So jobs made here are known by template and period, and every
other job by its client and name.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.jobs.draft import JobDraft
from core.model import PersonNeeded


@dataclass(frozen=True)
class Known:
    """A job that exists or is being made. `draft_id` is empty for jobs made elsewhere, `job` until XPM has it."""

    client_id: str
    name: str
    job: str = ""
    draft_id: str = ""
    template_id: str = ""
    period: str = ""
    state: str = ""


class TwinJob(PersonNeeded):
    """There is such a job already. `job` is its number in XPM, empty while it is being made from `draft_id`."""

    def __init__(self, twin: Known) -> None:
        self.job = twin.job
        self.draft_id = twin.draft_id
        self.name = twin.name
        where = f"XPM has it as {twin.job}" if twin.job else "it is being created from another draft"
        super().__init__(
            f"There is a job {twin.name!r} of this client, template and period already: {where}. Nothing was created. "
            "Open that one, or say that another one is wanted."
        )


def find_twins(draft: JobDraft, known: Iterable[Known]) -> list[Known]:
    """Those for the same client with the same template and period, or of the same name; in the order given.

    Without a period, jobs of one template that begin on the same day are for the same one.
    """
    if draft.existing or not draft.client_id:
        return []
    return [one for one in known if one.client_id == draft.client_id and _is_twin(draft, one)]


def require_alone(draft: JobDraft, known: Sequence[Known]) -> None:
    """Raises TwinJob when one of these is for the same client, template and period, or of the same name."""
    twins = find_twins(draft, known)
    if twins:
        raise TwinJob(twins[0])


def _is_twin(draft: JobDraft, other: Known) -> bool:
    if fold_name(draft.name) and fold_name(draft.name) == fold_name(other.name):
        return True
    same_template = bool(draft.template_id) and draft.template_id == other.template_id
    return same_template and bool(other.period) and period_of(draft) == fold_name(other.period)


def period_of(draft: JobDraft) -> str:
    """What tells jobs of one template apart: the period as written, else the day the job begins."""
    return fold_name(draft.period) or (draft.start.isoformat() if draft.start else "")


def know_draft(draft: JobDraft, draft_id: str, job: str, state: str) -> Known:
    """A draft as the others know it."""
    return Known(draft.client_id, draft.name, job, draft_id, draft.template_id, period_of(draft), state)


def fold_name(name: str) -> str:
    """A name as it is compared: case, blanks and kinds of letters do not matter."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
