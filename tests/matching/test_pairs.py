"""Pairs made by hand, each with its trap and the reason why it is the same, is not, or cannot be known: pairs.csv.

`left_more` and `right_more` hold further columns as "column=value;column=value". `known_gap` says why a pair that a
careful admin would call clear still goes wrong; such a pair must fail, so that mending it is noticed.
"""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from core.matching import match

from .lists import CROWD

CLIENT = "C0012 Acacia Welding Pty Ltd"
#: Rows that stand on both lists beside the pair, by kind; "job_name" is a column of the right list of tasks.
_CROWDS: dict[str, tuple[dict[str, str], ...]] = {
    "clients": tuple({"name": name} for name in CROWD),
    "staff": tuple(
        {"name": name} for name in ("Karen Wong", "Philip Hale", "Judith Crane", "Wiremu Paki", "Zoe Adler")
    ),
    "processes": tuple({"name": name} for name in ("Staff Training", "Client Meeting", "Xero File Setup", "Budgeting")),
    "tasks": tuple(
        {"name": name, "client": CLIENT, "job_name": f"{name} 2019"} for name in ("Client Meeting", "Xero File Setup")
    ),
}


@dataclass(frozen=True)
class Pair:
    """One row of the table."""

    left: dict[str, str]
    right: dict[str, str]
    kind: str
    verdict: str
    trap: str
    reason: str
    known_gap: str


def read_pairs() -> list[Pair]:
    """All rows of the table."""
    with (Path(__file__).parent / "pairs.csv").open(encoding="utf-8", newline="") as file:
        return [
            Pair(
                left=_read_side(row["left"], row["left_more"], row["kind"]),
                right=_read_side(row["right"], row["right_more"], row["kind"]),
                **{column: row[column] for column in ("kind", "verdict", "trap", "reason", "known_gap")},
            )
            for row in csv.DictReader(file)
        ]


def _read_side(name: str, more: str, kind: str) -> dict[str, str]:
    columns = dict(part.split("=", 1) for part in more.split(";") if part)
    return {"name": name, **({"client": CLIENT} if kind == "tasks" else {}), **columns}


def judge(pair: Pair) -> tuple[float, str]:
    """Score and band of the pair among its crowd; 0 and "" when it is not proposed."""
    crowd = _CROWDS[pair.kind]
    lists = [pd.DataFrame([side, *crowd]).fillna("") for side in (pair.left, pair.right)]
    for frame, prefix in zip(lists, "lr", strict=True):
        frame.index = pd.Index([f"{prefix}{place}" for place in range(len(frame))], dtype="str")
    found = match(pair.kind, *lists)
    row = found[(found["left_id"] == "l0") & (found["right_id"] == "r0")]
    return (float(row["score"].iloc[0]), str(row["band"].iloc[0])) if len(row) else (0.0, "")


def fits(verdict: str, band: str) -> bool:
    """Whether a band is what the verdict asks for."""
    if verdict == "same":
        return band in ("certain", "likely")
    return band not in ("certain", "likely") if verdict == "different" else band != "certain"


PAIRS = read_pairs()


def _as_cases() -> list[object]:
    return [
        pytest.param(
            pair,
            id=f"{pair.trap}: {pair.left['name']} | {pair.right['name']} ({pair.reason})",
            marks=[pytest.mark.xfail(reason=pair.known_gap, strict=True)] if pair.known_gap else [],
        )
        for pair in PAIRS
    ]


@pytest.mark.parametrize("pair", _as_cases())
def test_a_pair_is_judged_as_a_careful_person_would(pair: Pair) -> None:
    score, band = judge(pair)
    assert fits(pair.verdict, band), f"{pair.verdict}: {score:.3f} {band}"


def test_every_trap_has_several_pairs() -> None:
    verdicts = Counter(pair.verdict for pair in PAIRS)
    assert len(PAIRS) >= 260
    assert set(verdicts) == {"same", "different", "cannot know"}
    assert not [trap for trap, count in Counter(pair.trap for pair in PAIRS).items() if count < 2]
