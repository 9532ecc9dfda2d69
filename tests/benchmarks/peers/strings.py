"""Peers that compare names only: two ways with rapidfuzz, and string_grouper."""

from __future__ import annotations

import os
from collections.abc import Callable

import numpy as np
import pandas as pd
from rapidfuzz import fuzz, process

from .lists import Lists, clean_name, make_pairs

#: Rows of the matrix that rapidfuzz fills at a time, so that its memory stays bounded.
_CHUNK = 500
_SCORERS: dict[str, Callable[..., float]] = {"token_sort_ratio": fuzz.token_sort_ratio, "WRatio": fuzz.WRatio}


def run_loop(lists: Lists, variant: str) -> pd.DataFrame:
    """The loop everybody writes first: for each name the best of all names, by one scorer, in one thread."""
    names, ids = [clean_name(name) for name in lists.right["name"]], lists.right["id"].tolist()
    found = [process.extractOne(clean_name(name), names, scorer=_SCORERS[variant]) for name in lists.left["name"]]
    return make_pairs(lists.left["id"], [ids[place] for _, _, place in found], [score for _, score, _ in found])


def run_cdist(lists: Lists, variant: str) -> pd.DataFrame:
    """The matrix of all scores in chunks, on all cores; the best of each row."""
    names = [clean_name(name) for name in lists.right["name"]]
    queries = [clean_name(name) for name in lists.left["name"]]
    places, best = [], []
    for start in range(0, len(queries), _CHUNK):
        chunk = queries[start : start + _CHUNK]
        scores = process.cdist(chunk, names, scorer=_SCORERS[variant], dtype=np.float32, workers=-1)
        places.append(scores.argmax(axis=1))
        best.append(scores.max(axis=1))
    return make_pairs(lists.left["id"], lists.right["id"].to_numpy()[np.concatenate(places)], np.concatenate(best))


def run_string_grouper(lists: Lists, variant: str) -> pd.DataFrame:
    """Cosine of character n-grams; the variant is their size, 3 by default.

    The least similarity is 0.4 instead of 0.8, which loses half of the pairs, and five partners at most.
    """
    from string_grouper import match_strings

    left, right = lists.left, lists.right
    found = match_strings(
        right["name"],
        left["name"],
        right["id"],
        left["id"],
        ngram_size=int(variant),
        min_similarity=0.4,
        max_n_matches=5,
        number_of_processes=os.cpu_count() or 1,
        normalize_to_ascii=True,
    )
    # It calls the first series, our right list, left.
    return make_pairs(found["right_id"], found["left_id"], found["similarity"])
