"""The job form: what its fields hold, read into a draft, with a sentence for each field that cannot be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from core.jobs.costs import read_number
from core.jobs.draft import FieldProblem, JobDraft

#: The fields of the form that hold text or an id, under the names of JobDraft.
TEXT_FIELDS = (
    *("client_id", "name", "template_id", "description", "category_id", "manager_id", "partner_id"),
    *("client_order_number", "state_code"),
)


@dataclass(frozen=True)
class Form:
    """A form as read: the draft, and the fields that could not be read and are empty in it."""

    draft: JobDraft
    problems: tuple[FieldProblem, ...]


def read_form(draft: JobDraft, values: Mapping[str, Any]) -> Form:
    """The draft with the form's values in the place of its own; its cost table stays.

    values: by field name: text or None for TEXT_FIELDS and budget, dates or None for start and due, ids for staff_ids.
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
        budget=budget,
        start=values.get("start"),
        due=values.get("due"),
        staff_ids=tuple(values.get("staff_ids") or ()),
    )
    return Form(read, tuple(problems))
