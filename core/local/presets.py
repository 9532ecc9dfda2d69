"""Ready configurations for the exports of well-known time trackers.

These exports hold names and no ids: the name of a client, person or project is its id here, and the tables of clients,
staff and processes are made of the names that the entries use. Header names as the trackers write them in English.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from core.local.columns import plain_header
from core.local.config import ConfigWrong

_NAMES = ["clients", "staff", "processes"]
_NOT_THERE = {"id": "", "task_id": "", "status": ""}

#: Preset -> the settings of its table actual_times.
_TIMES: Mapping[str, Mapping[str, Any]] = {
    "toggl": {
        "unit": "h:mm",
        "columns": {
            **_NOT_THERE,
            "staff_id": "User",
            "client_id": "Client",
            "process_id": "Project",
            "date": "Start date",
            "minutes": "Duration",
            "start": "Start time",
            "end": "End time",
            "billable": "Billable",
            "note": "Description",
        },
    },
    "clockify": {
        "unit": "h:mm",
        "columns": {
            **_NOT_THERE,
            "staff_id": "User",
            "client_id": "Client",
            "process_id": "Project",
            "date": "Start Date",
            "minutes": "Duration (h)",
            "start": "Start Time",
            "end": "End Time",
            "billable": "Billable",
            "note": "Description",
        },
    },
    "harvest": {
        "unit": "hours",
        "hours_dot": "decimal",
        "columns": {
            **_NOT_THERE,
            "staff_id": "First Name + Last Name",
            "client_id": "Client",
            "process_id": "Task",
            "date": "Date",
            "minutes": "Hours",
            "start": "",
            "end": "",
            "billable": "Billable?",
            "note": "Notes",
        },
    },
}

PRESETS = tuple(_TIMES)


def configure_preset(preset: str, path: str, file: str, *, date_order: str = "") -> dict[str, Any]:
    """The local source, as a practice's settings hold it, for a tracker's detailed CSV export.

    preset: one of PRESETS. path: the folder. file: the export in it, or a pattern for several. date_order: needed when
    the account writes dates otherwise than YYYY-MM-DD. Raises ConfigWrong for an unknown preset.
    """
    if preset not in _TIMES:
        raise ConfigWrong("preset", f"{preset!r} is not known", PRESETS)
    order = {"date_order": date_order} if date_order else {}
    times = {"file": file, **_TIMES[preset], "columns": dict(_TIMES[preset]["columns"])}
    return {"type": "folder", "path": path, **order, "derive": list(_NAMES), "tables": {"actual_times": times}}


def find_preset(headers: Sequence[str]) -> str:
    """The preset whose needed columns all stand in these headers; empty when none fits.

    The columns that make an export a tracker's: who, for whom, what, when and how long.
    """
    found = {plain_header(header) for header in headers}
    for preset, times in _TIMES.items():
        needed = [times["columns"][name] for name in ("staff_id", "client_id", "process_id", "date", "minutes")]
        if {plain_header(part) for header in needed for part in header.split(" + ")} <= found:
            return preset
    return ""
