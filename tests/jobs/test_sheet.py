"""Jobs from a spreadsheet: names become ids, and every problem names its line."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal

import pytest

from core.jobs.sheet import JobRow, Names, SheetTable, SheetUnusable, read_jobs

TODAY = date(2026, 11, 20)
NAMES = Names(
    clients={"tui bakery ltd": ["c1"], "smith": ["c2", "c3"]},
    templates={"annual accounts": ["t1"]},
    categories={"compliance": ["k1"]},
    staff={"aroha ngata": ["s1"], "ben okafor": ["s2"]},
    states={"in progress": "INPROGRESS", "completed": ""},
)


def read(text: str) -> list[JobRow]:
    rows = list(csv.reader(io.StringIO(text)))
    return read_jobs(SheetTable("jobs.csv", rows[0], dict(enumerate(rows[1:], 2))), NAMES, TODAY)


def test_a_job_with_two_cost_lines_is_read() -> None:
    rows = read(
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
def test_a_row_that_cannot_be_used_says_why_and_where(row: str, words: str) -> None:
    assert words in read(f"client,name,start,due\n{row}\n")[0].problems[0]


def test_a_bad_cost_cell_names_its_own_line() -> None:
    text = (
        "client,name,start,due,cost description,unit price\nTui Bakery Ltd,N,2026-11-01,2026-11-02,Fee,1\n,,,,Post,x\n"
    )
    assert read(text)[0].problems[0].startswith("Line 3: unit price:")


def test_the_same_content_has_the_same_key_wherever_it_stands() -> None:
    row = "Tui Bakery Ltd,N,2026-11-01,2026-11-02\n"
    first = read(f"client,name,start,due\n{row}")[0]
    later = read(f"client,name,start,due\nTui Bakery Ltd,Other,2026-11-01,2026-11-02\n{row}")[1]
    assert first.key == later.key


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("client,start,due\n", "the column 'name' is missing"),
        ("client,name,start,due,colour\n", "the column 'colour' is not known"),
        ("client,name,start,due,code\n,,,,FEE\n", "line 2 is a cost line without a job"),
    ],
)
def test_a_file_without_the_right_columns_is_refused(text: str, words: str) -> None:
    with pytest.raises(SheetUnusable, match=words):
        read(text)


def test_dates_are_read_with_the_day_first_as_in_xpms_countries() -> None:
    text = "client,name,start,due,cost date,cost description\nTui Bakery Ltd,N,1/11/2026,15.12.2026,3/11/2026,Fee\n"
    draft = read(text)[0].draft
    assert (draft.start, draft.due, draft.costs[0].date) == (date(2026, 11, 1), date(2026, 12, 15), date(2026, 11, 3))


def test_a_job_without_a_name_is_named_by_the_practices_pattern() -> None:
    text = "client,template,period,start,due\nTui Bakery Ltd,Annual accounts,FY2027,2026-11-01,2026-12-15\n"
    assert read(text)[0].draft.name == "Annual accounts FY2027"


def test_a_state_is_told_by_its_name_or_its_code_and_another_job_by_a_yes() -> None:
    text = "client,name,start,due,state,another\nTui Bakery Ltd,N,2026-11-01,2026-12-15,in progress,Yes\n"
    draft = read(text)[0].draft
    assert (draft.state_code, draft.twin_allowed) == ("INPROGRESS", True)
    assert read(text.replace("in progress", "XYZ"))[0].draft.state_code == "XYZ"


def test_empty_columns_make_no_other_row_of_it() -> None:
    plain = "client,name,start,due\nTui Bakery Ltd,N,2026-11-01,2026-12-15\n"
    wider = "name,client,start,due,template,\nN,Tui Bakery Ltd,2026-11-01,2026-12-15,,\n"
    assert read(plain)[0].key == read(wider)[0].key


def test_a_state_without_a_code_is_told_before_its_job_is_made() -> None:
    text = "client,name,start,due,state\nTui Bakery Ltd,N,2026-11-01,2026-12-15,Completed\n"
    (row,) = read(text)
    assert row.problems == ("Line 2: the state 'Completed' has no interface code yet. Enter it on Jobs, under States.",)
    assert read(text.replace("Completed", "COMPLETED"))[0].problems == ()
