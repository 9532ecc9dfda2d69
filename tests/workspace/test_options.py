"""Settings that people type: money is money, and what cannot be read says so."""

from __future__ import annotations

from decimal import Decimal

import pytest

from core.workspace.options import RateWrong, read_rate


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("", None),
        ("  ", None),
        ("180", Decimal(180)),
        ("182.50", Decimal("182.50")),
        ("$1,182.5", Decimal("1182.5")),
        ("0", Decimal(0)),
    ],
)
def test_a_rate_is_read_as_it_is_typed(text: str, rate: Decimal | None) -> None:
    assert read_rate(text) == rate


@pytest.mark.parametrize("text", ["a lot", "-5", "1e9", "nan", "inf", "12.345", "1.5.2"])
def test_what_is_no_amount_is_refused_with_the_text(text: str) -> None:
    with pytest.raises(RateWrong, match="is no hourly rate"):
        read_rate(text)
