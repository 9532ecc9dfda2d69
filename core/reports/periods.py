"""The periods a practice reports: months, quarters, and the financial year by the month it ends in."""

from __future__ import annotations

from calendar import monthrange
from datetime import date


def list_periods(today: date, year_end_month: int) -> dict[str, tuple[date, date]]:
    """Periods by name, both ends included; quarters and the year follow the month the financial year ends in."""
    month = today.replace(day=1)
    quarter = _go_back(month, (today.month - year_end_month - 1) % 3)
    year = _go_back(month, (today.month - year_end_month - 1) % 12)
    return {
        "This month": (month, _end_of(month)),
        "Last month": (_go_back(month, 1), _end_of(_go_back(month, 1))),
        "This quarter": (quarter, _end_of(_go_back(quarter, -2))),
        "Last quarter": (_go_back(quarter, 3), _end_of(_go_back(quarter, 1))),
        "This financial year": (year, _end_of(_go_back(year, -11))),
    }


def _go_back(month: date, months: int) -> date:
    """The first day of the month that many months before."""
    years, index = divmod(month.year * 12 + month.month - 1 - months, 12)
    return date(years, index + 1, 1)


def _end_of(month: date) -> date:
    return month.replace(day=monthrange(month.year, month.month)[1])
