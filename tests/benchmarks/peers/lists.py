"""What the peers are given: the two lists as text frames, and names cleaned the way their tutorials clean columns."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

#: Columns of numbers typed in any style: only letters and digits of them are compared.
_NUMBERS = ("tax_no", "phone", "company_no", "postcode", "dob")
#: Share of the records from which on a word tells nothing, such as "pty" or "trust".
_COMMON_SHARE = 0.02
#: Records a word may occur in to be worth blocking on, so that large lists stay within memory.
_BLOCK_LIMIT = 800
#: What a tool proposes: `score` orders pairs, more is better; probability is empty where the tool gives none.
PAIR_COLUMNS = ["left_id", "right_id", "score", "probability", "band"]


@dataclass(frozen=True)
class Lists:
    """Two lists of text columns with a plain index; `columns` are those both have besides id and name."""

    left: pd.DataFrame
    right: pd.DataFrame
    columns: list[str]


def read_lists(folder: Path, names_only: bool, every: int) -> Lists:
    """The lists of a folder; only every n-th row of left, whole right."""
    left, right = (pd.read_csv(folder / f"{side}.csv", dtype=str, keep_default_na=False) for side in ("left", "right"))
    shared = [column for column in left.columns if column in right.columns and column not in ("id", "name")]
    columns = [] if names_only else shared
    keep = ["id", "name", *columns]
    return Lists(left.loc[::every, keep].reset_index(drop=True), right[keep], columns)


def make_pairs(
    left_id: Iterable[str], right_id: Iterable[str], score: Iterable[float], probability: Iterable[float] | None = None
) -> pd.DataFrame:
    """The frame a runner gives back, columns PAIR_COLUMNS, in any order."""
    columns = {"left_id": left_id, "right_id": right_id, "score": score}
    return pd.DataFrame({**columns, "probability": probability, "band": ""}, columns=PAIR_COLUMNS)


def split_name(name: str) -> list[str]:
    """The words of a name in lower case without accents; "&" is "and"."""
    plain = unicodedata.normalize("NFKD", name.lower().replace("&", " and "))
    return re.findall(r"[a-z0-9]+", "".join(char for char in plain if not unicodedata.combining(char)))


def clean_name(name: str) -> str:
    """A name as its words in lower case, in their order."""
    return " ".join(split_name(name))


def derive_columns(lists: Lists) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Both lists with the columns a model of several columns needs, empty cells as None.

    `clean` and `sorted` hold all words; `core` those rare in the lists, `forms` the frequent ones ("pty", "trust");
    `rare` the rarest word and `words` the up to three rarest as a list.
    """
    counts = Counter(
        word for frame in (lists.left, lists.right) for name in frame["name"] for word in set(split_name(name))
    )
    bound = max(20.0, _COMMON_SHARE * (len(lists.left) + len(lists.right)))
    left, right = (_derive_side(frame, lists.columns, counts, bound) for frame in (lists.left, lists.right))
    return left, right


def _derive_side(frame: pd.DataFrame, columns: list[str], counts: Counter[str], bound: float) -> pd.DataFrame:
    words = [split_name(name) for name in frame["name"]]
    core = [[word for word in each if counts[word] <= bound] or each for each in words]
    rare = [sorted(set(each), key=lambda word: (counts[word], word)) for each in core]
    derived = {
        "unique_id": frame["id"].tolist(),
        "clean": _join(words),
        "sorted": _join(sorted(each) for each in words),
        "core": _join(sorted(each) for each in core),
        "forms": _join(sorted(word for word in each if counts[word] > bound) for each in words),
        "rare": [each[0] if each else None for each in rare],
        "words": [[word for word in each[:3] if counts[word] <= _BLOCK_LIMIT] for each in rare],
    }
    kept = {column: [_clean_cell(column, cell) for cell in frame[column]] for column in columns}
    return pd.DataFrame({**derived, **kept})


def _join(words: Iterable[list[str]]) -> list[str | None]:
    return [" ".join(each) or None for each in words]


def _clean_cell(column: str, cell: str) -> str | None:
    text = cell.strip().lower()
    return (re.sub(r"[^0-9a-z]", "", text) if column in _NUMBERS else text) or None
