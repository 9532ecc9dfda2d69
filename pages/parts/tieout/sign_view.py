"""Signing a period on its page: the form, why it may not be signed, and every signature with what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from core.reports import TieOut
from core.reports.sign import Trust
from core.workspace.signing import Signed
from pages.parts.doorway import read, workspace
from pages.parts.messages import act
from pages.parts.words import day, moment, plain

NOTE, SIGN = "sign_note", "sign"
_LOOKS = {
    Trust.INTACT: ("green", "Intact", "The period is still what was signed."),
    Trust.BROKEN: ("orange", "Broken", "The period's tie-out is another one by now."),
    Trust.ALTERED: ("red", "Altered", "The signature, or one before it, is not what was written. Look at Activity."),
}


def show_signing(tie: TieOut) -> None:
    """The form that signs this tie-out, or why it cannot be signed, and all signatures of its dates."""
    asked = f"{tie.start} {tie.end}"
    why = read(f"may sign {asked}", lambda ws: ws.signing.why_not(tie))
    if why:
        st.info(plain(why[:1].upper() + why[1:]), title="Not to be signed yet", icon=":material/draw:")
    else:
        _show_form(tie, read(f"mark {asked}", lambda ws: ws.signing.mark(tie)))
    signatures = read(f"signatures {asked}", lambda ws: ws.signing.list(tie.start, tie.end))
    if not signatures:
        st.caption("Nobody has signed any of these dates yet.")
    _show_signatures(signatures)


def _show_form(tie: TieOut, mark: str) -> None:
    with st.form(SIGN, clear_on_submit=True, border=True):
        who = plain(workspace().actor)
        st.markdown(f"Signed by **{who}** for {plain(day(tie.start))} to {plain(day(tie.end))}, as it is shown above.")
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.text_input("Note", key=NOTE, max_chars=500, placeholder="For example: agreed with the partners")
            st.form_submit_button("Sign", icon=":material/draw:", on_click=act, args=(partial(_sign, tie, mark),))


def _sign(tie: TieOut, mark: str) -> str:
    note = str(st.session_state.get(NOTE, ""))
    workspace().signing.sign(tie.start, tie.end, note=note, shown=mark)
    return f"Signed for {day(tie.start)} to {day(tie.end)}."


def _show_signatures(signatures: Sequence[Signed]) -> None:
    zone = workspace().practice.zone
    for one in signatures:
        signature, (colour, title, means) = one.signature, _LOOKS[one.trust]
        with st.container(border=True):
            period = plain(f"{day(signature.start)} to {day(signature.end)}")
            at = plain(moment(signature.at, zone))
            st.markdown(f":{colour}-badge[{title}] **{plain(signature.by)}**, {at}, for {period}")
            if signature.note:
                st.markdown(plain(signature.note))
            st.caption(plain(f"{means} Seal {signature.hash[:16]}, content {one.content_hash[:16]}."))
            if one.changes:
                with st.expander("What has changed since"):
                    st.markdown("\n".join(f"- {plain(change)}" for change in one.changes))
