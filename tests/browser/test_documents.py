"""A pack of documents in a browser: picked from the table, downloaded as a ZIP, its job created with the files."""

from __future__ import annotations

import zipfile
from pathlib import Path

from playwright.sync_api import Page, expect

from core.model import RunKind, RunState
from core.sandbox.state import Job
from core.settings import Settings
from core.workspace import open_store
from tests.browser.conftest import Dashboard
from tests.browser.test_journey import connect, ended_run, go_to, sync, wait_for

NAMES = ["Annual accounts FY2026.pdf", "Covering letter FY2026.txt", "Income tax return FY2026.pdf"]


def begin_pack(page: Page) -> None:
    go_to(page, "Documents")
    client = page.get_by_label("Client", exact=True)
    client.click()
    client.type("Victoria Road Vets")
    client.press("Enter")
    page.get_by_role("button", name="New pack").click()
    expect(page.get_by_role("heading", name="1 · Files")).to_be_visible()


def tick_rows(page: Page, rows: range) -> None:
    """A click on a row's marker ticks it; the grid itself is one canvas."""
    box = page.get_by_test_id("stDataFrame").first.bounding_box()
    assert box is not None
    for row in rows:
        page.mouse.click(box["x"] + 16, box["y"] + 35 * (row + 1) + 17)
        expect(page.get_by_role("button", name=f"Add {row + 1} file")).to_be_enabled()


def draft_job(page: Page) -> None:
    page.get_by_text("Add job to Xero Practice Manager").click()
    page.get_by_label("Name", exact=True).fill("Packed accounts")
    page.get_by_label("Name", exact=True).press("Enter")
    due = page.get_by_label("Due").first
    due.click(position={"x": 12, "y": 18})
    page.keyboard.type("20122026")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")


def find_jobs(dashboard: Dashboard) -> list[Job]:
    tenants = dashboard.sandbox.sandbox.tenants.values()
    return [job for tenant in tenants for job in tenant.jobs.values() if job.name == "Packed accounts"]


def test_a_download_hands_over_the_files_and_creates_the_job(page: Page, dashboard: Dashboard, tmp_path: Path) -> None:
    kept = open_store(Settings(data_dir=dashboard.data_dir))
    connect(page)
    sync(page, kept)
    begin_pack(page)
    tick_rows(page, range(3))
    page.get_by_role("button", name="Add 3 files").click()
    expect(page.get_by_text("3 files, 3 kB")).to_be_visible()
    draft_job(page)
    page.get_by_role("button", name="Make the file").click()
    assert find_jobs(dashboard) == []
    with page.expect_download() as given:
        page.get_by_role("button", name="Download", exact=True).click()
    given.value.save_as(tmp_path / "pack.zip")
    with zipfile.ZipFile(tmp_path / "pack.zip") as archive:
        assert sorted(archive.namelist()) == NAMES
    assert wait_for(lambda: ended_run(kept, RunKind.JOB)) is RunState.DONE
    (job,) = find_jobs(dashboard)
    assert sorted(one.file_name for one in job.documents) == NAMES
    expect(page.get_by_text(job.number).first).to_be_visible()
    kept.close()
