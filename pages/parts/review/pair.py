"""Two records side by side in the review panel: fields, names taken apart, why, and what would change it."""

from __future__ import annotations

import streamlit as st

from core.model import Kind
from core.workspace.comparing import TWICE, Comparison
from pages.parts.doorway import read
from pages.parts.review.why import show_why
from pages.parts.words import KIND_NAMES, plain, start_upper

_DIFFERS = ":orange[**≠**]"
_MARKS = {"same": "=", "similar": ":blue[≈]", "differs": _DIFFERS, "missing": ""}


def read_pair(kind: Kind, local_id: str, xpm_id: str) -> Comparison:
    """The comparison of a pair, kept until something changes."""
    pair: Comparison = read(f"compare {kind} {local_id} {xpm_id}", lambda ws: ws.review.compare(kind, local_id, xpm_id))
    return pair


def show_pair(kind: Kind, local_id: str, xpm_id: str, explanation: str) -> None:
    """Everything about one pair; explanation: the sentence of its proposal, empty for another pair."""
    pair = read_pair(kind, local_id, xpm_id)
    if explanation:
        st.markdown(f":small[{plain(start_upper(explanation))}]")
    _show_copy(kind, pair)
    with st.container(gap="xxsmall", key=f"{kind} pair"):
        _show_line("", "Local", "", "XPM")
        for title, local, xpm, same in pair.fields[["local", "xpm", "same"]].itertuples(name=None):
            mark = "" if not local or not xpm else _MARKS["same" if same else "differs"]
            _show_line(str(title), local, mark, xpm)
        _show_pieces(pair)
    with st.container(gap="xxsmall"):
        show_why(pair.parts, pair.proposed)
    if pair.changes:
        with st.container(gap="xxsmall"):
            st.caption("What would change this")
            st.markdown("\n".join(f"- :small[{plain(sentence)}]" for sentence in pair.changes))


def _show_copy(kind: Kind, pair: Comparison) -> None:
    """That XPM seems to hold the partner twice, which a person has to mend there."""
    if pair.parts.empty or pair.parts["verdict"].iloc[-1] != TWICE:
        return
    one, copy = KIND_NAMES[kind][0], pair.parts["right"].iloc[-1]
    told = f"XPM has this {one} twice, also as '{copy}'. Link the one in use; the other is best archived in XPM."
    st.info(f":small[{plain(told)}]", icon=":material/content_copy:")


def _show_pieces(pair: Comparison) -> None:
    """The names as matching reads them; names that are the same need no such look."""
    if pair.pieces.empty or pair.pieces["verdict"].eq("same").all():
        return
    st.caption("The names, as they are read")
    for title, local, xpm, verdict in pair.pieces[["local", "xpm", "verdict"]].itertuples(name=None):
        _show_line(str(title), local, _MARKS[verdict], xpm)


def _show_line(title: str, local: str, mark: str, xpm: str) -> None:
    """One field of both records; = the same, ≈ alike, ≠ different, nothing when only one side has it."""
    columns = st.columns([4, 6, 1, 6], gap="xsmall")
    columns[0].caption(title)
    columns[1].markdown(f":small[{plain(local)}]" if title else f":gray[:small[{local}]]")
    columns[2].markdown(f":small[{mark}]" if mark else "")
    columns[3].markdown(f":small[{plain(xpm)}]" if title else f":gray[:small[{xpm}]]")
