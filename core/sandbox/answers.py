"""Wrapping what a call has to say, or its refusal, into an answer of the wanted format."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from core.sandbox.calls import ApiAnswer, ApiRequest
from core.sandbox.errors import BadParameter, MalformedBody, MalformedUuid, Refusal, UnknownRecord
from core.sandbox.switches import Switches
from core.sandbox.wire import Payload, Rows, write_json, write_json_error, write_xml, write_xml_error
from core.sandbox.world import Sandbox

XML_HEADERS = {"content-type": "text/xml; charset=utf-8"}
JSON_HEADERS = {"content-type": "application/json; charset=utf-8"}
STRICT_FEATURE = "practice-strict-content-type"


@dataclass(frozen=True)
class Mode:
    """Classic XML, or strict JSON with the wanted fields (lower case; empty: all)."""

    as_json: bool = False
    fields: frozenset[str] = frozenset()


def choose_mode(switches: Switches, request: ApiRequest) -> Mode:
    """Strict mode needs both the feature header and an Accept for JSON; anything else is answered in XML."""
    features = request.headers.get("xero-features", "").lower()
    accepts_json = "application/json" in request.headers.get("accept", "").lower()
    if switches.json_mode == "ignored" or STRICT_FEATURE not in features or not accepts_json:
        return Mode()
    named = next((value for name, value in request.query.items() if name.lower() == "fields"), "")
    return Mode(as_json=True, fields=frozenset(word.strip().lower() for word in named.split(",") if word.strip()))


def succeed(sandbox: Sandbox, mode: Mode, word: str, payload: Payload, row_fault: str = "") -> ApiAnswer:
    """The answer with the payload in the wanted format; `row_fault` disturbs its lists, see FaultPlan.rows."""
    if row_fault:
        payload = replace(
            payload, fields=[(name, disturb(sandbox, value, row_fault)) for name, value in payload.fields]
        )
    if not mode.as_json:
        return ApiAnswer(200, XML_HEADERS, write_xml(word, payload))
    collapse = sandbox.switches.json_single_row == "object"
    return ApiAnswer(200, JSON_HEADERS, write_json(payload, mode.fields, collapse=collapse))


def disturb(sandbox: Sandbox, value: Any, row_fault: str) -> Any:
    """A list with rows missing at its end, one row twice, or in another order; other values stay."""
    if not isinstance(value, Rows) or not value.rows:
        return value
    rows = list(value.rows)
    match row_fault:
        case "cut":
            rows = rows[: len(rows) * 2 // 3]
        case "duplicate":
            rows = [rows[0], *rows]
        case "shuffle":
            sandbox.random.shuffle(rows)
    return Rows(value.item, rows)


def refuse(switches: Switches, mode: Mode, word: str, refusal: Refusal) -> ApiAnswer:
    """The answer to a refused call: the same envelope with ERROR, in the format the call asked for."""
    in_json = mode.as_json or (isinstance(refusal, BadParameter) and switches.bad_parameter_body == "json")
    status = choose_status(switches, refusal)
    if in_json:
        return ApiAnswer(status, JSON_HEADERS, write_json_error(refusal.text))
    return ApiAnswer(status, XML_HEADERS, write_xml_error(word, refusal.text))


def choose_status(switches: Switches, refusal: Refusal) -> int:
    """The status of a refusal where the switches have a say, its own otherwise."""
    if isinstance(refusal, UnknownRecord) and not refusal.recorded:
        return int(switches.unknown_id_status)
    if isinstance(refusal, MalformedUuid):
        return int(switches.malformed_uuid)
    if isinstance(refusal, MalformedBody):
        return int(switches.malformed_xml)
    return refusal.status
