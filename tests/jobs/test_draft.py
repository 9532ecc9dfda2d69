"""A job draft keeps every field through the store, and says what it still lacks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from core.jobs.draft import Attachment, CostLine, JobDraft, check_draft

WHOLE = JobDraft(
    client_id="c1",
    name="Annual accounts 2026",
    start=date(2026, 11, 1),
    due=date(2026, 12, 15),
    staff_ids=("s1", "s2"),
    budget=Decimal("2500.00"),
    costs=(CostLine("a", date(2026, 11, 20), "Fee", Decimal(1), Decimal("45.00"), Decimal("52.50"), note="n"),),
)


def test_a_draft_comes_back_from_the_store_unchanged() -> None:
    assert JobDraft.from_json(WHOLE.to_json()) == WHOLE


def test_files_held_costs_and_tax_come_back_unchanged() -> None:
    taxed = replace(WHOLE.costs[0], tax_percent=Decimal(15))
    file = Attachment("f1", "accounts.pdf", "Accounts", "0" * 64, 1200)
    draft = replace(WHOLE, costs=(taxed,), held=WHOLE.costs, documents=(file,), existing="J000412", review=True)
    assert JobDraft.from_json(draft.to_json()) == draft


def test_an_empty_draft_comes_back_unchanged() -> None:
    assert JobDraft.from_json(JobDraft().to_json()) == JobDraft()


def test_a_whole_draft_has_no_problems() -> None:
    assert check_draft(WHOLE) == []


def test_an_empty_form_names_every_missing_field() -> None:
    assert [problem.field for problem in check_draft(JobDraft())] == ["client_id", "name", "start", "due"]


def test_a_due_date_before_the_start_is_refused() -> None:
    assert [p.field for p in check_draft(replace(WHOLE, due=date(2026, 10, 1)))] == ["due"]
