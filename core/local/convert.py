"""One way to convert a column of text: each distinct text is read once, and keeps its flaw beside its value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np
import pandas as pd

Value = TypeVar("Value")


@dataclass(frozen=True)
class Reading(Generic[Value]):
    """One text as read: its value, or None and the sentence that says why not."""

    value: Value | None
    flaw: str = ""


@dataclass(frozen=True)
class Converted:
    """A converted column, same index as the text: `values` (None where flawed) and `flaws` (empty where fine)."""

    values: pd.Series
    flaws: pd.Series


@dataclass(frozen=True)
class Distinct:
    """The distinct texts of a column: `texts[codes[i]]` is the text of row i."""

    index: pd.Index
    codes: np.ndarray[Any, np.dtype[np.intp]]
    texts: list[str]

    @classmethod
    def of(cls, column: pd.Series) -> Distinct:
        """The distinct texts in the order in which they appear."""
        codes, texts = pd.factorize(column)
        return cls(column.index, codes, [str(text) for text in texts])

    def line_of(self, text: str) -> int:
        """The first line that holds the text."""
        return int(self.index[int(np.argmax(self.codes == self.texts.index(text)))])

    def spread(self, readings: list[Reading[Any]]) -> Converted:
        """One reading per distinct text, handed to every row that holds the text."""
        values = _take([reading.value for reading in readings], self.codes)
        flaws = _take([reading.flaw for reading in readings], self.codes)
        return Converted(pd.Series(values, index=self.index, dtype="object"), pd.Series(flaws, index=self.index))


def convert_column(column: pd.Series, read: Callable[[str], Reading[Any]]) -> Converted:
    """The column with each distinct text read by `read`."""
    distinct = Distinct.of(column)
    return distinct.spread([read(text) for text in distinct.texts])


def _take(values: list[Any], codes: np.ndarray[Any, np.dtype[np.intp]]) -> np.ndarray[Any, Any]:
    array = np.empty(len(values), dtype="object")
    array[:] = values
    taken: np.ndarray[Any, Any] = array[codes]
    return taken
