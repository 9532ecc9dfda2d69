"""Which proposals may be accepted together."""

from __future__ import annotations

import pandas as pd

from core.mapping import choose_band, narrow_rows
from core.model import Band, Kind


def make_rows(*rows: tuple[str, str, str, str, str]) -> pd.DataFrame:
    """Review rows of local id, state, band, proposed and linked XPM id."""
    columns = ["local_id", "state", "band", "proposed_xpm_id", "link_xpm_id"]
    frame = pd.DataFrame(rows, columns=columns).set_index("local_id")
    return frame.assign(name=frame.index, detail="", xpm_name="", client_group="")


ROWS = make_rows(
    ("C1", "proposed", "likely", "X1", ""),
    ("C2", "proposed", "likely", "X2", ""),
    ("C3", "proposed", "certain", "X2", ""),
    ("C4", "proposed", "tie", "X4", ""),
    ("C5", "proposed", "likely", "X6", ""),
    ("C6", "linked", "likely", "X6", "X6"),
    ("C7", "proposed", "possible", "X1", ""),
    ("C8", "archived", "likely", "X8", ""),
)


def test_a_partner_that_another_holds_or_claims_is_left_to_a_person() -> None:
    assert choose_band(Kind.CLIENT, Band.LIKELY, ROWS).index.tolist() == ["C1"]
    assert choose_band(Kind.STAFF, Band.CERTAIN, ROWS).index.tolist() == []


def test_work_of_many_may_land_on_one_job_task() -> None:
    assert choose_band(Kind.TASK, Band.LIKELY, ROWS).index.tolist() == ["C1", "C2", "C5"]


def test_rows_are_narrowed_by_group_and_by_every_word() -> None:
    rows = ROWS.assign(client_group=["Birds"] * 3 + [""] * 5, detail="a.b trust")
    assert narrow_rows(rows, "Birds", "").index.tolist() == ["C1", "C2", "C3"]
    assert narrow_rows(rows, "Birds", "c2 A.B").index.tolist() == ["C2"]
    assert narrow_rows(rows, "", "a?b").empty
