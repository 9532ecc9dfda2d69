"""Names of jobs from a pattern such as "{template} {period}", filled in for one client at one date."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from core.model import TieoutError

#: What a pattern may hold, with an example of each for the page.
PLACEHOLDERS: Mapping[str, str] = {
    "client": "Tui & Tawa Bakery Ltd",
    "template": "Annual accounts",
    "period": "Sep Qtr 2026",
    "year": "2026, the year of the start date",
    "fy": "FY2027, the financial year the start date lies in",
    "month": "September, the month of the start date",
    "quarter": "Sep Qtr, the quarter the start date lies in",
}
MONTHS: tuple[str, ...] = ("January", "February", "March", "April", "May", "June", "July")
MONTHS += ("August", "September", "October", "November", "December")

_PLACEHOLDER = re.compile(r"\{\s*([^{}]*?)\s*\}")
_SEPARATORS = r"[-–—·,:/|]"
#: A separator or a pair of brackets that an empty placeholder has left with nothing on one side.
_LEFT_OVER = re.compile(
    rf"\(\s*\)|\[\s*\]|^\s*{_SEPARATORS}+\s+|\s+{_SEPARATORS}+\s*$|\s{_SEPARATORS}(?=\s+{_SEPARATORS})"
)


class UnknownPlaceholder(TieoutError):
    """A pattern asks for something nobody can fill in."""

    def __init__(self, name: str) -> None:
        known = ", ".join(f"{{{one}}}" for one in PLACEHOLDERS)
        super().__init__(f"The name has the placeholder {{{name}}}, which is not known. Known are {known}.")


def fill_name(
    pattern: str, *, client: str, template: str, period: str, start: date | None, year_end_month: int = 6
) -> str:
    """The pattern with its placeholders filled in; one without a value goes, with the separator it leaves dangling.

    year, fy, month and quarter are those of the start date; a financial year is named for the year it ends in, a
    quarter for its last month. A pattern without placeholders is a name already. Raises UnknownPlaceholder.
    """
    values = {"client": client, "template": template, "period": period, **_name_date(start, year_end_month)}

    def fill(match: re.Match[str]) -> str:
        name = match.group(1)
        if name.casefold() not in values:
            raise UnknownPlaceholder(name)
        return values[name.casefold()]

    filled = " ".join(_PLACEHOLDER.sub(fill, pattern).split())
    return _tidy(filled) if filled != " ".join(pattern.split()) else filled


def _name_date(start: date | None, year_end_month: int) -> dict[str, str]:
    if start is None:
        return dict.fromkeys(("year", "fy", "month", "quarter"), "")
    return {
        "year": str(start.year),
        "fy": f"FY{find_financial_year(start, year_end_month)}",
        "month": MONTHS[start.month - 1],
        "quarter": f"{MONTHS[find_quarter_end(start.month, year_end_month) - 1][:3]} Qtr",
    }


def find_financial_year(day: date, year_end_month: int) -> int:
    """The calendar year in which the financial year of this day ends."""
    return day.year + (day.month > year_end_month)


def find_quarter_end(month: int, year_end_month: int) -> int:
    """The last month, 1 to 12, of the quarter of the financial year that this month lies in."""
    return (month - 1 + (year_end_month - month) % 3) % 12 + 1


def _tidy(name: str) -> str:
    tidied = " ".join(_LEFT_OVER.sub(" ", name).split())
    return tidied if tidied == name else _tidy(tidied)
