"""A pack holds files of one client, each kept by its content, and a job that nobody creates before its time."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from core.jobs import JobDraft
from core.jobs.packs import PackFull, PackState
from core.local.folder import FolderMissing
from core.store import Store
from core.store.packs import NewPackEvent, PackMovedOn, StoredPack
from core.workspace import Workspace
from core.workspace.packing import HeldByPack, PackBusy
from core.workspace.paper_shelf import NoDocument, NotOfClient
from core.workspace.sides import NoLocalSource
from tests.fakes import FakeClock
from tests.workspace.paper_practice import PDF, fill_job, fill_pack, make_paper_practice, read_pack

DONE = NewPackEvent("Kim", "download", "done", "", {})


@pytest.fixture
def ws(store: Store, clock: FakeClock, tmp_path: Path) -> Workspace:
    return make_paper_practice(store, clock, tmp_path)


def hand_over(ws: Workspace, stored: StoredPack) -> StoredPack:
    ws.store.packs.move("p", stored.id, PackState.DELIVERED, DONE, frm=(PackState.DRAFT,))
    return ws.packs.get(stored.id)


def test_a_new_pack_knows_its_clients_address_and_the_practices_message(ws: Workspace) -> None:
    pack = read_pack(ws, ws.packs.new("C1", "Sep Qtr 2026"))
    assert (pack.to, pack.subject, pack.period) == ("ann@acme.example", "{client}: {period}", "Sep Qtr 2026")
    assert read_pack(ws, ws.packs.new("C2")).to == "info@bee.example"
    assert list(ws.packs.clients().values()) == ["Acme & Sons", "Bee"]


def test_documents_of_the_client_are_offered_and_no_others(ws: Workspace) -> None:
    offered = ws.papers.documents("C1")
    assert offered.index.tolist() == ["D2", "D1", "D4"]
    assert offered.loc["D1", ["name", "kind", "task"]].tolist() == ["Accounts", "accounts", "Accounts 2026"]


def test_documents_are_packed_under_their_names_and_kept_by_content(ws: Workspace) -> None:
    files = read_pack(ws, fill_pack(ws)).files
    assert [(one.file_name, one.title) for one in files] == [("accounts.pdf", "Accounts"), ("letter.txt", "Letter")]
    assert [ws.uploads.read(one.sha256) for one in files] == [PDF, b"Dear Ann"]


def test_a_document_of_another_client_cannot_be_packed(ws: Workspace) -> None:
    stored = ws.packs.new("C1")
    with pytest.raises(NoDocument):
        ws.packs.add_documents(stored.id, ["D3"], stored.revision)


def test_a_file_that_is_gone_is_told_and_the_others_are_added(ws: Workspace) -> None:
    stored = ws.packs.new("C1")
    added = ws.packs.add_documents(stored.id, ["D1", "D4"], stored.revision)
    assert (added.added, len(added.refused)) == (1, 1)
    assert "'C1/lost.pdf' cannot be read" in added.refused[0]


def test_files_of_the_folder_are_listed_and_packed(ws: Workspace, tmp_path: Path) -> None:
    listed = ws.papers.in_folder("C1")
    assert listed.index.tolist() == ["C1/accounts.pdf", "C1/letter.txt"]
    assert listed.loc["C1/letter.txt", ["name", "folder", "size"]].tolist() == ["letter.txt", "C1", 8]
    stored = ws.packs.new("C1")
    added = ws.packs.add_papers(stored.id, ["C1/letter.txt", "../tieout.db"], stored.revision)
    assert (added.added, len(added.refused)) == (1, 1)


def test_neither_tables_nor_files_of_other_clients_are_offered(ws: Workspace, tmp_path: Path) -> None:
    papers = tmp_path / "papers"
    for name in ("clients.csv", "general.pdf", "Bee/scan.pdf", "inbox/Acme & Sons.pdf"):
        (papers / name).parent.mkdir(exist_ok=True)
        (papers / name).write_bytes(PDF)
    offered = ws.papers.in_folder("C1").index.tolist()
    assert offered == ["C1/accounts.pdf", "C1/letter.txt", "inbox/Acme & Sons.pdf", "Bee/scan.pdf", "general.pdf"]
    stored = ws.packs.new("C1")
    for path in ("clients.csv", "C2/tax.pdf", "C2\\tax.pdf"):
        with pytest.raises(NotOfClient):
            ws.packs.add_papers(stored.id, [path], stored.revision)


def test_uploads_are_packed_and_bad_ones_told(ws: Workspace) -> None:
    stored = ws.packs.new("C1")
    given = [("a.pdf", PDF), ("b.exe", b"MZ"), ("c.pdf", b"MZ no pdf"), ("../d.pdf", PDF)]
    added = ws.packs.add_uploads(stored.id, given, stored.revision)
    assert [one.file_name for one in read_pack(ws, stored).files] == ["a.pdf"]
    assert ["kind" in added.refused[0], "is no PDF" in added.refused[1], "its name" in added.refused[2]] == [True] * 3


def test_too_large_a_pack_is_refused_whole(ws: Workspace) -> None:
    stored = ws.packs.new("C1")
    with pytest.raises(PackFull, match="101 files"):
        ws.packs.add_uploads(stored.id, [(f"{n}.txt", f"{n}".encode()) for n in range(101)], stored.revision)
    assert read_pack(ws, stored).files == ()


def test_a_change_made_elsewhere_is_not_overwritten(ws: Workspace) -> None:
    stored = fill_pack(ws)
    ws.packs.change(stored.id, stored.revision, lambda pack: replace(pack, period="Dec Qtr 2026"))
    with pytest.raises(PackMovedOn):
        ws.packs.add_uploads(stored.id, [("a.txt", b"a")], stored.revision)
    assert (read_pack(ws, stored).period, len(read_pack(ws, stored).files)) == ("Dec Qtr 2026", 2)


def test_a_pack_never_changes_its_client(ws: Workspace) -> None:
    stored = fill_pack(ws)
    with pytest.raises(PackBusy, match="another client"):
        ws.packs.change(stored.id, stored.revision, lambda pack: replace(pack, client_id="C2"))


def test_what_was_handed_over_stays_but_its_message_may_change(ws: Workspace) -> None:
    stored = hand_over(ws, fill_pack(ws))
    with pytest.raises(PackBusy, match="handed over already"):
        ws.packs.add_uploads(stored.id, [("a.txt", b"a")], stored.revision)
    with pytest.raises(PackBusy):
        ws.packs.want_job(stored.id, stored.revision, wanted=True)
    ws.packs.change(stored.id, stored.revision, lambda pack: replace(pack, to="bob@acme.example"))
    assert read_pack(ws, stored).to == "bob@acme.example"


def test_a_copy_starts_anew(ws: Workspace) -> None:
    stored = hand_over(ws, fill_job(ws, fill_pack(ws)))
    copy = ws.packs.copy(stored.id)
    assert (copy.state, copy.draft, len(read_pack(ws, copy).files)) == ("draft", "", 2)


def test_the_job_of_a_pack_is_drafted_for_the_linked_client(ws: Workspace) -> None:
    stored = ws.packs.want_job(*_ident(fill_pack(ws)), wanted=True)
    draft = JobDraft.from_json(ws.jobs.get(stored.draft).content)
    assert (draft.client_id, draft.contact_id, draft.period) == ("XC1", "", "Sep Qtr 2026")
    assert (draft.start, draft.review) == (ws.today, True)
    assert ws.packs.of_draft(stored.draft) == stored.id


def test_the_job_of_a_pack_is_not_created_before_the_pack_is_handed_over(ws: Workspace) -> None:
    stored = fill_job(ws, fill_pack(ws))
    with pytest.raises(HeldByPack, match="Nothing was created"):
        ws.jobs.request(stored.draft)
    hand_over(ws, stored)
    assert ws.jobs.request(stored.draft).id


def test_a_job_that_is_no_longer_wanted_is_put_away(ws: Workspace) -> None:
    stored = fill_job(ws, fill_pack(ws))
    after = ws.packs.want_job(stored.id, stored.revision, wanted=False)
    assert (after.draft, ws.jobs.get(stored.draft).state, ws.jobs.list_drafts().empty) == ("", "discarded", True)


def test_a_discarded_pack_takes_its_draft_with_it(ws: Workspace) -> None:
    stored = fill_job(ws, fill_pack(ws))
    ws.packs.discard(stored.id, stored.revision)
    assert ws.packs.listed().empty
    assert ws.jobs.list_drafts().empty


def test_what_was_changed_elsewhere_keeps_its_draft(ws: Workspace) -> None:
    stored = fill_job(ws, fill_pack(ws))
    with pytest.raises(PackMovedOn):
        ws.packs.discard(stored.id, stored.revision - 1)
    with pytest.raises(PackMovedOn):
        ws.packs.want_job(stored.id, stored.revision - 1, wanted=False)
    assert ws.jobs.get(stored.draft).state == "draft"
    other = fill_pack(ws)
    with pytest.raises(PackMovedOn):
        ws.packs.want_job(other.id, other.revision - 1, wanted=True)
    assert ws.jobs.list_drafts().index.tolist() == [stored.draft]


def test_the_list_tells_files_and_the_state_of_the_job(ws: Workspace) -> None:
    stored = fill_job(ws, fill_pack(ws))
    row = ws.packs.listed().loc[stored.id]
    assert row[["client", "period", "files", "state"]].tolist() == ["Acme & Sons", "Sep Qtr 2026", 2, "draft"]
    assert (row["size"], row["draft_state"], row["job"]) == (len(PDF) + 8, "draft", "")


def test_documents_may_lie_in_a_folder_of_their_own(ws: Workspace, tmp_path: Path) -> None:
    (tmp_path / "scans").mkdir()
    (tmp_path / "scans" / "scan.pdf").write_bytes(PDF)
    ws.papers.set_folder("scans")
    assert ws.papers.in_folder("C1").index.tolist() == ["scan.pdf"]
    with pytest.raises(FolderMissing):
        ws.papers.set_folder("gone")
    assert ws.papers.folder() == str(tmp_path / "scans")


def test_without_a_local_side_only_uploads_are_packed(ws: Workspace) -> None:
    ws.store.practices.save_settings("p", ws.practice.settings.with_values(local={}))
    with pytest.raises(NoLocalSource):
        ws.papers.in_folder("C1")
    stored = ws.packs.new("C1")
    assert ws.packs.add_uploads(stored.id, [("a.txt", b"a")], stored.revision).added == 1


def _ident(stored: StoredPack) -> tuple[str, int]:
    return stored.id, stored.revision
