"""The desk on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.push.desk import Desk


@pytest.fixture
def desk(engine: Engine, tmp_path: Path) -> Desk:
    """A desk with an empty ledger and an empty XPM."""
    return Desk(engine, tmp_path)
