"""Jobs: a draft that is kept at once, a cost table judged cell by cell, and a creation asked for once."""

from __future__ import annotations

from decimal import Decimal

import pytest

from core.jobs import JobDraft, Step, StepOp, StepState
from core.model import RunKind, RunState
from core.workspace import Workspace
from core.workspace.adapters import StoredSteps
from pages.parts.jobs.cost_fill import COSTS
from pages.parts.jobs.state import GRID, field_key
from tests.pages.job_pages import LINES, WHOLE, edit, kept, open_jobs, open_new, press, stock
from tests.pages.linked_practice import boxes, toasts


@pytest.fixture
def stocked(practice: Workspace) -> Workspace:
    """The small practice with a template and a cost catalogue in XPM."""
    return stock(practice)


def test_a_new_job_is_kept_before_anything_is_typed(stocked: Workspace) -> None:
    open_jobs().button(key="job_new").click().run()
    drafts = stocked.jobs.list_drafts()
    assert drafts["state"].tolist() == ["draft"]


def test_a_field_is_kept_as_soon_as_it_changes(stocked: Workspace) -> None:
    app, draft_id = open_new(stocked, JobDraft())
    app.selectbox(key=field_key("client")).set_value("client:XC1").run()
    app.text_input(key=field_key("name_pattern")).set_value("BAS").run()
    app.selectbox(key=field_key("template_id")).set_value("TP1").run()
    draft = kept(stocked, draft_id)
    assert (draft.client_id, draft.name, draft.template_id) == ("XC1", "BAS", "TP1")


def test_a_reload_shows_what_was_kept(stocked: Workspace) -> None:
    app, draft_id = open_new(stocked)
    app.text_input(key=field_key("name_pattern")).set_value("Renamed").run()
    assert open_jobs(draft_id).text_input(key=field_key("name_pattern")).value == "Renamed"


def test_a_change_made_elsewhere_is_not_overwritten(stocked: Workspace) -> None:
    one, draft_id = open_new(stocked)
    two = open_jobs(draft_id)
    one.text_input(key=field_key("name_pattern")).set_value("First").run()
    two.text_input(key=field_key("name_pattern")).set_value("Second").run()
    assert kept(stocked, draft_id).name == "First"
    assert "changed elsewhere" in boxes(two)
    assert two.button(key="job_again").click().run().text_input(key=field_key("name_pattern")).value == "First"


def test_what_is_missing_keeps_the_creation_off(stocked: Workspace) -> None:
    app, _ = open_new(stocked, JobDraft(name="BAS"))
    assert app.button(key="job_review").disabled
    assert any("Choose the client" in text.value for text in app.caption)


def test_edited_and_added_lines_are_kept_with_decimals(stocked: Workspace) -> None:
    app, draft_id = open_new(stocked, WHOLE.with_costs(LINES))
    edit(app, {1: {"quantity": "2.5"}, 2: {"description": "Travel", "unit_price": "1,234.50"}})
    lines = {line.description: (line.quantity, line.unit_price) for line in kept(stocked, draft_id).costs}
    assert lines["Courier"] == (Decimal("2.5"), Decimal(25))
    assert lines["Travel"] == (Decimal(1), Decimal("1234.50"))


def test_a_line_the_template_brings_is_remembered_when_taken_out(stocked: Workspace) -> None:
    app, draft_id = open_new(stocked, WHOLE.with_costs(LINES))
    press(app, "cost_remove", 0)
    draft = kept(stocked, draft_id)
    assert ([line.key for line in draft.costs], [line.key for line in draft.removed]) == (["k2"], ["k1"])


@pytest.mark.parametrize("typed", ["abc", "1.234,50", "-3", "0.123456789", "1e9"])
def test_a_bad_cell_is_listed_and_nothing_can_be_created(stocked: Workspace, typed: str) -> None:
    app, draft_id = open_new(stocked, WHOLE.with_costs(LINES))
    edit(app, {1: {"quantity": typed}})
    listed = app.dataframe[-1].value
    assert listed[["Line", "Column", "Typed"]].to_numpy().tolist() == [[2, "Quantity", typed]]
    assert app.button(key="job_review").disabled
    assert kept(stocked, draft_id).costs == LINES


def test_the_sums_follow_the_grid(stocked: Workspace) -> None:
    app, _ = open_new(stocked, WHOLE.with_costs(LINES))
    edit(app, {0: {"quantity": "2"}, 1: {"billable": False}})
    sums = {metric.label: metric.value for metric in app.metric}
    assert (sums["Cost to the practice"], sums["Charged, before tax"], sums["Margin"]) == ("30.00", "50.00", "20.00")


def test_the_catalogue_adds_lines_and_the_grid_starts_anew(stocked: Workspace) -> None:
    app, draft_id = open_new(stocked, WHOLE.with_costs(LINES))
    edit(app, {0: {"quantity": "3"}})
    before = app.session_state[GRID]
    app.session_state["fill_catalogue_open"] = True
    app.run().multiselect(key=COSTS).set_value(["K1"]).run()
    app.button(key="fill_catalogue").click().run()
    lines = kept(stocked, draft_id).costs
    assert [(line.description, line.quantity) for line in lines] == [
        ("Search fee", Decimal(3)),
        ("Courier", Decimal(1)),
        ("ASIC fee", Decimal(1)),
    ]
    assert app.session_state[GRID] != before


def test_confirming_says_what_happens_to_lines_taken_out(stocked: Workspace) -> None:
    app, draft_id = open_new(stocked, WHOLE.with_costs(LINES))
    press(app, "cost_remove", 0)
    app.button(key="job_review").click().run()
    told = " ".join(text.value for text in app.markdown)
    assert "Search fee" in told
    assert "quantity 0" in told
    assert stocked.jobs.get(draft_id).state == "draft"


def test_confirming_names_billable_lines_without_a_price(stocked: Workspace) -> None:
    app, _ = open_new(stocked, WHOLE.with_costs(LINES))
    edit(app, {0: {"unit_price": ""}, 1: {"unit_price": "", "billable": False}})
    app.button(key="job_review").click().run()
    told = " ".join(text.value for text in app.markdown)
    assert "**Billable, but without a price:** Search fee. The client is charged nothing." in told


def test_a_template_nobody_used_yet_has_no_last_job_to_fill_from(stocked: Workspace) -> None:
    app, _ = open_new(stocked, WHOLE)
    assert app.button(key="fill_last").help == "Choose a template first."
    app.selectbox(key=field_key("template_id")).set_value("TP1").run()
    assert app.button(key="fill_last").help == "No job made with this template is known."


def test_creating_queues_one_run(stocked: Workspace) -> None:
    app, draft_id = open_new(stocked)
    app.button(key="job_review").click().run()
    app.button(key="job_create").click().run()
    runs = stocked.store.runs.list("small", RunKind.JOB)
    assert [row["draft"] for row in runs["parameters"]] == [draft_id]
    assert stocked.jobs.get(draft_id).state == "queued"


def test_a_second_tab_finds_the_first_ones_run(stocked: Workspace) -> None:
    one, draft_id = open_new(stocked)
    one.button(key="job_review").click().run()
    two = open_jobs(draft_id)
    two.button(key="job_review").click().run()
    one.button(key="job_create").click().run()
    two.button(key="job_create").click().run()
    assert len(stocked.store.runs.list("small", RunKind.JOB)) == 1
    assert "Already asked for by Margaret" in toasts(two)


@pytest.fixture
def incomplete(stocked: Workspace) -> tuple[Workspace, str]:
    """A job that exists, but for one cost that XPM refused; its run has stopped."""
    draft_id = stocked.jobs.new_draft(WHOLE.with_costs(LINES)).id
    run = stocked.jobs.request(draft_id)
    steps = StoredSteps(stocked.store.jobs, "small", draft_id)
    steps.add(
        [Step(1, StepOp.JOB, StepState.DONE, remote_id="J9"), Step(2, StepOp.COST_ADD, StepState.UNKNOWN, LINES[0])]
    )
    stocked.store.jobs.move("small", draft_id, "incomplete", frm=("queued",), job="J9")
    stocked.store.runs.finish(run.id, RunState.STOPPED, {"steps": 2, "done": 1}, "The job J9 lacks 1 of 2 steps.")
    return stocked, draft_id


def test_an_incomplete_job_shows_its_steps_and_what_is_missing(incomplete: tuple[Workspace, str]) -> None:
    app = open_jobs(incomplete[1])
    steps = app.dataframe[0].value
    assert [outcome[0] for outcome in steps["outcome"]] == ["Done", "In doubt, being looked for"]
    assert "1 step of 2 missing" in boxes(app)


def test_going_on_asks_for_another_run_once(incomplete: tuple[Workspace, str]) -> None:
    practice, draft_id = incomplete
    one, two = open_jobs(draft_id), open_jobs(draft_id)
    one.button(key="job_go_on").click().run()
    two.button(key="job_go_on").click().run()
    assert len(practice.store.runs.list("small", RunKind.JOB)) == 2


@pytest.fixture
def refused(stocked: Workspace) -> tuple[Workspace, str]:
    """A job that XPM refused altogether."""
    draft_id = stocked.jobs.new_draft(WHOLE).id
    run = stocked.jobs.request(draft_id)
    StoredSteps(stocked.store.jobs, "small", draft_id).add([Step(1, StepOp.JOB, StepState.REJECTED)])
    stocked.store.jobs.move("small", draft_id, "incomplete", frm=("queued",))
    stocked.store.runs.finish(run.id, RunState.STOPPED, {"steps": 1}, "XPM refused the job.")
    return stocked, draft_id


def test_a_refused_job_can_be_corrected_and_created_again(refused: tuple[Workspace, str]) -> None:
    practice, draft_id = refused
    app = open_jobs(draft_id)
    app.text_input(key=field_key("name_pattern")).set_value("Better").run()
    app.button(key="job_review").click().run()
    app.button(key="job_create").click().run()
    assert (kept(practice, draft_id).name, practice.jobs.get(draft_id).state) == ("Better", "queued")
    assert practice.jobs.steps(draft_id)["state"].tolist() == ["ready"]


def test_an_existing_job_is_no_longer_edited(incomplete: tuple[Workspace, str]) -> None:
    assert not [one for one in open_jobs(incomplete[1]).text_input if one.key == field_key("name_pattern")]


def test_a_job_like_one_that_is_there_needs_to_be_wanted(stocked: Workspace) -> None:
    app, draft_id = open_new(stocked, JobDraft(**vars(WHOLE) | {"name": "bas 2026"}))
    app.button(key="job_review").click().run()
    assert any("J1" in text.value for text in app.markdown)
    assert app.button(key="job_create").disabled
    app.checkbox(key=field_key("twin_allowed")).check().run()
    app.button(key="job_create").click().run()
    assert stocked.jobs.get(draft_id).state == "queued"


def test_a_discarded_draft_leaves_the_list(stocked: Workspace) -> None:
    app, _ = open_new(stocked)
    app.button(key="job_discard").click().run()
    assert stocked.jobs.list_drafts().empty
    assert any("No jobs yet" in text.value for text in app.markdown)


def test_a_draft_that_is_not_there_is_said(stocked: Workspace) -> None:
    assert "There is no job draft" in boxes(open_jobs("lost"))
