"""Presets of the cost table: kept under a name for a template or for all, used, renamed and deleted."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.jobs import JobDraft, add_up
from core.workspace import Workspace
from core.workspace.costing import Preset
from pages.parts.doorway import read, workspace
from pages.parts.jobs.state import new_key, read_sheet, replace_draft
from pages.parts.messages import act
from pages.parts.words import count, money

CHOSEN, NAME, FOR_ALL, RENAMED = "preset_chosen", "preset_name", "preset_for_all", "preset_renamed"


def show_presets(draft: JobDraft) -> None:
    """The presets that fit the draft's template, and a way to keep its table as one."""
    opened = st.popover("Presets", icon=":material/bookmark:", key="preset_open", on_change="rerun")
    if not opened.open:
        return
    with opened:
        presets = read(f"presets {draft.template_id}", lambda ws: ws.costing.presets(draft.template_id))
        kept = {_key(preset): preset for preset in presets}
        if st.session_state.get(CHOSEN) not in kept:
            st.session_state[CHOSEN] = None
        if kept:
            _show_using(kept)
            st.divider()
        _show_keeping(draft)


def _key(preset: Preset) -> str:
    return f"{preset.template_id}\x1f{preset.name}"


def _describe(kept: dict[str, Preset], key: str) -> str:
    preset = kept[key]
    costs = JobDraft.from_json(preset.content).costs
    whose = "" if preset.template_id else ", any template"
    return f"{preset.name} · {count(len(costs), 'line')}, {money(add_up(costs).billable_price)}{whose}"


def _show_using(kept: dict[str, Preset]) -> None:
    ws = workspace()
    chosen = st.selectbox(
        "Preset", list(kept), index=None, key=CHOSEN, format_func=partial(_describe, kept), placeholder="Choose one"
    )
    preset = kept.get(str(chosen))
    add = partial(_use, ws, preset)
    st.button("Add its lines", key="preset_use", type="primary", disabled=preset is None, on_click=act, args=(add,))
    if preset is not None:
        st.text_input("New name", key=RENAMED, max_chars=80, placeholder=preset.name)
        with st.container(horizontal=True):
            st.button("Rename", key="preset_rename", on_click=act, args=(partial(_rename, ws, preset),))
            st.button("Delete", key="preset_delete", on_click=act, args=(partial(_delete, ws, preset),))


def _show_keeping(draft: JobDraft) -> None:
    st.text_input("Keep this table as", key=NAME, max_chars=80, placeholder="Company, annual")
    st.checkbox("For every template", key=FOR_ALL, value=not draft.template_id, disabled=not draft.template_id)
    job = partial(_keep, workspace())
    st.button("Keep as a preset", key="preset_save", disabled=not draft.costs, on_click=act, args=(job,))
    st.caption("One of that name is replaced. Dates are not kept: lines take the job's start.")


def _use(ws: Workspace, preset: Preset | None) -> str:
    if preset is None:
        return ""
    draft = read_sheet().draft
    filled = ws.costing.fill_from_preset(draft, preset.template_id, preset.name, new_key())
    replace_draft(filled)
    return f"{count(len(filled.costs) - len(draft.costs), 'cost line')} added from “{preset.name}”."


def _keep(ws: Workspace) -> str:
    draft, state = read_sheet().draft, st.session_state
    for_all = bool(state.get(FOR_ALL)) or not draft.template_id
    preset = ws.costing.save_preset(draft, str(state.get(NAME) or ""), for_all=for_all)
    state[CHOSEN], state[NAME] = _key(preset), ""
    return f"Kept as “{preset.name}”."


def _rename(ws: Workspace, preset: Preset) -> str:
    to = str(st.session_state.get(RENAMED) or "").strip()
    ws.costing.rename_preset(preset.template_id, preset.name, to)
    st.session_state[CHOSEN], st.session_state[RENAMED] = None, ""
    return f"“{preset.name}” is now “{to}”."


def _delete(ws: Workspace, preset: Preset) -> str:
    ws.costing.delete_preset(preset.template_id, preset.name)
    st.session_state[CHOSEN] = None
    return f"“{preset.name}” is deleted. Jobs made with it stay as they are."
