"""Which Actual Times in words: what a run was allowed to take."""

from __future__ import annotations

from core.push.rules import Choice
from core.workspace import Workspace
from pages.parts.words import count, day

_FLAGS = {
    "billable": ("billable time", "time that is not billable"),
    "committed": ("committed entries", "drafts"),
    "approved": ("approved entries", "entries nobody approved"),
    "has_note": ("entries with a note", "entries without a note"),
}
_NAMED = 3


def tell_choice(ws: Workspace, choice: Choice) -> str:
    """One phrase: `everything`, or the parts that narrow it, with names."""
    names = ws.reports.names()
    parts = [choice.name and f"“{choice.name}”", _tell_dates(choice)]
    parts += [_list([names.staff.get(one, one) for one in choice.staff])]
    parts += [_list([names.clients.get(one, one) for one in choice.clients]), _list(list(choice.client_groups))]
    parts += [_list([names.processes.get(one, one) for one in choice.processes]), _list(list(choice.task_statuses))]
    parts += [_tell_flag(choice, name) for name in _FLAGS]
    parts += [f"from {count(choice.min_minutes, 'minute')}" if choice.min_minutes else ""]
    parts += [f"only {count(len(choice.entries), 'chosen entry')}" if choice.entries else ""]
    parts += [f"and {count(len(choice.missing), 'entry')} held before that" if choice.missing else ""]
    return ", ".join(part for part in parts if part) or "everything"


def _tell_flag(choice: Choice, name: str) -> str:
    value = getattr(choice, name)
    return "" if value is None else _FLAGS[name][0 if value else 1]


def _tell_dates(choice: Choice) -> str:
    if choice.look_back_days is not None:
        return f"the last {count(choice.look_back_days, 'day')}"
    if choice.start and choice.end:
        return f"{day(choice.start)} to {day(choice.end)}"
    if choice.start:
        return f"from {day(choice.start)}"
    return f"until {day(choice.end)}" if choice.end else ""


def _list(names: list[str]) -> str:
    told = ", ".join(map(str, names[:_NAMED]))
    return f"{told} and {len(names) - _NAMED} more" if len(names) > _NAMED else told
