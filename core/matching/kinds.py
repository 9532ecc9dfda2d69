"""The kinds of record that can be matched, by name."""

from __future__ import annotations

from core.model import TieoutError

from .clients import ClientMethod
from .method import Method
from .staff import StaffMethod
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
