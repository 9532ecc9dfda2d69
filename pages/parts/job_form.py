"""The form of a job draft: XPM's records by name, everything kept as soon as it changes."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.workspace.drafting import JobChoices
from pages.parts.job_state import Sheet, field_key, keep


def show_form(sheet: Sheet, choices: JobChoices) -> None:
    """The fields of the open draft; what is wrong is said under its field."""
    missing = {problem.field: problem.sentence for problem in sheet.fields}
    with st.container(border=True, key="job_form"):
        first, second, third = st.columns(3)
        with first:
            _pick("client_id", "Client", choices.clients, missing, "Type to search XPM's clients")
            _pick("template_id", "Template", choices.templates, missing, "None")
            _pick("category_id", "Category", choices.categories, missing, "None")
            _write("client_order_number", "Client order number", missing)
        with second:
            _write("name", "Name", missing)
            start, due = st.columns(2)
            with start:
                _pick_date("start", "Start", missing)
            with due:
                _pick_date("due", "Due", missing)
            _write("budget", "Budget", missing)
            _write(
                "state_code",
                "State code",
                missing,
                "XPM's interface code of the first state, such as PLANNED. Optional.",
            )
        with third:
            st.multiselect(
                "Staff",
                list(choices.staff),
                key=field_key("staff_ids"),
                format_func=partial(_name, choices.staff),
                on_change=keep,
                placeholder="Nobody",
            )
            _pick("manager_id", "Manager", choices.staff, missing, "None")
            _pick("partner_id", "Partner", choices.staff, missing, "None")
            st.text_area("Description", key=field_key("description"), on_change=keep, height=68)


def _pick(field: str, label: str, names: dict[str, str], missing: dict[str, str], placeholder: str) -> None:
    chosen = st.session_state.get(field_key(field))
    # What a draft names stays chosen when XPM archives it meanwhile; the creation says what XPM thinks of it.
    offered = [*names, *([chosen] if chosen and chosen not in names else [])]
    st.selectbox(
        label,
        offered,
        index=None,
        key=field_key(field),
        format_func=partial(_name, names),
        on_change=keep,
        placeholder=placeholder,
    )
    _say(field, missing)


def _name(names: dict[str, str], one: str) -> str:
    return names.get(one) or f"{one} (no longer offered)"


def _write(field: str, label: str, missing: dict[str, str], help_text: str | None = None) -> None:
    st.text_input(label, key=field_key(field), on_change=keep, help=help_text)
    _say(field, missing)


def _pick_date(field: str, label: str, missing: dict[str, str]) -> None:
    st.date_input(label, value=None, key=field_key(field), on_change=keep, format="DD/MM/YYYY")
    _say(field, missing)


def _say(field: str, missing: dict[str, str]) -> None:
    # What is still empty is listed once beside the button; only what was filled wrongly is said in place.
    if field in missing and st.session_state.get(field_key(field)):
        st.caption(f":orange[{missing[field]}]")
