"""The main job in a browser, as a practice admin does it: connect, sync, review, push, tie out."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import TypeVar

import pytest
from playwright.sync_api import Page, expect

from core.model import Kind, RunKind, RunState
from core.settings import Settings
from core.store import Store
from core.workspace import open_store
from tests.browser.conftest import Dashboard

T = TypeVar("T")
LONGEST_SECONDS = 90.0


@pytest.fixture
def kept(dashboard: Dashboard) -> Store:
    """The dashboard's own database, to see what the controls reached."""
    return open_store(Settings(data_dir=dashboard.data_dir))


def wait_for(what: Callable[[], T]) -> T:
    """The first truthy answer."""
    begin = time.monotonic()
    while time.monotonic() - begin < LONGEST_SECONDS:
        if found := what():
            return found
        time.sleep(0.2)
    raise AssertionError("it did not happen in time")


def ended_run(kept: Store, kind: RunKind) -> RunState | None:
    runs = kept.runs.list("demo", kind)
    if runs.empty or runs.iloc[0]["state"] in (RunState.QUEUED, RunState.RUNNING):
        return None
    return RunState(runs.iloc[0]["state"])


def go_to(page: Page, title: str) -> None:
    page.get_by_role("link", name=title, exact=True).first.click()
    expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible()


def connect(page: Page) -> None:
    go_to(page, "Connection")
    page.get_by_role("button", name="Connect to XPM").click()
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Continue on Xero's page").click()
    consent = opened.value
    consent.get_by_role("button", name="Allow access").click()
    consent.get_by_role("button", name="Save and begin").click()
    expect(consent.get_by_text("Connected to Banksia & Wren Accountants")).to_be_visible()
    consent.close()


def sync(page: Page, kept: Store) -> None:
    """The first sync began by itself; the page tells its stages, and then what was found and what to do next."""
    page.reload()
    stages, found = (
        page.get_by_text("Match clients by number, e-mail and name"),
        page.get_by_text("What matching found"),
    )
    expect(stages.or_(found)).to_be_visible()
    assert wait_for(lambda: ended_run(kept, RunKind.SYNC)) is RunState.DONE
    expect(found).to_be_visible()
    page.get_by_role("link", name=re.compile("^Link clients")).click()
    expect(page.get_by_role("heading", name="Clients", exact=True)).to_be_visible()


def accept_first_likely(page: Page, kept: Store, title: str, kind: Kind) -> None:
    go_to(page, title)
    before = len(kept.decisions.current("demo", kind))
    page.get_by_text(re.compile(r"^Likely \d+$")).first.click()
    accept = page.locator("[data-testid=stBaseButton-primary]").filter(has_text="Accept")
    expect(accept.first).to_be_enabled()
    accept.first.click()
    wait_for(lambda: len(kept.decisions.current("demo", kind)) == before + 1)


def exclude_first_open(page: Page, kept: Store, title: str, kind: Kind) -> None:
    go_to(page, title)
    before = len(kept.decisions.current("demo", kind))
    page.get_by_text(re.compile(r"^No proposal \d+$")).first.click()
    # The buttons below the table carry a count, the one of the panel its key.
    exclude = page.get_by_role("button", name=re.compile(r"Exclude(?! \d)"))
    expect(exclude.first).to_be_enabled()
    exclude.first.click()
    wait_for(lambda: len(kept.decisions.current("demo", kind)) == before + 1)


def push(page: Page, kept: Store) -> None:
    go_to(page, "Time")
    button = page.get_by_role("button", name="Push ")
    count = (button.first.inner_text()).split("Push ")[1].split()[0]
    page.get_by_label("Nothing narrows this push", exact=False).fill(count)
    page.keyboard.press("Enter")
    expect(button.first).to_be_enabled()
    button.first.click()
    assert wait_for(lambda: ended_run(kept, RunKind.PUSH)) is RunState.DONE


def look_at_rows(page: Page) -> None:
    """From the card of the push to its page: the plan, the progress, and every row."""
    page.get_by_role("link", name="Every row of it").first.click()
    expect(page.get_by_text("Every row", exact=True)).to_be_visible()
    expect(page.get_by_text(re.compile(r"\d+ in XPM")).first).to_be_visible()


def undo_push(page: Page, kept: Store) -> None:
    page.get_by_role("button", name="Undo this push").click()
    typed = page.get_by_label(re.compile(r"^Type \d+ to allow it"))
    label = str(typed.get_attribute("aria-label"))
    typed.fill(label.split()[1])
    page.keyboard.press("Enter")
    take_back = page.get_by_role("button", name="Take back ")
    expect(take_back).to_be_enabled()
    take_back.click()
    assert wait_for(lambda: ended_run(kept, RunKind.UNDO)) is RunState.DONE
    expect(page.get_by_text(re.compile(r"\d+ taken back")).first).to_be_visible()


def test_a_newcomer_connects_syncs_reviews_pushes_undoes_and_ties_out(page: Page, kept: Store) -> None:
    connect(page)
    sync(page, kept)
    accept_first_likely(page, kept, "Clients", Kind.CLIENT)
    exclude_first_open(page, kept, "Work", Kind.PROCESS)
    push(page, kept)
    states = kept.ledger.count_states("demo", str(kept.runs.list("demo", RunKind.PUSH).index[0]))
    assert states["confirmed"] > 20
    assert not {"unknown", "sending", "ready"} & set(states)
    look_at_rows(page)
    undo_push(page, kept)
    runs = {kind: str(kept.runs.list("demo", kind).index[0]) for kind in (RunKind.PUSH, RunKind.UNDO)}
    assert kept.ledger.count_states("demo", runs[RunKind.UNDO]) == {"retracted": states["confirmed"]}
    go_to(page, "Tie-out")
    expect(page.get_by_text("It ties", exact=False).first).to_be_visible()
