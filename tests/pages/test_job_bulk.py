"""Many jobs at once: a pattern for chosen clients, a dry run before anything is asked for, one run for all."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.jobs import CostLine, JobDraft, Step, StepOp, StepState
from core.model import XPM_FRAMES, RunKind, RunState, shape_frame
from core.workspace import Workspace
from core.workspace.adapters import StoredSteps
from pages.parts.jobs.bulk_pattern import PATTERN, WITHOUT, WORDS
from pages.parts.jobs.desk import TAB
from tests.pages.conftest import open_page
from tests.pages.job_pages import open_jobs
from tests.pages.linked_practice import boxes, toasts

DAY = date(2026, 11, 20)
LINE = CostLine("a", DAY, "Search fee", Decimal(1), Decimal(10), Decimal(25))
PATTERN_DRAFT = JobDraft(name_pattern="{template} {period}", template_id="TP1", period="FY27", start=DAY, due=DAY)


@pytest.fixture
def stocked(practice: Workspace) -> Workspace:
    """The small practice with a template and a pattern made from it."""
    frame = pd.DataFrame.from_dict({"TP1": {"name": "Annual accounts"}}, orient="index").rename_axis("id")
    practice.store.frames.write("xpm", "templates", "small", shape_frame(frame, XPM_FRAMES["templates"]))
    practice.jobs.new_draft(practice.drafting.settle(PATTERN_DRAFT.with_costs((LINE,))).draft)
    return practice


def open_bulk(practice: Workspace, **query: str) -> AppTest:
    app = open_jobs()
    for name, value in query.items():
        app.query_params[name] = value
    app.segmented_control(key=TAB).set_value("Many at once").run()
    assert not app.exception
    assert practice.practice_id == "small"
    return app


def choose_pattern(practice: Workspace) -> AppTest:
    pattern = next(iter(practice.bulk.patterns()))
    return open_bulk(practice).selectbox(key=PATTERN).set_value(pattern).run()


def test_the_dry_run_says_what_each_row_does_and_what_it_costs(stocked: Workspace) -> None:
    app = choose_pattern(stocked)
    clients = len(stocked.bulk.clients())
    told = " ".join(text.value for text in app.markdown)
    assert f"Dry run: {clients} jobs of {clients} rows to create" in told
    assert f"At most {clients * 3 + 1} calls" in told.replace("\\", "")
    assert stocked.store.runs.list("small", RunKind.JOB).empty


def test_clients_are_narrowed_and_single_ones_taken_out(stocked: Workspace) -> None:
    app = choose_pattern(stocked)
    app.text_input(key=WORDS).set_value("Pty").run()
    two = list(stocked.bulk.clients().query("name.str.contains('Pty')").index)
    app.multiselect(key=WITHOUT).set_value(two[:1]).run()
    assert app.button(key="bulk_create").label == f"Create {len(two) - 1} job in XPM"


def test_one_click_asks_for_one_run_and_shows_the_batch(stocked: Workspace) -> None:
    app = choose_pattern(stocked)
    clients = len(stocked.bulk.clients())
    app.button(key="bulk_create").click().run()
    runs = stocked.store.runs.list("small", RunKind.JOB)
    assert [row["jobs"] for row in runs["parameters"]] == [clients]
    assert f"{clients} jobs queued" in toasts(app)
    assert app.query_params["batch"] == runs["parameters"].iloc[0]["batch"]
    assert f"{clients} to do" in " ".join(text.value for text in app.markdown)


def test_the_same_asked_for_again_is_the_same_run(stocked: Workspace) -> None:
    for _ in range(2):
        app = choose_pattern(stocked)
        app.button(key="bulk_create").click().run()
    assert len(stocked.store.runs.list("small", RunKind.JOB)) == 1


def test_a_plan_that_is_no_longer_the_one_shown_is_not_asked_for(stocked: Workspace) -> None:
    app = choose_pattern(stocked)
    client = str(stocked.bulk.clients().index[0])
    made = stocked.jobs.new_draft(JobDraft(client, "Annual accounts FY27", start=DAY, due=DAY))
    stocked.store.jobs.move("small", made.id, "created", frm=("draft",), job="J77")
    app.button(key="bulk_create").click().run()
    assert "The plan has changed" in toasts(app)
    assert stocked.store.runs.list("small", RunKind.JOB).empty


@pytest.fixture
def ended(stocked: Workspace) -> tuple[Workspace, str]:
    """A batch of which one job was refused and the others are made."""
    pattern = next(iter(stocked.bulk.patterns()))
    draft = stocked.bulk.pattern(pattern, review=False)
    table = stocked.bulk.table(draft, list(stocked.bulk.clients().index[:2]))
    batch, run = stocked.batches.request("Accounts", stocked.batches.plan(stocked.bulk.rows(pattern, draft, table)))
    for number, one in enumerate(stocked.batches.get(batch).drafts):
        stocked.store.jobs.move("small", one, "incomplete" if number else "created", frm=("draft",), job="J5")
        step = Step(1, StepOp.JOB, StepState.REJECTED if number else StepState.DONE, words="Invalid client")
        StoredSteps(stocked.store.jobs, "small", one).add([step])
    stocked.store.runs.finish(run.id, RunState.STOPPED, {"jobs": 2}, "1 of 2 jobs need a person.")
    return stocked, batch


def test_a_batch_shows_one_row_per_job_with_its_outcome(ended: tuple[Workspace, str]) -> None:
    app = open_bulk(ended[0], batch=ended[1])
    rows = app.dataframe[-1].value
    assert [state[0] for state in rows["state"]] == ["Created", "Incomplete"]
    assert rows["words"].tolist() == ["", "Invalid client"]


def test_what_is_left_of_a_batch_goes_on_by_one_button(ended: tuple[Workspace, str]) -> None:
    practice, batch = ended
    open_bulk(practice, batch=batch).button(key="batch_go_on").click().run()
    assert len(practice.store.runs.list("small", RunKind.JOB)) == 2
    assert practice.jobs.steps(practice.batches.get(batch).drafts[1])["state"].tolist() == ["ready"]


def test_an_unknown_batch_is_said(stocked: Workspace) -> None:
    assert "There is no batch of jobs" in boxes(open_bulk(stocked, batch="lost"))


def test_a_job_that_is_not_whole_is_among_the_exceptions(ended: tuple[Workspace, str]) -> None:
    draft = ended[0].batches.get(ended[1]).drafts[1]
    assert ended[0].batches.open_jobs().loc[draft, ["state", "missing"]].tolist() == ["incomplete", 1]
    app = open_page("exceptions")
    assert not app.exception
    assert "1 job not whole in XPM" in " ".join(text.value for text in app.markdown)
