"""Peers that weigh several columns and learn the weights from the lists themselves: Splink and recordlinkage."""

from __future__ import annotations

import logging
import warnings
from typing import Any

import numpy as np
import pandas as pd

from .lists import Lists, derive_columns, make_pairs

#: How Splink compares a further column; a column not named here is compared for equality.
_FUZZY = ("given_name", "surname", "street", "suburb", "locality")
#: Columns worth blocking on: rare enough to hold few records each.
_BLOCKING = ("email", "tax_no", "phone", "code", "dob", "surname", "street")
#: Columns that name one record alone: equality in one of them seeds the estimate of how many pairs are true.
_KEYS = ("tax_no", "phone", "code", "dob")

#: The best partner of each left record, picked inside the database: of all pairs there may be many millions.
_BEST = """
    SELECT unique_id_l AS left_id, unique_id_r AS right_id, match_weight AS score, match_probability AS probability,
        '' AS band
    FROM {} QUALIFY row_number() OVER (PARTITION BY unique_id_l ORDER BY match_weight DESC, unique_id_r) = 1
"""


def run_splink(lists: Lists, variant: str) -> pd.DataFrame:
    """Splink on DuckDB as its tutorial goes: prior by sure rules, u by random pairs, m by EM on two blocks."""
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    logging.getLogger("splink").setLevel(logging.ERROR)
    left, right = derive_columns(lists)
    database = DuckDBAPI()
    sides = [database.register(side, dataset_display_name=name) for side, name in ((left, "a"), (right, "b"))]
    columns = _pick_columns(lists)
    settings = SettingsCreator(
        link_type="link_only",
        comparisons=_splink_comparisons(columns, variant),
        blocking_rules_to_generate_predictions=_splink_blocks(columns, block_on),
        retain_matching_columns=False,
    )
    linker = Linker(sides, settings, log_level=None)
    _train(linker, columns, block_on)
    found = linker.inference.predict(threshold_match_probability=0.001)
    best: pd.DataFrame = database.query_sql(_BEST.format(found.physical_name)).as_pandas_dataframe()
    return best


def _train(linker: Any, columns: list[str], block_on: Any) -> None:
    training = linker.training
    keys = [block_on(key) for key in columns if key in _KEYS]
    training.estimate_probability_two_random_records_match([block_on("sorted"), *keys], recall=0.7)
    training.estimate_u_using_random_sampling(max_pairs=2e6, seed=1)
    # A block on a column says nothing about that column, so names are learned within keys and keys within names.
    names = [block_on("sorted")] if keys else [block_on("rare"), block_on("substr(clean, 1, 8)")]
    for block in (*keys, *names):
        training.estimate_parameters_using_expectation_maximisation(block)


def _splink_comparisons(columns: list[str], variant: str) -> list[Any]:
    import splink.comparison_library as library

    def similar(column: str, *thresholds: float) -> Any:
        return library.JaroWinklerAtThresholds(column, list(thresholds)).configure(term_frequency_adjustments=True)

    persons = "surname" in columns
    names = [
        similar("core", 0.97, 0.92, 0.85, 0.75),
        similar("forms", 0.9, 0.7),
        library.ArrayIntersectAtSizes("words", [3, 2, 1]),
    ]
    if variant == "words":
        names.append(similar("rare", 0.92, 0.8))
    others = [similar(each, 0.92, 0.8) if each in _FUZZY else _compare_equal(each, library) for each in columns]
    return others if persons else [*names, *others]


def _compare_equal(column: str, library: Any) -> Any:
    if column == "email":
        return library.EmailComparison(column)
    if column in ("dob", "tax_no", "phone", "postcode"):
        return library.LevenshteinAtThresholds(column, [1, 2])
    return library.ExactMatch(column).configure(term_frequency_adjustments=True)


def _splink_blocks(columns: list[str], block_on: Any) -> list[Any]:
    names = [block_on("words", arrays_to_explode=["words"]), block_on("substr(clean, 1, 8)")]
    return [*names, *(block_on(column) for column in columns if column in _BLOCKING)]


def _pick_columns(lists: Lists) -> list[str]:
    """The further columns with something in them; a constant or empty one cannot be weighed."""
    return [
        column for column in lists.columns if lists.left[column].nunique() > 1 and lists.right[column].nunique() > 1
    ]


def run_recordlinkage(lists: Lists, variant: str) -> pd.DataFrame:
    """recordlinkage as its guide goes: blocks and sorted neighbourhoods, binary comparisons, ECM classifier."""
    import recordlinkage

    warnings.filterwarnings("ignore")
    left, right = (side.set_index("unique_id").drop(columns="words") for side in derive_columns(lists))
    columns = _pick_columns(lists)
    indexer = recordlinkage.Index()
    for column in ("rare", "core", *(column for column in columns if column in _BLOCKING)):
        indexer.block(column)
    for column in ("sorted", "clean"):
        indexer.sortedneighbourhood(column, window=9)
    pairs = indexer.index(left, right)
    compared: pd.DataFrame = _recordlinkage_compare(recordlinkage.Compare(), columns, variant).compute(
        pairs, left, right
    )
    classifier = recordlinkage.ECMClassifier(binarize=None)
    classifier.fit(compared)
    probability = np.asarray(classifier.prob(compared), dtype=float)
    # Many pairs share one probability: the number of agreements orders them.
    score = probability + 1e-9 * compared.sum(axis=1).to_numpy()
    return make_pairs(pairs.get_level_values(0), pairs.get_level_values(1), score, probability)


def _recordlinkage_compare(compare: Any, columns: list[str], variant: str) -> Any:
    levels = {
        "one level": [("clean", "jarowinkler", 0.9), ("sorted", "levenshtein", 0.8), ("core", "jarowinkler", 0.92)],
        "two levels": [
            *(("clean", "jarowinkler", bound) for bound in (0.85, 0.95)),
            *(("sorted", "cosine", bound) for bound in (0.7, 0.85)),
            *(("core", "jarowinkler", bound) for bound in (0.85, 0.95)),
        ],
    }
    for column, method, bound in levels[variant]:
        compare.string(column, column, method=method, threshold=bound, label=f"{column} {bound}")
    for column in ("forms", "rare"):
        compare.exact(column, column, label=column)
    for column in columns:
        if column in _FUZZY:
            compare.string(column, column, method="jarowinkler", threshold=0.85, label=column)
        else:
            compare.exact(column, column, label=column)
    return compare
