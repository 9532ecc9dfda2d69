"""Who carries out runs: without a worker nothing happens by itself, and the page says so."""

from __future__ import annotations

import streamlit as st

from core.workspace import Workspace
from pages.parts.words import count, moment, plain


def show_workers(ws: Workspace) -> None:
    """The workers that give signs of life now."""
    rows = ws.automating.workers()
    workers = rows[rows["kind"].eq("worker")]
    if workers.empty:
        st.warning(
            "Start the dashboard with its worker, or start one by itself with `tieout worker`. "
            "Until then nothing is read, pushed or looked through.",
            title="No worker is running",
            icon=":material/power_off:",
        )
        return
    places = ", ".join(
        f"{plain(row['host'])} (since {moment(row['since'], ws.practice.zone)})" for _, row in workers.iterrows()
    )
    dies = "If one dies, another takes over." if len(workers) > 1 else "If it dies, the next one goes on where it was."
    st.caption(f":material/dns: {count(len(workers), 'worker')}: {places}. {dies}")
