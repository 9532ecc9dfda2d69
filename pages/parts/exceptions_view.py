"""The exceptions inbox on its page: the reasons with their facts, the entries of one, and what may be done of them."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

import pandas as pd
import streamlit as st

from core.push.rules import Choice
from core.reports.entries import mark_shown
from core.workspace.exceptions import RETRIED
from pages.parts.answers import show_answers
from pages.parts.doorway import read, workspace
from pages.parts.exports import offer_export
from pages.parts.messages import act
from pages.parts.picking import fingerprint
from pages.parts.places import link_to, link_to_fix, title_of
from pages.parts.words import count, hours, money, plain, reason_title

OWNER, RETRY = "exceptions_owner", "exceptions_retry"
EVERYBODY = "Everybody"
#: Entries shown at once; the others are in the export, and behind an owner or a reason.
MOST = 1_000


def tell_unreadable() -> None:
    """Rows that could not be read belong to nobody: one line, with the page that shows them."""
    problems = read("problems", lambda ws: ws.reports.problems())
    if not problems.empty:
        with st.container(horizontal=True, vertical_alignment="center"):
            rows = f"{count(len(problems), 'row')} of the local side, {hours(problems['minutes'].sum())}"
            st.markdown(f":material/warning: {plain(rows)}, could not be read\\.", width="content")
            link_to("connection", "See them on Connection")


def choose_owner(rows: pd.DataFrame) -> pd.DataFrame:
    """The entries of the owner chosen; at first of everybody."""
    owners = [EVERYBODY, *sorted(set(rows["owner"]))]
    if len(owners) < 3:
        return rows
    chosen = st.selectbox("Owner", owners, key=OWNER, width=260, help="Who answers for the client, else who worked.")
    return rows if chosen == EVERYBODY else rows[rows["owner"].eq(chosen)]


def held_for(days: int) -> str:
    """How long somebody was waited for: `since today`, `3 days`."""
    return count(days, "day") if days else "since today"


def show_totals(rows: pd.DataFrame) -> None:
    """How much waits, what it is worth, and how long the oldest has."""
    total = read(f"exceptions worth {fingerprint(rows.index)}", lambda ws: ws.exceptions.by_reason(rows))
    values = [value for value in total["value"] if value is not None]
    with st.container(horizontal=True, gap="large", key="exceptions_totals"):
        st.metric("Entries", f"{len(rows):,}", width="content")
        st.metric("Time", hours(rows["minutes"].sum()), width="content")
        if values:
            st.metric("Worth", money(sum(values, Decimal(0))), width="content")
        st.metric("Held longest", held_for(rows["age_days"].max()), width="content")


def choose_reason(rows: pd.DataFrame) -> pd.DataFrame:
    """The reasons, most time first; the entries of the one that is ticked, else all."""
    reasons = read(f"exceptions worth {fingerprint(rows.index)}", lambda ws: ws.exceptions.by_reason(rows))
    named = reasons.assign(
        title=[reason_title(str(reason)) for reason in reasons.index],
        time=reasons["minutes"].map(hours),
        worth=[money(value) for value in reasons["value"]],
        held=reasons["age_days"].map(held_for),
        fix=reasons["page"].map(title_of),
    )
    columns = {
        "title": st.column_config.TextColumn("Reason", width=215),
        "fix": st.column_config.TextColumn("Fix it on", width=115),
        "entries": st.column_config.NumberColumn("Entries", width=65),
        "time": st.column_config.TextColumn("Time", width=80, alignment="right"),
        "worth": st.column_config.TextColumn("Worth", width=95, alignment="right"),
        "held": st.column_config.TextColumn("Held for", width=85, alignment="right"),
        "owner": st.column_config.TextColumn("Mostly of", width=130),
        "oldest": st.column_config.DateColumn("Oldest work", format="DD/MM/YYYY", width=100),
    }
    if reasons["value"].isna().all():
        del columns["worth"]
    event = st.dataframe(
        named,
        key=f"exceptions_{fingerprint(named.index)}",
        hide_index=True,
        height=min(36 * len(named) + 38, 360),
        on_select="rerun",
        selection_mode="single-row",
        column_order=list(columns),
        column_config=columns,
        alt="What waits, by reason",
    )
    places = [place for place in event["selection"]["rows"] if place < len(named)]
    if not places:
        st.caption("Tick a reason to see its entries alone.")
        return rows
    reason = str(named.index[places[0]])
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{plain(reason_title(reason))}.** {plain(reasons.loc[reason, 'example'])}", width="stretch")
        link_to_fix(str(reasons.loc[reason, "page"]), reason)
    return rows[rows["reason"].eq(reason)]


def show_entries(rows: pd.DataFrame, choice: Choice) -> None:
    """The entries, held longest first; what is ticked may be retried alone, or answered."""
    shown = rows.head(MOST)
    picked = _show_grid(shown)
    with st.container(horizontal=True, vertical_alignment="center"):
        more = f" The {MOST:,} held longest are shown." if len(rows) > MOST else ""
        told = f"{count(len(rows), 'entry')}, {hours(rows['minutes'].sum())}.{more} Tick entries to act on them alone."
        st.caption(plain(told), width="stretch")
        offer_export("exceptions", rows.assign(reason=rows["reason"].map(reason_title)))
    standings = read(f"entries {choice.to_json()}", lambda ws: ws.reports.entries(choice))
    if picked:
        _offer_retry(standings.loc[picked], f"Retry only these ({len(picked)})")
        show_answers(standings.loc[picked], choice)
    elif rows["reason"].isin(RETRIED).all():
        _offer_retry(standings.loc[rows.index], f"Retry all of this reason ({len(rows)})")


def _show_grid(shown: pd.DataFrame) -> list[str]:
    named = shown.assign(
        title=shown["reason"].map({one: reason_title(one) for one in shown["reason"].unique()}),
        time=shown["minutes"].map(hours),
        worth=[money(value) for value in shown["value"]],
    )
    columns = {
        "title": st.column_config.TextColumn("Reason", width=150),
        "age_days": st.column_config.NumberColumn("Days", width=45, help="Since it was first seen held for this"),
        "date": st.column_config.DateColumn("Work date", format="DD/MM/YYYY", width=85),
        "staff": st.column_config.TextColumn("Staff", width=95),
        "client": st.column_config.TextColumn("Client", width=125),
        "work": st.column_config.TextColumn("Task", width=125),
        "time": st.column_config.TextColumn("Time", width=60, alignment="right"),
        "worth": st.column_config.TextColumn("Worth", width=75, alignment="right"),
        "owner": st.column_config.TextColumn("Owner", width=95),
        "why": st.column_config.TextColumn("Why, and what to do", width="large"),
    }
    # A column that says the same of every row takes room from the sentence.
    same = {"title": "reason", "owner": "owner", "worth": "value"}
    for name in [name for name, of in same.items() if shown[of].nunique() < 2]:
        del columns[name]
    # The reason is part of the key: an entry that waits for something else by now is another row to answer.
    event = st.dataframe(
        named,
        key=f"exceptions_rows_{fingerprint(named.index + named['reason'])}",
        hide_index=True,
        height=min(36 * len(named) + 38, 430),
        on_select="rerun",
        selection_mode="multi-row",
        column_order=list(columns),
        column_config=columns,
        alt="Entries that wait for somebody",
    )
    return [str(shown.index[place]) for place in event["selection"]["rows"] if place < len(shown)]


def _offer_retry(standings: pd.DataFrame, label: str) -> None:
    job = partial(retry, [str(one) for one in standings.index], mark_shown(standings))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            label,
            key=RETRY,
            type="primary",
            icon=":material/replay:",
            help="Pushes these entries and no others, as far as they can go now. What may be in XPM is not sent again.",
            on_click=act,
            args=(job,),
        )


def retry(ids: list[str], shown: str) -> str:
    """Queue the push of these entries alone, when they are still as they were shown."""
    run = workspace().exceptions.retry(ids, shown)
    return f"A push of only these is queued (run {run.id[:8]}). Its page is under Runs."
