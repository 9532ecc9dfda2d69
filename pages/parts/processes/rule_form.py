"""The form of one process rule: whom, when and which words it takes, and the XPM task it leads to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial

import streamlit as st

from core.model import Kind, Verdict
from core.workspace import Workspace
from core.workspace.ruling import ProcessRule
from pages.parts.doorway import read
from pages.parts.messages import act

FORM = "rule_form"
TARGET, CLIENTS, GROUPS, STAFF = "rule_target", "rule_clients", "rule_groups", "rule_staff"
FROM, TO, WORDS = "rule_from", "rule_to", "rule_words"
EXCLUDED = "excluded"
_KEYS = (TARGET, CLIENTS, GROUPS, STAFF, FROM, TO, WORDS)


@dataclass(frozen=True)
class Names:
    """What may be chosen: id -> name, sorted by name."""

    targets: Mapping[str, str]
    clients: Mapping[str, str]
    groups: Mapping[str, str]
    staff: Mapping[str, str]


def fill_form(rule: ProcessRule | None = None, place: int | None = None) -> None:
    """Put a rule into the form, of this place in the draft; without one the form is empty. In a callback."""
    state = st.session_state
    state[FORM] = {"place": place}
    state[TARGET] = None if rule is None else EXCLUDED if rule.verdict is Verdict.EXCLUDED else rule.xpm_id
    state[CLIENTS], state[GROUPS] = (list(rule.clients), list(rule.groups)) if rule else ([], [])
    state[STAFF], state[WORDS] = (list(rule.staff), rule.words) if rule else ([], "")
    state[FROM], state[TO] = (rule.start, rule.end) if rule else (None, None)


def read_form(process_id: str) -> ProcessRule:
    """The rule on the screen, as it is: it may not be complete."""
    state = st.session_state
    target = state.get(TARGET) or ""
    return ProcessRule(
        process_id,
        Verdict.EXCLUDED if target == EXCLUDED else Verdict.LINKED,
        "" if target == EXCLUDED else target,
        tuple(state.get(CLIENTS) or ()),
        tuple(state.get(GROUPS) or ()),
        tuple(state.get(STAFF) or ()),
        state.get(FROM),
        state.get(TO),
        str(state.get(WORDS) or "").strip(),
    )


def show_form(process_id: str, count_past: Callable[[ProcessRule], str], add: Callable[[], str]) -> None:
    """The form; `count_past` tells what the rule on the screen would take, `add` puts it into the draft."""
    state = st.session_state
    if FORM not in state or any(key not in state for key in _KEYS):
        fill_form(place=None)
    names = read("names for a rule", list_names)
    place = state[FORM]["place"]
    with st.container(border=True, key="rule_form_box"):
        st.markdown("**Another rule**" if place is None else f"**Rule {place + 1}**")
        first, second = st.columns(2)
        with first:
            _pick("Client groups", GROUPS, names.groups, "Any")
        with second:
            _pick("Clients", CLIENTS, names.clients, "Any")
        _pick("Staff: who does the task, or recorded the entry", STAFF, names.staff, "Anybody")
        first, second = st.columns(2)
        first.date_input("From", key=FROM, value=None, format="DD/MM/YYYY", min_value=date(2000, 1, 1))
        second.date_input("Until", key=TO, value=None, format="DD/MM/YYYY", min_value=date(2000, 1, 1))
        st.text_input(
            "Words in the task's name or the entry's note",
            key=WORDS,
            max_chars=200,
            placeholder="phone call, meeting",
            help="Each word begins a word of the text, in any order. Commas part alternatives: “phone call, meeting” "
            "takes “call by phone” and “meetings”.",
        )
        st.selectbox(
            "Goes to",
            list(names.targets),
            index=None,
            key=TARGET,
            format_func=partial(_name, names.targets),
            placeholder="Choose an XPM task, or Excluded from XPM",
        )
        rule = read_form(process_id)
        st.caption(count_past(rule) if rule.narrows else "Name at least one of the above; all that is named must hold.")
        _offer_rule(place, add)


def _offer_rule(place: int | None, add: Callable[[], str]) -> None:
    words = "Add to the draft" if place is None else f"Change rule {place + 1} in the draft"
    with st.container(horizontal=True):
        st.button(words, key="rule_add", icon=":material/playlist_add:", on_click=act, args=(add,))
        if place is not None:
            st.button("Leave it as it is", key="rule_leave", on_click=fill_form, type="tertiary")


def _pick(title: str, key: str, names: Mapping[str, str], placeholder: str) -> None:
    # What a rule names stays in it even when the record is gone: dropping it would take more.
    lost = [one for one in st.session_state.get(key, []) if one not in names]
    st.multiselect(title, [*names, *lost], key=key, format_func=partial(_name, names), placeholder=placeholder)


def _name(names: Mapping[str, str], one: str) -> str:
    return names.get(one) or f"{one} (no longer there)"


def list_targets(ws: Workspace) -> dict[str, str]:
    """What work may be mapped to: Excluded from XPM, then XPM's task types by name."""
    types = {str(one): str(label) for one, label in ws.review.labels(Kind.PROCESS).sort_values().items()}
    return {EXCLUDED: "Excluded from XPM", **types}


def list_names(ws: Workspace) -> Names:
    """The names of a practice that rules are made of."""
    named = ws.reports.names()
    groups = sorted(set(ws.local("clients")["client_group"]) - {""})
    people = [{str(one): str(name) for one, name in of.sort_values().items()} for of in (named.clients, named.staff)]
    return Names(list_targets(ws), people[0], {one: one for one in groups}, people[1])
