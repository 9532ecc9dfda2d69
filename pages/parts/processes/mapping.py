"""Mapping several processes at once: the ticked rows, where they go, what that would do, and the button."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from core.model import Verdict
from core.workspace.ruling import Change
from pages.parts.doorway import read
from pages.parts.places import link_to
from pages.parts.processes.effects import offer_saving, show_effects
from pages.parts.processes.rule_form import EXCLUDED, list_targets
from pages.parts.words import count

TARGET = "mapping_target"
_REOPENED = "reopened"
_VERDICTS = {EXCLUDED: Verdict.EXCLUDED, _REOPENED: Verdict.REOPENED}
_VERBS = {EXCLUDED: "Exclude", _REOPENED: "Reopen"}


def offer_mapping(ticked: pd.DataFrame) -> None:
    """Where the ticked processes are to go; the effects are shown before anything is saved."""
    if ticked.empty:
        st.caption("Tick processes to map several at once, and to see what that would do before it is saved.")
        return
    targets = {**read("targets of processes", list_targets), _REOPENED: "Open again: no mapping"}
    with st.container(border=True, key="mapping_box"):
        chosen = st.selectbox(
            f"Map {count(len(ticked), 'ticked process')} to",
            list(targets),
            index=None,
            key=TARGET,
            format_func=partial(_name, targets),
            placeholder="Choose an XPM task, Excluded from XPM, or open again",
        )
        if chosen is None:
            return
        verdict = _VERDICTS.get(chosen, Verdict.LINKED)
        xpm_id = chosen if verdict is Verdict.LINKED else ""
        change = Change(mapped={str(one): (verdict, xpm_id) for one in ticked.index})
        seen = {str(one): int(number) for one, number in ticked["decision_id"].items()}
        preview = show_effects(change, "mapping")
        if preview is not None:
            words = f"{_VERBS.get(chosen, 'Map')} {count(len(ticked), 'process')}"
            offer_saving(change, preview, words, seen=seen, after=_tidy)


def show_panel_effects(process_id: str, row: pd.Series, chosen: str) -> None:
    """In the panel of one process: the way to its rules, and what linking it to the XPM task chosen there would do."""
    rules = read("rules by process", lambda ws: ws.ruling.counts()).get(process_id, 0)
    words = f"{count(rules, 'rule')} narrow{'s' if rules == 1 else ''} it: look" if rules else "Narrow it by a rule"
    link_to("work", words, show="Rules", process=process_id)
    if not chosen or (row["state"] == "linked" and chosen == row["link_xpm_id"]):
        return
    if st.toggle("Show what this would do to past work", key=f"effects of {process_id}"):
        show_effects(Change(mapped={process_id: (Verdict.LINKED, chosen)}), f"panel {process_id}")


def _tidy() -> None:
    st.session_state[TARGET] = None


def _name(names: dict[str, str], one: str) -> str:
    return names.get(one, one)
