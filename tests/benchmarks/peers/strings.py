"""Peers that compare names only: two ways with rapidfuzz, and string_grouper."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
from rapidfuzz import fuzz, process

from .lists import Lists, Pair, clean_name

#: Rows of the matrix that rapidfuzz fills at a time, so that its memory stays bounded.
_CHUNK = 500
_SCORERS: dict[str, Callable[..., float]] = {"token_sort_ratio": fuzz.token_sort_ratio, "WRatio": fuzz.WRatio}


def run_loop(lists: Lists, variant: str) -> Iterator[Pair]:
    """The loop everybody writes first: for each name the best of all names, by one scorer, in one thread."""
    names, ids = [clean_name(name) for name in lists.right["name"]], lists.right["id"].tolist()
    for left_id, name in zip(lists.left["id"], lists.left["name"], strict=True):
        found = process.extractOne(clean_name(name), names, scorer=_SCORERS[variant])
        if found:
            yield Pair(left_id, ids[found[2]], found[1])


def run_cdist(lists: Lists, variant: str) -> Iterator[Pair]:
    """The matrix of all scores in chunks, on all cores."""
    names, ids = [clean_name(name) for name in lists.right["name"]], lists.right["id"].tolist()
    for start in range(0, len(lists.left), _CHUNK):
        chunk = lists.left.iloc[start : start + _CHUNK]
        queries = [clean_name(name) for name in chunk["name"]]
        scores = process.cdist(queries, names, scorer=_SCORERS[variant], dtype=np.float32, workers=-1)
        for left_id, row, place in zip(chunk["id"], scores, scores.argmax(axis=1), strict=True):
            yield Pair(left_id, ids[place], float(row[place]))


def run_string_grouper(lists: Lists, variant: str) -> Iterator[Pair]:
    """Cosine of character n-grams; the variant is their size, 3 by default.

    The least similarity is 0.4 instead of 0.8, which loses half of the pairs, and five partners at most.
    """
    from string_grouper import match_strings

    left, right = lists.left, lists.right
    found: pd.DataFrame = match_strings(
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
    for left_id, right_id, score in zip(found["right_id"], found["left_id"], found["similarity"], strict=True):
        yield Pair(left_id, right_id, float(score))
