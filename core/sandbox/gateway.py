"""Answers of the gateway before Practice Manager: always a JSON problem, even where everything else is XML."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus

from core.sandbox.calls import ApiAnswer


def refuse_at_gateway(
    status: int,
    correlation_id: str,
    detail: str = "AuthenticationUnsuccessful",
    headers: Mapping[str, str] | None = None,
) -> ApiAnswer:
    """The recorded body of 401 and 403; `Instance` repeats the correlation id of the header."""
    problem: dict[str, object] = {
        "Type": None,
        "Title": HTTPStatus(status).phrase,
        "Status": status,
        "Detail": detail,
        "Instance": correlation_id,
        "Extensions": {},
    }
    fixed = {"content-type": "application/json", "xero-correlation-id": correlation_id}
    return ApiAnswer(status, {**fixed, **(headers or {})}, json.dumps(problem, separators=(",", ":")).encode())


def refuse_token(correlation_id: str, detail: str = "AuthenticationUnsuccessful") -> ApiAnswer:
    """The recorded 401; `detail` tells an ended token from an unknown one."""
    return refuse_at_gateway(401, correlation_id, detail, {"www-authenticate": "Bearer error=invalid_token"})
