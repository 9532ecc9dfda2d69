"""What matching learned from a practice's decisions: the foot of a review page, opened by who wants to know."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.model import Kind
from core.workspace.learning import IN_ONE_GO, SHIPPED_CERTAIN, Check, LearningReport
from pages.parts.doorway import read, workspace
from pages.parts.messages import act
from pages.parts.review.counts import read_rows
from pages.parts.review.deciding import match_again
from pages.parts.words import KIND_NAMES, count, moment, plain

_SHOWN = 10
#: A bound above this says no more than that few were judged.
_TOO_VAGUE = 0.2
_SURPRISE = (
    "How much a person's decision surprises matching on average: 0 when it was sure and right, 0.7 when it was torn."
)


def show_learned(kind: Kind) -> None:
    """The section of a kind. It is read only while it is open: a decision should not wait for it."""
    if read_rows(kind).empty:
        return
    box = st.expander(
        "What matching learned from your decisions",
        icon=":material/school:",
        key=f"{kind} learned",
        on_change="rerun",
    )
    if not box.open:
        return
    with box:
        report = read(f"learned {kind}", lambda ws: ws.learning.report(kind))
        st.markdown(plain(report.sentence), help=_SURPRISE if report.check.loss_shipped else None)
        _show_forgotten(report)
        if report.is_adopted:
            _show_check(report.check)
        _show_threshold(report)
        if len(report.rows):
            _show_rows(report.rows)
        st.caption(
            f"What people decide about a single {KIND_NAMES[kind][0]} counts. Links that a rule accepts, or somebody "
            f"more than {IN_ONE_GO} at once, teach nothing."
        )
        if not report.is_shipped:
            _offer_forgetting(kind)


def _show_forgotten(report: LearningReport) -> None:
    if report.forgotten_at:
        when = moment(report.forgotten_at, workspace().practice.zone)
        st.caption(f"What was learned before {when} was forgotten: only decisions since then count here.")


def _show_check(check: Check) -> None:
    """How it did on decisions that were kept from it."""
    st.dataframe(
        pd.DataFrame(
            {
                "Checked on decisions it had not seen": ["As shipped", "With what was learned"],
                "First choice right": _of(check.decisions, check.best_shipped, check.best_learned),
                "Certain": _of(check.decisions, check.certain_shipped, check.certain_learned),
                "Certain and refused": [str(check.wrong_shipped), str(check.wrong_learned)],
            }
        ),
        hide_index=True,
        height="content",
        width="content",
        alt="How matching did on decisions it had not seen",
    )


def _of(total: int, *counts: int) -> list[str]:
    return [f"{one:,} of {total:,}" for one in counts]


def _show_threshold(report: LearningReport) -> None:
    check = report.check
    words = f"Certain begins at a score of {_share(report.certain)}"
    words += "." if report.certain == SHIPPED_CERTAIN else f" here, at {_share(SHIPPED_CERTAIN)} as shipped."
    if check.judged:
        refused = "none was" if not check.wrong else "one was" if check.wrong == 1 else f"{check.wrong:,} were"
        words += f" Of {count(check.judged, 'such proposal')} that people or rules decided, {refused} refused"
        few = check.bound > _TOO_VAGUE
        words += "." if few else f": with 95 % confidence at most {_share(check.bound)} of such proposals are wrong."
    st.caption(plain(words))


def _share(chance: float) -> str:
    """A chance as a percentage with as many digits as it takes: 99.5 %, 2.4 %."""
    return f"{100 * chance:.4g} %" if chance > 0.5 else f"{100 * chance:.2g} %"


def _show_rows(rows: pd.DataFrame) -> None:
    shown = rows.head(_SHOWN)
    points = "Above zero speaks for a pair, below zero against it. One point more makes a pair 2.7 times as likely."
    st.dataframe(
        shown[["evidence", "change", "shipped", "here"]],
        hide_index=True,
        height="content",
        column_config={
            "evidence": st.column_config.TextColumn("When", width="large"),
            "change": st.column_config.TextColumn("Here it", width="medium"),
            "shipped": st.column_config.NumberColumn("As shipped", format="%+.1f", width="small", help=points),
            "here": st.column_config.NumberColumn("Here", format="%+.1f", width="small", help=points),
        },
        alt="What counts more or less than as shipped",
    )
    if len(rows) > _SHOWN:
        st.caption(f"And {len(rows) - _SHOWN} smaller moves. {points}")
    else:
        st.caption(points)


def _offer_forgetting(kind: Kind) -> None:
    with st.popover("Forget what was learned…", icon=":material/restart_alt:"):
        st.markdown(
            f"Matching of {KIND_NAMES[kind][1]} works as shipped again, and only decisions from now on teach it. "
            "Links and rejected pairs stay as they are. Both sides are matched again at once."
        )
        st.button("Forget it", key=f"{kind} forget", type="primary", on_click=_forget, args=(kind,))


def _forget(kind: Kind) -> None:
    act(lambda: _reset(kind))
    match_again()


def _reset(kind: Kind) -> str:
    workspace().learning.reset(kind)
    return "What was learned is forgotten."
