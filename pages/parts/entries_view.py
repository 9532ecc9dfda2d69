"""Entries by standing, each with its reason and the fix beside it; what a person says of them goes to core by id."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from core.model import Standing, TieoutError
from core.push.rules import Choice
from core.reports.entries import EntryList, list_entries, mark_shown, offer_sayings
from pages.parts.day_view import show_day
from pages.parts.doorway import read, workspace
from pages.parts.messages import act, empty_state
from pages.parts.places import link_to
from pages.parts.words import COLUMN_LOOKS, count, hours, plain, reason_title

STANDING, REASON, WHY, SHEET = "time_standing", "time_reason", "time_why", "time_sheet"
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

#: What may be said of entries: the button's words, its icon, what it means, and whether it needs a reason.
SAYINGS: dict[str, tuple[str, str, str, bool]] = {
    "same_work": ("Same work, link it", "link", "XPM has it already; the entry is tied to that timesheet.", False),
    "separate_work": (
        "Separate work, push it",
        "call_split",
        "It only looks alike; it goes with the next push.",
        False,
    ),
    "send_again": ("Send again", "replay", "You looked in XPM: it is not there. It goes with the next push.", True),
    "exclude": ("Exclude", "block", "It never goes to XPM, until you include it again.", True),
    "include": ("Include again", "undo", "It counts like any other entry again.", False),
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
    _show_answers(chosen, choice)


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
            link_to(page, f"Fix {hours(minutes)} on {page.capitalize()}")


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
            "date": st.column_config.DateColumn("Date", format="ddd DD/MM/YYYY", width=108),
            "staff": st.column_config.TextColumn("Staff", width=110),
            "client": st.column_config.TextColumn("Client", width=165),
            "work": st.column_config.TextColumn("Task", width=165),
            "hours": st.column_config.TextColumn("Time", width=52, alignment="right"),
            "why": st.column_config.TextColumn("Why, and what to do", width="large"),
        },
        alt=f"Entries: {TABS[tab][0]}",
    )
    return rows.iloc[event["selection"]["rows"]]


def _show_answers(chosen: pd.DataFrame, choice: Choice) -> None:
    if chosen.empty:
        st.caption("Tick entries to compare their day with XPM, to exclude them, or to answer what is asked of you.")
        return
    sheet = ""
    if len(chosen) == 1:
        st.info(plain(chosen["why"].iloc[0]), icon=":material/arrow_forward:")
        sheet = show_day(str(chosen.index[0]), choice)
    offers = [one for one in offer_sayings(chosen) if one != "same_work" or sheet]
    if not offers:
        st.caption("Nothing can be said of this here; what the row says is the way to fix it.")
        return
    with st.container(horizontal=True, vertical_alignment="bottom", key="answers"):
        if any(SAYINGS[one][3] for one in offers):
            st.text_input(
                "Reason", key=WHY, max_chars=200, placeholder="for the log, for example: quoted job", width=320
            )
        for saying in offers:
            words, icon, means, needs_why = SAYINGS[saying]
            job = partial(answer, list(chosen.index), mark_shown(chosen), choice, saying, needs_why, sheet)
            label = f"{words} ({len(chosen)})" if len(chosen) > 1 else words
            st.button(label, key=f"say_{saying}", icon=f":material/{icon}:", help=means, on_click=act, args=(job,))


def answer(ids: list[str], shown: str, choice: Choice, saying: str, needs_why: bool, sheet: str) -> str:
    """Give core what a person said of these entries, when they are still as they were shown."""
    ws = workspace()
    why = str(st.session_state.get(WHY) or "").strip()
    if needs_why and not why:
        raise WhyMissing(SAYINGS[saying][0])
    ws.reports.require_unchanged(ids, shown, choice)
    ws.time.choose(ids, saying, why, sheet if saying == "same_work" else "")
    st.session_state.pop(WHY, None)
    return f"{SAYINGS[saying][0]}: {count(len(ids), 'entry')}."


class WhyMissing(TieoutError):
    """What keeps time out of XPM, or sends it again, is said with a reason."""

    def __init__(self, words: str) -> None:
        super().__init__(f"{words!r} needs a reason for the log. Type it beside the button, then press it again.")
