"""XPM's newer strict form: JSON both ways, switched on by a feature header.

Names are the XML names in camel case, lists lose their inner name. Xero withdrew its public description of this form,
so XML stays the default.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from core.xpm.drafts import Attributes, Message, Value
from core.xpm.records import Record, model_paths
from core.xpm.wire import AnswerNotWhole, AnswerUnreadable, Parsed, R, Shape, build_records, clean_text, format_value

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z0-9]*|[a-z0-9]+")
#: Instructions of an assignment that may be given several times.
_REPEATED = ("add", "remove")


class JsonWire:
    """JSON both ways."""

    headers: Mapping[str, str] = {
        "Accept": "application/json",
        "Content-Type": "application/json; charset=utf-8",
        "Xero-Features": "practice-strict-content-type",
    }

    def parse(self, body: bytes, shape: Shape[R]) -> Parsed[R]:
        """The whole answer, or AnswerUnreadable, or AnswerNotWhole."""
        answer = _load(body, shape)
        status = str(answer.get("status") or "").strip().upper()
        if status not in ("OK", "ERROR"):
            raise AnswerUnreadable(shape.what, "it does not say whether it succeeded")
        words = str(answer.get("errorDescription") or "").strip()
        if status == "ERROR":
            return Parsed("ERROR", words)
        held = answer.get(camel(shape.holder)) if shape.path else answer
        if shape.many and held is None:
            raise AnswerNotWhole(shape.what, f"the property {camel(shape.holder)} is missing")
        rows = [_flatten(item, shape) for item in _as_list(held)]
        return Parsed("OK", words, build_records(rows, shape), held is not None)

    def write(self, message: Message) -> bytes:
        """The request body as UTF-8 JSON; decimals as numbers with the digits they have."""
        fields: dict[str, str] = {}
        repeated: dict[str, list[str]] = {}
        for name, value in message.parts:
            if name in _REPEATED:
                repeated.setdefault(name, []).append(_dump(value))
            else:
                fields[name if isinstance(value, Attributes) else camel(name)] = _dump(value)
        fields |= {name: f"[{','.join(items)}]" for name, items in repeated.items()}
        return ("{" + ",".join(f"{json.dumps(name)}:{text}" for name, text in fields.items()) + "}").encode()


@cache
def camel(name: str) -> str:
    """The JSON name of an XML element: TaskUUID is taskUuid, ID is id, WebUrl is webUrl."""
    first, *others = _WORD.findall(name)
    return str(first).lower() + "".join(word.capitalize() for word in others)


def _load(body: bytes, shape: Shape[R]) -> dict[str, Any]:
    try:
        answer = json.loads(body.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        state = "is empty" if not body.strip() else f"is no whole JSON text ({len(body)} bytes came)"
        raise AnswerUnreadable(shape.what, f"it {state}") from None
    if not isinstance(answer, dict):
        raise AnswerUnreadable(shape.what, "it is no JSON object")
    return answer


def _refuse_constant(word: str) -> None:
    raise ValueError(word)


def _as_list(held: Any) -> list[Any]:
    if held is None:
        return []
    return held if isinstance(held, list) else [held]


def _flatten(item: Any, shape: Shape[R]) -> dict[str, Any]:
    if not isinstance(item, dict):
        raise AnswerNotWhole(shape.what, "a record in it is no object")
    return dict(_walk(item, shape.model))


def _walk(item: Mapping[str, Any], model: type[Record]) -> Iterator[tuple[str, Any]]:
    for path, nested in model_paths_cached(model).items():
        value = _find(item, path, is_list=nested is not None)
        if nested is not None:
            if value is not None:
                yield path, [dict(_walk(part, nested)) for part in _as_list(value) if isinstance(part, dict)]
        elif value is not None and not (isinstance(value, str) and (not value or value.isspace())):
            yield path, value


@cache
def model_paths_cached(model: type[Record]) -> Mapping[str, type[Record] | None]:
    """The model's element paths, worked out once per model."""
    return model_paths(model)


def _find(item: Mapping[str, Any], path: str, *, is_list: bool) -> Any:
    holder, _, rest = path.partition("/")
    value = item.get(camel(holder))
    if is_list or not rest:
        return value
    return value.get(camel(rest)) if isinstance(value, dict) else None


def _dump(value: Value) -> str:
    if isinstance(value, Attributes):
        return json.dumps({name: clean_text(text) for name, text in value.pairs}, ensure_ascii=False)
    if isinstance(value, bool | int | Decimal):
        return format_value(value)
    return json.dumps(format_value(value), ensure_ascii=False)
