"""A real dashboard process, a real sandbox on a socket, and headless Chromium; skipped where there is no Chromium."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from core.demo import SHIPPED, create_practice
from core.sandbox.serve import RunningSandbox, ServeOptions, start_in_thread
from core.settings import ROOT, Settings
from core.workspace import open_store

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
START_SECONDS = 60.0
PATIENCE_MS = 30_000


@dataclass
class Dashboard:
    """A running dashboard on the demo practice, not yet connected."""

    port: int
    data_dir: Path
    sandbox: RunningSandbox
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def stop(self) -> None:
        """End the process as its operator does."""
        self.process.terminate()
        self.process.wait(timeout=20)

    def restart(self) -> None:
        """End the process, and start another on the same data and port."""
        self.stop()
        self.process = start_process(self.port, self.data_dir, self.sandbox)
        wait_until_ready(self.port, self.process)


@pytest.fixture
def browser() -> Iterator[Browser]:
    """A browser of the test's own: while it is open its event loop runs, which no other test may meet."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this computer: Debian's package `chromium` brings it")
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield running
        running.close()


@pytest.fixture
def dashboard(tmp_path: Path) -> Iterator[Dashboard]:
    with start_in_thread(ServeOptions(data=SHIPPED / "xpm.json", limits=False)) as sandbox:
        store = open_store(Settings(data_dir=tmp_path))
        create_practice(store, limits=False)
        store.close()
        port = free_port()
        running = Dashboard(port, tmp_path, sandbox, start_process(port, tmp_path, sandbox))
        try:
            wait_until_ready(port, running.process)
            yield running
        finally:
            running.stop()


@pytest.fixture
def page(browser: Browser, dashboard: Dashboard) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 1000})
    context.set_default_timeout(PATIENCE_MS)
    opened = context.new_page()
    opened.goto(dashboard.url)
    yield opened
    context.close()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def start_process(port: int, data_dir: Path, sandbox: RunningSandbox) -> subprocess.Popen[bytes]:
    settings = {
        "DATA_DIR": data_dir,
        "PORT": port,
        "XPM_URL": sandbox.base_url,
        "IDENTITY_URL": sandbox.identity_url,
        "CONNECTIONS_URL": sandbox.connections_url,
        "CLIENT_ID": sandbox.client_id,
        "CLIENT_SECRET": sandbox.client_secret,
        "REDIRECT_URI": f"http://127.0.0.1:{port}/oauth/callback",
    }
    clean = {name: value for name, value in os.environ.items() if not name.startswith("TIEOUT_")}
    environment = clean | {f"TIEOUT_{name}": str(value) for name, value in settings.items()}
    command = [sys.executable, str(ROOT / "dashboard.py")]
    with (data_dir / "dashboard.log").open("wb") as log:
        return subprocess.Popen(command, env=environment, cwd=ROOT, stdout=log, stderr=log)


def wait_until_ready(port: int, process: subprocess.Popen[bytes]) -> None:
    begin = time.monotonic()
    while time.monotonic() - begin < START_SECONDS:
        assert process.poll() is None, "the dashboard ended before it answered"
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the dashboard did not answer")
