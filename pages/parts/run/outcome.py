"""What became of every row of a run: by outcome, with XPM's own words, and the whole story of one row."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd
import streamlit as st

from core.workspace.reporting import UNDER_WAY, Run
from pages.parts.doorway import read, workspace
from pages.parts.exports import offer_export
from pages.parts.picking import fingerprint, show_page
from pages.parts.run.badges import MOVES_TIME
from pages.parts.words import ITEM_LOOKS, OUTCOME_LOOKS, Look, actor_name, count, hours, moment, plain

OUTCOME = "run_outcome"
LOOK_EVERY = 3.0
#: Rows that are read again while a run is under way; of more, only the counts above move.
MOST_LIVE = 500
_DID = {"create": "Create", "update": "Update", "delete": "Delete", "read back": "Read back"}


def show_rows(run: Run) -> None:
    """The rows of a run that moves time, the items of one that checks, and what the log says of any."""
    if run.kind in MOVES_TIME:
        is_live = run.state in UNDER_WAY and run.total <= MOST_LIVE
        st.fragment(_show_timesheets, run_every=LOOK_EVERY if is_live else None)(run.id, is_live)
    items = read(f"items of {run.id}", lambda ws: ws.running.items(run.id))
    if not items.empty:
        _show_items(items, run.id)
    _show_log(run.id)


def _show_timesheets(run_id: str, is_live: bool) -> None:
    rows = workspace().running.rows(run_id) if is_live else read(f"rows {run_id}", lambda ws: ws.running.rows(run_id))
    st.subheader("Every row")
    if rows.empty:
        st.caption("This run has moved no timesheet.")
        return
    shown = _choose(rows)
    slot = st.container()
    page = show_page(shown, "run_rows")
    with slot:
        picked = _show_table(page)
    with st.container(horizontal=True, vertical_alignment="center"):
        told = f"{count(len(shown), 'timesheet')}, {hours(shown['minutes'].sum())}. Tick one for its whole story."
        st.caption(plain(told), width="stretch")
        offer_export(f"run-{run_id[:8]}", name_outcomes(shown))
    if picked:
        _show_story(rows.loc[picked], picked)


def _choose(rows: pd.DataFrame) -> pd.DataFrame:
    sizes = rows["outcome"].value_counts()
    there = [str(one) for one in OUTCOME_LOOKS if str(one) in sizes.index]
    if len(there) < 2:
        return rows
    chosen = st.pills(
        "Outcome",
        there,
        key=OUTCOME,
        format_func=lambda one: f"{_TITLES[one]} · {sizes[one]:,}",
        label_visibility="collapsed",
    )
    return rows[rows["outcome"].eq(chosen)] if chosen else rows


_TITLES = {str(one): look.title for one, look in OUTCOME_LOOKS.items()}


def name_outcomes(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of `Running.rows` as they leave the house: words in the place of codes."""
    kept = ["date", "staff", "client", "work", "job", "minutes", "note", "did", "outcome", "words", "said", "xpm_id"]
    return rows.assign(outcome=rows["outcome"].map(_TITLES), did=rows["did"].map(_DID))[kept]


def _show_table(page: pd.DataFrame) -> str:
    shown = page.assign(outcome=[[_TITLES[one]] for one in page["outcome"]], did=page["did"].map(_DID))
    columns = {
        "outcome": _outcome_column(OUTCOME_LOOKS.values()),
        "did": st.column_config.TextColumn("Step", width=75),
        "date": st.column_config.DateColumn("Date", format="DD/MM/YYYY", width=85),
        "staff": st.column_config.TextColumn("Staff", width=105),
        "client": st.column_config.TextColumn("Client", width=130),
        "work": st.column_config.TextColumn("Task", width=130),
        "hours": st.column_config.TextColumn("Time", width=52, alignment="right"),
        "said": st.column_config.TextColumn("XPM's own words", width=200),
        "words": st.column_config.TextColumn("What became of it", width="large"),
    }
    # A column that says nothing, or the same of every row, takes room from the sentence.
    if shown["did"].nunique() < 2:
        del columns["did"]
    if shown["said"].eq("").all():
        del columns["said"]
    return _show_grid(shown, columns, f"run_rows_{fingerprint(page.index)}", "Every row of the run")


def _outcome_column(looks: Iterable[Look]) -> Any:
    named = list(looks)
    return st.column_config.MultiselectColumn(
        "Outcome", options=[look.title for look in named], color=[look.colour for look in named], width=172
    )


def _show_grid(shown: pd.DataFrame, columns: dict[str, Any], key: str, alt: str) -> str:
    event = st.dataframe(
        shown,
        key=key,
        hide_index=True,
        height=min(36 * len(shown) + 38, 460),
        on_select="rerun",
        selection_mode="single-row",
        column_order=list(columns),
        column_config=columns,
        alt=alt,
    )
    places = [place for place in event["selection"]["rows"] if place < len(shown)]
    return str(shown.index[places[0]]) if places else ""


def _show_story(row: pd.Series, bundle_id: str) -> None:
    zone = workspace().practice.zone
    story = read(f"story {bundle_id}", lambda ws: ws.running.story(bundle_id))
    with st.container(border=True, key="run_story"):
        st.markdown(f"**{plain(row['staff'])}, {plain(row['client'])}: {plain(row['work'])}**")
        st.caption(plain(f"{row['words']} Job {row['job']}. Note: {row['note'] or 'none'}"))
        shown = story.assign(at=[moment(at, zone) for at in story["at"]], who=[actor_name(who) for who in story["who"]])
        st.dataframe(
            shown[["at", "who", "what"]],
            hide_index=True,
            height="content",
            column_config={
                "at": st.column_config.TextColumn("When", width=130),
                "who": st.column_config.TextColumn("Who", width=90),
                "what": st.column_config.TextColumn("What happened", width=700),
            },
            alt="The story of one timesheet",
        )


def _show_items(items: pd.DataFrame, run_id: str) -> None:
    st.subheader("What it found")
    looks = {code: ITEM_LOOKS.get(code, _PLAIN_LOOK) for code in items["outcome"].unique()}
    shown = items.assign(outcome=[[looks[code].title] for code in items["outcome"]], hours=items["minutes"].map(hours))
    slot = st.container()
    page = show_page(shown, "run_items")
    columns = {
        "outcome": _outcome_column({look.title: look for look in looks.values()}.values()),
        "words": st.column_config.TextColumn("What was found", width=330),
        "date": st.column_config.DateColumn("Date", format="ddd DD/MM/YYYY", width=108),
        "staff": st.column_config.TextColumn("Staff", width=110),
        "client": st.column_config.TextColumn("Client", width=150),
        "work": st.column_config.TextColumn("Task", width=150),
        "hours": st.column_config.TextColumn("Time", width=70, alignment="right"),
    }
    with slot:
        st.dataframe(
            page,
            hide_index=True,
            height=min(36 * len(page) + 38, 460),
            column_order=[name for name in columns if _says_anything(page[name])],
            column_config=columns,
            alt="What the run found",
        )
    named = items.assign(outcome=[looks[code].title for code in items["outcome"]])
    with st.container(horizontal=True, horizontal_alignment="right"):
        offer_export(f"found-{run_id[:8]}", named)


def _says_anything(values: pd.Series) -> bool:
    """Whether a column is worth its room: completing tasks has neither dates nor staff."""
    return bool((values.notna() & values.ne("")).any()) if values.name != "outcome" else True


_PLAIN_LOOK = Look("Found", "gray", "", "")


def _show_log(run_id: str) -> None:
    log = read(f"log of {run_id}", lambda ws: ws.running.log(run_id))
    if log.empty:
        return
    zone = workspace().practice.zone
    with st.expander(f"In the activity log ({len(log):,})"):
        shown = log.assign(at=[moment(at, zone) for at in log["at"]], who=[actor_name(who) for who in log["who"]])
        st.dataframe(shown, hide_index=True, height="content" if len(shown) < 12 else 420, alt="The run in the log")
