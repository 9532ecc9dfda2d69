"""The cost table under real keys: totals follow each cell while the grid stays where it is, and nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from pydantic import SecretStr

from core.clock import SystemClock
from core.demo import sign_in
from core.jobs import CostLine, JobDraft
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


def draft_from_template(practice: Workspace) -> str:
    """A whole draft for a template that brings two costs, one of them in the table at another price."""
    templates, clients = practice.xpm("templates")["name"], practice.xpm("jobs")["client_id"]
    day = practice.today
    words = "ASIC annual review fee - proprietary company"
    fee = CostLine("k1", day, words, Decimal(1), Decimal(329), Decimal(340), code="ASIC-R")
    draft = JobDraft(
        client_id=str(clients.iloc[0]),
        template_id=str(templates.index[templates.eq("Annual Accounts & Tax - Company")][0]),
        name="Accounts in a browser",
        start=day,
        due=day,
        review=True,
        costs=(fee,),
    )
    return practice.jobs.new_draft(draft).id


def test_a_job_is_created_reviewed_and_confirmed(browser: Browser, dashboard: Dashboard, practice: Workspace) -> None:
    draft_id = draft_from_template(practice)
    tab = open_draft(browser, dashboard.url, draft_id)
    tab.get_by_role("button", name="Review and create").click()
    tab.get_by_role("button", name="Create in XPM").click()
    expect(tab.get_by_role("heading", name="Review the costs")).to_be_visible(timeout=PATIENCE_MS)
    marks = [tab.get_by_test_id(f"glide-cell-1-{row}").last for row in (0, 1)]
    expect(marks[0]).to_have_text("Changed: unit price 329.00 → 340.00")
    expect(marks[1]).to_have_text("From the template")
    tab.get_by_role("button", name="Confirm these costs").click()
    expect(tab.get_by_text("Created", exact=True)).to_be_visible(timeout=PATIENCE_MS)
    assert wait_for(lambda: practice.jobs.get(draft_id).state == "created")
    prices = [
        (cost.description, int(cost.unit_price)) for cost in practice.costing.held(practice.jobs.get(draft_id).job)
    ]
    assert sorted(prices) == [
        ("ASIC annual review fee - proprietary company", 340),
        ("Document pack, printed and bound", 44),
    ]
