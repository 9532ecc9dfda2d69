"""The border between bytes and records: what both forms of XPM's answers, XML and JSON, have in common.

An answer is parsed to its very end or not at all: a list that is cut, lacks a required value or holds one record
twice with different content is not a list to decide by.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Generic, Protocol, TypeVar

from pydantic import ValidationError

from core.model import OutsideFailed
from core.xpm.drafts import Message, Value
from core.xpm.records import Record

R = TypeVar("R", bound=Record, covariant=True)

#: Real answers nest six deep; anything near this is an attack on the parser.
DEPTH_LIMIT = 64

# XML 1.0 cannot carry these, and a lone half of a surrogate pair cannot be written as UTF-8 at all.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class AnswerUnreadable(OutsideFailed):
    """What came is no answer of XPM: cut, empty, a web page, another language."""

    def __init__(self, what: str, where: str) -> None:
        super().__init__(
            f"XPM's answer about {what} could not be read: {where}. "
            "Nothing of it was used; what was read before stands. Try again in a while."
        )


class AnswerNotWhole(OutsideFailed):
    """A well-formed answer that lacks what it must have, so nothing may be decided by it."""

    def __init__(self, what: str, where: str) -> None:
        super().__init__(
            f"XPM's list of {what} is not whole: {where}. Nothing of it was used; what was read before stands. "
            "Try again, and if it comes back look at that record in XPM."
        )


@dataclass(frozen=True)
class Shape(Generic[R]):
    """What an answer should hold: records of `model` at `path`.

    `path` is `List/Item` when `many`, one element otherwise, empty when the fields are on the outermost level.
    `bare` allows the list without its envelope, as Xero's example for job costs shows it.
    """

    model: type[R]
    path: str
    what: str
    many: bool = True
    bare: bool = False

    @property
    def holder(self) -> str:
        """The outer element: the list's own, or the single record's."""
        return self.path.partition("/")[0]

    @property
    def item(self) -> str:
        """The element that is one record."""
        return self.path.rpartition("/")[2]


@dataclass(frozen=True)
class Parsed(Generic[R]):
    """A whole answer: `status` is OK or ERROR, `words` are XPM's own on an error.

    `found` is False when the list or record was not there at all, which is not the same as an empty list.
    """

    status: str
    words: str
    records: tuple[R, ...] = ()
    found: bool = False

    @property
    def is_ok(self) -> bool:
        """Whether XPM says it did or knows what was asked."""
        return self.status == "OK"


class Wire(Protocol):
    """One form of XPM's messages."""

    headers: Mapping[str, str]

    def parse(self, body: bytes, shape: Shape[R]) -> Parsed[R]:
        """The whole answer, or AnswerUnreadable, or AnswerNotWhole."""
        ...

    def write(self, message: Message) -> bytes:
        """The request body; characters the wire cannot carry are left out (see `clean_text`)."""
        ...


def clean_text(text: str) -> str:
    """The text without the characters XPM's wire cannot carry: control characters other than tab and newline."""
    return _UNWRITABLE.sub("", text)


def name_cleaned(message: Message) -> list[str]:
    """The elements of the message that lose characters when written, so that a person can be told."""
    return [name for name, value in message.parts if isinstance(value, str) and clean_text(value) != value]


def format_value(value: Value) -> str:
    """A value as request text: dates yyyymmdd, flags true or false, decimals with a point."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.strftime("%Y%m%d")
    if isinstance(value, Decimal):
        return format(value, "f")
    return clean_text(str(value))


def build_records(rows: Sequence[Mapping[str, Any]], shape: Shape[R]) -> tuple[R, ...]:
    """The typed records of rows keyed by element path; exact repetitions once.

    Raises AnswerNotWhole for a row without a required value, with an impossible one, or repeated with other content.
    """
    kept: dict[str, R] = {}
    for number, row in enumerate(rows, start=1):
        record = _build_record(row, number, shape)
        former = kept.setdefault(record.key or f"row {number}", record)
        if former != record:
            raise AnswerNotWhole(shape.what, f"{record.key} is in it twice with different content")
    return tuple(kept.values())


def _build_record(row: Mapping[str, Any], number: int, shape: Shape[R]) -> R:
    try:
        return shape.model.model_validate(row)
    except ValidationError as error:
        # The values are the practice's data and stay out of the sentence; the id leads to the record.
        first = error.errors(include_input=False, include_url=False)[0]
        path = "/".join(str(part) for part in first["loc"])
        name = row.get("UUID") or row.get("ID") or f"row {number}"
        fault = "is missing" if first["type"] == "missing" else "cannot be read"
        raise AnswerNotWhole(shape.what, f"{path} of {str(name)[:60]} {fault}") from None


def find_words(body: bytes) -> str:
    """XPM's own words in the body of a refusal, whatever form it has; empty when there are none.

    The gateway in front of XPM answers JSON even to XML calls, with Title and Detail.
    """
    text = body[:20_000].decode("utf-8", "replace").lstrip("\ufeff \r\n\t")
    if not text.startswith("{"):
        found = re.search(r"<ErrorDescription>(.*?)</ErrorDescription>", text, re.DOTALL)
        return _unescape(found.group(1)).strip() if found else ""
    try:
        fields = {str(name).lower(): value for name, value in json.loads(text).items()}
    except (ValueError, RecursionError):
        return ""
    words = [fields.get(name) for name in ("errordescription", "title", "detail", "message")]
    return ": ".join(word for word in words if isinstance(word, str) and word)


def _unescape(text: str) -> str:
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        text = text.replace(entity, character)
    return text
