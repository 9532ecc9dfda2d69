"""Durations: one declared unit per column, whole minutes by half-up, the rounding shown.

`1:30`, `1.5`, `90`, `1h30` and `PT1H30M` may all mean the same, and `1.30` two different things. So a column is read in
its declared unit only, and a column that holds two forms is refused with an example of each.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from math import floor

import pandas as pd

from core.local.convert import Converted, Distinct, Reading
from core.local.table import FileAsks, FileRefused, show_text

_FORMS: dict[str, re.Pattern[str]] = {
    "whole": re.compile(r"-?\d+"),
    "decimal": re.compile(r"-?\d*[.,]\d+"),
    "clock": re.compile(r"-?\d+:\d{1,2}(:\d{1,2}(\.\d+)?)?"),
    "letters": re.compile(
        r"-?(?=\d)(\d+(?:[.,]\d+)? ?h(?:(?:ou)?rs?|ours?)?)? ?(\d+ ?(?:m(?:in(?:ute)?s?)?)?)?", re.IGNORECASE
    ),
    "iso": re.compile(r"-?P(?:(\d+)D)?(?:T(?:(\d+(?:[.,]\d+)?)H)?(?:(\d+(?:[.,]\d+)?)M)?(?:(\d+(?:[.,]\d+)?)S)?)?"),
}
_ALLOWED = {
    "minutes": ({"whole"}, {"decimal"}),
    "hours": ({"whole", "decimal"},),
    "h:mm": ({"clock"},),
    "iso": ({"iso"},),
    "excel": ({"whole", "decimal", "clock"},),
    "1h30m": ({"letters"},),
}
_DOTTED = re.compile(r"-?\d*[.,](\d\d)")
#: More minutes than a year has are no duration at all, and would not fit the tables.
_LONGEST = 366 * 1440
#: Hundredths that look like minutes when written after a dot.
_LIKE_MINUTES = {"10", "15", "20", "30", "40", "45"}


class UnitsMixed(FileRefused):
    """The column holds durations that are not of its declared unit."""

    def __init__(self, file: str, column: str, unit: str, examples: list[str]) -> None:
        super().__init__(
            file,
            f"column {column!r} is declared as {unit} but holds {', '.join(examples)}",
            "Export one form only, or choose the form the file is written in on Connection, step The local side.",
        )


class UnitAsked(FileAsks):
    """Nobody has said what the numbers of the column count."""

    def __init__(self, file: str, column: str, previews: dict[str, str]) -> None:
        super().__init__(file, f"the unit of column {column!r} is not declared", "unit", previews)


class DotAsked(FileAsks):
    """`1.30` may be 1 h 30 or 1.3 h."""

    def __init__(self, file: str, column: str, line: int, text: str) -> None:
        hours, hundredths = re.split("[.,]", text.strip().lstrip("-"))
        previews = {"decimal": f"{text} is {hours}.{hundredths} hours", "minutes": f"{text} is {hours} h {hundredths}"}
        super().__init__(file, f"column {column!r}, line {line}, holds {show_text(text)}", "hours_dot", previews)


@dataclass(frozen=True)
class Durations:
    """A column read as whole minutes; `rounded` counts rows that were no whole minutes, `difference` sums what
    rounding added, in minutes."""

    minutes: Converted
    rounded: int
    difference: Fraction


def read_duration(text: str, unit: str, hours_dot: str = "decimal") -> Reading[Fraction]:
    """One duration in exact minutes, negative when written so; empty text reads as None without a flaw."""
    text = text.strip().replace("−", "-")
    if not text:
        return Reading(None)
    sign, body = (-1, text[1:].strip()) if text.startswith("-") else (1, text)
    exact = _read_exact(body, unit, hours_dot)
    if exact is None or exact > _LONGEST:
        return Reading(None, f"{show_text(text)} is no duration in {unit}. Correct it or declare the unit it is in.")
    return Reading(sign * exact)


def round_minutes(exact: Fraction) -> int:
    """Whole minutes, halves away from zero: 19.8 is 20, 0.5 is 1, -0.5 is -1."""
    rounded = floor(abs(exact) + Fraction(1, 2))
    return rounded if exact >= 0 else -rounded


def read_durations(column: pd.Series, header: str, file: str, unit: str, hours_dot: str) -> Durations:
    """The column in whole minutes.

    column: text, index line. unit: minutes, hours, h:mm, iso, excel or 1h30m; empty takes the unit that the header
    names (Minutes, Hours). Raises UnitAsked, UnitsMixed or DotAsked.
    """
    distinct = Distinct.of(column)
    filled = [text for text in distinct.texts if text.strip()]
    unit = unit or _unit_of_header(header)
    if not unit:
        raise UnitAsked(file, header, _preview(filled))
    _check_forms(filled, distinct, header, file, unit)
    if unit == "hours" and not hours_dot:
        _check_dots(filled, distinct, header, file)
    return _round_all(distinct, [read_duration(text, unit, hours_dot or "decimal") for text in distinct.texts])


def _round_all(distinct: Distinct, readings: list[Reading[Fraction]]) -> Durations:
    rows = Counter(int(code) for code in distinct.codes)
    whole: list[Reading[int]] = []
    rounded, difference = 0, Fraction(0)
    for position, reading in enumerate(readings):
        minutes = None if reading.value is None else round_minutes(reading.value)
        whole.append(Reading(minutes, reading.flaw))
        if minutes is not None and reading.value is not None and minutes != reading.value:
            rounded += rows[position]
            difference += (minutes - reading.value) * rows[position]
    return Durations(distinct.spread(whole), rounded, difference)


def _form_of(text: str) -> str:
    return next((form for form, pattern in _FORMS.items() if pattern.fullmatch(text.strip().replace("−", "-"))), "")


def _check_forms(filled: list[str], distinct: Distinct, header: str, file: str, unit: str) -> None:
    examples = {form: text for text in reversed(filled) if (form := _form_of(text))}
    commas = [text for text in filled if _form_of(text) == "decimal" and "," in text]
    dots = [text for text in filled if _form_of(text) == "decimal" and "." in text]
    fits = any(set(examples) <= forms for forms in _ALLOWED[unit])
    if fits and not (commas and dots):
        return
    shown = [*examples.values()] if not fits else [commas[0], dots[0]]
    raise UnitsMixed(file, header, unit, [f"{show_text(text)} (line {distinct.line_of(text)})" for text in shown])


def _check_dots(filled: list[str], distinct: Distinct, header: str, file: str) -> None:
    hundredths = {text: match[1] for text in filled if (match := _DOTTED.fullmatch(text.strip()))}
    if any(int(part) >= 60 for part in hundredths.values()):
        return
    unclear = [text for text, part in hundredths.items() if part in _LIKE_MINUTES]
    if unclear:
        text = next((text for text in unclear if hundredths[text] == "30"), unclear[0])
        raise DotAsked(file, header, distinct.line_of(text), text)


def _unit_of_header(header: str) -> str:
    words = set(re.findall(r"[a-z]+", header.casefold()))
    named = {
        unit for unit, names in (("minutes", {"minutes", "mins", "min"}), ("hours", {"hours", "hrs"})) if words & names
    }
    return named.pop() if len(named) == 1 else ""


def _preview(filled: list[str]) -> dict[str, str]:
    previews = {}
    for unit in _ALLOWED:
        read = [(text, read_duration(text, unit).value) for text in filled[:3]]
        if read and all(exact is not None for _, exact in read):
            previews[unit] = ", ".join(f"{text} = {float(exact or 0):g} minutes" for text, exact in read)
    return previews or dict.fromkeys(_ALLOWED, "")


def _read_exact(text: str, unit: str, hours_dot: str) -> Fraction | None:
    if unit == "h:mm" or (unit == "excel" and ":" in text):
        return _read_clock(text)
    if unit == "iso":
        return _read_iso(text)
    if unit == "1h30m":
        return _read_letters(text)
    if unit == "hours" and hours_dot == "minutes" and _DOTTED.fullmatch(text):
        return _read_clock(re.sub("[.,]", ":", text))
    if unit == "minutes" and re.search(r"[.,]\d{3}$", text):
        # 1,500 may be a thousand and a half or one and a half
        return None
    number = _read_number(text)
    return None if number is None else number * {"minutes": 1, "hours": 60, "excel": 1440}[unit]


def _read_number(text: str) -> Fraction | None:
    if not (_FORMS["whole"].fullmatch(text) or _FORMS["decimal"].fullmatch(text)) or len(text) > 20:
        return None
    return Fraction(text.replace(",", "."))


def _read_clock(text: str) -> Fraction | None:
    if not _FORMS["clock"].fullmatch(text) or len(text) > 20:
        return None
    hours, minutes, *seconds = text.split(":")
    exact_seconds = Fraction(seconds[0]) if seconds else Fraction(0)
    if int(minutes) > 59 or exact_seconds >= 60 or (len(minutes) == 1 and not seconds):
        return None
    return int(hours) * 60 + int(minutes) + exact_seconds / 60


def _read_letters(text: str) -> Fraction | None:
    match = _FORMS["letters"].fullmatch(text)
    if not match or len(text) > 30 or not (match[1] or re.search("[a-z]", match[2] or "", re.IGNORECASE)):
        return None
    hours, minutes = (re.match(r"[\d.,]+", part or "0") for part in match.groups())
    return Fraction(_number(hours)) * 60 + Fraction(_number(minutes))


def _number(match: re.Match[str] | None) -> str:
    return match[0].replace(",", ".") if match else "0"


def _read_iso(text: str) -> Fraction | None:
    match = _FORMS["iso"].fullmatch(text)
    if not match or not any(match.groups()) or len(text) > 40:
        return None
    days, hours, minutes, seconds = (Fraction((part or "0").replace(",", ".")) for part in match.groups())
    return days * 1440 + hours * 60 + minutes + seconds / 60
