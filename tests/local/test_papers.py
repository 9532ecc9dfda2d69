"""Documents are read from the practice's folder alone: no path leads out of it, no link is followed."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from core.local.config import SourceConfig
from core.local.folder import FolderMissing
from core.local.load import load_source
from core.local.papers import (
    LARGEST_PAPER,
    PaperGone,
    PaperOutside,
    PaperTooLarge,
    list_papers,
    papers_folder,
    read_paper,
)

TODAY = date(2026, 11, 20)


@pytest.fixture
def config(tmp_path: Path) -> SourceConfig:
    inside = tmp_path / "papers" / "C1"
    inside.mkdir(parents=True)
    (inside / "accounts.pdf").write_bytes(b"%PDF accounts")
    (tmp_path / "secret.pdf").write_bytes(b"secret")
    return SourceConfig.from_dict({"type": "folder", "path": "papers"}, base=tmp_path)


def test_a_file_of_the_folder_is_read(config: SourceConfig) -> None:
    assert read_paper(config, "C1/accounts.pdf") == read_paper(config, "C1\\accounts.pdf") == b"%PDF accounts"


@pytest.mark.parametrize(
    "path",
    ["../secret.pdf", "C1/../../secret.pdf", "/etc/passwd", "C:\\secret.pdf", "\\\\host\\x", "", "a\x00b", "C1/a\nb"],
)
def test_no_path_leads_out_of_the_folder(config: SourceConfig, path: str) -> None:
    with pytest.raises(PaperOutside, match="upload the file"):
        read_paper(config, path)


def test_no_link_is_followed(config: SourceConfig, tmp_path: Path) -> None:
    papers = tmp_path / "papers"
    (papers / "link.pdf").symlink_to(tmp_path / "secret.pdf")
    (papers / "folder").symlink_to(papers / "C1")
    for path in ("link.pdf", "folder/accounts.pdf"):
        with pytest.raises(PaperOutside, match="a link stands in its path"):
            read_paper(config, path)
    assert [paper.path for paper in list_papers(config, (".pdf",))] == ["C1/accounts.pdf"]


@pytest.mark.parametrize(("path", "why"), [("C1/gone.pdf", "no such file"), ("C1", "is a directory")])
def test_what_is_no_file_is_said(config: SourceConfig, path: str, why: str) -> None:
    with pytest.raises((PaperGone, PaperOutside), match=f"{why}|no plain file"):
        read_paper(config, path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names on this system")
def test_a_pipe_is_not_waited_for(config: SourceConfig, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "papers" / "pipe.pdf")
    with pytest.raises(PaperOutside, match="no plain file"):
        read_paper(config, "pipe.pdf")
    assert len(list_papers(config, (".pdf",))) == 1


def test_a_file_larger_than_a_pack_takes_is_not_read(config: SourceConfig, tmp_path: Path) -> None:
    with (tmp_path / "papers" / "large.pdf").open("wb") as file:
        file.truncate(LARGEST_PAPER + 1)
    with pytest.raises(PaperTooLarge, match="at most 25 MB"):
        read_paper(config, "large.pdf")


def test_only_files_of_the_wanted_kinds_are_listed(config: SourceConfig, tmp_path: Path) -> None:
    papers = tmp_path / "papers"
    for name in ("b.PDF", "clients.csv", ".hidden.pdf", "~$draft.docx", "letter.docx"):
        (papers / name).write_bytes(b"x")
    listed = list_papers(config, (".pdf", ".docx"))
    assert [(one.path, one.size) for one in listed] == [("b.PDF", 1), ("C1/accounts.pdf", 13), ("letter.docx", 1)]


def test_a_folder_of_its_own_takes_the_place_of_the_sources(tmp_path: Path) -> None:
    (tmp_path / "scans").mkdir()
    config = SourceConfig.from_dict({"type": "folder", "path": "gone", "documents": "scans"}, base=tmp_path)
    assert papers_folder(config) == tmp_path / "scans"
    assert config.to_dict()["documents"] == "scans"
    with pytest.raises(FolderMissing, match="The folder of documents 'gone' cannot be read"):
        papers_folder(SourceConfig.from_dict({"type": "folder", "path": "gone"}, base=tmp_path))


def test_the_documents_table_is_read(tmp_path: Path) -> None:
    (tmp_path / "clients.csv").write_text("id,name\nC1,Acme\n")
    (tmp_path / "documents.csv").write_text(
        "Client ID,File,Document,Type,Date\nC1,C1/accounts.pdf,Accounts 2026,accounts,20/11/2026\nC9,x.pdf,X,other,\n"
    )
    config = SourceConfig.from_dict({"type": "folder", "path": ".", "date_order": "dmy"}, base=tmp_path)
    load = load_source(config, zone="Australia/Sydney", today=TODAY)
    documents = load.frames["documents"]
    first = documents[documents["client_id"].eq("C1")].iloc[0]
    assert (first["name"], first["path"], first["kind"]) == ("Accounts 2026", "C1/accounts.pdf", "accounts")
    assert first["date"].date() == TODAY
    assert any("They are offered for nobody" in warning for warning in load.warnings)


def test_a_document_without_a_file_column_is_asked_about(tmp_path: Path) -> None:
    (tmp_path / "documents.csv").write_text("Client ID,Document\nC1,Accounts\n")
    config = SourceConfig.from_dict({"type": "folder", "path": "."}, base=tmp_path)
    with pytest.raises(Exception, match="no column for path"):
        load_source(config, zone="Australia/Sydney", today=TODAY)
