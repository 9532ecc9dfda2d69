"""Looks made by hand: a linked task as it is unless a test says otherwise."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from core.mapping.looks import LocalFacts, Look, XpmFacts

LOCAL = LocalFacts("BAS - Sep", "C1", "P1", "Sep Qtr 2026", "2026-10-01", "2026-10-28", completed=False)
XPM = XpmFacts("BAS - Quarter September", "J1", "BAS 2026", "X1", "K1", completed=False, closed=False)


def look(local: dict[str, Any] | None = None, xpm: dict[str, Any] | None = None, **values: Any) -> Look:
    """A look with these facts changed; `ended` follows the local side unless it is given."""
    here = replace(LOCAL, **(local or {}))
    values.setdefault("ended", here.completed)
    return replace(Look("T1", here, replace(XPM, **(xpm or {}))), **values)
