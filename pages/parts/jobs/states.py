"""The interface codes of the job states, and what a practice's drafts begin with."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import streamlit as st

from core.jobs.costs import read_percent
from core.jobs.naming import PLACEHOLDERS, fill_name
from core.model import TieoutError
from core.workspace import Workspace
from core.workspace.options import Settings
from pages.parts.doorway import read, workspace
from pages.parts.messages import act
from pages.parts.words import count, plain

NAME, TAX = "default_name", "default_tax"


def show_states() -> None:
    """The states with their codes, to be entered once."""
    st.subheader("State codes")
    st.caption(
        "To set a job's state, XPM wants the state's interface code. It tells it to nobody but its administrators, in "
        "the settings of the job states. Enter each code once; the first job set by it is read back, and tells whether "
        "the code means that state."
    )
    rows = read("state table", lambda ws: ws.states.table())
    if rows.empty:
        st.caption("XPM's states are not known yet. Sync on Connection reads them.")
        return
    shown = rows.assign(
        tried=["Works" if row.checked else "Not tried yet" if row.code else "" for row in rows.itertuples()]
    )
    with st.form("state_codes", border=False):
        edited = st.data_editor(
            shown,
            key=f"state_codes {'|'.join(rows['code'])}",
            num_rows="fixed",
            column_order=["state", "code", "tried"],
            column_config={
                "state": st.column_config.TextColumn("State", disabled=True, width=200),
                "code": st.column_config.TextColumn("Interface code", width=180, max_chars=40, validate=r"^\s*\S*\s*$"),
                "tried": st.column_config.TextColumn("Tried", disabled=True, width=140),
            },
            width="content",
            placeholder="",
            alt="The states of jobs and their interface codes",
        )
        if st.form_submit_button("Save codes", key="states_save", type="primary"):
            act(partial(_save_codes, workspace(), dict(edited["code"])))
            st.rerun()


def _save_codes(ws: Workspace, codes: Mapping[str, Any]) -> str:
    changed = ws.states.save({str(state): str(code or "") for state, code in codes.items()})
    return f"{count(changed, 'code')} saved." if changed else "No code was changed."


def show_defaults() -> None:
    """What a new draft begins with."""
    ws = workspace()
    settings = ws.practice.settings
    st.subheader("New jobs begin with")
    examples = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
    with st.form("job_defaults", border=False):
        left, right, _ = st.columns([2, 1, 1.5])
        left.text_input("Name", value=settings.job_name, key=NAME, max_chars=200, help=f"Placeholders: {examples}")
        percent = "" if settings.tax_percent is None else f"{settings.tax_percent.normalize():f}"
        right.text_input("Tax %", value=percent, key=TAX, help="For totals: GST of 10 or 15. Empty for none.")
        left.caption(f"For example: {plain(_example(settings))}")
        st.form_submit_button("Save", key="defaults_save", on_click=act, args=(partial(_save_defaults, ws),))


def _example(settings: Settings) -> str:
    try:
        return fill_name(
            settings.job_name,
            client="Tui & Tawa Bakery Ltd",
            template="Annual accounts",
            period="FY2026",
            start=workspace().today,
            year_end_month=settings.year_end_month,
        )
    except TieoutError as error:
        return str(error)


class TaxWrong(TieoutError):
    """A tax that is no percentage."""

    def __init__(self, sentence: str) -> None:
        super().__init__(f"Tax: {sentence} Nothing was saved.")


def _save_defaults(ws: Workspace) -> str:
    state = st.session_state
    try:
        tax = read_percent(state.get(TAX), "tax_percent")
    except ValueError as error:
        raise TaxWrong(str(error)) from error
    pattern = str(state.get(NAME) or "").strip()
    fill_name(pattern, client="", template="", period="", start=ws.today, year_end_month=6)
    changed = ws.options.change(job_name=pattern, tax_percent=tax)
    return "Saved. New drafts begin with it." if changed else "Nothing was changed."
