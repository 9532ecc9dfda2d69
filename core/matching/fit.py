"""Fit the shipped models on labelled lists: `python -m core.matching.fit --kind clients FOLDER...`.

A folder holds left.csv, right.csv (first columns id, name) and truth.csv (left_id, right_id). Lists of clients are
used with all columns, with names only, with masked tax numbers and with keys that in part belong to others, because
practices have all four. Nothing of the lists but the fitted weights of feature bins is kept.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from .assign import OUTCOME_BINS, OUTCOME_FEATURES, Outcome
from .client_bins import CLIENT_BEST
from .engine import Pairs, compare_lists, score_outcome, settle_pairs
from .features import CLIENT_FEATURES
from .identifiers import Agreement
from .kinds import KINDS, choose_method, guess_year_end_month
from .method import Method
from .weigh import Model, fit_model

MODELS = Path(__file__).parent / "data" / "models"
#: No list counts for more than this many true pairs, so that a large one does not outvote the others.
LARGEST_SAY = 3000
#: Most that three visible digits may weigh, in log-odds.
MOST_OF_A_CHECK = 1.0
#: Least that differing keys may weigh, in log-odds: phones change, families share, systems number for themselves.
LEAST_OF_KEYS = (
    ("email", 5.0, -1.0),
    ("phone", 5.0, -1.0),
    ("code", 1.0, -0.5),
    ("tax_no", 3.0, -3.0),
    ("tax_no", 6.0, -4.0),
)
#: How much less than two equals a person and an estate of one name count, at least; the bin where they stand.
ESTATE_APART, _ESTATE = 2.5, 8
#: The outcome has few bins and much to learn from: a light penalty keeps short lists from being unsure of everything.
OUTCOME_RIDGE = 0.2
#: How much client lists say about models of other lists, so that those know keys their own lists do not carry.
BORROWED_SAY = 0.05


@dataclass(frozen=True)
class Labelled:
    """One labelled list, compared: its pairs and which of them are true; `missed` true pairs are no candidates."""

    name: str
    model: str
    pairs: Pairs
    truth: np.ndarray
    true_count: int
    say: float = 1.0

    @property
    def importance(self) -> np.ndarray:
        """The weight of each pair in fitting."""
        return np.full(len(self.truth), self.say * min(1.0, LARGEST_SAY / max(self.true_count, 1)))


def read_folder(folder: Path, *, names_only: bool = False) -> tuple[pd.DataFrame, pd.DataFrame, set[tuple[str, str]]]:
    """Left list, right list (index id, all text) and the set of true pairs of ids."""
    frames = []
    for name in ("left.csv", "right.csv"):
        frame = pd.read_csv(folder / name, dtype=str, keep_default_na=False).set_index("id")
        frames.append(frame[["name"]] if names_only else frame)
    truth = pd.read_csv(folder / "truth.csv", dtype=str, keep_default_na=False)
    return frames[0], frames[1], set(zip(truth["left_id"], truth["right_id"], strict=True))


def mask_tax_numbers(frame: pd.DataFrame) -> pd.DataFrame:
    """The list with its tax numbers as Xero Practice Manager shows them: hidden but for the last three digits."""
    hidden = frame["tax_no"].str.replace(r"\D", "", regex=True).str[-3:]
    return frame.assign(tax_no=("*****" + hidden).where(hidden.str.len() == 3, ""))


def spoil_keys(frame: pd.DataFrame, share: float = 0.3, seed: int = 7) -> pd.DataFrame:
    """The list as another system may hold it: client codes of a scheme of its own, and e-mails and phones that in part
    belong to somebody else by now."""
    spoiled = frame.copy()
    chance = np.random.default_rng(seed)
    for column in ("email", "phone"):
        filled = np.flatnonzero((frame[column] != "").to_numpy())
        moved = np.sort(chance.choice(filled, int(share * len(filled)), replace=False))
        spoiled.iloc[moved, frame.columns.get_loc(column)] = frame[column].to_numpy()[chance.permutation(moved)]
    numbers = chance.permutation(len(frame))
    own = [f"K{number:06d}" if code else "" for number, code in zip(numbers, frame["code"], strict=True)]
    return spoiled.assign(code=own)


def label_folder(
    method: Method, folder: Path, *, names_only: bool = False, masked: bool = False, spoiled: bool = False
) -> Labelled:
    """Compare the lists of a folder and mark the true pairs."""
    left, right, true_ids = read_folder(folder, names_only=names_only)
    if masked:
        right = mask_tax_numbers(right)
    if spoiled:
        left = spoil_keys(left)
    pairs = compare_lists(method, left, right)
    ids = zip(left.index[pairs.left], right.index[pairs.right], strict=True)
    truth = np.fromiter((pair in true_ids for pair in ids), dtype=bool, count=len(pairs.left))
    name = (
        f"{folder.name}{' (names only)' if names_only else ' (masked)' if masked else ' (spoiled)' if spoiled else ''}"
    )
    return Labelled(
        name, method.model(pairs.left_records, pairs.right_records).partition("-")[0], pairs, truth, len(true_ids)
    )


def label_folders(kind: str, folders: list[Path]) -> list[Labelled]:
    """Every folder, for clients with and without the further columns."""
    found = []
    for folder in folders:
        method = choose_method(kind, guess_year_end_month(kind, *read_folder(folder)[:2]))
        found.append(label_folder(method, folder))
        if kind == "clients" and found[-1].model != "persons":
            found.append(label_folder(method, folder, names_only=True))
            if "tax_no" in read_folder(folder)[0].columns:
                found.append(label_folder(method, folder, masked=True))
                found.append(label_folder(method, folder, spoiled=True))
    return found


def group_by_model(labelled: list[Labelled]) -> dict[str, list[Labelled]]:
    """The lists of each model; lists of clients also stand, with little say, at the end of the other models' lists."""
    groups: defaultdict[str, list[Labelled]] = defaultdict(list)
    for item in labelled:
        groups[item.model].append(item)
    borrowed = [replace(item, say=BORROWED_SAY) for item in groups.get("clients", [])]
    return {name: sets if name == "clients" else sets + borrowed for name, sets in groups.items()}


def fit_evidence(method: Method, sets: list[Labelled], masks: list[np.ndarray]) -> Model:
    """The weights of the features, from the pairs under the masks."""
    edges = [method.bins[feature] for feature in method.features]
    values = np.vstack([item.pairs.values[mask] for item, mask in zip(sets, masks, strict=True)])
    truth = np.concatenate([item.truth[mask] for item, mask in zip(sets, masks, strict=True)])
    importance = np.concatenate([item.importance[mask] for item, mask in zip(sets, masks, strict=True)])
    best = CLIENT_BEST if method.features == CLIENT_FEATURES else {}
    return restrain_numbers(fit_model(method.features, edges, values, truth, importance, best=best))


def restrain_numbers(model: Model) -> Model:
    """The model with two things no labelled list teaches: the visible end of a masked number checks but never proves,
    a company number, which the lists lack, counts like a tax number. And what lists made up by rule teach wrongly: keys
    that differ rule nothing out, an estate is not the person."""
    weights = dict(zip(model.features, model.weights, strict=True))
    if "tax_no" not in weights:
        return model
    edges = model.edges[model.features.index("tax_no")]
    numbers = weights["tax_no"].copy()
    masked = int(np.searchsorted(edges, float(Agreement.MASKED_SAME), side="right")) + 1
    numbers[masked] = min(numbers[masked], MOST_OF_A_CHECK)
    weights["tax_no"] = numbers
    for feature, value, least in LEAST_OF_KEYS:
        edges = model.edges[model.features.index(feature)]
        place = int(np.searchsorted(edges, value, side="right")) + 1
        row = weights[feature] = weights[feature].copy()
        row[place] = max(row[place], least)
    weights["company_no"] = weights["tax_no"]
    kinds = weights["type"] = weights["type"].copy()
    kinds[_ESTATE] = min(kinds[_ESTATE], kinds[1] - ESTATE_APART)
    return replace(model, weights=tuple(weights[feature] for feature in model.features))


def fit_outcome(sets: list[Labelled], outcomes: list[Outcome], masks: list[np.ndarray]) -> Model:
    """The weights of evidence, lead and standing, from the pairs under the masks."""
    edges = [OUTCOME_BINS[feature] for feature in OUTCOME_FEATURES]
    values = np.vstack([outcome.values[mask] for outcome, mask in zip(outcomes, masks, strict=True)])
    truth = np.concatenate([item.truth[mask] for item, mask in zip(sets, masks, strict=True)])
    importance = np.concatenate([item.importance[mask] for item, mask in zip(sets, masks, strict=True)])
    return fit_model(OUTCOME_FEATURES, edges, values, truth, importance, ridge=OUTCOME_RIDGE)


def cross_validate(method: Method, sets: list[Labelled], folds: int = 2) -> tuple[list[np.ndarray], list[Outcome]]:
    """Scores of all pairs by models that have not seen the left record, and the outcomes they rest on."""
    parts = [[item.pairs.left % folds == fold for item in sets] for fold in range(folds)]
    log_odds = [np.zeros(len(item.truth)) for item in sets]
    for masks in parts:
        model = fit_evidence(method, sets, [~mask for mask in masks])
        for place, (item, mask) in enumerate(zip(sets, masks, strict=True)):
            log_odds[place][mask] = model.log_odds(item.pairs.values[mask])
    outcomes = [settle_pairs(method, item.pairs, odds, model) for item, odds in zip(sets, log_odds, strict=True)]
    scores = [np.zeros(len(item.truth)) for item in sets]
    for masks in parts:
        model = fit_outcome(sets, outcomes, [~mask for mask in masks])
        for place, (item, mask) in enumerate(zip(sets, masks, strict=True)):
            scores[place][mask] = score_outcome(item.pairs, outcomes[place], model)[mask]
    return scores, outcomes


def fit_kind(kind: str, folders: list[Path]) -> dict[str, Model]:
    """The models of one kind by name: the evidence and, under `<name>_outcome`, what the whole list adds.

    The outcome is fitted on evidence that the models had not seen, so that it does not trust it too much.
    """
    method = choose_method(kind)
    models = {}
    for name, sets in group_by_model(label_folders(kind, folders)).items():
        everything = [np.ones(len(item.truth), dtype=bool) for item in sets]
        models[name] = fit_evidence(method, sets, everything)
        _, outcomes = cross_validate(method, sets)
        models[f"{name}_outcome"] = fit_outcome(sets, outcomes, everything)
    return models


def write_models(models: dict[str, Model], folder: Path = MODELS) -> None:
    """Save each model as JSON."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, model in models.items():
        (folder / f"{name}.json").write_text(json.dumps(model.to_json(), indent=1) + "\n", encoding="utf-8")


def main() -> None:
    """Fit one kind and save its models."""
    parser = argparse.ArgumentParser(description="Fit the matching models on labelled lists.")
    parser.add_argument("--kind", choices=KINDS, required=True)
    parser.add_argument("--out", type=Path, default=MODELS)
    parser.add_argument("folders", type=Path, nargs="+", metavar="FOLDER")
    chosen = parser.parse_args()
    write_models(fit_kind(chosen.kind, chosen.folders), chosen.out)


if __name__ == "__main__":
    main()
