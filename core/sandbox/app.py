"""The sandbox as a web application: sign-in, the control path, and Xero Practice Manager 3.1 below /practicemanager."""

from __future__ import annotations

import asyncio
import gzip
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import Receive, Scope, Send

from core.sandbox.calls import ApiAnswer, ApiRequest, Delivery
from core.sandbox.pipeline import begin_call, finish_call, perform_call
from core.sandbox.world import Sandbox, TruthEvent

__all__ = ["Sandbox", "TruthEvent", "create_app"]

SMALLEST_GZIP = 512


def create_app(sandbox: Sandbox) -> Starlette:
    """Serve `sandbox`; identity and control bring their own routes."""
    routes: list[BaseRoute] = [*colleague_routes(sandbox)]
    routes += [
        Mount("/practicemanager/3.1", app=PracticeManager(sandbox)),
        Route("/practicemanager/3.0/{rest:path}", OldVersion(sandbox), methods=None),
    ]
    return Starlette(routes=routes)


def colleague_routes(sandbox: Sandbox) -> list[Route]:
    routes: list[Route] = []
    if sandbox.identity:
        routes += sandbox.identity.routes(sandbox)
    try:
        import core.sandbox.control as control
    except ImportError:
        return routes
    return routes + control.routes(sandbox)


class OldVersion:
    """Version 3.0 is switched off."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        status = int(self._sandbox.switches.old_version_status)
        await Response(status_code=status)(scope, receive, send)


class PracticeManager:
    """Translates between HTTP and the pipeline; waits out latencies without holding up other calls."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = await read_request(Request(scope, receive))
        call = begin_call(self._sandbox, request)
        try:
            await asyncio.sleep(call.plan.wait)
            delivery = await asyncio.to_thread(perform_call, self._sandbox, call)
            await asyncio.sleep(delivery.wait)
        finally:
            finish_call(self._sandbox, call)
        await self.send_delivery(request, delivery, scope, receive, send)

    async def send_delivery(
        self, request: ApiRequest, delivery: Delivery, scope: Scope, receive: Receive, send: Send
    ) -> None:
        if delivery.wire == "whole" and delivery.answer:
            answer = compress(delivery.answer, request.headers.get("accept-encoding", ""))
            await send_answer(answer, send)
        elif self._sandbox.faults:
            await self._sandbox.faults.deliver(delivery, scope, receive, send)


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
    headers: list[tuple[bytes, Any]] = [
        (name.encode(), value.encode("latin-1")) for name, value in answer.headers.items()
    ]
    headers.append((b"content-length", str(len(answer.body)).encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})
