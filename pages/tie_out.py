"""Tie-out: both equations of a period, what a verification found, the signatures, and the papers to keep."""

import streamlit as st

from core.model import RunKind
from pages.parts.doorway import read, workspace
from pages.parts.first_steps import show_first_steps
from pages.parts.messages import guard
from pages.parts.period_picker import choose_period
from pages.parts.run.progress import show_run
from pages.parts.tieout.files import offer_files
from pages.parts.tieout.sign_view import show_signing
from pages.parts.tieout.verified_view import show_verified
from pages.parts.tieout.verify import show_verify
from pages.parts.tieout.view import show_tie_out

ws = workspace()
st.title("Tie-out")
st.caption("Every recorded minute of a period, in exactly one place, and every minute XPM holds of it.")
if not show_first_steps(ws):
    st.stop()

start, end = choose_period(ws.reports.periods())
with guard():
    tie = read(f"tie-out {start} {end}", lambda one: one.tying.tie(start, end))
    show_tie_out(tie)
    offer_files(tie)

with guard():
    st.subheader("Verification")
    show_verify(start, end)
    show_run((RunKind.VERIFY,))
    show_verified(start, end)

with guard():
    st.subheader("Signatures")
    show_signing(read(f"tie-out {start} {end}", lambda one: one.tying.tie(start, end)))
