"""Prepares each kind's two lists for matching: the same column names on both sides, live records only."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from types import MappingProxyType

import pandas as pd

from core.matching import Decisions, Kept, Surroundings, match_lists, propose_again
from core.matching.learned import Learned
from core.model import Kind

Pairs = set[tuple[str, str]]

PROPOSAL_COLUMNS = ["local_id", "rank", "xpm_id", "score", "band", "explanation", "parts"]

#: What matching calls the kinds it compares. Tasks are not compared but resolved by rule, see `core.mapping.tasks`.
COMPARED = {Kind.CLIENT: "clients", Kind.STAFF: "staff", Kind.PROCESS: "processes"}


@dataclass(frozen=True)
class Lists:
    """The two lists of a kind as matching takes them, indexed by local and by XPM id, and the month in which the
    practice's year ends, by which periods in names are read."""

    kind: Kind
    local: pd.DataFrame
    xpm: pd.DataFrame
    year_end_month: int = 6


@dataclass(frozen=True)
class Proposed:
    """What matching proposes: pairs, one row per local id and rank, best first, columns PROPOSAL_COLUMNS; records, one
    row per local record looked at, index local id, see `core.matching.match_lists`."""

    pairs: pd.DataFrame
    records: pd.DataFrame


def list_sides(kind: Kind, local: pd.DataFrame, xpm: pd.DataFrame, year_end_month: int = 6) -> Lists:
    """The lists of a kind in COMPARED; archived and deleted XPM records are no partners."""
    mine, theirs = _SIDES[kind](local, xpm)
    return Lists(kind, mine, theirs, year_end_month)


def propose_links(
    lists: Lists,
    rejected: Set[tuple[str, str]] = frozenset(),
    linked: Mapping[str, str] = MappingProxyType({}),
    learned: Learned | None = None,
) -> tuple[Proposed, Kept]:
    """XPM partners for all local records that are not linked yet, and what `propose_links_again` needs.

    linked: local id -> XPM id of the links that hold their XPM record for themselves.
    """
    found = match_lists(
        COMPARED[lists.kind],
        lists.local,
        lists.xpm,
        rejected=rejected,
        linked=linked,
        learned=learned,
        year_end_month=lists.year_end_month,
    )
    return Proposed(_name_sides(found.pairs), found.records), found.kept


def propose_links_again(
    around: Surroundings,
    lists: Lists,
    touched: Set[str],
    before: Decisions,
    now: Decisions,
    learned: Learned | None = None,
) -> Proposed:
    """The same for the local records that decisions about `touched` local ids have changed, and for these only.

    before, now: what was decided when everything was proposed last, and since. lists, learned: those of that matching.
    """
    found = propose_again(
        around,
        lists.local,
        lists.xpm,
        touched,
        before,
        now,
        learned=learned,
        year_end_month=lists.year_end_month,
    )
    return Proposed(_name_sides(found.pairs), found.records)


def _list_clients(local: pd.DataFrame, xpm: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    mine = {
        "name": local["name"],
        "email": local["email"],
        "phone": local["phone"],
        "tax_no": local["tax_number"],
        "company_no": local["company_number"],
        "code": local["code"],
        "entity_type": local["entity_type"],
    }
    live = xpm[~xpm["archived"] & ~xpm["deleted"]]
    theirs = {
        "name": live["name"],
        "email": live["email"],
        "phone": live["phone"],
        "tax_no": live["business_number"].where(live["business_number"].ne(""), live["tax_number"]),
        "company_no": live["company_number"],
        "code": live["code"].where(live["code"].ne(""), live["export_code"]),
        "entity_type": live["structure"],
    }
    return pd.DataFrame(mine, index=local.index), pd.DataFrame(theirs, index=live.index)


def _list_staff(local: pd.DataFrame, xpm: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    return local[["name", "email"]], xpm.loc[xpm["listed"], ["name", "email"]]


def _list_processes(local: pd.DataFrame, xpm: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    return local[["name"]], xpm[["name"]]


_SIDES: dict[Kind, Callable[[pd.DataFrame, pd.DataFrame], tuple[pd.DataFrame, pd.DataFrame]]] = {
    Kind.CLIENT: _list_clients,
    Kind.STAFF: _list_staff,
    Kind.PROCESS: _list_processes,
}


def _name_sides(pairs: pd.DataFrame) -> pd.DataFrame:
    return pairs.rename(columns={"left_id": "local_id", "right_id": "xpm_id"})[PROPOSAL_COLUMNS]
