"""Why a pair has its chance: a waterfall from what is known before comparing to the chance in the end.

Steps are as long as the evidence is strong: from 1 % to 10 % is about as far as from 90 % to 99 %.
"""

from __future__ import annotations

import math

import altair as alt
import pandas as pd
import streamlit as st

from core.workspace.comparing import ALONE, BEFORE, LIMIT, RIVAL, TAKEN, TWICE, TWIN, UNSEEN, WHOLE_LIST, say_chance
from pages.parts.charts import paint
from pages.parts.words import COLUMN_LOOKS, plain, start_upper

_FOR, _AGAINST, _START = "speaks for it", "speaks against it", "known before comparing"
_LOOKS = {_FOR: COLUMN_LOOKS["synced"], _AGAINST: COLUMN_LOOKS["unreadable"], _START: COLUMN_LOOKS["excluded"]}
_ROW, _AXIS = 22, 28
_TICKS = (0.001, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999)
#: Chances beyond these are drawn at the edge.
_EDGE = 0.0004
#: Steps that move the log-odds by less than this are not drawn.
_NO_STEP = 0.25

_VERDICTS = {
    "same": "agrees",
    "similar": "is similar",
    "differs": "differs",
    "contradicts": "contradicts",
    "missing": "one side only",
}
_WHOLE = {
    ALONE: "no rival in the list",
    RIVAL: "another fits as well",
    TWICE: "XPM has it twice",
    TWIN: "entered twice here",
    TAKEN: "fits another better",
    UNSEEN: "list not looked at",
}


def show_why(parts: pd.DataFrame, proposed: bool) -> None:
    """The waterfall of a pair, with its start and end in words; parts as `Comparison.parts`.

    proposed: whether the whole lists were looked at; a pair chosen by hand is compared on its own.
    """
    steps = _list_steps(parts)
    if steps.empty:
        return
    first, last = steps["before"].iloc[0], steps["after"].iloc[-1]
    alone = "" if proposed else " These two were compared on their own, without the rest of both lists."
    st.caption(f"From {say_chance(first)} before comparing to {plain(say_chance(last))}: what moved the chance.{alone}")
    st.altair_chart(_draw(steps), height=_ROW * len(steps) + _AXIS, alt=_tell(steps))


def _list_steps(parts: pd.DataFrame) -> pd.DataFrame:
    """The parts that moved the chance by anything, with the words and places to draw them."""
    if parts.empty or parts["part"].iloc[0] != BEFORE:
        return parts.iloc[:0]
    moved = parts["weight"].abs().ge(_NO_STEP) | parts["part"].eq(BEFORE)
    steps = parts[moved].reset_index(drop=True)
    # What was left out moves the next step's start a little; a waterfall has no gaps.
    steps["before"] = steps["after"].shift(1).fillna(steps["after"])
    named = zip(steps["part"], steps["verdict"], steps["weight"], strict=True)
    steps["label"] = [_name_step(part, verdict, weight) for part, verdict, weight in named]
    steps["speaks"] = steps["weight"].ge(0).map({True: _FOR, False: _AGAINST}).where(steps["part"].ne(BEFORE), _START)
    steps["strength"] = [
        _name_strength(weight, says) for weight, says in zip(steps["weight"], steps["speaks"], strict=True)
    ]
    for column in ("before", "after"):
        steps[f"{column}_at"] = steps[column].map(_place)
        steps[f"{column}_said"] = steps[column].map(say_chance)
    steps.loc[steps["part"].eq(BEFORE), "before_at"] = _place(0.0)
    steps["right_at"] = steps[["before_at", "after_at"]].max(axis=1)
    return steps


def _name_step(part: str, verdict: str, weight: float) -> str:
    if part == BEFORE:
        return "Before comparing"
    if part == LIMIT:
        return "Held down by that"
    if part == WHOLE_LIST and verdict == ALONE and weight < 0:
        # Nobody is near, and the list as a whole still makes it a little less sure: no evidence is perfect.
        return "Seen in the whole list"
    if part == WHOLE_LIST:
        return start_upper(_WHOLE.get(verdict, part))
    said = _VERDICTS.get(verdict, verdict)
    return start_upper(f"{part}: {said}" if verdict == "missing" else f"{part} {said}")


def _name_strength(weight: float, says: str) -> str:
    if says == _START:
        return says
    size = abs(weight)
    how = "strongly" if size >= 3 else "clearly" if size >= 1 else "slightly"
    return says.replace("speaks", f"speaks {how}")


def _place(share: float) -> float:
    kept = min(max(share, _EDGE), 1 - _EDGE)
    return math.log(kept / (1 - kept))


def _tell(steps: pd.DataFrame) -> str:
    """The waterfall for those who cannot see it."""
    told = [f"{row.label}: {row.before_said} to {row.after_said}" for row in steps.iloc[1:].itertuples()]
    return f"From {steps['after_said'].iloc[0]} before comparing. {'. '.join(told)}."


def _draw(steps: pd.DataFrame) -> alt.LayerChart:
    ticks = [_place(tick) for tick in _TICKS]
    names = ", ".join(f"'{tick * 100:g} %'" for tick in _TICKS)
    axis = alt.Axis(
        values=ticks,
        labelExpr=f"[{names}][indexof([{', '.join(map(str, ticks))}], datum.value)]",
        orient="top",
        labelOverlap=True,
        labelColor=_ink(),
        tickSize=0,
        domain=False,
        gridOpacity=0.5,
    )
    labels = alt.Axis(labelLimit=150, labelOverlap=False, labelColor=_ink(), ticks=False, domain=False)
    scale = alt.Scale(domain=[_place(0.0), _place(1.0)], nice=False)
    place = alt.Y("label:N", sort=None, title=None, axis=labels)
    base = alt.Chart(steps).encode(y=place)
    bars = base.mark_bar(height=12, cornerRadius=2).encode(
        x=alt.X("before_at:Q", title=None, axis=axis, scale=scale),
        x2="after_at:Q",
        color=alt.Color("speaks:N", scale=alt.Scale(domain=list(_LOOKS), range=paint(_LOOKS.values())), legend=None),
        tooltip=[
            alt.Tooltip("label:N", title="Part"),
            alt.Tooltip("left:N", title="Local"),
            alt.Tooltip("right:N", title="XPM"),
            alt.Tooltip("strength:N", title="It"),
            alt.Tooltip("before_said:N", title="Chance before"),
            alt.Tooltip("after_said:N", title="Chance after"),
        ],
    )
    reached = base.mark_text(align="left", dx=6, baseline="middle", fontSize=11).encode(
        x=alt.X("right_at:Q", scale=scale), text="after_said:N", color=alt.value(_ink())
    )
    chart: alt.LayerChart = (
        (bars + reached)
        .properties(padding={"left": 0, "right": 8, "top": 2, "bottom": 0})
        .configure_view(strokeWidth=0)
    )
    return chart


def _ink() -> str:
    return "#D5DAD7" if st.context.theme.type == "dark" else "#3B423F"
