"""XPM's classic form: XML in, XML out.

Parsed from bytes as a stream, so that a list of tens of megabytes costs its records and not its tree. No entities, no
document types, no network.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from io import BytesIO
from typing import Any, Final, TypeAlias

from lxml import etree

from core.xpm.drafts import Attributes, Message
from core.xpm.records import Record, model_paths
from core.xpm.wire import (
    DEPTH_LIMIT,
    AnswerNotWhole,
    AnswerUnreadable,
    Parsed,
    R,
    Shape,
    build_records,
    clean_text,
    format_value,
)

_SAFE: Final = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}
_TOO_DEEP = etree.XPath("boolean(" + "/".join("*" * DEPTH_LIMIT) + ")")


class _Forbidden(Exception):
    """A document type in the answer: the only door to entities, and XPM sends none."""


class XmlWire:
    """XML both ways."""

    headers: Mapping[str, str] = {"Accept": "application/xml", "Content-Type": "application/xml; charset=utf-8"}

    def parse(self, body: bytes, shape: Shape[R]) -> Parsed[R]:
        """The whole answer, or AnswerUnreadable, or AnswerNotWhole."""
        rows: list[dict[str, Any]] = []
        try:
            root = _read_rows(body, shape, rows)
        except etree.XMLSyntaxError as error:
            raise AnswerUnreadable(shape.what, _say_where(body, error)) from None
        except _Forbidden as error:
            raise AnswerUnreadable(shape.what, str(error)) from None
        status, words = _read_status(root, shape)
        if status == "ERROR":
            return Parsed("ERROR", words)
        if not shape.path:
            rows = [_flatten(root, shape.model)]
        found = not shape.path or bool(rows) or _has_list(root, shape)
        if shape.many and not found:
            raise AnswerNotWhole(shape.what, f"the element {shape.holder} is missing")
        return Parsed("OK", words, build_records(rows, shape), found)

    def write(self, message: Message) -> bytes:
        """The request body as UTF-8 XML."""
        root = etree.Element(message.root)
        for name, value in message.parts:
            part = etree.SubElement(root, name)
            if isinstance(value, Attributes):
                for key, text in value.pairs:
                    part.set(key, clean_text(text))
            else:
                part.text = format_value(value)
        written: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True)
        return written


def _read_rows(body: bytes, shape: Shape[R], rows: list[dict[str, Any]]) -> Any:
    """Fill `rows` while parsing, dropping each record's tree at once; the rest of the tree is given back."""
    tags = (f"{{*}}{shape.item}", "{*}Response") if shape.path else ("{*}Response",)
    events = etree.iterparse(BytesIO(body), events=("start", "end"), tag=tags, **_SAFE)
    for event, element in events:
        if event == "start":
            if element.getparent() is None:
                _forbid_doctype(element)
        elif _is_record(element, shape):
            if _TOO_DEEP(element):
                raise _Forbidden("its elements are nested too deeply")
            rows.append(_flatten(element, shape.model))
            if shape.many:
                _drop(element)
    _forbid_doctype(events.root)
    if _TOO_DEEP(events.root):
        raise _Forbidden("its elements are nested too deeply")
    return events.root


def _forbid_doctype(element: Any) -> None:
    if element.getroottree().docinfo.doctype:
        raise _Forbidden("it holds a document type, which XPM never sends (refused for safety)")


def _is_record(element: Any, shape: Shape[R]) -> bool:
    """Records lie at one place only: other elements may bear the same name deeper down, as a time's own job does."""
    parent = element.getparent()
    if not shape.path or parent is None or _local(element) != shape.item:
        return False
    above = parent.getparent()
    if not shape.many:
        return above is None
    return _local(parent) == shape.holder and (shape.bare if above is None else above.getparent() is None)


def _drop(element: Any) -> None:
    element.clear()
    parent = element.getparent()
    while element.getprevious() is not None:
        del parent[0]


def _read_status(root: Any, shape: Shape[R]) -> tuple[str, str]:
    name = _local(root)
    if shape.bare and name == shape.holder:
        return "OK", ""
    if name != "Response":
        raise AnswerUnreadable(shape.what, f"it is a document called {name[:40]!r}, no answer of XPM")
    status = (root.findtext("{*}Status") or "").strip().upper()
    if status not in ("OK", "ERROR"):
        raise AnswerUnreadable(shape.what, "it does not say whether it succeeded")
    return status, (root.findtext("{*}ErrorDescription") or "").strip()


def _has_list(root: Any, shape: Shape[R]) -> bool:
    return _local(root) == shape.holder or root.find("{*}" + shape.holder) is not None


def _flatten(element: Any, model: type[Record]) -> dict[str, Any]:
    """The record's values by element path; lists of records become lists of such rows."""
    return dict(_walk(element, _plan(model)))


def _walk(element: Any, plan: _Plan) -> Iterator[tuple[str, Any]]:
    for child in element:
        step = plan.get(_local(child))
        if step is None:
            continue
        if isinstance(step, str):
            text = child.text
            if text and not text.isspace():
                yield step, text
        elif isinstance(step, tuple):
            path, item, model = step
            yield path, [_flatten(part, model) for part in child if _local(part) == item]
        else:
            yield from _walk(child, step)


#: Element name -> the path it fills, or what lies below it, or (path, item name, record type) of a list.
_Plan: TypeAlias = "dict[str, str | tuple[str, str, type[Record]] | _Plan]"


@cache
def _plan(model: type[Record]) -> _Plan:
    plan: _Plan = {}
    for path, nested in model_paths(model).items():
        holder, _, rest = path.partition("/")
        if nested is not None:
            plan[holder] = (path, rest, nested)
        elif rest:
            below = plan.setdefault(holder, {})
            assert isinstance(below, dict)  # noqa: S101  (a model cannot read an element both as text and as a parent)
            below[rest] = path
        else:
            plan[holder] = path
    return plan


def _local(element: Any) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _say_where(body: bytes, error: etree.XMLSyntaxError) -> str:
    if not body.strip():
        return "it is empty"
    line, column = error.position or (0, 0)
    return f"its XML breaks off or is wrong at line {line}, column {column} ({len(body)} bytes came)"
