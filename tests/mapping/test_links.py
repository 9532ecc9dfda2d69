"""A link breaks visibly when its XPM record goes away, and names the successor when there is one."""

from __future__ import annotations

import pandas as pd
import pytest

from core.mapping import choose_certain, resolve_links
from core.model import XPM_FRAMES, Kind, shape_frame


def decided(**pairs: tuple[str, str]) -> pd.DataFrame:
    rows = [(local, verdict, xpm) for local, (verdict, xpm) in pairs.items()]
    return pd.DataFrame(rows, columns=["local_id", "verdict", "xpm_id"]).set_index("local_id")


def clients(**rows: dict[str, object]) -> pd.DataFrame:
    return shape_frame(pd.DataFrame.from_dict(rows, orient="index"), XPM_FRAMES["clients"])


def test_a_live_client_keeps_its_link() -> None:
    link = resolve_links(Kind.CLIENT, decided(a=("linked", "x")), clients(x={"name": "Tui"})).loc["a"]
    assert (link["xpm_name"], link["broken"], link["broken_why"]) == ("Tui", False, "")


@pytest.mark.parametrize(
    ("row", "why"),
    [({"archived": True}, "is archived"), ({"deleted": True}, "was deleted")],
)
def test_an_archived_or_deleted_client_breaks_its_link(row: dict[str, object], why: str) -> None:
    link = resolve_links(Kind.CLIENT, decided(a=("linked", "x")), clients(x={"name": "Tui", **row})).loc["a"]
    assert link["broken"]
    assert why in link["broken_why"]


def test_a_record_that_is_gone_breaks_its_link() -> None:
    assert (
        "no longer in XPM"
        in resolve_links(Kind.CLIENT, decided(a=("linked", "z")), clients(x={})).loc["a", "broken_why"]
    )


def test_a_live_record_of_the_same_name_is_the_successor() -> None:
    frame = clients(x={"name": "Tui", "archived": True}, y={"name": "Tui"})
    assert resolve_links(Kind.CLIENT, decided(a=("linked", "x")), frame).loc["a", "successor"] == "y"


def test_two_records_of_the_same_name_are_no_successor() -> None:
    frame = clients(x={"name": "Tui", "archived": True}, y={"name": "Tui"}, z={"name": "Tui"})
    assert resolve_links(Kind.CLIENT, decided(a=("linked", "x")), frame).loc["a", "successor"] == ""


def test_an_excluded_record_never_breaks() -> None:
    link = resolve_links(Kind.CLIENT, decided(a=("excluded", "")), clients(x={})).loc["a"]
    assert (link["broken"], link["xpm_name"]) == (False, "")


def test_staff_no_longer_listed_break_their_link() -> None:
    staff = shape_frame(pd.DataFrame({"name": ["A"], "listed": [False]}, index=["x"]), XPM_FRAMES["staff"])
    assert resolve_links(Kind.STAFF, decided(a=("linked", "x")), staff).loc["a", "broken"]


def proposals(*rows: tuple[str, str, str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["local_id", "xpm_id", "band"])
    return frame.assign(rank=1, score=0.995, explanation="")


def test_only_certain_proposals_of_open_records_are_accepted() -> None:
    found = choose_certain(
        Kind.CLIENT,
        proposals(("a", "x", "certain"), ("b", "y", "likely"), ("c", "z", "certain")),
        decided(c=("excluded", "")),
    )
    assert list(found["local_id"]) == ["a"]


def test_a_client_already_taken_or_claimed_twice_is_left_to_a_person() -> None:
    pairs = proposals(("a", "x", "certain"), ("b", "y", "certain"), ("c", "y", "certain"))
    assert choose_certain(Kind.CLIENT, pairs, decided(d=("linked", "x"))).empty


def test_many_tasks_may_share_one_job_task() -> None:
    pairs = proposals(("a", "x", "certain"), ("b", "x", "certain"))
    assert len(choose_certain(Kind.TASK, pairs, decided())) == 2
