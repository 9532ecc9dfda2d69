"""The figures of one tool's proposals against the truth, the same for every tool."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

#: Least probability of a pair that counts for calibration: below it ours shows none.
_SHOWN = 0.3


@dataclass(frozen=True)
class Proposal:
    """A pair that a tool proposes; probability is None where the tool gives none, band is empty but for ours."""

    left_id: str
    right_id: str
    score: float
    probability: float | None
    band: str

    @property
    def pair(self) -> tuple[str, str]:
        """Both ids."""
        return self.left_id, self.right_id


@dataclass(frozen=True)
class Figures:
    """How good proposals are; `reduced` says how one partner each was chosen, "best" or "mutual"."""

    reduced: str
    precision: float
    recall: float
    best_f1: float
    certain_share: float
    certain_error: float
    calibration_error: float | None


def read_proposals(path: Path) -> list[Proposal]:
    """The pairs a tool wrote."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Proposal(
                row["left_id"],
                row["right_id"],
                float(row["score"]),
                float(row["probability"]) if row["probability"] else None,
                row["band"],
            )
            for row in csv.DictReader(file)
        ]


def read_truth(folder: Path) -> tuple[list[str], set[tuple[str, str]]]:
    """The left ids of a folder in their order, and its true pairs."""
    with (folder / "left.csv").open(encoding="utf-8", newline="") as file:
        ids = [row["id"] for row in csv.DictReader(file)]
    with (folder / "truth.csv").open(encoding="utf-8", newline="") as file:
        return ids, {(row["left_id"], row["right_id"]) for row in csv.DictReader(file)}


def measure_best(found: Iterable[Proposal], truth: set[tuple[str, str]]) -> Figures:
    """The figures of the better of two ways to keep one partner for each left record."""
    first = keep_best(found, lambda each: each.left_id)
    mutual = keep_best(first, lambda each: each.right_id)
    return max((_measure("best", first, truth), _measure("mutual", mutual, truth)), key=lambda each: each.best_f1)


def keep_best(found: Iterable[Proposal], group: Callable[[Proposal], str]) -> list[Proposal]:
    """The proposal with the highest score of each group; of equal ones the first."""
    best: dict[str, Proposal] = {}
    for each in found:
        rival = best.get(group(each))
        if rival is None or each.score > rival.score:
            best[group(each)] = each
    return list(best.values())


def find_best_f1(found: Iterable[Proposal], truth: set[tuple[str, str]]) -> tuple[float, float, float]:
    """F1, precision and recall at the threshold with the best F1; pairs of equal score stand or fall together."""
    best = (0.0, 0.0, 0.0)
    hits = seen = 0
    for _, group in groupby(sorted(found, key=lambda each: -each.score), key=lambda each: each.score):
        same = list(group)
        seen += len(same)
        hits += sum(each.pair in truth for each in same)
        best = max(best, (2 * hits / (seen + len(truth)), hits / seen, hits / len(truth)))
    return best


def measure_calibration(found: Iterable[Proposal], truth: set[tuple[str, str]], bins: int = 10) -> float | None:
    """Mean distance between probability and share of true pairs over equal bins, weighted by size; None without any."""
    places: dict[int, list[tuple[float, bool]]] = {}
    for each in found:
        if each.probability is not None and each.probability >= _SHOWN:
            place = min(int(each.probability * bins), bins - 1)
            places.setdefault(place, []).append((each.probability, each.pair in truth))
    gaps = [abs(sum(chance - hit for chance, hit in each)) for each in places.values()]
    count = sum(len(each) for each in places.values())
    return sum(gaps) / count if count else None


def _measure(reduced: str, found: list[Proposal], truth: set[tuple[str, str]]) -> Figures:
    best_f1, precision, recall = find_best_f1(found, truth)
    certain = [each.pair in truth for each in found if each.band == "certain"]
    return Figures(
        reduced=reduced,
        precision=precision,
        recall=recall,
        best_f1=best_f1,
        certain_share=sum(certain) / len(truth),
        certain_error=1 - sum(certain) / len(certain) if certain else 0.0,
        calibration_error=measure_calibration(found, truth),
    )
