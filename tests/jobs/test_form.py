"""The job form: values into a draft."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from core.jobs import JobDraft
from core.jobs.form import read_form, write_client


def test_values_become_the_draft_and_the_cost_table_stays() -> None:
    form = read_form(
        JobDraft(name="Old"),
        {
            "name_pattern": " New ",
            "client": "client:X1",
            "start": date(2026, 11, 20),
            "staff_ids": ["S1"],
            "budget": "1,250.50",
        },
    )
    assert form.draft == JobDraft(
        name="Old",
        name_pattern="New",
        client_id="X1",
        start=date(2026, 11, 20),
        staff_ids=("S1",),
        budget=Decimal("1250.50"),
    )


def test_a_field_that_was_cleared_is_empty() -> None:
    assert read_form(JobDraft(template_id="T"), {"template_id": None}).draft.template_id == ""


def test_a_budget_that_is_no_number_is_said() -> None:
    form = read_form(JobDraft(), {"budget": "1.234,50"})
    assert (form.draft.budget, [problem.field for problem in form.problems]) == (None, ["budget"])


def test_a_local_client_is_kept_as_the_contact_it_was_chosen_as() -> None:
    draft = read_form(JobDraft(client_id="X1"), {"client": "contact:C7"}).draft
    assert (draft.client_id, draft.contact_id) == ("", "C7")
    assert write_client(draft) == "contact:C7"


def test_the_client_field_shows_what_the_draft_names() -> None:
    assert [write_client(draft) for draft in (JobDraft(), JobDraft(client_id="X1"))] == [None, "client:X1"]
