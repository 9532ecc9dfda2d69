"""Process rules: the rules of one process in their order, a draft of what they are to be, and the form of one rule.

Buttons change the draft only, which is kept with the ids of the rules that were in force when it was begun. What the
draft would do stands beside it, and nothing is saved before that was shown.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import pandas as pd
import streamlit as st

from core.model import TieoutError
from core.workspace.ruling import Change, ProcessRule
from pages.parts.doorway import read, workspace
from pages.parts.messages import empty_state
from pages.parts.processes.effects import offer_saving, show_effects
from pages.parts.processes.rule_form import FORM, fill_form, read_form, show_form
from pages.parts.words import actor_name, count, hours, moment, plain

PROCESS, DRAFT = "rules_process", "rules_draft"
_EXAMPLES = """Rules are for processes that are not always the same XPM task, for example:

- the bookkeeping of one client group is billed as *Management Reports*,
- from 1 July on, payroll has an XPM task of its own,
- what a junior prepares is another XPM task than what a manager reviews,
- entries whose note says *travel* never go to XPM.
"""
_NEW, _CHANGED = ":blue-badge[New]", ":blue-badge[Changed]"


@dataclass(frozen=True)
class Draft:
    """What the rules of a process are to be, and the ids of those in force when it was begun."""

    rules: tuple[ProcessRule, ...]
    shown: tuple[str, ...]


def show_rules() -> None:
    """The rules of the process chosen, and what the draft of them would do."""
    processes = read("processes to rule", lambda ws: ws.local("processes")["name"].sort_values())
    if processes.empty:
        empty_state("No processes yet", "Load the local side on Connection; its kinds of work are listed here.")
        return
    process_id = _choose_process({str(one): str(name) for one, name in processes.items()})
    rules = tuple(read(f"rules of {process_id}", lambda ws: ws.ruling.rules(process_id)))
    begun: Draft | None = st.session_state.get(DRAFT, {}).get(process_id)
    draft = begun or Draft(rules, tuple(one.id for one in rules))
    left, right = st.columns([1, 1.1], gap="large")
    with left:
        _show_mapping(process_id)
        show_one = partial(show_form, process_id, _count_alone, partial(_add, process_id, draft))
        _show_list(process_id, draft, rules, show_one)
        if _edited(draft) is None:
            show_one()
        _show_history(process_id)
    with right:
        if draft.rules == rules:
            _show_idle()
            return
        change = Change({process_id: draft.rules}, {process_id: draft.shown})
        preview = show_effects(change, f"rules {process_id}")
        tidy = partial(_discard, process_id)
        if preview is not None:
            offer_saving(change, preview, "Save these rules", after=tidy)
        st.button("Discard the draft", key="rules_discard", on_click=tidy, type="tertiary")


def _discard(process_id: str) -> None:
    """Forget what is not saved."""
    st.session_state.get(DRAFT, {}).pop(process_id, None)
    fill_form()


def _count_alone(rule: ProcessRule) -> str:
    """The past work that a rule would take if it stood alone."""
    return _tell_hits(*read(f"count {rule!r}", lambda ws: ws.ruling.count(rule)))


def _tell_hits(tasks: int, entries: int, minutes: int, behind: int = 0) -> str:
    if behind and not tasks + entries:
        return f"Takes nothing: rules above it take all {behind:,} tasks and entries that it fits."
    if not tasks + entries:
        return "Takes no past work; it is for work to come."
    more = f" Rules above it take {behind:,} more that it fits." if behind else ""
    return f"Takes {count(tasks, 'past task')} and {count(entries, 'entry')} ({hours(minutes)}).{more}"


def _choose_process(names: dict[str, str]) -> str:
    rules = read("rules by process", lambda ws: ws.ruling.counts())
    told = {one: f"{name} · {count(rules[one], 'rule')}" if rules.get(one) else name for one, name in names.items()}
    ordered = sorted(told, key=lambda one: (-rules.get(one, 0), names[one]))
    asked = st.query_params.get("process", "")
    if asked in names:
        st.session_state[PROCESS] = asked
        fill_form()
        # Once is enough: it must not win over what is chosen here afterwards.
        del st.query_params["process"]
    elif st.session_state.get(PROCESS) not in names:
        st.session_state[PROCESS] = ordered[0]
    chosen: str = st.selectbox(
        "Process", ordered, key=PROCESS, format_func=lambda one: told[one], on_change=fill_form, width=420
    )
    return chosen


def _show_mapping(process_id: str) -> None:
    """What happens to work that no rule takes."""
    told = read(f"mapping of {process_id}", lambda ws: ws.ruling.tell_mapping(process_id))
    st.caption(f"The first rule that fits decides. All other work of this process: **{plain(told)}**.")


def _edited(draft: Draft) -> int | None:
    """The place of the rule that is in the form; None while the form is for another one."""
    place: int | None = st.session_state.get(FORM, {}).get("place")
    return place if place is not None and place < len(draft.rules) else None


def _show_list(process_id: str, draft: Draft, rules: tuple[ProcessRule, ...], show_one: Callable[[], None]) -> None:
    """The rules of the draft, each with what it takes, who made it and what may be done with it; `show_one` is the form
    that stands in the place of the one that is edited."""
    if not draft.rules:
        st.info("No rules: all work of this process goes the same way. Add one below.", icon=":material/rule:")
        return
    table = read(f"table of {process_id}", lambda ws: ws.ruling.table(process_id))
    hits = read(f"hits {draft.rules!r}", lambda ws: ws.ruling.hits(draft.rules))
    for place, (rule, hit) in enumerate(zip(draft.rules, hits.itertuples(index=False), strict=True)):
        if place == _edited(draft):
            show_one()
            continue
        with st.container(border=True, gap="xsmall", key=f"rule {place}"):
            badge = "" if rule in rules else _CHANGED if rule.id in table.index else _NEW
            st.markdown(f"**{place + 1}.** {plain(hit.when)} → **{plain(hit.to)}** {badge}")
            told = _tell_hits(hit.tasks, hit.entries, hit.minutes, hit.behind)
            st.caption(f"{told}{_tell_author(table, rule)}")
            if rule.id in table.index and table.loc[rule.id, "gone"]:
                st.warning("This XPM task is gone from XPM. Edit the rule, or end it.", icon=":material/link_off:")
            _offer_moves(process_id, draft, place)


def _tell_author(table: pd.DataFrame, rule: ProcessRule) -> str:
    if rule.id not in table.index:
        return ""
    row = table.loc[rule.id]
    return f" By {plain(actor_name(row['by']))}, {plain(moment(row['at'], workspace().practice.zone))}."


def _offer_moves(process_id: str, draft: Draft, place: int) -> None:
    rules, put = list(draft.rules), partial(_put, process_id, draft)
    swap = {step: _swap(rules, place, place + step) for step in (-1, 1)}
    ended = [one for n, one in enumerate(rules) if n != place]
    buttons: tuple[tuple[str, str, Callable[[], None] | None], ...] = (
        ("Up", "arrow_upward", partial(put, swap[-1]) if place else None),
        ("Down", "arrow_downward", partial(put, swap[1]) if place < len(rules) - 1 else None),
        ("Edit", "edit", partial(fill_form, rules[place], place)),
        ("End", "block", partial(put, ended)),
    )
    with st.container(horizontal=True, gap="xsmall"):
        for title, icon, work in buttons:
            st.button(
                title,
                key=f"rule {place} {title}",
                icon=f":material/{icon}:",
                type="tertiary",
                disabled=work is None,
                on_click=work,
            )


def _swap(rules: list[ProcessRule], one: int, other: int) -> list[ProcessRule]:
    swapped = list(rules)
    if 0 <= other < len(rules):
        swapped[one], swapped[other] = swapped[other], swapped[one]
    return swapped


def _put(process_id: str, draft: Draft, rules: list[ProcessRule]) -> None:
    """Make these the rules of the draft; in a callback."""
    drafts = st.session_state.get(DRAFT, {})
    st.session_state[DRAFT] = drafts | {process_id: Draft(tuple(rules), draft.shown)}
    fill_form()


def _add(process_id: str, draft: Draft) -> str:
    """Put the rule on the screen into the draft: at the end, or in the place of the one that is edited."""
    place, rule = st.session_state[FORM]["place"], read_form(process_id)
    rule.check()
    rules = list(draft.rules)
    if any(replace(one, id="") == rule for n, one in enumerate(rules) if n != place):
        raise SameRule
    if place is None:
        rules.append(rule)
    else:
        rules[place] = replace(rule, id=rules[place].id)
    _put(process_id, draft, rules)
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
