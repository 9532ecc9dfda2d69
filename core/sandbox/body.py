"""What a caller sent: one record, read from XML or JSON, whose parts are looked up by their XML names."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from lxml import etree

from core.sandbox.errors import (
    MALFORMED_BODY,
    InvalidElement,
    MalformedBody,
    MalformedUuid,
    MissingElement,
    ServerError,
)
from core.sandbox.wire import json_name

_CONTROL_BYTES = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
_CONTROL_REFERENCES = re.compile(rb"&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01])|[xX]0*(?:[0-8bcefBCEF]|1[0-9a-fA-F]));")
_CONTROL_ESCAPES = re.compile(rb"\\u00(?:0[0-8bcefBCEF]|1[0-9a-fA-F])")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_DATE = re.compile(r"(\d{4})(\d\d)(\d\d)")
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True)
class Part:
    """An element with its text, attributes and children; in JSON mode, a property with the same meaning."""

    name: str
    text: str = ""
    attributes: tuple[tuple[str, str], ...] = ()
    children: tuple[Part, ...] = ()
    from_json: bool = False

    def find_all(self, name: str) -> list[Part]:
        """The children of that name, in order."""
        wanted = json_name(name) if self.from_json else name
        return [child for child in self.children if child.name == wanted]

    def find(self, name: str) -> Part | None:
        """The child of that name, the last one when repeated; None when missing."""
        found = self.find_all(name)
        return found[-1] if found else None

    def has(self, name: str) -> bool:
        return self.find(name) is not None

    def make(self, name: str, text: str) -> Part:
        """A child as this part would hold it."""
        return Part(json_name(name) if self.from_json else name, text, from_json=self.from_json)

    def items(self, name: str, item: str) -> list[Part]:
        """The rows of a collection: `<Tasks><Task/></Tasks>`, or the array `tasks`."""
        if self.from_json:
            return self.find_all(name)
        parent = self.find(name)
        return parent.find_all(item) if parent else []

    def attribute(self, name: str) -> str:
        """An XML attribute, or the JSON property of that name; empty when missing."""
        if self.from_json:
            return self.text_of(name)
        return dict(self.attributes).get(name, "")

    def text_of(self, name: str, default: str = "") -> str:
        """The text of the child of that name; `default` only when it is missing."""
        found = self.find(name)
        return found.text if found else default

    def required_text(self, name: str) -> str:
        """The text as it was sent; MissingElement when there is nothing but blanks."""
        text = self.text_of(name)
        if not text.strip():
            raise MissingElement(name)
        return text

    def date_of(self, name: str) -> date | None:
        """A yyyymmdd date; None when missing or empty."""
        text = self.text_of(name).strip()
        if not text:
            return None
        day = read_date(text)
        if day is None:
            raise InvalidElement(name)
        return day

    def required_date(self, name: str) -> date:
        """MissingElement or InvalidElement unless it is a yyyymmdd date."""
        day = self.date_of(name)
        if day is None:
            raise MissingElement(name)
        return day

    def integer_of(self, name: str) -> int | None:
        """None when missing or empty; InvalidElement for anything but a whole number."""
        text = self.text_of(name).strip()
        if not text:
            return None
        if not re.fullmatch(r"[+-]?\d{1,9}", text, re.ASCII):
            raise InvalidElement(name)
        return int(text)

    def decimal_of(self, name: str) -> Decimal | None:
        """None when missing or empty; InvalidElement for anything but a plain decimal."""
        text = self.text_of(name).strip()
        if not text:
            return None
        return read_decimal(name, text)

    def required_decimal(self, name: str) -> Decimal:
        """MissingElement when missing or empty."""
        value = self.decimal_of(name)
        if value is None:
            raise MissingElement(name)
        return value

    def flag_of(self, name: str) -> bool | None:
        """true or false, in any case; None when missing or empty."""
        return self._word_of(name, {"true": True, "false": False})

    def yes_no_of(self, name: str) -> bool | None:
        """Yes or No (true and false are understood as well); None when missing or empty."""
        return self._word_of(name, {"yes": True, "no": False, "true": True, "false": False})

    def _word_of(self, name: str, words: dict[str, bool]) -> bool | None:
        text = self.text_of(name).strip().lower()
        if not text:
            return None
        if text not in words:
            raise InvalidElement(name)
        return words[text]


EMPTY = Part("")


def read_body(body: bytes, *, as_json: bool, strip_controls: bool) -> Part:
    """The root element, or the JSON object.

    MalformedBody for anything else, an empty body included; ServerError for characters that XML cannot carry, unless
    they are to be stripped.
    """
    for pattern in (_CONTROL_BYTES, _CONTROL_ESCAPES if as_json else _CONTROL_REFERENCES):
        if strip_controls:
            body = pattern.sub(b"", body)
        elif pattern.search(body):
            raise ServerError(MALFORMED_BODY)
    return read_json(body) if as_json else read_xml(body)


def read_xml(body: bytes) -> Part:
    # Entities would let a caller read files or blow up the parser; a document type has no place here at all.
    """The root element without comments; MalformedBody for broken XML and for any document type."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise MalformedBody from error
    if root.getroottree().docinfo.doctype:
        raise MalformedBody
    return _read_element(root)


def _read_element(element: Any) -> Part:
    return Part(
        name=etree.QName(element).localname,
        text=element.text or "",
        attributes=tuple((str(name), str(value)) for name, value in element.attrib.items()),
        children=tuple(_read_element(child) for child in element),
    )


def read_json(body: bytes) -> Part:
    """The object, with nulls left out and numbers as they were written; MalformedBody for anything else."""
    try:
        value = json.loads(body, parse_float=str, parse_int=str)
    except (ValueError, RecursionError) as error:
        raise MalformedBody from error
    if not isinstance(value, dict):
        raise MalformedBody
    return Part("", children=tuple(_read_properties(value)), from_json=True)


def _read_properties(value: dict[str, Any]) -> Iterable[Part]:
    for name, item in value.items():
        for row in item if isinstance(item, list) else [item]:
            if isinstance(row, dict):
                yield Part(name, children=tuple(_read_properties(row)), from_json=True)
            elif row is not None:
                yield Part(name, text=_json_text(row), from_json=True)


def _json_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def read_date(text: str) -> date | None:
    """The day of a yyyymmdd text; None when it is none."""
    found = _DATE.fullmatch(text)
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None


def read_clock_time(name: str, text: str) -> int:
    """Minutes since midnight of an HH:mm text."""
    found = _CLOCK.fullmatch(text.strip())
    if not found:
        raise InvalidElement(name)
    return int(found[1]) * 60 + int(found[2])


def read_decimal(name: str, text: str) -> Decimal:
    """A decimal with a point; exponents and thousands marks are refused."""
    try:
        value = Decimal(text)
    except InvalidOperation as error:
        raise InvalidElement(name) from error
    if not re.fullmatch(r"[+-]?\d{1,12}(\.\d{1,10})?", text, re.ASCII):
        raise InvalidElement(name)
    return value


def read_uuid(text: str, complaint: str) -> str:
    """The UUID in lower case; MalformedUuid with `complaint` when it is none."""
    folded = text.strip().lower()
    if not _UUID.fullmatch(folded):
        raise MalformedUuid(complaint)
    return folded
