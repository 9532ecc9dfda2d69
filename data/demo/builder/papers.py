"""The documents that the practice keeps of some clients: small PDFs written line by line, and a letter as plain text.

A PDF here is the least that one can be: pages of text in two of the fonts that every reader has. It is all ASCII, so
that the files lie in the repository as text.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from data.demo.builder.register import TODAY, LocalTask, Register

FOLDER = "documents"
#: How many clients have documents.
CLIENTS = 10
#: Kind of work -> what its document is called and its kind in the practice's own system.
_MADE_BY = {
    "Annual accounts": ("Annual accounts", "Accounts"),
    "ITR - Company": ("Income tax return", "Tax return"),
    "ITR - Trust": ("Income tax return", "Tax return"),
    "BAS": ("Activity statement", "Activity statement"),
}
_LINES = ("Sales and fees", "Cost of sales", "Wages and super", "Rent and rates", "Motor vehicles", "Depreciation")


@dataclass(frozen=True)
class Paper:
    """One document: where it lies below the local folder, its text there, and its line in documents.csv."""

    id: str
    client: str
    task: str
    name: str
    path: str
    kind: str
    day: date
    text: str


def write_papers(register: Register, random: Random) -> list[Paper]:
    """The documents of the clients whose annual accounts are done; one PDF is cut short, one file is not there."""
    papers: list[Paper] = []
    done = [task for task in register.tasks if task.status == "Completed" and task.process.name in _MADE_BY]
    wanted = [task for task in done if task.process.name == "Annual accounts" and task.pair.grade == "certain"]
    for task in [one for one in wanted if one.pair.local.email][:CLIENTS]:
        theirs = [one for one in done if one.pair is task.pair]
        papers += [_write_paper(one, random) for one in theirs]
        papers.append(_write_letter(task, papers[-1].day))
    numbered = [_number(paper, n) for n, paper in enumerate(papers, 1)]
    return _spoil(numbered)


def _number(paper: Paper, number: int) -> Paper:
    return Paper(**{**vars(paper), "id": f"DOC{40000 + 3 * number}"})


def _spoil(papers: list[Paper]) -> list[Paper]:
    """The last PDF ends in the midst, as a broken download does; the letter after it was deleted from the folder."""
    last = max(place for place, paper in enumerate(papers) if paper.path.endswith(".pdf"))
    papers[last] = Paper(**{**vars(papers[last]), "text": papers[last].text[:400]})
    papers[-1] = Paper(**{**vars(papers[-1]), "text": ""})
    return papers


def _write_paper(task: LocalTask, random: Random) -> Paper:
    title, kind = _MADE_BY[task.process.name]
    day = min(task.due, TODAY) - timedelta(days=random.randint(3, 20))
    client = task.pair.local
    amounts = [random.randint(40, 900) * 100 + random.randint(0, 99) for _ in _LINES]
    table = [f"{line:<40}{amount:>12,.2f}" for line, amount in zip(_LINES, amounts, strict=True)]
    first = [client.name, f"{title} {task.period}", "", *table, "", f"{'Total':<40}{sum(amounts):>12,.2f}"]
    notes = [
        "Notes",
        "",
        "1. Prepared from the records of the client, without audit.",
        f"2. Finished on {day:%d %B %Y}.",
    ]
    pages = [first, notes] if kind == "Accounts" else [first]
    name = f"{title} {task.period}"
    return Paper("", client.id, task.id, name, f"{FOLDER}/{client.id}/{name}.pdf", kind, day, write_pdf(pages))


def _write_letter(task: LocalTask, day: date) -> Paper:
    client = task.pair.local
    text = f"Dear {client.name},\n\nplease find your documents for {task.period} with this letter.\n\nBanksia & Wren\n"
    path = f"{FOLDER}/{client.id}/Covering letter {task.period}.txt"
    return Paper("", client.id, "", f"Covering letter {task.period}", path, "Letter", day, text)


def write_pdf(pages: Sequence[Sequence[str]]) -> str:
    """A PDF of these pages, each a heading and lines below it, under the practice's name."""
    kids = " ".join(f"{5 + 2 * n} 0 R" for n in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold >>",
    ]
    for number, lines in enumerate(pages):
        drawn = _draw(lines)
        fonts = "<< /Font << /F1 3 0 R /F2 4 0 R >> >>"
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources {fonts} /Contents {6 + 2 * number} 0 R >>"
        )
        objects.append(f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream")
    return _join_objects(objects)


def _draw(lines: Sequence[str]) -> str:
    heading, *rest = lines
    drawn = [
        "BT",
        "/F2 10 Tf 60 790 Td",
        "(Banksia & Wren Accountants) Tj",
        "/F2 16 Tf 0 -50 Td",
        f"({_plain(heading)}) Tj",
    ]
    drawn += ["/F1 10 Tf 16 TL 0 -30 Td", *(f"({_plain(line)}) Tj T*" for line in rest), "ET"]
    return "\n".join(drawn)


def _plain(text: str) -> str:
    """The text in the letters that these fonts have for sure, with the brackets that PDF itself uses escaped."""
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return bare.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def _join_objects(objects: Sequence[str]) -> str:
    """The objects one after the other, and the table of where each begins."""
    text, places = "%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(text))
        text += f"{number} 0 obj\n{content}\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    size = len(objects) + 1
    head = f"xref\n0 {size}\n0000000000 65535 f \n"
    return f"{text}{head}{table}trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{len(text)}\n%%EOF\n"
