"""Entries by standing, each with its reason and the fix beside it; what a person says of them goes to core by id."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from core.model import Standing
from core.push.rules import Choice
from core.reports.entries import EntryList, list_entries, mark_shown
from pages.parts.answers import show_answers
from pages.parts.doorway import read
from pages.parts.entry_columns import entry_columns
from pages.parts.messages import empty_state
from pages.parts.places import link_to, title_of
from pages.parts.words import COLUMN_LOOKS, count, hours, plain, reason_title

STANDING, REASON = "time_standing", "time_reason"
#: Entries shown at once; the rest is in the exports, and in a narrower choice.
MOST = 1_000

#: A tab: its title, the standings in it, and what it says when it is empty.
TABS: dict[str, tuple[str, tuple[Standing, ...], str]] = {
    "ready": ("Ready", (Standing.READY,), "Nothing is ready. What waits is listed under Waiting, with its fix."),
    "waiting": ("Waiting", (Standing.WAITING,), "Nothing waits for anybody."),
    "in_doubt": ("In doubt", (Standing.IN_DOUBT,), "Nothing is in doubt: XPM answered for everything that was sent."),
    "changed": ("Changed", (Standing.CHANGED, Standing.WITHDRAWN), "What was pushed is still the same on both sides."),
    "excluded": ("Excluded", (Standing.EXCLUDED,), "Nothing is excluded."),
    "filtered": ("Filtered out", (Standing.FILTERED,), "Which Actual Times leaves nothing out."),
    "draft": ("Draft", (Standing.DRAFT,), "There are no drafts."),
    "unreadable": ("Unreadable", (Standing.UNREADABLE,), "Every row could be read."),
}


def show_entries(choice: Choice) -> None:
    """The entries of the chosen period, one standing at a time."""
    asked = choice.to_json()
    problems = read("problems", lambda ws: ws.reports.problems())
    counts = read(f"entries by standing {asked}", lambda ws: ws.reports.entries(choice)["standing"].value_counts())
    sizes = {tab: int(counts.reindex(standings).sum()) for tab, (_, standings, _) in TABS.items()}
    sizes["unreadable"] += len(problems)
    tab = st.segmented_control(
        "Standing",
        list(TABS),
        key=STANDING,
        default=next((one for one in ("waiting", "ready") if sizes[one]), "waiting"),
        required=True,
        format_func=lambda one: f"{TABS[one][0]}  {sizes[one]:,}",
        label_visibility="collapsed",
    )
    tab = tab or "waiting"
    if not sizes[tab]:
        empty_state(TABS[tab][2], "Choose another standing above, or widen Which Actual Times.")
    elif tab == "unreadable":
        show_problems(problems)
    else:
        _show_tab(tab, choice)


def show_problems(problems: pd.DataFrame) -> None:
    """Rows that could not be read, with their place in the file."""
    st.caption("Correct these rows in the source, then sync. They count as unreadable until then.")
    config = {
        "date": st.column_config.DateColumn("Date", format="DD/MM/YYYY"),
        "table": None,
        "minutes": st.column_config.NumberColumn("Minutes", width=80),
        "sentence": st.column_config.TextColumn("What is wrong", width="large"),
    }
    st.dataframe(problems, hide_index=True, column_config=config, alt="Rows that could not be read")


def _show_tab(tab: str, choice: Choice) -> None:
    listed = _list(tab, choice, "")
    if len(listed.reasons) > 1:
        reason = st.pills(
            "Reason",
            list(listed.reasons.index),
            key=f"{REASON}_{tab}",
            format_func=lambda one: f"{reason_title(one)} · {listed.reasons.loc[one, 'entries']:,}",
            label_visibility="collapsed",
        )
        listed = _list(tab, choice, reason) if reason else listed
    _show_fixes(tab, listed)
    chosen = _show_grid(tab, listed.shown)
    if listed.entries > len(listed.shown):
        told = f"The oldest {len(listed.shown):,} of {listed.entries:,}. Narrow Which Actual Times to see others."
        st.caption(told)
    if chosen.empty:
        st.caption("Tick entries to compare their day with XPM, to exclude them, or to answer what is asked of you.")
    else:
        show_answers(chosen, choice)


def _list(tab: str, choice: Choice, reason: str) -> EntryList:
    asked = choice.to_json()
    rows = partial(read, f"entries {asked}", lambda ws: ws.reports.entries(choice))
    return read(f"list {tab} {reason} {asked}", lambda _: list_entries(rows(), TABS[tab][1], reason, MOST))


def _show_fixes(tab: str, listed: EntryList) -> None:
    look = COLUMN_LOOKS.get(tab, COLUMN_LOOKS["waiting"])
    means = look.means if tab != "changed" else _CHANGED
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(plain(f"{count(listed.entries, 'entry')} · {hours(listed.minutes)} · {means}"), width="stretch")
        for page, minutes in listed.pages.items():
            link_to(page, f"Fix {hours(minutes)} on {title_of(page)}")


_CHANGED = "pushed, and different or gone on one side since"


def _show_grid(tab: str, rows: pd.DataFrame) -> pd.DataFrame:
    """The grid; its key changes with what it shows, so that no tick ever moves to another entry."""
    event = st.dataframe(
        rows[["date", "staff", "client", "work", "hours", "why"]],
        key=f"entries_{tab}_{mark_shown(rows)}",
        hide_index=True,
        height=min(36 * len(rows) + 38, 430),
        on_select="rerun",
        selection_mode="multi-row",
        column_config={
            **entry_columns(),
            "why": st.column_config.TextColumn("Why, and what to do", width="large"),
        },
        alt=f"Entries: {TABS[tab][0]}",
    )
    return rows.iloc[event["selection"]["rows"]]
