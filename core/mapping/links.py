"""A decision read against XPM as it is today: still good, or broken and why."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.model import Kind, Verdict

LINK_COLUMNS = ["verdict", "xpm_id", "xpm_name", "broken", "broken_why", "successor"]


def resolve_links(kind: Kind, decisions: pd.DataFrame, xpm: pd.DataFrame) -> pd.DataFrame:
    """One row per decided local record: what it is linked to, and whether that link still holds.

    decisions: index local id, columns verdict and xpm_id (linked or excluded ones; open records are absent).
    xpm:       the XPM frame of this kind, index XPM id; staff with `listed`, clients with `archived` and `deleted`.

    Index local id; `xpm_name` is empty for excluded records; `successor` is the id of a live XPM record of the same
    name when the linked one is gone, else empty. No rows when nothing is decided.
    """
    if decisions.empty:
        return pd.DataFrame({c: pd.Series(dtype="bool" if c == "broken" else "str") for c in LINK_COLUMNS})
    links = decisions[["verdict", "xpm_id"]].copy()
    linked = links["verdict"].eq(Verdict.LINKED).to_numpy()
    names = xpm["name"].reindex(links["xpm_id"]).to_numpy()
    links["xpm_name"] = np.where(linked, pd.Series(names).fillna("").to_numpy(), "")
    links["broken_why"] = np.where(linked, _explain_breaks(kind, links["xpm_id"], xpm), "")
    links["broken"] = links["broken_why"].ne("")
    links["successor"] = _find_successors(links, xpm, _find_dead(kind, xpm))
    return links[LINK_COLUMNS]


def judge_links(kind: Kind, decisions: pd.DataFrame, xpm: pd.DataFrame) -> pd.DataFrame:
    """The columns verdict, xpm_id, broken and broken_why of `resolve_links`, in a third of the time."""
    linked = decisions["verdict"].eq(Verdict.LINKED).to_numpy()
    why = np.where(linked, _explain_breaks(kind, decisions["xpm_id"], xpm), "")
    return decisions[["verdict", "xpm_id"]].assign(broken_why=why, broken=why != "")


def _explain_breaks(kind: Kind, xpm_ids: pd.Series, xpm: pd.DataFrame) -> np.ndarray:
    known = xpm.index.get_indexer(xpm_ids) >= 0
    gone = f"the linked XPM {_XPM_WORD[kind]} is no longer in XPM"
    dead = pd.Series(_find_dead(kind, xpm).reindex(xpm_ids).fillna("").to_numpy(), dtype="str").to_numpy()
    return np.where(known, dead, gone)


_XPM_WORD = {Kind.CLIENT: "client", Kind.STAFF: "staff member", Kind.PROCESS: "task type", Kind.TASK: "job task"}


def _find_dead(kind: Kind, xpm: pd.DataFrame) -> pd.Series:
    """Index XPM id: why a record cannot be linked to any more, empty while it can."""
    why = pd.Series("", index=xpm.index, dtype="str")
    if kind is Kind.CLIENT:
        why = why.mask(xpm["archived"], "the linked XPM client is archived")
        why = why.mask(xpm["deleted"], "the linked XPM client was deleted")
    if kind is Kind.STAFF:
        why = why.mask(~xpm["listed"], "the linked XPM staff member is no longer listed")
    return why


def _find_successors(links: pd.DataFrame, xpm: pd.DataFrame, dead: pd.Series) -> pd.Series:
    live = xpm[dead.eq("").to_numpy()]
    unique = live[~live["name"].duplicated(keep=False)]
    by_name = pd.Series(unique.index, index=unique["name"], dtype="str")
    found = by_name.reindex(links["xpm_name"]).fillna("").to_numpy()
    return pd.Series(np.where(links["broken"] & links["xpm_name"].ne(""), found, ""), index=links.index, dtype="str")
