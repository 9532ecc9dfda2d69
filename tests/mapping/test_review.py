"""The rows of a review: what a person reads of a record that has no proposal, or that stands in the list twice."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from core.mapping import resolve_links, review_rows
from core.model import LOCAL_FRAMES, XPM_FRAMES, Kind, shape_frame

NONE = pd.DataFrame({"verdict": [], "xpm_id": [], "by": [], "at": [], "id": []}, dtype="str").astype({"id": "int64"})


def frame(contract: Any, **rows: Any) -> pd.DataFrame:
    return shape_frame(pd.DataFrame.from_dict(rows, orient="index"), contract)


def local(**names: str) -> pd.DataFrame:
    return frame(LOCAL_FRAMES["clients"], **{one: {"name": name} for one, name in names.items()})


def clients(**rows: dict[str, object]) -> pd.DataFrame:
    return frame(XPM_FRAMES["clients"], **(rows or {"x": {"name": "Other"}}))


def records(**rows: tuple[float, str]) -> pd.DataFrame:
    return pd.DataFrame.from_dict(rows, orient="index", columns=["no_partner", "twin_of"])


def decided(**links: str) -> pd.DataFrame:
    rows = [(one, "linked", xpm_id, "Ann", "", 1) for one, xpm_id in links.items()]
    return pd.DataFrame(rows, columns=["local_id", "verdict", "xpm_id", "by", "at", "id"]).set_index("local_id")


def review(
    mine: pd.DataFrame,
    theirs: pd.DataFrame,
    seen: pd.DataFrame,
    decisions: pd.DataFrame = NONE,
    kind: Kind = Kind.CLIENT,
) -> pd.DataFrame:
    nothing = pd.DataFrame(columns=["local_id", "rank", "xpm_id", "score", "band", "explanation"])
    links = resolve_links(kind, decisions, theirs)
    return review_rows(kind, mine, theirs, decisions, links, nothing, seen, pd.Series(dtype="int64"))


def test_a_record_without_proposal_says_how_surely_xpm_lacks_it() -> None:
    row = review(local(a="Tui"), clients(), records(a=(0.97, ""))).loc["a"]
    assert (row["state"], row["explanation"], row["no_partner"]) == ("open", "Not in XPM: 97 %", 0.97)


def test_a_record_that_was_never_matched_says_nothing() -> None:
    row = review(local(a="Tui"), clients(), records()).loc["a"]
    assert row["explanation"] == ""
    assert pd.isna(row["no_partner"])


@pytest.mark.parametrize(("fate", "words"), [("deleted", "was deleted"), ("archived", "is archived")])
def test_a_client_whose_partner_is_gone_from_xpm_says_so(fate: str, words: str) -> None:
    row = review(
        local(a="Tui & Sons Limited"), clients(x={"name": "TUI AND SONS LTD", fate: True}), records(a=(0.9, ""))
    ).loc["a"]
    assert row["explanation"] == f"XPM's client of this name {words}. Not in XPM: 90 %"


def test_both_records_of_a_client_entered_twice_name_each_other() -> None:
    rows = review(local(a="Tui", b="TUI", c="Kea"), clients(), records(a=(0.1, ""), b=(0.1, "a"), c=(1.0, "")))
    assert rows["twin_id"].to_dict() == {"a": "b", "b": "a", "c": ""}
    assert rows.loc["a", "twin_name"] == "TUI"


def test_two_records_linked_to_one_client_are_shown_as_entered_twice() -> None:
    rows = review(local(a="Tui", b="Kea"), clients(), records(), decided(a="x", b="x"))
    assert rows["twin_id"].to_dict() == {"a": "b", "b": "a"}


def test_a_twin_is_named_with_its_code() -> None:
    mine = frame(LOCAL_FRAMES["clients"], a={"name": "Smith, J", "code": "SMI01"}, b={"name": "Smith J"})
    rows = review(mine, clients(), records(b=(0.1, "a")))
    assert rows["twin_name"].to_dict() == {"a": "Smith J", "b": "Smith, J (SMI01)"}


def test_twins_linked_to_two_clients_are_told_apart() -> None:
    theirs = clients(x={"name": "Tui"}, y={"name": "Tui 2"})
    rows = review(local(a="Tui", b="TUI"), theirs, records(b=(0.1, "a")), decided(a="x", b="y"))
    assert set(rows["twin_id"]) == {""}


def test_the_twin_of_an_excluded_record_is_no_duplicate_any_more() -> None:
    decisions = decided(a="").assign(verdict="excluded")
    rows = review(local(a="Tui", b="TUI"), clients(), records(b=(0.1, "a")), decisions)
    assert rows.loc["b", "twin_id"] == ""


def test_a_twin_that_is_no_longer_in_the_list_is_forgotten() -> None:
    rows = review(local(b="TUI"), clients(), records(b=(0.1, "a")))
    assert rows.loc["b", "twin_name"] == ""
    assert rows.loc["b", "twin_id"] == ""


def test_processes_of_one_task_type_are_not_entered_twice() -> None:
    mine = frame(LOCAL_FRAMES["processes"], a={"name": "BAS"}, b={"name": "GST"})
    theirs = frame(XPM_FRAMES["task_types"], x={"name": "Activity statement"})
    rows = review(mine, theirs, records(), decided(a="x", b="x"), Kind.PROCESS)
    assert set(rows["twin_id"]) == {""}
