"""Exports: no cell of ours runs in a spreadsheet."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from core.reports import to_csv, to_xlsx


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_a_note_that_looks_like_a_formula_is_guarded_in_csv(text: str) -> None:
    frame = pd.DataFrame({"note": [text]}, index=pd.Index(["1"], name="id"))
    assert f"'{text}" in to_csv(frame).decode("utf-8-sig")


def test_a_negative_number_stays_a_number_in_csv() -> None:
    frame = pd.DataFrame({"minutes": [-30]}, index=pd.Index(["1"], name="id"))
    assert to_csv(frame).decode("utf-8-sig").splitlines()[1] == "1,-30"


def test_a_formula_is_text_in_a_workbook() -> None:
    frame = pd.DataFrame({"note": ["=1+1"], "minutes": [5]}, index=pd.Index(["1"], name="id"))
    rows = CalamineWorkbook.from_filelike(BytesIO(to_xlsx({"Notes": frame}))).get_sheet_by_name("Notes").to_python()
    assert rows == [["id", "note", "minutes"], ["1", "'=1+1", 5.0]]


def test_dates_money_and_gaps_survive_in_a_workbook() -> None:
    frame = pd.DataFrame({"date": [pd.Timestamp("2026-11-20"), pd.NaT], "price": [Decimal("52.50"), None]})
    rows = CalamineWorkbook.from_filelike(BytesIO(to_xlsx({"S": frame}))).get_sheet_by_name("S").to_python()
    assert rows[1] == [date(2026, 11, 20), 52.5]
    assert rows[2] == ["", ""]
