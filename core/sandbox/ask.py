"""A call in the words of the practice: path words, query and body, and the readings that several calls share."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from urllib.parse import quote, urlencode

from core.sandbox.body import EMPTY, Part, read_date
from core.sandbox.calls import XPM_ROOT
from core.sandbox.errors import BadParameter, MissingElement
from core.sandbox.practice import Practice
from core.sandbox.wire import Fields

MOST_PER_PAGE = 500
USUAL_PER_PAGE = 50


@dataclass(frozen=True)
class Ask:
    """`words` are the variable parts of the path; names of query parameters are lower case."""

    words: tuple[str, ...] = ()
    query: Mapping[str, str] = field(default_factory=dict)
    body: Part = EMPTY

    @property
    def key(self) -> str:
        """The first variable part of the path."""
        return self.words[0]

    @property
    def is_detailed(self) -> bool:
        return self.query.get("detailed", "").lower() == "true"

    def day(self, name: str) -> date | None:
        """A yyyymmdd query parameter; None when missing or empty."""
        text = self.query.get(name, "")
        day = read_date(text) if text else None
        if text and day is None:
            raise BadParameter(f"The parameter {name} must be a date in the format yyyymmdd")
        return day

    def required_day(self, name: str) -> date:
        """BadParameter when the parameter is missing or no date."""
        day = self.day(name)
        if day is None:
            raise BadParameter(f"The parameter {name} is required")
        return day

    def moment(self, name: str) -> datetime | None:
        """A yyyy-MM-ddTHH:mm:ss query parameter, UTC without zone; None when missing."""
        text = self.query.get(name, "")
        if not text:
            return None
        try:
            return datetime.fromisoformat(text.removesuffix("Z")).replace(tzinfo=None)
        except ValueError as error:
            raise BadParameter(f"The parameter {name} must have the format yyyy-MM-ddTHH:mm:ss") from error


@dataclass(frozen=True)
class Window:
    """Days from `first` to `last`, both included."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


def read_window(practice: Practice, ask: Ask) -> Window:
    """The query's from and to; complains about one thing at a time."""
    window = Window(ask.required_day("from"), ask.required_day("to"))
    if window.last < window.first:
        raise BadParameter("The parameter to must not be before from")
    year_later = add_year(window.first)
    is_refused = practice.switches.range_exactly_one_year == "400" and window.last == year_later
    if window.last > year_later or is_refused:
        raise BadParameter("The range from from to to must be less than one year")
    return window


def add_year(day: date) -> date:
    """The same day a year later; 29 February becomes the 28th."""
    if (day.month, day.day) == (2, 29):
        return date(day.year + 1, 2, 28)
    return day.replace(year=day.year + 1)


@dataclass(frozen=True)
class Page:
    """One page of a list; `number` counts from 0."""

    number: int
    size: int
    path: str
    base: str

    def cut(self, rows: list[Fields]) -> list[Fields]:
        """The rows of this page; none behind the last one."""
        return rows[self.number * self.size : (self.number + 1) * self.size]

    def links(self, total: int) -> Fields:
        """The Pagination element: First always, Next unless this is the last page."""
        has_next = (self.number + 1) * self.size < total
        next_url = self._url({"pageToken": write_token(self.number + 1)}) if has_next else None
        return [("Links", [("First", self._url({})), ("Next", next_url)])]

    def _url(self, query: dict[str, str]) -> str:
        return f"{self.base}{XPM_ROOT}{quote(self.path)}?{urlencode({**query, 'pageSize': str(self.size)})}"


def read_page(practice: Practice, ask: Ask, path: str) -> Page:
    """The page that pageSize and pageToken ask for; BadParameter when either is not ours."""
    size = ask.query.get("pagesize", "") or str(USUAL_PER_PAGE)
    if not size.isdecimal() or not 1 <= int(size) <= MOST_PER_PAGE:
        raise BadParameter(f"The parameter pageSize must be between 1 and {MOST_PER_PAGE}")
    token = ask.query.get("pagetoken", "")
    return Page(read_token(token) if token else 0, int(size), path, practice.sandbox.link_base)


def write_token(number: int) -> str:
    """An opaque token for the page with this number, counted from 0."""
    return base64.b64encode(f"p{number + 1}".encode()).decode()


def read_token(token: str) -> int:
    """The page number, from 0, of a token of ours."""
    try:
        text = base64.b64decode(token, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError) as error:
        raise BadParameter("The parameter pageToken is not valid") from error
    if text[:1] != "p" or not text[1:].isdecimal() or int(text[1:]) < 2:
        raise BadParameter("The parameter pageToken is not valid")
    return int(text[1:]) - 1


@dataclass(frozen=True)
class Update:
    """Reads an update's elements under the switch partial_update, which rules those left out."""

    practice: Practice
    body: Part

    def text(self, name: str, current: str, *, stays: bool = False) -> str:
        """The element's text; `stays` marks one that cannot be emptied by leaving it out."""
        if self.body.has(name):
            return self.body.text_of(name)
        return current if self.keeps(name) or stays else ""

    def keeps(self, name: str) -> bool:
        """Whether the element is left out and its old value is to stay; MissingElement where updates must be full."""
        if self.body.has(name):
            return False
        if self.practice.switches.partial_update == "refuses":
            raise MissingElement(name)
        return self.practice.switches.partial_update == "keeps"
