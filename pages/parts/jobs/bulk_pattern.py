"""One job for many clients: the pattern, the clients, and what is another for one of them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import pandas as pd
import streamlit as st

from core.jobs import JobDraft
from core.workspace.batching import BatchRow
from core.workspace.bulk import Narrowing
from pages.parts.doorway import read, workspace
from pages.parts.jobs.state import new_draft, open_draft
from pages.parts.messages import empty_state
from pages.parts.picking import fingerprint
from pages.parts.words import count

PATTERN, REVIEW, WORDS, WITHOUT = "bulk_pattern", "bulk_review", "bulk_words", "bulk_without"
FACETS = {"group": "Client group", "partner": "Partner", "manager": "Manager"}
GRID = "bulk_rows"


def choose_rows() -> tuple[str, list[BatchRow]]:
    """What the batch is called, and its rows; none before a pattern and clients are chosen."""
    patterns = read("job patterns", lambda ws: ws.bulk.patterns())
    if not patterns:
        empty_state(
            "No pattern yet",
            "Draft the job once with New job (template, dates, costs, people; any client), then come back here.",
            ":material/content_copy:",
        )
        st.button("New job", key="bulk_new", icon=":material/add:", on_click=new_draft)
        return "", []
    draft_id = _choose_pattern(patterns)
    if not draft_id:
        return "", []
    clients = _choose_clients()
    if clients.empty:
        st.caption("No client fits. Widen the choice.")
        return "", []
    pattern = workspace().bulk.pattern(draft_id, review=bool(st.session_state.get(REVIEW)))
    table = _edit_table(draft_id, pattern, list(clients.index))
    ws = workspace()
    name = ws.drafting.settle(pattern).draft.name or "Jobs"
    return f"{name}, {count(len(table), 'client')}", ws.bulk.rows(draft_id, pattern, table)


def _choose_pattern(patterns: dict[str, str]) -> str:
    with st.container(border=True, key="bulk_pattern_box"):
        st.markdown("**1. The pattern**  \n:small[A draft that serves as the pattern: its client does not matter.]")
        with st.container(horizontal=True, vertical_alignment="bottom"):
            chosen = st.selectbox(
                "Pattern",
                list(patterns),
                index=None,
                key=PATTERN,
                format_func=partial(_name, patterns),
                placeholder="Choose a draft",
                label_visibility="collapsed",
            )
            if chosen:
                st.button("Open it", key="bulk_open", icon=":material/edit:", on_click=open_draft, args=(chosen,))
        st.toggle(
            "Review the costs of each job once its template's are known",
            False,
            key=REVIEW,
            help="Off: the costs of the pattern are sent as they are; what only the template brought stays as it is.",
        )
    return str(chosen or "")


def _choose_clients() -> pd.DataFrame:
    """The clients that fit, without those taken out."""
    facets = read("client facets", lambda ws: ws.bulk.facets())
    with st.container(border=True, key="bulk_clients_box"):
        st.markdown("**2. The clients**  \n:small[XPM's live clients; narrow them, then take out single ones.]")
        columns = st.columns(4)
        chosen = {}
        for column, (name, title) in zip(columns, FACETS.items(), strict=False):
            with column:
                chosen[name] = (
                    st.selectbox(title, facets[name], index=None, key=f"bulk_{name}", placeholder="All") or ""
                )
        with columns[3]:
            words = st.text_input("Name contains", key=WORDS)
        asked = Narrowing(**chosen, words=words.strip())
        clients = read(f"bulk clients {asked}", lambda ws: ws.bulk.clients(asked))
        names = clients["name"].to_dict()
        without = st.multiselect(
            "But not", list(names), key=WITHOUT, format_func=partial(_name, names), placeholder="Nobody is taken out"
        )
        left = clients.drop(index=[one for one in without if one in clients.index])
        st.caption(f"{count(len(left), 'client')} of {len(clients):,} that fit.")
    return left


def _edit_table(draft_id: str, pattern: JobDraft, clients: Sequence[str]) -> pd.DataFrame:
    """The rows as a grid of fixed rows with stable ids; another pattern or other clients are another grid."""
    ws = workspace()
    base = read(f"bulk table {draft_id} {pattern.to_json()} {clients}", lambda one: one.bulk.table(pattern, clients))
    column = st.column_config
    with st.container(border=True, key="bulk_rows_box"):
        st.markdown("**3. Changes for single clients**  \n:small[Everything else is the pattern's.]")
        edited = st.data_editor(
            base,
            key=f"{GRID} {fingerprint(base.index)} {fingerprint(pd.Index([ws.practice_id, pattern.to_json()]))}",
            num_rows="fixed",
            hide_index=True,
            disabled=["client"],
            height=min(38 + 35 * len(base), 430),
            column_config={
                "client": column.TextColumn("Client", width=230),
                "name": column.TextColumn("Job name", width=250),
                "start": column.DateColumn("Start", format="DD/MM/YYYY", width=100),
                "due": column.DateColumn("Due", format="DD/MM/YYYY", width=100),
                "budget": column.TextColumn("Budget", width=90, alignment="right"),
                "another": column.CheckboxColumn("Another", width=80, help="Make one beside a job like it."),
                "left_out": column.CheckboxColumn("Leave out", width=80),
            },
            placeholder="",
            alt="The jobs to be made, one row per client",
        )
    return pd.DataFrame(edited)


def _name(names: dict[str, str], one: str) -> str:
    return names.get(one, one)
