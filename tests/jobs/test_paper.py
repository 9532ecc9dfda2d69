"""A pack is one ZIP of everything, or one PDF; what cannot be joined is named."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime

import pytest
from pypdf import PdfReader, PdfWriter

from core.jobs.paper import NoOnePdf, Paper, join_pdfs, make_zip

AT = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


def make_pdf(pages: int = 1, password: str = "") -> bytes:
    writer, written = PdfWriter(), io.BytesIO()
    for _ in range(pages):
        writer.add_blank_page(200, 200)
    if password:
        writer.encrypt(password)
    writer.write(written)
    return written.getvalue()


def paper(name: str, data: bytes) -> Paper:
    return Paper(name, name.removesuffix(".pdf").title(), data)


def test_a_zip_holds_every_file_under_its_name() -> None:
    papers = [paper("accounts – März.pdf", make_pdf()), paper("notes.csv", b"a,b")]
    with zipfile.ZipFile(io.BytesIO(make_zip(papers, AT))) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {one.file_name: one.data for one in papers}


def test_the_same_files_make_the_same_zip() -> None:
    assert make_zip([paper("a.pdf", b"one")], AT) == make_zip([paper("a.pdf", b"one")], AT)


def test_pdfs_are_joined_in_order_under_bookmarks() -> None:
    joined = PdfReader(io.BytesIO(join_pdfs([paper("tax.pdf", make_pdf(2)), paper("accounts.pdf", make_pdf(1))])))
    assert len(joined.pages) == 3
    marks = [(one.title, joined.get_destination_page_number(one)) for one in joined.outline]  # type: ignore[union-attr,arg-type]
    assert marks == [("Tax", 0), ("Accounts", 2)]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (make_pdf(password="secret"), "it is protected by a password"),
        (b"%PDF-1.7 rubbish", "it is damaged"),
        (make_pdf(3)[:200], "it is damaged"),
        (b"%PDF-1.7\n" + b"<<" * 5000, "it is damaged"),
        (b"PK\x03\x04 a workbook", "it is no PDF"),
    ],
)
def test_every_file_that_cannot_be_joined_is_named(data: bytes, why: str) -> None:
    papers = [paper("good.pdf", make_pdf()), paper("bad.pdf", data), paper("worse.pdf", data)]
    with pytest.raises(NoOnePdf, match="Choose ZIP") as raised:
        join_pdfs(papers)
    assert raised.value.unfit == {"bad.pdf": why, "worse.pdf": why}


def test_a_pdf_without_pages_is_named() -> None:
    with pytest.raises(NoOnePdf) as raised:
        join_pdfs([paper("empty.pdf", make_pdf(0))])
    assert raised.value.unfit == {"empty.pdf": "it has no pages"}
