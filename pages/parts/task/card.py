"""One task on its page: its link to XPM or what is missing, how both sides stand, its time, and its history."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.workspace.comparing import say_chance
from core.workspace.task_view import TaskLink, TaskState, TaskView
from pages.parts.doorway import read, workspace
from pages.parts.exports import offer_export
from pages.parts.places import link_to, title_of
from pages.parts.task.entries import show_time
from pages.parts.task.steps import show_conflict, show_step
from pages.parts.words import STATE_LOOKS, VERDICT_TITLES, actor_name, day, moment, plain, start_upper


def show_task(task_id: str) -> None:
    """Everything about one task."""
    view: TaskView = read(f"task {task_id}", lambda ws: ws.tasks.view(task_id))
    _show_head(view)
    show_conflict(view)
    with st.container(border=True, key="task_link"):
        _SHOWN[view.state](view)
        show_step(view)
    show_time(task_id)
    _show_history(task_id)


def _show_head(view: TaskView) -> None:
    st.markdown(f"### {plain(view.name)} {STATE_LOOKS[view.state].badge}")
    facts = [view.client, view.process, view.period, f"for {view.assignee}" if view.assignee else ""]
    dates = [day(one) for one in (view.start, view.due) if not pd.isna(one)]
    facts += [" to ".join(dates), f"here: {view.status}" if view.status else ""]
    st.caption(plain(" · ".join(fact for fact in facts if fact)))


def _show_link(view: TaskView) -> None:
    link = view.link
    if link is None:
        st.caption("XPM's side of this link was not read yet. Sync, then look again.")
        return
    state = f" :gray-badge[{plain(link.job_state)}]" if link.job_state else ""
    kind = f" :small[:gray[{plain(link.task_type)}]]" if link.task_type != link.name else ""
    done = ":green-badge[Completed]" if link.completed else ":blue-badge[Open]"
    facts = {
        "Client": _address(link.client, link.client_url),
        "Job": f"{_address(f'{link.job} {link.job_name}', link.job_url)}{state}",
        "Job task": f"{plain(link.name)}{kind} {done}",
        "Linked": plain(_say_since(link)),
    }
    st.table(facts, border="horizontal", hide_header=True, width="stretch", alt="Its link to XPM")


def _say_since(link: TaskLink) -> str:
    since = moment(link.since, workspace().practice.zone)
    score = f", {say_chance(link.score)} sure" if link.score is not None else ""
    why = f": {link.why}" if link.why else ""
    return f"{since}, by {actor_name(link.by)}{score}{why}"


def _address(words: str, url: str) -> str:
    """The words, as a link into XPM where its address is known."""
    return f"[{plain(words)} :material/open_in_new:]({url})" if url else plain(words)


def _show_excluded(view: TaskView) -> None:
    found = view.excluded
    if found is None:
        return
    st.markdown(":material/block: **Excluded from XPM.** Its time stays here.")
    who = f"By {actor_name(found.by)}, {moment(found.at, workspace().practice.zone)}" if found.by else ""
    words = start_upper(found.words).removesuffix(".")
    st.caption(plain(" · ".join(one for one in (who, words) if one)))
    link_to(found.page, f"Change it on {title_of(found.page)}", **dict(found.query))


def _show_missing(view: TaskView) -> None:
    if view.fix is None:
        return
    icon = ":material/link_off:" if view.state is TaskState.BROKEN else ":material/help:"
    headline = "The link is broken" if view.state is TaskState.BROKEN else "Not linked to XPM yet"
    st.markdown(f"{icon} **{headline}.** {plain(start_upper(view.fix.words)).removesuffix('.')}.")
    link_to(view.fix.page, view.fix.label, **dict(view.fix.query))


_SHOWN = {
    TaskState.LINKED: _show_link,
    TaskState.EXCLUDED: _show_excluded,
    TaskState.BROKEN: _show_missing,
    TaskState.OPEN: _show_missing,
}


def _show_history(task_id: str) -> None:
    log: pd.DataFrame = read(f"task history {task_id}", lambda ws: ws.tasks.history(task_id))
    if log.empty:
        return
    zone = workspace().practice.zone
    verbs = {str(verdict): title for verdict, title in VERDICT_TITLES.items()}
    shown = pd.DataFrame(
        {
            "When": [moment(at, zone) for at in log["at"]],
            "Who": [actor_name(who) for who in log["who"]],
            "What": [verbs.get(did, start_upper(did)) for did in log["did"]],
            "Why": log["why"],
            "XPM": log["after"].str.partition(" ")[2],
        }
    )
    st.markdown("#### What happened")
    st.dataframe(
        shown,
        hide_index=True,
        height=min(6, len(shown)) * 35 + 38,
        column_config={
            "When": st.column_config.TextColumn(width=120),
            "Who": st.column_config.TextColumn(width=100),
            "What": st.column_config.TextColumn(width=110),
            "Why": st.column_config.TextColumn(width=330),
            "XPM": st.column_config.TextColumn("Job and task in XPM", width=200),
        },
        alt="What happened to this task's link",
    )
    with st.container(horizontal=True, horizontal_alignment="right"):
        offer_export("task-history", shown)
