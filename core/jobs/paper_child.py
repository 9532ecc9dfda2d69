"""Joins PDFs in a process of its own, under a memory limit.

A hostile PDF can grow many times in memory or keep its reader busy for ever; here it takes only this process with it.
So this script imports nothing of ours and is started by path. Standard input is one line of JSON, `[[title, size],
...]`, then the files one after the other. The first line printed is `{"unfit": [[position, why], ...], "pages": n}`,
the joined PDF follows when nothing is unfit.
"""

from __future__ import annotations

import contextlib
import io
import json
import logging
import sys

from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError

MOST_PAGES = 5_000
LOCKED = "it is protected by a password"


class Unfit(Exception):
    """The PDF cannot be joined; the text says why."""


def main(argv: list[str]) -> None:
    """Limit, read, join, print."""
    limit_memory(int(argv[1]))
    # What pypdf mends on the way it tells its log; the process that started this one has nobody to read it to.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    papers = read_papers(sys.stdin.buffer.read())
    unfit, joined, pages = join(papers)
    out = sys.stdout.buffer
    out.write(json.dumps({"unfit": unfit, "pages": pages}).encode() + b"\n")
    out.write(joined)
    out.flush()


def limit_memory(memory: int) -> None:
    """Cap this process's memory where the system can; elsewhere only the caller's time limit holds."""
    if sys.platform != "win32":
        import resource

        # macOS knows the limit but may refuse to set it
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def read_papers(data: bytes) -> list[tuple[str, bytes]]:
    """Title and content of each file."""
    head, _, rest = data.partition(b"\n")
    papers, start = [], 0
    for title, size in json.loads(head):
        papers.append((str(title), rest[start : start + size]))
        start += size
    return papers


def join(papers: list[tuple[str, bytes]]) -> tuple[list[tuple[int, str]], bytes, int]:
    """What is unfit by position, and the joined file with its pages; every file is looked at, so that all are named."""
    writer = PdfWriter()
    unfit: list[tuple[int, str]] = []
    for position, (title, data) in enumerate(papers):
        try:
            add_paper(writer, title, data)
        except Unfit as found:
            unfit.append((position, str(found)))
    if unfit:
        return unfit, b"", 0
    written = io.BytesIO()
    writer.write(written)
    return [], written.getvalue(), len(writer.pages)


def add_paper(writer: PdfWriter, title: str, data: bytes) -> None:
    """Add every page of one file under a bookmark of its title. Raises Unfit."""
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted:
            raise Unfit(LOCKED)
        pages = len(reader.pages)
        if not pages:
            raise Unfit("it has no pages")
        if len(writer.pages) + pages > MOST_PAGES:
            raise Unfit(f"with it the file would have more than {MOST_PAGES:,} pages")
        writer.append(reader, outline_item=title, import_outline=False)
    except (PyPdfError, RecursionError, ValueError, KeyError, TypeError, AttributeError, IndexError, OSError) as error:
        # A damaged file fails in any of these ways inside the library; whichever it is, this file is what is wrong.
        raise Unfit("it is damaged") from error


if __name__ == "__main__":
    main(sys.argv)
