"""The form of a job draft: who it is for and from what, when, by whom; everything kept as soon as it changes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import streamlit as st

from core.jobs.naming import PLACEHOLDERS
from core.workspace.drafting import JobChoices
from pages.parts.doorway import read, workspace
from pages.parts.jobs.contact import show_contact
from pages.parts.jobs.dates import HALF_WIDTH, show_dates
from pages.parts.jobs.state import Sheet, field_key, keep
from pages.parts.places import link_to
from pages.parts.words import plain


def show_form(sheet: Sheet, choices: JobChoices) -> None:
    """The fields of the open draft; what is wrong is said under its field."""
    missing = {problem.field: problem.sentence for problem in sheet.fields}
    with st.container(border=True, key="job_form"):
        first, second, third = st.columns(3, gap="medium")
        with first:
            pick("client", "Client", choices.options, "Type to search clients of both systems")
            show_contact(sheet.draft)
            pick("template_id", "Template", choices.templates, "None", help_text=_TEMPLATE_HELP)
            pick("category_id", "Category", choices.categories, "None")
            _write("client_order_number", "Client order number")
        with second:
            show_dates(choices, missing)
            _show_name(sheet, missing)
            _write("budget", "Budget")
            _say("budget", missing)
        with third:
            _show_people(choices)
            _show_state(sheet)
            st.text_area("Description", key=field_key("description"), on_change=keep, height=96)


_TEMPLATE_HELP = (
    "Brings tasks, milestones and costs. XPM tells nobody what a template holds before a job is made from it, so its "
    "costs are met with your table afterwards."
)


def _show_name(sheet: Sheet, missing: Mapping[str, str]) -> None:
    examples = "\n".join(f"- `{{{name}}}` {plain(means)}" for name, means in PLACEHOLDERS.items())
    told = f"Placeholders are filled in for you:\n{examples}"
    st.text_input("Name", key=field_key("name_pattern"), on_change=keep, help=told)
    if "name_pattern" in missing:
        _say("name_pattern", missing)
    elif "{" in str(st.session_state.get(field_key("name_pattern"))):
        st.caption(
            f"Becomes **{plain(sheet.draft.name)}**" if sheet.draft.name else "Becomes a name with your choices."
        )


def _show_people(choices: JobChoices) -> None:
    st.multiselect(
        "Staff",
        list(choices.staff),
        key=field_key("staff_ids"),
        format_func=partial(_name, choices.staff),
        on_change=keep,
        placeholder="Nobody",
    )
    row = st.container(horizontal=True, gap="xsmall")
    with row.container(width=HALF_WIDTH):
        pick("manager_id", "Manager", choices.staff, "None")
    with row.container(width=HALF_WIDTH):
        pick("partner_id", "Partner", choices.staff, "None")


def _show_state(sheet: Sheet) -> None:
    codes = read("state codes", lambda ws: ws.states.codes())
    pick("state_code", "State after creation", codes, "As XPM begins jobs", help_text=_STATE_HELP, disabled=not codes)
    if not codes:
        link_to("jobs", "Enter the codes of your states once", tab="States and defaults")
    elif sheet.draft.state_code and not workspace().states.is_checked(sheet.draft.state_code):
        st.caption("This code was never tried. The first job read back with it tells whether it is right.")


_STATE_HELP = "For example in progress, or completed. XPM wants the interface code of a state, which it tells nobody."


def pick(
    field: str,
    label: str,
    names: dict[str, str],
    placeholder: str,
    *,
    help_text: str | None = None,
    disabled: bool = False,
) -> None:
    """A field of the draft that is chosen among names."""
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
        help=help_text,
        disabled=disabled,
    )


def _name(names: dict[str, str], one: str) -> str:
    return names.get(one) or f"{one} (no longer offered)"


def _write(field: str, label: str, help_text: str | None = None) -> None:
    st.text_input(label, key=field_key(field), on_change=keep, help=help_text)


def _say(field: str, missing: Mapping[str, str]) -> None:
    # What is still empty is listed once beside the button; only what was filled wrongly is said in place.
    if field in missing and st.session_state.get(field_key(field)):
        st.caption(f":orange[{plain(missing[field])}]")
