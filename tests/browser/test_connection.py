"""Leaving XPM and coming back in a browser: what leaving means is read first, and nothing is lost by it."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from core.model import Kind, RunKind, RunState
from core.store import Store
from tests.browser.test_journey import connect, ended_run, go_to, kept, wait_for

__all__ = ["kept"]


def open_xpm(page: Page) -> None:
    """Unfold the step XPM of the Connection page."""
    page.reload()
    page.locator("summary").filter(has_text=re.compile("XPM.*since")).click()


def test_an_account_is_left_and_connected_again_without_losing_a_link(page: Page, kept: Store) -> None:
    connect(page)
    assert wait_for(lambda: ended_run(kept, RunKind.SYNC)) is RunState.DONE
    links = {kind: kept.decisions.current("demo", kind) for kind in Kind}
    bundles = kept.ledger.count_states("demo")
    open_xpm(page)
    page.get_by_role("button", name="Test the rights").click()
    expect(page.get_by_text("Every right that is needed is there.", exact=False)).to_be_visible()
    page.get_by_role("button", name="Disconnect…").click()
    expect(page.get_by_text(re.compile(r"\d+ links, every decision, the ledger"))).to_be_visible()
    page.get_by_role("button", name="Disconnect now").click()
    expect(page.get_by_text("This practice was connected to Banksia & Wren Accountants", exact=False)).to_be_visible()
    page.get_by_role("button", name="Connect to XPM").click()
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Continue on Xero's page").click()
    back = opened.value
    back.get_by_role("button", name="Allow access").click()
    back.get_by_text("Wharf Street Bookkeeping", exact=True).last.click()
    expect(back.get_by_text("Not this account")).to_be_visible()
    back.get_by_text(re.compile("connected before")).last.click()
    back.get_by_role("button", name="Save", exact=True).click()
    expect(back.get_by_text("Connected to Banksia & Wren Accountants.", exact=False)).to_be_visible()
    go_to(back, "Clients")
    for kind, before in links.items():
        assert kept.decisions.current("demo", kind)["xpm_id"].to_dict() == before["xpm_id"].to_dict()
    assert kept.ledger.count_states("demo") == bundles
