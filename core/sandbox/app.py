"""The sandbox as a web application: sign-in, the control path, and Xero Practice Manager 3.1 below /practicemanager."""

from __future__ import annotations

import asyncio

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import Receive, Scope, Send

from core.sandbox import control, record_page
from core.sandbox.calls import ApiRequest, Delivery
from core.sandbox.pipeline import begin_call, finish_call, perform_call
from core.sandbox.web import compress, read_request, send_answer
from core.sandbox.world import Sandbox, TruthEvent

__all__ = ["Sandbox", "TruthEvent", "create_app"]


def create_app(sandbox: Sandbox) -> Starlette:
    """Serve `sandbox`, with sign-in when it has one."""
    signing_in = sandbox.identity.routes(sandbox) if sandbox.identity else []
    routes: list[BaseRoute] = [
        *signing_in,
        *control.routes(sandbox),
        Route("/practice/{kind}/{key}", record_page.RecordPage(sandbox), methods=["GET"]),
        Mount("/practicemanager/3.1", app=PracticeManager(sandbox)),
        Route("/practicemanager/3.0/{rest:path}", OldVersion(sandbox)),
    ]
    return Starlette(routes=routes)


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
