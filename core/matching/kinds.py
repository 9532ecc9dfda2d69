"""The kinds of record that can be matched, by name."""

from __future__ import annotations

import pandas as pd

from core.model import TieoutError

from .clients import ClientMethod
from .method import Method
from .staff import StaffMethod
from .trade import guess_year_end
from .work import WorkMethod

KINDS = ("clients", "staff", "processes", "tasks")


class UnknownKind(TieoutError):
    """Matching was asked for a kind of record it does not know."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"There is no matching for {kind!r}. Choose one of {', '.join(KINDS)}.")


def choose_method(kind: str, year_end_month: int = 6) -> Method:
    """The method of a kind. Raises UnknownKind."""
    if kind == "clients":
        return ClientMethod()
    if kind == "staff":
        return StaffMethod()
    if kind in KINDS:
        return WorkMethod(kind, year_end_month)
    raise UnknownKind(kind)


def guess_year_end_month(kind: str, left: pd.DataFrame, right: pd.DataFrame) -> int:
    """The last month of the financial year that two lists of work seem to go by; 6 for all other kinds of record."""
    if kind not in ("processes", "tasks"):
        return 6
    columns = [frame[name] for frame in (left, right) for name in ("job_name", "name") if name in frame.columns]
    return guess_year_end(text for column in columns for text in column.dropna().astype(str).unique())
