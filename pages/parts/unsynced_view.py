"""Unsynced time on its page: which of it, its sums, the groups as a chart and a table, and the entries of one group."""

from __future__ import annotations

from functools import partial

import altair as alt
import pandas as pd
import streamlit as st

from core.model import Standing
from core.reports import count_by, to_csv, to_xlsx
from core.reports.entries import mark_shown
from core.reports.unsynced import AGE_BANDS, cross_ages
from pages.parts.doorway import read, workspace
from pages.parts.places import link_to, title_of
from pages.parts.words import count, day, hours, plain, reason_title

SHOWN, GROUP = "unsynced_standings", "unsynced_group"
GROUPS = {"Reason": "reason", "Age": "age", "Client": "client", "Staff": "staff", "Process": "process"}
#: Left out on purpose, so not shown unless asked for.
_ON_PURPOSE = (Standing.EXCLUDED, Standing.FILTERED)
_AGES = [label for _, label in AGE_BANDS]
_AGE_COLOURS = (["#8CBFB0", "#D9B45B", "#C9781B", "#A8442F"], ["#4F8F80", "#B99742", "#D98A3A", "#D9776A"])
_ROW = 26


def show_unsynced() -> list[Standing]:
    """The totals, the groups and the entries of the standings picked on the page, which it gives back."""
    picked = _choose_standings()
    asked = " ".join(picked)
    _show_totals(read(f"unsynced totals {asked}", lambda _: _sum(pick_unsynced(picked))))
    if picked:
        _show_groups(picked)
    return picked


def make_workbook(standings: list[Standing]) -> bytes:
    """What is shown as XLSX, with its sums by every way of grouping."""
    return to_xlsx(workspace().reports.unsynced_sheets(pick_unsynced(standings)))


def make_table(standings: list[Standing]) -> bytes:
    """The entries that are shown as CSV."""
    return to_csv(workspace().reports.unsynced_sheets(pick_unsynced(standings))["Unsynced time"])


def pick_unsynced(standings: list[Standing]) -> pd.DataFrame:
    """Unsynced time of these standings, reasons as headlines; kept until the practice changes."""
    return read(f"unsynced {' '.join(standings)}", lambda _: _pick(standings))


def _pick(standings: list[Standing]) -> pd.DataFrame:
    rows = read("unsynced", lambda one: one.reports.unsynced())
    rows = rows[rows["standing"].isin(standings)]
    return rows.assign(reason=rows["reason"].map({one: reason_title(one) for one in rows["reason"].unique()}))


def _choose_standings() -> list[Standing]:
    """The standings picked; at first all that are not left out on purpose."""
    rows = partial(read, "unsynced", lambda ws: ws.reports.unsynced())
    sizes = read("unsynced sizes", lambda _: rows()["standing"].value_counts())
    there = [standing for standing in Standing if standing in sizes.index]
    picked = st.pills(
        "Standing",
        there,
        selection_mode="multi",
        key=SHOWN,
        default=[standing for standing in there if standing not in _ON_PURPOSE],
        format_func=lambda one: f"{str(one).capitalize()} · {sizes[one]:,}",
        label_visibility="collapsed",
    )
    return [Standing(one) for one in picked]


def _sum(rows: pd.DataFrame) -> dict[str, str]:
    return {
        "Not in XPM": hours(rows["minutes"].sum()),
        "Entries": f"{len(rows):,}",
        "Clients": f"{rows['client_id'].nunique():,}",
        "Oldest": "–" if rows.empty else day(rows["date"].min()),
    }


def _show_totals(totals: dict[str, str]) -> None:
    problems = read("problems", lambda ws: ws.reports.problems())
    with st.container(horizontal=True, gap="large"):
        for title, value in totals.items():
            st.metric(title, value, width="content")
        told = f"{len(problems):,} · {hours(problems['minutes'].sum())}"
        st.metric("Rows that could not be read", told, width="content", help="They are listed on Time, Unreadable.")


def _show_groups(picked: list[Standing]) -> None:
    """The chart, the groups behind it, and the entries of the group that is ticked."""
    title = st.segmented_control("Group by", list(GROUPS), default="Reason", key=GROUP, required=True)
    column = GROUPS[title or "Reason"]
    asked = f"{column} {' '.join(picked)}"
    left, right = st.columns([1.15, 1], gap="medium")
    with left:
        st.caption("Hours by age" if column == "age" else f"Hours by {column}, split by age")
        _show_chart(read(f"unsynced ages {asked}", lambda _: cross_ages(pick_unsynced(picked), column)), column)
    with right:
        st.caption("Tick one to see its entries")
        chosen = _show_table(
            read(f"unsynced groups {asked}", lambda _: count_by(pick_unsynced(picked), column)), column
        )
    if chosen:
        rows = pick_unsynced(picked)
        _show_entries(rows[rows[column].eq(chosen)], chosen)


def _show_chart(crossed: pd.DataFrame, column: str) -> None:
    shown = crossed.assign(hours=crossed["minutes"].div(60), time=crossed["minutes"].map(hours))
    colours = _AGE_COLOURS[st.context.theme.type == "dark"]
    there = shown.drop_duplicates("group")["group"].tolist()
    names = [age for age in _AGES if age in there] if column == "age" else there
    chart = (
        alt.Chart(shown)
        .mark_bar(height=_ROW - 10)
        .encode(
            x=alt.X("hours:Q", title="hours", axis=alt.Axis(tickCount=5, grid=True)),
            y=alt.Y("group:N", sort=names, title=None, axis=alt.Axis(labelLimit=260, ticks=False, domain=False)),
            color=alt.Color("age:N", title=None, scale=alt.Scale(domain=_AGES, range=colours), legend=_LEGEND),
            order=alt.Order("age_order:Q"),
            tooltip=[
                alt.Tooltip("group:N", title=column.capitalize()),
                alt.Tooltip("age:N", title="Age"),
                alt.Tooltip("time:N", title="Time"),
                alt.Tooltip("entries:Q", title="Entries"),
            ],
        )
        .transform_calculate(age_order=f"indexof({_AGES}, datum.age)")
        .configure_view(strokeWidth=0)
    )
    st.altair_chart(chart, height=_ROW * len(names) + 110, alt=f"Unsynced hours by {column} and age")


_LEGEND = alt.Legend(orient="top", symbolType="square", symbolSize=60, labelFontSize=11, columnPadding=6, offset=2)


def _show_table(groups: pd.DataFrame, column: str) -> str:
    shown = groups.assign(time=groups["minutes"].map(hours))[["entries", "time", "oldest"]]
    event = st.dataframe(
        shown,
        key=f"unsynced_groups_{column}_{mark_shown(shown)}",
        on_select="rerun",
        selection_mode="single-row",
        height=min(36 * len(shown) + 38, 430),
        column_config={
            column: st.column_config.TextColumn(column.capitalize(), width=190),
            "entries": st.column_config.NumberColumn("Entries", width=65),
            "time": st.column_config.TextColumn("Time", width=85, alignment="right"),
            "oldest": st.column_config.DateColumn("Oldest", format="DD/MM/YYYY", width=90),
        },
        alt=f"Unsynced time by {column}",
    )
    picked = event["selection"]["rows"]
    return str(shown.index[picked[0]]) if picked else ""


def _show_entries(rows: pd.DataFrame, title: str) -> None:
    st.subheader(plain(title))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"{count(len(rows), 'entry')} · {plain(hours(rows['minutes'].sum()))}", width="stretch")
        for page in rows["fix_page"].drop_duplicates():
            link_to(str(page), f"Fix on {title_of(str(page))}")
    st.dataframe(
        rows[["date", "staff", "client", "work", "hours", "age", "why"]].head(1_000),
        hide_index=True,
        column_config={
            "date": st.column_config.DateColumn("Date", format="ddd DD/MM/YYYY", width=115),
            "staff": st.column_config.TextColumn("Staff", width=130),
            "client": st.column_config.TextColumn("Client", width=190),
            "work": st.column_config.TextColumn("Task", width=190),
            "hours": st.column_config.TextColumn("Time", width=60, alignment="right"),
            "age": st.column_config.TextColumn("Age", width=100),
            "why": st.column_config.TextColumn("Why, and what to do", width="large"),
        },
        alt=f"Entries: {title}",
    )
