"""Reading and writing the two formats of Practice Manager 3.1: classic XML and strict-mode JSON.

Answers are built once as named values and written in either format. The XML is one line without declaration: empty
text as an open and a close tag, an empty collection self-closed, nulls left out. Writing joins strings, because lists
of a large practice hold millions of elements.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

#: Escapes that keep text whole through a parser, which would turn a bare carriage return into a newline.
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#xD;"})
#: What XML 1.0 cannot carry at all.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_WORDS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+|-")


#: The one answer part that is no record: `fields` leaves it alone.
PAGINATION = "Pagination"


class JsonNull:
    """A field that XML leaves out and JSON shows as null."""


JSON_NULL = JsonNull()

Scalar = str | bool | int | Decimal | date | JsonNull | None
Fields = list[tuple[str, Any]]  # values: Scalar, Fields or Rows


class SharedFields(list[tuple[str, Any]]):
    """Fields that come back in thousands of rows, always under one name: their XML is written once."""

    xml = ""


@dataclass(frozen=True)
class RenderedRows(Sequence[Fields]):
    """Rows made from records only while they are written: a year of time would not fit into memory at once."""

    records: Sequence[Any]
    render: Callable[[Any], Fields]

    def __len__(self) -> int:
        return len(self.records)

    def __iter__(self) -> Iterator[Fields]:
        return map(self.render, self.records)

    def __getitem__(self, index: Any) -> Any:
        found = self.records[index]
        return [self.render(one) for one in found] if isinstance(index, slice) else self.render(found)


@dataclass(frozen=True)
class Rows:
    """A collection: `<Tasks><Task>..</Task></Tasks>` in XML, an array in JSON."""

    item: str
    rows: Sequence[Fields]


@dataclass(frozen=True)
class Payload:
    """What an answer says after its Status.

    fields:   the named values in order; usually one entity or one collection.
    web_url:  address of the record: a sibling before the entity in XML, inside it in JSON.
    as_json:  other fields for JSON, where its description differs from the XML.
    """

    fields: Fields
    web_url: str | None = None
    as_json: Fields | None = None


NOTHING = Payload([])


def write_xml(method: str, payload: Payload) -> bytes:
    """The whole answer; `method` is the word of the api-method attribute."""
    url = [("WebUrl", payload.web_url)]
    return _wrap_xml(method, "<Status>OK</Status>" + _xml_fields(url) + _xml_fields(payload.fields))


def write_xml_error(method: str, text: str) -> bytes:
    """The same envelope with ERROR; also the body of refusals with a status of their own."""
    return _wrap_xml(method, f"<Status>ERROR</Status><ErrorDescription>{escape_text(text)}</ErrorDescription>")


def _wrap_xml(method: str, inner: str) -> bytes:
    return f'<Response api-method="{method}">{inner}</Response>'.encode()


def _xml_fields(fields: Fields) -> str:
    return "".join([_xml_value(name, value) for name, value in fields])


def _xml_value(name: str, value: Any) -> str:
    if isinstance(value, str):
        return f"<{name}>{escape_text(value)}</{name}>"
    if value is None or value is JSON_NULL:
        return ""
    if isinstance(value, SharedFields):
        value.xml = value.xml or f"<{name}>{_xml_fields(value)}</{name}>"
        return value.xml
    if isinstance(value, list):
        return f"<{name}>{_xml_fields(value)}</{name}>"
    if isinstance(value, Rows):
        if not value.rows:
            return f"<{name} />"
        item = value.item
        rows = "".join([f"<{item}>{_xml_fields(row)}</{item}>" for row in value.rows])
        return f"<{name}>{rows}</{name}>"
    return f"<{name}>{write_scalar(value)}</{name}>"


def write_scalar(value: bool | int | Decimal | date) -> str:
    """true and false, whole numbers, decimals with a point, dates as midnight without a zone."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return f"{value.isoformat()}T00:00:00"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def escape_text(text: str) -> str:
    """Text as XML character data; what XML cannot carry is dropped."""
    if text.isalnum():
        return text
    return _UNWRITABLE.sub("", text).translate(_ESCAPES)


def money(amount: Decimal) -> Decimal:
    """At least two digits after the point; more are kept as they are."""
    exponent = amount.as_tuple().exponent
    return amount if isinstance(exponent, int) and exponent < -2 else amount.quantize(Decimal("0.01"))


def yes_no(flag: bool) -> str:
    """The second kind of flag, also text in JSON."""
    return "Yes" if flag else "No"


def write_json(payload: Payload, wanted: frozenset[str] = frozenset(), *, collapse: bool = False) -> bytes:
    """The flat object of strict mode.

    wanted:   JSON names of the fields to keep in each record, lower case; empty keeps all.
    collapse: a collection of one row becomes the row itself.
    """
    fields = payload.fields if payload.as_json is None else payload.as_json
    kept = [
        (name, value if name == PAGINATION else keep_fields(value, wanted, payload.web_url)) for name, value in fields
    ]
    parts = [_json_pair(name, value, collapse) for name, value in kept]
    return ("{" + ",".join(['"status":"OK"', *parts]) + "}").encode()


def write_json_error(text: str) -> bytes:
    """Status and errorDescription, nothing else."""
    return json.dumps({"status": "ERROR", "errorDescription": text}, ensure_ascii=False, separators=(",", ":")).encode()


def keep_fields(value: Any, wanted: frozenset[str], web_url: str | None) -> Any:
    """An entity or collection reduced to the wanted fields, with its address filled in."""
    if isinstance(value, Rows):
        return Rows(value.item, [keep_fields(row, wanted, None) for row in value.rows]) if wanted else value
    if not isinstance(value, list):
        return value
    fields = [(name, web_url if name == "WebUrl" and web_url else item) for name, item in value]
    return [(name, item) for name, item in fields if not wanted or json_name(name).lower() in wanted]


def _json_pair(name: str, value: Any, collapse: bool) -> str:
    return f'"{json_name(name)}":{_json_value(value, collapse)}'


def _json_value(value: Any, collapse: bool) -> str:
    if isinstance(value, str):
        return json.dumps(_UNWRITABLE.sub("", value), ensure_ascii=False)
    if value is JSON_NULL:
        return "null"
    if isinstance(value, list):
        return "{" + ",".join([_json_pair(name, item, collapse) for name, item in value if item is not None]) + "}"
    if isinstance(value, Rows):
        rows = [_json_value(row, collapse) for row in value.rows]
        return rows[0] if collapse and len(rows) == 1 else "[" + ",".join(rows) + "]"
    text = write_scalar(value)
    return f'"{text}"' if isinstance(value, date) else text


@functools.cache
def json_name(name: str) -> str:
    """TaskUUID becomes taskUuid, ID becomes id, PrepareGST becomes prepareGst; add-manager stays."""
    if "-" in name:
        return name
    first, *rest = _WORDS.findall(name)
    return "".join([first.lower(), *[word.capitalize() for word in rest]])
