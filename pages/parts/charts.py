"""Charts and the equation. Colours follow the words in `words.py`, in light and in dark."""

from __future__ import annotations

from collections.abc import Iterable

import altair as alt
import pandas as pd
import streamlit as st

from core.reports.tieout import TieOut
from pages.parts.words import COLUMN_LOOKS, Look, hours, start_upper

_BAR = 34


def paint(looks: Iterable[Look]) -> list[str]:
    """The colours of these words in the theme of this browser."""
    dark = st.context.theme.type == "dark"
    return [look.dark if dark else look.light for look in looks]


def _column_colour() -> alt.Color:
    titles = [look.title for look in COLUMN_LOOKS.values()]
    return alt.Color("title:N", scale=alt.Scale(domain=titles, range=paint(COLUMN_LOOKS.values())), legend=None)


def _name_columns(frame: pd.DataFrame) -> pd.DataFrame:
    order = {column: place for place, column in enumerate(COLUMN_LOOKS)}
    return frame.assign(
        title=frame["column"].map({column: look.title for column, look in COLUMN_LOOKS.items()}),
        order=frame["column"].map(order),
        time=frame["minutes"].map(hours),
    )


def show_equation(tie: TieOut) -> None:
    """The equation of a period: one bar, and its terms written out; every local minute is in exactly one."""
    minutes = pd.DataFrame({"column": list(COLUMN_LOOKS), "minutes": [tie.minutes[one] for one in COLUMN_LOOKS]})
    shown = _name_columns(minutes[minutes["minutes"].gt(0)])
    if not shown.empty:
        st.altair_chart(_stack(shown), height=_BAR + 8, alt="How the recorded time divides")
    with st.container(horizontal=True, gap="small", key="equation"):
        st.metric("Recorded here", hours(tie.minutes["local"]), width="content")
        for sign, (column, look) in zip(["=", *"+" * 7], COLUMN_LOOKS.items(), strict=True):
            label = f"{sign} :{look.colour}[■] {look.title}"
            st.metric(label, hours(tie.minutes[column]), help=start_upper(look.means) + ".", width="content")


def _stack(shown: pd.DataFrame) -> alt.Chart:
    chart: alt.Chart = (
        alt.Chart(shown)
        .mark_bar(height=_BAR, stroke=None)
        .encode(
            x=alt.X("minutes:Q", stack="zero", axis=None, scale=alt.Scale(nice=False)),
            color=_column_colour(),
            order="order:O",
            tooltip=[alt.Tooltip("title:N", title="State"), alt.Tooltip("time:N", title="Time")],
        )
        .properties(padding=0)
        .configure_view(strokeWidth=0)
    )
    return chart


def show_days(days: pd.DataFrame) -> None:
    """Time per work date, stacked by column of the tie-out; days as `Overview.days` gives them."""
    shown = _name_columns(days).assign(hours=days["minutes"].div(60))
    chart = (
        alt.Chart(shown)
        .mark_bar()
        .encode(
            x=alt.X(
                "yearmonthdate(date):O", title=None, axis=alt.Axis(format="%-d %b", labelAngle=0, labelOverlap=True)
            ),
            y=alt.Y("hours:Q", title="hours", axis=alt.Axis(tickCount=4)),
            color=_column_colour(),
            order="order:O",
            tooltip=[
                alt.Tooltip("date:T", title="Work date", format="%a %-d %b %Y"),
                alt.Tooltip("title:N", title="State"),
                alt.Tooltip("time:N", title="Time"),
            ],
        )
    )
    st.altair_chart(chart, height=180, alt="Recorded time per day by state")
