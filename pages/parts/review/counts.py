"""How many links are decided, per kind, with the page to decide the rest."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.model import Kind
from core.workspace.overview import TO_DECIDE
from pages.parts.doorway import read
from pages.parts.places import link_to
from pages.parts.words import KIND_NAMES

__all__ = ["TO_DECIDE", "read_link_counts", "read_rows", "show_review_counts"]

_PAGES = {
    Kind.CLIENT: ("clients", ""),
    Kind.STAFF: ("staff", ""),
    Kind.PROCESS: ("work", "Processes"),
    Kind.TASK: ("work", "Tasks"),
}


def read_rows(kind: Kind) -> pd.DataFrame:
    """The review rows of a kind, kept until something changes; see `Reviewing.rows`."""
    return read(f"review rows {kind}", lambda ws: ws.review.rows(kind))


def read_link_counts() -> pd.DataFrame:
    """How far each kind is linked, kept until something changes; see `Overview.links`."""
    return read("link counts", lambda ws: ws.overview.links())


def show_review_counts() -> None:
    """One line per kind: how many to decide of how many."""
    counts = read_link_counts()
    with st.container(border=True, gap="xsmall"):
        for kind, (page, show) in _PAGES.items():
            todo, total = counts.loc[kind, ["to_decide", "total"]].astype("int64")
            done = f"{total - todo:,} of {total:,} decided"
            title = KIND_NAMES[kind][1].capitalize()
            label = f"{title}: **{todo:,} to decide**" if todo else f"{title}: all decided"
            link_to(page, label, **({"show": show} if show else {}))
            st.progress((total - todo) / max(total, 1), text=f":small[{done}]")
