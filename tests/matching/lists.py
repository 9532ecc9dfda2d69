"""Small lists for the tests of matching."""

from __future__ import annotations

import pandas as pd

from core.matching import match

#: Names that fill a list so that a few records under test are not the whole world.
CROWD = (
    "Harbour Plumbing Pty Ltd",
    "Nguyen, Anh",
    "The Trustee for Wilson Unit Trust",
    "Kowhai Orchards Limited",
    "O'Brien, Margaret Rose",
    "Delaney & Sons Partnership",
    "Sunrise Netball Club Inc",
    "Patel Family Super Fund",
    "Estate of Harold Beck",
    "Blue Gum Consulting Pty Ltd",
)


def make_list(*names: str, prefix: str = "", **columns: list[str]) -> pd.DataFrame:
    """A list of the given names with ids p0, p1, ... and any further columns."""
    ids = [f"{prefix}{place}" for place in range(len(names))]
    return pd.DataFrame({"name": list(names), **columns}, index=pd.Index(ids, dtype="str"))


def match_one(left: str, right: str) -> tuple[float, str]:
    """Score and band of two names among a crowd that is on both lists; 0 and "" when they are not proposed."""
    found = match("clients", make_list(left, *CROWD, prefix="l"), make_list(right, *CROWD, prefix="r"))
    pair = found[(found["left_id"] == "l0") & (found["right_id"] == "r0")]
    return (float(pair["score"].iloc[0]), str(pair["band"].iloc[0])) if len(pair) else (0.0, "")


def partners(kind: str, left: pd.DataFrame, right: pd.DataFrame) -> dict[str, str]:
    """The best partner of each left record that has one."""
    found = match(kind, left, right)
    best = found[found["rank"] == 1]
    return dict(zip(best["left_id"], best["right_id"], strict=True))
