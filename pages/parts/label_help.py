"""How labels of tasks are read: the grammar in short, the practice's conventions, and a field to try one."""

from __future__ import annotations

import streamlit as st

from pages.parts.doorway import workspace
from pages.parts.places import link_to
from pages.parts.words import plain

_GRAMMAR = """
| Written | About |
|---|---|
| `Payroll - Oct`, `Payroll - October` | the month; a task without a period takes that of its start date |
| `BAS - Quarter September` | the quarter that this month names |
| `BAS Sep Qtr 2026`, `Q1 FY27`, `Jul-Sep 26` | the quarter, whatever the dates say |
| `FY2026`, `2025-26`, `YE 30 June 2026` | the financial year |
| `w/e 5 Sep`, `HY Dec 2026`, `2 months to 30 Sep` | the week, half year or months |
"""


def show_label_help() -> None:
    """A popover; it reads what is typed as the proposals would."""
    with st.popover("How periods are read", type="tertiary", icon=":material/help:", width="content"):
        st.markdown(_GRAMMAR)
        st.caption(
            "A label without a year takes it from its job's name, then from the dates. What contradicts itself, or "
            "fits two job tasks, is never linked without a person."
        )
        gaps = workspace().gaps
        st.caption(gaps.tell_conventions())
        link_to("connection", "Change it on Connection")
        text = st.text_input("Try a label", key="label tried", placeholder="BAS - Quarter September")
        if text:
            st.markdown(f"**{plain(gaps.try_label(text))}**")
