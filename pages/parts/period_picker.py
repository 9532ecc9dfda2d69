"""Choosing a period: the practice's own by name, or any two dates of at most a year."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import streamlit as st

from core.model import TieoutError
from core.workspace.reporting import check_period
from pages.parts.messages import show_error
from pages.parts.words import day, plain

PERIOD, FROM, TO = "period", "period_from", "period_to"
OTHER = "Other dates"


def choose_period(periods: Mapping[str, tuple[date, date]]) -> tuple[date, date]:
    """First and last date; the first period named is the one at first. The page stops while the dates are no period."""
    names = [*periods, OTHER]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.segmented_control("Period", names, default=names[0], key=PERIOD, required=True) or names[0]
        start, end = periods.get(name, next(iter(periods.values())))
        if name == OTHER:
            start = st.date_input("From", start, key=FROM, format="DD/MM/YYYY", width=150, required=True)
            end = st.date_input("To", end, key=TO, format="DD/MM/YYYY", width=150, required=True)
    st.caption(plain(f"{day(start)} to {day(end)}, both included"))
    try:
        check_period(start, end)
    except TieoutError as error:
        show_error(error)
        st.stop()
    return start, end
