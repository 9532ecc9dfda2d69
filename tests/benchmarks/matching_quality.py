"""How good matching is on labelled lists: `python -m tests.benchmarks.matching_quality --kind clients FOLDER...`.

Prints, per list, the best F1 over all thresholds with its precision and recall, how many of the true pairs are
"certain" and how many of the certain pairs are wrong, the expected calibration error of the rank-one scores and of the
chance of having no partner, and seconds. With --cross the scores come from models fitted on the other half of the same
lists (two folds by left record), which foretells lists never seen better than the shipped models do on the lists they
were fitted on.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.matching import match_lists
from core.matching.fit import Labelled, cross_validate, group_by_model, label_folders, read_folder
from core.matching.kinds import KINDS, choose_method, guess_year_end_month
from core.matching.rank import CERTAIN, POSSIBLE


@dataclass(frozen=True)
class Quality:
    """The figures of one list."""

    precision: float
    recall: float
    best_f1: float
    threshold: float
    certain_share: float
    certain_error: float
    calibration_error: float
    no_partner_error: float


def measure(
    score: np.ndarray, truth: np.ndarray, first: np.ndarray, true_count: int, alone: tuple[np.ndarray, np.ndarray]
) -> Quality:
    """Figures of scored pairs; `first` marks the best pair of each left record. alone: per left record, the chance
    that it has no partner and whether it has none."""
    order = np.argsort(-score, kind="stable")
    hits = np.cumsum(truth[order])
    f1 = 2 * hits / (np.arange(1, len(order) + 1) + true_count)
    best = int(f1.argmax())
    certain = score >= CERTAIN
    return Quality(
        precision=float(hits[best] / (best + 1)),
        recall=float(hits[best] / true_count),
        best_f1=float(f1[best]),
        threshold=float(score[order][best]),
        certain_share=float(truth[certain].sum() / true_count),
        certain_error=float(1 - truth[certain].mean()) if certain.any() else 0.0,
        calibration_error=expected_calibration_error(score[first], truth[first]),
        no_partner_error=expected_calibration_error(*alone),
    )


def expected_calibration_error(score: np.ndarray, truth: np.ndarray, bins: int = 10) -> float:
    """Mean distance between score and share of true pairs over ten equal bins, weighted by their size."""
    place = np.minimum((score * bins).astype(int), bins - 1)
    gaps = [
        abs(score[place == b].mean() - truth[place == b].mean()) * (place == b).mean()
        for b in range(bins)
        if (place == b).any()
    ]
    return float(sum(gaps))


def measure_shipped(kind: str, folder: Path, names_only: bool) -> tuple[Quality, float]:
    """The shipped models on one folder, and the seconds they took."""
    left, right, true_ids = read_folder(folder, names_only=names_only)
    start = time.perf_counter()
    matched = match_lists(kind, left, right, year_end_month=guess_year_end_month(kind, left, right), with_parts=False)
    found = matched.pairs
    seconds = time.perf_counter() - start
    truth = np.array([pair in true_ids for pair in zip(found["left_id"], found["right_id"], strict=True)])
    first = found["rank"].to_numpy() == 1
    has_partner = matched.records.index.isin([one for one, _ in true_ids])
    alone = matched.records["no_partner"].to_numpy(), ~has_partner
    return measure(found["score"].to_numpy(), truth, first, len(true_ids), alone), seconds


def write_line(name: str, quality: Quality, seconds: float | None = None) -> None:
    """Print one row of the table."""
    took = f"{seconds:8.1f}" if seconds is not None else "       -"
    sys.stdout.write(
        f"{name:34} {quality.precision:9.4f} {quality.recall:7.4f} {quality.best_f1:7.4f} {quality.threshold:6.2f} "
        f"{quality.certain_share:8.3f} {quality.certain_error:8.4f} {quality.calibration_error:7.4f} "
        f"{quality.no_partner_error:7.4f} {took}\n"
    )


def run_cross(kind: str, folders: list[Path]) -> None:
    """Cross-validated figures of all folders together."""
    for sets in group_by_model(label_folders(kind, folders)).values():
        scores, outcomes = cross_validate(choose_method(kind), sets)
        for item, score, outcome in zip(sets, scores, outcomes, strict=True):
            if item.say < 1:
                continue
            shown = (score >= POSSIBLE) & (outcome.standing > 0)
            write_line(item.name, measure(score, item.truth, shown, item.true_count, _count_alone(item, score)))


def _count_alone(item: Labelled, score: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Per left record the chance of having no partner, and whether it has none (among its candidates)."""
    size = len(item.pairs.left_records)
    total = np.bincount(item.pairs.left, weights=score, minlength=size)
    return np.clip(1 - total, 0, 1), np.bincount(item.pairs.left, weights=item.truth, minlength=size) == 0


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Measure matching on labelled lists.")
    parser.add_argument("--kind", choices=KINDS, required=True)
    parser.add_argument("--cross", action="store_true", help="cross-validate instead of using the shipped models")
    parser.add_argument("--names-only", action="store_true", help="leave out all columns but the name")
    parser.add_argument("folders", type=Path, nargs="+", metavar="FOLDER")
    chosen = parser.parse_args()
    header = ("list", "precision", "recall", "best F1", "at", "certain", "wrong", "ECE", "no ECE", "seconds")
    sys.stdout.write("{:34} {:>9} {:>7} {:>7} {:>6} {:>8} {:>8} {:>7} {:>7} {:>8}\n".format(*header))
    if chosen.cross:
        run_cross(chosen.kind, chosen.folders)
        return
    for folder in chosen.folders:
        write_line(folder.name, *measure_shipped(chosen.kind, folder, chosen.names_only))


if __name__ == "__main__":
    main()
