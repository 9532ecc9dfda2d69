"""A pack as one file: a ZIP of everything, or one PDF when everything is a PDF."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from core.model import TieoutError

_CHILD = Path(__file__).with_name("paper_child.py")
_CHILD_MEMORY = 2 * 1024**3
_CHILD_SECONDS = 120
_PDF_HEAD = 1024  # a reader finds the mark of a PDF within its first bytes
#: The earliest moment a ZIP can hold.
_ZIP_START = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Paper:
    """One file of a pack: its name in the ZIP, its title as a bookmark, its content."""

    file_name: str
    title: str
    data: bytes


class NoOnePdf(TieoutError):
    """Some files cannot become part of one PDF. `unfit`: file name -> why."""

    def __init__(self, unfit: dict[str, str]) -> None:
        told = "; ".join(f"{name}: {why}" for name, why in unfit.items())
        super().__init__(f"One PDF cannot be made. {told}. Choose ZIP, which takes every file as it is.")
        self.unfit = unfit


def is_pdf(data: bytes) -> bool:
    """Whether the content begins like a PDF."""
    return b"%PDF-" in data[:_PDF_HEAD]


def make_zip(papers: Sequence[Paper], made: datetime) -> bytes:
    """All files in one ZIP, in order; the same files and moment give the same bytes. Names must differ."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for paper in papers:
            entry = zipfile.ZipInfo(paper.file_name, max(made.timetuple()[:6], _ZIP_START))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16  # a plain file that its owner may write, whoever unpacks it
            archive.writestr(entry, paper.data)
    return written.getvalue()


def join_pdfs(papers: Sequence[Paper]) -> bytes:
    """All files in one PDF, in order, a bookmark for each. Raises NoOnePdf naming every file that is no whole PDF."""
    others = {paper.file_name: "it is no PDF" for paper in papers if not is_pdf(paper.data)}
    if others:
        raise NoOnePdf(others)
    head = json.dumps([[paper.title, len(paper.data)] for paper in papers]).encode() + b"\n"
    told, joined = _ask_child(head + b"".join(paper.data for paper in papers))
    if told["unfit"]:
        raise NoOnePdf({papers[position].file_name: why for position, why in told["unfit"]})
    return joined


def _ask_child(data: bytes) -> tuple[dict[str, list[tuple[int, str]]], bytes]:
    # -P: the script's own folder must not become the first place to import from
    command = [sys.executable, "-P", str(_CHILD), str(_CHILD_MEMORY)]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=_CHILD_SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as error:
        raise NoOnePdf({"The files": f"joining them takes longer than {_CHILD_SECONDS} s"}) from error
    head, _, joined = done.stdout.partition(b"\n")
    if done.returncode or not head:
        raise NoOnePdf({"The files": "one of them needs more memory than is allowed or is damaged"})
    return json.loads(head), joined
