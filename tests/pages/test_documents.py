"""Documents: a pack put together on the page, its job drafted with it, and both ways of handing it over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from pydantic import SecretStr
from streamlit.testing.v1 import AppTest

from core.jobs import JobDraft
from core.jobs.packs import Pack, PackState
from core.model import Kind, RunKind, Verdict
from core.running import put_in_force
from core.settings import Settings
from core.store.packs import StoredPack
from core.work import perform_run
from core.workspace import Workspace
from pages.parts.jobs.state import field_key as job_field
from pages.parts.packs.state import OPEN, field_key
from tests.jobs.mail_house import Desk, open_house
from tests.jobs.test_paper import make_pdf
from tests.pages.conftest import SHELL
from tests.pages.linked_practice import boxes, toasts
from tests.pages.small_practice import write_rows

PDF = make_pdf()
DOCUMENTS = {
    "D1": {"client_id": "C1", "name": "Accounts", "path": "C1/accounts.pdf", "kind": "accounts"},
    "D2": {"client_id": "C1", "name": "Tax return", "path": "C1/tax.pdf"},
    "D3": {"client_id": "C1", "name": "Lost", "path": "C1/lost.pdf"},
}


@pytest.fixture
def stocked(practice: Workspace, tmp_path: Path) -> Workspace:
    """The small practice with documents, a folder of them, and its first client linked."""
    for name in ("accounts.pdf", "tax.pdf"):
        place = tmp_path / "papers" / "C1" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(PDF)
    local = {"type": "folder", "path": "papers"}
    practice.store.practices.save_settings("small", practice.practice.settings.with_values(local=local))
    write_rows(practice.store, "local", "documents", DOCUMENTS)
    practice.review.decide(Kind.CLIENT, Verdict.LINKED, {"C1": "XC1"}, seen={})
    return practice


@pytest.fixture
def mailing(stocked: Workspace, settings: Settings, tmp_path: Path) -> Iterator[tuple[Workspace, Desk]]:
    """The same with a mail server that runs."""
    with open_house(tmp_path) as (server, desk):
        named = {"smtp_host": server.host, "smtp_port": server.port, "smtp_from": server.sender}
        named |= {"smtp_user": server.user, "smtp_password": SecretStr(server.password), "smtp_ca": str(server.ca)}
        made = settings.model_copy(update=named)
        put_in_force(made)
        yield Workspace.open("small", settings=made, store=stocked.store), desk


def open_documents(pack_id: str = "") -> AppTest:
    app = AppTest.from_file(str(SHELL), default_timeout=30)
    app.run()
    if pack_id:
        app.query_params[OPEN] = pack_id
    app.switch_page("documents.py").run()
    assert not app.exception
    return app


def packed(ws: Workspace, *document_ids: str) -> StoredPack:
    stored = ws.packs.new("C1", "FY2026")
    stored = ws.packs.change(stored.id, stored.revision, lambda pack: replace(pack, to="ann@acme.example"))
    return ws.packs.add_documents(stored.id, document_ids or ("D1", "D2"), stored.revision).stored


def with_job(ws: Workspace, stored: StoredPack) -> StoredPack:
    stored = ws.packs.want_job(stored.id, stored.revision, wanted=True)
    draft = ws.jobs.get(stored.draft)
    whole = replace(JobDraft.from_json(draft.content), name="Accounts 2026", name_pattern="Accounts 2026")
    ws.jobs.save(draft.id, replace(whole, due=date(2026, 12, 20)), draft.revision)
    return stored


def kept(ws: Workspace, stored: StoredPack) -> Pack:
    return Pack.from_json(ws.packs.get(stored.id).content)


def tick(app: AppTest, prefix: str, rows: list[int]) -> AppTest:
    """Tick rows of the grid whose key begins so."""
    key = next(str(one.key) for one in app.dataframe if str(one.key).startswith(prefix))
    app.session_state[key] = {"selection": {"rows": rows, "columns": [], "cells": []}}
    return app.run()


def carry_out(ws: Workspace) -> None:
    for run_id in ws.store.runs.list("small", RunKind.PACK).index:
        perform_run(ws, str(run_id), "test")


def count_jobs(ws: Workspace) -> int:
    return len(ws.store.runs.list("small", RunKind.JOB))


def test_a_pack_is_begun_for_a_client(stocked: Workspace) -> None:
    app = open_documents()
    app.button(key="pack_new").click().run()
    assert "Choose the client" in boxes(app)
    app.selectbox(key="pack_new_client").set_value("C1").run()
    app.text_input(key="pack_new_period").set_value("FY2026").run()
    app.button(key="pack_new").click().run()
    packs = stocked.packs.listed()
    assert packs[["client", "period", "state"]].to_numpy().tolist() == [["Acme Pty Ltd", "FY2026", "draft"]]
    assert any("1 · Files" in one.value for one in app.subheader)


def test_documents_of_the_table_are_ticked_and_added(stocked: Workspace) -> None:
    stored = stocked.packs.new("C1")
    app = tick(open_documents(stored.id), "pack_documents_", [0, 1, 2])
    app.button(key="pack_add").click().run()
    assert [one.title for one in kept(stocked, stored).files] == ["Accounts", "Tax return"]
    assert "'C1/lost.pdf' cannot be read" in toasts(app)
    assert "2 files added" in toasts(app)


def test_files_of_the_folder_are_searched_and_added(stocked: Workspace) -> None:
    stored = stocked.packs.new("C1")
    app = open_documents(stored.id)
    app.segmented_control(key="pack_from").set_value("folder").run()
    app.text_input(key="pack_search").set_value("TAX").run()
    tick(app, "pack_papers", [0]).button(key="pack_add").click().run()
    assert [one.file_name for one in kept(stocked, stored).files] == ["tax.pdf"]


def test_uploads_are_added_at_once_and_bad_ones_told(stocked: Workspace) -> None:
    stored = stocked.packs.new("C1")
    app = open_documents(stored.id)
    app.segmented_control(key="pack_from").set_value("upload").run()
    app.file_uploader[0].set_value(
        [("a.pdf", PDF, "application/pdf"), ("b.pdf", b"MZ not one", "application/pdf")]
    ).run()
    assert [one.file_name for one in kept(stocked, stored).files] == ["a.pdf"]
    assert "'b.pdf' was not added: its content is no PDF" in toasts(app)
    assert not app.exception


def test_files_are_moved_renamed_and_taken_out(stocked: Workspace) -> None:
    stored = packed(stocked)
    app = tick(open_documents(stored.id), "pack_files", [1])
    app.button(key="pack_up").click().run()
    assert [one.title for one in kept(stocked, stored).files] == ["Tax return", "Accounts"]
    title = next(one for one in app.text_input if str(one.key).startswith("pack_title"))
    title.set_value("Return").run()
    app.button(key="pack_out").click().run()
    assert [one.title for one in kept(stocked, stored).files] == ["Accounts"]


def test_the_toggle_drafts_a_job_with_the_panel_of_jobs(stocked: Workspace) -> None:
    stored = packed(stocked)
    app = open_documents(stored.id)
    app.toggle(key="pack_wants_job").set_value(True).run()
    app.text_input(key=job_field("name_pattern")).set_value("Accounts 2026").run()
    draft = JobDraft.from_json(stocked.jobs.get(stocked.packs.get(stored.id).draft).content)
    assert (draft.client_id, draft.name) == ("XC1", "Accounts 2026")
    assert app.button(key="pack_build").disabled
    assert "Choose the due date" in " ".join(one.value for one in app.caption)
    app.toggle(key="pack_wants_job").set_value(False).run()
    assert stocked.packs.get(stored.id).draft == ""


def test_the_file_is_made_and_nothing_is_created_before_the_download(stocked: Workspace) -> None:
    stored = with_job(stocked, packed(stocked))
    app = open_documents(stored.id)
    app.button(key="pack_build").click().run()
    told = " ".join(one.value for one in app.markdown)
    assert "Accounts 2026" in told
    assert "2 files are attached" in told
    assert count_jobs(stocked) == 0
    app.download_button(key="pack_download").click().run()
    assert (count_jobs(stocked), stocked.packs.get(stored.id).state) == (1, PackState.DELIVERED)
    assert "The job Accounts 2026 is being created" in toasts(app)


def test_a_second_download_makes_no_second_job(stocked: Workspace) -> None:
    stored = with_job(stocked, packed(stocked))
    one, two = open_documents(stored.id), open_documents(stored.id)
    for app in (one, two):
        app.button(key="pack_build").click().run()
    for app in (one, two, one):
        app.download_button(key="pack_download").click().run()
    assert count_jobs(stocked) == 1
    assert "Downloaded again" in toasts(one)


def test_one_pdf_that_cannot_be_made_names_the_file_and_offers_zip(stocked: Workspace) -> None:
    stored = packed(stocked)
    stored = stocked.packs.add_uploads(stored.id, [("cut.pdf", PDF[:150])], stored.revision).stored
    app = open_documents(stored.id)
    app.toggle(key=field_key("as_one")).set_value(True).run()
    app.button(key="pack_build").click().run()
    assert "cut.pdf: it is damaged. Choose ZIP" in boxes(app)
    assert stocked.packs.get(stored.id).state == PackState.DRAFT


def test_a_mail_is_sent_as_it_is_shown(mailing: tuple[Workspace, Desk]) -> None:
    ws, desk = mailing
    stored = with_job(ws, packed(ws))
    app = open_documents(stored.id)
    app.segmented_control(key="pack_way").set_value("send").run()
    app.text_input(key=field_key("subject")).set_value("For {client}, {period}").run()
    assert any("For Acme Pty Ltd, FY2026" in one.value for one in app.markdown)
    app.button(key="pack_send").click().run()
    assert "The mail is queued" in toasts(app)
    carry_out(ws)
    assert (desk.letters[0]["Subject"], count_jobs(ws)) == ("For Acme Pty Ltd, FY2026", 1)
    after = open_documents(stored.id)
    assert [one[0] for one in after.dataframe[-1].value["outcome"]] == ["Begun", "Done", "Begun"]


def test_what_the_mail_lacks_keeps_it_from_being_sent(mailing: tuple[Workspace, Desk]) -> None:
    ws, _desk = mailing
    app = open_documents(packed(ws).id)
    app.segmented_control(key="pack_way").set_value("send").run()
    app.text_input(key=field_key("to")).set_value("ann at acme").run()
    assert app.button(key="pack_send").disabled
    assert any("is no e\\-mail address" in one.value for one in app.caption)


def test_a_refused_mail_is_told_and_the_pack_can_still_be_changed(mailing: tuple[Workspace, Desk]) -> None:
    ws, desk = mailing
    desk.behaves = "refuses"
    stored = with_job(ws, packed(ws))
    ws.mailing.request_send(stored.id, stored.revision)
    carry_out(ws)
    app = open_documents(stored.id)
    assert any("nothing was created" in one.value for one in app.caption)
    assert not app.toggle(key="pack_wants_job").disabled
    assert count_jobs(ws) == 0


def test_no_job_is_missing_while_its_mail_is_on_its_way(mailing: tuple[Workspace, Desk]) -> None:
    ws, _ = mailing
    stored = with_job(ws, packed(ws))
    ws.mailing.request_send(stored.id, stored.revision)
    app = open_documents(stored.id)
    assert any("once the mail is there" in one.value for one in app.caption)
    assert "pack_ask_job" not in [one.key for one in app.button]


def test_the_browser_is_told_the_kept_fields_when_they_come_back(mailing: tuple[Workspace, Desk]) -> None:
    ws, desk = mailing
    desk.unwanted.add("info@tui.example")
    app = open_documents(packed(ws, "D1").id)
    app.segmented_control(key="pack_way").set_value("send").run()
    app.text_input(key=field_key("to")).set_value("info@tui.example").run()
    app.button(key="pack_send").click().run()
    carry_out(ws)
    shown = app.run().text_input(key=field_key("to"))
    assert (shown.proto.set_value, shown.proto.value) == (True, "info@tui.example")
    assert app.segmented_control(key="pack_way").value == "send"


@pytest.mark.parametrize(("button", "state", "jobs"), [("pack_arrived", "delivered", 1), ("pack_lost", "draft", 0)])
def test_a_mail_in_doubt_asks_and_does_what_is_answered(
    mailing: tuple[Workspace, Desk], button: str, state: str, jobs: int
) -> None:
    ws, desk = mailing
    desk.behaves = "drops after"
    stored = with_job(ws, packed(ws))
    ws.mailing.request_send(stored.id, stored.revision)
    carry_out(ws)
    app = open_documents(stored.id)
    assert "its answer did not come" in boxes(app)
    assert "pack_send" not in [one.key for one in app.button]
    app.button(key=button).click().run()
    assert (ws.packs.get(stored.id).state, count_jobs(ws)) == (state, jobs)


def test_a_mail_in_doubt_is_among_the_exceptions(mailing: tuple[Workspace, Desk]) -> None:
    ws, desk = mailing
    desk.behaves = "drops after"
    stored = packed(ws)
    ws.mailing.request_send(stored.id, stored.revision)
    carry_out(ws)
    app = AppTest.from_file(str(SHELL), default_timeout=30)
    app.run().switch_page("exceptions.py").run()
    assert any("1 mail with documents in doubt" in one.value for one in app.markdown)
    assert not app.exception


def test_another_tabs_change_is_not_overwritten(stocked: Workspace) -> None:
    stored = packed(stocked)
    one, two = open_documents(stored.id), open_documents(stored.id)
    one.text_input(key=field_key("period")).set_value("FY2027").run()
    two.text_input(key=field_key("period")).set_value("FY2028").run()
    assert kept(stocked, stored).period == "FY2027"
    assert "changed elsewhere" in boxes(two)
    assert two.text_input(key=field_key("period")).value == "FY2027"


def test_a_message_becomes_the_practices(mailing: tuple[Workspace, Desk]) -> None:
    ws, _desk = mailing
    app = open_documents(packed(ws).id)
    app.segmented_control(key="pack_way").set_value("send").run()
    app.text_area(key=field_key("body")).set_value("Hi {client}").run()
    app.button(key="pack_template").click().run()
    assert ws.practice.settings.mail_body == "Hi {client}"


def test_discarding_and_copying_lead_on(stocked: Workspace) -> None:
    stored = packed(stocked)
    app = open_documents(stored.id)
    app.button(key="pack_discard").click().run()
    assert stocked.packs.listed().empty
    stored = packed(stocked)
    stocked.delivery.note_download(stored.id, stored.revision)
    app = open_documents(stored.id)
    app.button(key="pack_copy").click().run()
    assert sorted(stocked.packs.listed()["state"]) == ["delivered", "draft"]


def test_a_pack_that_is_not_there_is_said(stocked: Workspace) -> None:
    assert "There is no pack" in boxes(open_documents("lost"))


def test_hostile_names_are_shown_as_they_are_and_never_as_markup(stocked: Workspace) -> None:
    stored = stocked.packs.new("C5", ":red[x] $a$")
    stored = stocked.packs.add_uploads(stored.id, [("[link](x) $b$.pdf", PDF)], stored.revision).stored
    app = open_documents(stored.id)
    app.segmented_control(key="pack_way").set_value("send").run()
    shown = " ".join(one.value for one in (*app.markdown, *app.caption))
    assert "<script>" not in shown
    assert "[link](" not in shown
    assert ":red[" not in shown
