"""A small practice in a database of its own, and the dashboard on it as one browser would see it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.model import Kind
from core.running import lift_settings, put_in_force
from core.settings import ROOT, Settings
from core.store import Store
from core.workspace import Workspace, open_store
from tests.pages.small_practice import fill_store

SHELL = ROOT / "pages" / "shell.py"

Visit = Callable[[str], AppTest]


@pytest.fixture
def settings(tmp_path: Path, sqlite_template: Path) -> Iterator[Settings]:
    """Settings of an installation without a practice, in force for the pages."""
    shutil.copyfile(sqlite_template, tmp_path / "tieout.db")
    made = Settings(
        data_dir=tmp_path, user="Margaret", client_id="app", xpm_url="http://127.0.0.1:9/practicemanager/3.1"
    )
    put_in_force(made)
    yield made
    lift_settings()


@pytest.fixture
def empty_store(settings: Settings) -> Iterator[Store]:
    """The store of that installation."""
    opened = open_store(settings)
    yield opened
    opened.close()


@pytest.fixture
def practice(empty_store: Store, settings: Settings) -> Workspace:
    """The practice of `small_practice.py`, opened."""
    fill_store(empty_store)
    return Workspace.open("small", settings=settings, store=empty_store)


@pytest.fixture
def visit(practice: Workspace) -> Visit:
    """Opens a page of the practice by its file's stem."""
    assert practice.practice_id == "small"
    return open_page


def open_page(name: str) -> AppTest:
    """The page as it stands after its first run."""
    app = AppTest.from_file(str(SHELL), default_timeout=30)
    app.run()
    return app if name == "today" else app.switch_page(f"{name}.py").run()


def decided(practice: Workspace, kind: Kind) -> dict[str, tuple[str, str]]:
    """Local id -> verdict and XPM id, as the store holds them."""
    rows = practice.store.decisions.current(practice.practice_id, kind)
    return {str(one): (str(row["verdict"]), str(row["xpm_id"])) for one, row in rows.iterrows()}
