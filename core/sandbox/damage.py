"""What faults make of answers: the answers given instead, and the right answer damaged."""

from __future__ import annotations

import json
import re

from core.sandbox.calls import ApiAnswer, ApiRequest
from core.sandbox.fault_rules import Fault
from core.sandbox.gateway import refuse_at_gateway, refuse_token

_PAGE = (
    "<!DOCTYPE html><html><head><title>{0}</title></head><body><h1>{0}</h1><p>Please try again later.</p></body></html>"
)
_XML = {"content-type": "text/xml; charset=utf-8"}
_HTML = {"content-type": "text/html; charset=utf-8"}
_LIMITS = {
    "limit_minute": ("minute", "22", "X-MinLimit-Remaining"),
    "limit_day": ("day", "66975", "X-DayLimit-Remaining"),
    "limit_app": ("appminute", "22", "X-AppMinLimit-Remaining"),
    "limit_concurrent": ("concurrent", "", ""),
}
_REFUSALS = {
    "refused": (200, "The entry cannot be recorded"),
    "bad_request": (400, "The request is not valid"),
    "not_found": (404, "The record was not found"),
    "conflict": (409, "The record was changed by somebody else"),
}


def make_answer(fault: Fault, request: ApiRequest, correlation_id: str) -> ApiAnswer:
    """The answer of a fault that stands in for the real one."""
    kind = fault.kind
    if kind in _LIMITS:
        return _refuse_for_limit(fault)
    if kind in _REFUSALS:
        status, text = _REFUSALS[kind]
        return write_refusal(request, status, fault.rule.text or text)
    if kind == "invalid_grant":
        return ApiAnswer(400, {"content-type": "application/json"}, b'{"error":"invalid_grant"}')
    return _make_nonsense(kind, correlation_id)


def _make_nonsense(kind: str, correlation_id: str) -> ApiAnswer:
    match kind:
        case "unauthorised":
            return refuse_token(correlation_id)
        case "forbidden":
            return refuse_at_gateway(403, correlation_id)
        case "unavailable":
            return refuse_at_gateway(503, correlation_id, "ServiceNotAvailable")
        case "error":
            # deliberately cut: the real service answers 500 with "anything"
            return ApiAnswer(500, {"content-type": "application/json"}, b'{"Type":null,"Title":"Internal Server Er')
        case "bad_gateway":
            return ApiAnswer(502, _HTML, _PAGE.format("502 Bad Gateway").encode())
        case "html":
            return ApiAnswer(200, _HTML, _PAGE.format("Scheduled maintenance").encode())
        case "redirect":
            return ApiAnswer(302, {"location": "/login"})
        case "garbage":
            return ApiAnswer(200, _XML, b"<Response><Result>1</Result></Response>")
    return ApiAnswer(200, _XML)


def _refuse_for_limit(fault: Fault) -> ApiAnswer:
    problem, usual, header = _LIMITS[fault.kind]
    wait = usual if fault.rule.retry_after is None else fault.rule.retry_after
    headers = {"X-Rate-Limit-Problem": problem}
    if header:
        headers[header] = "0"
    if wait:
        headers["Retry-After"] = wait
    return ApiAnswer(429, headers)


def write_refusal(request: ApiRequest, status: int, text: str) -> ApiAnswer:
    """A business error in the format that the caller asked for."""
    if wants_json(request):
        body = json.dumps({"status": "ERROR", "errorDescription": text}).encode()
        return ApiAnswer(status, {"content-type": "application/json; charset=utf-8"}, body)
    safe = text.replace("&", "&amp;").replace("<", "&lt;")
    word = request.path.rstrip("/").rpartition("/")[2].capitalize()
    envelope = (
        f'<Response api-method="{word}"><Status>ERROR</Status><ErrorDescription>{safe}</ErrorDescription></Response>'
    )
    return ApiAnswer(status, _XML, envelope.encode())


def wants_json(request: ApiRequest) -> bool:
    """Whether the call is in strict mode: both headers, the feature and the format."""
    strict = "practice-strict-content-type" in request.headers.get("xero-features", "")
    return strict and "application/json" in request.headers.get("accept", "")


def damage_answer(kind: str, answer: ApiAnswer) -> ApiAnswer:
    """The right answer after this damage to its bytes or headers; faults of the socket leave it alone."""
    match kind:
        case "truncate":
            return ApiAnswer(answer.status, answer.headers, answer.body[: len(answer.body) * 2 // 3])
        case "bom":
            return ApiAnswer(answer.status, answer.headers, b"\xef\xbb\xbf" + answer.body)
        case "wrong_charset":
            headers = {**answer.headers, "content-type": "text/xml; charset=iso-8859-1"}
            return ApiAnswer(answer.status, headers, answer.body)
        case "latin1_body":
            return ApiAnswer(answer.status, answer.headers, answer.body.decode().encode("latin-1", "replace"))
        case "extra":
            return ApiAnswer(answer.status, answer.headers, add_unknown_parts(answer.body))
        case "no_headers":
            kept = {name: value for name, value in answer.headers.items() if name.lower() == "content-type"}
            return ApiAnswer(answer.status, kept, answer.body)
    return answer


def add_unknown_parts(body: bytes) -> bytes:
    """XML with an unknown element and attribute in every record; JSON with an unknown field in every object."""
    if body.lstrip().startswith(b"{"):
        return re.sub(rb"\{(?=\")", b'{"futureField":{"a":[1]},', body)
    return re.sub(rb"<UUID>", b'<FutureField kind="new"><Inner />text</FutureField><UUID future="1">', body)
