"""The Timer in real browsers: it outlives their closing and a restart, and a second tab is no danger."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from core.clock import SystemClock
from core.settings import Settings
from core.store import Store, StoredTimer
from core.workspace import Workspace, open_store
from tests.browser.conftest import PATIENCE_MS, Dashboard
from tests.browser.test_journey import wait_for

ANN = "U01"


@pytest.fixture
def kept(dashboard: Dashboard) -> Iterator[Store]:
    """The dashboard's own database, with the local side loaded: the Timer needs no XPM."""
    settings = Settings(data_dir=dashboard.data_dir)
    opened = open_store(settings)
    Workspace("demo", settings, opened, SystemClock()).sides.load_local()
    yield opened
    opened.close()


def open_tab(browser: Browser, url: str) -> Page:
    """The Timer in a browser of its own, which nobody used before."""
    tab = browser.new_context(viewport={"width": 1440, "height": 1200}).new_page()
    tab.set_default_timeout(PATIENCE_MS)
    tab.goto(f"{url}/timer")
    expect(tab.get_by_role("heading", name="Timer", exact=True)).to_be_visible()
    return tab


def timer_of(kept: Store) -> StoredTimer:
    return kept.timers.get("demo", ANN)


def is_running(kept: Store) -> bool:
    stretches = timer_of(kept).stretches
    return bool(stretches) and not stretches[-1][1]


def start_first(tab: Page, kept: Store) -> None:
    """Say who one is, find a task, tick the first and start."""
    tab.get_by_label("I am").click()
    tab.keyboard.type("Margaret")
    tab.keyboard.press("Enter")
    search = tab.get_by_label("Find a task")
    search.fill("bas qtr")
    search.press("Enter")
    expect(tab.get_by_text("another word narrows them")).to_be_visible()
    grid = tab.get_by_test_id("stDataFrame").first
    grid.click(position={"x": 15, "y": 52})
    tab.get_by_role("button", name=re.compile("Start$")).click()
    wait_for(lambda: is_running(kept))


def test_a_timer_outlives_its_browser_and_its_server_and_a_second_tab(
    browser: Browser, dashboard: Dashboard, kept: Store
) -> None:
    first = open_tab(browser, dashboard.url)
    start_first(first, kept)
    second = open_tab(browser, dashboard.url)
    expect(second.get_by_text(re.compile(r"^Running since"))).to_be_visible()

    # What one tab does the other shows by itself.
    first.get_by_role("button", name="Pause").click()
    expect(second.get_by_text(re.compile(r"^Paused since"))).to_be_visible()
    second.get_by_role("button", name="Go on").click()
    wait_for(lambda: is_running(kept) and len(timer_of(kept).stretches) == 2)

    first.context.close()
    second.context.close()
    dashboard.restart()
    third = open_tab(browser, dashboard.url)
    expect(third.get_by_text(re.compile(r"^Running since .*1 pause"))).to_be_visible()
    third.get_by_role("button", name="Stop").click()
    wait_for(lambda: not timer_of(kept).stretches)
    assert len(kept.timers.entries("demo", ANN)) <= 1
    third.context.close()
