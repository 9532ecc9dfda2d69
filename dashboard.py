"""The dashboard's server: the pages, the return from Xero's consent page, health, and the worker beside them.

Three ways start it: `streamlit run dashboard.py`, `python dashboard.py` and `tieout`. The pages themselves are
`pages/shell.py`; this file never draws anything. With TIEOUT_DEMO=1 the demo practice and its sandbox run along.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import logging
import os
import re
import sys
import tomllib
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import ExitStack, asynccontextmanager, closing
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.demo import Demo, start_demo
from core.model import RunKind, TieoutError
from core.running import lift_settings, put_in_force, settings_in_force
from core.settings import ROOT, Settings, read_settings
from core.work import Worker
from core.workspace import Workspace, open_store
from core.workspace.founding import find_practice, finish_consent, name_problem

log = logging.getLogger("tieout.dashboard")

SHELL = ROOT / "pages" / "shell.py"
CONFIG = ROOT / ".streamlit" / "config.toml"
LOOPBACK = ("127.0.0.1", "localhost", "::1")
#: Closed whatever the server's own settings are: figures and a control path that nobody has to sign in for.
CLOSED = ("/_stcore/metrics", "/_stcore/agent")


def _hash_inline_scripts() -> str:
    """The scripts that stand in Streamlit's own start page, as the policy names them; no other inline one may run."""
    page = (Path(st.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    scripts = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", page, re.DOTALL)
    digests = (base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts)
    return " ".join(f"'sha256-{digest}'" for digest in digests)


POLICY = "; ".join(
    (
        "default-src 'self'",
        f"script-src 'self' 'wasm-unsafe-eval' blob: {_hash_inline_scripts()}",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self' data: ws: wss:",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
}


class OpenAddress(TieoutError):
    """The dashboard has no sign-in yet, so it must not be reachable from other computers."""

    def __init__(self, address: str) -> None:
        super().__init__(
            f"The dashboard would be reachable from other computers at {address or 'every address'}, and nobody would "
            "have to sign in. Set server.address to 127.0.0.1 and start again."
        )


class SafeAnswers:
    """Adds the security headers to every answer, and closes what nobody needs."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        if scope["path"].startswith(CLOSED):
            await PlainTextResponse("Not found", 404)(scope, receive, send_safely)
        else:
            await self._app(scope, receive, send_safely)


def receive_consent(request: Request) -> Response:
    """Xero sends the browser here: the code is exchanged, and the browser goes on to the Connection page at once."""
    query = request.query_params
    target = urlencode(_finish(query.get("state", ""), query.get("code", ""), query.get("error", "")))
    return RedirectResponse(f"/connection?{target}", 302, headers={"Cache-Control": "no-store"})


def _finish(state: str, code: str, error: str) -> dict[str, str]:
    if error or not code:
        return {"problem": "denied"}
    try:
        with closing(open_store(settings_in_force())) as store:
            accounts = finish_consent(settings_in_force(), store, state, code)
            practice = find_practice(store, state)
    except TieoutError as problem:
        return {"problem": name_problem(problem)}
    except Exception:
        # The last resort of this route: the person gets a sentence, the log the rest.
        log.exception("the return from the consent page failed")
        return {"problem": "failed"}
    return {"choose": state} if accounts else {"connected": practice}


def tell_ready(_request: Request) -> Response:
    """Whether the database answers: for whoever watches the server."""
    try:
        settings = settings_in_force()
        open_store(settings).close()
    except TieoutError as problem:
        return JSONResponse({"ready": False, "problem": type(problem).__name__}, 503)
    return JSONResponse({"ready": True})


@asynccontextmanager
async def run_beside(_app: st.App) -> AsyncIterator[None]:
    """What lives as long as the server: the demo when it is wanted, and the worker."""
    running = ExitStack()
    # In a thread of their own: neither the engine nor the sandbox may be started from inside an event loop.
    await asyncio.to_thread(_start_or_leave, running)
    try:
        yield
    finally:
        await asyncio.to_thread(running.close)


def _start_or_leave(running: ExitStack) -> None:
    """Start everything, or end the process with one sentence; the server itself would print a traceback."""
    try:
        check_address(str(st.get_option("server.address") or ""))
        _start_beside(running)
    except TieoutError as problem:
        running.close()
        sys.stderr.write(f"{problem}\n")
        sys.stderr.flush()
        os._exit(problem.exit_code)


def _start_beside(running: ExitStack) -> None:
    settings = _start_demo(running) if os.environ.get("TIEOUT_DEMO") == "1" else read_settings()
    put_in_force(settings)
    running.callback(lift_settings)
    if settings.worker:
        # The next visitor finds everything ready that the run has changed.
        worker = Worker(settings, after_run=Workspace.prepare)
        worker.start()
        running.callback(worker.stop)


def check_address(address: str) -> None:
    """Raise OpenAddress for any address but this computer's own."""
    if address not in LOOPBACK:
        raise OpenAddress(address)


def _start_demo(running: ExitStack) -> Settings:
    settings = read_settings()
    folder = settings.data_dir if settings.data_dir.name == "demo" else settings.data_dir / "demo"
    demo = start_demo(folder, fresh=False, redirect_uri=settings.redirect_uri, database_url=settings.database_url)
    running.callback(demo.stop)
    demo.keep_saving()
    _ask_first_sync(demo)
    return demo.settings


def _ask_first_sync(demo: Demo) -> None:
    ws: Workspace = demo.workspace
    if "xpm" not in ws.sides.parts().index.get_level_values("side"):
        ws.store.runs.queue(ws.practice_id, RunKind.SYNC, ws.actor, {"propose": True, "accept": True}, "first sync")


def show_last_resort(error: Exception) -> bool:
    """A failure outside every guard: the details go to the log, the person gets a sentence."""
    log.error("a page failed", exc_info=error)
    st.error("Nothing was changed by it. Load the page again.", title="Something went wrong inside Tieout")
    return True


app = st.App(
    SHELL,
    routes=[Route("/oauth/callback", receive_consent), Route("/readyz", tell_ready)],
    middleware=[Middleware(SafeAnswers)],
    lifespan=run_beside,
    on_script_error=show_last_resort,
)


def serve(port: int) -> None:
    """Serve until stopped, on this computer alone, with the project's own configuration wherever it is started."""
    app.run(config={**dict(_flatten(_read_config())), "server.port": port, "server.address": "127.0.0.1"})


def _read_config() -> dict[str, Any]:
    return tomllib.loads(CONFIG.read_text(encoding="utf-8")) if CONFIG.exists() else {}


def _flatten(config: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in config.items():
        if isinstance(value, dict):
            yield from _flatten(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


if __name__ == "__main__":
    serve(int(os.environ.get("TIEOUT_PORT", "8501")))
