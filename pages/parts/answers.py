"""What a person says of entries that are ticked: the buttons, the reason they need, and the way to core by id."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from core.model import TieoutError
from core.push.rules import Choice
from core.reports.entries import mark_shown, offer_sayings
from pages.parts.day_view import show_day
from pages.parts.doorway import workspace
from pages.parts.messages import act
from pages.parts.words import count, plain

WHY = "time_why"

#: What may be said of entries: the button's words, its icon, what it means, and whether it needs a reason.
SAYINGS: dict[str, tuple[str, str, str, bool]] = {
    "same_work": ("Same work, link it", "link", "XPM has it already; the entry is tied to that timesheet.", False),
    "separate_work": (
        "Separate work, push it",
        "call_split",
        "It only looks alike; it goes with the next push.",
        False,
    ),
    "send_again": (
        "Send again",
        "replay",
        "Its cause is gone, or you looked in XPM and it is not there. It goes with the next push.",
        True,
    ),
    "exclude": ("Exclude", "block", "It never goes to XPM, until you include it again.", True),
    "late_ok": ("Let it through", "lock_open", "It goes with the next push although its period is closed.", True),
    "send_ours": (
        "Send ours",
        "upload",
        "XPM's timesheet is overwritten with what is recorded here; the next plan shows it.",
        False,
    ),
    "keep_xpm": ("Keep XPM's", "task_alt", "What XPM shows is right; nothing is sent.", False),
    "correct": (
        "Send a correction",
        "exposure",
        "It is invoiced: the difference goes as a timesheet of its own with the next push.",
        True,
    ),
    "include": ("Include again", "undo", "It counts like any other entry again.", False),
}


def show_answers(chosen: pd.DataFrame, choice: Choice) -> None:
    """What may be said of the entries that are ticked, each a button; a single one shows its day on both sides.

    chosen: rows of `Reporting.entries` under `choice`, index entry id, at least one.
    """
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
