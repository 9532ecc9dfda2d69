"""The job form: what its fields hold, read into a draft, with a sentence for each field that cannot be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from core.jobs.costs import read_number
from core.jobs.draft import FieldProblem, JobDraft

#: The fields of the form that hold text or an id, under the names of JobDraft.
TEXT_FIELDS = (
    *("template_id", "description", "category_id", "manager_id", "partner_id"),
    *("client_order_number", "state_code", "period", "name_pattern"),
)
#: What an option of the client field begins with: a client of XPM's, or a local one.
CLIENT, CONTACT = "client:", "contact:"


@dataclass(frozen=True)
class Form:
    """A form as read: the draft, and the fields that could not be read and are empty in it."""

    draft: JobDraft
    problems: tuple[FieldProblem, ...]


def read_form(draft: JobDraft, values: Mapping[str, Any]) -> Form:
    """The draft with the form's values in the place of its own; its cost table stays.

    values: by field name: text or None for TEXT_FIELDS and budget, dates or None for start and due, ids for staff_ids,
    an option of the client field for `client`, and a bool for review. What a contact's link is and what a name's
    placeholders mean is not looked up here.
    """
    texts: dict[str, Any] = {name: str(values.get(name) or "").strip() for name in TEXT_FIELDS}
    written = str(values.get("budget") or "").strip()
    budget, problems = None, []
    try:
        budget = read_number(written, 2) if written else None
    except ValueError as error:
        problems.append(FieldProblem("budget", f"Budget: {error}"))
    read = replace(
        draft,
        **texts,
        **read_client(values.get("client")),
        budget=budget,
        start=values.get("start"),
        due=values.get("due"),
        staff_ids=tuple(values.get("staff_ids") or ()),
        review=bool(values.get("review")),
        twin_allowed=bool(values.get("twin_allowed")),
    )
    return Form(read, tuple(problems))


def read_client(option: str | None) -> dict[str, Any]:
    """The fields of a draft that an option of the client field stands for; both empty for none."""
    text = option or ""
    contact = text.removeprefix(CONTACT) if text.startswith(CONTACT) else ""
    client = text.removeprefix(CLIENT) if text.startswith(CLIENT) else ""
    return {"client_id": client, "contact_id": contact}


def write_client(draft: JobDraft) -> str | None:
    """The option of the client field that a draft's client is; None for none."""
    if draft.contact_id:
        return f"{CONTACT}{draft.contact_id}"
    return f"{CLIENT}{draft.client_id}" if draft.client_id else None
