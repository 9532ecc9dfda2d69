"""The period and the dates of a job draft, with what is usual a click away."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import streamlit as st

from core.jobs.dates import Span, find_period
from core.workspace.drafting import JobChoices
from pages.parts.doorway import workspace
from pages.parts.jobs.state import field_key, keep
from pages.parts.words import plain

START, DUE = "job_start_preset", "job_due_preset"
HALF_WIDTH = 146
STARTS = {
    "Today": None,
    "First of this month": Span.MONTH,
    "First of this quarter": Span.QUARTER,
    "First of this financial year": Span.YEAR,
}
DUES = {"End of the month": Span.MONTH, "End of the quarter": Span.QUARTER, "End of the financial year": Span.YEAR}


def show_dates(choices: JobChoices, missing: Mapping[str, str]) -> None:
    """Period, start and due date; a preset sets a date, and the period sets none."""
    names = [period.name for period in choices.periods]
    chosen = st.session_state.get(field_key("period"))
    st.selectbox(
        "Period",
        [*names, *([chosen] if chosen and chosen not in names else [])],
        index=None,
        key=field_key("period"),
        on_change=keep,
        accept_new_options=True,
        placeholder="None",
        help="What the job is for. The same client, template and period is the same job. Type any other one.",
    )
    # Two containers that wrap, not columns: in a narrow window a date must stay readable.
    row = st.container(horizontal=True, gap="xsmall")
    with row.container(width=HALF_WIDTH, gap="xsmall"):
        _show_date("start", "Start", missing)
        st.menu_button(
            "Usual starts", list(STARTS), key=START, type="tertiary", icon=":material/event:", on_click=_set_start
        )
    with row.container(width=HALF_WIDTH, gap="xsmall"):
        _show_date("due", "Due", missing)
        st.menu_button("Usual ends", list(DUES), key=DUE, type="tertiary", icon=":material/event:", on_click=_set_due)


def _show_date(field: str, label: str, missing: Mapping[str, str]) -> None:
    st.date_input(label, value=None, key=field_key(field), on_change=keep, format="DD/MM/YYYY")
    if field in missing and st.session_state.get(field_key(field)):
        st.caption(f":orange[{plain(missing[field])}]")


def _set_start() -> None:
    span = STARTS.get(str(st.session_state.get(START)))
    today = workspace().today
    _set("start", find_period(today, span, _year_end()).start if span else today)


def _set_due() -> None:
    """The end of the month, quarter or financial year in which the job starts."""
    day = st.session_state.get(field_key("start")) or workspace().today
    _set("due", find_period(day, DUES.get(str(st.session_state.get(DUE)), Span.MONTH), _year_end()).end)


def _set(field: str, day: date) -> None:
    st.session_state[field_key(field)] = day
    keep()


def _year_end() -> int:
    return workspace().practice.settings.year_end_month
