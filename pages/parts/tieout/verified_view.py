"""What the last verification of a period found: every timesheet with its result, what needs a look first."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from core.reports import to_csv, to_xlsx
from core.reports.verification import RESULT_ORDER
from pages.parts.doorway import read, workspace
from pages.parts.picking import fingerprint, show_page
from pages.parts.words import count, hours, moment, plain, start_upper

RESULT = "verified_result"
#: So many rows are shown without a scroll bar.
_FEW = 12
#: Each result: its title and the colour of its chip. In doubt is neither done nor failed.
LOOKS = {
    "missing": ("Missing in XPM", "orange"),
    "different": ("Different", "red"),
    "in doubt": ("Being read back", "violet"),
    "extra": ("Typed by hand in XPM", "gray"),
    "equal": ("Equal", "green"),
}


def show_verified(start: date, end: date) -> None:
    """The rows of the newest verification that covers these dates; a sentence when there is none."""
    run = read(f"verified {start} {end}", lambda ws: ws.verifying.newest(start, end))
    if run is None:
        st.caption("This period has not been verified yet.")
        return
    rows = read(f"verified rows {run.id} {start} {end}", lambda ws: ws.verifying.rows(run.id, start, end))
    told = f"Read back on {moment(run.ended_at, workspace().practice.zone)}: {count(len(rows), 'timesheet')}."
    if rows.empty:
        st.caption(plain(f"{told} Which they were was not kept; verify again to see them.") if run.counts else told)
        return
    st.caption(plain(told))
    shown = _choose(rows)
    slot = st.container()
    page = show_page(shown, "verified")
    with slot:
        _show_table(page)
    _offer_files(start, end)


def _choose(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of the results picked; at first those that somebody may want to look at."""
    sizes = rows["result"].value_counts()
    there = [result for result in RESULT_ORDER if result in sizes.index]
    picked = st.pills(
        "Result",
        there,
        selection_mode="multi",
        key=f"{RESULT} {'-'.join(there)}",
        default=[result for result in there if result != "equal"] or there,
        format_func=lambda one: f"{LOOKS[one][0]} · {sizes[one]:,}",
        label_visibility="collapsed",
    )
    return rows[rows["result"].isin(picked)]


def _show_table(rows: pd.DataFrame) -> None:
    if rows.empty:
        st.caption("Nothing of these results.")
        return
    shown = rows.assign(
        result=[[LOOKS[one][0]] for one in rows["result"]],
        sent=[hours(value) if value else "" for value in rows["minutes"]],
        there=[hours(value) if value else "" for value in rows["xpm_minutes"]],
        words=rows["words"].str.partition(": ")[2].map(start_upper),
    )
    st.dataframe(
        shown,
        key=f"verified {fingerprint(rows.index)}",
        hide_index=True,
        height="content" if len(rows) <= _FEW else 480,
        column_order=["result", "date", "staff", "client", "work", "sent", "there", "words", "note"],
        column_config=_columns(),
        alt="What the verification found",
    )


def _columns() -> dict[str, Any]:
    text = st.column_config.TextColumn
    titles, colours = [title for title, _ in LOOKS.values()], [colour for _, colour in LOOKS.values()]
    return {
        "result": st.column_config.MultiselectColumn("Result", options=titles, color=colours, width=148),
        "date": st.column_config.DateColumn("Work date", format="D MMM YYYY", width=88),
        "staff": text("Staff", width=105),
        "client": text("Client", width=140),
        "work": text("Task in XPM", width=128),
        "sent": text("Sent", width=62, alignment="right"),
        "there": text("In XPM", width=62, alignment="right"),
        "words": text("What was found", width=300),
        "note": text("Note", width=200),
    }


def _offer_files(start: date, end: date) -> None:
    name = f"verification-{start}-{end}"
    with st.container(horizontal=True):
        for kind, write in (("XLSX", _write_workbook), ("CSV", _write_table)):
            job = partial(write, start, end)
            st.download_button(
                kind,
                job,
                f"{name}.{kind.lower()}",
                on_click="ignore",
                icon=":material/download:",
                type="tertiary",
                key=f"{name} {kind}",
            )


def _write_workbook(start: date, end: date) -> bytes:
    return to_xlsx({"Verification": workspace().verifying.sheet(start, end)})


def _write_table(start: date, end: date) -> bytes:
    return to_csv(workspace().verifying.sheet(start, end))
