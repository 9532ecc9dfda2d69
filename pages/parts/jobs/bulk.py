"""Many jobs at once: from a pattern for many clients, or from a spreadsheet; and the batches there are."""

from __future__ import annotations

import streamlit as st

from core.model import TieoutError
from core.reports import to_csv, to_xlsx
from core.workspace.batching import BatchRow, make_example
from pages.parts.doorway import workspace
from pages.parts.jobs.batches import show_batch, show_batches
from pages.parts.jobs.bulk_pattern import choose_rows
from pages.parts.jobs.bulk_plan import show_plan
from pages.parts.messages import show_error

BATCH, SOURCE, FILE = "batch", "bulk_source", "bulk_file"
SOURCES = {"pattern": "One job for many clients", "file": "A spreadsheet"}
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FILE_HELP = (
    "A CSV or XLSX file with one row per job and, below it, one row for each further cost line. Names are XPM's. The "
    "same file taken twice makes no job twice."
)


def show_bulk() -> None:
    """The tab of Jobs for many at once."""
    batch = st.query_params.get(BATCH, "")
    if batch:
        show_batch(batch)
        return
    st.caption("Jobs are checked one by one before anything is sent: you see what each row does, and what it costs.")
    source = st.segmented_control(
        "From", list(SOURCES), default="pattern", key=SOURCE, format_func=SOURCES.__getitem__, required=True
    )
    try:
        name, rows = choose_rows() if source == "pattern" else _take_file()
        if rows:
            show_plan(name, rows)
    except TieoutError as error:
        show_error(error)
    show_batches()


def _take_file() -> tuple[str, list[BatchRow]]:
    with st.container(border=True, key="bulk_file_box"):
        taken = st.file_uploader("Spreadsheet of jobs", ["csv", "xlsx"], key=FILE, help=_FILE_HELP)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption("New to this? Fill in the example: its columns are all there are.", width="content")
            _offer("Example as XLSX", "jobs.xlsx", _XLSX)
            _offer("as CSV", "jobs.csv", "text/csv")
    if taken is None:
        return "", []
    return taken.name, workspace().batches.read_file(taken.name, taken.getvalue())


def _offer(label: str, name: str, mime: str) -> None:
    write = to_csv if name.endswith("csv") else lambda frame: to_xlsx({"jobs": frame})
    st.download_button(label, lambda: write(make_example()), name, mime, key=f"bulk {name}", type="tertiary")
