"""The papers of a tie-out: a workbook, a document to print, and both equations as CSV; made when one is clicked."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.reports import TieOut, to_csv, to_xlsx
from core.reports.html import to_html
from core.workspace.tying import statement
from pages.parts.doorway import workspace


def offer_files(tie: TieOut) -> None:
    """Three buttons for this tie-out as it is shown."""
    makers = {"XLSX": (_write_workbook, "xlsx"), "HTML": (_write_paper, "html"), "CSV": (_write_table, "csv")}
    with st.container(horizontal=True):
        for title, (write, ending) in makers.items():
            name = f"tie-out-{tie.start}-{tie.end}.{ending}"
            st.download_button(
                f"Export {title}", partial(write, tie), name, on_click="ignore", icon=":material/download:"
            )


def _write_workbook(tie: TieOut) -> bytes:
    return to_xlsx(workspace().tying.sheets(tie))


def _write_paper(tie: TieOut) -> bytes:
    return to_html(workspace().tying.paper(tie))


def _write_table(tie: TieOut) -> bytes:
    return to_csv(statement(tie))
