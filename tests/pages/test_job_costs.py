"""The cost table on its page: totals beside what is typed, lines from elsewhere, presets, and the review."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from core.jobs import JobDraft, Step, StepOp, StepState
from core.model import RunKind, RunState
from core.workspace import Workspace
from core.workspace.adapters import StoredSteps
from pages.parts.jobs.cost_fill import PASTED
from pages.parts.jobs.cost_presets import CHOSEN, NAME, RENAMED
from pages.parts.jobs.state import GRID
from tests.pages.job_pages import LINES, WHOLE, edit, grid_of, kept, open_jobs, open_new, press, stock
from tests.pages.linked_practice import boxes, toasts

FILLED = replace(WHOLE, template_id="TP1", costs=LINES)


@pytest.fixture
def stocked(practice: Workspace) -> Workspace:
    return stock(practice)


def test_a_mark_up_makes_the_price_and_the_grid_shows_it_at_once(stocked: Workspace) -> None:
    app, draft_id = open_new(stocked, FILLED)
    before = app.session_state[GRID]
    edit(app, {0: {"markup_percent": "50", "quantity": "2"}})
    row = grid_of(app).iloc[0]
    assert (row["unit_price"], row["line_price"], row["line_cost"]) == ("15.00", "30.00", "20.00")
    assert app.session_state[GRID] == before
    assert kept(stocked, draft_id).costs[0].markup_percent == Decimal(50)


def test_a_price_typed_after_a_mark_up_counts(stocked: Workspace) -> None:
    app, draft_id = open_new(stocked, FILLED)
    edit(app, {0: {"markup_percent": "50"}})
    edit(app, {0: {"markup_percent": "50", "unit_price": "40"}})
    line = kept(stocked, draft_id).costs[0]
    assert (line.unit_price, line.markup_percent) == (Decimal(40), None)
    assert grid_of(app).iloc[0]["markup_percent"] == "300"


def test_a_line_is_duplicated_behind_itself(stocked: Workspace) -> None:
    app, draft_id = open_new(stocked, FILLED)
    press(app, "cost_duplicate", 0)
    assert [line.description for line in kept(stocked, draft_id).costs] == ["Search fee", "Search fee", "Courier"]


def test_there_is_always_an_empty_line_to_type_into(stocked: Workspace) -> None:
    app, draft_id = open_new(stocked)
    edit(app, {n: {"description": f"Line {n}", "unit_price": "1"} for n in range(3)})
    assert len(kept(stocked, draft_id).costs) == 3
    assert len(grid_of(app)) > 3


def test_a_cell_that_cannot_be_read_stays_as_typed_when_lines_come_from_elsewhere(stocked: Workspace) -> None:
    app, _ = open_new(stocked, FILLED)
    press(app, "cost_duplicate", 0, typed={2: {"description": "Travel", "unit_price": "abc"}})
    assert "abc" in set(grid_of(app)["unit_price"])
    assert "1 cell cannot be sent" in boxes(app)


def test_tax_is_added_up_and_said_not_to_be_sent(stocked: Workspace) -> None:
    app, _ = open_new(stocked, FILLED)
    edit(app, {0: {"tax_percent": "10"}, 1: {"tax_percent": "15 %"}})
    sums = {metric.label: metric.value for metric in app.metric}
    assert (sums["Tax"], sums["Charged, with tax"]) == ("6.25", "56.25")


def test_lines_are_pasted_and_what_cannot_be_read_is_told(stocked: Workspace) -> None:
    app, draft_id = open_new(stocked, FILLED)
    app.session_state["fill_paste_open"] = True
    app.run().text_area(key=PASTED).set_value("Item\tQty\tPrice\nTravel\t2\t30\nHotel\tx\t90").run()
    assert any("1 can be added, 1 row cannot" in text.value for text in app.caption)
    app.button(key="fill_paste").click().run()
    assert [line.description for line in kept(stocked, draft_id).costs] == ["Search fee", "Courier", "Travel"]
    assert "1 row left out" in toasts(app)


def test_a_preset_is_kept_used_renamed_and_deleted(stocked: Workspace) -> None:
    app, _ = open_new(stocked, FILLED)
    app.session_state["preset_open"] = True
    app.run().text_input(key=NAME).set_value("Company")
    app.button(key="preset_save").click().run()
    app, draft_id = open_new(stocked, replace(WHOLE, template_id="TP1"))
    app.session_state["preset_open"] = True
    app.run().selectbox(key=CHOSEN).set_value("TP1\x1fCompany").run()
    app.button(key="preset_use").click().run()
    assert [line.description for line in kept(stocked, draft_id).costs] == ["Search fee", "Courier"]
    app.text_input(key=RENAMED).set_value("Pty Ltd")
    app.button(key="preset_rename").click().run()
    assert [preset.name for preset in stocked.costing.presets("TP1")] == ["Pty Ltd"]
    app.selectbox(key=CHOSEN).set_value("TP1\x1fPty Ltd").run()
    app.button(key="preset_delete").click().run()
    assert not stocked.costing.presets("TP1")


def test_a_preset_without_a_name_is_refused(stocked: Workspace) -> None:
    app, _ = open_new(stocked, FILLED)
    app.session_state["preset_open"] = True
    app.run().button(key="preset_save").click().run()
    assert "needs a name" in boxes(app)


@pytest.fixture
def in_review(stocked: Workspace) -> tuple[Workspace, str]:
    """A job that exists with two costs of its template, and waits for a person's review."""
    own = replace(LINES[0], brought=False)
    draft_id = stocked.jobs.new_draft(replace(WHOLE, template_id="TP1", review=True, costs=(own,))).id
    run = stocked.jobs.request(draft_id)
    held = tuple(replace(line, key=f"x{n}", xpm_id=f"x{n}", unit_price=Decimal(20)) for n, line in enumerate(LINES, 1))
    done = [Step(1, StepOp.JOB, StepState.DONE, remote_id="J9"), Step(2, StepOp.READ_COSTS, StepState.DONE)]
    StoredSteps(stocked.store.jobs, "small", draft_id).add(
        [*done, Step(3, StepOp.REVIEW, StepState.WAITING, held=held)]
    )
    stocked.store.jobs.move("small", draft_id, "review", frm=("queued",), job="J9")
    stocked.store.runs.finish(run.id, RunState.STOPPED, {}, "The job J9 waits for your review.")
    return stocked, draft_id


def test_the_review_marks_what_differs_from_the_template(in_review: tuple[Workspace, str]) -> None:
    rows = grid_of(open_jobs(in_review[1])).head(2)
    assert rows["against"].tolist() == ["Changed: unit price 20.00 → 25.00", "From the template"]
    assert rows["description"].tolist() == ["Search fee", "Courier"]


def test_the_review_counts_what_confirming_does(in_review: tuple[Workspace, str]) -> None:
    told = [caption.value for caption in open_jobs(in_review[1]).caption]
    assert "1 line to be changed; 1 line left as the template has it\\." in told


def test_confirming_the_review_queues_the_rest_of_the_job_once(in_review: tuple[Workspace, str]) -> None:
    practice, draft_id = in_review
    one, two = open_jobs(draft_id), open_jobs(draft_id)
    press(one, "cost_remove", 1)
    assert grid_of(one).iloc[1]["against"].startswith("Taken out: quantity 1 → 0")
    one.button(key="job_confirm").click().run()
    two.button(key="job_confirm").click().run()
    assert len(practice.store.runs.list("small", RunKind.JOB)) == 2
    costs = {line.xpm_id: (line.quantity, line.unit_price, line.billable) for line in kept(practice, draft_id).costs}
    assert costs == {"x1": (Decimal(1), Decimal(25), True), "x2": (Decimal(0), Decimal(20), False)}


def test_an_edit_of_a_jobs_costs_shows_each_difference_before_it_is_sent(stocked: Workspace) -> None:
    held = tuple(replace(line, key=f"x{n}", xpm_id=f"x{n}") for n, line in enumerate(LINES, 1))
    app, draft_id = open_new(stocked, JobDraft(existing="J1", name="BAS 2026", held=held, costs=held))
    assert any("Nothing differs from XPM" in text.value for text in app.caption)
    edit(app, {0: {"unit_price": "30"}, 2: {"description": "Travel", "unit_price": "5"}})
    app.button(key="costs_review").click().run()
    shown = next(element.value for element in app.dataframe if "How" in element.value)
    assert shown.to_numpy().tolist() == [
        ["Changed", "Search fee", "unit price 25.00 → 30.00"],
        ["New", "Travel", "1 × 5.00"],
    ]
    app.button(key="costs_send").click().run()
    assert stocked.jobs.get(draft_id).state == "queued"
