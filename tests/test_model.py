"""Frames keep their contract: columns, order, dtypes and blanks, whatever comes in."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pandas as pd
import pytest

from core.model import LOCAL_FRAMES, XPM_FRAMES, FrameBroken, empty_frame, practice_today, shape_frame
from tests.fakes import FakeClock

EVERY = [*LOCAL_FRAMES.values(), *XPM_FRAMES.values()]


@pytest.mark.parametrize("contract", EVERY, ids=lambda contract: contract.name)
def test_shaping_an_empty_frame_gives_the_empty_frame(contract) -> None:  # type: ignore[no-untyped-def]  # any contract
    shaped = shape_frame(pd.DataFrame(index=pd.Index([], dtype="str")), contract)
    pd.testing.assert_frame_equal(shaped, empty_frame(contract))


@pytest.mark.parametrize("contract", EVERY, ids=lambda contract: contract.name)
def test_a_row_without_columns_gets_every_blank(contract) -> None:  # type: ignore[no-untyped-def]  # any contract
    shaped = shape_frame(pd.DataFrame(index=pd.Index(["1"], dtype="str")), contract)
    assert shaped.dtypes.tolist() == empty_frame(contract).dtypes.tolist()
    assert list(shaped.columns) == contract.names


def test_missing_text_becomes_empty_text_and_other_columns_go() -> None:
    frame = pd.DataFrame({"name": [None, "Tui"], "colour": ["red", "blue"]}, index=["1", "2"])
    shaped = shape_frame(frame, LOCAL_FRAMES["clients"])
    assert (shaped["name"].tolist(), "colour" in shaped) == (["", "Tui"], False)


def test_money_stays_decimal() -> None:
    frame = pd.DataFrame({"unit_cost": [Decimal("1.10")]}, index=["1"])
    assert shape_frame(frame, XPM_FRAMES["costs"])["unit_cost"].tolist() == [Decimal("1.10")]


def test_a_doubled_id_breaks_the_contract_and_is_named() -> None:
    with pytest.raises(FrameBroken, match="'1' occurs twice"):
        shape_frame(pd.DataFrame({"name": ["a", "b"]}, index=["1", "1"]), LOCAL_FRAMES["staff"])


def test_a_value_that_is_no_number_breaks_the_contract_and_names_the_column() -> None:
    with pytest.raises(FrameBroken, match="'minutes'"):
        shape_frame(pd.DataFrame({"minutes": ["abc"]}, index=["1"]), XPM_FRAMES["times"])


def test_today_is_the_practices_date_and_not_the_computers() -> None:
    assert practice_today(FakeClock(), "Pacific/Auckland") == date(2026, 11, 20)
    assert practice_today(FakeClock(), "America/Los_Angeles") == date(2026, 11, 19)
    assert practice_today(FakeClock(), "Pacific/Auckland", date(2026, 1, 2)) == date(2026, 1, 2)
