"""The tie-out of a practice: both sides summed from what was read, and every paper of it by name."""

from __future__ import annotations

from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from core.push.rules import Choice
from core.reports import DoesNotTie, to_csv, to_xlsx
from core.reports.html import to_html
from core.store import Store
from core.workspace import Workspace
from core.workspace.tying import statement
from tests.fakes import FakeClock
from tests.workspace.tied_practice import NOVEMBER, add_bundle, enter, make_practice, show

IDS = {"E1", "E2", "u1", "u2", "hand", "S1", "C1", "T1", "P1", "XS1", "XT1", "XC1", "J1x"}


@pytest.fixture
def practice(store: Store, clock: FakeClock) -> Workspace:
    return make_practice(store, clock)


def test_rounded_and_typed_time_is_named_and_both_sides_reach_zero(practice: Workspace) -> None:
    tie = practice.tying.tie(*NOVEMBER)
    lines = {line: minutes for line, minutes in tie.bridge.minutes.items() if minutes}
    assert lines == {"pushed": 80, "rounding": 4, "by_hand": 45}
    assert (tie.minutes["synced"], tie.minutes["remainder"], tie.ties) == (80, 0, True)
    assert tie.xpm == {"ours": 84, "by_hand": 45, "total": 129}


def test_what_a_choice_leaves_out_counts_as_filtered(practice: Workspace) -> None:
    enter(practice, E1={"minutes": 60}, E2={"minutes": 20}, E3={"minutes": 30})
    tie = practice.tying.tie(*NOVEMBER, Choice(staff=("nobody",)))
    assert (tie.minutes["synced"], tie.minutes["filtered"], tie.ties) == (80, 30, True)


def test_a_push_after_the_last_read_gives_no_verdict_and_no_alarm(practice: Workspace) -> None:
    enter(practice, E1={"minutes": 60}, E2={"minutes": 20}, E3={"minutes": 30})
    later = "2099-01-01T00:00:00.000+00:00"
    add_bundle(practice, "u3", {"E3": (30, 30)}, state="posted", last_seen_at=later)
    tie = practice.tying.tie(*NOVEMBER)
    assert (tie.bridge.unread, tie.closes, tie.ties) == (30, True, False)
    assert "after it was read last" in tie.verdict()
    assert practice.time.tie_out(*NOVEMBER).minutes["synced"] == 110


def test_an_undo_under_way_raises_no_alarm(practice: Workspace) -> None:
    add_bundle(practice, "u3", {"E3": (30, 30)}, state="retracted", last_seen_at="2099-01-01T00:00:00.000+00:00")
    show(practice, u1={"minutes": 60}, u2={"minutes": 24}, u3={"minutes": 30})
    tie = practice.tying.tie(*NOVEMBER)
    assert (tie.bridge.minutes["unread"], tie.closes, tie.ties) == (30, True, False)


def test_what_xpm_lost_is_listed_by_name(practice: Workspace) -> None:
    show(practice, u1={"minutes": 60}, hand={"minutes": 45})
    tie = practice.tying.tie(*NOVEMBER)
    gaps = practice.tying.gaps(tie)[["staff", "client", "work", "minutes", "why"]]
    assert gaps.to_numpy().tolist() == [["Ann Lee", "Acme", "BAS Sep", -24, "XPM does not show it"]]
    with pytest.raises(DoesNotTie, match="1 timesheet differs"):
        practice.time.tie_out(*NOVEMBER)


def add_day(practice: Workspace) -> None:
    """Two more entries, sent together as one timesheet of 45 minutes."""
    enter(practice, E1={"minutes": 60}, E2={"minutes": 20}, E3={"minutes": 31}, E4={"minutes": 11})
    add_bundle(practice, "day", {"E3": (31, 33), "E4": (11, 12)}, group_key="day:XS1|2026-11-19|J1|XT1|1")
    show(practice, u1={"minutes": 60}, u2={"minutes": 24}, day={"minutes": 45})


def test_entries_sent_together_tie_each_with_its_share(practice: Workspace) -> None:
    add_day(practice)
    tie = practice.tying.tie(*NOVEMBER)
    assert {line: value for line, value in tie.bridge.minutes.items() if value} == {"pushed": 122, "rounding": 7}
    assert tie.ties
    held = practice.tying.sheets(tie)["Entries"].set_index("Minutes")["Minutes in XPM"].to_dict()
    assert (held[31], held[11]) == (33, 12)


def test_of_entries_sent_together_only_the_edited_one_waits(practice: Workspace) -> None:
    add_day(practice)
    enter(practice, E1={"minutes": 60}, E2={"minutes": 20}, E3={"minutes": 40}, E4={"minutes": 11})
    tie = practice.tying.tie(*NOVEMBER)
    lines = {line: value for line, value in tie.bridge.minutes.items() if value}
    assert lines == {"pushed": 91, "rounding": 5, "edited": 33}
    assert (tie.minutes["waiting"], tie.ties) == (40, True)


def test_a_second_copy_with_our_marker_is_named(practice: Workspace) -> None:
    show(practice, u1={"minutes": 60}, u2={"minutes": 24}, x={"minutes": 24, "note": "BAS ~7K3M9QXA42"})
    assert practice.tying.tie(*NOVEMBER).bridge.minutes["copies"] == 24


def test_every_sheet_has_names_and_no_ids(practice: Workspace) -> None:
    sheets = practice.tying.sheets(practice.tying.tie(*NOVEMBER))
    assert list(sheets)[:3] == ["Tie-out", "Entries", "Timesheets in XPM"]
    for name, sheet in sheets.items():
        assert sheet.index.name is None, name
        assert not sheet.astype("str").isin(IDS).any().any(), name
    assert sheets["Entries"][["Staff", "Client", "Minutes", "Minutes in XPM"]].to_numpy().tolist() == [
        ["Ann Lee", "Acme", 60, 60],
        ["Ann Lee", "Acme", 20, 24],
    ]
    there = sheets["Timesheets in XPM"].set_index("Minutes")
    assert there.loc[45, ["Staff", "Client", "Job", "Task"]].tolist() == [
        "Lee, Ann",
        "Acme Pty Ltd",
        "BAS 2026",
        "BAS September",
    ]
    assert there["Whose"].to_dict()[45] == "Typed by hand, of no entry here"


def test_the_statement_adds_up_on_both_sides(practice: Workspace) -> None:
    table = statement(practice.tying.tie(*NOVEMBER))
    for side in ("Recorded here", "In XPM"):
        rows = table[table["Side"].eq(side)].set_index("Line")["Minutes"]
        assert rows.drop(["total", "remainder"]).sum() == rows["total"]
        assert rows["remainder"] == 0


def test_a_workbook_of_it_runs_nothing(practice: Workspace) -> None:
    book = CalamineWorkbook.from_filelike(BytesIO(to_xlsx(practice.tying.sheets(practice.tying.tie(*NOVEMBER)))))
    entries = book.get_sheet_by_name("Entries").to_python()
    assert "'=cmd()" in entries[2]
    assert to_csv(statement(practice.tying.tie(*NOVEMBER))).startswith(b"\xef\xbb\xbf")


def test_the_paper_tells_the_verdict_and_escapes_every_name(practice: Workspace) -> None:
    document = to_html(practice.tying.paper(practice.tying.tie(*NOVEMBER))).decode()
    assert "It ties." in document
    assert "Smith &amp; &lt;Sons&gt;" in document
    assert "typed &lt;b&gt;by&lt;/b&gt; hand" in document
    assert "<b>by</b>" not in document
