"""Between HTTP and the records of `calls.py`."""

from __future__ import annotations

import gzip

from starlette.requests import Request
from starlette.types import Send

from core.sandbox.calls import ApiAnswer, ApiRequest

SMALLEST_GZIP = 512


async def read_request(request: Request) -> ApiRequest:
    raw_path = request.scope.get("raw_path") or request.scope["path"].encode()
    return ApiRequest(
        method=request.method,
        path=raw_path.partition(b"?")[0].decode("ascii", "replace"),
        query=dict(request.query_params),
        headers={name.lower(): value for name, value in request.headers.items()},
        body=await request.body(),
    )


def compress(answer: ApiAnswer, accepted: str) -> ApiAnswer:
    """The answer gzipped when the caller takes it and it is worth it."""
    if "gzip" not in accepted or len(answer.body) < SMALLEST_GZIP or "content-encoding" in answer.headers:
        return answer
    headers = {**answer.headers, "content-encoding": "gzip", "vary": "accept-encoding"}
    return ApiAnswer(answer.status, headers, gzip.compress(answer.body, compresslevel=1, mtime=0))


async def send_answer(answer: ApiAnswer, send: Send) -> None:
    headers: list[tuple[bytes, bytes]] = [
        (name.encode(), value.encode("latin-1")) for name, value in answer.headers.items()
    ]
    headers.append((b"content-length", str(len(answer.body)).encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})
