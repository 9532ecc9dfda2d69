"""Prepares each kind's two lists for matching: the same column names on both sides, live records only."""

from __future__ import annotations

import pandas as pd

from core.matching import match

Pairs = set[tuple[str, str]]

PROPOSAL_COLUMNS = ["local_id", "rank", "xpm_id", "score", "band", "explanation", "parts"]


def propose_clients(local: pd.DataFrame, xpm: pd.DataFrame, rejected: Pairs) -> pd.DataFrame:
    """XPM partners for local clients; archived and deleted XPM clients are no partners.

    One row per pair, best first within each local id, columns PROPOSAL_COLUMNS; none for clients without a candidate.
    """
    left = pd.DataFrame(
        {
            "name": local["name"],
            "email": local["email"],
            "phone": local["phone"],
            "tax_no": local["tax_number"],
            "company_no": local["company_number"],
            "code": local["code"],
            "entity_type": local["entity_type"],
        }
    )
    live = xpm[~xpm["archived"] & ~xpm["deleted"]]
    right = pd.DataFrame(
        {
            "name": live["name"],
            "email": live["email"],
            "phone": live["phone"],
            "tax_no": live["business_number"].where(live["business_number"].ne(""), live["tax_number"]),
            "company_no": live["company_number"],
            "code": live["code"].where(live["code"].ne(""), live["export_code"]),
            "entity_type": live["structure"],
        }
    )
    return _name_sides(match("clients", left, right, rejected=rejected))


def propose_staff(local: pd.DataFrame, xpm: pd.DataFrame, rejected: Pairs) -> pd.DataFrame:
    """XPM partners for local staff, by name and e-mail. Columns PROPOSAL_COLUMNS."""
    listed = xpm[xpm["listed"]]
    return _name_sides(match("staff", local[["name", "email"]], listed[["name", "email"]], rejected=rejected))


def propose_processes(local: pd.DataFrame, xpm: pd.DataFrame, rejected: Pairs) -> pd.DataFrame:
    """XPM task types for local processes, by name. Columns PROPOSAL_COLUMNS."""
    return _name_sides(match("processes", local[["name"]], xpm[["name"]], rejected=rejected))


def _name_sides(pairs: pd.DataFrame) -> pd.DataFrame:
    return pairs.rename(columns={"left_id": "local_id", "right_id": "xpm_id"})[PROPOSAL_COLUMNS]
