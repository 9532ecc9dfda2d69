"""A job before it exists: what a person filled in, kept until XPM confirmed every part of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

#: Xero documents no maximum; beyond this a name is likely to be cut, so the form warns.
LONG_NAME = 255


@dataclass(frozen=True)
class CostLine:
    """One line of the cost table; prices as XPM holds them, per unit.

    `key` names the line on the page. `xpm_id` is set once XPM has it. `brought` is true for lines the template made.
    `tax_percent` is ours, for totals: XPM's costs know no tax. With `markup_percent` the price was given as a mark-up
    and follows the cost; without it the price stands for itself.
    """

    key: str
    date: date
    description: str
    quantity: Decimal
    unit_cost: Decimal
    unit_price: Decimal
    billable: bool = True
    code: str = ""
    note: str = ""
    xpm_id: str = ""
    brought: bool = False
    tax_percent: Decimal | None = None
    markup_percent: Decimal | None = None


@dataclass(frozen=True)
class Attachment:
    """A file to be attached to the job. `sha256` finds its bytes among the practice's files; `size` is in bytes."""

    key: str
    file_name: str
    title: str
    sha256: str
    size: int


@dataclass(frozen=True)
class JobDraft:
    """What will be created. Ids are XPM's; dates are work dates in the practice's zone; empty text means not chosen.

    `removed` are lines that the template is expected to bring and the person took out; XPM cannot delete costs, so
    they are set to quantity 0 and not billable.
    `period` is the stretch the job is for, as people write it. `existing` is the number of a job whose costs are
    edited in place of creating one, and `held` are its costs as they were shown then. `review`: a person confirms the
    costs once the template's are known. `twin_allowed`: a person wants another job beside one of this client,
    template and period. `contact_id` is the local client that was chosen, whose link gives `client_id`; that is empty
    while there is no link. `name_pattern` is the name with its placeholders, `name` the same filled in.
    """

    client_id: str = ""
    name: str = ""
    template_id: str = ""
    description: str = ""
    category_id: str = ""
    start: date | None = None
    due: date | None = None
    staff_ids: tuple[str, ...] = ()
    manager_id: str = ""
    partner_id: str = ""
    budget: Decimal | None = None
    client_order_number: str = ""
    state_code: str = ""
    costs: tuple[CostLine, ...] = ()
    removed: tuple[CostLine, ...] = ()
    period: str = ""
    existing: str = ""
    held: tuple[CostLine, ...] = ()
    review: bool = False
    twin_allowed: bool = False
    documents: tuple[Attachment, ...] = ()
    contact_id: str = ""
    name_pattern: str = ""

    def with_costs(self, costs: tuple[CostLine, ...]) -> JobDraft:
        """The same job with another cost table."""
        return replace(self, costs=costs)

    def to_json(self) -> str:
        """The stored form: dates as ISO text, money as decimal text."""
        return json.dumps(asdict(self), default=str, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> JobDraft:
        """Read the stored form back; missing fields keep their defaults."""
        raw: dict[str, Any] = json.loads(text)
        raw |= {name: tuple(map(_read_line, raw.get(name, ()))) for name in ("costs", "removed", "held")}
        raw["documents"] = tuple(Attachment(**one) for one in raw.get("documents", ()))
        budget = raw.pop("budget", None)
        return cls(
            **raw
            | {"start": _read_date(raw.get("start")), "due": _read_date(raw.get("due"))}
            | {"staff_ids": tuple(raw.get("staff_ids", ()))},
            budget=None if budget is None else Decimal(budget),
        )


def _read_date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


_PERCENTS = ("tax_percent", "markup_percent")


def _read_line(raw: Mapping[str, Any]) -> CostLine:
    money = {name: Decimal(raw[name]) for name in ("quantity", "unit_cost", "unit_price")}
    percents = {name: None if raw.get(name) is None else Decimal(raw[name]) for name in _PERCENTS}
    return CostLine(**{**raw, **money, **percents, "date": date.fromisoformat(raw["date"])})


@dataclass(frozen=True)
class FieldProblem:
    """Something in the form that keeps the job from being created. `field` is the form's field name."""

    field: str
    sentence: str


def check_draft(draft: JobDraft) -> list[FieldProblem]:
    """What is missing or contradicts itself, in the order of the form; empty when the job can be created.

    Of an existing job only the costs are asked for, and those are checked cell by cell.
    """
    if draft.existing:
        return []
    problems = [
        FieldProblem(field, sentence)
        for field, missing, sentence in (
            ("client_id", not (draft.client_id or draft.contact_id), "Choose the client that the job is for."),
            ("client_id", bool(draft.contact_id) and not draft.client_id, "Link the client to its XPM client."),
            ("name", not draft.name.strip(), "Give the job a name."),
            ("name", len(draft.name) > LONG_NAME, f"Shorten the name to {LONG_NAME} characters."),
            ("start", draft.start is None, "Choose the start date; XPM wants one."),
            ("due", draft.due is None, "Choose the due date; XPM wants one."),
        )
        if missing
    ]
    if draft.start and draft.due and draft.due < draft.start:
        problems.append(FieldProblem("due", f"The due date {draft.due} is before the start {draft.start}."))
    if draft.budget is not None and draft.budget < 0:
        problems.append(FieldProblem("budget", "The budget cannot be negative."))
    return problems
