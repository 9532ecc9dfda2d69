"""The decisions of a review page: each is written at once, for ids read from the rows that were shown.

Every decision carries the decision the person saw, so of two people the first wins and the second is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from core.model import Band, Kind, RunKind, Verdict
from pages.parts.doorway import workspace
from pages.parts.messages import act
from pages.parts.run.asking import request_run
from pages.parts.words import KIND_NAMES, count

_DID = {
    Verdict.LINKED: "linked",
    Verdict.EXCLUDED: "excluded from XPM",
    Verdict.REJECTED: "proposal rejected",
    Verdict.REOPENED: "decision undone",
}


@dataclass(frozen=True)
class Decision:
    """What a button does: one verdict for local ids with their XPM ids, and what the person had seen of each."""

    kind: Kind
    verdict: Verdict
    pairs: Mapping[str, str]
    seen: Mapping[str, int]
    note_key: str = ""


def decide(decision: Decision, then_open: str = "") -> None:
    """Write the decision, as a button's callback; afterwards the record `then_open` is the open one."""
    note = str(st.session_state.get(decision.note_key, "")) if decision.note_key else ""
    act(lambda: _write(decision, note))
    if then_open:
        open_record(decision.kind, then_open)


def _write(decision: Decision, note: str) -> str:
    saved = workspace().review.decide(
        decision.kind, decision.verdict, decision.pairs, seen=decision.seen, why=note.strip()
    )
    one, several, _ = KIND_NAMES[decision.kind]
    what = count(saved, one) if decision.kind is not Kind.STAFF or saved == 1 else f"{saved} {several}"
    return f"{what.capitalize()}: {_DID[decision.verdict]}."


def accept_all_certain(kind: Kind) -> None:
    """Accept every certain proposal that nothing stands against, as a button's callback."""
    act(lambda: f"{workspace().proposing.accept_certain(kind, by=workspace().actor)} certain proposals accepted.")


def match_again() -> None:
    """Queue a new matching of all kinds, as a button's callback."""
    request_run(RunKind.PROPOSE)


def open_record(kind: Kind, local_id: str) -> None:
    """Show this record in the panel beside the table."""
    st.session_state[f"{kind} open"] = local_id


def find_open(kind: Kind, shown: pd.DataFrame) -> str:
    """The record in the panel: the one opened when it is among the rows shown, else the first of them, else none."""
    wanted = st.session_state.get(f"{kind} open", "")
    if wanted in shown.index:
        return str(wanted)
    return str(shown.index[0]) if len(shown) else ""


def offer_decisions(kind: Kind, ticked: pd.DataFrame) -> None:
    """The buttons for all ticked rows; each shows how many it concerns and is off at none."""
    proposed = ticked[ticked["state"].eq("proposed") & ticked["band"].ne(Band.TIE)]
    offered = ticked[ticked["state"].eq("proposed")]
    excludable = ticked[ticked["state"].ne("excluded")]
    decided = ticked[ticked["decision_id"].gt(0)]
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"{kind} bulk"):
        _offer(kind, "Accept", Verdict.LINKED, proposed, proposed["proposed_xpm_id"])
        _offer(kind, "Reject", Verdict.REJECTED, offered, offered["proposed_xpm_id"])
        _offer(kind, "Exclude", Verdict.EXCLUDED, excludable, excludable["proposed_xpm_id"].map(lambda _: ""))
        _offer(kind, "Undo", Verdict.REOPENED, decided, decided["proposed_xpm_id"].map(lambda _: ""))
        st.text_input(
            "Note",
            key=f"{kind} bulk note",
            placeholder="Note for the ticked rows (optional)",
            label_visibility="collapsed",
            width=260,
        )


_ICONS = {
    Verdict.LINKED: ":material/check:",
    Verdict.REJECTED: ":material/close:",
    Verdict.EXCLUDED: ":material/block:",
    Verdict.REOPENED: ":material/undo:",
}
_HELP = {
    Verdict.LINKED: "Links each ticked row to its proposal. Ties are left out: choose in the panel.",
    Verdict.REJECTED: "The proposals of the ticked rows are wrong and never come back.",
    Verdict.EXCLUDED: "The ticked rows never go to XPM, with all their time.",
    Verdict.REOPENED: "Takes the decisions of the ticked rows back; they are open again.",
}


def _offer(kind: Kind, title: str, verdict: Verdict, rows: pd.DataFrame, partners: pd.Series) -> None:
    pairs = {str(local_id): str(xpm_id) for local_id, xpm_id in partners.items()}
    seen = {str(local_id): int(number) for local_id, number in rows["decision_id"].items()}
    st.button(
        f"{title} {len(rows)}",
        key=f"{kind} bulk {verdict}",
        icon=_ICONS[verdict],
        help=_HELP[verdict],
        disabled=rows.empty,
        on_click=decide,
        args=(Decision(kind, verdict, pairs, seen, f"{kind} bulk note"),),
    )
