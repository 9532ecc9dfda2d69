"""The job form: a client of either system, names from placeholders, usual dates, and states by their codes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from core.jobs import JobDraft
from core.model import Kind, Verdict
from core.workspace import Workspace
from pages.parts.jobs.dates import DUE, START
from pages.parts.jobs.desk import STATES
from pages.parts.jobs.state import field_key
from tests.pages.conftest import decided
from tests.pages.job_pages import WHOLE, kept, open_jobs, open_new, stock
from tests.pages.linked_practice import boxes, toasts

PATTERN = JobDraft(name_pattern="{template} {period}", start=date(2026, 11, 20))


@pytest.fixture
def stocked(practice: Workspace) -> Workspace:
    return stock(practice)


def test_clients_of_both_systems_are_offered_and_a_linked_one_by_either_name(stocked: Workspace) -> None:
    stocked.review.decide(Kind.CLIENT, Verdict.LINKED, {"C1": "XC1"}, seen={})
    options = stocked.drafting.choices().options
    assert options["client:XC1"] == "Acme Pty Limited"
    assert options["contact:C1"] == "Acme Pty Ltd · Acme Pty Limited in XPM"
    assert options["contact:C2"] == "Banksia Trust · not linked to XPM yet"


def test_a_local_client_is_linked_on_the_spot_and_the_job_is_for_its_xpm_client(stocked: Workspace) -> None:
    app, draft_id = open_new(stocked, replace(WHOLE, client_id=""))
    app.selectbox(key=field_key("client")).set_value("contact:C2").run()
    assert app.button(key="job_review").disabled
    assert kept(stocked, draft_id).client_id == ""
    app.button(key="job_link_use").click().run()
    assert decided(stocked, Kind.CLIENT)["C2"] == ("linked", "XC2")
    draft = kept(stocked, draft_id)
    assert (draft.contact_id, draft.client_id) == ("C2", "XC2")
    assert not app.button(key="job_review").disabled


def test_a_link_made_on_clients_meanwhile_is_followed(stocked: Workspace) -> None:
    app, draft_id = open_new(stocked, replace(WHOLE, client_id="", contact_id="C1"))
    stocked.review.decide(Kind.CLIENT, Verdict.LINKED, {"C1": "XC1"}, seen={})
    app.run()
    app.button(key="job_review").click().run()
    app.button(key="job_create").click().run()
    assert (kept(stocked, draft_id).client_id, stocked.jobs.get(draft_id).state) == ("XC1", "queued")


def test_somebody_who_linked_it_otherwise_meanwhile_is_named(stocked: Workspace) -> None:
    app, _ = open_new(stocked, replace(WHOLE, client_id="", contact_id="C2"))
    stocked.review.decide(Kind.CLIENT, Verdict.LINKED, {"C2": "XC3"}, seen={})
    app.button(key="job_link_use").click().run()
    assert "decided about meanwhile" in boxes(app)
    assert decided(stocked, Kind.CLIENT)["C2"] == ("linked", "XC3")


def test_a_clients_name_is_never_markup(stocked: Workspace) -> None:
    app, _ = open_new(stocked, replace(WHOLE, client_id="", contact_id="C5", name_pattern="{client}"))
    shown = [text.value for kind in (app.markdown, app.caption) for text in kind if "evil" in text.value]
    assert len(shown) >= 2
    assert not any("](https" in text or ":red[" in text or "<script>" in text for text in shown)


def test_an_excluded_client_is_said_to_be_excluded(stocked: Workspace) -> None:
    stocked.review.decide(Kind.CLIENT, Verdict.EXCLUDED, {"C4": ""}, seen={})
    app, _ = open_new(stocked, replace(WHOLE, client_id="", contact_id="C4"))
    assert any("is excluded from XPM" in text.value for text in app.markdown)
    assert app.button(key="job_review").disabled


def test_the_name_is_filled_in_as_the_choices_are_made(stocked: Workspace) -> None:
    app, draft_id = open_new(stocked, PATTERN)
    app.selectbox(key=field_key("template_id")).set_value("TP1").run()
    app.selectbox(key=field_key("period")).set_value("Dec Qtr 2026").run()
    assert any("Annual accounts Dec Qtr 2026" in text.value for text in app.caption)
    draft = kept(stocked, draft_id)
    assert (draft.name, draft.name_pattern) == ("Annual accounts Dec Qtr 2026", "{template} {period}")


def test_an_unknown_placeholder_is_said_and_keeps_the_creation_off(stocked: Workspace) -> None:
    app, draft_id = open_new(stocked)
    app.text_input(key=field_key("name_pattern")).set_value("{template} {partner}").run()
    assert any("{partner}" in text.value.replace("\\", "") for text in app.caption)
    assert app.button(key="job_review").disabled
    assert kept(stocked, draft_id).name == ""


def test_usual_dates_are_a_click_away(stocked: Workspace) -> None:
    app, draft_id = open_new(stocked, PATTERN)
    app.menu_button(key=START).click("First of this financial year").run()
    app.menu_button(key=DUE).click("End of the quarter").run()
    draft = kept(stocked, draft_id)
    assert (draft.start, draft.due) == (date(2026, 7, 1), date(2026, 9, 30))


def test_a_due_date_before_the_start_is_said_in_place(stocked: Workspace) -> None:
    app, _ = open_new(stocked)
    app.date_input(key=field_key("due")).set_value(date(2026, 11, 1)).run()
    assert any(text.value.startswith(":orange[") for text in app.caption)


def test_a_state_is_chosen_by_name_once_its_code_was_entered(stocked: Workspace) -> None:
    app = open_jobs(tab=STATES)
    grid = app.data_editor[0]
    app.session_state[str(grid.key)] = {
        "edited_rows": {0: {"code": "INPROGRESS"}},
        "added_rows": [],
        "deleted_rows": [],
    }
    app.button(key="states_save").click().run()
    assert stocked.states.codes() == {"INPROGRESS": "In Progress (not tried yet)"}
    app, draft_id = open_new(stocked)
    app.selectbox(key=field_key("state_code")).set_value("INPROGRESS").run()
    assert kept(stocked, draft_id).state_code == "INPROGRESS"


def test_what_new_jobs_begin_with_is_set_and_used(stocked: Workspace) -> None:
    app = open_jobs(tab=STATES)
    app.text_input(key="default_name").set_value("{client}: {template}")
    app.text_input(key="default_tax").set_value("10 %")
    app.button(key="defaults_save").click().run()
    assert "New drafts begin with it" in toasts(app)
    draft = JobDraft.from_json(stocked.drafting.begin().content)
    assert (draft.name_pattern, draft.start, draft.review) == ("{client}: {template}", date(2026, 11, 20), True)


def test_a_default_nobody_can_fill_is_refused(stocked: Workspace) -> None:
    app = open_jobs(tab=STATES)
    app.text_input(key="default_name").set_value("{partner}")
    app.button(key="defaults_save").click().run()
    assert "not known" in boxes(app)
    assert stocked.practice.settings.job_name == "{template} {period}"


def test_who_comes_back_from_another_page_finds_the_draft_as_it_was_kept(stocked: Workspace) -> None:
    app, draft_id = open_new(stocked)
    app.text_input(key=field_key("name_pattern")).set_value("Renamed").run()
    app.switch_page("clients.py").run()
    app.query_params["draft"] = draft_id
    app.switch_page("jobs.py").run()
    assert app.text_input(key=field_key("name_pattern")).value == "Renamed"
    app.selectbox(key=field_key("template_id")).set_value("TP1").run()
    assert kept(stocked, draft_id).name == "Renamed"
