"""What may be packed, under which names, for whom; and what a message becomes."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

import pytest

from core.jobs.packs import (
    LARGEST_FILE,
    LARGEST_PACK,
    MOST_FILES,
    BadAddress,
    FileUnfit,
    Pack,
    PackFile,
    PackFull,
    UnknownBlank,
    add_files,
    fill_message,
    judge_file,
    judge_name,
    list_gaps,
    move_file,
    name_file,
    read_addresses,
    remove_files,
    title_of,
)
from tests.jobs.test_paper import make_pdf


def make_office(*parts: str) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for part in parts:
            archive.writestr(part, "x")
    return written.getvalue()


def file(key: str, name: str = "", size: int = 10) -> PackFile:
    name = name or f"{key}.pdf"
    return PackFile(key, name, title_of(name), key * 8, size, "upload")


PACK = Pack(client_id="C1", files=(file("a"), file("b"), file("c")))
GOOD = {
    "accounts – März.pdf": make_pdf(),
    "letter.docx": make_office("[Content_Types].xml", "word/document.xml"),
    "Budget 2026.XLSX": make_office("xl/workbook.xml"),
    "scan.jpg": b"\xff\xd8\xff\xe0 picture",
    "logo.png": b"\x89PNG\r\n\x1a\n picture",
    "fax.tif": b"II*\x00 picture",
    "list.csv": "Māori,1\n".encode(),
    "notes.txt": "from Windows".encode("utf-16"),
}


@pytest.mark.parametrize("name", GOOD)
def test_files_of_known_kinds_are_packed_as_they_are(name: str) -> None:
    assert judge_file(f" {name} ", GOOD[name]) == name


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("setup.exe", b"MZ", "of this kind are not packed"),
        ("accounts.pdf", b"MZ\x90 an executable", "is no PDF"),
        ("photo.png", GOOD["scan.jpg"], "is no PNG"),
        ("macro.docx", make_office("word/document.xml", "word/vbaProject.bin"), "is no DOCX"),
        ("sheet.docx", make_office("xl/workbook.xml"), "is no DOCX"),
        ("broken.xlsx", b"PK\x03\x04 cut", "is no XLSX"),
        ("data.csv", b"a,b\x00c", "is no CSV"),
        ("old.doc", b"\xd0\xcf\x11\xe0", "of this kind are not packed"),
        ("archive.zip", make_office("../../etc/passwd"), "of this kind are not packed"),
        ("empty.pdf", b"", "it is empty"),
        ("huge.pdf", b"%PDF-" + b"x" * LARGEST_FILE, "at most 25 MB"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused(name: str, data: bytes, why: str) -> None:
    with pytest.raises(FileUnfit, match=why):
        judge_file(name, data)


@pytest.mark.parametrize(
    "name",
    [
        "../x.pdf",
        "C:\\x.pdf",
        "\\\\host\\x.pdf",
        "/etc/x.pdf",
        "a\x00.pdf",
        "a\nb.pdf",
        "invoice\u202efdp.exe.pdf",
        "con.pdf",
        "LPT1.x.pdf",
        ".hidden.pdf",
        "dot..pdf",
        "what?.pdf",
        f"{'n' * 147}.pdf",
        "",
    ],
)
def test_only_plain_names_are_packed(name: str) -> None:
    with pytest.raises(FileUnfit):
        judge_name(name)


def test_names_written_in_two_ways_become_one() -> None:
    assert judge_name("Ma\u0308rz.pdf") == judge_name("März.pdf") == "M\u00e4rz.pdf"


def test_a_name_that_is_taken_gets_a_number() -> None:
    grown = add_files(PACK, [file("d", "A.pdf"), file("e", "a.pdf")])
    assert [one.file_name for one in grown.files] == ["a.pdf", "b.pdf", "c.pdf", "A (2).pdf", "a (3).pdf"]


def test_the_same_file_added_again_changes_nothing() -> None:
    assert add_files(PACK, [replace(file("a"), key="new")]) == PACK


def test_a_pack_has_bounds() -> None:
    with pytest.raises(PackFull, match=f"at most {MOST_FILES}"):
        add_files(PACK, [file(f"k{n}") for n in range(MOST_FILES)])
    with pytest.raises(PackFull, match="at most 100 MB"):
        add_files(PACK, [file("large", size=LARGEST_PACK)])


def test_files_are_moved_within_their_list() -> None:
    def order(pack: Pack) -> str:
        return "".join(one.key for one in pack.files)

    assert [order(move_file(PACK, "b", places)) for places in (-1, 1, 9, -9)] == ["bac", "acb", "acb", "bac"]
    assert order(remove_files(PACK, ["a", "c"])) == "b"


def test_a_pack_is_read_back_as_it_was_kept() -> None:
    pack = replace(PACK, period="Sep Qtr 2026", as_one=True, to="a@b.example", body="Hello\n{client}")
    assert Pack.from_json(pack.to_json()) == pack
    assert [one.file_name for one in pack.attachments()] == ["a.pdf", "b.pdf", "c.pdf"]


def test_one_pdf_is_offered_only_for_pdfs() -> None:
    assert PACK.may_be_one
    assert not add_files(PACK, [file("d", "d.csv")]).may_be_one
    assert not Pack().may_be_one


@pytest.mark.parametrize(
    ("client", "period", "name"),
    [
        ("Acme Pty Ltd", "Sep Qtr 2026", "Acme Pty Ltd – Sep Qtr 2026.zip"),
        ("A/B: <C>", "", "A B C.zip"),
        ("..", "", "Documents.zip"),
        ("", "", "Documents.zip"),
        ("x" * 400, "2026", f"{'x' * 146}.zip"),
    ],
)
def test_the_packs_own_name_is_a_plain_one(client: str, period: str, name: str) -> None:
    assert name_file(client, period, ".zip") == name
    assert judge_name(name_file(client, period, ".pdf"))


def test_addresses_are_read_from_what_was_typed() -> None:
    assert read_addresses("ann@acme.example; Bob.O'Hara+x@sub.acme.example,\nANN@acme.example, ") == (
        "ann@acme.example",
        "Bob.O'Hara+x@sub.acme.example",
    )
    assert read_addresses(" ") == ()


@pytest.mark.parametrize(
    "text",
    [
        "ann",
        "ann@",
        "@acme.example",
        "ann@acme",
        "ann@acme.example bcc: x@y.example",
        "Ann <ann@acme.example>",
        "ann@-acme.example",
        "änn@acme.example",
        "a@b.example\r\nRCPT TO:<x@y.example>",
        f"{'a' * 65}@acme.example",
        ",".join(f"a{n}@acme.example" for n in range(21)),
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(BadAddress):
        read_addresses(text)


def test_placeholders_are_filled_in_and_braces_of_others_named() -> None:
    values = {"client": "{practice} & Co", "practice": "P"}
    assert fill_message("{client} / {Practice} / {period}.", values) == "{practice} & Co / P / ."
    with pytest.raises(UnknownBlank, match=r"\{clint\}"):
        fill_message("Dear {clint}", values)


def test_what_a_pack_lacks_is_listed() -> None:
    assert list_gaps(PACK) == []
    assert list_gaps(Pack()) == ["Choose the client.", "Add at least one file."]
