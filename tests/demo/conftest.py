"""The committed files, read the plainest way, and the practice built anew once per run."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from core.sandbox.snapshot import load_state
from core.sandbox.state import Tenant
from data.demo.build import HERE, Demo, build_demo

Rows = list[dict[str, str]]


@pytest.fixture(scope="session")
def folder() -> Path:
    return HERE


@pytest.fixture(scope="session")
def demo() -> Demo:
    return build_demo()


@pytest.fixture(scope="session")
def xpm() -> Tenant:
    """The practice's tenant as the sandbox loads it."""
    _, tenants = load_state(json.loads((HERE / "xpm.json").read_text("utf-8")))
    return next(tenant for tenant in tenants.values() if tenant.name == "Banksia & Wren Accountants")


@pytest.fixture(scope="session")
def settings() -> Any:
    return json.loads((HERE / "practice.json").read_text("utf-8"))


@pytest.fixture(scope="session")
def times() -> Rows:
    return read_table("actual_times")


def read_table(table: str) -> Rows:
    with (HERE / "local" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
