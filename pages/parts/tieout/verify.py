"""Verifying a period: XPM is read back and compared entry by entry, by the worker."""

from __future__ import annotations

from datetime import date
from functools import partial

import streamlit as st

from core.model import RunKind
from core.workspace.reporting import check_period
from pages.parts.doorway import workspace
from pages.parts.messages import act
from pages.parts.words import day, plain

VERIFY = "verify"


def show_verify(start: date, end: date) -> None:
    """The button that asks for a verification of these dates."""
    with st.container(horizontal=True, vertical_alignment="center"):
        job = partial(request_verify, start, end)
        st.button("Verify against XPM", key=VERIFY, icon=":material/fact_check:", on_click=act, args=(job,))
        told = f"Reads XPM back from {day(start)} to {day(end)} and compares entry by entry. Nothing is sent."
        st.caption(plain(told), width="stretch")


def request_verify(start: date, end: date) -> str:
    """Queue the verification; while one is under way, that one is named instead."""
    check_period(start, end)
    ws = workspace()
    known = {run.id for run in ws.reports.runs(RunKind.VERIFY)}
    run = ws.verifying.request(start, end)
    return f"Already asked for by {run.actor}." if run.id in known else "XPM is read back and compared."
