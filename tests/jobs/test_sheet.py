"""Jobs from a spreadsheet: names become ids, and every problem names its line."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from core.jobs.sheet import JobRow, Names, SheetUnusable, read_jobs

TODAY = date(2026, 11, 20)
NAMES = Names(
    clients={"tui bakery ltd": ["c1"], "smith": ["c2", "c3"]},
    templates={"annual accounts": ["t1"]},
    categories={"compliance": ["k1"]},
    staff={"aroha ngata": ["s1"], "ben okafor": ["s2"]},
)


def read(tmp_path: Path, text: str) -> list[JobRow]:
    path = tmp_path / "jobs.csv"
    path.write_text(text, encoding="utf-8")
    return read_jobs(path, NAMES, TODAY)


def test_a_job_with_two_cost_lines_is_read(tmp_path: Path) -> None:
    rows = read(
        tmp_path,
        "client,name,template,start,due,staff,cost description,quantity,unit price\n"
        "Tui  Bakery LTD,Accounts 2026,Annual accounts,2026-11-01,2026-12-15,Aroha Ngata; Ben Okafor,Fee,1,52.50\n"
        ",,,,,,Courier,2,9\n",
    )
    assert [row.problems for row in rows] == [()]
    draft = rows[0].draft
    assert (draft.client_id, draft.template_id, draft.staff_ids) == ("c1", "t1", ("s1", "s2"))
    assert [(line.description, line.unit_price) for line in draft.costs] == [
        ("Fee", Decimal("52.50")),
        ("Courier", Decimal(9)),
    ]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("Nobody,N,2026-11-01,2026-11-02", "Line 2: the client 'Nobody' is not in XPM."),
        ("Smith,N,2026-11-01,2026-11-02", "Line 2: the client 'Smith' names 2 XPM records."),
        ("Tui Bakery Ltd,N,31/11/2026,2026-11-02", "Line 2: start: 31/11/2026 is not a date"),
        ("Tui Bakery Ltd,N,2026-11-05,2026-11-02", "Line 2: The due date 2026-11-02 is before"),
        ("Tui Bakery Ltd,,2026-11-01,2026-11-02", "Line 2: Give the job a name."),
    ],
)
def test_a_row_that_cannot_be_used_says_why_and_where(tmp_path: Path, row: str, words: str) -> None:
    assert words in read(tmp_path, f"client,name,start,due\n{row}\n")[0].problems[0]


def test_a_bad_cost_cell_names_its_own_line(tmp_path: Path) -> None:
    text = (
        "client,name,start,due,cost description,unit price\nTui Bakery Ltd,N,2026-11-01,2026-11-02,Fee,1\n,,,,Post,x\n"
    )
    assert read(tmp_path, text)[0].problems[0].startswith("Line 3: unit price:")


def test_the_same_content_has_the_same_key_wherever_it_stands(tmp_path: Path) -> None:
    row = "Tui Bakery Ltd,N,2026-11-01,2026-11-02\n"
    first = read(tmp_path, f"client,name,start,due\n{row}")[0]
    later = read(tmp_path, f"client,name,start,due\nTui Bakery Ltd,Other,2026-11-01,2026-11-02\n{row}")[1]
    assert first.key == later.key


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "it has no rows"),
        ("client,start,due\n", "the column 'name' is missing"),
        ("client,name,start,due,colour\n", "the column 'colour' is not known"),
        ("client,name,start,due,code\n,,,,FEE\n", "line 2 is a cost line without a job"),
    ],
)
def test_a_file_without_the_right_columns_is_refused(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(SheetUnusable, match=words):
        read(tmp_path, text)


def test_a_workbook_reads_like_a_csv(tmp_path: Path) -> None:
    path = tmp_path / "jobs.xlsx"
    row = {"client": "Tui Bakery Ltd", "name": "N", "start": date(2026, 11, 1), "due": date(2026, 11, 2)}
    pd.DataFrame([row]).to_excel(path, index=False, engine="xlsxwriter")
    assert read_jobs(path, NAMES, TODAY)[0].draft.start == date(2026, 11, 1)
