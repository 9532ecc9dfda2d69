from __future__ import annotations

from pathlib import Path

import pytest

from core.local import ConfigWrong, LocalLoad, SourceConfig, load_source
from core.local.presets import PRESETS, configure_preset
from tests.local.builders import TODAY, ZONE

EXPORTS = {
    "toggl": "User,Email,Client,Project,Task,Description,Billable,"
    "Start date,Start time,End date,End time,Duration,Tags\n"
    "Ana Li,a@b.c,Abel Ltd,BAS,,Sep quarter,Yes,2026-11-13,09:00:00,2026-11-13,10:30:00,01:30:00,\n",
    "clockify": "Project,Client,Description,Task,User,Group,Email,Tags,Billable,"
    "Start Date,Start Time,End Date,End Time,Duration (h),Duration (decimal)\n"
    "BAS,Abel Ltd,Sep quarter,,Ana Li,,a@b.c,,Yes,13/11/2026,09:00:00,13/11/2026,10:30:00,01:30:00,1.50\n",
    "harvest": "Date,Client,Project,Project Code,Task,Notes,Hours,Billable?,Invoiced?,First Name,Last Name,Roles\n"
    "2026-11-13,Abel Ltd,Compliance,,BAS,Sep quarter,1.5,Yes,No,Ana,Li,\n",
}


def load_export(folder: Path, preset: str) -> LocalLoad:
    (folder / "export.csv").write_text(EXPORTS[preset])
    raw = configure_preset(preset, str(folder), "export.csv", date_order="dmy")
    return load_source(SourceConfig.from_dict(raw), zone=ZONE, today=TODAY)


@pytest.mark.parametrize("preset", PRESETS)
def test_an_export_of_a_known_tracker_loads_without_further_settings(tmp_path: Path, preset: str) -> None:
    entry = load_export(tmp_path, preset).frames["actual_times"].iloc[0]
    found = (entry["staff_id"], entry["client_id"], entry["process_id"], entry["minutes"], entry["note"])
    assert found == ("Ana Li", "Abel Ltd", "BAS", 90, "Sep quarter")
    assert (str(entry["date"].date()), bool(entry["billable"]), entry["problem"]) == ("2026-11-13", True, "")


@pytest.mark.parametrize("preset", PRESETS)
def test_clients_staff_and_processes_are_made_of_the_names_used(tmp_path: Path, preset: str) -> None:
    load = load_export(tmp_path, preset)
    names = {table: load.frames[table]["name"].to_dict() for table in ("clients", "staff", "processes")}
    assert names == {"clients": {"Abel Ltd": "Abel Ltd"}, "staff": {"Ana Li": "Ana Li"}, "processes": {"BAS": "BAS"}}
    assert load.frames["staff"]["active"].all()
    assert "clients: 1 name taken from the entries; the name is the id." in load.notes


def test_an_unknown_preset_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ConfigWrong, match="Valid: toggl, clockify, harvest"):
        configure_preset("jira", "x", "y")
