"""Why a pair has its score: one line per part of the evidence, and one sentence.

Each line says what both sides show, whether they agree, and how far that moved the log-odds of the pair; the lines add
up to the score, so a page can draw them as a waterfall.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

#: Verdicts of a part.
SAME, SIMILAR, DIFFERS, MISSING, CONTRADICTS = "same", "similar", "differs", "missing", "contradicts"

Part = dict[str, Any]


@dataclass(frozen=True)
class Line:
    """One part of the evidence: its title, the features that belong to it, how to show a side, how to judge it."""

    part: str
    features: tuple[str, ...]
    show: Callable[[Any], str]
    judge: Callable[[dict[str, float]], str]


def judge_cases(feature: str, same: Sequence[float] = (0,), similar: Sequence[float] = ()) -> Callable[..., str]:
    """A judge for a feature of named cases: the ones given are same or similar, all others differ."""

    def judge(values: dict[str, float]) -> str:
        value = values[feature]
        if value != value:
            return MISSING
        return SAME if value in same else SIMILAR if value in similar else DIFFERS

    return judge


def judge_share(feature: str, same: float, similar: float) -> Callable[..., str]:
    """A judge for a feature between 0 and 1."""

    def judge(values: dict[str, float]) -> str:
        value = values[feature]
        if value != value:
            return MISSING
        return SAME if value >= same else SIMILAR if value >= similar else DIFFERS

    return judge


def list_parts(
    lines: Sequence[Line],
    left: Any,
    right: Any,
    values: dict[str, float],
    weights: dict[str, float],
    hard: Sequence[str],
) -> list[Part]:
    """The parts of one pair, leaving out those that neither side shows."""
    parts = []
    for line in lines:
        mine, theirs = line.show(left), line.show(right)
        weight = sum(weights[feature] for feature in line.features)
        if not mine and not theirs and abs(weight) < 0.3:
            continue
        verdict = line.judge(values) if mine and theirs else MISSING
        if any(feature in hard for feature in line.features):
            verdict = CONTRADICTS
        parts.append(make_part(line.part, mine, theirs, verdict, weight))
    return parts


def make_part(part: str, left: str, right: str, verdict: str, weight: float) -> Part:
    """One line of the explanation. `weight` is in log-odds: positive speaks for the pair."""
    return {"part": part, "left": left, "right": right, "verdict": verdict, "weight": round(float(weight), 2)}


def write_sentence(parts: Sequence[Part], note: str = "") -> str:
    """The explanation in words: what contradicts first, then what agrees, then what differs."""
    said = []
    for verdict, words in (
        (CONTRADICTS, "contradicts"),
        (SAME, "agrees"),
        (SIMILAR, "is similar"),
        (DIFFERS, "differs"),
    ):
        names = [part["part"] for part in parts if part["verdict"] == verdict]
        if names:
            said.append(f"{_enumerate(names)} {words if len(names) == 1 else _PLURAL[words]}")
    text = "; ".join(said) or "nothing to compare"
    return f"{text[0].upper()}{text[1:]}.{' ' + note if note else ''}"


_PLURAL = {"contradicts": "contradict", "agrees": "agree", "is similar": "are similar", "differs": "differ"}


def _enumerate(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
