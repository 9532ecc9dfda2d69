"""The cost table under real keys: totals follow each cell while the grid stays where it is, and nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from pydantic import SecretStr

from core.clock import SystemClock
from core.demo import sign_in
from core.jobs import JobDraft
from core.model import RunKind, RunState
from core.settings import Settings
from core.workspace import Workspace, open_store
from tests.browser.conftest import PATIENCE_MS, Dashboard
from tests.browser.test_journey import wait_for

HEADER, ROW = 35, 35
#: Where the columns of the grid lie, by the number its cells are told apart by.
DESCRIPTION, QUANTITY, COST, MARKUP, PRICE, LINE_PRICE = 2, 5, 6, 7, 8, 10


@pytest.fixture
def practice(dashboard: Dashboard) -> Iterator[Workspace]:
    """The dashboard's own practice, connected and read."""
    sandbox = dashboard.sandbox
    settings = Settings(
        data_dir=dashboard.data_dir,
        xpm_url=sandbox.base_url,
        identity_url=sandbox.identity_url,
        connections_url=sandbox.connections_url,
        client_id=sandbox.client_id,
        client_secret=SecretStr(sandbox.client_secret),
    )
    store = open_store(settings)
    opened = Workspace("demo", settings, store, SystemClock())
    sign_in(opened, next(one["id"] for one in sandbox.tenants if one["name"].startswith("Banksia")))
    run = store.runs.queue("demo", RunKind.SYNC, "test", {})
    wait_for(lambda: store.runs.get(run.id).state is RunState.DONE)
    yield opened
    opened.close()
    store.close()


def open_draft(browser: Browser, url: str, draft_id: str) -> Page:
    tab = browser.new_context(viewport={"width": 1440, "height": 1200}).new_page()
    tab.set_default_timeout(PATIENCE_MS)
    tab.goto(f"{url}/jobs?draft={draft_id}")
    expect(tab.get_by_role("heading", name="Costs", exact=True)).to_be_visible()
    return tab


def cell(tab: Page, column: int, row: int = 0) -> Locator:
    return tab.get_by_test_id(f"glide-cell-{column}-{row}")


def choose_description(tab: Page) -> None:
    """Put the cursor into the first line's description; the first click only wakes the grid."""
    grid = tab.get_by_test_id("stDataFrame").first
    for _ in range(2):
        grid.click(position={"x": 190, "y": HEADER + ROW // 2})
        tab.wait_for_timeout(600)


def type_cells(tab: Page, *texts: str) -> None:
    """Type into cells side by side; an empty text leaves one as it is."""
    for text in texts:
        if text:
            tab.keyboard.type(text, delay=40)
            tab.wait_for_timeout(300)
        tab.keyboard.press("Tab")
        tab.wait_for_timeout(700)


def test_a_line_is_typed_with_a_mark_up_and_its_price_appears(
    browser: Browser, dashboard: Dashboard, practice: Workspace
) -> None:
    stored = practice.drafting.begin()
    tab = open_draft(browser, dashboard.url, stored.id)
    choose_description(tab)
    type_cells(tab, "Search fee", "", "", "2", "10", "50")
    expect(cell(tab, PRICE)).to_have_text("15.00")
    expect(cell(tab, LINE_PRICE)).to_have_text("30.00")
    # The cursor has gone on to the price: the grid was not drawn anew under the person's hands.
    expect(cell(tab, PRICE)).to_have_attribute("aria-selected", "true")
    tab.reload()
    expect(cell(tab, LINE_PRICE)).to_have_text("30.00")
    [line] = JobDraft.from_json(practice.jobs.get(stored.id).content).costs
    assert (line.description, line.quantity, line.unit_cost, line.unit_price) == (
        "Search fee",
        Decimal(2),
        Decimal(10),
        Decimal(15),
    )


def test_a_cell_that_is_no_number_is_refused_while_it_is_typed(
    browser: Browser, dashboard: Dashboard, practice: Workspace
) -> None:
    stored = practice.drafting.begin()
    tab = open_draft(browser, dashboard.url, stored.id)
    choose_description(tab)
    type_cells(tab, "Courier", "", "", "abc")
    tab.keyboard.press("Escape")
    tab.wait_for_timeout(700)
    [line] = JobDraft.from_json(practice.jobs.get(stored.id).content).costs
    assert (line.description, line.quantity) == ("Courier", Decimal(1))
