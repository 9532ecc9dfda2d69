"""The two servers a page is measured on: the real dashboard, and Streamlit with a title only."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from core.settings import ROOT
from tests.benchmarks.large import describe_settings
from tests.browser.conftest import free_port

START_SECONDS = 60.0
_TITLE = 'import streamlit as st\n\nst.set_page_config("Title", layout="wide")\nst.title("Title")\n'


@contextmanager
def serve_dashboard(folder: Path) -> Iterator[str]:
    """The dashboard on the practice in this data folder; its address."""
    port = free_port()
    settings = {"port": port, **describe_settings(folder)}
    environment = {f"TIEOUT_{name.upper()}": str(value) for name, value in settings.items()}
    with _running([str(ROOT / "dashboard.py")], ROOT, environment, port, folder / "dashboard.log") as address:
        yield address


@contextmanager
def serve_title(folder: Path) -> Iterator[str]:
    """A Streamlit app that shows a title; its address."""
    port = free_port()
    script = folder / "only_a_title.py"
    script.write_text(_TITLE, encoding="utf-8")
    flags = ["--server.address=127.0.0.1", f"--server.port={port}", "--server.headless=true"]
    command = ["-m", "streamlit", "run", str(script), *flags, "--browser.gatherUsageStats=false"]
    with _running(command, folder, {}, port, folder / "title.log") as address:
        yield address


@contextmanager
def _running(arguments: Sequence[str], folder: Path, settings: dict[str, str], port: int, log: Path) -> Iterator[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("TIEOUT_")}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, *arguments], env=clean | settings, cwd=folder, stdout=output, stderr=output
        )
    try:
        _wait_until_ready(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait_until_ready(port: int, process: subprocess.Popen[bytes]) -> None:
    begin = time.monotonic()
    while time.monotonic() - begin < START_SECONDS:
        if process.poll() is not None:
            raise RuntimeError("the server ended before it answered")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError("the server did not answer")
