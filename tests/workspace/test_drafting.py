"""The drafting desk: names to choose from, twins, the last job of a template, and lines from the catalogue."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pandas as pd
import pytest

from core.jobs import JobDraft
from core.model import XPM_FRAMES, shape_frame
from core.settings import Settings
from core.store import Practice, Store
from core.workspace import Workspace
from tests.fakes import FakeClock

CLIENTS = {
    "X1": {"name": "Acme"},
    "X2": {"name": "acme and sons"},
    "X3": {"name": "Acme"},
    "X4": {"name": "Old", "archived": True},
}
JOBS = {
    "J1": {"name": "BAS  2026", "client_id": "X1", "client_name": "Acme", "start": pd.Timestamp("2026-07-01")},
    "J2": {"name": "Annual accounts 2025", "client_id": "X1", "start": pd.Timestamp("2025-07-01")},
    "J3": {"name": "Annual Accounts 2026", "client_id": "X2", "start": pd.Timestamp("2026-07-01")},
}
COSTS = {"K1": {"description": "ASIC fee", "code": "ASIC", "unit_cost": Decimal(329), "unit_price": Decimal(350)}}


@pytest.fixture
def desk(store: Store, clock: FakeClock) -> Workspace:
    store.practices.create(Practice("p", "Practice", "Australia/Sydney", date(2026, 11, 20)))
    for name, rows in (
        ("clients", CLIENTS),
        ("jobs", JOBS),
        ("costs", COSTS),
        ("templates", {"T1": {"name": "Annual accounts"}}),
    ):
        frame = pd.DataFrame.from_dict(rows, orient="index").rename_axis("id")
        store.frames.write("xpm", name, "p", shape_frame(frame, XPM_FRAMES[name]))
    return Workspace("p", Settings(client_id="app"), store, clock)


def test_only_live_clients_are_offered_and_equal_names_are_told_apart(desk: Workspace) -> None:
    assert desk.drafting.choices().clients == {"X2": "acme and sons", "X1": "Acme · X1", "X3": "Acme · X3"}


def test_jobs_are_offered_newest_first(desk: Workspace) -> None:
    assert list(desk.drafting.choices().jobs) == ["J1", "J3", "J2"]


def test_the_last_job_of_a_template_is_the_newest_of_its_name(desk: Workspace) -> None:
    assert (desk.costing.last_job("T1"), desk.costing.last_job("T9")) == ("J3", "")


def test_a_job_created_here_with_the_template_goes_first(desk: Workspace) -> None:
    draft = desk.jobs.new_draft(JobDraft(template_id="T1"))
    desk.store.jobs.move("p", draft.id, "created", frm=("draft",), job="J8")
    assert desk.costing.last_job("T1") == "J8"


def test_catalogue_lines_are_dated_like_the_job(desk: Workspace) -> None:
    draft = desk.costing.fill_from_catalogue(JobDraft(start=date(2026, 12, 1)), ["K1"], "new")
    [line] = draft.costs
    assert (line.key, line.date, line.code, line.unit_price) == ("new-1", date(2026, 12, 1), "ASIC", Decimal(350))


def test_the_list_names_the_client_and_the_price(desk: Workspace) -> None:
    draft = desk.costing.fill_from_catalogue(JobDraft(client_id="X1", name="BAS"), ["K1"], "new")
    desk.jobs.new_draft(draft)
    row = desk.drafting.listed().iloc[0]
    assert row[["name", "client", "state", "lines", "price"]].tolist() == ["BAS", "Acme", "draft", 1, Decimal("350.00")]
