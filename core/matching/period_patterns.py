"""How periods are written, as patterns; `periods` says what each kind of finding means.

The order matters: a longer way of writing comes before those that are parts of it, and what one pattern has taken the
later ones do not see.
"""

from __future__ import annotations

import re

_MONTH = (
    r"(?P<{0}>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_YEAR4 = r"(?:19|20)\d\d"
#: Two digits alone are a year from 10 on: "01" to "09" number steps.
_YEAR = rf"(?P<year>{_YEAR4}|['’]\d\d|[1-4]\d)"
_QTR = r"(?:quarter|qtrs?|qrtr|qr|qtly|quarterly|q)"
_FY = r"(?:f\.?y\.?e?|fin(?:ancial)?\.? ?(?:year|yr)|tax year|t\.?y|year|yr|y/?e|year[ -]end(?:ed|ing)?|f(?=\d\d\b))"
_ENDED = r"[ -]?(?:to|end(?:ed|ing|s)?(?: on)?)"
_GAP = r"[\s,.\-–/'’]*"
_DASH = r"\s*(?:-|–|—|/|to|&)\s*"
_TO = r"\s*(?P<to>-|–|—|/|to|&)\s*"
_TO_YEAR = rf"{_GAP}(?:{_QTR}{_GAP})?{_YEAR}"
_NTH = r"(?:m(?:th|nth|onth)?|p(?:d|er|eriod)?)\.?[ -]*0?(?P<nth>1[0-2]|[1-9])"
#: What a last day is the end of, as `UNITS` names it.
_UNIT = (
    rf"(?:(?P<unit>w/?e|(?:week|wk){_ENDED}|(?:f/?e|f/?n|fortnight(?:ly)?)(?:{_ENDED})?|q/?e|{_QTR}{_ENDED}|m/?e|"
    rf"(?:month|mth){_ENDED}|(?:[236]|12|two|three|six|twelve)[ -](?:(?:months?|mths?){_ENDED}|(?:month|mth)ly)|"
    rf"(?:half[ -]?(?:year|yr)(?:ly)?|h/?y/?e?)(?:{_ENDED})?|"
    rf"w/?c|(?:week|wk) (?:commencing|beginning|starting|of)|y/?e|f\.?y\.?e?|"
    rf"(?:financial |fin )?(?:year|yr)(?:{_ENDED})?|pp?/?e|(?:pay )?period(?:{_ENDED})?)[\s:.\-]*)?"
)
UNITS = (
    (re.compile(r"w/?c|w.*(?:commencing|beginning|starting|of)"), "week from"),
    (re.compile(r"6|six|h"), "half"),
    (re.compile(r"12|twelve"), "year"),
    (re.compile(r"3|three"), "quarter"),
    (re.compile(r"2|two"), "two months"),
    (re.compile(r"w|pay"), "week"),
    (re.compile(r"fo|f/?[en]\b"), "fortnight"),
    (re.compile(r"q"), "quarter"),
    (re.compile(r"m"), "month"),
    (re.compile(r"y|f"), "year"),
)


def _compile(*patterns: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w/]){''.join(patterns)}(?![\w])", re.IGNORECASE)


_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_DATE = r"(?P<day>\d{1,2})[/.\-](?P<number>\d{1,2})[/.\-]"
#: Between a day and its month; "01 - Sep 2024" is a step and a month.
_NEAR = r"(?:\s*[.,]?\s*|[-/])"

#: From a day to a day, in figures or in words, as people write stretches that need be no whole months.
_FROM = r"(?P<from>\d{1,2})(?:st|nd|rd|th)?"
_FROM_YEAR = rf"(?P<first_year>{_YEAR4}|['’]?\d\d)"
_CALENDAR = r"(?:c\.?y\.?|cal(?:endar)?\.?(?: ?(?:year|yr))?)"
_HALF = r"(?:h(?:alf )?(?P<half>[12])|(?P<half2>[12])(?:st|nd)? ?h(?:alf)?)"
#: Behind its month: "June 2026 YE", "March year end 2027". At the end of a period its words are left to be read as
#: work: "March 2026 year end planning".
_YEAR_END = r"(?P<unit>y/?e|(?:financial |fin )?(?:year|yr)(?:[ -]?end(?:ed|ing)?)?)"

PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("dates", _compile(rf"(?P<from>\d{{1,2}})[/.](?P<first>\d{{1,2}})[/.](?P<first_year>{_YEAR4}|\d\d){_DASH}",
                       _DATE, _YEAR)),
    ("years", _compile(rf"(?:{_FY}{_GAP})?(?P<first>{_YEAR4}|\d\d)\s*[/–-]\s*(?P<year>{_YEAR4}|\d\d)(?![/\-]\d)")),
    ("days", _compile(_FROM, _GAP, _MONTH.format("first"), rf"(?:{_GAP}{_FROM_YEAR})?{_DASH}", _DAY,
                      _GAP, _MONTH.format("month"), _GAP, _YEAR)),
    ("days", _compile(_MONTH.format("first"), rf"{_NEAR}{_FROM}(?:,?\s+(?P<first_year>{_YEAR4}))?{_DASH}",
                      _MONTH.format("month"), rf"{_NEAR}{_DAY},?\s+(?P<year>{_YEAR4})")),
    ("days", _compile(_FROM, _DASH, _DAY, _NEAR, _MONTH.format("month"), _GAP, _YEAR)),
    ("span", _compile(_MONTH.format("first"), rf"{_DASH}{_MONTH.format('between')}{_DASH}",
                      _MONTH.format("month"), _TO_YEAR)),
    ("span", _compile(_MONTH.format("first"), rf"{_GAP}(?:{_YEAR4}|['’]?\d\d){_DASH}",
                      _MONTH.format("month"), _TO_YEAR)),
    ("day", _compile(_UNIT, _DAY, _NEAR, _MONTH.format("month"), _GAP, _YEAR)),
    ("day", _compile(_UNIT, _MONTH.format("month"), rf"{_NEAR}{_DAY},?\s+(?P<year>{_YEAR4})")),
    ("day", _compile(_UNIT, _DATE, _YEAR)),
    ("day", _compile(_UNIT, rf"(?P<year>{_YEAR4})-(?P<number>\d\d)-(?P<day>\d\d)")),
    ("span", _compile(_MONTH.format("first"), _TO, _MONTH.format("month"), _TO_YEAR)),
    ("number", _compile(rf"{_QTR}[\s\-]*(?P<quarter>[1-4])(?:st|nd|rd|th)?{_GAP}(?:of\s*)?(?:{_FY})?{_GAP}", _YEAR)),
    ("number", _compile(rf"(?:{_FY})?{_GAP}", _YEAR, rf"{_GAP}{_QTR}\s*(?P<quarter>[1-4])")),
    ("number", _compile(rf"(?P<quarter>[1-4])(?:st|nd|rd|th)?\s*{_QTR}{_GAP}(?:of\s*)?(?:{_FY})?{_GAP}", _YEAR)),
    ("half", _compile(rf"{_HALF}{_GAP}(?:of\s*)?(?:{_FY})?{_GAP}", _YEAR)),
    ("week", _compile(rf"(?:wk|week)\s?0?(?P<week>\d\d?){_GAP}(?:{_FY})?{_GAP}", _YEAR)),
    ("nth", _compile(_NTH, rf"(?:{_GAP}(?:{_FY}){_GAP}|[\s\-/]+)", _YEAR)),
    ("nth", _compile(rf"(?:{_FY})?{_GAP}", _YEAR, rf"{_GAP}", _NTH)),
    ("quarter", _compile(_MONTH.format("month"), _GAP, _YEAR, rf"{_GAP}{_QTR}")),
    ("quarter", _compile(_MONTH.format("month"), rf"{_GAP}{_QTR}{_GAP}", _YEAR)),
    ("until", _compile(_UNIT.removesuffix("?"), _MONTH.format("month"), _GAP, _YEAR)),
    ("until", _compile(_MONTH.format("month"), _GAP, _YEAR, rf"(?={_GAP}{_YEAR_END}\b)")),
    ("until", _compile(_MONTH.format("month"), _GAP, _YEAR_END, _GAP, _YEAR)),
    ("quarter", _compile(rf"{_QTR}{_GAP}(?:end(?:ed|ing)?|to)?{_GAP}", _MONTH.format("month"), _GAP, _YEAR)),
    ("month", _compile(_MONTH.format("month"), _GAP, _YEAR)),
    ("month", _compile(rf"(?P<year>{_YEAR4}){_GAP}", _MONTH.format("month"))),
    ("month", _compile(rf"(?P<number>0?[1-9]|1[0-2])[/.\-](?P<year>{_YEAR4})")),
    ("month", _compile(rf"(?P<year>{_YEAR4})[/.\-](?P<number>0[1-9]|1[0-2])(?![/.\-]\d)")),
    ("calendar", _compile(rf"{_CALENDAR}{_GAP}", _YEAR)),
    ("calendar", _compile(rf"(?P<year>{_YEAR4}) ?{_CALENDAR}")),
    ("marked", _compile(rf"{_FY}{_GAP}", _YEAR)),
    ("marked", _compile(rf"(?P<year>{_YEAR4}|\d\d)\s?fy")),
    ("marked", _compile(rf"(?P<year>{_YEAR4}) ?(?:financial |fin |tax )?(?:year|yr)(?![ -]?end)")),
    ("year", _compile(rf"(?P<year>{_YEAR4})(?![/\-]\d(?!\d))")),
    ("year", _compile(r"(?P<year>['’]\d\d)")),
)  # fmt: skip

#: Periods without their year. A number needs a word before it, or a year somewhere in the text.
SEASONS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("days", _compile(_FROM, _GAP, _MONTH.format("first"), _DASH, _DAY, _GAP, _MONTH.format("month"))),
    ("days", _compile(_FROM, _DASH, _DAY, _NEAR, _MONTH.format("month"))),
    ("span", _compile(_MONTH.format("first"), rf"{_DASH}{_MONTH.format('between')}{_DASH}", _MONTH.format("month"))),
    ("span", _compile(_MONTH.format("first"), _TO, _MONTH.format("month"))),
    ("day", _compile(_UNIT, _DAY, _NEAR, _MONTH.format("month"))),
    ("day", _compile(_UNIT.removesuffix("?"), r"(?P<day>\d{1,2})[/.](?P<number>\d{1,2})")),
    ("until", _compile(_UNIT.removesuffix("?"), _MONTH.format("month"))),
    ("until", _compile(_MONTH.format("month"), rf"(?={_GAP}{_YEAR_END}\b)")),
    ("quarter", _compile(_MONTH.format("month"), _GAP, _QTR)),
    ("quarter", _compile(rf"{_QTR}{_GAP}(?:end(?:ed|ing)?|to)?{_GAP}", _MONTH.format("month"))),
    ("number", _compile(rf"{_QTR}[\s\-]*(?P<quarter>[1-4])")),
    ("number", _compile(rf"(?P<quarter>[1-4])(?:st|nd|rd|th)?\s*{_QTR}")),
    ("half", _compile(_HALF)),
    ("week", _compile(r"(?:wk|week)\s?0?(?P<week>\d\d?)")),
    ("nth", _compile(r"(?:mth|month|period|pd)\.?[ -]*0?(?P<nth>1[0-2]|[1-9])")),
    ("month", _compile(_MONTH.format("month"))),
)
LETTERED = _compile(r"[mp]0?(?P<nth>1[0-2]|[1-9])")
#: Counting words before what is counted, and the figures that the patterns know.
ORDINALS = tuple(
    (re.compile(rf"\b{word}(?= (?:quarter|qtr|half))", re.IGNORECASE), figure)
    for word, figure in (("first", "1st"), ("second", "2nd"), ("third", "3rd"), ("fourth", "4th"))
)
