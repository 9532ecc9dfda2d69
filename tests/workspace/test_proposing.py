"""Proposals follow decisions at once, as a new matching of everything would have them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from core.model import LOCAL_FRAMES, XPM_FRAMES, Kind, Verdict, empty_frame, shape_frame
from core.settings import Settings
from core.store import Practice, Store
from core.workspace import Workspace
from tests.fakes import FakeClock

LOCAL = {
    "C1": "Garymon Family Trust",
    "C2": "Garymon Trust",
    "C3": "Banksia Dental Pty Ltd",
    "C4": "Banksia Dental P/L",
    "C5": "Harbour Plumbing Limited",
}
XPM = {
    "X1": "The Trustee for Garymon Family Trust",
    "X3": "Banksia Dental Pty Limited",
    "X4": "Banksia Holdings Pty Ltd",
    "X5": "Harbour Plumbing Ltd",
}


def write(store: Store, side: str, name: str, rows: dict[str, dict[str, Any]]) -> None:
    contract = (LOCAL_FRAMES if side == "local" else XPM_FRAMES)[name]
    frame = pd.DataFrame.from_dict(rows, orient="index") if rows else empty_frame(contract)
    store.frames.write(side, name, "p", shape_frame(frame.rename_axis("id"), contract))
    store.frames.mark_part("p", side, name, True, len(rows), repr(rows), "")


@pytest.fixture
def workspace(store: Store, tmp_path: Path) -> Workspace:
    """Five clients with a task each, matched, and nothing decided."""
    store.practices.create(Practice("p", "P", "Australia/Sydney"))
    write(store, "local", "clients", {one: {"name": name} for one, name in LOCAL.items()})
    write(store, "local", "staff", {"S1": {"name": "Ann Lee", "active": True}})
    write(store, "local", "processes", {"P1": {"name": "Payroll"}})
    tasks = {f"T{one}": {"client_id": one, "process_id": "P1", "name": "Payroll", "status": "open"} for one in LOCAL}
    write(store, "local", "tasks", tasks)
    write(store, "xpm", "clients", {one: {"name": name} for one, name in XPM.items()})
    write(store, "xpm", "staff", {"XS1": {"name": "Lee, Ann", "listed": True}})
    write(store, "xpm", "task_types", {"XP1": {"name": "Payroll"}})
    write(store, "xpm", "jobs", {f"J{one}": {"name": "Payroll", "client_id": one, "state": "Open"} for one in XPM})
    write(store, "xpm", "job_tasks", {f"XT{one}": {"job": f"J{one}", "task_type_id": "XP1"} for one in XPM})
    made = Workspace("p", Settings(data_dir=tmp_path, user="Ann"), store, FakeClock())
    made.proposing.propose()
    return made


def decide(workspace: Workspace, verdict: Verdict, **pairs: str) -> None:
    workspace.review.decide(Kind.CLIENT, verdict, pairs, seen={})


def read(workspace: Workspace, kind: Kind = Kind.CLIENT) -> dict[tuple[str, str], tuple[str, float, str]]:
    """The stored proposals of what is not linked: band, score and explanation by pair."""
    linked = workspace.review.decisions(kind).index
    rows = workspace.store.proposals.read(workspace.practice_id, kind)
    rows = rows[~rows["local_id"].isin(linked)]
    return {(row.local_id, row.xpm_id): (row.band, row.score, row.explanation) for row in rows.itertuples()}


def expect_as_after_matching(workspace: Workspace) -> None:
    renewed = read(workspace)
    records = workspace.store.proposals.records("p", Kind.CLIENT)
    workspace.proposing.propose([Kind.CLIENT])
    assert renewed == read(workspace)
    open_ids = list({one for one, _ in renewed})
    assert records.loc[open_ids].equals(workspace.store.proposals.records("p", Kind.CLIENT).loc[open_ids])


def test_a_link_takes_its_partner_from_its_rivals(workspace: Workspace) -> None:
    assert ("C4", "X3") in read(workspace)
    decide(workspace, Verdict.LINKED, C4="X3")
    assert read(workspace).get(("C3", "X3"), ("", 0, ""))[0] not in ("certain", "likely")
    expect_as_after_matching(workspace)


def test_a_refused_pair_makes_room_for_the_next_one(workspace: Workspace) -> None:
    decide(workspace, Verdict.REJECTED, C1="X1")
    assert ("C1", "X1") not in read(workspace)
    expect_as_after_matching(workspace)


def test_an_undone_link_is_proposed_again(workspace: Workspace) -> None:
    before = read(workspace)
    decide(workspace, Verdict.LINKED, C4="X4", C2="X1")
    decide(workspace, Verdict.REOPENED, C4="", C2="")
    assert read(workspace) == before


def test_a_link_keeps_the_proposal_it_came_from(workspace: Workspace) -> None:
    decide(workspace, Verdict.LINKED, C5="X5")
    workspace.proposing.propose([Kind.CLIENT])
    row = workspace.review.rows(Kind.CLIENT).loc["C5"]
    assert (row["state"], row["band"]) == ("linked", "certain")


def test_a_broken_link_is_proposed_a_successor(workspace: Workspace) -> None:
    decide(workspace, Verdict.LINKED, C5="X9")
    row = workspace.review.rows(Kind.CLIENT).loc["C5"]
    assert (row["state"], row["proposed_xpm_id"]) == ("broken", "X5")


def test_a_new_link_lets_the_tasks_of_the_client_find_their_job(workspace: Workspace) -> None:
    workspace.review.decide(Kind.PROCESS, Verdict.LINKED, {"P1": "XP1"}, seen={})
    assert read(workspace, Kind.TASK) == {}
    decide(workspace, Verdict.LINKED, C5="X5")
    assert list(read(workspace, Kind.TASK)) == [("TC5", "XTX5")]
    decide(workspace, Verdict.REOPENED, C5="")
    assert read(workspace, Kind.TASK) == {}


def test_accepting_what_is_certain_renews_the_rest(workspace: Workspace) -> None:
    assert workspace.proposing.accept_certain(Kind.CLIENT) > 0
    expect_as_after_matching(workspace)


def test_pages_see_that_proposals_were_renewed(workspace: Workspace) -> None:
    before = workspace.version()
    workspace.proposing.renew(Kind.CLIENT, ["C1"])
    assert workspace.version() != before


def test_lists_that_changed_wait_for_the_next_matching(workspace: Workspace) -> None:
    write(workspace.store, "xpm", "clients", {"X7": {"name": "Garymon Trust"}})
    before = read(workspace)
    workspace.review.decide(Kind.CLIENT, Verdict.REJECTED, {"C3": "X3"}, seen={})
    assert read(workspace) == before
    assert workspace.proposing.renew(Kind.STAFF, ["S1"]) == 1


def test_an_upload_of_the_same_lists_changes_nothing(workspace: Workspace) -> None:
    """A sync that read the same again must not put an end to renewing."""
    workspace.store.frames.mark_part("p", "xpm", "clients", True, len(XPM), "a later sync", "")
    assert workspace.proposing.renew(Kind.CLIENT, ["C1"]) > 0


def test_staff_and_processes_are_renewed_too(workspace: Workspace) -> None:
    workspace.review.decide(Kind.STAFF, Verdict.REJECTED, {"S1": "XS1"}, seen={})
    workspace.review.decide(Kind.PROCESS, Verdict.REJECTED, {"P1": "XP1"}, seen={})
    for kind in (Kind.STAFF, Kind.PROCESS):
        assert workspace.store.proposals.read_pairs("p", kind).empty
