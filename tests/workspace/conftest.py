"""What the tests of whole flows share: the demo practice with its sandbox, started once per module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.demo import Demo, start_demo


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo practice as it is on its first day, without XPM's limits."""
    folder = tmp_path_factory.mktemp("demo")
    running = start_demo(folder, fresh=True, redirect_uri="http://127.0.0.1:8501/oauth/callback", limits=False)
    yield running
    running.stop()
