"""A pack and its job against a real sandbox: mailed, created, its documents attached once; and what fails says so."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from core.demo import Demo, start_demo
from core.jobs import JobDraft
from core.jobs.packs import Pack, PackState
from core.model import RunKind, RunState
from core.sandbox.state import Document, Job
from core.store.packs import StoredPack
from core.work import perform_run
from core.workspace import Workspace
from tests.jobs.mail_house import Desk, open_house

CLIENT = "HC1199"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Demo, Workspace, Desk]]:
    """The demo practice with both sides read, and a mail server."""
    folder = tmp_path_factory.mktemp("demo")
    with ExitStack() as stack:
        server, desk = stack.enter_context(open_house(folder))
        demo = start_demo(folder, fresh=False, redirect_uri="http://127.0.0.1:8501/oauth/callback", limits=False)
        stack.callback(demo.stop)
        named = {"smtp_host": server.host, "smtp_port": server.port, "smtp_from": server.sender}
        named |= {"smtp_user": server.user, "smtp_password": SecretStr(server.password), "smtp_ca": str(server.ca)}
        settings = demo.settings.model_copy(update=named)
        ws = Workspace("demo", settings, demo.workspace.store, demo.workspace.clock)
        stack.callback(ws.close)
        run = ws.store.runs.queue("demo", RunKind.SYNC, "test", {"propose": True, "accept": True})
        assert perform_run(ws, run.id, "test").state is RunState.DONE
        yield demo, ws, desk


def pack_with_job(ws: Workspace, name: str) -> StoredPack:
    stored = ws.packs.new(CLIENT, "FY2026")
    documents = list(ws.papers.documents(CLIENT).index)
    stored = ws.packs.add_documents(stored.id, documents, stored.revision).stored
    stored = ws.packs.want_job(stored.id, stored.revision, wanted=True)
    draft = ws.jobs.get(stored.draft)
    content = JobDraft.from_json(draft.content)
    whole = replace(content, name=name, name_pattern=name, due=ws.today + timedelta(days=30), twin_allowed=True)
    ws.jobs.save(draft.id, whole, draft.revision)
    return stored


def find_jobs(demo: Demo, name: str) -> list[Job]:
    tenants = demo.sandbox.sandbox.tenants.values()
    return [job for tenant in tenants for job in tenant.jobs.values() if job.name == name]


def read_documents(jobs: list[Job]) -> list[tuple[str, bytes]]:
    found: list[Document] = [one for job in jobs for one in job.documents]
    return sorted((one.file_name, b64decode(one.content_base64)) for one in found)


def carry_on(ws: Workspace, stored: StoredPack) -> None:
    """What the worker does until the job's run is over."""
    draft = ws.jobs.get(stored.draft)
    perform_run(ws, draft.run, "test")


def test_mail_job_and_documents_follow_each_other(site: tuple[Demo, Workspace, Desk]) -> None:
    demo, ws, desk = site
    stored = pack_with_job(ws, "Packed by mail")
    run = ws.mailing.request_send(stored.id, stored.revision)
    assert perform_run(ws, run.id, "test").state is RunState.DONE
    assert find_jobs(demo, "Packed by mail") == []
    carry_on(ws, stored)
    jobs = find_jobs(demo, "Packed by mail")
    pack = Pack.from_json(ws.packs.get(stored.id).content)
    assert len(jobs) == 1
    assert read_documents(jobs) == sorted((one.file_name, ws.uploads.read(one.sha256)) for one in pack.files)
    assert len(desk.letters) == 1
    told = ws.delivery.history(stored.id)
    assert list(zip(told["what"], told["outcome"], strict=True))[-2:] == [("job", "done"), ("attach", "done")]
    assert ws.packs.get(stored.id).job == jobs[0].number


def test_a_download_makes_the_job_once_however_often_it_is_taken(site: tuple[Demo, Workspace, Desk]) -> None:
    demo, ws, _desk = site
    stored = pack_with_job(ws, "Packed by download")
    built = ws.delivery.build(stored.id)
    assert find_jobs(demo, "Packed by download") == []
    for _ in range(3):
        ws.delivery.note_download(stored.id, stored.revision)
        carry_on(ws, stored)
    assert built.data == ws.delivery.build(stored.id).data
    assert len(find_jobs(demo, "Packed by download")) == 1
    assert len(read_documents(find_jobs(demo, "Packed by download"))) == 4


def test_a_template_waits_for_the_review_of_its_costs(site: tuple[Demo, Workspace, Desk]) -> None:
    demo, ws, _desk = site
    stored = pack_with_job(ws, "Packed for review")
    draft = ws.jobs.get(stored.draft)
    template = str(ws.xpm("templates").index[ws.xpm("templates")["name"].eq("Annual Accounts & Tax - Company")][0])
    content = JobDraft.from_json(draft.content)
    ws.jobs.save(draft.id, replace(content, template_id=template, review=True), draft.revision)
    ws.delivery.note_download(stored.id, stored.revision)
    carry_on(ws, stored)
    assert "wait for a review" in ws.delivery.history(stored.id)["words"].iloc[-1]
    in_review = ws.jobs.get(stored.draft)
    ws.jobs.confirm(stored.draft, ws.jobs.review_lines(stored.draft), in_review.revision)
    carry_on(ws, stored)
    assert len(read_documents(find_jobs(demo, "Packed for review"))) == 4
    told = ws.delivery.history(stored.id)
    assert told["words"].iloc[-1] == f"4 of 4 files are attached to {ws.packs.get(stored.id).job}."


def test_a_job_that_xpm_refuses_leaves_the_mail_sent_and_says_so(site: tuple[Demo, Workspace, Desk]) -> None:
    demo, ws, _desk = site
    stored = pack_with_job(ws, "Packed and refused")
    draft = ws.jobs.get(stored.draft)
    content = JobDraft.from_json(draft.content)
    ws.jobs.save(draft.id, replace(content, template_id="d0000000-0000-4000-8000-00000000dead"), draft.revision)
    run = ws.mailing.request_send(stored.id, stored.revision)
    perform_run(ws, run.id, "test")
    carry_on(ws, stored)
    assert find_jobs(demo, "Packed and refused") == []
    told = ws.delivery.history(stored.id)
    assert ("mail", "done") in list(zip(told["what"], told["outcome"], strict=True))
    assert told.iloc[-1][["what", "outcome"]].tolist() == ["job", "refused"]
    assert "lacks" in told.iloc[-1]["words"]
    assert ws.packs.get(stored.id).state == PackState.DELIVERED


def test_a_file_that_is_gone_stops_its_step_and_nothing_else(site: tuple[Demo, Workspace, Desk]) -> None:
    demo, ws, _desk = site
    stored = pack_with_job(ws, "Packed without a file")
    extra = ws.packs.add_uploads(stored.id, [("extra.txt", b"only here")], stored.revision).stored
    ws.delivery.note_download(stored.id, extra.revision)
    gone = Pack.from_json(extra.content).files[-1].sha256
    place: Path = ws.settings.data_dir / "uploads" / gone[:2] / gone
    place.unlink()
    carry_on(ws, stored)
    assert len(read_documents(find_jobs(demo, "Packed without a file"))) == 4
    assert ws.jobs.get(stored.draft).state == "incomplete"
    words = " ".join(ws.jobs.steps(stored.draft)["words"])
    assert "no longer in the data folder" in words
    assert ws.delivery.history(stored.id)["words"].iloc[-1].startswith("4 of 5 files are attached")
