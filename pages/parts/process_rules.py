"""Process rules: the rules of one process in their order, a draft of what they are to be, and the form of one rule.

Buttons change the draft only, which is kept with the ids of the rules that were in force when it was begun. What the
draft would do stands beside it, and nothing is saved before that was shown.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from core.model import TieoutError
from core.workspace.ruling import Change, ProcessRule
from pages.parts.doorway import read, workspace
from pages.parts.messages import empty_state
from pages.parts.process_effects import offer_saving, show_effects
from pages.parts.process_rule_form import FORM, fill_form, read_form, show_form
from pages.parts.words import actor_name, count, hours, moment, plain

PROCESS, DRAFT = "rules_process", "rules_draft"
_EXAMPLES = """Rules are for processes that are not always the same XPM task, for example:

- the bookkeeping of one client group is billed as *Management Reports*,
- from 1 July on, payroll has an XPM task of its own,
- what a junior prepares is another XPM task than what a manager reviews,
- entries whose note says *travel* never go to XPM.
"""
_NEW, _CHANGED = ":blue-badge[New]", ":blue-badge[Changed]"


def show_rules() -> None:
    """The rules of the process chosen, and what the draft of them would do."""
    processes = read("processes to rule", lambda ws: ws.local("processes")["name"].sort_values())
    if processes.empty:
        empty_state("No processes yet", "Load the local side on Connection; its kinds of work are listed here.")
        return
    process_id = _choose_process({str(one): str(name) for one, name in processes.items()})
    draft = _take_draft(process_id)
    left, right = st.columns([1, 1.1], gap="large")
    with left:
        _show_mapping(process_id)
        _show_list(process_id, draft["rules"])
        show_form(process_id, count_past, partial(_add, process_id))
        _show_history(process_id)
    with right:
        change = Change({process_id: tuple(draft["rules"])}, {process_id: tuple(draft["shown"])})
        if tuple(draft["rules"]) == tuple(workspace().ruling.rules(process_id)):
            _show_idle()
            return
        preview = show_effects(change, f"rules {process_id}")
        if preview is not None:
            offer_saving(change, preview, "Save these rules", after=discard)
        st.button("Discard the draft", key="rules_discard", on_click=discard, type="tertiary")


def discard() -> None:
    """Forget what is not saved."""
    st.session_state.pop(DRAFT, None)
    st.session_state.pop(FORM, None)


def count_past(rule: ProcessRule) -> str:
    """One line about the past work that a rule alone would take."""
    tasks, entries, minutes = read(f"count {rule!r}", lambda ws: ws.ruling.count(rule))
    return f"Takes {count(tasks, 'past task')} and {count(entries, 'entry')} ({hours(minutes)})."


def _choose_process(names: dict[str, str]) -> str:
    rules = read("rules by process", lambda ws: ws.ruling.counts())
    told = {one: f"{name} · {count(rules[one], 'rule')}" if rules.get(one) else name for one, name in names.items()}
    ordered = sorted(told, key=lambda one: (-rules.get(one, 0), names[one]))
    asked = st.query_params.get("process", "")
    if asked in names:
        st.session_state[PROCESS] = asked
        # Once is enough: it must not win over what is chosen here afterwards.
        del st.query_params["process"]
    elif st.session_state.get(PROCESS) not in names:
        st.session_state[PROCESS] = ordered[0]
    chosen: str = st.selectbox("Process", ordered, key=PROCESS, format_func=lambda one: told[one], width=420)
    return chosen


def _take_draft(process_id: str) -> dict[str, Any]:
    """The draft of this process; begun from the rules in force when there is none, or one of another process."""
    draft: dict[str, Any] | None = st.session_state.get(DRAFT)
    if draft is None or draft["process"] != process_id:
        rules = workspace().ruling.rules(process_id)
        draft = {"process": process_id, "rules": rules, "shown": [one.id for one in rules]}
        st.session_state[DRAFT] = draft
        st.session_state.pop(FORM, None)
    return draft


def _show_mapping(process_id: str) -> None:
    """What happens to work that no rule takes."""
    told = read(f"mapping of {process_id}", lambda ws: ws.ruling.tell_mapping(process_id))
    st.caption(f"The first rule that fits decides. All other work of this process: **{plain(told)}**.")


def _show_list(process_id: str, rules: list[ProcessRule]) -> None:
    if not rules:
        st.info("No rules: all work of this process goes the same way. Add one below.", icon=":material/rule:")
        return
    kept = {one.id: one for one in workspace().ruling.kept(process_id)}
    for place, rule in enumerate(rules):
        with st.container(border=True, gap="xsmall", key=f"rule {place}"):
            former = kept.get(rule.id)
            badge = "" if former is not None and rule in workspace().ruling.rules(process_id) else _NEW
            badge = _CHANGED if badge and former is not None else badge
            ruling = workspace().ruling
            st.markdown(
                f"**{place + 1}.** {plain(ruling.describe(rule))} → **{plain(ruling.tell_target(rule))}** {badge}"
            )
            by = f" · by {actor_name(former.by)}, {moment(former.at, workspace().practice.zone)}" if former else ""
            st.caption(count_past(rule) + plain(by))
            _offer_moves(rules, place)


def _offer_moves(rules: list[ProcessRule], place: int) -> None:
    buttons = (
        ("Up", ":material/arrow_upward:", place > 0, _move, (place, -1)),
        ("Down", ":material/arrow_downward:", place < len(rules) - 1, _move, (place, 1)),
        ("Edit", ":material/edit:", True, _edit, (place,)),
        ("End", ":material/block:", True, _end, (place,)),
    )
    with st.container(horizontal=True, gap="xsmall"):
        for title, icon, possible, work, args in buttons:
            st.button(
                title,
                key=f"rule {place} {title}",
                icon=icon,
                type="tertiary",
                disabled=not possible,
                on_click=work,
                args=args,
            )


def _draft() -> list[ProcessRule]:
    rules: list[ProcessRule] = st.session_state[DRAFT]["rules"]
    return rules


def _put(rules: list[ProcessRule]) -> None:
    st.session_state[DRAFT] = st.session_state[DRAFT] | {"rules": rules}
    st.session_state.pop(FORM, None)


def _move(place: int, by: int) -> None:
    rules = list(_draft())
    rules[place], rules[place + by] = rules[place + by], rules[place]
    _put(rules)


def _end(place: int) -> None:
    _put([one for n, one in enumerate(_draft()) if n != place])


def _edit(place: int) -> None:
    fill_form(_draft()[place], place)


def _add(process_id: str) -> str:
    place, rule = st.session_state[FORM]["place"], read_form(process_id)
    rule.check()
    rules = list(_draft())
    if rule in rules and place is None:
        raise SameRule
    if place is None:
        rules.append(rule)
    else:
        rules[place] = replace(rule, id=rules[place].id)
    _put(rules)
    return ""


class SameRule(TieoutError):
    """The draft has that rule already."""

    def __init__(self) -> None:
        super().__init__("The draft has exactly this rule already. Change what it takes, or edit the one above.")


def _show_idle() -> None:
    """What stands beside rules that are as they were: all rules in force, or what rules are for."""
    st.markdown("**What it would do**")
    st.caption(
        "Add, edit, end or move a rule: what that would do to past tasks, their links and their time stands here "
        "before anything is saved."
    )
    rows = read("rules in force", lambda ws: ws.ruling.table())
    if rows.empty:
        st.markdown(_EXAMPLES)
        return
    st.markdown("**All rules in force**")
    st.dataframe(
        rows,
        hide_index=True,
        column_order=["process", "place", "when", "to"],
        column_config={"process": "Process", "place": "Rule", "when": "When", "to": "Goes to"},
        alt="All rules in force",
    )


def _show_history(process_id: str) -> None:
    rows = read(f"rule history {process_id}", lambda ws: ws.ruling.history(process_id))
    ended = rows[rows["ended_at"].ne("")]
    if ended.empty:
        return
    zone = workspace().practice.zone
    with st.expander(f"Former rules ({len(ended)})"):
        shown = ended.assign(
            since=[moment(at, zone) for at in ended.index], until=[moment(at, zone) for at in ended["ended_at"]]
        )
        st.dataframe(
            shown[["when", "to", "by", "since", "ended_by", "until"]],
            hide_index=True,
            column_config={
                "when": "When",
                "to": "XPM task",
                "by": "Made by",
                "since": "From",
                "ended_by": "Ended by",
                "until": "Until",
            },
            alt="Rules that are no longer in force",
        )
