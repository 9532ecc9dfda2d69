"""Fit what rules a candidate out at a glance: `python -m core.matching.fit_glance FOLDER...`.

Folders as for `core.matching.fit`. Prints how many of the true pairs pass, and how many pairs per left record.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .candidates import find_shared
from .fit import LARGEST_SAY, MODELS, read_folder
from .glance import GLANCE_BINS, GLANCE_FEATURES, find_hopeless, glance_at
from .records import make_record, read_texts
from .weigh import Model, fit_model


@dataclass(frozen=True)
class Glanced:
    """The candidates of one labelled list before they are ruled out."""

    name: str
    rows: int
    values: np.ndarray
    truth: np.ndarray


def glance_at_folder(folder: Path, *, names_only: bool) -> Glanced:
    """Look up the candidates of a folder and mark the true pairs."""
    left, right, true_ids = read_folder(folder, names_only=names_only)
    mine, theirs = ([make_record(row) for row in read_texts(frame)] for frame in (left, right))
    found = find_shared(mine, theirs)
    ids = zip(left.index[found.left], right.index[found.right], strict=True)
    truth = np.fromiter((pair in true_ids for pair in ids), dtype=bool, count=len(found.left))
    name = f"{folder.name}{' (names only)' if names_only else ''}"
    return Glanced(name, len(left), glance_at(mine, theirs, found), truth)


def fit_glance(sets: list[Glanced]) -> Model:
    """The weights, every list counting for at most LARGEST_SAY true pairs."""
    importance = [np.full(len(item.truth), min(1.0, LARGEST_SAY / max(item.truth.sum(), 1))) for item in sets]
    return fit_model(
        GLANCE_FEATURES,
        [GLANCE_BINS[feature] for feature in GLANCE_FEATURES],
        np.vstack([item.values for item in sets]),
        np.concatenate([item.truth for item in sets]),
        np.concatenate(importance),
    )


def main() -> None:
    """Fit, save and report."""
    parser = argparse.ArgumentParser(description="Fit what rules candidates out at a glance.")
    parser.add_argument("--out", type=Path, default=MODELS)
    parser.add_argument("folders", type=Path, nargs="+", metavar="FOLDER")
    chosen = parser.parse_args()
    sets = [glance_at_folder(folder, names_only=only) for folder in chosen.folders for only in (False, True)]
    model = fit_glance(sets)
    (chosen.out / "glance.json").write_text(json.dumps(model.to_json(), indent=1) + "\n", encoding="utf-8")
    for item in sets:
        keep = model.log_odds(item.values) >= find_hopeless(item.rows)
        kept = keep[item.truth].mean()
        sys.stdout.write(f"{item.name:34} {len(keep) / item.rows:6.2f} {keep.sum() / item.rows:6.2f} {kept:8.4f}\n")


if __name__ == "__main__":
    main()
