"""The demo's documents are what its table says: whole PDFs and letters, but for what is planted."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.jobs.packs import judge_file
from core.jobs.paper import NoOnePdf, Paper, join_pdfs
from core.local.config import SourceConfig
from core.local.papers import PaperGone, read_paper
from data.demo.build import Demo


@pytest.fixture
def config(folder: Path) -> SourceConfig:
    return SourceConfig.from_dict({"type": "folder", "path": str(folder / "local")})


def test_every_document_but_one_is_in_the_folder(demo: Demo, config: SourceConfig) -> None:
    for paper in demo.papers[:-1]:
        assert judge_file(Path(paper.path).name, read_paper(config, paper.path))
    with pytest.raises(PaperGone):
        read_paper(config, demo.papers[-1].path)


def test_all_pdfs_but_the_cut_one_can_be_joined(demo: Demo) -> None:
    pdfs = [Paper(Path(one.path).name, one.name, one.text.encode()) for one in demo.papers if one.path.endswith(".pdf")]
    assert join_pdfs(pdfs[:-1]).startswith(b"%PDF")
    with pytest.raises(NoOnePdf, match="it is damaged"):
        join_pdfs(pdfs)


def test_documents_belong_to_clients_that_can_be_written_to(demo: Demo) -> None:
    clients = {pair.local.id: pair for pair in demo.pairs}
    theirs = {paper.client for paper in demo.papers}
    assert len(theirs) == 10
    assert all(clients[one].local.email and clients[one].xpm for one in theirs)
