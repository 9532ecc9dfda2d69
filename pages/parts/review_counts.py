"""How many links are decided, per kind, with the page to decide the rest."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.model import Kind
from core.workspace import Workspace
from pages.parts.doorway import read
from pages.parts.places import link_to
from pages.parts.words import KIND_NAMES

TO_DECIDE = ("broken", "proposed", "open")
_PAGES = {
    Kind.CLIENT: ("clients", ""),
    Kind.STAFF: ("staff", ""),
    Kind.PROCESS: ("work", "Processes"),
    Kind.TASK: ("work", "Tasks"),
}


def read_rows(kind: Kind) -> pd.DataFrame:
    """The review rows of a kind, kept until something changes; see `Reviewing.rows`."""
    return read(f"review rows {kind}", lambda ws: ws.review.rows(kind))


def show_review_counts() -> None:
    """One line per kind: how many to decide of how many."""
    counts = read("review counts", _count)
    with st.container(border=True, gap="xsmall"):
        for kind, (page, show) in _PAGES.items():
            todo, total = counts[kind]
            done = f"{total - todo:,} of {total:,} decided"
            title = KIND_NAMES[kind][1].capitalize()
            label = f"{title}: **{todo:,} to decide**" if todo else f"{title}: all decided"
            link_to(page, label, **({"show": show} if show else {}))
            st.progress((total - todo) / max(total, 1), text=f":small[{done}]")


def _count(ws: Workspace) -> dict[Kind, tuple[int, int]]:
    rows = {kind: ws.review.rows(kind) for kind in Kind}
    return {kind: (int(one["state"].isin(TO_DECIDE).sum()), len(one)) for kind, one in rows.items()}
