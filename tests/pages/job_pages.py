"""Opening a job draft's page, typing into its grid, and reading back what was kept."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd
from streamlit.testing.v1 import AppTest

from core.jobs import CostLine, JobDraft
from core.model import XPM_FRAMES, shape_frame
from core.workspace import Workspace
from pages.parts.jobs.desk import TAB
from pages.parts.jobs.state import GRID, OPEN, field_key
from tests.pages.conftest import SHELL

WHOLE = JobDraft(client_id="XC1", name="Accounts 2026", start=date(2026, 11, 20), due=date(2026, 12, 20))
LINES = tuple(
    CostLine(key, date(2026, 11, 20), words, Decimal(1), Decimal(10), Decimal(25), brought=True)
    for key, words in (("k1", "Search fee"), ("k2", "Courier"))
)
COSTS = {"K1": {"description": "ASIC fee", "code": "ASIC", "unit_cost": Decimal("329.00"), "unit_price": Decimal(350)}}


def stock(practice: Workspace) -> Workspace:
    """The practice with a template, states and a cost catalogue in XPM."""
    states = {"S1": {"name": "Planned"}, "S2": {"name": "In Progress"}}
    for name, rows in (("templates", {"TP1": {"name": "Annual accounts"}}), ("costs", COSTS), ("job_states", states)):
        frame = pd.DataFrame.from_dict(rows, orient="index").rename_axis("id")
        practice.store.frames.write("xpm", name, practice.practice_id, shape_frame(frame, XPM_FRAMES[name]))
    return practice


def open_jobs(draft_id: str = "", tab: str = "") -> AppTest:
    """Jobs with this draft open; without one a tab of its desk."""
    app = AppTest.from_file(str(SHELL), default_timeout=30)
    app.run()
    if draft_id:
        app.query_params[OPEN] = draft_id
    app.switch_page("jobs.py").run()
    if tab:
        app.segmented_control(key=TAB).set_value(tab).run()
    assert not app.exception
    return app


def open_new(practice: Workspace, draft: JobDraft = WHOLE) -> tuple[AppTest, str]:
    """A new draft's page and the draft's id."""
    stored = practice.jobs.new_draft(draft)
    return open_jobs(stored.id), stored.id


def edit(app: AppTest, edited_rows: dict[int, dict[str, Any]]) -> AppTest:
    """Let the grid hold these edits, and have another widget keep them as the grid's own change would."""
    app.session_state[app.session_state[GRID]] = {"edited_rows": edited_rows, "added_rows": [], "deleted_rows": []}
    described = [one for one in app.text_area if one.key == field_key("description")]
    if not described:
        return app.button(key="cost_more").click().run()
    return described[0].set_value(f"{described[0].value} again").run()


def press(app: AppTest, key: str, *places: int, typed: dict[int, dict[str, Any]] | None = None) -> AppTest:
    """Tick these rows of the grid and press the button; `typed` are cells that were typed into before."""
    ticked = {place: {"pick": True} for place in places} | (typed or {})
    app.session_state[app.session_state[GRID]] = {"edited_rows": ticked, "added_rows": [], "deleted_rows": []}
    return app.run().button(key=key).click().run()


def kept(practice: Workspace, draft_id: str) -> JobDraft:
    """The draft as it is kept."""
    return JobDraft.from_json(practice.jobs.get(draft_id).content)


def grid_of(app: AppTest) -> pd.DataFrame:
    """The rows the grid shows, its edits not among them."""
    return next(element.value for element in app.data_editor if "unit_price" in element.value)
