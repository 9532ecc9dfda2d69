"""A job drafted on the assembled demo practice, from its client's link to its last cost, against the sandbox."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from core.jobs import CostLine, JobDraft
from core.jobs.merge import Mark
from core.model import Kind, RunState
from core.sandbox.state import JobCost
from core.workspace.jobbing import StoredDraft
from tests.workspace.storm import Storm, prepare

TEMPLATE = "Annual Accounts & Tax - Company"
Open = Callable[..., Storm]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return prepare(tmp_path_factory.mktemp("form") / "demo", unpushed=0)


@pytest.fixture
def storm(prepared: Path, tmp_path: Path) -> Iterator[Storm]:
    opened = Storm(prepared, tmp_path / "demo")
    yield opened
    opened.close()


def make_line(key: str, words: str, price: int, code: str = "") -> CostLine:
    return CostLine(key, date(2026, 11, 20), words, Decimal(1), Decimal(10), Decimal(price), code=code)


def find_unlinked(storm: Storm) -> str:
    """A local client with a proposal and no link yet."""
    linked = storm.workspace.proposing.decided(Kind.CLIENT).linked
    proposed = storm.workspace.review.proposals(Kind.CLIENT)["local_id"]
    return next(str(one) for one in proposed if one not in linked)


def draft_job(storm: Storm, *lines: CostLine, **values: object) -> StoredDraft:
    """A whole draft from a template for a linked client."""
    ws = storm.workspace
    linked = ws.proposing.decided(Kind.CLIENT).linked
    templates = ws.xpm("templates")["name"]
    draft = JobDraft(
        contact_id=next(iter(linked)),
        template_id=str(templates.index[templates.eq(TEMPLATE)][0]),
        name_pattern="{template} {fy}",
        start=date(2026, 11, 20),
        due=date(2026, 12, 31),
        review=True,
        costs=lines,
    )
    return ws.jobs.new_draft(ws.drafting.settle(replace(draft, **values)).draft)  # type: ignore[arg-type]


def costs_of(storm: Storm, job: str) -> dict[str, JobCost]:
    return {cost.description: cost for cost in storm.tenant.jobs[job].costs}


def test_a_client_that_is_not_linked_is_linked_on_the_spot_as_on_clients(storm: Storm) -> None:
    ws, local_id = storm.workspace, find_unlinked(storm)
    draft = JobDraft(contact_id=local_id)
    assert ws.drafting.settle(draft).draft.client_id == ""
    contact = ws.drafting.contact(local_id)
    assert contact.best in contact.candidates
    ws.drafting.link_contact(local_id, contact.best, contact.seen)
    assert ws.drafting.settle(draft).draft.client_id == contact.best
    assert ws.review.rows(Kind.CLIENT).loc[local_id, "state"] == "linked"


def test_the_review_merges_what_the_template_brought_and_confirm_saves_it(storm: Storm) -> None:
    ws = storm.workspace
    own = make_line("k1", "ASIC annual review fee - proprietary company", 340, "ASIC-R")
    stored = draft_job(storm, own, make_line("k2", "Search fee", 15))
    assert storm.follow(ws.jobs.request(stored.id)).state is RunState.STOPPED
    stored = ws.jobs.get(stored.id)
    assert stored.state == "review"
    merged = ws.costing.lay_out_review(JobDraft.from_json(stored.content), ws.jobs.review_lines(stored.id))
    assert [(one.mark, one.description) for one in ws.costing.differences(merged)] == [
        (Mark.CHANGED, "ASIC annual review fee - proprietary company"),
        (Mark.NEW, "Search fee"),
        (Mark.UNASKED, "Document pack, printed and bound"),
    ]
    silent = replace(merged.costs[2], quantity=Decimal(0), billable=False)
    run = ws.jobs.confirm(stored.id, (*merged.costs[:2], silent), stored.revision)
    assert storm.follow(run).state is RunState.DONE
    held = costs_of(storm, ws.jobs.get(stored.id).job)
    assert {words: (int(cost.quantity), int(cost.unit_price), cost.billable) for words, cost in held.items()} == {
        "ASIC annual review fee - proprietary company": (1, 340, True),
        "Search fee": (1, 15, True),
        "Document pack, printed and bound": (0, 44, False),
    }


def test_a_job_made_here_is_named_by_its_pattern_and_gives_its_costs_to_the_next(storm: Storm) -> None:
    ws = storm.workspace
    stored = draft_job(storm, make_line("k1", "Search fee", 15), review=False)
    assert storm.follow(ws.jobs.request(stored.id)).state is RunState.DONE
    job = ws.jobs.get(stored.id).job
    assert storm.tenant.jobs[job].name == f"{TEMPLATE} FY2027"
    template_id = JobDraft.from_json(stored.content).template_id
    assert ws.costing.last_job(template_id) == job
    filled = ws.costing.fill_from_job(JobDraft(), job)
    assert "Search fee" in {line.description for line in filled.costs}


def test_the_costs_of_an_existing_job_are_edited_with_a_diff_first(storm: Storm) -> None:
    ws = storm.workspace
    stored = draft_job(storm, make_line("k1", "Search fee", 15), template_id="", review=False)
    storm.follow(ws.jobs.request(stored.id))
    job = ws.jobs.get(stored.id).job
    edit = ws.costing.edit_job(job)
    assert ws.costing.edit_job(job).id == edit.id
    draft = JobDraft.from_json(edit.content)
    dearer = replace(draft.costs[0], unit_price=Decimal(25))
    draft = draft.with_costs((dearer, make_line("k9", "Courier", 9)))
    assert [(one.mark, one.words) for one in ws.costing.differences(draft)] == [
        (Mark.CHANGED, "unit price 15.00 → 25.00"),
        (Mark.NEW, "1 × 9.00"),
    ]
    ws.jobs.save(edit.id, draft, edit.revision)
    assert storm.follow(ws.jobs.request(edit.id)).state is RunState.DONE
    assert {words: cost.unit_price for words, cost in costs_of(storm, job).items()} == {"Search fee": 25, "Courier": 9}
    assert ws.drafting.listed().loc[edit.id, "state"] == "sent"


def test_a_cost_somebody_changed_in_xpm_meanwhile_is_not_overwritten(storm: Storm) -> None:
    ws = storm.workspace
    stored = draft_job(storm, make_line("k1", "Search fee", 15), template_id="", review=False)
    storm.follow(ws.jobs.request(stored.id))
    job = ws.jobs.get(stored.id).job
    edit = ws.costing.edit_job(job)
    draft = JobDraft.from_json(edit.content)
    ws.jobs.save(edit.id, draft.with_costs((replace(draft.costs[0], unit_price=Decimal(25)),)), edit.revision)
    costs_of(storm, job)["Search fee"].unit_price = Decimal(99)
    assert storm.follow(ws.jobs.request(edit.id)).state is RunState.STOPPED
    assert costs_of(storm, job)["Search fee"].unit_price == 99


def test_the_first_job_set_by_a_code_tells_whether_it_is_right(storm: Storm) -> None:
    ws = storm.workspace
    ws.states.save({"In Progress": "INPROGRESS", "Completed": "ONHOLD"})
    right = draft_job(storm, template_id="", review=False, state_code="INPROGRESS")
    assert storm.follow(ws.jobs.request(right.id)).state is RunState.DONE
    assert ws.states.table().loc["In Progress", "checked"]
    wrong = draft_job(storm, template_id="", review=False, state_code="ONHOLD", name_pattern="Another")
    run = storm.follow(ws.jobs.request(wrong.id))
    assert "'On Hold'" in f"{run.message} {list(ws.jobs.steps(wrong.id)['words'])}"
    assert not ws.states.table().loc["Completed", "checked"]
