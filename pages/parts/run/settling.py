"""Keeping reruns short in a process that has much in memory."""

from __future__ import annotations

import gc

import streamlit as st


@st.cache_resource(show_spinner=False)
def settle(page: str) -> None:  # noqa: ARG001  once per page: each brings modules of its own
    """Take what is loaded by now out of every later search for garbage, as it stays for good.

    Streamlit searches the whole memory after each run; with our libraries loaded that takes longer than most runs.
    """
    gc.collect()
    gc.freeze()
