"""Entries as people read them, what may be said of them, and the mark of what was shown."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import pytest

from core.model import Reason, Standing
from core.reports.entries import (
    Names,
    compare_day,
    label_records,
    label_tasks,
    mark_shown,
    name_entries,
    offer_sayings,
    sum_reasons,
)

DAY = pd.Timestamp("2026-11-19")
ROW = {
    "staff_id": "S1",
    "client_id": "C1",
    "process_id": "P1",
    "task_id": "",
    "xpm_staff_id": "XS1",
    "date": DAY,
    "minutes": 90,
    "xpm_minutes": 0,
    "standing": "ready",
    "reason": "",
    "sentence": "It goes.",
    "fix_page": "",
    "problem": "",
    "content_hash": "h",
    "xpm_time_id": "",
    "looks_like": "",
    "ledger_state": "",
}
NAMES = Names(
    staff=pd.Series({"S1": "Ann"}),
    clients=pd.Series({"C1": "Acme"}),
    processes=pd.Series({"P1": "BAS"}),
    tasks=pd.Series({"T1": "BAS Sep"}),
    xpm_staff=pd.Series({"XS1": "Lee, Ann"}),
)


def make_rows(**rows: Mapping[str, object]) -> pd.DataFrame:
    return pd.DataFrame.from_dict({key: {**ROW, **values} for key, values in rows.items()}, orient="index")


def test_names_stand_in_the_place_of_ids() -> None:
    row = name_entries(make_rows(E1={}), NAMES).loc["E1"]
    assert row[["staff", "client", "process", "work", "hours"]].tolist() == ["Ann", "Acme", "BAS", "BAS", "1:30"]


def test_an_id_without_a_name_keeps_its_id() -> None:
    assert name_entries(make_rows(E1={"client_id": "C9"}), NAMES).loc["E1", "client"] == "C9"


def test_time_that_only_xpm_has_shows_xpms_person_and_minutes() -> None:
    row = name_entries(make_rows(E1={"staff_id": "", "minutes": 0, "xpm_minutes": 78}), NAMES).loc["E1"]
    assert (row["staff"], row["hours"], row["minutes"]) == ("Lee, Ann", "1:18", 0)


def test_records_of_one_name_are_told_apart_by_their_id() -> None:
    labels = label_records(pd.DataFrame({"name": ["Acme", "Acme", "Bee"]}, index=["C1", "C2", "C3"]))
    assert labels.tolist() == ["Acme (C1)", "Acme (C2)", "Bee"]


@pytest.mark.parametrize("change", [{"standing": "waiting"}, {"content_hash": "other"}, {"looks_like": "X"}])
def test_the_mark_changes_with_what_was_shown(change: dict[str, object]) -> None:
    assert mark_shown(make_rows(E1={})) != mark_shown(make_rows(E1=change))


def test_the_mark_changes_with_the_ids() -> None:
    assert mark_shown(make_rows(E1={})) != mark_shown(make_rows(E2={}))


@pytest.mark.parametrize(
    ("standing", "reason", "offered"),
    [
        (Standing.READY, Reason.NONE, ("exclude",)),
        (Standing.WAITING, Reason.LOOKS_EQUAL, ("same_work", "separate_work", "exclude")),
        (Standing.WAITING, Reason.REJECTED, ("send_again", "exclude")),
        (Standing.EXCLUDED, Reason.EXCLUDED_ENTRY, ("include",)),
        (Standing.EXCLUDED, Reason.EXCLUDED_CLIENT, ()),
        (Standing.SYNCED, Reason.NONE, ()),
        (Standing.IN_DOUBT, Reason.UNKNOWN_OUTCOME, ()),
        (Standing.IN_DOUBT, Reason.SENDING, ()),
        (Standing.CHANGED, Reason.EDITED_LOCALLY, ()),
        (Standing.CHANGED, Reason.DRIFTED, ("send_ours", "keep_xpm")),
        (Standing.CHANGED, Reason.CHANGE_INVOICED, ("correct", "keep_xpm")),
        (Standing.WAITING, Reason.PERIOD_CLOSED, ("late_ok", "exclude")),
        (Standing.WAITING, Reason.UNDONE, ("send_again", "exclude")),
    ],
)
def test_what_may_be_said_follows_from_the_reason(standing: str, reason: str, offered: tuple[str, ...]) -> None:
    assert offer_sayings(make_rows(E1={"standing": standing, "reason": reason})) == offered


def test_of_several_entries_only_what_fits_all_may_be_said() -> None:
    alike, ready = {"standing": "waiting", "reason": "looks equal"}, {"standing": "ready"}
    assert offer_sayings(make_rows(E1=alike, E2=alike)) == ("separate_work", "exclude")
    assert offer_sayings(make_rows(E1=alike, E2=ready)) == ("exclude",)


def test_nothing_is_said_of_a_row_whose_source_is_wrong() -> None:
    assert offer_sayings(make_rows(E1={"standing": "waiting", "reason": "doubled id", "problem": "doubled id"})) == ()


def test_reasons_are_summed_most_minutes_first() -> None:
    rows = make_rows(E1={"reason": "tie", "minutes": 30}, E2={"reason": "job closed"}, E3={"reason": "tie"})
    assert sum_reasons(rows)[["entries", "hours"]].to_numpy().tolist() == [[2, "2:00"], [1, "1:30"]]


def test_a_day_shows_the_same_person_and_date_on_both_sides() -> None:
    standings = make_rows(E1={"looks_like": "X1"}, E2={"xpm_time_id": "X2"}, E3={"date": pd.Timestamp("2026-11-18")})
    sheet = {"staff_id": "XS1", "date": DAY, "minutes": 90}
    sheets = pd.DataFrame({"X1": sheet, "X2": sheet, "X3": sheet, "X4": sheet | {"staff_id": "XS2"}}).T
    here, there = compare_day(standings.loc["E1"], standings, sheets)
    assert here.index.tolist() == ["E1", "E2"]
    assert there["origin"].to_dict() == {"X1": "looks like this entry", "X2": "pushed from here", "X3": "typed by hand"}


def make_tasks(**rows: tuple[str, str, str]) -> pd.DataFrame:
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=["client_id", "name", "period"])
    return frame.assign(start=pd.NaT)


def test_tasks_of_different_clients_keep_their_plain_name() -> None:
    labels = label_tasks(make_tasks(T1=("C1", "BAS", ""), T2=("C2", "BAS", "")))
    assert labels.tolist() == ["BAS", "BAS"]


def test_tasks_of_one_client_are_told_apart_by_period_and_only_then_by_id() -> None:
    rows = {"T1": ("C1", "BAS", "Sep"), "T2": ("C1", "BAS", "Dec"), "T3": ("C2", "Tax", ""), "T4": ("C2", "Tax", "")}
    labels = label_tasks(make_tasks(**rows))
    assert labels.tolist() == ["BAS (Sep)", "BAS (Dec)", "Tax (T3)", "Tax (T4)"]
