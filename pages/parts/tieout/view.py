"""The tie-out on its page: the equation as a chart, a sentence and a table, XPM's side, and the items."""

from __future__ import annotations

import streamlit as st

from core.reports import TieOut
from core.reports.tieout import show_hours
from pages.parts.charts import show_equation
from pages.parts.doorway import read
from pages.parts.places import link_to
from pages.parts.words import COLUMN_LOOKS, hours, plain, reason_title


def show_tie_out(tie: TieOut) -> None:
    """The verdict, the equation, its items, XPM's side, and what neither explains."""
    _show_verdict(tie)
    show_equation(tie)
    left, right = st.columns([1.7, 1], gap="large")
    with left:
        st.subheader("What it is made of")
        _show_items(tie)
    with right:
        st.subheader("In XPM")
        st.table(_list_xpm(tie), border="horizontal", hide_header=True, alt="What the time in XPM is made of")
    if len(tie.bridge.gaps):
        _show_gaps(tie)


def _show_verdict(tie: TieOut) -> None:
    if not tie.closes:
        st.error(plain(tie.tell_why()), title="It does not tie", icon=":material/error:")
        with st.container(horizontal=True):
            link_to("connection", "Reload both sides on Connection")
            link_to("activity", "See what happened on Activity")
    elif not tie.is_complete:
        st.warning(_tell_incomplete(tie), title="Incomplete", icon=":material/warning:")
    else:
        total, rest = plain(hours(tie.minutes["local"])), plain(hours(tie.minutes["remainder"]))
        there = plain(hours(tie.xpm["total"]))
        st.success(
            f"Every one of the {total} recorded here is in exactly one place below, and so is every one of the {there} "
            f"in XPM. Remainder: **{rest}** on both sides.",
            title="It ties",
            icon=":material/balance:",
        )


def _tell_incomplete(tie: TieOut) -> str:
    if tie.bridge.unread:
        return plain(tie.verdict())
    sides = read("sides", lambda ws: ws.overview.sides())
    parts = ", ".join(str(one) for one in sides["broken"] if one) or "a side that was never read"
    return f"Not read whole: {plain(parts)}. The equation holds for what was read; sync again for a verdict."


def _list_xpm(tie: TieOut) -> dict[str, str]:
    """XPM's side line by line; its sums in bold."""
    sums = {"Ours in XPM", "XPM's own total", "Remainder"}
    told = {}
    for line, row in tie.xpm_side().rename(index={"remainder": "Remainder"}).iterrows():
        title, time = plain(line), _write(int(row["minutes"]))
        told[f"**{title}**" if line in sums else title] = f"**{time}**" if line in sums else time
    return told


def _show_gaps(tie: TieOut) -> None:
    st.subheader("Not explained")
    st.caption("What XPM shows otherwise than the records here claim. Verifying the period settles each of them.")
    gaps = read(f"gaps {tie.start} {tie.end}", lambda ws: ws.tying.gaps(tie))
    st.dataframe(
        gaps[["date", "staff", "client", "work", "hours", "why"]],
        hide_index=True,
        column_config={
            "date": st.column_config.DateColumn("Work date", format="D MMM YYYY", width=95),
            "staff": st.column_config.TextColumn("Staff", width=140),
            "client": st.column_config.TextColumn("Client", width=180),
            "work": st.column_config.TextColumn("Work", width=180),
            "hours": st.column_config.TextColumn("In XPM, beyond ours", width=130, alignment="right"),
            "why": st.column_config.TextColumn("Why", width=320),
        },
        alt="What is not explained",
    )


def _write(minutes: int) -> str:
    # Unbroken, however narrow the table is.
    return plain(f"{show_hours(minutes)}\u00a0h")


def _show_items(tie: TieOut) -> None:
    titles = {column: look.title for column, look in COLUMN_LOOKS.items()}
    items = tie.items.assign(
        place=[[titles[one]] for one in tie.items["column"]],
        reason=tie.items["reason"].map(reason_title),
        time=tie.items["minutes"].map(hours),
    )
    st.dataframe(
        items[["place", "reason", "entries", "time", "standing"]],
        hide_index=True,
        height=min(36 * len(items) + 38, 460),
        column_config={
            "place": st.column_config.MultiselectColumn(
                "Counts as", options=list(titles.values()), color=_colours(), width=105
            ),
            "standing": st.column_config.TextColumn("Standing", width=80),
            "reason": st.column_config.TextColumn("Reason", width=210),
            "entries": st.column_config.NumberColumn("Entries", width=62),
            "time": st.column_config.TextColumn("Time", width=85, alignment="right"),
        },
        alt="The items of the tie-out",
    )


def _colours() -> list[str]:
    return [look.colour for look in COLUMN_LOOKS.values()]
