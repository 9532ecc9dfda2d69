"""The tie-out on its page: the equation as a chart, a sentence and a table, XPM's side, and the items."""

from __future__ import annotations

import streamlit as st

from core.reports import DoesNotTie, TieOut
from core.reports.tieout import show_hours
from pages.parts.charts import show_equation
from pages.parts.doorway import read
from pages.parts.places import link_to
from pages.parts.words import COLUMN_LOOKS, hours, plain, reason_title


def show_broken(error: DoesNotTie) -> None:
    """The red box of an equation that leaves a remainder."""
    st.error(plain(str(error)), title="It does not tie", icon=":material/error:")
    with st.container(horizontal=True):
        link_to("connection", "Reload both sides on Connection")
        link_to("activity", "See what happened on Activity")


def show_tie_out(tie: TieOut) -> None:
    """The verdict, the equation, its items, and XPM's side."""
    _show_verdict(tie)
    show_equation(tie)
    left, right = st.columns([2.2, 1], gap="large")
    with left:
        st.subheader("What it is made of")
        _show_items(tie)
    with right:
        st.subheader("In XPM")
        st.table(_list_xpm(tie), border="horizontal", hide_header=True, alt="Whose the time in XPM is")
        gap = tie.xpm["ours"] - tie.minutes["synced"]
        if gap:
            st.caption(
                f"Ours in XPM and what counts as in XPM here differ by {plain(hours(gap))}: time that changed on one "
                "side since it was pushed. It counts as waiting until somebody settles it."
            )


def _show_verdict(tie: TieOut) -> None:
    if not tie.is_complete:
        sides = read("sides", lambda ws: ws.overview.sides())
        parts = ", ".join(str(one) for one in sides["broken"] if one) or "a side that was never read"
        st.warning(
            f"Not read whole: {plain(parts)}. The equation holds for what was read; sync again for a verdict.",
            title="Incomplete",
            icon=":material/warning:",
        )
    else:
        total, rest = plain(hours(tie.minutes["local"])), plain(hours(tie.minutes["remainder"]))
        st.success(
            f"Every one of the {total} recorded here is in exactly one place below. Remainder: **{rest}**.",
            title="It ties",
            icon=":material/balance:",
        )


def _list_xpm(tie: TieOut) -> dict[str, str]:
    return {
        "Ours, of an entry here": _write(tie.xpm["ours"]),
        "Typed by hand, of no entry here": _write(tie.xpm["by_hand"]),
        "**Together**": f"**{_write(tie.xpm['total'])}**",
    }


def _write(minutes: int) -> str:
    return plain(f"{show_hours(minutes)} h")


def _show_items(tie: TieOut) -> None:
    titles = {column: look.title for column, look in COLUMN_LOOKS.items()}
    items = tie.items.assign(
        place=[[titles[one]] for one in tie.items["column"]],
        reason=tie.items["reason"].map(reason_title),
        time=tie.items["minutes"].map(hours),
    )
    st.dataframe(
        items[["place", "standing", "reason", "entries", "time"]],
        hide_index=True,
        height=min(36 * len(items) + 38, 460),
        column_config={
            "place": st.column_config.MultiselectColumn(
                "Counts as", options=list(titles.values()), color=_colours(), width=120
            ),
            "standing": st.column_config.TextColumn("Standing", width=110),
            "reason": st.column_config.TextColumn("Reason", width=240),
            "entries": st.column_config.NumberColumn("Entries", width=80),
            "time": st.column_config.TextColumn("Time", width=110, alignment="right"),
        },
        alt="The items of the tie-out",
    )


def _colours() -> list[str]:
    return [look.colour for look in COLUMN_LOOKS.values()]
