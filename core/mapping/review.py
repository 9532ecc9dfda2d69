"""The rows a person reviews: one per local record, with its link, its best proposal and what is at stake."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.matching.apart import read_key
from core.matching.explain import say_chance
from core.model import Kind, Verdict

#: States of a review row. `proposed` and `open` are the ones still to decide.
STATES = ("broken", "proposed", "open", "linked", "excluded", "archived")

#: Kinds in which two local records with one partner are one record entered twice.
ONE_TO_ONE = (Kind.CLIENT, Kind.STAFF)

_DETAIL = {
    Kind.CLIENT: ["entity_type", "code", "email"],
    Kind.STAFF: ["email"],
    Kind.PROCESS: ["description"],
    Kind.TASK: ["client_name", "process_name", "period"],
}


def review_rows(
    kind: Kind,
    local: pd.DataFrame,
    xpm: pd.DataFrame,
    decisions: pd.DataFrame,
    links: pd.DataFrame,
    proposals: pd.DataFrame,
    records: pd.DataFrame,
    minutes_at_stake: pd.Series,
) -> pd.DataFrame:
    """One row per local record, index local id, most minutes at stake first.

    links:            from resolve_links. minutes_at_stake: unsynced minutes by local id.
    records:          index local id, columns no_partner (0 to 1) and twin_of, as matching left them.
    `state` is one of STATES; `xpm_id` and `xpm_name` are the link's, or the best proposal's while undecided;
    `score` is 0 to 1 (NaN without a proposal); `decision_id` is 0 while nobody decided; `no_partner` is the chance that
    XPM holds no partner (NaN when it was never matched); `twin_id` and `twin_name` name another local record that
    looks like the same one entered twice, empty when there is none.
    """
    rows = pd.DataFrame({"name": local["name"], "detail": _join_details(kind, local)}, index=local.index)
    best = proposals[proposals["rank"].eq(1)].set_index("local_id")
    link = links.reindex(local.index)
    rows["state"] = _name_states(kind, local, link, best)
    rows["link_xpm_id"] = link["xpm_id"].fillna("")
    rows["proposed_xpm_id"] = best["xpm_id"].reindex(local.index).fillna("")
    rows["xpm_id"] = rows["link_xpm_id"].where(link["verdict"].notna(), rows["proposed_xpm_id"])
    rows["xpm_name"] = _name_partners(kind, rows["xpm_id"], xpm)
    for column in ("band", "explanation"):
        rows[column] = best[column].reindex(local.index).fillna("")
    rows["score"] = best["score"].reindex(local.index).astype("float64")
    rows["no_partner"] = records["no_partner"].reindex(local.index).astype("float64")
    rows["twin_id"] = _find_twins(kind, records["twin_of"].reindex(local.index).fillna(""), rows["link_xpm_id"])
    rows.loc[_are_settled_twins(rows), "twin_id"] = ""
    rows["twin_name"] = _name_with_code(local).reindex(rows["twin_id"].to_numpy()).fillna("").to_numpy()
    still_open = rows[rows["state"].eq("open")]
    rows.loc[still_open.index, "explanation"] = _explain_open(kind, still_open, xpm)
    rows["why"] = np.where(link["broken"].eq(True), link["broken_why"], "")
    decided = decisions.reindex(local.index)
    rows["decided_by"] = decided["by"].fillna("")
    rows["decided_at"] = decided["at"].fillna("")
    rows["decision_id"] = decided["id"].fillna(0).astype("int64")
    rows["minutes_at_stake"] = minutes_at_stake.reindex(local.index).fillna(0).astype("int64")
    rows["client_group"] = local.get("client_group", "")
    return rows.sort_values(["minutes_at_stake", "name"], ascending=[False, True], kind="stable")


def _find_twins(kind: Kind, twin_of: pd.Series, link_xpm_id: pd.Series) -> pd.Series:
    """The other local record of each pair that is one record entered twice: as matched, or linked to one XPM record."""
    twins = twin_of.copy()
    if kind in ONE_TO_ONE:
        linked = link_xpm_id[link_xpm_id.ne("")]
        doubled = linked[linked.duplicated(keep=False)]
        first = pd.Series(doubled.index, index=doubled.to_numpy()).groupby(level=0).first()
        held = pd.Series(first.reindex(doubled.to_numpy()).to_numpy(), index=doubled.index)
        found = held[held.ne(held.index.to_series())]
        twins.loc[found.index] = found
    told = twins[twins.ne("")]
    here = twins.index.get_indexer(told.to_numpy()) >= 0
    twins.loc[told.index[~here]] = ""
    back = pd.Series(told.index[here], index=told[here].to_numpy()).groupby(level=0).first()
    back = back[twins.reindex(back.index).eq("")]
    twins.loc[back.index] = back
    return twins.astype("str")


def _are_settled_twins(rows: pd.DataFrame) -> pd.Series:
    """Whether a person has told a record and its twin apart: one is excluded, or they are linked to two partners."""
    other = rows[["state", "link_xpm_id"]].reindex(rows["twin_id"].to_numpy()).set_axis(rows.index)
    aside = other["state"].isin(("excluded", "archived")) | rows["state"].isin(("excluded", "archived"))
    both = rows["link_xpm_id"].ne("") & other["link_xpm_id"].fillna("").ne("")
    return rows["twin_id"].ne("") & (aside | (both & rows["link_xpm_id"].ne(other["link_xpm_id"])))


def _name_with_code(local: pd.DataFrame) -> pd.Series:
    """Names, each with its code in brackets when there is one."""
    if "code" not in local:
        return local["name"]
    code = local["code"]
    return local["name"] + (" (" + code + ")").where(code.ne(""), "")


def _explain_open(kind: Kind, rows: pd.DataFrame, xpm: pd.DataFrame) -> pd.Series:
    """Why a record has no proposal: how likely it is that XPM has no partner, and one of its name that is gone."""
    chance = rows["no_partner"]
    told = ("Not in XPM: " + chance.map(say_chance, na_action="ignore").astype("str")).where(chance.notna(), "")
    if kind is not Kind.CLIENT:
        return told
    gone = xpm[xpm["archived"] | xpm["deleted"]]
    fates = np.where(gone["deleted"], "was deleted", "is archived")
    fate = dict(zip(gone["name"].map(read_key), fates, strict=True)) if len(gone) else {}
    fate.pop("", None)
    words = [fate.get(read_key(name), "") if fate else "" for name in rows["name"]]
    said = pd.Series([f"XPM's client of this name {one}. " if one else "" for one in words], index=rows.index)
    return said.astype("str") + told


def _name_partners(kind: Kind, xpm_ids: pd.Series, xpm: pd.DataFrame) -> pd.Series:
    label = xpm["label"] if kind is Kind.TASK and "label" in xpm else xpm["name"]
    return pd.Series(label.reindex(xpm_ids).fillna("").to_numpy(), index=xpm_ids.index, dtype="str")


def _join_details(kind: Kind, local: pd.DataFrame) -> pd.Series:
    present = [column for column in _DETAIL[kind] if column in local]
    joined = pd.Series("", index=local.index, dtype="str")
    for column in present:
        value = local[column].astype("str")
        both = joined.ne("") & value.ne("")
        joined = joined.where(~both, joined + " · ") + value
    return joined


def _name_states(kind: Kind, local: pd.DataFrame, link: pd.DataFrame, best: pd.DataFrame) -> np.ndarray:
    archived = local["archived"] if kind is Kind.CLIENT else pd.Series(False, index=local.index)
    undecided = link["verdict"].isna()
    return np.select(
        [
            link["broken"].eq(True),
            link["verdict"].eq(Verdict.EXCLUDED),
            link["verdict"].eq(Verdict.LINKED),
            undecided & archived,
            undecided & (best.index.get_indexer(local.index) >= 0),
        ],
        ["broken", "excluded", "linked", "archived", "proposed"],
        default="open",
    )
