"""Sending a pack: the mail first, the job after it, and what is said when either half does not come about."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from pypdf import PdfReader

from core.jobs import JobDraft
from core.jobs.packs import PackState
from core.model import RunKind, RunState
from core.store import Run, Store
from core.store.packs import NewPackEvent, PackMovedOn, StoredPack
from core.work import perform_run
from core.workspace import Workspace
from core.workspace.delivering import JobNotAsked, NotReady
from core.workspace.mailing import AlreadySent, MailInDoubt
from tests.fakes import FakeClock
from tests.jobs.mail_house import Desk, open_house
from tests.workspace.paper_practice import PDF, fill_job, fill_pack, make_paper_practice


@pytest.fixture
def practice(store: Store, clock: FakeClock, tmp_path: Path) -> Iterator[tuple[Workspace, Desk]]:
    with open_house(tmp_path) as (server, desk):
        yield make_paper_practice(store, clock, tmp_path, server), desk


def send(ws: Workspace, stored: StoredPack, *, again: bool = False) -> Run:
    run = ws.mailing.request_send(stored.id, ws.packs.get(stored.id).revision, again=again)
    return perform_run(ws, run.id, "test")


def state_of(ws: Workspace, stored: StoredPack) -> str:
    return ws.packs.get(stored.id).state


def list_told(ws: Workspace, stored: StoredPack) -> list[tuple[str, str]]:
    history = ws.delivery.history(stored.id)
    return list(zip(history["what"], history["outcome"], strict=True))


def count_jobs(ws: Workspace) -> int:
    return len(ws.store.runs.list("p", RunKind.JOB))


def test_a_pack_is_mailed_with_its_files_and_its_job_is_asked_for(practice: tuple[Workspace, Desk]) -> None:
    ws, desk = practice
    stored = fill_job(ws, fill_pack(ws))
    run = send(ws, stored)
    assert (run.state, state_of(ws, stored)) == (RunState.DONE, PackState.DELIVERED)
    assert run.message == "The mail was sent. The job Accounts 2026 is being created."
    letter = desk.letters[0]
    assert (letter["To"], letter["Subject"]) == ("ann@acme.example", "Acme & Sons: Sep Qtr 2026")
    body = letter.get_body(("plain",))
    assert body is not None
    assert body.get_content().split() == ["Hello,", "Kim"]
    assert [part.get_filename() for part in letter.iter_attachments()] == ["accounts.pdf", "letter.txt"]
    assert list_told(ws, stored) == [("mail", "begun"), ("mail", "done"), ("job", "begun")]
    assert count_jobs(ws) == 1


def test_the_documents_go_with_the_job_when_that_is_wanted(practice: tuple[Workspace, Desk]) -> None:
    ws, _desk = practice
    for attaches, files in ((True, ["accounts.pdf", "letter.txt"]), (False, [])):
        stored = fill_job(ws, fill_pack(ws), name=f"Job {attaches}")
        stored = ws.packs.change(stored.id, stored.revision, partial(replace, attaches=attaches))
        send(ws, stored)
        draft = JobDraft.from_json(ws.jobs.get(stored.draft).content)
        assert [one.file_name for one in draft.documents] == files


def test_as_one_pdf_the_pack_is_one_attachment(practice: tuple[Workspace, Desk]) -> None:
    ws, desk = practice
    stored = fill_pack(ws, "D1")
    stored = ws.packs.add_uploads(stored.id, [("two.pdf", PDF)], stored.revision).stored
    ws.packs.change(stored.id, stored.revision, lambda pack: replace(pack, as_one=True))
    assert send(ws, stored).state is RunState.DONE
    (one,) = desk.letters[0].iter_attachments()
    assert one.get_filename() == "Acme & Sons – Sep Qtr 2026.pdf"
    assert len(PdfReader(io.BytesIO(one.get_content())).pages) == 2


@pytest.mark.parametrize("behaves", ["refuses", "drops before"])
def test_a_refused_mail_creates_nothing_and_leaves_the_pack_as_it_was(
    practice: tuple[Workspace, Desk], behaves: str
) -> None:
    ws, desk = practice
    desk.behaves = behaves
    stored = fill_job(ws, fill_pack(ws))
    before = ws.packs.get(stored.id).content, ws.jobs.get(stored.draft).content
    run = send(ws, stored)
    assert (run.state, state_of(ws, stored), count_jobs(ws)) == (RunState.FAILED, PackState.DRAFT, 0)
    assert "Nobody got it, nothing was created" in run.message
    assert (ws.packs.get(stored.id).content, ws.jobs.get(stored.draft).content) == before
    assert list_told(ws, stored)[-1] == ("mail", "refused")
    desk.behaves = "takes"
    assert send(ws, stored).state is RunState.DONE
    assert (len(desk.letters), count_jobs(ws)) == (1, 1)


def test_a_mail_in_doubt_is_never_sent_again_without_a_person(practice: tuple[Workspace, Desk]) -> None:
    ws, desk = practice
    desk.behaves = "drops after"
    stored = fill_job(ws, fill_pack(ws))
    run = send(ws, stored)
    assert (run.state, state_of(ws, stored), count_jobs(ws)) == (RunState.STOPPED, PackState.IN_DOUBT, 0)
    desk.behaves = "takes"
    ws.running.resume(run.id)
    assert perform_run(ws, run.id, "test").state is RunState.STOPPED
    with pytest.raises(MailInDoubt):
        ws.mailing.request_send(stored.id, stored.revision)
    assert len(desk.letters) == 1
    assert ws.delivery.in_doubt().index.tolist() == [stored.id]


def test_a_person_who_finds_that_it_arrived_lets_the_job_follow(practice: tuple[Workspace, Desk]) -> None:
    ws, desk = practice
    desk.behaves = "talks rubbish"
    stored = fill_job(ws, fill_pack(ws))
    send(ws, stored)
    sentence = ws.mailing.settle(stored.id, stored.revision, arrived=True)
    assert sentence == "A person found that it arrived. The job Accounts 2026 is being created."
    assert (state_of(ws, stored), count_jobs(ws), len(desk.letters)) == (PackState.DELIVERED, 1, 1)
    with pytest.raises(AlreadySent):
        ws.mailing.request_send(stored.id, stored.revision)


def test_a_person_who_finds_that_it_did_not_arrive_may_send_it_again(practice: tuple[Workspace, Desk]) -> None:
    ws, desk = practice
    desk.behaves = "drops after"
    stored = fill_job(ws, fill_pack(ws))
    send(ws, stored)
    ws.mailing.settle(stored.id, stored.revision, arrived=False)
    assert (state_of(ws, stored), count_jobs(ws)) == (PackState.DRAFT, 0)
    with pytest.raises(PackMovedOn):
        ws.mailing.settle(stored.id, stored.revision, arrived=True)
    desk.behaves = "takes"
    assert send(ws, stored).state is RunState.DONE
    assert count_jobs(ws) == 1


def test_a_worker_that_died_with_the_letter_on_its_way_leaves_it_in_doubt(practice: tuple[Workspace, Desk]) -> None:
    ws, desk = practice
    stored = fill_pack(ws)
    run = ws.mailing.request_send(stored.id, stored.revision)
    begun = NewPackEvent("Kim", "mail", "begun", "", {"run": run.id})
    ws.store.packs.move("p", stored.id, PackState.ENDING, begun, frm=(PackState.DRAFT,))
    assert perform_run(ws, run.id, "test").state is RunState.STOPPED
    assert (state_of(ws, stored), desk.letters) == (PackState.IN_DOUBT, [])
    assert "Tieout was stopped" in ws.delivery.history(stored.id)["words"].iloc[-1]


def test_a_run_carried_on_after_the_mail_only_asks_for_the_job(practice: tuple[Workspace, Desk]) -> None:
    ws, desk = practice
    stored = fill_job(ws, fill_pack(ws))
    run = send(ws, stored)
    again = ws.mailing.carry_out(run, lambda: False)
    assert (again, len(desk.letters), count_jobs(ws)) == ("The mail was sent.", 1, 1)


def test_a_second_click_is_the_same_run_and_another_mail_needs_a_word(practice: tuple[Workspace, Desk]) -> None:
    ws, desk = practice
    stored = fill_pack(ws)
    first = ws.mailing.request_send(stored.id, stored.revision)
    assert ws.mailing.request_send(stored.id, stored.revision).id == first.id
    perform_run(ws, first.id, "test")
    with pytest.raises(AlreadySent):
        ws.mailing.request_send(stored.id, stored.revision)
    assert send(ws, stored, again=True).state is RunState.DONE
    assert len(desk.letters) == 2


def test_a_pack_changed_since_it_was_asked_for_is_not_sent(practice: tuple[Workspace, Desk]) -> None:
    ws, desk = practice
    stored = fill_pack(ws)
    run = ws.mailing.request_send(stored.id, stored.revision)
    ws.store.packs.save("p", stored.id, stored.revision, states=("draft",), content=stored.content)
    assert perform_run(ws, run.id, "test").state is RunState.STOPPED
    assert (desk.letters, state_of(ws, stored)) == ([], PackState.DRAFT)
    with pytest.raises(PackMovedOn):
        ws.mailing.request_send(stored.id, stored.revision)


def test_a_cancelled_mail_is_not_sent(practice: tuple[Workspace, Desk]) -> None:
    ws, desk = practice
    stored = fill_pack(ws)
    run = ws.mailing.request_send(stored.id, stored.revision)
    ws.store.runs.start(run.id, "test")
    ws.running.cancel(run.id)
    assert perform_run(ws, run.id, "test").state is RunState.CANCELLED
    assert (desk.letters, state_of(ws, stored)) == ([], PackState.DRAFT)
    ws.running.cancel(ws.mailing.request_send(stored.id, stored.revision).id)
    assert not ws.packs.is_busy(ws.packs.get(stored.id))


def test_what_is_missing_is_said_before_anything_is_sent(practice: tuple[Workspace, Desk]) -> None:
    ws, _desk = practice
    stored = fill_job(ws, fill_pack(ws), name="")
    ws.packs.change(stored.id, stored.revision, lambda pack: replace(pack, to="ann@", subject="{clint}"))
    with pytest.raises(NotReady) as raised:
        ws.mailing.request_send(stored.id, stored.revision + 1)
    for word in ("Its job: Give the job a name.", "'ann@' is no e-mail address", "placeholder {clint}"):
        assert word in str(raised.value)


def test_a_job_of_the_same_kind_is_named_before_the_mail(practice: tuple[Workspace, Desk]) -> None:
    ws, desk = practice
    stored = fill_job(ws, fill_pack(ws), name="BAS")
    with pytest.raises(NotReady, match="J1"):
        ws.mailing.request_send(stored.id, stored.revision)
    assert desk.letters == []


def test_a_job_that_cannot_be_asked_for_does_not_hide_that_the_mail_went(practice: tuple[Workspace, Desk]) -> None:
    ws, desk = practice
    stored = fill_job(ws, fill_pack(ws))
    run = ws.mailing.request_send(stored.id, stored.revision)
    draft = ws.jobs.get(stored.draft)
    ws.jobs.save(draft.id, replace(JobDraft.from_json(draft.content), name="", name_pattern=""), draft.revision)
    ended = perform_run(ws, run.id, "test")
    assert (ended.state, len(desk.letters)) == (RunState.STOPPED, 1)
    assert ended.message.startswith("The files were handed over. Their job was not created")
    assert (state_of(ws, stored), list_told(ws, stored)[-1]) == (PackState.DELIVERED, ("job", "refused"))
    with pytest.raises(JobNotAsked):
        ws.delivery.ask_job(stored.id)
    draft = ws.jobs.get(stored.draft)
    ws.jobs.save(draft.id, replace(JobDraft.from_json(draft.content), name_pattern="Accounts"), draft.revision)
    assert ws.delivery.ask_job(stored.id) == "The job Accounts is being created."


def test_without_a_mail_server_it_is_said_how_to_name_one(store: Store, clock: FakeClock, tmp_path: Path) -> None:
    ws = make_paper_practice(store, clock, tmp_path)
    stored = fill_pack(ws)
    with pytest.raises(NotReady, match="TIEOUT_SMTP_HOST"):
        ws.mailing.request_send(stored.id, stored.revision)


def test_a_download_makes_the_job_once(practice: tuple[Workspace, Desk]) -> None:
    ws, _desk = practice
    stored = fill_job(ws, fill_pack(ws))
    built = ws.delivery.build(stored.id)
    assert (built.file_name, count_jobs(ws)) == ("Acme & Sons – Sep Qtr 2026.zip", 0)
    with zipfile.ZipFile(io.BytesIO(built.data)) as archive:
        assert archive.namelist() == ["accounts.pdf", "letter.txt"]
    assert ws.delivery.note_download(stored.id, stored.revision).endswith("is being created.")
    assert ws.delivery.note_download(stored.id, stored.revision).startswith("Downloaded again.")
    assert (count_jobs(ws), state_of(ws, stored)) == (1, PackState.DELIVERED)


def test_a_downloaded_pack_can_be_mailed_without_a_second_job(practice: tuple[Workspace, Desk]) -> None:
    ws, desk = practice
    stored = fill_job(ws, fill_pack(ws))
    ws.delivery.note_download(stored.id, stored.revision)
    desk.behaves = "refuses"
    assert send(ws, stored).state is RunState.FAILED
    assert state_of(ws, stored) == PackState.DELIVERED
    desk.behaves = "takes"
    assert send(ws, stored).message == "The mail was sent."
    assert count_jobs(ws) == 1


def test_a_download_of_another_content_is_not_noted(practice: tuple[Workspace, Desk]) -> None:
    ws, _desk = practice
    stored = fill_pack(ws)
    ws.packs.change(stored.id, stored.revision, lambda pack: replace(pack, period="Dec"))
    with pytest.raises(PackMovedOn):
        ws.delivery.note_download(stored.id, stored.revision)
    assert state_of(ws, stored) == PackState.DRAFT


def test_no_file_name_reaches_the_activity_log_but_who_sent_does(practice: tuple[Workspace, Desk]) -> None:
    ws, _desk = practice
    stored = fill_pack(ws)
    send(ws, stored)
    event = ws.store.events.list("p", subject_kind="pack").iloc[0]
    assert (event["verb"], event["after"], event["actor"]) == ("mailed", "2 files of Acme & Sons", "Kim")


def test_those_who_take_a_pack_at_the_same_moment_get_one_job(practice: tuple[Workspace, Desk]) -> None:
    ws, _desk = practice
    stored = fill_job(ws, fill_pack(ws))

    def take(_who: int) -> str:
        try:
            return ws.delivery.note_download(stored.id, stored.revision)
        except PackMovedOn:
            return "moved on"

    with ThreadPoolExecutor(4) as people:
        told = list(people.map(take, range(4)))
    assert count_jobs(ws) == 1
    assert any("is being created" in one for one in told)
    assert ("job", "refused") not in list_told(ws, stored)
