"""Whatever text a file holds: it is read or refused in a sentence, and what is read says the same when written back."""

from __future__ import annotations

import csv
import io
from datetime import date
from zoneinfo import ZoneInfo

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from core.local.cells import TableRules, read_cells
from core.local.config import UNITS, SourceConfig
from core.local.csv_text import read_csv_table
from core.local.dates import read_clock, read_moment
from core.local.durations import read_duration, round_minutes
from core.local.ids import identify_rows
from core.local.times import build_times
from core.local.words import read_claim, read_status
from core.model import LOCAL_FRAMES, TieoutError, empty_frame

ZONE = ZoneInfo("Pacific/Auckland")
DAYS = st.dates(date(1905, 1, 1), date(2200, 12, 31))
MINUTES = st.integers(-10_000, 10_000)
FORMS = {"dmy": "{0:%d}/{0:%m}/{0.year}", "mdy": "{0:%m}/{0:%d}/{0.year}", "ymd": "{0.year}-{0:%m}-{0:%d}"}


@given(DAYS, st.sampled_from(sorted(FORMS)))
def test_a_date_written_in_an_order_reads_back_in_it(day: date, order: str) -> None:
    reading = read_moment(FORMS[order].format(day), order, ZONE)
    assert reading.value is not None
    assert reading.value.date == day


@given(MINUTES)
def test_minutes_written_in_any_unit_read_back(minutes: int) -> None:
    sign, rest = "-" if minutes < 0 else "", abs(minutes)
    written = {
        "minutes": f"{sign}{rest}",
        "h:mm": f"{sign}{rest // 60}:{rest % 60:02d}",
        "iso": f"{sign}PT{rest // 60}H{rest % 60}M",
        "1h30m": f"{sign}{rest // 60}h{rest % 60:02d}",
        "hours": f"{sign}{rest / 60:.4f}",
        "excel": f"{sign}{rest / 1440:.8f}",
    }
    for unit, text in written.items():
        exact = read_duration(text, unit).value
        assert exact is not None
        assert round_minutes(exact) == minutes


@given(st.text(max_size=40), st.sampled_from(UNITS), st.sampled_from(["dmy", "mdy", "ymd"]))
def test_no_text_breaks_a_reader(text: str, unit: str, order: str) -> None:
    for reading in (
        read_duration(text, unit),
        read_duration(text, "hours", "minutes"),
        read_moment(text, order, ZONE),
        read_clock(text, "Pacific/Auckland"),
        read_claim(text, "active", blank=True),
        read_status(text, {}),
    ):
        assert reading.value is not None or reading.flaw or not text.strip()


@given(st.from_regex(r"\A[0-9:/.\-TZ+ ,hmPSD]{1,25}\Z"), st.sampled_from(UNITS), st.sampled_from(["dmy", "mdy", "ymd"]))
def test_no_near_miss_breaks_a_reader(text: str, unit: str, order: str) -> None:
    read_duration(text, unit)
    read_moment(text, order, ZONE)
    read_clock(text, "Pacific/Auckland")


CELLS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(CELLS, min_size=6, max_size=6), min_size=1, max_size=8))
def test_every_row_of_a_file_is_an_entry_or_a_problem(rows: list[list[str]]) -> None:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerows([["id", "staff_id", "task_id", "date", "minutes", "note"], *rows])
    config = SourceConfig.from_dict({"path": "x", "tables": {"actual_times": {"delimiter": "comma"}}})
    told = TableRules(config, "actual_times", "Pacific/Auckland", date(2026, 11, 20))
    try:
        text = read_csv_table(buffer.getvalue().encode(), "a.csv", told.config, limit=100)
        times = build_times([read_cells(text, told)], empty_frame(LOCAL_FRAMES["tasks"]), told)
    except TieoutError:
        return
    filled = [row for row in rows if any(cell.strip() for cell in row)]
    assert len(times.frame) + len(times.flaws) == len(filled) - sum("row skipped" in note for note in text.notes)


@given(st.lists(st.tuples(st.sampled_from(["", "a", "a#2", "A", "b"]), st.sampled_from("xy")), min_size=1, max_size=12))
def test_ids_come_out_unique_and_no_row_is_lost(rows: list[tuple[str, str]]) -> None:
    frame = pd.DataFrame({"id": [row[0] for row in rows], "name": [row[1] for row in rows]})
    frame["file"], frame["line"] = "a.csv", range(2, len(rows) + 2)
    identified = identify_rows(frame, "clients", ("name",))
    assert identified.ids.is_unique
    assert len(identified.ids) == len(rows)
    fine = identified.ids[identified.sentences == ""]
    assert all(given in ("", chosen) for given, chosen in zip(frame.loc[fine.index, "id"], fine, strict=True))
