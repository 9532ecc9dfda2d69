"""The pages there are, and links to them. A page that is not in the folder yet is neither listed nor linked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from core.model import Reason

FOLDER = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Place:
    """A page: `name` is its address, `script` the stem of its file where that is another.

    `needs_time`: it is about actual time, and hidden where a practice works without.
    """

    name: str
    title: str
    icon: str
    section: str
    script: str = ""
    needs_time: bool = False

    @property
    def file(self) -> Path:
        """Where the page's script lies."""
        return FOLDER / f"{self.script or self.name}.py"


PLACES = (
    Place("today", "Today", ":material/today:", ""),
    Place("clients", "Clients", ":material/apartment:", "Match"),
    Place("staff", "Staff", ":material/badge:", "Match"),
    Place("work", "Work", ":material/account_tree:", "Match"),
    Place("task", "Task", ":material/task_alt:", "Match"),
    Place("timer", "Timer", ":material/timer:", "Time", needs_time=True),
    # A script called time.py would hide the module of that name.
    Place("time", "Time", ":material/schedule:", "Time", "push_time", needs_time=True),
    Place("exceptions", "Exceptions", ":material/inbox:", "Time"),
    Place("runs", "Runs", ":material/play_circle:", "Time"),
    Place("unsynced", "Unsynced time", ":material/pending_actions:", "Time", needs_time=True),
    Place("tie_out", "Tie-out", ":material/balance:", "Time", "tie_out", needs_time=True),
    Place("jobs", "Jobs", ":material/work:", "Jobs"),
    Place("documents", "Documents", ":material/folder_zip:", "Jobs"),
    Place("connection", "Connection", ":material/cable:", "Set-up"),
    Place("sending", "How time is sent", ":material/tune:", "Set-up"),
    Place("automation", "Automation", ":material/smart_toy:", "Set-up"),
    Place("activity", "Activity", ":material/history:", "Set-up"),
)
_HAS_TIME = "has_time"
_BY_NAME = {place.name: place for place in PLACES}


def list_places(*, only: str = "", has_time: bool = True) -> list[Place]:
    """The pages whose script exists; `only` names a single one, without `has_time` those about time are left out.

    What is left out is not linked to either in this run.
    """
    st.session_state[_HAS_TIME] = has_time
    return [place for place in PLACES if _is_open(place) and only in ("", place.name)]


def _is_open(place: Place) -> bool:
    return place.file.exists() and (not place.needs_time or bool(st.session_state.get(_HAS_TIME, True)))


def title_of(name: str) -> str:
    """What a page is called; empty for no page."""
    return _BY_NAME[name].title if name in _BY_NAME else ""


#: Which part of Work fixes what.
_WORK_PARTS: Mapping[str, str] = {
    Reason.PROCESS_OPEN: "Processes",
    Reason.EXCLUDED_PROCESS: "Processes",
    Reason.RULED_TASK_MISSING: "Rules",
    Reason.RULED_TIE: "Rules",
    Reason.EXCLUDED_BY_RULE: "Rules",
}


def link_to_fix(page: str, reason: str) -> None:
    """A link to the page that fixes what a Reason names, opened where it is fixed."""
    link_to(page, **({"show": _WORK_PARTS.get(reason, "Tasks")} if page == "work" else {}))


def link_to(name: str, label: str = "", **query: str) -> None:
    """A link to a page of ours, or its title alone while the page does not exist or is hidden."""
    place = _BY_NAME.get(name)
    if place is None:
        return
    if _is_open(place):
        st.page_link(place.file, label=label or place.title, icon=place.icon, query_params=query or None)
    else:
        st.caption(label or place.title)
