"""The saved choices of Which Actual Times: load, save, rename, delete, and the one automatic pushing goes by."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pandas as pd
import streamlit as st

from core.push.rules import Choice
from core.workspace.choosing import SavedRule
from pages.parts.doorway import workspace
from pages.parts.messages import act
from pages.parts.words import count, hours, plain

SAVED, NAME, RENAMED = "choice_saved", "choice_name", "choice_renamed"
Put = Callable[[Choice], None]


def show_saved(choice: Choice, counts: pd.DataFrame, put: Put) -> None:
    """What the choice lets through, and the saved ones; `put` fills the form with a choice."""
    rules = {rule.name: rule for rule in workspace().choices.list()}
    if st.session_state.get(SAVED) and st.session_state[SAVED] not in rules:
        st.session_state[SAVED] = None
    with st.container(horizontal=True, vertical_alignment="bottom"):
        through, there = counts.loc["all"], counts.loc["open"]
        told = f"**{count(through['entries'], 'open entry')}** of {there['entries']:,} · {hours(through['minutes'])}"
        st.markdown(f"**Which Actual Times**  \n:small[lets through {told}]", width="stretch")
        st.selectbox(
            "Saved choice",
            list(rules),
            index=None,
            key=SAVED,
            placeholder="Load a saved choice",
            on_change=_load,
            args=(put,),
            label_visibility="collapsed",
            width=190,
        )
        with st.popover("Save", icon=":material/bookmark_add:"):
            st.text_input("Name", key=NAME, placeholder="This week's client work", max_chars=80)
            st.caption("A saved choice of that name is replaced.")
            st.button("Save this choice", key="choice_save", on_click=_save, args=(choice,), type="primary")
            if rules:
                st.divider()
                _show_managing(rules)
        st.button("Clear", key="choice_clear", on_click=_clear, args=(put,), type="tertiary")


def _show_managing(rules: dict[str, SavedRule]) -> None:
    chosen = rules.get(str(st.session_state.get(SAVED)))
    automatic = next((rule.name for rule in rules.values() if rule.automatic), "")
    st.caption(f"Automatic pushing goes by “{plain(automatic)}”." if automatic else "No choice is the automatic one.")
    if chosen is None:
        st.caption("Load a saved choice to rename or delete it, or to have automatic pushing go by it.")
        return
    st.text_input(f"New name of “{plain(chosen.name)}”", key=RENAMED, max_chars=80)
    words = "Take it from automatic pushing" if chosen.automatic else "Use it for automatic pushing"
    target = "" if chosen.automatic else chosen.name
    with st.container(horizontal=True):
        st.button("Rename", key="choice_rename", on_click=act, args=(partial(_rename, chosen.name),))
        st.button("Delete", key="choice_delete", on_click=act, args=(partial(_delete, chosen.name),))
        st.button(words, key="choice_automatic", on_click=act, args=(partial(_mark, chosen.name, target),))


def _rename(name: str) -> str:
    to = str(st.session_state.get(RENAMED) or "").strip()
    workspace().choices.rename(name, to)
    st.session_state[SAVED], st.session_state[RENAMED] = to, ""
    return f"“{name}” is now “{to}”."


def _mark(name: str, target: str) -> str:
    workspace().choices.mark_automatic(target)
    return f"Automatic pushing goes by “{name}”." if target else "No choice is the automatic one any more."


def _delete(name: str) -> str:
    workspace().choices.delete(name)
    st.session_state[SAVED] = None
    return f"“{name}” is deleted. What is chosen on the page stays."


def _load(put: Put) -> None:
    name = st.session_state[SAVED]
    if name:
        act(lambda: _take(name, put))


def _take(name: str, put: Put) -> str:
    put(workspace().choices.find(name))
    return f"“{name}” is chosen."


def _save(choice: Choice) -> None:
    act(lambda: _keep(str(st.session_state.get(NAME) or "").strip(), choice))


def _keep(name: str, choice: Choice) -> str:
    workspace().choices.save(name, choice)
    st.session_state[SAVED] = name
    return f"Saved as “{name}”."


def _clear(put: Put) -> None:
    put(Choice())
    st.session_state[SAVED] = None
